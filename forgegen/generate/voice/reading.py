"""Where each thread reads the banks, so that no line comes again before the others of its kind were said.

Sizes of threads are known without the threads. So a thread knows how many lines those before it are likely to have
taken, and reads on from there, in an order of the seed's own. Sizes are added up within windows of threads: any thread
is reached without those of the windows before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import msgspec

from forgegen.generate.growth import draw_size
from forgegen.generate.profile import Profile
from forgegen.generate.stories.deck import Deck, stirring
from forgegen.generate.stories.story_library import Tale
from forgegen.generate.voice.bank import Line, Pool
from forgegen.generate.voice.subjects import NONE
from forgegen.streams.stream import Stream

WINDOW = 64  # threads whose sizes are added up
_SEVERAL = 30  # comments up to which the lines of the story do for most
_FEW, _MORE = 320, 380  # lines of a bank kept for a thousand comments, and how many more beyond those
_SAMPLE = 600  # sizes of which the mean is taken
_LEFT = 40  # lines that did not fit and are looked at again
_GOLDEN = 2654435769  # 2^32 by the golden ratio: multiples of it are spread evenly


class BankPlace(msgspec.Struct, frozen=True, gc=False):
    """What was likely said before a thread, in thousandths of lines: of any page, of its topic; its own; its turn."""

    root: str
    index: int
    general: int
    topic: int
    own: int
    turn: int

    def start(self, bank: int, share: int, size: int) -> tuple[int, int]:
        """The place in an endless row of a bank's lines, ``size`` of which are said in ``share`` of a million, and the
        step to the next: every other thread reads its part from the end, so that two share what either has left."""
        if not bank:
            return self.turn * _GOLDEN % (1 << 32) * size >> 32, 1
        before = self.general if bank in (2, 4) else self.topic
        if self.index & 1:
            return (before + self.own) * share // 10**9 - 1, -1
        return before * share // 10**9, 1


class Shelf:
    """The places of the threads of a corpus."""

    def __init__(self, root: str, profile: Profile, deck: Deck[Tale]) -> None:
        self.root, self.profile, self.deck = root, profile, deck
        self._windows: dict[int, list[tuple[str, int]]] = {}

    @cached_property
    def topics(self) -> Mapping[str, int]:
        """How many stories each topic has."""
        topics = [tale.topic for tale in self.deck.order]
        return {topic: topics.count(topic) for topic in topics}

    @cached_property
    def mean(self) -> int:
        """The likely lines of a thread in the mean."""
        return _mean(self.profile)

    def at(self, index: int) -> BankPlace:
        """The place of a thread."""
        card, (window, within) = self.deck.at(index), divmod(index, WINDOW)
        *before, (_, own) = self._window(window, within + 1)
        topic, mean = card.item.topic, self.mean
        general = window * WINDOW * mean + sum(lines for _, lines in before)
        usual = window * WINDOW * mean * self.topics[topic] // len(self.deck.order)
        mine = usual + sum(lines for other, lines in before if other == topic)
        return BankPlace(self.root, index, general, mine, own, card.turn)

    def _window(self, window: int, count: int) -> list[tuple[str, int]]:
        """Topic and likely lines of the first threads of a window."""
        if window not in self._windows and len(self._windows) > 7:
            self._windows.clear()
        known = self._windows.setdefault(window, [])
        for index in range(window * WINDOW + len(known), window * WINDOW + count):
            size = draw_size(Stream(f"{self.root}/{index}", "size"), self.profile)
            known.append((self.deck.at(index).item.topic, _likely(size)))
        return known[:count]


def _likely(size: int) -> int:
    """How many lines of a bank are kept for a thread of so many comments, in thousandths: more than most take."""
    return size * _FEW + max(size - _SEVERAL, 0) * _MORE


_MEANS: dict[str, int] = {}


def _mean(profile: Profile) -> int:
    """The likely lines of a thread in the mean; drawn once for each law of sizes."""
    law = str((profile.sizes_zero, profile.sizes_quantiles, profile.sizes_lognormal, profile.sizes_cap))
    if law not in _MEANS:
        stream = Stream("sizes", law)
        _MEANS[law] = sum(_likely(draw_size(stream, profile)) for _ in range(_SAMPLE)) // _SAMPLE
    return _MEANS[law]


class Reader:
    """One thread's reading of the lines of a bank that do one thing, each of them once."""

    def __init__(
        self, pool: Pool, place: BankPlace, bank: int, act: str, share: int, subjects: frozenset[int] = NONE
    ) -> None:
        """``subjects`` are those of the story: lines on others are passed over."""
        self.subjects, self.pool, self.read, self.left = subjects, pool, [0] * len(pool.groups), list[Line]()
        self.starts = [
            place.start(bank, share * weight, len(lines))
            for lines, weight in zip(pool.groups, pool.weights, strict=True)
        ]
        self.bank, self.name = bank, f"{place.root}/{bank}/{act}"

    def next(self, word: int, fits: Callable[[Line], bool], reach: int = 1) -> Line | None:
        """The next line that fits, ``reach`` lines on at the most; one of those that did not fit before comes first."""
        for i, line in enumerate(self.left):
            if fits(line):
                del self.left[i]
                return line
        at = self.pool.group(word)
        group = self.pool.groups[at]
        while reach and self.read[at] < len(group):
            line = group[self._order(at, len(group))]
            self.read[at] += 1
            if not line.subjects <= self.subjects:
                continue
            reach -= 1
            if fits(line):
                return line
            if len(self.left) < _LEFT:
                self.left.append(line)
        return None

    def _order(self, at: int, size: int) -> int:
        """Where the line that is read next stands in its group."""
        start, step = self.starts[at]
        turn, place = divmod(start + self.read[at] * step, size)
        times, plus = stirring(size, self.name, at, turn if self.bank else 0)
        return (place * times + plus) % size
