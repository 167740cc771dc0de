"""Every engine writes the files that one process writes, keeps few shards in flight, and says when it gives up."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from forgegen.corpus.engines.executor import ExecutorEngine
from forgegen.corpus.engines.local import LocalEngine
from forgegen.corpus.engines.protocol import ENGINES, Engine, make_engine
from forgegen.errors import UsageError, WorkersLost
from tests.standin import Record, files, prepared

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SHARDS = range(12)
Made = tuple[dict[str, str], list[Record]]


def made(engine: Engine, out: Path) -> Made:
    """The files that an engine wrote, and its records sorted."""
    records = list(engine.run(prepared(out, size=1), SHARDS))
    return files(out), sorted(records, key=lambda r: r.shard)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """What this process writes alone."""
    return made(LocalEngine(1), tmp_path_factory.mktemp("reference"))


@pytest.mark.parametrize("workers", [2, 4])
def test_a_pool_writes_the_same(workers: int, reference: Made, tmp_path: Path) -> None:
    """Two and four processes write the files that one writes."""
    assert made(LocalEngine(workers), tmp_path) == reference


@pytest.mark.parametrize(
    "executor", [lambda: ThreadPoolExecutor(2), lambda: ProcessPoolExecutor(2, get_context("spawn"))]
)
def test_any_executor_writes_the_same(executor: Callable[[], Executor], reference: Made, tmp_path: Path) -> None:
    """Threads and somebody else's processes do too, and the executor is still open afterwards."""
    with executor() as opened:
        assert made(ExecutorEngine(opened, window=3), tmp_path) == reference
        assert opened.submit(abs, -1).result() == 1


@pytest.mark.xdist_group("dask")
def test_dask_writes_the_same(reference: Made, tmp_path: Path) -> None:
    """A local Dask cluster does too, and is gone afterwards."""
    before = set(psutil.Process().children(recursive=True))

    assert made(make_engine("dask", workers=2), tmp_path) == reference
    assert [p for p in set(psutil.Process().children(recursive=True)) - before if "tracker" not in str(p)] == []


@pytest.mark.xdist_group("dask")
def test_dask_is_used_where_it_runs(reference: Made, tmp_path: Path) -> None:
    """A scheduler's address is enough; it is still there afterwards."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster:
        assert made(make_engine("dask", scheduler=cluster.scheduler_address), tmp_path) == reference
        assert cluster.status.name == "running"


@pytest.mark.parametrize("hash_seed", ["0", "1", "4242"])
def test_hash_seeds_decide_nothing(hash_seed: str, reference: Made, tmp_path: Path) -> None:
    """Processes that hash strings differently write the same files."""
    command = [sys.executable, "-m", "tests.drive", str(tmp_path), str(len(SHARDS)), "local", "1", "0"]
    subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": hash_seed}, check=True)

    assert files(tmp_path) == reference[0]


def test_ids_are_taken_as_work_gets_done() -> None:
    """Of ten to the twelfth ids an engine takes no more than its window at a time."""
    with ThreadPoolExecutor(2) as executor:
        results = ExecutorEngine(executor, window=4).run(abs, range(10**12))
        first = [next(results) for _ in range(100)]
        results.close()  # type: ignore[attr-defined]

    assert sorted(first)[:90] == list(range(90))
    assert max(first) < 100 + 4


def fails(shard: int) -> int:
    """A task that cannot make shard 3."""
    if shard == 3:
        raise UsageError("shard 3 cannot be made")
    return shard


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_the_task_ends_the_run(workers: int) -> None:
    """It is raised as it is; what it says and its type survive the process border."""
    with pytest.raises(UsageError, match="shard 3 cannot be made"):
        list(LocalEngine(workers).run(fails, range(100)))


def dies(shard: int) -> int:
    """A task whose process dies over shard 2."""
    if shard == 2:
        os._exit(9)
    return shard


def test_a_shard_that_kills_every_worker_is_named() -> None:
    """After four pools broke over it the engine gives up; all that came before it was returned."""
    returned: list[int] = []
    with pytest.raises(WorkersLost, match=r"died 4 times with shard .*2"):
        returned.extend(LocalEngine(2).run(dies, range(50)))

    assert {0, 1} <= set(returned)
    assert len(returned) == len(set(returned))


def test_leaving_early_leaves_nothing_running() -> None:
    """Closing the results ends the workers at once, with shards of ten minutes in their hands."""
    before = set(psutil.Process().children(recursive=True))
    results = LocalEngine(2).run(_sleep_after_the_first, range(9))
    next(results)
    began = time.monotonic()
    results.close()  # type: ignore[attr-defined]

    assert time.monotonic() - began < 30
    new = set(psutil.Process().children(recursive=True)) - before
    assert {p for p in new if p.ppid() != os.getpid()} == set(), "none but the forkserver and its tracker"


def _sleep_after_the_first(shard: int) -> None:
    time.sleep(600 if shard else 0)


def test_an_unguarded_script_is_told_what_it_lacks(tmp_path: Path) -> None:
    """A script without the ``__main__`` line that Python's processes need fails once, with a sentence."""
    script = tmp_path / "script.py"
    script.write_text(
        "from forgegen.corpus.engines.local import LocalEngine\nlist(LocalEngine(2).run(abs, range(9)))\n"
    )
    env = {**os.environ, "PYTHONPATH": os.getcwd()}
    done = subprocess.run([sys.executable, script], env=env, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 1
    assert "if __name__ ==" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: make_engine("sparc"), "Did you mean 'spark'"),
        (lambda: make_engine("local", workers=0), "workers cannot be 0"),
        (lambda: make_engine("local", scheduler="tcp://x:1"), "right would be dask or spark"),
        (lambda: LocalEngine(-1), "workers cannot be -1"),
        (lambda: ExecutorEngine(ThreadPoolExecutor(1), window=0), "window cannot be 0"),
    ],
)
def test_wrong_calls_say_what_would_be_right(call: Callable[[], object], message: str) -> None:
    """Names, numbers and addresses that an engine cannot use."""
    with pytest.raises(UsageError, match=message):
        call()


def test_errors_cross_process_borders() -> None:
    """The engines' error unpickles with all that it knows."""
    error = pickle.loads(pickle.dumps(WorkersLost((3, 4), 4)))

    assert (error.shards, error.times) == ((3, 4), 4)


def test_engines_are_not_started_by_their_names() -> None:
    """Every registered name has a factory, and asking for the engine starts nothing."""
    before = psutil.Process().children(recursive=True)
    engines = [make_engine(name) for name in ENGINES]

    assert len(engines) == 3
    assert psutil.Process().children(recursive=True) == before


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """One session for all tests that need one: it takes 15 seconds of processor to start."""
    from forgegen.corpus.engines.spark import start_session

    session = start_session("local[2,3]")
    yield session
    session.stop()


@pytest.mark.needs("java")
@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("wave", [3, 20_000])
def test_spark_writes_the_same(wave: int, spark: SparkSession, reference: Made, tmp_path: Path) -> None:
    """The shard door writes the same files, in one wave and in four."""
    from forgegen.corpus.engines.spark import SparkEngine

    assert made(SparkEngine(spark, wave=wave), tmp_path) == reference
    assert made(make_engine("spark"), tmp_path) == reference, "the active session serves"
    assert spark.range(3).count() == 3, "and is not stopped"


@pytest.mark.needs("java")
@pytest.mark.xdist_group("spark")
def test_spark_tries_a_shard_again(spark: SparkSession, reference: Made, tmp_path: Path) -> None:
    """A worker that dies with its shard half done costs a second try, nothing else."""
    from forgegen.corpus.engines.spark import SparkEngine

    task = prepared(tmp_path, size=1)
    list(SparkEngine(spark).run(DiesOnce(str(tmp_path / "died"), task), SHARDS))

    assert (tmp_path / "died").exists()
    (tmp_path / "died").unlink()
    assert files(tmp_path) == reference[0]


class DiesOnce:
    """A task whose process dies over shard 5, the first time."""

    def __init__(self, mark: str, task: Callable[[int], Record]) -> None:
        self.mark, self.task = mark, task

    def __call__(self, shard: int) -> Record:
        """Die, or do the task."""
        if shard == 5 and not os.path.exists(self.mark):
            Path(self.mark).touch()
            os._exit(9)
        return self.task(shard)
