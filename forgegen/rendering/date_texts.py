"""The text of a local time in a form of dates."""

from __future__ import annotations

import re
from functools import lru_cache
from string import Formatter

from forgegen.forms.dates import CLOCK, HALVES, NAMES, PARTS, SHORT, Ago, DateForm
from forgegen.forms.numbers import NUMERALS, WIDE
from forgegen.model.calendar import DAY, HOUR, MINUTE, civil_from_days

KEPT_DAYS = 4096
"""How many days a cache of days holds."""

_CLOCK_FIELD = re.compile(rf"\{{({'|'.join(sorted(CLOCK))})(:[^}}]*)?\}}")


@lru_cache(maxsize=256)
def cut(layout: str) -> tuple[str, str] | None:
    """A layout in two parts, before and from the first field of the time of day; None where a date field follows.

    >>> cut("{y}-{mo} {h}:{mi:02d}"), cut("{y}-{mo}"), cut("{h}:{mi:02d} {y}")
    (('{y}-{mo} ', '{h}:{mi:02d}'), ('{y}-{mo}', ''), None)
    """
    first = _CLOCK_FIELD.search(layout)
    if first is None:
        return layout, ""
    day, time = layout[: first.start()], layout[first.start() :]
    return None if any(field not in CLOCK for _, field, _, _ in Formatter().parse(time) if field) else (day, time)


@lru_cache(maxsize=KEPT_DAYS)
def day_text(day: int, layout: str, lang: str = "en") -> str:
    """The date fields of a layout, for a number of a day."""
    y, mo, d = civil_from_days(day)
    names, short = NAMES[lang], SHORT[lang]
    month, weekday = names["month"][mo - 1], names["weekday"][day % 7]
    return layout.format(
        y=y, y2=f"{y % 100:02d}", mo=mo, d=d, month=month, weekday=weekday, mon=month[:short], dow=weekday[:short],
        republic=y - 1911,
    )  # fmt: skip


def time_text(second: int, layout: str, zone: str, lang: str = "en") -> str:
    """The fields of the time of day of a layout, for a second of the day."""
    h = second // HOUR
    half, mi = HALVES[lang][h >= 12], second // MINUTE % 60
    return layout.format(
        h=h, h12=(h + 11) % 12 + 1, mi=mi, s=second % 60, ampm=half, AMPM=half.upper(), zone=zone,
        part=PARTS[h >= 12], half={0: "整", 30: "半"}.get(mi, f"{mi}分"),
    )  # fmt: skip


def numeral(n: int) -> str:
    """A number in Chinese numerals: below 100 as it is spoken, else digit by digit.

    >>> [numeral(n) for n in (0, 10, 16, 21, 30, 2024)]
    ['〇', '十', '十六', '二十一', '三十', '二〇二四']
    """
    tens, ones = divmod(n, 10)
    if tens in range(1, 10):
        return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")
    return "".join(NUMERALS[int(digit)] for digit in str(n))


def text_at(wall: int, form: DateForm, zone: str) -> str:
    """The display of a local time, in seconds since 1970 on the wall, whatever the order of the fields."""
    text = _ascii_text_at(wall, form, zone)
    if form.digits == "numerals":
        return re.sub(r"\d+", lambda m: numeral(int(m[0])), text)
    return text.translate(WIDE) if form.digits else text


def _ascii_text_at(wall: int, form: DateForm, zone: str) -> str:
    parts = cut(form.layout)
    if parts is not None:
        return day_text(wall // DAY, parts[0], form.lang) + time_text(wall % DAY, parts[1], zone, form.lang)
    hidden = _CLOCK_FIELD.sub(lambda m: f"\x02{m[0][1:-1]}\x03", form.layout)  # from the first call of format
    day = day_text(wall // DAY, hidden, form.lang)
    return time_text(wall % DAY, day.replace("\x02", "{").replace("\x03", "}"), zone, form.lang)


@lru_cache(maxsize=64)
def minute_texts(layout: str, zone: str, lang: str = "en") -> tuple[tuple[str, str], ...]:
    """What stands before and behind the seconds of two digits, for every minute of the day.

    >>> minute_texts("{h}:{mi:02d}:{s:02d} {zone}", "PT")[61]
    ('1:01:', ' PT')
    """
    hidden = layout.replace("{s:02d}", "\x02")
    texts = (time_text(minute * MINUTE, hidden, zone, lang) for minute in range(1440))
    return tuple((before, behind) for before, _, behind in (text.partition("\x02") for text in texts))


def ago_text(seconds: int, ago: Ago) -> str:
    """How long ago, in the largest unit that fits."""
    for size, unit in ago.units:
        if seconds >= size:
            n = seconds // size
            return ago.text.format(n=n, unit=unit if n == 1 else unit + ago.plural)
    return ago.now
