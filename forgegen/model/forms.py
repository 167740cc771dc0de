"""The JSON form of a thread: the rows and, beside them, what follows from them, checked on reading."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from forgegen.errors import ReadError
from forgegen.model.calendar import Local
from forgegen.model.thread import Article, Author, Board, Odd, OddHead, Post, Thread
from forgegen.model.tree import parents_of, reply_counts


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


class _ThreadForm(msgspec.Struct, forbid_unknown_fields=True):
    id: int
    locale: str
    board: Board
    article: Article
    views: int
    zone: str
    last_reply: Local | None
    published: int | None
    observed: int | None
    posts: list[_PostForm]
    odd: OddHead | UnsetType = UNSET


_decoder = msgspec.json.Decoder(_ThreadForm)


def thread_to_json(t: Thread) -> str:
    """The thread as JSON text on one line."""
    parents = parents_of(p.depth for p in t.posts)
    rows = [
        _PostForm(
            p.text, p.depth, p.author, n, parent or None, replies, p.time, p.likes, p.floor, p.arrival, p.odd or UNSET
        )
        for n, (p, parent, replies) in enumerate(zip(t.posts, parents, reply_counts(parents), strict=True), 1)
    ]
    form = _ThreadForm(
        t.id, t.locale, t.board, t.article, t.views, t.zone, t.last_reply, t.published, t.observed, rows, t.odd or UNSET
    )
    return msgspec.json.encode(form).decode()


def thread_from_json(text: str | bytes) -> Thread:
    """A thread from its JSON; derived values that contradict the rows are refused.

    Raises: ReadError with the line where the input is broken.
    """
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    try:
        form = _decoder.decode(raw)
        posts = tuple(
            Post(f.text, f.depth, f.author, f.time, f.likes, f.floor, f.arrival, f.odd or None) for f in form.posts
        )
        thread = Thread(
            form.article, posts, form.board, form.views, form.last_reply, form.published, form.observed,
            form.zone, form.id, form.locale, form.odd or None,
        )  # fmt: skip
    except (msgspec.MsgspecError, ValueError) as e:
        raise ReadError(_line_of(raw, str(e)), f"not a thread's JSON: {e}") from None
    parents = parents_of(p.depth for p in posts)
    for n, (f, parent, replies) in enumerate(zip(form.posts, parents, reply_counts(parents), strict=True), 1):
        for name, told, true in (("n", f.n, n), ("parent", f.parent, parent or None), ("replies", f.replies, replies)):
            if told is not None and told != true:
                raise ReadError(_line_of_post(raw, n), f"post {n} says {name} {told}, but the depths make it {true}")
    return thread


def _line_of(raw: bytes, problem: str) -> int:
    """The 1-based line a decoder's message is about, 1 where it names no position."""
    if "(byte " in problem:
        at = int(problem.rsplit("(byte ", 1)[1].rstrip(")"))
        return raw.count(b"\n", 0, at) + 1
    if "$.posts[" in problem:
        return _line_of_post(raw, int(problem.split("$.posts[", 1)[1].split("]", 1)[0]) + 1)
    if problem.startswith("Input data was truncated"):
        return raw.count(b"\n") + 1
    return 1


def _line_of_post(raw: bytes, n: int) -> int:
    """The line on which the nth post's text key stands, as far as that can be told; else 1."""
    at = raw.find(b'"posts"')
    for _ in range(n):
        at = raw.find(b'"text"', at + 1)
        if at < 0:
            return 1
    return raw.count(b"\n", 0, at) + 1
