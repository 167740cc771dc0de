"""Where two truths differ, field by field: the one comparer of truths. Predictions are compared by ``assess``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from forgegen.model.truth import PostTruth, Truth, is_annotation


class TruthDifference(NamedTuple):
    """A field of the page (``n`` is None) or of the post ``n``, with both values."""

    name: str
    expected: Any
    found: Any
    n: int | None = None

    def __str__(self) -> str:
        where = self.name if self.n is None else f"{self.name} of post {self.n}"
        return f"{where} is {_plain(self.found)!r}; right would be {_plain(self.expected)!r}"


def _plain(value: Any) -> Any:
    return None if value is msgspec.UNSET else msgspec.to_builtins(value)


def truth_differences(expected: Truth, found: Truth) -> Iterator[TruthDifference]:
    """Every field that differs, annotations left out; ``posts`` where these are not as many as they should be.

    >>> from forgegen.model.truth import is_annotation, Truth
    >>> [str(d) for d in truth_differences(Truth(title="a"), Truth(title="b"))]
    ["title is 'b'; right would be 'a'"]
    """
    yield from _fields(expected, found, None)
    if len(expected.posts) != len(found.posts):
        yield TruthDifference("posts", [post.n for post in expected.posts], [post.n for post in found.posts])
        return
    for post, other in zip(expected.posts, found.posts, strict=True):
        yield from _fields(post, other, post.n)


def _fields(expected: Truth | PostTruth, found: Truth | PostTruth, n: int | None) -> Iterator[TruthDifference]:
    for name in expected.__struct_fields__:
        if name != "posts" and not is_annotation(name):
            values = getattr(expected, name), getattr(found, name)
            if values[0] != values[1]:
                yield TruthDifference(name, *values, n)
