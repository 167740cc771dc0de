"""The chain: what one command leaves is what the next one takes, from corpus and site to score."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from forgegen.cli.main import cli
from forgegen.errors import UsageError
from forgegen.model.truth import Truth
from forgegen.reading.extraction import extract
from forgegen.site.serving import ForumSite
from tests.corpora import FORMATS

Row = dict[str, Any]


def run(*arguments: object, code: int = 0) -> str:
    """What a command prints."""
    done = CliRunner().invoke(cli, list(map(str, arguments)))
    if code == 2:
        assert isinstance(done.exception, UsageError), done.output
        return str(done.exception)
    assert done.exit_code == code, done.output
    return done.stdout


def report(*arguments: object) -> Row:
    """The report of ``forgegen score``."""
    found: Row = json.loads(run("score", "--json", *arguments))
    return found


def figures(found: Row) -> dict[str, float]:
    """The means of a report."""
    return {name: metric["mean"] for name, metric in found["metrics"].items()}


# corpus -> extract -> score


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus in every format at once: two skins, two parts, six threads in two shards."""
    out = tmp_path_factory.mktemp("chain") / "out"
    run(
        "corpus", out, "--threads", 6, "--seed", 3, "--skin", "reference", "--skin", "phpbb3", "--cross", "--locale", "en",
        "--format", ",".join(FORMATS), "--split", "train=2,test=1", "--shard-size", 4,
    )  # fmt: skip
    return out


@pytest.fixture(scope="module")
def answers(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``forgegen extract`` reads of it."""
    file = tmp_path_factory.mktemp("chain") / "answers.jsonl"
    run("extract", corpus, "-o", file)
    return file


PLACES = (
    "", "data", "data/jsonl", "data/parquet", "data/html", "data/warc", "data/html/train",
    "data/jsonl/train/00000/part-0000000.jsonl.zst", "data/parquet/train/00000/part-0000000.parquet",
    "data/html/train/00000/part-0000000", "data/warc/train/00000/part-0000000.warc.gz",
)  # fmt: skip


@pytest.mark.few("place", keep=1)
@pytest.mark.parametrize("place", PLACES)
def test_a_corpus_is_scored_as_it_lies(place: str, corpus: Path, answers: Path) -> None:
    """Its folder, every folder below it that holds pages, and a shard in any format give the same pages, each once."""
    found = report("--truth", corpus / place, "--predictions", answers)
    whole = place.count("/") <= 1 and "train" not in place

    assert found["failures"] == {}
    assert figures(found)["post_f1"] == figures(found)["text_f1"] == figures(found)["author_f1"] == 1
    assert found["pages"] == sum(
        whole or (json.loads(line)["key"].split("/")[0] in found["threads"])
        for line in answers.read_bytes().splitlines()
    )
    assert set(found["threads"]) <= {str(n) for n in range(6)}
    assert len(found["threads"]) == 6 or not whole


@pytest.mark.few("form")
@pytest.mark.parametrize("form", FORMATS)
def test_a_corpus_in_one_format_is_scored(form: str, tmp_path: Path) -> None:
    """Also without parts and, for files, as a tar; formats without pages say so."""
    small = ["--threads", 2, "--seed", 3, "--skin", "reference", "--format", form]
    run("corpus", tmp_path / "out", *small, *(["--layout", "tar"] if form in ("html", "text") else []))
    if form in ("posts", "text", "wcxb", "webmainbench", "article-extraction"):
        said = run("score", "--truth", tmp_path / "out", "json:loads", code=2)
        assert f"holds {form}, in which there are no pages; right would be jsonl, parquet, html, warc" in said
        return
    run("extract", tmp_path / "out", "-o", tmp_path / "answers.jsonl")

    assert report("--truth", tmp_path / "out", "--predictions", tmp_path / "answers.jsonl")["threads_total"] == 2


def test_a_part_a_skin_and_a_number_of_threads_are_scored(corpus: Path, answers: Path) -> None:
    """--split, --skin and --limit leave the others out; a name that is not there is refused with those that are."""
    test = report("--truth", corpus, "--predictions", answers, "--split", "test")
    train = report("--truth", corpus, "--predictions", answers, "--split", "train")
    skin = report("--truth", corpus, "--predictions", answers, "--skin", "phpbb3")

    assert set(test["threads"]).isdisjoint(train["threads"])
    assert sorted({*test["threads"], *train["threads"]}) == [str(n) for n in range(6)]
    assert 0 < skin["pages"] < test["pages"] + train["pages"]
    assert list(report("--truth", corpus, "--predictions", answers, "--limit", 2)["threads"]) == ["0", "1"]
    assert "no page has split dev; there is test, train" in run(
        "score", "--truth", corpus, "--predictions", answers, "--split", "dev", code=2
    )
    assert "no page has skin smf2; there is phpbb3, reference" in run(
        "score", "--truth", corpus, "--predictions", answers, "--skin", "smf2", code=2
    )


def test_a_corpus_that_cannot_be_scored_says_why(tmp_path: Path) -> None:
    """A shard that is missing, and columns that were left out, end in a sentence."""
    for name, options in (("torn", []), ("bare", ["--columns", "url,truth"]), ("blind", ["--columns", "body"])):
        run("corpus", tmp_path / name, "--threads", 2, "--format", "jsonl", *options)
    next((tmp_path / "torn").rglob("*.zst")).unlink()

    assert "shard 0 of" in run("score", "--truth", tmp_path / "torn", "json:loads", code=2)
    assert "has no page beside it" in run("score", "--truth", tmp_path / "bare", "json:loads", code=2)
    assert "without the column truth" in run("score", "--truth", tmp_path / "blind", "json:loads", code=2)
    assert "holds no page for" in run("extract", tmp_path / "bare", code=2)


def test_a_page_is_extracted_and_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``extract`` prints of one page is an answer to a truth of one page, and not to one of more."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one").mkdir()
    run("page", "--seed", 7, "-o", "one/p.html")
    run("extract", "one/p.html", "-o", "x.json")

    assert figures(report("--truth", "one", "--predictions", "x.json"))["headline"] > 0.9
    run("page", "--seed", 8, "-o", "one/q.html")
    assert "the truth has more than one page" in run("score", "--truth", "one", "--predictions", "x.json", code=2)
    run("extract", "one/p.html", "one/q.html", "-o", "both.jsonl")
    assert [json.loads(line)["key"] for line in Path("both.jsonl").read_bytes().splitlines()] == ["one/p", "one/q"]


# serve -> crawl -> score


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Row]]:
    """The expectation of a running site, as a file, and what a crawler without faults saw: a row a page of a thread."""
    with ForumSite(5, skin="phpbb3", boards=2, threads=8, faults={"gone": 0.5}) as site:
        file = tmp_path_factory.mktemp("site") / "expected.jsonl"
        file.write_bytes(httpx.get(f"{site.truth_url}/expected.jsonl", params={"kind": "all"}).content)
        rows = [json.loads(line) for line in file.read_bytes().splitlines()]
        threads = [row for row in rows if row["kind"] == "thread" and row["fault"] is None]
        assert {row["fault"] for row in rows} == {None, "gone"}
        assert max(row["page"] for row in threads) > 1
        seen = []
        for row in threads:
            truth = extract(httpx.get(row["url"]).content, "phpbb3")
            url = row["url"].replace("127.0.0.1", "localhost") + "#top"
            seen.append(
                {"url": url, "thread": row["thread"], "page": row["page"], "truth": json.loads(truth.to_json())}
            )
    return file, seen


def as_lines(rows: list[Row]) -> str:
    """A feed as Scrapy writes JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_array(rows: list[Row]) -> str:
    """A feed as Scrapy writes JSON: a line an item, within brackets."""
    return "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]"


def as_table(rows: list[Row]) -> str:
    """A feed as Scrapy writes CSV."""
    out = io.StringIO()
    table = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)))
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()


def pages(seen: list[Row]) -> list[Row]:
    """An item a page."""
    return [{"url": row["url"], **row["truth"]} for row in seen]


def posts(seen: list[Row]) -> list[Row]:
    """An item a post, with names of one's own, the fields of the thread in each."""
    return [
        {
            "url": row["url"],
            "topic": f"t{row['thread']}",
            "number": post["id"],
            "user": post["author"],
            "body": post["text"],
        }
        for row in seen
        for post in row["truth"]["posts"]
    ]


def threads(seen: list[Row]) -> list[Row]:
    """An item a thread, at the address of its first page."""
    found = []
    for number in dict.fromkeys(row["thread"] for row in seen):
        own = [row for row in seen if row["thread"] == number]
        truth = Truth.join(Truth.from_json(row["truth"]) for row in own)
        found.append({"address": own[0]["url"], **json.loads(truth.to_json())})
    return found


RENAME = ("--rename", "body=text", "--rename", "user=author,number=id")
FEEDS = {
    "a page": ("items.jsonl", as_lines, pages, ()),
    "pages of a thread": ("items.json", as_array, lambda seen: [{**p, "t": s["thread"]} for p, s in zip(pages(seen), seen, strict=True)],
                          ("--group-by", "t")),
    "a post": ("items.jsonl", as_lines, posts, RENAME),
    "a post in a table": ("items.csv", as_table, posts, RENAME),
    "posts of a thread": ("items.jsonl", as_lines, posts, (*RENAME, "--group-by", "topic")),
    "a thread": ("items.jsonl", as_lines, threads, ("--url-field", "address", "--group-by", "address")),
}  # fmt: skip


@pytest.mark.few("name", keep=3)
@pytest.mark.parametrize("name", FEEDS)
def test_a_crawler_that_saw_all_scores_one(name: str, crawled: tuple[Path, list[Row]], tmp_path: Path) -> None:
    """Whatever its items are, and whichever way they are exported; the pages of a site that are gone do not count."""
    file, write, make, options = FEEDS[name]
    (tmp_path / file).write_text(write(make(crawled[1])), "utf-8")
    found = report("--truth", crawled[0], "--predictions", tmp_path / file, *options)
    gone = sum(json.loads(line)["fault"] is not None for line in crawled[0].read_bytes().splitlines())

    assert {"post_f1": 1, "text_f1": 1, "author_f1": 1}.items() <= figures(found).items()
    assert found["failures"] == {}
    assert found["crawl"] == {
        "expected": len(crawled[1]), "fetched": len(crawled[1]), "unavailable": gone, "unknown": 0, "duplicates": 0, "examples": {},
    }  # fmt: skip
    assert found["threads_total"] == len({row["thread"] for row in crawled[1]})


def test_what_a_crawler_missed_is_not_what_it_misread(crawled: tuple[Path, list[Row]], tmp_path: Path) -> None:
    """Pages not fetched, unknown addresses and duplicates are counted and cost nothing; a page misread costs."""
    expected, seen = crawled
    file = tmp_path / "items.jsonl"
    part = seen[:-2]
    items = [*pages(part), pages(part)[0], {"url": "http://127.0.0.1:1/else", "posts": []}]
    file.write_text(as_lines(items), "utf-8")
    whole = report("--truth", expected, "--predictions", file)
    misread = [{**items[0], "posts": []}, *items[1:]]
    file.write_text(as_lines(misread), "utf-8")
    worse = report("--truth", expected, "--predictions", file)
    told = run("score", "--truth", expected, "--predictions", file)

    assert figures(whole)["post_f1"] == 1
    assert figures(worse)["post_f1"] < 1
    for found in (whole, worse):
        crawl = found["crawl"]
        assert (crawl["fetched"], crawl["unknown"], crawl["duplicates"]) == (len(part), 1, 1)
        assert crawl["expected"] - crawl["fetched"] == 2
        assert found["pages"] == len(part)
    assert f"crawl: {len(part)} of {len(seen)} pages fetched, 2 not, " in told
    assert "unknown, as http://127.0.0.1:1/else" in told


def test_a_thread_lacks_the_pages_that_were_not_fetched(crawled: tuple[Path, list[Row]], tmp_path: Path) -> None:
    """Posts with the addresses of their pages are compared with those pages joined, those at a thread's with all."""
    expected, seen = crawled
    number = next(row["thread"] for row in seen if row["page"] == 2)
    first = [row for row in seen if row["thread"] == number and row["page"] == 1]
    file = tmp_path / "items.jsonl"
    file.write_text(as_lines(posts(first)), "utf-8")
    by_page = report("--truth", expected, "--predictions", file, *RENAME, "--group-by", "topic")
    by_thread = report("--truth", expected, "--predictions", file, *RENAME, "--group-by", "url")

    assert figures(by_page)["post_recall"] == 1
    assert by_page["crawl"]["fetched"] == 1
    assert figures(by_thread)["post_recall"] < 1
    assert by_thread["crawl"]["fetched"] == sum(row["thread"] == number for row in seen)


def test_posts_that_come_twice_are_one(crawled: tuple[Path, list[Row]], tmp_path: Path) -> None:
    """By their ids, on one page and over the pages of a thread; pages in any order, replies by ids of other pages."""
    expected, seen = crawled
    items = [item for item in posts(seen[::-1]) for _ in range(2)]
    (tmp_path / "items.jsonl").write_text(as_lines(items), "utf-8")
    found = report("--truth", expected, "--predictions", tmp_path / "items.jsonl", *RENAME, "--group-by", "topic")

    assert figures(found)["post_f1"] == 1
    assert figures(found)["tau"] == 1
    assert found["crawl"]["duplicates"] == len(items) // 2


WRONG = [
    ('{"title": "a"}\n{"url": "u"}', (), "line 1: no 'url'"),
    ('\n{"url": "u", "posts": []}\n{"posts": [], "uri": "v"}', (), "line 3: no 'url'; right would be an address in every"),
    ('{"url": " ", "posts": []}', (), "line 1: no 'url'"),
    ('{"href": "u", "posts": []}', ("--url-field", "hrf"), "Did you mean 'href'?"),
    ('{"url": "u", "posts": []}', ("--group-by", "thread"), "line 1: no 'thread'"),
    ('{"url": "u", "content": "a"}', (), "no item has a field of a page or post, only content"),
    ('{"url": "u", "text": "a"}', (), "none of the 1 addresses in items.jsonl is a page of the truth: 'u' is not"),
    ("", (), "items.jsonl holds no item"),
    ("[1]", (), "item 1: '1' is no item"),
    ("[{]", (), "items.jsonl is no JSON"),
    ('{"url": "u"', (), "line 1: "),
    ('{"url": "u"}', ("--rename", "body"), "right would be THEIRS=OURS"),
    ('{"url": "u"}', ("--rename", "body=txt"), "Unknown field 'txt'. Did you mean 'text'?"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "options", "words"), WRONG)
def test_a_feed_that_is_none_is_refused(
    content: str, options: tuple[str, ...], words: str, crawled: tuple[Path, list[Row]], tmp_path: Path
) -> None:
    """With its line, what would be right, and what is near."""
    (tmp_path / "items.jsonl").write_text(content, "utf-8")

    said = run("score", "--truth", crawled[0], "--predictions", tmp_path / "items.jsonl", *options, code=2)
    assert words in said


def test_groups_that_are_no_threads_are_refused(crawled: tuple[Path, list[Row]], tmp_path: Path) -> None:
    """One value in two threads, or two in one thread, say with which lines."""
    expected, seen = crawled
    file = tmp_path / "items.jsonl"
    for field, words in (("board", "items of two threads have 'b'"), ("n", "items of one thread have '0' and '1'")):
        items = [{**item, "board": "b", "n": n} for n, item in enumerate(posts(seen))]
        file.write_text(as_lines(items), "utf-8")
        assert words in run("score", "--truth", expected, "--predictions", file, *RENAME, "--group-by", field, code=2)


def test_an_expectation_has_no_pages_for_a_parser(crawled: tuple[Path, list[Row]]) -> None:
    """Only what a crawler fetched can be judged by it."""
    assert "right would be --predictions" in run("score", "--truth", crawled[0], "json:loads", code=2)
    assert "go with --predictions" in run("score", "--truth", crawled[0], "json:loads", "--group-by", "x", code=2)


@pytest.mark.every
def test_a_parser_with_names_of_its_own_is_scored_and_hunted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--rename of score and of hunt: without it nothing is claimed of texts, with it they are judged."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "renaming.py").write_text("def parse(html: str):\n    return {'heading': 'x'}\n", "utf-8")
    names = ("renaming:parse", "--rename", "heading=title")

    assert figures(report(*names, "--seed", 1, "--threads", 2))["page.title"] == 0
    found = CliRunner().invoke(cli, ["hunt", *names, "--examples", "3", "--json", "-o", "found"])
    assert {bug["field"] for bug in json.loads(found.stdout)["bugs"]} == {"page.title"}


@pytest.mark.outside
@pytest.mark.needs("scrapy")
def test_a_feed_of_scrapy_is_scored(tmp_path: Path) -> None:
    """What a spider of Scrapy exports as JSON, JSON lines and CSV, of a site that is served, is scored as it is."""
    with ForumSite(5, skin="phpbb3", boards=2, threads=5) as site:
        (tmp_path / "expected.jsonl").write_bytes(httpx.get(f"{site.truth_url}/expected.jsonl").content)
        outputs = [str(tmp_path / f"items.{end}") for end in ("json", "jsonl", "csv")]
        command = [
            sys.executable,
            "-m",
            "tests.spiders.feed",
            "phpbb3",
            site.url + site.site.forum.skin.urls.index,
            *outputs,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]

    for output in outputs:
        found = report("--truth", tmp_path / "expected.jsonl", "--predictions", output, "--url-field", "page")
        assert {"post_f1": 1, "author_f1": 1}.items() <= figures(found).items(), output
        assert found["crawl"]["fetched"] == found["crawl"]["expected"]
