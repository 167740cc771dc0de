"""What a quirk is, the registry of them by name, and how they are planted in a page and detected on it.

Quirks are defined in ``forgegen.quirks``, one decorated function each; that package is loaded when a name is first
asked for, by name, since it stands above this one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import msgspec

from forgegen.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from forgegen.pages.page import Page

Layer: TypeAlias = Literal["thread", "markup", "bytes", "transport", "site"]
"""Where a quirk is planted: in the thread, in the HTML, in the encoded bytes, in the response, in the set of pages."""

Readers: TypeAlias = Literal["portable", "html5", "hostile"]
"""The most that may be expected of readers of a page: every common parser reads the truth, those that follow the HTML
standard do, or nothing but that they survive."""


class Response(NamedTuple):
    """What is sent for a page."""

    headers: dict[str, str]
    body: bytes


RANKS: dict[str, int] = {"portable": 0, "html5": 1, "hostile": 2}


class Quirk(msgspec.Struct, frozen=True, kw_only=True):
    """One oddity of pages.

    ``plant`` puts it in. What it is given and gives back follows from ``layer``: ``thread`` Thread -> Thread;
    ``markup`` (html, Page) -> html; ``bytes`` and ``transport`` (Response, Page) -> Response; ``site``
    list[PageContext] -> list[PageContext]. It plants nothing where the page gives no occasion. ``detect`` tells whether
    a finished page has it. ``witness`` makes a minimal page that has it, in a skin, where that gives occasion.
    ``implies`` names labels that come with it.
    """

    name: str
    about: str
    catches: str
    source: str
    layer: Layer
    readers: Readers
    plant: Callable[..., Any] | None
    detect: Callable[[Page], bool]
    witness: Callable[..., Page]
    implies: tuple[str, ...] = ()

    @property
    def klass(self) -> str:
        """The group: what stands before the dot."""
        return self.name.partition(".")[0]


class _Registry(Mapping[str, Quirk]):
    """All quirks by name, in order of definition; filled when first looked at."""

    def __init__(self) -> None:
        self._quirks: dict[str, Quirk] = {}
        self._loaded = False

    def add(self, quirk: Quirk) -> None:
        if quirk.name in self._quirks:
            raise UsageError(f"quirk {quirk.name!r} is defined twice")
        self._quirks[quirk.name] = quirk

    def _all(self) -> dict[str, Quirk]:
        if not self._loaded:
            self._loaded = True
            import_module("forgegen.quirks.all_quirks")
        return self._quirks

    def __getitem__(self, name: str) -> Quirk:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


_registry = _Registry()
QUIRKS: Mapping[str, Quirk] = _registry
register = _registry.add


def quirks_named(names: Iterable[str]) -> tuple[Quirk, ...]:
    """The quirks of these names, in this order; a class (``tree``) stands for all of its quirks.

    Raises: UnknownName.
    """
    found: dict[str, Quirk] = {}
    for name in names:
        if name in QUIRKS:
            found[name] = QUIRKS[name]
            continue
        of_class = {q.name: q for q in QUIRKS.values() if q.klass == name}
        if not of_class:
            raise UnknownName("quirk", name, [*QUIRKS, *sorted({q.klass for q in QUIRKS.values()})])
        found |= of_class
    return tuple(found.values())


def worst(readers: Iterable[Readers]) -> Readers:
    """The least that these promise together.

    >>> worst(["portable", "html5"]), worst([])
    ('html5', 'portable')
    """
    return max(readers, key=RANKS.__getitem__, default="portable")
