"""HAR 1.2, the HTTP archive that browsers export: an entry a page, which Playwright and mitmproxy answer from.

The text of an entry is what a browser makes of the body: a compressed one is unpacked. ``_forgegen`` holds the row's
columns and its truth, and the body where the text is not it; names with an underscore are free in that format.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import msgspec
from msgspec import UNSET, Raw, UnsetType

from forgegen.corpus.exchanges import Exchange, reason
from forgegen.corpus.files import OutputFile
from forgegen.corpus.formats.registry import Settings, Stored, compare_pages, register
from forgegen.corpus.replays import RowFields, check_size, exchange_of, stored_from
from forgegen.corpus.rows import Row
from forgegen.errors import ReadError

MOST = 256 << 20  # bytes of a file: readers written in JavaScript hold half a gigabyte of text, and no more
_HEAD = b'{"log":{"version":"1.2","creator":{"name":"forgegen","version":"1"},"entries":[\n'


class _Content(msgspec.Struct):
    text: str | UnsetType = UNSET
    encoding: str | UnsetType = UNSET


class _Response(msgspec.Struct):
    content: _Content


class _Entry(msgspec.Struct, rename={"beside": "_forgegen", "body_b64": "_body_b64"}):
    response: _Response
    beside: Raw | UnsetType = UNSET
    body_b64: bytes | UnsetType = UNSET


class _Log(msgspec.Struct):
    entries: list[_Entry]


class _File(msgspec.Struct):
    log: _Log


@register
class Har:
    """A shard is one archive."""

    name: ClassVar[str] = "har"
    about: ClassVar[str] = "an HTTP archive as browsers export it, an entry a page (.har)"
    suffix: ClassVar[str] = ".har"
    folder: ClassVar[bool] = False
    packages: ClassVar[tuple[str, ...]] = ()

    def __init__(self, output: OutputFile, settings: Settings) -> None:
        self._output, self._beside = output, RowFields(settings)
        output.write(_HEAD)
        self._first = True

    def add(self, row: Row) -> None:
        """An entry."""
        content, more = _content(row) if self._beside.body else ({"size": 0, "mimeType": "text/html"}, {})
        self._write({**_entry(exchange_of(row), content), "_forgegen": self._beside.of(row), **more})

    def other(self, exchange: Exchange) -> None:
        """An entry without a row."""
        self._write(_entry(exchange, _other_content(exchange)))

    def _write(self, entry: dict[str, Any]) -> None:
        self._output.write(b"" if self._first else b",\n")
        self._output.write(msgspec.json.encode(entry))
        self._first = False
        check_size(self._output, "har", MOST)

    def finish(self) -> None:
        """The end of the archive."""
        self._output.write(b"\n]}}\n")

    @staticmethod
    def read(path: Path, index: int | None = None) -> Iterator[Stored]:
        """The rows."""
        if path.stat().st_size > 2 * MOST:
            raise ReadError(1, f"an archive of more than {2 * MOST >> 20} MB is not one of ours")
        for entry in msgspec.json.decode(path.read_bytes(), type=_File).log.entries:
            if entry.beside is UNSET:
                continue
            row = stored_from(entry.beside, _body(entry))
            if index is None or row.index == index:
                yield row

    @staticmethod
    def differs(path: Path, index: int, made: list[Row]) -> str | None:
        """See ``Format``."""
        return compare_pages(Har.read, path, made)


def _entry(sent: Exchange, content: dict[str, Any]) -> dict[str, Any]:
    """What an entry says of request and response."""
    parts = urlsplit(sent.url)
    common: dict[str, Any] = {"httpVersion": "HTTP/1.1", "cookies": [], "headersSize": -1}
    location = next((value for name, value in sent.headers if name == "Location"), "")
    return {
        "startedDateTime": sent.date,
        "time": 0,
        "request": {
            "method": "GET", "url": sent.url, "headers": _pairs((("Host", parts.netloc), *sent.asked.items())),
            "queryString": _pairs(parse_qsl(parts.query, True)), "bodySize": 0, **common,
        },
        "response": {
            "status": sent.status, "statusText": reason(sent.status), "headers": _pairs(sent.headers),
            "content": content, "redirectURL": location, "bodySize": len(sent.body), **common,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
    }  # fmt: skip


def _pairs(headers: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _other_content(sent: Exchange) -> dict[str, Any]:
    """The content of an entry that is no row: text where the body is that in UTF-8."""
    content: dict[str, Any] = {"size": len(sent.body), "mimeType": sent.kind or "x-unknown"}
    if sent.charset.lower() == "utf-8":
        try:
            return content | {"text": sent.body.decode()}
        except UnicodeDecodeError:
            pass
    return content | {"text": base64.b64encode(sent.body).decode(), "encoding": "base64"}


def _content(row: Row) -> tuple[dict[str, Any], dict[str, Any]]:
    """The content of an entry, and the body where that is not it."""
    shown = _unpacked(row.body, row.headers.get("Content-Encoding"))
    kind = row.headers.get("Content-Type", "text/html")
    content: dict[str, Any] = {"size": len(shown), "mimeType": kind}
    if row.is_plain():
        content["text"] = row.html
    else:
        content |= {"text": base64.b64encode(shown).decode(), "encoding": "base64"}
    return content, {} if shown == row.body else {"_body_b64": row.body}


def _unpacked(body: bytes, encoding: str | None) -> bytes:
    """The body without gzip; as it is where it cannot be unpacked."""
    if encoding != "gzip":
        return body
    try:
        return zlib.decompress(body, 31)
    except zlib.error:
        return body


def _body(entry: _Entry) -> bytes | None:
    content = entry.response.content
    if entry.body_b64 is not UNSET:
        return entry.body_b64
    if content.text is UNSET:
        return None
    return base64.b64decode(content.text) if content.encoding == "base64" else content.text.encode()
