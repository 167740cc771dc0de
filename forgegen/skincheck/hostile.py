"""Hostile threads, always the same ones: every quirk of threads, planted in a plain one, then what strategies draw.

What one shows is then shown by less: by a smaller one of the quirks, or by what Hypothesis makes of a drawn one.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

import msgspec
from hypothesis import HealthCheck, Phase, Verbosity, given, settings

from forgegen.model.bodies import Block
from forgegen.model.thread import Article, Author, Post, Thread
from forgegen.quirks.catalogue import QUIRKS
from forgegen.quirks.define import PLAIN_THREAD, plain
from forgegen.strategies.body_trees import EXAMPLES
from forgegen.strategies.domain import Domain
from forgegen.strategies.drawn_threads import Options, threads_of

_HOSTILE = Domain(readers="hostile")
_MOST_POSTS = 60  # of a quirk's thread: each is rendered in many looks
_MOST_DRAWN = 8
_OFTEN = 2  # a thread that is drawn again shows nothing new
_TRIES = 300  # threads looked at to make one smaller
_SETTINGS = settings(
    database=None, derandomize=True, deadline=None, verbosity=Verbosity.quiet, print_blob=False,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


class _Fails(Exception):
    """A drawn thread fails."""


@lru_cache(maxsize=1)
def quirk_threads() -> tuple[Thread, ...]:
    """A thread for every quirk of threads but the longest, one for every node of bodies, and some odder than quirks."""
    post = PLAIN_THREAD.posts[0]
    threads = [Thread(), PLAIN_THREAD, _with(post, floor=-1, likes=-1), _with(post, time=-(10**9))]
    threads += [_with_body(body) for body in EXAMPLES.values()]
    of_threads = [quirk for quirk in QUIRKS.values() if quirk.layer == "thread" and quirk.plant is not None]
    place = {quirk: [q for q in of_threads if q.klass == quirk.klass].index(quirk) for quirk in of_threads}
    for quirk in sorted(of_threads, key=place.__getitem__):  # one of each class, and again: few show much
        assert quirk.plant is not None
        threads.append(quirk.plant(quirk.on if isinstance(quirk.on, Thread) else PLAIN_THREAD))
    return tuple(thread for thread in dict.fromkeys(threads) if len(thread.posts) <= _MOST_POSTS)


def _with_body(body: tuple[Block, ...]) -> Thread:
    """A plain thread whose second post and whose article hold a body."""
    answer = Post(depth=2, time=PLAIN_THREAD.posts[0].time, body=body)
    article = PLAIN_THREAD.article
    article = Article(article.title, article.byline, article.caption, body=body)
    return msgspec.structs.replace(PLAIN_THREAD, article=article, posts=(*PLAIN_THREAD.posts, answer))


def _with(post: Post, **fields: int) -> Thread:
    return msgspec.structs.replace(PLAIN_THREAD, posts=(msgspec.structs.replace(post, **fields),))


@lru_cache(maxsize=2)
def hostile_threads(number: int) -> tuple[Thread, ...]:
    """That many threads, the same ones whenever asked."""
    threads = list(quirk_threads())
    if number > len(threads):
        _draw(_OFTEN * (number - len(threads)), threads.append, Phase.generate)
    return tuple(dict.fromkeys(threads))[:number]


def smallest(thread: Thread, number: int, fails: Callable[[Thread], bool]) -> Thread:
    """The smallest thread found that fails as this one does, which was found among ``number`` hostile ones."""
    for other in sorted(quirk_threads(), key=_size):
        if other == thread or (_size(other) < _size(thread) and fails(other)):
            return other
    drawn = hostile_threads(number)[len(quirk_threads()) :]
    if thread not in drawn:
        return thread
    known, last = dict.fromkeys(drawn, False) | {thread: True}, thread

    def look(drawn: Thread) -> None:
        nonlocal last
        if drawn not in known:
            known[drawn] = len(known) < number + _TRIES and fails(drawn)
        if known[drawn]:
            last = drawn  # the last that Hypothesis looks at is the smallest
            raise _Fails

    with suppress(_Fails):
        _draw(_OFTEN * (number - len(quirk_threads())), look, Phase.generate, Phase.shrink)
    return last


def _size(thread: Thread) -> tuple[int, int]:
    return len(thread.posts), len(repr(thread))


def _draw(number: int, look: Callable[[Thread], None], *phases: Phase) -> None:
    """Have a function called with that many drawn threads, the same ones in the same order each time."""

    @settings(_SETTINGS, max_examples=number, phases=phases)
    @given(threads_of(_HOSTILE, Options(max_size=_MOST_DRAWN)))
    def each(thread: Thread) -> None:
        look(thread)

    each()


def long_thread(posts: int) -> Thread:
    """A thread of that many posts of which some answer one that stands far above."""
    thread = plain(*(1 if n % 7 == 0 else 2 for n in range(posts)))
    named = (msgspec.structs.replace(post, author=Author(f"a{n % 5}")) for n, post in enumerate(thread.posts))
    return msgspec.structs.replace(thread, posts=tuple(named))
