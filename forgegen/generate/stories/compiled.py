"""Stories ready to be told: their texts compiled, their times and conditions read, once a process each."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from forgegen.generate.lexicon import Clause, Lexicon, compile_clause, shared_set
from forgegen.generate.stories.binding import TellingPlan, in_order
from forgegen.generate.stories.story_schema import (
    SLOT,
    Condition,
    Fact,
    Head,
    Schema,
    Span,
    branches_of,
    read_condition,
    read_head,
    read_hours,
    read_schema,
    read_span,
)

POST = "post"  # the event that an opening post is


class Planned(msgspec.Struct, frozen=True, gc=False):
    """An event: when it happens and in which branches."""

    id: str
    span: Span
    hours: tuple[int, int]
    branches: tuple[str, ...]


class Slot(msgspec.Struct, frozen=True, gc=False):
    """A slot: the fact, and its forms in a heading, at a person's first mention, and later."""

    name: str
    heading: str
    first: str
    later: str


class Text(msgspec.Struct, frozen=True, gc=False):
    """A title, caption or paragraph: its variants, and where and when they may stand."""

    clauses: tuple[Clause, ...]
    condition: Condition
    branches: tuple[str, ...]
    chance: int  # ‰; 1,000 stands wherever it may
    facts: tuple[frozenset[str], ...]  # what each variant prints
    slots: tuple[tuple[Slot, ...], ...]


class Story(msgspec.Struct, frozen=True):
    """A story ready to be told."""

    folder: str
    schema: Schema
    anchor: str
    after: Span
    events: tuple[Planned, ...]
    plan: TellingPlan
    titles: tuple[Text, ...]
    captions: tuple[Text, ...]
    paragraphs: tuple[Text, ...]


@lru_cache(maxsize=16)
def heads(lexicon: Lexicon, folder: str) -> tuple[tuple[str, Head], ...]:
    """The topics and heads of the stories in a folder (``stories`` or ``openers``), in the order of their names."""
    found = []
    for topic in lexicon.names_in(folder):
        for key in lexicon.names_in(folder, topic, suffix=".toml"):
            found.append((topic, read_head(lexicon.text(folder, topic, key + ".toml"))))
    return tuple(found)


@lru_cache(maxsize=512)
def load_story(lexicon: Lexicon, folder: str, topic: str, key: str) -> Story:
    """A story by its place, ready to be told."""
    schema = read_schema(lexicon.text(folder, topic, key + ".toml"))
    other = lexicon.other_script(folder, topic, key)
    publish = schema.publish
    return Story(
        folder=folder,
        schema=msgspec.structs.replace(schema, title=(), caption=(), para=()),  # they stand below, ready to be told
        anchor=publish.anchor if publish else POST,
        after=read_span(publish.after) if publish else Span(0, 0, whole=False),
        events=tuple(Planned(e.id, read_span(e.at), read_hours(e.hour), branches_of(e.branch)) for e in schema.event),
        plan=TellingPlan(tuple((n, schema.facts[n], _clauses(schema.facts[n], other)) for n in in_order(schema.facts))),
        titles=tuple(_text((t.text,), t.when, t.branch, 1000, other) for t in schema.title),
        captions=tuple(_text((t.text,), t.when, t.branch, 1000, other) for t in schema.caption),
        paragraphs=tuple(_text(p.text, p.when, p.branch, 1000 if p.need else p.chance, other) for p in schema.para),
    )


def _clauses(fact: Fact, other: dict[str, str]) -> tuple[Clause, ...]:
    texts = fact.one_of or ((fact.word,) if fact.word else ())
    return tuple(compile_clause(text, other.get(text)) for text in texts)


def _text(texts: tuple[str, ...], when: str, branch: str | tuple[str, ...], chance: int, other: dict[str, str]) -> Text:
    clauses = tuple(compile_clause(text, other.get(text)) for text in texts)
    facts = tuple(shared_set(slot.partition(".")[0] for slot in SLOT.findall(t) if slot[0] != "@") for t in texts)
    slots = tuple(tuple(map(_slot, clause.slots)) for clause in clauses)
    return Text(clauses, read_condition(when), branches_of(branch), chance, facts, slots)


def _slot(slot: str) -> Slot:
    name, _, form = slot.partition(".")
    if form == "first":
        return Slot(name, name, slot, f"{name}.later")
    return Slot(name, slot, "" if form else f"{name}.first", slot)
