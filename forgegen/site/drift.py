"""Pages of a thread that changed while it was read: beginnings moved by posts that came or went, and older states.

The posts keep their ids and numbers; only which of them stand on the page differs.
"""

from __future__ import annotations

import msgspec

from forgegen.pages.page import Page
from forgegen.rendering.context import build_contexts, contexts_of
from forgegen.rendering.variables import PostView


def grown(page: Page, by: int) -> Page | None:
    """The page with its beginning moved by some posts: backwards (negative) as after new posts before it, forwards as
    after deleted ones. None for a thread's first page, and where no post would be left."""
    if page.number == 1:
        return None
    contexts = build_contexts(page.thread, page.context.skin, page.look)
    posts = [view for context in contexts for view in context.posts]
    start = sum(len(context.posts) for context in contexts[: page.number - 1])
    window = posts[max(0, start + by) : start + len(contexts[page.number - 1].posts)]
    return _with_posts(page, window) if window else None


def regrown(page: Page) -> Page | None:
    """The page before its latest quarter of posts came; None where it has too few."""
    posts = page.context.posts
    if len(posts) < 4:
        return None
    limit = sorted(_arrival(page, view) for view in posts)[-(-len(posts) * 3 // 4) - 1]
    return _with_posts(page, [view for view in posts if _arrival(page, view) <= limit])


def _arrival(page: Page, view: PostView) -> int:
    """A post's rank in time; the opening post's is below all."""
    if view.n == 0:
        return -1
    arrival = page.thread.posts[view.n - 1].arrival
    return view.n - 1 if arrival is None else arrival


def _with_posts(page: Page, posts: list[PostView]) -> Page:
    other, old = page.turned_to(page.number), page.context
    sources = contexts_of(page.thread, old.skin, page.look).rows.sources(posts)
    bodies = any(view.body for view in posts)
    other.__dict__["context"] = msgspec.structs.replace(old, posts=posts, bodies=bodies, sources=sources)
    return other
