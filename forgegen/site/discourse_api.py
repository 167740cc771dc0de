"""Discourse's JSON: site, categories, lists of topics, topics and posts, people, a search.

Lists that the engine ranks over all that it stores are taken of the latest topics, so that their cost does not grow
with the forum: ``top`` and ``hot``, the search, and the topics of a member.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import unquote_plus

from forgegen.site.discourse_objects import (
    category_object,
    post_objects,
    raw_text,
    topic_head,
    topic_object,
    user_object,
    views_of,
)
from forgegen.site.exchange import Answer, Request, json_answer, plain_answer
from forgegen.site.forum import Forum

FIRST_POSTS = 20
_MOST_ASKED = 200  # posts in one request
_LATEST = 200  # topics of which lists are made that the engine makes of all
_FOUND = 50  # results of a search


def discourse(forum: Forum, request: Request) -> Answer | None:
    """The answer where a request asks for JSON, or for a raw post; None for every other request."""
    for pattern, answer in _ROUTES:
        found = pattern.fullmatch(request.path)
        if found is not None:
            return answer(forum, Query(request.query), *found.groups())
    return no_json() if request.path.endswith(".json") else None


class Query:
    """The parameters of a request, in their order."""

    def __init__(self, text: str) -> None:
        parts = (part.partition("=") for part in text.split("&"))
        self.pairs = [(unquote_plus(name), unquote_plus(value)) for name, _, value in parts]

    def text(self, name: str) -> str:
        """The first value of a parameter; empty without it."""
        return next((value for key, value in self.pairs if key == name), "")

    @property
    def page(self) -> int:
        """The page asked for, from 0."""
        text = self.text("page")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def no_json() -> Answer:
    """The answer where nothing is."""
    errors = ["The requested URL or resource could not be found."]
    return json_answer({"errors": errors, "error_type": "not_found"}, 404)


def _closed(forum: Forum, query: Query) -> Answer:
    errors = ["You need to be logged in to do that."]
    return json_answer({"errors": errors, "error_type": "not_logged_in"}, 403)


def _site(forum: Forum, query: Query) -> Answer:
    return json_answer({"categories": [category_object(forum, b) for b in forum.seen]})


def _categories(forum: Forum, query: Query) -> Answer:
    categories = [category_object(forum, b) for b in forum.seen]
    return json_answer(
        {"category_list": {"can_create_category": False, "can_create_topic": False, "categories": categories}}
    )


def _category(forum: Forum, query: Query, number: str) -> Answer:
    board = forum.board_of(int(number))
    return no_json() if board is None else json_answer({"category": category_object(forum, board)})


def _about(forum: Forum, query: Query) -> Answer:
    rows = [forum.board_row(board) for board in forum.seen]
    stats = {"topics_count": sum(row.threads for row in rows), "posts_count": sum(row.posts for row in rows)}
    return json_answer(
        {"about": {"stats": stats, "locale": forum.locale.partition("-")[0], "admins": [], "moderators": []}}
    )


def _list(forum: Forum, indexes: Iterable[int], more: str = "") -> Answer:
    topics: dict[str, Any] = {"per_page": forum.skin.threads_per_page}
    if more:
        topics["more_topics_url"] = more
    topics["topics"] = [topic_object(forum, index) for index in indexes]
    return json_answer({"users": [], "primary_groups": [], "topic_list": topics})


def _latest(forum: Forum, query: Query) -> Answer:
    per, page = forum.skin.threads_per_page, query.page
    more = f"/latest?page={page + 1}" if forum.size > (page + 1) * per else ""
    return _list(forum, forum.latest_of(range(page * per, (page + 1) * per)), more)


def _latest_in(forum: Forum, query: Query, number: str) -> Answer:
    board, page = forum.board_of(int(number)), query.page
    if board is None:
        return no_json()
    one = category_object(forum, board)
    more = f"/c/{one['slug']}/{one['id']}/l/latest?page={page + 1}" if page + 1 < forum.board_pages(board) else ""
    return _list(forum, forum.listed(board, page + 1), more)


def _top(forum: Forum, query: Query, by: Callable[[Forum, int], int]) -> Answer:
    latest = forum.latest_of(range(_LATEST))
    ranked = sorted(latest, key=lambda index: (-by(forum, index), index))
    return _list(forum, ranked[: forum.skin.threads_per_page])


def _views(forum: Forum, index: int) -> int:
    return forum.row(index).views or 0


def _replies(forum: Forum, index: int) -> int:
    return forum.row(index).replies


def _topic(forum: Forum, query: Query, number: str, batch: str | None) -> Answer:
    index = forum.index_of(int(number))
    if index is None:
        return no_json()
    return _batch(forum, query, index) if batch else _whole(forum, index)


def _whole(forum: Forum, index: int, near: int = 1) -> Answer:
    """A topic with its first posts, or those around one of them, by its number in the topic."""
    posts, row = post_objects(forum, index, views_of(forum, index)), forum.row(index)
    at = next((n for n, one in enumerate(posts) if one["post_number"] >= near), len(posts) - 1)
    first = max(0, min(at - FIRST_POSTS // 2, len(posts) - FIRST_POSTS))
    stream = {"posts": posts[first : first + FIRST_POSTS], "stream": [post["id"] for post in posts]}
    return json_answer(
        {**topic_head(row), "category_id": row.board.id, "post_stream": stream, "chunk_size": FIRST_POSTS}
    )


def _batch(forum: Forum, query: Query, index: int) -> Answer:
    asked = [value for name, value in query.pairs if name == "post_ids[]"]
    if len(asked) > _MOST_ASKED:
        return plain_answer(400, f"At most {_MOST_ASKED} posts can be asked for at once.")
    by_id = {str(post["id"]): post for post in post_objects(forum, index, views_of(forum, index))}
    posts = [by_id[number] for number in asked if number in by_id] if asked else list(by_id.values())[:FIRST_POSTS]
    return json_answer({"id": forum.thread(index).id, "post_stream": {"posts": posts}})


def _near(forum: Forum, query: Query, number: str, post: str) -> Answer:
    index = forum.index_of(int(number))
    return no_json() if index is None else _whole(forum, index, int(post))


def _post(forum: Forum, query: Query, number: str) -> Answer:
    """A post by its number, with its text as it was typed."""
    found = forum.post_of(int(number))
    if found is None:
        return no_json()
    return _alone(forum, found[0], "id", int(number))


def _by_number(forum: Forum, query: Query, number: str, post: str) -> Answer:
    index = forum.index_of(int(number))
    return no_json() if index is None else _alone(forum, index, "post_number", int(post))


def _alone(forum: Forum, index: int, key: str, value: int) -> Answer:
    views = views_of(forum, index)
    for view, post in zip(views, post_objects(forum, index, views), strict=True):
        if post[key] == value:
            return json_answer({**post, "raw": raw_text(view)})
    return no_json()


def _raw(forum: Forum, query: Query, number: str, post: str | None) -> Answer:
    index = forum.index_of(int(number))
    if index is None:
        return no_json()
    views = views_of(forum, index)
    for view, one in zip(views, post_objects(forum, index, views), strict=True):
        if one["post_number"] == int(post or 1):
            return Answer(200, (("Content-Type", "text/plain; charset=utf-8"),), raw_text(view).encode())
    return no_json()


def _latest_posts(forum: Forum, query: Query) -> Answer:
    """The newest posts: all of them stand in as many of the topics that were active last."""
    posts = [
        {**post, "topic_title": forum.row(index).title, "category_id": forum.row(index).board.id}
        for index in forum.latest_of(range(FIRST_POSTS))
        for post in post_objects(forum, index, views_of(forum, index))
    ]
    newest = sorted(posts, key=lambda post: (post["created_at"] or "", post["id"]), reverse=True)
    return json_answer({"latest_posts": newest[:FIRST_POSTS]})


def _user(forum: Forum, query: Query, name: str) -> Answer:
    known = forum.members.called(name)
    return no_json() if known is None else json_answer({"user_badges": [], "user": user_object(known)})


def _topics_by(forum: Forum, query: Query, name: str) -> Answer:
    known = forum.members.called(name)
    if known is None:
        return no_json()
    return _list(forum, [index for index in forum.latest_of(range(_LATEST)) if forum.row(index).author == known])


def _actions(forum: Forum, query: Query) -> Answer:
    """The topics that somebody began."""
    name = forum.members.called(query.text("username"))
    if name is None:
        return no_json()
    rows = [forum.row(index) for index in forum.latest_of(range(_LATEST))]
    wanted = [row for row in rows if row.author == name] if "4" in query.text("filter").split(",") else []
    return json_answer(
        {
            "user_actions": [
                {"action_type": 4, "username": name, "acting_username": name, "topic_id": row.id, "post_number": 1,
                 "title": row.title, "slug": topic_head(row)["slug"], "created_at": topic_head(row)["created_at"]}
                for row in wanted
            ]
        }
    )  # fmt: skip


def _search(forum: Forum, query: Query) -> Answer:
    """The latest topics whose titles have all words asked for."""
    words = (query.text("q") or query.text("term")).casefold().split()
    rows = [(index, forum.row(index).title.casefold()) for index in forum.latest_of(range(_LATEST))]
    found = [index for index, title in rows if words and all(word in title for word in words)][:_FOUND]
    posts = [post_objects(forum, index, views_of(forum, index)[:1])[0] for index in found]
    result = {"term": " ".join(words), "post_ids": [post["id"] for post in posts], "more_posts": None}
    topics = [topic_object(forum, index) for index in found]
    return json_answer(
        {"posts": posts, "topics": topics, "users": [], "categories": [], "grouped_search_result": result}
    )


_N = r"(\d{1,18})"
_Route = Callable[..., Answer]
_ROUTES: list[tuple[re.Pattern[str], _Route]] = [
    (re.compile(pattern), answer)
    for pattern, answer in (
        (r"/site\.json", _site),
        (r"/about\.json", _about),
        (r"/categories\.json", _categories),
        (rf"/c/{_N}/show\.json", _category),
        (r"/latest\.json", _latest),
        (r"/top(?:/\w+)?\.json", partial(_top, by=_views)),
        (r"/hot\.json", partial(_top, by=_replies)),
        (r"/(?:new|unread)\.json", _closed),
        (rf"/c/(?:[^/]+/)?{_N}(?:/l/latest)?\.json", _latest_in),
        (rf"/t/{_N}/{_N}\.json", _near),
        (rf"/t/(?:[^/]*[-/])?{_N}(/posts)?\.json", _topic),
        (r"/posts\.json", _latest_posts),
        (rf"/posts/{_N}\.json", _post),
        (rf"/posts/by_number/{_N}/{_N}(?:\.json)?", _by_number),
        (rf"/raw/{_N}(?:/{_N})?", _raw),
        (r"/(?:u|users)/([^/]+)\.json", _user),
        (r"/topics/created-by/([^/]+)\.json", _topics_by),
        (r"/user_actions\.json", _actions),
        (r"/search(?:/query)?\.json", _search),
    )
]
