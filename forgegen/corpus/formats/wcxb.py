"""The form of WCXB, the Web Content Extraction Benchmark: a page and a text with snippets by number.

The form is that of ``dev/ground-truth`` and ``dev/html`` of the GitHub repository
Murrough-Foley/web-content-extraction-benchmark, which its ``evaluate.py`` reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from forgegen.corpus.files import Folder, read_folder
from forgegen.corpus.formats.registry import Settings, Stored, register
from forgegen.corpus.formats.texts import MainTexts, date_of, packed, said
from forgegen.corpus.rows import Row


@register
class Wcxb:
    """``dev/html/NAME.html.gz`` and ``dev/ground-truth/NAME.json`` a page; the part ``test`` goes to ``test``."""

    name: ClassVar[str] = "wcxb"
    about: ClassVar[str] = "main text with what must and must not be in it, as WCXB has it, in a folder or a tar"
    suffix: ClassVar[str] = ""
    folder: ClassVar[bool] = True
    packages: ClassVar[tuple[str, ...]] = ()

    def __init__(self, output: Folder, settings: Settings) -> None:
        self._output, self._texts = output, MainTexts(settings)

    def add(self, row: Row) -> None:
        """A page and its text."""
        self._output.put(f"{_part(row)}/html/{row.stem}.html.gz", packed(row))
        self._output.put(_place(row), self._file(row))

    def _file(self, row: Row) -> bytes:
        found = self._texts.of(row)
        kind = "article" if row.truth.paragraphs else "forum"
        file: dict[str, Any] = {
            "schema_version": "2.0", "url": row.url, "file_id": row.stem,
            "_internal": {"page_type": {"primary": kind, "confidence": "verified", "needs_review": False, "tags": []}},
            "ground_truth": {
                "title": said(row.truth.title), "author": said(row.truth.author), "publish_date": date_of(row),
                "main_content": found.text, "with": found.must, "without": found.must_not,
            },
        }  # fmt: skip
        return msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n"

    def finish(self) -> None:
        """Nothing."""

    @staticmethod
    def read(path: Path, index: int | None = None) -> Iterator[Stored]:
        """Nothing: a text is no truth of a page."""
        return iter(())

    @staticmethod
    def differs(path: Path, index: int, made: list[Row]) -> str | None:
        """See ``Format``; texts need the corpus' settings, so that pages alone are compared."""
        with read_folder(path) as get:
            for row in made:
                if get(f"{_part(row)}/html/{row.stem}.html.gz") != packed(row):
                    return f"the page {row.key} is missing or another"
                if get(_place(row)) is None:
                    return f"the text of page {row.key} is missing"
        return None


def _part(row: Row) -> str:
    return "test" if row.split == "test" else "dev"


def _place(row: Row) -> str:
    return f"{_part(row)}/ground-truth/{row.stem}.json"
