"""The clock of a site: it stands still at a moment, or goes at a speed; and moments as people write them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from forgegen.errors import UsageError, quoted
from forgegen.model.calendar import DAY, HOUR, MINUTE, parse_iso

SPEEDS = {"real": 1, "day/minute": DAY // MINUTE}
_SPEED = re.compile(r"(\d{1,7})(?:\.0*)?")
_LENGTH = re.compile(r"\s*(\d{1,9})\s*(seconds?|minutes?|hours?|days?)?\s*/\s*(second|minute|hour|day)\s*")
_UNITS = {"second": 1, "minute": MINUTE, "hour": HOUR, "day": DAY}
FASTEST = 10_000_000  # seconds a second


class Clock:
    """What time it is on a site. ``speed`` is how many seconds pass there in one of ours, 0 where time stands still."""

    def __init__(self, start: int, speed: int = 0, tick: Callable[[], float] = time.monotonic) -> None:
        self.start, self.speed, self._tick = start, speed, tick
        self._began = tick() if speed else 0.0

    @property
    def now(self) -> int:
        """The moment, in seconds since 1970."""
        return self.start + int((self._tick() - self._began) * self.speed) if self.speed else self.start

    def advance(self, seconds: int) -> int:
        """Put the clock forward, and give the new moment.

        Raises: UsageError for a step backwards.
        """
        if seconds < 0:
            raise UsageError(f"time cannot go back by {-seconds} seconds; right would be 0 or more")
        self.start += seconds
        return self.now


def read_moment(text: str | int, name: str = "at") -> int:
    """A moment in seconds since 1970, from an ISO instant, an HTTP date, or the number itself.

    >>> [read_moment(t) for t in ("2024-02-17T05:01:00Z", "Sat, 17 Feb 2024 05:01:00 GMT", "1708146060", "2024-02-17")]
    [1708146060, 1708146060, 1708146060, 1708128000]

    Raises: UsageError.
    """
    given = (text if isinstance(text, str) else quoted(text)).strip()
    if re.fullmatch(r"-?\d{1,12}", given, re.ASCII):
        return int(given)
    found = parse_iso(f"{given}T00:00Z" if re.fullmatch(r"\d{4}-\d\d-\d\d", given, re.ASCII) else given)
    if found is None and "," in given:
        try:
            found = int(parsedate_to_datetime(given).timestamp())
        except (TypeError, ValueError, OverflowError):
            found = None
    if found is None:
        raise UsageError(
            f"{name} cannot be {quoted(text)}; right would be as 2024-02-17T05:01:00Z, Sat, 17 Feb 2024 05:01:00 GMT, "
            "or seconds since 1970"
        )
    return found


def read_speed(text: str | int) -> int:
    """How many seconds pass in one of ours: ``real``, ``day/minute`` and the like, or the number.

    >>> [read_speed(t) for t in ("real", "day/minute", "6 hours/second", "60", 0)]
    [1, 1440, 21600, 60, 0]

    Raises: UsageError.
    """
    given = (text if isinstance(text, str) else quoted(text)).strip()
    found = SPEEDS.get(given)
    plain, length = _SPEED.fullmatch(given), _LENGTH.fullmatch(given if given[:1].isdigit() else f"1 {given}")
    if plain is not None:
        found = int(plain[1])
    elif found is None and length is not None:
        found = int(length[1]) * _UNITS[(length[2] or "second").rstrip("s")] // _UNITS[length[3]]
    if found is None or not 0 <= found <= FASTEST:
        raise UsageError(
            f"clock cannot be {given[:40]!r}; right would be real, day/minute, 6 hours/second, or seconds a second "
            f"up to {FASTEST:,}"
        )
    return found
