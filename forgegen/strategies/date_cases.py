"""Forms of dates that boards are known to show, each a layout for a moment.

Among them are 42 of which one date reader gets 21 right, gives up on 18 and is silently wrong about 3.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st

from forgegen.forms.names import NAMES
from forgegen.forms.number_forms import WIDE, numeral
from forgegen.model.calendar import civil_from_days, days_from_civil
from forgegen.model.truth import DateTruth
from forgegen.quirks.catalogue import QUIRKS
from forgegen.quirks.define import DATE_TESTS
from forgegen.strategies.fields import either
from forgegen.strategies.pieces import Shown

OBSERVED = "2024-02-17T21:01"
"""The local time at which relative dates are read."""

_ZONE = re.compile(r" (PS?T|北京时间)$")


class Moment(NamedTuple):
    """A local time in parts."""

    y: int
    mo: int
    d: int
    h: int
    mi: int

    def iso(self, parts: int = 5) -> str:
        """As ISO 8601, of so many parts."""
        texts = (f"{self.y:04d}", f"-{self.mo:02d}", f"-{self.d:02d}", f"T{self.h:02d}", f":{self.mi:02d}")
        return "".join(texts[:parts])


def _as_it_is(m: Moment) -> Moment:
    return m


def _at_half(m: Moment) -> Moment:
    return m._replace(mi=30)


def _on_the_hour(m: Moment) -> Moment:
    return m._replace(mi=0)


def _morning_or_evening(m: Moment) -> Moment:
    return m if 5 <= m.h <= 11 or m.h >= 18 else m._replace(h=21)


def _this_year(m: Moment) -> Moment:
    """The moment in the year before ``OBSERVED``."""
    m = m._replace(y=2024 if m[1:] <= (2, 17, 21, 1) else 2023)
    return m._replace(d=28) if m[:3] == (2023, 2, 29) else m


class DateCase(NamedTuple):
    """A layout, how many parts of a moment it shows, and the nearest moment that it can show."""

    layout: str
    parts: int = 5
    fit: Callable[[Moment], Moment] = _as_it_is


DATE_FORMS: tuple[DateCase, ...] = (
    # Layouts with the number of parts that they show: 5 to the minute, 4 to the hour, 3 to the day, 2 to the month.
    DateCase("{y}-{mo}-{d} {h:02d}:{mi:02d}"),
    DateCase("{y}年{mo}月{d}日 {h}点{mi}分"),
    DateCase("{y}年{mo}月{d}日 {h}点{mi:02d}分"),
    DateCase("{y}年{mo}月{d}日 {h}时{mi}分"),
    DateCase("{y}年{mo}月{d}日{h}时{mi:02d}分"),
    DateCase("{y}年{mo}月{d}日 {h:02d}:{mi:02d}"),
    DateCase("{y}年{mo:02d}月{d:02d}日 {h:02d}:{mi:02d}:00"),
    DateCase("{y} 年 {mo} 月 {d} 日 {h:02d}:{mi:02d}"),
    DateCase("{y}年{mo}月{d}日 {half}{h12}:{mi:02d}"),
    DateCase("{y}年{mo}月{d}日", 3),
    DateCase("{y}/{mo}/{d} {h:02d}:{mi:02d}"),
    DateCase("{wide}"),
    DateCase("{y}年{mo}月{d}日 星期{week} {h:02d}:{mi:02d}"),
    DateCase("{y}年{mo}月{d}日 {h:02d}:{mi:02d} PT"),
    DateCase("{y}年{mo}月{d}日 {h:02d}:{mi:02d} PST"),
    DateCase("{y}年{mo}月{d}日 {h}点{mi}分 PT"),
    DateCase("{y}年{mo}月{d}日 {h:02d}:{mi:02d} 北京时间"),
    DateCase("{y}年{mo}月{d}日 {evening}{h12}点{mi}分", 5, _morning_or_evening),
    DateCase("{y}年{mo}月{d}日 {short}{h12}点", 4, _morning_or_evening),
    DateCase("{y}年{mo}月{d}日 {h}点", 4),
    DateCase("{y}年{mo}月{d}日 {h}点整", 5, _on_the_hour),
    DateCase("{y}年{mo}月{d}日 {h}点半", 5, _at_half),
    DateCase("{y}年{mo}月{d}日({week}) {h:02d}:{mi:02d}"),
    DateCase("{han_year}年{han_month}月{han_day}日", 3),
    DateCase("{zero_year}年{han_month}月{han_day}日 {han_hour}点{han_minute}分"),
    DateCase("民國{republic}年{mo}月{d}日", 3),
    DateCase("发表于 {y}-{mo}-{d} {h:02d}:{mi:02d}"),
    DateCase("{mo:02d}-{d:02d} {h:02d}:{mi:02d}", 5, _this_year),
    DateCase("{mo}月{d}日 {h:02d}:{mi:02d}", 5, _this_year),
    DateCase("{y}年{mo}月", 2),
    DateCase("{mo:02d}月{d:02d}日 {h:02d}:{mi:02d}", 5, _this_year),
    DateCase("{y} 年 {mo} 月 {d} 日", 3),
    DateCase("{y}年{mo}月{d}日 {short}{h12}：{mi:02d}", 5, _morning_or_evening),
    DateCase("{y}年{mo}月{d}日 {half} {h12:02d}:{mi:02d}"),
    DateCase("{y}年{mo}月{d}日 {h:02d}时{mi:02d}分"),
)

RELATIVE: tuple[tuple[str, str], ...] = (
    # Display, and what it means to a reader of OBSERVED.
    ("昨天 21:01", "2024-02-16T21:01"),
    ("前天 21:01", "2024-02-15T21:01"),
    ("3 小时前", "2024-02-17T18"),
    ("半小时前", "2024-02-17T20:31"),
    ("5分钟前", "2024-02-17T20:56"),
    ("刚刚", "2024-02-17T21:01"),
    ("3天前", "2024-02-14"),
    ("两天前", "2024-02-15"),
)

ZONED = tuple(case for case in DATE_FORMS if case.layout.endswith((" PT", " PST", " 北京时间")))
"""Those that name a zone: only they show what a change of the clocks does."""

PLAIN = Moment(2024, 2, 16, 21, 1)


def date_in(case: DateCase, moment: Moment) -> Shown:
    """The display of a moment in a form, and what it means."""
    moment = case.fit(moment)
    return _shown(_written(case.layout, moment), moment.iso(case.parts))


def _shown(display: str, iso: str) -> Shown:
    """A display with the quirks that are detected on it."""
    label = _ZONE.search(display)
    zone = "PT" if label and label[1] == "PT" else "UTC"
    date = DateTruth(display, iso, None, label and label[1], None)
    return Shown(display, iso, tuple(name for name in QUIRKS if name in DATE_TESTS and DATE_TESTS[name](date, zone)))


def _written(layout: str, m: Moment) -> str:
    """The layout filled: parts of the moment, the half and the week of the day, the year of the republic, numerals."""
    early = m.h < 12
    return layout.format(
        **m._asdict(),
        wide=f"{m.y}年{m.mo}月{m.d}日 {m.h}点{m.mi}分".translate(WIDE),
        h12=(m.h + 11) % 12 + 1,
        half="上午" if early else "下午",
        evening="早上" if early else "晚上",
        short="早" if early else "晚",
        week=NAMES["zh"]["weekday"][days_from_civil(m.y, m.mo, m.d) % 7][-1],
        republic=m.y - 1911,
        han_year=numeral(m.y),
        zero_year=numeral(m.y).replace("〇", "零"),
        han_month=numeral(m.mo),
        han_day=numeral(m.d),
        han_hour=numeral(m.h),
        han_minute=numeral(m.mi),
    )


@st.composite
def _moments(draw: st.DrawFn) -> Moment:
    days = draw(st.integers(0, 25_000))
    minute = draw(st.integers(0, 1439))
    y, mo, d = civil_from_days(days_from_civil(2024, 2, 16) - days)
    return Moment(y, mo, d, minute // 60, minute % 60)


EDGES = (
    PLAIN,
    Moment(2024, 2, 16, 0, 5),
    Moment(2024, 2, 16, 12, 5),
    Moment(2024, 2, 29, 23, 59),
    Moment(2024, 3, 5, 9, 9),
    Moment(2023, 12, 31, 23, 59),
    Moment(2024, 1, 1, 0, 0),
    Moment(1999, 12, 31, 23, 59),
    Moment(2024, 3, 10, 2, 30),
    Moment(2024, 11, 3, 1, 30),
)


def date_displays() -> st.SearchStrategy[Shown]:
    """Every form of every moment that it can show."""
    moments = either([st.just(PLAIN), st.sampled_from(EDGES), _moments()])
    forms = either([st.sampled_from(DATE_FORMS), st.sampled_from(ZONED)])
    single = [_shown(display, iso) for display, iso in RELATIVE]
    return either([st.builds(date_in, forms, moments), st.sampled_from(single)])
