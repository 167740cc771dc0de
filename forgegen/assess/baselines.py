"""Baselines, always printed beside a parser: what can be had without reading the structure, or anything.

A parser that ties with ``chain`` has not read the structure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import UNSET

from forgegen.model.truth import Truth


def everything(truth: Truth) -> dict[str, Any]:
    """All text of the page as one post."""
    paragraphs = () if truth.paragraphs is UNSET else truth.paragraphs
    texts = [*paragraphs, *(p.text for p in truth.posts if isinstance(p.text, str))]
    return {"posts": [{"text": "\n".join(texts), "parent": None}]}


def nothing(truth: Truth) -> dict[str, Any]:
    """No post."""
    return {"posts": []}


def flat(truth: Truth) -> dict[str, Any]:
    """The page's posts, each an answer to the article."""
    return _with_parents(truth, [None] * len(truth.posts))


def chain(truth: Truth) -> dict[str, Any]:
    """The page's posts, each an answer to the one before."""
    return _with_parents(truth, [i - 1 if i else None for i in range(len(truth.posts))])


def _with_parents(truth: Truth, parents: list[int | None]) -> dict[str, Any]:
    found = msgspec.to_builtins(truth)
    for post, parent in zip(found["posts"], parents, strict=True):
        post["parent"] = parent
    return dict(found)


BASELINES: dict[str, Callable[[Truth], dict[str, Any]]] = {f.__name__: f for f in (everything, nothing, flat, chain)}
