"""A story told up to the moment at which its page is written: events placed, facts bound, what is past and what is not.

Times here are seconds on the wall of the board's zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from forgegen.generate.grammar import Grammar, load_grammar
from forgegen.generate.lexicon import Clause, Lexicon
from forgegen.generate.stories.binding import Facts, bind, places_of
from forgegen.generate.stories.compiled import Planned, Story, Text
from forgegen.generate.stories.days import day_word, time_passed
from forgegen.generate.stories.schema import Condition, Schema
from forgegen.model.calendar import DAY, HOUR, MINUTE
from forgegen.streams.stream import Stream


class Telling(msgspec.Struct, frozen=True):
    """A page's story: what it prints, what comments may name of it, and when its events happen."""

    schema: Schema
    topic: str
    branch: str
    stage: str  # the last event that has happened
    title: str
    caption: str
    paragraphs: tuple[str, ...]
    facts: tuple[Facts, Facts]  # all, in the locale's script and in the other one
    printed: frozenset[str]  # the names of those that the page prints
    happens: dict[str, int]


def tell(
    stream: Stream, lexicon: Lexicon, story: Story, turn: int, written: int, *, other: bool = False,
    opener: str = "", typed: Callable[[str], str] | None = None,
) -> Telling:  # fmt: skip
    """The telling in the branch that has this number, on a page written at ``written``.

    ``other`` prints it in the other script; ``opener`` is the name of whoever writes an opening post and ``typed`` the
    hand.
    """
    schema, grammar = story.schema, load_grammar(lexicon)
    number = turn % len(schema.branches) if schema.branches else turn
    branch = schema.branches[number] if schema.branches else ""
    happens = place_events(stream, story, branch, written)
    climate = schema.climate
    facts = bind(stream, lexicon, story.plan, places_of(lexicon, climate, bool(schema.months)))
    for slots in facts:
        slots["op"] = opener
    page = _Page(grammar, facts[other], happens, written, other=other)
    titles = [t for t in story.titles if page.holds(t, branch)]
    weighed = titles + [t for t in titles if t.condition.past or t.condition.future]
    title = page.text(stream, stream.pick(weighed), 0, heading=True) if weighed else ""
    captions = [t for t in story.captions if page.holds(t, branch)]
    caption = page.text(stream, stream.pick(captions), 0, heading=True) if captions else ""
    shown = [
        page.text(stream, p, number)
        for p in story.paragraphs
        if page.holds(p, branch) and (p.chance >= 1000 or stream.chance(p.chance))
    ]
    write = typed or _as_it_stands
    return Telling(
        schema=schema, topic=schema.section, branch=branch, stage=stage_of(happens, written), title=write(title),
        caption=grammar.dated(caption, written // DAY) if caption else "", paragraphs=tuple(map(write, shown)),
        facts=facts, printed=frozenset(page.printed), happens=happens,
    )  # fmt: skip


def _as_it_stands(text: str) -> str:
    return text


def place_events(stream: Stream, story: Story, branch: str, written: int) -> dict[str, int]:
    """When each event of a branch happens; the anchor as long before the page as the story allows."""
    happens: dict[str, int] = {}
    after = stream.between(story.after.low // MINUTE, story.after.high // MINUTE) * MINUTE
    for event in story.events:
        if event.branches and branch not in event.branches:
            stream.word()
            continue
        if event.id == story.anchor:
            happens[event.id] = _anchored(stream, event, written, after, story.after.low)
            continue
        base = event.span.base or story.anchor
        if base in happens or base == story.anchor:
            happens[event.id] = _placed(stream, event, happens.get(base, written - after))
    return happens


def _anchored(stream: Stream, event: Planned, written: int, after: int, least: int) -> int:
    """The anchor at an hour of its own, on the day that lies so long before the page."""
    at = (written - after) // DAY * DAY + _hour(stream, event)
    return at if at <= written - max(least, MINUTE) else at - DAY


def _placed(stream: Stream, event: Planned, base: int) -> int:
    """An event counted from another one; what comes behind it on the same day comes an hour later at the least."""
    span = event.span
    if not span.whole:
        return base + stream.between(span.low // MINUTE, span.high // MINUTE) * MINUTE
    at = (base // DAY + stream.between(span.low // DAY, span.high // DAY)) * DAY + _hour(stream, event)
    if span.low >= 0 and at <= base:
        return base + HOUR
    return base - HOUR if span.high <= 0 and at >= base else at


def _hour(stream: Stream, event: Planned) -> int:
    low, high = event.hours
    return stream.between(low * 60, high * 60 + 59) * MINUTE


def stage_of(happens: dict[str, int], at: int) -> str:
    """The last event that has happened by then; empty before the first."""
    past = [(when, name) for name, when in happens.items() if when < at]
    return max(past)[1] if past else ""


def holds(condition: Condition, happens: dict[str, int], at: int) -> bool:
    """Whether a condition holds at a time. An event that this branch does not have is neither past nor to come."""
    return all(happens.get(e, at) < at for e in condition.past) and all(
        happens.get(e, -1) >= at for e in condition.future
    )


class _Page:
    """Texts of one page as they are printed, one after another."""

    def __init__(self, grammar: Grammar, facts: Facts, happens: dict[str, int], written: int, *, other: bool) -> None:
        self.grammar, self.happens, self.written, self.other = grammar, happens, written, other
        self.values = Facts({**facts, **_day_words(grammar, happens, written)})
        self.unnamed = {name.removesuffix(".first") for name in facts if name.endswith(".first")}
        self.printed: set[str] = set()

    def holds(self, text: Text, branch: str) -> bool:
        """Whether a text may stand on this page."""
        return (not text.branches or branch in text.branches) and holds(text.condition, self.happens, self.written)

    def text(self, stream: Stream, text: Text, number: int, heading: bool = False) -> str:
        """A text in the variant of that number; in a heading people have their full names."""
        at = number % len(text.clauses)
        clause = text.clauses[at]
        self.printed |= text.facts[at]
        if clause.choices:
            for place, options in enumerate(clause.choices):
                self.values[str(place)] = stream.pick(options).fill(self.values, self.other)
        if not clause.slots:
            return clause.other if self.other else clause.template
        named = [slot.partition(".")[0] for slot in clause.slots]
        if heading:
            values = [self.values[n if s.endswith(".first") else s] for n, s in zip(named, clause.slots, strict=True)]
        elif self.unnamed.isdisjoint(named):
            values = [
                self.values[n + ".later" if s == n + ".first" else s] for n, s in zip(named, clause.slots, strict=True)
            ]
        else:
            values = self._introduced(clause, named)
        return (clause.other if self.other else clause.template) % tuple(values)

    def _introduced(self, clause: Clause, named: Iterable[str]) -> list[str]:
        """The slots' values where somebody is named for the first time, with what the page calls them."""
        values, described = [], set(clause.slots)
        literal = (clause.other if self.other else clause.template).split("%s")
        for before, name, slot in zip(literal, named, clause.slots, strict=False):
            if name in self.unnamed and slot in (name, name + ".first"):
                self.unnamed.discard(name)
                value, word = self.values[name + ".first"], self.values[name + ".word"]
                if word and name + ".word" not in described and not before.endswith(word[-2:]):
                    value = self.grammar.called.format(word=word, name=value)
            else:
                value = self.values[name + ".later" if slot == name + ".first" else slot]
            values.append(value)
        return values


def _day_words(grammar: Grammar, happens: dict[str, int], written: int) -> dict[str, str]:
    """What the page calls the days of its events, and the times since them and until them."""
    days, today = grammar.days, written // DAY
    assert days is not None, "a locale with stories has [grammar.days]"
    words = {}
    for name, at in (*happens.items(), ("today", written), ("eve", written - DAY), ("post", written)):
        day = at // DAY
        words[f"@{name}"] = day_word(days, day, today, grammar.day(day))
        words[f"since:{name}"] = time_passed(days, today - day)
        words[f"until:{name}"] = time_passed(days, day - today)
    return words
