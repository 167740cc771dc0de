"""What becomes of posts after they were written: a few are edited, a few are taken down.

An edit adds the last sentence, so that in the end a post says what it always says. Taken down are only posts without
replies, after another post came: so no thread loses its place in an order of activity.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from forgegen.model.bodies import Block, ItemList, Quote, Spoiler, quotes_in
from forgegen.model.calendar import local_at
from forgegen.model.thread import Odd, Post, Thread
from forgegen.model.tree import parents_of
from forgegen.site.schedule import A_SLOT, Schedule
from forgegen.streams.stream import fingerprint

_EDITED, _TAKEN = 24, 150  # one in so many posts
_SENTENCE = re.compile(r"(?<=[.!?。！？…])(?=\s*\S)")
_LONGEST = 8 << A_SLOT  # positions after which nothing happens to a post any more
_DAY = 2 * 86_400


class Fate(NamedTuple):
    """What happens to a thread's posts: positions by rank (0 is the opening post, which nothing happens to)."""

    edited: dict[int, int]
    taken: dict[int, int]

    @property
    def positions(self) -> list[int]:
        """All of them."""
        return [*self.edited.values(), *self.taken.values()]


def fate_of(thread: Thread, slot: int, schedule: Schedule) -> Fate:
    """What happens to the posts of a whole thread."""
    positions, fate = schedule.positions(slot), Fate({}, {})
    parents = set(parents_of([post.depth for post in thread.posts]))
    for row, post in enumerate(thread.posts):
        rank = (row if post.arrival is None else post.arrival) + 1
        mark = fingerprint(schedule.root, "fate", slot, rank)
        after = _after(schedule, mark)
        if row + 1 not in parents and rank + 1 < len(positions) and mark % _TAKEN == 0:
            fate.taken[rank] = positions[rank + 1] + after
        elif mark % _EDITED == 1 and shorter(post.text) != post.text and post.odd is None and not post.body:
            fate.edited[rank] = positions[rank] + after
    return fate


def _after(schedule: Schedule, mark: int) -> int:
    """How long after: some minutes to two days, mostly short, and never more than some slots."""
    part = (mark >> 32 & 0xFFFF) ** 2 >> 16
    seconds = 120 + _DAY * part // 65_536
    return min(seconds * (schedule.threads << A_SLOT) // (schedule.profile.days * 86_400), _LONGEST) or 1


def shorter(text: str) -> str:
    """A text without its last sentence; the text itself where it has but one.

    >>> shorter("It hums. Why?"), shorter("Why?")
    ('It hums.', 'Why?')
    """
    ends = [found.start() for found in _SENTENCE.finditer(text)]
    return text[: ends[-1]].rstrip() if ends else text


class Told(NamedTuple):
    """A thread as it stands at a moment, the ranks of its posts in the order of the page (0 for the opening one), and
    the position of the latest change to it."""

    thread: Thread
    ranks: tuple[int, ...]
    changed: int


def told_at(whole: Thread, slot: int, fate: Fate, now: int, schedule: Schedule) -> Told:
    """A thread at a position, ``now``: its posts that have come, as they are then."""
    positions, size = schedule.positions(slot), len(whole.posts)
    come = schedule.come(slot, now) - 1
    shown, ranks, places = list[Post](), [0], {0: 0}
    for row, post in enumerate(whole.posts):
        rank = (row if post.arrival is None else post.arrival) + 1
        if positions[rank] <= now < fate.taken.get(rank, now + 1):
            shown.append(_at(post, rank, come, fate.edited.get(rank), now, schedule, size))
            ranks.append(rank)
            places[row + 1] = len(shown)
    if len(shown) < size:
        shown = [renumbered(post, places) for post in shown]
    thread = msgspec.structs.replace(
        whole, posts=tuple(shown), views=max(1, whole.views * (come + 1) // (size + 1)),
        last_reply=local_at(schedule.instant(positions[come]), whole.zone),
    )  # fmt: skip
    return Told(thread, tuple(ranks), max(p for p in (positions[come], *fate.positions) if p <= now))


def renumbered(post: Post, places: Mapping[int, int]) -> Post:
    """A post whose quotations name the posts by their new places; of one that is gone they name the author alone."""
    if not post.body or not any(quote.post is not None for quote in quotes_in(post.body)):
        return post
    return Post(
        "ok", post.depth, post.author, post.time, post.likes, post.floor, post.arrival, post.odd,
        _renumbered(post.body, places),
    )  # fmt: skip


def _renumbered(blocks: tuple[Block, ...], places: Mapping[int, int]) -> tuple[Block, ...]:
    """Blocks whose quotations name the posts by their new places, at any depth."""
    found: list[Block] = []
    for block in blocks:
        match block:
            case Quote(inner, author, date, n):
                place = places.get(n) if isinstance(n, int) else n
                found.append(Quote(_renumbered(inner, places), author, None if place is None else date, place))
            case Spoiler(inner, title):
                found.append(Spoiler(_renumbered(inner, places), title))
            case ItemList(items, ordered):
                found.append(ItemList(tuple(_renumbered(item, places) for item in items), ordered))
            case _:
                found.append(block)
    return tuple(found)


def _at(post: Post, rank: int, come: int, edited: int | None, now: int, schedule: Schedule, size: int) -> Post:
    """A post as it stands when ``come`` posts of its thread have come."""
    if post.likes and come < size:
        post = msgspec.structs.replace(post, likes=post.likes * (come - rank + 1) // (size - rank + 1))
    if edited is None:
        return post
    if edited > now:
        return msgspec.structs.replace(post, text=shorter(post.text))
    return msgspec.structs.replace(post, odd=Odd(edited=schedule.instant(edited)))
