"""The form of WebMainBench: a line a page with its HTML and the main text as Markdown.

The form is that of the GitHub repository opendatalab/WebMainBench, whose ``webmainbench/data/loader.py`` reads it. The
marks ``cc-select`` and ``main_html`` are left out: they would be other bytes than those of the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from forgegen.corpus.files import OutputFile
from forgegen.corpus.formats.registry import Settings, Stored, register
from forgegen.corpus.formats.texts import MainTexts, said
from forgegen.corpus.rows import Row


class _Line(msgspec.Struct):
    track_id: str
    html: str


@register
class WebMainBench:
    """A shard is one file of lines."""

    name: ClassVar[str] = "webmainbench"
    about: ClassVar[str] = "a line a page with its main text as WebMainBench has it (.webmainbench.jsonl)"
    suffix: ClassVar[str] = ".webmainbench.jsonl"
    folder: ClassVar[bool] = False
    packages: ClassVar[tuple[str, ...]] = ()

    def __init__(self, output: OutputFile, settings: Settings) -> None:
        self._output, self._texts = output, MainTexts(settings)

    def add(self, row: Row) -> None:
        """A line."""
        found, title = self._texts.of(row), said(row.truth.title)
        markdown = f"# {title}\n\n{found.text}" if title else found.text
        style = "Forum_or_Article_with_commentsection"
        line: dict[str, Any] = {
            "track_id": row.stem, "url": row.url, "html": row.html, "convert_main_content": markdown,
            "groundtruth_content": markdown,
            "meta": {
                "language": row.choice.locale.partition("-")[0], "style": style, "level": "mid", "table": [],
                "code": ["interline"] if any(post.code for post in row.truth.posts) else [], "equation": [],
            },
        }  # fmt: skip
        self._output.write(msgspec.json.encode(line) + b"\n")

    def finish(self) -> None:
        """Nothing."""

    @staticmethod
    def read(path: Path, index: int | None = None) -> Iterator[Stored]:
        """Nothing: a text is no truth of a page."""
        return iter(())

    @staticmethod
    def differs(path: Path, index: int, made: list[Row]) -> str | None:
        """See ``Format``; texts need the corpus' settings, so that pages alone are compared."""
        decoder = msgspec.json.Decoder(_Line)
        with path.open("rb") as file:
            lines = (decoder.decode(line) for line in file)
            stored = {line.track_id: line.html for line in lines if line.track_id.startswith(f"{index:010d}.")}
        wrong = next((row for row in made if stored.get(row.stem) != row.html), None)
        return None if wrong is None else f"the page {wrong.key} is missing or another"
