"""Where commands write: whole files, devices and pipes as they are, terminals without what moves the cursor."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from forgegen.cli.output import escaped, write_file, write_files
from forgegen.whole_files import is_written_through, write_folder, write_whole
from tests.test_architecture import modules

PAGE = ["page", "--seed", "7", "--skin", "phpbb3"]


def forgegen(words: list[str], *, shell: str = "", **options: object) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, in a shell that redirects as said."""
    code = " ".join([sys.executable, "-m", "forgegen", *words, shell])
    return subprocess.run(code, shell=True, capture_output=True, timeout=120, check=False, **options)  # type: ignore[call-overload,no-any-return]


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[tuple[Path, list[bytes]]]:
    """A named pipe, and what its reader has read."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()), daemon=True)
    reader.start()
    yield path, got
    reader.join(10)


def test_a_pipe_is_written_through(pipe: tuple[Path, list[bytes]], tmp_path: Path) -> None:
    """Its reader gets the bytes, and it is a pipe still."""
    path, got = pipe
    write_file(path, b"x" * 200_000)
    for _ in range(100):
        if got:
            break
        threading.Event().wait(0.05)

    assert got == [b"x" * 200_000]
    assert path.is_fifo()
    assert list(tmp_path.iterdir()) == [path]


def test_a_device_is_written_through(tmp_path: Path) -> None:
    """``/dev/null`` stays what it is, by a link too."""
    link = tmp_path / "link"
    link.symlink_to("/dev/null")
    for path in (Path("/dev/null"), link):
        write_file(path, b"x")

    assert Path("/dev/null").is_char_device()
    assert link.is_symlink()
    assert list(tmp_path.iterdir()) == [link]


def test_a_link_is_written_through(tmp_path: Path) -> None:
    """What a link leads to is replaced whole, there or not; the link stays."""
    folder = tmp_path / "there"
    folder.mkdir()
    for name in ("old", "new"):
        (tmp_path / name).symlink_to(folder / name)
    (folder / "old").write_bytes(b"longer than what comes")
    write_files({tmp_path / "old": b"1", tmp_path / "new": b"2"})

    assert [(folder / name).read_bytes() for name in ("old", "new")] == [b"1", b"2"]
    assert (tmp_path / "old").is_symlink()
    assert (tmp_path / "new").is_symlink()
    assert sorted(p.name for p in folder.iterdir()) == ["new", "old"]


def test_a_loop_of_links_is_an_error(tmp_path: Path) -> None:
    """It is said; nothing is written."""
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(OSError, match="symbolic links"):
        write_file(tmp_path / "a", b"x")


def test_a_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    """What only its owner may read stays so."""
    path = tmp_path / "secret"
    path.write_bytes(b"old")
    path.chmod(0o600)
    write_whole(path, b"new")

    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_open_file_of_a_process_is_written_through(tmp_path: Path) -> None:
    """``/dev/stdout`` may be a file; replaced, it would not be standard output's any more."""
    assert is_written_through(Path("/dev/null"))
    assert not is_written_through(tmp_path / "new")
    assert not is_written_through(tmp_path)


def test_a_folder_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    """Where one of its files cannot be written, nothing of it is there."""
    write_folder(tmp_path / "good", {"a/b.txt": b"1", "c.txt": b"2"})
    with pytest.raises(OSError, match="a"):
        write_folder(tmp_path / "bad", {"a": b"1", "a/b": b"2"})

    assert [p.name for p in tmp_path.iterdir()] == ["good"]
    assert (tmp_path / "good" / "a" / "b.txt").read_bytes() == b"1"


def test_control_characters_are_escaped() -> None:
    """As JSON would, so that JSON on a terminal stays JSON; text, tab and line feed stay."""
    assert escaped("a\x1b[2J\x07\x7f\x9b\r\n\t 中") == "a\\u001b[2J\\u0007\\u007f\\u009b\\u000d\n\t 中"
    assert json.loads(escaped(json.dumps({"a": "\x9b"}, ensure_ascii=False))) == {"a": "\x9b"}


@pytest.mark.outside
@pytest.mark.parametrize("words", [PAGE, ["thread"], ["list", "skins"], ["list", "quirks", "--json"], ["--help"], ["page", "--help"], ["score", "tests.parsers.by_lxml:read", "--seed", "1", "--threads", "1"], ["list", "settings", "--skin", "phpbb3"]])  # fmt: skip
@pytest.mark.parametrize(("shell", "code", "said"), [(">/dev/full", 2, "No space left"), (">&-", 2, "closed"), ("2>/dev/full", 0, None), ("2>&-", 0, None), ("| true", 0, "")])  # fmt: skip
def test_what_cannot_be_written_is_one_line(words: list[str], shell: str, code: int, said: str | None) -> None:
    """A full or closed standard output costs one line and exit code 2, a full or closed standard error nothing."""
    done = forgegen(words, shell=shell, cwd=Path(__file__).parent.parent)
    error = done.stderr.decode()

    assert done.returncode == code, error
    assert "Traceback" not in error
    assert "Exception ignored" not in error
    if said is not None:
        lines = [line for line in error.splitlines() if line]
        assert len(lines) == (1 if said else 0), error
        assert all(said in line for line in lines), error


@pytest.mark.outside
@pytest.mark.parametrize("to", ["/dev/null", "/dev/stdout", "/dev/full"])
@pytest.mark.parametrize("words", [PAGE, ["thread", "--seed", "7"], ["import", "thread.json", "--to", "html"]])
def test_commands_write_to_devices(words: list[str], to: str, tmp_path: Path) -> None:
    """``-o`` takes a device, and a pipe by /dev/stdout gets what standard output would."""
    forgegen(["thread", "--seed", "7", "-o", "thread.json"], cwd=tmp_path)
    plain, there = forgegen(words, cwd=tmp_path), forgegen([*words, "-o", to], cwd=tmp_path)

    assert plain.returncode == 0, plain.stderr
    assert there.returncode == (2 if to == "/dev/full" else 0), there.stderr
    assert there.stdout == (plain.stdout if to == "/dev/stdout" else b"")
    assert there.stderr.decode().strip() == (
        "forgegen: /dev/full: No space left on device" if to == "/dev/full" else ""
    )
    assert [p.name for p in tmp_path.iterdir()] == ["thread.json"]
    assert Path(to).exists()


@pytest.mark.outside
def test_a_terminal_gets_escapes_and_a_pipe_the_characters(tmp_path: Path) -> None:
    """A page's control characters move no cursor; a pipe gets the bytes as they are."""
    import pty

    thread = json.loads(forgegen(["thread", "--seed", "7"]).stdout)
    thread["article"]["title"] = "bell \x07 clear \x1b[2J"
    (tmp_path / "t.json").write_text(json.dumps(thread))
    words = [sys.executable, "-m", "forgegen", "import", str(tmp_path / "t.json"), "--to", "text"]
    ours, theirs = pty.openpty()
    subprocess.run(words, stdout=theirs, check=True, timeout=120)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:
        pass
    raw = subprocess.run(words, capture_output=True, check=True, timeout=120).stdout

    assert b"\x07" not in shown
    assert b"\x1b" not in shown
    assert b"bell \\u0007 clear \\u001b[2J" in shown
    assert b"bell \x07 clear \x1b[2J" in raw


WRITERS = {"whole_files", "cli.output", "corpus.files", "streams.fixed"}
"""Modules that open files for writing; the formats of corpora write into what ``corpus.files`` opened."""


def test_one_module_writes_for_all_commands() -> None:
    """No command prints or opens a file for writing but by ``cli.output``; no other module writes files at all."""
    wrong = []
    for name, tree in modules().items():
        if name in WRITERS or name.startswith("maintain."):
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            modes = [
                a.value
                for a in node.args
                if isinstance(a, ast.Constant) and a.value in ("w", "wb", "x", "xb", "a", "ab")
            ]
            opened = called.split(".")[-1] == "open" and modes and not name.startswith("corpus.formats")
            if opened or called.split(".")[-1] in ("write_bytes", "write_file_text", "NamedTemporaryFile"):
                wrong.append((name, ast.unparse(node)))
            if name.startswith("cli.") and called in (
                "print",
                "click.echo",
                "click.secho",
                "click.progressbar",
                "sys.stdout.write",
                "sys.stderr.write",
            ):
                wrong.append((name, ast.unparse(node)))

    assert wrong == []
