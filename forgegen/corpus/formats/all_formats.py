"""All formats by name; their modules are loaded when they are first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from forgegen.corpus.formats.registry import FORMATS, Format
from forgegen.entry_points import FORMATS as MODULES
from forgegen.entry_points import load


@lru_cache(maxsize=1)
def formats() -> Mapping[str, type[Format]]:
    """All formats by name, sorted; their modules are imported now, optional packages are not."""
    for module in MODULES:
        load(module)
    return MappingProxyType(dict(sorted(FORMATS.items())))
