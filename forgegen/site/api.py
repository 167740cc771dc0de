"""JSON endpoints of engines that have them: Discourse, and Hacker News' items."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec
from markupsafe import escape

from forgegen.model.calendar import DAY, HOUR, civil_from_days
from forgegen.rendering.context import PageContext, build_contexts, slug_of
from forgegen.rendering.listing import ThreadRow
from forgegen.rendering.templating import lines
from forgegen.rendering.variables import PostView
from forgegen.rendering.views import topic_numbers
from forgegen.site.exchange import Answer, Request, plain_answer
from forgegen.site.forum import Forum

Api: TypeAlias = Callable[[Forum, Request], Answer | None]
"""JSON endpoints of an engine: the answer where a request asks for one of them, else None."""

FIRST_POSTS = 20
_MOST_ASKED = 200  # posts in one request
_CATEGORY = re.compile(r"/c/(?:[^/]+/)?(\d{1,18})(?:/l/latest)?\.json")
_TOPIC = re.compile(r"/t/(?:[^/]*[-/])?(\d{1,18})(/posts)?\.json")
_ITEM = re.compile(r"/v0/item/(\d{1,22})\.json")


def discourse(forum: Forum, request: Request) -> Answer | None:
    """Discourse's JSON: site, lists of a category, a topic with its first posts, posts asked for by number."""
    path = request.path
    parameters = re.split("[&]", request.query)
    if path == "/site.json":
        return _json({"categories": [_category(forum, b) for b in forum.seen]})
    if path == "/latest.json":
        return _latest(forum, None, _page(parameters))
    category = _CATEGORY.fullmatch(path)
    if category is not None:
        board = forum.board_of(int(category[1]))
        return _no_json() if board is None else _latest(forum, board, _page(parameters))
    topic = _TOPIC.fullmatch(path)
    if topic is not None:
        index = forum.index_of(int(topic[1]))
        if index is None:
            return _no_json()
        return _posts(forum, index, parameters) if topic[2] else _topic(forum, index)
    return _no_json() if path.endswith(".json") else None


def hacker_news(forum: Forum, request: Request) -> Answer | None:
    """Hacker News' items: stories and comments by number, and the newest stories."""
    if request.path in ("/v0/newstories.json", "/v0/topstories.json"):
        return _json([forum.numbers.thread(index) for index in forum.newest_of(range(500))])
    item = _ITEM.fullmatch(request.path)
    if item is None:
        return None
    number = int(item[1])
    index = forum.index_of(number)
    found = _story(forum, index) if index is not None else _comment(forum, number)
    return _json(found)


APIS: dict[str, Api] = {"discourse": discourse, "hackernews": hacker_news}


def _json(value: object) -> Answer:
    return Answer(200, (("Content-Type", "application/json; charset=utf-8"),), msgspec.json.encode(value))


def _no_json() -> Answer:
    body = b'{"errors":["The requested URL or resource could not be found."],"error_type":"not_found"}'
    return Answer(404, (("Content-Type", "application/json; charset=utf-8"),), body)


def _page(parameters: list[str]) -> int:
    """The page asked for, from 0."""
    text = next((p.removeprefix("page=") for p in parameters if p.startswith("page=")), "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _category(forum: Forum, board: int) -> dict[str, Any]:
    one = forum.boards[board]
    return {
        "id": one.id, "name": one.name, "slug": slug_of(one.latin or one.name), "topic_count": forum.threads_on(board),
        "description": None, "position": board, "read_restricted": False, "has_children": False,
    }  # fmt: skip


def _latest(forum: Forum, board: int | None, page: int) -> Answer:
    """A page of a category's topics, or of all."""
    per = forum.skin.threads_per_page
    if board is None:
        listed = forum.latest_of(range(page * per, (page + 1) * per))
        more = forum.size > (page + 1) * per
        path = "/latest"
    else:
        listed, more = forum.listed(board, page + 1), page + 1 < forum.board_pages(board)
        category = _category(forum, board)
        path = f"/c/{category['slug']}/{category['id']}/l/latest"
    topics: dict[str, Any] = {"per_page": per, "topics": [_listed(forum, i) for i in listed]}
    if more:
        topics["more_topics_url"] = f"{path}?page={page + 1}"
    return _json({"users": [], "primary_groups": [], "topic_list": topics})


def _listed(forum: Forum, index: int) -> dict[str, Any]:
    row = forum.row(index)
    return {
        **_head(row),
        "category_id": row.board.id,
        "pinned": row.sticky,
        "last_poster_username": row.last_author,
        "bumped_at": _iso(row.last),
    }


def _head(row: ThreadRow) -> dict[str, Any]:
    return {
        "id": row.id, "title": row.title, "fancy_title": str(escape(row.title)), "slug": topic_slug(row.title, row.id),
        "posts_count": row.replies + 1, "reply_count": row.replies, "highest_post_number": row.highest,
        "created_at": _iso(row.published), "last_posted_at": _iso(row.last), "views": row.views, "visible": True,
        "closed": row.locked, "archived": False,
    }  # fmt: skip


def topic_slug(title: str, number: int) -> str:
    """A topic's slug, which ends in its number, so that it names the topic alone."""
    return f"{slug_of(title)}-{number}"


def _views(forum: Forum, index: int) -> list[PostView]:
    contexts: list[PageContext] = build_contexts(forum.thread(index), forum.skin, forum.look)
    return [view for context in contexts for view in context.posts]


def stream_of(forum: Forum, index: int) -> list[int]:
    """The numbers of a topic's posts in the order in which clients ask for them."""
    thread = forum.thread(index)
    return [thread.number(view.n) for view in _views(forum, index)]


def _topic(forum: Forum, index: int) -> Answer:
    row, views = forum.row(index), _views(forum, index)
    posts = _post_objects(forum, index, views)
    stream = {"posts": posts[:FIRST_POSTS], "stream": stream_of(forum, index)}
    return _json({**_head(row), "category_id": row.board.id, "post_stream": stream, "chunk_size": FIRST_POSTS})


def _posts(forum: Forum, index: int, parameters: list[str]) -> Answer:
    asked = [
        value for name, _, value in (p.partition("=") for p in parameters) if name in ("post_ids[]", "post_ids%5B%5D")
    ]
    if len(asked) > _MOST_ASKED:
        return plain_answer(400, f"At most {_MOST_ASKED} posts can be asked for at once.")
    by_id = {str(post["id"]): post for post in _post_objects(forum, index, _views(forum, index))}
    posts = [by_id[number] for number in asked if number in by_id] if asked else list(by_id.values())[:FIRST_POSTS]
    return _json({"id": forum.thread(index).id, "post_stream": {"posts": posts}})


def _post_objects(forum: Forum, index: int, views: list[PostView]) -> list[dict[str, Any]]:
    thread = forum.thread(index)
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
                "avatar_template": f"/letter_avatar_proxy/v4/letter/{(view.author or '?')[:1].lower()}/{{size}}.png",
                "created_at": _iso(time), "updated_at": _iso(time), "cooked": cooked(view), "post_number": at[view.id],
                "post_type": 1, "reply_count": view.replies,
                "reply_to_post_number": at.get(view.parent_id) if view.parent_id else None,
                "quote_count": int(bool(view.forum and view.forum.quote)), "reads": 1 + view.n % 97,
                "topic_id": thread.id, "topic_slug": slug, "actions_summary": likes,
                "user_deleted": view.author is None, "hidden": False,
            }
        )  # fmt: skip
    return objects


def cooked(view: PostView) -> str:
    """A post's HTML: what it quotes in an aside, then a paragraph a line."""
    quote = view.forum.quote if view.forum else None
    text = "".join(f"<p>{escape(line)}</p>\n" for line in view.text.split("\n"))
    if quote is None:
        return text
    name, words = escape(quote.author or ""), "".join(f"<p>{escape(line)}</p>\n" for line in quote.text.split("\n"))
    head = f'<aside class="quote no-group" data-username="{name}" data-post="{quote.pid}">'
    return f'{head}\n<div class="title">{name}:</div>\n<blockquote>\n{words}</blockquote>\n</aside>\n{text}'


def _iso(instant: int | None) -> str | None:
    """An instant as JavaScript writes it."""
    if instant is None:
        return None
    y, mo, d = civil_from_days(instant // DAY)
    s = instant % DAY
    return f"{y:04d}-{mo:02d}-{d:02d}T{s // HOUR:02d}:{s // 60 % 60:02d}:{s % 60:02d}.000Z"


def _story(forum: Forum, index: int) -> dict[str, Any]:
    thread = forum.thread(index)
    article = thread.article
    return {
        "id": thread.id, "type": "story", "by": article.byline, "time": thread.published, "title": article.title,
        "text": "<p>".join(str(escape(p)) for p in article.paragraphs), "descendants": len(thread.posts),
        "score": 1 + sum(p.likes or 0 for p in thread.posts),
        "kids": [thread.number(v.n) for v in _views(forum, index) if v.n and v.depth == 1],
    }  # fmt: skip


def _comment(forum: Forum, number: int) -> dict[str, Any] | None:
    """A comment by its number; null where there is none, as the real endpoint answers."""
    found = forum.post_of(number)
    if found is None or found[1] == 0:
        return None
    index, n = found
    views = {view.n: view for view in _views(forum, index)}
    view, thread = views[n], forum.thread(index)
    by_id = {other.id: other.n for other in views.values()}
    parent = by_id.get(view.parent_id) if view.parent_id else None
    return {
        "id": number, "type": "comment", "by": view.author, "time": thread.posts[view.n - 1].time,
        "text": str(lines(view.text)), "parent": thread.number(parent) if parent else thread.id,
        "kids": [thread.number(other.n) for other in views.values() if other.parent_id == view.id],
    }  # fmt: skip
