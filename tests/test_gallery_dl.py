"""gallery-dl, unmodified but for the address in its configuration, reads a XenForo site, also as a member."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from forgegen.site.expected import Expected
from forgegen.site.serving import ForumSite
from forgegen.site.urls import Place
from tests.crawled import own_text, right_time, says
from tests.installed import installed

SKINS = ("xenforo2", "xenforo2-dusk")


@pytest.fixture(scope="session")
def gallery_dl(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The program: the one that FORGEGEN_GALLERY_DL names, else installed once a run."""
    given = os.environ.get("FORGEGEN_GALLERY_DL")
    return given or str(installed(tmp_path_factory, "gallery-dl", "gallery-dl==1.32.18") / "gallery-dl")


def said(program: str, site: ForumSite, url: str, folder: Path, **member: str) -> list[list[Any]]:
    """What it prints of an address: messages, each a kind with what belongs to it."""
    port = site.url.rpartition(":")[2]
    forum = {"root": site.url, "pattern": rf"127\.0\.0\.1:{port}"}
    told = {"extractor": {"xenforo": {"forum": forum}, "forum": member}, "cache": {"file": ":memory:"}}
    (folder / "config.json").write_text(json.dumps(told), "utf-8")
    command = [program, "--config-ignore", "-c", str(folder / "config.json"), "-j", url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    messages: list[list[Any]] = json.loads(done.stdout)
    return messages


def threads_of(site: ForumSite) -> dict[int, list[Expected]]:
    """The pages of each thread."""
    found: dict[int, list[Expected]] = {}
    for page in site.site.expected(site.url):
        assert page.thread is not None
        found.setdefault(page.thread, []).append(page)
    return found


def check_thread(messages: list[list[Any]], pages: list[Expected], board: str) -> None:
    """Each post once with author, number, time and words, and what is said of the thread."""
    posts = {one[1]["post"]["id"]: one[1] for one in messages if one[0] == 2}
    true = {str(post.id).rpartition("-")[2]: post for page in pages for post in page.truth.posts}
    assert set(posts) == set(true)
    for number, post in true.items():
        seen = posts[number]["post"]
        assert seen["author"] == post.author
        assert right_time(post.date, f"{seen['date']}Z")
        assert says(own_text(seen["content"]), post)
        thread = posts[number]["thread"]
        assert (thread["title"], thread["section"], thread["author"]) == (
            pages[0].truth.title,
            board,
            pages[0].truth.author,
        )


@pytest.mark.outside
@pytest.mark.needs("gallery-dl")
@pytest.mark.parametrize("skin", SKINS)
def test_boards_and_threads_are_read_whole(skin: str, gallery_dl: str, tmp_path: Path) -> None:
    """A board's threads are all there; of each of its threads every post."""
    with ForumSite(3, skin=skin, boards=3, threads=24) as site:
        threads, forum = threads_of(site), site.site.forum
        for board in range(2):
            url = site.url + site.site.finder.path(Place("board", board))
            queued = {one[1] for one in said(gallery_dl, site, url, tmp_path) if one[0] == 6}
            mine = [index for index in threads if forum.board_index(index) == board]
            assert queued == {threads[index][0].url for index in mine}
            for index in mine:
                check_thread(
                    said(gallery_dl, site, threads[index][0].url, tmp_path), threads[index], forum.boards[board].name
                )


@pytest.mark.outside
@pytest.mark.needs("gallery-dl")
def test_a_member_reads_what_a_guest_may_not(gallery_dl: str, tmp_path: Path) -> None:
    """It logs in by the form, and reads a closed board's threads; without a password it reads nothing of them."""
    with ForumSite(3, skin="xenforo2", boards=3, threads=24, closed=1) as site:
        forum, threads = site.site.forum, threads_of(site)
        index = next(index for index in threads if forum.board_index(index) == 2)
        pages, member = threads[index], site.accounts[0]
        words = {"username": member.name, "password": member.password}

        check_thread(said(gallery_dl, site, pages[0].url, tmp_path, **words), pages, forum.boards[2].name)
        (refused,) = said(gallery_dl, site, pages[0].url, tmp_path)
        assert refused[0] == -1
