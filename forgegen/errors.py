"""The errors users see.

ForgegenError
 ├── UsageError           a wrong argument or name
 │    ├── UnknownName     a name that is in no registry; says the nearest one
 │    └── PlanDiffers     a corpus in the folder was planned otherwise; says in what
 ├── ReadError            input that cannot be read; knows its line
 │    └── NothingFound    a page on which a skin's selectors find nothing; names the skin that fits best
 ├── SkinError            a skin that cannot be used, or a page that does not fit its selectors
 ├── WorkersLost          worker processes kept dying over the same shards
 ├── Incomplete           shards of a corpus are not there after all work was done; names them
 └── MissingExtra         an optional package is not installed; names the extra
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ForgegenError(Exception):
    """Base of all errors raised on purpose."""


class UsageError(ForgegenError, ValueError):
    """An argument that cannot be used; the message holds the value and what would be right."""


_LONGEST_VALUE = 60


def quoted(value: object) -> str:
    """A value as messages show it: cut where it is long, and its type where it has no repr.

    >>> quoted("a" * 100), quoted(10**5000)
    ("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…", 'a value of type int')
    """
    try:
        text = repr(value)
    except Exception:  # of a whole number of 5,000 digits, or of a stranger's class
        return f"a value of type {type(value).__name__}"
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


def check_type(name: str, value: object, kinds: type | tuple[type, ...], right: str) -> None:
    """Raises: UsageError where an argument is of none of these types; the message names it and what would be right."""
    if not isinstance(value, kinds):
        raise UsageError(f"{name} cannot be {quoted(value)}; right would be {right}")


def check_whole(name: str, value: object, least: int = 0, most: int | None = None) -> None:
    """Raises: UsageError where an argument is no whole number of ``least`` or more, and no more than ``most``."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least or (most is not None and value > most):
        right = f"a whole number of {least} or more" if most is None else f"{least} to {most}"
        raise UsageError(f"{name} cannot be {quoted(value)}; right would be {right}")


def check_name(kind: str, value: object, known: Iterable[str]) -> None:
    """Raises: UnknownName where a value of any type is none of the names known."""
    if not isinstance(value, str) or value not in known:
        raise UnknownName(kind, value, known)


def folder_names(templates: object) -> tuple[str, ...]:
    """Folders of skins as texts. Raises: UsageError where this is no list of folders."""
    if isinstance(templates, str | bytes) or not isinstance(templates, Iterable):
        raise UsageError(f"templates cannot be {quoted(templates)}; right would be a list of folders")
    return tuple(map(str, templates))


_LONGEST_NAME = 200
_MOST_LISTED = 60


def nearest(name: str, known: Iterable[str]) -> str:
    """A guess to put behind what is said of an unknown name; empty where none is near.

    >>> nearest("phpb", ["smf2", "phpbb3"]), nearest("x", ["smf2"])
    (" Did you mean 'phpbb3'?", '')
    """
    near = get_close_matches(name, list(known), n=1, cutoff=0.4) if len(name) <= _LONGEST_NAME else []
    return f" Did you mean {near[0]!r}?" if near else ""


class UnknownName(UsageError):
    """A name that stands in no registry, with the nearest one that does."""

    def __init__(self, kind: str, name: object, known: Iterable[str]) -> None:
        self.kind, self.known = kind, tuple(map(str, known))
        self.name = name if isinstance(name, str) else quoted(name)
        super().__init__(kind, name, self.known)

    def __str__(self) -> str:
        guess = nearest(self.name, self.known)
        name = self.name if len(self.name) <= _LONGEST_NAME else f"{self.name[:_LONGEST_NAME]}…"
        more = f" and {len(self.known) - _MOST_LISTED:,} more" if len(self.known) > _MOST_LISTED else ""
        listed = (
            f" Known: {', '.join(self.known[:_MOST_LISTED])}{more}."
            if self.known
            else f" There are no {self.kind}s yet."
        )
        return f"Unknown {self.kind} {name!r}.{guess}{listed}"


class PlanDiffers(UsageError):
    """Another corpus is in the folder, or this one as another state of the software would write it."""

    def __init__(self, folder: str, differences: tuple[str, ...], older: str = "") -> None:
        self.folder, self.differences, self.older = folder, differences, older
        super().__init__(folder, differences, older)

    def __str__(self) -> str:
        what = "; ".join(self.differences) or "nothing that could be named"
        right = self.older or "Right would be the same settings or another folder."
        return f"{self.folder!r} holds another corpus: {what}. {right}"


class ReadError(ForgegenError, ValueError):
    """Input that is not what it should be, with the 1-based line where that shows."""

    def __init__(self, line: int, problem: str) -> None:
        self.line, self.problem = line, problem
        super().__init__(line, problem)

    def __str__(self) -> str:
        return f"line {self.line}: {self.problem}"


class NothingFound(ReadError):
    """A page on which no field of the skin stands: another skin's, or no forum page. ``best`` is the skin that fits."""

    def __init__(self, skin: str, best: str | None) -> None:
        self.skin, self.best = skin, best
        fits = f"skin {best!r} fits best" if best else "no other skin fits it either"
        super().__init__(1, f"the page shows no field of skin {skin!r}; {fits}")

    def __reduce__(self) -> tuple[type[NothingFound], tuple[str, str | None]]:
        return NothingFound, (self.skin, self.best)


class SkinError(ForgegenError):
    """A skin with a mistake in it, or a page that its selectors do not fit."""


class WorkersLost(ForgegenError):
    """Workers died at their start (no ``shards``), or too often with the same shard in hand."""

    def __init__(self, shards: tuple[int, ...], times: int) -> None:
        self.shards, self.times = shards, times
        super().__init__(shards, times)

    def __str__(self) -> str:
        if not self.shards:
            return (
                "no worker process could be started: in a script that is run, work for several processes "
                "must stand under 'if __name__ == \"__main__\":'; one worker needs no such line"
            )
        listed = ", ".join(map(str, self.shards))
        return (
            f"workers died {self.times} times with shard {listed} in hand, killed for want of memory perhaps: "
            "fewer workers or smaller shards need less of it. The same command goes on from here"
        )


class Incomplete(ForgegenError):
    """An engine came back, but some shards are not there."""

    def __init__(self, folder: str, shards: tuple[int, ...]) -> None:
        self.folder, self.shards = folder, shards
        super().__init__(folder, shards)

    def __str__(self) -> str:
        some = ", ".join(map(str, self.shards[:10])) + (", …" if len(self.shards) > 10 else "")
        return f"{self.folder!r} lacks {len(self.shards)} shard(s): {some}. The same command writes them."


class MissingExtra(ForgegenError, ImportError):
    """An optional package is missing; says which extra brings it."""

    def __init__(self, package: str, extra: str) -> None:
        self.package, self.extra = package, extra
        super().__init__(package, extra)

    def __str__(self) -> str:
        command = f"pip install 'PATH/TO/forgegen[{self.extra}]'"
        return f"{self.package} is not installed. It comes with the extra {self.extra!r}: {command}"
