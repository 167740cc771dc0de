"""The board's people: who they are depends on the seed alone, never on how many threads there are.

A person is a number; name, persona, script, life and habits are read off a fingerprint of (edition, seed, locale,
number), so that nobody is stored. Names are distinct: numbers are mapped one to one to whole handles, joined ones and
Latin ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from math import gcd
from struct import Struct

import msgspec

from forgegen.generate.lexicon import Lexicon
from forgegen.generate.life import SOMEBODY, YEAR, Life, draw_life, signs_of
from forgegen.generate.profile import NameLimits, Profile
from forgegen.generate.voice.lines import TRADES
from forgegen.model.readable import is_latin
from forgegen.model.thread import Author
from forgegen.streams.stream import Stream, fingerprint

# Kinds of names by number modulo the length: whole, front+back, latin, latin+digits; a locale may have its own.
_KINDS = "wwfwlwfwdfwfwdfwfd"
# What people put behind a Latin name: years of birth, digits with a zero, any number up to three digits.
_SUFFIXES = (*map(str, range(1950, 2012)), *(f"0{n}" for n in range(1, 10)), *map(str, range(2, 431)))
_DIGITS = len(_SUFFIXES)
_FAR = 2012  # the first number behind all suffixes
WORK = tuple(trade for trade in TRADES if trade not in ("student", "retired", "housewife"))
_TRAITS = Struct("<8H").unpack
_DIGEST, _LIFE = 52, slice(16, 36)  # bytes of a fingerprint; 16 of traits, those of the life, 16 of the hand
OWNERS = 64  # classes of people: what is told of one's own life is told by somebody of one class


class Person(msgspec.Struct, frozen=True, gc=False):
    """One of the board's people; the numbers are 16 random bits of which habits are read.

    ``hand`` are 128 random bits for favourite words.
    """

    author: Author
    persona: str
    other_script: bool
    city: int
    kin: int
    years: int
    joiner: int
    punctuates: int
    emoji: int
    number: int = 0
    life: Life = SOMEBODY
    hand: int = 0


class People:
    """The people of one (edition, seed, locale)."""

    def __init__(self, root: str, lexicon: Lexicon, profile: Profile) -> None:
        self.root, self._key = root, f"{root}/people"
        self._hash = blake2b(f"{self._key}/".encode(), digest_size=_DIGEST)
        self._population, self._lexicon = profile.population, lexicon
        self._traditional = profile.text["traditional"]
        self._personas = tuple(name for name, weight in profile.personas.items() for _ in range(weight))
        self._handles = _Handles(fingerprint(self._key, "handles"), lexicon, profile.names)
        self.person = lru_cache(maxsize=16384)(self._person)

    def draw(self, stream: Stream, count: int) -> list[Person]:
        """That many different people; the busiest tenth write about half of all comments."""
        chosen: dict[int, None] = {}
        population, word = max(self._population, 2 * count), stream.word
        while len(chosen) < count:
            u = word()
            chosen[((u * u >> 32) * u >> 32) * population >> 32] = None
        return [self.person(number) for number in chosen]

    def class_of(self, number: int) -> int:
        """The class of anecdotes of which this person may own some."""
        digest = self._hash.copy()
        digest.update(b"%d" % number)
        return digest.digest()[4] % OWNERS

    def names(self) -> Iterator[str]:
        """The names of the whole population, by number."""
        return map(self.name, range(self._population))

    def name(self, number: int) -> str:
        """The name of the person with this number, at the same cost for all."""
        return self._handles.name(number)

    def _person(self, number: int) -> Person:
        digest = self._hash.copy()
        digest.update(b"%d" % number)
        raw = digest.digest()
        own = _TRAITS(raw[:16])
        name = self._handles.name(number)
        avatar = None
        if is_latin(name):
            first = name[0].lower()
            avatar = first if len(first) == 1 else name[0]
        persona = self._personas[own[0] * len(self._personas) >> 16]
        life = draw_life(raw[_LIFE], persona, signs_of(self._lexicon, name), WORK)
        return Person(
            Author(name, avatar),
            persona,
            own[1] < self._traditional,
            life.home,
            own[3],
            life.years(YEAR),
            own[5],
            own[6],
            own[7],
            number,
            life,
            int.from_bytes(raw[36:], "little"),
        )


class _Handles:
    """A one-to-one map from numbers to names, shuffled by a seed within each kind."""

    def __init__(self, seed: int, lexicon: Lexicon, names: NameLimits | None) -> None:
        parts = lexicon.handles
        self.whole, self.front, self.back, self.latin = (parts[k] for k in ("whole", "front", "back", "latin"))
        self.most = names.most if names else None
        if names:
            self.whole = tuple(name for name in self.whole if names.hold(name))
            self.latin = tuple(name for name in self.latin if names.hold(name, len(_SUFFIXES[0])))
            longest = max((len(name) for name in self.back if names.hold(name, 3)), default=0)
            self.back = tuple(name for name in self.back if names.hold(name, 3))
            self.front = tuple(name for name in self.front if names.hold(name, longest))
        self.room = {
            "w": len(self.whole),
            "f": len(self.front) * len(self.back),
            "l": len(self.latin),
            "d": len(self.latin) * _DIGITS,
        }
        self.steps = {
            kind: _coprime(seed >> 20 * i & 0xFFFFF, max(n, 1)) for i, (kind, n) in enumerate(self.room.items())
        }
        self.kinds = parts["kinds"][0] if "kinds" in parts else _KINDS
        self.shift = seed >> 90 & 0xFFFFFF
        self.at = [(kind, self.kinds[:i].count(kind)) for i, kind in enumerate(self.kinds)]
        self.of_kind = {kind: self.kinds.count(kind) for kind in self.room}

    def name(self, number: int) -> str:
        turn, at = divmod(number, len(self.kinds))
        kind, before = self.at[at]
        nth = turn * self.of_kind[kind] + before
        if nth >= self.room[kind]:
            return self.far(number)
        place = (nth * self.steps[kind] + self.shift) % self.room[kind]
        if kind == "w":
            return self.whole[place]
        if kind == "l":
            return self.latin[place]
        if kind == "f":
            return self.front[place // len(self.back)] + self.back[place % len(self.back)]
        return self.latin[place // _DIGITS] + _SUFFIXES[place % _DIGITS]

    def far(self, number: int) -> str:
        """A name for people beyond the handles of their kind: a Latin one with the number itself behind it."""
        own = str(_FAR + number)
        return self.latin[number % len(self.latin)][: None if self.most is None else self.most - len(own)] + own


def _coprime(x: int, n: int) -> int:
    x = x % n | 1
    while gcd(x, n) != 1:
        x += 2
    return x
