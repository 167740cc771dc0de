"""Which oddities a strategy may draw: what the user asked for, left out, and expects of readers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias, TypeVar, get_args

from hypothesis.errors import InvalidArgument
from hypothesis.strategies import SearchStrategy

from forgegen.errors import UnknownName, check_name, quoted
from forgegen.quirks.catalogue import QUIRKS, quirks_named
from forgegen.quirks.quirk import RANKS, Quirk, Readers

T = TypeVar("T")
Shapes: TypeAlias = Literal["engine", "any"]
"""What pages may look like: what the skin's engine could have sent, or anything that the catalogue has."""


class Domain(NamedTuple):
    """What may be drawn: labels in ``only`` (None: all), none of ``without``, nothing worse than ``readers``.

    Of ``shapes`` ``engine``, what no engine sends is left out unless it is in ``named``.
    """

    only: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    readers: Readers = "portable"
    shapes: Shapes = "any"
    named: frozenset[str] = frozenset()

    def has(self, label: str, least: Readers = "portable") -> bool:
        """Whether an oddity of this label may be drawn."""
        if label in self.without or RANKS[least] > RANKS[self.readers]:
            return False
        if self.shapes == "engine" and label not in self.named and not QUIRKS[label].plausible:
            return False
        return self.only is None or label in self.only

    def wide(self, *classes: str) -> bool:
        """Whether values may be drawn of which nobody knows what labels of these classes they earn."""
        return self.only is None and not any(name.partition(".")[0] in classes for name in self.without)

    def allows(self, labels: frozenset[str]) -> bool:
        """Whether a value may be drawn that earns these labels, and no other ones."""
        if not self.without.isdisjoint(labels):
            return False
        if self.shapes == "engine" and any(not QUIRKS[label].plausible for label in labels - _with_implied(self.named)):
            return False
        return self.only is None or (bool(labels) and labels <= _with_implied(self.only))

    @property
    def free(self) -> bool:
        """Whether nothing is restricted."""
        return self.only is None and not self.without

    @property
    def controls(self) -> bool:
        """Whether texts may hold controls, which no reader promises to give back and no engine stores."""
        return self.readers == "hostile" and self.shapes == "any"

    @property
    def left(self) -> frozenset[str]:
        """What of a thread is left as it is drawn, though no engine may send it: what was asked for by name."""
        titles = {"title"} if self.named & {"text.break-in-title", "text.title-refused"} else set()
        return frozenset({name.partition(".")[0] for name in self.named} | titles)


@lru_cache(maxsize=64)
def _with_implied(names: frozenset[str]) -> frozenset[str]:
    """The names, and the labels that come with them."""
    return names.union(*(QUIRKS[name].implies for name in names))


def domain_of(
    quirks: Iterable[str] | None, exclude: Iterable[str], readers: str = "portable", shapes: str = "engine"
) -> Domain:
    """The domain that a user's arguments ask for.

    Raises: InvalidArgument, with the nearest match, for a name that is no quirk, class, kind of readers or of shapes.
    """
    try:
        check_name("readers", readers, get_args(Readers))
        check_name("shapes", shapes, get_args(Shapes))
    except UnknownName as e:
        raise InvalidArgument(str(e)) from None
    quirks = quirks if quirks is None or isinstance(quirks, str | SearchStrategy) else _listed(quirks)
    asked = None if quirks is None else known(quirks, "quirks", quirks_named)
    left_out = frozenset(q.name for q in known(exclude, "exclude_quirks", quirks_named))
    only = None if asked is None else frozenset(q.name for q in asked)
    named = frozenset(name for name in quirks or () if name in QUIRKS) - left_out
    return Domain(only, left_out, readers, shapes, named)  # type: ignore[arg-type]


def _listed(names: Iterable[str]) -> Iterable[str]:
    """The names as a tuple, so that they can be looked at twice; what is no collection stays what it is."""
    try:
        return tuple(names)
    except TypeError:
        return names


def known(names: Iterable[str], argument: str, look_up: Callable[[tuple[str, ...]], T]) -> T:
    """What these names stand for.

    Raises: InvalidArgument for a single string, for what is no collection of strings, and for unknown names.
    """
    if isinstance(names, str):
        raise InvalidArgument(
            f"{argument}={quoted(names)} is a string; right would be a collection, such as ({quoted(names)},)"
        )
    if isinstance(names, SearchStrategy):
        raise InvalidArgument(f"{argument}={quoted(names)} is a strategy; right would be a collection of names")
    try:
        found = tuple(names)
    except TypeError:
        raise InvalidArgument(f"{argument}={quoted(names)}; right would be a collection of names") from None
    for name in found:
        if not isinstance(name, str):
            raise InvalidArgument(f"{argument} holds {quoted(name)}; right would be names, which are strings")
    try:
        return look_up(found)
    except UnknownName as e:
        raise InvalidArgument(f"{argument}: {e}") from None


def one_quirk(name: object) -> Quirk:
    """The quirk of this name.

    Raises: InvalidArgument.
    """
    if not isinstance(name, str):
        raise InvalidArgument(f"quirk={quoted(name)}; right would be a quirk's name")
    if name not in QUIRKS:
        raise InvalidArgument(str(UnknownName("quirk", name, QUIRKS)))
    return QUIRKS[name]


def a_strategy(value: SearchStrategy[T] | None, argument: str) -> SearchStrategy[T] | None:
    """The argument, if it is a strategy or None.

    Raises: InvalidArgument.
    """
    if value is not None and not isinstance(value, SearchStrategy):
        raise InvalidArgument(
            f"{argument}={quoted(value)} is no strategy; right would be, e.g., st.just({quoted(value)})"
        )
    return value


def a_size(value: object, argument: str, least: int) -> int:
    """The argument, if it is an integer of that size at least.

    Raises: InvalidArgument.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InvalidArgument(f"{argument}={quoted(value)}; right would be an integer, {least} or more")
    return value


def a_range(low: object, high: object | None, names: tuple[str, str], least: int) -> tuple[int, int | None]:
    """Two sizes that fit together.

    Raises: InvalidArgument.
    """
    bottom = a_size(low, names[0], least)
    if high is None:
        return bottom, None
    top = a_size(high, names[1], least)
    if top < bottom:
        raise InvalidArgument(f"{names[1]}={top} is below {names[0]}={bottom}")
    return bottom, top
