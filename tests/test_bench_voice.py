"""The bench of voices: rows, ranges, lengths, sentences seen before."""

from __future__ import annotations

import pytest

from forgegen.model.thread import Article, Thread
from tests.bench import voice


@pytest.mark.parametrize(
    ("one", "two", "low", "high"), [(10, 16, 8, 18), (53.5, 23.2, 13.1, 63.6), (0.5, 1.0, -0.5, 2.0)]
)
def test_ranges_are_those_of_both_sites_and_a_third_wider(one: float, two: float, low: float, high: float) -> None:
    """At least 1.5 points wider on both sides, or 1 point for what is rare."""
    assert voice.limits(one, two) == pytest.approx((low, high))


def test_every_row_is_counted_in_comments() -> None:
    """A comment counts once for a row, however often the pattern is found."""
    found = {
        row.name: row.ours for row in voice.rows(["太好了啊啊啊", "谁说的", "不错，真的", "好"], voice.load_table())
    }

    assert found["啊"] == 25
    assert found["太…了"] == 25
    assert found["，"] == 25
    assert found["question without a mark"] == 25
    assert found["character thrice"] == 25


def test_lengths_are_quantiles() -> None:
    """Of the levels of the table; nothing of nothing."""
    assert voice.quantiles(["一" * n for n in range(1, 101)]) == (11, 26, 51, 76, 91, 100)
    assert voice.quantiles([]) == (0,) * 6


def test_sentences_are_seen_before_whatever_their_figures() -> None:
    """Numbers and Latin names aside, a sentence of an earlier article counts."""
    pages = [
        Thread(article=Article("t", "", "", (text,)))
        for text in ("共有15人报名参加。别的都不知道。", "共有27人报名参加。")
    ]

    assert voice.seen_before(pages, 2) == pytest.approx(1 / 3)


def test_a_small_report_has_every_part() -> None:
    """Rows, lengths, acts, faults, sentences, titles, repeats."""
    lines = list(voice.report(3, 4, 50, runs=1))

    assert lines[0].startswith("50 comments; ") or lines[0].split()[1] == "comments;"
    assert any(line.startswith("Faults(unprinted=0, early=0, season=0, life=0") for line in lines)
    assert any(line.startswith("titles: 4 of 4") for line in lines)
