"""Damage is data: whatever bytes a reader is given, it answers with what it read or with one clear error."""

from __future__ import annotations

import gzip
import random
from contextlib import suppress
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from forgegen.assess import packed_lines
from forgegen.assess.corpus_reader import from_corpus
from forgegen.assess.gate import read_gate
from forgegen.assess.packed_lines import lines_of
from forgegen.corpus.spec_file import make_spec, read_spec
from forgegen.errors import ForgegenError, ReadError, UsageError
from forgegen.generate.making import make_thread
from forgegen.pages.page import render
from forgegen.reading.decoding import codec_of
from forgegen.reading.extraction import extract
from tests.command import within
from tests.damaged import EXPECTED, NAMES, mutated, readers
from tests.tiers import fuzz

LINES = b"".join(b'{"key": "%d"}\n' % number for number in range(2_000))


@pytest.mark.parametrize("name", NAMES)
def test_sound_inputs_are_read(name: str) -> None:
    """What the others damage is sound, and every reader has its tests."""
    assert tuple(readers()) == NAMES
    for data in readers()[name].inputs:
        readers()[name].read(data)


@pytest.mark.parametrize("name", NAMES)
@fuzz(240)  # a reader; tests/bench/damage.py changes more
@given(seed=st.integers(0, 2**32))
def test_damaged_input_ends_in_an_answer_or_an_error(name: str, seed: int) -> None:
    """A reader of sound input with changes in it raises what its users expect, and nothing else."""
    reader, chance = readers()[name], random.Random(seed)
    with suppress(*EXPECTED):
        reader.read(mutated(chance.choice(reader.inputs), chance))


@pytest.mark.parametrize("name", NAMES)
@fuzz(200)
@given(data=st.binary())
def test_any_bytes_end_in_an_answer_or_an_error(name: str, data: bytes) -> None:
    """So do bytes that were never sound."""
    with suppress(*EXPECTED):
        readers()[name].read(data)


@pytest.mark.parametrize("end", ["gz", "zst"])
@pytest.mark.parametrize("left", [0.3, 0.9, 0.999])
def test_packed_files_that_are_cut_short_are_no_shorter_files(end: str, left: float, tmp_path: Path) -> None:
    """A file cut within its packed data is an error with the line, whichever lines are whole."""
    whole = gzip.compress(LINES) if end == "gz" else zstandard.compress(LINES)
    path = tmp_path / f"rows.jsonl.{end}"
    path.write_bytes(whole * 2)

    assert list(lines_of(path)) == LINES.splitlines() * 2
    path.write_bytes(whole + whole[: int(left * len(whole))])
    with pytest.raises(UsageError, match=rf"rows.jsonl.{end}, line \d+: the .* file is cut short"):
        list(lines_of(path))
    done = within("score", "--truth", str(path), "--predictions", str(path))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("end", ["gz", "zst"])
def test_damaged_packed_files_are_named(end: str, tmp_path: Path) -> None:
    """A changed byte within packed data is an error with the line."""
    whole = gzip.compress(LINES) if end == "gz" else zstandard.ZstdCompressor(write_checksum=True).compress(LINES)
    path = tmp_path / f"rows.jsonl.{end}"
    path.write_bytes(whole[:200] + b"\xff\x00\xff" + whole[203:])

    with pytest.raises(UsageError, match=r"file is damaged|cut short"):
        list(lines_of(path))


@pytest.mark.parametrize("filler", [b"\0", b"\n"])
def test_bombs_are_refused(filler: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What unpacks to a thousand times its size ends at a bound, not when memory does."""
    monkeypatch.setattr(packed_lines, "_FREE", 1 << 20)
    path = tmp_path / "rows.jsonl.zst"
    path.write_bytes(zstandard.compress(filler * (24 << 20)))

    with pytest.raises(UsageError, match="unpacks to more than 1,000 times its size"):
        for _ in lines_of(path):
            pass


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A folder in the place of rows does not hang or break the reader."""
    (tmp_path / "rows.jsonl").mkdir()

    with pytest.raises(UsageError, match="no regular file"):
        list(from_corpus(tmp_path))


@pytest.mark.parametrize("encoding", ["hex", "idna", "punycode", "undefined", "\\u0000", "x" * 5_000, "unicode_escape"])
def test_odd_encodings_break_nothing(encoding: str, tmp_path: Path) -> None:
    """What is no encoding of pages is none in headers, and breaks no row."""
    path = tmp_path / "rows.jsonl"
    row = b'{"key":"1","truth":{"posts":[]},"body_b64":"5rC0","encoding":"%s"}'
    path.write_bytes(row % encoding.encode())

    assert codec_of(encoding.replace("\\u0000", "\0")) is None
    assert len(list(from_corpus(path))) == 1


def test_deep_rows_are_named(tmp_path: Path) -> None:
    """Rows nested 100,000 deep are an error with the line."""
    path = tmp_path / "rows.jsonl"
    for row in (
        "[" * 100_000,
        '{"key":"1","truth":' + "[" * 100_000,
        '{"key":"1","truth":{"posts":' + '[{"quote":' * 9_000,
    ):
        path.write_text(row, "utf-8")
        with pytest.raises(UsageError, match=r"rows.jsonl, line 1: not a"):
            list(from_corpus(path))


@pytest.mark.parametrize("bound", ["nan", "inf", "-inf"])
def test_gates_that_nothing_breaks_are_refused(bound: str, tmp_path: Path) -> None:
    """A floor of nan would hold always."""
    (tmp_path / "gate.toml").write_text(f"[floors]\npost_f1 = {bound}\n", "utf-8")

    with pytest.raises(UsageError, match=rf"post_f1 is {bound}, which nothing breaks"):
        read_gate(tmp_path / "gate.toml")


@pytest.mark.parametrize(
    "text",
    ["templates = 1.5", "templates = [1]", "threads = 1.5", "seed = 99999999999999999999", "threads = 9223372036854775807",
     "skins = 1.5", "a = " + "[" * 9_000, "a = " + "9" * 5_000, "noise = 'loud'", "formats = 3", "layout = 'x'"],
)  # fmt: skip
def test_odd_specs_end_in_one_line(text: str, tmp_path: Path) -> None:
    """A setting of another type or size is named."""
    (tmp_path / "spec.toml").write_text(text, "utf-8")

    with pytest.raises(ForgegenError) as caught:
        make_spec(read_spec(tmp_path / "spec.toml"))
    assert "\n" not in str(caught.value)


def test_bodies_nested_too_deep_are_one_line() -> None:
    """Thousands of elements within each other in a post are an error that says so, not a traceback."""
    html = render(make_thread(7, 0, locale="en", profile="forum"), "phpbb3")[0].html
    at = html.index(">", html.index('class="content"')) + 1

    with pytest.raises(ReadError, match="nested too deep"):
        extract(html[:at] + "<b><i>" * 2000 + html[at:], "phpbb3")
