"""Parquet: the columns of ``forgegen.corpus.columns`` with the truth as a typed struct."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from forgegen.corpus.columns import COLUMNS
from forgegen.corpus.files import OutputFile
from forgegen.corpus.formats.registry import Settings, Stored, compare_pages, register, stored
from forgegen.corpus.rows import Row

# A row group ends at either: 1,000 rows of small pages, less of large ones, so that one in memory stays 4 MB.
GROUP_ROWS, GROUP_BYTES = 1_000, 4 << 20
_PAGE_ROWS = 8  # the encoder looks at a data page's size, 1 MB, only so often; a page is in memory once more
_BULKY = ("body", "truth", "truth_json", "headers", "quirks")


@register
class Parquet:
    """One row a page."""

    name: ClassVar[str] = "parquet"
    about: ClassVar[str] = "a row a page, truth as a typed struct and as JSON (.parquet)"
    suffix: ClassVar[str] = ".parquet"
    folder: ClassVar[bool] = False
    packages: ClassVar[tuple[str, ...]] = ("pyarrow",)

    def __init__(self, output: OutputFile, settings: Settings) -> None:
        from forgegen.corpus import arrow

        schema = arrow.page_schema(settings.columns)
        self._writer = arrow.ParquetWriter(output, schema, bulky=_BULKY, rows_a_page=_PAGE_ROWS)
        self._batch = arrow.PageBatch(schema)
        self._rows = self._bytes = 0

    def add(self, row: Row) -> None:
        """Keep the row until its group is full."""
        self._batch.add(row)
        self._rows += 1
        self._bytes += len(row.body) + 2 * len(row.truth_json)
        if self._rows == GROUP_ROWS or self._bytes >= GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.add(self._batch.take())
            self._writer.end_group()
        self._rows = self._bytes = 0

    def finish(self) -> None:
        """The last group and the footer."""
        self._flush()
        self._writer.finish()

    @staticmethod
    def read(path: Path, index: int | None = None) -> Iterator[Stored]:
        """The rows."""
        from forgegen.corpus import arrow

        for row in arrow.read_rows(path, [name for name in COLUMNS if name != "truth"], index):
            yield _stored(row)

    @staticmethod
    def differs(path: Path, index: int, made: list[Row]) -> str | None:
        """See ``Format``."""
        return compare_pages(Parquet.read, path, made)


def _stored(row: dict[str, Any]) -> Stored:
    truth, body = row.pop("truth_json", None), row.pop("body", None)
    if "headers" in row:
        row["headers"] = {pair["name"]: pair["value"] for pair in row["headers"]}
    return stored(row, body, None if truth is None else truth.encode())
