"""JSON Lines in Zstandard: frames of 64 rows or 2 MB and a seek table, so that a reader can jump to any of them.

The seek table is that of Zstandard's seekable format 0.1.0: a skippable frame at the end that plain decoders pass over.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from msgspec import UNSET, Raw, UnsetType

from forgegen.corpus import zstd
from forgegen.corpus.columns import PageFields, kept
from forgegen.corpus.files import OutputFile
from forgegen.corpus.formats.registry import Settings, Stored, compare_pages, register
from forgegen.corpus.rows import Row
from forgegen.model.truth import Truth

FRAME_ROWS, FRAME_BYTES = 64, 2 << 20  # a frame ends at either, so that memory does not depend on the pages' size


class JsonRow(PageFields, kw_only=True):
    """A line. ``html`` is the page as text; ``body_b64`` its bytes, where they are not ``html`` in UTF-8."""

    html: str | UnsetType = UNSET
    body_b64: bytes | UnsetType = UNSET
    truth: Raw | UnsetType = UNSET


_encoder, _decoder = msgspec.json.Encoder(), msgspec.json.Decoder(JsonRow)


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a line."""
    (row, truth), parts = msgspec.json.schema_components((JsonRow, Truth), ref_template="#/$defs/{name}")
    parts["JsonRow"]["properties"]["truth"] = truth
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "a page of a forgegen corpus",
        **row,
        "$defs": parts,
    }


@register
class JsonLines:
    """One JSON object a page."""

    name: ClassVar[str] = "jsonl"
    about: ClassVar[str] = "a JSON object a page, in seekable Zstandard (.jsonl.zst)"
    suffix: ClassVar[str] = ".jsonl.zst"
    folder: ClassVar[bool] = False
    packages: ClassVar[tuple[str, ...]] = ("zstandard",)

    def __init__(self, output: OutputFile, settings: Settings) -> None:
        columns = kept(settings.columns)
        self._writer = zstd.FrameWriter(output)
        self._fields = frozenset(columns)
        self._body = "body" in columns
        self._truth = not self._fields.isdisjoint(("truth", "truth_json"))
        self._parts: list[bytes | memoryview] = []
        self._rows = self._bytes = 0

    def add(self, row: Row) -> None:
        """One line, in parts that are joined by the frame: the page's text is copied only once."""
        html = json_pieces(row.page.pieces) if self._body else []  # first: headers are of a body made, see shard.py
        fields = {name: value for name, value in row.fields().items() if name in self._fields}
        parts = self._parts
        parts.append(_encoder.encode(fields)[:-1])
        if self._body:
            parts += (b',"html":"', *html, b'"')
            self._bytes += len(row.body)
            if not row.is_plain():
                parts += (b',"body_b64":', _encoder.encode(row.body))
        if self._truth:
            parts += (b',"truth":', row.truth_json)
            self._bytes += len(row.truth_json)
        parts.append(b"}\n")
        self._rows += 1
        if self._rows == FRAME_ROWS or self._bytes >= FRAME_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._parts:
            self._writer.write(b"".join(self._parts))
        self._parts, self._rows, self._bytes = [], 0, 0

    def finish(self) -> None:
        """The last frame and the seek table."""
        self._flush()
        self._writer.finish()

    @staticmethod
    def read(path: Path, index: int | None = None) -> Iterator[Stored]:
        """The rows; of one thread by the seek table."""
        with zstd.FrameReader(path) as frames:
            start = 0 if index is None else _first_frame(frames, index)
            for number in range(start, len(frames)):
                for line in frames[number].splitlines():
                    row = _decoder.decode(line)
                    if index is not None and row.index > index:
                        return
                    if index is None or row.index == index:
                        yield _stored(row)

    @staticmethod
    def differs(path: Path, index: int, made: list[Row]) -> str | None:
        """See ``Format``."""
        return compare_pages(JsonLines.read, path, made)


def json_pieces(pieces: list[str]) -> list[memoryview]:
    """What stands between the quotes of a JSON string that holds all pieces, for a third of the cost of joining them.

    Each becomes a string on a line of its own; a raw line feed stands only between two of them.
    """
    encoded = _encoder.encode_lines(pieces)
    view, at, parts = memoryview(encoded), 0, []
    while at < len(encoded):
        end = encoded.index(10, at)
        parts.append(view[at + 1 : end - 1])
        at = end + 1
    return parts


def _first_frame(frames: zstd.FrameReader, index: int) -> int:
    """The frame in which a thread's rows may begin: the last whose first row is of an earlier thread, or the first."""
    low, high = 0, len(frames)
    while low < high:
        middle = (low + high) // 2
        if _decoder.decode(frames[middle].split(b"\n", 1)[0]).index < index:
            low = middle + 1
        else:
            high = middle
    return max(0, low - 1)


def _stored(row: JsonRow) -> Stored:
    fields = msgspec.structs.asdict(row)
    html, raw = fields.pop("html"), fields.pop("body_b64")
    body = raw if raw is not UNSET else html if html is UNSET else html.encode()
    return Stored(**fields, body=body)
