"""The order of activity: a bijection in bounded blocks, the same count of each board in every one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgegen.generate.stories.deck import Deck
from forgegen.site.timeline import LEFT, Timeline, dealt, shared_out
from forgegen.streams.stream import Stream, fingerprint

BOARDS = st.integers(1, 40)
ROOTS = st.integers(0, 10**6)
SLOTS = st.integers(0, 3_000) | st.integers(0, 10**12)


def timeline(root: int, boards: int, silent: int = 5) -> Timeline:
    """A timeline in which one thread in so many has no comments."""
    return Timeline(
        f"t{root}",
        boards,
        lambda slot: (fingerprint(root, slot) % silent or None) and fingerprint(slot) % 20,
        fingerprint,
    )


@given(ROOTS, BOARDS, SLOTS)
def test_a_thread_ends_after_it_came_and_within_two_blocks(root: int, boards: int, slot: int) -> None:
    """It ends in its own slot or later, no later than in the next block; a thread without comments in its own."""
    line = timeline(root, boards)
    end = line.end_of(slot)

    assert slot <= end < (slot // line.block + 2) * line.block
    assert line.life(slot) is not None or end == slot


@given(ROOTS, BOARDS, SLOTS)
def test_ends_and_threads_are_inverse(root: int, boards: int, slot: int) -> None:
    """The thread that ends where a thread ends is that thread; the slot in which one ends has no other."""
    line = timeline(root, boards)
    other = line.ending_at(slot)

    assert line.ending_at(line.end_of(slot)) == slot
    assert other is None or line.end_of(other) == slot
    assert other is not None or slot < line.block  # only in the first block nobody is left over


@given(ROOTS, BOARDS, SLOTS, st.data())
def test_ranks_and_slots_are_inverse(root: int, boards: int, rank: int, data: st.DataObject) -> None:
    """On each board, and on all together, the thread of a rank has that many before it: by arrival and by end."""
    line = timeline(root, boards)
    board = data.draw(st.none() | st.integers(0, boards - 1))
    came, ended = line.arrival(rank, board), line.ended(rank, board)

    assert line.arrived_before(came, board) == rank == line.ended_before(ended, board)
    thread = line.ending_at(ended)
    assert thread is not None
    assert board is None or line.board_of(came) == board == line.board_of(thread)


@given(ROOTS, st.integers(1, 12))
def test_counts_are_those_of_the_threads(root: int, boards: int) -> None:
    """Three blocks, counted one by one, are what the arithmetic says; who is alive in a slot, too."""
    line = timeline(root, boards)
    slots = range(3 * line.block)
    ends = {slot: line.end_of(slot) for slot in slots}
    for board in (None, boards - 1):
        mine = [slot for slot in slots if board is None or line.board_of(slot) == board]
        assert [line.arrival(rank, board) for rank in range(len(mine))] == mine
        over = sorted(ends[slot] for slot in mine if ends[slot] < len(slots))
        assert [line.ended(rank, board) for rank in range(len(over))] == over
    for slot in (0, line.block - 1, 2 * line.block + 7):
        assert line.alive(slot, slot) == [s for s in range(slot + 1) if ends[s] >= slot]


@pytest.mark.parametrize("boards", [2, 3, 7])
def test_boards_are_uneven_and_none_is_empty_early(boards: int) -> None:
    """The busiest board has more threads than the quietest, and each has one of the first threads."""
    line = timeline(3, boards)

    assert max(line.shares) > min(line.shares)
    assert {line.board_of(slot) for slot in range(boards)} == set(range(boards))


@pytest.mark.parametrize("boards", [2, 3, 6])
def test_a_boards_neighbours_tell_different_stories(boards: int) -> None:
    """Of twenty threads in a row on one board, hardly any tells what another does."""
    deck = Deck("d", range(60))
    line = Timeline("t3", boards, lambda slot: slot % 5 or None, lambda slot: deck.at(slot).item)
    for board in range(boards):
        stories = [deck.at(slot).item for slot in range(line.block) if line.board_of(slot) == board]
        rows = [stories[at : at + 20] for at in range(0, len(stories) - 19, 20)]
        assert min(len(set(row)) for row in rows) >= 19


def test_most_threads_end_soon_and_a_few_are_bumped_late() -> None:
    """Half end within some slots; one in sixteen ends in the next block."""
    line = timeline(1, 3)
    lives = sorted(line.end_of(slot) - slot for slot in range(4 * line.block))
    late = sum(line.end_of(slot) // line.block > slot // line.block for slot in range(4 * line.block))

    assert lives[len(lives) // 2] < 20
    assert lives[-1] > line.block // 2
    assert late == 4 * line.block // LEFT


@given(st.integers(1, 500), st.lists(st.integers(1, 100), min_size=1, max_size=9))
def test_shares_make_the_whole(count: int, weights: list[int]) -> None:
    """Nothing is lost, and more weight is never a smaller share."""
    shares = shared_out(count, weights)
    by_weight = [share for _, share in sorted(zip(weights, shares, strict=True))]

    assert sum(shares) == count
    assert all(a <= b + 1 for a, b in pairwise(by_weight))


@given(ROOTS, st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_turns_are_as_often_as_the_quota(root: int, quota: list[int]) -> None:
    """Each board comes as often as it should, and once at the begin."""
    turns = dealt(Stream("deal", root), quota)

    assert [turns.count(board) for board in range(len(quota))] == quota
    assert set(turns[: sum(q > 0 for q in quota)]) == {b for b, q in enumerate(quota) if q}
