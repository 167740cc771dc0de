"""What a skin declares itself: forms of dates and numbers in place of names, and parts of pages with own fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forgegen.forms.date_forms import FORMS
from forgegen.forms.layouts import as_form
from forgegen.skins.mistakes import Source, fail
from forgegen.skins.schema import PARTS
from forgegen.skins.skin import NOWHERE


def declared(sources: Sequence[Source], raw: dict[str, Any]) -> dict[str, Any]:
    """The settings with every form as one string, and every part as its selector and its fields.

    Raises: SkinError where a part or the table of layouts is none, or a layout has the name of a form.
    """
    raw = dict(raw)
    layouts = _table(sources, raw, "layouts")
    for name in layouts:
        if name in FORMS:
            fail(
                sources, ("layouts", name), f"{name!r} in [layouts] is a date form already; right would be another name"
            )
    named = {name: as_form(value) for name, value in layouts.items()}

    def form(value: Any) -> Any:
        value = as_form(value)
        return named.get(value, value) if isinstance(value, str) else value

    raw["layouts"] = named
    for table in ("dates", "forms"):
        if isinstance(raw.get(table), dict):
            raw[table] = {key: form(value) for key, value in raw[table].items()}
    for table in PARTS:
        if table in raw:
            raw[table] = _part(sources, raw, table)
    for table in ("page", "post"):
        if isinstance(raw.get(table), dict):
            raw[table] = {key: _formed(value, form) for key, value in raw[table].items()}
    for node in raw.get("body", {}).get("nodes", {}).values():
        node["fields"] = {key: _formed(value, form) for key, value in node["fields"].items()}
    for table in PARTS:
        if table in raw:
            raw[table]["fields"] = {key: _formed(value, form) for key, value in raw[table]["fields"].items()}
    return raw


def _table(sources: Sequence[Source], raw: dict[str, Any], name: str) -> dict[str, Any]:
    value = raw.get(name, {})
    if not isinstance(value, dict):
        fail(sources, (name,), f"'{name}' is {value!r}; right would be a table [{name}]")
    return value


def _formed(selector: Any, form: Any) -> Any:
    if not isinstance(selector, dict) or "form" not in selector:
        return selector
    return {**selector, "form": form(selector["form"])}


def _part(sources: Sequence[Source], raw: dict[str, Any], name: str) -> dict[str, Any]:
    """A part as its selector and its fields; ``false`` is a field that is not shown there."""
    table = _table(sources, raw, name)
    if not isinstance(table.get("css"), str) or not table["css"]:
        fail(sources, (name,), f"'css' in [{name}] is missing: the selector of {PARTS[name]}")
    nowhere = {"css": NOWHERE, "form": raw.get("dates", {}).get("post")}
    fields = {}
    for key, value in table.items():
        if key != "css":
            shown = nowhere if key == "date" else {"css": NOWHERE}
            fields[key] = shown if value is False else value
    return {"css": table["css"], "fields": fields}
