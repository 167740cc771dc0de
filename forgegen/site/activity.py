"""What a forum's lists show at a moment: its threads by their latest posts.

Threads that have ended stand in the order of their ends. The few that are still alive are put between them by the
latest of their posts that has come. So a page of a list is a range of places, found without a look at the others.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import NamedTuple

from forgegen.site.schedule import A_SLOT, Schedule


class Lane(NamedTuple):
    """A board's threads at a moment, or all of them: how many, how many ended, the live ones with their places."""

    threads: int
    ended: int
    live: list[tuple[int, int]]


class Activity:
    """The order of a forum's threads at an instant."""

    def __init__(self, schedule: Schedule, now: int) -> None:
        self.schedule, self.timeline, self.now = schedule, schedule.timeline, now
        self.position = schedule.position(now)
        slot = self.position >> A_SLOT
        self.arrived = slot + (schedule.start(slot) <= self.position)
        self.over = slot + (schedule.end(slot) <= self.position)  # slots whose ending threads have ended
        self._lanes: dict[int | None, Lane] = {}

    @cached_property
    def live(self) -> list[tuple[int, int]]:
        """The threads that have arrived and not ended, the latest active first: position of the latest post, thread."""
        found = []
        for slot in self.timeline.alive(self.over, self.arrived - 1):
            positions = self.schedule.positions(slot)
            found.append((positions[self.schedule.come(slot, self.position) - 1], slot))
        return sorted(found, reverse=True)

    def lane(self, board: int | None = None) -> Lane:
        """A board's threads, or all of them."""
        made = self._lanes.get(board)
        if made is None:
            made = self._lanes[board] = self._made(board)
        return made

    def _made(self, board: int | None) -> Lane:
        ended = self.timeline.ended_before(self.over, board)
        live = [(at, slot) for at, slot in self.live if board is None or self.timeline.board_of(slot) == board]
        places = [(rank + ended - self._ended_by(at, board), slot) for rank, (at, slot) in enumerate(live)]
        return Lane(self.timeline.arrived_before(self.arrived, board), ended, places)

    def _ended_by(self, position: int, board: int | None) -> int:
        """How many threads of a board had ended by a position."""
        slot = position >> A_SLOT
        return self.timeline.ended_before(min(slot + (self.schedule.end(slot) <= position), self.over), board)

    def thread(self, place: int, board: int | None = None) -> int:
        """The thread at a place of the order, the latest active being at 0."""
        lane = self.lane(board)
        at = bisect_left(lane.live, (place, -1))
        if at < len(lane.live) and lane.live[at][0] == place:
            return lane.live[at][1]
        found = self.timeline.ending_at(self.timeline.ended(lane.ended - 1 - (place - at), board))
        assert found is not None
        return found

    def place(self, slot: int, board: int | None = None) -> int:
        """The place of a thread in the order: the inverse of ``thread``."""
        lane = self.lane(board)
        place = next((place for place, live in lane.live if live == slot), None)
        if place is not None:
            return place
        place = lane.ended - 1 - self.timeline.ended_before(self.timeline.end_of(slot), board)
        for above, _ in lane.live:
            place += above <= place
        return place

    def newest(self, rank: int, board: int | None = None) -> int:
        """The thread at a place of the order of arrival, the newest being at 0."""
        return self.timeline.arrival(self.lane(board).threads - 1 - rank, board)
