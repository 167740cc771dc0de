"""How instants are shown: the display, the ``datetime`` attribute, and what both tell.

What they tell is computed from the instant and the fields that the form declares, never read from the display.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec

from forgegen.forms.dates import FORMS, DateForm
from forgegen.model.calendar import (
    DAY,
    HOUR,
    MINUTE,
    Local,
    civil_from_days,
    days_from_civil,
    instant_of,
    is_date,
    iso_utc,
    latest_year,
    offset_at,
    offset_text,
    whole_year,
)
from forgegen.model.truth import DateTruth
from forgegen.rendering.date_texts import KEPT_DAYS, ago_text, cut, day_text, minute_texts, text_at

_YEAR_1, _YEAR_10000 = -62_135_596_800, 253_402_300_800  # ISO 8601 attributes of other years are not read
_ISO_DAY = "{y:04d}-{mo:02d}-{d:02d}"
_SECONDS = tuple(f"{s:02d}" for s in range(60))
_ISO_MINUTES = tuple(f"T{minute // 60:02d}:{minute % 60:02d}" for minute in range(1440))
WITHOUT_INSTANT = "dash"  # how a relative form shows a local time that a clock change leaves out


class ShownDate(msgspec.Struct, frozen=True, gc=False):
    """A date as a template prints it.

    ``shown`` is the display, ``attribute`` the value of a ``datetime`` attribute (empty where there is no instant),
    ``truth`` what both tell, ``instant`` the moment in seconds since 1970 (None where a local time has none).
    """

    shown: str
    attribute: str
    truth: DateTruth
    instant: int | None = None


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
    declared = FORMS[WITHOUT_INSTANT if FORMS[form].ago is not None else form]
    y, mo, d, h, mi = local.parts
    wall = days_from_civil(y, mo, d) * DAY + h * HOUR + mi * MINUTE
    day = denoted_day(wall // DAY, declared, stated=False, observed=observed)
    shown = text_at(wall, declared, local.zone)
    return ShownDate(shown, "", _told_by_display(shown, wall, declared, local.zone, day))


ATTRIBUTES: dict[str, Callable[[str, str, str], str]] = {
    "minute": lambda local, second, offset: local + offset,
    "second": lambda local, second, offset: f"{local}:{second}{offset}",
    "basic": lambda local, second, offset: f"{local}:{second}{offset.replace(':', '')}",
    "none": lambda local, second, offset: "",
}
"""How a skin writes the ``datetime`` attribute, from the local minute, the second and the offset; see also ``utc``."""


def shower(zone: str, form: str, attribute: str = "minute", observed: int | None = None) -> Shower:
    """What shows instants in a zone and form; ``observed`` matters to forms that do not show the whole year."""
    return _shower(zone, form, attribute, None if "y" in FORMS[form].fields else observed)


@lru_cache(maxsize=256)
def _shower(zone: str, form: str, attribute: str, observed: int | None) -> Shower:
    return Shower(zone, FORMS[form], attribute, observed)


def denoted_day(day: int, form: DateForm, *, stated: bool, observed: int | None) -> str | None:
    """The date that a display in this form denotes, as ISO; None where it denotes none.

    ``stated``: an attribute beside it states the instant, and so the year that the display leaves out. Without one
    the latest year is meant that is not after the moment of observation.
    """
    y, mo, d = civil_from_days(day)
    year: int | None = y
    if "y" not in form.fields and not stated:
        if "y2" in form.fields:
            year = whole_year(y % 100, observed)
        else:
            year = None if observed is None else latest_year(mo, d, observed)
    if not form.has_day or year is None or not is_date(year, mo, d):
        return None
    return f"{year:04d}-{mo:02d}-{d:02d}"


Precision = Literal["day", "hour", "minute", "second"]
_HOUR = len("T00")


def _precision(form: DateForm) -> Precision:
    finest = next((field for field in ("s", "mi", "h") if field in form.fields), "d")
    return _PRECISIONS[finest]


_PRECISIONS: dict[str, Precision] = {"s": "second", "mi": "minute", "h": "hour", "d": "day"}


def _told_by_display(shown: str, wall: int, form: DateForm, zone: str, day: str | None) -> DateTruth:
    """What a display tells without an attribute; ``day`` is the date that it denotes."""
    if day is None:
        return DateTruth(shown, None, None, None, None)
    precision, label = _precision(form), zone if "zone" in form.fields else None
    if precision == "day":
        return DateTruth(shown, day, precision, label, None)
    minute, second = wall - wall % MINUTE, wall % MINUTE if precision == "second" else 0
    at = _ISO_MINUTES[minute % DAY // MINUTE]
    local = day + (at[:_HOUR] if precision == "hour" else f"{at}:{_SECONDS[second]}" if precision == "second" else at)
    instant = None if label is None else instant_of(minute, zone)  # of a repeated time the first
    return DateTruth(shown, local, precision, label, None if instant is None else iso_utc(instant + second))


class _Day(NamedTuple):
    """A day on the wall: its part of the display, its date as ISO, and the date that the display denotes."""

    text: str
    iso: str
    denoted: str | None


class Shower:
    """Shows instants on a board of a zone in a form, and keeps what it has found out about days.

    Called for every post, so that nothing is formatted twice: texts of minutes come from tables, texts of days and
    offsets of days from dictionaries.
    """

    def __init__(self, zone: str, form: DateForm, attribute: str, observed: int | None) -> None:
        self.zone, self.form, self.attribute, self.observed = zone, form, attribute, observed
        self._parts = None if form.ago or form.digits else cut(form.layout)
        layout = self._parts[1] if self._parts else ""
        self._minutes = minute_texts(layout, zone if "zone" in form.fields else "", form.lang)
        self._precision, self._label = _precision(form), zone if "zone" in form.fields else None
        self._in_utc, self._write = attribute == "utc", ATTRIBUTES.get(attribute)
        self._days: tuple[dict[int, _Day], dict[int, _Day]] = {}, {}  # without and with a stated instant
        self._offsets: dict[int, tuple[int, str]] = {}

    def __call__(self, instant: int) -> ShownDate:
        """How an instant is shown."""
        offset, suffix = self._offsets.get(instant // DAY) or self._offset_on(instant)
        wall = instant + offset
        number = wall // DAY
        minute, second = (wall - number * DAY) // 60, _SECONDS[wall % 60]
        stated = self.attribute != "none" and _YEAR_1 <= (instant if self._in_utc else wall) < _YEAR_10000
        day = self._days[stated].get(number) or self._on_day(number, stated=stated)
        if self._parts is None:
            shown = self._uncut(instant, wall)
        else:
            before, behind = self._minutes[minute]
            shown = f"{day.text}{before}{second}{behind}" if self._precision == "second" else day.text + before
        utc_day = instant // DAY
        utc = (day.iso if utc_day == number else day_text(utc_day, _ISO_DAY)) + _ISO_MINUTES[instant % DAY // 60]
        if self._write is None:
            attribute = f"{utc}:{second}Z"
        else:
            attribute = self._write(day.iso + _ISO_MINUTES[minute], second, suffix)
        if not stated:
            truth = _told_by_display(shown, wall, self.form, self.zone, day.denoted)
        else:
            told = f"{utc}:{'00' if self.attribute == 'minute' else second}Z"
            truth = self._told(shown, day.denoted, minute, second, told)
        return ShownDate(shown, attribute, truth, instant)

    def _told(self, shown: str, date: str | None, minute: int, second: str, instant: str) -> DateTruth:
        """What a display tells beside an attribute that states the instant."""
        if date is None:
            return DateTruth(shown, None, None, None, instant)
        if self._precision == "day":
            return DateTruth(shown, date, "day", self._label, instant)
        local = date + _ISO_MINUTES[minute]
        if self._precision == "second":
            local = f"{local}:{second}"
        elif self._precision == "hour":
            local = local[: -len(":00")]
        return DateTruth(shown, local, self._precision, self._label, instant)

    def _uncut(self, instant: int, wall: int) -> str:
        """The display in a form without parts: relative, of other digits, or with the time within the date."""
        if self.form.ago is None:
            return text_at(wall, self.form, self.zone)
        return ago_text(max(0, (instant if self.observed is None else self.observed) - instant), self.form.ago)

    def _on_day(self, number: int, *, stated: bool) -> _Day:
        """What is known of a day, kept."""
        days = self._days[stated]
        if len(days) > KEPT_DAYS:
            days.clear()
        text = day_text(number, self._parts[0], self.form.lang) if self._parts else ""
        denoted = denoted_day(number, self.form, stated=stated, observed=self.observed)
        day = days[number] = _Day(text, day_text(number, _ISO_DAY), denoted)
        return day

    def _offset_on(self, instant: int) -> tuple[int, str]:
        """The offset at an instant; kept for its UTC day, unless the clocks change on it."""
        day = instant // DAY
        start, end = offset_at(day * DAY, self.zone), offset_at(day * DAY + DAY - 1, self.zone)
        if start != end:
            offset = offset_at(instant, self.zone)
            return offset, offset_text(offset)
        if len(self._offsets) > KEPT_DAYS:
            self._offsets.clear()
        kept = self._offsets[day] = start, offset_text(start)
        return kept
