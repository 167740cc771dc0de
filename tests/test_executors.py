"""Every executor writes the files that one process writes, keeps few shards in flight, and says when it gives up."""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor as Futures
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import psutil
import pyarrow.parquet
import pytest

import forgegen.spark
from forgegen.corpus.executors.all_executors import EXECUTORS, make_executor
from forgegen.corpus.executors.local import LocalExecutor
from forgegen.corpus.executors.pool import PoolExecutor
from forgegen.corpus.executors.protocol import Executor
from forgegen.corpus.spec_file import make_spec
from forgegen.corpus.write import write
from forgegen.errors import UsageError, WorkersLost
from tests.conftest import ROOT
from tests.killing import command_of, files

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

R = TypeVar("R")
THREADS = 24
SPEC = make_spec({"threads": THREADS, "seed": 7, "shard_size": 2, "formats": ["jsonl", "parquet"]})
Made = tuple[str | None, dict[str, str]]


def made(executor: Executor, out: Path) -> Made:
    """The manifest's digest and the files of a corpus that an executor wrote: 12 shards in two formats."""
    return write(SPEC, out, executor=executor), files(out)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """What this process writes alone."""
    return made(LocalExecutor(1), tmp_path_factory.mktemp("reference"))


@pytest.mark.few("workers", keep=1)
@pytest.mark.parametrize("workers", [2, 4])
def test_a_pool_writes_the_same(workers: int, reference: Made, tmp_path: Path) -> None:
    """Two and four processes write the files that one writes."""
    assert made(LocalExecutor(workers), tmp_path) == reference


@pytest.mark.few("executor", keep=1)
@pytest.mark.parametrize(
    "executor", [lambda: ThreadPoolExecutor(2), lambda: ProcessPoolExecutor(2, get_context("spawn"))]
)
def test_any_executor_writes_the_same(executor: Callable[[], Futures], reference: Made, tmp_path: Path) -> None:
    """Threads and somebody else's processes do too, and the executor is still open afterwards."""
    with executor() as opened:
        assert made(PoolExecutor(opened, window=3), tmp_path) == reference
        assert opened.submit(abs, -1).result() == 1


@pytest.mark.outside
@pytest.mark.needs("distributed")
@pytest.mark.xdist_group("dask")
def test_dask_writes_the_same(reference: Made, tmp_path: Path) -> None:
    """A local Dask cluster does too, and is gone afterwards."""
    assert made(make_executor("dask", workers=2), tmp_path) == reference
    assert [p for p in psutil.Process().children(recursive=True) if "spawn_main" in command_of(p)] == []


@pytest.mark.outside
@pytest.mark.needs("distributed")
@pytest.mark.xdist_group("dask")
def test_dask_is_used_where_it_runs(reference: Made, tmp_path: Path) -> None:
    """A scheduler's address is enough; it is still there afterwards."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        assert made(make_executor("dask", scheduler=cluster.scheduler_address), tmp_path) == reference
        assert cluster.status.name == "running"


@pytest.mark.parametrize("count", [3, 5])
def test_slices_in_any_order_write_the_same(count: int, reference: Made, tmp_path: Path) -> None:
    """Slices of the shards, the last one first: the one that finds all of them done writes the manifest."""
    last = [
        write(SPEC, tmp_path, executor=LocalExecutor(1), task_index=i, task_count=count) for i in reversed(range(count))
    ]

    assert last[:-1] == [None] * (count - 1)
    assert (last[-1], files(tmp_path)) == reference


@pytest.mark.few("hash_seed", keep=1)
@pytest.mark.parametrize("hash_seed", ["0", "1", "4242"])
def test_hash_seeds_decide_nothing(hash_seed: str, reference: Made, tmp_path: Path) -> None:
    """Processes that hash strings differently write the same files."""
    options = f"--threads {THREADS} --seed 7 --shard-size 2 --format jsonl --format parquet --workers 1".split()
    command = [sys.executable, "-m", "forgegen", "corpus", str(tmp_path / "out"), *options]
    subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": hash_seed}, check=True, capture_output=True)

    assert files(tmp_path / "out") == reference[1]


def test_ids_are_taken_as_work_gets_done() -> None:
    """Of ten to the twelfth ids an executor takes no more than its window at a time."""
    with ThreadPoolExecutor(2) as executor:
        results = PoolExecutor(executor, window=4).run(abs, range(10**12))
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
        list(LocalExecutor(workers).run(fails, range(100)))


def dies(shard: int) -> int:
    """A task whose process dies over shard 2."""
    if shard == 2:
        os._exit(9)
    return shard


def test_a_shard_that_kills_every_worker_is_named() -> None:
    """After four workers died over it the executor gives up; all that came before it was returned."""
    returned: list[int] = []
    with pytest.raises(WorkersLost, match=r"died 4 times with shard 2 in hand"):
        returned.extend(LocalExecutor(2).run(dies, range(50)))

    assert {0, 1} <= set(returned)
    assert len(returned) == len(set(returned))


def test_leaving_early_leaves_nothing_running() -> None:
    """Closing the results ends the workers at once, with shards of ten minutes in their hands."""
    before = set(psutil.Process().children(recursive=True))
    results = LocalExecutor(2).run(_sleep_after_the_first, range(9))
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
        "from forgegen.corpus.executors.local import LocalExecutor\nlist(LocalExecutor(2).run(abs, range(9)))\n"
    )
    env = {**os.environ, "PYTHONPATH": os.getcwd()}
    done = subprocess.run([sys.executable, script], env=env, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 1
    assert "if __name__ ==" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: make_executor("sparc"), "Did you mean 'spark'"),
        (lambda: make_executor("local", workers=0), "workers cannot be 0"),
        (lambda: make_executor("local", scheduler="tcp://x:1"), "right would be dask or spark"),
        (lambda: LocalExecutor(-1), "workers cannot be -1"),
        (lambda: PoolExecutor(ThreadPoolExecutor(1), window=0), "window cannot be 0"),
    ],
)
def test_wrong_calls_say_what_would_be_right(call: Callable[[], object], message: str) -> None:
    """Names, numbers and addresses that an executor cannot use."""
    with pytest.raises(UsageError, match=message):
        call()


def test_errors_cross_process_borders() -> None:
    """The executors' error unpickles with all that it knows."""
    error = pickle.loads(pickle.dumps(WorkersLost((3, 4), 4)))

    assert (error.shards, error.times) == ((3, 4), 4)


@pytest.mark.every
@pytest.mark.needs("distributed", "pyspark")
def test_executors_are_not_started_by_their_names() -> None:
    """Every registered name has a factory, and asking for the executor starts nothing."""
    before = psutil.Process().children(recursive=True)
    executors = [make_executor(name) for name in EXECUTORS]

    assert len(executors) == 3
    assert psutil.Process().children(recursive=True) == before


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """One session for all tests that need one: it takes 15 seconds of processor to start."""
    from forgegen.corpus.executors.spark_executor import start_session

    session = start_session("local[2,3]")
    yield session
    session.stop()


@pytest.mark.outside
@pytest.mark.needs("java", "pyspark")
@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("wave", [3, 20_000])
def test_spark_writes_the_same(wave: int, spark: SparkSession, reference: Made, tmp_path: Path) -> None:
    """The shard door writes the same files, in one wave and in four; the session is still there afterwards."""
    from forgegen.corpus.executors.spark_executor import SparkExecutor

    assert made(SparkExecutor(spark, wave=wave), tmp_path) == reference
    assert spark.range(3).count() == 3


@pytest.mark.outside
@pytest.mark.needs("java", "pyspark")
@pytest.mark.xdist_group("spark")
def test_spark_uses_the_session_that_is_there(spark: SparkSession, reference: Made, tmp_path: Path) -> None:
    """By its name the executor takes the active session, and does not stop it."""
    assert made(make_executor("spark"), tmp_path) == reference
    assert spark.range(3).count() == 3


class Deadly(msgspec.Struct, frozen=True):
    """An executor over another, in which one worker dies before shard 5, once."""

    executor: Executor
    mark: str

    def run(self, task: Callable[[int], R], ids: Sequence[int]) -> Iterator[R]:
        """See ``Executor.run``."""
        return self.executor.run(partial(dying, task, self.mark), ids)


def dying(task: Callable[[int], R], mark: str, shard: int) -> R:
    """The task, unless this is the first try of shard 5."""
    if shard == 5 and not os.path.exists(mark):
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return task(shard)


@pytest.mark.outside
@pytest.mark.needs("java", "pyspark")
@pytest.mark.xdist_group("spark")
def test_spark_tries_a_shard_again(spark: SparkSession, reference: Made, tmp_path: Path) -> None:
    """A worker that dies with a shard in hand costs a second try, nothing else."""
    from forgegen.corpus.executors.spark_executor import SparkExecutor

    assert made(Deadly(SparkExecutor(spark), str(tmp_path / "died")), tmp_path / "out") == reference
    assert (tmp_path / "died").exists()


@pytest.mark.outside
@pytest.mark.needs("java", "pyspark")
@pytest.mark.xdist_group("spark")
def test_spark_reads_the_rows_of_the_corpus(spark: SparkSession, reference: Made, tmp_path: Path) -> None:
    """The row door gives the pages of the corpus with its columns; their digest is that of the files."""
    write(SPEC, tmp_path, executor=LocalExecutor(1))
    table = pyarrow.parquet.read_table(tmp_path / "data" / "parquet")
    forgegen.spark.register(spark)
    frame = spark.read.format("forgegen").options(seed=7, threads=THREADS).load()
    there = frame.orderBy("index", "skin", "page").toArrow()

    assert there.column_names == table.column_names
    assert digest(there) == digest(
        table.sort_by([("index", "ascending"), ("skin", "ascending"), ("page", "ascending")])
    )
    assert there.column("truth").to_pylist() == table.column("truth").to_pylist()


def digest(table: Any) -> str:
    """SHA-256 of keys, bodies and truths in their order."""
    found = hashlib.sha256()
    for row in table.select(["key", "body", "truth_json"]).to_pylist():
        for part in (row["key"].encode(), row["body"], row["truth_json"].encode()):
            found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()


@pytest.mark.outside
@pytest.mark.needs("java", "pyspark")
@pytest.mark.xdist_group("spark")
def test_spark_makes_only_what_is_asked_for(spark: SparkSession) -> None:
    """``first`` and ``count`` choose threads of a corpus of any size, ``columns`` what is kept, and filters on the
    index narrow the threads where ``pushdown`` is on.
    """
    forgegen.spark.register(spark)
    reader = spark.read.format("forgegen").options(seed=7, threads=10**9)
    some = reader.options(first=10**9 - 2, count=2, columns="url").load()

    assert some.columns == ["key", "index", "page", "skin", "url"]
    assert {row["index"] for row in some.collect()} == {10**9 - 2, 10**9 - 1}

    spark.conf.set("spark.sql.python.filterPushdown.enabled", True)
    try:
        all_of_it = spark.read.format("forgegen").options(seed=7, threads=10**9, pushdown="true", columns="url").load()
        found = all_of_it.where("index >= 777 and index < 780 and index in (777, 779) and page = 1").collect()
    finally:
        spark.conf.unset("spark.sql.python.filterPushdown.enabled")

    assert sorted(row["index"] for row in found) == [777, 779]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"skim": "x"}, "Did you mean 'skin'"),
        ({"edition": "1999.1"}, "edition '1999.1'"),
        ({"skin": "refrence"}, "Did you mean 'reference'"),
        ({"first": "5", "count": "9", "threads": "10"}, "threads up to 14"),
        ({"seed": "-1"}, "seed cannot be '-1'"),
        ({"columns": "bodi"}, "Did you mean 'body'"),
        ({"pushdown": "yes"}, "pushdown cannot be 'yes'"),
    ],
)
@pytest.mark.every
@pytest.mark.needs("pyspark")
def test_wrong_options_of_the_row_door_say_what_would_be_right(options: dict[str, str], message: str) -> None:
    """Names and values that Spark's user cannot have meant."""
    from forgegen.corpus.executors.spark_executor import request

    with pytest.raises(UsageError, match=message):
        request(options)


@pytest.mark.parametrize("count", [0, 1, 100, 31_999, 10**6, 10**9])
@pytest.mark.every
@pytest.mark.needs("pyspark")
def test_partitions_cover_the_threads_once(count: int) -> None:
    """Runs of threads without gap or overlap, never more than a driver can hold."""
    from forgegen.corpus.executors.spark_executor import ForumReader, request

    parts = ForumReader(request({"first": "5", "count": str(count)})).partitions()
    edges = [5] + [part.value.stop for part in parts]

    assert len(parts) <= 100_000
    assert [part.value.start for part in parts] == edges[:-1]
    assert edges[-1] == 5 + count


MANUAL = (ROOT / "docs" / "executors.md").read_text("utf-8")


@pytest.mark.every
@pytest.mark.needs("pyspark")
def test_the_manual_names_every_executor_and_option() -> None:
    """Executors and options of the row door stand in docs/executors.md, as code."""
    from forgegen.corpus.executors.spark_executor import OPTIONS

    assert {name for name in (*EXECUTORS, *OPTIONS) if f"`{name}`" not in MANUAL} == set()


def test_the_manual_runs(tmp_path: Path) -> None:
    """Its Python block writes a corpus."""
    (block,) = re.findall(r"```python\n(.*?)```", MANUAL, re.DOTALL)
    exec(compile(block, "executors.md", "exec"), {"OUT": tmp_path / "out"})

    assert (tmp_path / "out" / "MANIFEST.jsonl").exists()
