"""Posts as templates see them, in the order of the skin: what is shown of each, and where its parent stands."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import NamedTuple

from forgegen.model.post_numbers import pid_of
from forgegen.model.thread import Author, Odd, Thread
from forgegen.model.tree import parents_of, reply_counts
from forgegen.rendering.displays import show_instant, shower
from forgegen.rendering.numbers import count_writer, floor_writer
from forgegen.rendering.variables import OddView, PostView
from forgegen.skins.skin import Skin

_INDENTS = 8  # levels that are indented; deeper ones stand as deep as that
_PICTURES = 12  # drawn avatars


def anchor_of(skin: Skin, thread_id: int, n: int) -> str:
    """The id that a post has on its page."""
    return f"c{n}" if skin.anchor == "c{n}" else skin.anchor.format(n=n, pid=pid_of(thread_id, n))


def shown_rows(thread: Thread, skin: Skin) -> list[int]:
    """The 0-based rows of the posts that are on the pages, in the order in which the skin lists them."""
    rows = [row for row, p in enumerate(thread.posts) if p.odd is None or p.odd.status != "removed"]
    order = (thread.odd and thread.odd.order) or skin.order
    if order != "tree":
        ranks = [p.arrival if p.arrival is not None else row for row, p in enumerate(thread.posts)]
        rows.sort(key=ranks.__getitem__, reverse=order == "newest")
    return rows


class Rows:
    """The rows of a thread in a skin: where each stands, and views of those that are asked for.

    ``order`` are the rows on the pages, ``parents`` 1-based; the opening post of a forum is none of them.
    """

    def __init__(self, thread: Thread, skin: Skin, urls: list[str]) -> None:
        posts, per, first = thread.posts, skin.posts_per_page, int(skin.kind == "forum")
        self.thread, self.skin, self.urls = thread, skin, urls
        self.parents = parents_of([p.depth for p in posts])
        self.order = shown_rows(thread, skin)
        whole = len(self.order) == len(posts)
        self.counts = reply_counts(self.parents) if whole else _shown_counts(self.parents, self.order)
        self.floors = _floors(thread, skin, self.order)
        self.page_of = [0] * len(posts)
        if len(urls) > 1:
            for rank, row in enumerate(self.order):
                self.page_of[row] = (rank + first) // per
        self.show = shower(thread.zone, skin.dates["post"], skin.attribute, thread.observed)
        forms = skin.forms
        self.floor_text, self.reply_text = floor_writer(forms["floor"]), count_writer(forms["replies"])
        self.like_text = count_writer(forms["likes"])

    def on_page(self, page: int) -> list[int]:
        """The rows on a page, from 1, in its order."""
        first, per = int(self.skin.kind == "forum"), self.skin.posts_per_page
        return self.order[max(0, (page - 1) * per - first) : page * per - first]

    def views(self, rows: list[int]) -> list[PostView]:
        """Views of the rows of one page, in its order."""
        thread, parents, page_of = self.thread, self.parents, self.page_of
        skin, tid, posts, floors, counts = self.skin, thread.id, thread.posts, self.floors, self.counts
        show, floor_text, reply_text, like_text = self.show, self.floor_text, self.reply_text, self.like_text
        ids = {row: anchor_of(skin, tid, row + 1) for row in rows}
        below: dict[int, list[str]] = {}
        for row in rows:
            if parents[row] and parents[row] - 1 in ids:
                below.setdefault(parents[row] - 1, []).append(ids[row])
        views, new = [], tuple.__new__  # a NamedTuple's own constructor costs three times as much
        for row in rows:
            post, parent = posts[row], parents[row]
            name, letter, user = portrait(post.author)
            parent_id = parent_floor = href = None
            away = False
            if parent:
                parent_id, parent_floor = ids.get(parent - 1) or anchor_of(skin, tid, parent), floors[parent - 1]
                away = page_of[row] != page_of[parent - 1]
                href = f"{self.urls[page_of[parent - 1]]}#{parent_id}" if away else f"#{parent_id}"
            shown = attribute = ""
            date = None
            if post.time is not None:
                date = show(post.time)
                shown, attribute = date.shown, date.attribute
            depth, text = post.depth, post.text
            fields = (
                row + 1,
                ids[row],
                floors[row],
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
                floor_text(floors[row]),
                reply_text(counts[row]) if counts[row] else "",
                "" if post.likes is None else like_text(post.likes),
                None,
                None,
            )
            view = new(PostView, fields)
            views.append(view if post.odd is None else _odd_view(view, post.odd, thread, skin, thread.observed))
        return views


def _shown_counts(parents: list[int], shown: list[int]) -> list[int]:
    """Direct replies that are on the pages, of each row."""
    counts = [0] * (len(parents) + 1)
    for row in shown:
        counts[parents[row]] += 1
    return counts[1:]


def _floors(thread: Thread, skin: Skin, order: list[int]) -> list[int]:
    """The floor of each row: its position in the thread; in a forum its place in the list, the opening post being 1."""
    if skin.kind == "article":
        return [n if p.floor is None else p.floor for n, p in enumerate(thread.posts, 1)]
    floors = [0] * len(thread.posts)
    for rank, row in enumerate(order):
        floors[row] = rank + 2
    return [f if p.floor is None else p.floor for f, p in zip(floors, thread.posts, strict=True)]


def _odd_view(view: PostView, odd: Odd, thread: Thread, skin: Skin, observed: int | None) -> PostView:
    """The view of a post that is displayed out of the ordinary."""
    forms = skin.forms
    replies = view.replies if odd.count is None else odd.count
    time, zone, usual = thread.posts[view.n - 1].time, thread.zone, skin.dates["post"]
    date = show_instant(time, zone, odd.date or usual, skin.attribute, observed)
    edited = show_instant(odd.edited, zone, usual, skin.attribute, observed)
    view = view._replace(
        replies=replies,
        floor_text=floor_writer(odd.floor or forms["floor"])(view.floor),
        replies_text=count_writer(odd.replies or forms["replies"])(replies) if replies or odd.replies else "",
        likes_text="" if view.likes is None else count_writer(odd.likes or forms["likes"])(view.likes),
        date=date,
        shown=date.shown if date else "",
        attribute=date.attribute if date else "",
        odd=OddView(odd.status, odd.quote, odd.badge, edited, odd.plain),
    )
    return view._replace(author=None, letter=None, text="", stated=False) if odd.status == "deleted" else view


def user_number(name: str) -> int:
    """The number that stands for an author in addresses."""
    return zlib.crc32(name.encode())


class Portrait(NamedTuple):
    """Name, avatar letter and number of an author."""

    name: str | None
    letter: str | None
    user: int


@lru_cache(maxsize=8192)
def portrait(author: Author | None) -> Portrait:
    """Name, avatar letter and the number that stands for the author in addresses."""
    if author is None:
        return Portrait(None, None, 0)
    return Portrait(author.name, author.avatar, user_number(author.name))
