"""The reference skin by selectolax on lexbor."""

from __future__ import annotations

from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.parsers.common import count_of, date_of, floor_of, joined, parent_of, replies_of, without_pictures

Node = LexborHTMLParser | LexborNode


def read(body: bytes) -> dict[str, Any]:
    """What the page says."""
    page = LexborHTMLParser(body.decode("utf-8"))
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


def _post(li: LexborNode) -> dict[str, Any]:
    state, link = li.css_first(".state"), li.css_first("a.parent")
    return {
        "id": li.attributes.get("id"),
        "floor": floor_of(_text(li, ".no")),
        "author": _text(li, ".who"),
        "avatar": _text(li, ".avatar.letter"),
        "text": _said(li, "p.text, div.text"),
        "date": date_of(_text(li, "time.when")),
        "replies": replies_of(_text(li, ".replies")),
        "parent": parent_of(link.attributes.get("href") if link else None),
        "likes": count_of(_text(li, ".like b")),
        "quote": _said(li, "blockquote.quoted"),
        "status": state.attributes.get("data-state") if state else None,
    }


def _text(node: Node, css: str) -> str | None:
    found = node.css_first(css)
    return None if found is None else _words(found)


def _said(li: LexborNode, css: str) -> str | None:
    """A text, of a body what its own paragraphs say."""
    found = li.css_first(css)
    if found is None:
        return None
    paragraphs = [child for child in found.iter() if child.tag == "p"]
    return joined(map(_words, paragraphs)) if paragraphs else without_pictures(_words(found))


def _words(node: LexborNode) -> str:
    """The text of an element, a line break for each br."""
    pieces = []
    for inner in node.traverse(include_text=True):
        if inner.tag == "-text":
            pieces.append(inner.text(deep=False) or "")
        elif inner.tag == "br":
            pieces.append("\n")
        elif inner.tag == "img" and inner.attributes.get("class") in ("face", "emoji"):
            pieces.append(inner.attributes.get("alt") or "")
        elif inner.tag == "img" and inner.attributes.get("class") == "pic":
            pieces.append("\0")
    return "".join(pieces)
