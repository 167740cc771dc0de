"""The people of a forum by name and number: outlets that publish, and everybody who writes."""

from __future__ import annotations

import re
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import chain

import msgspec

from forgegen.generate.lexicon import load_lexicon
from forgegen.generate.making import make_people
from forgegen.generate.people import People
from forgegen.model.thread import Post, Thread
from forgegen.rendering.views import user_number
from forgegen.skins.limits import Limits, name_within
from forgegen.skins.skin import Skin

_FIRST = 100  # people of whom one stands for an outlet that the engine could not register


class Members:
    """The members of one forum. Where an engine is narrow in its names, everybody has the nearest that it would take
    (engines with mentions are not: texts name people there)."""

    def __init__(self, seed: int, locale: str, profile: str, skin: Skin) -> None:
        self._of = seed, locale, profile
        self._limits = skin.limits if skin.limits.names and "mention" not in skin.body.nodes else None

    @property
    def _people(self) -> People:
        seed, locale, profile = self._of
        return make_people(seed, locale=locale, profile=profile)

    @property
    def _outlets(self) -> tuple[str, ...]:
        return tuple(load_lexicon(self._of[1]).outlets)

    def names(self) -> Iterator[str]:
        """Everybody who writes: outlets, then people."""
        return map(self.fitted, chain(self._outlets, self._people.names()))

    def people(self) -> Iterator[str]:
        """Those who log in: everybody but the outlets."""
        return map(self.fitted, self._people.names())

    def fitted(self, name: str) -> str:
        """The name as the engine has it."""
        if self._limits is None or not name or _fits(name, self._limits):
            return name
        near = name_within(name, self._limits).rstrip("_-")
        if len(near) > 2:
            return near
        return name_within(self._people.name(zlib.crc32(name.encode()) % _FIRST), self._limits)

    def within(self, thread: Thread) -> Thread:
        """A thread whose people have names that the engine takes."""
        if self._limits is None:
            return thread
        replace = msgspec.structs.replace
        article = replace(thread.article, byline=self.fitted(thread.article.byline))
        return replace(thread, article=article, posts=tuple(map(self._post, thread.posts)))

    def _post(self, post: Post) -> Post:
        name = post.author.name if post.author is not None else ""
        right = self.fitted(name)
        if post.author is None or right == name:
            return post
        return msgspec.structs.replace(post, author=msgspec.structs.replace(post.author, name=right))

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
            yield self.fitted(outlets[rank] if rank < len(outlets) else self._people.name(rank - len(outlets)))
            at += 1

    @cached_property
    def _by_number(self) -> array[int]:
        """Numbers of members with the ranks of their names, sorted."""
        return array("Q", sorted(user_number(name) << 32 | rank for rank, name in enumerate(self.names())))

    @cached_property
    def _by_name(self) -> array[int]:
        """The same by the names without capitals."""
        return array("Q", sorted(user_number(name.casefold()) << 32 | rank for rank, name in enumerate(self.names())))


@lru_cache(maxsize=8192)
def _fits(name: str, limits: Limits) -> bool:
    return len(name) <= limits.name and re.fullmatch(f"[{limits.names}]*", name) is not None
