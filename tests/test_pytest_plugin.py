"""The pytest plugin: fixtures, options, saved pages, and no cost where it is not used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from unittest.mock import patch

import pytest

from forgegen.assess.failures import OUTLINE
from forgegen.generate.making import make_thread
from forgegen.pages.page import render

pytest_plugins = ("pytester",)
ROOT = Path(__file__).resolve().parent.parent
PLUGIN = () if any(e.name == "forgegen" for e in entry_points(group="pytest11")) else ("-p", "forgegen.pytest_plugin")
LESS = ("-p", "no:cacheprovider", "-p", "no:faker", "-p", "no:anyio")  # what costs, and is not looked at here
HEAVY = ("jinja2", "hypothesis", "msgspec", "faker", "selectolax", "click")

FIXTURES = """
import pytest

def test_plain(forum_thread, forum_page):
    assert forum_page.thread == forum_thread
    print("posts", len(forum_thread.posts))

@pytest.mark.forum(seed=7, index=3, skin="reference", locale="zh-CN")
def test_marked(forum_thread, forum_page, make_forum_page):
    assert forum_page == make_forum_page(seed=7, index=3)
    assert forum_page != make_forum_page(seed=7, index=4)

@pytest.mark.forum(seed=7)
class TestNearest:
    @pytest.mark.forum(index=2)
    def test_inner(self, forum_page, make_forum_page):
        assert forum_page == make_forum_page(seed=7, index=2)
"""

FAILING = """
import pytest
from forgegen.assess.check import check

@pytest.mark.forum(seed=7, index=3)
def test_checked(forum_page):
    def parse(body):
        posts = [{"text": p.text} for p in forum_page.truth.posts]
        posts[1]["text"] = "something else"
        return posts
    check(parse, forum_page)

@pytest.mark.forum(seed=7, index=3)
def test_asserted(forum_page):
    assert len(forum_page.body) == 0

def test_title(make_forum_page):
    check(lambda body: {"title": "wrong"}, make_forum_page(index=5))
"""

SHRUNK = """
from hypothesis import Phase, given, settings
from forgegen.assess.check import check
from forgegen.pages.page import Page
from tests import drawn

@settings(database=None, deadline=None, max_examples=300, phases=[Phase.generate, Phase.shrink])
@given(drawn.threads(max_size=2).map(Page))
def test_shrunk(page):
    def parse(body):
        posts = [{"text": p.text} for p in page.truth.posts]
        if len(posts) > 1:
            posts.pop()
        return posts
    check(parse, page)
"""


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A place of its own, with this package in reach."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return pytester


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """pytest with the plugin and none but those that are named, in a process of its own: loading all costs seconds."""
    with patch.dict(os.environ, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"):
        return pytester.runpytest_subprocess("-p", "forgegen.pytest_plugin", *LESS, *arguments, timeout=120)


def run_within(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """pytest with the plugin in this process, which costs little."""
    return pytester.runpytest_inprocess(*PLUGIN, *LESS, "-p", "no:randomly", "-p", "no:xdist", *arguments)


def saved(pytester: pytest.Pytester, folder: str = ".forgegen/failures") -> dict[str, Path]:
    """The saved files by name, without the digests."""
    return {p.name: p for p in sorted((pytester.path / folder).iterdir())}


def test_fixtures_and_marker(pytester: pytest.Pytester) -> None:
    """Fixtures give the thread and page that the marker names, the nearest marker first."""
    pytester.makepyfile(FIXTURES)
    result = run_within(pytester, "--strict-markers", "-rA")

    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["forgegen: seed 0, failing pages in .forgegen/failures"])
    assert f"posts {len(make_thread(0, 0).posts)}" in result.stdout.str()


@pytest.mark.parametrize(
    "more",
    [pytest.param(("-p", "xdist", "-n2"), marks=pytest.mark.every), ("-p", "randomly")],
    ids=["xdist", "randomly"],
)
def test_works_beside_other_plugins(pytester: pytest.Pytester, more: tuple[str, ...]) -> None:
    """Under xdist and with shuffled tests the same tests pass and the same pages are saved."""
    pytester.makepyfile(test_good=FIXTURES, test_bad=FAILING)
    result = run(pytester, *more)

    result.assert_outcomes(passed=3, failed=3)
    assert len([name for name in saved(pytester) if name.endswith(".truth.json")]) == 3


def test_a_failing_page_that_cannot_be_made_is_no_internal_error(pytester: pytest.Pytester) -> None:
    """Where the skin of a failing test's page has a mistake, the report says so below the test's own failure."""
    (pytester.path / "skins" / "mine").mkdir(parents=True)
    (pytester.path / "skins" / "mine" / "skin.toml").write_text('title = "x"\nbase = "reference"\n', "utf-8")
    (pytester.path / "skins" / "mine" / "thread.html").write_text("{{ titel }}", "utf-8")
    pytester.makepyfile(
        "from forgegen.model.thread import Thread\nfrom forgegen.pages.page import Page\n"
        "def test_it():\n    page = Page(Thread(), 'mine', templates=['skins'])\n    assert page.html == 'x'\n"
    )
    result = run_within(pytester)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["the page could not be saved: *titel is unknown. Did you mean 'title'?*"])


def test_failing_pages_are_saved(pytester: pytest.Pytester) -> None:
    """Page with the outline, its very bytes, truth, and a line that makes it again; the folder keeps itself out of git."""
    pytester.makepyfile(test_bad=FAILING)
    result = run_within(pytester)
    page = render(make_thread(7, 3))[0]
    files = saved(pytester)
    stem = next(name for name in files if "test_checked" in name and name.endswith(".txt")).removesuffix(".txt")
    html = files[f"{stem}.html"].read_text("utf-8")
    line = files[f"{stem}.txt"].read_text("utf-8").splitlines()[0]
    made: dict[str, object] = {}
    exec(line, made)

    result.assert_outcomes(failed=3)
    assert files[f"{stem}.page.html"].read_bytes() == page.body
    assert json.loads(files[f"{stem}.truth.json"].read_text("utf-8")) == json.loads(page.truth.to_json())
    assert made["page"] == page
    assert html.count(OUTLINE) == 1
    assert html.index(OUTLINE) > html.index('id="c2"')
    assert "found 'something else'" in files[f"{stem}.txt"].read_text("utf-8")
    assert files[".gitignore"].read_text() == "*\n"
    result.stdout.fnmatch_lines(["*forgegen*", f"page   file://*{stem}.html"])
    title = next(
        p for name, p in files.items() if "test_title" in name and name.count(".") == 2 and name.endswith("html")
    )
    assert OUTLINE in title.read_text("utf-8").split("</h1>")[0]


def test_shrunk_page_is_the_one_saved(pytester: pytest.Pytester) -> None:
    """Of a property's many pages the minimal one is saved: two ordinary posts, and a line that builds it."""
    pytester.makepyfile(SHRUNK)
    result = run_within(pytester, "--forum-failures", "kept")
    files = saved(pytester, "kept")
    truth = json.loads(next(p for n, p in files.items() if n.endswith(".truth.json")).read_text("utf-8"))
    made: dict[str, object] = {}
    exec(next(p for n, p in files.items() if n.endswith(".txt")).read_text("utf-8").splitlines()[0], made)

    result.assert_outcomes(failed=1)
    assert len(truth["posts"]) == 2
    assert {post["text"] for post in truth["posts"]} == {"ok"}
    assert json.loads(made["page"].truth.to_json()) == truth  # type: ignore[attr-defined]


@pytest.mark.every
def test_seed_is_printed(pytester: pytest.Pytester) -> None:
    """A random seed is settled once, printed, and the same for all workers; a wrong one is refused."""
    pytester.makepyfile(
        "def test_a(forum_thread): print('first', forum_thread.article.title, 'last')\n"
        "def test_b(forum_thread): print('first', forum_thread.article.title, 'last')\n"
    )
    result = run(pytester, "--forum-seed", "random", "-p", "xdist", "-n2", "-rP")
    lines = [line for line in result.outlines if line.startswith("first ")]
    given = run(pytester, "--forum-seed", "12")

    result.assert_outcomes(passed=2)
    result.stdout.re_match_lines([r"forgegen: --forum-seed \d+"])
    assert len(lines) == 2
    assert len(set(lines)) == 1
    given.stdout.fnmatch_lines(["forgegen: --forum-seed 12"])
    assert "--forum-seed 'x'" in run(pytester, "--forum-seed", "x").stderr.str()


@pytest.mark.parametrize(
    ("mark", "words"),
    [("skn='x'", "Did you mean 'skin'"), ("skin='refrence'", "Did you mean 'reference'"), ("page=99", "the thread has"),
     ("7", "takes names only")],
)  # fmt: skip
def test_wrong_marks_are_said(pytester: pytest.Pytester, mark: str, words: str) -> None:
    """A marker that cannot be met fails the test with what would be right."""
    pytester.makepyfile(f"import pytest\n@pytest.mark.forum({mark})\ndef test_x(forum_page): pass\n")

    assert words in run_within(pytester).stdout.str()


def test_costs_nothing_where_it_is_not_used(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A suite without forum pages gets no line, no folder, and none of our heavy imports.

    Other libraries' plugins, which import some of these, are not loaded.
    """
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(
        f"import sys\ndef test_x(): assert not [m for m in {HEAVY!r} if m in sys.modules]\ndef test_fails(): assert 0\n"
    )
    result = pytester.runpytest_subprocess("-p", "forgegen.pytest_plugin", timeout=120)

    result.assert_outcomes(passed=1, failed=1)
    assert "forgegen" not in result.stdout.str().split("rootdir")[-1].split("plugins:")[-1].partition("\n")[2]
    assert not (pytester.path / ".forgegen").exists()


def test_start_up_imports_next_to_nothing() -> None:
    """Beyond pytest itself the plugin imports three modules of ours, until something is asked of it."""
    code = "import sys, pytest\nhad = set(sys.modules)\nimport forgegen.pytest_plugin\nprint(*sorted(set(sys.modules) - had))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert run.stdout.split() == ["forgegen", "forgegen.entry_points", "forgegen.pytest_plugin"]
