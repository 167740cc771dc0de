"""Lines of files that may be packed (``.gz``, ``.zst``), read in pieces; every damage is told.

A line costs what it is long, a file cut short is no shorter file, and what unpacks to a thousand times its size is
refused.
"""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from forgegen.errors import MissingExtra, UsageError

LONGEST = 1 << 28
"""Bytes of a line."""

_FREE = 1 << 26  # bytes that a file may unpack to whatever its size
_RATIO = 1_000  # how many times its size it may unpack to beyond; corpora come to 50
_WINDOW = 1 << 27  # bytes that a frame of Zstandard may ask for
_READ, _PACKED = 1 << 20, 1 << 9  # bytes read at once; packed ones, of which each can become 30,000


def lines_of(path: Path) -> Iterator[bytes]:
    """The lines of a file, without their line feeds.

    Raises: UsageError with the line where the file is damaged, cut short or too large; MissingExtra; OSError.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise UsageError(f"{str(path)!r} is no regular file; right would be a file of JSON lines")
    number = 1
    try:
        for line in _split(_pieces(path)):
            yield line
            number += 1
    except _Damaged as e:
        raise UsageError(f"{path.name}, line {number}: {e}") from None


class _Damaged(Exception):
    """What is wrong with the bytes of a file."""


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        if path.suffix not in (".gz", ".zst"):
            while piece := file.read(_READ):
                yield piece
            return
        unpack = _gzip if path.suffix == ".gz" else _zstandard
        unpacked = 0
        for piece in unpack(file):
            unpacked += len(piece)
            if unpacked > max(_FREE, _RATIO * file.tell()):
                raise _Damaged(f"unpacks to more than {_RATIO:,} times its size; right would be a file of pages")
            yield piece


def _gzip(file: IO[bytes]) -> Iterator[bytes]:
    def start() -> Any:
        return zlib.decompressobj(zlib.MAX_WBITS | 16)

    yield from _streams(file, start, zlib.error, "gzip")


def _zstandard(file: IO[bytes]) -> Iterator[bytes]:
    zstandard = _package()
    unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    yield from _streams(file, unpacker.decompressobj, zstandard.ZstdError, "Zstandard")


def _streams(file: IO[bytes], start: Any, error: type[Exception], name: str) -> Iterator[bytes]:
    """What one packed stream after the other holds; the last must have its end."""
    stream, fresh = start(), True
    while packed := file.read(_PACKED):
        while packed:
            try:
                piece = stream.decompress(packed)
            except error as e:
                raise _Damaged(f"the {name} file is damaged: {e}") from None
            fresh = False
            if piece:
                yield piece
            packed = b""
            if stream.eof:
                packed, stream, fresh = stream.unused_data, start(), True
    if not fresh:
        raise _Damaged(f"the {name} file is cut short")


def _split(pieces: Iterator[bytes]) -> Iterator[bytes]:
    parts: list[bytes] = []
    size = 0
    for piece in pieces:
        first, *rest = piece.split(b"\n")
        parts.append(first)
        size += len(first)
        if size > LONGEST:
            raise _Damaged(f"a line of more than {LONGEST:,} bytes")
        if rest:
            yield b"".join(parts)
            yield from rest[:-1]
            parts, size = [rest[-1]], len(rest[-1])
    if size:
        yield b"".join(parts)


def _package() -> Any:
    try:
        return import_module("zstandard")
    except ModuleNotFoundError:
        raise MissingExtra("zstandard", "corpus") from None
