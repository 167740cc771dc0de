"""A person's life, read off 16 random bytes: sex, age, partner, children, trade, years here, home, car, pet, parents.

Everything is told as of a reference year; ages are reckoned at the year that is asked about. Nothing in it contradicts
anything else: children are younger than their parents, nobody works before school or came here before being born.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache

import msgspec

from forgegen.generate.lexicon import Lexicon

YEAR = 2024  # the year as of which lives are drawn
# Age bands: first year, years, weight of a hundred.
_AGES = ((20, 5, 11), (25, 10, 28), (35, 10, 26), (45, 10, 17), (55, 10, 12), (65, 14, 6))
_BANDS = tuple((first, years) for first, years, weight in _AGES for _ in range(weight))
# Of a hundred by age: partners; then no child, one, two (three are the rest) of those with a partner.
_PARTNERS = ((25, 10), (30, 42), (35, 62), (200, 80))
_CHILDREN = ((25, (98, 100, 100)), (30, (80, 96, 100)), (36, (45, 85, 98)), (55, (13, 58, 93)), (200, (7, 56, 92)))
_STUDENT_UNTIL, _RETIRED_FROM = 23, 60
_OLD = {"oldtimer": 48, "auntie": 48}
_LEAST_YEARS = {"oldtimer": 15}
_MOST_YEARS = 34


class Life(msgspec.Struct, frozen=True, gc=False):
    """What is true of a person for ever; ``children`` are (year of birth, whether a girl), the eldest first.

    ``car`` and ``pet`` are None where there is none, else random numbers that name one; so is ``home``, the number of
    a city, and ``words``, of which the words for husbands and children are chosen.
    """

    female: bool
    born: int
    partner: bool
    children: tuple[tuple[int, bool], ...]
    trade: str
    came: int
    owns: bool
    car: int | None
    pet: int | None
    mother: bool
    father: bool
    home: int
    words: int

    def age(self, year: int) -> int:
        """The age at the end of a year."""
        return year - self.born

    def years(self, year: int) -> int:
        """How many years they have been here."""
        return max(1, year - self.came)


SOMEBODY = Life(
    female=False, born=1984, partner=False, children=(), trade="clerk", came=2014, owns=False, car=None, pet=None,
    mother=True, father=True, home=0, words=0,
)  # fmt: skip
"""A life where none was drawn."""


class Implied(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that only some people say, and what their lives must be (as in a header of plain lines)."""

    find: str
    needs: str


class LifeWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a locale calls the people and things of a life, and which parts of a name tell who bears it."""

    husband: tuple[str, ...]
    wife: tuple[str, ...]
    son: tuple[str, ...]
    daughter: tuple[str, ...]
    eldest: tuple[str, ...]
    mother: tuple[str, ...]
    father: tuple[str, ...]
    childage: str
    car: tuple[str, ...]
    pet: tuple[str, ...]
    trades: dict[str, str]
    female: str  # patterns of names
    male: str
    parent: str
    implied: tuple[Implied, ...] = ()


class Draws:
    """Small numbers from random bytes, one after another."""

    __slots__ = ("at", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    def below(self, n: int) -> int:
        """A number in [0, n) from the next byte, n at most 256."""
        byte = self.raw[self.at % len(self.raw)]
        self.at += 1
        return byte * n >> 8

    def chance(self, per_cent: int) -> bool:
        """True with about that chance."""
        return self.below(100) < per_cent


def draw_life(raw: bytes, persona: str, signs: str, trades: tuple[str, ...]) -> Life:
    """The life that 20 random bytes decide. ``signs`` are what the name tells: f, m, and p for a parent."""
    draw = Draws(raw)
    female = "f" in signs or ("m" not in signs and (persona == "auntie" or draw.below(100) < 48))
    first, span = _BANDS[draw.below(len(_BANDS))]
    age = max(first + draw.below(span), _OLD.get(persona, 0) + draw.below(16) if persona in _OLD else 0)
    if "p" in signs:
        age = max(age, 28)
    partner = draw.below(100) < next(share for limit, share in _PARTNERS if age < limit)
    children = _children(draw, age, partner, "p" in signs)
    mother, father = (97, 94) if age < 45 else (72, 60) if age < 58 else (22, 12)
    return Life(
        female=female, born=YEAR - age, partner=partner, children=children,
        trade=_trade(draw, age, female, bool(children), trades), came=YEAR - _years(draw, age, persona),
        owns=draw.chance(12 if age < 30 else 45 if age < 40 else 66), car=_thing(draw, 74), pet=_thing(draw, 28),
        mother=draw.chance(mother), father=draw.chance(father),
        home=draw.below(256) << 8 | draw.below(256), words=draw.below(256) << 8 | draw.below(256),
    )  # fmt: skip


def _children(draw: Draws, age: int, partner: bool, surely: bool) -> tuple[tuple[int, bool], ...]:
    """Born when the parent was 24 to 36 and, at the reference year, born already."""
    x, older = draw.below(100), draw.below(13)
    none, one, two = next(shares for limit, shares in _CHILDREN if age < limit)
    if not partner:
        none, one, two = (70, 95, 100) if age >= 36 else (98, 100, 100)
    count = (x >= none) + (x >= one) + (x >= two)
    count = max(count, 1) if surely else count
    year = YEAR - age + min(24 + older, age)
    found = []
    for _ in range(count):
        girl = draw.below(2) == 0
        if year <= YEAR:
            found.append((year, girl))
        year += 2 + draw.below(4)
    return tuple(found)


def _trade(draw: Draws, age: int, female: bool, parent: bool, trades: tuple[str, ...]) -> str:
    x, at = draw.below(100), draw.below(len(trades))
    if age <= _STUDENT_UNTIL and x < 70:
        return "student"
    if age >= _RETIRED_FROM and x < (88 if age >= 66 else 40):
        return "retired"
    if female and parent and x < 14:
        return "housewife"
    return trades[at]


def _years(draw: Draws, age: int, persona: str) -> int:
    """Years abroad: mostly few; who remembers the old days has many; nobody came before the age of 14."""
    least, u = _LEAST_YEARS.get(persona, 2), draw.below(256)
    return min(least + (u * u >> 8) * (_MOST_YEARS - least) // 256, age - 14)


def _thing(draw: Draws, per_cent: int) -> int | None:
    x, kind = draw.below(100), draw.below(256)
    return kind if x < per_cent else None


@lru_cache(maxsize=8)
def load_life_words(lexicon: Lexicon, other: bool = False) -> LifeWords | None:
    """The locale's words for lives, in its own script or the other one; None where it has none."""
    if not lexicon.has("life.toml"):
        return None
    raw = tomllib.loads(lexicon.text("life.toml"))
    turned = lexicon.other_script("life.toml") if other else {}

    def script(value: object) -> object:
        if isinstance(value, str):
            return turned.get(value, value)
        if isinstance(value, list):
            return [script(v) for v in value]
        return {k: script(v) for k, v in value.items()} if isinstance(value, dict) else value

    return msgspec.convert({k: script(v) for k, v in raw.items()}, LifeWords)


@lru_cache(maxsize=8)
def _signs(lexicon: Lexicon) -> tuple[tuple[str, re.Pattern[str]], ...]:
    words = load_life_words(lexicon)
    pairs = (("f", words.female), ("m", words.male), ("p", words.parent)) if words else ()
    return tuple((sign, re.compile(pattern)) for sign, pattern in pairs if pattern)


def signs_of(lexicon: Lexicon, name: str) -> str:
    """What a user name tells of who bears it: f, m, p for a parent."""
    return "".join(sign for sign, pattern in _signs(lexicon) if pattern.search(name))
