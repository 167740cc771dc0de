"""Corpora that are a whole site: a crawl from ``/`` over any of their forms meets what the site itself answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forgegen.corpus.formats.all_formats import formats
from forgegen.corpus.plan import make_plan
from forgegen.corpus.spec import Spec
from forgegen.corpus.spec_file import make_spec
from forgegen.corpus.verify import verify
from forgegen.corpus.write import extend, write
from forgegen.errors import ForgegenError, UsageError
from forgegen.model.truth import Truth
from forgegen.site.serving import make_site
from forgegen.site.site import SiteContent
from forgegen.skins.loading import skin_names
from tests.command import within
from tests.corpora import Serial
from tests.replays import READERS, Sent, asking, crawled
from tests.sites import HOST

FORMS = ("har", "html", "vcr", "wacz", "warc")


def site_corpus(out: Path, skin: str = "phpbb3", **settings: Any) -> tuple[Spec, SiteContent]:
    """A small site written to a folder in two shards, and the site itself."""
    settings = {"threads": 3, "shard_size": 2, "formats": FORMS, "site": {"boards": 2}, **settings}
    spec = make_spec({"seed": 1, "skins": skin, **settings})
    write(spec, out, executor=Serial())
    return spec, make_site(1, skin=skin, boards=2, threads=spec.threads)


def replay(spec: Spec, out: Path, form: str) -> dict[str, Sent]:
    """What the shards of a form answer, by address; one address has one answer in all of them."""
    plan, found = make_plan(spec), dict[str, Sent]()
    for shard in range(plan.shards):
        for url, sent in READERS[form](out / plan.path(shard, form)):
            assert found.setdefault(url, sent) == sent, url
    return found


@pytest.mark.few("skin", keep=1)
@pytest.mark.parametrize("skin", skin_names())
def test_a_crawl_over_any_form_meets_what_the_site_answers(skin: str, tmp_path: Path) -> None:
    """From ``/`` every thread's page is reached, and every answer is the site's: status, type, redirect and bytes."""
    spec, site = site_corpus(tmp_path, skin)
    ask = asking(site)
    for form in FORMS:
        stored = replay(spec, tmp_path, form)
        seen = crawled(stored.__getitem__)
        assert {url for url in (row.url for row in site.expected(HOST)) if url not in seen} == set()
        for url, sent in stored.items():
            assert sent == ask(url), (form, url)


def test_the_truth_stands_beside_the_pages(tmp_path: Path) -> None:
    """The rows of each format are the thread pages of the site in order, each with the truth that the site tells."""
    spec, site = site_corpus(tmp_path)
    plan = make_plan(spec)
    expected = [(row.url, row.truth) for row in site.expected(HOST)]
    for form in FORMS:
        shards = [
            out for shard in range(plan.shards) for out in formats()[form].read(tmp_path / plan.path(shard, form))
        ]
        assert [(row.url, Truth.from_json(bytes(row.truth))) for row in shards] == expected  # type: ignore[arg-type]

    assert verify(tmp_path, regenerate=5).sound


def test_json_is_there_as_clients_of_the_engine_ask_for_it(tmp_path: Path) -> None:
    """From Discourse's lists, every topic's posts can be had: the first ones with the topic, the others in portions."""
    spec, site = site_corpus(tmp_path, "discourse", formats=["har"])
    stored = replay(spec, tmp_path, "har")

    def asked(path: str) -> Any:
        return json.loads(stored[HOST + path].body)

    topics, path = [], "/latest.json"
    while path:
        found = asked(path)["topic_list"]
        topics += found["topics"]
        path = found.get("more_topics_url", "").replace("/latest?", "/latest.json?")
    assert len(topics) == spec.threads
    for topic in topics:
        found = asked(f"/t/{topic['id']}.json")
        stream, size = found["post_stream"]["stream"], found["chunk_size"]
        posts = found["post_stream"]["posts"]
        for first in range(size, len(stream), size):
            numbers = "&".join(f"post_ids%5B%5D={number}" for number in stream[first : first + size])
            posts += asked(f"/t/{topic['id']}/posts.json?{numbers}")["post_stream"]["posts"]
        assert [post["id"] for post in posts] == stream
    assert {board["id"] for board in asked("/site.json")["categories"]} == {board.id for board in site.forum.boards}


@pytest.mark.every
def test_links_are_there_from_reddits_lists_on(tmp_path: Path) -> None:
    """From Reddit's lists, every link can be had with its comments, in all and in its subreddit, page by page."""
    spec, _ = site_corpus(tmp_path, "oldreddit", formats=["har"], threads=60)
    stored = replay(spec, tmp_path, "har")

    def listed(path: str) -> list[str]:
        data = json.loads(stored[HOST + path].body)["data"]
        found = [child["data"]["permalink"] for child in data["children"]]
        more = listed(f"{path.partition('?')[0]}?after={data['after']}") if data["after"] else []
        return [*found, *more]

    paths = listed("/.json")
    boards = [child["data"]["url"] for child in json.loads(stored[f"{HOST}/subreddits.json"].body)["data"]["children"]]
    assert len(set(paths)) == spec.threads
    assert sorted(path for board in boards for path in listed(f"{board}.json")) == sorted(paths)
    for path in paths:
        assert json.loads(stored[f"{HOST}{path}.json"].body)[0]["data"]["children"][0]["data"]["permalink"] == path


@pytest.mark.every
def test_items_are_there_from_the_newest_stories_on(tmp_path: Path) -> None:
    """From Hacker News' list of stories, all comments can be had by their numbers."""
    spec, site = site_corpus(tmp_path, "hackernews", formats=["html"], threads=3)
    stored = replay(spec, tmp_path, "html")
    waiting = json.loads(stored[f"{HOST}/v0/newstories.json"].body)
    items = []
    while waiting:
        items.append(json.loads(stored[f"{HOST}/v0/item/{waiting.pop()}.json"].body))
        waiting += items[-1].get("kids", [])

    assert len(items) == sum(1 + len(site.forum.thread(index).posts) for index in range(3))


def test_an_earlier_moment_and_another_host(tmp_path: Path) -> None:
    """``at`` shows the site before its last threads came; ``host`` begins all addresses."""
    site = make_site(1, skin="reference", boards=2, threads=12)
    moment = site.forum.schedule.instant(site.forum.schedule.start(6))
    spec, _ = site_corpus(
        tmp_path, "reference", threads=12, shard_size=12, formats=["html"],
        site={"boards": 2, "host": "127.0.0.1:8001", "at": str(moment)},
    )  # fmt: skip
    stored = replay(spec, tmp_path, "html")
    then = make_site(1, skin="reference", boards=2, threads=12, at=moment)

    assert then.forum.size < 12
    assert {row.url for row in then.expected("http://127.0.0.1:8001")} <= set(stored)
    assert all(url.startswith("http://127.0.0.1:8001/") for url in stored)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"formats": ["jsonl"]}, "format jsonl has no place for the other pages of a site; right would be har, html"),
        ({"skins": ["phpbb3", "smf2"], "locales": "en"}, "a site is one whole: skins cannot be"),
        ({"split": {"train": 1, "test": 1}}, "a site is one whole: split cannot be"),
        ({"quirks": ["floor.gap"]}, "pages of a site have no quirks"),
        ({"columns": ["truth"]}, "right would be with the column body"),
        ({"site": {"host": "https://a.example"}}, "without a scheme"),
        ({"site": {"boards": 0}}, "right would be 1 to 500 boards"),
        ({"site": {"at": "soon"}}, "at cannot be 'soon'"),
        ({"site": {"at": "2999-01-01"}}, "have come by 20"),
        ({"site": {"at": "1999-01-01"}}, "the forum is not there at"),
        ({"site": {"faults": "429=.1"}, "formats": ["har"]}, "faults are recorded by vcr alone"),
        ({"site": {"faults": "dropped=.1"}, "formats": ["vcr"]}, "fault dropped leaves nothing to record"),
        ({"site": {"faults": "428=.1"}, "formats": ["vcr"]}, "Did you mean '429'"),
    ],
)
def test_what_can_be_no_site_is_refused(settings: dict[str, Any], said: str) -> None:
    """The message names the value and says what would be right."""
    with pytest.raises(ForgegenError) as error:
        make_spec({"skins": "phpbb3", "site": True, "formats": ["har"], **settings})

    assert said in str(error.value)


def test_a_site_cannot_grow(tmp_path: Path) -> None:
    """The number of threads decides when each came, so another number is another site."""
    spec, _ = site_corpus(tmp_path, formats=["vcr"])
    with pytest.raises(UsageError, match="a site cannot be extended"):
        extend(spec, tmp_path)


def test_the_command_writes_a_site_and_goes_on(tmp_path: Path) -> None:
    """``--site`` takes the options of a site; called again it has nothing to do, with another of them it is refused."""
    out = str(tmp_path / "out")
    asked = ("corpus", out, "--site", "--threads", "2", "--boards", "1", "--format", "vcr", "--workers", "1")
    assert within(*asked, "--faults", "429=.5").returncode == 0
    assert within("corpus", out).returncode == 0
    other = within("corpus", out, "--faults", "429=.6")
    assert other.returncode == 2
    assert b"site is " in other.stderr
    assert within("corpus", out, "--dry-run", "--json").returncode == 0


def test_options_of_a_site_need_one(tmp_path: Path) -> None:
    """``--boards`` without ``--site`` is refused with what would be right."""
    done = within("corpus", str(tmp_path / "out"), "--boards", "2")

    assert (done.returncode, b"--boards is for a site; right would be with --site" in done.stderr) == (2, True)
