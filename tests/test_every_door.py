"""Thread i says the same in every door: alone, and on sites of any size, whose days are other days."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgegen.generate.grammar import Grammar
from forgegen.generate.lexicon import load_lexicon, locale_names
from forgegen.generate.making import make_made, make_thread
from forgegen.generate.profile import profile_names
from forgegen.generate.stories.compiled import Story, heads, load_story
from forgegen.generate.stories.course import Course, plot
from forgegen.generate.stories.day_words import MARKS, DayWords
from forgegen.generate.voice.bank import load_bank
from forgegen.generate.voice.needs import timely
from forgegen.model.calendar import DAY, HOUR
from forgegen.model.thread import Thread
from forgegen.site.forum import Forum
from forgegen.site.schedule import Schedule
from forgegen.streams.stream import Stream
from tests.tiers import amount, fuzz

SEED = 7
OF_A_SITE = ("id", "board", "published", "observed", "last_reply", "numbers")
SIZES = (120, 10**9, 3_000)  # threads of a site: natural lives, minutes, crowded ones


def called(words: DayWords, slot: str, plain: Any = DayWords._word) -> str:
    """A word for a day that can be found again."""
    return f"\u2045{plain(words, slot)}\u2046"


def undated(value: Any) -> Any:
    """What a thread says as JSON, without dates, edits, and words for days."""
    if isinstance(value, dict):
        return {name: undated(v) for name, v in value.items() if name not in ("time", "date", "odd")}
    if isinstance(value, list):
        return list(map(undated, value))
    return re.sub("\u2045[^\u2046]*\u2046", "[day]", value) if isinstance(value, str) else value


def said(thread: Thread) -> dict[str, Any]:
    """All that is the same in every door: every word, person and node, the tree, likes and views."""
    found: dict[str, Any] = undated(json.loads(thread.to_json()))
    return {name: value for name, value in found.items() if name not in OF_A_SITE}


@pytest.mark.scaled
@pytest.mark.few("locale", "profile")
@pytest.mark.parametrize("profile", profile_names())
@pytest.mark.parametrize("locale", locale_names())
def test_a_thread_says_the_same_alone_and_on_sites(locale: str, profile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words, people, nodes and tree are equal; words for days are where they were."""
    monkeypatch.setattr(DayWords, "_word", called)
    monkeypatch.setattr(Grammar, "dated", lambda grammar, caption, day: caption)
    sites = [Forum(SEED, skin="reference", locale=locale, profile=profile, threads=size) for size in SIZES]
    for i in range(amount(2, 100)):
        alone = make_thread(SEED, i, locale=locale, profile=profile)
        on_a_site = sites[i % len(sites)].whole(i)[0]
        assert said(on_a_site) == said(alone), i


@pytest.mark.scaled
@pytest.mark.parametrize("locale", locale_names())
def test_no_mark_is_left(locale: str) -> None:
    """Every mark has its word, in titles, captions, paragraphs, bodies and quotations; no word has such a character."""
    for profile in ("reference", "forum"):
        for i in range(amount(8, 60)):
            assert not MARKS.search(make_thread(3, i, locale=locale, profile=profile).to_json())


def stories(locale: str) -> Iterator[tuple[Story, str]]:
    """Every story of a locale in every branch."""
    lexicon = load_lexicon(locale)
    for folder in ("stories", "openers"):
        for topic, head in heads(lexicon, folder):
            story = load_story(lexicon, folder, topic, head.key)
            yield from ((story, branch) for branch in story.schema.branches or ("",))


@pytest.mark.scaled
@pytest.mark.parametrize("locale", locale_names())
def test_what_has_happened_has_happened_on_every_page(locale: str) -> None:
    """At any hour of publication what is past, and what is to come, is what the story's own clock says; events keep
    their hours, and but for a few the days between them."""
    kept = pages = 0
    for story, branch in stories(locale):
        for number in range(amount(1, 6)):
            stream = Stream("course", story.schema.key, branch, number)
            course, written = plot(stream, story, branch), 20_000 * DAY + stream.below(24) * HOUR
            happens = course.dated(written)
            for name, at in happens.items():
                assert (at < written) == course.is_past(name)
                assert (at - course.happens[name]) % DAY == 0
            if story.anchor in happens:
                assert story.after.low <= written - happens[story.anchor] <= story.after.high + DAY
            pages, kept = pages + 1, kept + (len({at - course.happens[name] for name, at in happens.items()}) <= 1)
    assert kept > 0.99 * pages


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 12 * DAY)),
    st.integers(1, 12 * DAY),
    st.integers(0, 30 * DAY),
)
@fuzz(300)
def test_pages_tell_events_as_their_story_does(happens: dict[str, int], told: int, more: int) -> None:
    """However near events are to each other. What is a day or more to come is at the most a day nearer on the page."""
    course, written = Course(happens, told, 0), 20_000 * DAY + more
    for name, at in course.dated(written).items():
        assert (at < written) == course.is_past(name)
        assert at >= written + course.happens[name] - told - DAY


@pytest.mark.scaled
@pytest.mark.parametrize("threads", SIZES)
def test_comments_on_sites_know_only_what_has_happened(threads: int) -> None:
    """No comment names an event as past that is still to come at its own time, or as to come where it is past."""
    locale, found = "zh-CN", 0
    lexicon = load_lexicon(locale)
    site = Schedule(SEED, locale, "reference", 3, threads)
    for i in range(amount(60, 200)):
        thread, made = site.thread(i), make_made(SEED, i, times=site.times(i), locale=locale)
        bank = {line.id: line for line in load_bank(lexicon, "stories", made.topic, f"{made.schema}.txt").lines}
        for post, what in zip(thread.posts, made.posts, strict=True):
            line = bank.get(what.line)
            if line is not None and line.events and post.time is not None:
                found += 1
                assert timely(line.events, made.happened, post.time), (i, line.raw)
    assert found > 5


@pytest.mark.scaled
@pytest.mark.parametrize("threads", [30, *SIZES])
def test_comments_come_no_later_on_sites_than_their_pace_says(threads: int) -> None:
    """But for the last one each comes within as many days as its pace has, and one more."""
    site = Schedule(SEED, "en", "reference", 3, threads)
    for i in range(amount(40, 200)):
        times = site.times(i)
        for at, offset in list(zip(times.comments, times.pace, strict=True))[:-1]:
            assert at - times.published < (offset // DAY + 1) * DAY + 2 * HOUR
