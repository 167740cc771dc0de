"""Names and numbers in addresses: as the engines have them, within their columns, each given once."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from forgegen.rendering.context import label_of
from forgegen.site.forum import Forum
from forgegen.site.members import Members
from forgegen.site.urls import Place
from tests.sites import HOST, client_of, small_site

RELATED = {
    "discuz": ".bm.rel a",
    "vbulletin5": ".widget a[href*='boards/']",
    "xenforo2": ".structItem--similar a",
    "discourse": "#related-topics a",
}
MEDIUMINT = 2**24 - 1


@pytest.mark.parametrize("locale", ["en", "zh-CN", "zh-TW"])
@pytest.mark.parametrize("skin", ["oldreddit", "ptt"])
def test_boards_have_names_of_their_own_in_addresses(skin: str, locale: str) -> None:
    """Each of 500 boards has another name, also without regard to capitals, in ASCII and no longer than the engine
    lets it be; it leads to the board in any capitals."""
    forum = Forum(1, skin=skin, locale=locale, boards=500)
    most = {"oldreddit": 20, "ptt": 12}[skin]
    names = [label_of(board, forum.skin.limits.label) for board in forum.boards]
    assert all(re.fullmatch(f"[A-Za-z][A-Za-z0-9]{{1,{most - 1}}}", name) for name in names)
    assert len({name.lower() for name in names}) == 500
    assert [forum.labelled(name.upper()) for name in names] == list(range(500))


@pytest.mark.parametrize(
    ("skin", "most"), [("smf2", MEDIUMINT), ("discuz", MEDIUMINT), ("phpbb3", 2**31 - 1), ("discourse", 2**31 - 1)]
)
def test_members_have_numbers_within_the_engines_column(skin: str, most: int) -> None:
    """None is beyond it, hardly two are the same, and each leads to a page."""
    forum = Forum(1, skin=skin)
    members: Members = forum.members
    numbers = [number >> 32 for number in members._by_number]
    assert 1 <= numbers[0] <= numbers[-1] <= most
    assert len(numbers) - len(set(numbers)) <= 4
    assert all(forum.name_of(number) is not None for number in numbers[::97])


@pytest.mark.parametrize(
    ("skin", "thread", "board"),
    [
        ("oldreddit", r"/r/[A-Z]\w+/comments/[0-9a-z]{5,7}/[a-z0-9_]+/", r"/r/[A-Z]\w+/"),
        ("ptt", r"/bbs/[A-Z]\w+/M\.\d{10}\.A\.[0-9A-F]{3}\.html", r"/bbs/[A-Z]\w+/index\.html"),
        ("xenforo2", r"/threads/[a-z0-9-]+\.\d+/", r"/forums/[a-z-]+\.\d+/"),
    ],
)
def test_addresses_are_as_the_engine_has_them(skin: str, thread: str, board: str) -> None:
    """Those of a thread and of a board, which lead there."""
    site = small_site(skin)
    with client_of(site, cookies={"over18": "1"}) as client:
        for place, form in ((Place("thread", 3), thread), (Place("board", 1), board)):
            path = site.finder.path(place)
            assert re.fullmatch(form, path)
            assert client.get(path).status_code == 200
            assert site.finder.place_of(HOST + path) == place


@pytest.mark.parametrize(("skin", "closed"), [*((skin, 0) for skin in RELATED), ("discuz", 1), ("xenforo2", 1)])
def test_related_threads_are_named_by_the_titles_of_those_that_they_lead_to(skin: str, closed: int) -> None:
    """Also beside the very first thread, and where a board is hidden; no thread is related to itself or named twice."""
    site = small_site(skin, boards=3, threads=24, closed=closed)
    forum = site.scene(hidden=site.doors.hidden(None)).forum
    with client_of(site) as client:
        for index in filter(forum.is_seen, (0, 1, 2, 12, 23)):
            page = client.get(site.finder.path(Place("thread", index)))
            links = _related(page, skin)
            assert len(links) >= 3
            there = [site.finder.place_of(url) for url, _ in links]
            assert [title for _, title in links] == [
                site.forum.row(place.number).title for place in there if place is not None
            ]
            assert len({index, *(place.number for place in there if place is not None)}) == len(links) + 1
            assert all(client.get(url).status_code == 200 for url, _ in links)


def _related(page: httpx.Response, skin: str) -> list[tuple[str, str]]:
    """Addresses and texts of the links in the box."""
    links = LexborHTMLParser(page.text).css(RELATED[skin])
    return [(urljoin(str(page.url), a.attributes["href"] or ""), a.text(strip=True)) for a in links]


@pytest.mark.parametrize("skin", ["reference", "xenforo2", "oldreddit", "ptt", "discuz"])
def test_titles_are_known_without_threads(skin: str) -> None:
    """The title that is made alone is the thread's."""
    schedule = Forum(2, skin=skin, threads=400).schedule
    for slot in range(0, 400, 23):
        assert schedule.title(slot) == schedule.thread(slot).article.title
