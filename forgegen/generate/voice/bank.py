"""The plain lines of one file, compiled and found by what they do and by what they answer.

A line is a whole comment. What it needs is read off it once: printed facts, events, the writer's life, an owner.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import msgspec

from forgegen.generate.lexicon import Clause, Lexicon, compile_clause, shared_set
from forgegen.generate.life import load_life_words
from forgegen.generate.people import OWNERS
from forgegen.generate.stories.story_schema import TYPES
from forgegen.generate.voice.lines import POLARITIES, Header, Need, PlainLine, read_lines, read_need, slots_of
from forgegen.generate.voice.signs import Signs, load_signs
from forgegen.generate.voice.subjects import NONE, subjects_of_line
from forgegen.streams.stream import fingerprint

_SELDOM, _SHORT = 8, 5  # how often a line is said beside one that is said seldom; one of everybody's
FELT = ("react", "cheer")  # acts whose lines fit the feelings that a page rouses
ANY = "*"  # the key of an answer to any line of an act
_IMPLIED = {"spouse": "spouse", "child": "parent", "childage": "parent", "car": "drives", "pet": "pet",
            "mother": "mother", "father": "father"}  # fmt: skip
_EVENTS = frozenset(("past", "future", "branch", "fact", "op"))
_PAGE = _EVENTS - {"op"}
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]")
_OWNED_ACTS = frozenset(("tell", "essay"))
_SPLIT = re.compile(r"([~^])")


class Implications(NamedTuple):
    """Words that only some people say of themselves, with what their lives must be, and a pattern of them all."""

    words: tuple[tuple[re.Pattern[str], tuple[Need, ...]], ...] = ()
    all: re.Pattern[str] = re.compile("(?!)")

    def of(self, text: str) -> list[Need]:
        """What the life of somebody who says this must be."""
        if not self.all.search(text):
            return []
        return [need for pattern, found in self.words if pattern.search(text) for need in found]


_NOBODY = Implications()


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line ready to be said."""

    file: str
    row: int  # in the file, from 1
    number: int  # file and text as a number
    raw: str
    act: str
    polarity: str
    needs: tuple[Need, ...]  # of the writer's life
    events: tuple[Need, ...]  # of the story
    facts: frozenset[str]  # names that the page must print
    subjects: frozenset[int]  # what the story must speak of
    kinds: tuple[str, ...]  # types of which it must print one
    card: tuple[str, ...]  # slots of the writer's life
    other: str  # the line in the other script, raw
    answers: str
    key: str
    owner: int  # the class of people one of whom owns the anecdote; -1 where it is everybody's
    seldom: bool  # of figures or of one's people, which real comments have less of
    asks: bool
    free: bool  # needs nothing of the page, the hour or the life
    paper: bool  # speaks of an article and who wrote it
    marked: bool  # has a place for a particle or an opener
    addressed: bool  # names whom it answers, or the author of the opening post
    common: bool
    op: bool

    @property
    def variants(self) -> tuple[Clause, ...]:
        """With and without the optional sentences, ready to be filled; most lines of a bank are never said."""
        return _variants(self.raw, self.other)

    @property
    def id(self) -> str:
        """File and line as they stand, for what was made."""
        return f"{self.file}:{self.row}"


class Pool(msgspec.Struct, frozen=True):
    """Lines that do one thing: most of them, the short ones of everybody, and those that are said seldom.

    ``weights`` are the shares of each group in ‰ of what is said.
    """

    groups: tuple[tuple[Line, ...], ...]
    weights: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many lines there are."""
        return sum(map(len, self.groups))

    def group(self, word: int) -> int:
        """The group that a word of 32 bits draws."""
        x = (word & 0xFFFF) * 1000 >> 16
        return 2 if x < self.weights[2] else 1 if x < self.weights[2] + self.weights[1] else 0


class Bank:
    """The lines of one file."""

    def __init__(self, lines: Iterable[Line]) -> None:
        roots: dict[str, list[Line]] = {}
        replies: dict[str, list[Line]] = {}
        self.opener: list[Line] = []
        tales: list[Line] = []
        self.lines = tuple(lines)
        for line in self.lines:
            if line.op:
                self.opener.append(line)
            elif line.answers:
                replies.setdefault(line.answers, []).append(line)
            elif line.owner >= 0:
                tales.append(line)
            else:
                roots.setdefault(line.act, []).append(line)
        self.roots: Mapping[str, tuple[Line, ...]] = {act: tuple(found) for act, found in roots.items()}
        self.tales = tuple(tales)
        self._replies: Mapping[str, tuple[Line, ...]] = {act: tuple(found) for act, found in replies.items()}
        self._pools: dict[bool, Mapping[str, Pool]] = {}
        self._answers: dict[int, tuple[Line, ...]] = {}
        self.general = {act: tuple(x for x in found if x.key == ANY) for act, found in self._replies.items()}

    def pools(self, common: bool) -> Mapping[str, Pool]:
        """The lines on the page by act, those that answer any line of an act by ``*`` and the act, and what is felt by
        act and polarity.

        ``common`` says everybody's as often as others.
        """
        kept = self._pools.get(common)
        if kept is None:
            found = {act: _pool(lines, common=common) for act, lines in self.roots.items()}
            found |= {ANY + act: _pool(lines, common=True) for act, lines in self.general.items()}
            for act, mood in product(FELT, POLARITIES):
                lines = tuple(x for x in self.roots.get(act, ()) if x.polarity == mood)
                found[act + mood] = _pool(lines, common=common)
            kept = self._pools[common] = found
        return kept

    def answers(self, said: Line) -> tuple[Line, ...]:
        """The lines written in answer to this one."""
        found = self._answers.get(said.number)
        if found is None:
            replies = self._replies.get(said.act, ())
            found = self._answers[said.number] = tuple(x for x in replies if x.key != ANY and x.key in said.raw)
        return found


def _pool(lines: tuple[Line, ...], *, common: bool) -> Pool:
    """The lines in groups, each with its share of what is said."""
    seldom = tuple(x for x in lines if x.seldom)
    short = tuple(x for x in lines if x.common and not x.seldom)
    rest = tuple(x for x in lines if not x.common and not x.seldom)
    parts = (len(rest) * _SELDOM, len(short) * (_SELDOM if common else _SHORT), len(seldom))
    whole = max(sum(parts), 1)
    return Pool((rest, short, seldom), tuple(part * 1000 // whole for part in parts))


EMPTY, NOTHING = Bank(()), _pool((), common=True)


@lru_cache(maxsize=1024)
def load_bank(lexicon: Lexicon, *path: str) -> Bank:
    """The bank of a file below the locale's folder; an empty one where there is no such file."""
    if not lexicon.has(*path):
        return EMPTY
    implied, name = _implied(lexicon), "/".join(path).removesuffix(".txt")
    other = lexicon.other_script(*name.split("/"))
    lines = read_lines(lexicon.text(*path))
    signs = load_signs(lexicon)
    return Bank(
        [
            compile_line(name, line, signs, other.get(line.text), implied, subjects_of_line(lexicon, name, line.text))
            for line in lines
        ]
    )


@lru_cache(maxsize=8)
def _implied(lexicon: Lexicon) -> Implications:
    """What is implied by words of a locale."""
    words = load_life_words(lexicon)
    if words is None or not words.implied:
        return Implications()
    rows = tuple((re.compile(i.find), tuple(map(read_need, i.needs.split()))) for i in words.implied)
    return Implications(rows, re.compile("|".join(f"(?:{i.find})" for i in words.implied)))


def compile_line(
    file: str, line: PlainLine, signs: Signs, other: str | None = None, implied: Implications = _NOBODY,
    subjects: frozenset[int] = NONE,
) -> Line:  # fmt: skip
    """A line as it stands in a file, made ready."""
    header = line.header
    slots = slots_of(line.text) if "{" in line.text else []
    card = tuple(slot[1:] for slot in slots if slot[0] == "&")
    facts = shared_set(f for slot in slots if slot[0] != "&" and (f := _fact(slot)))
    size = len(line.text) - line.text.count("~") - line.text.count("^")
    number = fingerprint(file, line.text) & 0xFFFFFFFFFFFF
    kinds = tuple(s for s in dict.fromkeys(slots) if s in TYPES and s not in facts)
    needs, events = _life_needs(header, card, line.text, implied), tuple(n for n in header.needs if n.kind in _PAGE)
    return Line(
        file=file, row=line.number, number=number, raw=line.text, act=header.act, polarity=header.polarity,
        needs=needs, events=events, facts=facts, subjects=subjects, kinds=kinds, card=card,
        free=not (needs or events or facts or kinds or subjects),
        other=other or line.text, answers=header.answers, key=header.key,
        owner=number % OWNERS if _is_owned(header, line.text, size, signs) else -1,
        seldom=bool(signs.rare.search(line.text)),
        asks=header.act == "ask" or bool(signs.asks.search(line.text)),
        paper=bool(signs.printed.search(line.text)), marked="~" in line.text or "^" in line.text,
        addressed="p" in slots or "op" in slots,
        common=size <= signs.common and not slots,
        op=any(need.kind == "op" for need in header.needs),
    )  # fmt: skip


def _fact(slot: str) -> str:
    """The name of the fact that a slot names; empty for a type."""
    kind, colon, name = slot.partition(":")
    base = (name if colon else slot).partition(".")[0]
    return "" if not colon and kind in TYPES else base


def _life_needs(header: Header, card: tuple[str, ...], text: str, implied: Implications) -> tuple[Need, ...]:
    needs = [need for need in header.needs if need.kind not in _EVENTS]
    needs += [Need(_IMPLIED[slot]) for slot in card if slot in _IMPLIED]
    needs += [Need("childage")] if "childage" in card else []
    needs += implied.of(text)
    return tuple(dict.fromkeys(needs))


def _is_owned(header: Header, text: str, size: int, signs: Signs) -> bool:
    """Whether a line tells something of one's own life that two people would not both tell."""
    if header.act not in _OWNED_ACTS or header.answers or size < signs.owned:
        return False
    return signs.tells.search(text) is not None


@lru_cache(maxsize=16384)
def _variants(text: str, other: str) -> tuple[Clause, ...]:
    """The line without and with its optional sentences, the first of which come before the last."""
    count = len(_OPTIONAL.findall(text))
    kept = [[bool(mask >> i & 1) for i in range(count)] for mask in range(1 << min(count, 3))] or [[]]
    return tuple(compile_clause(_chosen(text, mask), _chosen(other, mask)) for mask in kept)


def _chosen(text: str, kept: list[bool]) -> str:
    """The text with the optional sentences that are kept, and slots for particles and openers."""
    choice = iter(kept)
    text = _OPTIONAL.sub(lambda found: found[1] if next(choice, True) else "", text)
    return _SPLIT.sub(r"{\1}", text)
