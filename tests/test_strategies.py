"""The strategies: valid, ordinary when shrunk, wide enough, and wrong arguments fail when a value is drawn."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, find, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

import forgegen
from forgegen import QUIRKS, Author, Page, Post, Thread, Truth
from forgegen.quirks.define import PLAIN_THREAD
from forgegen.skins.loading import load_skin, skin_names
from forgegen.strategies import (
    Shown,
    Site,
    counts,
    dates,
    each_quirk,
    encodings,
    floors,
    json_ld_shapes,
    microdata_shapes,
    names,
    pages,
    pages_with,
    post_texts,
    sites,
    threads,
    tree_shapes,
)
from forgegen.strategies.date_cases import DATE_FORMS, EDGES, RELATIVE, date_in
from forgegen.strategies.encoding_cases import ENCODING_CASES
from forgegen.strategies.json_ld_cases import JSON_LD_SHAPES
from forgegen.strategies.text_cases import TEXT_CASES
from tests.bench.mutants.trees import TREES
from tests.parsers import READERS
from tests.parsers.truths import first_difference
from tests.tiers import amount, fuzz

NAMES = {name: getattr(forgegen, name) for name in forgegen.__all__} | {"Site": Site}
FORMS = """2024年2月16日 21点1分|2024年2月16日 21点01分|2024年2月16日 21时1分|2024年2月16日21时01分|2024年2月16日 21:01
2024年02月16日 21:01:00|2024 年 2 月 16 日 21:01|2024年2月16日 下午9:01|2024年2月16日 0点5分|2024年2月16日|2024-2-16 21:01
2024/2/16 21:01|２０２４年２月１６日 ２１点１分|2024年2月16日 星期五 21:01|昨天 21:01|前天 21:01|3 小时前|半小时前|5分钟前|刚刚
3天前|2024年2月16日 21点1分 PT|2024年2月16日 21:01 PT|2024年2月16日 21:01 PST|2024年2月16日 21:01 北京时间
2024年2月29日 23点59分 PT|2024年11月3日 1点30分 PT|2024年3月10日 2点30分 PT|2024年2月16日 晚上9点1分|2024年2月16日 晚9点
2024年2月16日 21点|2024年2月16日 21点整|2024年2月16日 21点半|2024年2月16日(五) 21:01|二〇二四年二月十六日
二零二四年二月十六日 二十一点一分|民國113年2月16日|两天前|发表于 2024-2-16 21:01|02-16 21:01|2月16日 21:01|2024年2月"""


SHRUNK = (Phase.generate, Phase.shrink)  # what is found is looked at, not explained, which costs as much again


def test_the_forms_and_cases_are_as_many_as_promised() -> None:
    """42 forms of dates, 44 cases of text, 45 shapes of JSON-LD, 20 encodings, all different."""
    wanted = re.split(r"[|\n]", FORMS)
    shown = {date_in(form, moment).shown for form in DATE_FORMS for moment in EDGES}
    shown |= {display for display, _ in RELATIVE}

    assert len(set(wanted)) == 42
    assert set(wanted) <= shown
    assert len(TEXT_CASES) == len({case.html for case in TEXT_CASES}) == 44
    assert len({shape.shown for shape in JSON_LD_SHAPES}) == 45
    assert len({case.shown for case in ENCODING_CASES}) == 20


@pytest.mark.scaled
@pytest.mark.parametrize(
    "piece", [dates, counts, floors, names, post_texts, encodings, json_ld_shapes, microdata_shapes]
)
def test_pieces_give_what_is_shown_and_what_it_means(piece: Any) -> None:
    """Every piece gives Shown values."""

    @settings(max_examples=amount(12, 100))
    @given(piece())
    def shown(value: Any) -> None:
        assert isinstance(value, Shown)

    shown()


@fuzz(50)
@given(pages())
def test_pages_are_pages_in_any_skin(page: Page) -> None:
    """A page renders, its truth can be written, and its repr makes it again."""
    assert page.body
    assert Truth.from_json(page.truth.to_json()) == page.truth
    assert eval(repr(page), NAMES) == page


@fuzz(50)
@given(pages(readers="hostile"))
def test_hostile_pages_render(page: Page) -> None:
    """What no reader is promised to read can be sent all the same."""
    assert page.body


@fuzz(30)
@given(pages(skins=("reference",)))
def test_the_four_parsers_read_portable_pages(page: Page) -> None:
    """Parsers on lxml, parsel, bs4 and selectolax all read the truth of portable pages."""
    differences = {name: first_difference(page, read(page.body)) for name, read in READERS.items()}

    assert set(differences.values()) == {None}, differences


@given(sites(min_pages=2, max_pages=3, skins=("reference",)))
@fuzz(20)
def test_sites_are_threads_on_pages(site: Site) -> None:
    """A site's pages lie behind addresses, the first of which is its start."""
    assert 2 <= len(site.pages) <= 3
    assert site.start == next(iter(site.pages))
    assert len(site.truth.posts) >= max(len(page.truth.posts) for page in site.pages.values())
    assert eval(repr(site), NAMES) == site


@pytest.mark.every
@pytest.mark.parametrize("skin", ["phpbb3", "discuz", "smf2", "reference"])
def test_last_pages_of_sites_are_full_or_hold_one_post(skin: str) -> None:
    """The bounds at which pagers are off by one, in linear boards too, whose opening post is on the first page."""
    found: Counter[int] = Counter()

    @settings(max_examples=100, database=None, deadline=None, phases=[Phase.generate])
    @given(sites(skins=(skin,), quirks=("page.second", "page.last-no-next", "page.one-left"), min_pages=2))
    def draw(site: Site) -> None:
        *_, last = site.pages.values()
        found[len(last.truth.posts)] += 1

    draw()
    assert found[1]
    assert found[load_skin(skin).posts_per_page]


@given(sites(skins=("ptt",)))
@fuzz(10)
def test_skins_that_part_no_threads_are_given_no_more_posts(site: Site) -> None:
    """A skin that shows any thread on one page does not get a million posts for a second one."""
    assert len(site.thread.posts) < 1_000


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _controls(page: Page) -> bool:
    return any(isinstance(p.text, str) and _CONTROL.search(p.text) is not None for p in page.truth.posts)


@fuzz(50)
@given(pages())
def test_portable_pages_hold_no_controls(page: Page) -> None:
    """Readers differ about control characters, so portable pages have none."""
    assert not _controls(page)


def test_hostile_pages_hold_controls() -> None:
    """They occur where nothing is promised."""
    options = settings(database=None, phases=[Phase.generate])  # the first that is found will do

    assert find(pages(skins=("reference",), readers="hostile", shapes="any"), _controls, settings=options).truth.posts


@pytest.mark.every
def test_an_empty_failure_shrinks_to_the_plainest_page() -> None:
    """A page that only has to be a page has no posts, no boilerplate, nothing planted."""
    page = find(pages(), lambda page: True, settings=settings(database=None, phases=SHRUNK))

    assert (page.skin, page.thread.posts, page.planted, page.look.noise) == ("reference", (), (), "none")


@pytest.mark.every
@pytest.mark.parametrize("odd", [Post(author=None), Post(text=""), Post(author=Author("al"))])
def test_a_page_of_one_odd_post_shrinks_to_one_post(odd: Post) -> None:
    """The other posts go, and the odd one is ordinary in all else."""

    def has(page: Page) -> bool:
        return any(p.author == odd.author if odd.text else p.text == "" for p in page.thread.posts)

    page = find(pages(skins=("reference",)), has, settings=settings(max_examples=200, database=None, phases=SHRUNK))
    plain = PLAIN_THREAD.posts[0]

    assert len(page.thread.posts) == 1
    assert sum(getattr(page.thread.posts[0], f) != getattr(plain, f) for f in Post.__struct_fields__) == 1


def test_of_few_quirks_too_one_post_is_left() -> None:
    """Where only some quirks may be drawn a page has one post at least, and shrinks to the odd one."""
    strategy = pages(skins=("reference",), quirks=("text.br", "text.inline", "author.case"))
    options = settings(database=None, phases=SHRUNK)
    page = find(strategy, lambda page: "\n" in page.thread.posts[0].text, settings=options)

    assert len(page.thread.posts) == 1


@pytest.mark.every
@pytest.mark.parametrize("name", ["uncle", "depth 9", "six children", "twins"])
def test_trees_shrink_to_the_smallest(name: str) -> None:
    """A property of trees ends in the smallest thread that has it, in two runs of fixed seeds."""
    has, least = TREES[name]
    options = settings(max_examples=500, database=None, phases=SHRUNK)
    found = [
        find(threads(exclude_quirks=("body",)), has, settings=options, random=Random(number)) for number in range(2)
    ]

    assert [len(thread.posts) for thread in found] == [least] * 2


@given(pages(threads(min_size=2, max_size=3), skins=("reference",)))
def test_pages_show_the_threads_that_are_given(page: Page) -> None:
    """What is planted may add posts; the thread below is one of the user's."""
    assert 2 <= len(page.source.posts) <= 3


@given(threads(min_size=2, max_size=5, max_depth=2, texts=st.text(), authors=st.sampled_from(["al", "bo"])))
def test_threads_keep_to_what_is_asked(thread: Thread) -> None:
    """Sizes, depths and the user's own strategies hold; characters that no page carries are replaced."""
    assert 2 <= len(thread.posts) <= 5
    assert max(post.depth for post in thread.posts) <= 2
    assert {post.author.name for post in thread.posts if post.author} <= {"al", "bo"}


@given(pages(quirks=("text.br", "markup.ghost-comment"), skins=("reference",)))
def test_only_what_is_asked_for_is_planted(page: Page) -> None:
    """Nothing but the quirks that are named, and labels of their kind."""
    assert set(page.planted) <= {"text.br", "markup.ghost-comment"}
    assert not {q.partition(".")[0] for q in page.quirks} & {"author", "floor", "evasion", "inject"}


@given(pages(exclude_quirks=("author", "tree.empty"), skins=("reference",)))
def test_what_is_excluded_does_not_occur(page: Page) -> None:
    """No label of an excluded class or name is detected."""
    assert not [q for q in page.quirks if q.startswith("author.") or q == "tree.empty"]


@pytest.mark.few("name", keep=6)
@pytest.mark.parametrize("name", list(QUIRKS)[::25])
def test_pages_with_a_quirk_have_it(name: str) -> None:
    """The quirk is on every page, by construction."""

    @settings(max_examples=5)
    @given(pages_with(name))
    def has_it(page: Page) -> None:
        assert QUIRKS[name].detect(page)

    if QUIRKS[name].layer != "site":
        has_it()


@pytest.mark.few("name", keep=6)
@pytest.mark.parametrize("name", [q.name for q in QUIRKS.values() if q.layer == "bytes"])
@fuzz(20)
@given(data=st.data())
def test_pages_with_a_quirk_of_bytes_have_it_in_skins_of_several_encodings(name: str, data: st.DataObject) -> None:
    """An encoding that gives the quirk no occasion is not kept."""
    page = data.draw(pages_with(name, skins=("6park", "discuz", "reference")))

    assert QUIRKS[name].detect(page)


@each_quirk("floor")
def test_each_quirk_is_a_test(page: Page) -> None:
    """The decorator calls the test once for each quirk of the class, with its witness."""
    assert any(q.startswith("floor.") for q in (*page.quirks, *page.planted))


@pytest.mark.parametrize("cls", [Page, Post, Thread, Truth])
def test_types_are_known_to_hypothesis(cls: type) -> None:
    """``from_type`` and ``builds`` find strategies for our types."""

    @settings(max_examples=5)
    @given(st.from_type(cls))
    def is_one(value: object) -> None:
        assert isinstance(value, cls)

    is_one()


@pytest.mark.few("first", keep=1)
@pytest.mark.parametrize("first", ["hypothesis", "forgegen.model"])
def test_hypothesis_alone_loads_nothing_of_ours(first: str) -> None:
    """Whichever is imported first, the model's types end up registered, and Hypothesis alone loads no model."""
    code = (
        f"import {first}, sys; assert 'forgegen.rendering' not in sys.modules;"
        "assert ('forgegen.model' in sys.modules) == ('model' in '" + first + "');"
        "import hypothesis.strategies as st, forgegen; st.from_type(forgegen.Thread).validate()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


WRONG: tuple[tuple[Any, dict[str, Any], str], ...] = (
    (pages, {"skins": ["refrence"]}, "Did you mean 'reference'"),
    (pages, {"skins": "reference"}, "is a string"),
    (pages, {"skins": []}, "skins is empty"),
    (pages, {"readers": "portabel"}, "Did you mean 'portable'"),
    (pages, {"quirks": ["text.bar"]}, "Did you mean 'text.br'"),
    (pages, {"quirks": [3]}, "holds 3"),
    (pages, {"exclude_quirks": st.just("tree")}, "is a strategy"),
    (pages, {"encodings": ["utf8"]}, "Did you mean 'utf-8'"),
    (pages, {"threads": PLAIN_THREAD}, "is no strategy"),
    (threads, {"min_size": -1}, "0 or more"),
    (threads, {"min_size": 3, "max_size": 2}, "below min_size=3"),
    (threads, {"max_depth": 0}, "1 or more"),
    (threads, {"texts": "ok"}, "is no strategy"),
    (threads, {"texts": st.integers(), "min_size": 1}, "would be a str"),
    (threads, {"times": st.just("now"), "min_size": 1}, "seconds since 1970"),
    (sites, {"min_pages": 0}, "1 or more"),
    (sites, {"min_pages": 2, "skins": ["ptt"]}, "ptt shows a thread on one page"),
    (pages_with, {"quirk": "tree.emtpy"}, "Did you mean 'tree.empty'"),
)


@pytest.mark.parametrize(("strategy", "options", "message"), WRONG)
def test_wrong_arguments_fail_when_a_value_is_drawn(strategy: Any, options: dict[str, Any], message: str) -> None:
    """Making the strategy succeeds; drawing from it says the value and what would be right."""
    made = strategy(**options)

    with pytest.raises(InvalidArgument, match=re.escape(message)):
        find(made, lambda value: True, settings=settings(database=None, phases=[Phase.generate]))


def test_every_group_of_labels_comes_in_a_hundred_examples() -> None:
    """A hundred pages hold labels of every portable group but those of pagination."""
    groups = {q.klass for q in QUIRKS.values() if q.readers == "portable" and q.layer not in ("site", "transport")}
    left = groups - {"page"}

    @seed(1)
    @settings(max_examples=100, database=None, phases=[Phase.generate])
    @given(pages(skins=("reference",)))
    def look(page: Page) -> None:
        if left:  # what is on a page is asked only until all have come
            left.difference_update({q.partition(".")[0] for q in page.quirks})

    look()

    assert left == set()


@pytest.mark.parametrize(("variable", "value", "read"), [
    ("FORGEGEN_EVENTS", "1", True), ("FORGEGEN_EVENTS", "0", False), ("HYPOTHESIS_EXPERIMENTAL_OBSERVABILITY", "1", True),
    ("HOME", "/", False),
])  # fmt: skip
def test_labels_are_looked_for_where_they_are_read(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, read: bool
) -> None:
    """A drawn page has its labels only where Hypothesis' statistics or observability want an event for each."""
    for name in (
        "FORGEGEN_EVENTS",
        "HYPOTHESIS_EXPERIMENTAL_OBSERVABILITY",
        "HYPOTHESIS_EXPERIMENTAL_OBSERVABILITY_NOCOVER",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, value)
    found: list[Page] = []

    @settings(max_examples=3, database=None)
    @given(pages(skins=("reference",)))
    def look(page: Page) -> None:
        found.append(page)

    look()

    assert [("quirks" in vars(page)) for page in found] == [read] * len(found)


@pytest.mark.every
def test_what_people_type_and_sites_do_comes_in_three_hundred_examples() -> None:
    """Titles and texts as they are typed, counts in all their forms, noise, late pages and long threads."""
    drawn: list[Page] = []

    @settings(max_examples=100, database=None, deadline=None, phases=[Phase.generate])
    @given(pages(skins=("phpbb3", "xenforo2", "discuz", "reference", "discourse", "oldreddit")))
    def draw(page: Page) -> None:
        drawn.append(page)

    for number in range(3):
        seed(number)(draw)()
    titles = [str(page.truth.title) for page in drawn]
    texts = [str(post.text) for page in drawn for post in page.truth.posts]
    counts = [count for page in drawn for count in (page.truth.views, page.truth.posts and page.truth.posts[-1].likes)]
    met = {
        "curly quotes": any("“" in text for text in texts) and any("“" in title for title in titles),
        "bracket first": len({title[:1] for title in titles} & set("【[(「《")) >= 3,
        "separators": all(any(sign in title for title in titles) for sign in (" - ", " | ", ": ")),
        "smiley": any(re.search(":[a-z]+:", text) for text in texts),
        "mention": any(text.startswith("@") for text in texts),
        "numbers": all(any(number in text for text in texts) for number in ("-3", "1.2K", "3万", "1.840")),
        "counts": any(isinstance(count, int) and count >= 10_000 for count in counts),
        "noise": 45 <= sum(page.look.noise == "usual" for page in drawn) <= 165,
        "pages": {True} <= {page.number > 1 for page in drawn},
        "posts": any(len(page.thread.posts) >= 100 for page in drawn),
        "floors": any(isinstance(p.floor, int) and p.floor >= 100 for page in drawn for p in page.truth.posts),
    }

    assert {name for name, is_met in met.items() if not is_met} == set()


@given(tree_shapes())
@fuzz(10)
def test_tree_shapes_render(thread: Thread) -> None:
    """Chains of thousands of posts are threads like any others."""
    assert Page(thread, noise="none").context.posts


def test_any_skin_is_drawn_from() -> None:
    """Pages come in any skin that there is."""
    for skin in skin_names()[::6]:
        options = settings(database=None, phases=[Phase.generate])
        assert find(pages(skins=(skin,)), lambda page: True, settings=options).skin == skin
