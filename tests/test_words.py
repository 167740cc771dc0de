"""The words themselves: original, well-formed, frozen in both scripts."""

from __future__ import annotations

import re
from collections import Counter
from math import ceil
from pathlib import Path

import pytest

import forgegen
from forgegen.generate.grammar import load_grammar
from forgegen.generate.lexicon import compile_clause, load_lexicon, locale_names
from forgegen.generate.style import load_style
from forgegen.generate.thread import make_thread
from forgegen.maintain.faker_pools import latin_names
from forgegen.maintain.hant import frozen
from forgegen.model import write_text
from forgegen.streams.stream import Stream

ROOT = Path(forgegen.__file__).parent / "locales"
LEXICON = load_lexicon("zh-CN")
LOCALES = locale_names()
SLOTS = {"who", "who.sur", "who.ta", "who2", "who2.sur", "who2.ta", "expert", "expert.sur", "expert.ta", "org", "org2",
         "place", "thing", "num", "city", "years", "n", "nn", "kin"}  # fmt: skip
REPLY_SLOTS = SLOTS | {"p", "floor", "pq"}
ROLES = {"first", "answer", "quarrel", "joke", "question", "aside", "*"}
LEAST_ASPECTS = {"zh-CN": 6, "en": 4}


def files_of(locale: str) -> list[Path]:
    """The clause files of a locale."""
    return sorted(f for folder in ("topics", "personas") for f in (ROOT / locale / folder).glob("*.txt"))


FILES = [file for locale in LOCALES for file in files_of(locale)]
TOPICS = [(locale, topic) for locale in LOCALES for topic in load_lexicon(locale).banked]


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


@pytest.mark.parametrize("file", FILES, ids=lambda f: f"{f.parts[-3]}-{f.stem}")
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


@pytest.mark.parametrize("locale", LOCALES)
def test_no_clause_stands_nearly_twice(locale: str) -> None:
    """No two clauses of the locale share more than .8 of their character 3-grams."""
    entries = {
        line for f in files_of(locale) for line in f.read_text("utf-8").splitlines() if line and line[0] not in "#["
    }
    rows = sorted(entries)
    sets = [{line[i : i + 3] for i in range(len(line) - 2)} for line in rows]
    often = Counter(gram for mine in sets for gram in mine)
    index: dict[str, list[int]] = {}
    for k, mine in enumerate(sets):
        # Sets of which more than .8 is common have one of the rarest fifth of their grams in common.
        rarest = sorted(mine, key=lambda gram: (often[gram], gram))[: len(mine) - ceil(0.8 * len(mine)) + 1]
        for j in {j for gram in rarest for j in index.get(gram, ())}:
            if len(mine) > 6:
                assert len(mine & sets[j]) / len(mine | sets[j]) <= 0.8, (rows[k], rows[j])
        for gram in rarest:
            index.setdefault(gram, []).append(k)


@pytest.mark.parametrize(("locale", "topic"), TOPICS)
def test_every_topic_can_say_everything(locale: str, topic: str) -> None:
    """For every aspect and stance there are whole reactions, answers, quarrels, openings, middles and ends."""
    pools = load_lexicon(locale).pools("topics", topic)

    assert len(pools.aspects) >= LEAST_ASPECTS.get(locale, 4)
    for aspect in pools.aspects:
        for stance in ("for", "against", "mock"):
            for role in ("first", "answer", "quarrel", "joke", "question", "aside"):
                found = pools.find(aspect, role, stance, "whole")
                assert found is not None
                assert len(found.clauses) >= 2
            for place in ("open", "mid", "end"):
                assert pools.find(aspect, "first", stance, place) is not None


@pytest.mark.parametrize("locale", LOCALES)
def test_every_persona_has_words_and_manners(locale: str) -> None:
    """Persona files and the table of manners name the same personas, and so do the locale's own weights."""
    lexicon = load_lexicon(locale)
    manners = set(load_style(lexicon).manners)

    assert {f.stem for f in files_of(locale) if f.parent.name == "personas"} in (manners, set())
    assert set(lexicon.style.get("personas", manners)) <= manners


@pytest.mark.parametrize("locale", LOCALES)
def test_articles_name_aspects_that_exist_and_bind_every_slot(locale: str) -> None:
    """A skeleton's aspects are its topic's; the slots that comments use are bound; says carry a stance."""
    lexicon = load_lexicon(locale)
    for kind, topics in (("news", lexicon.topics), ("post", lexicon.posted)):
        for topic in (t for t in topics if t in lexicon.banked):
            aspects = set(lexicon.pools("topics", topic).aspects)
            for skeleton in lexicon.skeletons(topic, kind)[0]:
                assert set(skeleton.aspects) <= aspects, skeleton.key
                assert {"who", "who2", "expert", "org", "org2", "place", "thing", "num"} <= set(skeleton.slots)
                assert all(re.match(r"(for|against|mock|ask)\|.", say) for say in skeleton.says)
                assert not set(skeleton.slots) & {"date", "weekday", "month", "prev", "next", "op", "p", "n", "nn"}
                assert (skeleton.slots["who"] == "opener") == (kind == "post")
                assert bool(skeleton.updates) == (kind == "post")


@pytest.mark.parametrize("locale", [locale for locale in LOCALES if load_lexicon(locale).posted])
def test_who_opened_a_thread_can_answer_everybody(locale: str) -> None:
    """There are words for news, and for answering friends, critics, jokers and questions; each with a way to end."""
    pools = load_lexicon(locale).pools("posts", "opener")

    for role in ("update", "question", "answer", "quarrel", "joke"):
        for place, least in (("whole", 8), ("end", 2)):
            found = pools.find("*", role, "*", place)
            assert found is not None
            assert len(found.clauses) >= least, (role, place)


def test_english_is_english_and_short_enough() -> None:
    """No Chinese in the English locale, no clause that goes on for ever, and words for some 5,000 clauses."""
    texts = {f: f.read_text("utf-8") for f in (ROOT / "en").rglob("*") if f.is_file()}
    lines = [line for f in files_of("en") for line in texts[f].splitlines() if line and line[0] not in "#["]
    variants = 0
    for line in lines:
        clause = compile_clause(line)
        count = 1
        for options in clause.choices:
            count *= len(options)
        variants += count

    assert not [f.name for f, text in texts.items() if re.search("[\u2e80-\u9fff\uff00-\uffef]", text)]
    assert max(map(len, lines)) <= 170
    assert len(lines) > 2000
    assert variants > 2500


def test_a_choice_is_drawn_each_time() -> None:
    """``<a|b>`` takes either, slots inside it are filled, and what is not chosen is not required."""
    clause = compile_clause("<good|bad> luck, {who}<| and {kin}>")
    said = {clause.draw(Stream("choice", i), {"who": "OP", "kin": "all"}) for i in range(60)}

    assert said == {f"{a} luck, OP{b}" for a in ("good", "bad") for b in ("", " and all")}
    assert compile_clause("<a|b> 5%", "<c|d> 5%").draw(Stream("x"), {}, other=True) in ("c 5%", "d 5%")


@pytest.mark.parametrize(
    ("slot", "n", "shown"),
    [("amount", 999, "999"), ("amount", 12345, "12,345"), ("year", 1958, "1958"), ("years1", 1200, "1200")],
)
def test_thousands_are_parted_but_in_years(slot: str, n: int, shown: str) -> None:
    """English puts a comma into large numbers, and none into years; Chinese none at all."""
    assert load_grammar(load_lexicon("en")).figure(slot, n) == shown
    assert load_grammar(LEXICON).figure(slot, n) == str(n)


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


@pytest.mark.parametrize("locale", sorted(path.parent.parent.name for path in ROOT.glob("*/pools/latin.txt")))
def test_pools_drawn_from_faker_are_frozen_and_well_formed(locale: str) -> None:
    """The frozen names are distinct ASCII handles that stand nowhere else, and the file says where they come from."""
    text = (ROOT / locale / "pools" / "latin.txt").read_text("utf-8")
    names = text.splitlines()[1:]
    own = load_lexicon(locale).sections("handles.txt")

    assert re.match(r"# Drawn from Faker \d", text)
    assert len(names) == len(set(names)) == 240
    assert all(re.fullmatch("[a-z]{3,8}", name) for name in names)
    assert not set(names) & {name.lower() for name in (*own["whole"], *own["latin"])}


def test_the_maintenance_command_draws_such_names() -> None:
    """Whatever the installed Faker holds, the command gives that many fitting names, the same each time."""
    names = latin_names("zh-CN", 50)

    assert names == sorted(set(names)) == latin_names("zh-CN", 50)
    assert len(names) == 50
