"""Texts of TOML that strangers may have written: what takes ``tomllib`` longer than its length is refused first."""

from __future__ import annotations

import tomllib
from typing import Any

_MOST_DOTS = 500  # in a line: the parser's time grows with the square of a key's parts


def parse_toml(text: str) -> dict[str, Any]:
    """What a text of TOML says.

    >>> parse_toml("a.b = 1")
    {'a': {'b': 1}}

    Raises: TOMLDecodeError; ValueError for a number of thousands of digits; RecursionError for brackets in brackets.
    """
    if text.count(".") > _MOST_DOTS:
        for number, line in enumerate(text.split("\n"), 1):
            if (dots := line.count(".")) > _MOST_DOTS:
                raise tomllib.TOMLDecodeError(
                    f"{dots:,} dots; right would be {_MOST_DOTS} or fewer in a line (at line {number}, column 1)"
                )
    return tomllib.loads(text)
