"""Forms of dates that boards are known to show, each a function of a moment.

The first 42 are those of which one date reader gets 21 right, gives up on 18 and is silently wrong about 3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st

from forgegen.model.calendar import civil_from_days, days_from_civil
from forgegen.strategies.fields import either
from forgegen.strategies.pieces import Shown

OBSERVED = "2024-02-17T21:01"
"""The local time at which relative dates are read."""

_WEEKDAYS = "一二三四五六日"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_HAN = "〇一二三四五六七八九"


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


_Form = Callable[[Moment], str]


def _layout(layout: str) -> _Form:
    """A form written as a layout: y, mo, d, h, mi, h12, half (of the day), week (of the day), years of the republic."""

    def form(m: Moment) -> str:
        day = days_from_civil(m.y, m.mo, m.d)
        return layout.format(
            **m._asdict(),
            h12=(m.h + 11) % 12 + 1,
            half="上午" if m.h < 12 else "下午",
            evening="早上" if m.h < 12 else "晚上",
            short="早" if m.h < 12 else "晚",
            week=_WEEKDAYS[(day + 3) % 7],
            republic=m.y - 1911,
            han_year="".join(_HAN[int(c)] for c in str(m.y)),
            zero_year="".join(_HAN[int(c)] for c in str(m.y)).replace("〇", "零"),
            han_month=han(m.mo),
            han_day=han(m.d),
            han_hour=han(m.h),
            han_minute=han(m.mi),
        )

    return form


def han(n: int) -> str:
    """A number below 60 in Chinese numerals.

    >>> han(0), han(10), han(16), han(21), han(30)
    ('〇', '十', '十六', '二十一', '三十')
    """
    tens, ones = divmod(n, 10)
    if not tens:
        return _HAN[ones]
    return ("" if tens == 1 else _HAN[tens]) + "十" + (_HAN[ones] if ones else "")


DATE_FORMS: dict[str, tuple[_Form, int]] = {
    # Layouts with the number of parts that they tell: 5 to the minute, 4 to the hour, 3 to the day, 2 to the month.
    "dash": (_layout("{y}-{mo}-{d} {h:02d}:{mi:02d}"), 5),
    "han": (_layout("{y}年{mo}月{d}日 {h}点{mi}分"), 5),
    "han padded": (_layout("{y}年{mo}月{d}日 {h}点{mi:02d}分"), 5),
    "han 时": (_layout("{y}年{mo}月{d}日 {h}时{mi}分"), 5),
    "han joined": (_layout("{y}年{mo}月{d}日{h}时{mi:02d}分"), 5),
    "han colon": (_layout("{y}年{mo}月{d}日 {h:02d}:{mi:02d}"), 5),
    "han seconds": (_layout("{y}年{mo:02d}月{d:02d}日 {h:02d}:{mi:02d}:00"), 5),
    "han spaced": (_layout("{y} 年 {mo} 月 {d} 日 {h:02d}:{mi:02d}"), 5),
    "han half": (_layout("{y}年{mo}月{d}日 {half}{h12}:{mi:02d}"), 5),
    "han day": (_layout("{y}年{mo}月{d}日"), 3),
    "slash": (_layout("{y}/{mo}/{d} {h:02d}:{mi:02d}"), 5),
    "full width": (lambda m: _layout("{y}年{mo}月{d}日 {h}点{mi}分")(m).translate(_WIDE), 5),
    "han weekday": (_layout("{y}年{mo}月{d}日 星期{week} {h:02d}:{mi:02d}"), 5),
    "han PT": (_layout("{y}年{mo}月{d}日 {h}点{mi}分 PT"), 5),
    "han colon PT": (_layout("{y}年{mo}月{d}日 {h:02d}:{mi:02d} PT"), 5),
    "han PST": (_layout("{y}年{mo}月{d}日 {h:02d}:{mi:02d} PST"), 5),
    "han Beijing": (_layout("{y}年{mo}月{d}日 {h:02d}:{mi:02d} 北京时间"), 5),
    "han evening": (_layout("{y}年{mo}月{d}日 {evening}{h12}点{mi}分"), 5),
    "han evening hour": (_layout("{y}年{mo}月{d}日 {short}{h12}点"), 4),
    "han hour": (_layout("{y}年{mo}月{d}日 {h}点"), 4),
    "han o'clock": (_layout("{y}年{mo}月{d}日 {h}点整"), 5),
    "han half past": (_layout("{y}年{mo}月{d}日 {h}点半"), 5),
    "han weekday short": (_layout("{y}年{mo}月{d}日({week}) {h:02d}:{mi:02d}"), 5),
    "han numerals": (_layout("{han_year}年{han_month}月{han_day}日"), 3),
    "han numerals time": (_layout("{zero_year}年{han_month}月{han_day}日 {han_hour}点{han_minute}分"), 5),
    "republic": (_layout("民國{republic}年{mo}月{d}日"), 3),
    "posted": (_layout("发表于 {y}-{mo}-{d} {h:02d}:{mi:02d}"), 5),
    "yearless": (_layout("{mo:02d}-{d:02d} {h:02d}:{mi:02d}"), 5),
    "han yearless": (_layout("{mo}月{d}日 {h:02d}:{mi:02d}"), 5),
    "han month": (_layout("{y}年{mo}月"), 2),
    # Further forms from reports.
    "han padded yearless": (_layout("{mo:02d}月{d:02d}日 {h:02d}:{mi:02d}"), 5),
    "han spaced day": (_layout("{y} 年 {mo} 月 {d} 日"), 3),
    "han wide colon": (_layout("{y}年{mo}月{d}日 {short}{h12}：{mi:02d}"), 5),
    "han half spaced": (_layout("{y}年{mo}月{d}日 {half} {h12:02d}:{mi:02d}"), 5),
    "han 时 padded": (_layout("{y}年{mo}月{d}日 {h:02d}时{mi:02d}分"), 5),
}

RELATIVE: dict[str, tuple[str, str]] = {
    # Display, and what it tells to a reader of OBSERVED.
    "yesterday": ("昨天 21:01", "2024-02-16T21:01"),
    "day before": ("前天 21:01", "2024-02-15T21:01"),
    "hours": ("3 小时前", "2024-02-17T18"),
    "half an hour": ("半小时前", "2024-02-17T20:31"),
    "minutes": ("5分钟前", "2024-02-17T20:56"),
    "now": ("刚刚", "2024-02-17T21:01"),
    "days": ("3天前", "2024-02-14"),
    "two days": ("两天前", "2024-02-15"),
}

FIXED: dict[str, tuple[str, str]] = {
    # Displays of one moment each.
    "midnight": ("2024年2月16日 0点5分", "2024-02-16T00:05"),
    "leap PT": ("2024年2月29日 23点59分 PT", "2024-02-29T23:59"),
    "fold PT": ("2024年11月3日 1点30分 PT", "2024-11-03T01:30"),
    "gap PT": ("2024年3月10日 2点30分 PT", "2024-03-10T02:30"),
}

PLAIN = Moment(2024, 2, 16, 21, 1)
CONTEXTS: dict[str, str] = {
    "text": "{}",
    "p": "<p>{}</p>",
    "div.date": '<div class="date">{}</div>',
    "span.date": '<span class="date">{}</span>',
    "div.post-time": '<div class="post-time">{}</div>',
    "em#authorposton1": '<em id="authorposton1">{}</em>',
    "time": "<time>{}</time>",
    "time[datetime]": '<time datetime="{iso}">{}</time>',
    "h1": "<h1>{}</h1>",
}
"""Places in a page where dates stand, each for any form."""

_HALF_PAST, _SHARP = {"han half past"}, {"han o'clock"}
_THIS_YEAR = {"yearless", "han yearless", "han padded yearless"}


def date_in(form: str, moment: Moment) -> Shown:
    """The display of a moment in a form of ``DATE_FORMS``, and what it tells."""
    write, parts = DATE_FORMS[form]
    if form in _HALF_PAST:
        moment = moment._replace(mi=30)
    if form in _SHARP:
        moment = moment._replace(mi=0)
    if form in _THIS_YEAR:
        moment = moment._replace(y=2024 if moment[1:] <= (2, 17, 21, 1) else 2023)
        moment = moment._replace(d=28) if (moment.y, moment.mo, moment.d) == (2023, 2, 29) else moment
    if "evening" in form or form == "han wide colon":
        moment = moment._replace(h=moment.h if 5 <= moment.h <= 11 or moment.h >= 18 else 21)
    return Shown(write(moment), moment.iso(parts), (f"date.{form}",))


@st.composite
def _moments(draw: st.DrawFn) -> Moment:
    days = draw(st.integers(0, 25_000))
    minute = draw(st.integers(0, 1439))
    y, mo, d = civil_from_days(days_from_civil(2024, 2, 16) - days)
    return Moment(y, mo, d, minute // 60, minute % 60)


_EDGES = (
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
    moments = either([st.just(PLAIN), st.sampled_from(_EDGES), _moments()])
    single = [Shown(shown, iso, (f"date.{name}",)) for name, (shown, iso) in {**RELATIVE, **FIXED}.items()]
    return either([st.builds(date_in, st.sampled_from(list(DATE_FORMS)), moments), st.sampled_from(single)])


def in_context(found: Shown, context: str) -> Shown:
    """A date's display within HTML; only ``time[datetime]`` tells it a second time."""
    return found._replace(shown=CONTEXTS[context].format(found.shown, iso=found.value))


def date_contexts() -> st.SearchStrategy[Shown]:
    """Dates within HTML, in every place."""
    return st.builds(in_context, date_displays(), st.sampled_from(list(CONTEXTS)))
