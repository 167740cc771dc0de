"""Posts as templates see them, in the order of the skin: what is shown of each, and where its parent stands."""

from __future__ import annotations

import re
import zlib
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from forgegen.model.bodies import quotes_in
from forgegen.model.post_numbers import base36
from forgegen.model.thread import Author, Odd, Post, Thread
from forgegen.model.tree import parents_of, reply_counts
from forgegen.rendering.displays import form_of, show_instant, shower
from forgegen.rendering.number_texts import count_writer, floor_writer
from forgegen.rendering.variables import OddView, PostView, SourceView
from forgegen.skins.skin import Selector, Skin

_WORDS = re.compile(r"\w+")
_INDENTS = 8  # levels that are indented; deeper ones stand as deep as that
_MOST_NUMBER = 2**31 - 1
_PICTURES = 12  # drawn avatars


def anchor_of(skin: Skin, thread: Thread, n: int, number: int = 1) -> str:
    """The id that a post has on its page, by its position in the thread, and its number in the topic."""
    if skin.anchor == "c{n}":
        return f"c{n}"
    return post_anchor(skin, n, number if skin.columns.topics else thread.number(n))


def post_anchor(skin: Skin, n: int, pid: int) -> str:
    """The id of a post by its position and its number."""
    return skin.anchor.format(n=n, pid=pid, pid36=base36(pid) if "{pid36}" in skin.anchor else "")


def topic_numbers(thread: Thread) -> list[int]:
    """The number of each post within its topic, in order of arrival; the opening post is number 1. Posts that are gone
    leave gaps, and floors that a thread gives its posts are their numbers, unless two of them would be the same or one
    is none that a topic can have."""
    arrivals = [row if p.arrival is None else p.arrival for row, p in enumerate(thread.posts)]
    if len(set(arrivals)) < len(arrivals):
        for rank, row in enumerate(sorted(range(len(arrivals)), key=arrivals.__getitem__)):
            arrivals[row] = rank
    numbers = [arrival + 2 for arrival in arrivals]
    floors = [number if p.floor is None else p.floor for p, number in zip(thread.posts, numbers, strict=True)]
    apart = len({1, *floors}) == len(floors) + 1
    return floors if apart and all(1 < floor <= _MOST_NUMBER for floor in floors) else numbers


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
        self.thread, self.skin, self.urls, self.order = thread, skin, urls, shown_rows(thread, skin)
        self.floors = _floors(thread, skin, self.order)
        self.page_of, self.most = [0] * len(posts), skin.columns.users
        if len(urls) > 1:
            for rank, row in enumerate(self.order):
                self.page_of[row] = (rank + first) // per
        self.parents = parents_of([p.depth for p in posts])
        self.counts = reply_counts(self.parents, None if len(self.order) == len(posts) else self.order)
        self.show = shower(thread.zone, skin.dates["post"], skin.attribute, thread.observed)
        self.topic = topic_numbers(thread) if skin.columns.topics else [0] * len(posts)
        forms = skin.forms
        self.floor_text, self.reply_text = floor_writer(forms["floor"]), count_writer(forms["replies"])
        self.like_text = count_writer(forms["likes"])

    def anchor(self, row: int) -> str:
        """The id of a row's post on its page."""
        return anchor_of(self.skin, self.thread, row + 1, self.topic[row])

    @cached_property
    def places(self) -> dict[str, int]:
        """The 1-based row of each id, of the first post that has it."""
        found: dict[str, int] = {}
        for row in range(len(self.thread.posts)):
            found.setdefault(self.anchor(row), row + 1)
        return found

    def on_page(self, page: int) -> list[int]:
        """The rows on a page, from 1, in its order."""
        first, per = int(self.skin.kind == "forum"), self.skin.posts_per_page
        return self.order[max(0, (page - 1) * per - first) : page * per - first]

    def views(self, rows: list[int]) -> list[PostView]:
        """Views of the rows of one page, in its order."""
        parents = self.parents
        ids = {row: self.anchor(row) for row in rows}
        below: dict[int, list[str]] = {}
        for row in rows:
            if parents[row] and parents[row] - 1 in ids:
                below.setdefault(parents[row] - 1, []).append(ids[row])
        return [self._view(row, ids, below) for row in rows]

    def sources(self, views: list[PostView]) -> dict[str, SourceView]:
        """The posts that are quoted in bodies, by their ids."""
        found = {}
        for view in views:
            for quoted in quotes_in(view.body) if view.body else ():
                if isinstance(quoted.post, str) and quoted.post not in found:
                    found[quoted.post] = self._source(quoted.post)
        return found

    def _source(self, anchor: str) -> SourceView:
        """The post of this id, which stands on a page."""
        thread, n = self.thread, self.places.get(anchor, 0)
        author = (
            portrait(thread.posts[n - 1].author, self.most).user if n else user_number(thread.article.byline, self.most)
        )
        return SourceView(
            id=anchor, pid=thread.number(n), uid=author, floor_text=self.floor_text(self.floors[n - 1] if n else 1),
            href=f"{self.urls[self.page_of[n - 1] if n else 0]}#{anchor}",
        )  # fmt: skip

    def _view(self, row: int, ids: dict[int, str], below: dict[int, list[str]]) -> PostView:
        """The view of a row; ``ids`` are those on its page, ``below`` the ids of the replies there."""
        post, parent = self.thread.posts[row], self.parents[row]
        author, depth, text = portrait(post.author, self.most), post.depth, post.text
        answered = self._answered(row, parent - 1, ids) if parent else _NOTHING
        date = None if post.time is None else self.show(post.time)
        floor, replies = self.floors[row], self.counts[row]
        view = PostView(
            n=row + 1, id=ids[row], floor=floor, author=author.name, user=author.user, letter=author.letter,
            picture=author.user % _PICTURES, text=text, date=date, shown=date.shown if date else "",
            attribute=date.attribute if date else "", replies=replies, likes=post.likes, depth=depth,
            indent=depth - 1 if depth <= _INDENTS else _INDENTS, parent_id=answered.id, parent_floor=answered.floor,
            parent_href=answered.href, away=answered.away, stated=bool(date and author.name and text),
            itemref=" ".join(below[row]) if row in below else "", floor_text=self.floor_text(floor),
            replies_text=self.reply_text(replies) if replies else "",
            likes_text="" if post.likes is None else self.like_text(post.likes), body=post.body,
        )  # fmt: skip
        return view if post.odd is None else _odd_view(view, post, post.odd, self)

    def _answered(self, row: int, parent: int, ids: dict[int, str]) -> Answered:
        """Where the row that another answers stands, both 0-based."""
        anchor = ids.get(parent) or self.anchor(parent)
        away = self.page_of[row] != self.page_of[parent]
        href = f"{self.urls[self.page_of[parent]]}#{anchor}" if away else f"#{anchor}"
        return Answered(anchor, self.floors[parent], href, away)


class Answered(NamedTuple):
    """The post that is answered: its anchor, floor and address, and whether it stands on another page."""

    id: str | None
    floor: int | None
    href: str | None
    away: bool


_NOTHING = Answered(None, None, None, away=False)


def _floors(thread: Thread, skin: Skin, order: list[int]) -> list[int]:
    """The floor of each row: its position in the thread; in a forum its place in the list, behind the opening post."""
    if skin.kind == "article":
        return [n if p.floor is None else p.floor for n, p in enumerate(thread.posts, 1)]
    floors = [0] * len(thread.posts)
    for rank, row in enumerate(order):
        floors[row] = rank + 1 + skin.limits.first
    return [f if p.floor is None else p.floor for f, p in zip(floors, thread.posts, strict=True)]


def _odd_view(view: PostView, post: Post, odd: Odd, rows: Rows) -> PostView:
    """The view of a post that is displayed out of the ordinary."""
    thread, skin, forms = rows.thread, rows.skin, rows.skin.forms
    replies = view.replies if odd.count is None else odd.count
    usual, observed = skin.dates["post"], thread.observed
    date = show_instant(post.time, thread.zone, form_of(odd.date, usual), skin.attribute, observed)
    noted = "none" if _is_silent(skin.post.get("edited")) else skin.attribute
    edited = show_instant(odd.edited, thread.zone, skin.dates.get("edited", usual), noted, observed)
    view = msgspec.structs.replace(
        view,
        replies=replies,
        floor_text=floor_writer(odd.floor or forms["floor"])(view.floor),
        replies_text=count_writer(odd.replies or forms["replies"])(replies) if replies or odd.replies else "",
        likes_text="" if view.likes is None else count_writer(odd.likes or forms["likes"])(view.likes),
        date=date,
        shown=date.shown if date else "",
        attribute=date.attribute if date else "",
        odd=OddView(
            status=odd.status, quote=odd.quote, badge=odd.badge, edited=edited, plain=odd.plain,
            guest=odd.guest and "guest" in skin.post, banned=odd.banned and "banned" in skin.post,
            pinned=odd.pinned and "pinned" in skin.post,
        ),
    )  # fmt: skip
    if odd.guest and "guest" in skin.post:
        view = msgspec.structs.replace(view, author=_guest_name(view.author, skin), user=0, letter=None)
    if odd.status != "deleted":
        return view
    return msgspec.structs.replace(view, author=None, letter=None, text="", stated=False)


def _guest_name(name: str | None, skin: Skin) -> str | None:
    """The name of a guest; None where the page cannot tell it from the word for guests without one."""
    unlinked = skin.post["author"].otherwise
    words = unlinked.pattern if unlinked is not None else None
    return name if name is None or words is None or re.search(words, name, re.ASCII | re.DOTALL) else None


def _is_silent(edit_note: Selector | None) -> bool:
    """Whether a note of an edit tells its date by its text alone."""
    return edit_note is not None and edit_note.form is None and edit_note.attr is None


def user_number(name: str, most: int = _MOST_NUMBER) -> int:
    """The number that stands for an author in addresses, from 1 to the greatest of the engine's column; 0 is nobody's.

    >>> user_number("al"), user_number(""), user_number("al", 2**24 - 1)
    (2033935723, 1, 3892708)
    """
    return zlib.crc32(name.encode()) % most + 1


@lru_cache(maxsize=8192)
def user_path(form: str, name: str | None, most: int = _MOST_NUMBER) -> str:
    """The address of somebody's page, in a skin's format for users; nobody's is that of number 0. ``most`` is the
    greatest number of members.

    >>> user_path("/members/{slug}.{uid}/", "Old Ann"), user_path("/u/{name}", "al")
    ('/members/old-ann.1018529535/', '/u/al')
    >>> user_path("/members/{slug}.{uid}/", "+-+")
    '/members/1204802493/'
    """
    if name is None:
        return form.format(uid=0, slug="guest", name="guest")
    slug = "-".join(_WORDS.findall(name.lower()))
    if not slug:  # engines leave out what says nothing
        form = form.replace("{slug}.", "").replace("-{slug}", "")
    return form.format(uid=user_number(name, most), slug=quote(slug), name=quote(name, safe=""))


class Portrait(NamedTuple):
    """Name, avatar letter and number of an author."""

    name: str | None
    letter: str | None
    user: int


@lru_cache(maxsize=8192)
def portrait(author: Author | None, most: int = _MOST_NUMBER) -> Portrait:
    """Name, avatar letter and the number that stands for the author in addresses."""
    if author is None:
        return Portrait(None, None, 0)
    return Portrait(author.name, author.avatar, user_number(author.name, most))
