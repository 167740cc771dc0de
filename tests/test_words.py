"""The words themselves: original, well-formed, frozen in both scripts."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import forgegen
from forgegen.generate.lexicon import compile_clause, load_lexicon
from forgegen.generate.style import load_style
from forgegen.generate.thread import make_thread
from forgegen.maintain.hant import frozen
from forgegen.maintain.pools import latin_names
from forgegen.model import write_text

ROOT = Path(forgegen.__file__).parent / "locales"
LEXICON = load_lexicon("zh-CN")
SLOTS = {"who", "who.sur", "who.ta", "who2", "who2.sur", "who2.ta", "expert", "expert.sur", "expert.ta", "org", "org2",
         "place", "thing", "num", "city", "years", "n", "nn", "kin"}  # fmt: skip
REPLY_SLOTS = SLOTS | {"p", "floor", "pq"}
ROLES = {"first", "answer", "quarrel", "joke", "question", "aside", "*"}
FILES = sorted([*(ROOT / "zh-CN" / "topics").glob("*.txt"), *(ROOT / "zh-CN" / "personas").glob("*.txt")])


def grams(text: str) -> set[str]:
    """Every run of seven Han characters."""
    return {run[i : i + 7] for run in re.findall(r"[\u4e00-\u9fff]{7,}", text) for i in range(len(run) - 6)}


@pytest.mark.needs("reference")
def test_nothing_is_copied_from_the_reference_thread(reference_text: bytes) -> None:
    """No data file and no generated thread shares seven Han characters in a row with it."""
    theirs = grams(reference_text.decode())

    for file in (f for f in ROOT.rglob("*") if f.is_file()):
        assert not grams(file.read_text("utf-8")) & theirs, file.name
    for index in range(500):
        assert not grams(write_text(make_thread(13, index))) & theirs, index


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_clauses_are_well_formed(file: Path) -> None:
    """Headers have four known fields, slots are known, no clause stands twice or ends in a comma."""
    head: list[str] = []
    seen: Counter[str] = Counter()
    for line in file.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            head = line.strip("[]").split()
            assert len(head) == 4
            assert head[1] in ROLES
            assert head[2] in {"for", "against", "mock", "*"}
            assert head[3] in {"whole", "open", "mid", "end"}
            continue
        allowed = REPLY_SLOTS if head[1] in ("answer", "quarrel") else SLOTS
        assert set(re.findall(r"\{([^}]*)\}", line)) <= allowed, line
        assert line == line.strip()
        assert line[-1] not in "，,、；", line
        seen[line] += 1

    assert [line for line, n in seen.items() if n > 1] == []


def test_no_clause_stands_nearly_twice() -> None:
    """No two clauses of the locale share more than .8 of their character 3-grams."""
    entries = {line for f in FILES for line in f.read_text("utf-8").splitlines() if line and line[0] not in "#["}
    index: dict[str, list[int]] = {}
    sets: list[set[str]] = []
    rows = sorted(entries)
    for k, line in enumerate(rows):
        mine = {line[i : i + 3] for i in range(len(line) - 2)}
        shared = Counter(j for gram in mine for j in index.get(gram, ()))
        for j, n in shared.items():
            if len(mine) > 6:
                assert n / len(mine | sets[j]) <= 0.8, (line, rows[j])
        for gram in mine:
            index.setdefault(gram, []).append(k)
        sets.append(mine)


@pytest.mark.parametrize("topic", LEXICON.topics)
def test_every_topic_can_say_everything(topic: str) -> None:
    """For every aspect and stance there are whole reactions, answers, quarrels, openings, middles and ends."""
    pools = LEXICON.pools("topics", topic)

    assert len(pools.aspects) >= 6
    for aspect in pools.aspects:
        for stance in ("for", "against", "mock"):
            for role in ("first", "answer", "quarrel", "joke", "question", "aside"):
                found = pools.find(aspect, role, stance, "whole")
                assert found is not None
                assert len(found.clauses) >= 2
            for place in ("open", "mid", "end"):
                assert pools.find(aspect, "first", stance, place) is not None


def test_every_persona_has_words_and_manners() -> None:
    """Persona files and the table of manners name the same personas."""
    assert set(load_style(LEXICON).manners) == {f.stem for f in FILES if f.parent.name == "personas"}


def test_articles_name_aspects_that_exist_and_bind_every_slot() -> None:
    """A skeleton's aspects are its topic's; the slots that comments use are bound; says carry a stance."""
    for topic in LEXICON.topics:
        aspects = set(LEXICON.pools("topics", topic).aspects)
        for skeleton in LEXICON.skeletons(topic)[0]:
            assert set(skeleton.aspects) <= aspects, skeleton.key
            assert {"who", "who2", "expert", "org", "org2", "place", "thing", "num"} <= set(skeleton.slots)
            assert all(re.match(r"(for|against|mock|ask)\|.", say) for say in skeleton.says)


def test_the_other_script_is_frozen_as_opencc_gives_it() -> None:
    """The traditional forms are not stale: python -m forgegen.maintain.hant writes them anew."""
    there = ROOT / "zh-CN" / "hant"
    stored = {f.relative_to(there).as_posix(): f.read_text("utf-8") for f in there.rglob("*.tsv")}

    assert stored == frozen("zh-CN")


def test_a_clause_fills_its_slots_in_either_script() -> None:
    """Slots take their values; per cent signs are text."""
    clause = compile_clause("{who}涨了100% {num}", "{who}漲了100% {num}")

    assert clause.fill({"who": "陶", "num": "3%"}) == "陶涨了100% 3%"
    assert clause.fill({"who": "陶", "num": "3%"}, other=True) == "陶漲了100% 3%"
    assert compile_clause("100%").fill({}) == "100%"


def test_pools_drawn_from_faker_are_frozen_and_well_formed() -> None:
    """The frozen names are distinct ASCII handles that stand nowhere else, and the file says where they come from."""
    text = (ROOT / "zh-CN" / "pools" / "latin.txt").read_text("utf-8")
    names = text.splitlines()[1:]
    own = LEXICON.sections("handles.txt")

    assert re.match(r"# Drawn from Faker \d", text)
    assert len(names) == len(set(names)) == 240
    assert all(re.fullmatch("[a-z]{3,8}", name) for name in names)
    assert not set(names) & {name.lower() for name in (*own["whole"], *own["latin"])}


def test_the_maintenance_command_draws_such_names() -> None:
    """Whatever the installed Faker holds, the command gives that many fitting names, the same each time."""
    names = latin_names("zh-CN", 50)

    assert names == sorted(set(names)) == latin_names("zh-CN", 50)
    assert len(names) == 50
