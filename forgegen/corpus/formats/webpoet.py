"""Fixtures of web-poet: for every page its response and the item that a page object should make of it.

A fixture lies in ``PAGE_OBJECT/STEM``, and web-poet's plugin for pytest tests every field of the item for itself. The
item is the truth as ``forgegen.extract`` reads it, under the names of ``--rename``. ``fixtures.jsonl`` has the columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from msgspec import Raw

from forgegen.corpus.files import Folder, read_folder
from forgegen.corpus.formats.registry import Settings, Stored, compare_pages, register
from forgegen.corpus.replays import RowFields, stored_from
from forgegen.corpus.rows import Row

GENERIC = "forgegen.web_poet_page.ForumPage"
"""The page object that comes with forgegen: it reads by the skin that the header names."""

SKIN = "X-Forgegen-Skin"
LIST = "fixtures.jsonl"
_NOTES = ("seen",)  # of the page and not of its parsers; and all names that end in _actual


class _Line(msgspec.Struct):
    fixture: str
    row: Raw


@register
class WebPoet:
    """A folder a page, in a folder or a tar a shard."""

    name: ClassVar[str] = "webpoet"
    about: ClassVar[str] = "a fixture of web-poet a page, with a test for every field, in a folder or a tar a shard"
    suffix: ClassVar[str] = ""
    folder: ClassVar[bool] = True
    packages: ClassVar[tuple[str, ...]] = ()

    def __init__(self, output: Folder, settings: Settings) -> None:
        self._output, self._beside = output, RowFields(settings)
        self._page_object = settings.page_object.replace(":", ".") or GENERIC
        self._names = {ours: theirs for theirs, ours in settings.rename.items()}
        self._taken = frozenset(self._names.values())  # a field of ours with such a name is not theirs
        self._list = bytearray()

    def add(self, row: Row) -> None:
        """A fixture."""
        folder = f"{self._page_object}/{row.stem}"
        headers = list(row.headers.items())
        if self._page_object == GENERIC:
            headers.append((SKIN, row.choice.skin))
        info = {"url": row.url, "status": 200, "headers": headers, "_encoding": None, "type": "HttpResponse"}
        files: dict[str, object] = {"inputs/HttpResponse-info.json": info, "output.json": self._item(row)}
        files["meta.json"] = {} if row.observed is None else {"frozen_time": row.observed}
        if self._beside.body:
            self._output.put(f"{folder}/inputs/HttpResponse-body.html", row.body)
        for name, value in files.items():
            self._output.put(f"{folder}/{name}", msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
        self._list += msgspec.json.encode({"fixture": folder, "row": self._beside.of(row)}) + b"\n"

    def _item(self, row: Row) -> dict[str, Any]:
        item = self._named(msgspec.json.decode(row.truth_json))
        posts = self._names.get("posts", "posts")
        return item | {posts: [self._named(post) for post in item.get(posts, ())]}

    def _named(self, fields: dict[str, Any]) -> dict[str, Any]:
        return {
            self._names.get(name, name): value
            for name, value in fields.items()
            if name not in _NOTES and not name.endswith("_actual") and (name in self._names or name not in self._taken)
        }

    def finish(self) -> None:
        """The list."""
        self._output.put(LIST, bytes(self._list))

    @staticmethod
    def read(path: Path, index: int | None = None) -> Iterator[Stored]:
        """The rows."""
        with read_folder(path) as get:
            for line in (get(LIST) or b"").splitlines():
                found = msgspec.json.decode(line, type=_Line)
                row = stored_from(found.row, get(f"{found.fixture}/inputs/HttpResponse-body.html"))
                if index is None or row.index == index:
                    yield row

    @staticmethod
    def differs(path: Path, index: int, made: list[Row]) -> str | None:
        """See ``Format``."""
        return compare_pages(WebPoet.read, path, made)
