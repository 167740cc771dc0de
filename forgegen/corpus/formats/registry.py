"""The registry of formats: a decorated class in a module of this package is all that a format needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, TypeVar, runtime_checkable

import msgspec
from msgspec import UNSET, Raw, UnsetType

from forgegen.corpus.columns import PageFields
from forgegen.corpus.exchanges import Exchange
from forgegen.corpus.files import Output
from forgegen.corpus.rows import Row
from forgegen.registries import Registry


class Settings(msgspec.Struct, frozen=True):
    """What a format needs to know of the corpus: its run, the columns kept, a folder or a tar for small files.

    ``page_object`` and ``rename`` (their names of fields with ours) are for fixtures of page objects; ``quotes`` is for
    benchmarks of main text.
    """

    run: str
    columns: tuple[str, ...]
    layout: str
    page_object: str = ""
    rename: dict[str, str] = {}
    quotes: Literal["", "keep", "drop"] = ""


class Stored(PageFields, kw_only=True):
    """A row as read back; what the format or ``--columns`` left out is UNSET. ``truth`` is JSON."""

    body: bytes | UnsetType = UNSET
    truth: Raw | UnsetType = UNSET


def stored(fields: dict[str, Any], body: bytes | None, truth: bytes | None) -> Stored:
    """A row from its plain columns, with the body and the truth's JSON where they are kept."""
    row = msgspec.convert(fields, Stored)
    if body is not None:
        row.body = body
    if truth is not None:
        row.truth = Raw(truth)
    return row


class Format(Protocol):
    """Writes a shard: ``add`` for each row in order of keys, then ``finish``. Reads one back by ``read``.

    ``suffix`` ends the names of its shards; ``folder`` says that its output is many small files; ``packages`` are
    the libraries whose versions are in its bytes.
    """

    name: ClassVar[str]
    about: ClassVar[str]
    suffix: ClassVar[str]
    folder: ClassVar[bool]
    packages: ClassVar[tuple[str, ...]]

    def __init__(self, output: Output, settings: Settings) -> None: ...

    def add(self, row: Row) -> None:
        """Write a row."""
        ...

    def finish(self) -> None:
        """Write what ends the shard; the output is sealed afterwards by whoever opened it."""
        ...

    @staticmethod
    def read(path: Path, index: int | None = None) -> Iterator[Stored]:
        """The rows of a shard, or those of one thread."""
        ...

    @staticmethod
    def differs(path: Path, index: int, made: list[Row]) -> str | None:
        """What the shard holds of thread ``index`` that is not in these rows, in words; None where all is equal."""
        ...


@runtime_checkable
class Replaying(Protocol):
    """A format with a place for answers that are no rows: what a replay of a whole site needs."""

    def other(self, exchange: Exchange) -> None:
        """Write an answer; rows and others come in any order."""
        ...


F = TypeVar("F", bound=type[Format])
FORMATS: Registry[type[Format]] = Registry("format")


def register(cls: F) -> F:
    """Make a format known by its name."""
    FORMATS.add(cls.name, cls)
    return cls


def compare_pages(read: Callable[[Path, int], Iterator[Stored]], path: Path, made: list[Row]) -> str | None:
    """How the stored pages of one thread differ from the made ones, for formats that hold pages."""
    stored = {row.key: row for row in read(path, made[0].index)}
    for row in made:
        found = stored.pop(row.key, None)
        if found is None:
            return f"page {row.key} is missing"
        if found.body is not UNSET and found.body != row.body:
            return f"the body of page {row.key} is another"
        if found.truth is not UNSET and bytes(found.truth) != row.truth_json:
            return f"the truth of page {row.key} is another"
    return f"page {next(iter(stored))} should not be there" if stored else None
