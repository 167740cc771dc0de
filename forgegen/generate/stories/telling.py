"""A story told up to the moment at which its page is written: events placed, facts bound, what is past and what is not.

Words for days are marks here (``forgegen.generate.stories.day_words``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import msgspec

from forgegen.generate.grammar import load_grammar
from forgegen.generate.lexicon import Clause, Lexicon
from forgegen.generate.stories.binding import StoryFacts, bind, places_of
from forgegen.generate.stories.compiled import Slot, Story, Text
from forgegen.generate.stories.course import Course, plot
from forgegen.generate.stories.day_words import DayWords, is_day
from forgegen.generate.stories.story_schema import Schema
from forgegen.model.calendar import DAY
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
    course: Course
    days: DayWords
    happens: dict[str, int]  # on the wall of the page's board


def tell(
    stream: Stream, lexicon: Lexicon, story: Story, turn: int, written: int, *, other: bool = False,
    visit: int = 0, opener: str = "", typed: Callable[[str], str] | None = None,
) -> Telling:  # fmt: skip
    """The telling in the branch that has this number, on a page written at ``written`` on its board's wall.

    ``visit`` is how often that branch was told before. ``other`` prints it in the other script; ``opener`` is the name
    of whoever writes an opening post and ``typed`` the hand.
    """
    schema, grammar = story.schema, load_grammar(lexicon)
    number = turn % len(schema.branches) if schema.branches else turn
    branch = schema.branches[number] if schema.branches else ""
    course = plot(stream, story, branch)
    happens = course.dated(written)
    climate = schema.climate
    facts = bind(stream, lexicon, story.plan, places_of(lexicon, climate, bool(schema.months)))
    for slots in facts:
        slots["op"] = opener
    days = DayWords(grammar, happens, written, typed)
    page = _Page(facts[other], course, days, other=other)
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
        schema=schema, topic=schema.section, branch=branch, stage=course.stage(), title=write(title),
        caption=grammar.dated(caption, written // DAY) if caption else "", paragraphs=tuple(map(write, shown)),
        facts=facts, printed=frozenset(page.printed), course=course, days=days, happens=happens,
    )  # fmt: skip


def _as_it_stands(text: str) -> str:
    return text


class _Page:
    """Texts of one page as they are printed, one after another."""

    def __init__(self, facts: StoryFacts, course: Course, days: DayWords, *, other: bool) -> None:
        self.course, self.grammar, self.other = course, days.grammar, other
        self.values = _Values(facts)
        self.values.days = days
        self.unnamed = {name.removesuffix(".first") for name in facts if name.endswith(".first")}
        self.printed: set[str] = set()

    def holds(self, text: Text, branch: str) -> bool:
        """Whether a text may stand on this page."""
        return (not text.branches or branch in text.branches) and self.course.holds(text.condition)

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
    """The values of a page's slots; those for days and times are marks."""

    days: DayWords

    def __missing__(self, slot: str) -> str:
        if not is_day(slot):
            return super().__missing__(slot)
        self[slot] = self.days.mark(slot)
        return self[slot]
