"""JSON-LD of a page: a DiscussionForumPosting with its comments, by Google's rules for forum pages.

Source: developers.google.com, "Discussion forum (DiscussionForumPosting) structured data". Comments nest under
what they
answer. Only what the page shows is stated: without outlet or time of publication there is no block at all, a comment
without author, time or text is left out with what hangs below it. Below ``_DEEPEST`` levels comments are left
out too, since common readers of JSON are recursive.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

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


class _Node(msgspec.Struct, gc=False, omit_defaults=True, kw_only=True):
    """Base of what is stated; names begin with ``@`` where JSON-LD's do."""


class _Named(_Node, rename={"type": "@type"}):
    type: str
    name: str | None


class _Count(_Node, rename={"type": "@type"}):
    type: str
    interactionType: str  # noqa: N815 - schema.org's name
    userInteractionCount: int  # noqa: N815


class _Parent(_Node, rename={"type": "@type", "id": "@id"}):
    type: str
    id: str | None


class _Comment(_Node, rename={"type": "@type", "id": "@id"}):
    type: str
    id: str
    url: str
    author: _Named
    datePublished: str  # noqa: N815
    text: str
    interactionStatistic: _Count | None = None  # noqa: N815
    parentItem: _Parent | None = None  # noqa: N815
    comment: list[_Comment] | None = None


class _Posting(_Node, rename={"type": "@type", "id": "@id", "context": "@context"}):
    context: str
    type: str
    id: str
    url: str
    headline: str
    author: _Named
    datePublished: str  # noqa: N815
    text: str
    interactionStatistic: list[_Count]  # noqa: N815
    comment: list[_Comment] | None = None


def _posting(c: PageContext) -> _Posting:
    assert c.published is not None
    return _Posting(
        context="https://schema.org",
        type="DiscussionForumPosting",
        id=c.first_url + "#article",
        url=c.first_url,
        headline=c.title,
        author=_Named(type="Organization", name=c.byline),
        datePublished=c.published.attribute,
        text="\n".join(c.paragraphs),
        interactionStatistic=[_count("ViewAction", c.views), _count("CommentAction", c.comments)],
        comment=_comments(c) or None,
    )


def _count(action: str, number: int) -> _Count:
    return _Count(
        type="InteractionCounter", interactionType="https://schema.org/" + action, userInteractionCount=number
    )


@lru_cache(maxsize=1024)
def _likes(number: int) -> _Count:
    return _count("LikeAction", number)


def _comments(c: PageContext) -> list[_Comment]:
    """Comments directly below the article, and those whose parent stands on another page; the rest hang below them."""
    top: list[_Comment] = []
    by_id: dict[str | None, _Comment] = {}
    persons: dict[str | None, _Named] = {}
    base = c.url + "#"
    for view in _parents_first(c.posts):
        _, anchor, _, name, _, _, _, text, _, _, when, _, likes, depth, _, above, _, href, away, stated, *_ = view
        if not stated or depth > _DEEPEST:
            continue
        person = persons.get(name)
        if person is None:
            person = persons[name] = _Named(type="Person", name=name)
        url = base + anchor
        node = _Comment(
            type="Comment",
            id=url,
            url=url,
            author=person,
            datePublished=when,
            text=text,
            interactionStatistic=None if likes is None else _likes(likes),
            parentItem=_Parent(type="Comment", id=href) if away else None,
        )
        if above is None or away:
            top.append(node)
        elif above in by_id:
            parent = by_id[above]
            if parent.comment is None:
                parent.comment = []
            parent.comment.append(node)
        else:
            continue
        by_id[anchor] = node
    return top


def _parents_first(posts: list[PostView]) -> list[PostView]:
    """The posts so that a parent precedes its replies; in pre-order they do already."""
    return sorted(posts, key=lambda view: view.depth) if any(a.n > b.n for a, b in pairwise(posts)) else posts
