"""The tags of an HTML source, where each stands, and what edits make of them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

TAG = re.compile(
    r"""<!--(?:-?>|.*?(?:--!?>|\Z))|<(/?)([a-zA-Z][^\s/>]*)((?:[^>"']++|"[^"]*"|'[^']*')*+)>""", re.DOTALL
)  # fmt: skip
_TAG_OR_TORN = re.compile(rf"{TAG.pattern}|<(?=/?[a-zA-Z])", re.DOTALL)  # what looks like a tag, but has no end
RAW = frozenset({"script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp"})
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)  # fmt: skip


class Edit(NamedTuple):
    """What stands between two places is replaced."""

    start: int
    end: int
    text: str


def edited(html: str, edits: Iterable[Edit]) -> str:
    """The HTML after these edits, which do not overlap."""
    for edit in sorted(edits, reverse=True):
        html = html[: edit.start] + edit.text + html[edit.end :]
    return html


class Tags:
    """The tags of a source in order, as columns: where they start and end, their names in lower case, which close.

    ``whole`` where nothing in the source looks like a tag and is none for want of an end.
    """

    def __init__(self, starts: list[int], ends: list[int], names: list[str], closes: list[bool], whole: bool) -> None:
        self.starts, self.ends, self.names, self.closes, self.whole = starts, ends, names, closes, whole

    def __len__(self) -> int:
        return len(self.starts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tags) and self._columns() == other._columns()

    def __repr__(self) -> str:
        return f"Tags{self._columns()!r}"

    def _columns(self) -> tuple[object, ...]:
        return self.starts, self.ends, self.names, self.closes, self.whole

    @cached_property
    def partners(self) -> list[int | None]:
        """For each start tag the end tag that closes it, counting those of its name."""
        found: list[int | None] = [None] * len(self.names)
        open_: dict[str, list[int]] = {}
        for n, (name, closes) in enumerate(zip(self.names, self.closes, strict=True)):
            if not closes:
                open_.setdefault(name, []).append(n)
            elif waiting := open_.get(name):
                found[waiting.pop()] = n
        return found

    def moved(self, edits: Iterable[Edit]) -> Tags:
        """The same tags, and no others, where they stand after edits that leave each of them one tag."""
        starts, ends = self.starts, self.ends
        for edit in sorted(edits, reverse=True):
            by = len(edit.text) - (edit.end - edit.start)
            first = bisect_left(starts, edit.end)  # what is put where a tag starts stands before it
            last = bisect_left(ends, edit.end) if edit.start < edit.end else bisect_right(ends, edit.end)
            starts = starts[:first] + [at + by for at in starts[first:]]
            ends = ends[:last] + [at + by for at in ends[last:]]
        found = Tags(starts, ends, self.names, self.closes, self.whole)
        if "partners" in self.__dict__:
            found.__dict__["partners"] = self.partners
        return found


def tags_of(html: str) -> Tags:
    """All tags of a source; the content of scripts and the like holds none."""
    return _scanned(html, 0)[0]


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
    kept = bisect_right(old.ends, places[0].start)
    if kept and old.names[kept - 1] in RAW:
        kept -= 1
        begin = old.starts[kept]
    else:
        begin = old.ends[kept - 1] if kept else 0
    ahead = bisect_left(old.starts, max(edit.end for edit in places))
    found, behind = _scanned(html, begin, old.starts, ahead, by)
    return Tags(
        old.starts[:kept] + found.starts + [at + by for at in old.starts[behind:]],
        old.ends[:kept] + found.ends + [at + by for at in old.ends[behind:]],
        old.names[:kept] + found.names + old.names[behind:],
        old.closes[:kept] + found.closes + old.closes[behind:],
        found.whole,
    )


def _scanned(html: str, at: int, known: list[int] = [], ahead: int = 0, by: int = 0) -> tuple[Tags, int]:  # noqa: B006
    """The tags from a place on that is within none, up to the first of those ``known`` from ``ahead`` on, which are
    ``by`` further on now; and the number of that one."""
    starts, ends, names, closes = list[int](), list[int](), list[str](), list[bool]()
    whole, count = True, len(known)
    reading = True
    while reading:
        reading = False
        for m in _TAG_OR_TORN.finditer(html, at):
            start, end = m.span()
            slash, name = m.group(1, 2)
            if name is None:
                whole = whole and end - start > 1 and end < len(html)
                continue
            while ahead < count and known[ahead] + by < start:
                ahead += 1
            if ahead < count and known[ahead] + by == start:
                return Tags(starts, ends, names, closes, whole), ahead
            name = name.lower()
            starts.append(start)
            ends.append(end)
            names.append(name)
            closes.append(bool(slash))
            if name in RAW and not slash:
                at = _behind(html, name, end)
                whole = whole and at < len(html)
                reading = True
                break
    return Tags(starts, ends, names, closes, whole), count


def _behind(html: str, name: str, end: int) -> int:
    """Where the next tag is looked for: behind the content of scripts and the like."""
    close = re.compile(f"</{name}", re.IGNORECASE).search(html, end)
    return close.start() if close else len(html)
