"""What a template sees, and the truth of the page that it makes: both from one place.

``PageContext`` is the documented set of template variables. Truth is a function of it alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from forgegen.model.thread import Author, Odd, OddHead, Thread
from forgegen.model.tree import parents_of, reply_counts
from forgegen.model.truth import PostTruth, Truth
from forgegen.rendering.counts import COUNTS, FLOORS, read_floor, shown_number
from forgegen.rendering.dates import ShownDate, read_date, show_instant, show_local, shower
from forgegen.rendering.look import GENERATOR, Look
from forgegen.rendering.skins import Skin

_INDENTS = 8  # levels that are indented; deeper ones stand as deep as that
_PICTURES = 12  # drawn avatars
_PLAIN_HEAD = OddHead()


class OddView(NamedTuple):
    """What few posts have, as templates see it.

    - ``status``: ``deleted`` (a stub without author and text), ``collapsed``, or None
    - ``quote``: what the author quotes, or None; ``badge``: a word beside the name, or None
    - ``edited``: ``ShownDate`` of the edit note, or None
    """

    status: str | None
    quote: str | None
    badge: str | None
    edited: ShownDate | None


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
    - ``floor_text``, ``replies_text``, ``likes_text``: the numbers as displayed, empty where they are not
    - ``odd``: ``OddView``, or None for a plain post
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
    floor_text: str
    replies_text: str
    likes_text: str
    odd: OddView | None


class PageLink(NamedTuple):
    """A link of the pager: number and URL; ``url`` is None for the page itself."""

    number: int
    url: str | None


class PageContext(NamedTuple):
    """The variables of a thread template.

    - ``skin``: the ``Skin``; ``thread``: the ``Thread``; ``look``: the ``Look``
    - ``title``, ``byline``, ``caption``, ``board``, ``board_latin``: texts; ``paragraphs``: of the article
    - ``views``, ``comments``: numbers; ``published``, ``last_reply``, ``observed``: ``ShownDate`` or None
    - ``posts``: ``PostView`` of this page; ``page``, ``pages``: number of this page and of all; ``links``:
      ``PageLink`` of the pager; ``url``: of this page; ``first_url``: of page 1
    - ``art``: number that decides the drawn lead image; ``generator``: text of the meta tag, or empty
    - ``stated``: structured data can state the article (outlet and time of publication are known); ``itemref``: ids
      of the comments directly below it, for microdata; ``json_ld``: the structured data as JSON, or empty
    - ``views_text``, ``comments_text``: the numbers as displayed
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
    look: Look
    views_text: str
    comments_text: str
    json_ld: str = ""


def page_count(thread: Thread, skin: Skin) -> int:
    """How many pages the skin gives a thread; at least one."""
    return max(1, -(-len(thread.posts) // skin.posts_per_page))


def page_url(thread: Thread, skin: Skin, page: int) -> str:
    """The URL of a page of a thread."""
    return (skin.url if page == 1 else skin.url_page).format(id=thread.id, page=page)


def build_contexts(thread: Thread, skin: Skin, look: Look) -> list[PageContext]:
    """The contexts of all pages of a thread, in order."""
    per, pages = skin.posts_per_page, page_count(thread, skin)
    urls = [page_url(thread, skin, page) for page in range(1, pages + 1)]
    views = _post_views(thread, skin, urls)
    article, dates, zone, odd = thread.article, skin.dates, thread.zone, thread.odd or _PLAIN_HEAD
    published = _displayed(thread.published, zone, odd.published, dates["published"])
    last_reply = show_local(thread.last_reply, odd.last_reply or dates["last_reply"])
    if odd.last_reply and last_reply is not None:
        last_reply = _as_read(last_reply, dates["last_reply"])
    observed = show_instant(thread.observed, zone, dates["observed"])
    art = zlib.crc32(article.title.encode())
    comments = len(thread.posts) if odd.count is None else odd.count
    views_text = COUNTS[odd.views or skin.forms["views"]](thread.views)
    comments_text = COUNTS[odd.comments or skin.forms["comments"]](comments)
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
                comments,
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
                GENERATOR if look.generator else "",
                stated,
                top,
                look,
                views_text,
                comments_text,
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
    order = (thread.odd and thread.odd.order) or skin.order
    if order != "tree":
        ranks = [p.arrival if p.arrival is not None else row for row, p in enumerate(thread.posts)]
        rows.sort(key=ranks.__getitem__, reverse=order == "newest")
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
    floor_texts, reply_text = _floor_texts(skin.forms["floor"]), COUNTS[skin.forms["replies"]]
    like_text = COUNTS[skin.forms["likes"]]
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
            floor_texts(row + 1 if post.floor is None else post.floor),
            reply_text(counts[row]) if counts[row] else "",
            "" if post.likes is None else like_text(post.likes),
            None,
        )
        view = new(PostView, fields)
        views.append(view if post.odd is None else _odd_view(view, post.odd, thread, skin))
    return views


@lru_cache(maxsize=32)
def _floor_texts(form: str) -> Callable[[int], str]:
    """The displays of floors in a form, kept."""
    return lru_cache(maxsize=4096)(FLOORS[form])


def _displayed(instant: int | None, zone: str, form: str, usual: str) -> ShownDate | None:
    """An instant as displayed in a form that need not be the skin's usual one, and what a reader makes of it."""
    date = show_instant(instant, zone, form or usual)
    return date if date is None or not form else _as_read(date, usual)


def _as_read(date: ShownDate, usual: str) -> ShownDate:
    return date._replace(truth=read_date(date.shown, date.attribute, usual))


def _odd_view(view: PostView, odd: Odd, thread: Thread, skin: Skin) -> PostView:
    """The view of a post that is displayed out of the ordinary."""
    forms = skin.forms
    replies = view.replies if odd.count is None else odd.count
    date = _displayed(thread.posts[view.n - 1].time, thread.zone, odd.date, skin.dates["post"])
    edited = show_instant(odd.edited, thread.zone, skin.dates["post"])
    view = view._replace(
        replies=replies,
        floor_text=FLOORS[odd.floor or forms["floor"]](view.floor),
        replies_text=COUNTS[odd.replies or forms["replies"]](replies) if replies or odd.replies else "",
        likes_text="" if view.likes is None else COUNTS[odd.likes or forms["likes"]](view.likes),
        date=date,
        shown=date.shown if date else "",
        attribute=date.attribute if date else "",
        odd=OddView(odd.status, odd.quote, odd.badge, edited),
    )
    return view._replace(author=None, letter=None, text="", stated=False) if odd.status == "deleted" else view


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
        "paragraphs": context.paragraphs,
        "observed": None if context.observed is None else context.observed.truth.instant,
    }
    shows = skin.page
    for name, number, text in (
        ("views", context.views, context.views_text),
        ("comment_count", context.comments, context.comments_text),
    ):
        if name in shows:
            fields.update(_number_fields(name, number, text))
    return Truth(
        posts=_post_truths(context.posts, skin),
        **{
            name: value
            for name, value in fields.items()
            if name.partition("_shown")[0].partition("_actual")[0] in shows
        },
    )


def _number_fields(name: str, actual: int, text: str) -> dict[str, Any]:
    """A count's fields: what the display denotes, the display where it is not plain, the number where it differs."""
    if text == str(actual):
        return {name: actual}
    number, shown = shown_number(text, None)
    fields: dict[str, Any] = {name: number, f"{name}_shown": shown}
    return fields if number == actual else {**fields, f"{name}_actual": actual}


def _post_truths(views: list[PostView], skin: Skin) -> tuple[PostTruth, ...]:
    """What the page shows of each post."""
    hidden = [name for name in _SHOWN if name not in skin.post]
    posts = []
    for view in views:
        n, anchor, floor, author, _, letter, _, text, date, _, _, replies, likes, _, _, parent, parent_floor, *_ = view
        if view.odd is not None:
            posts.append(_odd_truth(view, skin))
            continue
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
                quote=None,
                status=None,
            )
        )
    if not hidden:
        return tuple(posts)
    unset = dict.fromkeys(hidden, UNSET)
    return tuple(msgspec.structs.replace(post, **unset) for post in posts)


def _odd_truth(view: PostView, skin: Skin) -> PostTruth:
    """What the page shows of a post that is displayed out of the ordinary."""
    odd, selectors = view.odd, skin.post
    assert odd is not None
    fields: dict[str, Any] = {
        "id": view.id,
        "author": view.author,
        "avatar": view.letter,
        "text": None if odd.status == "deleted" else view.text,
        "date": view.date.truth if view.date else None,
        "parent": view.parent_id,
        "parent_floor": view.parent_floor,
        "quote": odd.quote,
        "status": odd.status,
    }
    if "floor" in selectors:
        fields["floor"], fields["floor_shown"] = shown_number(view.floor_text, selectors["floor"].pattern, read_floor)
    for name, number, text in (("replies", view.replies, view.replies_text), ("likes", view.likes, view.likes_text)):
        if name in selectors:
            fields |= {name: selectors[name].none} if number is None or not text else _number_fields(name, number, text)
    return PostTruth(
        n=view.n, **{k: v for k, v in fields.items() if k.removesuffix("_shown").removesuffix("_actual") in selectors}
    )


_SHOWN = (
    "id",
    "floor",
    "author",
    "avatar",
    "text",
    "date",
    "replies",
    "parent",
    "parent_floor",
    "likes",
    "quote",
    "status",
)
