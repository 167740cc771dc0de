"""The ``[body]`` table of ``skin.toml``: the nodes that a skin's bodies can hold, and how each is read back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forgegen.errors import nearest
from forgegen.model.bodies import NODES
from forgegen.skins import schema as settings
from forgegen.skins.mistakes import Source, fail
from forgegen.skins.skin import NodeForm, Selector

CONTENT = ("kids", "blocks", "items", "rows", "options")
"""Fields that hold other nodes: the reader finds them by the elements within."""

_OWN = tuple(name for name in NodeForm.__struct_fields__ if name != "fields")


def node_fields(name: str) -> tuple[str, ...]:
    """The fields of a node that a selector may read.

    >>> node_fields("quote"), node_fields("strong")
    (('author', 'date', 'post'), ())
    """
    return tuple(field for field in NODES[name].__struct_fields__ if field not in CONTENT)


def body_settings(sources: Sequence[Source], raw: Any) -> dict[str, Any]:
    """The table as ``BodyForm`` has it: nodes by name, with the selectors of their fields apart.

    Raises: SkinError with file and line for an unknown node or field, or a wrong value.
    """
    if not isinstance(raw, dict):
        fail(sources, ("body",), "'body' is no table; right would be [body] with nodes, as [body.link]")
    nodes = {}
    for name, table in raw.items():
        if name == "drop":
            continue
        if name not in NODES:
            near, known = nearest(name, NODES), ", ".join(NODES)
            fail(sources, ("body", name), f"unknown node {name!r} in [body].{near} Known: drop, {known}.")
        if not isinstance(table, dict):
            fail(sources, ("body", name), f"'{name}' in [body] is no table; right would be {{ css = \"b\" }}")
        nodes[name] = _node(sources, name, table)
    return {"nodes": nodes, "drop": raw.get("drop", "")}


def _node(sources: Sequence[Source], name: str, table: dict[str, Any]) -> dict[str, Any]:
    """The settings of a node."""
    own: dict[str, Any] = {"fields": {}}
    known = node_fields(name)
    for key, value in table.items():
        if key in _OWN:
            own[key] = value
        elif key in known:
            own["fields"][key] = value
            settings.converted(sources, value, Selector, ("body", name, key), {})
        else:
            near, allowed = nearest(key, (*_OWN, *known)), ", ".join((*_OWN, *known))
            fail(sources, ("body", name, key), f"unknown key '{key}' in [body.{name}].{near} Known: {allowed}.")
    settings.converted(sources, own, NodeForm, ("body", name), {})
    return own


def check_body(sources: Sequence[Source], nodes: dict[str, Any]) -> None:
    """Check the selectors and patterns of nodes.

    Raises: SkinError for one that is none.
    """
    for name, own in nodes.items():
        settings.check_selector(sources, ("body", name), {"css": own["css"], "but": own.get("inside")})
        for field, selector in own["fields"].items():
            settings.check_selector(sources, ("body", name, field), selector)
