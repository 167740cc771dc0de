"""The form of the article extraction benchmark: ``ground-truth.json`` with texts by name, and pages beside it.

The form is that of the GitHub repository scrapinghub/article-extraction-benchmark, which its ``evaluate.py`` reads;
predictions for it are files of the same form.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import msgspec

from forgegen.corpus.files import Folder, read_folder
from forgegen.corpus.formats.registry import Settings, Stored, register
from forgegen.corpus.formats.texts import MainTexts, packed
from forgegen.corpus.rows import Row

LIST = "ground-truth.json"


@register
class ArticleExtraction:
    """``html/NAME.html.gz`` a page, and one file with the texts of all."""

    name: ClassVar[str] = "article-extraction"
    about: ClassVar[str] = "main text as article-extraction-benchmark has it, in a folder or a tar a shard"
    suffix: ClassVar[str] = ""
    folder: ClassVar[bool] = True
    packages: ClassVar[tuple[str, ...]] = ()

    def __init__(self, output: Folder, settings: Settings) -> None:
        self._output, self._texts = output, MainTexts(settings)
        self._list = bytearray()

    def add(self, row: Row) -> None:
        """A page, and its text."""
        self._output.put(f"html/{row.stem}.html.gz", packed(row))
        text = {"articleBody": self._texts.of(row).text, "url": row.url}
        self._list += b",\n" if self._list else b""
        self._list += msgspec.json.encode(row.stem) + b": " + msgspec.json.encode(text)

    def finish(self) -> None:
        """The texts."""
        self._output.put(LIST, b"{\n" + self._list + b"\n}\n")

    @staticmethod
    def read(path: Path, index: int | None = None) -> Iterator[Stored]:
        """Nothing: a text is no truth of a page."""
        return iter(())

    @staticmethod
    def differs(path: Path, index: int, made: list[Row]) -> str | None:
        """See ``Format``; texts need the corpus' settings, so that pages alone are compared."""
        with read_folder(path) as get:
            texts = msgspec.json.decode(get(LIST) or b"{}", type=dict[str, dict[str, str]])
            for row in made:
                if get(f"html/{row.stem}.html.gz") != packed(row):
                    return f"the page {row.key} is missing or another"
                if row.stem not in texts:
                    return f"the text of page {row.key} is missing"
        return None
