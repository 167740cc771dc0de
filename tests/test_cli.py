"""The command line, as users and scripts meet it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from forgegen.entry_points import COMMANDS
from forgegen.generate.making import make_thread
from forgegen.model import Thread, Truth, write_text
from forgegen.pages.page import render
from tests.command import apart
from tests.command import within as forgegen
from tests.test_readable import SAMPLE, TEXT


def test_page_alone_prints_the_html() -> None:
    """Standard output holds the page's bytes and nothing else."""
    done = apart("page", "--seed", "7", "--index", "3")

    assert done.returncode == 0
    assert done.stdout == render(make_thread(7, 3))[0].body
    assert done.stderr == b""


def test_page_with_a_file_writes_page_and_truth(tmp_path: Path) -> None:
    """'-o p.html' also writes p.truth.json and says where to open the page; nothing else is left behind."""
    done = forgegen("page", "--seed", "7", "-o", "p.html", cwd=tmp_path)

    assert done.returncode == 0
    assert sorted(f.name for f in tmp_path.iterdir()) == ["p.html", "p.truth.json"]
    assert Truth.from_json((tmp_path / "p.truth.json").read_bytes()) == render(make_thread(7, 0))[0].truth
    assert f"open  {(tmp_path / 'p.html').resolve().as_uri()}" in done.stderr.decode()


def test_a_page_can_be_given_another_look() -> None:
    """Skin, language, encoding, boilerplate and structured data are options; locale and profile are the skin's."""
    done = forgegen(
        "page", "--skin", "discuz", "--ui", "zh-TW", "--encoding", "big5", "--noise", "wild", "--data", "none"
    )
    thread = make_thread(0, 0, locale="zh-CN", profile="forum")
    page = render(thread, "discuz", ui="zh-TW", encoding="big5", noise="wild", data="none")[0]

    assert done.stdout == page.body
    assert b"charset=big5" in done.stdout


def test_import_takes_the_same_look() -> None:
    """A thread read from text can be shown in any skin, language and encoding."""
    done = forgegen("import", "-", "--to", "html", "--skin", "discuz", "--ui", "en", stdin=TEXT.encode())

    assert done.returncode == 0
    assert "Return to list" in done.stdout.decode("gbk")


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (("--noise", "wilde"), "Did you mean 'wild'?"),
        (("--data", "goggle"), "Did you mean 'google'?"),
        (("--ui", "zh-TV"), "Did you mean 'zh-TW'?"),
        (("--encoding", "big6"), "Did you mean 'big5'?"),
    ],
)
def test_a_wrong_look_is_answered_with_the_nearest(option: tuple[str, str], message: str) -> None:
    """An unknown value is wrong use, with what would be right."""
    done = forgegen("page", "--skin", "discuz", *option)

    assert done.returncode == 2
    assert message in done.stderr.decode()


def test_page_in_other_formats() -> None:
    """truth is the truth's JSON, both is {html, truth} with the page's address."""
    page = render(make_thread(7, 0))[0]
    both = json.loads(forgegen("page", "--seed", "7", "--format", "both").stdout)

    assert json.loads(forgegen("page", "--seed", "7", "--format", "truth").stdout) == json.loads(page.truth.to_json())
    assert both == {"url": page.url, "html": page.html, "truth": json.loads(page.truth.to_json())}


def test_all_pages_of_a_long_thread(tmp_path: Path) -> None:
    """'--page all' writes every page; on standard output HTML of several pages is refused, truths are an array."""
    index = next(i for i in range(1000) if len(make_thread(7, i, profile="slashdot").posts) > 200)
    pages = render(make_thread(7, index, profile="slashdot"))
    options = ["page", "--seed", "7", "--index", str(index), "--profile", "slashdot", "--page", "all"]

    assert forgegen(*options, "-o", "p.html", "--json", cwd=tmp_path).returncode == 0
    assert (tmp_path / "p.2.html").read_bytes() == pages[1].body
    assert (tmp_path / "p.2.truth.json").exists()
    assert len(json.loads(forgegen(*options, "--format", "truth").stdout)) == len(pages)
    refused = forgegen(*options)
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert forgegen(*options[:-1], "99").returncode == 2


def test_thread_prints_json_and_text() -> None:
    """The thread's JSON and its readable text, exactly."""
    thread = make_thread(7, 0)

    assert Thread.from_json(forgegen("thread", "--seed", "7").stdout) == thread
    assert forgegen("thread", "--seed", "7", "--format", "text").stdout == write_text(thread).encode()


def test_import_detects_the_form_and_converts(tmp_path: Path) -> None:
    """Text to JSON to text gives the file back; '-' is standard input; HTML comes with its truth."""
    (tmp_path / "t.txt").write_bytes(TEXT.encode())
    as_json = forgegen("import", "t.txt", "--to", "json", cwd=tmp_path)
    html = forgegen("import", "t.txt", "--to", "html", "--skin", "reference", "-o", "p.html", cwd=tmp_path)

    assert Thread.from_json(as_json.stdout) == SAMPLE
    assert forgegen("import", "-", "--to", "text", stdin=as_json.stdout).stdout == TEXT.encode()
    assert html.returncode == 0
    assert (tmp_path / "p.html").read_bytes() == render(SAMPLE)[0].body
    assert Truth.from_json((tmp_path / "p.truth.json").read_bytes()) == render(SAMPLE)[0].truth


@pytest.mark.needs("reference")
def test_import_gives_the_reference_thread_back_byte_for_byte(reference_text: bytes) -> None:
    """By way of JSON."""
    as_json = forgegen("import", "-", "--to", "json", stdin=reference_text)

    assert forgegen("import", "-", "--to", "text", stdin=as_json.stdout).stdout == reference_text
    assert forgegen("import", "-", "--to", "html", stdin=reference_text).returncode == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (TEXT.replace("2 楼\n", "").encode(), "line 20: floor 2 is missing"),
        (TEXT.replace("[1评]", "[9评]").encode(), "fewer replies follow"),
        (TEXT.replace("2月16日 21点", "2月30日 21点").encode(), "line 5: bad date"),
        (TEXT.encode("gbk", "ignore"), "not UTF-8"),
        (b"", "line 1: the input is empty"),
        (b'{"id": 1}', "not a thread's JSON"),
    ],
)
def test_broken_input_gives_one_error_and_no_file(tmp_path: Path, content: bytes, says: str) -> None:
    """One line on standard error with file and line, exit code 2, nothing written."""
    (tmp_path / "t.txt").write_bytes(content)
    done = forgegen("import", "t.txt", "--to", "json", "-o", "out.json", cwd=tmp_path)

    assert done.returncode == 2
    assert done.stderr.decode().startswith("forgegen: t.txt, line ")
    assert says in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
    assert [f.name for f in tmp_path.iterdir()] == ["t.txt"]


def test_extract_reads_a_page_back() -> None:
    """The page's truth, from a pipe."""
    page = render(make_thread(7, 0))[0]
    done = forgegen("extract", "-", "--skin", "reference", stdin=page.body)

    assert Truth.from_json(done.stdout) == page.truth


@pytest.mark.parametrize("kind", ["skins", "quirks", "locales", "profiles", "formats", "engines", "executors"])
def test_list_names_everything(kind: str) -> None:
    """As lines and as JSON."""
    rows = json.loads(forgegen("list", kind, "--json").stdout)
    text = forgegen("list", kind).stdout.decode()

    assert [line.split("  ")[0] for line in text.splitlines()] == [row["name"] for row in rows]
    assert rows


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["pgae"], "Unknown command 'pgae'. Did you mean 'page'?"),
        (["page", "--skin", "refrence"], "Unknown skin 'refrence'. Did you mean 'reference'?"),
        (["page", "--locale", "zh-CM"], "Did you mean 'zh-CN'?"),
        (["page", "--profile", "redit"], "Did you mean 'reddit'?"),
        (["page", "--quirk", "flor.gap"], "Unknown quirk 'flor.gap'. Did you mean 'floor.gap'?"),
        (["page", "--format", "hmtl"], "Did you mean 'html'?"),
        (["page", "--page", "0"], "right would be 1, 2"),
        (["page", "--seed", "-1"], "-1 is not in the range"),
        (["page", "-o", "no/such/p.html"], "folder 'no/such' does not exist"),
        (["list", "skin"], "Did you mean 'skins'?"),
        (["import", "nothing.txt", "--to", "json"], "'nothing.txt' is not a file"),
    ],
)
def test_wrong_use_says_what_would_be_right(arguments: list[str], says: str, tmp_path: Path) -> None:
    """Exit code 2, the nearest match, no traceback, no file."""
    done = forgegen(*arguments, cwd=tmp_path)

    assert done.returncode == 2
    assert says in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", list(COMMANDS))
def test_help_has_examples(command: str) -> None:
    """Every command explains itself with examples."""
    done = forgegen(command, "--help")

    assert done.returncode == 0
    assert f"forgegen {command}" in done.stdout.decode().split("Examples:")[1]


@pytest.mark.every
def test_a_closed_pipe_is_no_traceback() -> None:
    """'forgegen … | head -1' ends quietly."""
    done = subprocess.run(
        f"{sys.executable} -m forgegen page --profile slashdot | head -c 10",
        shell=True,
        capture_output=True,
        check=False,
    )

    assert b"Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_finding() -> None:
    """``forgegen list quirks | head -1`` ends silently with the code of SIGPIPE, not with 1, which means a failed check."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "forgegen", "list", "quirks"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""

    assert process.returncode == 141


@pytest.mark.few("columns", "least", "most", keep=1)
@pytest.mark.parametrize(("columns", "least", "most"), [("140", 101, 140), ("60", 40, 60)])
def test_help_is_as_wide_as_columns_says(columns: str, least: int, most: int) -> None:
    """COLUMNS decides the width of the help, also above 100; examples keep their own lines."""
    text = apart("corpus", "--help", COLUMNS=columns).stdout.decode()
    options = text[text.index("Options:") :].splitlines()

    assert least <= max(map(len, options)) <= most


@pytest.mark.parametrize(
    ("page", "says"),
    [
        (render(make_thread(7, 0), "smf2")[0].body, "no field of skin 'reference'; skin 'smf2' fits best"),
        (b"<!DOCTYPE html><title>x</title><p>hello", "no field of skin 'reference'; no other skin fits it either"),
        (b"", "no other skin fits it either"),
    ],
)
def test_a_page_of_another_skin_is_not_read_as_empty(page: bytes, says: str) -> None:
    """Where nothing of the skin is found, exit code 1 and a line say which skin fits best, and nothing is printed."""
    done = forgegen("extract", "-", "--skin", "reference", stdin=page)

    assert done.returncode == 1
    assert says in done.stderr.decode()
    assert done.stdout == b""


def test_an_article_without_comments_is_read() -> None:
    """No post is no error, where a field of the page is there."""
    thread = msgspec.structs.replace(make_thread(7, 0), posts=())
    page = render(thread)[0]

    assert Truth.from_json(forgegen("extract", "-", stdin=page.body).stdout) == page.truth
