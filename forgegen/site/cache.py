"""Bounded memory: the latest used values, up to a number of them or of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The values used last whose sizes make no more than ``room`` together; safe among threads."""

    def __init__(self, room: int, size: Callable[[V], int] = lambda _: 1) -> None:
        self._room, self._size, self._used = room, size, 0
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """The value of a key, which becomes the latest used."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: K, value: V) -> V:
        """Keep a value, at the cost of the ones unused for longest."""
        size = self._size(value)
        with self._lock:
            old = self._values.pop(key, None)
            self._used += size - (0 if old is None else self._size(old))
            self._values[key] = value
            while self._used > self._room and len(self._values) > 1:
                self._used -= self._size(self._values.popitem(last=False)[1])
        return value

    def made(self, key: K, make: Callable[[], V]) -> V:
        """The value of a key, made where it is not there."""
        value = self.get(key)
        return self.put(key, make()) if value is None else value

    def __len__(self) -> int:
        return len(self._values)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self._used = 0
