"""Zstandard in frames with a seek table; the one module that imports ``zstandard``.

Seekable format 0.1.0: a skippable frame with a row (compressed, decompressed size) for each frame, then the number of
frames, a byte of flags and a magic number.
"""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path
from struct import Struct, unpack
from types import TracebackType

from forgegen.corpus.files import OutputFile
from forgegen.errors import MissingExtra, ReadError

try:
    import zstandard
except ImportError:
    raise MissingExtra("zstandard", "corpus") from None

LEVEL = 1  # 3 would save a fifth of the bytes, and cost as much as a twentieth of the pages
_LARGEST = 1 << 31  # bytes that a frame may unpack to: a page is in one piece
_SKIPPABLE, _SEEKABLE = 0x184D2A5E, 0x8F92EAB1
_HEAD, _ROW, _FOOT = Struct("<II"), Struct("<II"), Struct("<IBI")


class FrameWriter:
    """Writes frames, each readable alone, and at the end their table."""

    def __init__(self, output: OutputFile) -> None:
        self._output = output
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        self._table = bytearray()

    def write(self, data: bytes) -> None:
        """One frame."""
        frame = self._compressor.compress(data)
        self._output.write(frame)
        self._table += _ROW.pack(len(frame), len(data))

    def finish(self) -> None:
        """The seek table."""
        foot = _FOOT.pack(len(self._table) // _ROW.size, 0, _SEEKABLE)
        self._output.write(_HEAD.pack(_SKIPPABLE, len(self._table) + len(foot)) + self._table + foot)


class FrameReader:
    """The frames of a file as a sequence; each is read and decompressed when asked for."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        try:
            self._sizes = self._table()
        except BaseException:
            self._file.close()
            raise
        self._starts = [0, *accumulate(size for size, _ in self._sizes)]
        self._decompressor = zstandard.ZstdDecompressor()

    def _table(self) -> list[tuple[int, int]]:
        end = self._file.seek(0, 2)
        self._file.seek(max(0, end - _FOOT.size))
        foot = self._file.read()
        if len(foot) < _FOOT.size or _FOOT.unpack(foot)[2] != _SEEKABLE:
            raise ReadError(1, "no seek table at the end: the file is cut short or not of this format")
        count = _FOOT.unpack(foot)[0]
        if _FOOT.size + count * _ROW.size > end:
            raise ReadError(1, f"the seek table has {count:,} frames, more than the file has room for")
        self._file.seek(end - _FOOT.size - count * _ROW.size)
        values = unpack(f"<{2 * count}I", self._file.read(count * _ROW.size))
        return list(zip(values[::2], values[1::2], strict=True))

    def __len__(self) -> int:
        return len(self._sizes)

    def __getitem__(self, number: int) -> bytes:
        self._file.seek(self._starts[number])
        frame = self._file.read(self._sizes[number][0])
        try:
            if zstandard.frame_content_size(frame) > _LARGEST:
                raise ReadError(1, f"frame {number} unpacks to more than {_LARGEST:,} bytes")
            return self._decompressor.decompress(frame)
        except zstandard.ZstdError as e:
            raise ReadError(1, f"frame {number} is damaged: {e}") from None

    def __enter__(self) -> FrameReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
