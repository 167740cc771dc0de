"""How like two pieces of markup are: pq-grams of elements and classes, compared by Ruzicka's index."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from forgegen.adopt.saved_tree import PageElement

_STATE = re.compile(r"\d|^(odd|even|alt|first|last|active|current|selected)$")


class Likeness(NamedTuple):
    """Of posts to those of the saved page, of that page's own odd posts to its even ones, of what is round them."""

    posts: float
    own: float
    furniture: float


def grams(tops: Iterable[PageElement], without: frozenset[int] = frozenset()) -> Counter[tuple[str, str, str]]:
    """PageElement, its parent and its left sibling, for all elements; those at places in ``without`` are left out."""
    found: Counter[tuple[str, str, str]] = Counter()
    stack = [(top, "") for top in tops]
    while stack:
        node, _above = stack.pop()
        label, left = _label(node), ""
        for kid in node.elements:
            if kid.start in without or kid.tag in _SKIPPED:
                continue
            found[label, left, _label(kid)] += 1
            left = _label(kid)
            stack.append((kid, label))
    return found


_SKIPPED = {"script", "style", "noscript", "br", "img", "svg", "iframe", "input", "link", "meta"}


def _label(node: PageElement) -> str:
    return ".".join((node.tag, *sorted(name for name in node.classes if not _STATE.search(name))))


def ruzicka(a: dict[tuple[str, str, str], float], b: dict[tuple[str, str, str], float]) -> float:
    """The sum of the smaller counts over that of the larger.

    >>> ruzicka({("a", "", "b"): 1}, {("a", "", "b"): 3})
    0.3333333333333333
    """
    keys = a.keys() | b.keys()
    larger = sum(max(a.get(key, 0), b.get(key, 0)) for key in keys)
    return sum(min(a.get(key, 0), b.get(key, 0)) for key in keys) / larger if larger else 1.0


def mean(counters: Sequence[Counter[tuple[str, str, str]]]) -> dict[tuple[str, str, str], float]:
    """The mean of several counts."""
    whole: Counter[tuple[str, str, str]] = Counter()
    for counter in counters:
        whole.update(counter)
    return {key: number / len(counters) for key, number in whole.items()} if counters else {}
