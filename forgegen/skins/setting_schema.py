"""Mistakes in ``[settings]`` of ``skin.toml``, named as those in the rest of the file are."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from forgegen.errors import nearest
from forgegen.skins.mistakes import Source, fail
from forgegen.skins.schema import COUNTED, DATES, PAGE_FIELDS, POST_FIELDS, check_key, converted
from forgegen.skins.skin import Setting, SettingValue, Urls

_REQUIRED = ("about", "source", "default", "values")
_TABLES: dict[str, Collection[str]] = {
    "dates": DATES,
    "forms": COUNTED,
    "urls": Urls.__struct_fields__,
    "page": PAGE_FIELDS,
    "post": POST_FIELDS,
}


def check_setting_keys(source: Source) -> None:
    """Check that the ``[settings]`` of a file name only what settings and their values have.

    Raises: SkinError for an unknown key.
    """
    for path, setting in _tables(source.raw.get("settings"), ("settings",)):
        for key in setting:
            check_key([source], (*path, key), Setting.__struct_fields__)
        for at, value in _tables(setting.get("values"), (*path, "values")):
            for key in value:
                check_key([source], (*at, key), SettingValue.__struct_fields__)
            for key, known in _TABLES.items():
                for name in value[key] if isinstance(value.get(key), dict) else ():
                    check_key([source], (*at, key, name), known)


def _tables(raw: Any, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """The tables within a table, each with its path."""
    items = raw.items() if isinstance(raw, dict) else ()
    return [((*path, key), value) for key, value in items if isinstance(value, dict)]


def check_settings(sources: Sequence[Source], raw: Mapping[str, Any]) -> dict[str, Setting]:
    """The settings that a skin declares.

    Raises: SkinError for the first that cannot be used.
    """
    declared: dict[str, Setting] = {}
    told = converted(sources, raw.get("settings", {}), dict[str, dict[str, Any]], ("settings",), {})
    for name, setting in told.items():
        path = ("settings", name)
        if not re.fullmatch("[a-z][a-z0-9_]*", name):
            fail(sources, path, f"{name!r} is no name of a setting; right would be as posts_per_page")
        for key in _REQUIRED:
            if key not in setting:
                fail(sources, path, f"'{name}.{key}' in [settings] is missing")
        values = converted(sources, setting["values"], dict[str, Any], (*path, "values"), {})
        for value, inner in values.items():
            converted(sources, inner, SettingValue, (*path, "values", value), {})
        declared[name] = converted(sources, setting, Setting, path, {})
        default = declared[name].default
        if default not in values:
            near = nearest(default, values)
            fail(sources, (*path, "default"), f"'{name}.default' in [settings] is {default!r}.{near} Known: "
                 f"{', '.join(values) or 'none'}.")  # fmt: skip
    _check_needs(sources, declared)
    return declared


def _check_needs(sources: Sequence[Source], declared: Mapping[str, Setting]) -> None:
    """The other settings that values need are there, with those values."""
    for name, setting in declared.items():
        for value, told in setting.values.items():
            path = ("settings", name, "values", value, "needs")
            for other, allowed in told.needs.items():
                if other not in declared:
                    fail(sources, path, f"{name}={value} needs {other!r}, which is no setting."
                         f"{nearest(other, declared)} Known: {', '.join(declared)}.")  # fmt: skip
                for word in allowed:
                    known = declared[other].values
                    if word not in known:
                        fail(sources, path, f"{name}={value} needs {other}={word}, which is no value of it."
                             f"{nearest(word, known)} Known: {', '.join(known)}.")  # fmt: skip


def value_source(sources: Sequence[Source], name: str, value: str) -> Source:
    """What a value puts into the skin, as a file of its own whose mistakes are told at their lines."""
    path = ("settings", name, "values", value)
    for source in sources:
        inner: Any = source.raw
        for key in path:
            inner = inner.get(key) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            return source._replace(raw=inner, within=path)
    return sources[0]
