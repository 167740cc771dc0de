"""pydiscourse, unmodified, reads a Discourse site: categories, topics, posts, members, a search."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from msgspec import UnsetType

from forgegen.site.serving import ForumSite
from tests.crawled import own_text, right_time, says, truths
from tests.installed import installed

THREADS = 40
PROGRAM = """
import json, sys
from pydiscourse import DiscourseClient

client = DiscourseClient(sys.argv[1], api_username="system", api_key="none")
topics = []
for category in client.categories():
    page = 0
    while True:
        found = client.category_topics(category["id"], page=page)["topic_list"]
        topics += found["topics"]
        if "more_topics_url" not in found:
            break
        page += 1
posts, names, searched = [], set(), []
for one in topics:
    topic = client.topic(one["slug"], one["id"])
    stream = topic["post_stream"]["stream"]
    for at in range(0, len(stream), 20):
        asked = stream[at : at + 20]
        posts += client._get("/t/%d/posts.json" % one["id"], **{"post_ids[]": asked})["post_stream"]["posts"]
    names.add(topic["post_stream"]["posts"][0]["username"])
    searched.append(one["id"] in [t["id"] for t in client.search(one["title"])["topics"]])
for post in posts[::9]:
    assert client.post_by_id(post["id"])["cooked"] == post["cooked"]
    assert client.post_by_number(post["topic_id"], post["post_number"])["id"] == post["id"]
begun = {name: [t["id"] for t in client.topics_by(name)] for name in sorted(names)}
assert all(client.user(name)["username"] == name for name in begun)
json.dump({"topics": topics, "posts": posts, "begun": begun, "searched": searched,
           "latest": [p["id"] for p in client.latest_posts()["latest_posts"]],
           "top": client.top_topics()["topic_list"]["topics"]}, sys.stdout)
"""


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Python that has pydiscourse: the one that FORGEGEN_PYDISCOURSE names, else installed once a run."""
    given = os.environ.get("FORGEGEN_PYDISCOURSE")
    return given or str(installed(tmp_path_factory, "pydiscourse", "pydiscourse==1.7.0") / "python")


@pytest.mark.outside
@pytest.mark.needs("pydiscourse")
def test_it_reads_the_whole_forum(python: str, tmp_path: Path) -> None:
    """Every topic and post once, with author, time and words; members with their topics; each topic by its title."""
    (tmp_path / "read.py").write_text(PROGRAM, "utf-8")
    with ForumSite(1, skin="discourse", boards=3, threads=THREADS) as site:
        command = [python, str(tmp_path / "read.py"), site.url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=900)
        assert done.returncode == 0, done.stderr[-2000:]
        found: dict[str, Any] = json.loads(done.stdout)
        forum = site.site.forum
        true = {
            forum.thread(index).number(post.n): post
            for index, truth in truths(site.site, site.url)
            for post in truth.posts
        }

    assert sorted(topic["id"] for topic in found["topics"]) == sorted(forum.numbers.thread(i) for i in range(THREADS))
    assert sorted(post["id"] for post in found["posts"]) == sorted(true)
    for post in found["posts"]:
        one = true[post["id"]]
        assert post["username"] == one.author
        assert not isinstance(one.date, UnsetType)
        assert right_time(one.date, post["created_at"])
        assert says(own_text(post["cooked"]), one)
    assert sorted(number for numbers in found["begun"].values() for number in numbers) == sorted(
        topic["id"] for topic in found["topics"]
    )
    assert all(found["searched"])
    assert len(found["latest"]) == 20
    assert found["top"]
