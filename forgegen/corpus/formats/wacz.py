"""WACZ 1.1.1: a WARC file with an index and a list of pages in a ZIP file, which viewers of web archives open.

The ZIP file is written as a stream, its members uncompressed, as readers that fetch parts of it want them; the
WARC file in it is that of the format ``warc``. Only the index is kept in memory, some hundred bytes a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, ClassVar
from urllib.parse import urlsplit
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import msgspec

from forgegen.corpus.exchanges import Exchange
from forgegen.corpus.files import OutputFile
from forgegen.corpus.formats.registry import Settings, Stored, compare_pages, register
from forgegen.corpus.formats.warc import Warc, read_records
from forgegen.corpus.replays import UNKNOWN, exchange_of
from forgegen.corpus.rows import Row

ARCHIVE, INDEX, PAGES = "archive/data.warc.gz", "indexes/index.cdx", "pages/pages.jsonl"
PACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"
_PAGES_HEAD = b'{"format":"json-pages-1.0","id":"pages","title":"All Pages"}\n'


class _Member:
    """A member of the ZIP file to write to, with its size and digest."""

    def __init__(self, file: IO[bytes], path: str) -> None:
        self.path, self.size, self.digest = Path(path), 0, sha256()
        self._file = file

    def write(self, data: bytes) -> int:
        """Append bytes."""
        self._file.write(data)
        self.digest.update(data)
        size = memoryview(data).nbytes
        self.size += size
        return size

    def tell(self) -> int:
        """Bytes written so far."""
        return self.size

    def flush(self) -> None:
        """Nothing: the ZIP file is flushed as a whole."""

    def close(self) -> None:
        """Nothing: who opened the member closes it."""


class _Indexed(Warc):
    """A WARC file that notes where its latest response stands."""

    def __init__(self, output: _Member, settings: Settings) -> None:
        super().__init__(output, settings)
        self._member = output
        self.place: tuple[int, int] | None = None

    def _write(self, kind: str, urn: str, headers: dict[str, str], block: bytes) -> None:
        before = self._member.size
        super()._write(kind, urn, headers, block)
        if kind == "response":
            self.place = before, self._member.size - before


@register
class Wacz:
    """A shard is one web archive collection."""

    name: ClassVar[str] = "wacz"
    about: ClassVar[str] = "a web archive with index and pages for viewers, a WARC file in a ZIP file (.wacz)"
    suffix: ClassVar[str] = ".wacz"
    folder: ClassVar[bool] = False
    packages: ClassVar[tuple[str, ...]] = ("FastWARC",)

    def __init__(self, output: OutputFile, settings: Settings) -> None:
        self._zip = ZipFile(_Stream(output), "w", ZIP_STORED)  # type: ignore[call-overload]
        self._open = self._zip.open(_info(ARCHIVE), "w", force_zip64=True)
        self._member = _Member(self._open, ARCHIVE)
        self._warc = _Indexed(self._member, settings)
        self._lines: list[bytes] = []
        self._pages = bytearray(_PAGES_HEAD)
        self._latest = UNKNOWN

    def add(self, row: Row) -> None:
        """The records of a page, its line in the index, and its line in the list."""
        self._warc.add(row)
        sent = exchange_of(row)
        self._index(sent)
        self._list(sent, row.stem, row.thread.article.title)

    def other(self, exchange: Exchange) -> None:
        """The records of an answer that is no row and its line in the index; of the first page also one in the list."""
        self._warc.other(exchange)
        self._index(exchange)
        if exchange.opens:
            self._list(exchange, "index", urlsplit(exchange.url).netloc)

    def _index(self, sent: Exchange) -> None:
        self._latest = max(self._latest, sent.date)
        if self._warc.place is not None:
            self._lines.append(_index_line(sent, *self._warc.place))

    def _list(self, sent: Exchange, name: str, title: str) -> None:
        page = {"id": name, "url": sent.url, "ts": sent.date, "title": title}
        self._pages += msgspec.json.encode(page) + b"\n"

    def finish(self) -> None:
        """Index, pages and the package that names them all."""
        self._warc.finish()
        self._open.close()
        members = [self._described(ARCHIVE, self._member.digest.hexdigest(), self._member.size)]
        for path, data in ((INDEX, b"".join(sorted(self._lines))), (PAGES, bytes(self._pages))):
            self._zip.writestr(_info(path), data)
            members.append(self._described(path, sha256(data).hexdigest(), len(data)))
        package = {
            "profile": "data-package", "wacz_version": "1.1.1", "software": "forgegen", "created": self._latest,
            "title": "forgegen forum pages", "resources": members,
        }  # fmt: skip
        data = msgspec.json.format(msgspec.json.encode(package), indent=1)
        self._zip.writestr(_info(PACKAGE), data)
        digest = {"path": PACKAGE, "hash": f"sha256:{sha256(data).hexdigest()}"}
        self._zip.writestr(_info(DIGEST), msgspec.json.encode(digest))
        self._zip.close()

    @staticmethod
    def _described(path: str, digest: str, size: int) -> dict[str, Any]:
        return {"name": Path(path).name, "path": path, "hash": f"sha256:{digest}", "bytes": size}

    @staticmethod
    def read(path: Path, index: int | None = None) -> Iterator[Stored]:
        """The rows."""
        with ZipFile(path) as archive, archive.open(ARCHIVE) as file:
            yield from read_records(file, index)

    @staticmethod
    def differs(path: Path, index: int, made: list[Row]) -> str | None:
        """See ``Format``."""
        return compare_pages(Wacz.read, path, made)


def _index_line(sent: Exchange, offset: int, length: int) -> bytes:
    """A line of the index: the sorted address, the time as digits, and where the record stands."""
    fields = {
        "url": sent.url, "mime": sent.media or "unk", "status": str(sent.status),
        "digest": f"sha256:{sha256(sent.body).hexdigest()}",
        "length": str(length), "offset": str(offset), "filename": Path(ARCHIVE).name,
    }  # fmt: skip
    stamp = "".join(filter(str.isdigit, sent.date))
    return f"{surt(sent.url)} {stamp} ".encode() + msgspec.json.encode(fields) + b"\n"


class _Stream:
    """The output as a file that can only be written on: sizes then stand behind each member."""

    def __init__(self, output: OutputFile) -> None:
        self.write, self.flush = output.write, output.flush


def _info(path: str) -> ZipInfo:
    """A member without a time of its own."""
    info = ZipInfo(path)
    info.external_attr = 0o644 << 16
    return info


def surt(url: str) -> str:
    """An address as indexes of web archives sort them: the host from its end, then the rest in small letters.

    >>> surt("https://Forum.example:8080/a/T1.html?b=2&a=1")
    'example,forum:8080)/a/t1.html?a=1&b=2'
    """
    parts = urlsplit(url.lower())
    host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
    port = f":{parts.port}" if parts.port else ""
    query = "?" + "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return f"{host}{port}){parts.path or '/'}{query}"
