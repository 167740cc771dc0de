"""What rich skins show of posts beside the rest: the opening post, panes of authors, quotations, permalinks."""

from __future__ import annotations

import zlib
from functools import lru_cache

from forgegen.model.thread import Author, Thread
from forgegen.rendering.displays import ShownDate, show_instant
from forgegen.rendering.skins import Skin
from forgegen.rendering.variables import ForumView, Pane, PostView, QuoteView
from forgegen.rendering.views import anchor_of, displayed, floor_display, pid_of, portrait, user_number

_QUOTED = 300  # characters of a quotation
_FIRST_JOINED, _JOINED_SPAN = 1_100_000_000, 480_000_000  # 2004 to 2020


def forum_views(thread: Thread, skin: Skin, views: list[PostView], urls: list[str], host: str) -> list[PostView]:
    """The posts with what forums add; in a forum the opening post comes first."""
    if skin.kind == "forum":
        views = [_opening(thread, skin, len([v for v in views if v.depth == 1])), *views]
    by_id = {view.id: view for view in views}
    starter, per = thread.article.byline, skin.posts_per_page
    rich = []
    for rank, view in enumerate(views):
        pid = pid_of(thread.id, view.n)
        gone = view.odd is not None and view.odd.status == "deleted"
        quote = None if gone else _quote(thread, skin, view, by_id)
        if skin.quotes == "parent" and (gone or view.parent_id not in by_id):  # only a quotation tells the parent there
            view = view._replace(parent_id=None, parent_floor=None, parent_href=None)
        role = "opening" if view.n == 0 else None
        pane = None if view.author is None else pane_of(view.author, skin, thread.zone, host)
        href = f"{urls[rank // per]}#{view.id}"
        own = bool(starter) and view.author == starter
        rich.append(view._replace(forum=ForumView(role, pid, href, pane, quote, own, rank % per)))
    return rich


def _opening(thread: Thread, skin: Skin, replies: int) -> PostView:
    """The article as a forum's opening post."""
    article, observed = thread.article, thread.observed
    known = next((p.author for p in thread.posts if p.author and p.author.name == article.byline), None)
    name, letter, user = portrait(known or (Author(article.byline) if article.byline else None))
    form = thread.odd.published if thread.odd else ""
    date = displayed(thread.published, thread.zone, form, skin.dates["post"], skin, observed)
    text, floor = "\n".join(article.paragraphs), 1
    return PostView(
        n=0, id=anchor_of(skin, thread.id, 0), floor=floor, author=name, user=user, letter=letter, picture=user % 12,
        text=text, date=date, shown=date.shown if date else "", attribute=date.attribute if date else "",
        replies=replies, likes=None, depth=1, indent=0, parent_id=None, parent_floor=None, parent_href=None, away=False,
        stated=bool(date and name and text), itemref="", floor_text=floor_display(skin.forms["floor"])(floor),
        replies_text="", likes_text="", odd=None, forum=None,
    )  # fmt: skip


def _quote(thread: Thread, skin: Skin, view: PostView, by_id: dict[str, PostView]) -> QuoteView | None:
    """What a post quotes: the words chosen by its author, else in flat engines the post that it answers."""
    own = view.odd.quote if view.odd else None
    above = by_id.get(view.parent_id) if view.parent_id else None
    if own is None and (skin.quotes == "none" or above is None):
        return None
    if above is None:
        return QuoteView(None, 0, own or "", None, "", 0, "", "")
    text = own if own is not None else _excerpt(above.text)
    assert view.parent_href is not None
    return QuoteView(
        above.author,
        above.user,
        text,
        above.date,
        above.id,
        pid_of(thread.id, above.n),
        view.parent_href,
        above.floor_text,
    )


def _excerpt(text: str) -> str:
    return text if len(text) <= _QUOTED else text[: _QUOTED - 3] + "..."


@lru_cache(maxsize=8192)
def _numbers(name: str) -> tuple[int, ...]:
    return tuple(zlib.crc32(f"{aspect}/{name}".encode()) for aspect in ("posts", "joined", "rank", "place", "sign"))


def pane_of(name: str, skin: Skin, zone: str, host: str) -> Pane:
    """What a forum shows of the author of this name."""
    posts, joined, rank, place, sign = _numbers(name)
    uid = user_number(name)
    form = skin.dates.get("joined", skin.dates["post"])
    count = 1 + (posts % 97) * (posts % 89) * (1 + posts % 7) // 3
    return Pane(
        uid, host + skin.urls.user.format(uid=uid, slug="member"), name.strip()[:1].upper() or "?", uid % 360, count,
        count * 3 + posts % 50, _joined(_FIRST_JOINED + joined % _JOINED_SPAN, zone, form), rank, place, sign,
    )  # fmt: skip


@lru_cache(maxsize=8192)
def _joined(instant: int, zone: str, form: str) -> ShownDate:
    shown = show_instant(instant, zone, form)
    assert shown is not None
    return shown
