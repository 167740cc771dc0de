"""The parts of a split: what they own, where they lie, what they have in common."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forgegen.corpus.hub import HEADERS, config_lines, other_formats
from forgegen.corpus.plan import make_plan
from forgegen.corpus.rows import rows
from forgegen.corpus.spec import choices
from forgegen.corpus.split_parts import part_of, shared_sentences
from forgegen.corpus.verify import verify
from forgegen.corpus.write import write
from forgegen.errors import UsageError
from forgegen.generate.making import make_made, stories_of, story_of
from forgegen.quirks.catalogue import QUIRKS
from tests.corpora import Serial, spec
from tests.tiers import heavy

yaml = heavy("yaml")

SPLIT = {"train": 8, "dev": 1, "test": 1}


def test_the_name_of_a_story_is_known_without_the_thread() -> None:
    """It is the story that the generator says it told, of news and of members' posts."""
    for index in (0, 5, 999):
        for profile in ("reference", "slashdot"):
            made = make_made(3, index, profile=profile)

            assert story_of(3, index, profile=profile).split("/")[1:] == [made.topic, made.schema]
            assert story_of(3, index, profile=profile) in stories_of(profile=profile)


def test_by_story_a_part_owns_its_stories() -> None:
    """No story is told in two parts, in two locales and profiles; each part has about its share of stories."""
    settings = spec(
        split=SPLIT, split_by="story", threads=600, locales=["zh-CN", "zh-TW"], profiles=["reference", "slashdot"]
    )
    owners: dict[str, set[str]] = {}
    for index in range(600):
        choice = choices(settings, index)[0]
        story = story_of(settings.seed, index, locale=choice.locale, profile=choice.profile)
        owners.setdefault(story, set()).add(part_of(settings, index))

    assert {len(parts) for parts in owners.values()} == {1}
    share = sum(parts == {"train"} for parts in owners.values()) / len(owners)
    assert 0.7 < share < 0.9
    assert len(set.union(*owners.values())) == 3


def test_how_parts_own_changes_no_page() -> None:
    """Only the part of a row differs between the two rules."""
    for index in range(4):
        by_story = list(rows(spec(split=SPLIT, split_by="story"), index))
        by_thread = list(rows(spec(split=SPLIT), index))

        assert [(row.key, row.body) for row in by_story] == [(row.key, row.body) for row in by_thread]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"split_by": "person"}, "people of a seed write in threads of every part"),
        ({"split_by": "page"}, "the spec is wrong"),
        ({"split_by": "story", "split": {"train": 1000, "test": 1}}, "part 'test' would own none"),
        ({"split": {"a-b": 1, "c": 1}}, "letters, digits and _"),
        ({"split": {"../x": 1}}, "letters, digits and _"),
    ],
)
def test_what_parts_cannot_own_is_refused(settings: dict[str, object], words: str) -> None:
    """With a sentence that says why, and what would be right."""
    with pytest.raises(UsageError, match=words):
        spec(**settings)


def test_each_part_has_files_of_its_own(tmp_path: Path) -> None:
    """Every format has a folder a part, and verify knows what belongs there; a part without a thread has no file."""
    plan = make_plan(spec(threads=3, formats=["jsonl", "text"], split={"train": 99, "x": 1}, seed=1))
    write(plan, tmp_path, executor=Serial())
    there = sorted(p.relative_to(tmp_path / "data").as_posix() for p in tmp_path.glob("data/*/*"))

    assert there == sorted(f"{form}/{part_of(plan.spec, index)}" for form in ("jsonl", "text") for index in (0,))
    assert verify(tmp_path, regenerate=3).sound
    (tmp_path / "data/jsonl/mine").mkdir()
    (tmp_path / "data/text/train/00000/part-0000007").mkdir()
    assert [(p.path, p.problem) for p in verify(tmp_path).problems] == [
        ("data/jsonl/mine", "belongs to no part of the plan"),
        ("data/text/train/00000/part-0000007", "belongs to no shard of the plan"),
    ]


def test_the_card_says_what_test_has_in_common_with_train(tmp_path: Path) -> None:
    """It counts the sentences of test that stand in train word for word; nothing where there is no such part."""
    settings = spec(threads=40, split={"train": 1, "test": 1})
    write(settings, tmp_path, executor=Serial())
    shared = shared_sentences(settings)
    card = (tmp_path / "README.md").read_text("utf-8")

    assert shared is not None
    assert 0 < shared.both < shared.test
    assert f"Of the {shared.test:,} sentences in `test` among the first 40 threads, " in card
    assert shared_sentences(spec(split={"train": 1, "dev": 1})) is None


@pytest.mark.every
@pytest.mark.needs("yaml")
@pytest.mark.parametrize("formats", [["jsonl"], ["jsonl", "parquet", "posts"], ["posts", "warc"], ["html"]])
def test_a_card_has_a_default_and_the_parts_of_the_split(formats: list[str]) -> None:
    """Its YAML names each format that one reader reads, the best first; the others have cards of their own."""
    plan = make_plan(spec(formats=formats, split=SPLIT))
    names = [name for name in ("parquet", "jsonl", "posts") if name in formats]
    other = other_formats(plan)
    lines = config_lines(plan, [name for name in names if name not in other], SPLIT)
    found = yaml.safe_load("\n".join(lines)) or {"configs": []}

    assert [config["config_name"] for config in found["configs"]] == [name for name in names if name not in other]
    assert [config.get("default", False) for config in found["configs"]] == [True, False, False][
        : len(names) - len(other)
    ]
    assert all([part["split"] for part in c["data_files"]] == ["train", "dev", "test"] for c in found["configs"])
    assert other == (["jsonl"] if len(formats) == 3 else [])


@pytest.mark.every
@pytest.mark.needs("yaml")
def test_features_of_lines_hold_every_field() -> None:
    """All columns of a line stand in the card with a type, down to the fields of posts, and all headers that pages have."""
    plan = make_plan(spec(threads=8, quirks=[name for name, quirk in QUIRKS.items() if quirk.layer == "transport"]))
    found = yaml.safe_load("\n".join(config_lines(plan, ["jsonl"], ["train"])))["dataset_info"][0]["features"]
    kinds = {one["name"]: one for one in found}

    for index in range(8):
        for row in rows(plan.spec, index):
            assert set(row.page.headers) <= set(HEADERS)
            truth = json.loads(row.truth_json)
            assert set(truth) <= {one["name"] for one in kinds["truth"]["struct"]}
            posts = next(one for one in kinds["truth"]["struct"] if one["name"] == "posts")
            assert {name for post in truth["posts"] for name in post} <= {one["name"] for one in posts["list"]}
    assert kinds["quirks"]["list"] == "string"
    assert kinds["index"]["dtype"] == "int64"
