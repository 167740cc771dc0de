"""Thread: one forum page's content, flat and frozen, with its JSON form.

Posts are rows in page order (depth-first pre-order). A row holds its depth; parents and direct-reply counts follow
from the depths (``forgegen.model.tree``), so that a row can be taken out without renumbering any other. The JSON form
also holds what follows from the rows, and it is checked on reading.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from forgegen.errors import ReadError, check_type
from forgegen.model.bodies import Block
from forgegen.model.broken_json import line_of
from forgegen.model.calendar import ZONES, Local
from forgegen.model.parts import Article, Author, Board, Odd, OddHead, Post
from forgegen.model.post_numbers import MOST_ID, pid_of
from forgegen.model.tree import parents_of, reply_counts

__all__ = ["Article", "Author", "Board", "Odd", "OddHead", "Post", "Thread", "thread_from_json", "thread_to_json"]


class Thread(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False):
    """An article with its comments, as one board holds it.

    Instants are seconds since 1970 in UTC. ``last_reply`` is what the header shows. ``observed`` is the moment at which
    the page is looked at. All three are None where they are not known (an imported thread has no times). ``numbers``
    are those that a forum has given to the opening post and to the posts; they follow from the id where it is empty.
    """

    article: Article = Article()
    posts: tuple[Post, ...] = ()
    board: Board = Board()
    views: int = 0
    last_reply: Local | None = None
    published: int | None = None
    observed: int | None = None
    zone: str = "PT"
    id: int = 1
    locale: str = "zh-CN"
    odd: OddHead | None = None
    numbers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.zone not in ZONES:
            raise ValueError(f"unknown zone {self.zone!r}; known: {', '.join(ZONES)}")
        if not 0 <= self.id <= MOST_ID:
            raise ValueError(f"id cannot be {self.id}; right would be a whole number from 0 to 10**36 - 1")
        if self.views < 0:
            raise ValueError(f"views cannot be {self.views}; right would be 0 or more")
        if self.numbers and len(self.numbers) != len(self.posts) + 1:
            raise ValueError(f"{len(self.numbers)} numbers for the opening post and {len(self.posts)} others")
        above = 0
        for n, post in enumerate(self.posts, 1):
            if not 1 <= post.depth <= above + 1:
                raise ValueError(
                    f"post {n} has depth {post.depth}; after depth {above} right would be 1 to {above + 1}"
                )
            above = post.depth

    def number(self, n: int) -> int:
        """The number of a post by its position, 0 being the opening one."""
        return self.numbers[n] if self.numbers else pid_of(self.id, n)

    def to_json(self) -> str:
        """The thread as JSON, each post also with its ``n``, ``parent`` (an ``n`` or null) and ``replies``."""
        return thread_to_json(self)

    @classmethod
    def from_json(cls, text: str | bytes | Mapping[str, Any]) -> Thread:
        """A thread from its JSON, or from what ``json.loads`` makes of it.

        Raises: ReadError with the line where the input is broken.
        """
        check_type("text", text, (str, bytes, Mapping), "the JSON of a thread, or what json.loads makes of it")
        return thread_from_json(text)


class _PostForm(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    depth: int
    author: Author | None
    n: int | None = None
    parent: int | None = None
    replies: int | None = None
    time: int | None = None
    likes: int | None = None
    floor: int | None = None
    arrival: int | None = None
    odd: Odd | UnsetType = UNSET
    body: tuple[Block, ...] | UnsetType = UNSET


class _ArticleForm(msgspec.Struct, forbid_unknown_fields=True):
    title: str = "t"
    byline: str = ""
    caption: str = ""
    paragraphs: tuple[str, ...] = ()
    body: tuple[Block, ...] | UnsetType = UNSET


class _ThreadForm(msgspec.Struct, forbid_unknown_fields=True):
    id: int
    locale: str
    board: Board
    article: _ArticleForm
    views: int
    zone: str
    last_reply: Local | None
    published: int | None
    observed: int | None
    posts: list[_PostForm]
    odd: OddHead | UnsetType = UNSET
    numbers: tuple[int, ...] | UnsetType = UNSET


_decoder = msgspec.json.Decoder(_ThreadForm)


def thread_to_json(t: Thread) -> str:
    """The thread as JSON text on one line."""
    parents = parents_of(p.depth for p in t.posts)
    rows = [
        _PostForm(
            p.text,
            p.depth,
            p.author,
            n,
            parent or None,
            replies,
            p.time,
            p.likes,
            p.floor,
            p.arrival,
            p.odd or UNSET,
            p.body or UNSET,
        )
        for n, (p, parent, replies) in enumerate(zip(t.posts, parents, reply_counts(parents), strict=True), 1)
    ]
    a = t.article
    article = _ArticleForm(a.title, a.byline, a.caption, a.paragraphs, a.body or UNSET)
    form = _ThreadForm(
        t.id, t.locale, t.board, article, t.views, t.zone, t.last_reply, t.published, t.observed, rows,
        t.odd or UNSET, t.numbers or UNSET,
    )  # fmt: skip
    return msgspec.json.encode(form).decode()


def thread_from_json(text: str | bytes | Mapping[str, Any]) -> Thread:
    """A thread from its JSON; derived values that contradict the rows are refused.

    Raises: ReadError with the line where the input is broken.
    """
    if isinstance(text, Mapping):
        text = json.dumps(text)
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    try:
        form = _decoder.decode(raw)
        posts = tuple(
            Post(f.text, f.depth, f.author, f.time, f.likes, f.floor, f.arrival, f.odd or None, f.body or ())
            for f in form.posts
        )
        a = form.article
        article = Article(a.title, a.byline, a.caption, a.paragraphs, a.body or ())
        thread = Thread(
            article, posts, form.board, form.views, form.last_reply, form.published, form.observed,
            form.zone, form.id, form.locale, form.odd or None, form.numbers or (),
        )  # fmt: skip
    except (msgspec.MsgspecError, ValueError, RecursionError) as e:
        raise ReadError(_line_of(raw, str(e)), f"not a thread's JSON: {e}") from None
    parents = parents_of(p.depth for p in posts)
    for n, (f, parent, replies) in enumerate(zip(form.posts, parents, reply_counts(parents), strict=True), 1):
        for name, told, true in (("n", f.n, n), ("parent", f.parent, parent or None), ("replies", f.replies, replies)):
            if told is not None and told != true:
                raise ReadError(_line_of_post(raw, n), f"post {n} says {name} {told}, but the depths make it {true}")
    return thread


def _line_of(raw: bytes, problem: str) -> int:
    """The 1-based line a decoder's message is about, 1 where it names no position."""
    if "$.posts[" in problem:
        return _line_of_post(raw, int(problem.split("$.posts[", 1)[1].split("]", 1)[0]) + 1)
    return line_of(raw, problem)


def _line_of_post(raw: bytes, n: int) -> int:
    """The line on which the nth post's text key stands, as far as that can be told; else 1."""
    at = raw.find(b'"posts"')
    for _ in range(n):
        at = raw.find(b'"text"', at + 1)
        if at < 0:
            return 1
    return raw.count(b"\n", 0, at) + 1
