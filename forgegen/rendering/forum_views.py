"""What rich skins show of posts beside the rest: the opening post, panes of authors, quotations, permalinks."""

from __future__ import annotations

import zlib
from bisect import bisect
from functools import lru_cache

from msgspec.structs import replace

from forgegen.model.bodies import quotes_in
from forgegen.model.body_views import text_of_blocks
from forgegen.model.thread import Author, Thread
from forgegen.rendering.bodied import excerpt
from forgegen.rendering.displays import ShownDate, form_of, show_instant
from forgegen.rendering.number_texts import floor_writer
from forgegen.rendering.variables import ForumView, Pane, PostView, QuoteView
from forgegen.rendering.views import Rows, anchor_of, portrait, user_number, user_path
from forgegen.skins.skin import Skin

_LEVELS = (30, 200, 1000, 4000, 9000)  # posts of an author that earn another title
_FIRST_JOINED, _JOINED_SPAN = 1_100_000_000, 480_000_000  # 2004 to 2020


class ForumRows(Rows):
    """Rows with what forums add to the views; in a forum the opening post comes first on the first page."""

    def __init__(self, thread: Thread, skin: Skin, urls: list[str], host: str) -> None:
        super().__init__(thread, skin, urls)
        self.host, self._known, self._there = host, dict[int, PostView](), set(self.order)

    def forum_views(self, page: int) -> list[PostView]:
        """All views of a page, from 1."""
        thread, skin = self.thread, self.skin
        rows = self.on_page(page)
        views = self.views(rows)
        self._known.update(zip(rows, views, strict=True))
        if skin.kind == "forum" and page == 1:
            replies = [self.parents[row] for row in self.order].count(0)
            views = [_opening(thread, skin, replies), *views]
        url = self.urls[page - 1]
        return [self._rich(view, place, url) for place, view in enumerate(views)]

    def _rich(self, view: PostView, place: int, url: str) -> PostView:
        """A view with what rich skins know beside the rest; ``place`` is its position on the page."""
        thread, skin, starter = self.thread, self.skin, self.thread.article.byline
        if view.body:
            view = self._by_quotation(view)
        gone = view.odd is not None and view.odd.status == "deleted"
        above = None if gone or (skin.quotes == "none" and view.odd is None) else self._above(view)
        guest = view.odd is not None and view.odd.guest
        forum = ForumView(
            role="opening" if view.n == 0 else None,
            pid=thread.number(view.n),
            href=f"{url}#{view.id}",
            pane=None if view.author is None or guest else pane_of(view.author, skin, thread.zone, self.host),
            quote=None if gone or view.body else _quote(thread, skin, view, above),
            starter=bool(starter) and view.author == starter and not guest,
            place=place,
        )
        untold = gone or (above is None and not view.body)
        if skin.quotes == "parent" and untold:  # only a quotation tells the parent there
            return replace(view, forum=forum, parent_id=None, parent_floor=None, parent_href=None)
        return replace(view, forum=forum)

    def _by_quotation(self, view: PostView) -> PostView:
        """A view with a body where quotations tell the parent: it is the first post that the body quotes."""
        if self.skin.quotes != "parent":
            return view
        found = next((quote.post for quote in quotes_in(view.body) if quote.post is not None), None)
        if found is None:
            return replace(view, parent_id=None, parent_floor=None, parent_href=None)
        return view if found == view.parent_id else replace(view, parent_id=str(found), parent_floor=None)

    def _above(self, view: PostView) -> PostView | None:
        """The post that is answered, wherever it stands; None where it is on no page."""
        row = self.parents[view.n - 1] - 1 if view.n else -1
        if row < 0 or row not in self._there:
            return None
        found = self._known.get(row)
        if found is None:
            found = self._known[row] = self.views([row])[0]
        return found


def _opening(thread: Thread, skin: Skin, replies: int) -> PostView:
    """The article as a forum's opening post."""
    article, observed = thread.article, thread.observed
    known = next((p.author for p in thread.posts if p.author and p.author.name == article.byline), None)
    author = portrait(known or (Author(article.byline) if article.byline else None), skin.columns.users)
    form = form_of(thread.odd.published if thread.odd else None, skin.dates["post"])
    date = show_instant(thread.published, thread.zone, form, skin.attribute, observed)
    text = text_of_blocks(article.body) if article.body else "\n".join(article.paragraphs)
    floor = skin.limits.first
    floor_text = floor_writer(skin.forms["floor"])(floor) if floor else ""
    return PostView(
        n=0, id=anchor_of(skin, thread, 0), floor=floor, author=author.name, user=author.user, letter=author.letter,
        picture=author.user % 12,
        text=text, date=date, shown=date.shown if date else "", attribute=date.attribute if date else "",
        replies=replies, likes=None, depth=1, indent=0, parent_id=None, parent_floor=None, parent_href=None, away=False,
        stated=bool(date and author.name and text), itemref="", floor_text=floor_text,
        replies_text="", likes_text="", body=article.body,
    )  # fmt: skip


def _quote(thread: Thread, skin: Skin, view: PostView, above: PostView | None) -> QuoteView | None:
    """What a post quotes: the words chosen by its author, else in flat engines the post that it answers."""
    own = view.odd.quote if view.odd else None
    if own is None and (skin.quotes == "none" or above is None):
        return None
    if above is None:
        return QuoteView(author=None, uid=0, text=own or "", date=None, id="", pid=0, href="", floor_text="")
    assert view.parent_href is not None
    return QuoteView(
        author=above.author,
        uid=above.user,
        text=own if own is not None else excerpt(above.text),
        date=_quoted_date(thread, skin, above),
        id=above.id,
        pid=thread.number(above.n),
        href=view.parent_href,
        floor_text=above.floor_text,
    )


def _quoted_date(thread: Thread, skin: Skin, above: PostView) -> ShownDate | None:
    """The date of a post as quotations of it show it."""
    form = skin.dates.get("quoted")
    node = skin.body.nodes.get("quote")
    selector, date = node.fields.get("date") if node else None, above.date
    if date is None or date.instant is None:
        return date if form is None else None
    silent = selector is not None and not selector.attr  # told by the text of the header alone
    parted = selector is not None and selector.pattern is not None  # from the words around it, by its form
    if form is None and not silent and not parted:
        return date
    odd = None if parted else thread.posts[above.n - 1].odd
    shown_in = form or form_of(odd.date if odd else None, skin.dates["post"])
    return show_instant(date.instant, thread.zone, shown_in, "none" if silent else skin.attribute, thread.observed)


def pane_of(name: str, skin: Skin, zone: str, host: str) -> Pane:
    """What a forum shows of the author of this name."""
    return _pane(name, host, skin.urls.user, skin.columns.users, skin.dates.get("joined", skin.dates["post"]), zone)


@lru_cache(maxsize=8192)
def _pane(name: str, host: str, address: str, most: int, form: str, zone: str) -> Pane:
    posts, joined, rank, place, sign = [
        zlib.crc32(f"{aspect}/{name}".encode()) for aspect in ("posts", "joined", "rank", "place", "sign")
    ]
    uid = user_number(name, most)
    count = 1 + (posts % 97) * (posts % 89) * (1 + posts % 7) // 3
    since = show_instant(_FIRST_JOINED + joined % _JOINED_SPAN, zone, form)
    assert since is not None
    return Pane(
        uid=uid, url=host + user_path(address, name, most), letter=name.strip()[:1].upper() or "?",
        hue=uid % 360, posts=count, points=count * 3 + posts % 50, joined=since, rank=rank, place=place,
        signature=sign, level=bisect(_LEVELS, count),
    )  # fmt: skip
