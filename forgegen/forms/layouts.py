"""Forms of one's own: a skin declares a layout in place of a name, and its writer and its reader follow from that.

A form in place is a string with fields between braces, or a table of settings. Tables travel as their JSON, so that a
form is a string wherever one is named: ``date_form``, ``count_form`` and ``floor_form`` say what it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from string import Formatter
from typing import Any, Literal

import msgspec

from forgegen.errors import nearest
from forgegen.forms.date_forms import FORMS, Ago, DateForm
from forgegen.forms.names import Case, from_thursday, languages, names_of
from forgegen.forms.number_forms import COUNTS, FLOORS, NumberForm

UNITS = {
    "year": 31_536_000,
    "month": 2_592_000,
    "week": 604_800,
    "day": 86_400,
    "hour": 3600,
    "minute": 60,
    "second": 1,
}
"""Units of ``ago`` with their seconds."""

_NUMBERS = ("y", "mo", "d", "h", "h12", "mi", "s")
DATE_FIELDS = (*_NUMBERS, "y2", "nth", "mon", "month", "dow", "weekday", "ampm", "AMPM", "zone", "offset", "offset4")
"""What a layout of dates may show."""

_SPECS = {"", "02d", "2d"}
_OWN_GROUPS = re.compile(r"\{n(?::([^{}]{1,3}))?\}")


class DateLayout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A date form as a skin declares it: a ``layout``, or ``ago`` with its units and what ``now`` is called.

    ``lang`` chooses the names, ``case`` their letters; ``months``, ``weekdays`` (from Monday) and ``halves`` (of the
    day) give others.
    """

    layout: str = ""
    lang: str = "en"
    case: Case | None = None
    months: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    halves: tuple[str, ...] = ()
    ago: str = ""
    now: str = ""
    units: dict[Literal["year", "month", "week", "day", "hour", "minute", "second"], str | tuple[str, str]] = {}


class NumberLayout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A form of counts or floors as a skin declares it: ``layout`` has the field ``n`` with words around it.

    ``groups`` stands between thousands; ``units`` are names with their sizes; ``point`` stands before a decimal;
    ``names`` are words for some numbers.
    """

    layout: str
    groups: str = ""
    units: dict[str, int] = {}
    point: str = "."
    names: dict[str, str] = {}


def in_place(form: str) -> bool:
    """Whether a form is declared in place of a name."""
    return "{" in form


def as_form(value: Any) -> Any:
    """A form as one string: a table becomes its JSON."""
    return msgspec.json.encode(value, order="deterministic").decode() if isinstance(value, dict) else value


@lru_cache(maxsize=1024)
def date_form(name: str) -> DateForm:
    """The form of this name, or the one that is declared in its place.

    Raises: ValueError where the declaration is none.

    >>> date_form("{d:02d}.{mo:02d}.{y}").layout, date_form("dash").name
    ('{d:02d}.{mo:02d}.{y}', 'dash')
    """
    if not in_place(name):
        return FORMS[name]
    told = _table(name, DateLayout) if name.startswith('{"') else DateLayout(name)
    if told.ago or told.units or told.now:
        return DateForm(name, "", ago=_ago(told))
    _known("language", told.lang, languages())
    _check_layout(told.layout)
    names = names_of(told.lang)
    for words, field, number in (("months", ("month", "mon"), 12), ("halves", ("ampm",), 2)):
        if own := getattr(told, words):
            _as_many(words, own, number)
            names = names._replace(**dict.fromkeys(field, own))
    if told.weekdays:
        _as_many("weekdays", told.weekdays, 7)
        days = from_thursday(list(told.weekdays))
        names = names._replace(weekday=days, dow=days)
    return DateForm(name, told.layout, told.lang, own=names.cased(told.case) if told.case else names)


@lru_cache(maxsize=256)
def count_form(name: str) -> NumberForm:
    """The form of counts of this name, or the one that is declared in its place.

    Raises: ValueError where the declaration is none.

    >>> count_form("{n:,} views").groups, count_form("{n} views").after
    (',', ' views')
    """
    return _number_form(name) if in_place(name) else COUNTS[name]


@lru_cache(maxsize=256)
def floor_form(name: str) -> NumberForm:
    """The same for floors."""
    return _number_form(name) if in_place(name) else FLOORS[name]


def mistakable(own: str, other: str) -> bool:
    """Whether a display in another form can be taken for one in a form of one's own, and mean another date.

    >>> mistakable("{d:02d}/{mo:02d}/{y} {h:02d}:{mi:02d}", "us-slash"), mistakable("dash", "us-slash")
    (True, False)
    """
    return in_place(own) and own != other and _mistakable(own, other)


@lru_cache(maxsize=4096)
def _mistakable(own: str, other: str) -> bool:
    shapes = [_shape(date_form(name)) for name in (own, other)]
    return shapes[0][0] == shapes[1][0] and shapes[0][1] != shapes[1][1]


def _shape(form: DateForm) -> tuple[str, list[str]]:
    """A layout with its fields as numbers or words, and the fields."""
    pieces = [(text, field) for text, field, _, _ in Formatter().parse(form.layout)]
    number = (*_NUMBERS, "y2", "republic")
    shape = "".join(text + ("" if not field else "\x01" if field in number else "\x02") for text, field in pieces)
    return shape, [field for _, field in pieces if field]


def _table(text: str, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError as e:
        raise ValueError(str(e).partition(" - at")[0].replace("`", "'")) from None


def _known(what: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise ValueError(f"unknown {what} {name!r}.{nearest(name, known)} Known: {', '.join(known)}.")


def _as_many(what: str, words: tuple[str, ...], number: int) -> None:
    if len(words) != number or not all(words):
        raise ValueError(f"{what!r} has {len(words)} names; right would be {number}")


def _ago(told: DateLayout) -> Ago:
    """How long ago, with the units from the largest down."""
    if told.layout:
        raise ValueError("'layout' and 'ago' are two forms; right would be one of them")
    if not told.now or not told.units or "{n}" not in told.ago or "{unit}" not in told.ago:
        raise ValueError("a form that says how long ago needs 'ago' with {n} and {unit}, 'units' and 'now'")
    _fields_of(told.ago, ("n", "unit"))
    units = sorted(told.units.items(), key=lambda unit: -UNITS[unit[0]])
    words = [(word, word) if isinstance(word, str) else word for _, word in units]
    sizes = tuple((UNITS[name], one) for (name, _), (one, _) in zip(units, words, strict=True))
    return Ago(sizes, told.ago, told.now, many=tuple(many for _, many in words))


def _fields_of(layout: str, known: Collection[str]) -> list[tuple[str, str, str]]:
    """The fields of a layout, each with the text before it and its format."""
    try:
        parsed = [(text, field, spec) for text, field, spec, _ in Formatter().parse(layout) if field is not None]
    except ValueError as e:
        raise ValueError(f"{layout!r} is no format string: {e}") from None
    if "{{" in layout or "}}" in layout:
        raise ValueError(f"{layout!r} has a brace that begins no field")
    for _, field, _ in parsed:
        _known("field", field, known)
    return [(text, field, spec or "") for text, field, spec in parsed]


def _check_layout(layout: str) -> None:
    """Check that a layout can be read back."""
    fields = _fields_of(layout, DATE_FIELDS)
    names = {field for _, field, _ in fields}
    loose = False  # whether the field before is a number of any width
    for text, field, spec in fields:
        if spec not in _SPECS or (spec and field not in _NUMBERS):
            raise ValueError(f"{{{field}:{spec}}} is no way to show {field}; right would be {{{field}}} or {{d:02d}}")
        if loose and not text and field in (*_NUMBERS, "y2"):
            raise ValueError(f"{layout!r}: where {{{field}}} begins cannot be told; right would be {{…:02d}} before it")
        loose = field in _NUMBERS and spec != "02d" and field != "y"
    if len(names) != len(fields):
        raise ValueError(f"{layout!r} shows a field twice")
    for field, needed in (("h12", ("ampm", "AMPM")), ("mi", ("h", "h12")), ("s", ("mi",)), ("ampm", ("h12",))):
        if field in names and names.isdisjoint(needed):
            right = " or ".join(f"{{{name}}}" for name in needed)
            raise ValueError(f"{layout!r} has {{{field}}} without {right}")
    if not names:
        raise ValueError(f"{layout!r} shows no field; known: {', '.join(DATE_FIELDS)}")


def _number_form(name: str) -> NumberForm:
    """A form of numbers as it is declared in place."""
    told = _table(name, NumberLayout) if name.startswith('{"') else NumberLayout(name)
    m = _OWN_GROUPS.search(told.layout)
    if m is None:
        raise ValueError(f"{told.layout!r} has no field {{n}}, which stands for the number, as in '{{n}} views'")
    before, after = told.layout[: m.start()], told.layout[m.end() :]
    if {"{", "}"} & set(before + after):
        raise ValueError(f"{told.layout!r} has a brace that begins no field; right would be {{n}} once")
    for number in told.names:
        if not re.fullmatch(r"-?\d+", number, re.ASCII):
            raise ValueError(f"{number!r} in 'names' is no number")
    if {"", "-"} & set(told.units) or any(size < 2 for size in told.units.values()):
        raise ValueError("'units' are words with their sizes, as { k = 1000 }")
    units = tuple(sorted(((size, unit) for unit, size in told.units.items()), reverse=True))
    names = {int(number): word for number, word in told.names.items()}
    return NumberForm(name, before, after, m[1] or told.groups, units, names=names, point=told.point)
