"""How instants are shown in the forms of ``dates``: the display, the ``datetime`` attribute, and what both tell.

Forms with a whole date have a way that writes the truth beside the display; all others are read back as readers do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

from forgegen.model.calendar import (
    DAY,
    HOUR,
    MINUTE,
    Local,
    civil_from_days,
    days_from_civil,
    iso_utc,
    offset_at,
    offset_text,
)
from forgegen.model.truth import DateTruth
from forgegen.rendering.dates import FORMS, NAMES, SHORT, DateForm, read_date, read_display

_YEAR_1, _YEAR_10000 = -62_135_596_800, 253_402_300_800  # no reader knows of years beyond these
_SECONDS = tuple(f"{s:02d}" for s in range(60))
_KEPT_DAYS = 4096
WITHOUT_INSTANT = "dash"  # how a relative form shows a local time that a clock change leaves out


class ShownDate(NamedTuple):
    """A date as a template prints it.

    ``shown`` is the display, ``attribute`` the value of a ``datetime`` attribute (empty where there is no instant),
    ``truth`` what both tell, ``instant`` the moment in seconds since 1970 (None where a local time has none).
    """

    shown: str
    attribute: str
    truth: DateTruth
    instant: int | None = None


_ISO_DAY, _ISO_TIME = "{y:04d}-{mo:02d}-{d:02d}T", "{h:02d}:{mi:02d}"


@lru_cache(maxsize=_KEPT_DAYS)
def _day(day: int, layout: str, lang: str = "en") -> str:
    y, mo, d = civil_from_days(day)
    names, cut = NAMES[lang], SHORT[lang]
    month, weekday = names["month"][mo - 1], names["weekday"][day % 7]
    return layout.format(
        y=y, y2=f"{y % 100:02d}", mo=mo, d=d, month=month, weekday=weekday, mon=month[:cut], dow=weekday[:cut]
    )


@lru_cache(maxsize=64)
def _times(layout: str, zone: str, lang: str = "en") -> tuple[str, ...]:
    """The display of every minute of the day."""
    return tuple(_time(minute * MINUTE, layout, zone, lang) for minute in range(1440))


def _time(second: int, layout: str, zone: str, lang: str = "en") -> str:
    h = second // HOUR
    half = ("上午" if h < 12 else "下午") if lang == "zh" else "am" if h < 12 else "pm"
    return layout.format(
        h=h, h12=(h + 11) % 12 + 1, mi=second // MINUTE % 60, s=second % 60, ampm=half, AMPM=half.upper(), zone=zone
    )


def _whole(wall: int, form: DateForm, zone: str) -> str:
    """The display of a local time, whatever the order of the fields."""
    if form.time is not None:
        return _day(wall // DAY, form.day, form.lang) + _time(wall % DAY, form.time, zone, form.lang)
    day = _day(wall // DAY, _without(form.layout, clock=True), form.lang)
    return _time(wall % DAY, day.replace("\x02", "{").replace("\x03", "}"), zone, form.lang)


@lru_cache(maxsize=64)
def _without(layout: str, *, clock: bool) -> str:
    """The layout with the fields of the time of day hidden from ``format``."""
    return re.sub(r"\{(h|h12|mi|s|ampm|AMPM|zone)(:[^}]*)?\}", lambda m: f"\x02{m[0][1:-1]}\x03", layout)


def show_local(local: Local | None, form: str, attribute: str = "minute") -> ShownDate | None:
    """How a local time is shown, and what that tells."""
    if local is None:
        return None
    instant = local.instant
    if instant is not None:
        return shower(local.zone, form, attribute)(instant)
    y, mo, d, h, mi = local.parts
    if FORMS[form].ago is not None:
        form = WITHOUT_INSTANT
    shape = FORMS[form]
    shown = _whole(days_from_civil(y, mo, d) * DAY + h * HOUR + mi * MINUTE, shape, local.zone)
    return ShownDate(shown, "", read_date(shown, None, form, None), None)


def show_instant(
    instant: int | None, zone: str, form: str, attribute: str = "minute", observed: int | None = None
) -> ShownDate | None:
    """How an instant is shown on a board of that zone."""
    return None if instant is None else shower(zone, form, attribute, observed)(instant)


ATTRIBUTES: dict[str, Callable[[str, str, str], str]] = {
    "minute": lambda local, second, offset: local + offset,
    "second": lambda local, second, offset: f"{local}:{second}{offset}",
    "basic": lambda local, second, offset: f"{local}:{second}{offset.replace(':', '')}",
    "none": lambda local, second, offset: "",
}
"""How a skin writes the ``datetime`` attribute, from the local minute, the second and the offset; see also ``utc``."""


def shower(zone: str, form: str, attribute: str = "minute", observed: int | None = None) -> Callable[[int], ShownDate]:
    """A function that shows instants in a zone and form; ``observed`` matters to those that need it to be read."""
    return _written(zone, form, attribute) or _read_back(zone, form, attribute, observed)


def _read_back(zone: str, form: str, attribute: str, observed: int | None) -> Callable[[int], ShownDate]:
    """The way for every form: what the display tells is read from it."""
    shape = FORMS[form]

    def show(instant: int) -> ShownDate:
        wall = instant + offset_at(instant, zone)
        if shape.ago is not None:
            shown = shape.ago(max(0, (instant if observed is None else observed) - instant))
        else:
            shown = _whole(wall, shape, zone)
        if attribute == "utc":
            attr = iso_utc(instant)
        else:
            local = _day(wall // DAY, _ISO_DAY) + _time(wall % DAY, _ISO_TIME, zone)
            attr = ATTRIBUTES[attribute](local, _SECONDS[wall % 60], offset_text(wall - instant))
        if attr and _YEAR_1 + DAY <= instant < _YEAR_10000 - DAY:
            told = instant - instant % 60 if attribute == "minute" else instant
            ago = shape.ago is not None  # tells nothing but itself
            truth = (
                DateTruth(shown, None, None, None, iso_utc(told)) if ago else read_display(shown, told, form, observed)
            )
        else:
            truth = read_date(shown, attr, form, observed)
        return ShownDate(shown, attr, truth, instant)

    return show


def _is_whole(form: DateForm, attribute: str) -> bool:
    """Whether a display tells a date, and a time to the minute or second or none at all, without a look elsewhere."""
    fields = set(form.pattern.groupindex)
    if form.ago is not None or form.time is None or not {"y", "d"} <= fields or not fields & {"mo", "mon", "month"}:
        return False
    if form.has_zone and attribute == "none":  # a clock change may repeat the hour: what is meant is read
        return False
    if not form.time:
        return True
    halved = "h12" in fields and bool(fields & {"ampm", "AMPM"})
    return "mi" in fields and ("h" in fields or halved) and (not form.seconds or form.time.count("{s:02d}") == 1)


@lru_cache(maxsize=256)
def _written(zone: str, form: str, attribute: str) -> Callable[[int], ShownDate] | None:
    """The fast way for forms with a whole date, None for others; keeps offsets of UTC days without a clock change."""
    shape = FORMS[form]
    if not _is_whole(shape, attribute):
        return None
    day_layout, lang, label = shape.day, shape.lang, zone if shape.has_zone else None
    precision: Literal["day", "minute", "second"] = "day" if not shape.time else "second" if shape.seconds else "minute"
    to_second, to_day, slow = precision == "second", precision == "day", _read_back(zone, form, attribute, None)
    displays = _times((shape.time or "").replace("{s:02d}", "\x02"), zone, lang)
    heads, tails = zip(*(text.partition("\x02")[::2] for text in displays), strict=True)
    iso_times, write = _times(_ISO_TIME, ""), ATTRIBUTES.get(attribute)
    offsets: dict[int, tuple[int, str]] = {}
    days: dict[int, tuple[str, str]] = {}
    new = tuple.__new__  # a NamedTuple's own constructor costs three times as much

    def offset_on(day: int, instant: int) -> tuple[int, str]:
        start, end = offset_at(day * DAY, zone), offset_at(day * DAY + DAY - 1, zone)
        if start != end:
            offset = offset_at(instant, zone)
            return offset, offset_text(offset)
        if len(offsets) > _KEPT_DAYS:
            offsets.clear()
        found = offsets[day] = start, offset_text(start)
        return found

    def texts_of(day: int) -> tuple[str, str]:
        if len(days) > _KEPT_DAYS:
            days.clear()
        found = days[day] = _day(day, day_layout, lang), _day(day, _ISO_DAY)
        return found

    def show(instant: int) -> ShownDate:
        if not _YEAR_1 + DAY <= instant < _YEAR_10000 - DAY:
            return slow(instant)
        utc_day = instant // DAY
        offset, suffix = offsets.get(utc_day) or offset_on(utc_day, instant)
        wall = instant + offset
        day = wall // DAY
        minute = (wall - day * DAY) // 60
        second = _SECONDS[wall % 60]
        day_text, iso_day = days.get(day) or texts_of(day)
        local = iso_day + iso_times[minute]
        shown = day_text + heads[minute]
        if to_second:
            shown, at = f"{shown}{second}{tails[minute]}", f"{local}:{second}"
        else:
            at = iso_day[:-1] if to_day else local
        utc_iso = iso_day if utc_day == day else _day(utc_day, _ISO_DAY)
        utc = f"{utc_iso}{iso_times[(instant - utc_day * DAY) // 60]}:{'00' if attribute == 'minute' else second}Z"
        attr = utc if write is None else write(local, second, suffix)
        truth = DateTruth(shown, at, precision, label, utc if attr else None)
        return new(ShownDate, (shown, attr, truth, instant))

    return show
