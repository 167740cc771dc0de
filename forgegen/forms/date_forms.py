"""The forms in which boards show dates.

A form is one layout string, or units of time for one that says how long ago an instant was. What writes displays
(``rendering``) and what reads them (``reading``) both follow from this declaration. Fields of layouts: ``y`` ``y2``
(two digits) ``mo`` ``d`` ``h`` ``h12`` ``mi`` ``s`` with widths as in ``str.format``, ``mon`` ``month`` ``dow``
``weekday`` (names in the form's language), ``nth`` (the day as an ordinal), ``ampm`` ``AMPM``, ``part`` (of the day, in
words), ``half`` (minutes with words for 0 and 30), ``republic`` (the year of the Republic of China), ``zone`` (the
label), ``offset`` (``+01:00``) and ``offset4`` (``+0100``). A form may have other layouts for recent instants, its
``ages``; these know ``n`` and ``days`` too.
"""

from __future__ import annotations

from functools import lru_cache
from string import Formatter
from typing import Literal, NamedTuple

from forgegen.forms.names import Names, names_of
from forgegen.model.calendar import DAY, HOUR, MINUTE
from forgegen.registries import Registry

OFFSETS = frozenset({"offset", "offset4"})
"""The fields that tell the offset from UTC."""

CLOCK = frozenset({"h", "h12", "mi", "s", "ampm", "AMPM", "part", "half", "zone", *OFFSETS})
"""The fields that tell the time of day."""


class Ago(NamedTuple):
    """How long ago an instant was: in the largest of the units that fits, or ``now`` below the smallest.

    ``text`` has the fields ``n`` and ``unit``; ``plural`` is put behind the unit unless ``n`` is 1, or else ``many``
    are the words for more than one, unit by unit.
    """

    units: tuple[tuple[int, str], ...]
    text: str
    now: str
    plural: str = ""
    many: tuple[str, ...] = ()

    def unit(self, place: int, n: int) -> str:
        """The word for that many of a unit."""
        one = self.units[place][1]
        return one if n == 1 else self.many[place] if self.many else one + self.plural


class Age(NamedTuple):
    """How a form shows instants up to an age; ``None`` sets no limit.

    ``below``: fewer seconds ago than this; ``days``: at most so many midnights ago, so that 0 is today. The layout may
    also show ``n``, the whole ``unit`` seconds since, and ``days``, the midnights since.
    """

    layout: str
    below: int | None = None
    days: int | None = None
    unit: int = MINUTE

    @property
    def fields(self) -> frozenset[str]:
        """The fields that the layout shows."""
        return _fields(self.layout)


class DateForm(NamedTuple):
    """A way to show an instant: a layout in a language, or ``ago``. ``digits`` are ASCII where they are None.

    ``own`` are words that come before those of the language. Of ``ages`` the first that fits is shown; the layout is
    for instants beyond all of them, for those after the moment of observation, and where that moment is not known.
    """

    name: str
    layout: str
    lang: str = "en"
    ago: Ago | None = None
    digits: Literal["wide", "numerals"] | None = None
    own: Names | None = None
    ages: tuple[Age, ...] = ()

    @property
    def is_relative(self) -> bool:
        """Whether a display depends on the moment of observation, also with a whole year."""
        return self.ago is not None or bool(self.ages)

    def at_age(self, seconds: int, days: int) -> Age | None:
        """How an instant of this age is shown that lies ``days`` midnights ago; None where it is by the layout."""
        if seconds < 0:
            return None
        return next((a for a in self.ages if _fits(seconds, a.below, 1) and _fits(days, a.days, 0)), None)

    @property
    def names(self) -> Names:
        """The words that the layout shows."""
        return self.own or names_of(self.lang)

    @property
    def tells_offset(self) -> bool:
        """Whether the offset from UTC is shown."""
        return not self.fields.isdisjoint(OFFSETS)

    @property
    def fields(self) -> frozenset[str]:
        """The fields that the layout shows."""
        return _fields(self.layout)

    @property
    def has_day(self) -> bool:
        """Whether the layout shows a day of a month; the year may be missing."""
        return "d" in self.fields and not self.fields.isdisjoint(("mo", "mon", "month"))


def _fits(value: int, limit: int | None, least: int) -> bool:
    return limit is None or value + least <= limit


@lru_cache(maxsize=256)
def _fields(layout: str) -> frozenset[str]:
    return frozenset(_STANDS_FOR.get(field, field) for _, field, _, _ in Formatter().parse(layout) if field)


_STANDS_FOR = {"half": "mi", "republic": "y", "nth": "d", "h12": "h"}


FORMS: Registry[DateForm] = Registry("date form")
"""Every form of dates by name. The order matters: a reader tries the forms in this order."""


def _form(name: str, layout: str, lang: str = "en", digits: Literal["wide", "numerals"] | None = None) -> None:
    FORMS.add(name, DateForm(name, layout, lang, digits=digits))


def _ago_form(name: str, ago: Ago) -> None:
    FORMS.add(name, DateForm(name, "", ago=ago))


def _age_form(name: str, layout: str, *ages: Age, lang: str = "en") -> None:
    FORMS.add(name, DateForm(name, layout, lang, ages=ages))


_EN_UNITS = ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"))

_form("han", "{y}年{mo}月{d}日 {h}点{mi}分 {zone}", "zh")
_form("dash", "{y}-{mo}-{d} {h}:{mi:02d}")
_form("dash-second", "{y}-{mo}-{d} {h:02d}:{mi:02d}:{s:02d}")
_form("dash-padded", "{y}-{mo:02d}-{d:02d} {h:02d}:{mi:02d}")
_form("dash-clock", "{y}-{mo:02d}-{d:02d} {h:02d}:{mi:02d}:{s:02d}")
_form("slash-short-year", "{mo:02d}/{d:02d}/{y2}")
_form("iso-day", "{y}-{mo:02d}-{d:02d}")
_form("han-second", "{y}年{mo:02d}月{d:02d}日 {h}:{mi:02d}:{s:02d}", "zh")
_form("han-day", "{y}年{mo}月{d}日", "zh")
_form("us-weekday", "{dow} {mon} {d:02d}, {y} {h12}:{mi:02d} {ampm}")
_form("us-month", "{mon} {y}")
_form("us-short", "{mon} {d}, {y}")
_form("us-short-time", "{mon} {d}, {y} at {h12}:{mi:02d} {AMPM}")
_form("us-dash", "{mo:02d}-{d:02d}-{y}, {h12:02d}:{mi:02d} {AMPM}")
_form("us-long", "{month} {d}, {y}")
_form("us-long-clock", "{month} {d}, {y}, {h12}:{mi:02d}{ampm}")
_form("han-clock", "{y}年{mo}月{d}日 {h:02d}:{mi:02d}", "zh")
_form("us-long-second", "{month} {d:02d}, {y}, {h12:02d}:{mi:02d}:{s:02d} {AMPM}")
_form("de-long", "{d}. {month} {y} {h:02d}:{mi:02d}", "de")
_form("de-phpbb", "{dow} {d}. {mon} {y}, {h:02d}:{mi:02d}", "de")
_form("de-month", "{month} {y}", "de")
_form("de-day", "{d}. {month} {y}", "de")
_form("han-padded", "{y}年{mo:02d}月{d:02d}日 {h:02d}时{mi:02d}分", "zh")
_form("de-short", "{d:02d}.{mo:02d}.{y}, {h:02d}:{mi:02d}", "de")
_form("ctime", "{dow} {mon} {d:2d} {h:02d}:{mi:02d}:{s:02d} {y}")
_form("slash-yearless", "{mo:02d}/{d:02d} {h:02d}:{mi:02d}")
_form("slash-day-yearless", "{mo:2d}/{d:02d}")
_ago_form("ago", Ago(((31_536_000, "year"), (2_592_000, "month"), *_EN_UNITS), "{n} {unit} ago", "just now", "s"))

# Forms that boards show here and there and that no skin has for its own: quirks of times name them.
_form("han-yearless", "{mo}月{d}日 {h}:{mi:02d}", "zh")
_form("dash-yearless", "{mo:02d}-{d:02d} {h:02d}:{mi:02d}")
_form("han-half", "{y}年{mo}月{d}日 {ampm}{h12}:{mi:02d}", "zh")
_form("us-half", "{mo}/{d}/{y} {h12}:{mi:02d} {ampm}")
_form("us-slash", "{mo:02d}/{d:02d}/{y} {h:02d}:{mi:02d}")
_form("han-spaced", "{y} 年 {mo} 月 {d} 日 {h}:{mi:02d}", "zh")
_form("yesterday", "昨天 {h:02d}:{mi:02d}", "zh")
_form("slash", "{y}/{mo}/{d} {h:02d}:{mi:02d}")
_form("posted", "发表于 {y}-{mo}-{d} {h:02d}:{mi:02d}", "zh")
_form("han-joined", "{y}年{mo}月{d}日{h}时{mi:02d}分", "zh")
_form("han-weekday", "{y}年{mo}月{d}日 {weekday} {h:02d}:{mi:02d}", "zh")
_form("han-month", "{y}年{mo}月", "zh")
_form("han-hour", "{y}年{mo}月{d}日 {h}点", "zh")
_form("han-half-past", "{y}年{mo}月{d}日 {h}点{half}", "zh")
_form("han-evening", "{y}年{mo}月{d}日 {part}{h12}点{mi}分", "zh")
_form("han-fullwidth", "{y}年{mo}月{d}日 {h}点{mi}分", "zh", "wide")
_form("han-numerals", "{y}年{mo}月{d}日 {h}点{mi}分", "zh", "numerals")
_form("republic", "民國{republic}年{mo}月{d}日", "zh")
_ago_form("ago-zh", Ago(((DAY, "天"), (HOUR, "小时"), (MINUTE, "分钟")), "{n}{unit}前", "刚刚"))
_ago_form("ago-en", Ago(_EN_UNITS, "{n} {unit} ago", "just now", "s"))

# Forms of engines that show recent instants by age; docs/engine-facts.md has their sources.
_form("dash-day", "{y}-{mo}-{d}")
_form("dash-hour", "{y}-{mo}-{d} {h:02d}:{mi:02d}")
_form("day-short", "{d} {mon} {y}")
_form("day-first", "{d:02d} {mon} {y}, {h:02d}:{mi:02d}")
_form("day-first-plain", "{d:02d} {mon} {y} {h:02d}:{mi:02d}")
_form("us-ordinal", "{month} {nth}, {y}, {h12}:{mi:02d} {ampm}")
_form("de-day-first", "{d:02d} {mon} {y}, {h:02d}:{mi:02d}", "de")

_XENFORO = ("A moment ago", "1 minute ago", "{n} minutes ago", "Today at ", "Yesterday at ", "{weekday} at ")
_XENFORO_DE = ("Gerade eben", "Vor 1 Minute", "Vor {n} Minuten", "Heute um ", "Gestern um ", "{weekday} um ")
_PHPBB = ("less than a minute ago", "1 minute ago", "{n} minutes ago", "Today", "Yesterday")
_PHPBB_DE = ("gerade eben", "vor 1 Minute", "vor {n} Minuten", "Heute", "Gestern")
_DISCUZ = ("刚刚", "{n}\xa0秒前", "{n}\xa0分钟前", "半小时前", "{n}\xa0小时前", "昨天", "前天", "{days}\xa0天前")
_DISCUZ_HANT = ("剛剛", "{n}\xa0秒前", "{n}\xa0分鐘前", "半小時前", "{n}\xa0小時前", "昨天", "前天", "{days}\xa0天前")


def _xenforo(name: str, layout: str, time: str, words: tuple[str, ...] = _XENFORO, lang: str = "en") -> None:
    now, one, minutes, today, yesterday, weekday = words
    _age_form(
        name, layout, Age(now, below=61), Age(one, below=121), Age(minutes, below=3600), Age(today + time, days=0),
        Age(yesterday + time, days=1), Age(weekday + time, days=6), lang=lang,
    )  # fmt: skip


def _phpbb(name: str, day: str, time: str, words: tuple[str, ...] = _PHPBB, lang: str = "en") -> None:
    now, one, minutes, today, yesterday = words
    _age_form(
        name, f"{day}, {time}", Age(now, below=60), Age(one, below=120), Age(minutes, below=3601),
        Age(f"{today}, {time}", days=0), Age(f"{yesterday}, {time}", days=1), lang=lang,
    )  # fmt: skip


def _discuz(name: str, layout: str, words: tuple[str, ...] = _DISCUZ) -> None:
    now, seconds, minutes, half, hours, yesterday, before, days = words
    time = "\xa0{h:02d}:{mi:02d}"
    _age_form(
        name, layout, Age(now, below=1, days=0), Age(seconds, below=61, days=0, unit=1),
        Age(minutes, below=1801, days=0), Age(half, below=3601, days=0), Age(hours, days=0, unit=HOUR),
        Age(yesterday + time, days=1), Age(before + time, days=2), Age(days, days=7), lang="zh",
    )  # fmt: skip


_xenforo("xenforo", "{mon} {d}, {y}", "{h12}:{mi:02d} {AMPM}")
_xenforo("xenforo-full", "{mon} {d}, {y} at {h12}:{mi:02d} {AMPM}", "{h12}:{mi:02d} {AMPM}")
_xenforo("xenforo-24", "{d} {mon} {y}", "{h:02d}:{mi:02d}")
_xenforo("xenforo-full-24", "{d} {mon} {y} at {h:02d}:{mi:02d}", "{h:02d}:{mi:02d}")
_xenforo("xenforo-de", "{d}. {month} {y}", "{h:02d}:{mi:02d}", _XENFORO_DE, "de")
_xenforo("xenforo-full-de", "{d}. {month} {y} um {h:02d}:{mi:02d}", "{h:02d}:{mi:02d}", _XENFORO_DE, "de")
_phpbb("phpbb-relative", "{d:02d} {mon} {y}", "{h:02d}:{mi:02d}")
_phpbb("phpbb-relative-12", "{month} {nth}, {y}", "{h12}:{mi:02d} {ampm}")
_phpbb("phpbb-relative-de", "{d:02d} {mon} {y}", "{h:02d}:{mi:02d}", _PHPBB_DE, "de")
for _suffix, _words in (("", _DISCUZ), ("-hant", _DISCUZ_HANT)):
    _discuz(f"discuz-second{_suffix}", "{y}-{mo}-{d} {h:02d}:{mi:02d}:{s:02d}", _words)
    _discuz(f"discuz{_suffix}", "{y}-{mo}-{d} {h:02d}:{mi:02d}", _words)
    _discuz(f"discuz-day{_suffix}", "{y}-{mo}-{d}", _words)
