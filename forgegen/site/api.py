"""JSON endpoints of engines that have them: Discourse, Reddit, and Hacker News' items."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from markupsafe import escape

from forgegen.rendering.forum_views import pane_of
from forgegen.rendering.templating import lines
from forgegen.site.discourse_api import discourse
from forgegen.site.discourse_objects import views_of
from forgegen.site.exchange import Answer, Request, json_answer
from forgegen.site.forum import Forum
from forgegen.site.reddit_api import reddit

Api: TypeAlias = Callable[[Forum, Request], Answer | None]
"""JSON endpoints of an engine: the answer where a request asks for one of them, else None."""

_LISTED = 500  # stories in a list
_PAGES = 17  # front pages that have them
_CHANGED = 20  # items in the list of changes
_LOOKED_AT = 60  # stories in which somebody's items are looked for


def hacker_news(forum: Forum, request: Request) -> Answer | None:
    """Hacker News' items: stories and comments by number, lists of stories, people, and what came last."""
    for pattern, answer in _ROUTES:
        found = pattern.fullmatch(request.path)
        if found is not None:
            return json_answer(answer(forum, *found.groups()))
    return None


def _stories(forum: Forum, kind: str) -> list[int]:
    """A list of stories: the newest ones, or as the front page ranks them."""
    newest = forum.newest_of(range(_LISTED))
    if kind == "top":
        newest = [index for page in range(1, forum.front_pages() + 1)[:_PAGES] for index in forum.front(page)]
    elif kind == "best":
        newest = sorted(newest, key=lambda index: (forum.row(index).views, index), reverse=True)
    elif kind != "new":
        newest = [index for index in newest if forum.row(index).title.lower().startswith(f"{kind} hn")]
    return [forum.numbers.thread(index) for index in newest[:_LISTED]]


def _greatest(forum: Forum) -> int:
    """The number of the item that came last."""
    row = forum.row(forum.activity.thread(0, None))
    return row.last_pid or row.id


def _updates(forum: Forum) -> dict[str, Any]:
    """What changed lately: the latest items, and who wrote them."""
    rows = [forum.row(forum.activity.thread(place, None)) for place in range(min(forum.size, _CHANGED))]
    items = [row.last_pid or row.id for row in rows]
    return {"items": items, "profiles": sorted({row.last_author for row in rows if row.last_author})}


def _person(forum: Forum, name: str) -> dict[str, Any] | None:
    """Somebody by their name as it is written; null where nobody has it."""
    if forum.members.called(name) != name:
        return None
    pane, wrote = pane_of(name, forum.skin, "UTC", ""), list[int]()
    for index in forum.newest_of(range(_LOOKED_AT)):
        thread = forum.thread(index)
        wrote += [thread.id] if thread.article.byline == name else []
        wrote += [
            thread.number(n) for n, post in enumerate(thread.posts, 1) if post.author and post.author.name == name
        ]
    wrote.sort(reverse=True)
    return {"id": name, "created": pane.joined.instant, "karma": pane.points, "submitted": wrote}


def _item(forum: Forum, text: str) -> dict[str, Any] | None:
    number = int(text)
    index = forum.index_of(number)
    return _story(forum, index) if index is not None else _comment(forum, number)


_ROUTES: list[tuple[re.Pattern[str], Callable[..., Any]]] = [
    (re.compile(pattern), answer)
    for pattern, answer in (
        (r"/v0/item/(\d{1,22})\.json", _item),
        (r"/v0/user/([A-Za-z0-9_-]{1,60})\.json", _person),
        (r"/v0/(top|new|best|ask|show|job)stories\.json", _stories),
        (r"/v0/maxitem\.json", _greatest),
        (r"/v0/updates\.json", _updates),
    )
]


APIS: dict[str, Api] = {"discourse": discourse, "hackernews": hacker_news, "reddit": reddit}


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
    if view.odd is not None and view.odd.status == "deleted":
        return {
            "id": number, "type": "comment", "time": thread.posts[view.n - 1].time, "deleted": True,
            "parent": thread.number(parent) if parent else thread.id,
            "kids": [thread.number(other.n) for other in views.values() if other.parent_id == view.id],
        }  # fmt: skip
    return {
        "id": number, "type": "comment", "by": view.author, "time": thread.posts[view.n - 1].time,
        "text": str(lines(view.text)), "parent": thread.number(parent) if parent else thread.id,
        "kids": [thread.number(other.n) for other in views.values() if other.parent_id == view.id],
    }  # fmt: skip
