"""Streams of choices and integer mathematics."""

from __future__ import annotations

import math
from importlib.resources import files
from statistics import NormalDist, fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgegen.streams import fixed as fx
from forgegen.streams.stream import Stream, fingerprint


def test_words_are_shake128_of_the_path() -> None:
    """The first words are pinned: they follow from FIPS 202 and the path alone."""
    stream = Stream("dev", 7, "tree")

    assert [stream.word() for _ in range(3)] == [2848609073, 2873091297, 1431738782]


def test_a_stream_goes_on_without_end() -> None:
    """Blocks follow one another; no word repeats where it should not."""
    stream = Stream("x")

    assert len({stream.word() for _ in range(5000)}) > 4990


@given(st.integers(1, 2**32), st.integers(0, 1000))
def test_draws_stay_in_range(n: int, seed: int) -> None:
    """``below`` and ``between`` keep their bounds."""
    stream = Stream(seed)

    assert 0 <= stream.below(n) < n
    assert 5 <= stream.between(5, 5 + n % 7) <= 5 + n % 7
    assert 0 <= stream.below_wide(n * 2**20) < n * 2**20


def test_streams_of_other_paths_share_nothing() -> None:
    """A name decides a stream; another name gives other words."""
    assert Stream("a", 1).word() != Stream("a", 2).word() != Stream("b", 1).word()
    assert fingerprint("a", 1) != fingerprint("a", 2)


def test_the_shipped_tables_are_what_decimal_computes() -> None:
    """The frozen tables equal a fresh computation."""
    assert (files("forgegen.streams") / "tables.json").read_bytes() == fx.compute_tables()


def test_the_normal_table_is_the_normal_distribution() -> None:
    """Each entry is the quantile at its midpoint, to 16 bits."""
    table = fx._tables().normal
    law = NormalDist()

    for i in range(0, 4096, 37):
        assert table[i] == pytest.approx(law.inv_cdf((i + 0.5) / 4096) * 65536, abs=1.01)


@given(st.integers(-10 * fx.ONE, 12 * fx.ONE))
def test_exp_is_exponential(x: int) -> None:
    """e^x is right to one part in a thousand."""
    assert fx.exp(x, bits=40) / 2**40 == pytest.approx(math.exp(x / fx.ONE), rel=2e-3)


@given(st.integers(1, 10**12))
def test_log_is_logarithm(n: int) -> None:
    """ln n is right to four digits."""
    assert fx.log(n) / fx.ONE == pytest.approx(math.log(n), abs=1e-3)


def test_lognormal_draws_have_their_law() -> None:
    """ln of the draws has the mean and deviation asked for."""
    stream = Stream("law")
    logs = [math.log(fx.lognormal(stream, fx.fixed(5), fx.fixed("0.7"), bits=10) / 1024) for _ in range(20_000)]

    assert fmean(logs) == pytest.approx(5, abs=0.02)
    assert pstdev(logs) == pytest.approx(0.7, abs=0.02)
