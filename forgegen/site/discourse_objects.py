"""What Discourse's JSON says of categories, topics, posts and people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from markupsafe import escape

from forgegen.model.bodies import Block
from forgegen.model.calendar import DAY, HOUR, civil_from_days
from forgegen.rendering.context import PageContext, build_contexts, slug_of
from forgegen.rendering.listing import ThreadRow
from forgegen.rendering.templating import SkinEnvironment, environment
from forgegen.rendering.variables import PostView
from forgegen.rendering.views import topic_numbers, user_number
from forgegen.site.forum import Forum


def category_object(forum: Forum, board: int) -> dict[str, Any]:
    """A category, by its place among the boards."""
    one = forum.boards[board]
    return {
        "id": one.id, "name": one.name, "slug": slug_of(one.latin or one.name), "topic_count": forum.threads_on(board),
        "description": None, "position": board, "read_restricted": False, "has_children": False,
    }  # fmt: skip


def topic_object(forum: Forum, index: int) -> dict[str, Any]:
    """A topic as lists have it."""
    row = forum.row(index)
    return {
        **topic_head(row),
        "category_id": row.board.id,
        "pinned": row.sticky,
        "last_poster_username": row.last_author,
        "bumped_at": iso_millis(row.last),
    }


def topic_head(row: ThreadRow) -> dict[str, Any]:
    """What lists and a topic itself say of it."""
    return {
        "id": row.id, "title": row.title, "fancy_title": str(escape(row.title)), "slug": topic_slug(row.title, row.id),
        "posts_count": row.replies + 1, "reply_count": row.replies, "highest_post_number": row.highest,
        "created_at": iso_millis(row.published), "last_posted_at": iso_millis(row.last), "views": row.views,
        "visible": True,
        "closed": row.locked, "archived": False,
    }  # fmt: skip


def topic_slug(title: str, number: int) -> str:
    """A topic's slug, which ends in its number, so that it names the topic alone."""
    return f"{slug_of(title)}-{number}"


def views_of(forum: Forum, index: int) -> list[PostView]:
    """The posts of a topic as its pages show them."""
    contexts: list[PageContext] = build_contexts(forum.thread(index), forum.skin, forum.look)
    return [view for context in contexts for view in context.posts]


def stream_of(forum: Forum, index: int) -> list[int]:
    """The numbers of a topic's posts in the order in which clients ask for them."""
    thread = forum.thread(index)
    return [thread.number(view.n) for view in views_of(forum, index)]


def post_objects(forum: Forum, index: int, views: list[PostView]) -> list[dict[str, Any]]:
    """Posts of a topic."""
    thread = forum.thread(index)
    cook = _cook(forum, index) if any(view.body for view in views) else None
    slug = topic_slug(thread.article.title, thread.id)
    numbers = [1, *topic_numbers(thread)]
    at = {view.id: numbers[view.n] for view in views}
    objects = []
    for view in views:
        time = thread.published if view.n == 0 else thread.posts[view.n - 1].time
        likes = [{"id": 2, "count": view.likes}] if view.likes else []
        objects.append(
            {
                "id": thread.number(view.n), "name": view.author, "username": view.author,
                "avatar_template": _picture(view.author),
                "created_at": iso_millis(time), "updated_at": iso_millis(time), "cooked": cooked(view, cook),
                "post_number": at[view.id],
                "post_type": 1, "reply_count": view.replies,
                "reply_to_post_number": at.get(view.parent_id) if view.parent_id else None,
                "quote_count": int(bool(view.forum and view.forum.quote)), "reads": 1 + view.n % 97,
                "topic_id": thread.id, "topic_slug": slug, "actions_summary": likes,
                "user_deleted": view.author is None, "hidden": False,
            }
        )  # fmt: skip
    return objects


def _cook(forum: Forum, index: int) -> Callable[[Sequence[Block]], object]:
    """What makes HTML of the bodies of a topic's posts, as its pages have it."""
    contexts = build_contexts(forum.thread(index), forum.skin, forum.look)
    first = contexts[0]
    sources = {anchor: source for context in contexts for anchor, source in context.sources.items()}
    known = {"skin": first.skin, "thread": first.thread, "host": first.host, "ui": first.ui, "sources": sources}
    macros: Any = cast(SkinEnvironment, environment(())).stock.get_template("discourse/_body.html").make_module(known)
    cook: Callable[[Sequence[Block]], object] = macros.blocks
    return cook


def cooked(view: PostView, cook: Callable[[Sequence[Block]], object] | None = None) -> str:
    """A post's HTML: what it quotes in an aside, then a paragraph a line; ``cook`` makes that of a body."""
    if cook is not None and view.body:
        return "\n".join(str(cook((block,))) for block in view.body)
    quote = view.forum.quote if view.forum else None
    text = "".join(f"<p>{escape(line)}</p>\n" for line in view.text.split("\n"))
    if quote is None:
        return text
    name, words = escape(quote.author or ""), "".join(f"<p>{escape(line)}</p>\n" for line in quote.text.split("\n"))
    head = f'<aside class="quote no-group" data-username="{name}" data-post="{quote.pid}">'
    return f'{head}\n<div class="title">{name}:</div>\n<blockquote>\n{words}</blockquote>\n</aside>\n{text}'


def iso_millis(instant: int | None) -> str | None:
    """An instant as JavaScript writes it."""
    if instant is None:
        return None
    y, mo, d = civil_from_days(instant // DAY)
    s = instant % DAY
    return f"{y:04d}-{mo:02d}-{d:02d}T{s // HOUR:02d}:{s // 60 % 60:02d}:{s % 60:02d}.000Z"


def user_object(name: str) -> dict[str, Any]:
    """What the JSON says of a member."""
    return {
        "id": user_number(name), "username": name, "name": name, "avatar_template": _picture(name), "trust_level": 1,
        "moderator": False, "admin": False, "title": None,
    }  # fmt: skip


def _picture(name: str | None) -> str:
    return f"/letter_avatar_proxy/v4/letter/{(name or '?')[:1].lower()}/{{size}}.png"


def raw_text(view: PostView) -> str:
    """A post as it was typed: what it quotes in brackets, then its text."""
    quote = view.forum.quote if view.forum else None
    if quote is None:
        return view.text
    return f'[quote="{quote.author or ""}, post:{quote.pid}"]\n{quote.text}\n[/quote]\n\n{view.text}'
