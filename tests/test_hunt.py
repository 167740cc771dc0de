"""Hunts: every distinct bug found, shrunk, saved and told, whatever the parser does."""

from __future__ import annotations

import json
import shlex
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import strategies as st

import forgegen.cli.hunt
from forgegen.assess.corpus_reader import CorpusCase
from forgegen.assess.failures import OUTLINE
from forgegen.assess.hunt import findings, hunt
from forgegen.assess.ipc import Failure, ParserAnswer
from forgegen.assess.predict import read_prediction
from forgegen.cli.main import cli
from forgegen.errors import UsageError
from forgegen.model.thread import Author, Post, Thread
from forgegen.pages.page import Page
from forgegen.strategies import threads
from tests import drawn
from tests.tiers import amount

ROOT = Path(__file__).resolve().parent.parent
NODE = f"node {shlex.quote(str(ROOT / 'tests' / 'examples' / 'parser.js'))}"

PARSERS = """
import os, time
from selectolax.lexbor import LexborHTMLParser

def text(node):
    if node is None:
        return None
    for br in node.css("br"):
        br.replace_with("\\n")
    return node.text()

def honest(html: str):
    return {"posts": [
        {"text": text(li.css_first("p.text")), "id": li.attributes["id"], "author": text(li.css_first(".who")),
         "parent": None if li.css_first("a.parent") is None else li.css_first("a.parent").attributes["href"][1:]}
        for li in LexborHTMLParser(html).css("ol.comment-list > li.floor")]}

def buggy(html: str):
    posts = honest(html)["posts"]
    for post in posts:
        post["author"] = post["author"].strip()[1:]
    return {"posts": [post for post in posts if (post["text"] or "").strip()]}

def deadly(html: str):
    posts = honest(html)["posts"]
    if len(posts) > 2:
        os._exit(9)
    if any(post["parent"] for post in posts):
        time.sleep(60)
    return {"posts": posts}
"""


@pytest.fixture
def place(anyhow: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with parsers in it; pages come from the tests' own strategy."""
    (anyhow / "hunted.py").write_text(PARSERS)
    made = drawn.threads(max_size=amount(3, 8)).map(Page)
    monkeypatch.setattr(forgegen.cli.hunt, "pages_of", lambda *_: made)
    return anyhow


def called(*arguments: str) -> Result:
    """What the command says."""
    return CliRunner().invoke(cli, ["hunt", *arguments])


def told(*arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON."""
    result = called(*arguments, "--json")
    assert result.exit_code in (0, 1), (result.output, result.exception)
    return result.exit_code, json.loads(result.stdout)


class Made:
    """A parser in this process, as a hunt sees one."""

    name = "made"

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.pages = 0

    def run(self, case: CorpusCase) -> ParserAnswer:
        """The answer that the function gives from the truth."""
        self.pages += 1
        found = self.answer(
            [{"text": p.text, "author": p.author, "parent": p.parent, "id": p.id} for p in case.truth.posts]
        )
        return found if isinstance(found, ParserAnswer) else ParserAnswer(prediction=read_prediction(found))

    def close(self) -> None:
        """Nothing to end."""


def simple() -> st.SearchStrategy[Page]:
    """Pages of ordinary posts, with few odd ones."""
    return threads(max_size=4).map(Page)


def test_an_honest_parser_passes() -> None:
    """Nothing is found, and all examples are looked at."""
    parser = Made(lambda posts: posts)
    found = hunt(parser, simple(), examples=100)

    assert found.bugs == []
    assert 50 < parser.pages <= 100
    assert not found.timed_out


def test_every_bug_is_found_and_shrunk() -> None:
    """Three bugs, one of which hides another, come out one by one, each on its smallest page."""

    def answer(posts: list[dict[str, Any]]) -> Any:
        if any(post["author"] is None for post in posts):
            return ParserAnswer(failure=Failure("exception", "AttributeError: no author", "AttributeError at x.py:1"))
        if len(posts) > 2:
            posts = posts[:2]
        return [post | {"parent": None} for post in posts]

    found = hunt(Made(answer), simple(), examples=300)
    by_key = {bug.finding.key: bug for bug in found.bugs}

    assert set(by_key) == {("parser", "AttributeError at x.py:1"), ("posts", "missed"), ("parent", "missing")}
    assert len(by_key["posts", "missed"].page.truth.posts) == 3
    assert len(by_key["parent", "missing"].page.truth.posts) == 2
    gone = by_key["parser", "AttributeError at x.py:1"].page.truth.posts
    assert [post.author for post in gone] == [None]
    assert {p.text for bug in found.bugs for p in bug.page.thread.posts} <= {"ok", "ok 2", "ok 3"}


@pytest.mark.scaled
def test_the_same_seed_finds_the_same() -> None:
    """A hunt is a function of seed and parser; shrinking ends where it ended before."""
    answer = lambda posts: [p | {"text": (p["text"] or "").replace("&", "")} for p in posts]  # noqa: E731
    one, two = (hunt(Made(answer), simple(), examples=amount(15, 100), seed=3) for _ in range(2))

    assert [(b.finding.key, b.page) for b in one.bugs] == [(b.finding.key, b.page) for b in two.bugs]
    assert one.bugs


def test_a_budget_ends_a_hunt() -> None:
    """No page is looked at after the time is up, and the summary says so."""
    parser = Made(lambda posts: posts)
    found = hunt(parser, simple(), examples=10**6, budget=0.5)

    assert found.timed_out
    assert found.seconds < 60
    assert parser.pages < 10**6


def test_a_parser_that_wavers_is_a_finding() -> None:
    """A parser that answers the same page in two ways ends in a finding, not in an error of Hypothesis."""
    count = iter(range(10**9))
    found = hunt(
        Made(lambda posts: [{**p, "text": (p["text"] or "") + str(next(count) % 3)} for p in posts]),
        simple(),
        examples=30,
    )

    assert found.bugs


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ([{"text": "<b>x</b>", "author": "a"}, {"text": "spam", "author": "a"}], ("posts", "invented")),
        ([{"text": "x", "author": "a"}], ("text", "text as markup")),
        ([{"text": "&lt;b&gt;x&lt;/b&gt;", "author": "a"}], ("text", "text as markup")),
        ([{"text": "<b>x</b>", "author": "wrong"}], None), ([], None), ({}, None),
    ],
)  # fmt: skip
def test_hostile_pages_promise_no_truth(monkeypatch: pytest.MonkeyPatch, answer: Any, key: Any) -> None:
    """There only invented posts, text taken for markup, and no answer at all are findings."""
    monkeypatch.setattr(Page, "readers", property(lambda self: "hostile"))
    page = Page(Thread(posts=(Post("<b>x</b>", author=Author("a")),)))

    assert [f.key for f in findings(ParserAnswer(prediction=read_prediction(answer)), page)] == ([key] if key else [])
    assert findings(ParserAnswer(failure=Failure("timeout", "late", "timeout")), page)[0].key == ("parser", "timeout")


@pytest.mark.scaled
def test_command_saves_what_it_finds(place: Path) -> None:
    """Each bug has its page with the outline, its bytes, its truth and a line; the exit code is 1; one screen is told."""
    result = called("hunted:buggy", "--examples", str(amount(15, 150)), "--junit", "hunt.xml")
    files = sorted(Path(".forgegen/hunt").glob("*.txt"))
    made: list[Any] = []
    for file in files:
        names: dict[str, Any] = {}
        exec(file.read_text("utf-8").splitlines()[0], names)
        made.append(names["page"])

    assert result.exit_code == 1, (result.output, result.exception)
    assert "AttributeError" in result.stdout
    assert "found nothing" in result.stdout
    assert len(result.stdout.splitlines()) < 30
    assert len(files) >= 3
    for file, page in zip(files, made, strict=True):
        stem = file.name.removesuffix(".txt")
        assert file.with_name(f"{stem}.page.html").read_bytes() == page.body
        assert json.loads(file.with_name(f"{stem}.truth.json").read_text("utf-8")) == json.loads(page.truth.to_json())
        outlined = file.with_name(f"{stem}.html").read_text("utf-8")
        assert (OUTLINE in outlined) == ("parser" not in stem)
    suite = ElementTree.parse("hunt.xml").getroot()
    assert suite.get("failures") == str(len(files)) == str(len(suite.findall("testcase/failure")))
    assert Path(".forgegen/hunt/.gitignore").read_text() == "*\n"


def test_command_passes_an_honest_parser(place: Path) -> None:
    """Exit code 0, an empty list, no folder, and a JUnit file with a case that passed."""
    code, found = told("hunted:honest", "--examples", "60", "--junit", "hunt.xml", "-o", "out")

    assert code == 0
    assert found["bugs"] == []
    assert found["pages"] > 30
    assert not Path("out").exists()
    assert ElementTree.parse("hunt.xml").getroot().get("failures") == "0"


@pytest.mark.every
def test_death_and_sleep_are_findings(place: Path) -> None:
    """A parser that kills its interpreter on some pages and hangs on others is hunted to the end, both shrunk."""
    code, found = told("hunted:deadly", "--examples", "20", "--timeout", "0.3", "-o", "out")
    by_kind = {bug["kind"]: bug for bug in found["bugs"]}

    assert code == 1
    assert by_kind["ended with exit code 9"]["posts"] == 3
    assert by_kind["timeout"]["posts"] == 2
    assert all(Path(bug["html"]).is_file() for bug in found["bugs"])


@pytest.mark.outside
@pytest.mark.needs("node")
def test_javascript_example(place: Path) -> None:
    """The worked example in JavaScript is right but for the entities that it does not know."""
    code, found = told("--cmd", NODE, "--examples", "100", "--field", "author", "--field", "text", "-o", "out")
    score = CliRunner().invoke(cli, ["score", "--cmd", NODE, "--seed", "1", "--threads", "5", "--json"])
    figures = {name: metric["mean"] for name, metric in json.loads(score.stdout)["metrics"].items()}

    assert code == 1
    assert "text" in {bug["field"] for bug in found["bugs"]}
    assert any("&#3" in bug["message"] for bug in found["bugs"])
    assert figures["post_f1"] == figures["edge_f1_nonroot"] == figures["author_f1"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["hunted:none"], ["hunted:honest", "--cmd", "x"], ["hunted:honest", "--skin", "refrence"],
        ["hunted:honest", "--readers", "some"], ["hunted:honest", "--field", "autor"], ["hunted:honest", "-o", "hunted.py"],
        ["hunted:honest", "--examples", "0"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_use_is_said(place: Path, arguments: list[str]) -> None:
    """What cannot be done is an error of use."""
    result = called(*arguments)

    assert result.exit_code == 2 or isinstance(result.exception, UsageError), result.output
