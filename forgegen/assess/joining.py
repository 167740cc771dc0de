"""Joining the pages of a thread: their truths with their addresses, and what a parser said of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec
from msgspec import UNSET

from forgegen.assess.corpus_reader import CorpusCase
from forgegen.assess.predict import Gone, PredictedPost, Prediction
from forgegen.model.truth import Truth


def by_thread(cases: Iterable[CorpusCase]) -> Iterator[list[CorpusCase]]:
    """The pages of each thread in one skin, which stand one after the other."""
    for _, pages in groupby(cases, key=lambda case: (case.thread, case.skin)):
        yield list(pages)


def joined_case(pages: Sequence[CorpusCase]) -> CorpusCase:
    """The pages of one thread as one case, by the first's address; there is no page to give to a parser."""
    if len(pages) == 1:
        return msgspec.structs.replace(pages[0], bare=True)
    return msgspec.structs.replace(
        pages[0], truth=Truth.join(page.truth for page in pages), body=b"", html="", bare=True,
        hostile=any(page.hostile for page in pages),
        quirks=tuple(dict.fromkeys(name for page in pages for name in page.quirks)),
    )  # fmt: skip


def joined_prediction(parts: Sequence[Prediction]) -> Prediction:
    """What was said of the pages as one answer: the header of the first that has it, all posts, each id once.

    A parent that is an id is found on any of the pages; one that is an index counts on its own page.
    """
    if len(parts) == 1:
        return parts[0]
    page: dict[str, object] = {}
    claims = frozenset(name for part in parts for name in part.claims)
    posts: list[PredictedPost] = []
    places: dict[str, int] = {}
    for part in parts:
        for name, value in part.page.items():
            page.setdefault(name, value)
        _append(part.posts or [], claims, posts, places)
    for post in posts:
        if isinstance(post.parent, Gone):
            post.parent = places.get(post.parent.name, post.parent)
    return Prediction(
        page=page,
        posts=posts if any(part.posts is not None for part in parts) else None,
        claims=claims,
        nested=any(part.nested for part in parts),
        unknown=tuple(dict.fromkeys(name for part in parts for name in part.unknown)),
    )


def _append(
    own: Sequence[PredictedPost], claims: frozenset[str], posts: list[PredictedPost], places: dict[str, int]
) -> None:
    """Put one page's posts behind the others; a post whose id was there already is the same."""
    moved: list[int] = []
    for post in own:
        if isinstance(post.id, str) and post.id in places:
            moved.append(places[post.id])
            continue
        moved.append(len(posts))
        if isinstance(post.id, str):
            places[post.id] = len(posts)
        posts.append(msgspec.structs.replace(post))
    for old, new in zip(own, moved, strict=True):
        copy = posts[new]
        for name in claims:
            if getattr(copy, name) is UNSET:
                setattr(copy, name, None)
        if isinstance(old.parent, int):
            copy.parent = moved[old.parent]
