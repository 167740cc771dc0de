"""Smaller threads that still show a failure: posts are taken out, then what is left is made plain, part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from forgegen.model.thread import Article, Author, Board, Post, Thread
from forgegen.skincheck.hostile import BARE

_PLAIN_POST: dict[str, Any] = {
    "odd": None, "author": Author(), "floor": None, "arrival": None, "likes": None, "text": "ok", "time": None,
}  # fmt: skip
_PLAIN_THREAD: dict[str, Any] = {
    "odd": None, "article": BARE.article, "board": BARE.board, "last_reply": None, "views": 9, "id": 1,
    "published": BARE.published, "observed": BARE.observed, "zone": "PT",
}  # fmt: skip


def smallest(thread: Thread, fails: Callable[[Thread], bool], tries: int = 200) -> Thread:
    """The smallest thread found that still fails, within a number of tries."""
    while tries > 0:
        for smaller in _smaller(thread):
            tries -= 1
            if fails(smaller):
                thread = smaller
                break
            if tries <= 0:
                break
        else:
            return thread
    return thread


def _smaller(thread: Thread) -> Iterator[Thread]:
    replace = msgspec.structs.replace
    posts = thread.posts
    size = len(posts)
    while size:
        for start in range(0, len(posts), size):
            yield replace(thread, posts=_fitting((*posts[:start], *posts[start + size :])))
        size //= 2
    for name, plain in _PLAIN_THREAD.items():
        if getattr(thread, name) != plain:
            yield replace(thread, **{name: plain})
    yield from _parts(thread)
    for at, post in enumerate(posts):
        for simpler in _simpler(post):
            yield replace(thread, posts=_fitting((*posts[:at], simpler, *posts[at + 1 :])))


def _parts(thread: Thread) -> Iterator[Thread]:
    """The head with one text made plain."""
    article, board = thread.article, thread.board
    for name, plain in (("title", "t"), ("byline", "o"), ("caption", ""), ("paragraphs", ("p",))):
        if getattr(article, name) != plain:
            values = {field: getattr(article, field) for field in article.__struct_fields__}
            yield msgspec.structs.replace(thread, article=Article(**{**values, name: plain}))
    for simpler in (Board("b", board.latin), Board(board.name, "B")):
        if simpler != board:
            yield msgspec.structs.replace(thread, board=simpler)


def _simpler(post: Post) -> Iterator[Post]:
    """The post with one thing made plain, or taken to the left."""
    for name, plain in _PLAIN_POST.items():
        if getattr(post, name) != plain:
            yield msgspec.structs.replace(post, **{name: plain})
    if post.depth > 1:
        yield msgspec.structs.replace(post, depth=post.depth - 1)
    odd = post.odd
    for name in odd.__struct_fields__ if odd is not None else ():
        plain = "" if name in ("floor", "date", "replies", "likes") else None
        if odd is not None and getattr(odd, name) != plain:
            yield msgspec.structs.replace(post, odd=msgspec.structs.replace(odd, **{name: plain}))


def _fitting(posts: tuple[Post, ...]) -> tuple[Post, ...]:
    """The posts with depths that a tree can have."""
    fitting, above = [], 0
    for post in posts:
        above = min(post.depth, above + 1)
        fitting.append(post if post.depth == above else msgspec.structs.replace(post, depth=above))
    return tuple(fitting)
