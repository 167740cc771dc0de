"""Quirks of floors: the numbers that boards give to posts."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from forgegen.model.thread import Post, Thread
from forgegen.quirks.define import Detector, head, odd, place, plain, post_quirk, put, quirk, stretched, with_posts
from forgegen.quirks.facts import Facts


def _floor(thread: Thread, row: int) -> int:
    """The floor that a row has."""
    floor = thread.posts[row].floor
    return row + 1 if floor is None else floor


def _numbered(thread: Thread, first: int) -> Thread:
    """The thread with floors counted from another number."""
    thread = stretched(thread, 1)
    return with_posts(thread, [put(post, floor=first + row) for row, post in enumerate(thread.posts)])


def _gapped(facts: Facts) -> bool:
    floors = sorted(facts.floors)
    if not floors:
        return False
    start = 1 + len(facts.truth.posts) - len(facts.posts)
    return any(b > a + 1 for a, b in pairwise(floors)) or (facts.page.context.pages == 1 and start < floors[0] < 10)


@quirk(
    "floor.gap",
    about="deleted floors leave gaps in the numbers",
    catches="the floor taken for the index plus one",
    source="the-open-agent/openagent#495; zyronon/V2Next#171",
    detect=_gapped,
)
def gap(thread: Thread) -> Thread:
    """Floors are missing before the chosen post."""
    thread = stretched(thread, 1)
    at = place("floor.gap", thread)
    posts = [put(post, floor=_floor(thread, row) + 3 * (row >= at)) for row, post in enumerate(thread.posts)]
    return with_posts(thread, posts)


@quirk(
    "floor.dup",
    about="one floor twice",
    catches="posts kept by floor: the first is overwritten",
    source="hjhee/tiebaSpider#1",
    detect=lambda f: len(set(f.floors)) < len(f.floors),
    on=plain(1, 1),
    implies=("floor.renumbered",),
)
def dup(thread: Thread) -> Thread:
    """The chosen post has the floor of the one before it."""
    thread = stretched(thread, 2)
    at = max(1, place("floor.dup", thread))
    posts = list(thread.posts)
    floor = _floor(thread, at - 1)
    posts[at - 1 : at + 1] = [put(posts[at - 1], floor=floor), put(posts[at], floor=floor)]
    return with_posts(thread, posts)


@quirk(
    "floor.named",
    about="the first floors have names: 沙发, 板凳, 楼主",
    catches="int() of a name",
    detect=lambda f: bool(f.floor_displays & {"楼主", "沙发", "板凳", "地板"}),
    implies=("floor.foreign-form",),
)
def named(thread: Thread) -> Thread:
    """Names for the first four floors."""
    return _displayed(stretched(thread, 1), "named", 4)


def _displayed(thread: Thread, form: str, rows: int) -> Thread:
    posts = [odd(post, floor=form) if row < rows else post for row, post in enumerate(thread.posts)]
    return with_posts(thread, posts)


@post_quirk(
    "floor.none",
    about="a post without a floor",
    catches="the floor required",
    source="the-open-agent/openagent#495",
    detect=lambda f: "floor" in f.page.context.skin.post and any(p.floor is None for p in f.posts),
    implies=("floor.foreign-form",),
)
def none(post: Post) -> Post:
    """No floor."""
    return odd(post, floor="none")


@quirk(
    "floor.3digit",
    about="floors of three and four digits",
    catches="fixed widths, arithmetic of pages",
    detect=lambda f: any(100 <= floor < 10_000 for floor in f.floors),
)
def three_digits(thread: Thread) -> Thread:
    """Floors from 100."""
    return _numbered(thread, 100)


@quirk(
    "floor.5digit",
    about="floors of five digits",
    catches="fixed widths, arithmetic of pages",
    detect=lambda f: any(floor >= 10_000 for floor in f.floors),
)
def five_digits(thread: Thread) -> Thread:
    """Floors from 12,001."""
    return _numbered(thread, 12_001)


@quirk(
    "floor.comma",
    about="floors above 10,000, with a comma",
    catches="int() of a comma",
    detect=lambda f: any("," in s for s in f.floor_displays),
    implies=("floor.5digit", "floor.foreign-form"),
)
def comma(thread: Thread) -> Thread:
    """Floors from 12,001."""
    return _displayed(_numbered(thread, 12_001), "comma", len(thread.posts) or 1)


@quirk(
    "floor.lexical",
    about="9 stands before 10",
    catches="floors sorted as text",
    detect=lambda f: any(a < b and str(a) > str(b) for a, b in pairwise(f.floors)),
    on=plain(1, 1),
    implies=("floor.gap",),
)
def lexical(thread: Thread) -> Thread:
    """Floors from 9."""
    return _numbered(stretched(thread, 2), 9)


@quirk(
    "floor.reversed",
    about="the newest post first",
    catches="ascending floors assumed",
    detect=lambda f: len(f.posts) > 1 and all(a.n > b.n for a, b in pairwise(f.posts)),
    on=plain(1, 1),
)
def reversed_(thread: Thread) -> Thread:
    """The newest first."""
    return head(stretched(thread, 2), order="newest")


@quirk(
    "floor.from-10",
    about="floors do not start at 1",
    catches="an offset assumed",
    source="Ahrwing/mcmod#2",
    detect=lambda f: f.page.number == 1 and bool(f.floors) and 10 <= f.floors[0] < 100,
)
def from_ten(thread: Thread) -> Thread:
    """Floors from 10."""
    return _numbered(thread, 10)


_IN_TEXT = re.compile(r"\d ?楼|#\d")


@post_quirk(
    "floor.in-text",
    about="a text or quotation that speaks of floors",
    catches="the pattern of floors searched in the whole post",
    detect=lambda f: any(
        _IN_TEXT.search(s) for p in f.posts for s in (p.text, p.quote) if isinstance(s, str) and ("楼" in s or "#" in s)
    ),
)
def in_text(post: Post) -> Post:
    """A text that names floors."""
    return put(post, text="同意 3 楼，另见 #5")


def _form(name: str, form: str, about: str, detect: Detector) -> None:
    def plant(post: Post) -> Post:
        return odd(post, floor=form)

    post_quirk(
        name, about=about, catches="one notation of floors known", detect=detect, implies=("floor.foreign-form",)
    )(plant)


def _shown(pattern: str) -> Callable[[Facts], bool]:
    match = re.compile(pattern).fullmatch
    return lambda f: any(map(match, f.floor_displays))


_form("floor.fullwidth", "fullwidth", "a floor in full-width digits: ３ 楼", _shown(r"[０-９]+ ?楼"))
_form("floor.hash", "hash", "a floor with a number sign: #3", _shown(r"#\d+"))
_form("floor.hash-behind", "hash-behind", "a floor with a number sign behind it: 3#", _shown(r"\d+#"))
_form("floor.letter-f", "letter-f", "a floor as 3F", _shown(r"\d+F"))
_form("floor.letter-l", "letter-l", "a floor as 3L", _shown(r"\d+L"))
