"""Realistic and nasty forum pages with their exact ground truth, for people who test scrapers and parsers.

The public names are resolved when first used: importing forgegen imports neither msgspec nor jinja2, faker or
hypothesis.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from forgegen.entry_points import FACADE, load, when_types_are_defined

if TYPE_CHECKING:
    from forgegen.assess.score import Score, score
    from forgegen.errors import ForgegenError, MissingExtra, ReadError, SkinError, UnknownName, UsageError
    from forgegen.generate.making import EDITION, make_thread
    from forgegen.model.bodies import (
        Attachment,
        Code,
        CodeSpan,
        Email,
        Emoji,
        Emphasis,
        Figure,
        Hashtag,
        Heading,
        Image,
        ItemList,
        Link,
        Media,
        Mention,
        Paragraph,
        Poll,
        PollOption,
        Quote,
        Rule,
        Smiley,
        Spoiler,
        Strike,
        Strong,
        Styled,
        Table,
        Underline,
        Unfurl,
    )
    from forgegen.model.calendar import Local
    from forgegen.model.readable import read_text, write_text
    from forgegen.model.thread import Article, Author, Board, Odd, OddHead, Post, Thread
    from forgegen.model.truth import DateTruth, PostTruth, Truth
    from forgegen.pages.edge import edge_cases
    from forgegen.pages.page import Page, render
    from forgegen.quirks.catalogue import QUIRKS
    from forgegen.quirks.quirk import Quirk
    from forgegen.reading.extraction import extract

__version__ = "0.1.0.dev0"

__all__ = [
    "EDITION",
    "QUIRKS",
    "Article",
    "Attachment",
    "Author",
    "Board",
    "Code",
    "CodeSpan",
    "DateTruth",
    "Email",
    "Emoji",
    "Emphasis",
    "Figure",
    "ForgegenError",
    "Hashtag",
    "Heading",
    "Image",
    "ItemList",
    "Link",
    "Local",
    "Media",
    "Mention",
    "MissingExtra",
    "Odd",
    "OddHead",
    "Page",
    "Paragraph",
    "Poll",
    "PollOption",
    "Post",
    "PostTruth",
    "Quirk",
    "Quote",
    "ReadError",
    "Rule",
    "Score",
    "SkinError",
    "Smiley",
    "Spoiler",
    "Strike",
    "Strong",
    "Styled",
    "Table",
    "Thread",
    "Truth",
    "Underline",
    "Unfurl",
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
    home = FACADE.get(name)
    if home is None:
        raise AttributeError(f"module 'forgegen' has no attribute {name!r}")
    value = getattr(load(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *FACADE})


def _register_types() -> None:
    """Hypothesis looks for types when it is imported; those defined later are registered when they are."""
    if "hypothesis" in sys.modules:
        load("_hypothesis").setup()


when_types_are_defined(_register_types)
