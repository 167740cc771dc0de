"""What a parser of ``tests.parsers`` has to answer for a page: its truth, in the parsers' form."""

from __future__ import annotations

from typing import Any

from forgegen.model.truth import DateTruth, PostTruth
from forgegen.pages.page import Page


def expected(page: Page) -> dict[str, Any]:
    """The answer that is right."""
    truth = page.truth
    names = ("title", "author", "board", "views", "comment_count")
    dates = {name: _date(getattr(truth, name)) for name in ("published", "last_reply")}
    return {
        **{name: getattr(truth, name) for name in names},
        **dates,
        "paragraphs": list(truth.paragraphs) if isinstance(truth.paragraphs, tuple) else [],
        "posts": [_post(post) for post in truth.posts],
    }


_POST = ("id", "floor", "author", "avatar", "text", "replies", "parent", "likes", "quote", "status")


def _post(post: PostTruth) -> dict[str, Any]:
    return {**{name: getattr(post, name) for name in _POST}, "date": _date(post.date)}


def _date(date: Any) -> Any:
    return date if isinstance(date, DateTruth) else None


def differs(value: Any, right: Any) -> bool:
    """Whether an answer is wrong."""
    return not _right(value, right)


def _right(value: Any, right: Any) -> bool:
    """Whether an answer is right; of a date the local time to the minute or the words shown will do."""
    if isinstance(right, DateTruth):
        return value == right.shown or (right.local is not None and value == right.local[:16])
    return bool(value == right)


def first_difference(page: Page, answer: dict[str, Any]) -> str | None:
    """Where an answer parts from the truth, or None."""
    right = expected(page)
    for name, value in right.items():
        if name != "posts" and not _right(answer[name], value):
            return f"{name}: {answer[name]!r} for {value!r}"
    if len(answer["posts"]) != len(right["posts"]):
        return f"posts: {len(answer['posts'])} for {len(right['posts'])}"
    for n, (got, post) in enumerate(zip(answer["posts"], right["posts"], strict=True), 1):
        for name, value in post.items():
            if not _right(got[name], value):
                return f"post {n}, {name}: {got[name]!r} for {value!r}"
    return None
