"""``forgegen skin``: starters work at once, and what is wrong with a skin is found, with little to look at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from forgegen.cli.main import cli
from forgegen.errors import UnknownName, UsageError
from forgegen.model.thread import Article, Author, Board, Odd, OddHead, Post, Thread
from forgegen.model.truth import PostTruth, Truth
from forgegen.pages.page import Page
from forgegen.rendering.templating import trusted_environment
from forgegen.skincheck.hostile import hostile_threads, smallest
from forgegen.skincheck.lint import lint
from forgegen.skincheck.skin_check import SkinReport, check_skin
from forgegen.skins.loading import skin_names
from tests.tiers import amount

STARTERS = [("forum", ["--kind", "forum"]), ("article", ["--kind", "article"]), ("theme", ["--base", "smf2"])]
NAMES = {"Thread": Thread, "Article": Article, "Post": Post, "Author": Author, "Board": Board, "Odd": Odd}


def made(folder: Path, *options: str) -> Path:
    """The folder of a new skin ``mine``."""
    result = CliRunner().invoke(cli, ["skin", "new", "mine", "-o", str(folder), *options], catch_exceptions=False)

    assert result.exit_code == 0, result.output
    return folder / "mine"


def change(folder: Path, file: str, right: str, wrong: str, kind: str = "article") -> None:
    """Make a starter, and a change in it."""
    path = made(folder, "--kind", kind) / file
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), "utf-8")


def changed(folder: Path, file: str, right: str, wrong: str, kind: str = "article") -> SkinReport:
    """What is found after a change of a starter."""
    change(folder, file, right, wrong, kind)
    return check_skin("mine", templates=[folder], examples=amount(32, 96), shapes="any")


@pytest.mark.scaled
@pytest.mark.few("name", "options", keep=1)
@pytest.mark.parametrize(("name", "options"), STARTERS)
def test_a_starter_works_at_once(tmp_path: Path, name: str, options: list[str]) -> None:
    """What is written passes the check, by its command, and names neither its origin nor a place to fill in."""
    made(tmp_path, *options)
    result = CliRunner().invoke(
        cli, ["skin", "check", "mine", "--templates", str(tmp_path), "--examples", str(amount(20, 150))]
    )

    assert result.output.endswith("mine: all well\n"), result.output
    assert result.exit_code == 0
    for file in (tmp_path / "mine").rglob("*.*"):
        assert not {"NAME", "BASE"} & set(file.read_text("utf-8").split())


@pytest.mark.parametrize("name", ["", "My", "a b", "../x", "_x", "ä", "a--b", "a/b"])
def test_names_that_name_no_skin_are_refused(tmp_path: Path, name: str) -> None:
    """Nothing is written then."""
    result = CliRunner().invoke(cli, ["skin", "new", "-o", str(tmp_path), "--", name])

    assert isinstance(result.exception, UsageError)
    assert "cannot name a skin; right would be" in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A skin that exists, or a folder of that name, stays as it is."""
    (made(tmp_path) / "skin.toml").write_text("mine", "utf-8")
    (tmp_path / "other").mkdir()
    for name in ("mine", "other", "smf2"):
        result = CliRunner().invoke(cli, ["skin", "new", name, "-o", str(tmp_path)])
        assert isinstance(result.exception, UsageError)
        assert "exists already" in str(result.exception)

    assert (tmp_path / "mine" / "skin.toml").read_text("utf-8") == "mine"
    assert list((tmp_path / "other").iterdir()) == []


def test_an_unknown_base_is_answered_with_the_nearest(tmp_path: Path) -> None:
    """With all that are known."""
    result = CliRunner().invoke(cli, ["skin", "new", "mine", "--base", "smf", "-o", str(tmp_path)])

    assert isinstance(result.exception, UnknownName)
    assert "Did you mean 'smf2'?" in str(result.exception)


# a file of the article starter, what is replaced in it by what, and what the check then finds
WRONG = [
    ("thread.html", '<a class="who"', "<a", "post.author"),
    ("thread.html", "<p class=\"text\">{{ post.text|lines }}</p>", '<p class="text">{{ post.text|trim|lines }}</p>', "post.text"),
    ("thread.html", "{% if post.date %}", "", "template"),
    ("thread.html", '{% for post in posts %}', "{% for post in posts[:2] %}", "posts"),
    ("thread.html", '<li id="{{ post.id }}"', '<li id="{{ post.id }}"><p id="x"', "unique ids"),
    ("thread.html", "<h1>", '<img src="/logo.png"><h1>', "no outside request"),
    ("thread.html", "{% include 'NAME/_pager.html' %}", "", "next page"),
    ("thread.html", 'href="{{ host }}/user/{{ post.user }}"', 'href="u {{ post.author }}"', "links"),
    ("skin.toml", 'pattern = "^(-?\\\\d+) 楼$"', 'pattern = "^(\\\\d+) 楼$"', "post.floor_shown"),
    ("skin.toml", 'views = { css = ".views" }', 'views = { css = ".count" }', "page.views"),
    ("skin.toml", "{ css = \".replies\", none = 0 }", '{ css = ".replies" }', "post.replies"),
    ("skin.toml", '"/story/{id}/{page}"', '"/story/{page}"', "addresses of threads"),
    ("skin.toml", '"/section/{board}/{page}"', '"/section/{board}{page}"', "addresses of boards"),
    ("_page.html", '<meta charset="{{ encoding }}">', "", "charset in the first 1,024 bytes"),
    ("_page.html", "{% if generator %}", "{% if not generator %}", "generator"),
    ("_page.html", ' lang="{{ skin.locale }}"', "", "language"),
    ("board.html", "{{ thread.author or '' }}", "{{ thread.autor }}", "board.html"),
    ("board.html", "{{ thread.url }}", "{{ url }}", "board.html: links"),
    ("index.html", "{{ board.url }}", "{{ url }}", "index.html: links"),
]  # fmt: skip


@pytest.mark.scaled
@pytest.mark.few("file", "right", "wrong", "what", keep=5)
@pytest.mark.parametrize(("file", "right", "wrong", "what"), WRONG)
def test_what_is_wrong_is_found(tmp_path: Path, file: str, right: str, wrong: str, what: str) -> None:
    """The field or rule is named; where a page shows it, that page is given, with few posts or none."""
    report = changed(tmp_path, file, right.replace("NAME", "mine"), wrong)
    finding = next(f for f in report.findings if f.what == what)

    assert finding.problem
    if finding.page and what != "next page":
        assert isinstance((page := eval(finding.page, {**NAMES, "Page": Page, "OddHead": OddHead})), Page)
        assert len(page.thread.posts) <= 3


def test_both_values_and_the_selector_are_told(tmp_path: Path) -> None:
    """By the command, with exit code 1; as JSON too."""
    change(tmp_path, "thread.html", '<a class="who"', '<a class="whom"')
    run = ["skin", "check", "mine", "--templates", str(tmp_path), "--examples", "20"]
    told, data = (CliRunner().invoke(cli, [*run, *more]) for more in ([], ["--json"]))
    (finding,) = [f for f in json.loads(data.output)["findings"] if f["what"] == "post.author"]

    assert (told.exit_code, data.exit_code) == (1, 1)
    assert "post.author: the selector reads something else\n  shown:    'al'\n  read:     None\n" in told.output
    assert '  selector: author = { css = ".who" }\n  page:     Page(Thread(' in told.output
    assert (finding["shown"], finding["read"], finding["selector"]) == ("al", None, 'author = { css = ".who" }')


@pytest.mark.scaled
@pytest.mark.few("skin", keep=1)
@pytest.mark.parametrize("skin", skin_names())
def test_every_skin_of_the_package_passes(skin: str) -> None:
    """Nothing is wanting in any, also in one whose pages have room for any thread, and all take the fast way."""
    report = check_skin(skin, shapes="any", examples=amount(16, 60))

    assert report.findings == []
    assert report.threads == amount(16, 60)
    assert trusted_environment(()).slow == set()


@pytest.mark.scaled
def test_a_check_always_finds_the_same(tmp_path: Path) -> None:
    """The threads are fixed, also when they are drawn anew."""
    report = changed(tmp_path, "thread.html", "|lines", "|upper|lines", "forum")
    threads = hostile_threads(amount(60, 400))
    hostile_threads.cache_clear()

    assert report == check_skin("mine", templates=[tmp_path], examples=amount(32, 96), shapes="any")
    assert hostile_threads(amount(60, 400)) == threads


@pytest.mark.every
@pytest.mark.scaled
def test_hostile_threads_show_every_field() -> None:
    """Taken together they hold everything that a post or thread can hold, and small ones come first."""
    threads = hostile_threads(amount(300, 500))
    posts = [post for thread in threads for post in thread.posts]

    assert len(set(threads)) > amount(280, 480)
    assert all(any(getattr(p, n) != getattr(Post(), n) for p in posts) for n in Post.__struct_fields__)
    assert all(any(getattr(p.odd, n) for p in posts if p.odd) for n in Odd.__struct_fields__ if n != "plain")
    assert all(len(thread.posts) <= 3 for thread in threads[:4])
    assert {"author", "text"} <= {*PostTruth.__struct_fields__, *Truth.__struct_fields__}


@pytest.mark.every
def test_threads_become_small() -> None:
    """What does not matter for a failure is taken out or made plain."""
    threads = hostile_threads(300)
    big = next(thread for thread in threads[200:] if any("]]>" in post.text for post in thread.posts))
    small = smallest(big, 300, lambda thread: any("]]>" in post.text for post in thread.posts))

    assert [(post.depth, post.odd) for post in small.posts] == [(1, None)]


def test_lint_of_a_page() -> None:
    """Every rule that a page breaks is named once."""
    html = '<html><body background="b.png"><p id="a"><p id="a"><a href="#b">x</a><link rel="preload" href="f.woff">'
    found = dict(lint(html, html.encode(), "utf-8", "https://x.example/"))

    assert set(found) == {
        "unique ids", "no outside request", "charset in the first 1,024 bytes", "language", "title", "links", "generator",
    }  # fmt: skip
    assert "<body> fetches 'b.png'" in found["no outside request"]
    assert "<link> fetches 'f.woff'" in found["no outside request"]
    assert found["links"] == "'#b' leads to no id of the page"
