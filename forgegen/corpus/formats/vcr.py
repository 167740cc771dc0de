"""Cassettes of VCR.py in YAML: an interaction a line, the body in base64, so that no reader changes a byte of it.

An interaction is written as JSON, which is YAML but for a few characters: those are escaped. Beside request
and response it has ``forgegen``, the row's columns and its truth, which VCR.py passes over.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import msgspec
from msgspec import UNSET, Raw, UnsetType

from forgegen.corpus.exchanges import Exchange, reason
from forgegen.corpus.files import OutputFile
from forgegen.corpus.formats.registry import Settings, Stored, compare_pages, register
from forgegen.corpus.replays import RowFields, check_size, exchange_of, stored_from
from forgegen.corpus.rows import Row

MOST = 64 << 20  # bytes of a cassette: VCR.py parses it whole
_HEAD = b"version: 1\ninteractions:\n"
_BODY = b'"body":{"string":'
_BINARY = b'!!binary "'
# What stands raw in JSON and may not in YAML, or would be folded there.
_ODD = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class _Body(msgspec.Struct):
    string: bytes | None


class _Response(msgspec.Struct):
    body: _Body


class _Interaction(msgspec.Struct):
    response: _Response
    forgegen: Raw | UnsetType = UNSET


@register
class Vcr:
    """A shard is one cassette."""

    name: ClassVar[str] = "vcr"
    about: ClassVar[str] = "a cassette of VCR.py, an interaction a page (.yaml)"
    suffix: ClassVar[str] = ".yaml"
    folder: ClassVar[bool] = False
    packages: ClassVar[tuple[str, ...]] = ()

    def __init__(self, output: OutputFile, settings: Settings) -> None:
        self._output, self._beside = output, RowFields(settings)
        output.write(_HEAD)

    def add(self, row: Row) -> None:
        """A line, after those of the answers that came before it."""
        for exchange in row.before:
            self.other(exchange)
        self._write(exchange_of(row), self._beside.body, b',"forgegen":' + _yaml(self._beside.of(row)))

    def other(self, exchange: Exchange) -> None:
        """A line without a row."""
        self._write(exchange, True, b"")

    def _write(self, sent: Exchange, has_body: bool, beside: bytes) -> None:
        body = _BINARY + base64.b64encode(sent.body) + b'"' if has_body else b"null"
        status = {"code": sent.status, "message": reason(sent.status)}
        asked = {name: [value] for name, value in sent.asked.items()}
        headers: dict[str, list[str]] = {}
        for name, value in sent.headers:
            headers.setdefault(name, []).append(value)
        request: dict[str, object] = {"method": "GET", "uri": sent.url, "body": None, "headers": asked}
        parts = (
            b'- {"response":{"status":', _yaml(status), b',"headers":', _yaml(headers), b",", _BODY, body,
            b'}},"request":', _yaml(request), beside, b"}\n",
        )  # fmt: skip
        self._output.write(b"".join(parts))
        check_size(self._output, "vcr", MOST)

    def finish(self) -> None:
        """Nothing."""

    @staticmethod
    def read(path: Path, index: int | None = None) -> Iterator[Stored]:
        """The rows."""
        decoder = msgspec.json.Decoder(_Interaction)
        with path.open("rb") as file:
            for line in file:
                if line.startswith(b"- "):
                    found = decoder.decode(line[2:].replace(_BODY + _BINARY, _BODY + b'"', 1))
                    if found.forgegen is UNSET:
                        continue
                    row = stored_from(found.forgegen, found.response.body.string)
                    if index is None or row.index == index:
                        yield row

    @staticmethod
    def differs(path: Path, index: int, made: list[Row]) -> str | None:
        """See ``Format``."""
        return compare_pages(Vcr.read, path, made)


def _yaml(value: object) -> bytes:
    """A value as JSON that is YAML too."""
    return _ODD.sub(lambda m: f"\\u{ord(m[0]):04x}", msgspec.json.encode(value).decode()).encode()
