"""Damage of every kind is found, named, and put right; never a corpus that is wrong in silence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from forgegen.corpus.executors.local import LocalExecutor
from forgegen.corpus.files import entry_of
from forgegen.corpus.manifest import MANIFEST, finalize, read_manifest
from forgegen.corpus.plan import PLAN, make_plan
from forgegen.corpus.shard import read_marker
from forgegen.corpus.verify import chosen_threads, repair, verify
from forgegen.corpus.write import write
from forgegen.errors import PlanDiffers, ReadError, UsageError
from tests.corpora import FORMATS, Serial, spec
from tests.test_corpus_write import files_of

R = TypeVar("R")
SPEC = spec(formats=["html", "jsonl", "parquet"])
JSONL = "data/jsonl/00000/part-0000001.jsonl.zst"
FOLDER = "data/html/00000/part-0000002"
MARKER = "_done/00000/part-0000000.json"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus as it should be; not to be touched."""
    out = tmp_path_factory.mktemp("whole") / "out"
    write(SPEC, out, executor=Serial())
    return out


@pytest.fixture
def out(whole: Path, tmp_path: Path) -> Path:
    """A copy to be damaged."""
    return Path(shutil.copytree(whole, tmp_path / "out"))


def test_a_sound_corpus_is_called_so(whole: Path) -> None:
    """Nothing is found, every file was looked at, and the threads made again are named."""
    found = verify(whole, regenerate=4, salt="x")

    assert found.sound
    assert found.regenerated == chosen_threads(make_plan(SPEC), 4, "x")
    assert len(found.regenerated) == 4
    assert found.files == sum(1 for f in (whole / "data").rglob("*") if f.is_file()) + 2


def flip(path: Path) -> None:
    """Change one bit in the middle."""
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def cut(path: Path) -> None:
    """Leave the first half."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def drop_last_line(path: Path) -> None:
    """Leave all lines but the last."""
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def another_page(path: Path) -> None:
    """A file more in a folder."""
    (path / "extra.html").write_bytes(b"")


def first_page(path: Path) -> None:
    """A bit flipped in the first of a folder's pages."""
    flip(sorted(path.glob("*.html"))[0])


@pytest.mark.few("path", "damage", "said", keep=6)
@pytest.mark.parametrize(
    ("path", "damage", "said"),
    [
        (JSONL, flip, "is damaged: other bytes"),
        (JSONL, cut, "right would be"),
        (JSONL, Path.unlink, "is missing"),
        (FOLDER, another_page, "is damaged"),
        (FOLDER, first_page, "is damaged"),
        (FOLDER, shutil.rmtree, "is missing"),
        (MARKER, cut, "cannot be read"),
        (MARKER, Path.unlink, "is missing"),
        (MANIFEST, cut, "is damaged"),
        (MANIFEST, drop_last_line, "is damaged"),
        (MANIFEST, flip, ""),
        (MANIFEST, Path.unlink, "is missing"),
        ("README.md", flip, "is damaged"),
        ("schema.json", Path.unlink, "is missing"),
    ],
)
def test_damage_is_named_and_repaired(
    path: str, damage: Callable[[Path], object], said: str, whole: Path, out: Path
) -> None:
    """The file is named with what is wrong; afterwards every byte is as it was."""
    damage(out / path)
    found = verify(out)

    assert not found.sound
    assert any(problem.path == path and said in problem.problem for problem in found.problems)
    assert repair(out, executor=Serial()).problems == found.problems
    assert verify(out).sound
    assert files_of(out) == files_of(whole)


class Losing:
    """An executor that begins at the end and loses a shard."""

    def run(self, task: Callable[[int], R], ids: Sequence[int]) -> Iterator[R]:
        """All but the middle one, the last first."""
        return (task(shard) for shard in reversed(ids) if shard != 1)


@pytest.mark.parametrize("manifest", [True, False])
def test_findings_do_not_depend_on_who_hashes(manifest: bool, out: Path) -> None:
    """Workers, another order and a lost shard give the same problems in the same order; each shard is told of."""
    for path, damage in ((JSONL, flip), (FOLDER, first_page), (MARKER, cut)):
        damage(out / path)
    if not manifest:
        (out / MANIFEST).unlink()
    told = list[int]()
    alone = verify(out, salt="x", on_shard=lambda found: told.append(found.shard))

    assert verify(out, salt="x", executor=LocalExecutor(2)) == alone
    assert verify(out, salt="x", executor=Losing()) == alone
    assert len(alone.problems) >= 2
    assert told == [0, 1, 2]


@pytest.mark.parametrize("path", [JSONL, FOLDER, MARKER, MANIFEST])
def test_what_is_gone_is_written_again_by_the_same_call(path: str, whole: Path, out: Path) -> None:
    """Files that are missing need no repair: ``write`` makes them."""
    shutil.rmtree(out / path) if (out / path).is_dir() else (out / path).unlink()
    write(SPEC, out, executor=Serial())

    assert files_of(out) == files_of(whole)


def test_a_marker_of_another_shard_is_no_marker(whole: Path, out: Path) -> None:
    """A marker copied onto another one's place does not count, and the shard is written again."""
    shutil.copy(out / "_done/00000/part-0000001.json", out / MARKER)
    plan = make_plan(SPEC)

    assert read_marker(plan, out, 0) is None
    assert not verify(out).sound
    write(SPEC, out, executor=Serial())
    assert files_of(out) == files_of(whole)


def test_data_that_belongs_to_no_shard_is_named_and_left(out: Path) -> None:
    """A stray shard, which a pattern over the folder would read, is found, and not deleted."""
    stray = out / "data/jsonl/00000/part-0000009.jsonl.zst"
    stray.write_bytes(b"")
    found = verify(out)

    assert [(p.path, p.shard) for p in found.problems] == [(stray.relative_to(out).as_posix(), None)]
    repair(out, executor=Serial())
    assert stray.exists()


@pytest.mark.few("form", keep=1)
@pytest.mark.parametrize("form", FORMATS)
def test_pages_that_lie_consistently_are_found_by_making_them_again(form: str, tmp_path: Path) -> None:
    """Data, marker and manifest of another seed, all in agreement, only differ from what the plan makes."""
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    one, two = spec(formats=[form]), spec(formats=[form], seed=4)
    write(one, right, executor=Serial())
    write(two, wrong, executor=Serial())
    plan, path = make_plan(one), make_plan(one).path(1, form)
    shutil.rmtree(right / path) if (right / path).is_dir() else (right / path).unlink()
    shutil.move(wrong / path, right / path)
    record = read_marker(make_plan(two), wrong, 0)
    assert record is not None
    original = json.loads((right / plan.marker(1)).read_bytes())
    entry = msgspec.structs.replace(entry_of(right / path), path=path)
    original["files"] = [msgspec.to_builtins(entry)]
    (right / plan.marker(1)).write_bytes(json.dumps(original).encode())
    finalize(plan, right)

    assert verify(right).sound
    problems = verify(right, regenerate=12).problems
    assert problems
    assert {problem.shard for problem in problems} == {1}
    repair(right, executor=Serial(), regenerate=12)
    assert verify(right, regenerate=12).sound


def test_regenerating_needs_software_that_makes_the_same_bytes(out: Path) -> None:
    """With another fingerprint files can be hashed, but nothing is made again or repaired."""
    raw = (out / PLAN).read_bytes()
    changed = raw.replace(b'"pyarrow": "', b'"pyarrow": "0.')
    (out / PLAN).write_bytes(changed)
    (out / MANIFEST).write_bytes((out / MANIFEST).read_bytes().replace(b'"pyarrow":"', b'"pyarrow":"0.'))

    assert verify(out).sound
    with pytest.raises(PlanDiffers, match="pyarrow is"):
        verify(out, regenerate=1)
    with pytest.raises(PlanDiffers, match="pyarrow is"):
        repair(out, executor=Serial())


def test_no_corpus_no_verification(tmp_path: Path) -> None:
    """A folder without a plan is wrong use."""
    with pytest.raises(UsageError, match="holds no corpus"):
        verify(tmp_path)


def test_a_manifest_is_read_strictly(out: Path) -> None:
    """Lines that are out of order, or that do not come to the head's sums, are refused with their number."""
    lines = (out / MANIFEST).read_bytes().splitlines(keepends=True)
    (out / MANIFEST).write_bytes(b"".join([lines[0], lines[2], lines[1], *lines[3:]]))
    with pytest.raises(ReadError, match=r"line 2: .* has shard 1; right would be 0"):
        read_manifest(out)

    (out / MANIFEST).write_bytes(b"".join([*lines, lines[-1]]))
    with pytest.raises(ReadError, match="has shard 2; right would be 3"):
        read_manifest(out)


def test_threads_to_make_again_are_various_and_can_be_named() -> None:
    """The same word chooses the same threads; all are chosen where there are no more."""
    plan = make_plan(spec(threads=10**12, shard_size=50_000))

    assert chosen_threads(plan, 5, "a") == chosen_threads(plan, 5, "a") != chosen_threads(plan, 5, "b")
    assert len(set(chosen_threads(plan, 50, "a"))) == 50
    assert chosen_threads(make_plan(SPEC), 99, "a") == tuple(range(12))
