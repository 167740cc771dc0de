"""The seam between a corpus and whoever runs the work: one method, and the names that ``--engine`` takes.

Correctness never comes from an engine. A task is pure, may be run twice, and publishes its shard atomically; the
markers on disk say what is done. So every engine, lost work and a repeated run give the same corpus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple, Protocol, TypeVar

from forgegen.errors import UnknownName, UsageError

R = TypeVar("R")


class Engine(Protocol):
    """Runs a task over shard numbers."""

    def run(self, task: Callable[[int], R], ids: Sequence[int]) -> Iterator[R]:
        """What ``task`` returns for every id, in any order.

        Calls ``task`` at least once per id, perhaps in another process or on another machine, so both task and result
        must pickle. Keeps a bounded number of ids in flight, however many there are. An exception of a task ends the
        run and is raised (by an engine with retries of its own after those); so is what the engine itself gives up on.
        Nothing is opened before the first result is asked for, and what was opened is closed when the iterator ends or
        is closed. Never judges completeness: whoever calls looks at the markers afterwards.
        """
        ...


class EngineKind(NamedTuple):
    """A named engine: where its factory is, what it is, and the extra that brings its packages."""

    home: str
    about: str
    extra: str | None = None


ENGINES: Mapping[str, EngineKind] = MappingProxyType(
    {
        "local": EngineKind("local:local_engine", "processes of this machine"),
        "dask": EngineKind("dask:dask_engine", "Dask: a cluster of its own, or the one at --scheduler", "dask"),
        "spark": EngineKind("spark:spark_engine", "Apache Spark: local, or the master at --scheduler", "spark"),
    }
)


def make_engine(name: str, *, workers: int | None = None, scheduler: str | None = None) -> Engine:
    """The engine of that name; its module is imported now, nothing is started yet.

    ``workers`` is how many run at once (None: as many as this process may use processors); ``scheduler`` the address of
    a Dask scheduler or a Spark master that is already there. Raises: UnknownName; UsageError for a number below 1 or a
    scheduler that the engine cannot use; MissingExtra.
    """
    if name not in ENGINES:
        raise UnknownName("engine", name, ENGINES)
    if workers is not None and workers < 1:
        raise UsageError(f"workers cannot be {workers!r}; right would be a whole number of 1 or more")
    module, factory = ENGINES[name].home.split(":")
    engine: Engine = getattr(import_module(f"forgegen.corpus.executors.{module}"), factory)(workers, scheduler)
    return engine
