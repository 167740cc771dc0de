"""Rows: what is drawn of a post, before its place among the others is known.

A row is an indent and a body. The body is plain (two choices for the shrinker), or has one odd field, or all fields are
drawn. A row can be deleted without renumbering any other: indents are clamped, floors are told from the row before.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec
from hypothesis import strategies as st

from forgegen.drawing import fields
from forgegen.drawing.body import PLAIN, Body
from forgegen.drawing.domain import Domain
from forgegen.drawing.fields import Strategy
from forgegen.model.thread import Odd, Post

Row = tuple[int, Body]


@lru_cache(maxsize=256)
def bodies(domain: Domain) -> Strategy:
    """Bodies: a quarter plain, a quarter with one odd field, half with every field drawn."""
    one = [strategy.map(_setter(name)) for name, strategy in _odd_fields(domain).items()]
    one += [strategy.map(_odd_setter(name)) for name, strategy in fields.odd_parts(domain).items()]
    single = fields.joined([st.one_of(one) if one else None, fields.sampled(fields.known(domain))])
    if single is None:
        return st.just(PLAIN)
    full = _full(domain)
    return fields.either([st.just(PLAIN), single, full, full])


def _odd_fields(domain: Domain) -> dict[str, Strategy]:
    found: dict[str, Strategy | None] = {
        "text": fields.odd_texts(domain),
        "author": fields.odd_authors(domain),
        "time": fields.odd_times(domain),
        "likes": fields.joined([fields.odd_numbers(domain), st.none() if domain.free else None]),
        "follow": fields.odd_follows(domain),
        "late": st.just(True) if domain.has("tree.late-reply") else None,
    }
    return {name: strategy for name, strategy in found.items() if strategy is not None}


def _setter(name: str) -> Any:
    return lambda value: PLAIN._replace(**{name: value})


def _odd_setter(name: str) -> Any:
    plain = PLAIN._replace(likes=12_345) if name == "likes" else PLAIN  # small numbers look alike in most forms
    return lambda value: plain._replace(odd=Odd(**{name: value}))


def _full(domain: Domain) -> Strategy:
    """Bodies of which every field is plain or odd."""
    odd = _odd_fields(domain)
    parts = [
        fields.either([st.just(plain), odd.get(name)]) for name, plain in zip(Body._fields[:-1], PLAIN, strict=False)
    ]
    odds = _odds(domain)
    return st.builds(Body, *parts, fields.either([st.none(), odds, odds]))


def _odds(domain: Domain) -> Strategy | None:
    """Oddities of which up to three fields are drawn."""
    parts = [part.map(_named(name)) for name, part in fields.odd_parts(domain).items()]
    return st.lists(st.one_of(parts), min_size=1, max_size=3).map(_odd_of) if parts else None


def _named(name: str) -> Any:
    return lambda value: (name, value)


def _odd_of(pairs: list[tuple[str, Any]]) -> Odd:
    return msgspec.structs.replace(Odd(), **dict(pairs))


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
        posts.append(
            Post(
                plain_text(n) if body.text is None else body.text,
                above,
                body.author,
                body.time,
                body.likes,
                None if last == n + 1 else last,
                len(rows) + n if body.late else None,
                None if body.odd is None or body.odd == _NOTHING else body.odd,
            )
        )
    return tuple(posts)


_NOTHING = Odd()


def plain_text(n: int) -> str:
    """The plain text of the post in row ``n``: no two posts of a page say the same unless that is drawn."""
    return f"ok {n + 1}" if n else "ok"
