"""Which of many texts stand within another, in time that grows with what is read, not with the product of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

_HEAD = 12  # characters by which longer texts are looked up
_FEW = 300  # texts that are looked for one by one: Python's own search is that much faster than a look at each place


class TextIndex:
    """Texts with their places, to be found within other texts.

    >>> index = TextIndex([(0, "b"), (1, "zz"), (2, "b")])
    >>> list(index.within("abc")), index.places["b"]
    (['b'], [0, 2])
    """

    def __init__(self, texts: Iterable[tuple[int, str]]) -> None:
        self.places: dict[str, list[int]] = {}
        for place, text in texts:
            if text:
                self.places.setdefault(text, []).append(place)
        self._short: dict[int, set[str]] = defaultdict(set)
        self._long: dict[str, dict[int, set[str]]] = {}
        for text in self.places if len(self.places) > _FEW else ():
            if len(text) < _HEAD:
                self._short[len(text)].add(text)
            else:
                self._long.setdefault(text[:_HEAD], {}).setdefault(len(text), set()).add(text)
        self._lengths = sorted({len(text) for text in self.places})

    def within(self, text: str) -> Iterator[str]:
        """The texts that stand in this one, each once, in no order that matters."""
        if len(self.places) <= _FEW:
            yield from (piece for piece in self.places if len(piece) <= len(text) and piece in text)
            return
        found: set[str] = set()
        for at in range(len(text)):
            for length, pieces in self._short.items():
                if (piece := text[at : at + length]) in pieces:
                    found.add(piece)
            for length, pieces in self._long.get(text[at : at + _HEAD], {}).items():
                if (piece := text[at : at + length]) in pieces:
                    found.add(piece)
        yield from found

    def ending(self, text: str) -> Iterator[str]:
        """The texts with which this one ends, but for itself."""
        for length in self._lengths:
            if length >= len(text):
                return
            if (piece := text[-length:]) in self.places:
                yield piece
