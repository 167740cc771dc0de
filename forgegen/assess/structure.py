"""Reply structure: edges, chains to the root, depths, order, and what a prediction says of itself."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from forgegen.assess.matching import number_of
from forgegen.assess.normalise import f1, increasing_share, kendall_tau
from forgegen.assess.predict import Gone, PredictedPost, Prediction

Parent = int | Gone | None
"""A 0-based index, a post that is not on the page, or None for an answer to the article."""


class Rates(NamedTuple):
    """Precision, recall and F1."""

    precision: float
    recall: float
    f1: float


def rates(right: int, predicted: int, true: int) -> Rates:
    """Precision, recall and F1 from counts; 1 where neither side has anything.

    >>> rates(0, 0, 0).f1, rates(0, 0, 3).f1, rates(1, 2, 1).precision
    (1.0, 0.0, 0.5)
    """
    if not predicted and not true:
        return Rates(1.0, 1.0, 1.0)
    precision = right / predicted if predicted else 0.0
    recall = right / true if true else 0.0
    return Rates(precision, recall, f1(precision, recall))


class Structure(NamedTuple):
    """The structure's figures. ``depth_mae`` and ``tau`` are None where too little is aligned.

    - ``edge``, ``edge_nonroot``: rates over (child, parent), with and without answers to the article
    - ``path_accuracy``: share of the page's posts whose whole chain to the root is right
    - ``depth_mae``: mean absolute error of the depth, aligned posts
    - ``tree_cost``: (missed + spurious + re-parented) / (posts of both sides)
    """

    edge: Rates
    edge_nonroot: Rates
    path_accuracy: float
    depth_mae: float | None
    tree_cost: float


class Order(NamedTuple):
    """Kendall's tau of aligned posts in reading order, and the share of the longest increasing subsequence."""

    tau: float | None
    increasing: float | None


def order_of(pairs: Mapping[int, int]) -> Order:
    """How far aligned posts stand in the page's order."""
    ranks = [pairs[p] for p in sorted(pairs)]
    return Order(kendall_tau(ranks), increasing_share(ranks) if len(ranks) > 1 else None)


def same_parent(mine: Parent, other: Parent, pairs: Mapping[int, int]) -> bool:
    """Whether a predicted parent (``other``) is the page's (``mine``)."""
    if isinstance(other, int):
        return pairs.get(other) == mine
    return mine == other


def structure_of(truth: Sequence[Parent], predicted: Sequence[Parent], pairs: Mapping[int, int]) -> Structure:
    """All figures of the structure, from both sides' parents and the alignment."""
    right = {t: same_parent(truth[t], predicted[p], pairs) for p, t in pairs.items()}
    hits = sum(right.values())
    deep = sum(ok for t, ok in right.items() if truth[t] is not None)
    edge = rates(hits, len(predicted), len(truth))
    nonroot = rates(deep, _answers(predicted), _answers(truth))
    here, there = depths(truth), depths(predicted)
    errors = [abs(here[t] - there[p]) for p, t in pairs.items()]
    both = len(truth) + len(predicted)
    cost = len(truth) + len(predicted) - 2 * len(pairs) + len(pairs) - hits
    return Structure(
        edge,
        nonroot,
        sum(_chains(truth, right)) / len(truth) if truth else 1.0,
        sum(errors) / len(errors) if errors else None,
        cost / both if both else 0.0,
    )


def _answers(parents: Sequence[Parent]) -> int:
    return sum(parent is not None for parent in parents)


def depths(parents: Sequence[Parent]) -> list[int]:
    """Depths from 1; a post below one of another page has 2, a post in a circle or below one 0.

    >>> depths([None, 0, 1, 4, 3, Gone("x")])
    [1, 2, 3, 0, 0, 2]
    """
    found: list[int | None] = [None] * len(parents)
    for start in range(len(parents)):
        chain, here = [], start
        walked: set[int] = set()
        while found[here] is None and here not in walked:
            walked.add(here)
            chain.append(here)
            parent = parents[here]
            if not isinstance(parent, int):
                found[here] = 1 if parent is None else 2
                break
            here = parent
        base = found[here] or 0
        for post in reversed(chain):
            if found[post] is None:
                base = base + 1 if base else 0
                found[post] = base
    return [depth or 0 for depth in found]


def _chains(parents: Sequence[Parent], right: Mapping[int, bool]) -> list[bool]:
    """Whether each post's chain to the root is right all along; posts may stand before their parents."""
    found: list[bool | None] = [None] * len(parents)
    for start in range(len(parents)):
        chain, here = [], start
        while found[here] is None:
            chain.append(here)
            found[here] = False  # until known; also ends a circle
            parent = parents[here]
            if not isinstance(parent, int):
                found[here] = right.get(here, False)
                chain.pop()
                break
            here = parent
        good = bool(found[here])
        for post in reversed(chain):
            good = good and right.get(post, False)
            found[post] = good
    return [bool(ok) for ok in found]


def inconsistencies(prediction: Prediction) -> dict[str, int]:
    """What a prediction contradicts in itself, by kind with its number; needs no truth.

    ``replies``: a count that is not the number of children; ``comment_count``: not the number of posts; ``order``: a
    parent that does not precede its child; ``cycle``; ``floors``: not unique and increasing; ``dangling``: a parent
    that is no post of the prediction.
    """
    posts = prediction.posts or []
    parents: list[Parent] = [post.parent for post in posts] if "parent" in prediction.claims else []
    found = {
        "replies": _wrong_counts(posts, parents),
        "comment_count": int(number_of(prediction.page.get("comment_count")) not in (None, len(posts)) and bool(posts)),
        "order": sum(isinstance(parent, int) and parent >= child for child, parent in enumerate(parents)),
        "cycle": sum(depth == 0 for depth in depths(parents)),
        "floors": _floor_slips(posts),
        "dangling": sum(isinstance(parent, Gone) for parent in parents),
    }
    return {kind: n for kind, n in found.items() if n}


def _wrong_counts(posts: Sequence[PredictedPost], parents: Sequence[Parent]) -> int:
    if not parents:
        return 0
    children = [0] * len(posts)
    for parent in parents:
        if isinstance(parent, int):
            children[parent] += 1
    counts = [number_of(post.replies) for post in posts]
    return sum(count is not None and count != n for count, n in zip(counts, children, strict=True))


def _floor_slips(posts: Sequence[PredictedPost]) -> int:
    floors = [n for post in posts if (n := number_of(post.floor)) is not None]
    return sum(b <= a for a, b in itertools.pairwise(floors))
