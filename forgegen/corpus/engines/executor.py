"""Any ``concurrent.futures.Executor`` as an engine: a bounded number of shards in flight."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from forgegen.errors import UsageError

R = TypeVar("R")


class ExecutorEngine:
    """Runs tasks on an executor that the caller opens and closes, ``window`` of them submitted at a time.

    Twice the number of workers keeps them busy; where submitting is slow, more.
    """

    def __init__(self, executor: Executor, *, window: int) -> None:
        if window < 1:
            raise UsageError(f"window cannot be {window!r}; right would be a whole number of 1 or more")
        self.executor, self.window = executor, window

    def run(self, task: Callable[[int], R], ids: Sequence[int]) -> Iterator[R]:
        """What ``task`` returns for every id, as it comes; see ``Engine.run``."""
        flying: dict[Future[R], int] = {}
        with _cancelled(flying):
            yield from in_flight(self.executor, task, iter(ids), window=self.window, flying=flying)


def in_flight(
    executor: Executor,
    task: Callable[[int], R],
    ids: Iterator[int],
    *,
    window: int,
    flying: dict[Future[R], int],
) -> Iterator[R]:
    """Results as they come, never more than ``window`` submitted.

    ``flying`` holds the ids that were submitted and are not returned, also when it ends early.
    """

    def submit(n: int) -> None:
        for i in islice(ids, n):
            flying[_submitted(executor, task, i)] = i

    submit(window)
    while flying:
        done, _ = wait(flying, return_when=FIRST_COMPLETED)
        for future in done:
            result = future.result()
            del flying[future]
            yield result  # before anything else can fail: what no longer flies must have been returned
        submit(window - len(flying))


def _submitted(executor: Executor, task: Callable[[int], R], i: int) -> Future[R]:
    """The future of an id; where the executor has broken since, one that says so: the id must not be lost."""
    try:
        return executor.submit(task, i)
    except BrokenExecutor as error:
        refused: Future[R] = Future()
        refused.set_exception(error)
        return refused


@contextmanager
def _cancelled(flying: dict[Future[R], int]) -> Iterator[None]:
    """Take back what has not begun, when the block ends early.

    Not from a broken pool: it fails its futures one by one, and one cancelled meanwhile kills the thread that does so,
    before it has ended the other workers (InvalidStateError in CPython's ``terminate_broken``).
    """
    try:
        yield
    except BrokenExecutor:
        raise
    except BaseException:
        for future in flying:
            future.cancel()
        raise
