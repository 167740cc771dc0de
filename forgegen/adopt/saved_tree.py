"""A saved page as a tree of plain Python objects, numbered in the order of the page, so that regions are intervals."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from forgegen.skins import dom

UNSEEN = {"script", "style", "noscript", "template", "iframe", "object", "embed", "head", "svg", "audio", "video"}
"""Elements whose content a reader does not see, or cannot be taken over."""

_HIDDEN = {"select", "option", "textarea", *UNSEEN}
_TEXTLESS = UNSEEN - {"noscript"}
_BLANK = re.compile(r"\s+")


class PageElement:
    """An element: its place ``start`` in the page, and ``end``, the place behind its last descendant."""

    __slots__ = ("attrs", "classes", "elements", "end", "kids", "own", "parent", "size", "start", "tag", "whole")

    def __init__(self, tag: str, attrs: dict[str, str], parent: PageElement | None) -> None:
        self.tag, self.attrs, self.parent = tag, attrs, parent
        self.classes = tuple(dict.fromkeys(attrs.get("class", "").split()))
        self.kids: list[PageElement | str] = []
        self.elements: list[PageElement] = []
        self.start = self.end = self.size = 0
        self.own = ""
        self.whole: str | None = None

    def walk(self) -> Iterator[PageElement]:
        """The element and all below it, in the order of the page."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            if node.elements:
                stack.extend(node.elements[::-1])

    def pieces(self, without: frozenset[int] = frozenset()) -> Iterator[str]:
        """The texts below the element, without those of elements at these places; a line feed for each ``br``."""
        stack: list[PageElement | str] = [self]
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                yield node
            elif node.tag == "br":
                yield "\n"
            elif node.start not in without and node.tag not in _TEXTLESS:
                stack.extend(reversed(node.kids))

    def text(self, without: frozenset[int] = frozenset()) -> str:
        """All text below the element, its blanks folded."""
        if without:
            return folded("".join(self.pieces(without)))
        if self.whole is None:
            self.whole = folded("".join(self.pieces())) if self.elements else self.own
        return self.whole

    def close(self) -> None:
        """Set what follows from the children: they are all there."""
        self.elements = [kid for kid in self.kids if isinstance(kid, PageElement)]
        self.own = folded(" ".join(kid for kid in self.kids if isinstance(kid, str)))

    def above(self) -> Iterator[PageElement]:
        """The elements around it, the nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


def folded(text: str) -> str:
    """A text with single blanks and none around it.

    >>> folded("  a\\n b ")
    'a b'
    """
    return _BLANK.sub(" ", text).strip()


class SavedTree:
    """The body of a page, with sums over places: how much text and how many marks stand in an interval."""

    def __init__(self, html: str) -> None:
        root = dom.parse(html)
        self.known: dict[int, PageElement] = {}
        self.root = _copied(root, UNSEEN, self.known)
        if sum(len(node.own) for node in self.root.walk()) * 20 < len(html) and "<noscript" in html:
            self.root = _copied(root, UNSEEN - {"noscript"}, self.known)
        self._parsed = root
        self.body = next((kid for kid in self.root.elements if kid.tag == "body"), self.root)
        self.lang = self.root.attrs.get("lang", "") or self.root.attrs.get("xml:lang", "")
        title = dom.select_first(root, "head > title")
        self.title = "" if title is None else folded(dom.text_of(title))
        self.meta = {
            (node.attributes.get("name") or node.attributes.get("property") or "").lower(): node.attributes.get(
                "content"
            )
            or ""
            for node in dom.select(root, "meta")
        }
        self.elements = list(self.root.walk())
        for place, node in enumerate(self.elements):
            node.start = place
        self._close()
        lengths = [0 if e.tag in _HIDDEN else len(e.own) for e in self.elements]
        self._sums = [0, *accumulate(lengths)]
        for node in self.elements:
            node.size = self.length(node.start, node.end)

    def _close(self) -> None:
        for node in reversed(self.elements):
            last = node.elements
            node.end = last[-1].end if last else node.start + 1

    def select(self, css: str) -> list[PageElement]:
        """The elements that a selector finds, in the order of the page."""
        found = [self.known[node.mem_id] for node in dom.select(self._parsed, css) if node.mem_id in self.known]
        return sorted(found, key=lambda node: node.start)

    def length(self, start: int, end: int) -> int:
        """Characters of text in an interval."""
        return self._sums[end] - self._sums[start]


class Marks:
    """Places of something, sorted, to be counted in intervals."""

    def __init__(self, places: list[int]) -> None:
        self.places = sorted(places)

    def within(self, start: int, end: int) -> int:
        """How many stand in an interval."""
        return bisect_left(self.places, end) - bisect_left(self.places, start)


def _copied(root: dom.Node, unseen: set[str], known: dict[int, PageElement]) -> PageElement:
    """The tree of the parser as ours, without comments and without what is in unseen elements."""
    top = PageElement(root.tag or "html", _attributes(root), None)
    made_all = [top]
    known[root.mem_id] = top
    stack: list[tuple[dom.Node | None, PageElement]] = [(root.first_child, top)]
    while stack:
        node, parent = stack.pop()
        while node is not None:
            tag = node.tag or ""
            if tag == "-text":
                parent.kids.append(node.text(deep=False) or "")
            elif tag and tag[0] not in "-!_":
                made = PageElement("div" if tag == "noscript" and tag not in unseen else tag, _attributes(node), parent)
                parent.kids.append(made)
                made_all.append(made)
                known[node.mem_id] = made
                if tag not in unseen and node.first_child is not None:
                    stack.append((node.next, parent))
                    node, parent = node.first_child, made
                    continue
            node = node.next
    for made in made_all:
        made.close()
    return top


def _attributes(node: dom.Node) -> dict[str, str]:
    return {name: value or "" for name, value in node.attributes.items()}
