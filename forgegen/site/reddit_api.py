"""Reddit's JSON: lists of links, a link with its comments, the comments that a list leaves out, people, subreddits.

A page's address with ``.json`` behind it has what the page shows. Lists of links are in the order of arrival; those
that the engine ranks over all that it stores show the same. What somebody wrote is taken of the latest links.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

from forgegen.site.exchange import Answer, Request, json_answer
from forgegen.site.forum import Forum
from forgegen.site.reddit_objects import Comments, Cut, account, link, listing, sent, subreddit, thing

LINKS, _MOST = 25, 100
"""Links in a list, unless more are asked for, and the most."""
_COMMENTS = 200  # comments with a link, unless more are asked for
_MOST_COMMENTS = 500
_ASKED = 100  # comments of one request for more
_LOOKED_AT = 60  # links in which somebody's are looked for


def reddit(forum: Forum, request: Request) -> Answer | None:
    """The answer where a request asks for JSON; None for every other request."""
    path = re.sub(r"/?\.json$", "", request.path)
    if path == request.path and not _MORE.fullmatch(path):
        return None
    asked = Asked(request)
    for pattern, answer in _ROUTES:
        found = pattern.fullmatch(path)
        value = None if found is None else answer(forum, asked, *found.groups())
        if value is not None:
            return json_answer(sent(value, f"http://{request.host}", raw=asked.text("raw_json") == "1"))
    return json_answer({"message": "Not Found", "error": 404}, 404)


class Asked:
    """The parameters of a request, of its query and of its form."""

    def __init__(self, request: Request) -> None:
        self._query = parse_qs(request.query)
        self._form = request.form() if request.method == "POST" else {}

    def text(self, name: str) -> str:
        """The value of a parameter; empty without it."""
        return self._form.get(name) or self._query.get(name, [""])[0]

    def number(self, name: str, usual: int, most: int) -> int:
        """A parameter as a number from 1 on."""
        text = self.text(name)
        return min(most, max(1, int(text))) if text.isascii() and text.isdigit() and len(text) < 10 else usual


def _number(name: str) -> int:
    """The number of a thing by its name, with its kind or without."""
    text = name.rpartition("_")[2].lower()
    return int(text, 36) if re.fullmatch("[0-9a-z]{1,13}", text) else -1


def _links(forum: Forum, asked: Asked, label: str | None = None) -> dict[str, Any] | None:
    """The links of a subreddit or of all, the newest first, from behind one of them on or up to one."""
    board = None if label is None or label.lower() in ("all", "popular") else forum.labelled(label)
    if board is None and label is not None and label.lower() not in ("all", "popular"):
        return None
    limit, count = asked.number("limit", LINKS, _MOST), forum.threads_on(board) if board is not None else forum.size
    first = 0
    if asked.text("after") and (rank := _rank(forum, asked.text("after"), board)) is not None:
        first = rank + 1
    elif asked.text("before") and (rank := _rank(forum, asked.text("before"), board)) is not None:
        first, limit = max(0, rank - limit), min(limit, rank)
    found = [forum.newest(rank, board) for rank in range(first, min(first + limit, count))]
    things = [link(forum, index) for index in found if forum.is_seen(index)]
    names = [one["data"]["name"] for one in things]
    after = names[-1] if names and first + limit < count else None
    return listing(things, after, names[0] if names and first else None)


def _rank(forum: Forum, name: str, board: int | None) -> int | None:
    """How many links of a list are newer than one of them."""
    index = forum.index_of(_number(name))
    return None if index is None else forum.rank_of(index, board)


def _comments(forum: Forum, asked: Asked, name: str, only: str | None = None) -> list[Any] | None:
    """A link and its comments, or one of them with its replies."""
    index = forum.index_of(_number(name))
    if index is None:
        return None
    comments = Comments(forum, index)
    one = comments.named(only.lower()) if only else None
    if only and one is None:
        return None
    views = comments.views if one is None else comments.under(one)
    limit = asked.number("limit", _COMMENTS, _MOST_COMMENTS)
    depth = asked.number("depth", 0, 99)
    cut = Cut(frozenset(view.id for view in views[:limit]), depth + (one.depth - 1 if one and depth else 0))
    roots = comments.below.get(None, []) if one is None else [one]
    return [listing([link(forum, index)]), listing(comments.tree(roots, cut))]


def _more(forum: Forum, asked: Asked) -> dict[str, Any] | None:
    """The comments asked for by their ids, each followed by all that is below it."""
    index = forum.index_of(_number(asked.text("link_id")))
    if index is None:
        return None
    comments, things, seen = Comments(forum, index), list[Any](), set[str]()
    for name in asked.text("children").split(",")[:_ASKED]:
        view = comments.named(name.strip().lower())
        for one in comments.under(view) if view is not None and view.id not in seen else ():
            seen.add(one.id)
            things.append(comments.comment(one))
    return {"json": {"errors": [], "data": {"things": things}}}


def _info(forum: Forum, asked: Asked) -> dict[str, Any]:
    """Links, comments and subreddits by their names."""
    things = []
    for name in asked.text("id").split(",")[:_ASKED]:
        number = _number(name)
        if name.startswith("t3_") and (index := forum.index_of(number)) is not None:
            things.append(link(forum, index))
        elif name.startswith("t1_") and (found := forum.post_of(number)) is not None and found[1]:
            comments = Comments(forum, found[0])
            things += [comments.comment(view) for view in comments.views if view.n == found[1]]
        elif name.startswith("t5_") and (board := forum.board_of(number)) is not None:
            things.append(subreddit(forum, board))
    return listing(things)


def _about(forum: Forum, asked: Asked, label: str) -> dict[str, Any] | None:
    board = forum.labelled(label)
    return None if board is None else subreddit(forum, board)


def _subreddits(forum: Forum, asked: Asked) -> dict[str, Any]:
    return listing([subreddit(forum, board) for board in forum.seen])


def _user(forum: Forum, asked: Asked, name: str, part: str | None) -> dict[str, Any] | None:
    """Somebody, or what they wrote, the latest first."""
    known = forum.members.called(name)
    if known is None:
        return None
    if part == "about":
        return account(forum, known)
    wrote = [one for one in _written(forum, known) if part in (None, "overview") or one["kind"] == _PARTS[part]]
    wrote.sort(key=lambda one: (one["data"]["created_utc"], one["data"]["name"]), reverse=True)
    return listing(wrote[: asked.number("limit", LINKS, _MOST)])


_PARTS = {"submitted": "t3", "comments": "t1"}


def _written(forum: Forum, name: str) -> Iterator[dict[str, Any]]:
    for index in forum.newest_of(range(_LOOKED_AT)):
        if forum.row(index).author == name:
            yield link(forum, index)
        if any(post.author is not None and post.author.name == name for post in forum.thread(index).posts):
            comments = Comments(forum, index)
            yield from (comments.comment(view) for view in comments.views if view.author == name)


def _me(forum: Forum, asked: Asked) -> dict[str, Any]:
    return thing("t2", {"features": {}}) if asked.text("raw_json") else {}


_MORE = re.compile("/api/(?:morechildren|info)")
_SORT = "(?:/(?:hot|new|top|rising|controversial|best))?"
_ROUTES: list[tuple[re.Pattern[str], Callable[..., Any]]] = [
    (re.compile(pattern), answer)
    for pattern, answer in (
        (_SORT, _links),
        ("/r/([A-Za-z0-9_]{1,21})" + _SORT, _links),
        ("/r/([A-Za-z0-9_]{1,21})/about", _about),
        ("(?:/r/[A-Za-z0-9_]{1,21})?/comments/([0-9a-zA-Z]{1,13})(?:/[^/]*(?:/([0-9a-zA-Z]{1,13}))?)?", _comments),
        ("/api/morechildren", _more),
        ("(?:/r/[A-Za-z0-9_]{1,21})?/api/info", _info),
        ("/(?:subreddits|reddits)(?:/(?:popular|new|default))?", _subreddits),
        ("/user/([A-Za-z0-9_-]{1,60})(?:/(about|overview|submitted|comments))?", _user),
        ("/api/me", _me),
    )
]
