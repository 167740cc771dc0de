"""Registries: mappings of entries by name in which a name can be taken only once."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import TypeVar

from forgegen.errors import UsageError

T = TypeVar("T")


class Registry(Mapping[str, T]):
    """Entries by name, in order of registration. ``kind`` says what they are, for messages.

    >>> colours = Registry[int]("colour")
    >>> colours.add("red", 0xFF0000)
    16711680
    >>> dict(colours)
    {'red': 16711680}
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, T] = {}
        self._places: dict[str, str] = {}

    def add(self, name: str, entry: T) -> T:
        """Register an entry, and return it.

        Raises: UsageError for a name that is taken; the message says where the first entry stands.
        """
        place = _place_of_declaration()
        if name in self._entries:
            raise UsageError(
                f"{self.kind} {name!r} is registered twice: first at {self._places[name]}, again at {place}; "
                "right would be another name"
            )
        self._entries[name], self._places[name] = entry, place
        return entry

    def place(self, name: str) -> str:
        """File and line where an entry is declared."""
        return self._places[name]

    def __getitem__(self, name: str) -> T:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<registry of {self.kind}s: {', '.join(self._entries)}>"


def _place_of_declaration() -> str:
    """File and line of the innermost statement at module level: entries are declared there, perhaps through helpers."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_code.co_name != "<module>":
        frame = frame.f_back
    return "an unknown place" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}"
