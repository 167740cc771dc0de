"""Where the parts of a page stand in its HTML, so that quirks of markup can edit it without writing it anew.

A walk over the tags notes where each begins. A copy in which every start tag carries its place is parsed, the skin's
selectors find posts and fields in it, and their places lead back to the source. What has no end tag of its own, or
stands where the source is already malformed, has no extent, and is left alone.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from forgegen.quirks.define import Detector, quirk
from forgegen.quirks.facts import Subject
from forgegen.skins import dom
from forgegen.skins.skin import Selector

_TAG = re.compile(
    r"""<!--(?:-?>|.*?(?:--!?>|\Z))|<(/?)([a-zA-Z][^\s/>]*)((?:[^>"']++|"[^"]*"|'[^']*')*+)>""", re.DOTALL
)  # fmt: skip
_OPEN = re.compile(r"<(?:/?[a-zA-Z]|!--)")
_RAW = {"script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp"}
_VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
}  # fmt: skip
_MARK = "data-forgegen-at"
_ATTRIBUTE = re.compile(r"""\s+([^\s=>/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")


class Edit(NamedTuple):
    """What stands between two places is replaced."""

    start: int
    end: int
    text: str


class Tag(NamedTuple):
    """A tag of the source: where it stands, its name in lower case, and whether it closes."""

    start: int
    end: int
    name: str
    closes: bool


class Element(NamedTuple):
    """An element of the source: from ``start`` to ``end``, its content from ``inner`` to ``close``."""

    name: str
    start: int
    inner: int
    close: int
    end: int


class HtmlSource:
    """The HTML of a page with the places of its posts and their fields."""

    def __init__(self, html: str, page: Subject, name: str) -> None:
        self.html, self.page = html, page
        self.skin = page.context.skin
        self._chance = zlib.crc32(name.encode())

    @cached_property
    def tags(self) -> list[Tag]:
        """All tags in order; the content of scripts and the like holds none."""
        known = _known.get(self.html)
        if known is None:
            known = _remembered(self.html, tags_of(self.html))
        return known.tags

    @cached_property
    def _starts(self) -> list[int]:
        return [tag.start for tag in self.tags]

    @cached_property
    def _root(self) -> dom.Node:
        pieces: list[str] = []
        at = 0
        for tag in self.tags:
            if not tag.closes:
                name_end = tag.start + 1 + len(tag.name)
                pieces += self.html[at:name_end], f' {_MARK}="{tag.start}"'
                at = name_end
        return dom.parse("".join(pieces) + self.html[at:])

    def element(self, node: dom.Node | None) -> Element | None:
        """Where a node of the marked copy stands, if it has both of its tags."""
        mark = None if node is None else node.attributes.get(_MARK)
        if mark is None:
            return None
        at = bisect_left(self._starts, int(mark))
        first, depth = self.tags[at], 0
        if first.name in _VOID:
            return None
        for tag in islice(self.tags, at, None):
            if tag.name == first.name:
                depth += -1 if tag.closes else 1
                if depth == 0:
                    return Element(first.name, first.start, first.end, tag.start, tag.end)
        return None

    @cached_property
    def nodes(self) -> list[dom.Node]:
        """The posts in the marked copy; none where a post is no single element or one stands apart."""
        if self.skin.posts.along or self.skin.opening is not None:
            return []
        return [node for node in dom.select(self._root, self.skin.posts.css) if self._numbered(node)]

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
        return len(dom.select(dom.parse(edited(self.html, edits)), css)) == len(dom.select(self._root, css))

    @cached_property
    def posts(self) -> list[Element]:
        """The posts, where every one has an extent; else none."""
        found = [self.element(node) for node in self.nodes]
        return [post for post in found if post is not None] if None not in found else []

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
        for m in _TAG.finditer(self.html, element.inner, element.close):
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


class Tags(NamedTuple):
    """The tags of a source in order; ``whole`` where nothing in it looks like a tag and is none for want of an end;
    ``stop`` is the place of the tag before which the search ended."""

    tags: list[Tag]
    whole: bool
    stop: int | None = None


_known: dict[str, Tags] = {}  # of the sources seen last: quirks are planted one after the other
_KEPT = 4


def _remembered(html: str, found: Tags) -> Tags:
    while len(_known) >= _KEPT:
        _known.pop(next(iter(_known)), None)
    _known[html] = found
    return found


def tags_of(html: str) -> Tags:
    """All tags of a source."""
    return _scanned(html, 0, lambda tag: False)


def _scanned(html: str, at: int, is_known: Callable[[Tag], bool]) -> Tags:
    """The tags from a place on that is within none, up to the first that is known."""
    found, whole = list[Tag](), True
    while (m := _TAG.search(html, at)) is not None:
        start, end = m.span()
        whole = whole and (html.find("<", at, start) < 0 or _OPEN.search(html, at, start) is None)
        at = end
        if m[2] is None:
            whole = whole and end < len(html)
            continue
        tag = Tag(start, end, m[2].lower(), bool(m[1]))
        if is_known(tag):
            return Tags(found, whole, start)
        found.append(tag)
        if tag.name in _RAW and not tag.closes:
            at = _behind(html, tag)
            whole = whole and at < len(html)
    return Tags(found, whole and _OPEN.search(html, at) is None)


def _behind(html: str, tag: Tag) -> int:
    """Where the next tag is looked for: behind the content of scripts and the like."""
    if tag.closes or tag.name not in _RAW:
        return tag.end
    close = re.compile(f"</{tag.name}", re.IGNORECASE).search(html, tag.end)
    return close.start() if close else len(html)


def tags_after(old: Tags, html: str, edits: Iterable[Edit]) -> Tags:
    """The tags of ``html``, which is what edits made of the source that has these tags.

    Only from the first edit to behind the last are they looked for: what stands before and behind keeps its tags.
    """
    places = sorted(edits)
    if not places:
        return old
    if not old.whole:
        return tags_of(html)
    by = sum(len(edit.text) - (edit.end - edit.start) for edit in places)
    last = max(edit.end for edit in places)
    before = old.tags[: bisect_right(old.tags, places[0].start, key=_end)]
    ahead = old.tags[bisect_left(old.tags, last, key=_start) :]
    known = {tag.start + by: n for n, tag in enumerate(ahead)}
    begin = before.pop().start if before and before[-1].name in _RAW else before[-1].end if before else 0
    found = _scanned(html, begin, lambda tag: tag.start in known)
    behind = len(ahead) if found.stop is None else known[found.stop]
    new = tuple.__new__
    rest = [new(Tag, (start + by, end + by, name, closes)) for start, end, name, closes in ahead[behind:]]
    return Tags([*before, *found.tags, *rest], found.whole)


_start, _end = itemgetter(0), itemgetter(1)

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


def edited(html: str, edits: Iterable[Edit]) -> str:
    """The HTML after these edits, which do not overlap."""
    for edit in sorted(edits, reverse=True):
        html = html[: edit.start] + edit.text + html[edit.end :]
    return html


def markup_quirk(name: str, *, detect: Detector, **told: Any) -> Callable[[Editor], Editor]:
    """Register a quirk of markup; the decorated function says what to edit."""

    def decorate(editor: Editor) -> Editor:
        def plant(html: str, page: Subject) -> str:
            source = HtmlSource(html, page, name)
            edits = list(editor(source))
            if not edits:
                return html
            found = edited(html, edits)
            _remembered(found, tags_after(_known.get(html) or tags_of(html), found, edits))
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
