"""What several tests look at, made when the first of them does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar, overload
from unittest.mock import patch

from forgegen.generate.composing import news, posts
from forgegen.generate.composing.rates import BodyRates
from forgegen.generate.making import make_thread
from forgegen.model.thread import Thread

T = TypeVar("T")


class Made(Sequence[T], Generic[T]):
    """Many things, made once, on first use; loading a test makes none."""

    def __init__(self, make: Callable[[], Iterable[T]]) -> None:
        self._make = make

    @cached_property
    def _all(self) -> tuple[T, ...]:
        return tuple(self._make())

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[T, ...]: ...
    def __getitem__(self, place: int | slice) -> T | tuple[T, ...]:
        return self._all[place]

    def __len__(self) -> int:
        return len(self._all)


def make_plain(seed: int, index: int, **options: Any) -> Thread:
    """A generated thread of words alone, for tests of words."""

    def none(name: str) -> BodyRates:
        return BodyRates({}, {})

    def no_codes(text: str, bank: object) -> bool:
        return False

    with (
        patch.object(posts, "load_rates", none),
        patch.object(news, "load_rates", none),
        patch.object(posts, "has_typed", no_codes),
    ):
        return make_thread(seed, index, **options)
