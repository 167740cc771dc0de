"""Pages look to scrapers as the pages of the engines do: what public selectors find on them, and which names are not
there."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from forgegen.model.post_numbers import base36
from forgegen.model.thread import Post, Thread
from forgegen.pages.page import render
from forgegen.reading.extraction import Extraction, extract
from forgegen.rendering.look import Look
from forgegen.site.urls import Place
from forgegen.skins import dom
from forgegen.skins.fitting import floors_within
from forgegen.skins.limits import Limits
from forgegen.skins.loading import load_skin
from forgegen.skins.skin import Selector
from tests.sites import HOST, OWN, SKINS, client_of, small_site

PANEL: dict[str, dict[str, list[Any]]] = tomllib.loads(Path(__file__).with_name("panel.toml").read_text("utf-8"))
_LIST: dict[str, Any] = {"boards": 3, "threads": 60}


@cache
def pages_of(skin: str) -> dict[str, list[tuple[str, dict[str, int]]]]:
    """Pages of a small forum by kind, each with how much there is on it: index, board pages, the longest thread's."""
    site = small_site(skin, look=Look(data="seen"), **_LIST)
    client, finder, forum = client_of(site), site.finder, site.forum
    client.cookies.set("over18", "1")
    longest = max(range(forum.size), key=lambda index: len(forum.thread(index).posts))
    places = [Place("index"), Place("board", 0), Place("board", 0, 2)]
    places += [Place("thread", longest, page) for page in range(1, finder.pages(Place("thread", longest)) + 1)][:2]
    found: dict[str, list[tuple[str, dict[str, int]]]] = {"index": [], "board": [], "thread": []}
    for place in places:
        if place.kind == "board" and place.page > finder.pages(place):
            continue
        response = client.get(HOST + finder.path(place), follow_redirects=True)
        much = {"boards": len(forum.boards)}
        if place.kind == "board":
            rows = [forum.row(index) for index in forum.listed(place.number, place.page)]
            much |= {"rows": len(rows), "stickies": sum(row.sticky for row in rows)}
        elif place.kind == "index":
            much["rows"] = len(forum.front(place.page))
        else:
            posts = extract(response.text, skin).posts
            much |= {"posts": len(posts), "replies": sum(post.role != "opening" for post in posts)}
        found[place.kind].append((response.text, much))
    return found


def wanted(told: str, much: dict[str, int]) -> int | None:
    """The number that a row of the panel tells; None for at least one.

    >>> wanted("posts", {"posts": 4}), wanted("2 posts", {"posts": 4}), wanted("1 boards + 1", {"boards": 3})
    (4, 8, 4)
    """
    if told == "some":
        return None
    if told.isdigit():
        return int(told)
    m = re.fullmatch(r"(?:(\d+) )?(posts|replies|rows|boards|stickies)(?: ([+-]) (\d+))?", told)
    assert m is not None, told
    number = int(m[1] or 1) * much[m[2]]
    return number + int(m[4] or 0) * (-1 if m[3] == "-" else 1)


@pytest.mark.few("skin", key="engines")
@pytest.mark.parametrize("skin", PANEL)
def test_public_selectors_find_what_they_should(skin: str) -> None:
    """On every page of its kind a selector that is used on the engine's own pages finds as many elements as it should."""
    wrong = []
    for kind in ("thread", "board", "index"):
        rows, pages = PANEL[skin].get(kind, ()), pages_of(skin)[kind]
        assert pages, kind
        for html, much in pages:
            tree = LexborHTMLParser(html)
            for css, told, source in rows:
                assert source
                found, number = len(tree.css(css)), wanted(told, much)
                wrong += [] if found == number or (number is None and found) else [(kind, css, told, found)]

    assert wrong == []


@pytest.mark.few("skin", key="engines")
@pytest.mark.parametrize("skin", PANEL)
def test_no_page_has_names_that_the_engine_lacks(skin: str) -> None:
    """Names that stand on no page of the engine stand on none of ours, in classes, ids, attributes or their values."""
    thread = small_site(skin, **_LIST).forum.thread(0)
    texts = [html for pages in pages_of(skin).values() for html, _ in pages]
    noises: tuple[Any, ...] = ("usual", "wild")
    texts += [page.html for noise in noises for page in render(thread, skin, noise=noise)]
    names = set(PANEL[skin]["absent"])
    for html in texts:
        for element in LexborHTMLParser(html).css("body *"):
            told = {*(element.attributes.get("class") or "").split(), element.attributes.get("id")}
            told |= {name for name in element.attributes if name.startswith("data-")}
            assert not told & names, element.html


@pytest.mark.parametrize(("html", "status"), [("a", "deleted"), ("b", "collapsed"), ("c", None)])
def test_words_that_values_do_not_name_mean_nothing(html: str, status: str | None) -> None:
    """A selector with ``values`` says what the engine's own words mean, and nothing for those that it does not name."""
    root = dom.parse(f'<p class="{html}"></p>')
    selector = Selector(css="p", attr="class", values={"a": "deleted", "b": "collapsed"})

    assert Extraction(load_skin("reference"), root, None).field(root, "status", selector) == status


@pytest.mark.parametrize(
    ("inside", "number"),
    [
        ("<b>Ann</b>", 1),
        ("<b>Ann</b>, <b>Ben</b> and <b>Cy</b>", 3),
        ("<b>Ann</b>, <b>Ben</b> and 1,208 others", 1210),
        ("2,000 others", 2000),
        ("", None),
    ],
)
def test_names_count_beside_a_number(inside: str, number: int | None) -> None:
    """Of "Ann, Ben and 5 others" each name is one."""
    root = dom.parse(f"<p>{inside}</p>")
    selector = Selector(css="p", counted="b", pattern=r"(\S+) others$")

    assert Extraction(load_skin("reference"), root, None).displayed(root, "likes", selector)[0] == number


def test_replies_count_from_one_where_the_opening_post_has_no_number() -> None:
    """SMF numbers replies; phpBB's forum skins count the opening post as the first."""
    thread = small_site("smf2", **_LIST).forum.thread(0)
    floors = [post.floor for post in render(thread, "smf2")[0].truth.posts]

    assert floors[:3] == [None, 1, 2]
    assert floors_within((Post(floor=9), Post(floor=9)), Limits(first=0, floors="position"), "forum") == [1, 2]


@pytest.mark.parametrize("skin", ["phpbb3", "smf2"])
def test_the_opening_post_is_told_by_its_place(skin: str) -> None:
    """The first post of the first page opens the thread, that of a later page does not."""
    thread = Thread(posts=tuple(Post(f"p{n}", time=1_708_146_900 + n) for n in range(40)), published=1_708_140_000)
    first, second = render(thread, skin)[:2]

    assert [post.role for post in extract(first, skin).posts[:2]] == ["opening", None]
    assert extract(second, skin).posts[0].role is None


def test_the_panel_is_of_skins() -> None:
    """Each table is of a skin, and says where each of its selectors comes from."""
    for skin, panel in PANEL.items():
        assert load_skin(skin).engine
        assert set(panel) <= {"thread", "board", "index", "absent"}


MISSING = {
    "phpbb3": ("#message h2.message-title", "Information"),
    "xenforo2": ("div.blockMessage", "The requested page could not be found."),
    "xenforo2-dusk": ("div.blockMessage", "The requested page could not be found."),
    "vbulletin5": ("h1.main-title", "Page not found"),
    "smf2": ("#fatal_error .catbg", "An Error Has Occurred!"),
    "invision4": ("#elError h1", "Sorry, there is a problem"),
    "discourse": ("h1.title", "Oops! That page doesn’t exist or is private."),
    "discuz": ("#messagetext.alert_error > p", "抱歉，指定的主题不存在或已被删除或正在被审核"),
    "oldreddit": ("#classy-error h1", "page not found"),
    "hackernews": ("body", "No such item."),
    "ptt": (".bbs-content", "404 - Not Found."),
}


@pytest.mark.few("skin", key="engines")
@pytest.mark.parametrize("skin", MISSING)
def test_what_is_missing_is_said_in_the_words_of_the_engine(skin: str) -> None:
    """A thread that does not exist is answered as the engine does, in its own markup."""
    site = small_site(skin, **_LIST)
    missing = site.finder.path(Place("thread", 0)).replace(str(site.forum.thread(0).id), "16777001")
    if skin == "ptt":
        missing = "/bbs/TeaShed/M.1.A.000.html"
    if skin == "oldreddit":
        missing = missing.replace(base36(site.forum.thread(0).id), "zzzzz")
    client = client_of(site)
    client.cookies.set("over18", "1")
    answer = client.get(HOST + missing)
    css, words = MISSING[skin]

    assert answer.status_code == 404
    assert words in LexborHTMLParser(answer.content.decode(answer.encoding or "utf-8")).css(css)[0].text()


@pytest.mark.parametrize(
    ("skin", "path"),
    [
        ("phpbb3", "/posting.php?mode=quote&f=1&p=7"),
        ("phpbb3", "/app.php/help/faq"),
        ("xenforo2", "/posts/7/reactions"),
        ("xenforo2", "/help/terms/"),
        ("invision4", "/search/?q=kettle"),
        ("discourse", "/login"),
        ("vbulletin5", "/auth/login-form"),
        ("oldreddit", "/help/2"),
        ("hackernews", "/reply?id=7"),
    ],
)
def test_furniture_leads_to_small_pages(skin: str, path: str) -> None:
    """What the furniture links to is answered: login, search, terms; not every path is."""
    client = client_of(small_site(skin))

    assert client.get(HOST + path).status_code == 200
    assert client.get(HOST + "/no" + path).status_code == 404


@pytest.mark.few("skin", "ui")
@pytest.mark.parametrize(("skin", "ui"), [(skin, ui) for skin in SKINS for ui in load_skin(skin, (OWN,)).uis])
def test_what_is_missing_is_said_in_every_language(skin: str, ui: str) -> None:
    """Each skin has the page for each of the languages of its furniture."""
    answer = client_of(small_site(skin, look=Look(ui=ui), boards=1, threads=2)).get(HOST + "/no/such/page-of-ours")

    assert answer.status_code == 404
    assert "<title>" in answer.text
