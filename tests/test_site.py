"""The site: every skin's forum is whole, addresses mean one page, HTTP is kept, nothing that is asked breaks it."""

from __future__ import annotations

import gzip
import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from forgegen.errors import SkinError, UnknownName, UsageError
from forgegen.generate.making import make_thread
from forgegen.reading.extraction import extract
from forgegen.rendering.look import Look
from forgegen.rendering.views import user_number
from forgegen.site.exchange import Request, decoded_path
from forgegen.site.forum import Forum
from forgegen.site.members import Members
from forgegen.site.rules import rules_of
from forgegen.site.serving import make_site
from forgegen.site.site import SiteContent
from forgegen.site.url_patterns import Routes
from forgegen.site.urls import Place
from tests.sites import HOST, OWN, SKINS, client_of, crawl, small_site
from tests.tiers import fuzz

pytestmark = pytest.mark.few("skin")


@pytest.mark.parametrize("skin", SKINS)
def test_links_lead_from_the_index_to_every_page(skin: str) -> None:
    """A crawler that follows all links sees each page of each board and thread, none missing and none more."""
    site = small_site(skin)
    with client_of(site) as client:
        seen = crawl(site, client)

    assert set(seen) == set(site.finder.places())
    assert {r.status_code for r in seen.values()} == {200}


@pytest.mark.parametrize("skin", SKINS)
def test_pages_read_back_to_the_truth(skin: str) -> None:
    """What is served, read by the skin's selectors, is what the truth says about that address."""
    site = small_site(skin, threads=4)
    with client_of(site, cookies={"over18": "1"}) as client:
        for row in site.expected(HOST):
            page = client.get(row.url)
            observed = page.headers.get("date")
            encoding = site.forum.skin.encoding
            read = extract(page.content, skin, encoding=encoding, observed=_iso(observed), templates=[OWN])
            assert read == row.truth
            assert site.truth_at(row.url, HOST) == row


def _iso(date: str | None) -> str | None:
    from email.utils import parsedate_to_datetime

    return parsedate_to_datetime(date).strftime("%Y-%m-%dT%H:%M:%SZ") if date else None


@pytest.mark.parametrize("skin", SKINS)
def test_an_address_and_its_place_are_inverse(skin: str) -> None:
    """The address of each place leads to that place, without a redirect."""
    site = small_site(skin)
    for place in site.finder.places():
        path, _, query = site.finder.path(place).partition("?")
        found = site.finder.find(path, query)

        assert found is not None
        assert (found.place, found.location) == (place, "")


@pytest.mark.parametrize("skin", SKINS)
def test_every_post_has_a_permalink(skin: str) -> None:
    """The address of a post, where the engine has one, leads to the page that shows it."""
    site = small_site(skin)
    form = site.forum.skin.urls.post
    if not form:
        assert "post" not in {r.kind for r in site.finder._routes._routes} or site.rules.posts
        return
    page = site.maker.page(Place("thread", 3), HOST)
    for view in page.context.posts[:3]:
        assert view.forum is not None
        path, _, query = form.format(pid=view.forum.pid, id=page.thread.id, slug="x").partition("#")[0].partition("?")
        found = site.finder.find(path, query)
        assert found is not None
        assert found.place == Place("thread", 3, 1)


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize("host", ["localhost:8123", "127.0.0.1:9", "forum.example"])
def test_links_are_built_from_the_host_asked(skin: str, host: str) -> None:
    """No page names another host of ours than the one that was asked."""
    site = small_site(skin)
    with client_of(site, cookies={"over18": "1"}) as client:
        for place in (Place("index"), Place("board", 0), Place("thread", 1)):
            page = client.get(site.finder.path(place), headers={"Host": host})
            text = page.content.decode(site.forum.skin.encoding)
            assert page.status_code == 200
            assert site.forum.skin.urls.host not in text


def test_threads_stand_on_their_board_and_show_its_name() -> None:
    """Thread i is make_thread's by people and tree and story; the forum says when, where, and under which numbers."""
    site = small_site()
    for index in range(7):
        whole, plain = site.forum.whole(index)[0], make_thread(1, index)
        assert whole.board == site.forum.boards[site.forum.board_index(index)]
        assert [(p.author, p.depth, p.arrival) for p in whole.posts] == [
            (p.author, p.depth, p.arrival) for p in plain.posts
        ]
        assert whole.article.byline == plain.article.byline
        assert site.shown(Place("thread", index), HOST).truth.board == whole.board.name


@pytest.mark.parametrize("skin", ["reference", "phpbb3", "hackernews", "oldreddit", "ptt", "discuz-touch", "6park"])
@given(seed=st.integers(0, 10**6), index=st.integers(0, 39))
@fuzz(20)
def test_a_thread_says_the_same_on_a_site(skin: str, seed: int, index: int) -> None:
    """Thread i has the people, words and tree of ``make_thread(seed, i)``; the site's are ids, dates, edits, board, and
    what texts call days."""
    forum = Forum(seed, skin=skin, threads=40)
    plain = make_thread(seed, index, locale=forum.locale, profile=forum.profile)
    there = forum.whole(index)[0]
    assert _but(there, "id", "board", "article", "posts", "published", "last_reply", "observed") == _but(
        plain, "id", "board", "article", "posts", "published", "last_reply", "observed"
    )
    article, other = there.article, plain.article
    said = "title", "caption", "paragraphs", "body"
    assert _but(article, *said) == _but(other, *said)
    assert _alike(article.paragraphs, other.paragraphs) > 0.7
    for post, twin in zip(there.posts, plain.posts, strict=True):
        assert _but(post, "time", "odd", "text", "body") == _but(twin, "time", "odd", "text", "body")
    if forum.profile == "forum":
        assert article.title == other.title
        assert [post.text for post in there.posts] == [post.text for post in plain.posts]


def _but(struct: msgspec.Struct, *names: str) -> dict[str, Any]:
    """The fields of a struct without some."""
    return {name: value for name, value in asdict(struct).items() if name not in names}


def _alike(one: Sequence[str], other: Sequence[str]) -> float:
    """How much of two texts is common to both, paragraph by paragraph, from 0 to 1. Most paragraphs are equal."""
    common = sum(
        len(text) if text == twin else SequenceMatcher(None, text, twin, autojunk=False).ratio() * len(text)
        for text, twin in zip(one, other, strict=True)
    )
    return common / max(1, sum(map(len, one)))


def test_lists_agree_with_the_threads() -> None:
    """A board's rows say what the threads say."""
    site = small_site(boards=1)
    rows = site.shown(Place("board", 0), HOST).truth["threads"]

    assert sorted(row["id"] for row in rows) == [10_000_000 + k for k in range(7)]
    assert [row["last"] for row in rows] == sorted((row["last"] for row in rows), reverse=True)
    for row in rows:
        thread = site.forum.thread(row["id"] - 10_000_000)
        assert (row["title"], row["replies"], row["views"]) == (
            thread.article.title, len(thread.posts), thread.views,
        )  # fmt: skip


def test_a_thousand_million_threads() -> None:
    """The last page of a huge board and its threads answer like the first, and sitemaps stay within their bounds."""
    site = small_site("plainforum", threads=10**9, boards=4)
    last = site.forum.board_pages(3)
    with client_of(site) as client:
        for place in (Place("board", 3, last), Place("board", 0, last // 2), Place("thread", 10**9 - 1)):
            assert client.get(site.finder.path(place)).status_code == 200
        assert client.get(site.finder.path(Place("board", 3, last + 1))).status_code == 404
        assert (
            client.get(site.finder.path(Place("thread", 10**9 - 1)).replace("1009999999", "1010000000")).status_code
            == 404
        )
        index = ET.fromstring(client.get("/sitemap.xml").content)
        assert len(index) == 50_000
        assert len(ET.fromstring(client.get("/sitemap-50000.xml").content)) == 200
        assert client.get("/sitemap-50001.xml").status_code == 404


def test_feeds_are_well_formed_and_lead_to_pages() -> None:
    """RSS and sitemap are XML, robots.txt names the sitemap, and what they list is there."""
    site = small_site("plainforum")
    with client_of(site) as client:
        sitemap = ET.fromstring(client.get("/sitemap.xml").content)
        feed = ET.fromstring(client.get("/feed.xml").content)
        listed = [e.text or "" for e in sitemap.iter() if e.tag.endswith("loc")]
        items = [e.text or "" for e in feed.iter("guid")]

        assert len(listed) == 1 + 2 + 7
        assert items == listed[:2:-1]
        assert {client.get(url).status_code for url in listed} == {200}
        assert f"Sitemap: {HOST}/sitemap.xml" in client.get("/robots.txt").text


@pytest.mark.parametrize("skin", SKINS)
def test_feeds_hold_author_date_and_content(skin: str) -> None:
    """Each entry has the words that the opening of its thread's page has, in RSS as in Atom."""
    site = small_site(skin)
    with client_of(site) as client:
        feed = client.get(site.rules.rss)
    root = ET.fromstring(feed.content)
    entries = [e for e in root.iter() if e.tag.rpartition("}")[2] in ("item", "entry")]
    atom = site.rules.atom

    assert feed.headers["content-type"].startswith("application/atom+xml" if atom else "application/rss+xml")
    assert len(entries) == 7
    for rank, entry in enumerate(entries):
        thread = site.forum.thread(site.forum.newest(rank))
        said = {e.tag.rpartition("}")[2]: "".join(e.itertext()) for e in entry}
        content = said["content" if atom else "description"]
        assert said["title"] == (html.escape(thread.article.title, False) if atom else thread.article.title)
        assert said.get("author" if atom else "creator") == (thread.article.byline or None)
        assert said["published" if atom else "pubDate"]
        assert [p for p in thread.article.paragraphs if f"<p>{html.escape(p, False)}</p>" not in content] == []


@pytest.mark.parametrize(("skin", "name"), [("xenforo2", "Copperline Forums"), ("discuz", "望江论坛")])
def test_a_feed_is_titled_with_the_name_of_the_site(skin: str, name: str) -> None:
    """The title is the name in the site's header, not the sentence that lists the skin."""
    site = small_site(skin)
    with client_of(site) as client:
        path = site.rules.rss or "/feed.xml"
        assert ET.fromstring(client.get(path).content).findtext("channel/title") == name


def test_users_have_a_page() -> None:
    """Whoever wrote a post has a page with the name; nobody else has."""
    site = small_site("plainforum")
    with client_of(site) as client:
        page = site.maker.page(Place("thread", 3), HOST)
        panes = [view.forum.pane for view in page.context.posts if view.forum and view.forum.pane]
        for pane, view in zip(panes[:4], page.context.posts, strict=False):
            assert view.author is not None
            assert view.author in client.get(pane.url).text
        assert client.get(site.finder.path(Place("user", 17))).status_code == 404


@pytest.mark.few("skin", keep=1)
@pytest.mark.parametrize("skin", ["reference", "hackernews"])
def test_a_user_is_found_without_a_walk_over_all(skin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the directory is there, a user's name costs the same for the first and the last of them."""
    forum = small_site(skin).forum
    names = list(forum.members.names())
    assert forum.name_of(user_number(names[0])) == names[0]
    monkeypatch.setattr(Members, "names", None)

    asked = (*names[:80], *names[500::5003], names[-1])
    assert all(user_number(forum.name_of(user_number(name)) or "") == user_number(name) for name in asked)
    assert sum(forum.name_of(user_number(name)) == name for name in asked) >= len(asked) - 1  # numbers may meet


@pytest.mark.few("skin", "form", keep=1)
@pytest.mark.parametrize(
    ("skin", "form"),
    [("xenforo2", "/members/{name}.{uid}/"), ("hackernews", "/user?id={name}"), ("discourse", "/u/{name}")],
)
def test_a_member_is_found_by_name(skin: str, form: str) -> None:
    """The address holds the name as the engine writes it; capitals and another slug lead there, too."""
    site = small_site(skin, boards=1, threads=2)
    name = next(name for name in site.forum.members.people() if name.isalpha() and name.islower())
    path = form.format(name=name, uid=user_number(name))
    assert site.finder.path(Place("user", user_number(name))) == path
    with client_of(site, follow_redirects=True) as client:
        for asked in (path, path.replace(name, name.capitalize())):
            answer = client.get(asked)
            assert answer.status_code == 200
            assert name in answer.text


@pytest.mark.parametrize("skin", ["hackernews", "oldreddit", "ptt"])
def test_a_narrow_engine_has_names_that_it_takes(skin: str) -> None:
    """Outlets and people stand on its pages under names that could be registered there."""
    site = small_site(skin, boards=1, threads=3)
    limits = site.forum.skin.limits
    for row in site.expected(HOST):
        for name in {row.truth.author, *(post.author for post in row.truth.posts)} - {None}:
            assert re.fullmatch(f"[{limits.names}]{{2,{limits.name}}}", name)


def test_head_is_get_without_a_body() -> None:
    """HEAD has the status and the headers of GET."""
    with client_of(small_site()) as client:
        get, head = client.get("/news/10000001.html"), client.head("/news/10000001.html")

    assert head.status_code == 200
    assert head.headers == get.headers
    assert head.content == b""
    assert get.headers["content-length"] == str(len(get.content))


def test_validators_answer_304() -> None:
    """The tag and the date of a page, sent back, are answered without a body; others are not."""
    with client_of(small_site()) as client:
        page = client.get("/news/10000001.html")
        tag, changed = page.headers["etag"], page.headers["last-modified"]
        for sent in ({"If-None-Match": tag}, {"If-None-Match": f'"x", W/{tag}'}, {"If-Modified-Since": changed}):
            again = client.get("/news/10000001.html", headers=sent)
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == tag
        for sent in ({"If-None-Match": '"x"'}, {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}):
            assert client.get("/news/10000001.html", headers=sent).status_code == 200
        assert client.get("/news/10000001.html", headers={"If-Modified-Since": "soon"}).status_code == 200


def test_gzip_is_the_page() -> None:
    """What comes compressed is the page, and caches are told apart."""
    site = small_site()
    with client_of(site) as client:
        plain = client.get("/news/10000001.html")
    with client_of(site, headers={"Accept-Encoding": "gzip"}) as client:
        client.headers["Accept-Encoding"] = "gzip"
        with client.stream("GET", "/news/10000001.html") as packed:
            raw = b"".join(packed.iter_raw())

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert int(packed.headers["content-length"]) == len(raw) < len(plain.content)
    assert gzip.decompress(raw) == plain.content


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=5-99999999", 206, slice(5, None)),
        ("bytes=99999999-", 416, None),
        ("bytes=9-2", 416, None),
        ("bytes=-", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
    ],
)
def test_files_come_in_parts_and_pages_do_not(asked: str, status: int, part: slice | None) -> None:
    """Ranges work where servers give files, and are let pass on pages, as boards do."""
    with client_of(small_site()) as client:
        whole = client.get("/sitemap.xml").content
        answer = client.get("/sitemap.xml", headers={"Range": asked})
        assert answer.status_code == status
        if part is not None:
            assert answer.content == whole[part]
        assert client.get("/news/10000001.html", headers={"Range": asked}).status_code == 200


@pytest.mark.parametrize(
    ("charset", "header", "meta"), [("both", True, True), ("header", True, False), ("meta", False, True)]
)
def test_the_charset_stands_where_it_is_told(charset: str, header: bool, meta: bool) -> None:
    """In header and page, or in one of them."""
    site = make_site(1, threads=3, charset=charset)  # type: ignore[arg-type]
    with client_of(site) as client:
        for path in ("/", "/news/10000001.html"):
            page = client.get(path)
            assert ("charset" in page.headers["content-type"]) == header
            assert (b"<meta charset" in page.content) == meta


def test_other_encodings_are_served() -> None:
    """The bytes are in the encoding asked for and named so."""
    site = small_site("plainforum", look=Look(encoding="gbk"))
    with client_of(site) as client:
        page = client.get(site.finder.path(Place("thread", 1)))

    assert page.headers["content-type"] == "text/html; charset=gbk"
    assert site.forum.thread(1).article.title in page.content.decode("gbk")


ABUSE = [
    ("/%2e%2e/%2e%2e/etc/passwd", 400),
    ("/../../etc/passwd", 404),
    ("/news/..%2f..%2fetc/passwd", 400),
    ("/..%5c..%5cboot.ini", 400),
    ("/%00", 400),
    ("/%ff%fe", 400),
    ("/a%0d%0aSet-Cookie:x=1", 400),
    ("/news/" + "9" * 22 + ".html", 404),
    ("/news/" + "9" * 5000 + ".html", 404),
    ("/news/-1.html", 404),
    ("/news/１２.html", 404),
    ("/news/10000001_0.html", 404),
    ("/news/10000001_99999999999999999999.html", 404),
    ("/news/board/2/" + "9" * 18 + "/", 404),
    ("/news/10000001.html?" + "q" * 10_000, 414),
    ("/" + "x" * 10_000, 414),
    ("/?" + "&".join("a=%ff" for _ in range(500)), 200),
    ("/sitemap-" + "9" * 40 + ".xml", 404),
    ("/u/" + "9" * 22, 404),
    ("/%E4%B8%AD%E6%96%87", 404),
]


@pytest.mark.parametrize(("path", "status"), ABUSE, ids=range(len(ABUSE)))
def test_abuse_gets_a_plain_answer(path: str, status: int) -> None:
    """Ways upwards, injected headers, huge numbers, broken encodings, endless queries: a plain 4xx, no traceback."""
    with client_of(small_site()) as client:
        answer = client.get(path)

    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert "x" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_refused(method: str) -> None:
    """Only GET and HEAD are understood, and the answer says so."""
    with client_of(small_site()) as client:
        answer = client.request(method, "/")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("skin", SKINS)
@given(raw=st.binary(max_size=40), query=st.text(st.characters(max_codepoint=255), max_size=40))
@fuzz(40)
def test_any_address_is_answered(skin: str, raw: bytes, query: str) -> None:
    """Whatever stands in path and query, the site answers with a status and clean headers."""
    path = decoded_path(b"/" + raw)
    if path is None:
        return
    answer = _SITES.setdefault(skin, small_site(skin)).answer(Request("GET", path, query))

    assert 200 <= answer.status < 500
    assert not any(c in value for _, value in answer.headers for c in "\r\n\0")


_SITES: dict[str, SiteContent] = {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"boards": 0}, "boards cannot be 0; right would be 1 to 500"),
        ({"threads": 0}, "threads cannot be 0"),
        ({"threads": 10**15}, "threads cannot be"),
        ({"slow": -1}, "slow cannot be -1"),
    ],
)
def test_wrong_numbers_are_named(options: dict[str, int], message: str) -> None:
    """The error holds the value and what would be right."""
    with pytest.raises(UsageError, match=message):
        make_site(1, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "options",
    [{"skin": "referense"}, {"locale": "zh"}, {"profile": "refrence"}, {"look": Look(encoding="gbk")},
     {"look": Look(ui="de")}, {"charset": "headers"}, {"faults": "gon=.1"}],
)  # fmt: skip
def test_wrong_names_fail_at_once(options: dict[str, object]) -> None:
    """A name that is not known is refused when the site is made, not on the first request."""
    with pytest.raises(UnknownName):
        make_site(1, **options)  # type: ignore[arg-type]


def test_wrong_settings_of_a_server_are_named() -> None:
    """A misspelt setting is answered with the nearest, a wrong value with what would be right; both name the skin."""
    with pytest.raises(
        SkinError, match=r"skin 'mine', \[site\]: Unknown setting 'canonicel'. Did you mean 'canonical'"
    ):
        rules_of({"canonicel": True}, "mine")
    with pytest.raises(SkinError, match=r"skin 'mine', \[site\]: .*beyond"):
        rules_of({"beyond": "first"}, "mine")


def test_formats_with_fields_in_the_query() -> None:
    """Order and further parameters do not matter; separators are the engine's; particular formats come first."""
    routes = Routes({"thread": "/index.php?topic={id}.{start}"}, separators=";&")

    for query in ("topic=12.30", "wap2;topic=12.30", "topic=12.30;sid=1", "a=1&topic=12.30"):
        assert [m.fields for m in routes.matches("/index.php", query)] == [{"id": "12", "start": "30"}]
    assert list(routes.matches("/index.php", "topic=12")) == []
    assert list(routes.matches("/index.php", "")) == []
    both = Routes({"thread": "/v.php?f={board}&t={id}", "board": "/v.php?f={board}"})
    for query, kinds in (("t=1", ["thread"]), ("f=2&t=1", ["thread", "board"]), ("f=2", ["board"]), ("", [])):
        assert [m.kind for m in both.matches("/v.php", query)] == kinds


def test_the_log_says_what_was_asked() -> None:
    """Each request stands in the log, in order, until it is reset."""
    site = small_site()
    with client_of(site) as client:
        client.get("/"), client.head("/news/10000001.html"), client.get("/nowhere?x=1")

    assert [tuple(asked)[:3] for asked in site.log] == [
        ("GET", "/", 200), ("HEAD", "/news/10000001.html", 200), ("GET", "/nowhere?x=1", 404),
    ]  # fmt: skip
    site.reset()
    assert list(site.log) == []


def test_httpx_can_ask_it_asynchronously() -> None:
    """The transport serves async clients as well."""
    import asyncio

    from forgegen.site.client import SiteTransport

    async def ask() -> int:
        async with httpx.AsyncClient(transport=SiteTransport(small_site()), base_url=HOST) as client:
            return (await client.get("/")).status_code

    assert asyncio.run(ask()) == 200
