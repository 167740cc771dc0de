"""Threads that several tests look at, made when the first of them does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from forgegen.model.thread import Thread


class Made:
    """Many threads, made once, on first use; importing a test makes none."""

    def __init__(self, make: Callable[[], Iterable[Thread]]) -> None:
        self._make = make

    @cached_property
    def _all(self) -> tuple[Thread, ...]:
        return tuple(self._make())

    def __iter__(self) -> Iterator[Thread]:
        return iter(self._all)
