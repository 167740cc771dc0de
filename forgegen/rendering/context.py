"""What a template sees, and the truth of the page that it makes: both from one place.

``PageContext`` is the documented set of template variables. Truth is a function of it alone.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from forgegen.model.thread import Author, Thread
from forgegen.model.tree import parents_of, reply_counts
from forgegen.model.truth import PostTruth, Truth
from forgegen.rendering.dates import ShownDate, show_instant, show_local, shower
from forgegen.rendering.skins import Skin

_INDENTS = 8  # levels that are indented; deeper ones stand as deep as that
_PICTURES = 12  # drawn avatars


class PostView(NamedTuple):
    """A post as templates see it.

    - ``n``: position in the thread, from 1; ``id``: its anchor; ``floor``: the number shown
    - ``author``: name, or None; ``user``: number of the profile; ``letter``: avatar letter, or None for a picture;
      ``picture``: number of the drawn picture, 0 to 11
    - ``text``; ``date``: ``ShownDate`` or None; ``shown``, ``attribute``: of the date, or empty
    - ``replies``: direct replies; ``likes``: number or None; ``depth``: from 1; ``indent``: 0 to 8
    - ``parent_id``, ``parent_floor``, ``parent_href``: of the comment answered, or None; ``away``: that comment
      stands on another page
    - ``stated``: structured data can state the post (author, date and text are known); ``itemref``: ids of the direct
      replies on this page, for microdata
    """

    n: int
    id: str
    floor: int
    author: str | None
    user: int
    letter: str | None
    picture: int
    text: str
    date: ShownDate | None
    shown: str
    attribute: str
    replies: int
    likes: int | None
    depth: int
    indent: int
    parent_id: str | None
    parent_floor: int | None
    parent_href: str | None
    away: bool
    stated: bool
    itemref: str


class PageLink(NamedTuple):
    """A link of the pager: number and URL; ``url`` is None for the page itself."""

    number: int
    url: str | None


class PageContext(NamedTuple):
    """The variables of a thread template.

    - ``skin``: the ``Skin``; ``thread``: the ``Thread``
    - ``title``, ``byline``, ``caption``, ``board``, ``board_latin``: texts; ``paragraphs``: of the article
    - ``views``, ``comments``: numbers; ``published``, ``last_reply``, ``observed``: ``ShownDate`` or None
    - ``posts``: ``PostView`` of this page; ``page``, ``pages``: number of this page and of all; ``links``:
      ``PageLink`` of the pager; ``url``: of this page; ``first_url``: of page 1
    - ``art``: number that decides the drawn lead image; ``generator``: text of the meta tag, or empty
    - ``stated``: structured data can state the article (outlet and time of publication are known); ``itemref``: ids
      of the comments directly below it, for microdata; ``json_ld``: the structured data as JSON, or empty
    """

    skin: Skin
    thread: Thread
    title: str
    byline: str
    caption: str
    board: str
    board_latin: str
    paragraphs: tuple[str, ...]
    views: int
    comments: int
    published: ShownDate | None
    last_reply: ShownDate | None
    observed: ShownDate | None
    posts: list[PostView]
    page: int
    pages: int
    links: list[PageLink]
    url: str
    first_url: str
    art: int
    generator: str
    stated: bool
    itemref: str
    json_ld: str = ""


def page_count(thread: Thread, skin: Skin) -> int:
    """How many pages the skin gives a thread; at least one."""
    return max(1, -(-len(thread.posts) // skin.posts_per_page))


def page_url(thread: Thread, skin: Skin, page: int) -> str:
    """The URL of a page of a thread."""
    return (skin.url if page == 1 else skin.url_page).format(id=thread.id, page=page)


def build_contexts(thread: Thread, skin: Skin, generator: str) -> list[PageContext]:
    """The contexts of all pages of a thread, in order."""
    per, pages = skin.posts_per_page, page_count(thread, skin)
    urls = [page_url(thread, skin, page) for page in range(1, pages + 1)]
    views = _post_views(thread, skin, urls)
    article, dates, zone = thread.article, skin.dates, thread.zone
    published = show_instant(thread.published, zone, dates["published"])
    last_reply = show_local(thread.last_reply, dates["last_reply"])
    observed = show_instant(thread.observed, zone, dates["observed"])
    art = zlib.crc32(article.title.encode())
    stated = published is not None and bool(article.byline) and bool(article.paragraphs)
    contexts = []
    for page, url in enumerate(urls, 1):
        here = views[(page - 1) * per : page * per]
        top = " ".join([v.id for v in here if v.stated and (v.parent_id is None or v.away)]) if stated else ""
        contexts.append(
            PageContext(
                skin,
                thread,
                article.title,
                article.byline,
                article.caption,
                thread.board.name,
                thread.board.latin,
                article.paragraphs,
                thread.views,
                len(thread.posts),
                published,
                last_reply,
                observed,
                here,
                page,
                pages,
                _links(urls, page),
                url,
                urls[0],
                art,
                generator,
                stated,
                top,
            )
        )
    return contexts


def _links(urls: list[str], page: int) -> list[PageLink]:
    """The pager's window: first, last and the neighbours."""
    last = len(urls)
    if last == 1:
        return []
    shown = sorted({1, last, *range(max(1, page - 3), min(last, page + 3) + 1)})
    return [PageLink(n, None if n == page else urls[n - 1]) for n in shown]


def _page_order(thread: Thread, skin: Skin) -> list[int]:
    """The 0-based rows in the order in which the skin lists them."""
    rows = list(range(len(thread.posts)))
    if skin.order == "arrival":
        ranks = [p.arrival if p.arrival is not None else row for row, p in enumerate(thread.posts)]
        rows.sort(key=ranks.__getitem__)
    return rows


def _post_views(thread: Thread, skin: Skin, urls: list[str]) -> list[PostView]:
    """All posts as templates see them, in the skin's order."""
    posts, per = thread.posts, skin.posts_per_page
    parents = parents_of([p.depth for p in posts])
    counts = reply_counts(parents)
    order = _page_order(thread, skin)
    page_of = [0] * len(posts)
    if len(urls) > 1:
        for rank, row in enumerate(order):
            page_of[row] = rank // per
    ids = [f"c{n}" for n in range(1, len(posts) + 1)]
    below: dict[int, list[str]] = {row: [] for row, count in enumerate(counts) if count}
    for row in order:
        parent = parents[row]
        if parent and page_of[row] == page_of[parent - 1]:
            below[parent - 1].append(ids[row])
    show = shower(thread.zone, skin.dates["post"])
    views, new = [], tuple.__new__  # a NamedTuple's own constructor costs three times as much
    for row in order:
        post, parent = posts[row], parents[row]
        name, letter, user = _portrait(post.author)
        parent_id = parent_floor = href = None
        away = False
        if parent:
            floor = posts[parent - 1].floor
            parent_id, parent_floor = ids[parent - 1], parent if floor is None else floor
            away = page_of[row] != page_of[parent - 1]
            href = f"{urls[page_of[parent - 1]]}#{parent_id}" if away else f"#{parent_id}"
        shown = attribute = ""
        date = None
        if post.time is not None:
            date = show(post.time)
            shown, attribute, _ = date
        depth, text = post.depth, post.text
        fields = (
            row + 1,
            ids[row],
            row + 1 if post.floor is None else post.floor,
            name,
            user,
            letter,
            user % _PICTURES,
            text,
            date,
            shown,
            attribute,
            counts[row],
            post.likes,
            depth,
            depth - 1 if depth <= _INDENTS else _INDENTS,
            parent_id,
            parent_floor,
            href,
            away,
            bool(date and name and text),
            " ".join(below[row]) if row in below else "",
        )
        views.append(new(PostView, fields))
    return views


class _Portrait(NamedTuple):
    name: str | None
    letter: str | None
    user: int


@lru_cache(maxsize=8192)
def _portrait(author: Author | None) -> _Portrait:
    """Name, avatar letter and the number that stands for the author in addresses."""
    if author is None:
        return _Portrait(None, None, 0)
    return _Portrait(author.name, author.avatar, zlib.crc32(author.name.encode()))


def truth_of(context: PageContext) -> Truth:
    """What the page made from this context shows."""
    skin = context.skin

    def shown(date: ShownDate | None) -> Any:
        return None if date is None else date.truth

    fields: dict[str, Any] = {
        "title": context.title,
        "author": context.byline or None,
        "board": context.board or None,
        "published": shown(context.published),
        "last_reply": shown(context.last_reply),
        "views": context.views,
        "comment_count": context.comments,
        "paragraphs": context.paragraphs,
        "observed": None if context.observed is None else context.observed.truth.instant,
    }
    shows = skin.page
    return Truth(
        posts=_post_truths(context.posts, skin),
        **{name: value for name, value in fields.items() if name in shows},
    )


def _post_truths(views: list[PostView], skin: Skin) -> tuple[PostTruth, ...]:
    """What the page shows of each post."""
    hidden = [name for name in _SHOWN if name not in skin.post]
    posts = []
    for view in views:
        n, anchor, floor, author, _, letter, _, text, date, _, _, replies, likes, _, _, parent, parent_floor, *_ = view
        posts.append(
            PostTruth(
                n=n,
                id=anchor,
                floor=floor,
                author=author,
                avatar=letter,
                text=text,
                date=date.truth if date else None,
                replies=replies,
                parent=parent,
                parent_floor=parent_floor,
                likes=likes,
            )
        )
    if not hidden:
        return tuple(posts)
    unset = dict.fromkeys(hidden, UNSET)
    return tuple(msgspec.structs.replace(post, **unset) for post in posts)


_SHOWN = ("id", "floor", "author", "avatar", "text", "date", "replies", "parent", "parent_floor", "likes")
