"""What the generator knows of a thread and the page does not show: the story and its telling, what each comment does.

It is never part of a page's truth.
"""

from __future__ import annotations

import msgspec


class MadePost(msgspec.Struct, frozen=True, gc=False):
    """A comment: what it does, with which feeling, in which line of the words, by whom (a number)."""

    act: str
    polarity: str
    line: str
    person: int


class Made(msgspec.Struct, frozen=True, gc=False):
    """A thread: its story by topic and key, the branch, the last event that had happened, and its posts in page order.

    ``printed`` are the facts that the page prints, ``happened`` the instants of the story's events.
    """

    topic: str
    schema: str
    branch: str
    stage: str
    printed: tuple[str, ...]
    happened: dict[str, int]
    posts: tuple[MadePost, ...]
