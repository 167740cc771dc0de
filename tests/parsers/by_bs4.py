"""The reference skin by Beautiful Soup on html5lib."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from tests.parsers.common import count_of, date_of, floor_of, joined, parent_of, replies_of, without_pictures


def read(body: bytes) -> dict[str, Any]:
    """What the page says."""
    tree = BeautifulSoup(body, "html5lib", from_encoding="utf-8")
    page = _firsts(tree)
    return {
        "title": _text(page, "h1.headline"),
        "author": _text(page, ".byline", "[rel=author] span"),
        "board": _text(page, ".board", ".native"),
        "published": date_of(_text(page, ".byline", "time")),
        "last_reply": date_of(_text(page, ".latest", "time")),
        "views": count_of(_text(page, ".views", "b")),
        "comment_count": count_of(_text(page, ".count", "b")),
        "paragraphs": [_words(p) for p in tree.select(".article-body > p")],
        "posts": [_post(li) for li in tree.select("ol.comment-list > li.floor[id]")],
    }


def _post(li: Tag) -> dict[str, Any]:
    parts = _firsts(li)
    state, link = parts.get(".state"), parts.get("a.parent")
    return {
        "id": li["id"],
        "floor": floor_of(_text(parts, ".no")),
        "author": _text(parts, ".who"),
        "avatar": _text(parts, ".letter"),
        "text": _said(parts.get("p.text") or parts.get("div.text")),
        "date": date_of(_text(parts, "time.when")),
        "replies": replies_of(_text(parts, ".replies")),
        "parent": parent_of(str(link["href"]) if link else None),
        "likes": count_of(_text(parts, ".like", "b")),
        "quote": _said(parts.get("blockquote.quoted")),
        "status": state["data-state"] if state else None,
    }


def _firsts(root: Tag) -> dict[str, Tag]:
    """The first element of each class, with and without its name, in one walk: a search for each takes much longer."""
    found: dict[str, Tag] = {}
    for tag in root.descendants:
        if isinstance(tag, Tag):
            for name in tag.get_attribute_list("class") if tag.has_attr("class") else ():
                found.setdefault(f".{name}", tag)
                found.setdefault(f"{tag.name}.{name}", tag)
    return found


def _text(parts: dict[str, Tag], key: str, css: str | None = None) -> str | None:
    """The text of a part, or of what is in it."""
    part = parts.get(key)
    if part is not None and css is not None:
        part = part.select_one(css)
    return None if part is None else _words(part)


def _said(part: Tag | None) -> str | None:
    """A text, of a body what its own paragraphs say."""
    if part is None:
        return None
    paragraphs = part.find_all("p", recursive=False)
    return joined(map(_words, paragraphs)) if paragraphs else without_pictures(_words(part))


def _words(node: Tag) -> str:
    """The text of an element, a line break for each br; comments and the like are no text."""
    pieces = []
    for inner in node.descendants:
        if isinstance(inner, Tag):
            if inner.name == "br":
                pieces.append("\n")
            elif inner.name == "img" and inner.get("class") in (["face"], ["emoji"]):
                pieces.append(str(inner.get("alt") or ""))
            elif inner.name == "img" and inner.get("class") == ["pic"]:
                pieces.append("\0")
        elif isinstance(inner, NavigableString) and not isinstance(inner, PreformattedString):
            pieces.append(str(inner))
    return "".join(pieces)
