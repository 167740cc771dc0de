"""Apache Spark: as an executor (the shard door: a task a shard, forgegen writes the files), and as a source of rows.

Spark submits, retries (four times a task on a cluster), speculates and survives lost executors; shards being pure and
published atomically, none of that shows in the files. The row door ``spark.read.format("forgegen")`` gives the same
rows to Spark's own writers, whose files promise no bytes and do not resume.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from forgegen.corpus.executors.local import processors
from forgegen.corpus.rows import rows
from forgegen.corpus.spec import Spec
from forgegen.corpus.spec_file import make_spec, parse_names, parse_weights
from forgegen.errors import MissingExtra, UnknownName, UsageError
from forgegen.generate.making import EDITION

try:
    from pyspark.sql import SparkSession
    from pyspark.sql.datasource import (
        DataSource,
        DataSourceReader,
        EqualNullSafe,
        EqualTo,
        Filter,
        GreaterThan,
        GreaterThanOrEqual,
        In,
        InputPartition,
        LessThan,
        LessThanOrEqual,
    )
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import StructType

    from forgegen.corpus.arrow import page_batch, page_schema
except ImportError as error:
    raise MissingExtra("pyspark", "spark") from error

R = TypeVar("R")
FAILURES = 3  # tries of a task in a local session; Spark's own default there is one
OPTIONS = MappingProxyType(
    {
        "edition": "refuse any other",
        "seed": "names the corpus; 0",
        "threads": "how many the corpus has; 1000",
        "first": "number of the first thread read; 0",
        "count": "how many threads are read; the rest",
        "columns": "columns to keep; the key is always kept",
        "skin": "look of the pages, by weight: a or a=3,b=1",
        "locale": "language and manners, by weight",
        "profile": "sizes, growth, times, by weight",
        "quirk": "quirks to plant, by weight",
        "encoding": "of the bodies, by weight",
        "split": "parts, by weight",
        "pushdown": "true: make only what filters on index leave",
    }
)
_NAMES = {
    "skin": "skins", "locale": "locales", "profile": "profiles", "quirk": "quirks", "encoding": "encodings",
    "split": "split",
}  # fmt: skip
LEAST_PARTITIONS, MOST_PARTITIONS = 32, 100_000  # the driver lists and holds them all
THREADS_A_PARTITION = 1000
ROWS = 64  # pages a record batch: some 3 MB
_ALL = (0, 1 << 63)
_QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}


class SparkExecutor:
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
        """What ``task`` returns for every id; see ``Executor.run``."""
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


def spark_executor(workers: int | None, scheduler: str | None) -> SparkExecutor:
    """The factory behind the name ``spark``."""
    return SparkExecutor(workers=workers, master=scheduler)


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


class ForumSource(DataSource):
    """``spark.read.format("forgegen")``: a row a page, with the columns of a Parquet corpus."""

    @classmethod
    def name(cls) -> str:
        """The format's name."""
        return "forgegen"

    def schema(self) -> StructType:
        """The columns asked for, and the key."""
        return from_arrow_schema(page_schema(request(self.options).spec.columns))

    def reader(self, schema: StructType) -> DataSourceReader:
        """A reader that takes filters only on request: Spark refuses one that does while its own switch is off."""
        asked = request(self.options)
        return FilteringReader(asked) if asked.pushdown else ForumReader(asked)


class ReadRequest(NamedTuple):
    """What the options of a read ask for: the threads ``[first, stop)`` of a corpus."""

    spec: Spec
    first: int
    stop: int
    pushdown: bool


def request(options: Mapping[str, str]) -> ReadRequest:
    """Checked options; their names are those of the command line where that has them.

    Raises: UnknownName, UsageError.
    """
    given = {name.lower(): value for name, value in options.items()}
    for name in given.keys() - OPTIONS.keys():
        raise UnknownName("option", name, OPTIONS)
    edition = given.get("edition", EDITION)
    if edition != EDITION:
        raise UsageError(f"edition {edition!r} is not what this forgegen makes, which is {EDITION!r}")
    first, count = _number(given, "first", 0), _number(given, "count", None)
    threads = _number(given, "threads", 1000 if count is None else first + count)
    stop = threads if count is None else first + count
    if stop > threads:
        raise UsageError(f"threads up to {stop} are asked for, of {threads}; right would be fewer, or more 'threads'")
    settings: dict[str, Any] = {"threads": threads, "seed": _number(given, "seed", 0), "formats": ["parquet"]}
    for option, setting in _NAMES.items():
        if option in given:
            settings[setting] = parse_weights([given[option]])
    if "columns" in given:
        settings["columns"] = parse_names([given["columns"]])
    pushdown = given.get("pushdown", "false").lower()
    if pushdown not in ("true", "false"):
        raise UsageError(f"pushdown cannot be {pushdown!r}; right would be true or false")
    return ReadRequest(make_spec(settings), first, stop, pushdown == "true")


def _number(options: Mapping[str, str], name: str, default: int | None) -> Any:
    if name not in options:
        return default
    value = options[name]
    if not (value.isascii() and value.isdigit()):
        raise UsageError(f"{name} cannot be {value!r}; right would be a whole number of 0 or more")
    return int(value)


class ForumReader(DataSourceReader):
    """Reads pages by making them: a partition is a run of threads."""

    def __init__(self, asked: ReadRequest) -> None:
        self.asked = asked

    def partitions(self) -> Sequence[InputPartition]:
        """Runs of at most 1,000 threads, some 32 at the least, and never more than the driver can list."""
        first, stop = self.asked.first, self.asked.stop
        count = max(0, stop - first)
        size = max(min(-(-count // LEAST_PARTITIONS), THREADS_A_PARTITION), -(-count // MOST_PARTITIONS), 1)
        return [InputPartition(range(at, min(at + size, stop))) for at in range(first, stop, size)]

    def read(self, partition: InputPartition) -> Iterator[Any]:
        """Record batches of the partition's pages."""
        spec = self.asked.spec
        schema = page_schema(spec.columns)
        pages = chain.from_iterable(rows(spec, index) for index in partition.value)
        while batch := list(islice(pages, ROWS)):
            yield page_batch(batch, schema)


class FilteringReader(ForumReader):
    """A reader that makes only the threads which filters on ``index`` leave."""

    def pushFilters(self, filters: list[Filter]) -> Iterable[Filter]:  # noqa: N802 - Spark's name
        """The filters that Spark must still apply; the others have narrowed the range of threads."""
        for one in filters:
            low, high = _bounds(one)
            asked = self.asked
            self.asked = asked._replace(first=max(asked.first, low), stop=min(asked.stop, high))
            if isinstance(one, In) or (low, high) == _ALL:
                yield one


def _bounds(one: Filter) -> tuple[int, int]:
    """The range of threads in which a filter may be true."""
    if getattr(one, "attribute", None) != ("index",):
        return _ALL
    match one:
        case EqualTo(value=int(n)) | EqualNullSafe(value=int(n)):
            return n, n + 1
        case GreaterThan(value=int(n)):
            return n + 1, _ALL[1]
        case GreaterThanOrEqual(value=int(n)):
            return n, _ALL[1]
        case LessThan(value=int(n)):
            return 0, n
        case LessThanOrEqual(value=int(n)):
            return 0, n + 1
        case In(value=values) if values and all(isinstance(n, int) for n in values):
            return min(values), max(values) + 1
    return _ALL
