"""Shapes of trees that draws do not reach: chains deeper than parsers nest, stars, combs, parents that are gone."""

from __future__ import annotations

import msgspec
from hypothesis import strategies as st

from forgegen.model.thread import Odd, Thread
from forgegen.strategies.drawn_bodies import PLAIN
from forgegen.strategies.headers import PLAIN_HEAD
from forgegen.strategies.post_rows import Row, posts_of

CHAINS = (5, 50, 260, 1_100, 3_000)


def _chain(length: int) -> list[Row]:
    return [(depth, PLAIN) for depth in range(length)]


def _star(rays: int) -> list[Row]:
    return [(0, PLAIN), *[(1, PLAIN)] * rays]


def _comb(teeth: int) -> list[Row]:
    """A chain of which each post has one more answer."""
    return [(depth, PLAIN) for depth in range(teeth)] + [(depth, PLAIN) for depth in range(teeth - 1, 0, -1)]


def _parentless(status: str) -> list[Row]:
    gone = PLAIN._replace(odd=msgspec.structs.replace(Odd(), status=status))
    return [(0, gone), (1, PLAIN)]


def tree_threads() -> st.SearchStrategy[Thread]:
    """A thread of one of the shapes."""
    shapes = st.one_of(
        st.sampled_from(CHAINS).map(_chain),
        st.integers(2, 300).map(_star),
        st.integers(2, 60).map(_comb),
        st.sampled_from(("deleted", "removed")).map(_parentless),
    )
    return shapes.map(lambda rows: Thread(posts=posts_of(rows), **PLAIN_HEAD))
