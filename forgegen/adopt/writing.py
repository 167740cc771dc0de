"""``skin.toml`` as text: tables of settings, selectors in one line each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def value(told: Any) -> str:
    """A value as TOML.

    >>> value({"css": "a", "form": {"layout": "{d}"}})
    '{ css = "a", form = { layout = "{d}" } }'
    """
    if isinstance(told, bool):
        return "true" if told else "false"
    if isinstance(told, Mapping):
        return "{ " + ", ".join(f"{key} = {value(inner)}" for key, inner in told.items()) + " }"
    if isinstance(told, list | tuple):
        return "[" + ", ".join(map(value, told)) + "]"
    return json.dumps(told, ensure_ascii=False)


def document(head: list[str], top: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]) -> str:
    """A file: comments, settings, and tables."""
    lines = [f"# {line}" for line in head]
    lines += [f"{key} = {value(told)}" for key, told in top.items()]
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(f"{key} = {value(told)}" for key, told in table.items())]
    return "\n".join(lines) + "\n"
