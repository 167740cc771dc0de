"""What templates of strangers may spend on one page: steps and characters, counted in the thread that renders.

Nothing is measured in time, so that the same page is refused on every machine, in every thread and on every system.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NoReturn

from forgegen.errors import SkinError

STEPS = 2_000_000
"""Steps of a page: a run through a block of a template, a call, an item that a filter passes on."""

CHARACTERS = 32_000_000
"""Characters of a page, printed or made on the way."""

POST_STEPS, POST_CHARACTERS = 1_000, 20_000  # what each post of a page adds
WIDEST = 10_000
"""The largest number that a filter or a method of texts takes: widths, indents, counts."""

_CURE = "trust=True or --trust-templates lifts the bounds for a skin of your own"


class Budget:
    """What is left for a page."""

    __slots__ = ("characters", "most", "steps")

    def __init__(self, posts: int = 0) -> None:
        self.most = STEPS + posts * POST_STEPS, CHARACTERS + posts * POST_CHARACTERS
        self.steps, self.characters = self.most

    def spend(self, steps: int, characters: int = 0) -> None:
        """Take away.

        Raises: SkinError where nothing is left.
        """
        self.steps -= steps
        self.characters -= characters
        if self.steps < 0:
            raise SkinError(f"one page takes more than {self.most[0]:,} steps of blocks, loops and calls; {_CURE}")
        if self.characters < 0:
            raise SkinError(f"one page makes more than {self.most[1]:,} characters; {_CURE}")

    def weigh(self, value: Any) -> None:
        """Spend what it takes to write a value out, with all that it holds as often as it holds it."""
        stack = [value]
        while stack:
            found = stack.pop()
            if isinstance(found, str | bytes):
                self.spend(1, len(found))
            elif isinstance(found, dict):
                self.spend(1 + 2 * len(found))
                stack.extend(found)
                stack.extend(found.values())
            elif isinstance(found, list | tuple | set | frozenset):
                self.spend(1 + len(found))
                stack.extend(found)
            elif isinstance(found, int):
                self.spend(1, found.bit_length() >> 1)


def too_wide(what: str, number: int) -> NoReturn:
    """Refuse a number.

    Raises: SkinError, always.
    """
    raise SkinError(f"{what} is given {number:,}; right would be a number up to {WIDEST:,}; {_CURE}")


_LEFT: ContextVar[Budget] = ContextVar("forgegen_template_budget")


def left() -> Budget:
    """The budget of the page that this thread renders."""
    found = _LEFT.get(None)
    if found is None:
        found = Budget()
        _LEFT.set(found)
    return found


@contextmanager
def budget_for(posts: int) -> Iterator[Budget]:
    """A new budget, for a page with so many posts."""
    token = _LEFT.set(Budget(posts))
    try:
        yield _LEFT.get()
    finally:
        _LEFT.reset(token)
