"""Runs over many pages: cases, aggregation, intervals, gates, and ``forgegen score``."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
import zstandard
from click.testing import CliRunner, Result

from forgegen.assess.aggregate import Bootstrap, Metric, PageScore, Report, by_thread, paired, report, unclaimed
from forgegen.assess.corpus_reader import CorpusCase, from_corpus, generated
from forgegen.assess.feed import read_predictions
from forgegen.assess.gate import Gate, broken
from forgegen.assess.ipc import Failure, ParserAnswer
from forgegen.assess.predict import POST_FIELDS
from forgegen.assess.report_text import console, number
from forgegen.assess.run import answers_from, run
from forgegen.assess.score import score
from forgegen.cli.main import cli
from forgegen.errors import UnknownName, UsageError
from forgegen.model.truth import PostTruth, Truth
from tests.threads import Made

ROOT = Path(__file__).resolve().parent.parent
CASES = Made(lambda: generated(seed=3, skins=["reference"], threads=12))

PARSER = """
from selectolax.lexbor import LexborHTMLParser

def parse(html: str):
    return {"posts": [{"text": li.css_first("p.text").text(), "parent": None}
                      for li in LexborHTMLParser(html).css("ol.comment-list > li.floor")]}

def fails(html: str):
    raise ValueError("no")
"""


@pytest.fixture
def place(anyhow: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a parser in it."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (anyhow / "some_parser.py").write_text(PARSER)
    return anyhow


def called(*arguments: str) -> Result:
    """What the command says."""
    return CliRunner().invoke(cli, ["score", *arguments])


def perfect(case: CorpusCase) -> ParserAnswer:
    """The truth as an answer."""
    return ParserAnswer(prediction=json.loads(case.truth.to_json()))


def without_tree(case: CorpusCase) -> ParserAnswer:
    """The texts alone."""
    texts: Any = {"posts": [{"text": post["text"]} for post in json.loads(case.truth.to_json())["posts"]]}
    return ParserAnswer(prediction=texts)


def test_a_perfect_parser_scores_one_and_baselines_stand_beside() -> None:
    """Every claimed figure is 1 with an interval of nothing, and every report holds all baselines."""
    found = run("perfect", perfect, CASES)

    assert {m: v.mean for m, v in found.metrics.items() if m not in ("depth_mae", "tree_cost", "headline")} == {
        m: 1 for m in found.metrics if m not in ("depth_mae", "tree_cost", "headline")
    }
    assert set(found.baselines) == {"everything", "nothing", "flat", "chain"}
    assert found.baselines["nothing"]["text_f1"] == 0
    assert found.failures == {}
    assert found.causes == []


@pytest.mark.parametrize("kind", ["timeout", "crash", "exception"])
def test_a_failure_is_a_full_miss_in_a_column_of_its_own(kind: str) -> None:
    """One failing thread of twelve costs a twelfth of everything claimed, and is counted."""

    def answer(case: CorpusCase) -> ParserAnswer:
        return ParserAnswer(failure=Failure(kind, "boo")) if case is CASES[4] else perfect(case)

    found = run("sometimes", answer, CASES)

    assert found.failures == {kind: 1}
    assert found.metrics["post_f1"].mean == pytest.approx(11 / 12)
    assert found.metrics["author_f1"].mean == pytest.approx(11 / 12)
    assert found.causes[0]["cause"] == f"{kind}: boo"
    assert f"{kind} 1/{len(CASES)}" in console(found)


def test_an_empty_answer_counts_and_claims_nothing() -> None:
    """A page answered with nothing is a miss of what the parser claims elsewhere, not of what it never claims."""

    def answer(case: CorpusCase) -> ParserAnswer:
        posts = [] if case is CASES[0] else [{"text": p.text} for p in case.truth.posts]
        return ParserAnswer(prediction={"posts": posts})  # type: ignore[arg-type]  # as a parser would return it

    found = run("texts", answer, CASES)

    assert found.silent == 1
    assert found.metrics["text_f1"].mean == pytest.approx(11 / 12)
    assert "author_f1" not in found.metrics
    assert "author -" in console(found)


def pages(*values: float, thread: str = "{}") -> list[PageScore]:
    """Pages of one post each, found or not."""
    truth = Truth(posts=(PostTruth(n=1, id="c1", text="甲"),))
    return [
        PageScore(str(i), thread.format(i), "s", score(truth, [{"text": "甲"}] if value else [{"text": "乙"}]))
        for i, value in enumerate(values)
    ]


def test_the_thread_is_the_unit() -> None:
    """Pages of one thread make one value, so a thread in many skins does not weigh more."""
    scores = [*pages(1, 1, 1, 0, thread="a"), *pages(0, thread="b")]

    assert {t: v["post_f1"] for t, v in by_thread(scores).items()} == {"a": 0.75, "b": 0}
    assert report("p", scores, {}).metrics["post_f1"] == Metric(0.375, None, None, 2)


def test_intervals_are_seeded_and_need_ten_threads() -> None:
    """The same scores give the same interval; nine threads give none."""
    ten, nine = pages(*[1, 0] * 5), pages(*[1] * 9)
    first = report("p", ten, {}).metrics["post_f1"]

    assert first == report("p", ten[::-1], {}).metrics["post_f1"]
    assert first.low is not None
    assert first.high is not None
    assert 0 < first.low < first.mean < first.high < 1
    assert report("p", nine, {}).metrics["post_f1"].low is None
    assert "n too small" in console(report("p", nine, {}))
    assert Bootstrap(map(str, range(10)), seed=1).draws != Bootstrap(map(str, range(10))).draws


def test_a_difference_is_paired() -> None:
    """The same loss on every thread is certain, however much threads differ; a mixed one is not."""
    old = {str(i): {"post_f1": i / 20, "depth_mae": 1.0} for i in range(20)}
    worse = {t: {"post_f1": v["post_f1"] - 0.01, "depth_mae": 1.5} for t, v in old.items()}
    mixed = {t: {"post_f1": v["post_f1"] + (0.1 if int(t) % 2 else -0.1)} for t, v in old.items()}

    assert [(d.metric, d.worse) for d in paired(old, worse)] == [("post_f1", True), ("depth_mae", True)]
    assert paired(worse, old)[0].better == 1
    assert not paired(old, mixed)[0].worse
    assert not paired({"0": {"post_f1": 1.0}}, {"0": {"post_f1": 0.0}})[0].worse


def test_what_is_claimed_no_more_is_named() -> None:
    """A figure that the older report has of the same threads, and the newer has of none, is no difference but a loss."""
    old = {"0": {"post_f1": 1.0, "likes_f1": 0.5}, "1": {"post_f1": 1.0, "quote_f1": 0.5}}

    assert unclaimed(old, {"0": {"post_f1": 0.5}, "2": {"post_f1": 1.0}}) == {"likes_f1": 0.5}
    assert unclaimed(old, old) == {}


def test_the_console_shows_every_field_that_is_judged() -> None:
    """Fields of posts and of the page that the parser claims stand in the table, each by its name."""
    found = run("perfect", perfect, CASES)
    text = console(found)

    for name in found.metrics:
        field = "title" if name == "page.title" else name.removesuffix("_f1")
        if field in POST_FIELDS or name.startswith("page."):
            assert re.search(rf"(?<![\w.]){field} [\d.]", text), (name, text)


def test_gates_name_what_is_broken() -> None:
    """Floors and ceilings hold or are named; what is not claimed breaks its floor; unknown metrics are refused."""
    found = run("perfect", perfect, CASES)

    assert broken(Gate({"post_f1": 1.0, "edge_f1_nonroot": 0.9}, {"failures": 0, "depth_mae": 0}), found) == []
    assert broken(Gate({"quote_f1": 0.5}), found) == ["quote_f1 is not claimed by the parser; the floor is 0.5"]
    flat = run("flat", without_tree, CASES)
    assert broken(Gate({}, {"depth_mae": 0.5, "failures": 0}), flat) == [
        "depth_mae is not claimed by the parser; the ceiling is 0.5"
    ]
    assert broken(Gate({}, {"silent": -1}), found) == ["silent is 0, above the ceiling of -1"]
    with pytest.raises(UnknownName, match="Did you mean 'post_f1'"):
        broken(Gate({"posts_f11": 1}), found)


def test_corpora_are_read_in_their_forms(tmp_path: Path) -> None:
    """A folder of pages with truths, JSON lines, gzipped or not, with text or bytes, hold the same cases."""
    folder = tmp_path / "folder"
    folder.mkdir()
    rows = []
    for i, case in enumerate(CASES[:3]):
        (folder / f"{i}.html").write_bytes(case.body)
        (folder / f"{i}.truth.json").write_text(case.truth.to_json())
        row: dict[str, Any] = {
            "key": case.key,
            "index": i,
            "skin": "reference",
            "truth": json.loads(case.truth.to_json()),
        }
        row |= {"html": case.html} if i else {"body_b64": base64.b64encode(case.body).decode(), "encoding": "utf-8"}
        rows.append(json.dumps(row).encode() + b"\n")
    (tmp_path / "rows.jsonl").write_bytes(b"".join(rows))
    (tmp_path / "rows.jsonl.gz").write_bytes(gzip.compress(b"".join(rows)))
    frames = [zstandard.ZstdCompressor().compress(row) for row in rows]
    (tmp_path / "rows.jsonl.zst").write_bytes(b"".join(frames))

    for name in ("folder", "rows.jsonl", "rows.jsonl.gz", "rows.jsonl.zst"):
        cases = list(from_corpus(tmp_path / name))
        assert [(c.body, c.html, c.truth) for c in cases] == [(c.body, c.html, c.truth) for c in CASES[:3]], name
    assert len(list(from_corpus(tmp_path))) == 9
    assert len(list(from_corpus(ROOT / "corpus" / "reference"))) > 5


@pytest.mark.parametrize("content", ["{", "{}", '{"key": "1", "truth": {"posts": 3}}', '{"key": "1", "truth": 1}'])
def test_broken_corpora_name_their_line(tmp_path: Path, content: str) -> None:
    """A row that is none is named by its line."""
    (tmp_path / "rows.jsonl").write_text(f"\n{content}\n")

    with pytest.raises(UsageError, match=r"rows.jsonl, line 2"):
        list(from_corpus(tmp_path / "rows.jsonl"))
    for wrong in (tmp_path / "none", tmp_path / "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(UsageError):
            list(from_corpus(wrong))


def test_predictions_are_read_by_key(tmp_path: Path) -> None:
    """Predictions stand under their key; a broken line or a second one is refused, a missing one is a miss."""
    file = tmp_path / "p.jsonl"
    file.write_text(
        "".join(json.dumps({"key": c.key, "prediction": json.loads(c.truth.to_json())}) + "\n" for c in CASES[1:])
    )
    found = run("file", answers_from(read_predictions(file)), CASES)

    assert found.failures == {"missing": 1}
    assert found.metrics["post_f1"].mean == pytest.approx(11 / 12)
    for wrong in ('{"key": 1}', "[]", "x", '{"key": 1, "prediction": []}\n{"key": "1", "prediction": []}'):
        file.write_text(wrong)
        with pytest.raises(UsageError, match=r"p.jsonl, line"):
            read_predictions(file)


def test_numbers_of_the_console() -> None:
    """Shares have two digits and no leading zero; only 1 itself, rounded, is 1.00."""
    assert [number(v) for v in (0, 0.5, 0.994, 0.9951, 1, -0.25)] == [".00", ".50", ".99", "1.00", "1.00", "-.25"]


def test_command_scores_a_function(place: Path) -> None:
    """One screen: figures, the tie with a baseline, failures, baselines, causes with a command."""
    result = called("some_parser:parse", "--seed", "1", "--threads", "12")

    assert result.exit_code == 0, result.output
    assert "posts 1.00 [1.00,1.00]" in result.stdout
    assert "same as the 'flat' baseline" in result.stdout
    assert "failures: none" in result.stdout
    assert "forgegen page --seed 1 --index " in result.stdout
    assert len(result.stdout.splitlines()) < 24


def test_command_writes_and_compares_reports(place: Path) -> None:
    """``-o`` writes report.json and report.md; ``--compare`` exits 1 only where surely worse, ``--gate`` below a floor."""
    run_it, few = (["--seed", "1", "--threads", number] for number in ("12", "2"))
    assert called("some_parser:parse", *run_it, "-o", "old").exit_code == 0
    same = called("some_parser:parse", *run_it, "--compare", "old/report.json")
    worse = called("some_parser:fails", *run_it, "--compare", "old/report.json", "--json")
    Path("gate.toml").write_text("[floors]\npost_f1 = 0.9\n[ceilings]\nfailures = 0\n")

    assert same.exit_code == 0, same.output
    assert "nothing moved" in same.stdout
    assert worse.exit_code == 1, worse.output
    assert "worse: post_f1" in worse.stderr
    assert json.loads(worse.stdout)["failures"] == {"exception": 12}
    assert called("some_parser:parse", *few, "--gate", "gate.toml").exit_code == 0
    broken_gate = called("some_parser:fails", *few, "--gate", "gate.toml")
    assert broken_gate.exit_code == 1
    assert "gate: post_f1 is 0.0000, below the floor of 0.9" in broken_gate.stderr
    assert "| post_f1 | 1.000 |" in Path("old/report.md").read_text("utf-8")


def test_report_has_a_schema(place: Path) -> None:
    """report.json is what its JSON Schema says."""
    called("some_parser:parse", "--seed", "1", "--threads", "3", "-o", "out")

    jsonschema.validate(json.loads(Path("out/report.json").read_text("utf-8")), msgspec.json.schema(Report))


def test_command_scores_predictions_and_corpora(place: Path) -> None:
    """A corpus on disk with predictions by key, or with a parser."""
    corpus = str(ROOT / "corpus" / "reference")
    answers = "".join(
        json.dumps({"key": c.key, "prediction": json.loads(c.truth.to_json())}) + "\n"
        for c in from_corpus(Path(corpus))
    )
    Path("answers.jsonl").write_text(answers)

    assert "posts 1.00" in called("--predictions", "answers.jsonl", "--truth", corpus).stdout
    assert "posts 1.00" in called("some_parser:parse", "--truth", corpus).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["some_parser:parse"], ["some_parser:parse", "--seed", "1", "--truth", "."], ["--seed", "1"],
        ["some_parser:none", "--seed", "1"], ["some_parser:parse", "--cmd", "x", "--seed", "1"],
        ["some_parser:parse", "--predictions", "x", "--seed", "1"], ["--predictions", "none", "--seed", "1"],
        ["some_parser:parse", "--truth", ".", "--skin", "reference"], ["some_parser:parse", "--truth", "none"],
        ["some_parser:parse", "--seed", "1", "--gate", "none"], ["some_parser:parse", "--seed", "1", "--compare", "x"],
        ["some_parser:parse", "--seed", "1", "--memory", "lots"], ["some_parser:parse", "--seed", "1", "--timeout", "0"],
        ["some_parser:parse", "--seed", "1", "-o", "some_parser.py"], ["some_parser:parse", "--seed", "1", "--skin", "no"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_use_is_said(place: Path, arguments: list[str]) -> None:
    """What cannot be done is an error of use, before or without any report."""
    result = called(*arguments)

    assert result.exit_code == 2 or isinstance(result.exception, UsageError), result.output
    assert result.stdout == ""
