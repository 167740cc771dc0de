"""Threads as trees, one row a post, in Parquet: for people who study how threads grow.

The article is post 0 of its thread, at depth 0; an answer to it has ``parent_n`` 0. Posts stand in page order.
``author`` is a number that stands for the name, the same in all threads, null where the author is gone and for the
article. Parquet and not JSON: such tables are read by columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from forgegen.corpus.files import OutputFile
from forgegen.corpus.formats.registry import Settings, Stored, register
from forgegen.corpus.rows import Row
from forgegen.model.thread import Thread
from forgegen.model.tree import parents_of
from forgegen.streams.stream import fingerprint

COLUMNS = ("thread", "n", "parent_n", "depth", "author", "instant", "text")
_GROUP_POSTS, _BATCH_POSTS = 20_000, 2_000
_PAGE_POSTS = 1_024


@register
class PostTable:
    """One row a post."""

    name: ClassVar[str] = "posts"
    about: ClassVar[str] = "a row a post: thread, n, parent_n, depth, author, instant, text (.posts.parquet)"
    suffix: ClassVar[str] = ".posts.parquet"
    folder: ClassVar[bool] = False
    packages: ClassVar[tuple[str, ...]] = ("pyarrow",)

    def __init__(self, output: OutputFile, settings: Settings) -> None:
        from forgegen.corpus import arrow

        self._arrow = arrow
        self._writer = arrow.ParquetWriter(output, arrow.POSTS, bulky=("text",), rows_a_page=_PAGE_POSTS)
        self._posts: list[tuple[Any, ...]] = []
        self._grouped = 0

    def add(self, row: Row) -> None:
        """The thread's posts, with its first page."""
        if row.opens:
            self._posts += posts_of(row.index, row.thread)
            if len(self._posts) >= _BATCH_POSTS:
                self._flush()
            if self._grouped >= _GROUP_POSTS:
                self._writer.end_group()
                self._grouped = 0

    def _flush(self) -> None:
        if self._posts:
            self._writer.add(self._arrow.post_batch(self._posts))
        self._grouped += len(self._posts)
        self._posts = []

    def finish(self) -> None:
        """The last group and the footer."""
        self._flush()
        self._writer.finish()

    @staticmethod
    def read(path: Path, index: int | None = None) -> Iterator[Stored]:
        """Nothing: a post is no page."""
        return iter(())

    @staticmethod
    def differs(path: Path, index: int, made: list[Row]) -> str | None:
        """See ``Format``."""
        from forgegen.corpus import arrow

        stored = list(arrow.read_rows(path, COLUMNS, index, by="thread"))
        found = [(*list(post.values())[:5], _seconds(post["instant"]), post["text"]) for post in stored]
        right = [
            (*post[:5], None if post[5] is None else post[5] // 1000, post[6])
            for post in posts_of(index, made[0].thread)
        ]
        if found == right:
            return None
        if len(found) != len(right):
            return f"thread {index} has {len(found)} posts; right would be {len(right)}"
        at = next(n for n, (a, b) in enumerate(zip(found, right, strict=True)) if a != b)
        return f"post {at} of thread {index} is another"


def posts_of(index: int, thread: Thread) -> list[tuple[Any, ...]]:
    """The rows of a thread in the order of ``COLUMNS``; instants in milliseconds."""
    article = thread.article
    posts: list[tuple[Any, ...]] = [
        (index, 0, None, 0, None, _milliseconds(thread.published), "\n".join((article.title, *article.paragraphs)))
    ]
    parents = parents_of([post.depth for post in thread.posts])
    for n, (post, parent) in enumerate(zip(thread.posts, parents, strict=True), 1):
        author = None if post.author is None else author_number(post.author.name)
        posts.append((index, n, parent, post.depth, author, _milliseconds(post.time), post.text))
    return posts


@lru_cache(maxsize=8192)
def author_number(name: str) -> int:
    """The number that stands for an author: 63 bits of a digest of the name."""
    return fingerprint("author", name) & (1 << 63) - 1


def _milliseconds(instant: int | None) -> int | None:
    return None if instant is None else instant * 1000


def _seconds(moment: Any) -> int | None:
    return None if moment is None else int(moment.timestamp())
