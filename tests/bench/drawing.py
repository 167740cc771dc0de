"""What drawn pages cost: ``python -m tests.bench.drawing [--examples 100] [--skin S]``.

Ratios say more than seconds on a busy machine: an example beside one of the same draws that makes no page, the first
example after the import, and a failing test from its first failure to the shrunk page.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import forgegen.strategies.drawn_pages as drawn_pages
from forgegen.pages.page import Page
from forgegen.strategies import check, pages

_QUIET = settings(database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


def seconds(strategy: st.SearchStrategy[Any], use: Callable[[Any], None], examples: int, number: int) -> float:
    """CPU seconds of that many examples."""
    seed(number)(settings(_QUIET, max_examples=20)(given(strategy)(use)))()  # what is done once
    start = time.process_time()
    seed(number)(settings(_QUIET, max_examples=examples)(given(strategy)(use)))()
    return time.process_time() - start


def _used(page: Page) -> None:
    len(page.body), page.truth


def ratio(skin: str, examples: int, number: int) -> float:
    """Seconds of examples, bytes and truth made, in those of the same draws without a page."""

    whole = seconds(pages(skins=[skin]), _used, examples, number)
    with mock.patch.object(drawn_pages, "_drawn_page", _no_page):
        drawn_pages.pages_of.cache_clear()
        bare = seconds(pages(skins=[skin]), _unused, examples, number)
    drawn_pages.pages_of.cache_clear()
    return whole / bare


def _unused(value: object) -> None:
    """Do nothing."""


def _no_page(draw: st.DrawFn, given: Any, manner: Any, domain: Any, *, ours: bool) -> None:
    draw(given)
    drawn_pages.draw_options(draw, manner)


def failing(skin: str, number: int) -> tuple[int, float]:
    """Calls, and CPU seconds from the first failure to the shrunk page, of a parser that is always wrong."""
    calls: list[float] = []

    def use(page: Page) -> None:
        calls.append(time.process_time())
        check(lambda _: {"posts": [{"text": "wrong"}]}, page)

    try:
        seed(number)(settings(database=None, deadline=None, print_blob=False)(given(pages(skins=[skin]))(use)))()
    except AssertionError as e:
        str(e)
    return len(calls), time.process_time() - calls[0]


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.drawing", description=__doc__)
    options.add_argument("--examples", type=int, default=100)
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--skin", default="reference")
    asked = options.parse_args()
    start = time.process_time()
    seed(0)(settings(_QUIET, max_examples=1)(given(pages(skins=[asked.skin]))(_used)))()
    print(f"first example: {1000 * (time.process_time() - start):.0f} CPU ms")
    ratios = [ratio(asked.skin, asked.examples, number) for number in range(asked.seeds)]
    print(f"an example: {statistics.median(ratios):.2f} times the same draws without a page")
    found = [failing(asked.skin, number) for number in range(asked.seeds)]
    calls, spent = (statistics.median(column) for column in zip(*found, strict=True))
    print(f"a failing test: {calls:.0f} calls, {spent:.1f} CPU s from the first failure")


if __name__ == "__main__":
    main()
