"""The parser that is mutated: the lxml parser of ``tests.parsers``, taken apart into steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from lxml import html as lxml_html
from lxml.cssselect import CSSSelector

from forgegen.pages.page import Page
from tests.parsers.common import count_of, date_of, floor_of, parent_of, replies_of
from tests.parsers.truths import differs, expected

Step = Callable[[Any], Any]


@lru_cache(maxsize=256)
def selector(css: str) -> CSSSelector:
    """A compiled selector."""
    return CSSSelector(css)


def every(node: Any, css: str) -> list[Any]:
    """All elements below the node that match."""
    found: list[Any] = selector(css)(node)
    return found


def first(node: Any, css: str) -> Any:
    """The first of them, or None."""
    found = every(node, css)
    return found[0] if found else None


def words(node: Any) -> str:
    """The text of an element, a line break for each br."""
    pieces = [node.text or ""]
    for child in node:
        if child.tag == "br":
            pieces.append("\n")
        elif isinstance(child.tag, str) and child.tag not in ("script", "style", "template"):
            pieces.append(words(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def text(node: Any, css: str) -> str | None:
    """The text of the first element that matches, or None."""
    found = first(node, css)
    return None if found is None else words(found)


def _status(li: Any) -> str | None:
    state = first(li, ".state")
    return None if state is None else state.get("data-state")


def _parent(li: Any) -> str | None:
    link = first(li, "a.parent")
    return None if link is None else parent_of(link.get("href"))


POST: dict[str, Step] = {
    "id": lambda li: li.get("id"),
    "floor": lambda li: floor_of(text(li, ".no")),
    "author": lambda li: text(li, ".who"),
    "avatar": lambda li: text(li, ".avatar.letter"),
    "text": lambda li: text(li, "p.text"),
    "date": lambda li: date_of(text(li, "time.when")),
    "replies": lambda li: replies_of(text(li, ".replies")),
    "parent": _parent,
    "likes": lambda li: count_of(text(li, ".like b")),
    "quote": lambda li: text(li, "blockquote.quoted"),
    "status": _status,
}
"""What is read of a post, by field."""

PAGE: dict[str, Step] = {
    "title": lambda root: text(root, "h1.headline"),
    "author": lambda root: text(root, ".byline [rel=author] span"),
    "board": lambda root: text(root, ".board .native"),
    "published": lambda root: date_of(text(root, ".byline time")),
    "last_reply": lambda root: date_of(text(root, ".latest time")),
    "views": lambda root: count_of(text(root, ".views b")),
    "comment_count": lambda root: count_of(text(root, ".count b")),
    "paragraphs": lambda root: [words(p) for p in every(root, ".article-body > p")],
}
"""What is read of a page, by field."""


def parse(body: bytes) -> Any:
    """The tree."""
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    return lxml_html.document_fromstring(body, parser=parser)


def rows(root: Any) -> list[Any]:
    """The elements of the posts."""
    return every(root, "ol.comment-list > li.floor[id]")


class Seen:
    """A page as the bench sees it: parsed once, its right answer known."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = parse(page.body)
        self.rows = rows(self.root)
        self.right = expected(page)

    def wrong_of_page(self, field: str, step: Step) -> bool:
        """Whether a step reads a field of the page wrongly, or fails."""
        return _fails(lambda: differs(step(self.root), self.right[field]))

    def wrong_of_posts(self, field: str, step: Step) -> bool:
        """Whether a step reads a field of a post wrongly, or fails."""
        right = self.right["posts"]

        def compare() -> bool:
            return any(differs(step(li), post[field]) for li, post in zip(self.rows, right, strict=True))

        return _fails(compare)

    def wrong_rows(self, step: Step) -> bool:
        """Whether a step finds other posts, or in another order, or fails."""
        ids = [post["id"] for post in self.right["posts"]]
        return _fails(lambda: [li.get("id") for li in step(self.root)] != ids)

    def wrong_answer(self, step: Step) -> bool:
        """Whether a step makes other posts of the right ones, or fails."""
        plain = [
            {k: (v.local or v.shown) if hasattr(v, "shown") else v for k, v in post.items()}
            for post in self.right["posts"]
        ]
        return _fails(lambda: step([dict(post) for post in plain]) != plain)

    def wrong_body(self, step: Step) -> bool:
        """Whether a step that reads bytes finds other texts of posts, or fails."""
        texts = [post["text"] for post in self.right["posts"]]
        return _fails(lambda: step(self.page) != texts)


def _fails(compare: Callable[[], bool]) -> bool:
    try:
        return compare()
    except Exception:  # a mutant that raises is a mutant found
        return True
