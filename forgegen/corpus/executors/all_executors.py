"""The names that ``--executor`` takes, and what makes an executor of each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from forgegen.corpus.executors.protocol import Executor
from forgegen.entry_points import EXECUTORS as MODULES
from forgegen.entry_points import load
from forgegen.errors import UnknownName, UsageError


class ExecutorKind(NamedTuple):
    """A named executor: the factory in its module, what it is, and the extra that brings its packages."""

    factory: str
    about: str
    extra: str | None = None


EXECUTORS: Mapping[str, ExecutorKind] = MappingProxyType(
    {
        "local": ExecutorKind("local_executor", "processes of this machine"),
        "dask": ExecutorKind("dask_executor", "Dask: a cluster of its own, or the one at --scheduler", "dask"),
        "spark": ExecutorKind("spark_executor", "Apache Spark: local, or the master at --scheduler", "spark"),
    }
)


def make_executor(name: str, *, workers: int | None = None, scheduler: str | None = None) -> Executor:
    """The executor of that name; its module is imported now, nothing is started yet.

    ``workers`` is how many run at once (None: as many as this process may use processors); ``scheduler`` the address of
    a Dask scheduler or a Spark master that is already there. Raises: UnknownName; UsageError for a number below 1 or a
    scheduler that the executor cannot use; MissingExtra.
    """
    if name not in EXECUTORS:
        raise UnknownName("executor", name, EXECUTORS)
    if workers is not None and workers < 1:
        raise UsageError(f"workers cannot be {workers!r}; right would be a whole number of 1 or more")
    executor: Executor = getattr(load(MODULES[name]), EXECUTORS[name].factory)(workers, scheduler)
    return executor
