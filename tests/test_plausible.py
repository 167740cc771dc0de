"""Plausible pages: what is drawn by default is what the skin's engine could have sent, and the rest has a label."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from forgegen.generate.lexicon import locale_names
from forgegen.generate.making import make_thread
from forgegen.model.thread import Author, Odd, Post, Thread
from forgegen.model.truth import DateTruth
from forgegen.pages.page import Page, render
from forgegen.pages.witness import witness_of
from forgegen.quirks.catalogue import QUIRKS
from forgegen.quirks.define import PLAIN_THREAD, plain
from forgegen.reading.extraction import extract
from forgegen.skins.fitting import floors_within, within
from forgegen.skins.furniture import skins_for
from forgegen.skins.limits import Limits
from forgegen.skins.loading import load_skin, skin_names
from forgegen.strategies import pages, sites, threads
from tests.drawn import threads as hostile_threads
from tests.tiers import amount, fuzz

SKINS = skin_names()
IMPLAUSIBLE = frozenset(name for name, quirk in QUIRKS.items() if not quirk.plausible)
Features = dict[str, set[str]]


def drawn(strategy: Any, number: int) -> list[Any]:
    """That many values of a strategy."""
    found: list[Any] = []

    @seed(number)
    @settings(max_examples=number, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(strategy)
    def draw(value: Any) -> None:
        found.append(value)

    draw()
    return found


@cache
def hostile() -> list[Thread]:
    """Hostile threads, the same for all skins."""
    return drawn(hostile_threads(), amount(20, 200))


@fuzz(100)
@given(thread=hostile_threads())
def test_a_thread_within_limits_stays_what_it_is(thread: Thread) -> None:
    """Brought within a skin's limits once, a thread is within them."""
    for skin in map(load_skin, SKINS):
        once = within(thread, skin.limits, skin.kind)
        assert within(once, skin.limits, skin.kind) == once


@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", SKINS)
def test_within_limits_no_page_has_a_label_that_no_engines_pages_have(skin: str) -> None:
    """Any hostile thread, brought within the limits, makes pages without such labels of threads."""
    found = load_skin(skin)
    of_threads = {name for name in IMPLAUSIBLE if QUIRKS[name].layer == "thread"}
    of_text = {"text.control", "text.noncharacter", "text.huge", "inject.terminal", "tree.deep256"}  # typed anywhere
    for thread in hostile():
        page = Page(within(thread, found.limits, found.kind), skin, noise="none")
        assert set(page.quirks) & of_threads - of_text == set()


@pytest.mark.scaled
@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", SKINS)
def test_drawn_pages_have_no_label_that_no_engines_pages_have(skin: str) -> None:
    """By default, for readers of any kind; over all skins these are some 2,500 pages of the same strategy."""
    for readers in ("portable", "hostile"):
        for page in drawn(pages(skins=(skin,), readers=readers), amount(8, 60)):
            assert set(page.quirks) & IMPLAUSIBLE == set(), page
            assert set(page.planted) & IMPLAUSIBLE == set()


@pytest.mark.scaled
def test_sites_and_threads_are_plausible_too() -> None:
    """Threads for no skin in particular are plausible in every skin."""
    for site in drawn(sites(skins=("xenforo2", "discuz")), amount(4, 60)):
        assert set(site.quirks) & IMPLAUSIBLE == set()
    for thread in drawn(threads(), amount(8, 150)):
        for skin in ("hackernews", "xenforo2", "ptt", "discuz"):
            assert set(Page(thread, skin, noise="none").quirks) & IMPLAUSIBLE == set()


@pytest.mark.scaled
@pytest.mark.few("name", keep=1)
@pytest.mark.parametrize("name", ["text.break-in-title", "time.foreign-form", "time.slash", "floor.dup"])
def test_what_no_engine_sends_is_drawn_by_name(name: str) -> None:
    """A name draws it whatever the shapes; the name of its class does not."""
    klass = name.partition(".")[0]
    by_name = drawn(pages(skins=("reference",), quirks=(name,)), amount(8, 60))
    by_class = drawn(pages(skins=("reference",), quirks=(klass,)), amount(8, 60))

    assert any(name in page.quirks for page in by_name)
    assert not any(name in page.quirks for page in by_class)


@pytest.mark.every
def test_any_shape_draws_what_no_engine_sends() -> None:
    """Labels of foreign forms and refused titles come soon."""
    found = {q for page in drawn(pages(skins=("reference",), shapes="any"), 60) for q in page.quirks}

    assert {"text.break-in-title", "time.foreign-form", "floor.foreign-form", "count.foreign-form"} <= found


@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", SKINS)
def test_a_quotation_without_a_source_names_none(skin: str) -> None:
    """It links to no post 0, and nobody is said to have said it. Two engines have no quotations."""
    posts = (msgspec.structs.replace(PLAIN_THREAD.posts[0], odd=Odd(quote="so it is")),)
    page = Page(msgspec.structs.replace(PLAIN_THREAD, posts=posts), skin, noise="none")
    shown = "so it is" in page.html
    before = page.html.partition("so it is")[0][-400:] if shown else ""

    assert shown == (skin not in ("hackernews", "ptt"))
    assert re.search(r"[?&;=:/]0(?![0-9])|Guest|said|wrote|发表于 *<", before.rpartition("blockquote")[2]) is None
    assert not re.search(r"(?:[?&;]p?id|[?&;]p)=0\b|post: 0|member: 0", page.html)
    assert extract(page, skin) == page.truth


def shape_of(text: str) -> str:
    """A display with every run of digits as 9 and every run of letters as a; words of other scripts stay."""
    return re.sub(r"[A-Za-z]+", "a", re.sub(r"[0-9]+", "9", text))


def features(page: Page) -> Features:
    """The shapes of dates, counts and floors of a page, and breaks and kinds of characters in titles and names."""
    found: Features = defaultdict(set)
    truth = page.truth

    def words(kind: str, text: object) -> None:
        if isinstance(text, str):
            found[kind] |= {unicodedata.category(c) for c in text}
            found[kind] |= {"edge"} if text != text.strip() else set()

    words("title", truth.title)
    for post in truth.posts:
        words("name", post.author)
        if isinstance(post.date, DateTruth):
            found["date"].add(shape_of(post.date.shown))
        for kind in ("floor", "replies", "likes"):
            shown = getattr(post, f"{kind}_shown")
            found[kind] |= {shape_of(shown)} if isinstance(shown, str) else set()
    for kind in ("views", "comment_count"):
        shown = getattr(truth, f"{kind}_shown")
        found[kind] |= {shape_of(shown)} if isinstance(shown, str) else set()
    for kind in ("published", "last_reply"):
        date = getattr(truth, kind)
        found["date"] |= {shape_of(date.shown)} if isinstance(date, DateTruth) else set()
    return found


@pytest.mark.scaled
@pytest.mark.few("skin", keep=1)
@pytest.mark.parametrize("skin", ["reference", "discuz", "phpbb3", "xenforo2", "hackernews", "ptt"])
def test_what_has_no_label_is_ordinary(skin: str) -> None:
    """Where every quirk is excluded, and where a page happens to have none, drawn pages hold what generated ones do.

    Threads are generated until they have shown all that was drawn: most of it is on the first few hundred.
    """
    found, plain_page = load_skin(skin), features(Page(PLAIN_THREAD, skin, noise="none", data="none"))
    unlabelled = drawn(pages(skins=(skin,), exclude_quirks=tuple(QUIRKS)), amount(20, 250))
    unlabelled += [p for p in drawn(pages(skins=(skin,), shapes="any"), amount(20, 500)) if not p.quirks]
    strange = {(kind, one) for page in unlabelled for kind, seen in features(page).items() for one in seen}
    strange -= {(kind, one) for kind, seen in plain_page.items() for one in seen}
    locales = [locale for locale in locale_names() if skin in skins_for(locale)]
    for i in range(10_000):
        if not strange:
            break
        thread = make_thread(5, i, locale=locales[i % len(locales)], profile=found.profile)
        page = render(thread, skin, noise="none", data="none")[0]
        strange -= {(kind, one) for kind, seen in features(page).items() for one in seen}

    assert strange == set()


def test_whether_engines_send_a_quirk_is_told_by_its_witness() -> None:
    """Each quirk of threads that an engine sends is told on some skin's page without a label of what none sends; those
    of forms are where these are the skin's own."""
    told = {
        "text.break-in-title",
        "text.title-refused",
        "time.foreign-form",
        "floor.foreign-form",
        "count.foreign-form",
    }
    for quirk in QUIRKS.values():
        if quirk.plausible and quirk.layer == "thread" and told.isdisjoint(quirk.implies):
            assert any(not set(witness_of(quirk, skin).quirks) & told for skin in SKINS), quirk.name


def test_names_that_an_engine_refuses_are_told() -> None:
    """The label of a name follows from the skin's own limits."""
    thread = msgspec.structs.replace(
        plain(1), posts=(msgspec.structs.replace(plain(1).posts[0], author=Author("a b")),)
    )

    assert "author.refused" in Page(thread, "hackernews", noise="none").quirks
    assert "author.refused" not in Page(thread, "reference", noise="none").quirks


def test_floors_rise_where_posts_came_in_another_order() -> None:
    """A post without a floor of its own has its place in the tree, which is not its rank in time."""
    posts = (Post(arrival=2), Post(depth=2), Post(arrival=0, floor=7))
    floors = floors_within(posts, Limits(floors="position"), "forum")

    assert floors == [4, None, 2]


def test_a_character_cut_in_half_is_no_lie_about_the_page() -> None:
    """UTF-8 with one bad byte, and no charset in the header, is labelled as that; GBK that says utf-8 as a lie."""
    cut = Page(PLAIN_THREAD, quirks=("enc.none-latin1", "enc.bad-byte"))
    lie = Page(PLAIN_THREAD, quirks=("enc.lie",))

    assert {"enc.none-latin1", "enc.bad-byte"} <= {*cut.quirks} - {"enc.lie"} == {*cut.quirks}
    assert "enc.lie" in lie.quirks
