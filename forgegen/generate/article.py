"""The news article or opening post of a thread: a skeleton with its people, places and figures bound once.

The same bindings are what comments speak of, in both scripts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import msgspec

from forgegen.generate.grammar import Grammar, load_grammar
from forgegen.generate.hands.registry import HANDS
from forgegen.generate.lexicon import Clause, Lexicon, Skeleton, compile_clause
from forgegen.generate.people import Person
from forgegen.generate.stories.binding import bind_person
from forgegen.model.thread import Article
from forgegen.streams.stream import Stream

_PERSONS = ("who", "who2", "expert")
_RANGE = re.compile(r"(\d+)(?:\.(\d))?\.\.(\d+)(?:\.(\d))?", re.ASCII)
_KEEP = 860  # ‰ of optional paragraphs printed


class Story(msgspec.Struct, frozen=True, gc=False):
    """An article or opening post and what comments may say of it.

    ``facts`` are the slots in the locale's script and in the other one; ``says`` are (stance, clause) first
    reactions to this very story. ``opener`` is the name of an opening post's author, who has ``updates`` to tell; an
    article has neither.
    """

    topic: str
    aspects: tuple[str, ...]
    article: Article
    facts: tuple[dict[str, str], dict[str, str]]
    says: dict[str, tuple[tuple[str, Clause], ...]]
    opener: str = ""
    updates: tuple[Clause, ...] = ()


class _Plan(msgspec.Struct, frozen=True, gc=False):
    """A skeleton with its texts compiled."""

    titles: tuple[Clause, ...]
    captions: tuple[Clause, ...]
    says: dict[str, tuple[tuple[str, Clause], ...]]  # by stance: (that stance or "ask", clause)
    lists: tuple[tuple[str, tuple[Clause, ...]], ...]  # slots filled from lists, those that use other slots last
    paragraphs: tuple[tuple[Clause, ...], ...]
    updates: tuple[Clause, ...]


@lru_cache(maxsize=256)
def _plan(lexicon: Lexicon, topic: str, index: int, kind: str = "news") -> _Plan:
    skeletons, other = lexicon.skeletons(topic, kind)
    s = skeletons[index]

    def compiled(texts: tuple[str, ...]) -> tuple[Clause, ...]:
        return tuple(compile_clause(t, other.get(t)) for t in texts)

    says = [(stance, compile_clause(text, other.get(text))) for stance, text in (t.split("|", 1) for t in s.says)]
    lists = [(slot, compiled(texts)) for slot, texts in s.slots.items() if isinstance(texts, tuple)]
    return _Plan(
        compiled(s.titles),
        compiled(s.captions),
        {stance: tuple(pair for pair in says if pair[0] in (stance, "ask")) for stance in ("for", "against", "mock")},
        tuple(sorted(lists, key=lambda item: any(clause.slots for clause in item[1]))),
        tuple(compiled(p.text) for p in s.para),
        compiled(s.updates),
    )


def write_story(stream: Stream, lexicon: Lexicon, topic: str, index: int, published_day: int) -> Story:
    """The story of a topic that has this number, published on that day (days since 1970)."""
    skeleton, plan = lexicon.skeletons(topic)[0][index], _plan(lexicon, topic, index)
    grammar = load_grammar(lexicon)
    facts = _bind(stream, lexicon, skeleton, plan)
    dated = {**facts[0], **_dates(stream, grammar, published_day)}
    printed = HANDS[grammar.hand].printed
    title = printed(stream.pick(plan.titles).draw(stream, dated))
    caption = grammar.dated(printed(stream.pick(plan.captions).draw(stream, dated)), published_day)
    paragraphs = tuple(printed(p) for p in _paragraphs(stream, plan, dated))
    byline = stream.pick(lexicon.outlets)
    return Story(topic, skeleton.aspects, Article(title, byline, caption, paragraphs), facts, plan.says)


def write_opening(
    stream: Stream, lexicon: Lexicon, topic: str, index: int, published_day: int, opener: Person,
    typed: Callable[[str], str],
) -> Story:  # fmt: skip
    """The opening post of a topic that has this number, by ``opener``, in whose hand ``typed`` writes."""
    name, other = opener.author.name, opener.other_script
    skeleton, plan = lexicon.skeletons(topic, "post")[0][index], _plan(lexicon, topic, index, "post")
    facts = _bind(stream, lexicon, skeleton, plan)
    for slots in facts:
        slots["op"] = name
    dated = {**facts[other], **_dates(stream, load_grammar(lexicon), published_day)}
    title = typed(stream.pick(plan.titles).draw(stream, dated, other))
    paragraphs = tuple(typed(p) for p in _paragraphs(stream, plan, dated, other))
    article = Article(title, name, "", paragraphs)
    return Story(topic, skeleton.aspects, article, facts, plan.says, name, plan.updates)


def _bind(stream: Stream, lexicon: Lexicon, skeleton: Skeleton, plan: _Plan) -> tuple[dict[str, str], dict[str, str]]:
    """Every slot's filler, in both scripts. Persons come first, then numbers, then lists that may use both."""
    native: dict[str, str] = {}
    changed: dict[str, str] = {}
    taken: set[str] = set()
    grammar = load_grammar(lexicon)
    for slot in _PERSONS:
        kind = skeleton.slots[slot]
        if kind == "opener":
            for slots in (native, changed):
                _called(slots, slot, grammar.opener, grammar)
        elif isinstance(kind, str):
            bind_person(stream, lexicon, kind, slot, taken, native, changed)
    for slot, choice in skeleton.slots.items():
        if isinstance(choice, str) and slot not in _PERSONS:
            native[slot] = changed[slot] = _number(stream, grammar, slot, choice)
    for slot, choices in plan.lists:
        clause = stream.pick(choices)
        native[slot], changed[slot] = clause.fill(native), clause.fill(changed, other=True)
        if slot in _PERSONS:
            for slots in (native, changed):
                _called(slots, slot, slots[slot], grammar)
    return native, changed


def _called(slots: dict[str, str], slot: str, name: str, grammar: Grammar) -> None:
    """Bind somebody who has one name for all uses, as in an opening post."""
    slots.update({slot: name, f"{slot}.sur": grammar.as_yours(name), f"{slot}.first": name})
    slots.update({f"{slot}.{form}": word for form, word in grammar.pronouns["opener"].items()})


def _number(stream: Stream, grammar: Grammar, slot: str, span: str) -> str:
    low, high, tenths = _span(span)
    n = stream.between(low, high)
    return f"{n // 10}.{n % 10}" if tenths else grammar.figure(slot, n)


@lru_cache(maxsize=1024)
def _span(span: str) -> tuple[int, int, bool]:
    """The ends of a range like ``12..48`` or ``3.1..9.8``, the latter in tenths."""
    m = _RANGE.fullmatch(span)
    assert m is not None, span
    if m[2] is None and m[4] is None:
        return int(m[1]), int(m[3]), False
    return int(m[1]) * 10 + int(m[2] or 0), int(m[3]) * 10 + int(m[4] or 0), True


def _dates(stream: Stream, grammar: Grammar, day: int) -> dict[str, str]:
    return {
        "date": grammar.day(day),
        "weekday": grammar.weekday(day),
        "month": grammar.month(day),
        "prev": grammar.day(day - stream.between(8, 40)),
        "next": grammar.day(day + stream.between(6, 45)),
    }


def _paragraphs(stream: Stream, plan: _Plan, facts: dict[str, str], other: bool = False) -> tuple[str, ...]:
    """The plan's paragraphs, some optional ones left out; a person's first mention carries the Latin name."""
    facts = dict(facts)
    unnamed = {slot: facts[f"{slot}.first"] for slot in _PERSONS}
    printed = []
    last = len(plan.paragraphs) - 1
    word = stream.word
    for i, variants in enumerate(plan.paragraphs):
        w = word()  # whether it is printed, and in which words
        if 1 < i < last and (w & 0xFFFF) * 1000 >> 16 >= _KEEP:
            continue
        clause = variants[(w >> 16) * len(variants) >> 16]
        text = clause.draw(stream, facts, other)
        if unnamed:
            for slot in [s for s in unnamed if s in clause.slots]:
                text = text.replace(facts[slot], unnamed.pop(slot), 1)
        printed.append(text)
    return tuple(printed)
