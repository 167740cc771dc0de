"""What most pages of boards do not have, and a few pages have much of: blocks within posts, and what only pictures or
folded boxes say.

Each drawn page that an engine could have sent has a measure of it, drawn once: parsers that are right about the words
of posts, as most parsers are that somebody uses, are then right about most pages, as they are on the web; and the pages
on which such things stand have many of them, so that no bug is found later than before by more than a few pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec
from hypothesis import strategies as st

from forgegen.model.bodies import Block, Paragraph
from forgegen.model.thread import Post, Thread
from forgegen.strategies import fields
from forgegen.strategies.coded_lists import some_of
from forgegen.strategies.domain import Domain
from forgegen.strategies.drawn_bodies import words_and_nodes

WORDS, BLOCKS, ALL = range(3)
MEASURES = (WORDS,) * 23 + (BLOCKS,) * 6 + (ALL,) * 3
"""The shares of pages: words and what is marked in them, blocks as well, and what ``get_text`` does not give."""
_FEW_NODES, _MOST_NODES = 6, 12

_IN_BLOCKS = {"heading", "table", "code", "list", "rule", "figure", "image", "media"}
_UNSAID = {"smiley", "emoji", "spoiler", "unfurl", "attachment", "poll", "hashtag"}
_PLANTED = {
    ALL: {"text.emoji-img", "text.spoiler", "body.image-noscript", "inject.hidden"},
    BLOCKS: {"body.nested-quote", "body.image-lazy", "text.image"},
}


def planted_within(names: list[str], measure: int) -> list[str]:
    """The quirks of these that pages of a measure may have."""
    left_out = {name for least, found in _PLANTED.items() if least > measure for name in found}
    return [name for name in names if name not in left_out]


def thread_within(thread: Thread, measure: int) -> Thread:
    """The thread with the blocks that pages of a measure may have."""
    left_out = (_UNSAID if measure < ALL else set()) | (_IN_BLOCKS if measure < BLOCKS else set())
    if not left_out or not any(post.body for post in thread.posts):
        return thread
    return msgspec.structs.replace(thread, posts=tuple(_without(post, left_out) for post in thread.posts))


@lru_cache(maxsize=256)
def nodes(domain: Domain, measure: int) -> st.SearchStrategy[list[tuple[Block, ...]]]:
    """Nodes for the first posts of a page of a measure: those that pages of less have not."""
    wanted = _IN_BLOCKS if measure == BLOCKS else _UNSAID if measure == ALL else set()
    pool = [inside for inside in fields.field_pools(domain)["inside"] if not wanted.isdisjoint(_types(inside))]
    return some_of(pool, _FEW_NODES, _MOST_NODES) if pool else st.just([])


def with_nodes(thread: Thread, found: list[tuple[Block, ...]]) -> Thread:
    """The thread with a node in each of its first posts, below the words of those that have nothing else."""
    posts = list(thread.posts)
    for row, inside in enumerate(found[: len(posts)]):
        post = posts[row]
        if not post.body and (post.odd is None or post.odd.status is None):
            text, body = words_and_nodes(post.text, inside)
            posts[row] = msgspec.structs.replace(post, text=text, body=body)
    return msgspec.structs.replace(thread, posts=tuple(posts)) if found else thread


def _without(post: Post, left_out: set[str]) -> Post:
    kept = tuple(block for block in post.body if left_out.isdisjoint(_types(block)))
    if len(kept) == len(post.body):
        return post
    return msgspec.structs.replace(post, text="ok", body=kept or (Paragraph(("ok",)),))


def _types(node: Block | Any) -> Iterator[str]:
    """The types of a node and of those within it."""
    if isinstance(node, msgspec.Struct):
        yield str(getattr(node, "type", ""))
        for name in node.__struct_fields__:
            yield from _types(getattr(node, name))
    elif isinstance(node, tuple):
        for inner in node:
            yield from _types(inner)
