"""A thread brought within the limits of a skin's engine.

What is within them makes pages that the engine could have sent; what is not makes pages with a label that no engine's
pages have (``forgegen.quirks.engine``).
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from forgegen.model.calendar import Local
from forgegen.model.thread import Article, Board, Odd, OddHead, Post, Thread
from forgegen.skins.limits import Limits, line_within, name_within, title_within

S = TypeVar("S", bound=msgspec.Struct)

FIRST, LAST = 0, 2_145_916_800
"""Between these instants, 1970 and 2038, lie the times of posts on plausible pages."""

MOST_COUNTED = 2**32 - 1
MOST_FLOORS = 99_999
_USUAL = 1_708_146_900  # 2024-02-16 21:15 PT
_AFTER = 600  # seconds from what is youngest on a page to the moment of observation, at the least


def within(thread: Thread, limits: Limits, kind: str, left: frozenset[str] = frozenset()) -> Thread:
    """The thread brought within limits, itself where it is; ``kind`` is the skin's.

    ``left`` are classes of quirks of which what there is stays: ``author``, ``time``, ``floor``, ``count``; or
    ``title``.
    """
    return _Fitter(thread, limits, kind, left).fit()


def floors_within(posts: tuple[Post, ...], limits: Limits, kind: str) -> list[int | None]:
    """The floors of these posts as the engine's counting can give them: rising in the order in which it counts.

    >>> floors_within((Post(floor=4), Post(floor=4), Post()), Limits(), "article")
    [4, 5, 6]
    """
    if all(post.floor is None for post in posts):
        return [None] * len(posts)
    rows, first = list(range(len(posts))), 1
    if kind == "forum":
        first = limits.first + 1
        rows.sort(key=lambda row: (row if (arrival := posts[row].arrival) is None else arrival, row))
    floors: list[int | None] = [None] * len(posts)
    last = first - 1
    for place, row in enumerate(rows, first):
        own = posts[row].floor
        floor = place if limits.floors == "position" else max(last + 1, min(own or place, MOST_FLOORS))
        floors[row] = None if own is None and floor == row + first else floor  # without one it is the place in the tree
        last = floor
    return floors


class _Fitter:
    def __init__(self, thread: Thread, limits: Limits, kind: str, left: frozenset[str]) -> None:
        self.thread, self.limits, self.kind, self.left = thread, limits, kind, left

    def fit(self) -> Thread:
        thread = self.thread
        fields: dict[str, Any] = {"article": self.article(), "posts": self.posts(), "odd": self.head()}
        if "title" not in self.left:
            fields["board"] = self.board()
        if "count" not in self.left:
            fields["views"] = min(thread.views, MOST_COUNTED)
        if "time" not in self.left:
            published, last = self.published(), self.last_reply()
            fields |= {"published": published, "last_reply": last}
            fields["observed"] = self.observed(fields["posts"], published, last)
        return _with(thread, **fields)

    def article(self) -> Article:
        article, limits, byline = self.thread.article, self.limits, self.thread.article.byline
        if byline and self.kind == "forum":
            byline = byline if "author" in self.left else name_within(byline, limits)
        else:
            byline = line_within(byline, limits)
        title = article.title if "title" in self.left else title_within(article.title, limits)
        caption = line_within(article.caption, Limits(title=len(article.caption)))
        return _with(article, title=title, byline=byline, caption=caption)

    def board(self) -> Board:
        board = self.thread.board
        name, latin = line_within(board.name, self.limits), line_within(board.latin, self.limits)
        return _with(board, name=name or ("b" if self.kind == "forum" else ""), latin=latin)

    def head(self) -> OddHead | None:
        odd, limits = self.thread.odd, self.limits
        if odd is None:
            return None
        head = _with(
            odd,
            views=self.kept("count", odd.views, limits.counts),
            comments=self.kept("count", odd.comments, limits.counts),
            published=self.kept("time", odd.published, limits.dates),
            last_reply=self.kept("time", odd.last_reply, limits.dates),
            order=self.order(odd.order),
        )
        return None if head == OddHead() else head

    def order(self, order: Any) -> Any:
        """The order, where readers may see posts in it."""
        limits = self.limits
        seen = not limits.nested and (order != "newest" or limits.newest)
        return order if seen or "floor" in self.left else None

    def published(self) -> int | None:
        published = self.thread.published
        if published is None:
            return _USUAL if self.kind == "forum" else None
        return published if FIRST <= published <= LAST else _USUAL

    def last_reply(self) -> Local | None:
        last = self.thread.last_reply
        return last if last is not None and last.instant is not None and last.wall < LAST else None

    def observed(self, posts: tuple[Post, ...], published: int | None, last: Local | None) -> int | None:
        """A moment after all that the page tells."""
        moments = [published or 0, *(p.time or 0 for p in posts)]
        moments += [p.odd.edited for p in posts if p.odd is not None and p.odd.edited is not None]
        if last is not None:
            moments.append(last.instant or 0)
        observed, latest = self.thread.observed, max(moments)
        return observed if observed is not None and observed >= latest else latest + _AFTER

    def posts(self) -> tuple[Post, ...]:
        posts, found, above = self.thread.posts, [], 0
        floors = [p.floor for p in posts] if "floor" in self.left else floors_within(posts, self.limits, self.kind)
        for post, floor in zip(posts, floors, strict=True):
            above = min(self.depth(post.depth), above + 1)
            found.append(self.post(post, above, floor))
        return tuple(found)

    def depth(self, depth: int) -> int:
        """The depth, begun anew below the deepest level: a long chain does not become one post with many answers."""
        most = self.limits.depth
        return (depth - 1) % most + 1 if most else depth

    def post(self, post: Post, depth: int, floor: int | None) -> Post:
        author, time, odd = post.author, post.time, post.odd
        if author is not None and "author" not in self.left:
            author = _with(author, name=name_within(author.name, self.limits))
        if "time" not in self.left and (time is not None or not self.limits.undated):
            time = time if time is not None and FIRST <= time <= LAST else _USUAL
        likes = post.likes if post.likes is None or "count" in self.left else min(post.likes, MOST_COUNTED)
        odd = None if odd is None else self.odd(odd)
        return _with(post, depth=depth, author=author, time=time, likes=likes, floor=floor, odd=odd)

    def kept(self, klass: str, form: str, known: tuple[str, ...]) -> str:
        """The form, where it is known or left as it is."""
        return form if klass in self.left or form in known else ""

    def odd(self, odd: Odd) -> Odd | None:
        limits = self.limits
        found = _with(
            odd,
            floor=self.kept("floor", odd.floor, limits.numbering),
            date=self.kept("time", odd.date, limits.dates),
            replies=self.kept("count", odd.replies, limits.counts),
            likes=self.kept("count", odd.likes, limits.counts),
            status="deleted" if limits.nested and odd.status == "removed" and "tree" not in self.left else odd.status,
        )
        return None if found == Odd() else found


def _with(struct: S, **fields: Any) -> S:
    """The struct with these fields; itself where they are its own."""
    changed = {name: value for name, value in fields.items() if getattr(struct, name) != value}
    return msgspec.structs.replace(struct, **changed) if changed else struct
