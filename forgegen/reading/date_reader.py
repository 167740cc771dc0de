"""Reading displayed dates: every declared form, whichever the skin usually has, with the ``datetime`` attribute."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from string import Formatter
from typing import Literal

from forgegen.forms.date_forms import FORMS, Ago, DateForm
from forgegen.forms.layouts import date_form
from forgegen.forms.names import HALVES, PARTS
from forgegen.forms.number_forms import NARROW, NUMERALS
from forgegen.model.calendar import (
    DAY,
    ZONES,
    Local,
    civil_from_days,
    days_from_civil,
    is_date,
    iso_utc,
    latest_year,
    parse_iso,
    whole_year,
)
from forgegen.model.truth import DateTruth

_AFTERNOON = {half for _, afternoon in HALVES.values() for half in (afternoon, afternoon.upper())} | {PARTS[1]}
_SPOKEN = re.compile(f"[{NUMERALS}零十]+")


@cache
def patterns_of(name: str) -> tuple[tuple[re.Pattern[str], bool], ...]:
    """The patterns that read a form, with a group for each field, and whether each is a display by age."""
    form = date_form(name)
    if form.ago is not None:
        return ((re.compile(_reads_ago(form.ago), re.ASCII), False),)
    usual = (_compiled(form.layout, form), False)
    return (usual, *((_compiled(age.layout, form), True) for age in form.ages))


def _compiled(layout: str, form: DateForm) -> re.Pattern[str]:
    pieces = [_reads(text, field, spec or "", form) for text, field, spec, _ in Formatter().parse(layout)]
    return re.compile("".join(pieces), re.ASCII)


def _reads_ago(ago: Ago) -> str:
    units = "|".join(re.escape(unit) for unit in sorted({*ago.many, *(unit for _, unit in ago.units)}, reverse=True))
    plural = f"(?:{re.escape(ago.plural)})?" if ago.plural else ""
    counted = re.escape(ago.text).replace(r"\{n\}", r"\d+").replace(r"\{unit\}", f"(?:{units}){plural}")
    return f"{re.escape(ago.now)}|{counted}"


def _either(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))


def _reads(text: str, field: str | None, spec: str, form: DateForm) -> str:
    """What of the pattern reads a literal and the field behind it."""
    if not field:
        return re.escape(text)
    names = form.names
    number = {"y": r"\d{1,4}", "y2": r"\d{2}", "republic": r"-?\d{1,4}"}.get(field, r"\d?\d")
    if spec == "2d":
        number = r"[ \d]?\d"
    halves = dict.fromkeys((*names.ampm, *(half for halves in HALVES.values() for half in halves)))
    words = {
        "month": _either(names.month),
        "weekday": _either(names.weekday),
        "mon": _either(names.mon),
        "dow": _either(names.dow),
        "nth": _either(names.nth),
        "ampm": _either(halves),
        "AMPM": _either(half.upper() for half in halves),
        "part": _either(PARTS),
        "half": r"整|半|\d?\d分",
        "zone": "[A-Z]+",
        "offset": r"[+-]\d\d:\d\d",
        "offset4": r"[+-]\d{4}",
        "n": r"\d+",
        "days": r"\d+",
    }
    return f"{re.escape(text)}(?P<{field}>{words.get(field, number)})"


def read_date(shown: str, attribute: str | None, form: str, observed: int | None = None) -> DateTruth:
    """What a displayed date and its ``datetime`` attribute tell; ``form`` is tried first, then every other one.

    An attribute of digits is a Unix time. Of a display without a year, or with two digits of it, the attribute tells
    the year; without an attribute the latest year is meant that is not after ``observed``. A display of no known form,
    and one relative to the moment of observation, tells only itself. The attribute of a display by age may also be an
    absolute display, which then tells the local time; of an instant and a time of day the day follows.
    """
    instant = _instant_in(attribute)
    told = None if instant is None else iso_utc(instant)
    found, by_age = _fields_in(shown, form)
    if by_age and instant is not None:
        return DateTruth(shown, *_local_near(found, instant), None, told)
    if by_age and attribute:
        absolute = read_date(attribute, None, form, observed)
        return DateTruth(shown, absolute.local, absolute.precision, None, None)
    day, time = _day_in(found, instant, observed), _time_in(found)
    if day is None or time is None:
        return DateTruth(shown, None, None, None, told)
    h, mi, s = time
    offset = found.get("offset") or found.get("offset4")
    zone = found.get("zone") or offset
    date = f"{day[0]:04d}-{day[1]:02d}-{day[2]:02d}"
    if h is None:
        return DateTruth(shown, date, "day", zone, told)
    if mi is None:
        return DateTruth(shown, f"{date}T{h:02d}", "hour", zone, told)
    at = f"{date}T{h:02d}:{mi:02d}"
    if instant is None and offset is not None:
        instant = parse_iso(f"{at}:{s or 0:02d}{offset}")
        told = None if instant is None else iso_utc(instant)
    if instant is None and zone in ZONES:
        instant = Local(at, zone).instant
        told = None if instant is None else iso_utc(instant + (s or 0))
    return DateTruth(shown, at if s is None else f"{at}:{s:02d}", "minute" if s is None else "second", zone, told)


def fields_in(shown: str, form: str) -> dict[str, str]:
    """The fields that a display shows, by the form or the first other one that it fits: names of months as numbers."""
    return _fields_in(shown, form)[0]


def _fields_in(shown: str, form: str) -> tuple[dict[str, str], bool]:
    """The same, and whether the display is by age."""
    for name in (form, *FORMS):
        declared = date_form(name)
        text = _in_ascii(shown) if declared.digits else shown
        for pattern, by_age in patterns_of(name):
            m = pattern.fullmatch(text)
            if m is not None:
                return _numbered(m.groupdict(), declared), by_age or declared.ago is not None
    return {}, False


def _local_near(found: dict[str, str], instant: int) -> tuple[str | None, Literal["minute", "second"] | None]:
    """The local time with this time of day that lies nearest to an instant; no zone is half a day from UTC."""
    h, mi, s = _time_in(found) or (None, None, None)
    if h is None or mi is None:
        return None, None
    clock = h * 3600 + mi * 60 + (s or 0)
    wall = instant + (clock - instant % DAY + DAY // 2) % DAY - DAY // 2
    y, month, d = civil_from_days(wall // DAY)
    local = f"{y:04d}-{month:02d}-{d:02d}T{h:02d}:{mi:02d}"
    return (local, "minute") if s is None else (f"{local}:{s:02d}", "second")


def _numbered(found: dict[str, str], form: DateForm) -> dict[str, str]:
    """The fields with names of months, ordinals and afternoons of the form as numbers."""
    names = form.names
    for field, words, number in (("month", names.month, "mo"), ("mon", names.mon, "mo"), ("nth", names.nth, "d")):
        if field in found and found[field] in words:
            found[number] = str(words.index(found[field]) + 1)
    half = found.get("ampm") or found.get("AMPM")
    if half is not None and half in (names.ampm[1], names.ampm[1].upper()):
        found["ampm"] = "pm"
    return found


@lru_cache(maxsize=1)
def _in_ascii(shown: str) -> str:
    """The display with its numbers in ASCII digits."""
    return _SPOKEN.sub(lambda m: str(number_in(m[0])), shown.translate(NARROW))


def number_in(numeral: str) -> int:
    """The number that Chinese numerals say.

    >>> [number_in(numeral) for numeral in ("〇", "十", "二十一", "三十", "二〇二四")]
    [0, 10, 21, 30, 2024]
    """
    digits = numeral.replace("零", "〇").translate({ord(digit): str(n) for n, digit in enumerate(NUMERALS)})
    tens, ten, ones = digits.partition("十")
    return 10 * int(tens or 1) + int(ones or 0) if ten else int(digits)


def displayed(text: str, form: str) -> str:
    """The display of a date in an element's text: blanks around it are not its own, unless the form begins with one.

    >>> displayed("\\n 2024-02-16 21:01 ", "dash"), displayed(" 2/16", "slash-day-yearless")
    ('2024-02-16 21:01', ' 2/16')
    """
    stripped = text.strip()
    return text if text == stripped or fields_in(text, form) else stripped


def _instant_in(attribute: str | None) -> int | None:
    """The instant in an attribute: ISO 8601 with an offset, a Unix time, or both with a space between."""
    if not attribute:
        return None
    local, _, unix = attribute.rpartition(" ")
    attribute = unix if "T" in local and unix.removeprefix("-").isdigit() else attribute
    if attribute.isascii() and attribute.removeprefix("-").isdigit() and len(attribute) < 15:
        return int(attribute)
    return parse_iso(attribute)


def _day_in(found: dict[str, str], instant: int | None, observed: int | None) -> tuple[int, int, int] | None:
    """The date that the fields tell, if there is such a one."""
    month, d = int(found.get("mo", 0)), int(found.get("d", 0))
    if "y" in found or "republic" in found:
        year: int | None = int(found["y"]) if "y" in found else 1911 + int(found["republic"])
    else:
        two = found.get("y2")
        year = None if instant is None else _year_at(instant, month, d, two)
        if year is None and two is not None:
            year = whole_year(int(two), observed)
        elif year is None and observed is not None:
            year = latest_year(month, d, observed)
    return (year, month, d) if year is not None and is_date(year, month, d) else None


def _year_at(instant: int, month: int, d: int, two_digits: str | None) -> int | None:
    """The year in which a day of a month is that of the instant in some zone; None where it is in no year."""
    around = civil_from_days(instant // DAY)[0]
    for year in (around, around - 1, around + 1):
        near = is_date(year, month, d) and abs(days_from_civil(year, month, d) - instant // DAY) <= 1
        if near and two_digits in (None, f"{year % 100:02d}"):
            return year
    return None


def _time_in(found: dict[str, str]) -> tuple[int | None, int | None, int | None] | None:
    """Hour, minute and second that the fields tell, each None where it is not shown; None for an impossible time."""
    half = found.get("ampm") or found.get("AMPM") or found.get("part")
    if "h12" in found:
        h = int(found["h12"])
        if not 1 <= h <= 12:
            return None
        h = h % 12 + 12 * (half in _AFTERNOON)
    elif "h" in found:
        h = int(found["h"])
    else:
        return None, None, None
    mi = int(found["mi"]) if "mi" in found else _minutes_in(found["half"]) if "half" in found else None
    s = int(found["s"]) if "s" in found else None
    return (h, mi, s) if h < 24 and (mi or 0) < 60 and (s or 0) < 60 else None


def _minutes_in(half: str) -> int:
    return 30 if half == "半" else 0 if half == "整" else int(half.removesuffix("分"))
