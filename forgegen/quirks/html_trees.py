"""The tree of an HTML source, of whose nodes it is known where they stand.

A copy in which every start tag carries its number is parsed. After edits that leave the tree what it was but for
elements of their own, the old tree serves, its tags moved: most pages are parsed once, however many quirks are planted.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from forgegen.quirks.html_tags import VOID, Edit, Tags, tags_after, tags_of
from forgegen.skins import dom

_MARK = "data-forgegen-at"
_INLINE = frozenset({
    "abbr", "b", "big", "br", "code", "data", "del", "em", "font", "i", "img", "ins", "link", "mark", "meta", "path",
    "s", "small", "span", "strong", "sub", "sup", "svg", "time", "tt", "u", "wbr", "x-emote",
})  # fmt: skip


class Element(NamedTuple):
    """An element of the source: from ``start`` to ``end``, its content from ``inner`` to ``close``."""

    name: str
    start: int
    inner: int
    close: int
    end: int


class HtmlTree:
    """The tree of a source, where its tags stand now, and the extents of what was put in since it was parsed."""

    def __init__(
        self,
        root: dom.Node,
        tags: Tags,
        put_in: Sequence[tuple[int, int]] = (),
        selected: dict[object, list[dom.Node]] | None = None,
    ) -> None:
        self.root, self.tags, self.put_in = root, tags, put_in
        self.selected: dict[object, list[dom.Node]] = {} if selected is None else selected

    def element(self, node: dom.Node | None) -> Element | None:
        """Where a node stands, if it has both of its tags."""
        mark = None if node is None else node.attributes.get(_MARK)
        if mark is None:
            return None
        tags, first = self.tags, int(mark)
        last = tags.partners[first]
        if last is None or tags.names[first] in VOID:
            return None
        return Element(tags.names[first], tags.starts[first], tags.ends[first], tags.starts[last], tags.ends[last])

    def after(self, html: str, edits: Sequence[Edit], rows: frozenset[int] = frozenset()) -> HtmlTree | None:
        """This tree after edits of ``html``, None where they may have changed more of it than what they put in.

        ``rows`` are places before which elements like the one there may be put.
        """
        if not all(self._keeps(html, edit, rows) for edit in edits):
            return None
        by = [(edit.end, len(edit.text) - (edit.end - edit.start)) for edit in edits]
        moves = [(a, b, sum(more for end, more in by if end < a)) for a, b in self.put_in]
        put_in = [(a + more, b + more) for a, b, more in moves]
        shift = 0
        for edit in sorted(edits):
            put_in.append((edit.start + shift, edit.start + shift + len(edit.text)))
            shift += len(edit.text) - (edit.end - edit.start)
        return HtmlTree(self.root, self.tags.moved(edits), put_in, self.selected)

    def _keeps(self, html: str, edit: Edit, rows: frozenset[int]) -> bool:
        """Whether an edit leaves the tree what it was but for elements that are whole in themselves."""
        start, end, text = edit
        if any(a <= end and start <= b for a, b in self.put_in):
            return False
        tags = self.tags
        n = bisect_right(tags.starts, start) - 1
        if n >= 0 and start < tags.ends[n] and (tags.starts[n] < start or start < end):
            tag = html[tags.starts[n] : start] + text + html[end : tags.ends[n]]
            return end <= tags.ends[n] and self._is_tag(n, tag)
        if "<" in html[start:end] or ">" in html[start:end]:
            return False
        if start == end and start in rows:
            return _is_whole(text, _INLINE | {tags.names[n], "a", "td"})
        return _is_whole(text, _INLINE if self._in_link(n) else _INLINE | {"a"})

    def _in_link(self, n: int) -> bool:
        """Whether a link may be open behind the tag of this number."""
        tags = self.tags
        while n >= 0 and tags.names[n] != "a":
            n -= 1
        return n >= 0 and not tags.closes[n]

    def _is_tag(self, n: int, html: str) -> bool:
        """Whether this is one tag, of the same name as that of this number."""
        found = tags_of(html)
        return found == Tags([0], [len(html)], [self.tags.names[n]], [self.tags.closes[n]], True)


_COMMENT = re.compile(r"<!-- (?:.*? )?-->", re.DOTALL)


def _is_whole(text: str, known: frozenset[str]) -> bool:
    """Whether a text holds elements of these names, each with both of its tags, comments, and no other markup."""
    text = _COMMENT.sub("", text)
    if "<" not in text:
        return True
    found, waiting = tags_of(text), list[str]()
    if not found.whole or text.count("<") != len(found) or not known.issuperset(found.names):
        return False
    for name, closes in zip(found.names, found.closes, strict=True):
        if closes and (not waiting or waiting.pop() != name):
            return False
        if not closes and name not in VOID:
            waiting.append(name)
    return not waiting


class Parsed:
    """What is found in a source when it is asked for; after edits, what is known of the source before them helps."""

    def __init__(self, html: str, tree: HtmlTree | None = None, old: tuple[Tags, Sequence[Edit]] | None = None) -> None:
        self.html, self._old = html, old
        if tree is not None:
            self.__dict__["tree"] = tree

    @cached_property
    def tags(self) -> Tags:
        """All tags of the source."""
        return tags_of(self.html) if self._old is None else tags_after(self._old[0], self.html, self._old[1])

    @cached_property
    def tree(self) -> HtmlTree:
        """Its tree."""
        html, tags = self.html, self.tags
        pieces: list[str] = []
        at = 0
        for n, (start, name, closes) in enumerate(zip(tags.starts, tags.names, tags.closes, strict=True)):
            if not closes:
                end = start + 1 + len(name)
                pieces += html[at:end], f' {_MARK}="{n}"'
                at = end
        return HtmlTree(dom.parse("".join(pieces) + html[at:]), tags)

    def after(self, html: str, edits: Sequence[Edit], rows: frozenset[int] = frozenset()) -> Parsed:
        """What is known after edits, which made ``html`` of the source."""
        tree = self.tree.after(self.html, edits, rows) if "tree" in self.__dict__ else None
        return Parsed(html, tree, (self.tags, edits) if "tags" in self.__dict__ else None)
