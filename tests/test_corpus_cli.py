"""``forgegen corpus`` and ``forgegen verify`` as people call them."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from forgegen.cli import progress as progressing
from forgegen.cli.corpus_progress import Checking, Writing
from forgegen.cli.progress import Progress
from forgegen.corpus.files import FileEntry
from forgegen.corpus.manifest import MANIFEST
from forgegen.corpus.ondisk import OnDisk
from forgegen.corpus.shard import Record
from forgegen.corpus.write import status
from tests.command import within
from tests.conftest import ROOT
from tests.test_corpus_write import content, files_of

SMALL = ("--threads", "12", "--seed", "3", "--shard-size", "5", "--workers", "1")


def run(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The command, called in this process."""
    done = within(*map(str, arguments), cwd=cwd)
    return subprocess.CompletedProcess(
        [*map(str, arguments)], done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def events(text: str) -> list[dict[str, Any]]:
    """Lines of JSON."""
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A corpus of two formats, and how it was made."""
    out = tmp_path_factory.mktemp("cli") / "out"
    return out, run("corpus", out, *SMALL, "--format", "html,jsonl", "--split", "train=3", "--split", "test=1")


def test_a_corpus_is_written_and_said(written: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """Exit code 0, plain lines on standard error, nothing on standard output; the corpus is complete."""
    out, done = written

    assert (done.returncode, done.stdout) == (0, "")
    assert "100% 3/3 [" in done.stderr
    assert "pages/s" in done.stderr
    assert "MB/s" in done.stderr
    assert "\r" not in done.stderr
    assert f"wrote {out}" in done.stderr
    assert status(out).complete


def test_two_workers_write_the_same(written: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    """Every byte is the same with a pool, and by a spec file instead of options."""
    file = tmp_path / "spec.toml"
    file.write_text(
        'threads = 12\nseed = 3\nshard_size = 5\nformats = ["jsonl", "html"]\n[split]\ntrain = 3\ntest = 1\n', "utf-8"
    )
    done = run("corpus", tmp_path / "out", "--spec", file, "--workers", "2")

    assert done.returncode == 0, done.stderr
    assert files_of(tmp_path / "out") == files_of(written[0])


def test_events_are_json_lines(tmp_path: Path) -> None:
    """A plan, a line a shard, the end with the manifest's digest; nothing on standard error."""
    done = run("corpus", tmp_path / "out", *SMALL, "--json")
    found = events(done.stdout)

    assert (done.returncode, done.stderr) == (0, "")
    assert [event["event"] for event in found] == ["plan", "shard", "shard", "shard", "done"]
    assert found[1]["pages_per_second"] > 0
    assert found[-1]["complete"] is True
    assert len(found[-1]["manifest_sha256"]) == 64
    assert (tmp_path / "out" / "data" / "html").is_dir(), "html is the format that needs no extra"


def test_the_same_command_goes_on_and_also_the_bare_one(tmp_path: Path) -> None:
    """A slice alone is said to be one; the rest is written by the command without settings."""
    out = tmp_path / "out"
    slice_ = run("corpus", out, *SMALL, "--task-index", "1", "--task-count", "2")
    assert (slice_.returncode, "1 of 3 shards" in slice_.stderr) == (0, True)
    assert not (out / MANIFEST).exists()

    done = run("corpus", out, "--workers", "1", "--json")
    assert [event["shard"] for event in events(done.stdout) if event["event"] == "shard"] == [0, 2]
    whole = run("corpus", tmp_path / "whole", *SMALL)
    assert whole.returncode == 0
    assert files_of(out) == files_of(tmp_path / "whole")


def test_a_corpus_grows_by_option(tmp_path: Path) -> None:
    """``--extend-to`` needs no other setting; twice is once."""
    out = tmp_path / "out"
    assert run("corpus", out, *SMALL).returncode == 0
    for _ in range(2):
        done = run("corpus", out, "--extend-to", "17", "--workers", "1")
        assert done.returncode == 0, done.stderr

    assert (status(out).threads, status(out).shards) == (17, 4)
    assert run("verify", out, "--regenerate", "2").returncode == 0


def test_a_dry_run_estimates_and_writes_nothing(tmp_path: Path) -> None:
    """Pages, bytes and time, as text and as JSON; near what then is written."""
    out = tmp_path / "out"
    text = run("corpus", out, *SMALL, "--format", "jsonl", "--dry-run")
    (found,) = events(run("corpus", out, *SMALL, "--format", "jsonl", "--dry-run", "--json").stdout)

    assert text.returncode == 0
    for said in ("12 threads in 3 shards of 5", "of HTML", "jsonl", "nothing was written"):
        assert said in text.stdout
    assert not out.exists()
    assert (found["threads"], found["shards"], found["files"], found["sample"]) == (12, 3, 3, 5)
    assert found["cpu_seconds"] > 0
    assert run("corpus", out, *SMALL, "--format", "jsonl").returncode == 0
    assert 0.3 < found["pages"] / status(out).pages < 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--seed", "4"], "seed is 3 there, 4 here"),
        (["--format", "parket"], "Did you mean 'parquet'"),
        (["--skin", "referense"], "Did you mean 'reference'"),
        (["--skin", "reference=x"], "right would be NAME or NAME=3"),
        (["--columns", "troth"], "Did you mean 'truth'"),
        (["--executor", "sprak"], "Did you mean 'spark'"),
        (["--task-index", "3", "--task-count", "3"], "task index 3 of 3"),
        (["--extend-to", "3"], "cannot be extended to 3"),
    ],
)
def test_wrong_use_is_exit_code_2(
    arguments: list[str], said: str, written: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    """One line that says what would be right; the corpus is not touched."""
    before = content(written[0])
    done = run("corpus", written[0], *SMALL, "--format", "html,jsonl", "--split", "train=3,test=1", *arguments)

    assert done.returncode == 2
    assert said in done.stderr
    assert content(written[0]) == before


def test_an_address_is_refused_with_the_way_to_go() -> None:
    """Object stores get the recipe of slices and upload."""
    done = run("corpus", "s3://bucket/x", "--threads", "5")

    assert done.returncode == 2
    assert "--task-index I --task-count M" in done.stderr


def test_verify_finds_and_repairs(tmp_path: Path) -> None:
    """Exit code 0 for a sound corpus, 1 for a damaged one with the file named, 0 after repair; 2 for none."""
    out = tmp_path / "out"
    assert run("corpus", out, *SMALL, "--format", "jsonl").returncode == 0
    sound = run("verify", out, "--regenerate", "2", "--salt", "a")
    assert (sound.returncode, "is sound" in sound.stdout, "--salt a" in sound.stdout) == (0, True, True)

    before = files_of(out)
    path = "data/jsonl/00000/part-0000001.jsonl.zst"
    (out / path).write_bytes(b"x")
    damaged = run("verify", out, "--workers", "2")
    assert (damaged.returncode, path in damaged.stdout) == (1, True)
    as_json = json.loads(run("verify", out, "--json").stdout)
    assert (as_json["sound"], as_json["problems"][0]["path"], as_json["problems"][0]["shard"]) == (False, path, 1)

    repaired = run("verify", out, "--repair", "--workers", "1")
    assert repaired.returncode == 0, repaired.stdout
    assert path in repaired.stderr
    assert files_of(out) == before
    assert run("verify", tmp_path).returncode == 2


@pytest.mark.parametrize("command", ["corpus", "verify"])
def test_help_has_examples(command: str) -> None:
    """``--help`` shows how the command is called."""
    done = run(command, "--help")

    assert done.returncode == 0
    assert f"forgegen {command} out" in done.stdout
    assert "Examples:" in done.stdout


class Terminal(io.StringIO):
    """Standard error as a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def record(shard: int) -> Record:
    """A shard of 100 pages and 5 MB."""
    return Record(
        shard=shard, first=0, threads=90, pages=100, posts=0, body_bytes=5_000_000, truth_bytes=0, counts={},
        content_sha256="", files=(), run="",
    )  # fmt: skip


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Terminals are told of all that is done, whatever the time."""
    monkeypatch.setattr(progressing, "_EVERY", {True: 0.0, False: 10.0})


@pytest.mark.usefixtures("at_once")
def test_a_terminal_gets_a_bar() -> None:
    """One line, written over, with shards, pages, rates and the time to go; it stands when all is done."""
    stream = Terminal()
    progress = Writing(4, 1, events=False, stream=stream)
    for shard in (1, 2, 3):
        progress.add(record(shard))
    progress.close()
    said = stream.getvalue()

    assert said.count("\r") >= 2
    assert said.endswith("\n")
    assert said.count("\n") == 1
    assert "| 4/4 [" in said
    assert "300 pages" in said
    assert progress.rates(10.0) == {"pages_per_second": 30.0, "mb_per_second": 1.5, "eta_seconds": 0.0}


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("terminal", [True, False])
def test_checking_shows_how_far_it_is(terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal has one line, which goes in the end; a pipe hears nothing of a check of seconds."""
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    progress = Checking(4, stream=stream)
    file = FileEntry("data/x", 3_000_000, "")
    for shard in range(2):
        progress.add(OnDisk(shard, "is missing", fits=False, files={"data/x": file, "data/y": "is missing"}))
    progress.close()

    assert ("2/4 [" in stream.getvalue()) is terminal
    assert ("6.0 MB checked" in stream.getvalue()) is terminal
    assert "\n" not in stream.getvalue()
    assert terminal or not stream.getvalue()


def test_a_line_says_how_far_long_work_is() -> None:
    """Done, total, time, time to go and rate, with the note; where no total is known, what is done and the rate."""
    known = Progress(" pages", 4, note="of 2 threads", stream=io.StringIO())
    known.tell(2)
    open_ended = Progress(" pages", stream=io.StringIO())
    open_ended.tell(1500)

    assert known.line(10.0) == " 50% 2/4 [00:10<00:10,  5.00s/ pages, of 2 threads]"
    assert open_ended.line(10.0) == "1500 pages [00:10, 150.00 pages/s]"


def test_a_pipe_gets_few_plain_lines() -> None:
    """Shards that follow each other at once share a line; the last one has its own."""
    stream = io.StringIO()
    progress = Writing(50, 0, events=False, stream=stream)
    for shard in range(50):
        progress.add(record(shard))
    progress.close()

    assert stream.getvalue().count("\n") == 1
    assert "100% 50/50 [" in stream.getvalue()
    assert "5,000 pages" in stream.getvalue()
    assert "\r" not in stream.getvalue()
