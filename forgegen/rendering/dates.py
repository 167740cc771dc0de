"""The forms in which boards show dates: each writes a local time and reads its own display back."""

from __future__ import annotations

import re
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


@lru_cache(maxsize=2048)
def _day(day: int, layout: str) -> str:
    y, mo, d = civil_from_days(day)
    return layout.format(y=y, mo=mo, d=d)


@lru_cache(maxsize=8192)
def _time(minute: int, layout: str, zone: str) -> str:
    return layout.format(h=minute // 60, mi=minute % 60, zone=zone)


_ISO_DAY, _ISO_TIME = "{y:04d}-{mo:02d}-{d:02d}T", "{h:02d}:{mi:02d}"


def show_local(local: Local | None, form: str) -> ShownDate | None:
    """How a local time is shown, and what that tells."""
    if local is None:
        return None
    instant = local.instant
    if instant is not None:
        return show_instant(instant, local.zone, form)
    y, mo, d, h, mi = local.parts
    shape = FORMS[form]
    shown = _day(days_from_civil(y, mo, d), shape.day) + _time(h * 60 + mi, shape.time, local.zone)
    return ShownDate(shown, "", DateTruth(shown, local.at, "minute", local.zone if shape.has_zone else None, None))


def show_instant(instant: int | None, zone: str, form: str) -> ShownDate | None:
    """How an instant is shown on a board of that zone; seconds are dropped."""
    if instant is None:
        return None
    shape = FORMS[form]
    offset = offset_at(instant, zone)
    day, second = divmod(instant + offset, DAY)
    minute = second // 60
    shown = _day(day, shape.day) + _time(minute, shape.time, zone)
    local = _day(day, _ISO_DAY) + _time(minute, _ISO_TIME, "")
    utc_day, utc_second = divmod(instant, DAY)
    utc = f"{_day(utc_day, _ISO_DAY)}{_time(utc_second // 60, _ISO_TIME, '')}:00Z"
    truth = DateTruth(shown, local, "minute", zone if shape.has_zone else None, utc)
    return ShownDate(shown, local + _offset(offset), truth)


_offset = lru_cache(maxsize=64)(offset_text)


def read_date(shown: str, attribute: str | None, form: str) -> DateTruth:
    """What a displayed date and its ``datetime`` attribute tell; a display of another form tells only itself."""
    instant = parse_iso(attribute) if attribute else None
    m = FORMS[form].pattern.fullmatch(shown)
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
