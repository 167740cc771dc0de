"""Shrinking of trees: properties of threads whose smallest example is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from forgegen.model.thread import Thread
from forgegen.model.tree import parents_of, reply_counts

Has = Callable[[Thread], bool]


def _depths(thread: Thread) -> list[int]:
    return [post.depth for post in thread.posts]


def _counts(thread: Thread) -> list[int]:
    return reply_counts(parents_of(_depths(thread)))


def _children(thread: Thread) -> dict[int, list[int]]:
    """0-based rows of the replies, by 0-based row."""
    below: dict[int, list[int]] = {n: [] for n in range(len(thread.posts))}
    for n, parent in enumerate(parents_of(_depths(thread))):
        if parent:
            below[parent - 1].append(n)
    return below


def _uncle(thread: Thread) -> bool:
    counts = _counts(thread)
    return any(len(kids) >= 2 and any(counts[k] == 1 for k in kids) for kids in _children(thread).values())


def _two_families(thread: Thread) -> bool:
    counts = _counts(thread)
    return any(sum(counts[k] >= 1 for k in kids) >= 2 for kids in _children(thread).values())


def _twins(thread: Thread) -> bool:
    depths = _depths(thread)
    roots = [n for n, d in enumerate(depths) if d == 1]
    shapes = Counter(tuple(depths[a:b]) for a, b in zip(roots, [*roots[1:], len(depths)], strict=False))
    return any(len(shape) >= 2 and times >= 2 for shape, times in shapes.items())


def _late(thread: Thread) -> bool:
    ranks = [n if p.arrival is None else p.arrival for n, p in enumerate(thread.posts)]
    return any(
        p.depth > 1 and ranks[n] > ranks[later]
        for n, p in enumerate(thread.posts)
        for later in range(n + 1, len(ranks))
    )


TREES: dict[str, tuple[Has, int]] = {
    "uncle": (_uncle, 4),
    "two families": (_two_families, 5),
    "depth 4": (lambda t: max(_depths(t), default=0) >= 4, 4),
    "depth 9": (lambda t: max(_depths(t), default=0) >= 9, 9),
    "depth 17": (lambda t: max(_depths(t), default=0) >= 17, 17),
    "six children": (lambda t: max(_counts(t), default=0) >= 6, 7),
    "twelve roots": (lambda t: _depths(t).count(1) >= 12, 12),
    "25 posts": (lambda t: len(t.posts) >= 25, 25),
    "twins": (_twins, 4),
    "late reply": (_late, 3),
    "deep and empty": (lambda t: any(p.depth >= 5 and p.text == "" for p in t.posts), 5),
}
"""Properties and how many posts their smallest example has."""
