"""The order of activity of a whole forum, computed and never stored: which thread ends in which slot, and back.

Time goes by in **slots**. In slot ``s`` thread ``s`` arrives, and then one thread gets its last post, or none does.
Slots stand in **blocks**. Of a block's threads most end within it, soon after they came; one in sixteen is bumped late
and ends in the next block. Each block has the same number of threads of each board, in both lots, so that the place of
a thread in its board's order is a count of whole blocks and a look at one: it costs the same for any thread.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cached_property
from heapq import heappop, heappush
from typing import NamedTuple

from forgegen.site.cache import Recent
from forgegen.streams.stream import Stream, fingerprint

LEFT = 16  # of so many threads one is bumped late
BLOCK = 256  # slots of a block, unless told otherwise
_A_BOARD = 16  # slots of a block at least for each board
_KEPT = 128  # blocks
_APART = 24  # threads of a board between two that tell one story, where it can be done
_AHEAD = 24  # threads among which another is looked for


class _Own(NamedTuple):
    """What a block decides alone, by places in it: the place at which each thread ends (None: in the next block), the
    places that are left for threads of the block before, the board of each thread."""

    ends: list[int | None]
    free: list[int]
    boards: list[int]


class _Lane(NamedTuple):
    """One board's (or all boards') slots of a block, sorted: those in which its threads arrive, and end."""

    arrivals: list[int]
    ends: list[int]


class Timeline:
    """The order of a forum's threads. ``life`` is for how many slots a thread would live by itself, None where it has
    no comment: such a one ends where it arrives. ``story`` names what a thread tells: a board's neighbours tell
    different ones, where it can be done. ``usual`` is how many slots threads live as a rule.
    """

    def __init__(
        self,
        root: str,
        boards: int,
        life: Callable[[int], int | None],
        story: Callable[[int], object] = lambda slot: slot,
        *,
        usual: int = 16,
        block: int = BLOCK,
    ) -> None:
        self.root, self.boards, self.life, self.story, self.usual = root, boards, life, story, usual
        self.block = max(block, -(-boards * _A_BOARD // LEFT) * LEFT)
        late = self.block // LEFT
        weights = _weights(root, boards)
        self.quota_own = shared_out(self.block - late, weights, least=1)
        self.quota_late = shared_out(late, weights)
        self._owns: Recent[int, _Own] = Recent(_KEPT)
        self._all_ends: Recent[int, list[int]] = Recent(_KEPT)
        self._ended: Recent[int, list[int]] = Recent(_KEPT)
        self._lanes: Recent[tuple[int, int | None], _Lane] = Recent(_KEPT * (boards + 1))

    # -- one thread -------------------------------------------------------------------------------------------------

    def end_of(self, slot: int) -> int:
        """The slot in which the thread of this slot has its last post."""
        block, place = divmod(slot, self.block)
        end = self._own(block).ends[place]  # without a look at the next block, where that is not wanted
        return self._ends(block)[place] if end is None else block * self.block + end

    def ending_at(self, slot: int) -> int | None:
        """The thread that has its last post in a slot: the inverse of ``end_of``; None where none has."""
        block, place = divmod(slot, self.block)
        found = self._ended_in(block)[place]
        return None if found < 0 else found

    def board_of(self, slot: int) -> int:
        """The board of a slot's thread."""
        block, place = divmod(slot, self.block)
        return self._own(block).boards[place]

    def alive(self, first: int, last: int) -> list[int]:
        """The threads that arrive in or before slot ``last`` and end in or after slot ``first``, sorted."""
        found = []
        for block in range(max(0, first // self.block - 1), last // self.block + 1):
            start = block * self.block
            ends = self._ends(block)[: last + 1 - start]
            found += [slot for slot, end in enumerate(ends, start) if end >= first]
        return found

    # -- whole orders -----------------------------------------------------------------------------------------------

    def arrived_before(self, slot: int, board: int | None = None) -> int:
        """How many threads of a board arrive before a slot."""
        block, place = divmod(slot, self.block)
        return block * self._a_block(board) + bisect_left(self._lane(block, board).arrivals, place)

    def arrival(self, rank: int, board: int | None = None) -> int:
        """The thread of a board that came after ``rank`` others."""
        block, place = divmod(rank, self._a_block(board))
        return block * self.block + self._lane(block, board).arrivals[place]

    def ended_before(self, slot: int, board: int | None = None) -> int:
        """How many threads of a board end before a slot."""
        block, place = divmod(slot, self.block)
        whole = block * self._a_block(board) - self._late(board) if block else 0
        return whole + bisect_left(self._lane(block, board).ends, place)

    def ended(self, rank: int, board: int | None = None) -> int:
        """The slot in which ``rank`` threads of a board have ended before and another does."""
        size, late = self._a_block(board), self._late(board)
        block, place = divmod(rank + late, size) if rank >= size - late else (0, rank)
        return block * self.block + self._lane(block, board).ends[place]

    def _a_block(self, board: int | None) -> int:
        """The threads of a board that arrive in a block; as many end in each but the first."""
        return self.block if board is None else self.quota_own[board] + self.quota_late[board]

    def _late(self, board: int | None) -> int:
        return self.block // LEFT if board is None else self.quota_late[board]

    # -- blocks -----------------------------------------------------------------------------------------------------

    def _own(self, block: int) -> _Own:
        return self._owns.made(block, lambda: self._make_own(block))

    def _ends(self, block: int) -> list[int]:
        """The slots in which the threads of a block end, in their order."""
        return self._all_ends.made(block, lambda: self._make_ends(block))

    def _make_ends(self, block: int) -> list[int]:
        start, after = block * self.block, (block + 1) * self.block
        late = iter(shuffled(Stream(self.root, "late", block), self._own(block + 1).free))
        return [start + end if end is not None else after + next(late) for end in self._own(block).ends]

    def _ended_in(self, block: int) -> list[int]:
        """By place, the thread that ends there; -1 where none does."""
        return self._ended.made(block, lambda: self._make_ended(block))

    def _make_ended(self, block: int) -> list[int]:
        ended, start = [-1] * self.block, block * self.block
        for one in (block - 1, block) if block else (block,):
            for slot, end in enumerate(self._ends(one), one * self.block):
                if start <= end < start + self.block:
                    ended[end - start] = slot
        return ended

    def _lane(self, block: int, board: int | None) -> _Lane:
        return self._lanes.made((block, board), lambda: self._make_lane(block, board))

    def _make_lane(self, block: int, board: int | None) -> _Lane:
        boards, ended = self._own(block).boards, self._ended_in(block)
        return _Lane(
            [place for place, one in enumerate(boards) if board is None or one == board],
            [p for p, slot in enumerate(ended) if slot >= 0 and (board is None or self.board_of(slot) == board)],
        )

    def _make_own(self, block: int) -> _Own:
        start, size = block * self.block, self.block
        stream = Stream(self.root, "block", block)
        lives = [self.life(start + place) for place in range(size)]
        late = self._late_places(stream, lives)
        ends, free = _endings(stream, lives, late, self.usual)
        boards = [0] * size
        for quota, places in ((self.quota_own, [p for p in range(size) if p not in late]),
                              (self.quota_late, sorted(late))):  # fmt: skip
            for place, board in zip(places, dealt(stream, quota), strict=True):
                boards[place] = board
        return _Own(ends, free, self._told_apart(start, boards, late))

    def _late_places(self, stream: Stream, lives: Sequence[int | None]) -> set[int]:
        """The places of the threads that are bumped late, none of the first ones: each board has one of these."""
        wanted = self.block // LEFT
        able = [place for place in range(self.boards, self.block) if lives[place] is not None]
        rest = [place for place in range(self.boards, self.block) if lives[place] is None]
        chosen = shuffled(stream, able)[:wanted]
        return {*chosen, *shuffled(stream, rest)[: wanted - len(chosen)]}

    def _told_apart(self, start: int, boards: list[int], late: set[int]) -> list[int]:
        """The boards after some changed places, so that a board's neighbours tell different stories."""
        if self.boards == 1:
            return boards
        stories = [self.story(start + place) for place in range(self.block)]
        told: list[list[object]] = [[] for _ in range(self.boards)]
        for place in range(self.boards, self.block):
            if stories[place] in told[boards[place]][-_APART:]:
                for other in range(place + 1, min(place + _AHEAD, self.block)):
                    fits = stories[place] not in told[boards[other]][-_APART:]
                    if fits and boards[other] != boards[place] and (other in late) == (place in late):
                        boards[place], boards[other] = boards[other], boards[place]
                        break
            told[boards[place]].append(stories[place])
        return boards

    @cached_property
    def shares(self) -> list[int]:
        """How many threads of each board arrive in a block."""
        return [own + late for own, late in zip(self.quota_own, self.quota_late, strict=True)]


def _endings(
    stream: Stream, lives: Sequence[int | None], late: set[int], usual: int
) -> tuple[list[int | None], list[int]]:
    """The place at which each thread of a block ends, and the places that stay free for late ones of the block before.

    A thread that has arrived waits in a pool. At each place the one ends whose own time is up first; where the place is
    free, none. As many places are free as threads are late, some of them at the begin: as many as threads usually live.
    """
    size = len(lives)
    ends: list[int | None] = [None] * size
    waits = [lives[p] is not None and p not in late for p in range(size)]
    coming = sum(waits)  # threads that will wait and have not come
    usable = sum(lives[p] is not None or p in late for p in range(size))  # places not taken by their own thread
    early, pool, free = min(max(usual, 1), len(late) // 2), list[tuple[int, int]](), list[int]()
    for place, life in enumerate(lives):
        if life is None and place not in late:
            ends[place] = place
            continue
        if waits[place]:
            heappush(pool, (place + (life or 0), place))
            coming -= 1
        spare = usable - len(pool) - coming  # places that must be left free
        usable -= 1
        if spare and (not pool or len(free) < early or stream.below(usable + 1) < spare):
            free.append(place)
        else:
            ends[heappop(pool)[1]] = place
    return ends, free


def shuffled(stream: Stream, items: Sequence[int]) -> list[int]:
    """The items in an order that the stream decides."""
    order = list(items)
    for last in range(len(order) - 1, 0, -1):
        at = stream.below(last + 1)
        order[last], order[at] = order[at], order[last]
    return order


def _weights(root: str, boards: int) -> list[int]:
    """How busy each board is: the busiest of many has several times the threads of the quietest."""
    order = shuffled(Stream(root, "boards"), range(boards))
    weights = [0] * boards
    for rank, board in enumerate(order):
        weights[board] = 6000 // (rank + 3) + 200 + fingerprint(root, "weight", board) % 100
    return weights


def shared_out(count: int, weights: Sequence[int], least: int = 0) -> list[int]:
    """A count in whole shares by weight (largest remainders), none of them less than ``least``.

    >>> shared_out(10, [3, 2, 1]), shared_out(5, [97, 1, 1, 1], least=1)
    ([5, 3, 2], [2, 1, 1, 1])
    """
    rest, whole = count - least * len(weights), sum(weights)
    shares = [least + rest * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda b: (-(rest * weights[b] % whole), b))
    for board in order[: count - sum(shares)]:
        shares[board] += 1
    return shares


def dealt(stream: Stream, quota: Sequence[int]) -> list[int]:
    """Boards in turn, each as often as its quota says and spread evenly; each that has any comes once at the begin."""
    turns = []
    for board, count in enumerate(quota):
        for turn in range(count):
            when = (turn * 1000 + stream.below(900)) * 1000 // count if turn else -1
            turns.append((when, stream.word(), board))
    return [board for _, _, board in sorted(turns)]
