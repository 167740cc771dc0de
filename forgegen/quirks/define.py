"""How a quirk is defined: one function that plants it, decorated with what it is and how it is detected.

``quirk`` decorates a function of the quirk's layer, ``post_quirk`` one that changes a single post. Both register the
quirk with a witness: a small plain thread in which it is planted.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

import msgspec

from forgegen.model.thread import Article, Author, Board, Odd, OddHead, Post, Thread
from forgegen.model.truth import DateTruth, PostTruth
from forgegen.quirks.facts import Facts
from forgegen.quirks.implausible import IMPLAUSIBLE
from forgegen.quirks.quirk import QUIRKS, Base, Layer, Quirk, Readers
from forgegen.registries import Registry
from forgegen.rendering.look import Data

Detector: TypeAlias = Callable[[Facts], bool]
"""Whether a page has a quirk, from its facts."""

F = TypeVar("F", bound=Callable[..., Any])

PLAIN_THREAD = Thread(
    Article("t", "o", "", ("p",)),
    (Post("ok", 1, Author("al", "A"), 1708146900, 1),),
    Board("b", "B"),
    9,
    None,
    1708146600,
    1708150600,
)
"""One ordinary post under an ordinary article: what the labels of a page are counted against."""

_AL, _BO, _CY = Author("al", "A"), Author("bo", "B"), Author("cy", "C")
_PEOPLE = (_AL, _BO, _CY)
_WORDS = ("ok", "yes", "so it is")
_START = 1708146900  # 2024-02-16 21:15 PT, the time of the plain post


def plain(*depths: int) -> Thread:
    """A plain thread with posts of these depths, a minute apart."""
    posts = tuple(_plain_post(n, depth) for n, depth in enumerate(depths))
    observed = max(PLAIN_THREAD.observed or 0, _START + 60 * len(posts) + 600)
    return msgspec.structs.replace(PLAIN_THREAD, posts=posts, observed=observed)


def _plain_post(n: int, depth: int) -> Post:
    word = _WORDS[n % 3] + ("" if n < 3 else f" {n}")
    return put(PLAIN_THREAD.posts[0], text=word, depth=depth, author=_PEOPLE[n % 3], time=_START + 60 * n)


def quirk(
    name: str,
    *,
    about: str,
    catches: str,
    source: str = "",
    detect: Detector,
    layer: Layer = "thread",
    readers: Readers = "portable",
    on: Thread | Base = PLAIN_THREAD,
    page: int = 1,
    data: Data = "none",
    implies: tuple[str, ...] = (),
) -> Callable[[F], F]:
    """Register the decorated function as what plants a quirk.

    ``about`` says what it is, ``catches`` which mistake of parsers it finds, ``source`` where that was reported;
    ``detect`` tells it on a page's facts. ``on`` is the thread of the witness, or makes it for a skin; ``page`` is the
    page of it to look at, counted from the end where negative; ``data`` its structured data.
    """

    def decorate(plant: F) -> F:
        QUIRKS.add(
            name,
            Quirk(
                name=name,
                about=about,
                catches=catches,
                source=source,
                layer=layer,
                readers=readers,
                plant=plant,
                detect=lambda page: detect(page.facts),
                on=on,
                page=page,
                data=data,
                implies=implies,
                plausible=name not in IMPLAUSIBLE,
            ),
        )
        return plant

    return decorate


def post_quirk(name: str, **told: Any) -> Callable[[Callable[[Post], Post]], Callable[[Post], Post]]:
    """Register a quirk whose function changes one post; its name decides which, so that several quirks spread."""

    def decorate(change: Callable[[Post], Post]) -> Callable[[Post], Post]:
        def plant(thread: Thread) -> Thread:
            return changed(thread, place(name, thread), change)

        quirk(name, **told)(plant)
        return change

    return decorate


def place(name: str, thread: Thread) -> int:
    """The 0-based row that a quirk of this name changes; 0 in a thread without posts."""
    return zlib.crc32(name.encode()) % max(1, len(thread.posts))


def changed(thread: Thread, at: int, change: Callable[[Post], Post]) -> Thread:
    """The thread with the post in row ``at`` changed; plain posts are appended until there is one."""
    posts = list(stretched(thread, at + 1).posts)
    posts[at] = change(posts[at])
    return with_posts(thread, posts)


def with_posts(thread: Thread, posts: list[Post]) -> Thread:
    """The thread with these posts instead of its own."""
    return msgspec.structs.replace(thread, posts=tuple(posts))


def stretched(thread: Thread, count: int) -> Thread:
    """The thread with plain posts appended until it has this many."""
    posts = list(thread.posts)
    latest = max((p.time for p in posts if p.time is not None), default=None)
    if latest is None and not posts:
        latest = _START - 60
    while len(posts) < count:
        latest = None if latest is None else latest + 60
        posts.append(put(_plain_post(len(posts), 1), time=latest))
    if len(posts) == len(thread.posts):
        return thread
    thread = with_posts(thread, posts)
    if latest is None or thread.observed is None or latest <= thread.observed:
        return thread
    return msgspec.structs.replace(thread, observed=latest + 600)


def put(post: Post, **fields: Any) -> Post:
    """The post with other fields; another text takes the place of its body."""
    if post.body and "text" in fields:
        fields = {"body": (), **fields}
    return msgspec.structs.replace(post, **fields)


def odd(post: Post, **fields: Any) -> Post:
    """The post with these oddities besides those it has."""
    return msgspec.structs.replace(post, odd=msgspec.structs.replace(post.odd or Odd(), **fields))


def head(thread: Thread, **fields: Any) -> Thread:
    """The thread with these oddities of its head besides those it has."""
    return msgspec.structs.replace(thread, odd=msgspec.structs.replace(thread.odd or OddHead(), **fields))


def any_post(test: Callable[[PostTruth], bool]) -> Detector:
    """Detects pages on which a post passes the test."""
    return lambda facts: any(map(test, facts.posts))


DateTest: TypeAlias = Callable[[DateTruth, str], object]
"""Whether a date on a board of a zone has a quirk."""

DATE_TESTS: Registry[DateTest] = Registry("test of dates")
"""The tests that single dates can be put to, by the quirk's name."""


def any_date(name: str, test: DateTest, of: Callable[[Facts], list[DateTruth]] = lambda f: f.all_dates) -> Detector:
    """Detects pages on which one of these dates passes the test, and registers the test."""
    DATE_TESTS.add(name, test)
    return lambda facts: any(test(date, facts.page.thread.zone) for date in of(facts))


def in_text(pattern: str, flags: int = 0) -> Detector:
    """Detects pages on which something that people wrote matches, a text, a title, a board's or an author's name;
    ``^`` and ``$`` stand for its ends, NUL for what is between."""
    search = re.compile(_ends(pattern), flags).search
    return lambda facts: search(facts.written) is not None


def in_name(pattern: str, flags: int = 0) -> Detector:
    """Detects pages on which an author's name matches."""
    search = re.compile(_ends(pattern), flags).search
    return lambda facts: search(facts.name) is not None


def _ends(pattern: str) -> str:
    """Texts are joined by NUL: a text begins at the very start or after one, and ends before one or at the end."""
    if pattern.startswith("^"):
        pattern = r"(?:\A|(?<=\0))" + pattern[1:]
    if pattern.endswith("$"):
        pattern = pattern[:-1] + r"(?=\0|\Z)"
    return pattern


def grew(pattern: str, flags: int = re.IGNORECASE) -> Detector:
    """Detects pages whose HTML matches more often than it does without quirks of markup."""
    find = re.compile(pattern, flags).findall

    def detect(facts: Facts) -> bool:
        added, removed = facts.lines
        return bool(added) and len(find(added)) > len(find(removed))

    return detect


def shrank(pattern: str, flags: int = re.IGNORECASE) -> Detector:
    """Detects pages whose HTML matches less often than it does without quirks of markup."""
    find = re.compile(pattern, flags).findall

    def detect(facts: Facts) -> bool:
        added, removed = facts.lines
        return bool(removed) and len(find(added)) < len(find(removed))

    return detect
