"""Reading displayed counts and floors: every form that is declared, whichever the skin usually has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from msgspec import UNSET, UnsetType

from forgegen.forms.number_forms import COUNTS, FLOORS, WIDE, NumberForm
from forgegen.reading.patterns import search

_NARROW = {wide: chr(digit) for digit, wide in WIDE.items()}


def _either(texts: Iterable[str]) -> str:
    return "|".join(re.escape(text) for text in sorted(set(texts), key=lambda text: (-len(text), text)) if text)


_UNITS = {"": 1} | {unit: size for form in COUNTS.values() for size, unit in form.units}
_MARKS = "".join(sorted({form.groups for form in COUNTS.values() if form.groups}))
_NAMES = {name: n for form in FLOORS.values() for n, name in form.names.items()}
_GROUPED = re.compile(rf"-?\d{{1,3}}(?:([{re.escape(_MARKS)}])\d{{3}})(?:\1\d{{3}})*", re.ASCII)
_SHORT = re.compile(rf"(-?\d+)(?:\.(\d))?({_either(_UNITS)}|)", re.ASCII)
_FLOOR = re.compile(
    rf"(?:{_either(form.before for form in FLOORS.values())})?(-?[\d,]+)"
    rf" ?(?:{_either(form.after.strip() for form in FLOORS.values())})?",
    re.ASCII,
)
_DECIMAL = re.compile(r"(-?\d{1,4000})(?:\.(\d))?", re.ASCII)
_DIGITS = re.compile(r"-?\d{1,4000}", re.ASCII)


def read_count(shown: str) -> int | None:
    """The number that a displayed count denotes; None for a display that denotes none.

    >>> [read_count(s) for s in ("1,234", "1.840", "1.2万", "2.5M", "３", "many")]
    [1234, 1840, 12000, 2500000, 3, None]
    """
    text = shown.strip().translate(_NARROW)
    if _GROUPED.fullmatch(text):
        return int(text.translate(dict.fromkeys(map(ord, _MARKS))))
    m = _SHORT.fullmatch(text)
    if m is None:
        return None
    unit = _UNITS[m[3]]
    if m[2] is not None and unit == 1:
        return None
    return int(m[1]) * unit + int(m[2] or 0) * unit // 10


def read_by(shown: str, form: NumberForm) -> int | None:
    """The number that a display in this form denotes; None for one that is in another form.

    >>> read_by("1,234 views", NumberForm("", after=" views", groups=",")), read_by("1,234", NumberForm("", after=" k"))
    (1234, None)
    """
    for n, name in form.names.items():
        if shown == name:
            return n
    if not shown.startswith(form.before) or not shown.endswith(form.after):
        return None
    inner = shown[len(form.before) : len(shown) - len(form.after)]
    for size, unit in (*form.units, (1, "")):
        if not inner.endswith(unit):
            continue
        m = _DECIMAL.fullmatch(
            (inner[: -len(unit)] if unit else inner).replace(form.groups, "").replace(form.point, ".")
        )
        if m is not None and (m[2] is None or size > 1):
            return int(m[1]) * size + int(m[2] or 0) * size // 10
    return None


def first_read(shown: str, form: NumberForm, read: Callable[[str], int | None]) -> int | None:
    """The number that a display denotes: in this form, in this form without the words around it, or in any other."""
    for own in (form, form._replace(before="", after="")):
        number = read_by(shown, own)
        if number is not None:
            return number
    return read(shown)


def read_floor(shown: str) -> int | None:
    """The floor that a display denotes; None where it shows none.

    >>> [read_floor(s) for s in ("3 楼", "沙发", "#3", "3F", "12,001 楼", "３ 楼", "")]
    [3, 2, 3, 3, 12001, 3, None]
    """
    if shown in _NAMES:
        return _NAMES[shown]
    m = _FLOOR.fullmatch(shown.translate(_NARROW))
    digits = None if m is None else m[1].replace(",", "")
    return int(digits) if digits and _DIGITS.fullmatch(digits) else None


def shown_number(
    shown: str, pattern: str | None, read: Callable[[str], int | None] = read_count, *, foreign: bool = False
) -> tuple[int | None, str | UnsetType]:
    """What a display tells: the number, and the display itself where it is not the skin's plain one.

    ``pattern`` is the skin's: its first group is the plain digits; a ``foreign`` one has a time limit.

    >>> shown_number("3 楼", "^(-?\\\\d+) 楼$", read_floor), shown_number("沙发", "^(-?\\\\d+) 楼$", read_floor)
    ((3, UNSET), (2, '沙发'))
    """
    if not shown:
        return None, UNSET
    m = search(pattern, shown, foreign=foreign) if pattern else _DIGITS.fullmatch(shown)
    plain = None if m is None else m[m.lastindex or 0]
    if plain is not None and _DIGITS.fullmatch(plain):
        return int(plain), UNSET
    display = shown if plain is None else plain
    return read(display), display
