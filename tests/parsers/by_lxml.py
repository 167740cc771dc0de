"""The reference skin by lxml."""

from __future__ import annotations

from functools import cache
from typing import Any

from lxml import html as lxml_html
from lxml.cssselect import CSSSelector

from tests.parsers.common import count_of, date_of, floor_of, joined, parent_of, replies_of, without_pictures

_UNSEEN = {"script", "style", "template", "title"}


def read(body: bytes) -> dict[str, Any]:
    """What the page says."""
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    root = lxml_html.document_fromstring(body, parser=parser)
    return {
        "title": _text(root, "h1.headline"),
        "author": _text(root, ".byline [rel=author] span"),
        "board": _text(root, ".board .native"),
        "published": date_of(_text(root, ".byline time")),
        "last_reply": date_of(_text(root, ".latest time")),
        "views": count_of(_text(root, ".views b")),
        "comment_count": count_of(_text(root, ".count b")),
        "paragraphs": [_words(p) for p in _all(root, ".article-body > p")],
        "posts": [_post(li) for li in _all(root, "ol.comment-list > li.floor[id]")],
    }


def _post(li: Any) -> dict[str, Any]:
    state, link = _all(li, ".state"), _all(li, "a.parent")
    return {
        "id": li.get("id"),
        "floor": floor_of(_text(li, ".no")),
        "author": _text(li, ".who"),
        "avatar": _text(li, ".avatar.letter"),
        "text": _said(li, "p.text, div.text"),
        "date": date_of(_text(li, "time.when")),
        "replies": replies_of(_text(li, ".replies")),
        "parent": parent_of(link[0].get("href") if link else None),
        "likes": count_of(_text(li, ".like b")),
        "quote": _said(li, "blockquote.quoted"),
        "status": state[0].get("data-state") if state else None,
    }


def _text(node: Any, css: str) -> str | None:
    found = _all(node, css)
    return _words(found[0]) if found else None


def _said(li: Any, css: str) -> str | None:
    """A text, of a body what its own paragraphs say."""
    found = _all(li, css)
    paragraphs = [child for child in found[0] if child.tag == "p"] if found else []
    return joined(map(_words, paragraphs)) if paragraphs else without_pictures(_words(found[0])) if found else None


def _all(node: Any, css: str) -> list[Any]:
    return list(_selector(css)(node))


@cache
def _selector(css: str) -> CSSSelector:
    """A compiled selector: compiling takes longer than a page."""
    return CSSSelector(css, translator="html")


def _words(node: Any) -> str:
    """The text of an element, a line break for each br."""
    pieces = [node.text or ""]
    for child in node:
        if child.tag == "br":
            pieces.append("\n")
        elif child.tag == "img" and child.get("class") in ("face", "emoji"):
            pieces.append(child.get("alt") or "")
        elif child.tag == "img" and child.get("class") == "pic":
            pieces.append("\0")
        elif isinstance(child.tag, str) and child.tag not in _UNSEEN:
            pieces.append(_words(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
