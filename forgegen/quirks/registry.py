"""The registry of quirks by name. It is empty until the first quirk registers here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec


class Quirk(msgspec.Struct, frozen=True):
    """One oddity: what it is and the parser bug that it catches."""

    name: str
    about: str
    catches: str


QUIRKS: Mapping[str, Quirk] = MappingProxyType({})
