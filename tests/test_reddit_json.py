"""Reddit's JSON as its readers without a key use it: lists by ``after``, comments, and what lists leave out."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from msgspec import UnsetType

from forgegen.model.post_numbers import base36
from forgegen.rendering.context import label_of
from tests.crawled import own_text, says, truths
from tests.sites import HOST, client_of, small_site

THREADS = 60


def get(client: httpx.Client, path: str, **params: Any) -> Any:
    """What is answered at a page's address with ``.json`` behind it."""
    answer = client.get(f"{path}.json", params=params)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
    return answer.json()


def links_of(client: httpx.Client, path: str, limit: int) -> Iterator[dict[str, Any]]:
    """All links of a list, page by page."""
    after: str | None = ""
    while after is not None:
        found = get(client, path, limit=limit, raw_json=1, **({"after": after} if after else {}))["data"]
        assert len(found["children"]) <= limit
        yield from (one["data"] for one in found["children"])
        after = found["after"]


def comments_of(client: httpx.Client, link: dict[str, Any], limit: int) -> dict[str, dict[str, Any]]:
    """All comments of a link by their names: those sent with it, and those that ``more`` stands for."""
    (about, listed) = get(client, link["permalink"], limit=limit, raw_json=1)
    assert about["data"]["children"][0]["data"] == link
    found: dict[str, dict[str, Any]] = {}
    waiting = list(listed["data"]["children"])
    while waiting:
        one = waiting.pop()
        if one["kind"] == "more":
            asked = {"link_id": link["name"], "children": ",".join(one["data"]["children"]), "api_type": "json"}
            answer = client.post("/api/morechildren", data={**asked, "raw_json": "1"}).json()
            assert answer["json"]["errors"] == []
            things = answer["json"]["data"]["things"]
            assert len(things) == one["data"]["count"]
            waiting += things
            continue
        data = one["data"]
        assert data["name"] not in found
        found[data["name"]] = data
        waiting += data["replies"]["data"]["children"] if data["replies"] else []
    return found


def test_every_link_and_comment_is_read_with_the_words_of_its_page() -> None:
    """By lists of any length and by any share of comments, each comment comes once: author, time, score, words, and
    what it answers are the page's; a subreddit's links are those of its board."""
    site = small_site("oldreddit", threads=THREADS)
    with client_of(site) as client:
        links = list(links_of(client, "/new", 17))
        assert [link["id"] for link in links] == [
            base36(site.forum.numbers.thread(i)) for i in reversed(range(THREADS))
        ]
        for at, board in enumerate(site.forum.boards):
            label = label_of(board)
            mine = [link["id"] for link in links_of(client, f"/r/{label}", 100)]
            assert mine == [link["id"] for link in links if link["subreddit"] == label]
            assert len(mine) == site.forum.threads_on(at)
        for index, truth in truths(site, HOST):
            link = links[THREADS - 1 - index]
            assert (link["title"], link["author"]) == (truth.title, truth.author or "[deleted]")
            assert link["url"] == HOST + link["permalink"]
            read = comments_of(client, link, 1 + index % 9)
            assert set(read) == {post.id.removeprefix("thing_") for post in truth.posts if post.id}
            for post in truth.posts:
                _check(read[(post.id or "").removeprefix("thing_")], post, link)


def _check(read: dict[str, Any], post: Any, link: dict[str, Any]) -> None:
    parent = link["name"] if post.parent is None else post.parent.removeprefix("thing_")
    assert (read["parent_id"], read["link_id"]) == (parent, link["name"])
    if not isinstance(post.likes, UnsetType) and post.likes is not None:
        assert read["score"] == post.likes
    if post.status == "deleted":
        assert (read["author"], read["body"]) == ("[deleted]", "[removed]")
        return
    assert read["author"] == post.author
    assert says(own_text(read["body_html"]), post)
    assert says(own_text(html.escape("\n".join(x for x in read["body"].split("\n") if not x.startswith("> ")))), post)


def test_texts_are_escaped_unless_they_are_wanted_raw() -> None:
    """The HTML of a comment comes escaped, and as it is with ``raw_json=1``."""
    site = small_site("oldreddit")
    with client_of(site) as client:
        link = next(one for one in links_of(client, "/r/all", 25) if one["num_comments"])
        raw, usual = (get(client, link["permalink"], **more)[1] for more in ({"raw_json": 1}, {}))
        one, other = (found["data"]["children"][0]["data"] for found in (raw, usual))
        assert one["body_html"].startswith('<!-- SC_OFF --><div class="md"><p>')
        assert html.unescape(other["body_html"]) == one["body_html"] != other["body_html"]


def test_one_comment_stands_alone_with_its_replies() -> None:
    """Its address shows the page with it, and with ``.json`` it and what is below it; ``info`` finds it by its name."""
    site = small_site("oldreddit", threads=THREADS)
    with client_of(site) as client:
        found = ((link, one) for link in links_of(client, "", 100) for one in comments_of(client, link, 500).values())
        link, one = next((link, one) for link, one in found if one["replies"])
        assert client.get(one["permalink"]).status_code == 200
        (alone,) = get(client, one["permalink"], raw_json=1)[1]["data"]["children"]
        assert alone["data"] == one
        names = [
            thing["data"]["name"]
            for thing in get(client, "/api/info", id=f"{one['name']},{link['name']}")["data"]["children"]
        ]
        assert names == [one["name"], link["name"]]


@pytest.mark.parametrize(
    "path", ["/r/nowhere", "/comments/zzz", "/user/nobody-here/about", "/r/nowhere/about", "/wiki/index"]
)
def test_what_is_not_there_is_missing_in_json(path: str) -> None:
    """The answer is the engine's: 404 with its number and words."""
    with client_of(small_site("oldreddit")) as client:
        answer = client.get(f"{path}.json")
        assert (answer.status_code, answer.json()) == (404, {"message": "Not Found", "error": 404})


def test_people_and_subreddits_are_told_of() -> None:
    """Somebody's links and comments are found under their name; each board is a subreddit."""
    site = small_site("oldreddit", threads=THREADS)
    with client_of(site) as client:
        link = next(links_of(client, "", 5))
        about = get(client, f"/user/{link['author']}/about")["data"]
        assert (about["name"], f"t2_{about['id']}") == (link["author"], link["author_fullname"])
        wrote = get(client, f"/user/{link['author']}/submitted", limit=100)["data"]["children"]
        assert link["id"] in [one["data"]["id"] for one in wrote]
        assert {one["data"]["author"] for one in wrote} == {link["author"]}
        boards = [one["data"] for one in get(client, "/subreddits")["data"]["children"]]
        assert [board["title"] for board in boards] == [board.name for board in site.forum.boards]
        assert all(client.get(board["url"]).status_code == 200 for board in boards)


def test_a_page_of_links_goes_on_behind_the_one_that_is_named() -> None:
    """``after`` alone leads to the same page as the link to the next one, on the front page and on a board."""
    site = small_site("oldreddit", threads=120)
    with client_of(site) as client:
        for begin in ("/", f"/r/{label_of(site.forum.boards[0])}/"):
            newest = [link["name"] for link in links_of(client, begin.rstrip("/"), 25)]
            page = client.get(begin, params={"count": 25, "after": newest[24]})
            assert client.get(begin, params={"after": newest[24]}).content == page.content
            assert all(f'data-fullname="{name}"' in page.text for name in newest[25:50])
