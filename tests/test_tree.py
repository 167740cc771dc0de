"""Tree arithmetic on flat rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from forgegen.model.tree import depths_from_counts, parents_of, preorder, reply_counts


@st.composite
def arrivals(draw: st.DrawFn) -> list[int]:
    """Parents in order of arrival."""
    return [draw(st.integers(0, n)) for n in range(draw(st.integers(0, 40)))]


@given(arrivals())
def test_counts_alone_rebuild_the_tree(parents: list[int]) -> None:
    """Direct-reply counts in pre-order give the depths back, with nothing waiting."""
    _, depths = preorder(parents)

    assert depths_from_counts(reply_counts(parents_of(depths))) == (depths, [])


@given(arrivals())
def test_preorder_keeps_every_edge(parents: list[int]) -> None:
    """Page order is a permutation in which each comment's parent is the one it had on arrival."""
    order, depths = preorder(parents)
    floor_of = {arrival: floor for floor, arrival in enumerate(order, 1)}

    assert sorted(order) == list(range(len(parents)))
    for floor, parent in enumerate(parents_of(depths), 1):
        told = parents[order[floor - 1]]
        assert parent == (floor_of[told - 1] if told else 0)


def test_depth_is_no_limit() -> None:
    """A chain of 100,000 replies is handled without recursion."""
    _, depths = preorder(list(range(100_000)))

    assert depths[-1] == 100_000
    assert parents_of(depths)[-1] == 99_999
