"""When a thread is published, commented and looked at: lognormal delays under the clock of the day.

Offsets of all comments are drawn at once and sorted, so a reply always follows what it answers. They are
*active* time: the
hour curve of the board's readers, a mixture of shifted copies of one curve, turns them into clock time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from forgegen.generate.profile import Profile
from forgegen.model.calendar import DAY, HOUR, ZONES, civil_from_days
from forgegen.streams.fixed import exp, fixed, lognormal, lognormal_table, normal
from forgegen.streams.stream import Stream

# Share of comments by hour of the day, ‰ (Weibo comments, China time).
_CURVE = (38, 18, 9, 4, 3, 4, 10, 27, 44, 51, 57, 57, 61, 54, 50, 51, 54, 56, 54, 54, 56, 60, 66, 61)
_FINE = 64  # so many steps of activity to a ‰: a day has some 6 million of them
_LN_60 = fixed("4.094345")
_LEAST_GAP = 4  # seconds between two comments


class Times(msgspec.Struct, frozen=True, gc=False):
    """Instants in seconds: publication, each comment in order of arrival, the moment of observation; and after how many
    seconds of activity each comment comes by itself."""

    published: int
    comments: list[int]
    observed: int
    pace: Sequence[int]


@lru_cache(maxsize=32)
def _hours(zones: tuple[tuple[str, int], ...]) -> tuple[int, ...]:
    """Cumulated activity by UTC hour, 25 values from 0."""
    sums = [0]
    for hour in range(24):
        share = sum(weight * _CURVE[(hour + ZONES[label].standard // HOUR) % 24] for label, weight in zones)
        sums.append(sums[-1] + share * _FINE)
    return tuple(sums)


def draw_times(stream: Stream, profile: Profile, size: int, months: tuple[int, ...] = ()) -> Times:
    """Times for a thread of that many comments, published in one of these months if any are named."""
    hours = _hours(tuple(profile.zones.items()))
    whole = hours[-1]
    days = _days(profile.first_day, profile.days, months)
    start = days[stream.below(len(days))] * whole + stream.below_wide(whole)
    published = _clock(start, hours)
    comments, last, pace = [], published, _offsets(stream, profile, size)
    for offset in pace:
        day, rest = divmod(start + offset * whole // DAY, whole)
        hour = bisect_right(hours, rest) - 1
        at = day * DAY + hour * HOUR + (rest - hours[hour]) * HOUR // (hours[hour + 1] - hours[hour])
        last = at if at >= last + _LEAST_GAP else last + _LEAST_GAP
        comments.append(last)
    observed = last + 60 + lognormal(stream, fixed(9), fixed(1))
    return Times(published, comments, observed, pace)


def draw_pace(stream: Stream, profile: Profile, size: int) -> list[int]:
    """After how many seconds of activity each of that many comments comes, whenever the thread is published."""
    for _ in range(3):  # the draws that decide the publication
        stream.word()
    return _offsets(stream, profile, size)


def usual_life(stream: Stream, profile: Profile, size: int) -> int:
    """After how many seconds of activity the last of that many comments may be expected, from the same stream: cheap,
    where the comments' own times are not wanted."""
    for _ in range(3):
        stream.word()
    spread = lognormal_table(0, profile.times["sd_within"], 16)
    return _scale(stream, profile) * spread[len(spread) * size // (size + 1)] >> 32


def _scale(stream: Stream, profile: Profile) -> int:
    """What a thread's delays are multiplied with."""
    times = profile.times
    return exp(times["mu"] + (times["sd_between"] * normal(stream) >> 16) + _LN_60, 16)


def _offsets(stream: Stream, profile: Profile, size: int) -> list[int]:
    spread, scale, word = lognormal_table(0, profile.times["sd_within"], 16), _scale(stream, profile), stream.word
    return sorted([scale * spread[word() >> 20] >> 32 for _ in range(size)])


def active_instant(place: int, of: int, profile: Profile) -> int:
    """The instant at which ``place / of`` days of activity have passed since the profile's first day.

    It grows with ``place``; nothing happens there at night that does not happen at night on the board.
    """
    hours = _hours(tuple(profile.zones.items()))
    day, part = divmod(place, of)
    return _clock((profile.first_day + day) * hours[-1] + part * hours[-1] // of, hours)


@lru_cache(maxsize=64)
def _days(first: int, count: int, months: tuple[int, ...]) -> Sequence[int]:
    """The days on which a thread may be published, without the edges of its months, which differ by zone."""
    every = range(first, first + count)
    if not months:
        return every
    within = [all(civil_from_days(d)[1] in months for d in (day - 1, day, day + 1)) for day in every]
    return [day for day, fits in zip(every, within, strict=True) if fits] or every


def _clock(active: int, hours: tuple[int, ...]) -> int:
    """The instant at which that much activity has passed since 1970."""
    day, rest = divmod(active, hours[-1])
    hour = bisect_right(hours, rest) - 1
    return day * DAY + hour * HOUR + (rest - hours[hour]) * HOUR // (hours[hour + 1] - hours[hour])
