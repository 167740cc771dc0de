"""A story told up to the moment at which its page is written: events placed, facts bound, what is past and what is not.

Times here are seconds on the wall of the board's zone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import msgspec

from forgegen.generate.grammar import Grammar, load_grammar
from forgegen.generate.lexicon import Clause, Lexicon
from forgegen.generate.stories.binding import StoryFacts, bind, places_of
from forgegen.generate.stories.compiled import POST, Planned, Slot, Story, Text
from forgegen.generate.stories.days import Days, day_word, time_passed
from forgegen.generate.stories.story_schema import Condition, Schema
from forgegen.model.calendar import DAY, HOUR, MINUTE
from forgegen.streams.stream import Stream, fingerprint

_HAN = re.compile("[\u4e00-\u9fff]+")


class Telling(msgspec.Struct, frozen=True):
    """A page's story: what it prints, what comments may name of it, and when its events happen."""

    schema: Schema
    topic: str
    branch: str
    stage: str  # the last event that has happened
    title: str
    caption: str
    paragraphs: tuple[str, ...]
    facts: tuple[StoryFacts, StoryFacts]  # all, in the locale's script and in the other one
    printed: frozenset[str]  # the names of those that the page prints
    happens: dict[str, int]


def tell(
    stream: Stream, lexicon: Lexicon, story: Story, turn: int, written: int, *, other: bool = False,
    visit: int = 0, opener: str = "", typed: Callable[[str], str] | None = None,
) -> Telling:  # fmt: skip
    """The telling in the branch that has this number, on a page written at ``written``.

    ``visit`` is how often that branch was told before. ``other`` prints it in the other script; ``opener`` is the name
    of whoever writes an opening post and ``typed`` the hand.
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
    first = fingerprint(schema.key, branch) + visit  # each time the branch is told it has another title
    title = page.text(stream, titles[first % len(titles)], 0, heading=True) if titles else ""
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
    for event in condition.past:
        if happens.get(event, at) >= at:
            return False
    return all(happens.get(event, -1) >= at for event in condition.future) if condition.future else True


class _Page:
    """Texts of one page as they are printed, one after another."""

    def __init__(
        self, grammar: Grammar, facts: StoryFacts, happens: dict[str, int], written: int, *, other: bool
    ) -> None:
        self.grammar, self.happens, self.written, self.other = grammar, happens, written, other
        self.values = _values(grammar, facts, happens, written)
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
        values, slots = self.values, text.slots[at]
        if heading:
            filled = [values[slot.heading] for slot in slots]
        elif self.unnamed and not self.unnamed.isdisjoint([slot.name for slot in slots]):
            filled = self._introduced(clause, slots)
        else:
            filled = [values[slot.later] for slot in slots]
        template = clause.other if self.other else clause.template
        return template % tuple(said_once(template.split("%s"), filled))

    def _introduced(self, clause: Clause, slots: tuple[Slot, ...]) -> list[str]:
        """The slots' values where somebody is named for the first time, with what the page calls them."""
        filled, described, values = [], clause.slots, self.values
        literal = (clause.other if self.other else clause.template).split("%s")
        for before, slot in zip(literal, slots, strict=False):
            if not slot.first or slot.name not in self.unnamed:
                filled.append(values[slot.later])
                continue
            self.unnamed.discard(slot.name)
            value, word = values[slot.first], values[slot.name + ".word"]
            if word and slot.name + ".word" not in described and not before.endswith(word[-2:]):
                value = self.grammar.called.format(word=word, name=value)
            filled.append(value)
        return filled


def said_once(literal: Sequence[str], values: Sequence[str]) -> list[str]:
    """Values that stand behind these pieces of text, without the Han characters that stand before them already.

    >>> said_once(["", "", "说"], ["绿廊超市", "超市店长蒙焱"])
    ['绿廊超市', '店长蒙焱']
    """
    fitted, before = list[str](), ""
    for piece, value in zip(literal, values, strict=False):
        before += piece
        for size in (4, 3, 2):
            head = value[:size]
            if len(value) > size and before.endswith(head) and _HAN.fullmatch(head):
                value = value[size:]
                break
        fitted.append(value)
        before = (before + value)[-4:]
    return fitted


class _Values(StoryFacts):
    """The values of a page's slots; words for days and times are found when they are asked for."""

    grammar: Grammar
    days: Days
    happens: dict[str, int]
    today: int

    def __missing__(self, slot: str) -> str:
        kind, colon, name = slot.partition(":")
        if slot[0] != "@" and not (colon and kind in ("since", "until")):
            return super().__missing__(slot)
        event = slot[1:] if slot[0] == "@" else name
        day, days = self.happens[event] // DAY, self.days
        if slot[0] == "@":
            value = day_word(days, day, self.today, self.grammar.day(day))
        else:
            value = time_passed(days, self.today - day if kind == "since" else day - self.today)
        self[slot] = value
        return value


def _values(grammar: Grammar, facts: StoryFacts, happens: dict[str, int], written: int) -> _Values:
    assert grammar.days is not None, "a locale with stories has [grammar.days]"
    values = _Values(facts)
    values.grammar, values.days, values.today = grammar, grammar.days, written // DAY
    values.happens = {"today": written, "eve": written - DAY, POST: written, **happens}
    return values
