"""Threads with bodies as a skin shows them, and what its templates need to know of the posts that are quoted."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from forgegen.model.bodies import Block, Quote, paragraphs_of
from forgegen.model.date_truth import DateTruth
from forgegen.model.thread import Article, Odd, Post, Thread
from forgegen.model.tree import parents_of
from forgegen.rendering.displays import show_instant
from forgegen.rendering.lowering import Lowering
from forgegen.rendering.views import anchor_of, topic_numbers
from forgegen.skins.skin import BodyForm, NodeForm, Skin

QUOTED = 300
"""Characters of a quotation that an engine makes of the post that is answered."""

_PLAIN = Odd()


def has_bodies(thread: Thread) -> bool:
    """Whether anything in a thread is more than text."""
    return bool(thread.article.body) or any(post.body for post in thread.posts)


def shown_thread(thread: Thread, skin: Skin) -> Thread:
    """The thread with bodies as the skin can show them; itself where there are none."""
    if not has_bodies(thread):
        return thread
    posts = _Posts(thread, skin)
    article = thread.article
    if article.body:
        shown = "body" in (skin.post if skin.kind == "forum" else skin.page)
        article = Article(
            article.title,
            article.byline,
            article.caption,
            body=posts.lowering(skin.body if shown else BodyForm()).body(article.body),
        )
    return msgspec.structs.replace(thread, article=article, posts=tuple(posts.all()))


class _Posts:
    """Lowers the bodies of a thread's posts."""

    def __init__(self, thread: Thread, skin: Skin) -> None:
        self.thread, self.skin = thread, skin
        self.parents = parents_of(post.depth for post in thread.posts)
        self.topic = topic_numbers(thread) if skin.columns.topics else []

    def lowering(self, form: BodyForm) -> Lowering:
        """Lowering to what a form carries."""
        return Lowering(form, self.place, self.date)

    def all(self) -> Iterator[Post]:
        """The posts."""
        skin = self.skin
        lowering = self.lowering(skin.body.of_posts if "body" in skin.post else BodyForm())
        for n, post in enumerate(self.thread.posts, 1):
            if not post.body:
                yield post
                continue
            deleted = post.odd is not None and post.odd.status == "deleted"
            body = () if deleted else lowering.body(self._quoting(n, post))
            yield msgspec.structs.replace(post, text="ok", body=body) if body else _without(post)

    def _quoting(self, n: int, post: Post) -> tuple[Block, ...]:
        """The body with the quotation that stands above it, where the engine or the author puts one there."""
        skin, odd = self.skin, post.odd or _PLAIN
        if (
            "body" not in skin.post
            or "quote" not in skin.body.nodes
            or any(isinstance(block, Quote) for block in post.body)
        ):
            return post.body
        parent = self.parents[n - 1]
        above = self.thread.posts[parent - 1] if parent and self.place(parent) else None
        if not skin.rich or (skin.quotes == "none" and odd.quote is None):
            above = None
        if above is None and odd.quote is None:
            return post.body
        text = odd.quote if odd.quote is not None else excerpt(_text(above))
        quote = Quote(paragraphs_of((text,)))
        if above is not None:
            gone = above.author is None or (above.odd is not None and above.odd.status == "deleted")
            author = None if gone or above.author is None else above.author.name
            quote = Quote(quote.blocks, author, above.time, parent)
        return (quote, *post.body)

    def place(self, n: int) -> str | None:
        """The anchor of a post that stands on a page; None for one that does not."""
        if n == 0:
            return anchor_of(self.skin, self.thread, 0) if self.skin.kind == "forum" else None
        if not 0 < n <= len(self.thread.posts):
            return None
        odd = self.thread.posts[n - 1].odd
        gone = odd is not None and odd.status == "removed"
        return None if gone else anchor_of(self.skin, self.thread, n, self.topic[n - 1] if self.topic else 1)

    def date(self, instant: int, form: NodeForm) -> DateTruth | None:
        """An instant as a quotation shows it; None where it shows none."""
        selector = form.fields.get("date")
        if selector is None:
            return None
        attribute = self.skin.attribute if selector.attr else "none"
        form_name = selector.form or self.skin.dates["post"]
        shown = show_instant(instant, self.thread.zone, form_name, attribute, self.thread.observed)
        return None if shown is None else shown.truth


def _text(post: Post | None) -> str:
    """What is quoted of a post."""
    assert post is not None
    return "" if post.odd is not None and post.odd.status == "deleted" else post.text


def _without(post: Post) -> Post:
    """A post whose body shows nothing."""
    return msgspec.structs.replace(post, text="", body=())


def excerpt(text: str) -> str:
    """The part of a text that an engine quotes."""
    return text if len(text) <= QUOTED else text[: QUOTED - 3] + "..."
