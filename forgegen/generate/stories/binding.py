"""The facts of one telling: persons named, figures drawn, others derived from them; in both scripts of a locale."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from forgegen.generate.grammar import Grammar, load_grammar
from forgegen.generate.lexicon import Clause, Lexicon
from forgegen.generate.stories.days import counted
from forgegen.generate.stories.story_schema import SLOT, Fact, read_range
from forgegen.streams.stream import Stream


class StoryFacts(dict[str, str]):
    """Values by slot: a fact's name, a person's form, or a type with a name (``money:fare``)."""

    def __missing__(self, slot: str) -> str:
        _, colon, name = slot.partition(":")
        if not colon:
            base, dot, _ = slot.partition(".")
            if not dot:
                raise KeyError(slot)
            return self[base]
        value = self[slot] = self[name]
        return value


class TellingPlan(msgspec.Struct, frozen=True, gc=False):
    """The facts of a story in the order in which they can be bound, with their lists compiled."""

    facts: tuple[tuple[str, Fact, tuple[Clause, ...]], ...]


def in_order(facts: dict[str, Fact]) -> Iterator[str]:
    """Names of facts, each behind what it is made of."""
    left = dict.fromkeys(facts)
    while left:
        ready = [n for n in left if not (_parts(facts[n]) & set(left) - {n})] or list(left)
        for name in ready:
            del left[name]
            yield name


def _parts(fact: Fact) -> set[str]:
    slots = {text for one in fact.one_of for text in _slots(one)}
    return slots | ({fact.of} if fact.of else set())


def _slots(text: str) -> Iterator[str]:
    return (slot.partition(".")[0] for slot in SLOT.findall(text))


def bind(stream: Stream, lexicon: Lexicon, plan: TellingPlan, places: tuple[str, ...]) -> tuple[StoryFacts, StoryFacts]:
    """The value of every fact, in the locale's script and in the other one."""
    native, other = StoryFacts(), StoryFacts()
    numbers: dict[str, tuple[int, int]] = {}
    taken: set[str] = set()
    grammar = load_grammar(lexicon)
    for name, fact, clauses in plan.facts:
        if fact.kind == "person":
            kind = f"{fact.origin}:{fact.sex}" if fact.sex else fact.origin
            bind_person(stream, lexicon, kind, name, taken, native, other)
            native[f"{name}.word"] = fact.word
            other[f"{name}.word"] = clauses[0].other if clauses else fact.word
        elif clauses:
            clause = stream.pick(clauses)
            native[name], other[name] = clause.draw(stream, native), clause.draw(stream, other, other=True)
        elif fact.range or fact.of:
            numbers[name] = _number(stream, fact, numbers)
            native[name] = other[name] = _printed(grammar, fact, name, *numbers[name])
        else:
            native[name] = other[name] = stream.pick(places)
    return native, other


def _number(stream: Stream, fact: Fact, numbers: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """A figure and its decimal places: from a range in steps, or derived from another figure."""
    low, high, places = read_range(fact.range or fact.times or fact.plus)
    if fact.range:
        step = max(1, fact.step * 10**places)
        return low + stream.below((high - low) // step + 1) * step, places
    base, base_places = numbers.get(fact.of, (0, 0))
    drawn = stream.between(low, high)
    if fact.times:
        return (base * drawn * 2 + 10**places) // (2 * 10**places), base_places
    return base + drawn * 10**base_places // 10**places, base_places


def _printed(grammar: Grammar, fact: Fact, name: str, value: int, places: int) -> str:
    """A figure as the page prints it."""
    if places:
        sign, value = ("-", -value) if value < 0 else ("", value)
        text = f"{sign}{value // 10**places}.{value % 10**places:0{places}d}"
    else:
        text = grammar.figure(name, value)
    return counted(grammar.days, fact.print, text) if grammar.days else fact.print.replace("{}", text, 1)


def bind_person(
    stream: Stream, lexicon: Lexicon, kind: str, slot: str, taken: set[str],
    native: dict[str, str], changed: dict[str, str],
) -> None:  # fmt: skip
    """Bind a person: full name, surname, pronoun, the first mention with the Latin name, and later ones."""
    origin, _, gender = kind.partition(":")
    gender = gender or ("f" if stream.chance(450) else "m")
    names, other, grammar = lexicon.names, lexicon.names_other, load_grammar(lexicon)
    form = grammar.names[origin]
    while True:
        sur, given = stream.pick(names[form.last]), stream.pick(names[f"{form.given}_{gender}"])
        if sur[0] not in taken:
            break
    taken.add(sur[0])
    shows_latin = form.latin_share == 1000 or (form.latin_share > 0 and stream.chance(form.latin_share))
    for slots, last, first in (
        (native, sur[0], given[0]),
        (changed, other.get(sur[0], sur[0]), other.get(given[0], given[0])),
    ):
        full = form.full.format(last=last, given=first)
        slots.update({f"{slot}.{use}": word for use, word in grammar.pronouns[gender].items()})
        later = form.later.format(last=last, given=first, full=full)
        slots.update({slot: full, f"{slot}.sur": last, f"{slot}.later": later, f"{slot}.first": full})
    if shows_latin:
        latin = form.latin.format(last=sur[1], given=given[1])
        native[f"{slot}.first"] = grammar.introduced.format(full=native[slot], latin=latin)
        changed[f"{slot}.latin"] = latin


@lru_cache(maxsize=8)
def places_of(lexicon: Lexicon, climate: tuple[str, ...], north: bool) -> tuple[str, ...]:
    """The places of a climate, where the seasons are those of the north if asked; all where no place is known."""
    rows = [line.partition("\t") for line in lexicon.lines("places.txt")] if lexicon.has("places.txt") else []
    fitting = [
        name for name, _, tags in rows if set(climate) <= set(tags.split()) and not (north and "south" in tags.split())
    ]
    return tuple(fitting or (name for name, _, _ in rows)) or lexicon.around(False)
