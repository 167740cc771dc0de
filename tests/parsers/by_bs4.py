"""The reference skin by Beautiful Soup on html5lib."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from tests.parsers.common import count_of, date_of, floor_of, parent_of, replies_of


def read(body: bytes) -> dict[str, Any]:
    """What the page says."""
    page = BeautifulSoup(body, "html5lib", from_encoding="utf-8")
    return {
        "title": _text(page, "h1.headline"),
        "author": _text(page, ".byline [rel=author] span"),
        "board": _text(page, ".board .native"),
        "published": date_of(_text(page, ".byline time")),
        "last_reply": date_of(_text(page, ".latest time")),
        "views": count_of(_text(page, ".views b")),
        "comment_count": count_of(_text(page, ".count b")),
        "paragraphs": [_words(p) for p in page.select(".article-body > p")],
        "posts": [_post(li) for li in page.select("ol.comment-list > li.floor[id]")],
    }


def _post(li: Tag) -> dict[str, Any]:
    state, link = li.select_one(".state"), li.select_one("a.parent")
    return {
        "id": li["id"],
        "floor": floor_of(_text(li, ".no")),
        "author": _text(li, ".who"),
        "avatar": _text(li, ".avatar.letter"),
        "text": _text(li, "p.text"),
        "date": date_of(_text(li, "time.when")),
        "replies": replies_of(_text(li, ".replies")),
        "parent": parent_of(str(link["href"]) if link else None),
        "likes": count_of(_text(li, ".like b")),
        "quote": _text(li, "blockquote.quoted"),
        "status": state["data-state"] if state else None,
    }


def _text(node: Tag, css: str) -> str | None:
    found = node.select_one(css)
    return None if found is None else _words(found)


def _words(node: Tag) -> str:
    """The text of an element, a line break for each br; comments and the like are no text."""
    pieces = []
    for inner in node.descendants:
        if isinstance(inner, Tag):
            if inner.name == "br":
                pieces.append("\n")
        elif isinstance(inner, NavigableString) and not isinstance(inner, PreformattedString):
            pieces.append(str(inner))
    return "".join(pieces)
