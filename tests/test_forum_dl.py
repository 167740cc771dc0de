"""forum-dl 0.3.0, unmodified, in an environment of its own, crawls the site and writes exactly the truth.

It warns and goes on where it cannot read something, and exits with 0; so counts and warnings are looked at.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest

from forgegen.site.serving import ForumSite
from forgegen.site.urls import Place
from forgegen.skins.loading import skin_names
from tests.crawled import Crawled, differences, seen
from tests.installed import installed

# skin -> forum-dl's extractor, and whether boards stand below a category
ENGINES = {
    "phpbb3": ("phpbb", True),
    "xenforo2": ("xenforo", True),
    "vbulletin5": ("vbulletin", True),
    "smf2": ("simplemachines", True),
    "invision4": ("invision", True),
    "discourse": ("discourse", False),
}
PRESENT = [name for name in ENGINES if name in skin_names()]
BOARDS, THREADS = 3, 120


@pytest.fixture(scope="session")
def forum_dl(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The program: the one that FORGEGEN_FORUM_DL names, else installed once a run, for all workers together."""
    given = os.environ.get("FORGEGEN_FORUM_DL")
    if given:
        return given
    return str(installed(tmp_path_factory, "forum-dl", "forum-dl==0.3.0", "pydantic<2") / "forum-dl")


@pytest.fixture(scope="module", params=PRESENT)
def forum(request: pytest.FixtureRequest) -> Iterator[tuple[str, ForumSite]]:
    """An engine's name and its forum, running."""
    chosen = {"rows": "forum-dl"} if request.param == "invision4" else {}
    with ForumSite(1, skin=request.param, boards=BOARDS, threads=THREADS, settings=chosen) as site:
        yield request.param, site


def crawled(program: str, engine: str, start: str, folder: Path, site: ForumSite) -> Crawled:
    """What forum-dl writes from a starting address."""
    out = folder / "out.jsonl"
    command = [program, "--no-files", "-o", str(out), start]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800)

    assert done.returncode == 0, done.stderr[-2000:]
    assert "WARNING" not in done.stderr, done.stderr[done.stderr.index("WARNING") :][:2000]
    threads = map(site.site.forum.thread, range(THREADS))
    topics = {str(t.number(0)): str(t.id) for t in threads} if engine == "simplemachines" else {}
    return seen(out.read_text("utf-8").splitlines(), engine, topics)


def expected_threads(site: ForumSite, numbers: Iterable[int]) -> dict[str, tuple[str, str]]:
    """Threads by id, with the number of their board and their title."""
    threads = [site.site.forum.thread(i) for i in numbers]
    return {str(t.id): (str(t.board.id), " ".join(t.article.title.split())) for t in threads}


def test_all_six_engines_are_there() -> None:
    """Each engine that forum-dl reads from a local address has a skin."""
    assert set(PRESENT) == set(ENGINES)


@pytest.mark.outside
@pytest.mark.needs("forum-dl")
def test_from_the_root(forum: tuple[str, ForumSite], forum_dl: str, tmp_path: Path) -> None:
    """Every board, every thread and every post, none missing and none more, with author, time and text."""
    skin, site = forum
    engine, nested = ENGINES[skin]
    found = crawled(forum_dl, engine, site.url + "/", tmp_path, site)

    names = {str(b.id): b.name for b in site.site.forum.boards}
    boards = {path: title for path, title in found.boards.items() if path.rpartition("/")[2] in names}
    if skin != "invision4":  # forum-dl gives sub-boards there the title of their category
        assert {path.rpartition("/")[2]: title for path, title in boards.items()} == names
    assert {path.count("/") for path in boards} == {int(nested)}
    assert len(boards) == BOARDS
    assert len(found.boards) == BOARDS + 1 + nested  # the root, and the category
    assert found.threads == expected_threads(site, range(THREADS))
    assert differences(site.site, site.url, found, set(range(THREADS))) == []


@pytest.mark.outside
@pytest.mark.needs("forum-dl")
def test_from_a_board(forum: tuple[str, ForumSite], forum_dl: str, tmp_path: Path) -> None:
    """That board's threads and their posts, and nothing of other boards."""
    skin, site = forum
    start = site.url + site.site.finder.path(Place("board", 1))
    found = crawled(forum_dl, ENGINES[skin][0], start, tmp_path, site)

    numbers = [index for index in range(THREADS) if site.site.forum.board_index(index) == 1]
    assert found.threads == expected_threads(site, numbers)
    assert differences(site.site, site.url, found, set(numbers)) == []


@pytest.mark.outside
@pytest.mark.needs("forum-dl")
def test_from_a_thread(forum: tuple[str, ForumSite], forum_dl: str, tmp_path: Path) -> None:
    """That thread's posts over all of its pages, and nothing else."""
    skin, site = forum
    index = max(range(20), key=lambda i: len(site.site.forum.thread(i).posts))
    start = urljoin(site.url, site.site.finder.path(Place("thread", index)))
    found = crawled(forum_dl, ENGINES[skin][0], start, tmp_path, site)

    assert site.site.finder.pages(Place("thread", index)) > 1
    # that client names the board by its own reading of breadcrumbs (in XenForo it takes the one before the last), and
    # the thread by a part of the address (in Discourse the slug)
    title = " ".join(site.site.forum.thread(index).article.title.split())
    assert [title for _, title in found.threads.values()] in ([], [title])
    assert differences(site.site, site.url, found, {index}) == []
