"""The news article of a thread: a skeleton with its people, places and figures bound once.

The same bindings are what comments speak of, in both scripts.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from forgegen.generate.lexicon import Clause, Lexicon, Skeleton, compile_clause
from forgegen.model.moments import civil_from_days
from forgegen.model.thread import Article
from forgegen.streams.stream import Stream

_PERSONS = ("who", "who2", "expert")
_RANGE = re.compile(r"(\d+)(?:\.(\d))?\.\.(\d+)(?:\.(\d))?", re.ASCII)
_KEEP = 860  # ‰ of optional paragraphs printed
_WEEKDAYS = "一二三四五六日"


class Story(msgspec.Struct, frozen=True, gc=False):
    """An article and what comments may say of it.

    ``facts`` are the slots in the locale's script and in the other one; ``says`` are (stance, clause) first
    reactions to this very story.
    """

    topic: str
    aspects: tuple[str, ...]
    article: Article
    facts: tuple[dict[str, str], dict[str, str]]
    says: dict[str, tuple[tuple[str, Clause], ...]]


class _Plan(msgspec.Struct, frozen=True, gc=False):
    """A skeleton with its texts compiled."""

    titles: tuple[Clause, ...]
    captions: tuple[Clause, ...]
    says: dict[str, tuple[tuple[str, Clause], ...]]  # by stance: (that stance or "ask", clause)
    lists: tuple[tuple[str, tuple[Clause, ...]], ...]  # slots filled from lists, those that use other slots last
    paragraphs: tuple[tuple[Clause, ...], ...]


@lru_cache(maxsize=256)
def _plan(lexicon: Lexicon, topic: str, index: int) -> _Plan:
    skeletons, other = lexicon.skeletons(topic)
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
    )


def write_story(stream: Stream, lexicon: Lexicon, published_day: int) -> Story:
    """A story of a topic and skeleton drawn from the stream, published on that day (days since 1970)."""
    topic = stream.pick(lexicon.topics)
    skeletons, _ = lexicon.skeletons(topic)
    index = stream.below(len(skeletons))
    skeleton, plan = skeletons[index], _plan(lexicon, topic, index)
    facts = _bind(stream, lexicon, skeleton, plan)
    first = facts[0]
    dated = {**first, **_dates(stream, published_day)}
    title = stream.pick(plan.titles).fill(dated)
    y, mo, d = civil_from_days(published_day)
    caption = f"{stream.pick(plan.captions).fill(dated)}({y}年{mo}月{d}日)"
    paragraphs = _paragraphs(stream, plan, dated)
    byline = stream.pick(lexicon.outlets)
    return Story(
        topic,
        skeleton.aspects,
        Article(title, byline, caption, paragraphs),
        facts,
        plan.says,
    )


def _bind(stream: Stream, lexicon: Lexicon, skeleton: Skeleton, plan: _Plan) -> tuple[dict[str, str], dict[str, str]]:
    """Every slot's filler, in both scripts. Persons come first, then numbers, then lists that may use both."""
    native: dict[str, str] = {}
    changed: dict[str, str] = {}
    taken: set[str] = set()
    for slot in _PERSONS:
        _person(stream, lexicon, str(skeleton.slots[slot]), slot, taken, native, changed)
    for slot, choice in skeleton.slots.items():
        if isinstance(choice, str) and slot not in _PERSONS:
            native[slot] = changed[slot] = _number(stream, choice)
    for slot, choices in plan.lists:
        clause = stream.pick(choices)
        native[slot], changed[slot] = clause.fill(native), clause.fill(changed, other=True)
    return native, changed


def _person(
    stream: Stream, lexicon: Lexicon, kind: str, slot: str, taken: set[str],
    native: dict[str, str], changed: dict[str, str],
) -> None:  # fmt: skip
    """Bind a person: full name, surname, pronoun, and the first mention with the Latin name."""
    origin, _, gender = kind.partition(":")
    gender = gender or ("f" if stream.chance(450) else "m")
    names, other = lexicon.names, lexicon.names_other
    while True:
        if origin == "cn":
            sur, given = stream.pick(names["surnames"]), stream.pick(names[f"given_{gender}"])
            full, latin = sur[0] + given[0], f"{sur[1]} {given[1]}"
        else:
            sur, given = stream.pick(names["foreign_last"]), stream.pick(names[f"foreign_{gender}"])
            full, latin = f"{given[0]}·{sur[0]}", f"{given[1]} {sur[1]}"
        if sur[0] not in taken:
            break
    taken.add(sur[0])
    sur_other, given_other = other.get(sur[0], sur[0]), other.get(given[0], given[0])
    full_other = sur_other + given_other if origin == "cn" else f"{given_other}·{sur_other}"
    pronoun = "她" if gender == "f" else "他"
    shows_latin = origin != "cn" or stream.chance(350)
    native.update({slot: full, f"{slot}.sur": sur[0], f"{slot}.ta": pronoun})
    changed.update({slot: full_other, f"{slot}.sur": sur_other, f"{slot}.ta": pronoun})
    native[f"{slot}.first"] = f"{full}({latin})" if shows_latin else full


def _number(stream: Stream, span: str) -> str:
    low, high, tenths = _span(span)
    n = stream.between(low, high)
    return f"{n // 10}.{n % 10}" if tenths else str(n)


@lru_cache(maxsize=1024)
def _span(span: str) -> tuple[int, int, bool]:
    """The ends of a range like ``12..48`` or ``3.1..9.8``, the latter in tenths."""
    m = _RANGE.fullmatch(span)
    assert m is not None, span
    if m[2] is None and m[4] is None:
        return int(m[1]), int(m[3]), False
    return int(m[1]) * 10 + int(m[2] or 0), int(m[3]) * 10 + int(m[4] or 0), True


def _dates(stream: Stream, day: int) -> dict[str, str]:
    _, month, date = civil_from_days(day)
    prev, following = civil_from_days(day - stream.between(8, 40)), civil_from_days(day + stream.between(6, 45))
    return {
        "date": f"{month}月{date}日",
        "weekday": "星期" + _WEEKDAYS[(day + 3) % 7],
        "month": f"{month}月",
        "prev": f"{prev[1]}月{prev[2]}日",
        "next": f"{following[1]}月{following[2]}日",
    }


def _paragraphs(stream: Stream, plan: _Plan, facts: dict[str, str]) -> tuple[str, ...]:
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
        text = clause.fill(facts)
        if unnamed:
            for slot in [s for s in unnamed if s in clause.slots]:
                text = text.replace(facts[slot], unnamed.pop(slot), 1)
        printed.append(text)
    return tuple(printed)
