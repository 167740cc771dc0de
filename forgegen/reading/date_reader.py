"""Reading displayed dates: every declared form, whichever the skin usually has, with the ``datetime`` attribute."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from string import Formatter
from typing import Literal

from forgegen.forms.date_forms import FORMS, HALVES, NAMES, PARTS, SHORT, Ago, DateForm
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

_MONTHS = {
    name: n
    for lang, names in NAMES.items()
    for n, month in enumerate(names["month"], 1)
    for name in (month, month[: SHORT[lang]])
}
_AFTERNOON = {half for _, afternoon in HALVES.values() for half in (afternoon, afternoon.upper())} | {PARTS[1]}
_SPOKEN = re.compile(f"[{NUMERALS}零十]+")


@cache
def patterns_of(name: str) -> tuple[tuple[re.Pattern[str], bool], ...]:
    """The patterns that read a form, with a group for each field, and whether each is a display by age."""
    form = FORMS[name]
    if form.ago is not None:
        return ((re.compile(_reads_ago(form.ago), re.ASCII), False),)
    usual = (_compiled(form.layout, form), False)
    return (usual, *((_compiled(age.layout, form), True) for age in form.ages))


def _compiled(layout: str, form: DateForm) -> re.Pattern[str]:
    pieces = [_reads(text, field, form) for text, field, _, _ in Formatter().parse(layout)]
    return re.compile("".join(pieces), re.ASCII)


def _reads_ago(ago: Ago) -> str:
    units = "|".join(re.escape(unit) for _, unit in ago.units)
    plural = f"(?:{re.escape(ago.plural)})?" if ago.plural else ""
    counted = re.escape(ago.text).replace(r"\{n\}", r"\d+").replace(r"\{unit\}", f"(?:{units}){plural}")
    return f"{re.escape(ago.now)}|{counted}"


def _reads(text: str, field: str | None, form: DateForm) -> str:
    """What of the pattern reads a literal and the field behind it."""
    if not field:
        return re.escape(text)
    names, short = NAMES[form.lang], SHORT[form.lang]
    number = {"y": r"\d{1,4}", "y2": r"\d{2}", "republic": r"-?\d{1,4}"}.get(field, r"[ \d]?\d")
    words = {
        "month": "|".join(names["month"]),
        "weekday": "|".join(names["weekday"]),
        "mon": "|".join(name[:short] for name in names["month"]),
        "dow": "|".join(name[:short] for name in names["weekday"]),
        "ampm": "|".join(dict.fromkeys(half for halves in HALVES.values() for half in halves)),
        "AMPM": "AM|PM",
        "part": "|".join(PARTS),
        "half": r"整|半|\d?\d分",
        "zone": "[A-Z]+",
        "th": "st|nd|rd|th",
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
    zone = found.get("zone")
    date = f"{day[0]:04d}-{day[1]:02d}-{day[2]:02d}"
    if h is None:
        return DateTruth(shown, date, "day", zone, told)
    if mi is None:
        return DateTruth(shown, f"{date}T{h:02d}", "hour", zone, told)
    at = f"{date}T{h:02d}:{mi:02d}"
    if instant is None and zone in ZONES:
        instant = Local(at, zone).instant
        told = None if instant is None else iso_utc(instant + (s or 0))
    return DateTruth(shown, at if s is None else f"{at}:{s:02d}", "minute" if s is None else "second", zone, told)


def _fields_in(shown: str, form: str) -> tuple[dict[str, str], bool]:
    """The fields that a display shows, by the form or the first other one that it fits, and whether it is by age."""
    for name in (form, *FORMS):
        text = _in_ascii(shown) if FORMS[name].digits else shown
        for pattern, by_age in patterns_of(name):
            m = pattern.fullmatch(text)
            if m is not None:
                return m.groupdict(), by_age
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


def _instant_in(attribute: str | None) -> int | None:
    """The instant in an attribute: ISO 8601 with an offset, a Unix time, or both with a space between."""
    if not attribute:
        return None
    local, _, unix = attribute.rpartition(" ")
    attribute = unix if "T" in local and unix.isdigit() else attribute
    if attribute.isascii() and attribute.removeprefix("-").isdigit() and len(attribute) < 15:
        return int(attribute)
    return parse_iso(attribute)


def _day_in(found: dict[str, str], instant: int | None, observed: int | None) -> tuple[int, int, int] | None:
    """The date that the fields tell, if there is such a one."""
    month, d = _month_in(found), int(found.get("d", 0))
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


def _month_in(found: dict[str, str]) -> int:
    return int(found["mo"]) if "mo" in found else _MONTHS.get(found.get("month") or found.get("mon") or "", 0)


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
