"""JSON endpoints of engines that have them: Discourse, and Hacker News' items."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from markupsafe import escape

from forgegen.rendering.templating import lines
from forgegen.site.discourse_api import discourse
from forgegen.site.discourse_objects import views_of
from forgegen.site.exchange import Answer, Request, json_answer
from forgegen.site.forum import Forum

Api: TypeAlias = Callable[[Forum, Request], Answer | None]
"""JSON endpoints of an engine: the answer where a request asks for one of them, else None."""

_ITEM = re.compile(r"/v0/item/(\d{1,22})\.json")


def hacker_news(forum: Forum, request: Request) -> Answer | None:
    """Hacker News' items: stories and comments by number, and the newest stories."""
    if request.path in ("/v0/newstories.json", "/v0/topstories.json"):
        return json_answer([forum.numbers.thread(index) for index in forum.newest_of(range(500))])
    item = _ITEM.fullmatch(request.path)
    if item is None:
        return None
    number = int(item[1])
    index = forum.index_of(number)
    found = _story(forum, index) if index is not None else _comment(forum, number)
    return json_answer(found)


APIS: dict[str, Api] = {"discourse": discourse, "hackernews": hacker_news}


def _story(forum: Forum, index: int) -> dict[str, Any]:
    thread = forum.thread(index)
    article = thread.article
    return {
        "id": thread.id, "type": "story", "by": article.byline, "time": thread.published, "title": article.title,
        "text": "<p>".join(str(escape(p)) for p in article.paragraphs), "descendants": len(thread.posts),
        "score": 1 + sum(p.likes or 0 for p in thread.posts),
        "kids": [thread.number(v.n) for v in views_of(forum, index) if v.n and v.depth == 1],
    }  # fmt: skip


def _comment(forum: Forum, number: int) -> dict[str, Any] | None:
    """A comment by its number; null where there is none, as the real endpoint answers."""
    found = forum.post_of(number)
    if found is None or found[1] == 0:
        return None
    index, n = found
    views = {view.n: view for view in views_of(forum, index)}
    view, thread = views[n], forum.thread(index)
    by_id = {other.id: other.n for other in views.values()}
    parent = by_id.get(view.parent_id) if view.parent_id else None
    return {
        "id": number, "type": "comment", "by": view.author, "time": thread.posts[view.n - 1].time,
        "text": str(lines(view.text)), "parent": thread.number(parent) if parent else thread.id,
        "kids": [thread.number(other.n) for other in views.values() if other.parent_id == view.id],
    }  # fmt: skip
