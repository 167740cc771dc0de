"""Killed workers and killed drivers: nothing lost, nothing half written, no process left over."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import psutil
import pytest

from forgegen.corpus.executors.local import LocalExecutor
from forgegen.corpus.files import stray_temporaries
from forgegen.corpus.spec_file import make_spec
from forgegen.corpus.verify import verify
from forgegen.corpus.write import write
from tests.killing import Run, command_of, files, moments, shards_done, until
from tests.tiers import amount

pytestmark = pytest.mark.scaled
THREADS, SHARD = (
    amount(240, 600),
    4,
)  # 60 or 150 shards, each some 20 ms with its files open: that is where most kills hit
FORMATS = ("jsonl", "html")  # a file, and a tar of small ones


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files of a run that nobody disturbs."""
    out = tmp_path_factory.mktemp("kills") / "reference"
    settings = {"threads": THREADS, "seed": 3, "shard_size": SHARD, "formats": FORMATS, "layout": "tar"}
    write(make_spec(settings), out, executor=LocalExecutor(1))
    return files(out)


def start(out: Path, executor: str = "local") -> Run:
    """The command that writes the corpus, with two workers."""
    options = (
        f"--threads {THREADS} --seed 3 --shard-size {SHARD} --layout tar --workers 2 --executor {executor}".split()
    )
    formats = [word for name in FORMATS for word in ("--format", name)]
    return Run([sys.executable, "-m", "forgegen", "corpus", str(out), *options, *formats], out.with_suffix(".log"))


def is_whole(out: Path, reference: dict[str, str]) -> bool:
    """Whether every file that can be seen is as it should be, and every marker has its data."""
    marked = {path.stem for path in out.glob("_done/*/*.json")}  # before the data: the run goes on meanwhile
    there = files(out)
    data = [Path(name).name.partition(".")[0] for name in there if name.startswith("data/")]
    return there.items() <= reference.items() and all(data.count(name) == len(FORMATS) for name in marked)


def is_dask_worker(command: str) -> bool:
    """Whether this is a worker's command line; with setproctitle installed, Dask writes its own there."""
    return "spawn_main" in command or command.startswith("dask worker")


def kill_one(workers: list[psutil.Process], chance: Random) -> int:
    """How many were killed: one, if there is one."""
    if not workers:
        return 0
    chance.choice(sorted(workers, key=lambda p: p.pid)).kill()
    return 1


def assert_finished(run: Run, out: Path, reference: dict[str, str]) -> None:
    """The run ends well, leaves neither process nor temporary, and the corpus is the reference."""
    assert run.finish() == 0, run.log.read_text()
    assert run.left_over() == []
    assert list(stray_temporaries(out)) == []
    assert files(out) == reference
    assert verify(out).sound


@pytest.mark.every
def test_killed_workers_cost_nothing(reference: dict[str, str], tmp_path: Path) -> None:
    """Twelve workers killed one after the other: the run goes on to its end by itself."""
    out, chance, killed, most = tmp_path / "out", Random("workers"), 0, 12
    with start(out) as run:
        for _ in moments(run, out, chance, apart=4):
            killed += kill_one(run.workers(), chance)
            assert is_whole(out, reference)
            if killed == most:
                break

        assert_finished(run, out, reference)
    assert killed == most


def test_killed_drivers_are_finished_by_the_same_command(reference: dict[str, str], tmp_path: Path) -> None:
    """Ten drivers, in a quick run one, killed in turn: their workers end too, and one run more finishes the rest."""
    out, chance, killed, most = tmp_path / "out", Random("drivers"), 0, amount(1, 10)
    for _ in range(most):
        with start(out) as run:
            for _ in moments(run, out, chance, apart=1):
                run.kill()
                killed += 1
                break
            assert run.left_over() == []
            assert is_whole(out, reference)
    with start(out) as run:
        assert_finished(run, out, reference)
    assert killed == most


def test_ctrl_c_leaves_nothing_behind(reference: dict[str, str], tmp_path: Path) -> None:
    """An interrupt of the whole group ends the driver and its workers at once, without a word from the workers."""
    out = tmp_path / "out"
    with start(out) as run:
        assert until(lambda: shards_done(out) > 2, run)
        run.interrupt()

        assert run.finish() == 130
        assert run.left_over() == []
        assert "Traceback" not in run.log.read_text()
    assert is_whole(out, reference)


@pytest.mark.outside
@pytest.mark.needs("distributed")
@pytest.mark.xdist_group("dask")
def test_dask_workers_and_drivers_may_die(reference: dict[str, str], tmp_path: Path) -> None:
    """Dask restarts a killed worker; with a killed driver its processes end."""
    out, chance = tmp_path / "out", Random("dask")
    with start(out, "dask") as run:
        assert until(lambda: shards_done(out) > 2, run)
        assert kill_one([p for p in run.family() if is_dask_worker(command_of(p))], chance) == 1
        seen = shards_done(out)
        assert until(lambda: shards_done(out) > seen + 20, run)
        run.kill()

        assert run.left_over(20) == []
    with start(out, "dask") as run:
        assert_finished(run, out, reference)
