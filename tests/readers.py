"""Other parsers' trees, to read pages by the same selectors: what each of them makes of the same bytes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable
from typing import Any

import lxml.html
import parsel
from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, RubyParenthesisString, RubyTextString, Tag
from lxml.cssselect import CSSSelector

from forgegen.model.calendar import iso_utc
from forgegen.model.truth import Truth
from forgegen.pages.page import Page
from forgegen.reading.decoding import charset_in, decode
from forgegen.reading.extraction import Extraction
from forgegen.skins.loading import load_skin


class LxmlTree:
    """Trees of lxml, whatever built them."""

    def __init__(self) -> None:
        self.known: dict[str, CSSSelector] = {}

    def select(self, node: Any, css: str) -> list[Any]:
        """Elements below the node that match; what stands above the node counts for the match, as in browsers."""
        if not css:
            return [node]
        selector = self.known.get(css) or self.known.setdefault(css, CSSSelector(css, translator="html"))
        if " " not in css:
            return [found for found in selector(node) if found is not node]
        within = set(node.iterdescendants())
        return [found for found in selector(node.getroottree()) if found in within] if within else []

    def select_first(self, node: Any, css: str) -> Any:
        """The first of them."""
        return next(iter(self.select(node, css)), None)

    def attribute(self, node: Any, name: str) -> str | None:
        """An attribute's value."""
        value: str | None = node.get(name)
        return value

    def text_of(self, node: Any) -> str:
        """The element's text, br as line feed."""
        return self._text(node, set())

    def text_without(self, node: Any, css: str) -> str:
        """The text without that of what matches."""
        return self._text(node, set(self.select(node, css)))

    def name_of(self, node: Any) -> str:
        """The element's name."""
        return str(node.tag)

    def key_of(self, node: Any) -> Hashable:
        """The element itself."""
        key: Hashable = node  # not its place in memory, which is another one's when nobody holds the element
        return key

    def content_of(self, node: Any) -> list[Any]:
        """Texts and elements directly within."""
        found = [node.text or ""]
        for child in node:
            found += [child, child.tail or ""] if isinstance(child.tag, str) else [child.tail or ""]
        return found

    def _text(self, node: Any, left_out: set[Any]) -> str:
        parts, stack = [], [(node, False)]
        while stack:
            item, tail = stack.pop()
            if tail:
                parts.append(item.tail or "")
                continue
            if isinstance(item.tag, str):
                parts.append("\n" if item.tag == "br" else item.text or "")
                for child in reversed(item):
                    stack.append((child, True))
                    if child not in left_out:
                        stack.append((child, False))
        return "".join(parts)


class SoupTree:
    """Trees of Beautiful Soup, whatever built them."""

    def select(self, node: Any, css: str) -> list[Any]:
        """Elements below the node that match."""
        return list(node.select(css)) if css else [node]

    def select_first(self, node: Any, css: str) -> Any:
        """The first of them."""
        return node.select_one(css) if css else node

    def attribute(self, node: Any, name: str) -> str | None:
        """An attribute's value; classes come as lists."""
        value = node.get(name)
        return " ".join(value) if isinstance(value, list) else value

    def text_of(self, node: Any) -> str:
        """The element's text, br as line feed."""
        return self._text(node, [])

    def text_without(self, node: Any, css: str) -> str:
        """The text without that of what matches."""
        return self._text(node, list(node.select(css)))

    def name_of(self, node: Any) -> str:
        """The element's name."""
        return str(node.name)

    def key_of(self, node: Any) -> Hashable:
        """The element itself."""
        return id(node)

    def content_of(self, node: Any) -> list[Any]:
        """Texts and elements directly within."""
        return [
            child if isinstance(child, Tag) else str(child)
            for child in node.children
            if not isinstance(child, PreformattedString)
        ]

    def _text(self, node: Any, left_out: list[Any]) -> str:
        parts = []
        for inner in node.descendants:
            if any(parent in left_out for parent in inner.parents):
                continue
            if isinstance(inner, Tag):
                parts.append("\n" if inner.name == "br" else "")
            elif isinstance(inner, NavigableString) and not isinstance(
                inner, PreformattedString | RubyTextString | RubyParenthesisString
            ):
                parts.append(str(inner))
        return "".join(parts)


LXML, SOUP = LxmlTree(), SoupTree()


def soup(builder: str) -> Callable[[str], Any]:
    """Parse with Beautiful Soup on this builder."""

    def parse(html: str) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return BeautifulSoup(html, builder)

    return parse


READERS: dict[str, tuple[Callable[[str], Any], Any]] = {
    "html5lib": (soup("html5lib"), SOUP),
    "html.parser": (soup("html.parser"), SOUP),
    "bs4-lxml": (soup("lxml"), SOUP),
    "lxml": (lxml.html.document_fromstring, LXML),
    "parsel": (lambda html: parsel.Selector(html).root, LXML),
}
"""How each reader parses a page's text, and what its tree is."""


def read(reader: str, page: Page) -> Truth:
    """The truth that a reader finds on a page, with our selectors and the standards' decoding."""
    parse, tree = READERS[reader]
    skin = load_skin(page.skin, page.templates, page.look.ui)
    html = decode(page.body, skin.encoding, charset_in(page.headers.get("Content-Type", "")))
    observed = None if page.thread.observed is None else iso_utc(page.thread.observed)
    return Extraction(skin, parse(html), observed, tree).truth()
