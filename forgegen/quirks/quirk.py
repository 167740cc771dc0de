"""What a quirk is, and the registry in which the modules of this package put theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from forgegen.model.thread import Thread
from forgegen.quirks.facts import Subject
from forgegen.registries import Registry
from forgegen.rendering.look import Data
from forgegen.skins.skin import Skin

Layer: TypeAlias = Literal["thread", "markup", "bytes", "transport", "site"]
"""Where a quirk is planted: in the thread, in the HTML, in the encoded bytes, in the response, in the set of pages."""

Readers: TypeAlias = Literal["portable", "html5", "hostile"]
"""The most that may be expected of readers of a page: every common parser reads the truth, those that follow the HTML
standard do, or nothing but that they survive."""


Base: TypeAlias = Callable[[Skin], Thread]
"""Makes the thread in which a witness is planted, for a skin."""


class Response(NamedTuple):
    """What is sent for a page."""

    headers: dict[str, str]
    body: bytes


RANKS: dict[str, int] = {"portable": 0, "html5": 1, "hostile": 2}


class Quirk(msgspec.Struct, frozen=True, kw_only=True):
    """One oddity of pages.

    ``plant`` puts it in. What it is given and gives back follows from ``layer``: ``thread`` Thread -> Thread;
    ``markup`` (html, page) -> html; ``bytes`` and ``transport`` (Response, page) -> Response; ``site``
    list[PageContext] -> list[PageContext]. It plants nothing where the page gives no occasion. ``detect`` tells whether
    a finished page has it. ``implies`` names labels that come with it. ``plausible`` is False for
    what no engine sends (``forgegen.quirks.implausible``). A minimal page that has it
    (``forgegen.pages.witness``) is made from the thread ``on``, or what ``on`` makes for a skin; ``page`` is the page
    of it to look at, counted from the end where negative, and ``data`` its structured data.
    """

    name: str
    about: str
    catches: str
    source: str
    layer: Layer
    readers: Readers
    plant: Callable[..., Any] | None
    detect: Callable[[Subject], bool]
    on: Thread | Base
    page: int = 1
    data: Data = "none"
    implies: tuple[str, ...] = ()
    plausible: bool = True

    @property
    def klass(self) -> str:
        """The group: what stands before the dot."""
        return self.name.partition(".")[0]


QUIRKS: Registry[Quirk] = Registry("quirk")
"""The quirks whose modules are loaded; ``forgegen.quirks.catalogue`` has all."""


def worst(readers: Iterable[Readers]) -> Readers:
    """The least that these promise together.

    >>> worst(["portable", "html5"]), worst([])
    ('html5', 'portable')
    """
    return max(readers, key=RANKS.__getitem__, default="portable")
