"""The hand in which a person writes a plain line: particles, openers, closers, marks, spaces, words, slips.

What somebody does is read off the person, so it is the same in every thread; where it is done is drawn. The tables are
in ``manner.toml`` of the locale.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from forgegen.generate.lexicon import Lexicon
from forgegen.generate.people import Person
from forgegen.generate.voice.bank import Line
from forgegen.generate.voice.signs import Signs
from forgegen.streams.stream import Stream

_MARKS = frozenset("。！？!?~…～.、，,；：:")
_PARTICLES = frozenset("啊呀吧呢嘛哦啦吗呗哈么了的着地得嗎麼囉喔欸耶齁")
_SWITCHER = "codeswitch"
_OPINIONS = frozenset(("argue", "advise", "doubt"))  # acts behind which "I think" and the like may stand
_STEPS = 1000


class Swap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pattern and what may stand for it."""

    find: str
    say: tuple[str, ...]


class TypingHand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Shares in ‰ and lists of marks and words."""

    spaced: int
    ascii: int
    stopped: int
    dotted: int
    waved: int
    loud: int
    doubled: int
    unmarked: int
    rhetorical: int
    particle: int
    final: int
    inner: int
    opener: int
    opener_marked: int
    closer: int
    typo: int
    twice: int
    particles: tuple[str, ...]
    finals: tuple[str, ...]
    inners: tuple[str, ...]
    foreign: tuple[str, ...]
    openers: tuple[str, ...]
    stops: tuple[str, ...]
    dots: tuple[str, ...]
    waves: tuple[str, ...]
    bangs: tuple[str, ...]
    queries: tuple[str, ...]
    asked: int = 0  # of questions that begin with one of ``askers``
    askers: tuple[str, ...] = ()
    comma: str = "，"  # what parts the clauses of a line
    laughed: tuple[str, str] = ("{laugh}，{text}", "{text}，{laugh}")  # laughter before a text and behind it


class Manners(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``manner.toml``."""

    acts: dict[str, dict[str, int]]
    tilts: dict[str, dict[str, int]] = {}
    hand: TypingHand | None = None  # None where people write in letters: hands/alphabetic
    closers: dict[str, tuple[str, ...]] = {}
    openings: dict[str, tuple[str, ...]] = {}  # openers of an act, or of a polarity, in place of the hand's
    words: tuple[Swap, ...] = ()
    slips: tuple[Swap, ...] = ()
    signs: Signs = Signs()

    def table(self, kind: str, persona: str) -> tuple[str, ...]:
        """Acts by weight for a persona, each as often as its share of a thousand says."""
        tilt = self.tilts.get(persona, {})
        return tuple(act for act, share in self.acts[kind].items() for _ in range(share * tilt.get(act, 100) // 100))


class Writer:
    """Writes lines in the hands of people, in one script of a locale."""

    def __init__(self, manners: Manners) -> None:
        assert manners.hand is not None
        self.hand, self.closers, self.openings = manners.hand, manners.closers, manners.openings
        self.begun = {word[0] for word in manners.hand.askers}  # what begins with one needs no asker
        self.words = tuple(swap.say for swap in manners.words)
        self.worded: dict[int, bool] = {}
        self.word = re.compile("|".join(f"({swap.find})" for swap in manners.words))
        self.slips = tuple((re.compile(swap.find), swap.say) for swap in manners.slips)

    def slots(self, stream: Stream, person: Person, line: Line, values: dict[str, str]) -> None:
        """Bind the places for a particle and for an opener."""
        word, hand = stream.word(), self.hand
        values["~"] = values["^"] = ""
        if not line.asks and (word & 0xFFFF) * _STEPS >> 16 < hand.particle:
            values["~"] = self.particle(person, word >> 16)
        elif (word >> 16) * _STEPS >> 16 < hand.opener_marked:
            values["^"] = stream.pick(self.openers(line))

    def openers(self, line: Line) -> tuple[str, ...]:
        """What a line may begin with: nobody thanks with a sigh."""
        return self.openings.get(line.act) or self.openings.get(line.polarity) or self.hand.openers

    def particle(self, person: Person, bits: int) -> str:
        """A person's favourite final particle three times of four, else any."""
        particles = self.hand.particles
        return particles[(person.hand if bits & 3 else bits >> 2) % len(particles)]

    def write(self, stream: Stream, person: Person, line: Line, text: str) -> str:
        """The text in the person's hand, with the end that sentences of its kind have."""
        hand, word, mine = self.hand, stream.word(), person.hand >> 8
        if self.worded[line.number] if line.number in self.worded else self._has_words(line):
            text = self.word.sub(lambda found: self._word(found, mine), text)
        if not line.asks:
            text = self._framed(stream, person, line, text, word & 0xFFFF)
        elif line.act == "ask" and (word & 0xFFFF) * _STEPS >> 16 < hand.asked and text[0] not in self.begun:
            text = stream.pick(hand.askers) + text
        if (word >> 16) * _STEPS >> 16 < hand.typo:
            text = self._slip(stream, text)
        text = self._ended(stream, person, line, text)
        habit = person.punctuates * _STEPS >> 16
        if habit < hand.spaced:
            return text.replace(hand.comma, " ")
        return text.replace(hand.comma, ",") if habit < hand.spaced + hand.ascii else text

    def _has_words(self, line: Line) -> bool:
        """Whether a line has words for which a person has others; what slots are filled with is left alone."""
        found = self.worded[line.number] = bool(self.words) and self.word.search(line.raw) is not None
        return found

    def _word(self, found: re.Match[str], mine: int) -> str:
        """What this person says for what was found."""
        row = (found.lastindex or 1) - 1
        say = self.words[row]
        return say[(mine >> 4 * row & 0xFF) % len(say)]

    def _framed(self, stream: Stream, person: Person, line: Line, text: str, bits: int) -> str:
        """The text with an opener, a closer, or said twice over, each now and then."""
        hand, x = self.hand, bits * _STEPS >> 16
        if line.common and len(text) <= 4:
            return text * (2 + (x & 1)) if x < hand.twice and text[-1] not in _MARKS else text
        if len(text) <= 3 or line.act in ("tag", "thank"):
            return text
        if person.persona == _SWITCHER and x % 3:
            return stream.pick(hand.foreign) + text
        if x < hand.opener:
            return stream.pick(self.openers(line)) + text
        x -= hand.opener
        if x < hand.closer:
            closed = text[-1] in _MARKS or len(text) >= 24 or (line.polarity == "0" and line.act not in _OPINIONS)
            return text if closed else text + stream.pick(self.closers[line.polarity])
        return text if line.marked else self._toned(text, person, x - hand.closer)

    def _toned(self, text: str, person: Person, x: int) -> str:
        """The text with a particle at its end or behind its first clause, where it may have one; ``x`` decides."""
        hand = self.hand
        if x < hand.final:
            last = text[-1]
            plain = "\u4e00" <= last <= "\u9fff" and last not in _PARTICLES and len(text) < 22
            return text + hand.finals[(person.hand + (x & 1)) % len(hand.finals)] if plain else text
        if x < hand.final + hand.inner:
            at = text.find(hand.comma)
            if 3 <= at <= 12 and text[at - 1] not in _PARTICLES and "\u4e00" <= text[at - 1] <= "\u9fff":
                return text[:at] + hand.inners[(person.hand + x) % len(hand.inners)] + text[at:]
        return text

    def _slip(self, stream: Stream, text: str) -> str:
        at = stream.word() * len(self.slips) >> 32 if self.slips else 0
        for pattern, say in (*self.slips[at:], *self.slips[:at]):
            if pattern.search(text):
                return pattern.sub(stream.pick(say), text, count=1)
        return text

    def _ended(self, stream: Stream, person: Person, line: Line, text: str) -> str:
        """The text with its last mark, or without."""
        hand, word = self.hand, stream.word()
        x, habit = (word & 0xFFFF) * _STEPS >> 16, person.joiner * _STEPS >> 16
        last = text[-1:]
        if not text.strip("？?"):
            return text
        if line.asks:
            if last in "？?" and x < hand.unmarked:
                return text[:-1]
            asking = hand.unmarked if line.act == "ask" else hand.rhetorical
            if last in "？?" or (last not in _MARKS and x >= asking):
                return text.rstrip("？?") + self._mark(person, hand.queries, word >> 16)
            return text
        if last in _MARKS or last in "”」』":
            return text
        if habit < hand.stopped:
            return text + self._mark(person, hand.stops, word >> 16) if x < 850 else text
        if habit < hand.stopped + hand.dotted + hand.waved:
            marks = hand.dots if habit < hand.stopped + hand.dotted else hand.waves
            return text + marks[(word >> 16) % len(marks)] if x < 600 else text
        loud = hand.loud * (2 if line.act in ("cheer", "blame", "wish") else 1)
        return text + self._mark(person, hand.bangs, word >> 16) if x < loud else text

    def _mark(self, person: Person, marks: tuple[str, ...], bits: int) -> str:
        """A mark: doubled by those who double them, else the first ones of the list."""
        if (person.emoji ^ 0x5A5A) * _STEPS >> 16 < self.hand.doubled:
            return marks[bits % len(marks)]
        return marks[2] if (person.emoji & 31) == 0 and len(marks[2]) == 1 else marks[0]


@lru_cache(maxsize=8)
def load_manners(lexicon: Lexicon, other: bool = False) -> Manners:
    """The manners of a locale, their words in its own script or the other one."""
    raw = tomllib.loads(lexicon.text("manner.toml"))
    turned = lexicon.other_script("manner.toml") if other else {}

    def script(value: object) -> object:
        if isinstance(value, str):
            return turned.get(value, value)
        if isinstance(value, list):
            return [script(inner) for inner in value]
        return {key: script(inner) for key, inner in value.items()} if isinstance(value, Mapping) else value

    return msgspec.convert(script(raw), Manners)


@lru_cache(maxsize=8)
def load_writers(lexicon: Lexicon) -> tuple[Writer, Writer] | None:
    """The writers of a locale's own script and of the other one; None where people write in letters."""
    if load_manners(lexicon).hand is None:
        return None
    return Writer(load_manners(lexicon)), Writer(load_manners(lexicon, other=True))
