"""Settings of a board: what its administrators chose, as options of a page, checked against what the skin declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import msgspec

from forgegen.errors import UnknownName, UsageError, quoted
from forgegen.skins.skin import Setting, SettingValue

Settings: TypeAlias = tuple[tuple[str, str], ...]
"""Values by the names of settings, sorted."""

Given: TypeAlias = Mapping[str, object] | Iterable[tuple[str, object]]
"""The same as people give it: also numbers, and ``True`` and ``False`` for ``on`` and ``off``."""

_APART = ("note", "needs")  # what a value says of itself


def as_settings(given: Given) -> Settings:
    """Settings as they are kept.

    >>> as_settings({"signatures": False, "per_page": 20})
    (('per_page', '20'), ('signatures', 'off'))

    Raises: UsageError where they are not names with values.
    """
    try:
        pairs = dict(given)
    except (TypeError, ValueError):
        raise UsageError(f"settings cannot be {quoted(given)}; right would be as {{'dates': 'relative'}}") from None
    return tuple(sorted((str(name), as_word(value)) for name, value in pairs.items()))


def as_word(value: object) -> str:
    """The name of a value: of ``True`` and ``False`` on and off."""
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def chosen_values(skin: str, declared: Mapping[str, Setting], settings: Settings) -> dict[str, str]:
    """The value of every setting of a skin: the one given, or the default.

    Raises: UnknownName for a setting or value; UsageError for values that the engine does not have together.
    """
    for name, value in settings:
        if name not in declared:
            raise UnknownName(f"{skin} setting", name, declared)
        if value not in declared[name].values:
            raise UnknownName(f"{name} value", value, declared[name].values)
    chosen = {name: setting.default for name, setting in declared.items()} | dict(settings)
    for name, value in chosen.items():
        for other, allowed in declared[name].values[value].needs.items():
            if chosen.get(other) not in allowed:
                right = " or ".join(f"{other}={word}" for word in allowed)
                raise UsageError(f"{name}={value} needs {right}; here {other} is {chosen.get(other)!r}")
    return chosen


def without_defaults(declared: Mapping[str, Setting], settings: Settings) -> Settings:
    """The settings whose values are not the defaults: two pages with the same of these are the same."""
    return tuple((name, value) for name, value in settings if declared[name].default != value)


def overlay(value: SettingValue) -> dict[str, Any]:
    """What a value puts into the skin's tables."""
    told = msgspec.to_builtins(value)
    return {key: inner for key, inner in told.items() if key not in _APART and inner not in (None, {})}
