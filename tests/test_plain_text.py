"""Main text as benchmarks of extractors have it: what is in it, what must and must not be, by their own rules."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from forgegen.assess.main_text import read_texts, text_cases
from forgegen.corpus.formats.all_formats import formats
from forgegen.corpus.plan import make_plan
from forgegen.corpus.rows import Row, rows
from forgegen.corpus.spec_file import make_spec
from forgegen.corpus.verify import verify
from forgegen.corpus.write import write
from forgegen.errors import UsageError
from forgegen.generate.making import make_thread
from forgegen.pages.page import Page
from forgegen.reading.plain_text import PlainText, Quotes, plain_text
from forgegen.skins.loading import load_skin, skin_names
from tests.command import within
from tests.corpora import Serial
from tests.tiers import amount

EVERY: tuple[Quotes, ...] = ("", "keep", "drop")
FORMS = ("article-extraction", "wcxb", "webmainbench")


def seen(html: str) -> str:
    """All text of a page as another parser reads it, with white space closed up."""
    soup = BeautifulSoup(html, "html5lib")
    for silent in soup(["script", "style", "noscript", "template"]):
        silent.decompose()
    return " ".join(soup.get_text(" ").split())


def page_of(skin: str, index: int, **options: Any) -> Page:
    """The first page of a thread in a skin's own words."""
    own = load_skin(skin)
    return Page(make_thread(5, index, locale=own.locale, profile=own.profile), skin, **options)


def text_of(page: Page, quotes: Quotes = "") -> PlainText:
    """Its main text."""
    return plain_text(page.truth, page.html, load_skin(page.skin), quotes)


def assert_apart(page: Page, shown: str, found: PlainText) -> None:
    """What must be in a text is in it; what must not is on the page and not in the text."""
    assert found.text
    assert found.must_not or page.skin.startswith("ladder")  # which have nearly no furniture
    assert all(line in found.text for line in found.must)
    assert all(line.lower() not in found.text.lower() for line in found.must_not)
    assert all(" ".join(line.split()) in shown for line in found.must_not), (page.skin, found.must_not)
    names = {post.author for post in page.truth.posts if post.author}
    assert not names & set(found.must_not)


@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", skin_names())
@pytest.mark.scaled
def test_what_must_be_in_it_is_and_what_must_not_is_on_the_page(skin: str) -> None:
    """The text passes its own snippets; both kinds are read on the page by another parser; a dump of the page fails."""
    for index in range(amount(2, 4)):
        page = page_of(skin, index, noise="wild" if index % 2 else "usual")
        shown = seen(page.html)
        for quotes in EVERY:
            assert_apart(page, shown, text_of(page, quotes))


@lru_cache(maxsize=1)
def quoting(count: int) -> list[Page]:
    """The first pages with quotations of other posts."""
    pages = (page_of("phpbb3", index) for index in range(200))
    found = list(islice((page for page in pages if any(post.quotes for post in page.truth.posts)), count))
    assert len(found) == count
    return found


@pytest.mark.parametrize("quotes", ["", "keep", "drop"])
def test_quotations_are_where_they_are_asked_for(quotes: Quotes) -> None:
    """Kept they are in the text, dropped they are what must not be in it; else neither kind of snippet has any."""
    for page in quoting(5):
        found = text_of(page, quotes)
        own = "\n".join(post.text or "" for post in page.truth.posts)
        quoted = {q.text for post in page.truth.posts for q in post.quotes or () if q.text and q.text not in own}
        for text in quoted:
            assert (text in found.text) == (quotes == "keep"), text
            if quotes != "keep":
                assert text not in found.must
            if quotes != "drop":
                assert text[:200].rstrip() not in found.must_not


def corpus(out: Path, **settings: Any) -> tuple[Path, list[Row]]:
    """A small corpus in all three forms, and its rows; the folder is that of its only shard's forms."""
    spec = make_spec({"threads": 4, "seed": 5, "skins": ["phpbb3", "discuz"], "formats": FORMS, **settings})
    write(spec, out, executor=Serial())
    return out, [row for index in range(4) for row in rows(spec, index)]


def shard(out: Path, form: str, **settings: Any) -> Path:
    """The only shard of a form."""
    spec = make_spec({"threads": 4, "seed": 5, "skins": ["phpbb3", "discuz"], "formats": FORMS, **settings})
    return out / make_plan(spec).path(0, form)


def overlap(predicted: str, reference: str) -> float:
    """The F1 of words without order, as the first two benchmarks reckon in their ways."""
    words = [Counter(re.findall(r"\w+", text.lower())) for text in (predicted, reference)]
    both = (words[0] & words[1]).total()
    return 2 * both / (words[0].total() + words[1].total())


def test_the_three_forms_hold_the_same_pages_and_texts(tmp_path: Path) -> None:
    """By their published layout: pages in UTF-8 by name, texts by name; the text scores 1, the whole page less."""
    out, made = corpus(tmp_path)
    first, second, third = (shard(out, form) for form in FORMS)
    truths = json.loads((first / "ground-truth.json").read_text("utf-8"))
    lines = [json.loads(line) for line in third.read_text("utf-8").splitlines()]
    assert [row.stem for row in made] == list(truths) == [line["track_id"] for line in lines]
    for row, line in zip(made, lines, strict=True):
        file = json.loads((second / f"dev/ground-truth/{row.stem}.json").read_text("utf-8"))
        text = file["ground_truth"]["main_content"]
        assert (file["file_id"], file["url"]) == (row.stem, row.page.url)
        assert file["_internal"]["page_type"]["primary"] in ("forum", "article")
        assert truths[row.stem] == {"articleBody": text, "url": row.page.url}
        assert line["groundtruth_content"] == f"# {row.truth.title}\n\n{text}"
        for page in (first / f"html/{row.stem}.html.gz", second / f"dev/html/{row.stem}.html.gz"):
            assert gzip.decompress(page.read_bytes()).decode() == row.page.html == line["html"]
        assert overlap(text, text) == 1 > overlap(seen(row.page.html), text)
    assert verify(out, regenerate=4).sound


def test_the_part_test_is_the_held_out_one(tmp_path: Path) -> None:
    """Threads of ``test`` go to the folder ``test`` of WCXB's form, all others to ``dev``."""
    split = {"train": 1, "test": 1}
    out, made = corpus(tmp_path, formats=["wcxb"], split=split)
    there = {file.name.removesuffix(".json"): file.parts[-3] for file in out.rglob("ground-truth/*.json")}

    assert there == {row.stem: "test" if row.split == "test" else "dev" for row in made}


@pytest.mark.parametrize("form", FORMS)
def test_a_changed_page_or_a_missing_text_is_found(form: str, tmp_path: Path) -> None:
    """``verify --regenerate`` says which page is another than the one made again."""
    out, made = corpus(tmp_path, formats=[form])
    place, thread = shard(out, form, formats=[form]), made[0].index
    mine = [row for row in made if row.index == thread]
    assert formats()[form].differs(place, thread, mine) is None
    if place.is_dir():
        page = next(place.rglob(f"{mine[0].stem}.html.gz"))
        page.write_bytes(gzip.compress(b"another"))
    else:
        place.write_bytes(place.read_bytes().replace(b"<title>", b"<title >", 1))

    assert formats()[form].differs(place, thread, mine) == f"the page {mine[0].key} is missing or another"


@pytest.mark.few("form", keep=1)
@pytest.mark.parametrize("form", FORMS)
def test_score_reads_the_forms_back(form: str, tmp_path: Path) -> None:
    """The text itself scores 1 with all that must be in it and nothing that must not; the whole page scores less."""
    out, made = corpus(tmp_path / "out", formats=[form], skins=["phpbb3"])
    right = {case.case.key: case.text for case in text_cases(out)}
    assert set(right) == {row.stem for row in made}
    file = tmp_path / "answers.json"
    objects = {name: {"articleBody": text} for name, text in right.items()}
    file.write_text(json.dumps(objects if form == "article-extraction" else right), "utf-8")
    done = within("score", "--main-text", "--truth", str(out), "--predictions", str(file), "--json")
    snippets = form == "wcxb"
    report = json.loads(done.stdout)
    assert set(report.pop("texts")) == set(report.pop("truths")) == set(right)
    assert report.pop("causes") == {}
    assert report == {
        "parser": "answers.json", "pages": len(made), "failed": 0, "precision": 1, "recall": 1, "f1": 1,
        "must": 1 if snippets else None, "must_not": 0 if snippets else None,
    }  # fmt: skip
    pages = {row.stem: seen(row.html) for row in made}
    file.write_text(json.dumps(pages), "utf-8")
    dumped = json.loads(
        within("score", "--main-text", "--truth", str(out), "--predictions", str(file), "--json").stdout
    )
    assert dumped["recall"] > 0.9 > dumped["precision"]
    if snippets:
        assert dumped["must"] > 0.5  # the other parser puts spaces round what is bold
        assert dumped["must_not"] == 1


@pytest.mark.few("form", keep=2)
@pytest.mark.parametrize("form", FORMS)
def test_answers_are_written_as_the_benchmark_takes_them(form: str, tmp_path: Path) -> None:
    """``-o`` has the report and the answers; what its own program reads of them are the texts, and score reads them."""
    out, made = corpus(tmp_path / "out", formats=[form], skins=["phpbb3"])
    stems = [row.stem for row in made]
    given = {stem: f"{stem} says\n“ä” 楼" for stem in stems[1:]}
    (tmp_path / "mine.json").write_text(json.dumps(given), "utf-8")
    asked = ("score", "--main-text", "--truth", str(out))
    first = within(*asked, "--predictions", str(tmp_path / "mine.json"), "-o", str(tmp_path / "new"))
    file = tmp_path / f"new/answers.{form}.json{'l' * (form == 'webmainbench')}"
    again = within(*asked, "--predictions", str(file), "--json")
    text = file.read_text("utf-8")
    if form == "wcxb":
        told = json.loads(text)
    elif form == "article-extraction":
        wrapped = json.loads(text)
        assert set(wrapped) == {"version", "output"}
        told = {name: answer["articleBody"] for name, answer in wrapped["output"].items()}
    else:
        told = {line["track_id"]: line["mine_json_content"] for line in map(json.loads, text.splitlines())}

    assert told == (given if form != "article-extraction" else {stem: given.get(stem, "") for stem in stems})
    assert f"{len(made)} pages, 1 without an answer" in (tmp_path / "new/report.md").read_text("utf-8")
    before = json.loads((tmp_path / "new/report.json").read_bytes())
    assert (first.returncode, again.returncode) == (0, 0)
    assert json.loads(again.stdout)["texts"] == before["texts"]
    assert before["causes"] == {"no answer of this name": 1}


def test_results_as_wcxb_publishes_them_are_read(tmp_path: Path) -> None:
    """A file of its runner, with what it measured beside each answer."""
    rows = [{"file_id": "1", "page_type": "forum", "extracted": {"title": None, "main_content": "a b"}}]
    (tmp_path / "a.json").write_text(json.dumps({"extractor": "x", "results": rows}), "utf-8")

    assert read_texts(tmp_path / "a.json") == {"1": "a b"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"track_id": "a", "x_content": "b", "y_content": "c"}', "the answers are ['x_content', 'y_content']"),
        ('{"track_id": "a", "x_content": "b"}\n{"track_id": "a"', "line 2: not JSON"),
        ('{"track_id": "a", "groundtruth_content": "b"}\n{}', "line 1: the answers are []"),
        ('{"results": [{"file_id": 1}]}', "result 1: {'file_id': 1}"),
        ('{"version": "1", "output": {"a": {"articleBody": 1}}}', "the answer for 'a' is {'articleBody': 1}"),
        ("{}", "has no answers"),
        ('{"a": null}', "has no answers"),
        ("[1]", "has no answers"),
        ("{", "is not JSON"),
    ],
)
def test_what_is_no_file_of_answers_is_refused(text: str, told: str, tmp_path: Path) -> None:
    """The message names the file's place and what is there."""
    (tmp_path / "a.json").write_text(text, "utf-8")
    with pytest.raises(UsageError, match=re.escape(told)):
        read_texts(tmp_path / "a.json")


def test_gates_and_older_reports_hold_for_main_text(tmp_path: Path) -> None:
    """Below a floor, above a ceiling and surely worse are 1; without snippets a bound on them is not claimed."""
    out, _ = corpus(tmp_path / "out", formats=["wcxb"], threads=12)
    right = {case.case.key: case.text for case in text_cases(out)}
    (tmp_path / "right.json").write_text(json.dumps(right), "utf-8")
    (tmp_path / "half.json").write_text(
        json.dumps({key: text[: len(text) // 2] for key, text in right.items()}), "utf-8"
    )
    (tmp_path / "gate.toml").write_text(
        "[floors]\nf1 = 0.9\nmust = 0.9\n[ceilings]\nmust_not = 0.1\nfailures = 0\n", "utf-8"
    )
    (tmp_path / "odd.toml").write_text("[floors]\nf2 = 0.9\n", "utf-8")

    def score(name: str, *options: str) -> tuple[int, str]:
        answers = str(tmp_path / f"{name}.json")
        done = within("score", "--main-text", "--truth", str(out), "--predictions", answers, *options)
        return done.returncode, done.stderr.decode()

    gate = ("--gate", str(tmp_path / "gate.toml"))
    assert score("right", *gate, "-o", str(tmp_path / "old"))[0] == 0
    code, said = score("half", *gate, "--compare", str(tmp_path / "old/report.json"))
    assert code == 1
    assert "gate: f1 is 0." in said
    assert "worse: f1 from 1.0000 to 0." in said
    assert score("right", "--compare", str(tmp_path / "old/report.json"))[0] == 0
    assert score("half", "-o", str(tmp_path / "half"))[0] == 0
    assert score("right", "--compare", str(tmp_path / "half/report.json"))[0] == 0
    assert score("right", "--gate", str(tmp_path / "odd.toml"), "-o", str(tmp_path / "none"))[0] == 2
    assert not (tmp_path / "none").exists()
    assert score("right", "--compare", str(tmp_path / "right.json"))[0] == 2


def test_without_snippets_a_floor_on_them_is_not_claimed(tmp_path: Path) -> None:
    """Null does not pass a gate."""
    out, made = corpus(tmp_path / "out", formats=["webmainbench"])
    (tmp_path / "a.json").write_text(json.dumps({row.stem: "a" for row in made}), "utf-8")
    (tmp_path / "gate.toml").write_text("[floors]\nmust = 0.1\n", "utf-8")
    given = ("--truth", str(out), "--predictions", str(tmp_path / "a.json"), "--gate", str(tmp_path / "gate.toml"))
    done = within("score", "--main-text", *given)

    assert done.returncode == 1
    assert "must is not claimed" in done.stderr.decode()


def test_answers_of_no_page_and_of_other_pages_are_said(tmp_path: Path) -> None:
    """Names that fit nothing are refused; a report on other pages of the same names cannot be compared with."""
    for seed in (5, 6):
        corpus(tmp_path / f"out{seed}", formats=["wcxb"], seed=seed)
        right = {case.case.key: case.text for case in text_cases(tmp_path / f"out{seed}")}
        (tmp_path / f"{seed}.json").write_text(json.dumps(right), "utf-8")
        asked = ("--truth", str(tmp_path / f"out{seed}"), "--predictions", str(tmp_path / f"{seed}.json"))
        assert within("score", "--main-text", *asked, "-o", str(tmp_path / f"old{seed}")).returncode == 0
    compared = within("score", "--main-text", *asked, "--compare", str(tmp_path / "old5/report.json"))
    (tmp_path / "b.json").write_text('{"b.html": "x"}', "utf-8")
    named = within("score", "--main-text", *asked[:2], "--predictions", str(tmp_path / "b.json"))

    assert (compared.returncode, named.returncode) == (2, 2)
    assert "the older report holds none of these pages" in compared.stderr.decode()
    assert "no answer has the name of a page: there is 'b.html'" in named.stderr.decode()


def test_a_page_without_main_text_and_lone_surrogates_are_read(tmp_path: Path) -> None:
    """WCXB has pages with null; what UTF-8 cannot hold is a question mark, and a report is written."""
    for name, text in (("a", None), ("b", "x y")):
        for kind, data in (
            ("ground-truth", json.dumps({"ground_truth": {"main_content": text}})),
            ("html", "<p>x y</p>"),
        ):
            (tmp_path / kind).mkdir(exist_ok=True)
            (tmp_path / kind / f"{name}.{'json' if kind == 'ground-truth' else 'html'}").write_text(data, "utf-8")
    (tmp_path / "p.json").write_text('{"b": "x \\ud800", "a": ""}', "utf-8")
    asked = ("--truth", str(tmp_path), "--predictions", str(tmp_path / "p.json"), "-o", str(tmp_path / "new"))

    assert within("score", "--main-text", *asked).returncode == 0
    assert json.loads((tmp_path / "new/answers.wcxb.json").read_bytes()) == {"a": "", "b": "x ?"}
    assert within("score", "--main-text", *asked).returncode == 0  # its own files are no truth


def test_two_benchmarks_at_once_are_refused(tmp_path: Path) -> None:
    """The same page twice would count twice."""
    out, made = corpus(tmp_path / "out")
    (tmp_path / "a.json").write_text(json.dumps({made[0].stem: "x"}), "utf-8")
    done = within("score", "--main-text", "--truth", str(out), "--predictions", str(tmp_path / "a.json"))

    assert done.returncode == 2
    assert f"two pages are named '{made[0].stem}'" in done.stderr.decode()


def test_score_runs_a_parser_on_main_text(tmp_path: Path) -> None:
    """A parser's answer is a mere text, or its paragraphs and posts; one that fails counts as an empty text."""
    out, made = corpus(tmp_path / "out", formats=["wcxb"], skins=["phpbb3"])
    (tmp_path / "mine.py").write_text(
        "import forgegen\n\ndef posts(html):\n    return forgegen.extract(html, skin='phpbb3')\n"
        "\ndef fails(html):\n    raise ValueError(html[:5])\n",
        "utf-8",
    )
    asked = ("score", "--main-text", "--truth", str(out / "data/wcxb"), "--json")
    read, lost = (within(*asked, f"mine:{name}", cwd=tmp_path) for name in ("posts", "fails"))

    assert json.loads(read.stdout)["f1"] > 0.95
    assert json.loads(read.stdout)["must"] == 1
    assert (json.loads(lost.stdout)["failed"], json.loads(lost.stdout)["recall"]) == (len(made), 0)
    (cause,) = json.loads(lost.stdout)["causes"]
    assert cause.startswith("exception: ValueError")


@pytest.mark.parametrize(
    ("files", "options", "said"),
    [
        ({}, (), "holds no main texts"),
        ({"ground-truth/a.json": "{}"}, (), "has no 'ground_truth'"),
        ({"ground-truth/a.json": '{"ground_truth": {"main_content": "x"}}'}, (), "has no page 'a'"),
        ({"ground-truth.json": "[]"}, (), "not an object"),
        ({"ground-truth.json": '{"../a": {"articleBody": "x"}}', "a.html": "x"}, (), "has no page '../a'"),
        ({"a.webmainbench.jsonl": '{"track_id": 1}'}, (), "a.webmainbench.jsonl, line 1: no 'track_id'"),
        ({"a.webmainbench.jsonl": "{"}, (), "line 1: not JSON"),
        ({}, ("--split", "dev"), "--split does not go with --main-text"),
        ({}, ("--threads", "2"), "--threads does not go with --main-text"),
        ({}, ("--locale", "en"), "--locale does not go with --main-text"),
        ({}, ("--setting", "dates=relative"), "--setting does not go with --main-text"),
    ],
)
def test_what_is_no_benchmark_is_refused(
    files: dict[str, str], options: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    """One line says what is wrong with which file, and the exit code is 2."""
    for name, text in files.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text(text, "utf-8")
    (tmp_path / "in").mkdir(exist_ok=True)
    (tmp_path / "answers.json").write_text('{"a": "x"}', "utf-8")
    given = ("--truth", str(tmp_path / "in"), "--predictions", str(tmp_path / "answers.json"), *options)
    done = within("score", "--main-text", *given)

    assert done.returncode == 2
    assert said in done.stderr.decode()


def test_quotes_need_a_text() -> None:
    """``quotes`` without a format that has texts is refused with those that do."""
    with pytest.raises(UsageError, match="right would be with a format of article-extraction, wcxb, webmainbench"):
        make_spec({"formats": ["html"], "quotes": "keep"})
