"""The people of a forum by name and number: outlets that publish, and everybody who writes."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from itertools import chain

from forgegen.generate.lexicon import load_lexicon
from forgegen.generate.making import make_people
from forgegen.generate.people import People
from forgegen.rendering.views import user_number


class Members:
    """The members of one forum; ``most`` is the greatest number that they can have."""

    def __init__(self, seed: int, locale: str, profile: str, most: int) -> None:
        self._of, self._most = (seed, locale, profile), most

    @property
    def _people(self) -> People:
        seed, locale, profile = self._of
        return make_people(seed, locale=locale, profile=profile)

    @property
    def _outlets(self) -> tuple[str, ...]:
        return tuple(load_lexicon(self._of[1]).outlets)

    def names(self) -> Iterator[str]:
        """Everybody who writes: outlets, then people."""
        return chain(self._outlets, self._people.names())

    def people(self) -> Iterator[str]:
        """Those who log in: everybody but the outlets."""
        return self._people.names()

    def name_of(self, user: int) -> str | None:
        """The name of the member with this number; None where nobody has it."""
        return next(self._at(self._by_number, user), None)

    def called(self, name: str) -> str | None:
        """The member of this name, whatever its capitals, as engines find people; None where there is nobody."""
        found = self._at(self._by_name, user_number(name.casefold()))
        return next((one for one in found if one.casefold() == name.casefold()), None)

    def _at(self, directory: array[int], number: int) -> Iterator[str]:
        at = bisect_left(directory, number << 32)
        while at < len(directory) and directory[at] >> 32 == number:
            rank = directory[at] & 0xFFFFFFFF
            outlets = self._outlets
            yield outlets[rank] if rank < len(outlets) else self._people.name(rank - len(outlets))
            at += 1

    @cached_property
    def _by_number(self) -> array[int]:
        """Numbers of members with the ranks of their names, sorted."""
        return array("Q", sorted(user_number(name, self._most) << 32 | rank for rank, name in enumerate(self.names())))

    @cached_property
    def _by_name(self) -> array[int]:
        """The same by the names without capitals."""
        return array("Q", sorted(user_number(name.casefold()) << 32 | rank for rank, name in enumerate(self.names())))
