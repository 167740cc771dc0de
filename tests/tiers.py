"""Tiers of tests: which products a quick run takes, and how many examples.

``pytest`` alone runs the quick tier. What it leaves out of a product carries the mark ``every``; what starts something
carries ``outside``. ``pytest -m every`` and ``pytest -m outside`` run those, ``pytest -m ""`` all.
"""

from __future__ import annotations

import importlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from typing import Any, TypeVar

import pytest
from hypothesis import is_hypothesis_test, settings
from hypothesis.errors import InvalidArgument

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., None])

FIRST = "reference"
"""The product that a quick run always takes, where it is there."""

LONG = 6
"""So many cases a quick run takes of a longer table that no ``few`` is said of."""


class Run:
    """What this run of pytest is; ``tests/conftest.py`` says so before it loads any test."""

    whole = False


def is_whole(expression: str) -> bool:
    """Whether ``-m`` with this expression selects the tier ``every``."""
    return "not every" not in expression


def amount(quick: int, whole: int) -> int:
    """How many: ``whole`` where the tier ``every`` runs. For tests marked ``scaled``."""
    return whole if Run.whole else quick


def fuzz(whole: int, quick: int | None = None) -> Callable[[F], F]:
    """Settings of a Hypothesis test: this many examples in ``every``, a sixteenth of them in a quick run."""
    return settings(max_examples=amount(quick or max(5, whole // 16), whole))


def heavy(name: str) -> Any:
    """A library of the extra ``heavy``, imported when a test first uses it.

    Such a test stands in another tier than the quick, and says what it ``needs``.
    """
    return _Heavy(name)


class _Heavy:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if "PYTEST_CURRENT_TEST" not in os.environ:  # pytest looks at everything in a module that it collects
            raise AttributeError(name)
        return getattr(importlib.import_module(self._name), name)


def number(key: str) -> int:
    """A number that depends on the key alone."""
    return int.from_bytes(sha256(key.encode()).digest()[:8])


def few(products: Iterable[T], key: str, *, first: str = FIRST) -> list[T]:
    """For loops within a test marked ``scaled``: in a quick run the product of that name, and one more by hash."""
    every = list(products)
    return every if Run.whole else [every[n] for n in _chosen([str(p) == first for p in every], key)]


def share(products: Iterable[T], key: str, keep: int, *, first: str = FIRST) -> list[T]:
    """For loops over a product of which other loops take the other parts: the product of that name, and others by hash.

    Each key takes others, so that over all keys each product is taken about as often. A quick run takes one of them.
    """
    every = list(products)
    return [every[n] for n in _chosen([str(p) == first for p in every], key, amount(2, keep))]


def part(products: Iterable[T], key: str, of: int) -> list[T]:
    """For loops within a test marked ``scaled``: in a quick run one of so many products, those that the key's hash takes."""
    every = list(products)
    return every if Run.whole else every[number(key) % min(of, len(every) or 1) :: of]


def _chosen(is_first: list[bool], key: str, keep: int = 2) -> list[int]:
    """Places of the product that is always taken, and of those that the key's hash takes, ``keep`` in all."""
    first = is_first.index(True) if True in is_first else 0
    others = [n for n in range(len(is_first)) if n != first]
    begin = number(key) % len(others) if others else 0
    return sorted([first, *(others[begin:] + others[:begin])[: keep - 1]])


def mark(items: list[pytest.Item]) -> None:
    """Give every test one tier: of what ``few`` names all but the quick sample is ``every``.

    What is ``scaled`` or drawn by Hypothesis is in the quick tier with little, and in ``every`` with all.
    """
    inside = [item for item in items if not item.get_closest_marker("outside")]
    for item in _left_out(inside):
        item.add_marker("every")
    if Run.whole:
        for item in inside:
            if item.get_closest_marker("scaled") or is_hypothesis_test(getattr(item, "function", None)):
                item.add_marker("every")
    else:
        _draw_less({item.function for item in inside if isinstance(item, pytest.Function)})
        _keep_together(inside)


def _keep_together(items: list[pytest.Item]) -> None:
    """Let one worker run all tests of a file: what they have in common is made once."""
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0].rpartition("/")[2]))


def _draw_less(tests: set[Callable[..., None]]) -> None:
    """Let tests that Hypothesis draws for draw less, but for those that say themselves how much."""
    for test in filter(is_hypothesis_test, tests):
        with suppress(InvalidArgument):
            settings(max_examples=7)(test)


def _left_out(items: list[pytest.Item]) -> list[pytest.Item]:
    """Of tests that differ in nothing but the products that ``few`` names, all but the first and one by hash, or ``keep``.

    Of tests that no ``few`` is said of, all but ``LONG``.
    """
    groups: dict[str, list[tuple[pytest.Item, bool]]] = defaultdict(list)
    options: dict[str, dict[str, Any]] = {}
    for item in items:
        params = dict(item.callspec.params) if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        test = item.nodeid.partition("[")[0]
        marks = list(item.iter_markers("few"))
        names = {name for found in marks for name in found.args} & set(params)
        if params and not names:
            groups[test].append((item, any(_told(value) == FIRST for value in params.values())))
            options[test] = {"key": test, "keep": LONG}
        elif names:
            rest = [_told(value) for name, value in sorted(params.items()) if name not in names]
            group = "|".join([test, *rest])
            groups[group].append((item, any(_told(params[name]) == FIRST for name in names)))
            options[group] = {"key": group, **marks[0].kwargs}
    left = []
    for group, products in groups.items():
        kept = _chosen([is_first for _, is_first in products], **options[group])
        left += [item for n, (item, _) in enumerate(products) if n not in kept]
    return left


def _told(value: object) -> str:
    """A parameter as text, the same in every process."""
    named = getattr(value, "name", None) or getattr(value, "skin", None) or getattr(value, "__name__", None)
    return value if isinstance(value, str) else str(named or repr(value))
