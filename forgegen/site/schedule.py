"""When each post of a forum comes, whichever thread is asked about first.

Time is counted in **positions**: a slot of the timeline has 2^24 of them. Thread ``s`` arrives in the first quarter of
slot ``s``; the last post of the slot's ending thread falls into its second half. The posts between keep their thread's
own pace where there is room for it, else they are drawn together. (Where nothing is ``bumped``, the last one does so
too, and the slot is only a bound.) Positions become instants by the board's hours of
the day: they grow together, and at any rate of threads.
"""

from __future__ import annotations

from bisect import bisect_right

from forgegen.errors import UsageError
from forgegen.generate.clock import Times, active_instant
from forgegen.generate.making import make_thread_at, make_title_at, thread_life, thread_pace, thread_story
from forgegen.generate.profile import load_profile
from forgegen.model.calendar import DAY, iso_utc
from forgegen.model.thread import Thread
from forgegen.site.cache import Recent
from forgegen.site.timeline import BLOCK, Timeline
from forgegen.streams.stream import fingerprint

A_SLOT = 24  # bits of a slot
_QUARTER = 1 << (A_SLOT - 2)
_DAYS = 2  # for which a thread usually lives
_GAP = 4  # seconds between two posts of a thread, where there is room
_KEPT = 4_000  # threads whose posts' positions are kept
_MANY = 1_000_000  # threads up to which blocks are long; more come too fast for that to be seen
_SHORT_BLOCK = 64
_LAST_YEAR = 9000  # instants beyond it have no date


class Schedule:
    """The posts of a forum in time; ``threads`` of them arrive within the profile's days, and as many again after."""

    def __init__(self, seed: int, locale: str, profile: str, boards: int, threads: int, *, bumped: bool = True) -> None:
        self.seed, self.locale, self.profile_name = seed, locale, profile
        self.profile, self.threads, self.bumped = load_profile(profile), threads, bumped
        root = f"site/{seed}/{locale}/{profile}"
        self.root, self._sizes = root, dict[str, str](locale=locale, profile=profile)
        self.timeline = Timeline(
            root, boards, self._life,
            lambda slot: thread_story(seed, slot, locale=locale, profile=profile),
            usual=_DAYS * threads // self.profile.days,
            block=BLOCK if threads <= _MANY else _SHORT_BLOCK,
        )  # fmt: skip
        self._paces: Recent[int, tuple[int, ...]] = Recent(_KEPT)
        self._positions: Recent[int, tuple[int, ...]] = Recent(_KEPT)
        self.end_of_time = self.instant_limit()

    def _life(self, slot: int) -> int | None:
        """For how many slots a thread would live by itself; None where nobody answers."""
        life = thread_life(self.seed, slot, locale=self.locale, profile=self.profile_name)
        return None if life is None else life * self.threads // (self.profile.days * DAY)

    def pace(self, slot: int) -> tuple[int, ...]:
        """After how many active seconds each comment of a thread would come by itself."""
        made = self._paces.get(slot)
        if made is None:
            made = tuple(thread_pace(self.seed, slot, locale=self.locale, profile=self.profile_name))
            self._paces.put(slot, made)
        return made

    def start(self, slot: int) -> int:
        """The position at which a thread arrives."""
        return (slot << A_SLOT) + self._chance("start", slot, _QUARTER)

    def end(self, slot: int) -> int:
        """The position of the last post of a thread, comment or opening, that ends in a slot."""
        thread = self.timeline.ending_at(slot)
        if thread == slot and self._life(slot) is None:
            return self.start(slot)
        return self._bump(slot)

    def _bump(self, slot: int) -> int:
        """The position in a slot at which a thread gets its last comment."""
        return (slot << A_SLOT) + 2 * _QUARTER + self._chance("end", slot, 2 * _QUARTER)

    def _chance(self, what: str, slot: int, below: int) -> int:
        return (fingerprint(self.root, what, slot) & 0xFFFFFFFF) * below >> 32

    def positions(self, slot: int) -> tuple[int, ...]:
        """The positions of a thread's posts in order of arrival, the opening one first."""
        made = self._positions.get(slot)
        return self._positions.put(slot, self._fitted(slot)) if made is None else made

    def _fitted(self, slot: int) -> tuple[int, ...]:
        pace, first = self.pace(slot), self.start(slot)
        if not pace:
            return (first,)
        last, count, second = self._bump(self.timeline.end_of(slot)), len(pace), self.threads << A_SLOT
        room, per_second = last - first, self.profile.days * DAY
        gap = max(1, min(_GAP * second // per_second, room // (2 * count + 2)))
        natural = max(1, pace[-1] * second // per_second)
        found, at = [first], first
        for n, offset in enumerate(pace, 1):
            own = offset * second // per_second
            if natural > room:
                own = own * room // natural
            at = min(max(first + own, at + gap), last - (count - n) * gap)
            found.append(at)
        if self.bumped:
            found[-1] = last
        return tuple(found)

    def instant(self, position: int) -> int:
        """The instant of a position, in seconds since 1970."""
        return active_instant(position * self.profile.days, self.threads << A_SLOT, self.profile)

    def position(self, instant: int) -> int:
        """The last position whose instant has come; negative before the first day."""
        low, high = 0, self.end_of_time
        while low < high:
            middle = (low + high) // 2
            if self.instant(middle) <= instant:
                low = middle + 1
            else:
                high = middle
        return low - 1

    def instant_limit(self) -> int:
        """The position at which time ends: after that no year has four digits."""
        days = (_LAST_YEAR - 1970) * 365 - self.profile.first_day
        return (days * self.threads << A_SLOT) // self.profile.days

    def times(self, slot: int) -> Times:
        """When a thread and its comments are published."""
        instants = [self.instant(position) for position in self.positions(slot)]
        return Times(instants[0], instants[1:], instants[-1], self.pace(slot))

    def thread(self, slot: int) -> Thread:
        """A thread with all of its posts, those that are still to come too."""
        return make_thread_at(self.seed, slot, self.times(slot), locale=self.locale, profile=self.profile_name)

    def title(self, slot: int) -> str:
        """The title of a thread, without the thread."""
        return make_title_at(self.seed, slot, self.times(slot), locale=self.locale, profile=self.profile_name)

    def present(self) -> int:
        """The moment at which the clock stands unless it is told otherwise: soon after the last thread arrived."""
        slot = self.threads - 1
        first, last = self.start(slot), ((slot + 1) << A_SLOT) - 1
        return self.instant(first + (last - first) * (1 + self._chance("now", slot, 15)) // 16)

    def checked(self, instant: int) -> int:
        """A moment at which the forum is there.

        Raises: UsageError.
        """
        first, last = self.instant(self.start(0)), self.instant(self.end_of_time - 1)
        if not first <= instant <= last:
            raise UsageError(
                f"the forum is not there at {_told(instant)}; right would be {iso_utc(first)} to {iso_utc(last)}"
            )
        return instant

    def come(self, slot: int, position: int) -> int:
        """How many posts of a thread have come by a position, the opening one among them."""
        return bisect_right(self.positions(slot), position)


def _told(instant: int) -> str:
    """An instant as far as it has a date."""
    return iso_utc(instant) if 0 <= instant < 253_402_300_800 else f"{instant} seconds after 1970"
