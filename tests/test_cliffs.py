"""Cost grows with what must be read, not with its square; the short ways give what the plain ones give."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forgegen
from forgegen.assess import align as aligning
from forgegen.assess.align import AlignmentRow, align
from forgegen.assess.containing import TextIndex
from forgegen.assess.labels import LabelFinding, Texts, label_posts, rescue_quotes
from forgegen.errors import ReadError
from forgegen.pages.page import Page, render
from forgegen.rendering import context as contexts
from forgegen.skins.dom import check_depth
from tests.bench.cliffs import CLIFFS, Job, open_elements, thread_of
from tests.tiers import fuzz

words = st.text("ab ", max_size=5)


def calls(job: Job) -> int:
    """How many functions a job calls, of Python's and of C's."""
    count = 0

    def seen(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        job()
    finally:
        sys.setprofile(before)
    return count


@given(st.lists(words, max_size=8), words, st.booleans())
def test_an_index_finds_what_a_search_finds(texts: list[str], text: str, many: bool) -> None:
    """What stands in a text, and with what it ends, is the same by look-up as one by one."""
    extra = [f"{'z' * 14}{n}" for n in range(400)] if many else []
    index = TextIndex(enumerate([*texts, *extra]))
    within = {t for t in texts if t and t in text}
    ending = {t for t in texts if t and t != text and text.endswith(t)}

    assert set(index.within(text)) == within
    assert set(index.ending(text)) == ending
    assert not many or set(index.within(f"{'z' * 14}7!")) >= {"z" * 14 + "7"}


@fuzz(400)
@given(st.lists(st.tuples(words, words), max_size=6), st.lists(words, max_size=6), st.data())
def test_labels_are_those_of_the_plain_way(own: list[tuple[str, str]], theirs: list[str], data: st.DataObject) -> None:
    """Merges, splits and rescued quotations are what looking at every pair gives."""
    texts = Texts([text for text, _ in own], [[quote] for _, quote in own], theirs, list(enumerate(theirs)))
    pairs: dict[int, int] = {}
    for p in range(min(len(own), len(theirs))):
        if data.draw(st.booleans()):
            pairs[p] = p
    plain = dict(pairs)
    rescue_quotes(texts, pairs)
    _rescue_plainly(texts, plain)

    assert pairs == plain
    assert [f for f in label_posts(texts, pairs) if f.label == "split"] == _splits_plainly(texts, pairs)
    for finding in label_posts(texts, pairs):
        if finding.label == "merge" and finding.prediction not in pairs:
            missed = [t for t in range(len(own)) if t not in pairs.values()]
            assert finding.truths == _contained_plainly(texts, theirs[finding.prediction or 0], missed)


def _rescue_plainly(texts: Texts, pairs: dict[int, int]) -> None:
    left = [t for t in range(len(texts.truths)) if t not in pairs.values() and texts.truths[t]]
    for p, text in enumerate(texts.predictions):
        if p in pairs or not text:
            continue
        for t in left:
            mine = texts.truths[t]
            before = text[: len(text) - len(mine)]
            if text.endswith(mine) and len(text) > len(mine) and any(q in before for q in texts.quotes[t] if q):
                pairs[p] = t
                left.remove(t)
                break


def _contained_plainly(texts: Texts, text: str, missed: Sequence[int]) -> tuple[int, ...]:
    found = []
    for t in sorted(missed, key=lambda t: -len(texts.truths[t])):
        mine = texts.truths[t]
        if mine and len(mine) <= len(text) and mine in text:
            text = text.replace(mine, "\0", 1)
            found.append(t)
    return tuple(sorted(found))


def _splits_plainly(texts: Texts, pairs: Mapping[int, int]) -> list[LabelFinding]:
    explained = {f.prediction for f in label_posts(texts, pairs) if f.label not in ("split", "spurious", "missed")}
    loose = [p for p, text in enumerate(texts.predictions) if p not in pairs and p not in explained and text]
    at_truth = {t: p for p, t in pairs.items()}
    found, used = [], set[int]()
    for t, mine in enumerate(texts.truths):
        rest, pieces = mine, []
        for p in loose if t not in at_truth else [at_truth[t], *loose]:
            text = texts.predictions[p]
            if p not in used and text and len(text) < len(mine) and text in rest:
                rest = rest.replace(text, "\0", 1)
                pieces.append(p)
        if len(pieces) > 1:
            used.update(pieces)
            found += [LabelFinding("split", p, (t,)) for p in pieces if p not in pairs]
    return found


def test_many_posts_that_are_almost_right_are_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all pairs are too many to look at, a post with a changed word still is the post it was."""
    rows = [AlignmentRow(None, f"words {n} are here, {n * n} of them", None, None) for n in range(200)]
    wrong = [AlignmentRow(None, f"words {n} are hexe, {n * n} of them", None, None) for n in range(200)]
    whole = align(rows, wrong, ["text"])
    monkeypatch.setattr(aligning, "_STEPS", 100)
    quick = align(rows, wrong, ["text"])

    assert whole == {n: n for n in range(200)}
    assert sum(quick.get(n) == n for n in range(200)) >= 190


@pytest.mark.parametrize("html", ["<div>" * 40_000, "<b><i>" * 9000, "<p><span>" * 9000, "\n<div>" * 9000 + "</div>" * 9000])  # fmt: skip
def test_what_is_nested_too_deep_is_refused_at_once(html: str) -> None:
    """Elements without end are a line that names the place and the bound."""
    with pytest.raises(ReadError, match="more than 5,000 elements stand open"):
        forgegen.extract(html)
    assert calls(open_elements(40_000)) < 50_000


@pytest.mark.parametrize("html", ["<p>x" * 40_000, "<li>" * 40_000, "<br>" * 40_000, "<b>x</b>\n" * 40_000, "<" * 40_000, "</b>" * 20_000 + "<b>" * 4000])  # fmt: skip
def test_what_only_looks_deep_is_read(html: str) -> None:
    """Elements that end by themselves or at once may be as many as they like."""
    check_depth(html)


def test_pages_of_a_thread_share_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """``render`` makes one page; the others are made when they are asked for, and the rows are built once."""
    built: list[object] = []
    made: list[int] = []
    real, on_page = contexts.Contexts.__init__, contexts.Contexts.on_page

    def init(self: contexts.Contexts, *options: Any) -> None:
        built.append(options)
        real(self, *options)

    def page(self: contexts.Contexts, number: int) -> contexts.PageContext:
        made.append(number)
        return on_page(self, number)

    monkeypatch.setattr(contexts.Contexts, "__init__", init)
    monkeypatch.setattr(contexts.Contexts, "on_page", page)
    thread = thread_of(100)
    pages = render(thread, "phpbb3")

    assert made == [1]
    assert [p.body for p in pages] == [Page(thread, "phpbb3", number=p.number).body for p in pages]
    assert len(built) == 1


@pytest.mark.every
@pytest.mark.parametrize("name", CLIFFS)
def test_there_is_no_cliff(name: str) -> None:
    """Four times as much takes less than six times as many calls; with the square it would be sixteen times.

    Calls do not depend on the machine and what else it does; times are in ``tests.bench.cliffs``.
    """
    make, n = CLIFFS[name]
    n //= 8
    calls(make(max(1, n // 10)))  # what is loaded once

    assert calls(make(4 * n)) < 6 * calls(make(n)) + 10_000
