"""Realistic and nasty forum pages with their exact ground truth, for people who test scrapers and parsers.

The public names are resolved when first used: importing forgegen imports neither msgspec nor jinja2, faker or
hypothesis.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forgegen.assess.score import Score, score
    from forgegen.errors import ForgegenError, MissingExtra, ReadError, SkinError, UnknownName, UsageError
    from forgegen.generate.thread import EDITION, make_thread
    from forgegen.model.calendar import Local
    from forgegen.model.readable import read_text, write_text
    from forgegen.model.thread import Article, Author, Board, Odd, OddHead, Post, Thread
    from forgegen.model.truth import DateTruth, PostTruth, Truth
    from forgegen.pages.edge import edge_cases
    from forgegen.pages.page import Page, render
    from forgegen.quirks.catalogue import QUIRKS, Quirk
    from forgegen.reading.extraction import extract

__version__ = "0.1.0.dev0"

_HOME = {
    "Article": "model.thread",
    "Author": "model.thread",
    "Board": "model.thread",
    "DateTruth": "model.truth",
    "EDITION": "generate.thread",
    "ForgegenError": "errors",
    "Local": "model.calendar",
    "MissingExtra": "errors",
    "Odd": "model.thread",
    "OddHead": "model.thread",
    "Page": "pages.page",
    "Post": "model.thread",
    "PostTruth": "model.truth",
    "QUIRKS": "quirks.catalogue",
    "Quirk": "quirks.catalogue",
    "ReadError": "errors",
    "Score": "assess.score",
    "SkinError": "errors",
    "Thread": "model.thread",
    "Truth": "model.truth",
    "UnknownName": "errors",
    "UsageError": "errors",
    "edge_cases": "pages.edge",
    "extract": "reading.extraction",
    "make_thread": "generate.thread",
    "read_text": "model.readable",
    "render": "pages.page",
    "score": "assess.score",
    "write_text": "model.readable",
}

__all__ = [
    "EDITION",
    "QUIRKS",
    "Article",
    "Author",
    "Board",
    "DateTruth",
    "ForgegenError",
    "Local",
    "MissingExtra",
    "Odd",
    "OddHead",
    "Page",
    "Post",
    "PostTruth",
    "Quirk",
    "ReadError",
    "Score",
    "SkinError",
    "Thread",
    "Truth",
    "UnknownName",
    "UsageError",
    "edge_cases",
    "extract",
    "make_thread",
    "read_text",
    "render",
    "score",
    "write_text",
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'forgegen' has no attribute {name!r}")
    value = getattr(import_module(f"forgegen.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
