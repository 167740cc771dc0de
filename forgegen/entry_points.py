"""The modules that are imported by name, when something asks for them: the only place that imports ours by a string.

``forgegen.entry_points`` stands at the very bottom, so that anyone may load; the tables say who loads what, and count
as imports of those modules.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

FACADE = {
    "Article": "model.thread",
    "Attachment": "model.bodies",
    "Author": "model.thread",
    "Board": "model.thread",
    "Code": "model.bodies",
    "CodeSpan": "model.bodies",
    "DateTruth": "model.truth",
    "EDITION": "generate.making",
    "Email": "model.bodies",
    "Emoji": "model.bodies",
    "Emphasis": "model.bodies",
    "Figure": "model.bodies",
    "ForgegenError": "errors",
    "Hashtag": "model.bodies",
    "Heading": "model.bodies",
    "Image": "model.bodies",
    "ItemList": "model.bodies",
    "Link": "model.bodies",
    "Local": "model.calendar",
    "Media": "model.bodies",
    "Mention": "model.bodies",
    "MissingExtra": "errors",
    "Odd": "model.thread",
    "OddHead": "model.thread",
    "Page": "pages.page",
    "Paragraph": "model.bodies",
    "Poll": "model.bodies",
    "PollOption": "model.bodies",
    "Post": "model.thread",
    "PostTruth": "model.truth",
    "QUIRKS": "quirks.catalogue",
    "Quirk": "quirks.quirk",
    "Quote": "model.bodies",
    "ReadError": "errors",
    "Rule": "model.bodies",
    "Score": "assess.score",
    "SkinError": "errors",
    "Smiley": "model.bodies",
    "Spoiler": "model.bodies",
    "Strike": "model.bodies",
    "Strong": "model.bodies",
    "Styled": "model.bodies",
    "Table": "model.bodies",
    "Thread": "model.thread",
    "Truth": "model.truth",
    "Underline": "model.bodies",
    "Unfurl": "model.bodies",
    "UnknownName": "errors",
    "UsageError": "errors",
    "edge_cases": "pages.edge",
    "extract": "reading.extraction",
    "make_thread": "generate.making",
    "read_text": "model.readable",
    "render": "pages.page",
    "score": "assess.score",
    "write_text": "model.readable",
}
"""The module of every public name of ``forgegen``."""

QUIRKS = tuple(
    f"quirks.{name}"
    for name in (
        "replies", "floor", "count", "times", "author", "typed", "nodes", "pictures", "evasion", "inject",
        "lookalikes", "attrs", "inline", "blocks", "malformed", "head", "jsonld", "microdata", "enc", "transport",
        "pager", "engine",
    )
)  # fmt: skip
"""The modules that define quirks; the catalogue lists quirks in this order."""

COMMANDS = {
    "page": "cli.page",
    "thread": "cli.page",
    "import": "cli.convert",
    "extract": "cli.convert",
    "corpus": "cli.corpus",
    "verify": "cli.corpus",
    "hunt": "cli.hunt",
    "score": "cli.score",
    "edge": "cli.edge",
    "skin": "cli.skin",
    "adopt": "cli.adopt",
    "serve": "cli.serve",
    "list": "cli.list_command",
}
"""The module of every command."""

FORMATS = tuple(
    f"corpus.formats.{name}"
    for name in (
        "article_extraction", "har", "html", "jsonl", "parquet", "post_table", "readable_files", "vcr", "wacz", "warc",
        "wcxb", "webmainbench", "webpoet",
    )
)  # fmt: skip
"""The modules that define formats of corpora."""

EXECUTORS = {
    "local": "corpus.executors.local",
    "dask": "corpus.executors.dask_executor",
    "spark": "corpus.executors.spark_executor",
}
"""The module of every executor of corpora."""

LOADERS: dict[str, tuple[str, ...]] = {
    "__init__": (*FACADE.values(), "_hypothesis"),
    "quirks.catalogue": QUIRKS,
    "cli.main": tuple(COMMANDS.values()),
    "corpus.formats.all_formats": FORMATS,
    "corpus.executors.all_executors": tuple(EXECUTORS.values()),
}
"""Who loads what; the architecture test reads these as imports."""

_listeners: list[Callable[[], None]] = []


def load(module: str) -> Any:
    """One of our modules, by its name without ``forgegen.``; imported now."""
    return import_module(f"forgegen.{module}")


def when_types_are_defined(listener: Callable[[], None]) -> None:
    """Have a function called whenever a module has defined types that others may register."""
    _listeners.append(listener)


def types_are_defined() -> None:
    """Tell the listeners that types were defined."""
    for listener in _listeners:
        listener()
