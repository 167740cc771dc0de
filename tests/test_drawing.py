"""What strategies are made of: unions that keep their shares, and strings of edits."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from forgegen.model.thread import Thread
from forgegen.pages.page import Page
from forgegen.strategies import pages, threads
from forgegen.strategies.domain import Domain, domain_of
from forgegen.strategies.drawn_bodies import PLAIN
from forgegen.strategies.drawn_pages import plantable
from forgegen.strategies.fields import either
from forgegen.strategies.headers import PLAIN_HEAD, change_head, head_pools
from forgegen.strategies.planting import data_for
from forgegen.strategies.post_rows import changed, edits_in, posts_of
from forgegen.strategies.thread_edits import edited, edits_of


@pytest.mark.every
def test_a_union_within_a_union_keeps_its_share() -> None:
    """One branch of three has a third of the draws, however many branches the others have."""
    many = st.one_of([st.just(n) for n in range(40)]).map(str)
    found: Counter[bool] = Counter()

    @settings(max_examples=300, database=None, phases=[Phase.generate])
    @given(st.lists(either([st.just("plain"), many, many]), min_size=10, max_size=10))
    def draw(values: list[str]) -> None:
        found.update(value == "plain" for value in values)

    draw()
    assert 0.25 < found[True] / found.total() < 0.42  # a half where the branch that is there twice is drawn once


def test_the_first_edit_does_nothing_and_every_other_something() -> None:
    """Zeros fill strings that have a least length; no other letter is wasted."""
    nothing, *others = edits_of(Domain())

    wide = {"text": "w", "author": None, "time": 5, "likes": 5, "follow": ("at", 5)}
    assert edited([nothing], wide) == []
    for edit in dict.fromkeys(others):
        assert edited([edit], wide), edit
    for edit in dict.fromkeys(edits_in("head", head_pools(Domain()))):
        head: dict[str, Any] = {}
        change_head(head, edit)
        assert {**PLAIN_HEAD, **head} != PLAIN_HEAD, edit


def test_structured_data_is_there_where_planted_quirks_want_it() -> None:
    """A page in which a quirk of JSON-LD or microdata is planted has such data, so that the quirk shows."""
    wanting = [name for name in plantable(Domain()) if name.startswith(("jsonld.", "microdata."))]
    assert len(wanting) > 50
    for name in wanting:
        assert data_for(["text.del", name]) != "none", name
    assert data_for(["text.del"]) == "none"

    @seed(0)
    @settings(max_examples=100, database=None, phases=[Phase.generate])
    @given(pages(quirks=("jsonld.array",), skins=("reference",)))
    def draw(page: Page) -> None:
        assert not page.planted or page.look.data != "none"

    draw()


@pytest.mark.parametrize("quirks", [("tree",), ("time",), ("author", "count.k"), ("text.br",)])
def test_single_edits_keep_to_the_domain(quirks: tuple[str, ...]) -> None:
    """A page after any one edit has no label that was not asked for."""
    domain = domain_of(quirks, ())
    for edit in dict.fromkeys(edits_of(domain)):
        if edit.kind in ("post", "odd"):
            thread = Thread(posts=posts_of([(0, changed(PLAIN, edit))]), **PLAIN_HEAD)
            labels = frozenset(Page(thread, noise="none").quirks)
            assert not labels or domain.allows(labels), edit


@pytest.mark.every
def test_few_examples_are_cut_short() -> None:
    """Copies that Hypothesis makes of what was drawn leave choices enough for the rest, and small examples get enough."""
    begun: list[int] = []
    drawn: list[int] = []

    @st.composite
    def counted(draw: st.DrawFn) -> None:
        begun.append(1)
        draw(threads())
        drawn.append(1)

    for number in range(5):

        @seed(number)
        @settings(max_examples=100, database=None, deadline=None, phases=[Phase.generate])
        @given(counted())
        def draw(_: None) -> None:
            pass

        draw()
    assert len(drawn) >= 500
    assert 1 - len(drawn) / len(begun) <= 0.06
