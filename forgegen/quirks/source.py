"""Where the parts of a page stand in its HTML, so that quirks of markup can edit it without writing it anew.

The skin's selectors find posts and fields in a tree of which it is known where each element stands in the source. What
has no end tag of its own, or stands where the source is already malformed, has no extent, and is left alone.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, TypeAlias

from forgegen.quirks.define import Detector, quirk
from forgegen.quirks.facts import Subject
from forgegen.quirks.html_tags import TAG, Edit, Tags, edited
from forgegen.quirks.html_trees import Element, Parsed
from forgegen.skins import dom
from forgegen.skins.skin import Selector

_ATTRIBUTE = re.compile(r"""\s+([^\s=>/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")


class HtmlSource:
    """The HTML of a page with the places of its posts and their fields."""

    def __init__(self, html: str, page: Subject, name: str) -> None:
        self.html, self.page = html, page
        self.skin = page.context.skin
        self._chance = zlib.crc32(name.encode())

    @cached_property
    def parsed(self) -> Parsed:
        """What is known of the source, or is found in it when it is asked for."""
        return _known.get(self.html) or _remembered(Parsed(self.html))

    @property
    def tags(self) -> Tags:
        """All tags in order; the content of scripts and the like holds none."""
        return self.parsed.tags

    @property
    def _root(self) -> dom.Node:
        return self.parsed.tree.root

    def element(self, node: dom.Node | None) -> Element | None:
        """Where a node of the marked copy stands, if it has both of its tags."""
        return self.parsed.tree.element(node)

    @cached_property
    def nodes(self) -> list[dom.Node]:
        """The posts in the marked copy; none where a post is no single element or one stands apart."""
        if self.skin.posts.along or self.skin.opening is not None:
            return []
        n = self.skin.post["n"]
        key = self.skin.posts.css, n.css, n.attr, n.pattern, n.form
        found = self.parsed.tree.selected.get(key)
        if found is None:
            found = [node for node in dom.select(self._root, self.skin.posts.css) if self._numbered(node)]
            self.parsed.tree.selected[key] = found
        return found

    def _numbered(self, node: dom.Node) -> bool:
        """Whether a node has what tells its number: one without is no post, however much it looks like one."""
        n = self.skin.post["n"]
        if n.form == "place":
            return True
        found = dom.select_first(node, n.css)
        value = None if found is None else dom.text_of(found) if n.attr is None else found.attributes.get(n.attr)
        return value is not None and (n.pattern is None or re.search(n.pattern, value) is not None)

    def keeps_posts(self, edits: Iterable[Edit]) -> bool:
        """Whether after these edits the skin's selector finds as many elements as before, look-alikes too."""
        css = self.skin.posts.css
        before = dom.parse(self.html) if self.parsed.tree.put_in else self._root
        return len(dom.select(dom.parse(edited(self.html, edits)), css)) == len(dom.select(before, css))

    @cached_property
    def posts(self) -> list[Element]:
        """The posts, where every one has an extent; else none."""
        found = [self.element(node) for node in self.nodes]
        return [post for post in found if post is not None] if None not in found else []

    @property
    def row_starts(self) -> frozenset[int]:
        """Where posts start, as far as they were looked for."""
        return frozenset(post.start for post in self.__dict__.get("posts", ()))

    def field(self, row: int, name: str) -> Element | None:
        """Where a field of the post in this row stands."""
        selector: Selector | None = self.skin.post.get(name)
        if selector is None or selector.css == "":
            return None
        return self.element(dom.select_first(self.nodes[row], selector.css))

    def pieces(self, row: int, name: str) -> list[tuple[int, int]]:
        """The pieces of text of a field of the post in this row, without what the skin leaves out, as a quotation."""
        element = self.field(row, name)
        if element is None:
            return []
        but = self.skin.post[name].but
        nodes = dom.select(self.nodes[row], but) if but else []
        left_out = [(found.start, found.end) for node in nodes if (found := self.element(node)) is not None]
        return [run for run in self.runs(element) if not any(a <= run[0] < b for a, b in left_out)]

    def page_fields(self, name: str) -> list[Element]:
        """Where a field of the page stands, each time it does."""
        selector: Selector | None = self.skin.page.get(name)
        if selector is None:
            return []
        found = [self.element(node) for node in dom.select(self._root, selector.css)]
        return [element for element in found if element is not None]

    @cached_property
    def container(self) -> Element | None:
        """What holds all the posts and nothing of a table around it."""
        if not self.nodes:
            return None
        parent = self.nodes[0].parent
        while parent is not None and parent.tag in ("tbody", "tr", "td", "thead"):
            parent = parent.parent
        found = self.element(parent)
        return found if found and all(found.start < p.start and p.end <= found.close for p in self.posts) else None

    def rows(self) -> list[int]:
        """All rows, beginning with the one that the quirk's name decides."""
        count = len(self.posts)
        first = self._chance % count if count else 0
        return [*range(first, count), *range(first)]

    def runs(self, element: Element) -> list[tuple[int, int]]:
        """The pieces of text within an element."""
        found, at = [], element.inner
        for m in TAG.finditer(self.html, element.inner, element.close):
            if m.start() > at:
                found.append((at, m.start()))
            at = m.end()
        if at < element.close:
            found.append((at, element.close))
        return found

    def attributes(self, element: Element) -> dict[str, str]:
        """The attributes of a start tag as written, without quotation marks."""
        tag = self.html[element.start + 1 + len(element.name) : element.inner - 1]
        return {m[1]: (m[2] or "").strip("\"'") for m in _ATTRIBUTE.finditer(tag)}

    def after(self, pattern: str) -> int | None:
        """Where the first match of a pattern ends."""
        m = re.search(pattern, self.html, re.IGNORECASE)
        return None if m is None else m.end()


_known: dict[str, Parsed] = {}  # of the sources seen last: quirks are planted one after the other
_KEPT = 4


def _remembered(found: Parsed) -> Parsed:
    while len(_known) >= _KEPT:
        _known.pop(next(iter(_known)), None)
    _known[found.html] = found
    return found


Editor: TypeAlias = Callable[[HtmlSource], Iterable[Edit]]
"""Says what a quirk of markup edits; nothing where the page gives no occasion."""

_CHARACTER = re.compile(r"&[^;\s<&]{1,32};|&lt|.", re.DOTALL)


def halves(text: str) -> tuple[str, str] | None:
    """An escaped text in two parts, no reference cut; None where it has only one character.

    >>> halves("a&lt;bc"), halves("&lt;")
    (('a&lt;', 'bc'), None)
    """
    characters = _CHARACTER.findall(text)
    if len(characters) < 2:
        return None
    middle = len(characters) // 2
    return "".join(characters[:middle]), "".join(characters[middle:])


def first_run(source: HtmlSource, field: str = "text") -> tuple[int, int, str, str] | None:
    """A piece of text of two characters or more, and its halves: of the chosen post, or the next that has one."""
    for row in source.rows():
        for start, end in source.pieces(row, field):
            parts = halves(source.html[start:end])
            if parts is not None and not source.html[start:end].isspace():
                return start, end, *parts
    return None


def markup_quirk(name: str, *, detect: Detector, **told: Any) -> Callable[[Editor], Editor]:
    """Register a quirk of markup; the decorated function says what to edit."""

    def decorate(editor: Editor) -> Editor:
        def plant(html: str, page: Subject) -> str:
            source = HtmlSource(html, page, name)
            edits = list(editor(source))
            if not edits:
                return html
            found = edited(html, edits)
            _remembered(source.parsed.after(found, edits, source.row_starts))
            return found

        quirk(name, detect=detect, layer="markup", **told)(plant)
        return editor

    return decorate


def run_quirk(name: str, *, field: str = "text", **told: Any) -> Callable[[Callable[[str, str], str]], None]:
    """Register a quirk that rewrites a piece of a post's text; the function is given its halves, escaped."""

    def decorate(rewrite: Callable[[str, str], str]) -> None:
        def editor(source: HtmlSource) -> Iterator[Edit]:
            run = first_run(source, field)
            if run is not None:
                start, end, left, right = run
                yield Edit(start, end, rewrite(left, right))

        markup_quirk(name, **told)(editor)

    return decorate
