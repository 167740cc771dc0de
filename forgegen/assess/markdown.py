"""Markdown to HTML, by markdown-it-py: the one place that needs the extra ``markdown``."""

from __future__ import annotations

from functools import lru_cache

from forgegen.errors import MissingExtra


@lru_cache(maxsize=1)
def _writer() -> object:
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise MissingExtra("markdown-it-py", "markdown") from error
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def html_of_markdown(text: str) -> str:
    """The HTML of a text in CommonMark, with the tables and the strike of GitHub; HTML in it stays.

    Raises: MissingExtra.
    """
    found: str = _writer().render(text)  # type: ignore[attr-defined]
    return found
