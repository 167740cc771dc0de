"""Bodies: a post without its place, what is plain about it, and the labels that an odd one earns."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import msgspec

from forgegen.model.bodies import Block, Paragraph, paragraphs_of
from forgegen.model.thread import Author, Odd, Post, Thread
from forgegen.pages.page import Page
from forgegen.quirks.catalogue import QUIRKS
from forgegen.quirks.define import PLAIN_THREAD
from forgegen.quirks.quirk import Readers

Follow = tuple[str, int]
"""How a floor follows: ``skip`` n floors, the ``same`` again, or ``at`` n."""

PLAIN_POST = PLAIN_THREAD.posts[0]
_SHORT = 1_000  # longer texts are planted, so that a page has one at the most
NEXT: Follow = ("skip", 0)


class Body(NamedTuple):
    """A post without its place. ``text`` None is a plain one, which differs from post to post; ``inside`` stands below
    the text."""

    text: str | None = None
    author: Author | None = PLAIN_POST.author
    time: int | None = PLAIN_POST.time
    likes: int | None = PLAIN_POST.likes
    follow: Follow = NEXT
    late: bool = False
    odd: Odd | None = None
    inside: tuple[Block, ...] = ()


PLAIN = Body()


class Known(NamedTuple):
    """What a quirk of the registry makes of the plain post."""

    name: str
    readers: Readers
    body: Body


def post_of(body: Body) -> Post:
    """The first post of a thread that has only this one."""
    kind, by = body.follow
    floor = by if kind == "at" else 1 + by
    text = PLAIN_POST.text if body.text is None else body.text
    text, blocks = words_and_nodes(text, body.inside)
    return Post(text, 1, body.author, body.time, body.likes, None if floor == 1 else floor, None, body.odd, blocks)


def words_and_nodes(text: str, inside: tuple[Block, ...]) -> tuple[str, tuple[Block, ...]]:
    """Text and body of a post in which these nodes stand below the words."""
    return ("ok", (*paragraphs_of((text,)), *inside)) if inside else (text, ())


@lru_cache(maxsize=2048)
def labels_of(body: Body) -> frozenset[str]:
    """The labels of a page that has this post alone."""
    page = Page(msgspec.structs.replace(PLAIN_THREAD, posts=(post_of(body),)), noise="none")
    return frozenset(page.quirks)


@lru_cache(maxsize=1)
def known_bodies() -> tuple[Known, ...]:
    """The quirks of threads that change nothing but one post, in the order of the registry."""
    found = []
    for quirk in QUIRKS.values():
        if quirk.layer != "thread" or quirk.plant is None:
            continue
        body = _body(quirk.plant(PLAIN_THREAD))
        if body is not None:
            found.append(Known(quirk.name, quirk.readers, body))
    return tuple(found)


def _body(thread: Thread) -> Body | None:
    """The body of a thread's only post, None where that is plain or more is odd about the thread."""
    if len(thread.posts) != 1 or msgspec.structs.replace(thread, posts=PLAIN_THREAD.posts) != PLAIN_THREAD:
        return None
    post = thread.posts[0]
    if post.arrival is not None or post == PLAIN_POST or len(post.text) > _SHORT:
        return None
    words = Paragraph((PLAIN_POST.text,))
    if post.body and post.body[0] != words:
        return None
    text = None if post.body or post.text == PLAIN_POST.text else post.text
    follow = NEXT if post.floor is None else ("at", post.floor)
    return Body(text, post.author, post.time, post.likes, follow, False, post.odd, post.body[1:])
