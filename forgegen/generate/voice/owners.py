"""Who tells an anecdote: of each line about one's own life one person for ever, without anything stored.

A line's hash names a class of people; of the busiest of that class the first who has the life that the line needs, from
a place on that the hash names too, is its owner. So most anecdotes belong to people who write often.
"""

from __future__ import annotations

from functools import cached_property

from forgegen.generate.life import YEAR
from forgegen.generate.people import OWNERS, People
from forgegen.generate.voice.bank import Bank, Line
from forgegen.generate.voice.needs import meets

BUSY = 48 * OWNERS  # so many of the busiest may own something
_START = 2  # places of a class at which the search may begin


class Owners:
    """The owners of the anecdotes of a corpus."""

    def __init__(self, people: People) -> None:
        self.people = people
        self._tales: dict[int, tuple[Bank, dict[int, tuple[Line, ...]]]] = {}

    @cached_property
    def _classes(self) -> tuple[tuple[int, ...], ...]:
        """The busiest people of each class, the busiest first."""
        classes: list[list[int]] = [[] for _ in range(OWNERS)]
        for number in range(BUSY):
            classes[self.people.class_of(number)].append(number)
        return tuple(map(tuple, classes))

    def owner(self, line: Line) -> int:
        """The number of the person who may tell it; -1 where nobody has such a life."""
        numbers = self._classes[line.owner]
        first = line.number // OWNERS % _START
        for number in (*numbers[first:], *numbers[:first]):
            life = self.people.person(number).life
            if all(meets(need, life, YEAR) for need in line.needs):
                return number
        return -1

    def tales(self, bank: Bank) -> dict[int, tuple[Line, ...]]:
        """The anecdotes of a bank by their owners' numbers."""
        kept = self._tales.get(id(bank))
        if kept is None:
            found: dict[int, list[Line]] = {}
            for line in bank.tales:
                found.setdefault(self.owner(line), []).append(line)
            kept = self._tales[id(bank)] = bank, {number: tuple(lines) for number, lines in found.items()}
        return kept[1]
