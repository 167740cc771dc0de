"""Forms of dates, counts and floors against an oracle of its own: datetime, zoneinfo, decimal, and no code of ours."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgegen.errors import UsageError
from forgegen.forms.date_forms import FORMS
from forgegen.forms.number_forms import COUNTS, FLOORS
from forgegen.model.calendar import Local
from forgegen.reading.date_reader import read_date
from forgegen.reading.number_reader import read_count, read_floor
from forgegen.registries import Registry
from forgegen.rendering.displays import ATTRIBUTES, show_instant, show_local
from forgegen.rendering.number_texts import count_writer, denoted, floor_writer
from tests.tiers import fuzz

UTC = dt.UTC
ZONES = {
    "PT": ZoneInfo("America/Los_Angeles"),
    "ET": ZoneInfo("America/New_York"),
    "CET": ZoneInfo("Europe/Berlin"),
    "CST": ZoneInfo("Asia/Shanghai"),
    "UTC": ZoneInfo("UTC"),
    "JST": ZoneInfo("Asia/Tokyo"),
    "HKT": ZoneInfo("Asia/Hong_Kong"),
}
Moment = dt.datetime


def _half(t: Moment) -> str:
    return "am" if t.hour < 12 else "pm"


def _h12(t: Moment) -> int:
    return t.hour % 12 or 12


def _han(t: Moment) -> str:
    return f"{t.year}年{t.month}月{t.day}日"


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c in "0123456789" else c for c in text)


def _numeral(n: int) -> str:
    tens, ones = divmod(n, 10)
    return ("十", f"{'〇一二三四五六七八九'[tens]}十")[tens > 1] * (tens > 0) + "〇一二三四五六七八九"[ones] * (
        ones > 0 or not tens
    )


def _english(t: Moment) -> str:
    return f"{calendar.month_abbr[t.month]} {t.day}, {t.year}"


def _long(t: Moment) -> str:
    return f"{calendar.month_name[t.month]} {t.day}, {t.year}"


GERMAN = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
WEEK = ["Mon", "Die", "Mit", "Don", "Fre", "Sam", "Son"]

# What a form shows of a local time, and up to what it tells it (the length of the ISO text; 0: it tells no date).
DAY, HOUR, MINUTE, SECOND = 10, 13, 16, 19
DATES: dict[str, tuple[Callable[[Moment], str], int]] = {
    "han": (lambda t: f"{_han(t)} {t.hour}点{t.minute}分 ZONE", MINUTE),
    "dash": (lambda t: f"{t.year}-{t.month}-{t.day} {t.hour}:{t.minute:02}", MINUTE),
    "dash-second": (lambda t: f"{t.year}-{t.month}-{t.day} {t:%H:%M:%S}", SECOND),
    "dash-padded": (lambda t: f"{t.year}-{t:%m-%d %H:%M}", MINUTE),
    "dash-clock": (lambda t: f"{t.year}-{t:%m-%d %H:%M:%S}", SECOND),
    "slash-short-year": (lambda t: f"{t:%m/%d}/{t.year % 100:02}", DAY),
    "iso-day": (lambda t: f"{t.year}-{t:%m-%d}", DAY),
    "han-second": (lambda t: f"{t.year}年{t:%m月%d日} {t.hour}:{t:%M:%S}", SECOND),
    "han-day": (_han, DAY),
    "us-weekday": (lambda t: f"{calendar.day_abbr[t.weekday()]} {calendar.month_abbr[t.month]} {t:%d}, {t.year} "
                   f"{_h12(t)}:{t:%M} {_half(t)}", MINUTE),
    "us-month": (lambda t: f"{calendar.month_abbr[t.month]} {t.year}", 0),
    "us-short": (_english, DAY),
    "us-short-time": (lambda t: f"{_english(t)} at {_h12(t)}:{t:%M} {_half(t).upper()}", MINUTE),
    "us-dash": (lambda t: f"{t:%m-%d}-{t.year}, {_h12(t):02}:{t:%M} {_half(t).upper()}", MINUTE),
    "us-long": (_long, DAY),
    "us-long-clock": (lambda t: f"{_long(t)}, {_h12(t)}:{t:%M}{_half(t)}", MINUTE),
    "han-clock": (lambda t: f"{_han(t)} {t:%H:%M}", MINUTE),
    "us-long-second": (lambda t: f"{calendar.month_name[t.month]} {t:%d}, {t.year}, {_h12(t):02}:{t:%M:%S} "
                       f"{_half(t).upper()}", SECOND),
    "de-long": (lambda t: f"{t.day}. {GERMAN[t.month - 1]} {t.year} {t:%H:%M}", MINUTE),
    "de-phpbb": (lambda t: f"{WEEK[t.weekday()]} {t.day}. {GERMAN[t.month - 1][:3]} {t.year}, {t:%H:%M}", MINUTE),
    "de-month": (lambda t: f"{GERMAN[t.month - 1]} {t.year}", 0),
    "de-day": (lambda t: f"{t.day}. {GERMAN[t.month - 1]} {t.year}", DAY),
    "han-padded": (lambda t: f"{t.year}年{t:%m月%d日 %H时%M分}", MINUTE),
    "de-short": (lambda t: f"{t:%d.%m}.{t.year}, {t:%H:%M}", MINUTE),
    "ctime": (lambda t: f"{calendar.day_abbr[t.weekday()]} {calendar.month_abbr[t.month]} {t.day:2} {t:%H:%M:%S} "
              f"{t.year}", SECOND),
    "slash-yearless": (lambda t: f"{t:%m/%d %H:%M}", MINUTE),
    "slash-day-yearless": (lambda t: f"{t.month:2}/{t:%d}", DAY),
    "han-yearless": (lambda t: f"{t.month}月{t.day}日 {t.hour}:{t:%M}", MINUTE),
    "dash-yearless": (lambda t: f"{t:%m-%d %H:%M}", MINUTE),
    "han-half": (lambda t: f"{_han(t)} {'上午' if t.hour < 12 else '下午'}{_h12(t)}:{t:%M}", MINUTE),
    "us-half": (lambda t: f"{t.month}/{t.day}/{t.year} {_h12(t)}:{t:%M} {_half(t)}", MINUTE),
    "us-slash": (lambda t: f"{t:%m/%d}/{t.year} {t:%H:%M}", MINUTE),
    "han-spaced": (lambda t: f"{t.year} 年 {t.month} 月 {t.day} 日 {t.hour}:{t:%M}", MINUTE),
    "slash": (lambda t: f"{t.year}/{t.month}/{t.day} {t:%H:%M}", MINUTE),
    "posted": (lambda t: f"发表于 {t.year}-{t.month}-{t.day} {t:%H:%M}", MINUTE),
    "han-joined": (lambda t: f"{_han(t)}{t.hour}时{t:%M}分", MINUTE),
    "han-weekday": (lambda t: f"{_han(t)} 星期{'一二三四五六日'[t.weekday()]} {t:%H:%M}", MINUTE),
    "han-month": (lambda t: f"{t.year}年{t.month}月", 0),
    "han-hour": (lambda t: f"{_han(t)} {t.hour}点", HOUR),
    "han-half-past": (lambda t: f"{_han(t)} {t.hour}点" + {0: "整", 30: "半"}.get(t.minute, f"{t.minute}分"), MINUTE),
    "han-evening": (lambda t: f"{_han(t)} {'早' if t.hour < 12 else '晚'}上{_h12(t)}点{t.minute}分", MINUTE),
    "han-fullwidth": (lambda t: _wide(f"{_han(t)} {t.hour}点{t.minute}分"), MINUTE),
    "han-numerals": (lambda t: f"{''.join(map(_numeral, map(int, str(t.year))))}年{_numeral(t.month)}月"
                     f"{_numeral(t.day)}日 {_numeral(t.hour)}点{_numeral(t.minute)}分", MINUTE),
    "republic": (lambda t: f"民國{t.year - 1911}年{t.month}月{t.day}日", DAY),
    "yesterday": (lambda t: f"昨天 {t:%H:%M}", 0),
    "dash-day": (lambda t: f"{t.year}-{t.month}-{t.day}", DAY),
    "dash-hour": (lambda t: f"{t.year}-{t.month}-{t.day} {t:%H:%M}", MINUTE),
    "day-short": (lambda t: f"{t.day} {calendar.month_abbr[t.month]} {t.year}", DAY),
    "day-first": (lambda t: f"{t:%d} {calendar.month_abbr[t.month]} {t.year}, {t:%H:%M}", MINUTE),
    "day-first-plain": (lambda t: f"{t:%d} {calendar.month_abbr[t.month]} {t.year} {t:%H:%M}", MINUTE),
    "us-ordinal": (lambda t: f"{_nth(t)}, {t.year}, {_twelve(t)} {_half(t)}", MINUTE),
    "de-day-first": (lambda t: f"{t:%d} {GERMAN[t.month - 1][:3]} {t.year}, {t:%H:%M}", MINUTE),
}  # fmt: skip


def _nth(t: Moment) -> str:
    ending = "th" if t.day in (11, 12, 13) else ["th", "st", "nd", "rd", *["th"] * 6][t.day % 10]
    return f"{calendar.month_name[t.month]} {t.day}{ending}"


def _twelve(t: Moment) -> str:
    return f"{_h12(t)}:{t:%M}"


# The displays of forms by age: the absolute one, that of a recent moment (None: the absolute one) from the local time,
# that of observation and the seconds between, and whether a display has a time of day.
Recent = Callable[[Moment, Moment, int], str | None]
WEEK_DE = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"]


def _midnights(t: Moment, now: Moment) -> int:
    return (now.date() - t.date()).days


def _xenforo(write: Callable[[Moment], str]) -> Recent:
    def recent(t: Moment, now: Moment, seconds: int) -> str | None:
        if seconds < 3600:
            minutes = seconds // 60
            return "A moment ago" if seconds <= 60 else "1 minute ago" if seconds <= 120 else f"{minutes} minutes ago"
        days = _midnights(t, now)
        if days > 6:
            return None
        return f"{['Today', 'Yesterday', *[calendar.day_name[t.weekday()]] * 5][days]} at {write(t)}"

    return recent


def _xenforo_de(t: Moment, now: Moment, seconds: int) -> str | None:
    if seconds < 3600:
        minutes = seconds // 60
        return "Gerade eben" if seconds <= 60 else "Vor 1 Minute" if seconds <= 120 else f"Vor {minutes} Minuten"
    days = _midnights(t, now)
    return None if days > 6 else f"{['Heute', 'Gestern', *[WEEK_DE[t.weekday()]] * 5][days]} um {t:%H:%M}"


def _phpbb(write: Callable[[Moment], str]) -> Recent:
    def recent(t: Moment, now: Moment, seconds: int) -> str | None:
        if seconds <= 3600:
            return ["less than a minute ago", "1 minute ago", *[f"{seconds // 60} minutes ago"] * 59][seconds // 60]
        days = _midnights(t, now)
        return f"{['Today', 'Yesterday'][days]}, {write(t)}" if days < 2 else None

    return recent


def _phpbb_de(t: Moment, now: Moment, seconds: int) -> str | None:
    if seconds <= 3600:
        return ["gerade eben", "vor 1 Minute", *[f"vor {seconds // 60} Minuten"] * 59][seconds // 60]
    days = _midnights(t, now)
    return f"{['Heute', 'Gestern'][days]}, {t:%H:%M}" if days < 2 else None


def _discuz(t: Moment, now: Moment, seconds: int) -> str | None:
    days = _midnights(t, now)
    if days > 7:
        return None
    if days:
        return f"{['昨天', '前天'][days - 1]}&{t:%H:%M}" if days < 3 else f"{days}&天前"
    if seconds > 3600:
        return f"{seconds // 3600}&小时前"
    if seconds > 1800:
        return "半小时前"
    return f"{seconds // 60}&分钟前" if seconds > 60 else f"{seconds}&秒前" if seconds else "刚刚"


def _hant(t: Moment, now: Moment, seconds: int) -> str | None:
    shown = _discuz(t, now, seconds)
    return shown and shown.translate(str.maketrans("刚钟时", "剛鐘時"))


def _am(t: Moment) -> str:
    return f"{_twelve(t)} {_half(t).upper()}"


AGED: dict[str, tuple[Callable[[Moment], str], int, Recent]] = {
    "xenforo": (_english, DAY, _xenforo(_am)),
    "xenforo-full": (lambda t: f"{_english(t)} at {_am(t)}", MINUTE, _xenforo(_am)),
    "xenforo-24": (lambda t: f"{t.day} {calendar.month_abbr[t.month]} {t.year}", DAY,
                   _xenforo(lambda t: f"{t:%H:%M}")),
    "xenforo-full-24": (lambda t: f"{t.day} {calendar.month_abbr[t.month]} {t.year} at {t:%H:%M}", MINUTE,
                        _xenforo(lambda t: f"{t:%H:%M}")),
    "xenforo-de": (lambda t: f"{t.day}. {GERMAN[t.month - 1]} {t.year}", DAY, _xenforo_de),
    "xenforo-full-de": (lambda t: f"{t.day}. {GERMAN[t.month - 1]} {t.year} um {t:%H:%M}", MINUTE, _xenforo_de),
    "phpbb-relative": (DATES["day-first"][0], MINUTE, _phpbb(lambda t: f"{t:%H:%M}")),
    "phpbb-relative-12": (DATES["us-ordinal"][0], MINUTE, _phpbb(lambda t: f"{_twelve(t)} {_half(t)}")),
    "phpbb-relative-de": (DATES["de-day-first"][0], MINUTE, _phpbb_de),
    "discuz-second": (DATES["dash-second"][0], SECOND, _discuz),
    "discuz": (lambda t: f"{t.year}-{t.month}-{t.day} {t:%H:%M}", MINUTE, _discuz),
    "discuz-day": (DATES["dash-day"][0], DAY, _discuz),
    "discuz-second-hant": (DATES["dash-second"][0], SECOND, _hant),
    "discuz-hant": (lambda t: f"{t.year}-{t.month}-{t.day} {t:%H:%M}", MINUTE, _hant),
    "discuz-day-hant": (DATES["dash-day"][0], DAY, _hant),
}  # fmt: skip
AGO = {
    "ago": "365d year,30d month,1d day,3600 hour,60 minute",
    "ago-en": "1d day,3600 hour,60 minute",
    "ago-zh": "1d 天,3600 小时,60 分钟",
}
YEARLESS = {"slash-yearless", "slash-day-yearless", "han-yearless", "dash-yearless"}


def ago(form: str, seconds: int) -> str:
    """How long ago, as boards say it."""
    for unit in AGO[form].split(","):
        size, name = unit.split()
        length = int(size[:-1]) * 86400 if size.endswith("d") else int(size)
        if (n := seconds // length) >= 1:
            return f"{n}{name}前" if form == "ago-zh" else f"{n} {name}{'s' if n > 1 else ''} ago"
    return "刚刚" if form == "ago-zh" else "just now"


def year_meant(form: str, local: Moment, observed: int | None) -> int | None:
    """The year that a display means without an attribute."""
    limit = None if observed is None else (dt.datetime.fromtimestamp(observed, UTC) + dt.timedelta(days=1)).date()
    if form == "slash-short-year":
        latest = 2069 if limit is None else limit.year
        return next(y for y in range(latest, latest - 100, -1) if y % 100 == local.year % 100)
    if form not in YEARLESS:
        return local.year
    for year in [] if limit is None else range(limit.year, limit.year - 9, -1):
        leap_day = (local.month, local.day) == (2, 29) and not calendar.isleap(year)
        if not leap_day and dt.date(year, local.month, local.day) <= limit:  # type: ignore[operator]
            return year
    return None


def expected(instant: int, zone: str, form: str, attribute: str, observed: int | None) -> tuple[str | None, ...]:
    """Display, local time, precision and instant that a page shows, by the oracle."""
    silent = attribute in ("none", "absolute")
    stated = None if silent else instant - (instant % 60 if attribute == "minute" else 0)
    if form in AGED:
        return expected_aged(instant, zone, form, attribute, observed, stated)
    if form in AGO:
        shown = ago(form, max(0, (instant if observed is None else observed) - instant))
        return shown, None, None, iso(stated)
    local = dt.datetime.fromtimestamp(instant, ZONES[zone])
    write, length = DATES[form]
    shown = write(local).replace("ZONE", zone)
    year = year_meant(form, local, observed) if stated is None else local.year
    if not length or year is None:
        return shown, None, None, iso(stated)
    precision = {DAY: "day", HOUR: "hour", MINUTE: "minute", SECOND: "second"}[length]
    if stated is None and form == "han":  # the label tells the zone; of a repeated hour the first is meant
        stated = int(local.replace(second=0, fold=0).timestamp())
    try:
        at = local.replace(year=year, tzinfo=None).isoformat()[:length]
    except ValueError:  # 29 February of another year
        return shown, None, None, iso(stated)
    return shown, at, precision, iso(stated)


def expected_aged(
    instant: int, zone: str, form: str, attribute: str, observed: int | None, stated: int | None
) -> tuple[str | None, ...]:
    """The same for a form by age."""
    write, length, recent = AGED[form]
    precisions = {DAY: "day", MINUTE: "minute", SECOND: "second"}
    local = dt.datetime.fromtimestamp(instant, ZONES[zone])
    at = local.replace(tzinfo=None).isoformat()
    shown = None
    if observed is not None and observed >= instant:
        shown = recent(local, dt.datetime.fromtimestamp(observed, ZONES[zone]), observed - instant)
    if shown is None:
        return write(local), at[:length], precisions[length], iso(stated)
    shown = shown.replace("&", "\u00a0")
    if attribute == "absolute":
        return shown, at[:length], precisions[length], None
    clock = stated is not None and ":" in shown
    return (shown, at[:MINUTE], "minute", iso(stated)) if clock else (shown, None, None, iso(stated))


def iso(instant: int | None) -> str | None:
    """An instant in UTC."""
    return None if instant is None else f"{dt.datetime.fromtimestamp(instant, UTC):%Y-%m-%dT%H:%M:%S}Z"


def stamp(text: str) -> int:
    """The instant of an ISO text in UTC."""
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


CHANGES = ["2024-03-10T10:00", "2024-11-03T09:00", "2024-11-03T06:00", "2024-03-31T01:00", "2024-10-27T01:00",
           "2024-01-01T00:00", "2024-02-29T12:00", "2021-12-31T23:59", "2020-02-29T23:30", "2016-02-29T06:07"]  # fmt: skip
NEAR = [0, 1, 59, 60, 61, 3599, 3600, 86_399, 86_400, 30 * 86_400 - 1, 30 * 86_400, 365 * 86_400 - 1, 365 * 86_400,
        366 * 86_400, 4 * 366 * 86_400]  # fmt: skip
instants = st.integers(stamp("2008-01-02T00:00"), stamp("2037-01-01T00:00")) | st.builds(
    lambda at, by: stamp(at) + by, st.sampled_from(CHANGES), st.integers(-7300, 7300)
)


def test_the_oracle_knows_every_form() -> None:
    """A form that is declared is checked."""
    assert set(FORMS) == {*DATES, *AGO, *AGED}
    assert set(COUNTS) == set(COUNTED)
    assert set(FLOORS) == set(FLOORED)


@pytest.mark.few("form", keep=len(FORMS) // 3)
@pytest.mark.parametrize("form", FORMS)
@given(
    instant=instants,
    zone=st.sampled_from(list(ZONES)),
    attribute=st.sampled_from([*ATTRIBUTES, "utc"]),
    later=st.none() | st.sampled_from(NEAR) | st.integers(0, 20 * 365 * 86_400),
)
@fuzz(60)
def test_dates_are_written_and_read_as_the_oracle_says(
    form: str, instant: int, zone: str, attribute: str, later: int | None
) -> None:
    """Display, truth and reader agree with the oracle for any moment, zone, attribute and moment of observation."""
    observed = None if later is None else instant + later
    shown, local, precision, told = expected(instant, zone, form, attribute, observed)
    date = show_instant(instant, zone, form, attribute, observed)

    assert date is not None
    assert date.shown == shown
    for truth in (date.truth, read_date(date.shown, date.attribute, form, observed)):
        assert (truth.shown, truth.local, truth.precision, truth.instant) == (shown, local, precision, told)
        assert truth.zone == (zone if form == "han" else None)


@pytest.mark.few("form", keep=len(FORMS) // 3)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("other", ["dash", "han", "us-month", "slash-yearless", "ago"])
def test_a_reader_that_expects_another_form_reads_the_same(form: str, other: str) -> None:
    """No display of one form means something else in another: quirks show a date in a form that is not the skin's."""
    for instant in [stamp(at) + by for at in CHANGES for by in (0, 3605, 40_000)]:
        date = show_instant(instant, "PT", form, "none", stamp("2024-12-31T12:00"))

        assert date is not None
        assert read_date(date.shown, None, other, stamp("2024-12-31T12:00")) == date.truth


@pytest.mark.parametrize("form", sorted(AGED))
@pytest.mark.parametrize("other", ["dash", "discuz-hant", "ago", "ago-en"])
def test_an_age_with_its_moment_beside_it_tells_the_same_to_all_readers(form: str, other: str) -> None:
    """The absolute display in an attribute is read, whichever form a reader of ages expected."""
    instant = stamp("2024-02-16T21:01")
    for age in (0, 61, 3605, 40_000, 100_000, 400_000):
        date = show_instant(instant, "PT", form, "absolute", instant + age)

        assert date is not None
        assert read_date(date.shown, date.attribute, other, instant + age) == date.truth


@pytest.mark.few("form", keep=len(FORMS) // 3)
@pytest.mark.parametrize("form", FORMS)
def test_a_local_time_that_is_left_out_tells_no_instant(form: str) -> None:
    """The hour that clocks skip is shown as it stands in the model, and read back without an instant."""
    observed = stamp("2024-03-12T00:00")
    date = show_local(Local("2024-03-10T02:30"), form, "second", observed)
    usual = "dash" if form in AGO else form
    write, length = AGED[usual][:2] if usual in AGED else DATES[usual]

    assert date is not None
    assert date.shown == write(dt.datetime(2024, 3, 10, 2, 30)).replace("ZONE", "PT")
    assert date.truth.local == ("2024-03-10T02:30:00"[:length] or None)
    assert date.truth.instant is None
    assert read_date(date.shown, "", form, observed) == date.truth


def _short(n: int, *units: tuple[int, str]) -> tuple[str, int]:
    for size, unit in units:
        if n >= size:
            tenths = (Decimal(n) / size).quantize(Decimal("0.1"), ROUND_DOWN)
            return f"{tenths}".removesuffix(".0") + unit, int(tenths * size)
    return str(n), n


WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
NAMED = {1: "楼主", 2: "沙发", 3: "板凳", 4: "地板"}
NAMED_HANT = {1: "樓主", 2: "沙發", 3: "板凳", 4: "地板"}
# What a form shows of a number, and which number that denotes.
COUNTED: dict[str, Callable[[int], tuple[str, int | None]]] = {
    "digits": lambda n: (str(n), n),
    "comma": lambda n: (f"{n:,}", n),
    "dot": lambda n: (f"{n:,}".replace(",", "."), n),
    "space": lambda n: (f"{n:,}".replace(",", "\u202f"), n),
    "k": lambda n: _short(n, (10**9, "B"), (10**6, "M"), (10**3, "K")),
    "wan": lambda n: _short(n, (10**8, "亿"), (10**4, "万")),
    "fullwidth": lambda n: (str(n).translate(WIDE), n),
    "word": lambda n: ("discuss", None),
}
FLOORED: dict[str, Callable[[int], tuple[str, int | None]]] = {
    "lou": lambda n: (f"{n} 楼", n),
    "digits": lambda n: (str(n), n),
    "hash": lambda n: (f"#{n}", n),
    "hash-behind": lambda n: (f"{n}#", n),
    "letter-f": lambda n: (f"{n}F", n),
    "letter-l": lambda n: (f"{n}L", n),
    "fullwidth": lambda n: (f"{n} 楼".translate(WIDE), n),
    "comma": lambda n: (f"{n:,} 楼", n),
    "named": lambda n: (NAMED.get(n, f"{n} 楼"), n),
    "named-hash": lambda n: (NAMED.get(n, f"{n}#"), n),
    "named-hash-hant": lambda n: (NAMED_HANT.get(n, f"{n}#"), n),
    "lou-behind": lambda n: (f"{n}楼", n),
    "lou-behind-hant": lambda n: (f"{n}樓", n),
    "none": lambda n: ("", None),
}
numbers = st.integers(0, 10**12) | st.sampled_from(
    [0, 1, 4, 5, 999, 1000, 1049, 1050, 9999, 10_000, 10_999, 99_999, 10**6 - 1, 10**6, 10**8 - 1, 10**8, 10**9]
)


@given(st.sampled_from(sorted(COUNTS)), numbers)
def test_counts_are_written_and_read_as_the_oracle_says(form: str, n: int) -> None:
    """A count is rounded as the form rounds; writer, truth and reader agree with the oracle."""
    shown, value = COUNTED[form](n)

    assert (count_writer(form)(n), denoted(COUNTS[form], n), read_count(shown)) == (shown, value, value)


@given(st.sampled_from(sorted(FLOORS)), numbers | st.integers(-9, 10))
def test_floors_are_written_and_read_as_the_oracle_says(form: str, n: int) -> None:
    """Writer, truth and reader of floors agree with the oracle."""
    shown, value = FLOORED[form](n)

    assert (floor_writer(form)(n), denoted(FLOORS[form], n), read_floor(shown)) == (shown, value, value)


def test_a_name_is_registered_once() -> None:
    """A second entry under one name is refused, and the message says where the first stands."""
    registry = Registry[int]("colour")
    code = compile("registry.add('red', 1)", "first.py", "exec")
    exec(code, {"registry": registry})

    with pytest.raises(UsageError, match=re.escape("colour 'red' is registered twice: first at first.py:1, again at")):
        exec(compile("\nregistry.add('red', 2)", "second.py", "exec"), {"registry": registry})
    assert dict(registry) == {"red": 1}
