"""Rows: what is drawn of a post, before its place among the others is known.

A row is an indent and a body. The body is plain (two choices for the shrinker), or has one odd field, or several. A row
can be deleted without renumbering any other: indents are clamped, floors are told from the row before.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from hypothesis import strategies as st

import forgegen.strategies.fields as fields
from forgegen.model.thread import Odd, Post
from forgegen.strategies.body_trees import body_trees
from forgegen.strategies.coded_lists import strings_of
from forgegen.strategies.domain import Domain
from forgegen.strategies.drawn_bodies import PLAIN, Body, words_and_nodes
from forgegen.strategies.fields import Strategy

Row = tuple[int, Body]
_MOST_EDITS = 12
_MISSING = 4


class ThreadEdit(NamedTuple):
    """What is done to a plain thread: ``kind`` says to what part, ``name`` to which field of it."""

    kind: str
    name: str
    value: Any


@lru_cache(maxsize=64)
def post_edits(domain: Domain) -> tuple[ThreadEdit, ...]:
    """The edits of a post that a domain has: a field of ``post`` or an ``odd`` one is given a value."""
    return edits_in("post", fields.field_pools(domain)) + edits_in("odd", fields.odd_pools(domain))


def edits_in(kind: str, pools: dict[str, list[Any]]) -> tuple[ThreadEdit, ...]:
    """An edit for each value of a pool; several for what is missing, since parsers miss that most often."""
    edits = [ThreadEdit(kind, name, value) for name, values in pools.items() for value in values]
    return (*edits, *[edit for edit in edits if edit.value in (None, "")] * _MISSING)


def changed(body: Body, edit: ThreadEdit) -> Body:
    """The body after an edit of it; texts and nodes are joined to those that are there already."""
    if edit.kind == "odd":
        likes = 12_345 if edit.name == "likes" and body.likes == PLAIN.likes else body.likes  # small ones look alike
        return body._replace(likes=likes, odd=msgspec.structs.replace(body.odd or Odd(), **{edit.name: edit.value}))
    if edit.name == "inside":
        return body._replace(inside=body.inside + edit.value)
    value = (body.text or "") + edit.value if edit.name == "text" else edit.value
    return body._replace(**{edit.name: value})


@lru_cache(maxsize=256)
def bodies(domain: Domain) -> Strategy:
    """Bodies: a quarter plain, a quarter with one odd field, half with several, also values that no pool holds."""
    edits = post_edits(domain)
    single = fields.sampled(dict.fromkeys([changed(PLAIN, edit) for edit in edits] + fields.known(domain)))
    if single is None:
        return st.just(PLAIN)
    several = strings_of(edits, 0, _MOST_EDITS) if edits else st.just([])
    wide = [_named(name, part) for name, part in fields.wide_parts(domain).items()]
    if _draws_trees(domain):
        wide.append(_named("inside", body_trees()))
    full = st.builds(_body, several, st.one_of(st.just({}), *wide))
    return fields.either([st.just(PLAIN), single, full, full])


def _draws_trees(domain: Domain) -> bool:
    """Whether posts may hold nodes within nodes: some skins write what only readers by the standard read alike, and
    nobody knows whether an engine would have taken them."""
    asked = domain.shapes == "any" and domain.readers != "portable"
    return asked and domain.wide("body") and "text" in fields.wide_parts(domain)


@st.composite
def _named(draw: st.DrawFn, name: str, value: Strategy) -> dict[str, Any]:
    return {name: draw(value)}


def _body(edits: list[ThreadEdit], wide: dict[str, Any]) -> Body:
    body = PLAIN
    for edit in edits:
        body = changed(body, edit)
    return body._replace(**wide)


def posts_of(rows: list[Row]) -> tuple[Post, ...]:
    """The posts that these rows make one after the other.

    >>> [p.depth for p in posts_of([(3, PLAIN), (1, PLAIN), (9, PLAIN)])]
    [1, 2, 3]
    """
    posts: list[Post] = []
    above = last = 0
    for n, (indent, body) in enumerate(rows):
        above = min(indent, above) + 1
        kind, by = body.follow
        last = last + 1 + by if kind == "skip" else last if kind == "same" else by
        text, blocks = words_and_nodes(plain_text(n) if body.text is None else body.text, body.inside)
        posts.append(
            Post(
                text,
                above,
                body.author,
                body.time,
                body.likes,
                None if last == n + 1 else last,
                len(rows) + n if body.late else None,
                None if body.odd is None or body.odd == _NOTHING else body.odd,
                blocks,
            )
        )
    return tuple(posts)


_NOTHING = Odd()


def plain_text(n: int) -> str:
    """The plain text of the post in row ``n``: no two posts of a page say the same unless that is drawn."""
    return f"ok {n + 1}" if n else "ok"
