"""Named, seeded, order-free streams of choices.

A stream's words are SHAKE-128 (FIPS 202) of its path, so any stream of any thread is reached directly, on any machine
and Python. A draw from one stream moves no other. ``below`` maps a 32-bit word to a range by multiplication (bias below
n / 2^32, as in D. Lemire, "Fast Random Integer Generation in an Interval", 2019, without the rejection step).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b, shake_128
from itertools import chain, repeat
from struct import Struct
from typing import TypeVar

T = TypeVar("T")

# Bytes of the first blocks and what makes words of them; the last size repeats.
_SIZES = tuple((4 * words, Struct(f"<{words}I").unpack) for words in (64, 128, 256))


def _blocks(key: bytes) -> Iterator[tuple[int, ...]]:
    for block, (size, unpack) in enumerate(chain(_SIZES, repeat(_SIZES[-1]))):
        yield unpack(shake_128(b"%s#%d" % (key, block)).digest(size))


class Stream:
    """An endless sequence of 32-bit words under one path. ``word()`` takes the next."""

    __slots__ = ("word",)

    def __init__(self, *path: object) -> None:
        key = "/".join(map(str, path)).encode()
        self.word = chain.from_iterable(_blocks(key)).__next__

    def below(self, n: int) -> int:
        """A number in [0, n), n at most 2^32."""
        return (self.word() * n) >> 32

    def between(self, low: int, high: int) -> int:
        """A number in [low, high], both ends included."""
        return low + ((self.word() * (high - low + 1)) >> 32)

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[(self.word() * len(items)) >> 32]

    def chance(self, per_mille: int) -> bool:
        """True with probability per_mille / 1000."""
        return (self.word() * 1000) >> 32 < per_mille

    def below_wide(self, n: int) -> int:
        """A number in [0, n) for n up to 2^64: takes two words."""
        return (((self.word() << 32) | self.word()) * n) >> 64


def fingerprint(*path: object) -> int:
    """A 128-bit number that depends on the path alone (BLAKE2b, RFC 7693): attributes of people and the like."""
    return int.from_bytes(blake2b("/".join(map(str, path)).encode(), digest_size=16).digest(), "little")
