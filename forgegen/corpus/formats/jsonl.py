"""JSON Lines in Zstandard: frames of 64 rows and a seek table, so that a reader can jump to any of them.

The seek table is that of Zstandard's seekable format 0.1.0: a skippable frame at the end that plain decoders pass over.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from msgspec import UNSET, Raw, UnsetType

from forgegen.corpus import zstd
from forgegen.corpus.columns import kept
from forgegen.corpus.files import OutputFile
from forgegen.corpus.formats.registry import Settings, Stored, compare_pages, register
from forgegen.corpus.rows import Row
from forgegen.model.truth import Truth

FRAME_ROWS, FRAME_BYTES = 64, 4 << 20  # a frame ends at either, so that memory does not depend on the pages' size


class JsonRow(msgspec.Struct, kw_only=True):
    """A line. ``html`` is the page as text; ``body_b64`` its bytes, where they are not ``html`` in UTF-8."""

    key: str
    index: int
    page: int
    skin: str
    locale: str | UnsetType = UNSET
    profile: str | UnsetType = UNSET
    edition: str | UnsetType = UNSET
    url: str | UnsetType = UNSET
    observed: str | UnsetType | None = UNSET
    headers: dict[str, str] | UnsetType = UNSET
    encoding: str | UnsetType = UNSET
    quirks: tuple[str, ...] | UnsetType = UNSET
    split: str | UnsetType = UNSET
    html: str | UnsetType = UNSET
    body_b64: bytes | UnsetType = UNSET
    truth: Raw | UnsetType = UNSET


_CONTROLS = tuple(code for code in range(32) if code != 10)  # but the line feed, of which every page has many
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
        self._lines = bytearray()
        self._rows = 0

    def add(self, row: Row) -> None:
        """One line; text and truth go in as they are."""
        fields = {name: value for name, value in row.fields().items() if name in self._fields}
        if self._body:
            if row.is_plain():
                fields["html"] = json_of_bytes(row.body)
            else:
                fields["html"], fields["body_b64"] = json_string(row.page.pieces), row.body
        if self._truth:
            fields["truth"] = Raw(row.truth_json)
        _encoder.encode_into(fields, self._lines, -1)
        self._lines += b"\n"
        self._rows += 1
        if self._rows == FRAME_ROWS or len(self._lines) >= FRAME_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._lines:
            self._writer.write(self._lines)
        self._lines, self._rows = bytearray(), 0

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


def json_of_bytes(text: bytes) -> Raw:
    """A JSON string from its bytes in UTF-8: HTML is full of quotes, which ``replace`` escapes at half of the cost."""
    if any(code in text for code in _CONTROLS):  # a search each is cheaper than one for all
        return Raw(_encoder.encode(text.decode()))
    return Raw(b'"%s"' % text.replace(b"\\", rb"\\").replace(b'"', rb"\"").replace(b"\n", rb"\n"))


def json_string(pieces: list[str]) -> Raw:
    """A JSON string that holds all pieces: at a third of the cost of joining them first.

    Each becomes a string on a line of its own; a raw line feed stands only between two of them.
    """
    lines = _encoder.encode_lines(pieces).split(b"\n")
    return Raw(b'"%s"' % b"".join([line[1:-1] for line in lines]))


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
