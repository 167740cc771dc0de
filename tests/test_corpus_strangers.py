"""A corpus from a stranger: whatever lies in its folder, ``verify`` ends in a line, runs nothing and stays below it."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from forgegen.corpus.checked_files import check_regular
from forgegen.corpus.executors.local import LocalExecutor
from forgegen.corpus.plan import make_plan, run_of
from forgegen.corpus.spec import Spec
from forgegen.corpus.spec_file import make_spec
from forgegen.corpus.verify import repair, verify
from forgegen.corpus.write import write
from forgegen.errors import ForgegenError, ReadError
from tests.command import within
from tests.tiers import fuzz

HERE = Path(__file__).parent
SMALL = {"threads": 4, "shard_size": 2, "skins": ["ptt"], "formats": ["jsonl", "html"]}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound corpus of two shards; tests copy it."""
    out = tmp_path_factory.mktemp("sound") / "out"
    write(make_spec(SMALL), out, executor=LocalExecutor(1))
    return out


@pytest.fixture
def corpus(sound: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    shutil.copytree(sound, tmp_path / "out")
    return tmp_path / "out"


def change_plan(out: Path, change: Callable[[dict[str, Any]], object], *, signed: bool = True) -> None:
    """Change the plan, with a digest that fits as a stranger would make it."""
    raw = json.loads((out / "PLAN.json").read_bytes())
    change(raw)
    if signed:
        import msgspec

        raw["run"] = run_of(msgspec.convert(raw["spec"], Spec), raw["fingerprint"]["edition"])
    (out / "PLAN.json").write_text(json.dumps(raw), "utf-8")


def change_json(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the first line of a file of JSON."""
    first, _, rest = path.read_text("utf-8").partition("\n")
    raw = json.loads(first)
    change(raw)
    path.write_text(json.dumps(raw) + "\n" + rest, "utf-8")


ANSWER = '{"key": "0/ptt/1", "prediction": {"posts": []}}\n'
MARKER, MANIFEST, DATA = "_done/00000/part-0000000.json", "MANIFEST.jsonl", "data/jsonl/00000"


def replaced(path: str, make: Callable[[Path], object]) -> Callable[[Path], object]:
    """Another thing in the place of a file or folder."""

    def change(out: Path) -> None:
        target = out / path
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)
        make(target)

    return change


SHARD, HTML = f"{DATA}/part-0000000.jsonl.zst", "data/html/00000/part-0000000"


def rewritten(change: Callable[[bytes], bytes], *, packed: bool = True) -> Callable[[Path], object]:
    """The first shard with other rows, or with other bytes."""

    def rewrite(out: Path) -> None:
        path = out / SHARD
        data = path.read_bytes()
        with zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True) as rows:
            path.write_bytes(zstandard.ZstdCompressor().compress(change(rows.read())) if packed else change(data))

    return rewrite


def strays(out: Path) -> None:
    """Many files that belong to nothing."""
    for n in range(3_000):
        (out / "data" / f"x{n}").touch()


def folders_in_folders(out: Path) -> None:
    """More folders within each other than a path may name at once."""
    here = os.getcwd()
    try:
        os.chdir(out / "data")
        for _ in range(600):
            os.mkdir("deeper-than-paths")
            os.chdir("deeper-than-paths")
    finally:
        os.chdir(here)


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "plan-is-a-list": (replaced("PLAN.json", lambda p: p.write_text("[1, 2]")), "PLAN.json"),
    "plan-is-no-number": (replaced("PLAN.json", lambda p: p.write_text('{"shards": NaN}')), "PLAN.json"),
    "plan-climbs": (lambda out: change_plan(out, lambda p: p["spec"].update(locales={"../../../etc": 1})), "another plan"),
    "plan-of-many-skins": (lambda out: change_plan(out, lambda p: p["spec"].update(skins={f"s{n}": 1 for n in range(50_000)})), "another plan"),
    "manifest-is-no-number": (lambda out: change_json(out / MANIFEST, lambda m: m["summary"].update(pages=float("nan"))), "MANIFEST.jsonl"),
    "manifest-is-deep": (replaced(MANIFEST, lambda p: p.write_text('{"a":' * 99_999)), "MANIFEST.jsonl"),
    "manifest-is-zeros": (replaced(MANIFEST, lambda p: p.write_bytes(bytes(1 << 20))), "MANIFEST.jsonl"),
    "marker-counts-wrong": (lambda out: change_json(out / MARKER, lambda m: m["files"][0].update(bytes=-(2**70))), "part-0000000"),
    "marker-is-no-number": (lambda out: change_json(out / MARKER, lambda m: m["files"][0].update(bytes=float("inf"))), "part-0000000"),
    "markers-are-a-file": (replaced("_done", lambda p: p.write_text("x")), "_done"),
    "markers-are-a-link": (replaced("_done", lambda p: p.symlink_to("/")), "symbolic link"),
    "data-is-a-file": (replaced("data", lambda p: p.write_text("x")), "data"),
    "shard-is-cut": (rewritten(lambda data: data[: len(data) // 2], packed=False), "part-0000000.jsonl.zst"),
    "shard-is-no-archive": (rewritten(lambda data: b"x" * 99, packed=False), "part-0000000.jsonl.zst"),
    "shard-is-a-bomb": (rewritten(lambda data: bytes(1 << 28)), "part-0000000.jsonl.zst"),
    "shard-is-one-line": (rewritten(lambda data: b'{"key": "' + b"x" * (1 << 26)), "part-0000000.jsonl.zst"),
    "rows-are-deep": (rewritten(lambda data: b'{"truth": ' + b"[" * 99_999 + b"\n"), "part-0000000.jsonl.zst"),
    "rows-name-codecs": (rewritten(lambda data: data.replace(b'"utf-8"', b'"zip"')), "part-0000000.jsonl.zst"),
    "page-is-a-pipe": (lambda out: os.mkfifo(out / HTML / "pipe.html"), "part-0000000"),
    "page-is-a-link": (lambda out: (out / HTML / "x.html").symlink_to("/etc/passwd"), "symbolic link|part-0000000"),
    "many-strays": (strays, "belongs to no shard"),
    "folders-in-folders": (folders_in_folders, "belongs to no shard"),
    "names-templates": (lambda out: change_plan(out, lambda p: p["spec"].update(templates=["evil"])), "is of another plan"),
    "plan-is-a-pipe": (replaced("PLAN.json", os.mkfifo), "is a pipe"),
    "plan-is-a-folder": (replaced("PLAN.json", Path.mkdir), "is a folder"),
    "plan-is-zero": (replaced("PLAN.json", lambda p: p.symlink_to("/dev/zero")), "symbolic link"),
    "plan-is-deep": (replaced("PLAN.json", lambda p: p.write_text("[" * 100_000)), "PLAN.json"),
    "plan-is-large": (replaced("PLAN.json", lambda p: p.write_bytes(b" " * (17 << 20))), "right would be 16,777,216"),
    "plan-is-cut": (replaced("PLAN.json", lambda p: p.write_text("{")), "truncated"),
    "many-shards": (lambda out: change_plan(out, lambda p: (p["spec"].update(threads=10**18, shard_size=1), p.update(shards=10**18))), "PLAN.json"),
    "no-threads": (lambda out: change_plan(out, lambda p: p["spec"].update(threads=0)), "PLAN.json"),
    "shards-of-nothing": (lambda out: change_plan(out, lambda p: p["spec"].update(shard_size=0)), "PLAN.json"),
    "unknown-format": (lambda out: change_plan(out, lambda p: p["spec"].update(formats=["exe"])), "PLAN.json"),
    "marker-climbs": (lambda out: change_json(out / MARKER, lambda m: m["files"][0].update(path="../../../etc/passwd")), "part-0000000"),
    "marker-names-zero": (lambda out: change_json(out / MARKER, lambda m: m["files"][0].update(path="/dev/zero")), "part-0000000"),
    "marker-is-a-pipe": (replaced(MARKER, os.mkfifo), "is a pipe"),
    "manifest-is-a-pipe": (replaced(MANIFEST, os.mkfifo), "is a pipe"),
    "manifest-climbs": (lambda out: change_json(out / MANIFEST, lambda m: m["files"][0].update(path="../x")), "no file beside the data"),
    "manifest-counts-wrong": (lambda out: change_json(out / MANIFEST, lambda m: m["summary"].update(pages=2**70)), "MANIFEST.jsonl"),
    "shard-is-a-pipe": (replaced(f"{DATA}/part-0000000.jsonl.zst", os.mkfifo), "is a pipe"),
    "shard-is-a-link": (replaced(f"{DATA}/part-0000000.jsonl.zst", lambda p: p.symlink_to("/dev/zero")), "symbolic link"),
    "folder-is-a-link": (replaced(DATA, lambda p: p.symlink_to("/")), "symbolic link"),
    "folder-loops": (replaced(DATA, lambda p: p.symlink_to(p)), "symbolic link"),
    "stray-file": (lambda out: (out / "data" / "stray").write_text("x"), "data/stray: belongs to no shard"),
    "stray-name": (lambda out: Path(os.fsdecode(bytes(out) + b"/data/html/00000/\xff")).write_text("x"), "belongs to no shard"),
    "name-in-shard": (lambda out: Path(os.fsdecode(bytes(out) + b"/data/html/00000/part-0000000/\xff")).write_text("x"), "part-0000000"),
}  # fmt: skip
"""What a stranger did to a corpus, and what is said of it."""


@pytest.mark.few("name", keep=12)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_folders_end_in_lines(name: str, corpus: Path) -> None:
    """``verify`` names what is wrong on a line each, with exit code 1, or 2 where there is no plan to go by."""
    change, said = HOSTILE[name]
    change(corpus)
    done = within("verify", str(corpus))
    text = (done.stdout + done.stderr).decode("utf-8")

    assert done.returncode in (1, 2)
    assert re.search(said, text), text
    assert "Traceback" not in text
    assert len(text.splitlines()) <= 22
    assert within("verify", str(corpus), "--json").returncode == done.returncode


@pytest.mark.few("name", keep=12)
@pytest.mark.parametrize("name", HOSTILE)
def test_repair_of_hostile_folders_stays_below(name: str, corpus: Path) -> None:
    """``--repair`` makes the corpus sound or refuses in a line; nothing outside is touched, nothing named is loaded."""
    change, _ = HOSTILE[name]
    change(corpus)
    (corpus.parent / "evil").mkdir()
    before = sorted(corpus.parent.iterdir())
    done = within("verify", str(corpus), "--repair", cwd=corpus.parent)

    assert done.returncode in (0, 1, 2)
    assert b"Traceback" not in done.stderr
    assert sorted(corpus.parent.iterdir()) == before
    if done.returncode == 0:
        assert verify(corpus).sound


@pytest.mark.few("name", keep=12)
@pytest.mark.parametrize("name", HOSTILE)
def test_scores_of_hostile_folders_end(name: str, corpus: Path) -> None:
    """``score --truth`` reads what is sound or ends in a line; it neither hangs nor loads what the folder names."""
    change, _ = HOSTILE[name]
    change(corpus)
    (corpus.parent / "answers.jsonl").write_text(ANSWER, "utf-8")
    done = within("score", "--truth", str(corpus), "--predictions", str(corpus.parent / "answers.jsonl"))

    assert done.returncode in (0, 1, 2)
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0 or len(done.stderr.splitlines()) <= 2


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_strange_shards_are_not_read_as_truth(make: Callable[[Path], object], corpus: Path) -> None:
    """A pipe or a link in the place of a shard is named."""
    shard = corpus / DATA / "part-0000000.jsonl.zst"
    shard.unlink()
    make(shard)
    (corpus.parent / "answers.jsonl").write_text(ANSWER, "utf-8")
    done = within("score", "--truth", str(corpus), "--predictions", str(corpus.parent / "answers.jsonl"))

    assert done.returncode == 2
    assert b"is a pipe" in done.stderr or b"symbolic link" in done.stderr


def test_no_template_that_a_corpus_names_is_run(corpus: Path, tmp_path: Path) -> None:
    """A plan that names a folder with skins is refused until the folder is repeated; then its skins are bounded."""
    skin = tmp_path / "skins" / "ptt"
    skin.mkdir(parents=True)
    (skin / "skin.toml").write_text('title = "x"\nbase = "reference"\n', "utf-8")
    (skin / "thread.html").write_text("{{ ''.__class__.__mro__ }}", "utf-8")
    change_plan(corpus, lambda p: p["spec"].update(templates=[str(tmp_path / "skins")]))
    (corpus / "MANIFEST.jsonl").unlink()

    for more in (["--regenerate", "2"], ["--repair"]):
        done = within("verify", str(corpus), *more)
        assert done.returncode == 2
        assert b"No folder that a corpus names is looked into" in done.stderr
        assert b"--templates " in done.stderr
        repeated = within("verify", str(corpus), *more, "--templates", str(tmp_path / "skins"))
        assert repeated.returncode == 2
        assert b"holds another corpus: skins is" in repeated.stderr
    assert within("corpus", str(corpus)).returncode == 2
    assert b"looked into" in within("corpus", str(corpus)).stderr


@pytest.mark.every
def test_a_corpus_of_ones_own_skins_is_checked_with_them(tmp_path: Path) -> None:
    """Where the folder is repeated, threads are made again, and damage is mended, with the skins in it."""
    out = tmp_path / "out"
    write(
        make_spec({**SMALL, "skins": ["plainforum"], "templates": [str(HERE / "skins")]}),
        out,
        executor=LocalExecutor(1),
    )

    assert verify(out).sound
    with pytest.raises(ForgegenError, match="looked into"):
        verify(out, regenerate=2)
    assert verify(out, regenerate=2, templates=[HERE / "skins"]).sound
    (out / DATA / "part-0000000.jsonl.zst").unlink()
    assert not repair(out, executor=LocalExecutor(1), templates=[HERE / "skins"]).sound
    assert verify(out).sound


def test_a_damaged_plan_is_taken_from_the_manifest(corpus: Path, sound: Path) -> None:
    """``--repair`` writes the plan again where the manifest still has it."""
    (corpus / "PLAN.json").write_bytes(b"{")

    assert within("verify", str(corpus)).returncode == 1
    assert within("verify", str(corpus), "--repair").returncode == 0
    assert (corpus / "PLAN.json").read_bytes() == (sound / "PLAN.json").read_bytes()


@fuzz(100, 6)
@given(data=st.data())
def test_any_changed_byte_is_found_and_mended(sound: Path, data: st.DataObject) -> None:
    """A changed byte of plan, manifest or marker leaves a corpus sound, or ends in an error or problem; repair mends it."""
    name = data.draw(st.sampled_from(["PLAN.json", MANIFEST, MARKER]))
    whole = (sound / name).read_bytes()
    place, byte = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 255))
    out = sound.parent / "changed"
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(sound, out)
    (out / name).write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])

    try:
        found = verify(out)
        if not found.sound:
            repair(out, executor=LocalExecutor(1))
    except ForgegenError:
        return
    assert verify(out).sound
    assert (out / name).read_bytes() == whole or found.sound


def test_plans_of_too_many_shards_are_refused(tmp_path: Path) -> None:
    """A corpus whose markers nobody can read is not begun; the message says the least size of a shard."""
    plan = make_plan(make_spec({"threads": 10**12, "shard_size": 1}))

    with pytest.raises(ForgegenError, match="right would be a --shard-size of 100,000 or more"):
        write(plan, tmp_path / "out", executor=LocalExecutor(1))


@pytest.mark.parametrize("inner", ["", "page/inputs"])
def test_a_folder_of_a_shard_holds_files_and_folders_only(inner: str, tmp_path: Path) -> None:
    """A pipe anywhere below it is refused before it is opened, which would hang."""
    folder = tmp_path / "shard" / inner
    folder.mkdir(parents=True)
    (folder / "body.html").write_bytes(b"ok")
    check_regular(tmp_path / "shard")
    os.mkfifo(folder / "pipe")
    with pytest.raises(ReadError, match="pipe is no regular file"):
        check_regular(tmp_path / "shard")
