"""The columns of a corpus: a row is a page, ordered by (index, skin, page)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from msgspec import UNSET, UnsetType

# name -> what it holds; the order is that of the files
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "key": "name of the row in the corpus: INDEX/SKIN/PAGE",
        "index": "number of the thread: make_thread(seed, index, locale, profile) is it",
        "page": "number of the page of the thread, from 1",
        "skin": "look of the page",
        "locale": "language and manners",
        "profile": "sizes, growth, times",
        "edition": "of the generator's output",
        "url": "address of the page",
        "observed": "moment at which the page was seen, an ISO instant in UTC",
        "headers": "HTTP headers of the response",
        "encoding": "of the body",
        "quirks": "names of the quirks planted",
        "split": "part of the corpus to which the thread belongs",
        "body": "the page's bytes; in JSONL html (text), and body_b64 where html in UTF-8 is not the body",
        "truth": "what the page shows",
        "truth_json": "the same as JSON; in JSONL truth is that already",
        "settings": "settings of the board that are not the defaults of the skin: NAME=VALUE, parted by commas",
        "made": "what the generator knows and no page shows: story, branch, what comments do, as JSON text",
        "seen": "what a browser shows of the posts (innerText), in the order of truth, as JSON text",
    }
)
KEY = ("key", "index", "page", "skin")  # always kept
AS_TEXT = ("body",)  # fields of truth that hold themselves: tables have them as JSON text
ASKED = ("settings", "made", "seen")  # only where they are asked for, settings also where a corpus has some
OWN = ("seen",)  # fields of truth that are a column instead


class PageFields(msgspec.Struct, kw_only=True):
    """The columns that every format of pages writes alike; one that was left out is UNSET."""

    key: str
    index: int
    page: int
    skin: str
    locale: str | UnsetType = UNSET
    profile: str | UnsetType = UNSET
    edition: str | UnsetType = UNSET
    url: str | UnsetType = UNSET
    observed: str | UnsetType | None = UNSET
    headers: dict[str, str] | UnsetType = UNSET
    encoding: str | UnsetType = UNSET
    quirks: tuple[str, ...] | UnsetType = UNSET
    split: str | UnsetType = UNSET
    settings: str | UnsetType = UNSET
    made: str | UnsetType = UNSET
    seen: str | UnsetType = UNSET


def kept(columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of a corpus that asks for these: for none all that need not be asked for, and the key with any.

    >>> kept(("truth", "url"))
    ('key', 'index', 'page', 'skin', 'url', 'truth')
    """
    wanted = columns or tuple(name for name in COLUMNS if name not in ASKED)
    return tuple(name for name in COLUMNS if name in wanted or name in KEY)
