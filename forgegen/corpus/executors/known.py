"""The names that ``--engine`` takes, and what makes an engine of each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from forgegen.corpus.executors.protocol import Engine
from forgegen.entry_points import EXECUTORS, load
from forgegen.errors import UnknownName, UsageError


class EngineKind(NamedTuple):
    """A named engine: the factory in its module, what it is, and the extra that brings its packages."""

    factory: str
    about: str
    extra: str | None = None


ENGINES: Mapping[str, EngineKind] = MappingProxyType(
    {
        "local": EngineKind("local_engine", "processes of this machine"),
        "dask": EngineKind("dask_engine", "Dask: a cluster of its own, or the one at --scheduler", "dask"),
        "spark": EngineKind("spark_engine", "Apache Spark: local, or the master at --scheduler", "spark"),
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
    engine: Engine = getattr(load(EXECUTORS[name]), ENGINES[name].factory)(workers, scheduler)
    return engine
