"""The numbers that a forum gives to threads and posts: they grow with time, and each is given once.

Threads are numbered as they arrive. Posts come in the order of their positions over the whole forum: those of a window
of slots have a range of numbers to themselves, which is larger than their count, and are numbered in it by their
place. Where an engine has one sequence for both (``items``), a thread's number is that of its opening post.
"""

from __future__ import annotations

from bisect import bisect_left
from math import isqrt

from forgegen.model.post_numbers import FIRST_THREAD
from forgegen.site.cache import Recent
from forgegen.site.schedule import A_SLOT, Schedule
from forgegen.skins.skin import Columns

FIRST_POST = 20_000_000
_WINDOWS = (8, 64, 1024)  # slots of a window, the fewest that will do
_MOST_A_SLOT = 2048  # numbers kept for a slot where there is plenty
_SAMPLED = 256  # threads looked at to know how many posts a window has
_KEPT_POSTS = 60_000


class Numbers:
    """The numbers of one forum, within an engine's columns where its posts fit them; ``past`` says that they do not."""

    def __init__(self, schedule: Schedule, columns: Columns) -> None:
        self.schedule, self.columns = schedule, columns
        threads = schedule.threads
        room = threads + threads // 8
        self.first_thread = FIRST_THREAD
        if columns.threads and FIRST_THREAD + room > columns.threads:
            self.first_thread = max(1, columns.threads - room)
        self.window, self.range, self.first_post, self.past = self._window(room)
        self.past = self.past or bool(columns.threads and self.first_thread + threads - 1 > columns.threads)
        self._windows: Recent[int, tuple[tuple[int, int, int], ...]] = Recent(_KEPT_POSTS, len)
        self._places: Recent[int, dict[tuple[int, int], int]] = Recent(_KEPT_POSTS, len)

    def _window(self, room: int) -> tuple[int, int, int, bool]:
        """Slots of a window, its range of numbers, the first number, and whether the last one is past the column."""
        most = self.columns.posts
        for window in _WINDOWS:
            need, windows = self._need(window), room // window + 1
            for first in (FIRST_POST, 1):
                if not most or first + need * windows <= most:
                    plenty = (most - first) // windows if most else need
                    return window, max(need, min(plenty, window * _MOST_A_SLOT)), first, False
        return _WINDOWS[0], self._need(_WINDOWS[0]), FIRST_POST, True

    def _need(self, window: int) -> int:
        """How many numbers a window of slots should have: far more than it has posts, but no more than that."""
        step = max(1, self.schedule.threads // _SAMPLED)
        sizes = [len(self.schedule.pace(slot)) + 1 for slot in range(0, _SAMPLED * step, step)]
        mean = sum(sizes) / len(sizes)
        spread = isqrt(int(sum((size - mean) ** 2 for size in sizes) / len(sizes)) * window)
        return int(mean * window * 9 // 8) + 8 * spread + self.schedule.profile.sizes_cap

    def _posts(self, window: int) -> tuple[tuple[int, int, int], ...]:
        """The posts of a window in order: position, thread, rank in the thread."""
        return self._windows.made(window, lambda: self._make_posts(window))

    def _make_posts(self, window: int) -> tuple[tuple[int, int, int], ...]:
        first, after = window * self.window, (window + 1) * self.window
        low, high = first << A_SLOT, after << A_SLOT
        return tuple(sorted(
            (positions[rank], slot, rank)
            for slot in self.schedule.timeline.alive(first, after - 1)
            for positions in [self.schedule.positions(slot)]
            for rank in range(bisect_left(positions, low), bisect_left(positions, high))
        ))  # fmt: skip

    def post(self, slot: int, rank: int) -> int:
        """The number of a thread's post; rank 0 is the opening one."""
        window = (self.schedule.positions(slot)[rank] >> A_SLOT) // self.window
        places = self._places.made(window, lambda: {(s, r): at for at, (_, s, r) in enumerate(self._posts(window))})
        return self.first_post + window * self.range + places[slot, rank]

    def post_of(self, number: int) -> tuple[int, int] | None:
        """The thread and rank of the post with a number; None where none has it."""
        if number < self.first_post:
            return None
        window, place = divmod(number - self.first_post, self.range)
        if window << A_SLOT > self.schedule.end_of_time:
            return None
        posts = self._posts(window)
        return posts[place][1:] if place < len(posts) else None

    def thread(self, slot: int) -> int:
        """The number of a thread."""
        return self.post(slot, 0) if self.columns.items else self.first_thread + slot

    def thread_of(self, number: int) -> int | None:
        """The thread with a number, whether it has arrived or not; None where none has it."""
        if not self.columns.items:
            return number - self.first_thread if number >= self.first_thread else None
        found = self.post_of(number)
        return found[0] if found is not None and found[1] == 0 else None
