"""JSON-LD of a page: a DiscussionForumPosting with its comments, by Google's rules for forum pages.

Source: developers.google.com, "Discussion forum (DiscussionForumPosting) structured data". Comments nest under
what they
answer. Only what the page shows is stated: without outlet or time of publication there is no block at all, a comment
without author, time or text is left out with what hangs below it. Below ``_DEEPEST`` levels comments are left
out too, since common readers of JSON are recursive.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
from markupsafe import Markup

from forgegen.rendering.context import PageContext, PostView

_DEEPEST = 60
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
_encode = msgspec.json.Encoder().encode


def json_ld(context: PageContext) -> str:
    """The page's JSON-LD as Markup, safe inside a script element; empty where nothing can be stated."""
    if not context.stated:
        return ""
    text = _encode(_posting(context)).decode()
    if "<" in text or ">" in text or "&" in text:
        text = text.translate(_ESCAPES)
    return Markup(text)  # noqa: S704 - JSON without <, > and &


def _posting(c: PageContext) -> dict[str, Any]:
    assert c.published is not None
    posting: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "@id": c.first_url + "#article",
        "url": c.first_url,
        "headline": c.title,
        "author": {"@type": "Organization", "name": c.byline},
        "datePublished": c.published.attribute,
        "text": "\n".join(c.paragraphs),
        "interactionStatistic": [_count("ViewAction", c.views), _count("CommentAction", c.comments)],
    }
    comments = _comments(c)
    if comments:
        posting["comment"] = comments
    return posting


def _count(action: str, number: int) -> dict[str, Any]:
    return {
        "@type": "InteractionCounter",
        "interactionType": "https://schema.org/" + action,
        "userInteractionCount": number,
    }


def _comments(c: PageContext) -> list[dict[str, Any]]:
    """Comments directly below the article, and those whose parent stands on another page; the rest hang below them."""
    top: list[dict[str, Any]] = []
    by_id: dict[str, dict[str, Any]] = {}
    for view in _parents_first(c.posts):
        if not view.stated or view.depth > _DEEPEST:
            continue
        if view.parent_id is None or view.away:
            siblings = top
        elif view.parent_id in by_id:
            siblings = by_id[view.parent_id].setdefault("comment", [])
        else:
            continue
        by_id[view.id] = node = _comment(c, view)
        siblings.append(node)
    return top


def _parents_first(posts: list[PostView]) -> list[PostView]:
    """The posts so that a parent precedes its replies; in pre-order they do already."""
    return sorted(posts, key=lambda view: view.depth) if _shuffled(posts) else posts


def _shuffled(posts: list[PostView]) -> bool:
    return any(a.n > b.n for a, b in pairwise(posts))


def _comment(c: PageContext, view: PostView) -> dict[str, Any]:
    assert view.date is not None
    url = f"{c.url}#{view.id}"
    node: dict[str, Any] = {
        "@type": "Comment",
        "@id": url,
        "url": url,
        "author": {"@type": "Person", "name": view.author},
        "datePublished": view.date.attribute,
        "text": view.text,
    }
    if view.likes is not None:
        node["interactionStatistic"] = _count("LikeAction", view.likes)
    if view.away:
        node["parentItem"] = {"@type": "Comment", "@id": view.parent_href}
    return node
