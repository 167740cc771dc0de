"""What detectors look at: a page's shown values, gathered once and kept with the page.

Detectors see what the page shows (its truth) and how its HTML, body and headers differ from those that the skin
makes without quirks of markup and bytes. So furniture, however odd, is never taken for a quirk.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Protocol

from msgspec import UNSET

from forgegen.model.bodies import kinds_in
from forgegen.model.thread import Post, Thread
from forgegen.model.truth import DateTruth, PostTruth, Truth
from forgegen.rendering.number_texts import floor_writer
from forgegen.rendering.variables import PageContext, PostView


class Subject(Protocol):
    """A page as quirks see it while they are planted in it and detected on it; ``forgegen.Page`` is one."""

    @property
    def thread(self) -> Thread:
        """The thread, after the quirks of threads."""

    @property
    def number(self) -> int:
        """Which page of the thread it is, from 1."""

    @property
    def context(self) -> PageContext:
        """The template's variables."""

    @property
    def truth(self) -> Truth:
        """What the page shows."""

    @property
    def html(self) -> str:
        """The page as text."""

    @property
    def plain_html(self) -> str:
        """The page as text, before any quirk of markup."""

    @property
    def marked(self) -> bool:
        """Whether quirks of markup changed the HTML."""

    @property
    def touched(self) -> bool:
        """Whether quirks of bytes or transport were planted."""

    @property
    def body(self) -> bytes:
        """The page as it is sent."""

    @property
    def headers(self) -> dict[str, str]:
        """HTTP headers."""

    @property
    def encoding(self) -> str:
        """The encoding of the bytes."""

    @property
    def facts(self) -> Facts:
        """The shown values, gathered once."""


class Facts:
    """Shown values of a page. ``posts`` and ``views`` leave out an opening post."""

    def __init__(self, page: Subject) -> None:
        self.page = page
        self.truth: Truth = page.truth
        self.posts: list[PostTruth] = [p for p in self.truth.posts if p.role != "opening"]
        opening = len(self.truth.posts) - len(self.posts)
        self.views: list[PostView] = page.context.posts[opening:] if opening else page.context.posts

    @cached_property
    def texts(self) -> list[str]:
        """Texts of the posts that have one."""
        return [p.text for p in self.posts if isinstance(p.text, str)]

    @cached_property
    def text(self) -> str:
        """All of them, with NUL between, which no text holds."""
        return "\0".join(self.texts)

    @cached_property
    def written(self) -> str:
        """All that people wrote on the page, with NUL between: texts, opening posts, quotations, title, names."""
        truth = self.truth
        head = [truth.title, truth.board, truth.author, *(truth.paragraphs if truth.paragraphs is not UNSET else ())]
        posts = [text for p in truth.posts for text in (p.text, p.author, p.quote)]
        return "\0".join(text for text in (*head, *posts) if isinstance(text, str))

    @cached_property
    def rows(self) -> list[tuple[PostView, Post]]:
        """What templates see of each post, with what the thread has of it."""
        posts = self.page.thread.posts
        return [(view, posts[view.n - 1]) for view in self.views]

    def shows(self, field: str) -> bool:
        """Whether the skin shows a field of posts."""
        return field in self.page.context.skin.post

    @cached_property
    def names(self) -> list[str]:
        """Authors of the posts that name one."""
        return [p.author for p in self.posts if isinstance(p.author, str)]

    @cached_property
    def name(self) -> str:
        """All of them, with NUL between."""
        return "\0".join(self.names)

    @cached_property
    def floors(self) -> list[int]:
        """Floors that are shown, in the page's order."""
        return [p.floor for p in self.posts if isinstance(p.floor, int)]

    @cached_property
    def floor_displays(self) -> set[str]:
        """Displays of floors that are not the skin's plain ones."""
        return {p.floor_shown for p in self.posts if isinstance(p.floor_shown, str)} | self.foreign_floors

    @cached_property
    def foreign_floors(self) -> set[str]:
        """Displays of floors in forms that the skin does not have, also where its reader understands them."""
        if not self.shows("floor"):
            return set()
        skin = self.page.context.skin
        write, known = floor_writer(skin.forms["floor"]), skin.limits.numbering
        return {
            view.floor_text
            for view, post in self.rows
            if post.odd is not None and post.odd.floor not in ("", *known) and view.floor_text != write(view.floor)
        }

    @cached_property
    def dates(self) -> list[DateTruth]:
        """Dates of posts."""
        return [p.date for p in self.posts if isinstance(p.date, DateTruth)]

    @cached_property
    def all_dates(self) -> list[DateTruth]:
        """Dates of posts, of the article and of the latest reply."""
        head = (self.truth.published, self.truth.last_reply)
        return [*self.dates, *(d for d in head if isinstance(d, DateTruth))]

    @cached_property
    def instants(self) -> list[str]:
        """Instants of the posts that tell one, as ISO texts in UTC, which sort as the instants do until year 9999."""
        return [d.instant for d in self.dates if d.instant is not None]

    @cached_property
    def counts(self) -> list[str]:
        """Displays of counts that are not plain digits."""
        t = self.truth
        shown = [t.views_shown, t.comment_count_shown]
        for p in self.posts:
            shown += p.replies_shown, p.likes_shown
        return [s for s in shown if isinstance(s, str)]

    @cached_property
    def tells_parents(self) -> bool:
        """Whether the skin says which post a reply answers."""
        return "parent" in self.page.context.skin.post

    @cached_property
    def depths(self) -> list[int]:
        """Levels of the posts, where the page tells them."""
        return [v.depth for v in self.views] if self.tells_parents else []

    @cached_property
    def nodes(self) -> frozenset[str]:
        """The kinds of nodes that bodies of posts hold, and ``quote in quote``."""
        found: set[str] = set()
        for post in self.posts:
            if isinstance(post.body, tuple):
                found |= kinds_in(post.body)
            if isinstance(post.quotes, tuple) and any(quote.level > 1 for quote in post.quotes):
                found.add("quote in quote")
        return frozenset(found)

    @cached_property
    def deepest(self) -> int:
        """The deepest level."""
        return max(self.depths, default=0)

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """Ids of the replies shown on this page, by the id of the post answered."""
        below: dict[str, list[str]] = {}
        for p in self.posts:
            if isinstance(p.parent, str) and isinstance(p.id, str):
                below.setdefault(p.parent, []).append(p.id)
        return below

    @cached_property
    def lines(self) -> tuple[str, str]:
        """The lines of HTML that quirks of markup added, and those that they took away."""
        page = self.page
        if not page.marked:
            return "", ""
        after, before = page.html.split("\n"), page.plain_html.split("\n")
        return _more(after, before), _more(before, after)

    @cached_property
    def body(self) -> bytes:
        """The body, empty where no quirk of bytes or transport touched it."""
        return self.page.body if self.page.touched else b""

    @cached_property
    def plain_body(self) -> bytes:
        """The body that the page's text has without quirks of bytes."""
        return self.page.html.encode(self.page.encoding, "xmlcharrefreplace")


def _more(lines: list[str], others: list[str]) -> str:
    """The lines that stand more often here than there."""
    left = Counter(others)
    found = []
    for line in lines:
        if left[line] > 0:
            left[line] -= 1
        else:
            found.append(line)
    return "\n".join(found)
