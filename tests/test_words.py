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
from forgegen.generate.making import make_thread
from forgegen.generate.style import load_style
from forgegen.generate.voice.bank import load_bank
from forgegen.generate.voice.lines import ACTS, read_lines
from forgegen.generate.voice.manner import load_manners
from forgegen.maintain.faker_pools import latin_names
from forgegen.maintain.hant import frozen
from forgegen.maintain.words import word_files
from forgegen.model import write_text
from forgegen.streams.stream import Stream
from tests.tiers import amount

ROOT = Path(forgegen.__file__).parent / "locales"
LEXICON = load_lexicon("zh-CN")
LOCALES = locale_names()


def plain_lines(locale: str) -> list[str]:
    """All plain lines of a locale, as they stand in their files."""
    files = [f for f in word_files(ROOT / locale) if f.suffix == ".txt"]
    return sorted({line.text for file in files for line in read_lines(file.read_text("utf-8"))})


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


@pytest.mark.scaled
def test_no_english_line_stands_nearly_twice() -> None:
    """No two plain lines share more than .8 of their character 3-grams; a quick run looks at the first thousand."""
    rows = plain_lines("en")[: amount(1_000, 10**6)]
    sets = [{line[i : i + 3] for i in range(len(line) - 2)} for line in rows]
    often = Counter(gram for mine in sets for gram in mine)
    index: dict[str, list[int]] = {}
    for k, mine in enumerate(sets):
        # Sets of which more than .8 is common have one of the rarest fifth of their grams in common.
        rarest = sorted(mine, key=lambda gram: (often[gram], gram))[: len(mine) - ceil(0.8 * len(mine)) + 1]
        for j in {j for gram in rarest for j in index.get(gram, ())}:
            if len(mine) > 6 and 0.8 <= len(mine) / len(sets[j]) <= 1.25:
                common = len(mine & sets[j])
                assert common / (len(mine) + len(sets[j]) - common) <= 0.8, (rows[k], rows[j])
        for gram in rarest:
            index.setdefault(gram, []).append(k)


@pytest.mark.parametrize("locale", LOCALES)
def test_manners_name_acts_and_personas_that_exist(locale: str) -> None:
    """Tables of acts name acts, tilts name personas with manners, and so do the locale's own weights."""
    lexicon = load_lexicon(locale)
    manners, personas = load_manners(lexicon), set(load_style(lexicon).manners)

    assert set(manners.acts) == {"news", "post"}
    assert all(set(acts) <= {*ACTS, "laughter"} for acts in manners.acts.values())
    assert set(manners.tilts) <= personas
    assert set(lexicon.style.get("personas", personas)) <= personas


@pytest.mark.parametrize("locale", [name for name in LOCALES if load_lexicon(name).has("plain", "opener.txt")])
def test_who_opened_a_thread_can_answer_everybody(locale: str) -> None:
    """There are lines of news, and answers to what advises, asks, argues, doubts, tells and jokes."""
    answered = {line.answers for line in load_bank(load_lexicon(locale), "plain", "opener.txt").lines}

    assert answered >= {"", "advise", "ask", "argue", "doubt", "tell", "joke"}


def test_english_is_english() -> None:
    """No Chinese in the English locale."""
    texts = {f: f.read_text("utf-8") for f in (ROOT / "en").rglob("*") if f.is_file()}

    assert not [f.name for f, text in texts.items() if re.search("[\u2e80-\u9fff\uff00-\uffef]", text)]


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


@pytest.mark.every
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
