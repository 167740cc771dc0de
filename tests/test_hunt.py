"""Hunts: every distinct bug found, shrunk, saved and told, whatever the parser does."""

from __future__ import annotations

import json
import shlex
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import strategies as st

import forgegen.cli.hunt
from forgegen.assess.compare import Difference
from forgegen.assess.corpus_reader import CorpusCase
from forgegen.assess.failures import OUTLINE
from forgegen.assess.hunt import hunt
from forgegen.assess.hunt_findings import Finding, findings, rerun
from forgegen.assess.ipc import Failure, ParserAnswer, ParserRequest
from forgegen.assess.predict import read_prediction
from forgegen.assess.same_cause import Bug, explained
from forgegen.assess.worker import answer_of
from forgegen.cli.main import cli
from forgegen.errors import UsageError
from forgegen.model.thread import Author, Post, Thread
from forgegen.pages.page import Page
from forgegen.strategies import pages, threads
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
    made = drawn.threads(max_size=amount(2, 8)).map(Page)
    monkeypatch.setattr(forgegen.cli.hunt, "pages_of", lambda *_, **__: made)
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
    found = hunt(parser, simple(), examples=50)

    assert found.bugs == []
    assert 25 < parser.pages <= 50
    assert not found.timed_out


@pytest.mark.every
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


@pytest.mark.every
def test_the_same_seed_finds_the_same() -> None:
    """A hunt is a function of seed and parser; shrinking ends where it ended before."""
    answer = lambda posts: [p | {"text": (p["text"] or "").replace("&", "")} for p in posts]  # noqa: E731
    one, two = (hunt(Made(answer), simple(), examples=100, seed=3) for _ in range(2))

    assert [(b.finding.key, b.page) for b in one.bugs] == [(b.finding.key, b.page) for b in two.bugs]
    assert one.bugs


FIVE = """
from tests.parsers.by_selectolax import read

def count(n):
    return n if n is None or n < 1000 else int(str(n)[0])

def parse(body: bytes):
    answer, depth = read(body), {}
    answer["views"], answer["comment_count"] = count(answer["views"]), count(answer["comment_count"])
    for post in answer["posts"]:
        post["text"] = post["text"] and post["text"].split("\\n")[0]
        post["likes"] = count(post["likes"])
        post["date"] = post["date"] and post["date"].replace("T00:", "T12:")
        post["author"].strip()
        depth[post["id"]] = depth.get(post["parent"], 0) + 1
        if depth[post["id"]] > 2:
            post["parent"] = None
    return answer
"""


class InProcess:
    """A parser of pages' bytes in this process."""

    name = "in process"

    def __init__(self, parser: Any) -> None:
        self.parser = parser

    def run(self, case: CorpusCase) -> ParserAnswer:
        """The answer to a page, or the error."""
        return answer_of(self.parser, "bytes", ParserRequest(0, case.key, case.url, case.headers, case.body, case.html))

    def close(self) -> None:
        """Nothing to end."""


@pytest.mark.every
def test_five_causes_end_in_five_to_seven_reports() -> None:
    """A text cut at its first break, counts cut at a comma, midnight as noon, no deleted authors, two levels only."""
    names: dict[str, Any] = {}
    exec(FIVE, names)
    found = hunt(InProcess(names["parse"]), pages(skins=("reference",)), examples=300)
    told = {(bug.finding.field, bug.label) for bug in found.bugs}

    assert 5 <= len(found.bugs) <= 7
    assert {("text", "text.br"), ("parent", "tree.depth3"), ("date", "time.midnight")} <= told
    assert told & {("parser", "author.deleted"), ("parser", "tree.deleted-stub")}  # neither has an author
    assert {field for field, _ in told} & {"likes", "page.views", "page.comment_count"}
    assert all(bug.shrunk for bug in found.bugs)


def test_one_cause_in_several_fields_is_one_report() -> None:
    """A label that explains findings in fields that are written alike is told once, with the other fields."""
    midnight = 1708156800  # 2024-02-17 0:00 PT
    page = Page(
        Thread(posts=(Post("ok", author=Author("al"), time=midnight),), published=midnight, observed=midnight + 9)
    )
    one, other = (
        explained(Bug(Finding(field, "wrong", "", difference), page), frozenset(), frozenset())
        for field, difference in (
            ("date", Difference("date", "wrong", 0, 0, "0:00", "12:00", "date")),
            ("page.published", Difference("page.published", "wrong", None, None, "0:00", "12:00", "published")),
        )
    )

    assert one.label == other.label == "time.midnight"
    assert one.is_one_with(other)


def test_a_budget_ends_a_hunt() -> None:
    """No page is looked at after the time is up, and the summary says so."""
    parser = Made(lambda posts: posts)
    found = hunt(parser, simple(), examples=10**6, budget=0.5)

    assert found.timed_out
    assert found.seconds < 60
    assert parser.pages < 10**6


def test_a_page_is_heard_of_before_it_is_shrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The listener hears of a finding with its first page; one that the budget ends is told as not shrunk."""
    heard: list[tuple[int, Bug | None]] = []
    clock = [0.0]
    monkeypatch.setattr("forgegen.assess.hunt.time", SimpleNamespace(monotonic=lambda: clock[0]))

    class Listener:
        def looked(self, pages: int, bugs: int) -> None:
            """Nothing to note."""

        def found(self, number: int, bug: Bug) -> None:
            """Note the bug."""
            heard.append((number, bug))
            clock[0] += 0.6

        def dropped(self, number: int) -> None:
            """Note that it went."""
            heard.append((number, None))

    made = Made(lambda posts: [p | {"text": (p["text"] or "") + "!"} for p in posts])
    late = hunt(made, simple(), examples=50, budget=0.5, listener=Listener())
    in_time = hunt(made, simple(), examples=50, listener=Listener())

    assert [bug.shrunk for bug in late.bugs] == [False]
    assert [bug.shrunk for bug in in_time.bugs] == [True]
    assert [number for number, _ in heard] == [1, 1, 1, 1]
    assert heard[1][1] == late.bugs[0]


def test_a_parsers_patience_is_not_longer_than_the_hunts() -> None:
    """A parser that hangs is not waited for beyond the budget, and that it did not answer then is no finding."""

    class Slow(Made):
        timeout = 30.0

        def run(self, case: CorpusCase) -> ParserAnswer:
            """Late, as a supervisor sees it."""
            time.sleep(self.timeout)
            return ParserAnswer(failure=Failure("timeout", "no answer", "timeout"))

    parser = Slow(None)
    start = time.monotonic()
    found = hunt(parser, simple(), examples=50, budget=1.0)

    assert found.bugs == []
    assert found.timed_out
    assert time.monotonic() - start < 20
    assert parser.timeout == 30.0


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
    assert len(result.stdout.splitlines()) == 1 + 2 * len(files)
    assert len(files) >= 2
    for file, page in zip(files, made, strict=True):
        stem = file.name.removesuffix(".txt")
        assert file.with_name(f"{stem}.page.html").read_bytes() == page.body
        assert json.loads(file.with_name(f"{stem}.truth.json").read_text("utf-8")) == json.loads(page.truth.to_json())
        outlined = file.with_name(f"{stem}.html").read_text("utf-8")
        assert (OUTLINE in outlined) == ("parser" not in stem)
    suite = ElementTree.parse("hunt.xml").getroot()
    assert suite.get("failures") == str(len(files)) == str(len(suite.findall("testcase/failure")))
    assert Path(".forgegen/hunt/.gitignore").read_text() == "*\n"


def test_written_tests_fail_until_the_parser_is_mended(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--write-tests leaves a module that pytest runs: its tests fail with the finding, and pass once it is right."""
    monkeypatch.syspath_prepend(place)
    monkeypatch.delitem(sys.modules, "wrong", raising=False)
    (place / "wrong.py").write_text("def parse(html: str):\n    return {'posts': []}\n")
    result = called("wrong:parse", "--examples", "20", "--write-tests", "test_hunted.py", "--whitespace", "strict")
    text = (place / "test_hunted.py").read_text("utf-8")
    names: dict[str, Any] = {}
    exec(compile(text, "test_hunted.py", "exec"), names)
    tests = [value for name, value in names.items() if name.startswith("test_")]

    assert result.exit_code == 1, (result.output, result.exception)
    assert "hypothesis" not in text
    assert len(tests) == text.count("    check(hunted.parse, page, whitespace='strict')") == 1
    with pytest.raises(AssertionError, match="expected 'ok'"):
        tests[0]()


def test_a_page_is_run_again_with_limits(place: Path) -> None:
    """``rerun`` fails with what ended the parser's process, and passes what is right."""
    page = Page(Thread(posts=(Post("a"), Post("b"), Post("c"))))
    rerun("hunted:honest", page)
    with pytest.raises(AssertionError, match="exit code 9"):
        rerun("hunted:deadly", page, timeout=5.0)


def test_command_passes_an_honest_parser(place: Path) -> None:
    """Exit code 0, an empty list, no folder, and a JUnit file with a case that passed."""
    code, found = told("hunted:honest", "--examples", "40", "--junit", "hunt.xml", "-o", "out")

    assert code == 0
    assert found["bugs"] == []
    assert found["pages"] > 20
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
        ["hunted:honest", "--examples", "0"], ["hunted:honest", "--quirk", "text.bra"],
        ["hunted:honest", "--exclude-quirk", "txt"], ["hunted:honest", "--noise", "some"],
        ["hunted:honest", "--whitespace", "loose"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_use_is_said(place: Path, arguments: list[str]) -> None:
    """What cannot be done is an error of use."""
    result = called(*arguments)

    assert result.exit_code == 2 or isinstance(result.exception, UsageError), result.output
