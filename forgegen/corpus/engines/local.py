"""The engine that needs nothing: this process, or a pool of processes on this machine that leaves none behind.

A worker that dies takes its pool with it (``BrokenProcessPool``); the pool is built again over the ids that are not
back yet. A driver that dies would leave its workers waiting for ever: each holds one end of a pipe, the leash, and
exits when the other end is gone. The forkserver and its resource tracker follow their last worker by themselves.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from threading import Thread
from typing import TypeVar

from forgegen.corpus.engines.executor import in_flight
from forgegen.errors import UsageError, WorkersLost

R = TypeVar("R")
RETRIES = 3  # breaks that one shard may be in flight at; the next one is the end (Spark's default gives 4 tries too)


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class LocalEngine:
    """``workers`` processes of this machine, by default one a processor; 1 is this process, without a pool."""

    def __init__(self, workers: int | None = None) -> None:
        if workers is not None and workers < 1:
            raise UsageError(f"workers cannot be {workers!r}; right would be a whole number of 1 or more")
        self.workers = workers or processors()

    def run(self, task: Callable[[int], R], ids: Sequence[int]) -> Iterator[R]:
        """What ``task`` returns for every id; see ``Engine.run``. Raises WorkersLost when workers keep dying."""
        workers = min(self.workers, len(ids))
        return map(task, ids) if workers <= 1 else _pooled(task, ids, workers)


def local_engine(workers: int | None, scheduler: str | None) -> LocalEngine:
    """The factory behind the name ``local``."""
    if scheduler is not None:
        raise UsageError(f"engine local has no scheduler, so {scheduler!r} means nothing; right would be dask or spark")
    return LocalEngine(workers)


def _pooled(task: Callable[[int], R], ids: Sequence[int], workers: int) -> Iterator[R]:
    rest, breaks = iter(ids), Counter[int]()
    again: list[int] = []
    while True:
        flying: dict[Future[R], int] = {}
        retried = iter(again)
        try:
            with _pool(task, workers) as pool:
                yield from in_flight(pool, task, chain(retried, rest), window=2 * workers, flying=flying)
            return
        except BrokenProcessPool as error:
            breaks.update(flying.values())
            again = sorted([*flying.values(), *retried])
            worst = [i for i in again if breaks[i] > RETRIES]
            if worst:
                raise WorkersLost(tuple(worst), RETRIES + 1) from error


@contextmanager
def _pool(task: Callable[[int], R], workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool that is gone, work and all, when the block ends, however it ends."""
    forks = "forkserver" in get_all_start_methods()
    context = get_context("forkserver" if forks else "spawn")
    context.set_forkserver_preload(_modules_of(task))
    leash, end = context.Pipe()
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_on_leash, initargs=(end,))
    try:
        yield pool
        pool.shutdown()
    except BrokenProcessPool as error:
        if not leash.poll():
            raise WorkersLost((), 1) from error
        raise
    finally:
        leash.close()
        pool.shutdown(cancel_futures=True)
        end.close()


def _modules_of(task: Callable[[int], R]) -> list[str]:
    """What the forkserver imports once for all workers; a script's own module it cannot."""
    name = getattr(task, "__module__", "__main__")
    return [] if name == "__main__" else [name]


def _on_leash(end: Connection) -> None:
    """A worker's first act: it says that it lives, leaves Ctrl-C to the driver, and ends where the driver has ended."""
    end.send_bytes(b"")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_exit_when_cut, args=(end,), daemon=True).start()


def _exit_when_cut(end: Connection) -> None:
    end.poll(None)  # nothing is ever sent this way: readable means closed
    sys.stderr.flush()
    os._exit(1)
