"""Quirks of times: odd moments, and odd relations between them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import msgspec

from forgegen.model.calendar import DAY, ZONES, Local, days_from_civil, instant_of
from forgegen.model.thread import Post, Thread
from forgegen.model.truth import DateTruth
from forgegen.quirks.define import any_date, changed, odd, place, plain, post_quirk, put, quirk, stretched, with_posts
from forgegen.quirks.facts import Facts


def _at(thread: Thread, name: str, at: str) -> Thread:
    """The thread with a post and the latest reply at a local time of the board."""
    local = Local(at, thread.zone)
    thread = msgspec.structs.replace(thread, last_reply=local)
    instant = local.instant
    if instant is None:
        return thread
    if thread.observed is not None and thread.observed < instant:
        thread = msgspec.structs.replace(thread, observed=instant + 3600)
    return changed(thread, place(name, thread), lambda p: put(p, time=instant))


_ONE_DIGIT = re.compile(r"(?<![\d:：.])\d(?:[:：]\d\d(?!:)|[点點时時]\d)|[点點时時]\d分")


@quirk(
    "time.onedigit",
    about="hours and minutes without a leading zero: 9:05, 21点1分",
    catches="patterns of two digits",
    detect=any_date(
        "time.onedigit",
        lambda d, _: _ONE_DIGIT.search(d.shown),
        lambda f: [d for d in f.all_dates if d is not f.truth.published],
    ),
)
def onedigit(thread: Thread) -> Thread:
    """One minute past nine."""
    return _at(thread, "time.onedigit", "2024-02-16T09:01")


@quirk(
    "time.midnight",
    about="five minutes past midnight: 0:05",
    catches="hour 0 taken for no value, or for 12; the wrong day",
    detect=any_date("time.midnight", lambda d, _: d.local is not None and d.local[11:13] == "00"),
    implies=("time.onedigit",),
)
def midnight(thread: Thread) -> Thread:
    """Five past midnight."""
    return _at(thread, "time.midnight", "2024-02-16T00:05")


@post_quirk(
    "time.tz-label",
    about="a date of a post with the zone's label behind it: PT",
    catches="the label rejected, or ignored",
    source="ownaginatious/fbchat-archive-parser#48",
    detect=any_date("time.tz-label", lambda d, _: d.zone is not None, lambda f: f.dates),
    implies=("time.foreign-form",),
)
def tz_label(post: Post) -> Post:
    """The form that shows the zone."""
    return odd(post, date="han")


def _latest(facts: Facts) -> list[DateTruth]:
    return [facts.truth.last_reply] if isinstance(facts.truth.last_reply, DateTruth) else []


def _rule(thread: Thread) -> str | None:
    return ZONES[thread.zone].rule


@quirk(
    "time.dst-gap",
    about="a local time that a clock change leaves out: 2:30 in March",
    catches="an exception, or another hour",
    source="ownaginatious/fbchat-archive-parser#30",
    detect=any_date("time.dst-gap", lambda d, zone: _left_out(d, zone), _latest),
    implies=("time.onedigit",),
)
def dst_gap(thread: Thread) -> Thread:
    """Latest reply in the missing hour, where the zone has one."""
    if _rule(thread) is None:
        return thread
    at = "2024-03-10T02:30" if _rule(thread) == "us" else "2024-03-31T02:30"
    return msgspec.structs.replace(thread, last_reply=Local(at, thread.zone))


def _wall(local: str) -> int:
    y, mo, d, h, mi = (int(local[a:b]) for a, b in ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16)))
    return days_from_civil(y, mo, d) * DAY + h * 3600 + mi * 60


def _left_out(date: DateTruth, zone: str) -> bool:
    if date.local is None or date.local[5:7] != "03":
        return False
    return len(date.local) >= 16 and instant_of(_wall(date.local), zone) is None


def _repeated(date: DateTruth, zone: str) -> bool:
    if date.local is None or date.local[5:7] not in ("10", "11") or len(date.local) < 16:
        return False
    wall = _wall(date.local)
    return instant_of(wall, zone, 0) != instant_of(wall, zone, 1)


@quirk(
    "time.dst-fold",
    about="a local time that a clock change repeats: 1:30 in November",
    catches="off by an hour",
    source="ownaginatious/fbchat-archive-parser#30",
    detect=any_date("time.dst-fold", _repeated),
    implies=("time.onedigit",),
)
def dst_fold(thread: Thread) -> Thread:
    """A post in the repeated hour, where the zone has one."""
    if _rule(thread) is None:
        return thread
    return _at(thread, "time.dst-fold", "2024-11-03T01:30" if _rule(thread) == "us" else "2024-10-27T02:30")


@quirk(
    "time.leap",
    about="29 February",
    catches="rejected, or the day after",
    detect=any_date("time.leap", lambda d, _: d.local is not None and d.local[5:10] == "02-29"),
)
def leap(thread: Thread) -> Thread:
    """The last minute of 29 February."""
    return _at(thread, "time.leap", "2024-02-29T23:59")


@quirk(
    "time.old",
    about="dates of the last century",
    catches="patterns like 20\\d\\d; two digits of the year",
    detect=any_date("time.old", lambda d, _: d.local is not None and d.local < "2000"),
)
def old(thread: Thread) -> Thread:
    """The last evening of 1999."""
    return _at(thread, "time.old", "1999-12-31T23:58")


@quirk(
    "time.epoch",
    about="the first minute of 1970",
    catches="instant 0 taken for no value",
    detect=lambda f: any(i.startswith("1970-01-01T00:0") for i in f.instants),
    implies=("time.old",),
)
def epoch(thread: Thread) -> Thread:
    """Instant 0."""
    return changed(thread, place("time.epoch", thread), lambda p: put(p, time=0))


@quirk(
    "time.future",
    about="a post that is younger than the page",
    catches="rejected, or the year before",
    detect=lambda f: (
        (now := f.page.thread.observed) is not None
        and any(v.date is not None and v.date.instant is not None and v.date.instant > now for v in f.views)
    ),
)
def future(thread: Thread) -> Thread:
    """A post an hour after the page was looked at, where that is known."""
    if thread.observed is None:
        return thread
    time = thread.observed + 3600
    return changed(thread, place("time.future", thread), lambda p: put(p, time=time))


def _mixed(facts: Facts) -> bool:
    steps = list(pairwise(facts.instants))
    return any(a > b for a, b in steps) and any(a < b for a, b in steps)


@quirk(
    "time.unordered",
    about="times neither rise nor fall down the page",
    catches="posts sorted by time; the newest taken for the last",
    detect=_mixed,
    on=plain(1, 1, 1),
)
def unordered(thread: Thread) -> Thread:
    """The second post is older than the first."""
    posts = list(stretched(thread, 3).posts)
    first = posts[0].time
    if first is not None:
        posts[1] = put(posts[1], time=first - 600)
    return with_posts(thread, posts)


@post_quirk(
    "time.missing",
    about="a post without a date where others have one",
    catches="the date required; dates shifted to the next post; a record without datePublished rejected",
    source="phpbb-ext-seo-metadata#125",
    detect=lambda f: "date" in f.page.context.skin.post and any(p.date is None for p in f.posts),
)
def missing(post: Post) -> Post:
    """No time."""
    return put(post, time=None)


@quirk(
    "time.edited",
    about="an edit note with a second date",
    catches="the date of the edit taken for the post's",
    detect=lambda f: any(v.odd is not None and v.odd.edited is not None for v in f.views),
)
def edited(thread: Thread) -> Thread:
    """Edited an hour later."""
    at = place("time.edited", thread)
    return changed(thread, at, lambda p: odd(p, edited=(p.time or 1708146900) + 3600))


def _written(name: str, form: str, pattern: str, at: str | None = None, **told: Any) -> None:
    """A quirk that shows a post's date in a form of another board, at a local time of that kind."""
    search = re.compile(pattern).search

    def plant(thread: Thread) -> Thread:
        if at is not None:
            thread = _at(thread, name, at)
        return changed(thread, place(name, thread), lambda p: odd(p, date=form))

    implies = ("time.foreign-form", *told.pop("implies", ()))
    detect = any_date(name, lambda d, _: search(d.shown), lambda f: f.dates)
    quirk(name, detect=detect, implies=implies, **told)(plant)


_written(
    "time.year-missing", "dash-yearless", r"^\d\d-\d\d ",
    about="a date without a year: 02-16 21:01", catches="the year guessed; the month taken for the year",
    source="scrapinghub/dateparser#858, #519",
)  # fmt: skip
_written(
    "time.year-missing-zh", "han-yearless", r"^\d+月",
    about="a date without a year: 2月16日 21:01", catches="the year guessed, wrong at new year",
    source="scrapinghub/dateparser#858, #519",
)  # fmt: skip
_written(
    "time.relative", "ago-zh", r"刚刚|前$",
    about="a date relative to now: 3分钟前, 刚刚", catches="none, or the wrong day",
    source="SimpleMachines/SMF#7234; ScratchAddons/ScratchAddons#4391",
)  # fmt: skip
_written(
    "time.relative-en", "ago-en", r" ago$|^just now",
    about="a date relative to now: 3 hours ago", catches="none, or the wrong day",
    source="SimpleMachines/SMF#7234",
)  # fmt: skip
_written(
    "time.ampm", "us-half", r"12:\d\d [ap]m", "2024-02-16T12:15",
    about="noon and midnight on a clock of twelve hours: 12:15 pm", catches="twelve hours off",
)  # fmt: skip
_written(
    "time.ampm-zh", "han-half", "[上下]午",
    about="the half of the day before the time: 下午9:01", catches="twelve hours off",
    source="scrapinghub/dateparser#866, #204, #232, #808", implies=("time.onedigit",),
)  # fmt: skip
_written(
    "time.md-ambiguous", "us-slash", r"^0\d/0\d/", "2024-02-03T21:15",
    about="a date in digits: 02/03/2024", catches="day and month swapped",
)  # fmt: skip
_written(
    "time.spaced", "han-spaced", " 年 ",
    about="spaces within a date: 2019 年 10 月 30 日", catches="no date found",
    source="scrapinghub/dateparser#866",
)  # fmt: skip
_written(
    "time.padded", "han-padded", r"\d时\d\d分|[时点]0\d分|0\d[时点]",
    about="two digits between Chinese units: 09时30分", catches="no date found",
    source="scrapinghub/dateparser#204",
)  # fmt: skip
_written(
    "time.han", "han-clock", r"^\d+年\d+月\d+日(?: \d\d:\d\d(?::\d\d)?)?$",
    about="a date in Chinese units: 2024年2月16日 21:01", catches="no date found: dashes or slashes expected",
)  # fmt: skip
_written(
    "time.slash", "slash", r"^\d{4}/\d+/\d+ ",
    about="a date with slashes, the year first: 2024/2/16 21:01", catches="the year taken for the month",
)  # fmt: skip
_written(
    "time.joined", "han-joined", r"日\d",
    about="no space between day and hour: 2024年2月16日21时01分", catches="no date found, or no time",
    implies=("time.padded",),
)  # fmt: skip
_written(
    "time.weekday", "han-weekday", r"星期.|\([一二三四五六日]\)",
    about="a day of the week within a date: 星期五", catches="no date found",
)  # fmt: skip
_written(
    "time.posted", "posted", r"^发表于 ",
    about="words before a date: 发表于 2024-2-16 21:01", catches="no date found: the whole text expected to be one",
)  # fmt: skip
_written(
    "time.month", "han-month", r"年\d+月$",
    about="a month without a day: 2024年2月", catches="a day invented: the first, or today's",
)  # fmt: skip
_written(
    "time.hour", "han-hour", r"点$",
    about="an hour without minutes: 21点", catches="no time found",
)  # fmt: skip
_written(
    "time.half-past", "han-half-past", r"点[半整]", "2024-02-16T21:30",
    about="minutes in words: 21点半, 21点整", catches="the minutes lost, or no time found",
)  # fmt: skip
_written(
    "time.evening", "han-evening", r"[早晚]上?\d",
    about="a word for the part of the day: 晚上9点1分", catches="twelve hours off, or no time found",
    implies=("time.onedigit",),
)  # fmt: skip
_written(
    "time.fullwidth", "han-fullwidth", r"[０-９]",
    about="a date in full-width digits: ２０２４年２月１６日", catches="patterns of ASCII digits",
)  # fmt: skip
_written(
    "time.numerals", "han-numerals", r"[〇零一二三四五六七八九]年",
    about="a date in Chinese numerals: 二〇二四年二月十六日", catches="no date found",
)  # fmt: skip
_written(
    "time.republic", "republic", r"民國\d",
    about="a year of the Republic of China: 民國113年, which is 2024", catches="no date found; the year 113",
)  # fmt: skip


@quirk(
    "time.yesterday",
    about="a date relative to today: 昨天 21:01",
    catches="none, or today's date",
    source="SimpleMachines/SMF#7234",
    detect=any_date("time.yesterday", lambda d, _: d.shown.startswith(("昨天", "前天")), lambda f: f.dates),
    implies=("time.foreign-form",),
)
def yesterday(thread: Thread) -> Thread:
    """A post of the day before the page was looked at, where that is known."""
    if thread.observed is None:
        return thread
    time = thread.observed - DAY
    return changed(thread, place("time.yesterday", thread), lambda p: odd(put(p, time=time), date="yesterday"))
