"""The forms in which boards show dates, and the one reader that reads every display back (``displays`` writes them).

A form is one layout string; its reading pattern is derived from it. Fields: ``y`` ``y2`` (two digits) ``mo`` ``d``
``h`` ``h12`` ``mi`` ``s`` with widths as in ``str.format``, ``mon`` ``month`` ``dow`` ``weekday`` (names in the form's
language), ``ampm`` ``AMPM`` and ``zone`` (the label).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from string import Formatter
from typing import NamedTuple

from forgegen.model.calendar import (
    DAY,
    HOUR,
    MINUTE,
    ZONES,
    Local,
    civil_from_days,
    days_from_civil,
    is_date,
    iso_utc,
    parse_iso,
)
from forgegen.model.truth import DateTruth

NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "month": (
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ),
        "weekday": ("Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"),
    },
    "de": {
        "month": (
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
            "Dezember",
        ),
        "weekday": ("Donnerstag", "Freitag", "Samstag", "Sonntag", "Montag", "Dienstag", "Mittwoch"),
    },
    "zh": {
        "month": tuple(f"{m}月" for m in ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")),
        "weekday": tuple(f"星期{d}" for d in "四五六日一二三"),
    },
}  # fmt: skip
"""Names of months, and of week days from Thursday (1970-01-01), by language."""

SHORT = {"en": 3, "de": 3, "zh": 9}
"""How many letters of a name are its short form, by language."""

_MONTHS = {
    name: n
    for lang, names in NAMES.items()
    for n, month in enumerate(names["month"], 1)
    for name in (month, month[: SHORT[lang]])
}


class DateForm(NamedTuple):
    """A way to show an instant: its layout, its language and the pattern that reads it.

    ``day`` is the part of the layout before the first field of the time of day, ``time`` the rest; where that is no
    clean cut, ``day`` is the whole and ``time`` None.
    """

    name: str
    layout: str
    day: str
    time: str | None
    pattern: re.Pattern[str]
    has_zone: bool
    seconds: bool
    lang: str
    ago: Callable[[int], str] | None = None


FORMS: dict[str, DateForm] = {}
_CLOCK = {"h", "h12", "mi", "s", "ampm", "AMPM", "zone"}


def date_form(name: str, layout: str, lang: str = "en") -> None:
    """Register a form under a name."""
    fields = [(text, field) for text, field, _, _ in Formatter().parse(layout)]
    names = [field for _, field in fields if field]
    first = next((i for i, field in enumerate(names) if field in _CLOCK), len(names))
    clean = not any(field not in _CLOCK for field in names[first:])
    cut = len(layout)
    if clean and first < len(names):
        cut = re.search(r"\{" + names[first] + r"[:}]", layout).start()  # type: ignore[union-attr]
    FORMS[name] = DateForm(
        name,
        layout,
        layout[:cut] if clean else layout,
        layout[cut:] if clean else None,
        re.compile("".join(_reads(text, field, lang) for text, field in fields), re.ASCII),
        "zone" in names,
        "s" in names,
        lang,
    )


def ago_form(name: str, write: Callable[[int], str], pattern: str) -> None:
    """Register a form that shows how long ago an instant was when the page was observed, in seconds."""
    FORMS[name] = DateForm(name, "", "", None, re.compile(pattern, re.ASCII), False, False, "en", write)


def _reads(text: str, field: str | None, lang: str) -> str:
    """What of the pattern reads a literal and the field behind it."""
    if not field:
        return re.escape(text)
    names = NAMES[lang]
    number = {"y": r"\d{1,4}", "y2": r"\d{2}"}.get(field, r"[ \d]?\d")
    words = {
        "month": "|".join(names["month"]),
        "weekday": "|".join(names["weekday"]),
        "mon": "|".join(name[: SHORT[lang]] for name in names["month"]),
        "dow": "|".join(name[: SHORT[lang]] for name in names["weekday"]),
        "ampm": "am|pm|上午|下午",
        "AMPM": "AM|PM",
        "zone": "[A-Z]+",
    }
    return f"{re.escape(text)}(?P<{field}>{words.get(field, number)})"


def read_date(shown: str, attribute: str | None, form: str, observed: int | None = None) -> DateTruth:
    """What a displayed date and its ``datetime`` attribute tell; ``form`` is tried first, then every other one.

    An attribute of digits is a Unix time. Without a year the latest year is meant that is not after ``observed``; a
    display of no known form, and one relative to the moment of observation, tells only itself.
    """
    return read_display(shown, _instant_in(attribute), form, observed)


def read_display(shown: str, instant: int | None, form: str, observed: int | None = None) -> DateTruth:
    """The same from the instant that the attribute tells, None where it tells none."""
    m = FORMS[form].pattern.fullmatch(shown) or next(
        (m for other in FORMS.values() if (m := other.pattern.fullmatch(shown))), None
    )
    told = None if instant is None else iso_utc(instant)
    found = m.groupdict() if m is not None else {}
    if not found:
        return DateTruth(shown, None, None, None, told)
    zone = found.get("zone")
    day = _day_in(found, observed)
    time = _time_in(found)
    if day is None or time is None:
        return DateTruth(shown, None, None, zone, told if zone is None else None)
    h, mi, s = time
    date = f"{day[0]:04d}-{day[1]:02d}-{day[2]:02d}"
    if h is None:
        return DateTruth(shown, date, "day", zone, told)
    at = f"{date}T{h:02d}:{mi:02d}"
    if instant is None and zone in ZONES:
        instant = Local(at, zone).instant
        told = None if instant is None else iso_utc(instant + (s or 0))
    return DateTruth(shown, at if s is None else f"{at}:{s:02d}", "minute" if s is None else "second", zone, told)


def _instant_in(attribute: str | None) -> int | None:
    """The instant in an attribute: ISO 8601 with an offset, a Unix time, or both with a space between."""
    if not attribute:
        return None
    attribute = attribute.rpartition(" ")[2] if attribute[-1:].isdigit() and " " in attribute else attribute
    if attribute.isascii() and attribute.removeprefix("-").isdigit() and len(attribute) < 15:
        return int(attribute)
    return parse_iso(attribute)


def _day_in(found: dict[str, str | None], observed: int | None) -> tuple[int, int, int] | None:
    """The date that a match tells, if there is such a one."""
    month, d = _month_in(found), int(found.get("d") or 0)
    if found.get("y") is not None:
        years = [int(found["y"] or 0)]
    elif found.get("y2") is not None:
        y2 = int(found["y2"] or 0)
        latest = 2069 if observed is None else civil_from_days(observed // DAY + 1)[0]
        years = [latest - (latest - y2) % 100]
    elif observed is None:
        return None
    else:
        latest = civil_from_days(observed // DAY + 1)[0]
        years = [
            y
            for y in range(latest, latest - 5, -1)
            if is_date(y, month, d) and days_from_civil(y, month, d) <= observed // DAY + 1
        ]
    return next(((y, month, d) for y in years if is_date(y, month, d)), None)


def _month_in(found: dict[str, str | None]) -> int:
    if found.get("mo") is not None:
        return int(found["mo"] or 0)
    return _MONTHS.get(found.get("month") or found.get("mon") or "", 0)


def _time_in(found: dict[str, str | None]) -> tuple[int | None, int, int | None] | None:
    """Hour, minute and second that a match tells: no hour where only a day is shown; None for an impossible time."""
    half = (found.get("ampm") or found.get("AMPM") or "").lower()
    if found.get("h12") is not None:
        h = int(found["h12"] or 0)
        if not 1 <= h <= 12:
            return None
        h = h % 12 + (12 if half in ("pm", "下午") else 0)
    elif found.get("h") is not None:
        h = int(found["h"] or 0)
    else:
        return None, 0, None
    mi = int(found.get("mi") or 0)
    s = None if found.get("s") is None else int(found["s"] or 0)
    return (h, mi, s) if h < 24 and mi < 60 and (s or 0) < 60 else None


_EN_UNITS = ((31_536_000, "year"), (2_592_000, "month"), (DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"))


def _ago(seconds: int, units: tuple[tuple[int, str], ...], layout: str) -> str:
    """How long ago, in the largest unit that fits."""
    for size, unit in units:
        if seconds >= size:
            n = seconds // size
            return layout.format(n=n, unit=unit if n == 1 else unit + "s")
    return "just now"


date_form("han", "{y}年{mo}月{d}日 {h}点{mi}分 {zone}", "zh")
date_form("dash", "{y}-{mo}-{d} {h}:{mi:02d}")
date_form("dash-second", "{y}-{mo}-{d} {h:02d}:{mi:02d}:{s:02d}")
date_form("dash-padded", "{y}-{mo:02d}-{d:02d} {h:02d}:{mi:02d}")
date_form("dash-clock", "{y}-{mo:02d}-{d:02d} {h:02d}:{mi:02d}:{s:02d}")
date_form("slash-short-year", "{mo:02d}/{d:02d}/{y2}")
date_form("iso-day", "{y}-{mo:02d}-{d:02d}")
date_form("han-second", "{y}年{mo:02d}月{d:02d}日 {h}:{mi:02d}:{s:02d}", "zh")
date_form("han-day", "{y}年{mo}月{d}日", "zh")
date_form("us-weekday", "{dow} {mon} {d:02d}, {y} {h12}:{mi:02d} {ampm}")
date_form("us-month", "{mon} {y}")
date_form("us-short", "{mon} {d}, {y}")
date_form("us-short-time", "{mon} {d}, {y} at {h12}:{mi:02d} {AMPM}")
date_form("us-dash", "{mo:02d}-{d:02d}-{y}, {h12:02d}:{mi:02d} {AMPM}")
date_form("us-long", "{month} {d}, {y}")
date_form("us-long-clock", "{month} {d}, {y}, {h12}:{mi:02d}{ampm}")
date_form("han-clock", "{y}年{mo}月{d}日 {h:02d}:{mi:02d}", "zh")
date_form("us-long-second", "{month} {d:02d}, {y}, {h12:02d}:{mi:02d}:{s:02d} {AMPM}")
date_form("de-long", "{d}. {month} {y} {h:02d}:{mi:02d}", "de")
date_form("de-phpbb", "{dow} {d}. {mon} {y}, {h:02d}:{mi:02d}", "de")
date_form("de-month", "{month} {y}", "de")
date_form("de-day", "{d}. {month} {y}", "de")
date_form("han-padded", "{y}年{mo}月{d}日 {h:02d}:{mi:02d}", "zh")
date_form("de-short", "{d:02d}.{mo:02d}.{y}, {h:02d}:{mi:02d}", "de")
date_form("ctime", "{dow} {mon} {d:2d} {h:02d}:{mi:02d}:{s:02d} {y}")
date_form("slash-yearless", "{mo:02d}/{d:02d} {h:02d}:{mi:02d}")
date_form("slash-day-yearless", "{mo:2d}/{d:02d}")
ago_form("ago", lambda s: _ago(s, _EN_UNITS, "{n} {unit} ago"), r"\d+ (?:minute|hour|day|month|year)s? ago|just now")
