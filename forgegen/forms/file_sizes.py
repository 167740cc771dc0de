"""Sizes of files as engines show them: a number rounded to some decimals, and a unit of 1,024 times the one before."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SHOWN = re.compile(r"(\d+)(?:[.,](\d+))? ?(\S+)", re.ASCII)


def size_shown(number: int, units: Sequence[str], decimals: int = 2) -> str:
    """A number of bytes in the largest unit that it fills; units without a name are not shown.

    >>> [size_shown(n, ("Bytes", "KiB", "MiB")) for n in (12, 12595, 2_516_582)]
    ['12 Bytes', '12.3 KiB', '2.4 MiB']
    >>> size_shown(12, ("", "KB"))
    '0.01 KB'
    """
    power = 0
    while power < len(units) - 1 and (number >= 1024 ** (power + 1) or not units[power]):
        power += 1
    unit, scale = 1024**power, 10**decimals
    whole, part = divmod((2 * number * scale + unit) // (2 * unit), scale)
    digits = f"{part:0{decimals}d}".rstrip("0") if part else ""
    return f"{whole}.{digits} {units[power]}" if digits else f"{whole} {units[power]}"


def size_denoted(shown: str, units: Sequence[str]) -> int | None:
    """The bytes that a displayed size stands for, to the nearest whole one; None for anything else.

    >>> size_denoted("12.3 KiB", ("Bytes", "KiB")), size_denoted("12,3 KB", ("bytes", "KB")), size_denoted("?", ("KB",))
    (12595, 12595, None)
    """
    found = _SHOWN.fullmatch(shown)
    if found is None or found[3] not in units:
        return None
    part = found[2] or ""
    scale: int = 10 ** len(part)
    unit: int = 1024 ** units.index(found[3])
    return (2 * int(found[1] + part) * unit + scale) // (2 * scale)


def size_told(number: int, units: Sequence[str], decimals: int = 2) -> int:
    """The number of bytes that a page tells where it shows this one.

    >>> size_told(12_600, ("Bytes", "KiB", "MiB")), size_told(1_048_575, ("Bytes", "KiB", "MiB"))
    (12595, 1048576)
    """
    return size_denoted(size_shown(max(number, 0), units, decimals), units) or 0
