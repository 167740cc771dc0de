"""All quirks: importing this module registers them with ``forgegen.quirks.catalogue``, in this order."""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "tree", "floor", "count", "times", "author", "text", "evasion", "inject",
    "rows", "attrs", "inline", "blocks", "malformed", "head", "jsonld", "microdata", "enc", "transport", "pager",
)  # fmt: skip

for _name in MODULES:
    import_module(f"forgegen.quirks.{_name}")
