"""How often posts and articles hold each node, by kind of board, read from ``bodies.toml``."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec

from forgegen.errors import UnknownName

_STEPS = 65_536  # per mille become parts of this

Rates = dict[str, int]
"""Chances by what they are of, in parts of 65,536."""


class BodyRates(msgspec.Struct, frozen=True):
    """The table of one kind of board: of posts, and of what a thread begins with; ``edited`` of edit notes."""

    posts: Rates
    opening: Rates
    edited: int = 0


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("forgegen") / "bodies.toml").read_text("utf-8"))


def rate_names() -> tuple[str, ...]:
    """The kinds of boards of which there are tables."""
    return tuple(_tables())


@lru_cache(maxsize=8)
def load_rates(name: str) -> BodyRates:
    """The table of a kind of board.

    Raises: UnknownName.
    """
    if name not in rate_names():
        raise UnknownName("kind of body", name, rate_names())
    table = _tables()[name]
    posts, opening = ({k: _share(v) for k, v in table[part].items()} for part in ("posts", "opening"))
    return BodyRates(posts, opening, _share(table.get("edited", 0)))


def _share(per_mille: int) -> int:
    return per_mille * _STEPS // 1000
