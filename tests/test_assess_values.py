"""Texts, counts and dates as they are judged."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgegen.assess.date_ladder import rung
from forgegen.assess.matching import judge, number_of
from forgegen.assess.normalise import increasing_share, kendall_tau, loose, shingle_f1, tokens, ws
from forgegen.model.truth import DateTruth

PT = DateTruth("2024-2-16 21:01", "2024-02-16T21:01", "minute", None, "2024-02-17T05:01:00Z")
NO_ZONE = DateTruth("2024-2-16 21:01", "2024-02-16T21:01", "minute", None, None)
DAY = DateTruth("2024年2月16日", "2024-02-16", "day", None, None)
STATED = DateTruth("Feb 16, 2024", "2024-02-16", "day", None, "2024-02-17T05:01:00Z")  # in an attribute
AGO = DateTruth("刚刚", None, None, None, None)


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    """Both foldings are idempotent, and the looser one knows no more than the stricter."""
    assert ws(ws(text)) == ws(text)
    assert loose(ws(text)) == loose(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a\u3000b", "a b"), ("a\u00a0\u2028b", "a b"), ("\ufeffa\u200b\u00ad", "a"), ("e\u0301", "é"),
     ("a\r\nb", "a b"), ("\u202eab\u202c", "ab")],
)  # fmt: skip
def test_what_libraries_fold_legally_is_equal(one: str, other: str) -> None:
    """White space, what has no width, and composition make no difference under ``ws``."""
    assert ws(one) == ws(other)


def test_what_is_not_white_space_stays() -> None:
    """Control characters, case and punctuation are content."""
    assert len({ws(t) for t in ("a", "A", "a.", "a\x1f", "\x00a", "aa")}) == 6


@pytest.mark.parametrize(
    ("truth", "prediction", "n4", "n2"),
    [
        ("我家对面那家店昨天关门了可惜啊", "我家对面那家馆昨天关门了可惜啊", 0.667, 0.857),
        ("我家对面那家店昨天也关门了真可惜啊", "我家对面那家店昨天也关门了真可惜啊 [2评]", 0.933, 0.941),
        ("支持！", "支持！ [0评]", 0.0, 0.5),
        ("第一段说完了。\n第二段才开始。", "第一段说完了第二段才开始", 1.0, 1.0),
    ],
)
def test_shingles_forgive_a_little(truth: str, prediction: str, n4: float, n2: float) -> None:
    """One changed character of a short comment costs a part, not all; punctuation is left to exact match."""
    assert shingle_f1(truth, prediction, 4) == pytest.approx(n4, abs=0.0006)
    assert shingle_f1(truth, prediction, 2) == pytest.approx(n2, abs=0.0006)


def test_one_word_of_a_long_article_costs_little() -> None:
    """In 209 tokens one changed token loses four shingles of four and two of two."""
    before = "".join(chr(0x4E00 + i) for i in range(209))
    after = before[:100] + "𠮷" + before[101:]

    assert shingle_f1(before, after, 4) == pytest.approx(0.981, abs=0.0006)
    assert shingle_f1(before, after, 2) == pytest.approx(0.990, abs=0.0006)


def test_tokens_of_all_scripts() -> None:
    """Han with extensions, kana and hangul are one token a character, other words one each."""
    assert tokens("𠮷野家のカレー, 안녕 don't 10") == [*"𠮷野家のカレー", *"안녕", "don", "t", "10"]


def test_texts_without_tokens_are_equal_or_not() -> None:
    """Punctuation alone has no shingles, so equality decides."""
    assert shingle_f1("！！", "！！", 2) == 1
    assert shingle_f1("！！", "？", 2) == 0
    assert shingle_f1("", "", 2) == 1


@given(st.permutations(range(9)))
def test_tau_is_what_counting_pairs_gives(ranks: list[int]) -> None:
    """Counting inversions by merging equals counting all pairs."""
    pairs = [(a, b) for i, a in enumerate(ranks) for b in ranks[i + 1 :]]
    expected = sum(1 if a < b else -1 for a, b in pairs) / len(pairs)

    assert kendall_tau(ranks) == pytest.approx(expected)
    assert 1 / 9 <= increasing_share(ranks) <= 1


@pytest.mark.parametrize(
    ("truth", "value", "step", "right"),
    [
        (PT, "2024-02-17T05:01:00Z", "instant", True),
        (PT, "2024-02-16T21:01-08:00", "instant", True),
        (PT, datetime(2024, 2, 17, 5, 1, tzinfo=UTC), "instant", True),
        (PT, datetime(2024, 2, 16, 21, 1, tzinfo=timezone(timedelta(hours=-8))), "instant", True),
        (PT, 1708146060, "instant", True),
        (PT, PT, "instant", True),
        (PT, {"shown": "x", "local": None, "instant": "2024-02-17T05:01:00Z"}, "instant", True),
        (PT, "2024-02-16 21:01", "wall-minute", True),
        (PT, datetime(2024, 2, 16, 21, 1), "wall-minute", True),
        (PT, "2024-2-16\u300021:01", "wall-minute", True),
        (PT, "2024-02-16T21:01Z", "wall-minute", False),
        (PT, "2024-02-16", "date", False),
        (PT, date(2024, 2, 16), "date", False),
        (PT, "2024-02-16T09:01", "date", False),
        (PT, "2024-02-17T05:01", "wrong", False),
        (PT, "yesterday", "wrong", False),
        (PT, True, "wrong", False),
        (PT, None, "missing", False),
        (None, None, "missing", True),
        (None, "2024-02-16", "wrong", False),
        (NO_ZONE, "2024-02-16T21:01", "instant", True),
        (NO_ZONE, "2024-02-16T21:01+08:00", "wall-minute", False),
        (DAY, "2024-02-16", "instant", True),
        (DAY, date(2024, 2, 16), "instant", True),
        (DAY, "2024-02", "wrong", False),
        (STATED, "2024-02-17T05:01Z", "instant", True),
        (STATED, "2024-02-16T17:01Z", "wall-minute", False),
        (STATED, "2024-02-16", "wall-minute", True),
        (STATED, "2024-02-16T21:01", "wall-minute", True),
        (STATED, "2024-02-16T09:01", "date", False),
        (STATED, "2024-02-16T21:10", "date", False),
        (AGO, "刚刚", "instant", True),
        (AGO, "2024-02-16", "wrong", False),
    ],
)
def test_ladder_of_dates(truth: DateTruth | None, value: object, step: str, right: bool) -> None:
    """Instant, local time without a zone and the display are right; a wrong zone keeps the step but is not."""
    assert rung(truth, value) == (step, right)


@pytest.mark.parametrize(
    ("truth", "shown", "value", "expected"),
    [
        (12000, "1.2万", 12000, ("right", "", None)),
        (12000, "1.2万", "1.2万", ("wrong", "format", None)),
        (12000, "1.2万", 1, ("wrong", "format", 11999)),
        (1200, None, "1,200", ("wrong", "format", None)),
        (12, None, "12", ("right", "", None)),
        (12, None, 13, ("wrong", "", 1)),
        (12, None, None, ("missing", "", None)),
        (12, None, "", ("missing", "", None)),
        (None, None, 3, ("invented", "", None)),
        (None, None, None, ("none", "", None)),
        (0, None, 0, ("right", "", None)),
        (1, None, True, ("wrong", "format", None)),
    ],
)
def test_counts_are_exact(truth: int | None, shown: str | None, value: object, expected: object) -> None:
    """A count is right or wrong, with its error, and says where the format was not understood."""
    assert judge("views", truth, shown, value, ws)[:3] == expected


@pytest.mark.parametrize(
    ("truth", "value", "expected"),
    [
        ("Al", "Al", ("right", "")), ("Al", "al", ("wrong", "case")), ("Al", "<b>Al</b>", ("wrong", "html")),
        ("Al", "/u/17", ("wrong", "url")), ("Al", "https://a.example/al", ("wrong", "url")), ("Al", "Bo", ("wrong", "")),
        ("Al", None, ("missing", "")), (None, "Al", ("invented", "")), (None, None, ("none", "")),
        ("Al", " Al\u200b", ("right", "")), ("", None, ("none", "")),
    ],
)  # fmt: skip
def test_authors_say_how_they_are_wrong(truth: str | None, value: str | None, expected: tuple[str, str]) -> None:
    """Case, markup in it or an address instead of a name are told apart."""
    assert judge("author", truth, None, value, ws)[:2] == expected


def test_long_digits_are_no_trap() -> None:
    """A string of a hundred thousand digits is no number here, and no ValueError of the interpreter."""
    assert number_of("9" * 100_000) is None
    assert number_of(float("inf")) is None
    assert number_of(float("nan")) is None
