"""The reference skin by parsel, as a spider's callback would read it."""

from __future__ import annotations

from typing import Any

from parsel import Selector

from tests.parsers.common import count_of, date_of, floor_of, joined, parent_of, replies_of, without_pictures

_PIECES = ".//text()[not(parent::script or parent::style)] | .//br | .//img[@class='face' or @class='emoji']/@alt | .//img[@class='pic']"

_SIGNS = {"br": "\n", "img": "\0"}


def read(body: bytes) -> dict[str, Any]:
    """What the page says."""
    page = Selector(body=body, encoding="utf-8")
    return {
        "title": _text(page, "h1.headline"),
        "author": _text(page, ".byline [rel=author] span"),
        "board": _text(page, ".board .native"),
        "published": date_of(_text(page, ".byline time")),
        "last_reply": date_of(_text(page, ".latest time")),
        "views": count_of(_text(page, ".views b")),
        "comment_count": count_of(_text(page, ".count b")),
        "paragraphs": [_words(p) for p in page.css(".article-body > p")],
        "posts": [_post(li) for li in page.css("ol.comment-list > li.floor[id]")],
    }


def _post(li: Selector) -> dict[str, Any]:
    return {
        "id": li.attrib["id"],
        "floor": floor_of(_text(li, ".no")),
        "author": _text(li, ".who"),
        "avatar": _text(li, ".avatar.letter"),
        "text": _said(li, "p.text, div.text"),
        "date": date_of(_text(li, "time.when")),
        "replies": replies_of(_text(li, ".replies")),
        "parent": parent_of(li.css("a.parent::attr(href)").get()),
        "likes": count_of(_text(li, ".like b")),
        "quote": _said(li, "blockquote.quoted"),
        "status": li.css(".state::attr(data-state)").get(),
    }


def _text(node: Selector, css: str) -> str | None:
    found = node.css(css)
    return _words(found[0]) if found else None


def _said(li: Selector, css: str) -> str | None:
    """A text, of a body what its own paragraphs say."""
    found = li.css(css)
    if not found:
        return None
    paragraphs = found[0].xpath("./p")
    return joined(map(_words, paragraphs)) if paragraphs else without_pictures(_words(found[0]))


def _words(node: Selector) -> str:
    """The text of an element, a line break for each br, a mark for each picture."""
    pieces = (piece.root for piece in node.xpath(_PIECES))
    return "".join(piece if isinstance(piece, str) else _SIGNS[piece.tag] for piece in pieces)
