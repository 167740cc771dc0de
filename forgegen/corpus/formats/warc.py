"""WARC 1.1 (ISO 28500:2017): request, response and metadata of each page; the one module that imports ``fastwarc``.

Every record is a gzip member of its own. Record-IDs are UUIDs of version 5 made from the corpus' run and the row's key,
dates are the moments of observation, so that nothing in a file depends on when or where it was written. The metadata
record holds the row's columns and its truth, and points at the response by ``WARC-Concurrent-To``.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, ClassVar, Protocol
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

import msgspec

from forgegen.corpus.exchanges import Exchange, reason
from forgegen.corpus.formats.registry import Settings, Stored, compare_pages, register
from forgegen.corpus.replays import RowFields, exchange_of, stored_from
from forgegen.corpus.rows import Row
from forgegen.errors import MissingExtra

LEVEL = 4  # 6 saves a fortieth of the bytes for half as much time again
AGENT = "forgegen"
_READ = 1 << 20
_NAMESPACE = uuid5(NAMESPACE_URL, "https://forgegen.example/warc")


class Binary(Protocol):
    """What records go to: a file of a corpus, or a part of one."""

    path: Path

    def write(self, data: bytes) -> int:
        """Append bytes."""
        ...


def _fastwarc() -> tuple[Any, Any]:
    try:
        from fastwarc import stream_io, warc
    except ImportError:
        raise MissingExtra("FastWARC", "corpus") from None
    return warc, stream_io


@register
class Warc:
    """Three records a page, after one that describes the file."""

    name: ClassVar[str] = "warc"
    about: ClassVar[str] = "request, response and metadata with the truth, a gzip member each (.warc.gz)"
    suffix: ClassVar[str] = ".warc.gz"
    folder: ClassVar[bool] = False
    packages: ClassVar[tuple[str, ...]] = ("FastWARC",)

    def __init__(self, output: Binary, settings: Settings) -> None:
        self._warc, stream_io = _fastwarc()
        self._stream = stream_io.GzipWriter(output, LEVEL)
        self._run = settings.run
        self._beside = RowFields(settings)
        self._name = output.path.name
        self._info: str | None = None

    def add(self, row: Row) -> None:
        """The records of a page."""
        linked = self._exchange(exchange_of(row), row.key, written=self._beside.body)
        beside = msgspec.json.encode(self._beside.of(row))
        self._write("metadata", self._id(row.key, "metadata"), {**linked, "Content-Type": "application/json"}, beside)

    def other(self, exchange: Exchange) -> None:
        """The records of an answer that is no row."""
        self._exchange(exchange, f"{self._name}/{exchange.url}")

    def _exchange(self, sent: Exchange, key: str, *, written: bool = True) -> dict[str, str]:
        """Request and response, where they are to be written; the headers of a record that belongs to them."""
        if self._info is None:
            self._describe(sent.date)
        request, response = (self._id(key, kind) for kind in ("request", "response"))
        common = {"WARC-Date": sent.date, "WARC-Target-URI": sent.url, "WARC-Warcinfo-ID": f"<{self._info}>"}
        linked = {**common, "WARC-Concurrent-To": f"<{response}>"}
        if written:
            self._write("request", request, linked, _request(sent))
            self._write("response", response, common, _response(sent))
        return linked

    def _describe(self, date: str) -> None:
        self._info = self._id(self._name, "warcinfo")
        fields = {"software": AGENT, "format": "WARC File Format 1.1", "isPartOf": f"forgegen corpus {self._run}"}
        text = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        headers = {"WARC-Date": date, "WARC-Filename": self._name, "Content-Type": "application/warc-fields"}
        self._write("warcinfo", self._info, headers, text.encode())

    def _id(self, *path: str) -> str:
        return uuid5(_NAMESPACE, "/".join((self._run, *path))).urn

    def _write(self, kind: str, urn: str, headers: dict[str, str], block: bytes) -> None:
        record = self._warc.WarcRecord()
        record.init_headers(record_type=getattr(self._warc.WarcRecordType, kind))
        record.headers["WARC-Record-ID"] = f"<{urn}>"
        for name, value in headers.items():
            record.headers[name] = value
        if kind in ("request", "response"):
            record.is_http = True
        record.set_bytes_content(block)
        if kind == "response":
            record.parse_http()  # tells where the payload begins, for its digest
        record.write(self._stream, checksum_data=True)
        self._stream.finish()  # else the next record would go into the same gzip member

    def finish(self) -> None:
        """Nothing: each record ended its own member."""
        self._stream.close()

    @staticmethod
    def read(path: Path, index: int | None = None) -> Iterator[Stored]:
        """The rows."""
        with path.open("rb") as file:
            yield from read_records(file, index)

    @staticmethod
    def differs(path: Path, index: int, made: list[Row]) -> str | None:
        """See ``Format``."""
        return compare_pages(Warc.read, path, made)


def read_records(file: IO[bytes], index: int | None = None) -> Iterator[Stored]:
    """The rows of a WARC file: a metadata record and the response before it."""
    warc, _ = _fastwarc()
    kinds = warc.WarcRecordType
    body = None
    begin = 0
    for record in warc.ArchiveIterator(file, record_types=kinds.response | kinds.metadata):
        begin = record.stream_pos
        if record.record_type == kinds.response:
            body = record.reader.read()
            continue
        row = stored_from(record.reader.read(), body)
        if index is None or row.index == index:
            yield row
        body = None
    _check_end(file, begin)


def _check_end(file: IO[bytes], begin: int) -> None:
    """Nothing where the gzip member that begins there, and those after it, are whole: FastWARC passes over half of one.

    Raises: ValueError.
    """
    file.seek(begin)
    member, data = zlib.decompressobj(31), file.read(_READ)
    if data[:2] != b"\x1f\x8b":
        return
    while data:
        member.decompress(data, _READ)
        data = member.unused_data if member.eof else member.unconsumed_tail or file.read(_READ)
        if member.eof and (data := data or file.read(_READ)):
            member = zlib.decompressobj(31)
    member.flush()
    if not member.eof:
        raise ValueError("the gzip file is cut short")


def _request(sent: Exchange) -> bytes:
    parts = urlsplit(sent.url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = {"Host": parts.netloc, "User-Agent": AGENT, **sent.asked}
    return f"GET {target or '/'} HTTP/1.1\r\n{_lines(headers.items())}\r\n".encode()


def _response(sent: Exchange) -> bytes:
    kept = [pair for pair in sent.headers if pair[0] != "Content-Length"]
    lines = _lines([*kept, ("Content-Length", str(len(sent.body)))])
    begin = f"HTTP/1.1 {sent.status} {reason(sent.status)}\r\n{lines}\r\n"
    return begin.encode("latin-1", "replace") + sent.body


def _lines(headers: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers)
