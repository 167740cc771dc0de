"""Threads as readable text: what a text extractor would see, one file a thread whatever the number of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from forgegen.corpus.files import Folder, read_folder
from forgegen.corpus.formats.registry import Settings, Stored, register
from forgegen.corpus.rows import Row
from forgegen.model.readable import write_text


@register
class ReadableFiles:
    """``INDEX.txt`` a thread."""

    name: ClassVar[str] = "text"
    about: ClassVar[str] = "a readable text a thread, in a folder or a tar a shard"
    suffix: ClassVar[str] = ""
    folder: ClassVar[bool] = True
    packages: ClassVar[tuple[str, ...]] = ()

    def __init__(self, output: Folder, settings: Settings) -> None:
        self._output = output

    def add(self, row: Row) -> None:
        """The thread's text, with its first page."""
        if row.opens:
            self._output.put(_name(row.index), write_text(row.thread).encode())

    def finish(self) -> None:
        """Nothing."""

    @staticmethod
    def read(path: Path, index: int | None = None) -> Iterator[Stored]:
        """Nothing: a text is no page."""
        return iter(())

    @staticmethod
    def differs(path: Path, index: int, made: list[Row]) -> str | None:
        """See ``Format``."""
        with read_folder(path) as get:
            found = get(_name(index))
        if found == write_text(made[0].thread).encode():
            return None
        return f"the text of thread {index} is {'missing' if found is None else 'another'}"


def _name(index: int) -> str:
    return f"{index:010d}.txt"
