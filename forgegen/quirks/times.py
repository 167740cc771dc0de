"""Quirks of times: odd moments, and odd relations between them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import msgspec

from forgegen.model.calendar import DAY, ZONES, Local, days_from_civil, instant_of
from forgegen.model.thread import Post, Thread
from forgegen.model.truth import DateTruth
from forgegen.quirks.define import changed, odd, place, plain, post_quirk, put, quirk, stretched, with_posts
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
    detect=lambda f: any(_ONE_DIGIT.search(d.shown) for d in f.all_dates if d is not f.truth.published),
)
def onedigit(thread: Thread) -> Thread:
    """One minute past nine."""
    return _at(thread, "time.onedigit", "2024-02-16T09:01")


@quirk(
    "time.midnight",
    about="five minutes past midnight: 0:05",
    catches="hour 0 taken for no value, or for 12; the wrong day",
    detect=lambda f: any(d.local is not None and d.local[11:13] == "00" for d in f.all_dates),
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
    detect=lambda f: any(d.zone is not None for d in f.dates),
)
def tz_label(post: Post) -> Post:
    """The form that shows the zone."""
    return odd(post, date="han")


def _rule(thread: Thread) -> str | None:
    return ZONES[thread.zone].rule


@quirk(
    "time.dst-gap",
    about="a local time that a clock change leaves out: 2:30 in March",
    catches="an exception, or another hour",
    source="ownaginatious/fbchat-archive-parser#30",
    detect=lambda f: _left_out(f.truth.last_reply, f.page.thread.zone),
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


def _left_out(date: object, zone: str) -> bool:
    if not isinstance(date, DateTruth) or date.local is None or date.local[5:7] != "03":
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
    detect=lambda f: any(_repeated(d, f.page.thread.zone) for d in f.all_dates),
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
    detect=lambda f: any(d.local is not None and d.local[5:10] == "02-29" for d in f.all_dates),
)
def leap(thread: Thread) -> Thread:
    """The last minute of 29 February."""
    return _at(thread, "time.leap", "2024-02-29T23:59")


@quirk(
    "time.old",
    about="dates of the last century",
    catches="patterns like 20\\d\\d; two digits of the year",
    detect=lambda f: any(d.local is not None and d.local < "2000" for d in f.all_dates),
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
    match = re.compile(pattern).search

    def plant(thread: Thread) -> Thread:
        if at is not None:
            thread = _at(thread, name, at)
        return changed(thread, place(name, thread), lambda p: odd(p, date=form))

    quirk(name, detect=lambda f: any(match(d.shown) for d in f.dates), **told)(plant)


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
    "time.padded", "han-padded", r"\d时\d",
    about="two digits between Chinese units: 09时30分", catches="no date found",
    source="scrapinghub/dateparser#204",
)  # fmt: skip


@quirk(
    "time.yesterday",
    about="a date relative to today: 昨天 21:01",
    catches="none, or today's date",
    source="SimpleMachines/SMF#7234",
    detect=lambda f: any(d.shown.startswith("昨天") for d in f.dates),
)
def yesterday(thread: Thread) -> Thread:
    """A post of the day before the page was looked at, where that is known."""
    if thread.observed is None:
        return thread
    time = thread.observed - DAY
    return changed(thread, place("time.yesterday", thread), lambda p: odd(put(p, time=time), date="yesterday"))
