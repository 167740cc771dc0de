"""The quirks: importing this package registers them all with ``forgegen.rendering.quirk``, in this order."""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "tree", "floor", "count", "times", "author", "text", "evasion", "inject",
    "rows", "attrs", "inline", "blocks", "malformed", "head", "jsonld", "microdata", "enc", "transport", "pager",
)  # fmt: skip

for _name in MODULES:
    import_module(f"forgegen.quirks.{_name}")
