"""What the pages of a site show, as its truth is told."""

from __future__ import annotations

from typing import Any, NamedTuple

from forgegen.site.forum import Forum
from forgegen.site.urls import Place

_LISTED = ("id", "title", "author", "replies", "views", "published", "last", "last_author", "sticky", "locked")


class Expected(NamedTuple):
    """What a page of the site shows: its kind, address and truth; ``fault`` is what takes it away for good, or None.

    A thread's truth is a ``Truth``; an index's and a board's are objects with ``boards`` and ``threads``. ``thread``
    and ``page`` say which page of which thread it is. ``seen_by`` are the names of those who may see it, None where
    everybody may.
    """

    kind: str
    url: str
    truth: Any
    fault: str | None = None
    thread: int | None = None
    page: int = 1
    seen_by: tuple[str, ...] | None = None


def listed(forum: Forum, place: Place) -> dict[str, object]:
    """What a list shows."""
    if place.kind == "index":
        rows = [(forum.boards[b], forum.threads_on(b)) for b in forum.seen]
        boards = [{"id": b.id, "name": b.name, "threads": threads} for b, threads in rows]
        ranked = {"threads": _rows(forum, forum.front(place.page))} if forum.rules.ranked else {}
        return {"boards": boards, **ranked}
    threads = forum.listed(place.number, place.page)
    return {"board": forum.boards[place.number].name, "threads": _rows(forum, threads)}


def _rows(forum: Forum, threads: list[int]) -> list[dict[str, object]]:
    """What lists show of threads."""
    return [{name: getattr(forum.row(index), name) for name in _LISTED} for index in threads]
