"""Names and numbers in addresses: as the engines have them, within their columns, each given once."""

from __future__ import annotations

import re

import pytest

from forgegen.rendering.context import label_of
from forgegen.site.forum import Forum
from forgegen.site.members import Members
from forgegen.site.urls import Place
from tests.sites import HOST, client_of, small_site

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
