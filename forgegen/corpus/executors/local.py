"""The executor that needs nothing: this process, or processes of this machine of which none is left behind.

Not a ``ProcessPoolExecutor``: a worker that is killed takes such a pool with it, and one submitted to at that very
moment may wait for ever (CPython 3.11, ``terminate_broken``); its workers outlive a killed driver. Here each worker has
a pipe of its own, so that its death costs its own shard a second try, and it ends when its driver has ended.
"""

from __future__ import annotations

import os
import pickle
import signal
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from forgegen.errors import UsageError, WorkersLost

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

R = TypeVar("R")
Task = Callable[[int], R]
RETRIES = 3  # workers that one shard may cost; the next one is the end (Spark's default is four tries too)
_READY, _DONE, _FAILED = "ready", "done", "failed"
_STARTING = -1  # in the place of a shard's number


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class LocalExecutor:
    """``workers`` processes of this machine, by default one a processor; 1 is this process, without another."""

    def __init__(self, workers: int | None = None) -> None:
        if workers is not None and workers < 1:
            raise UsageError(f"workers cannot be {workers!r}; right would be a whole number of 1 or more")
        self.workers = workers or processors()

    def run(self, task: Task[R], ids: Sequence[int]) -> Iterator[R]:
        """What ``task`` returns for every id; see ``Executor.run``. Raises WorkersLost when workers keep dying."""
        workers = min(self.workers, len(ids))
        return map(task, ids) if workers <= 1 else _shared(task, ids, workers)


def local_executor(workers: int | None, scheduler: str | None) -> LocalExecutor:
    """The factory behind the name ``local``."""
    if scheduler is not None:
        raise UsageError(f"executor local has no scheduler {scheduler!r}; right would be dask or spark")
    return LocalExecutor(workers)


def _shared(task: Task[R], ids: Sequence[int], workers: int) -> Iterator[R]:
    """Results as they come; a worker gets its next shard before its last result is handed on."""
    rest, again, deaths = iter(ids), deque[int](), Counter[int]()
    crew = _Crew(task)
    try:
        for _ in range(workers):
            crew.hire()
        while crew.hands:
            for pipe in wait(list(crew.hands)):
                assert isinstance(pipe, Connection)
                try:
                    kind, value = pipe.recv()
                except (EOFError, OSError):
                    lost = crew.bury(pipe)
                    _count_death(deaths, lost)
                    again.extend([lost] if lost != _STARTING else ())
                    crew.hire()
                    continue
                if kind == _FAILED:
                    raise value
                crew.give(pipe, again.popleft() if again else next(rest, None))
                if kind == _DONE:
                    yield value
    finally:
        crew.dismiss()


def _count_death(deaths: Counter[int], shard: int) -> None:
    deaths[shard] += 1
    if deaths[shard] > RETRIES:
        raise WorkersLost(() if shard == _STARTING else (shard,), deaths[shard])


class _Crew:
    """Worker processes by their pipes, with the shard that each has in hand."""

    def __init__(self, task: Task[Any]) -> None:
        self._task = task
        forks = "forkserver" in get_all_start_methods()
        self._context: ForkServerContext | SpawnContext = get_context("forkserver") if forks else get_context("spawn")
        module = getattr(task, "__module__", "__main__")
        if module != "__main__":  # imported once, by the forkserver, for all workers
            self._context.set_forkserver_preload([module])
        self._processes: dict[Connection, BaseProcess] = {}
        self.hands: dict[Connection, int] = {}

    def hire(self) -> None:
        """Start a worker; it says when it is ready."""
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(self._task, theirs), daemon=True)
        process.start()
        theirs.close()
        self._processes[ours], self.hands[ours] = process, _STARTING

    def give(self, pipe: Connection, shard: int | None) -> None:
        """Put a shard in a worker's hand; without one, let it go."""
        if shard is None:
            del self.hands[pipe]
            pipe.close()
            return
        self.hands[pipe] = shard
        with suppress(OSError):  # dead since: its pipe will tell
            pipe.send(shard)

    def bury(self, pipe: Connection) -> int:
        """The shard that a dead worker had in hand. Raises: WorkersLost for one that failed while it started."""
        shard, process = self.hands.pop(pipe), self._processes.pop(pipe)
        pipe.close()
        process.join()
        if shard == _STARTING and process.exitcode == 1:  # an exception, which it has printed; a signal is negative
            raise WorkersLost((), 1)
        return shard

    def dismiss(self) -> None:
        """End all workers, those at work too: what they have begun will be done again."""
        for pipe in self.hands:
            self._processes[pipe].kill()
        for pipe, process in self._processes.items():
            process.join()
            pipe.close()


def _work(task: Task[Any], pipe: Connection) -> None:
    """A worker's life: it leaves Ctrl-C to the driver, makes one shard after the other, ends when the driver has."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    kind, value = _READY, None
    with suppress(EOFError, OSError):
        while True:
            _say(pipe, kind, value)
            kind, value = _tried(task, pipe.recv())


def _tried(task: Task[Any], shard: int) -> tuple[str, Any]:
    try:
        return _DONE, task(shard)
    except Exception as error:
        error.add_note(f"In a worker process, over shard {shard}:\n{traceback.format_exc()}")
        return _FAILED, error


def _say(pipe: Connection, kind: str, value: Any) -> None:
    try:
        pipe.send((kind, value))
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        pipe.send((_FAILED, UsageError(f"a task's result must pickle; {value!r} does not: {error}")))


def _end_with_parent() -> None:
    """A killed driver cannot end its workers, and one that is at work does not look at its pipe."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
