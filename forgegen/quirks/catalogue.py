"""The catalogue of all quirks by name; their modules are loaded when it is first looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from forgegen.entry_points import QUIRKS as MODULES
from forgegen.entry_points import load
from forgegen.errors import UnknownName
from forgegen.quirks.quirk import QUIRKS as DEFINED
from forgegen.quirks.quirk import Quirk

LABELS = "forgegen quirks: "
"""How a line begins that names the labels of a page."""


class _Catalogue(Mapping[str, Quirk]):
    """All quirks by name, in the order of the table of modules, whichever module was imported first."""

    @cached_property
    def _all(self) -> Mapping[str, Quirk]:
        for module in MODULES:
            load(module)
        order = {module.rpartition(".")[2]: n for n, module in enumerate(MODULES)}

        def rank(name: str) -> int:
            return order.get(Path(DEFINED.place(name).rpartition(":")[0]).stem, len(order))

        return {name: DEFINED[name] for name in sorted(DEFINED, key=rank)}

    def __getitem__(self, name: str) -> Quirk:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


QUIRKS: Mapping[str, Quirk] = _Catalogue()


def quirks_named(names: Iterable[str]) -> tuple[Quirk, ...]:
    """The quirks of these names, in this order; a class (``tree``) stands for all of its quirks.

    Raises: UnknownName.
    """
    found: dict[str, Quirk] = {}
    for name in names:
        if isinstance(name, str) and name in QUIRKS:
            found[name] = QUIRKS[name]
            continue
        of_class = {q.name: q for q in QUIRKS.values() if q.klass == name}
        if not of_class:
            raise UnknownName("quirk", name, [*QUIRKS, *sorted({q.klass for q in QUIRKS.values()})])
        found |= of_class
    return tuple(found.values())
