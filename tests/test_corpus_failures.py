"""Full disks, folders that cannot be written to, and whatever else the system refuses: said with the file's name."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from forgegen.corpus.files import OutputFile, OutputFolder, stray_temporaries
from forgegen.corpus.formats.all_formats import formats
from forgegen.corpus.manifest import MANIFEST
from forgegen.corpus.plan import make_plan, store_plan
from forgegen.corpus.shard import ShardTask, read_marker
from forgegen.corpus.write import write
from forgegen.whole_files import write_whole
from tests.conftest import ROOT
from tests.corpora import FORMATS, Serial, spec
from tests.test_corpus_write import files_of


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A disk with room for 10 kB a file."""

    def refuse(size: int) -> None:
        if size > 10_000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    write_file, put = OutputFile.write, OutputFolder.put

    def limited(self: OutputFile, data: bytes) -> int:
        refuse(self.tell() + len(data))
        return write_file(self, data)

    def limited_put(self: OutputFolder, name: str, data: bytes) -> None:
        refuse(sum(size for size, _ in self._files.values()) + len(data))
        put(self, name, data)

    monkeypatch.setattr(OutputFile, "write", limited)
    monkeypatch.setattr(OutputFolder, "put", limited_put)
    return monkeypatch


@pytest.mark.few("form", keep=5)
@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_is_said_and_nothing_half_written_stays(
    form: str, full: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The error names the folder; no data, marker, manifest or temporary stays; with room the same call goes on."""
    settings = spec(formats=[form], threads=10, shard_size=10)
    out = tmp_path / "out"
    with pytest.raises(OSError, match="No space left on device") as error:
        write(settings, out, executor=Serial())

    assert error.value.errno == errno.ENOSPC
    assert error.value.filename is not None
    assert [name for name in files_of(out) if name != "PLAN.json"] == []
    full.undo()
    write(settings, out, executor=Serial())
    write(settings, tmp_path / "whole", executor=Serial())
    assert files_of(out) == files_of(tmp_path / "whole")


LIMITED = """
import resource, signal, sys
from pathlib import Path
from forgegen.corpus.write import write
from tests.corpora import Serial, spec
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
try:
    write(spec(formats=["jsonl", "parquet"]), Path(sys.argv[1]), executor=Serial())
except OSError as e:
    print(e.errno, e.filename)
"""


@pytest.mark.every
def test_a_limit_of_the_system_is_treated_alike(tmp_path: Path) -> None:
    """Where the system itself refuses to let a file grow, the error is told and the folder holds the plan alone."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "out")],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.split()[0] == str(errno.EFBIG)
    assert done.stderr == ""
    assert list(files_of(tmp_path / "out")) == ["PLAN.json"]


def test_a_folder_that_cannot_be_written_to_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A read-only target stops before any work, with its name in the error."""

    def read_only(source: str, target: str) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(target))

    real = Path.open

    def opened(path: Path, mode: str = "r", *rest: Any, **named: Any) -> Any:
        """Only what is below the target is read-only."""
        return read_only("", str(path)) if path.is_relative_to(tmp_path) else real(path, mode, *rest, **named)

    monkeypatch.setattr(os, "link", read_only)
    monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(OSError, match="Read-only file system") as error:
        write(spec(), tmp_path / "out", executor=Serial())

    assert "PLAN.json" in str(error.value.filename)


@pytest.mark.parametrize("form", FORMATS)
def test_an_error_while_rows_are_made_leaves_nothing(
    form: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever stops a shard midway, its temporaries are taken back."""

    def fails(self: object) -> None:
        raise RuntimeError("no more")

    plan = make_plan(spec(formats=[form], threads=2))
    monkeypatch.setattr(formats()[form], "finish", fails)
    with pytest.raises(RuntimeError, match="no more"):
        ShardTask(plan, str(tmp_path))(0)

    assert files_of(tmp_path) == {}
    assert list(stray_temporaries(tmp_path)) == []


MEASURED = """
import os, re, sys, tempfile
from forgegen.corpus.executors.local import LocalExecutor
from forgegen.corpus.spec_file import make_spec
from forgegen.corpus.write import write
if sys.argv[1] == "parquet":
    import forgegen.corpus.arrow
# the system's ru_maxrss is handed down from the process that started this one
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
libraries = peak()
threads = int(sys.argv[2])
spec = make_spec({"threads": threads, "shard_size": threads, "formats": [sys.argv[1]]})
with tempfile.TemporaryDirectory() as folder:
    write(spec, folder, executor=LocalExecutor(1))
assert not {"pandas", "pyarrow.fs"}.intersection(sys.modules)
assert "ARROW_DEFAULT_MEMORY_POOL" not in os.environ
print(peak() - libraries)
"""


@pytest.mark.every
@pytest.mark.parametrize("form", ["jsonl", "parquet", "warc"])
def test_memory_does_not_grow_with_the_shard(form: str) -> None:
    """A shard of 400 threads, 50 MB of HTML, takes 80 MB beside the libraries, little above one of 200; without pandas."""

    def peak(threads: int) -> float:
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, form, str(threads)],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return int(done.stdout) / 1e3

    small, large = peak(200), peak(400)

    assert large < 80
    assert large - small < 25


def test_data_left_without_a_marker_is_replaced(tmp_path: Path) -> None:
    """A process killed between data and marker leaves a folder and a file; both are written again, with equal bytes."""
    plan = make_plan(spec(formats=["html", "jsonl"]))
    first = ShardTask(plan, str(tmp_path))(0)
    before = files_of(tmp_path)
    (tmp_path / plan.marker(0)).unlink()
    (tmp_path / plan.path(0, "html") / "stale.html").write_bytes(b"old")
    (tmp_path / plan.path(0, "jsonl")).write_bytes(b"torn")

    assert read_marker(plan, tmp_path, 0) is None
    assert ShardTask(plan, str(tmp_path))(0) == first
    assert files_of(tmp_path) == before


def test_two_tasks_for_one_shard_do_no_harm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A duplicate that finishes while this one works is believed; what this one wrote is thrown away."""
    plan = make_plan(spec(formats=["html", "jsonl"]))
    task = ShardTask(plan, str(tmp_path))
    seal, once = OutputFile.seal, list[bool]()

    def meanwhile(self: OutputFile) -> None:
        if not once:
            once.append(True)
            task(0)
        seal(self)

    monkeypatch.setattr(OutputFile, "seal", meanwhile)
    record = task(0)

    assert read_marker(plan, tmp_path, 0) == record
    assert list(stray_temporaries(tmp_path)) == []


def test_a_late_duplicate_whose_temporary_was_swept_returns_the_record(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The run is complete and has swept up; the late task finds its folder gone and believes the marker."""
    settings = spec(formats=["html"])
    plan = make_plan(settings)
    store_plan(plan, tmp_path)
    put, once = OutputFolder.put, list[bool]()

    def meanwhile(self: OutputFolder, name: str, data: bytes) -> None:
        if not once:
            once.append(True)
            write(settings, tmp_path, executor=Serial())
        put(self, name, data)

    monkeypatch.setattr(OutputFolder, "put", meanwhile)
    record = ShardTask(plan, str(tmp_path))(0)

    assert record == read_marker(plan, tmp_path, 0)
    assert (tmp_path / MANIFEST).exists()


def test_whole_files_are_whole_or_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A write that fails leaves the old file and no temporary."""
    write_whole(tmp_path / "x", b"old")

    def fails(handle: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="Input/output error") as error:
        write_whole(tmp_path / "x", b"new")

    assert error.value.filename == str(tmp_path / "x")
    assert files_of(tmp_path) == {"x": b"old"}
