"""Killed workers and killed drivers: nothing lost, nothing half written, no process left over."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import psutil
import pytest

from forgegen.corpus.engines.local import LocalEngine
from tests.killing import Run, moments, until
from tests.standin import files, prepared

SHARDS = 150
DAWDLE = 0.05  # seconds that a shard's file is open: most kills hit one half written


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files of a run that nobody disturbs."""
    out = tmp_path_factory.mktemp("reference")
    for _ in LocalEngine(1).run(prepared(out, size=1), range(SHARDS)):
        pass
    return files(out)


def start(out: Path, *, engine: str = "local", shards: int = SHARDS) -> Run:
    """A driver with two workers."""
    command = [sys.executable, "-m", "tests.drive", str(out), str(shards), engine, "2", str(DAWDLE)]
    return Run(command, out.with_suffix(".log"))


def done(out: Path) -> int:
    """Shards that are said to be finished."""
    return sum(1 for marker in (out / "_done").glob("*.json")) if out.exists() else 0


def whole(out: Path, reference: dict[str, str]) -> bool:
    """Whether every file that can be seen is as it should be, and every marker has its data."""
    marked = [marker.stem for marker in (out / "_done").glob("*.json")]  # before the data: the run goes on meanwhile
    there = files(out)
    return there.items() <= reference.items() and all(f"part-{shard}.jsonl" in there for shard in marked)


def test_killed_workers_cost_nothing(reference: dict[str, str], tmp_path: Path) -> None:
    """Twelve workers killed one after the other: the run goes on to its end by itself."""
    out, chance, killed = tmp_path / "out", Random("workers"), 0
    with start(out) as run:
        for _ in moments(run, lambda: done(out), chance, apart=4):
            killed += kill_one(run.workers(), chance)
            assert whole(out, reference)
            if killed == 12:
                break

        assert run.finish() == 0, run.log.read_text()
        assert run.left_over() == []
    assert killed == 12
    assert files(out) == reference


def kill_one(workers: list[psutil.Process], chance: Random) -> int:
    """How many were killed: one, if there is one."""
    if not workers:
        return 0
    chance.choice(sorted(workers, key=lambda p: p.pid)).kill()
    return 1


def test_killed_drivers_are_finished_by_the_same_command(reference: dict[str, str], tmp_path: Path) -> None:
    """Ten drivers killed in turn: their workers end too, and the eleventh run finishes what is missing."""
    out, chance, killed = tmp_path / "out", Random("drivers"), 0
    for _ in range(10):
        with start(out) as run:
            for _ in moments(run, lambda: done(out), chance, apart=1):
                run.kill()
                killed += 1
                break
            assert run.left_over() == []
            assert whole(out, reference)
    with start(out) as run:
        assert run.finish() == 0, run.log.read_text()
    assert killed == 10
    assert files(out) == reference


def test_ctrl_c_leaves_nothing_behind(reference: dict[str, str], tmp_path: Path) -> None:
    """An interrupt of the whole group ends the driver and its workers at once, without a word from the workers."""
    out = tmp_path / "out"
    with start(out) as run:
        assert until(lambda: done(out) > 2, run)
        run.interrupt()

        assert run.finish() != 0
        assert run.left_over() == []
        assert run.log.read_text().count("Traceback") == 1
    assert whole(out, reference)


@pytest.mark.xdist_group("dask")
def test_dask_workers_and_drivers_may_die(tmp_path: Path) -> None:
    """Dask restarts a killed worker; with a killed driver its processes end."""
    out, chance = tmp_path / "out", Random("dask")
    with start(out, engine="dask", shards=30) as run:
        assert until(lambda: done(out) > 2, run)
        assert kill_one(nannied(run), chance) == 1
        assert until(lambda: done(out) > 15, run)
        run.kill()

        assert run.left_over(20) == []
    with start(out, engine="dask", shards=30) as run:
        assert run.finish() == 0, run.log.read_text()
        assert run.left_over(20) == []
    assert done(out) == 30


def nannied(run: Run) -> list[psutil.Process]:
    """Dask's worker processes: children of the driver that were spawned."""
    return [p for p in run.family() if "spawn_main" in " ".join(p.cmdline())]
