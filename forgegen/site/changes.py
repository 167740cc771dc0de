"""What happens on a forum between two moments: threads and posts that come, posts that are edited or taken down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from forgegen.site.forum import Forum
from forgegen.site.schedule import A_SLOT
from forgegen.site.urls import Finder, Place

_SLOTS = 8  # looked at together
_AFTER = 9  # slots after a thread's end in which something may still happen to its posts

Happening = Literal["thread", "post", "edit", "deletion"]


class Change(NamedTuple):
    """Something that happened: when, what, the number of the thread, its id and that of the post, and their page."""

    at: int
    kind: Happening
    number: int
    thread: int
    post: int
    url: str


def changes(forum: Forum, finder: Finder, host: str, since: int) -> Iterator[Change]:
    """What happened after a moment and up to the forum's own, in order."""
    schedule, now = forum.schedule, forum.activity.position
    first = max(schedule.position(since) + 1, 0)
    for slot in range(first >> A_SLOT, (now >> A_SLOT) + 1, _SLOTS):
        low, high = max(first, slot << A_SLOT), min(now, ((slot + _SLOTS) << A_SLOT) - 1)
        found = []
        for index in schedule.timeline.alive(max(0, slot - _AFTER), min(slot + _SLOTS, forum.size) - 1):
            if not forum.is_seen(index):
                continue
            found += [(at, index, rank, kind) for at, rank, kind in _of_thread(forum, index) if low <= at <= high]
        for at, index, rank, kind in sorted(found):
            yield _change(forum, finder, host, at, index, rank, kind)


def _of_thread(forum: Forum, index: int) -> Iterator[tuple[int, int, Happening]]:
    _, fate = forum.whole(index)
    for rank, position in enumerate(forum.schedule.positions(index)):
        yield position, rank, "post" if rank else "thread"
    for rank, position in fate.edited.items():
        yield position, rank, "edit"
    for rank, position in fate.taken.items():
        yield position, rank, "deletion"


def _change(forum: Forum, finder: Finder, host: str, at: int, index: int, rank: int, kind: Happening) -> Change:
    number = forum.numbers.post(index, rank)
    found = finder.post_place(number)
    place = Place("thread", index) if found is None else found
    return Change(
        forum.schedule.instant(at), kind, index, forum.numbers.thread(index), number, host + finder.path(place)
    )
