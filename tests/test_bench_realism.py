"""The realism bench: every metric on small inputs made by hand, its marks, its tables and its output."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import exp, log
from typing import Any

import msgspec
import pytest

from forgegen.generate.profile import profile_names
from forgegen.model.thread import Author, Post, Thread
from tests.bench import realism, shape, wording
from tests.bench.realism import Band, Gate, Report, Row, Section, judge, judge_ks, load_targets
from tests.bench.shape import Shape

CHAIN = Shape([0, 1, 2, 0], "abac", 0, [60, 180, 185, 600], [0, 0, 1, 7])
FLAT = Shape([0, 0], "aa", 0, [30, 90], [0, 2])
EMPTY = Shape([])


def near(*values: float | None) -> Any:
    """The values, to be compared with some tolerance."""
    return pytest.approx(values)


def thread_of(*posts: tuple[int, int, str]) -> Thread:
    """A thread from (depth, arrival, author) rows in page order."""
    rows = tuple(Post("ok", d, Author(who), 1000 + 60 * rank, rank, None, rank) for d, rank, who in posts)
    return Thread(posts=rows, published=940)


# Shapes


def test_a_shape_is_the_thread_in_order_of_arrival() -> None:
    """Rows come in page order; parents, authors, times and likes are told in order of arrival."""
    found = shape.shape_of(thread_of((1, 0, "a"), (2, 3, "d"), (2, 1, "b"), (1, 2, "c")))

    assert found == Shape([0, 1, 0, 1], ["a", "b", "c", "d"], 940, [1000, 1060, 1120, 1180], [0, 1, 2, 3])


def test_a_shape_without_arrivals_keeps_the_page_order() -> None:
    """Posts that do not know when they came, and authors who are gone, still have a shape."""
    found = shape.shape_of(Thread(posts=(Post(), Post(depth=2, author=None))))

    assert found == Shape([0, 1], ["al", None], 0, [], [])


@pytest.mark.parametrize(("p", "value"), [(0.1, 1), (0.5, 2), (0.51, 3), (0.99, 4), (1, 4)])
def test_a_quantile_is_a_value_that_occurs(p: float, value: int) -> None:
    """The smallest value that enough values do not exceed."""
    assert shape.quantile([4, 3, 2, 1], p) == value


def test_nothing_has_no_quantile_mean_or_law() -> None:
    """Of no values everything is None."""
    assert shape.quantiles([], 0.5, 0.9) == (None, None)
    assert shape.mean([]) is None
    assert shape.ln_law([0, 0]) == (None, None)


def test_a_logarithmic_law_leaves_zeros_out() -> None:
    """Mean and standard deviation of the logarithms of what is above zero."""
    assert shape.ln_law([0, exp(1), exp(3)]) == near(2, 1)


def test_sizes_are_of_threads_that_have_comments() -> None:
    """An empty thread counts only in the share of empty ones."""
    shapes = [CHAIN, FLAT, EMPTY]

    assert shape.sizes(shapes) == (2, 2, 4, 4, 4)
    assert shape.size_law(shapes) == near(1.5 * log(2), 0.5 * log(2))
    assert shape.empty_share(shapes) == near(1 / 3)


def test_root_comments_are_pooled_or_told_by_thread() -> None:
    """Pooled, large threads weigh more; by thread, an empty one has no share."""
    assert shape.root_share([CHAIN, FLAT, EMPTY]) == near(4 / 6)
    assert shape.root_shares([CHAIN, FLAT, EMPTY]) == [0.5, 1.0]


def test_replies_are_shares_of_comments() -> None:
    """The chain has two comments with one reply and two with none; six and more are one bin."""
    assert shape.reply_shares([CHAIN]) == (0.5, 0.5, 0.0)
    assert shape.pooled_replies([Shape([0, *[1] * 9])]) == near(0.9, 0, 0, 0, 0, 0, 0.1)


def test_depths_are_pooled_in_nine_bins() -> None:
    """What is deeper than eight counts as nine and more."""
    chain = Shape(range(10))

    assert shape.pooled_depths([chain]) == near(*[0.1] * 8, 0.2)
    assert shape.max_depths([chain, CHAIN, EMPTY]) == [10, 3]
    assert shape.max_depth([chain, CHAIN]) == (3, 3, 10, 10)


def test_subthreads_are_binned_as_in_the_table() -> None:
    """A chain of six holds sub-threads of 1, 2, 3, 4–5 (two) and 6–10 comments."""
    assert shape.pooled_subthreads([Shape(range(6))]) == near(1 / 6, 1 / 6, 1 / 6, 2 / 6, 1 / 6, 0, 0, 0)
    assert shape.pooled_subthreads([Shape([0, *[1] * 50])])[-1] == pytest.approx(1 / 51)


@pytest.mark.parametrize(
    ("parents", "h"), [([], 0), ([0], 1), ([0, 1], 1), ([0, 0, 1, 1], 2), ([0, 1, 2, 2, 2], 3), ([0, 0, 0, 0], 1)]
)
def test_the_h_index_is_the_deepest_level_as_full_as_it_is_deep(parents: list[int], h: int) -> None:
    """Level i must hold at least i comments; levels above it need not."""
    assert shape.h_index(parents) == h


def test_the_mean_h_index_leaves_empty_threads_out() -> None:
    """A thread without comments has no level."""
    assert shape.h_mean([Shape([0, 0, 1, 1]), FLAT, EMPTY]) == (1.5,)


def test_width_is_the_largest_levels_share() -> None:
    """Two of four comments stand on the widest level."""
    assert shape.width_share([0, 1, 0, 3]) == 0.5


def test_users_are_counted_within_a_thread() -> None:
    """The same name in another thread is another user; five and more are one bin."""
    assert shape.per_user([CHAIN, FLAT]) == near(2 / 4, 2 / 4, 0, 0, 0)
    assert shape.per_user([Shape([0] * 7, "aaaaaaa")]) == (0, 0, 0, 0, 1)


def test_unique_authors_are_told_of_large_threads_only() -> None:
    """Threads of fewer than twenty comments are left out."""
    large = Shape([0] * 20, "ab" * 10)

    assert shape.unique_authors([CHAIN, large]) == (0.1, 0.1, 0.1)
    assert shape.unique_authors([CHAIN]) == (None, None, None)


def test_self_replies_are_shares_of_replies_to_comments() -> None:
    """An answer to the article is nobody's self-reply."""
    assert shape.self_reply([Shape([0, 1, 0, 3], "aabc")]) == (0.5,)
    assert shape.self_reply([FLAT]) == (None,)


@pytest.mark.parametrize(("authors", "share"), [("aba", 1), ("abc", 0), ("aaa", 0), ("abb", 0)])
def test_aba_needs_another_author_between(authors: str, share: float) -> None:
    """The grandparent's author returns, and the parent is somebody else's; depth 3 and more counts."""
    assert shape.aba([Shape([0, 1, 2], authors)]) == (share,)


def test_aba_of_shallow_threads_is_nothing() -> None:
    """Without depth 3 there is nothing to count."""
    assert shape.aba([FLAT, Shape([0, 1], "ab")]) == (None,)


def test_chances_to_answer_the_article_go_by_position() -> None:
    """Bins of positions 1–5, 6–10 and so on; None where no thread reaches."""
    assert shape.p_root([Shape([0, 0, 0, 0, 1, 1, 1]), FLAT]) == near(6 / 7, 0, None, None, None, None)


def test_delays_are_told_between_clocks_that_show_minutes() -> None:
    """Since the article for roots, since the parent for replies, since the comment before for gaps."""
    assert shape.delays(CHAIN) == ([1, 10], [2, 0], [2, 0, 7])
    assert shape.delays(CHAIN, 1) == ([60, 600], [120, 5], [120, 5, 415])
    assert shape.delays(Shape([0, 1])) == ([], [], [])


def test_delay_laws_are_in_minutes_at_either_resolution() -> None:
    """To the second, five seconds are a twelfth of a minute; to the minute they are zero and left out."""
    assert shape.root_delay([CHAIN]) == near(log(10) / 2, log(10) / 2)
    assert shape.root_delay_fine([CHAIN]) == near(log(10) / 2, log(10) / 2)
    assert shape.reply_delay([CHAIN]) == near(log(2), 0)
    assert shape.reply_delay_fine([CHAIN])[0] == pytest.approx((log(2) + log(1 / 12)) / 2)
    assert shape.gap([CHAIN])[0] == pytest.approx((log(2) + log(7)) / 2)
    assert shape.gap_fine([FLAT]) == near(0, 0)
    assert shape.gap_zero([CHAIN]) == near(1 / 3)


def test_milestones_are_medians_over_threads() -> None:
    """First comment, the one with which half are there, and the last."""
    assert shape.milestones([CHAIN, EMPTY]) == (1, 3, 10)
    assert shape.milestones([EMPTY]) == (None, None, None)


def test_likes_are_a_share_of_none_and_a_law_of_the_rest() -> None:
    """Half of six comments have no likes; 1, 7 and 2 make the law."""
    assert shape.likes_zero([CHAIN, FLAT]) == (0.5,)
    assert shape.likes_law([CHAIN, FLAT])[0] == pytest.approx(log(14) / 3)


# Distances


def test_shares_are_compared_cumulated() -> None:
    """The distance is that of the sums, and a table that does not add up to one is brought there."""
    assert shape.ks_shares((0.5, 0.25, 0.25), (0.25, 0.25, 0.5)) == 0.25
    assert shape.ks_shares((0.5, 0.5), (0.499, 0.499)) == pytest.approx(0)
    assert shape.ks_shares((None, None), (0.5, 0.5)) is None


def test_steps_are_compared_where_the_table_has_them() -> None:
    """At 1, 2, … and at the points beyond; what the table leaves out is not judged."""
    assert shape.ks_steps([1, 2, 2, 9], (0.25, 0.75)) == 0
    assert shape.ks_steps([1, 2, 2, 9], (0.25, 0.75), [(8, 0.95)]) == pytest.approx(0.2)
    assert shape.ks_steps([], (0.5,)) is None


def test_quantiles_are_joined_linearly() -> None:
    """Evenly spread values lie on the line; shifted ones are as far off as they are shifted."""
    even = [i / 1000 for i in range(1000)]
    knots, levels = (0.1, 0.5, 0.9), (0.1, 0.5, 0.9)

    assert shape.ks_quantiles(even, knots, levels) == pytest.approx(0, abs=0.002)
    assert shape.ks_quantiles([x + 0.1 for x in even], knots, levels) == pytest.approx(0.1, abs=0.002)
    assert shape.ks_quantiles([], knots, levels) is None


def test_a_jump_of_many_equal_values_is_no_distance_by_itself() -> None:
    """A sample is near the line through its own quantiles even where half of it is one value."""
    values = [0.1, 0.2, 0.3, *[0.5] * 5, 0.8, 1.0]

    assert shape.ks_quantiles(values, (0.1, 0.3, 0.5, 1.0), (0.1, 0.3, 0.8, 1.0)) == pytest.approx(0.02)


def test_beyond_the_tabled_quantiles_nothing_is_judged() -> None:
    """How the outer tenths lie is not known; only how many there are counts."""
    knots, levels = (0.2, 0.8), (0.1, 0.9)
    inner = [0.2 + 0.6 * i / 80 for i in range(81)]

    low, high = [0.1] * 9 + inner + [0.9] * 10, [-5.0] * 9 + inner + [99.0] * 10

    assert shape.ks_quantiles(low, knots, levels) == shape.ks_quantiles(high, knots, levels)


# Texts


def test_the_sample_is_shuffled_by_a_fixed_seed_and_cut() -> None:
    """The same texts give the same S, of at most 100,000 characters with newlines counted and then taken out."""
    texts = [str(n) for n in range(9)]

    assert wording.shuffled(texts) == wording.shuffled(texts)
    assert sorted(wording.shuffled(texts)) == texts != wording.shuffled(texts)
    assert wording.sample_of(["ab", "c\nd"]) == "abcd"
    assert len(wording.sample_of(["x" * 9] * 20_000)) == 90_000


def test_distinct_grams_are_of_the_first_twenty_thousand_characters() -> None:
    """What comes later does not count; of no n-grams there is no share."""
    assert wording.distinct("ababab", 2) == 0.4
    assert wording.distinct("a" * 20_000 + "bcd", 1) == 1 / 20_000
    assert wording.distinct("a", 2) is None


def test_the_spread_over_shuffles_holds_the_one_shuffle() -> None:
    """Least ≤ mean ≤ most, equal where order does not matter; nothing of nothing."""
    texts = [chr(0x4E00 + n * n % 900) * (n % 7 + 1) for n in range(9000)]
    middle, least, most = wording.distinct_spread(texts, 2, shuffles=3)
    first = wording.distinct(wording.sample_of(wording.shuffled(texts)), 2)

    assert middle is not None
    assert least is not None
    assert most is not None
    assert first is not None
    assert least < middle < most
    assert least <= first <= most
    assert wording.distinct_spread(["ab"], 2) == (1, 1, 1)
    assert wording.distinct_spread([], 2) == (None, None, None)


def test_character_types_and_compression_run_over_all_of_s() -> None:
    """Repetition makes both small."""
    assert wording.char_ttr("一二一二") == 0.5
    assert wording.char_ttr("") is None
    varied = wording.zlib_ratio("".join(chr(0x4E00 + 7919 * i % 20_000) for i in range(500)))
    dull = wording.zlib_ratio("一二" * 250)

    assert dull is not None
    assert varied is not None
    assert dull < 0.05 < 0.5 < varied


def test_words_are_those_that_hold_a_chinese_character() -> None:
    """Latin words, numbers and marks are left out; mixed ones stay."""
    assert wording.han_words("我 ok T恤 3 。", str.split) == ["我", "T恤"]


def test_word_types_need_twenty_thousand_words() -> None:
    """Fewer words would make the share too large: None."""
    assert wording.word_ttr(["一"] * 19_999) is None
    assert wording.word_ttr(["一", "二"] * 10_000 + ["三"]) == 2 / 20_000


def test_zipf_and_heaps_find_the_exponents_of_made_laws() -> None:
    """Frequencies like 1/rank slope by −1; words that never repeat grow by 1."""
    zipf = [str(r) for r in range(1, 1001) for _ in range(100_000 // r)]

    assert wording.zipf_slope(zipf) == pytest.approx(-1, abs=0.01)
    assert wording.heaps_slope([str(n) for n in range(500)]) == pytest.approx(1)
    assert wording.heaps_slope(["一"] * 500) == pytest.approx(0)
    assert wording.heaps_slope(["一"] * 99) is None


def test_duplicates_count_all_occurrences() -> None:
    """Three of four texts are among those said more than once."""
    assert wording.duplicate_share(["顶", "顶", "顶", "好"]) == 0.75
    assert wording.duplicate_share([]) is None


def test_self_bleu_is_one_of_copies_and_nothing_of_strangers() -> None:
    """A text found whole among the others scores 1; one that shares no character scores 0."""
    assert wording.self_bleu(["天气不错啊"] * 5, heads=2, others=3) == pytest.approx(1)
    assert wording.self_bleu(["天气不错啊", "一二三四五"], heads=1, others=1) == 0
    assert wording.self_bleu(["天气"], heads=1, others=1) is None


def test_bleu_adds_one_above_the_first_order_and_punishes_brevity() -> None:
    """Two of three characters, (1+1)/(2+1) pairs, (0+1)/(1+1) triples, 1/1 of no fours; then exp(1 − 4/3)."""
    value = wording.self_bleu(["天气坏", "天气不错"], heads=1, others=1)

    assert value == pytest.approx((2 / 3 * 2 / 3 * 1 / 2 * 1) ** 0.25 * exp(1 - 4 / 3))


@pytest.mark.parametrize(("text", "bare"), [("行", 1), ("ok 😂", 1), ("行。", 0), ("a,b", 0), ("行~", 0), ("(行)", 0)])
def test_any_punctuation_mark_counts(text: str, bare: int) -> None:
    """Chinese or ASCII, and the tilde; emoji and spaces are none."""
    assert wording.no_punctuation([text]) == bare


def test_endings_take_both_widths() -> None:
    """Full-width and ASCII question and exclamation marks are the same; a trailing space does not hide them."""
    assert wording.endings(["行。", "行? ", "行？", "行！", "行…"]) == near(0.2, 0.4, 0.2)
    assert wording.endings([]) == (None, None, None)


def test_letters_emoji_and_laughter_are_shares_of_texts() -> None:
    """One text with many counts once."""
    texts = ["ok la", "行😂😂", "哈哈哈", "行🤷‍♂️"]

    assert wording.latin_share(texts) == 0.25
    assert wording.emoji_share(texts) == 0.5
    assert wording.laughter_share(texts) == 0.25


@pytest.mark.parametrize(
    ("text", "clauses", "pieces"),
    [("行", 1, 1), ("行，走。。。", 2, 2), ("行 走", 1, 2), ("行,走!!", 1, 2), ("……", 0, 0), ("行…走；嗯~", 3, 3)],
)
def test_clauses_end_at_chinese_stops_and_pieces_at_any(text: str, clauses: int, pieces: int) -> None:
    """Repeated marks make no clause of their own."""
    assert len(wording.clauses_of(text)) == clauses
    assert len(wording.pieces_of(text)) == pieces


def test_clause_shares_leave_texts_without_words_out() -> None:
    """Seven and more are one bin."""
    assert wording.clause_shares(["行", "行，走", "行，" * 9, "。。。"]) == near(1 / 3, 1 / 3, 0, 0, 0, 0, 1 / 3)
    assert wording.clause_shares(["行 走"], wording.pieces_of) == (0, 1, 0, 0, 0, 0, 0)


def test_the_chinese_share_is_of_all_but_white_space() -> None:
    """Spaces and newlines are left out; marks and letters count against it."""
    assert wording.han_share(["行 a\n", "走。"]) == 0.5
    assert wording.han_share([" "]) is None


def test_surface_forms_are_not_multiplied_by_marks_numbers_or_joining() -> None:
    """The same clauses joined otherwise are other texts, but no other clauses; one character or Latin is no clause."""
    forms = wording.surface_forms(["行啊，走了", "走了 行啊", "行啊！！", "等3天", "等15天", "ok", "走"])

    assert forms == wording.Forms(whole=7, single=2, clauses=3)


def test_the_length_law_is_a_mixture() -> None:
    """Half of a lognormal lies below exp μ; quantiles and moments belong to the same law."""
    law = [(0.5, 2.0, 0.5), (0.5, 4.0, 0.5)]
    whole, mu, sigma = wording.law_moments(law)

    assert wording.law_below(exp(3), law) == pytest.approx(0.5)
    assert wording.law_quantile(0.5, law) == pytest.approx(exp(3))
    assert (mu, sigma) == near(3, 1.25**0.5)
    assert whole == pytest.approx((exp(2.125) + exp(4.125)) / 2)


def test_lengths_are_compared_as_rounded_numbers() -> None:
    """Lengths rounded from the law are near it; all of one length are as far as the law says."""
    law = [(1.0, 3.0, 0.8)]
    drawn = [round(wording.law_quantile((i + 0.5) / 2000, law)) for i in range(2000)]

    assert wording.length_ks(drawn, law) == pytest.approx(0, abs=0.003)
    assert wording.length_ks([1] * 9, law) == pytest.approx(1 - wording.law_below(1.5, law))
    assert wording.length_ks([], law) is None


# Marks and tables


@pytest.mark.parametrize(
    ("value", "limits", "enough", "mark"),
    [
        ((0.5,), [(0.4, 0.6)], True, "ok"),
        ((0.6,), [(0.4, 0.6)], True, "ok"),
        ((0.7,), [(0.4, 0.6)], True, "OUT"),
        ((0.7,), [(0.4, 0.6)], False, "few"),
        ((None,), [(0.4, 0.6)], True, "few"),
        ((0.1, 0.5), [None, (0.4, 0.6)], True, "ok"),
        ((0.5, 0.7), [(0.4, 0.6), (0.4, 0.6)], True, "OUT"),
        ((0.5,), [], True, ""),
    ],
)
def test_a_mark_says_ok_out_few_or_nothing(
    value: shape.Numbers, limits: list[tuple[float, float] | None], enough: bool, mark: str
) -> None:
    """One value outside makes a row OUT; a small sample or a missing value is few; no limits, no mark."""
    assert judge(value, limits, enough=enough) == mark


@pytest.mark.parametrize(
    ("value", "noise", "floor", "mark"),
    [(0.05, 0.03, 0.02, "ok"), (0.07, 0.03, 0.02, "OUT"), (0.07, 0.03, 0.1, "few"), (0.05, 0.07, 0.02, "few"),
     (None, 0.03, 0.02, "few")],
)  # fmt: skip
def test_a_distance_below_the_noise_is_not_told(value: float | None, noise: float, floor: float, mark: str) -> None:
    """Where our sample is too small for the limit, or the site's for the value, the mark is few."""
    assert judge_ks(value, 0.06, noise=noise, floor=floor) == mark


def test_bands_are_ranges_or_widths_around_the_target() -> None:
    """An empty range leaves its value free; without a target a width asks nothing."""
    assert Band(range=((), (0.1, 0.2))).limits(()) == [None, (0.1, 0.2)]
    assert Band(within=(0.5,)).limits((2.0,)) == [(1.5, 2.5)]
    assert Band(within=(0.5,)).limits(()) == []
    assert [str(Band(range=((), (0, 0.2)))), str(Band(within=(0.3, 0.2), ours=True))] == ["≤ .2", "± .3/.2*"]


@pytest.mark.parametrize(
    ("gate", "value", "admits"),
    [(Gate(low=1), 1, True), (Gate(low=1), 0.9, False), (Gate(high=1), 1, True), (Gate(high=1), 1.1, False)],
)
def test_gates_are_limits_that_pass_themselves(gate: Gate, value: float, admits: bool) -> None:
    """A value equal to the limit passes."""
    assert gate.admits(value) is admits


def test_gates_print_both_limits() -> None:
    """A gate with two limits prints as the range that bands print."""
    assert [str(Gate(low=0.05, high=0.1)), str(Gate(high=0.3)), str(Gate(low=2))] == [".05–.1", "≤ .3", "≥ 2"]


def test_self_bleu_is_the_mean_of_shuffles() -> None:
    """The figure lies between the least and the most that single shuffles give."""
    texts = [f"{a}{b}今天{c}" for a in "甲乙丙丁戊己庚辛" for b in "天地玄黄宇宙洪荒" for c in "日月盈昃辰宿列张"]
    whole, least, most = wording.self_bleu_spread(texts, 3)
    assert whole is not None
    assert least is not None
    assert most is not None

    assert 0 < least <= whole <= most <= 1


def test_the_tables_name_only_metrics_that_exist() -> None:
    """Every target, band, preset and tolerance belongs to a metric, and each preset value has its tolerance."""
    t = load_targets()
    texts = {*realism.text_values(["行"], t.text.law)}
    metrics = {*realism.STRUCTURE, *realism.TIMES, *next(iter(t.table.values())).floor, *texts}
    named: list[Mapping[str, object]] = [
        t.band,
        t.tolerance,
        t.text.target,
        *t.band_of.values(),
        *t.target.values(),
        *t.preset.values(),
    ]

    assert {name for table in named for name in table} <= metrics
    for preset in t.preset.values():
        assert all(len(t.tolerance[name]) >= len(values) for name, values in preset.items())


def test_the_tables_speak_of_profiles_that_exist() -> None:
    """A key is a profile, or a profile at the size at which its trees are grown."""
    t = load_targets()
    known = {"default", *profile_names(), *(f"{p}@{n}" for p, n in realism._GROWN.items())}

    assert {*t.band_of, *t.target, *t.preset, *t.table} <= known


def test_tabled_shares_are_shares() -> None:
    """Cumulated ones rise to at most 1, pooled ones add up to about 1, quantiles do not fall."""
    for table in load_targets().table.values():
        for rising in (table.max_depth, table.h, table.root, table.width):
            assert list(rising) == sorted(rising)
            assert rising[-1] <= 1
        for pooled in (table.replies, table.depth, table.subthread):
            assert sum(pooled) == pytest.approx(1, abs=0.006)


def test_grown_trees_have_the_size_asked() -> None:
    """Each tree has so many comments, with authors and times."""
    (tree,) = realism.grow_trees("reference", 26, 1)

    assert len(tree.parents) == len(tree.authors) == len(tree.times) == 26


# Output


def report_with(*rows: Row, passed: bool = True) -> Report:
    """A report of these rows."""
    return Report(
        profile="p", seed=1, threads=2, comments=3, sections=[Section("shape", list(rows))], gates_passed=passed
    )


def test_the_table_shows_value_target_band_and_marks() -> None:
    """Numbers are short; what is not known is n/a."""
    row = Row(name="x", label="a metric", value=(0.262, None, 278.4), target=(0.25,), band="± .03", mark="ok")

    lines = realism.write_table(report_with(row)).splitlines()

    assert lines[0] == "profile p, seed 1, 2 threads, 3 comments"
    assert lines[3].split("  ")[0] == "a metric"
    assert lines[3].split() == ["a", "metric", ".262", "n/a", "278", ".25", "±", ".03", "ok"]


@pytest.mark.parametrize(
    ("passed", "options", "code"), [(True, ["--strict"], 0), (False, ["--strict"], 1), (False, [], 0)]
)
def test_strict_fails_where_a_gate_is_out(
    passed: bool, options: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without ``--strict`` the exit is 0 whatever is found."""
    monkeypatch.setattr(realism, "make_report", lambda **_: report_with(passed=passed))

    assert realism.main(options) == code


@pytest.mark.parametrize("profile", ["reference", "barrapunto"])
def test_a_small_run_is_marked_few_and_fails_nothing(profile: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A handful of threads gives every row, as JSON that is a report, and no mark but few."""
    code = realism.main([
        "--json", "--strict", "--threads", "4", "--comments", "30", "--forms", "60", "--profile", profile
    ])  # fmt: skip
    report = msgspec.convert(json.loads(capsys.readouterr().out), Report)
    names = {row.name for section in report.sections for row in section.rows}

    assert code == 0
    assert {row.mark for section in report.sections for row in section.rows} <= {"", "few"}
    assert {*realism.STRUCTURE, *realism.TIMES, "distinct", "self_bleu", "forms"} <= names
    assert ("ks_max_depth" in names) == (profile == "barrapunto")


def test_the_word_metrics_are_left_out_without_a_cutter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where jieba is missing its rows have no values; all others do."""
    monkeypatch.setattr(wording, "load_cutter", lambda: None)
    values = realism.text_values(["天气不错啊"] * 200, [(1.0, 2.0, 1.0)])

    missing = {name for name, (_, value) in values.items() if None in value}

    assert missing == {"word_ttr", "word_zipf", "word_heaps"}


def test_pairs_of_words_are_told_from_the_first_twenty_thousand() -> None:
    """Never more than one of each pair; None of fewer words."""
    words = [f"w{i}" for i in range(wording.WINDOW * 2)]

    assert wording.distinct_pairs(words) == 1
    assert wording.distinct_pairs(["a", "b"] * wording.WINDOW) == 2 / (wording.WINDOW - 1)
    assert wording.distinct_pairs(words[:100]) is None
