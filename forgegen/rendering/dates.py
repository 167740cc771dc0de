"""The forms in which boards show dates: each writes a local time and reads its own display back."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from forgegen.model.moments import (
    DAY,
    ZONES,
    Local,
    civil_from_days,
    days_from_civil,
    is_date,
    iso_utc,
    offset_at,
    offset_text,
    parse_iso,
)
from forgegen.model.truth import DateTruth


class DateForm(NamedTuple):
    """A way to show a minute: layouts of the day and of the time behind it, and a pattern that reads both.

    The pattern has groups y, mo, d, h, mi and, where the label is shown, zone.
    """

    day: str
    time: str
    pattern: re.Pattern[str]
    has_zone: bool


FORMS: dict[str, DateForm] = {}


def _form(name: str, day: str, time: str, pattern: str) -> None:
    compiled = re.compile(pattern, re.ASCII)
    FORMS[name] = DateForm(day, time, compiled, "zone" in compiled.groupindex)


_form(
    "han",
    "{y}年{mo}月{d}日 ",
    "{h}点{mi}分 {zone}",
    r"(?P<y>\d{1,4})年(?P<mo>\d{1,2})月(?P<d>\d{1,2})日 (?P<h>\d{1,2})点(?P<mi>\d{1,2})分 (?P<zone>[A-Z]+)",
)
_form(
    "dash",
    "{y}-{mo}-{d} ",
    "{h}:{mi:02d}",
    r"(?P<y>\d{1,4})-(?P<mo>\d{1,2})-(?P<d>\d{1,2}) (?P<h>\d{1,2}):(?P<mi>\d{2})",
)


class ShownDate(NamedTuple):
    """A date as a template prints it: the display, the ``datetime`` attribute (empty where there is no instant)."""

    shown: str
    attribute: str
    truth: DateTruth


_ISO_DAY, _ISO_TIME = "{y:04d}-{mo:02d}-{d:02d}T", "{h:02d}:{mi:02d}"


@lru_cache(maxsize=4096)
def _day(day: int, layout: str) -> str:
    y, mo, d = civil_from_days(day)
    return layout.format(y=y, mo=mo, d=d)


@lru_cache(maxsize=64)
def _times(layout: str, zone: str) -> tuple[str, ...]:
    """The display of every minute of the day."""
    return tuple(layout.format(h=minute // 60, mi=minute % 60, zone=zone) for minute in range(1440))


def show_local(local: Local | None, form: str) -> ShownDate | None:
    """How a local time is shown, and what that tells."""
    if local is None:
        return None
    instant = local.instant
    if instant is not None:
        return show_instant(instant, local.zone, form)
    y, mo, d, h, mi = local.parts
    shape = FORMS[form]
    shown = _day(days_from_civil(y, mo, d), shape.day) + _times(shape.time, local.zone)[h * 60 + mi]
    return ShownDate(shown, "", DateTruth(shown, local.at, "minute", local.zone if shape.has_zone else None, None))


def show_instant(instant: int | None, zone: str, form: str) -> ShownDate | None:
    """How an instant is shown on a board of that zone; seconds are dropped."""
    return None if instant is None else shower(zone, form)(instant)


@lru_cache(maxsize=64)
def shower(zone: str, form: str) -> Callable[[int], ShownDate]:
    """A function that shows instants in a zone and form; offsets of UTC days without a clock change are kept."""
    shape = FORMS[form]
    day_layout, label = shape.day, zone if shape.has_zone else None
    times, iso_times = _times(shape.time, zone), _times(_ISO_TIME, "")
    offsets: dict[int, tuple[int, str]] = {}
    days: dict[int, tuple[str, str]] = {}
    new = tuple.__new__  # a NamedTuple's own constructor costs three times as much

    def offset_on(day: int, instant: int) -> tuple[int, str]:
        start, end = offset_at(day * DAY, zone), offset_at(day * DAY + DAY - 1, zone)
        if start != end:
            offset = offset_at(instant, zone)
            return offset, offset_text(offset)
        if len(offsets) > 4096:
            offsets.clear()
        found = offsets[day] = start, offset_text(start)
        return found

    def show(instant: int) -> ShownDate:
        utc_day = instant // DAY
        offset, suffix = offsets.get(utc_day) or offset_on(utc_day, instant)
        wall = instant + offset
        day = wall // DAY
        minute = (wall - day * DAY) // 60
        found = days.get(day)
        if found is None:
            if len(days) > 4096:
                days.clear()
            found = days[day] = _day(day, day_layout), _day(day, _ISO_DAY)
        shown, local = found[0] + times[minute], found[1] + iso_times[minute]
        utc_iso = found[1] if utc_day == day else _day(utc_day, _ISO_DAY)
        utc = f"{utc_iso}{iso_times[(instant - utc_day * DAY) // 60]}:00Z"
        return new(ShownDate, (shown, local + suffix, DateTruth(shown, local, "minute", label, utc)))

    return show


def read_date(shown: str, attribute: str | None, form: str) -> DateTruth:
    """What a displayed date and its ``datetime`` attribute tell; ``form`` is tried first, then every other one.

    A display of no known form tells only itself.
    """
    instant = parse_iso(attribute) if attribute else None
    m = FORMS[form].pattern.fullmatch(shown) or next(
        (m for other in FORMS.values() if (m := other.pattern.fullmatch(shown))), None
    )
    if m is None:
        return DateTruth(shown, None, None, None, None if instant is None else iso_utc(instant))
    y, mo, d, h, mi = (int(m[k]) for k in ("y", "mo", "d", "h", "mi"))
    zone = m.groupdict().get("zone")
    if not is_date(y, mo, d) or h > 23 or mi > 59:
        return DateTruth(shown, None, None, zone, None)
    at = f"{y:04d}-{mo:02d}-{d:02d}T{h:02d}:{mi:02d}"
    if instant is None and zone in ZONES:
        instant = Local(at, zone).instant
    return DateTruth(shown, at, "minute", zone, None if instant is None else iso_utc(instant))
