"""The forms in which boards show dates.

A form is one layout string, or units of time for one that says how long ago an instant was. What writes displays
(``rendering``) and what reads them (``reading``) both follow from this declaration. Fields of layouts: ``y`` ``y2``
(two digits) ``mo`` ``d`` ``h`` ``h12`` ``mi`` ``s`` with widths as in ``str.format``, ``mon`` ``month`` ``dow``
``weekday`` (names in the form's language), ``nth`` (the day as an ordinal), ``ampm`` ``AMPM``, ``part`` (of the day, in
words), ``half`` (minutes with words for 0 and 30), ``republic`` (the year of the Republic of China), ``zone`` (the
label), ``offset`` (``+01:00``) and ``offset4`` (``+0100``).
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


class DateForm(NamedTuple):
    """A way to show an instant: a layout in a language, or ``ago``. ``digits`` are ASCII where they are None.

    ``own`` are words that come before those of the language.
    """

    name: str
    layout: str
    lang: str = "en"
    ago: Ago | None = None
    digits: Literal["wide", "numerals"] | None = None
    own: Names | None = None

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
