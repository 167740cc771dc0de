"""Dask as an executor: a cluster of this machine, or any that is there already (SSH, Slurm, PBS, Kubernetes).

Dask restarts workers that die and tries a shard four times; a result lost with its worker costs one look at a marker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from forgegen.corpus.executors.local import processors
from forgegen.corpus.executors.pool import PoolExecutor
from forgegen.errors import MissingExtra

try:
    from distributed import Client, LocalCluster
except ImportError as error:
    raise MissingExtra("distributed", "dask") from error

R = TypeVar("R")
RETRIES = 3
LEAST_WINDOW = 64  # a cluster may grow during the run


class DaskExecutor:
    """Runs shards on the scheduler at that address, else on a local cluster of ``workers`` processes of one thread."""

    def __init__(self, workers: int | None = None, *, scheduler: str | None = None) -> None:
        self.workers, self.scheduler = workers, scheduler

    def run(self, task: Callable[[int], R], ids: Sequence[int]) -> Iterator[R]:
        """What ``task`` returns for every id; see ``Executor.run``."""
        with self._client() as client, client.get_executor(pure=False, retries=RETRIES) as executor:
            window = max(LEAST_WINDOW, 4 * sum(client.nthreads().values()))
            yield from PoolExecutor(executor, window=window).run(task, ids)

    @contextmanager
    def _client(self) -> Iterator[Client]:
        if self.scheduler is not None:
            with Client(self.scheduler) as client:
                yield client
            return
        workers = self.workers or processors()
        cluster = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0")
        with cluster, Client(cluster) as client:
            yield client


def dask_executor(workers: int | None, scheduler: str | None) -> DaskExecutor:
    """The factory behind the name ``dask``."""
    return DaskExecutor(workers, scheduler=scheduler)
