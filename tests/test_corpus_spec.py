"""Specs: what people write becomes choices by weight, each from a stream of its own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgegen.corpus.plan import default_size, make_plan
from forgegen.corpus.rows import rows
from forgegen.corpus.spec import choices, pick
from forgegen.corpus.spec_file import make_spec, parse_weights, read_spec
from forgegen.errors import UnknownName, UsageError
from forgegen.generate.making import make_thread
from tests.corpora import second_skin, spec


@given(index=st.integers(0, 10**12), seed=st.integers(0, 10**6))
def test_a_thread_of_a_corpus_is_the_thread_of_that_number(index: int, seed: int) -> None:
    """Whatever is mixed, thread i is ``make_thread(seed, i)`` in the locale and profile that it got."""
    settings = spec(seed=seed, profiles={"reference": 3, "barrapunto": 1}, split={"a": 1, "b": 1})
    (choice,) = choices(settings, index)
    (first, *_) = rows(settings, index)

    assert first.thread == make_thread(seed, index, locale=choice.locale, profile=choice.profile)
    assert first.index == index


@given(index=st.integers(0, 10**12), a=st.integers(1, 1000), b=st.integers(1, 1000))
def test_a_choice_depends_on_its_own_weights_alone(index: int, a: int, b: int) -> None:
    """Weights of one aspect move no choice of another, nor does the order in which they are given."""
    plain = spec(split={"x": 1, "y": 2})
    mixed = spec(split={"y": 2, "x": 1}, profiles={"reference": a, "barrapunto": b})

    assert pick(plain, "split", index) == pick(mixed, "split", index)


def test_shares_follow_the_weights() -> None:
    """Of 4,000 threads as many are in each part as its weight says, within four standard deviations."""
    settings = spec(split={"train": 8, "dev": 1, "test": 1}, threads=4_000)
    found = Counter(pick(settings, "split", index) for index in range(4_000))

    assert abs(found["train"] - 3_200) < 102
    assert abs(found["dev"] - 400) < 76
    assert abs(found["test"] - 400) < 76


def test_cross_shows_each_thread_in_every_skin(tmp_path: Path) -> None:
    """With cross every thread is in each skin, without it in one; native locale and encoding are the skin's own."""
    folder = second_skin(tmp_path)
    crossed = spec(skins=["reference", "ancient"], cross=True, templates=[folder])
    single = spec(skins=["reference", "ancient"], templates=[folder], locales="native", profiles="native")

    assert [[c.skin for c in choices(crossed, i)] for i in range(3)] == [["ancient", "reference"]] * 3
    assert {c.skin for i in range(20) for c in choices(single, i)} == {"ancient", "reference"}
    assert all(len(choices(single, i)) == 1 for i in range(20))
    assert {(c.locale, c.profile) for i in range(9) for c in choices(single, i)} == {("zh-CN", "reference")}


def test_a_spec_file_says_what_options_say(tmp_path: Path) -> None:
    """Weights may be a table, a list or a name; folders are relative to the file."""
    second_skin(tmp_path / "mine")
    file = tmp_path / "corpus.toml"
    file.write_text(
        'threads = 50\nseed = 9\nformats = ["jsonl", "warc"]\ntemplates = ["mine"]\nskins = ["reference", "ancient"]\n'
        'profiles = "native"\n[split]\ntrain = 9\ntest = 1\n',
        "utf-8",
    )
    made = make_spec(read_spec(file))

    assert made == make_spec(
        {
            "threads": 50, "seed": 9, "formats": ["jsonl", "warc"], "templates": [str(tmp_path / "mine")],
            "skins": {"ancient": 1, "reference": 1}, "profiles": {"native": 1}, "split": {"test": 1, "train": 9},
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"threads": 0}, "threads cannot be 0"),
        ({"seed": -1}, "seed cannot be -1"),
        ({"shard_size": 0}, "shard_size cannot be 0"),
        ({"threads": "many"}, "Expected `int`"),
        ({"skins": {}}, "skins cannot be {}"),
        ({"skins": {"reference": -1}}, "whole numbers of 0 or more"),
        ({"skins": {"reference": 0}}, "sum of 1 to"),
        ({"skins": {"reference": 0.5}}, "whole numbers"),
        ({"split": {"a": 1 << 32}}, "sum of 1 to"),
        ({"skins": ["referense"]}, "Did you mean 'reference'"),
        ({"locales": ["zh-CM"]}, "Did you mean 'zh-CN'"),
        ({"profiles": ["redit"]}, "Did you mean 'reddit'"),
        ({"quirks": ["none+nothing.such"]}, "Unknown quirk 'nothing.such'"),
        ({"encodings": ["utf-9"]}, "Did you mean 'utf-8'"),
        ({"formats": ["parket"]}, "Did you mean 'parquet'"),
        ({"formats": []}, "one or more"),
        ({"formats": ["html", "html"]}, "each once"),
        ({"columns": ["troth"]}, "Did you mean 'truth'"),
        ({"layout": "heap"}, "heap"),
        ({"cross": True, "skins": ["reference", "phpbb3"]}, "cannot be 'native'"),
        ({"skin": ["reference"]}, "Did you mean 'skins'"),
    ],
)
def test_wrong_settings_are_refused_with_what_would_be_right(settings: dict[str, Any], said: str) -> None:
    """The message holds the setting, its value and the cure."""
    with pytest.raises(UsageError) as error:
        make_spec(settings)

    assert said in str(error.value)


@pytest.mark.parametrize("word", ["=", "a=", "a=-1", "a=1.5", "a,a", ""])
def test_wrong_weights_are_refused(word: str) -> None:
    """A weight is NAME or NAME=WHOLE NUMBER, each name once."""
    with pytest.raises(UsageError):
        parse_weights([word])


def test_a_broken_spec_file_is_named(tmp_path: Path) -> None:
    """The message says which file and where in it."""
    (tmp_path / "x.toml").write_text("threads = \n", "utf-8")

    with pytest.raises(UsageError, match=r"x\.toml.*line 1"):
        read_spec(tmp_path / "x.toml")
    with pytest.raises(UnknownName):
        make_spec({"formats": "html", "nothing": 1})


@given(threads=st.integers(1, 10**11))
def test_the_shard_size_comes_from_the_number_of_threads(threads: int) -> None:
    """Never smaller for more threads; 64 shards or less below 10,000, and 10,000 shards or less below 50,000."""
    size = default_size(threads)

    assert 100 <= size <= 50_000
    assert default_size(threads + 1) >= size
    assert size >= 10_000 or size * 64 >= threads
    assert size == 50_000 or size * 10_000 >= threads
    assert size <= 10_000 or threads > 10_000 * 10_000


def test_the_run_names_everything_but_the_number_of_threads() -> None:
    """Two plans have one run where only the number of threads differs, and no other."""
    run = make_plan(spec()).run

    assert make_plan(spec(threads=99)).run == run
    others: list[dict[str, Any]] = [
        {"seed": 4}, {"split": {"a": 1, "b": 1}}, {"formats": ["html"]}, {"columns": ["url"]}, {"shard_size": 6},
        {"generator": False}, {"profiles": ["reddit"]}, {"layout": "tar"},
    ]  # fmt: skip
    assert len({run, *(make_plan(spec(**other)).run for other in others)}) == len(others) + 1
