"""Ground truth of lists: the threads of a board's page and the boards of the index, as they are shown."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from forgegen.model.truth import DateTruth


class ThreadLineTruth(msgspec.Struct, frozen=True, repr_omit_defaults=True, kw_only=True, gc=False):
    """A thread in a board's list; fields that the skin does not show are absent. ``url`` is what the link says."""

    title: str | UnsetType | None = UNSET
    url: str | UnsetType | None = UNSET
    author: str | UnsetType | None = UNSET
    replies: int | UnsetType | None = UNSET
    replies_shown: str | UnsetType = UNSET
    views: int | UnsetType | None = UNSET
    views_shown: str | UnsetType = UNSET
    date: DateTruth | UnsetType | None = UNSET
    last: DateTruth | UnsetType | None = UNSET
    last_author: str | UnsetType | None = UNSET
    sticky: str | UnsetType | None = UNSET


class BoardLineTruth(msgspec.Struct, frozen=True, repr_omit_defaults=True, kw_only=True, gc=False):
    """A board in the index."""

    name: str | UnsetType | None = UNSET
    url: str | UnsetType | None = UNSET
    threads: int | UnsetType | None = UNSET
    threads_shown: str | UnsetType = UNSET
    posts: int | UnsetType | None = UNSET
    posts_shown: str | UnsetType = UNSET


class ListTruth(msgspec.Struct, frozen=True, repr_omit_defaults=True, kw_only=True, gc=False):
    """What a board's page or the index lists, in the page's order."""

    threads: tuple[ThreadLineTruth, ...] = ()
    boards: tuple[BoardLineTruth, ...] = ()

    def to_json(self) -> str:
        """The truth as JSON on one line."""
        return msgspec.json.encode(self).decode()
