"""Other parsers' trees, to read pages by the same selectors: what each of them makes of the same bytes."""

from __future__ import annotations

import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

import html5lib
import lxml.html
import parsel
import soupsieve
from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, RubyParenthesisString, RubyTextString, Tag
from lxml.cssselect import CSSSelector

from forgegen.model.calendar import iso_utc
from forgegen.model.truth import Truth
from forgegen.pages.page import Page
from forgegen.reading.decoding import charset_in, decode
from forgegen.reading.extraction import Extraction
from forgegen.skins import dom
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


class Index:
    """The elements of one tree of Beautiful Soup in their order, and by name, class and attribute."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.elements = [element for element in root.descendants if isinstance(element, Tag)]
        self.place = {id(element): n for n, element in enumerate(self.elements)}
        self.by: dict[tuple[str, str], list[int]] = defaultdict(list)
        for n, element in enumerate(self.elements):
            self.by["", element.name.lower()].append(n)
            for name, value in element.attrs.items():
                self.by["[", name.lower()].append(n)
                if name == "id":
                    self.by["#", str(value)].append(n)
                elif name == "class":
                    for part in {*(value if isinstance(value, list) else value.split())}:
                        self.by[".", part].append(n)

    def select(self, node: Any, css: str) -> list[Any]:
        """What soupsieve selects below a node, asked only of elements that can match."""
        begin = self.place.get(id(node), -1) + 1
        last = node
        while (child := next((kid for kid in reversed(last.contents) if isinstance(kid, Tag)), None)) is not None:
            last = child
        end = self.place[id(last)] + 1 if last is not node else begin
        keys = _keys(css)
        found = range(len(self.elements)) if keys is None else sorted({n for key in keys for n in self.by.get(key, ())})
        matches = soupsieve.compile(css)
        return [element for n in found if begin <= n < end if matches.match(element := self.elements[n])]


@lru_cache(maxsize=4096)
def _keys(css: str) -> list[tuple[str, str]] | None:
    """Of each part of a selector an id, class, attribute or name that a match must have; None where one tells none."""
    keys = []
    for part in soupsieve.compile(css).selectors:
        if isinstance(part, soupsieve.css_types.SelectorNull):
            return None
        told = [("#", name) for name in part.ids] + [(".", name) for name in part.classes]
        told += [("[", attribute.attribute.lower()) for attribute in part.attributes]
        told += [("", part.tag.name.lower())] if part.tag and part.tag.name != "*" else []
        if not told:
            return None
        keys.append(told[0])
    return keys


class SoupTree:
    """Trees of Beautiful Soup, whatever built them."""

    def __init__(self) -> None:
        self.index: Index | None = None

    def select(self, node: Any, css: str) -> list[Any]:
        """Elements below the node that match."""
        if not css:
            return [node]
        root = node
        while root.parent is not None:
            root = root.parent
        if self.index is None or self.index.root is not root:
            self.index = Index(root)
        return self.index.select(node, css)

    def select_first(self, node: Any, css: str) -> Any:
        """The first of them."""
        return next(iter(self.select(node, css)), None)

    def attribute(self, node: Any, name: str) -> str | None:
        """An attribute's value; classes come as lists."""
        value = node.get(name)
        return " ".join(value) if isinstance(value, list) else value

    def text_of(self, node: Any) -> str:
        """The element's text, br as line feed."""
        return self._text(node, [])

    def text_without(self, node: Any, css: str) -> str:
        """The text without that of what matches."""
        return self._text(node, self.select(node, css))

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
    """The truth that a reader finds on a page, with our selectors and the standards' decoding.

    Posts that are no single element are cut out of our own tree alone: where a skin has such, the other parser's tree is
    written out again, and that is read.
    """
    parse, tree = READERS[reader]
    skin = load_skin(page.skin, page.templates, page.look.ui, page.settings)
    html = decode(page.body, skin.encoding, charset_in(page.headers.get("Content-Type", "")))
    observed = None if page.thread.observed is None else iso_utc(page.thread.observed)
    if skin.posts.nested or skin.posts.along:
        parsed = parse(html)
        written = str(parsed) if tree is SOUP else html5lib.serialize(parsed, tree="lxml", **_WRITTEN)
        return Extraction(skin, dom.parse(_with_first_feeds(written)), observed).truth()
    return Extraction(skin, parse(html), observed, tree).truth()


_WRITTEN: Any = {"omit_optional_tags": False, "quote_attr_values": "always", "resolve_entities": False}


def _with_first_feeds(html: str) -> str:
    """A tree written out, where a line feed at the start of an element that drops one is doubled."""
    return re.sub(r"(<(?:pre|textarea|listing)(?:\s[^>]*)?>)(?=\n)", r"\1\n", html)
