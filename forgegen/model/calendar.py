"""Instants, local times and the small rule table of zones that boards show.

Instants are whole seconds since 1970-01-01T00:00Z. Everything is integer arithmetic on the proleptic Gregorian
calendar, so neither the clock nor the zone database of the machine can change a page. ``zoneinfo`` only checks the
rules in tests. Zone rules are those in force since 2007 (United States: Energy Policy Act of 2005) and 1996
(European Union: Directive 2000/84/EC); they are applied to every year.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec

MINUTE, HOUR, DAY = 60, 3600, 86400

_LOCAL = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})", re.ASCII)
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)


class Zone(msgspec.Struct, frozen=True):
    """A zone as a board labels it: offsets from UTC in seconds and the rule for summer time."""

    label: str
    standard: int
    summer: int
    rule: str | None = None


def _zone(label: str, standard: int, summer: int | None = None, rule: str | None = None) -> Zone:
    return Zone(label, standard * HOUR, (standard if summer is None else summer) * HOUR, rule)


_TABLE = tomllib.loads(files("forgegen.model").joinpath("zones.toml").read_text("utf-8"))
ZONES: dict[str, Zone] = {label: _zone(label, **row) for label, row in _TABLE.items()}
"""Every zone by its label, as ``zones.toml`` says."""


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a Gregorian date.

    >>> days_from_civil(2024, 2, 29)
    19782
    """
    year -= month <= 2
    era = year // 400
    yoe = year - era * 400
    doy = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719468


@lru_cache(maxsize=4096)
def civil_from_days(days: int) -> tuple[int, int, int]:
    """The Gregorian (year, month, day) of a day number.

    >>> civil_from_days(19782)
    (2024, 2, 29)
    """
    days += 719468
    era = days // 146097
    doe = days - era * 146097
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + (3 if mp < 10 else -9)
    return yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) // 5 + 1


def is_date(year: int, month: int, day: int) -> bool:
    """Whether a date exists, in the years 1 to 9999."""
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= 31):
        return False
    return civil_from_days(days_from_civil(year, month, day)) == (year, month, day)


def latest_year(month: int, day: int, observed: int) -> int | None:
    """The latest year in which a day of a month is not after the moment of observation, in any zone of the world.

    >>> latest_year(2, 16, 1708146060), latest_year(12, 31, 1708146060), latest_year(2, 30, 1708146060)
    (2024, 2023, None)
    """
    tomorrow = observed // DAY + 1
    latest = civil_from_days(tomorrow)[0]
    for year in range(latest, latest - 9, -1):  # 29 February: eight years round 1900 and 2100
        if is_date(year, month, day) and days_from_civil(year, month, day) <= tomorrow:
            return year
    return None


def whole_year(two_digits: int, observed: int | None) -> int:
    """The latest year with these last two digits that has begun at the moment of observation; 2069 at the latest.

    >>> whole_year(24, 1708146060), whole_year(25, 1708146060), whole_year(69, None)
    (2024, 1925, 2069)
    """
    latest = 2069 if observed is None else civil_from_days(observed // DAY + 1)[0]
    return latest - (latest - two_digits) % 100


def date_meant(year: int, month: int, day: int, digits: int, observed: int | None) -> str | None:
    """The date, as ISO, that a display means which shows 4, 2 or no digits of the year; None where it means none.

    >>> date_meant(2019, 2, 16, 4, None), date_meant(2019, 2, 16, 0, 1708146060), date_meant(2019, 2, 16, 0, None)
    ('2019-02-16', '2024-02-16', None)
    """
    meant: int | None = year
    if digits == 2:
        meant = whole_year(year % 100, observed)
    elif digits == 0:
        meant = None if observed is None else latest_year(month, day, observed)
    return f"{meant:04d}-{month:02d}-{day:02d}" if meant is not None and is_date(meant, month, day) else None


def _sunday(year: int, month: int, nth: int) -> int:
    """The nth Sunday of a month as a day number; -1 means the last one."""
    if nth < 0:
        following = (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)
        last = days_from_civil(*following) - 1
        return last - (last + 4) % 7
    first = days_from_civil(year, month, 1)
    return first + (3 - first) % 7 + 7 * (nth - 1)


@lru_cache(maxsize=512)
def _summer(label: str, year: int) -> tuple[int, int]:
    """The instants at which summer time begins and ends in a year."""
    zone = ZONES[label]
    if zone.rule == "us":  # 2 o'clock local time, second Sunday of March to first of November
        start = _sunday(year, 3, 2) * DAY + 2 * HOUR - zone.standard
        return start, _sunday(year, 11, 1) * DAY + 2 * HOUR - zone.summer
    if zone.rule == "eu":  # 1 o'clock UTC, last Sunday of March to last of October
        return _sunday(year, 3, -1) * DAY + HOUR, _sunday(year, 10, -1) * DAY + HOUR
    return 0, 0


def offset_at(instant: int, label: str) -> int:
    """The offset from UTC in seconds that a zone has at an instant.

    >>> offset_at(1708146060, "PT") // 3600
    -8
    """
    zone = ZONES[label]
    if zone.rule is None:
        return zone.standard
    year = civil_from_days((instant + zone.standard) // DAY)[0]
    start, end = _summer(label, year)
    return zone.summer if start <= instant < end else zone.standard


def instant_of(wall: int, label: str, fold: int = 0) -> int | None:
    """The instant of a local time (seconds since 1970-01-01T00:00 on the wall).

    None where a clock change leaves the local time out. Of a repeated time the first, or the second with ``fold=1``.
    """
    zone = ZONES[label]
    found = [wall - offset for offset in sorted({zone.standard, zone.summer}, reverse=True)]
    found = [i for i in found if i + offset_at(i, label) == wall]
    if not found:
        return None
    return found[-1] if fold else found[0]


class Local(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False):
    """A local time to the minute with the zone's label, as a header line shows it.

    ``at`` is ``YYYY-MM-DDTHH:MM``. ``fold=1`` means the second run of an hour that a clock change repeats.
    """

    at: str
    zone: str = "PT"
    fold: int = 0

    def __post_init__(self) -> None:
        m = _LOCAL.fullmatch(self.at)
        if m is None or not is_date(*map(int, m.groups()[:3])) or int(m[4]) > 23 or int(m[5]) > 59:
            raise ValueError(f"not a local time: {self.at!r}; right would be '2024-02-16T21:01'")
        if self.zone not in ZONES:
            raise ValueError(f"unknown zone {self.zone!r}; known: {', '.join(ZONES)}")
        if self.fold not in (0, 1):
            raise ValueError(f"fold is 0 or 1, not {self.fold!r}")

    @property
    def parts(self) -> tuple[int, int, int, int, int]:
        """(year, month, day, hour, minute)."""
        a = self.at
        return int(a[:4]), int(a[5:7]), int(a[8:10]), int(a[11:13]), int(a[14:16])

    @property
    def wall(self) -> int:
        """Seconds since 1970-01-01T00:00 on the wall."""
        y, mo, d, h, mi = self.parts
        return days_from_civil(y, mo, d) * DAY + h * HOUR + mi * MINUTE

    @property
    def instant(self) -> int | None:
        """The instant in seconds, or None where the zone leaves this local time out."""
        return instant_of(self.wall, self.zone, self.fold)


def local_at(instant: int, label: str) -> Local:
    """The local time that a board in this zone shows for an instant; seconds are dropped."""
    offset = offset_at(instant, label)
    wall = instant + offset
    zone = ZONES[label]  # the second run of an hour is the one in standard time
    fold = int(offset < zone.summer and offset_at(wall - zone.summer, label) == zone.summer)
    y, mo, d = civil_from_days(wall // DAY)
    minute = wall % DAY // MINUTE
    return Local(f"{y:04d}-{mo:02d}-{d:02d}T{minute // 60:02d}:{minute % 60:02d}", label, fold)


def iso_utc(instant: int) -> str:
    """An instant as ISO 8601 in UTC.

    >>> iso_utc(1708146060)
    '2024-02-17T05:01:00Z'
    """
    y, mo, d = civil_from_days(instant // DAY)
    s = instant % DAY
    return f"{y:04d}-{mo:02d}-{d:02d}T{s // HOUR:02d}:{s // MINUTE % 60:02d}:{s % 60:02d}Z"


def offset_text(offset: int) -> str:
    """An offset from UTC in seconds as ISO 8601 writes it.

    >>> offset_text(-28800)
    '-08:00'
    """
    sign = "-" if offset < 0 else "+"
    return f"{sign}{abs(offset) // HOUR:02d}:{abs(offset) // MINUTE % 60:02d}"


def parse_iso(text: str) -> int | None:
    """The instant of an ISO 8601 date and time with an offset; None for anything else."""
    m = _ISO.fullmatch(text.strip())
    if m is None or m[7] is None or not is_date(int(m[1]), int(m[2]), int(m[3])):
        return None
    wall = days_from_civil(int(m[1]), int(m[2]), int(m[3])) * DAY
    wall += int(m[4]) * HOUR + int(m[5]) * MINUTE + int(m[6] or 0)
    if m[7] == "Z":
        return wall
    offset = int(m[7][1:3]) * HOUR + int(m[7][-2:]) * MINUTE
    return wall - (offset if m[7][0] == "+" else -offset)
