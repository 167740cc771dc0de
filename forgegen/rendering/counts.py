"""The forms in which boards show counts and floors: each writes a number, and one reader reads them all back."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import UNSET, UnsetType

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_NARROW = str.maketrans("０１２３４５６７８９", "0123456789")
_NAMED = {1: "楼主", 2: "沙发", 3: "板凳", 4: "地板"}
_NAMED_HANT = {1: "樓主", 2: "沙發", 3: "板凳", 4: "地板"}
_NUMBERS = {name: n for names in (_NAMED, _NAMED_HANT) for n, name in names.items()}

FLOORS: dict[str, Callable[[int], str]] = {
    "lou": lambda n: f"{n} 楼",
    "digits": str,
    "hash": lambda n: f"#{n}",
    "hash-behind": lambda n: f"{n}#",
    "letter-f": lambda n: f"{n}F",
    "letter-l": lambda n: f"{n}L",
    "fullwidth": lambda n: f"{n} 楼".translate(_WIDE),
    "comma": lambda n: f"{n:,} 楼",
    "named": lambda n: _NAMED.get(n) or f"{n} 楼",
    "named-hash": lambda n: _NAMED.get(n) or f"{n}#",
    "named-hash-hant": lambda n: _NAMED_HANT.get(n) or f"{n}#",
    "none": lambda n: "",
}
"""How a floor is displayed, by name of the form."""

COUNTS: dict[str, Callable[[int], str]] = {
    "digits": str,
    "comma": lambda n: f"{n:,}",
    "dot": lambda n: f"{n:,}".replace(",", "."),
    "space": lambda n: f"{n:,}".replace(",", "\u202f"),
    "k": lambda n: _short(n, ((10**9, "B"), (10**6, "M"), (10**3, "K"))),
    "wan": lambda n: _short(n, ((10**8, "亿"), (10**4, "万"))),
    "fullwidth": lambda n: str(n).translate(_WIDE),
    "word": lambda n: "discuss",
}
"""How a count is displayed, by name of the form; ``k`` and ``wan`` round down to one decimal, the last tells
nothing."""

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "万": 10**4, "亿": 10**8}
_GROUPED = re.compile(r"-?\d{1,3}(?:([.,\u202f])\d{3})(?:\1\d{3})*", re.ASCII)
_SHORT = re.compile(r"(-?\d+)(?:\.(\d))?([KMB万亿]?)", re.ASCII)
_FLOOR = re.compile(r"#?(-?[\d,]+)(?: ?楼|[#FL])?", re.ASCII)
_DIGITS = re.compile(r"-?\d{1,4000}", re.ASCII)


def _short(n: int, units: tuple[tuple[int, str], ...]) -> str:
    for size, unit in units:
        if n >= size:
            tenths = n * 10 // size
            return f"{tenths // 10}.{tenths % 10}{unit}" if tenths % 10 else f"{tenths // 10}{unit}"
    return str(n)


def read_count(shown: str) -> int | None:
    """The number that a displayed count denotes; None for a display that denotes none.

    >>> [read_count(s) for s in ("1,234", "1.840", "1.2万", "2.5M", "３", "many")]
    [1234, 1840, 12000, 2500000, 3, None]
    """
    text = shown.strip().translate(_NARROW)
    if _GROUPED.fullmatch(text):
        return int(re.sub(r"[.,\u202f]", "", text))
    m = _SHORT.fullmatch(text)
    if m is None:
        return None
    unit = _UNITS[m[3]]
    if m[2] is not None and unit == 1:
        return None
    return int(m[1]) * unit + int(m[2] or 0) * unit // 10


def read_floor(shown: str) -> int | None:
    """The floor that a display denotes; None where it shows none.

    >>> [read_floor(s) for s in ("3 楼", "沙发", "#3", "3F", "12,001 楼", "３ 楼", "")]
    [3, 2, 3, 3, 12001, 3, None]
    """
    if shown in _NUMBERS:
        return _NUMBERS[shown]
    m = _FLOOR.fullmatch(shown.translate(_NARROW))
    return None if m is None else int(m[1].replace(",", ""))


def shown_number(
    shown: str, pattern: str | None, read: Callable[[str], int | None] = read_count
) -> tuple[int | None, str | UnsetType]:
    """What a display tells: the number, and the display itself where it is not the skin's plain one.

    ``pattern`` is the skin's: its first group is the plain digits.

    >>> shown_number("3 楼", "^(-?\\\\d+) 楼$", read_floor), shown_number("沙发", "^(-?\\\\d+) 楼$", read_floor)
    ((3, UNSET), (2, '沙发'))
    """
    if not shown:
        return None, UNSET
    m = re.search(pattern, shown, re.ASCII | re.DOTALL) if pattern else _DIGITS.fullmatch(shown)
    plain = None if m is None else m[m.lastindex or 0]
    if plain is not None and _DIGITS.fullmatch(plain):
        return int(plain), UNSET
    display = shown if plain is None else plain
    return read(display), display
