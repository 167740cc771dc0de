"""How a page is to look, beside its skin: the options that every maker of pages takes."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Noise: TypeAlias = Literal["none", "usual", "wild"]
"""How much boilerplate stands round the content; ``usual`` is what clients of real forums survive."""

Data: TypeAlias = Literal["google", "seen", "none"]
"""Structured data: valid by Google's rules for forum pages, as the engine really writes it, or none."""

NOISES: tuple[Noise, ...] = ("none", "usual", "wild")
DATAS: tuple[Data, ...] = ("google", "seen", "none")
GENERATOR = "forgegen (synthetic page for tests; people, outlets and events are invented)"


class Look(NamedTuple):
    """Options of a page; see ``Page``."""

    encoding: str | None = None
    noise: Noise = "usual"
    ui: str | None = None
    data: Data = "google"
    host: str | None = None
    templates: tuple[str, ...] = ()
    generator: bool = True
    trust: bool = False
