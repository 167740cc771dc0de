"""Pages as files, each with its truth beside it, and a list of them with their addresses and headers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from forgegen.corpus.columns import kept
from forgegen.corpus.exchanges import Exchange
from forgegen.corpus.files import Folder, read_folder
from forgegen.corpus.formats.registry import Settings, Stored, compare_pages, register, stored
from forgegen.corpus.rows import Row

LIST = "pages.jsonl"
OTHERS = "others.jsonl"
_ENDINGS = {"text/html": "html", "text/plain": "txt", "application/json": "json", "application/rss+xml": "xml",
            "application/xml": "xml"}  # fmt: skip


@register
class Html:
    """``NAME.html`` and ``NAME.truth.json`` a page, and ``pages.jsonl`` with the other columns and ``file``.

    Of a site ``other/NUMBER.*`` an answer that is no row, and ``others.jsonl`` with address, status, headers of each.
    """

    name: ClassVar[str] = "html"
    about: ClassVar[str] = "a file a page and its truth beside it, in a folder or, above a million pages, a tar a shard"
    suffix: ClassVar[str] = ""
    folder: ClassVar[bool] = True
    packages: ClassVar[tuple[str, ...]] = ()

    def __init__(self, output: Folder, settings: Settings) -> None:
        columns = frozenset(kept(settings.columns))
        self._output, self._fields = output, columns
        self._body, self._truth = "body" in columns, not columns.isdisjoint(("truth", "truth_json"))
        self._list, self._others, self._count = bytearray(), bytearray(), 0

    def add(self, row: Row) -> None:
        """The page, its truth, and a line of the list."""
        fields = {name: value for name, value in row.fields().items() if name in self._fields}
        if self._body:
            self._output.put(f"{row.stem}.html", row.body)
        if self._truth:
            self._output.put(f"{row.stem}.truth.json", row.truth_json + b"\n")
        self._list += msgspec.json.encode({**fields, "file": f"{row.stem}.html"})
        self._list += b"\n"

    def other(self, exchange: Exchange) -> None:
        """The answer, and a line of the second list."""
        self._count += 1
        file = f"other/{self._count:07d}.{_ENDINGS.get(exchange.media, 'bin')}"
        self._output.put(file, exchange.body)
        line = {"url": exchange.url, "status": exchange.status, "headers": dict(exchange.headers), "file": file}
        self._others += msgspec.json.encode(line) + b"\n"

    def finish(self) -> None:
        """The lists."""
        self._output.put(LIST, bytes(self._list))
        if self._others:
            self._output.put(OTHERS, bytes(self._others))

    @staticmethod
    def read(path: Path, index: int | None = None) -> Iterator[Stored]:
        """The rows; a file that is not there is a column that was left out."""
        with read_folder(path) as get:
            for line in (get(LIST) or b"").splitlines():
                fields: dict[str, Any] = msgspec.json.decode(line)
                stem = fields.pop("file").removesuffix(".html")
                if index is None or fields["index"] == index:
                    truth = get(f"{stem}.truth.json")
                    yield stored(fields, get(f"{stem}.html"), None if truth is None else truth.rstrip(b"\n"))

    @staticmethod
    def differs(path: Path, index: int, made: list[Row]) -> str | None:
        """See ``Format``."""
        return compare_pages(Html.read, path, made)
