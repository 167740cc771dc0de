"""Discourse's JSON says of categories, topics, posts and people what the forum has, whichever way it is asked for."""

from __future__ import annotations

from functools import cache
from typing import Any

import httpx
import pytest

from forgegen.reading.extraction import Extraction
from forgegen.rendering.context import build_contexts
from forgegen.rendering.truth_builder import truth_of
from forgegen.site.site import SiteContent
from forgegen.skins import dom
from tests.sites import client_of, small_site


@cache
def site() -> SiteContent:
    """A forum of three categories and forty topics."""
    return small_site("discourse", boards=3, threads=40)


def client() -> httpx.Client:
    """Asks for it."""
    return client_of(site())


def got(path: str) -> Any:
    """What an address answers, which is JSON."""
    answer = client().get(path)
    assert answer.status_code == 200, (path, answer.text)
    return answer.json()


def posts_of(number: int) -> list[dict[str, Any]]:
    """All posts of a topic, as a client gets them: the first, then the others in batches."""
    topic = got(f"/t/{number}.json")
    stream = topic["post_stream"]["stream"]
    first: list[dict[str, Any]] = topic["post_stream"]["posts"]
    rest = [str(one) for one in stream[len(first) :]]
    for at in range(0, len(rest), 20):
        asked = "&".join(f"post_ids[]={one}" for one in rest[at : at + 20])
        first += got(f"/t/{number}/posts.json?{asked}")["post_stream"]["posts"]
    assert [post["id"] for post in first] == stream
    return first


def topics() -> list[dict[str, Any]]:
    """All topics, by the pages of the latest."""
    found: list[dict[str, Any]] = []
    url = "/latest.json"
    while url:
        lists = got(url)["topic_list"]
        found += lists["topics"]
        more = lists.get("more_topics_url", "")
        url = more.replace("/latest?", "/latest.json?")
    return found


def test_categories_are_the_same_everywhere() -> None:
    """In the list, the site and alone; their topics are all topics, each once."""
    listed = got("/categories.json")["category_list"]["categories"]
    assert listed == got("/site.json")["categories"]
    assert [got(f"/c/{one['id']}/show.json")["category"] for one in listed] == listed
    by_category = [
        topic["id"] for one in listed for topic in got(f"/c/{one['slug']}/{one['id']}.json")["topic_list"]["topics"]
    ]
    assert sorted(by_category) == sorted(topic["id"] for topic in topics())
    about = got("/about.json")["about"]["stats"]
    assert about["topics_count"] == sum(one["topic_count"] for one in listed) == len(topics())


def test_a_post_is_the_same_however_it_is_asked_for() -> None:
    """By its number, by its place in the topic, raw, and among those around it."""
    for topic in topics()[:6]:
        for post in posts_of(topic["id"])[:30:7]:
            number, place = post["id"], post["post_number"]
            alone = got(f"/posts/{number}.json")
            assert {**alone, "raw": None} == {**post, "raw": None}
            assert alone == got(f"/posts/by_number/{topic['id']}/{place}")
            assert client().get(f"/raw/{topic['id']}/{place}").text == alone["raw"]
            near = got(f"/t/{topic['id']}/{place}.json")["post_stream"]["posts"]
            assert post in near
            assert len(near) <= 20


def test_bodies_are_cooked_as_pages_have_them() -> None:
    """What a post holds beside words stands in its JSON as on its page, so that the same tree is read from both."""
    forum, read = site().forum, 0
    for index in range(forum.size):
        contexts = build_contexts(forum.thread(index), forum.skin, forum.look)
        if not any(context.bodies for context in contexts):
            continue
        told = {p["id"]: p["cooked"] for p in posts_of(forum.numbers.thread(index))}
        for context in contexts:
            for view, post in zip(context.posts, truth_of(context).posts, strict=True):
                if not post.body:
                    continue
                root = dom.parse(f'<div class="post">{told[context.thread.number(view.n)]}</div>')
                assert Extraction(forum.skin, root, None).bodies.body(root, ".post") == post.body
                read += 1
    assert read > 20


def test_the_latest_posts_are_the_newest_of_all() -> None:
    """Twenty of them, the newest first, none of which is older than any that is left out."""
    every = sorted(((p["created_at"], p["id"]) for topic in topics() for p in posts_of(topic["id"])), reverse=True)

    assert [(p["created_at"], p["id"]) for p in got("/posts.json")["latest_posts"]] == every[:20]


def test_members_are_those_who_write() -> None:
    """Everybody who began a topic has a page in JSON, with the topics; nobody else has."""
    begun: dict[str, list[int]] = {}
    for topic in topics():
        begun.setdefault(posts_of(topic["id"])[0]["username"], []).append(topic["id"])
    for name, numbers in begun.items():
        assert got(f"/u/{name}.json")["user"]["username"] == name == got(f"/users/{name}.json")["user"]["name"]
        created = got(f"/topics/created-by/{name}.json")["topic_list"]["topics"]
        assert [topic["id"] for topic in created] == numbers
        actions = got(f"/user_actions.json?username={name}&filter=4")["user_actions"]
        assert [action["topic_id"] for action in actions] == numbers
        assert got(f"/user_actions.json?username={name}&filter=5")["user_actions"] == []


def test_top_and_hot_are_ranked_and_the_search_finds_titles() -> None:
    """By views and by replies; each topic is found by the words of its title, and by no other word."""
    ranked = {"/top.json": "views", "/top/weekly.json": "views", "/hot.json": "reply_count"}
    for path, key in ranked.items():
        values = [topic[key] for topic in got(path)["topic_list"]["topics"]]
        assert values == sorted(values, reverse=True)
        assert values
    title = topics()[0]["title"]
    found = client().get("/search.json", params={"q": title.upper()}).json()
    assert topics()[0]["id"] in [topic["id"] for topic in found["topics"]]
    assert [post["topic_id"] for post in found["posts"]] == [topic["id"] for topic in found["topics"]]
    assert client().get("/search/query.json", params={"term": "qqzzx"}).json()["topics"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/new.json", 403),
        ("/unread.json", 403),
        ("/posts/1.json", 404),
        ("/posts/by_number/10000001/999999.json", 404),
        ("/posts/by_number/1/1.json", 404),
        ("/raw/1", 404),
        ("/raw/10000001/99999", 404),
        ("/t/1/1.json", 404),
        ("/c/99/show.json", 404),
        ("/u/nobody-here.json", 404),
        ("/topics/created-by/nobody-here.json", 404),
        ("/user_actions.json?username=nobody-here", 404),
        ("/user_actions.json", 404),
        ("/what.json", 404),
    ],
)
def test_what_is_not_there_is_an_error_in_json(path: str, status: int) -> None:
    """With the sentences that the engine has."""
    answer = client().get(path)

    assert answer.status_code == status
    assert answer.json()["error_type"] == ("not_logged_in" if status == 403 else "not_found")


def test_closed_categories_are_in_no_json() -> None:
    """Neither they, nor their topics, posts or what is found."""
    closed = small_site("discourse", boards=3, threads=40, closed=1)
    guest = client_of(closed)
    hidden = [index for index in range(40) if closed.forum.board_index(index) == 2]
    assert hidden
    numbers = {closed.forum.numbers.thread(index) for index in hidden}
    assert len(guest.get("/categories.json").json()["category_list"]["categories"]) == 2
    for path in ("/latest.json", "/top.json", "/hot.json"):
        assert not numbers & {topic["id"] for topic in guest.get(path).json()["topic_list"]["topics"]}
    assert not numbers & {post["topic_id"] for post in guest.get("/posts.json").json()["latest_posts"]}
    for index in hidden:
        title = closed.forum.row(index).title
        assert not numbers & {t["id"] for t in guest.get("/search.json", params={"q": title}).json()["topics"]}
        for path in (
            f"/posts/{closed.forum.numbers.post(index, 0)}.json",
            f"/raw/{closed.forum.numbers.thread(index)}",
        ):
            assert guest.get(path).status_code == 404
