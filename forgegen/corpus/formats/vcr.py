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
from msgspec import Raw

from forgegen.corpus.files import OutputFile
from forgegen.corpus.formats.registry import Settings, Stored, compare_pages, register
from forgegen.corpus.replays import Beside, check_size, stored_from
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
    forgegen: Raw


@register
class Vcr:
    """A shard is one cassette."""

    name: ClassVar[str] = "vcr"
    about: ClassVar[str] = "a cassette of VCR.py, an interaction a page (.yaml)"
    suffix: ClassVar[str] = ".yaml"
    folder: ClassVar[bool] = False
    packages: ClassVar[tuple[str, ...]] = ()

    def __init__(self, output: OutputFile, settings: Settings) -> None:
        self._output, self._beside = output, Beside(settings)
        output.write(_HEAD)

    def add(self, row: Row) -> None:
        """A line."""
        body = b"null"
        if self._beside.body:
            body = _BINARY + base64.b64encode(row.body) + b'"'
        status = {"code": 200, "message": "OK"}
        headers = {name: [value] for name, value in row.page.headers.items()}
        request: dict[str, object] = {"method": "GET", "uri": row.page.url, "body": None, "headers": {}}
        parts = (
            b'- {"response":{"status":', _yaml(status), b',"headers":', _yaml(headers), b",", _BODY, body,
            b'}},"request":', _yaml(request), b',"forgegen":', _yaml(self._beside.of(row)), b"}\n",
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
