"""Which story a thread tells: a seeded order of all stories that any index reaches directly.

Indices go through the stories round after round. Within a round the order is that of the seed, stirred in blocks of a
third, so a story comes back after no less than two thirds of them; each time it is told in its next branch, on its next
board. Nothing is stored but the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import gcd
from typing import Generic, TypeVar

import msgspec

from forgegen.streams.stream import Stream, fingerprint

T = TypeVar("T")


class Card(msgspec.Struct, Generic[T], frozen=True):
    """A story drawn: its item and how often it came before."""

    item: T
    turn: int


class Deck(Generic[T]):
    """Items in an order that a seed decides; ``at`` gives the one at any place."""

    def __init__(self, root: str, items: Sequence[T]) -> None:
        self.root = root
        stream, order = Stream(root, "deck"), list(items)
        for last in range(len(order) - 1, 0, -1):
            at = stream.below(last + 1)
            order[last], order[at] = order[at], order[last]
        self.order = tuple(order)
        self.block = max(1, len(order) // 3)

    def at(self, place: int) -> Card[T]:
        """The item at a place, whole rounds counted."""
        turn, at = divmod(place, len(self.order))
        first = at - at % self.block
        size = min(self.block, len(self.order) - first)
        return Card(self.order[first + stirred(at - first, size, self.root, turn, first)], turn)


def stirred(at: int, size: int, *path: object) -> int:
    """A place in ``range(size)``: a permutation of its own for every path."""
    times, plus = stirring(size, *path)
    return (at * times + plus) % size


@lru_cache(maxsize=4096)
def stirring(size: int, *path: object) -> tuple[int, int]:
    """What the places in ``range(size)`` are multiplied by, and what is added, to permute them."""
    mark = fingerprint(*path)
    return _coprime(mark & 0xFFFFFFFF, size), mark >> 32 & 0xFFFFFFFF


def taken_in_turn(turn: int, size: int, *path: object) -> int:
    """Which of ``size`` things comes at this turn: all before any comes again, in an order of the path's own."""
    return stirred(turn % size, size, *path)


def _coprime(x: int, n: int) -> int:
    x = x % n | 1
    while gcd(x, n) != 1:
        x += 2
    return x
