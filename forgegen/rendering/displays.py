"""How instants are shown: the display, the ``datetime`` attribute, and what both tell.

What they tell is computed from the instant and the fields that the form declares, never read from the display.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from string import Formatter
from typing import Any, Literal, NamedTuple

import msgspec

from forgegen.forms.date_forms import CLOCK, Age, Ago, DateForm
from forgegen.forms.layouts import date_form, mistakable
from forgegen.forms.names import PARTS, Names
from forgegen.forms.number_forms import WIDE, numeral
from forgegen.model.calendar import (
    DAY,
    HOUR,
    MINUTE,
    Local,
    civil_from_days,
    date_meant,
    instant_of,
    iso_utc,
    offset_at,
    offset_text,
)
from forgegen.model.truth import DateTruth

_YEAR_1, _YEAR_10000 = -62_135_596_800, 253_402_300_800  # ISO 8601 attributes of other years are not read
_SECONDS = tuple(f"{s:02d}" for s in range(60))
_ISO_MINUTES = tuple(f"T{minute // 60:02d}:{minute % 60:02d}" for minute in range(1440))
_KEPT_DAYS = 4096  # in a cache of days
_CLOCK_FIELD = re.compile(rf"\{{({'|'.join(sorted(CLOCK))})(:[^}}]*)?\}}")
WITHOUT_INSTANT = "dash"  # how a form that needs an instant shows a local time that a clock change leaves out


class ShownDate(msgspec.Struct, frozen=True, gc=False):
    """A date as a template prints it.

    ``shown`` is the display, ``attribute`` the value of a ``datetime`` attribute (empty where there is no instant),
    ``truth`` what both tell, ``instant`` the moment in seconds since 1970 (None where a local time has none),
    ``absolute`` the display that the form gives whatever the age: ``shown``, unless that is by age; ``age`` the seconds
    up to the moment of observation, where the form asks for that.
    """

    shown: str
    attribute: str
    truth: DateTruth
    instant: int | None = None
    absolute: str = ""
    age: int | None = None


def form_of(odd: str | None, usual: str) -> str:
    """The form of a date: the odd one if there is one, unless the page's readers would take it for the usual one."""
    return usual if not odd or mistakable(usual, odd) else odd


def show_instant(
    instant: int | None, zone: str, form: str, attribute: str = "minute", observed: int | None = None
) -> ShownDate | None:
    """How an instant is shown on a board of that zone."""
    return None if instant is None else shower(zone, form, attribute, observed)(instant)


def show_local(
    local: Local | None, form: str, attribute: str = "minute", observed: int | None = None
) -> ShownDate | None:
    """How a local time is shown, and what that tells."""
    if local is None:
        return None
    instant = local.instant
    if instant is not None:
        return shower(local.zone, form, attribute, observed)(instant)
    declared = date_form(form)
    shown_in = WITHOUT_INSTANT if declared.ago is not None or declared.tells_offset else form
    return shower(local.zone, shown_in, "none", observed).left_out(local.wall)


ATTRIBUTES: dict[str, Callable[[str, str, str], str]] = {
    "minute": lambda local, second, offset: local + offset,
    "second": lambda local, second, offset: f"{local}:{second}{offset}",
    "basic": lambda local, second, offset: f"{local}:{second}{offset.replace(':', '')}",
    "none": lambda local, second, offset: "",
    "absolute": lambda local, second, offset: "",
}
"""How a skin writes the ``datetime`` attribute, from the local minute, the second and the offset; see also ``utc``.

``absolute`` is the absolute display of a date that is shown by age, and nothing where it is shown anyway.
"""

_SILENT = ("none", "absolute")  # attributes that state no instant


def shower(zone: str, form: str, attribute: str = "minute", observed: int | None = None) -> Shower:
    """What shows instants in a zone and form; ``observed`` matters to forms that do not show the whole year."""
    return _shower(zone, form, attribute, observed if _depends(date_form(form)) else None)


def _depends(form: DateForm) -> bool:
    return form.is_relative or "y" not in form.fields


@lru_cache(maxsize=256)
def _shower(zone: str, form: str, attribute: str, observed: int | None) -> Shower:
    return Shower(zone, date_form(form), attribute, observed)


Precision = Literal["day", "hour", "minute", "second"]
_FINEST: tuple[tuple[str, Precision], ...] = (("s", "second"), ("mi", "minute"), ("h", "hour"), ("d", "day"))


class _Day(NamedTuple):
    """A day on the wall: year, month and day, its part of the display, itself as ISO, and the date that is meant."""

    date: tuple[int, int, int]
    text: str
    iso: str
    meant: str | None


class Shower:
    """Shows instants on a board of a zone in a form, and keeps what it has found out about days.

    Called for every post, so that nothing is formatted twice: texts of minutes come from tables, texts of days and
    offsets of days from dictionaries.
    """

    def __init__(self, zone: str, form: DateForm, attribute: str, observed: int | None) -> None:
        self.zone, self.form, self.attribute, self.observed = zone, form, attribute, observed
        fields = form.fields
        self._label = zone if "zone" in fields else None
        self._in_utc, self._write = attribute == "utc", ATTRIBUTES.get(attribute)
        self._precision: Precision = next((precision for field, precision in _FINEST if field in fields), "day")
        self._digits = 4 if "y" in fields else 2 if "y2" in fields else 0  # of the year
        self._tells_offset = form.tells_offset
        self._parts = None if form.ago or form.digits or self._tells_offset else _cut(form.layout)
        self._minutes = _minute_texts(self._parts[1] if self._parts else "", self._label or "", form.names)
        self._days: tuple[dict[int, _Day], dict[int, _Day]] = {}, {}  # without and with a stated instant
        self._offsets: dict[int, tuple[int, str]] = {}
        self._today = 0  # the day of observation on the wall
        if form.ages and observed is not None:
            self._today = (observed + offset_at(observed, zone)) // DAY

    def __call__(self, instant: int) -> ShownDate:
        """How an instant is shown."""
        offset, suffix = self._offsets.get(instant // DAY) or self._offset_on(instant)
        wall = instant + offset
        number = wall // DAY
        minute, second = (wall - number * DAY) // 60, _SECONDS[wall % 60]
        stated = self.attribute not in _SILENT and _YEAR_1 <= (instant if self._in_utc else wall) < _YEAR_10000
        day = self._days[stated].get(number) or self._on_day(number, stated=stated)
        if self._parts is None:
            shown = self._slowly(day, wall, instant, suffix)
        else:
            before, behind = self._minutes[minute]
            shown = f"{day.text}{before}{second}{behind}" if self._precision == "second" else day.text + before
        utc = (day.iso if instant // DAY == number else _iso_day(instant // DAY)) + _ISO_MINUTES[instant % DAY // 60]
        if self._write is None:
            attribute = f"{utc}:{second}Z"
        else:
            attribute = self._write(day.iso + _ISO_MINUTES[minute], second, suffix)
        if stated:
            told: str | None = f"{utc}:{'00' if self.attribute == 'minute' else second}Z"
        else:
            told = self._displayed(day, wall, offset)
        label = _offset_label(suffix, self.form) if self._tells_offset else self._label
        truth = self._truth(shown, day.meant, minute, second, told, label)
        date = ShownDate(shown, attribute, truth, instant, shown)
        return self._by_age(date, day, wall, stated=stated) if self.form.ages else date

    def _by_age(self, date: ShownDate, day: _Day, wall: int, *, stated: bool) -> ShownDate:
        """The date as it is shown at its age, where the form has a layout for that."""
        if self.observed is None or date.instant is None:
            return date
        seconds, days = self.observed - date.instant, self._today - wall // DAY
        age = self.form.at_age(seconds, days)
        if age is None:
            return msgspec.structs.replace(date, age=seconds)
        counted = {"n": seconds // age.unit, "days": days}
        shown = _age_text(age, counted, day.date, wall, self.form.names)
        local, precision = date.truth.local, date.truth.precision
        if stated:
            local, precision = _told_by_clock(age, day.iso, wall)
        elif self.attribute != "absolute":
            local = precision = None
        attribute = date.absolute if self.attribute == "absolute" else date.attribute
        truth = DateTruth(shown, local, precision, None, date.truth.instant if stated else None)
        return ShownDate(shown, attribute, truth, date.instant, date.absolute, seconds)

    def left_out(self, wall: int) -> ShownDate:
        """How a local time is shown that a clock change leaves out: it has no instant."""
        day = self._on_day(wall // DAY, stated=False)
        shown = self._slowly(day, wall, None)
        truth = self._truth(shown, day.meant, wall % DAY // 60, _SECONDS[wall % 60], None, self._label)
        return ShownDate(shown, "", truth, None, shown)

    def _truth(
        self, shown: str, date: str | None, minute: int, second: str, instant: str | None, label: str | None
    ) -> DateTruth:
        """What is told by a display that means this date, and the instant that is stated or follows from the label."""
        if date is None:
            return DateTruth(shown, None, None, None, instant)
        if self._precision == "day":
            return DateTruth(shown, date, "day", label, instant)
        local = date + _ISO_MINUTES[minute]
        if self._precision == "second":
            local = f"{local}:{second}"
        elif self._precision == "hour":
            local = local[: -len(":00")]
        return DateTruth(shown, local, self._precision, label, instant)

    def _displayed(self, day: _Day, wall: int, offset: int) -> str | None:
        """The instant that a local time tells with the offset or the zone's label; of a repeated time the first."""
        second = wall % MINUTE
        if self._tells_offset:
            known = day.meant is not None and self._precision in ("minute", "second")
            return iso_utc(wall - offset - second * (self._precision == "minute")) if known else None
        if self._label is None:
            return None
        instant = None if day.meant is None or self._precision == "day" else instant_of(wall - second, self.zone)
        return None if instant is None else iso_utc(instant + second * (self._precision == "second"))

    def _slowly(self, day: _Day, wall: int, instant: int | None, offset: str = "") -> str:
        """The display in any form: relative, of other digits, or with the time within the date."""
        form = self.form
        if form.ago is not None and instant is not None:
            return _ago_text(max(0, (instant if self.observed is None else self.observed) - instant), form.ago)
        # The fields of the time of day are hidden from the first call of format.
        hidden = _CLOCK_FIELD.sub(lambda m: f"\x02{m[0][1:-1]}\x03", form.layout)
        text = _day_text(day.date, wall // DAY % 7, hidden, form.names)
        text = text.replace("{", "{{").replace("}", "}}").replace("\x02", "{").replace("\x03", "}")
        text = _time_text(wall % DAY, text, self.zone, form.names, offset)
        if form.digits == "numerals":
            return re.sub(r"\d+", lambda m: numeral(int(m[0])), text)
        return text.translate(WIDE) if form.digits else text

    def _on_day(self, number: int, *, stated: bool) -> _Day:
        """What is known of a day, kept."""
        days, form = self._days[stated], self.form
        if len(days) > _KEPT_DAYS:
            days.clear()
        y, mo, d = civil_from_days(number)
        meant = date_meant(y, mo, d, 4 if stated else self._digits, self.observed) if form.has_day else None
        text = _day_text((y, mo, d), number % 7, self._parts[0], form.names) if self._parts else ""
        day = days[number] = _Day((y, mo, d), text, f"{y:04d}-{mo:02d}-{d:02d}", meant)
        return day

    def _offset_on(self, instant: int) -> tuple[int, str]:
        """The offset at an instant; kept for its UTC day, unless the clocks change on it."""
        day = instant // DAY
        start, end = offset_at(day * DAY, self.zone), offset_at(day * DAY + DAY - 1, self.zone)
        if start != end:
            offset = offset_at(instant, self.zone)
            return offset, offset_text(offset)
        if len(self._offsets) > _KEPT_DAYS:
            self._offsets.clear()
        kept = self._offsets[day] = start, offset_text(start)
        return kept


@lru_cache(maxsize=256)
def _cut(layout: str) -> tuple[str, str] | None:
    """A layout in two parts, before and from the first field of the time of day; None where a date field follows.

    >>> _cut("{y}-{mo} {h}:{mi:02d}"), _cut("{y}-{mo}"), _cut("{h}:{mi:02d} {y}")
    (('{y}-{mo} ', '{h}:{mi:02d}'), ('{y}-{mo}', ''), None)
    """
    first = _CLOCK_FIELD.search(layout)
    if first is None:
        return layout, ""
    day, time = layout[: first.start()], layout[first.start() :]
    return None if any(field not in CLOCK for _, field, _, _ in Formatter().parse(time) if field) else (day, time)


@lru_cache(maxsize=_KEPT_DAYS)
def _iso_day(day: int) -> str:
    y, mo, d = civil_from_days(day)
    return f"{y:04d}-{mo:02d}-{d:02d}"


def _age_text(age: Age, counted: dict[str, int], date: tuple[int, int, int], wall: int, names: Names) -> str:
    """A layout for recent instants, filled."""
    fields = _day_fields(date, wall // DAY % 7, names) | _time_fields(wall % DAY, "", names, "") | counted
    return age.layout.format(**fields)


def _told_by_clock(age: Age, day: str, wall: int) -> tuple[str | None, Precision | None]:
    """The local time that a time of day tells whose day follows from an instant that is stated."""
    fields = age.fields
    if "mi" not in fields:
        return None, None
    local = day + _ISO_MINUTES[wall % DAY // 60]
    return (f"{local}:{_SECONDS[wall % 60]}", "second") if "s" in fields else (local, "minute")


def _day_text(date: tuple[int, int, int], weekday: int, layout: str, names: Names) -> str:
    """The date fields of a layout, for a date and its day of the week, 0 for Thursday."""
    return layout.format(**_day_fields(date, weekday, names))


def _day_fields(date: tuple[int, int, int], weekday: int, names: Names) -> dict[str, Any]:
    y, mo, d = date
    return {
        "y": y, "y2": f"{y % 100:02d}", "mo": mo, "d": d, "month": names.month[mo - 1],
        "weekday": names.weekday[weekday], "mon": names.mon[mo - 1], "dow": names.dow[weekday],
        "nth": names.nth[d - 1], "republic": y - 1911,
    }  # fmt: skip


def _time_text(second: int, layout: str, zone: str, names: Names, offset: str = "") -> str:
    """The fields of the time of day of a layout, for a second of the day."""
    return layout.format(**_time_fields(second, zone, names, offset))


def _time_fields(second: int, zone: str, names: Names, offset: str) -> dict[str, Any]:
    h = second // HOUR
    half, mi = names.ampm[h >= 12], second // MINUTE % 60
    return {
        "h": h, "h12": (h + 11) % 12 + 1, "mi": mi, "s": second % 60, "ampm": half, "AMPM": half.upper(), "zone": zone,
        "part": PARTS[h >= 12], "half": {0: "整", 30: "半"}.get(mi, f"{mi}分"), "offset": offset,
        "offset4": offset.replace(":", ""),
    }  # fmt: skip


def _offset_label(suffix: str, form: DateForm) -> str:
    """The offset as the form shows it."""
    return suffix if "offset" in form.fields else suffix.replace(":", "")


@lru_cache(maxsize=64)
def _minute_texts(layout: str, zone: str, names: Names) -> tuple[tuple[str, str], ...]:
    """What stands before and behind the seconds of two digits, for every minute of the day.

    >>> _minute_texts("{h}:{mi:02d}:{s:02d} {zone}", "PT", date_form("dash").names)[61]
    ('1:01:', ' PT')
    """
    hidden = layout.replace("{s:02d}", "\x02")
    texts = (_time_text(minute * MINUTE, hidden, zone, names) for minute in range(1440))
    return tuple((before, behind) for before, _, behind in (text.partition("\x02") for text in texts))


def _ago_text(seconds: int, ago: Ago) -> str:
    """How long ago, in the largest unit that fits."""
    for place, (size, _) in enumerate(ago.units):
        if seconds >= size:
            n = seconds // size
            return ago.text.format(n=n, unit=ago.unit(place, n))
    return ago.now
