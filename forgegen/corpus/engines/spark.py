"""Apache Spark: as an engine (the shard door: a task a shard, forgegen writes the files), and as a source of rows.

Spark submits, retries (four times a task on a cluster), speculates and survives lost executors; shards being pure and
published atomically, none of that shows in the files. The row door ``spark.read.format("forgegen")`` gives the same
rows to Spark's own writers, whose files promise no bytes and do not resume.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from forgegen.corpus.engines.local import processors
from forgegen.errors import MissingExtra, UsageError

try:
    from pyspark.sql import SparkSession
except ImportError as error:
    raise MissingExtra("pyspark", "spark") from error

R = TypeVar("R")
FAILURES = 3  # tries of a task in a local session; Spark's own default there is one
_QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}


class SparkEngine:
    """Runs one Spark job a ``wave`` of shards and one task a shard.

    ``spark`` is a session that the caller keeps. Without one the active session serves, else a session of
    ``workers`` threads of this machine, or at ``master``, is started for the run and stopped after it. Results
    come once a wave.
    """

    def __init__(
        self,
        spark: SparkSession | None = None,
        *,
        wave: int = 20_000,
        workers: int | None = None,
        master: str | None = None,
    ) -> None:
        if wave < 1:
            raise UsageError(f"wave cannot be {wave!r}; right would be a whole number of 1 or more")
        self.spark, self.wave = spark, wave
        self.master = master or f"local[{workers or processors()},{FAILURES}]"

    def run(self, task: Callable[[int], R], ids: Sequence[int]) -> Iterator[R]:
        """What ``task`` returns for every id; see ``Engine.run``."""
        with self._session() as spark:
            for start in range(0, len(ids), self.wave):
                yield from _run_wave(spark, task, list(ids[start : start + self.wave]))

    @contextmanager
    def _session(self) -> Iterator[SparkSession]:
        there = self.spark or SparkSession.getActiveSession()
        if there is not None:
            yield there
            return
        spark = start_session(self.master)
        try:
            yield spark
        finally:
            spark.stop()


def spark_engine(workers: int | None, scheduler: str | None) -> SparkEngine:
    """The factory behind the name ``spark``."""
    return SparkEngine(workers=workers, master=scheduler)


def start_session(master: str) -> SparkSession:
    """A quiet session without a web page; on this machine its workers are the Python that runs now."""
    builder = SparkSession.builder.master(master).appName("forgegen")
    for name, value in _QUIET.items():
        builder = builder.config(name, value)
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else "python3", which may be another one
        builder = builder.config("spark.driver.host", "localhost")
    return builder.getOrCreate()


def _run_wave(spark: SparkSession, task: Callable[[int], R], wave: list[int]) -> Iterator[R]:
    """One job: as many partitions as shards, one row in each, whose number says which shard."""

    def make(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            records = [pickle.dumps(task(wave[k])) for k in batch.column(0).to_pylist()]
            yield type(batch).from_pydict({"record": records})

    jobs = spark.range(0, len(wave), 1, len(wave)).mapInArrow(make, "record binary")
    for row in jobs.collect():
        yield pickle.loads(row.record)  # noqa: S301 - our own workers pickled it
