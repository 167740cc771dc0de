"""JSON-LD of a page: a DiscussionForumPosting with its comments, by Google's rules or as an engine really writes it.

Source: developers.google.com, "Discussion forum (DiscussionForumPosting) structured data". Comments nest under what
they answer; in a linear forum all of them are comments of the opening post. Only what the page shows is stated: without
author, time of publication or text there is no block at all, a comment without author, time or text is left out with
what hangs below it. Below ``_DEEPEST`` levels comments are left out too, since common readers of JSON are recursive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from urllib.parse import urljoin

import msgspec
from markupsafe import Markup

from forgegen.model.bodies import Block, Unfurl
from forgegen.model.body_views import view_of
from forgegen.rendering.encode import is_universal
from forgegen.rendering.variables import PageContext, PostView
from forgegen.rendering.views import user_path

_DEEPEST = 60
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_encode = msgspec.json.Encoder().encode


def json_ld(context: PageContext) -> str:
    """The page's JSON-LD as Markup, safe inside a script element; empty where nothing can be stated."""
    skin = context.skin
    if not context.stated or not skin.json_ld:
        return ""
    seen = SEEN.get(skin.json_ld) if context.look.data == "seen" else None
    text = _encode(_posting(context) if seen is None else seen(context)).decode()
    if "<" in text or ">" in text or "&" in text:
        text = text.translate(_ESCAPES)
    if not is_universal(context.encoding):
        text = _BEYOND_ASCII.sub(_escaped, text)
    return Markup(text)  # noqa: S704 - JSON without <, > and &


def _escaped(found: re.Match[str]) -> str:
    r"""A character as JSON's escapes, which need no charset: ``\ud83d\ude00``."""
    code = found[0].encode("utf-16-be").hex()
    return "".join(f"\\u{code[i : i + 4]}" for i in range(0, len(code), 4))


class _Node(msgspec.Struct, gc=False, omit_defaults=True, kw_only=True):
    """Base of what is stated; names begin with ``@`` where JSON-LD's do."""


class _Named(_Node, kw_only=True, rename={"type": "@type", "id": "@id"}):
    type: str
    id: str | None = None
    name: str | None
    url: str | None = None


class _Count(_Node, rename={"type": "@type"}):
    type: str
    interactionType: str  # noqa: N815 - schema.org's name
    userInteractionCount: int  # noqa: N815


class _Parent(_Node, rename={"type": "@type", "id": "@id"}):
    type: str
    id: str | None


class _Shared(_Node, rename={"type": "@type"}):
    type: str
    url: str
    headline: str | None = None


class _Comment(_Node, rename={"type": "@type", "id": "@id"}):
    type: str
    id: str
    url: str
    author: _Named
    datePublished: str  # noqa: N815
    text: str
    image: list[str] | None = None
    sharedContent: list[_Shared] | None = None  # noqa: N815
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
    image: list[str] | None = None
    sharedContent: list[_Shared] | None = None  # noqa: N815
    interactionStatistic: list[_Count] | None = None  # noqa: N815
    comment: list[_Comment] | None = None


def _posting(c: PageContext) -> _Posting:
    """The thread by Google's rules: later pages repeat the opening post and list only their own comments."""
    assert c.published is not None
    forum = c.skin.kind == "forum"
    return _Posting(
        context="https://schema.org",
        type="DiscussionForumPosting",
        id=c.first_url + ("" if forum else "#article"),
        url=c.first_url,
        headline=c.title,
        author=_starter(c) if forum else _Named(type="Organization", name=c.byline),
        datePublished=zoned(c.published.attribute),
        text="\n".join(c.paragraphs),
        image=images_in(c.body, c.first_url),
        sharedContent=_shared(c.body, c.first_url),
        interactionStatistic=_counts(c, c.skin.page) or None,
        comment=_comments(c) or None,
    )


def _starter(c: PageContext) -> _Named:
    """The author of the opening post."""
    url = c.host + user_path(c.skin.urls.user, c.byline, c.skin.columns.users)
    return _Named(type="Person", name=c.byline, url=url)


def _counts(c: PageContext, shown: Container[str]) -> list[_Count]:
    """The counts that are shown, of views and of comments without the opening post."""
    comments = c.comments - c.skin.count_opening
    counts = (("views", "ViewAction", c.views), ("comment_count", "CommentAction", comments))
    return [_count(action, number) for name, action, number in counts if name in shown]


def zoned(iso: str) -> str:
    """An ISO time with a colon in its offset, which engines leave out and the standard wants.

    >>> zoned("2024-02-16T21:01:00-0800"), zoned("2024-02-16T21:01Z")
    ('2024-02-16T21:01:00-08:00', '2024-02-16T21:01Z')
    """
    return f"{iso[:-2]}:{iso[-2:]}" if iso[-5:-4] in ("+", "-") and iso[-4:].isdigit() else iso


def _count(action: str, number: int) -> _Count:
    return _Count(
        type="InteractionCounter", interactionType="https://schema.org/" + action, userInteractionCount=number
    )


def images_in(body: tuple[Block, ...], base: str) -> list[str] | None:
    """The addresses of a body's images in full, each once; None where it has none that others could fetch.

    >>> from forgegen.model.bodies import Image, Paragraph
    >>> images_in((Paragraph(("a ", Image("/b.png"), Image("data:image/gif;base64,R0"))),), "https://x.example/t/7")
    ['https://x.example/b.png']
    """
    if not body:
        return None
    return list(dict.fromkeys(_in_full(base, (image.address for image in view_of(body).images)))) or None


def _in_full(base: str, addresses: Iterable[str]) -> Iterator[str]:
    """Addresses of the web in full; others, as those that hold their data, are left out."""
    for address in addresses:
        try:
            full = urljoin(base, address)
        except ValueError:  # an address that cannot be taken apart
            continue
        if address and full.startswith(("http://", "https://")):
            yield full


def _shared(body: tuple[Block, ...], base: str) -> list[_Shared] | None:
    """The pages that a body shares as cards; None where there are none."""
    cards = [block for block in body if isinstance(block, Unfurl)]
    found = [
        _Shared(type="WebPage", url=url, headline=card.title or None)
        for card in cards for url in _in_full(base, (card.address,))
    ]  # fmt: skip
    return found or None


@lru_cache(maxsize=1024)
def _likes(number: int) -> _Count:
    return _count("LikeAction", number)


def _comments(c: PageContext) -> list[_Comment]:
    """Comments directly below the article, and those whose parent stands on another page; the rest hang below them."""
    top: list[_Comment] = []
    by_id: dict[str | None, _Comment] = {}
    persons: dict[str | None, _Named] = {}
    when_stated = zoned if c.skin.attribute == "basic" else str
    base, linear = c.url + "#", c.skin.kind == "forum" and c.skin.order != "tree"
    for view in _parents_first([v for v in c.posts if v.n > 0] if c.skin.kind == "forum" else c.posts, linear=linear):
        if not view.stated or (view.depth > _DEEPEST and not linear):
            continue
        person = persons.get(view.author)
        if person is None:
            pane = view.forum.pane if view.forum else None
            person = persons[view.author] = _Named(type="Person", name=view.author, url=pane.url if pane else None)
        url, above = base + view.id, view.parent_id
        node = _Comment(
            type="Comment",
            id=url,
            url=url,
            author=person,
            datePublished=when_stated(view.attribute),
            text=view.text,
            image=images_in(view.body, c.url),
            sharedContent=_shared(view.body, c.url),
            interactionStatistic=None if view.likes is None else _likes(view.likes),
            parentItem=_Parent(type="Comment", id=view.parent_href) if view.away and not linear else None,
        )
        if above is None or view.away or linear:
            top.append(node)
        elif above in by_id:
            parent = by_id[above]
            if parent.comment is None:
                parent.comment = []
            parent.comment.append(node)
        else:
            continue
        by_id[view.id] = node
    return top


def _parents_first(posts: list[PostView], *, linear: bool) -> list[PostView]:
    """The posts so that a parent precedes its replies; in pre-order they do, a linear forum keeps its order."""
    if linear or not any(a.n > b.n for a, b in pairwise(posts)):
        return posts
    return sorted(posts, key=lambda view: view.depth)


class _Seen(_Node, kw_only=True, rename={"type": "@type", "id": "@id"}):
    type: str
    id: str
    headline: str
    datePublished: str  # noqa: N815
    url: str
    articleSection: str | None = None  # noqa: N815
    author: _Named
    interactionStatistic: list[_Count] | None = None  # noqa: N815
    articleBody: str  # noqa: N815


class _WebPage(_Node, rename={"type": "@type", "context": "@context"}):
    context: str
    type: str
    url: str
    mainEntity: _Seen  # noqa: N815
    publisher: _Named


def _xenforo(c: PageContext) -> _WebPage:
    """XenForo 2.3: a WebPage about the posting, its text as ``articleBody``, the offset without colon, no comments."""
    assert c.published is not None
    starter = _starter(c)
    posting = _Seen(
        type="DiscussionForumPosting",
        id=c.first_url,
        headline=c.title,
        datePublished=c.published.attribute,
        url=c.first_url,
        articleSection=c.board or None,
        author=_Named(type="Person", id=starter.url, name=starter.name, url=starter.url),
        interactionStatistic=_counts(c, ("views", "comment_count")),
        articleBody="\n".join(c.paragraphs),
    )
    publisher = _Named(type="Organization", name=str(c.ui.get("site", "")), url=c.host)
    return _WebPage(context="https://schema.org", type="WebPage", url=c.url, mainEntity=posting, publisher=publisher)


class _Remark(_Node, kw_only=True, rename={"type": "@type", "id": "@id"}):
    type: str
    id: str
    author: _Named
    dateCreated: str  # noqa: N815
    text: str
    upvoteCount: int | None = None  # noqa: N815


class _News(_Node, kw_only=True, rename={"type": "@type", "id": "@id", "context": "@context"}):
    context: str
    type: str
    id: str
    mainEntityOfPage: str  # noqa: N815
    headline: str
    articleSection: str | None = None  # noqa: N815
    author: _Named
    dateCreated: str  # noqa: N815
    dateModified: str | None = None  # noqa: N815
    articleBody: str  # noqa: N815
    interactionStatistic: list[_Count]  # noqa: N815
    comment: list[_Remark] | None = None


def _news(c: PageContext) -> _News:
    """A news site with comments: its own dates (``dateCreated``, and ``dateModified`` of the latest reply), the text as
    ``articleBody``, ``http`` addresses, ReplyAction, and all comments in one list with ``upvoteCount``."""
    assert c.published is not None
    counts = (("ViewAction", c.views), ("ReplyAction", c.comments))
    remarks = [
        _Remark(
            type="Comment",
            id=f"{c.url}#{view.id}",
            author=_Named(type="Person", name=view.author),
            dateCreated=view.attribute,
            text=view.text,
            upvoteCount=view.likes,
        )
        for view in c.posts
        if view.stated
    ]
    return _News(
        context="http://schema.org",
        type="DiscussionForumPosting",
        id=c.url,
        mainEntityOfPage=c.first_url,
        headline=c.title,
        articleSection=c.board or None,
        author=_Named(type="Organization", name=c.byline),
        dateCreated=c.published.attribute,
        dateModified=(c.last_reply.attribute or None) if c.last_reply else None,
        articleBody="\n".join(c.paragraphs),
        interactionStatistic=[
            _Count(
                type="InteractionCounter", interactionType=f"http://schema.org/{action}", userInteractionCount=number
            )
            for action, number in counts
        ],
        comment=remarks or None,
    )


SEEN: dict[str, Callable[[PageContext], msgspec.Struct]] = {"xenforo": _xenforo, "news": _news}
"""What engines really write, by the name that ``json_ld`` of a skin gives it; other names follow Google's rules."""
