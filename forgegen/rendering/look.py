"""How a page is to look, beside its skin: the options that every maker of pages takes."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypeAlias

from forgegen.errors import UsageError, quoted
from forgegen.skins.settings import Settings

Noise: TypeAlias = Literal["none", "usual", "wild"]
"""How much boilerplate stands round the content; ``usual`` is what clients of real forums survive."""

Data: TypeAlias = Literal["google", "seen", "none"]
"""Structured data: valid by Google's rules for forum pages, as the engine really writes it, or none."""

NOISES: tuple[Noise, ...] = ("none", "usual", "wild")
DATAS: tuple[Data, ...] = ("google", "seen", "none")
GENERATOR = "forgegen (synthetic page for tests; people, outlets and events are invented)"


_HOST = re.compile(r"(?:(https?)://)?((?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)/?")


def address_of(host: str, like: str) -> str:
    """The begin of addresses from a host with or without scheme and slash; a bare one has the scheme of ``like``.

    >>> address_of("a.example", "https://b.example"), address_of("http://a.example:80/", "https://b.example")
    ('https://a.example', 'http://a.example:80')

    Raises: UsageError for anything else.
    """
    found = _HOST.fullmatch(host) if isinstance(host, str) else None
    if found is None:
        raise UsageError(f"host cannot be {quoted(host)}; right would be 'forum.example' or 'https://forum.example'")
    return f"{found[1] or like.partition('://')[0]}://{found[2]}"


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
    settings: Settings = ()


SITE_LOOK = Look(data="seen")
"""The options of a site's pages where none are given: it states what its engine states."""
