"""Any ``concurrent.futures.Executor`` as an engine: a bounded number of shards in flight."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
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
        return in_flight(self.executor, task, iter(ids), window=self.window, out=set())


def in_flight(
    executor: Executor, task: Callable[[int], R], ids: Iterator[int], *, window: int, out: set[int]
) -> Iterator[R]:
    """Results as they come, never more than ``window`` submitted; ``out`` holds the ids taken and not yet returned.

    When it ends early, what has not begun is cancelled.
    """
    flying: dict[Future[R], int] = {}

    def submit(n: int) -> None:
        for i in islice(ids, n):
            out.add(i)
            flying[executor.submit(task, i)] = i

    try:
        submit(window)
        while flying:
            done, _ = wait(flying, return_when=FIRST_COMPLETED)
            for future in done:
                result = future.result()
                out.discard(flying.pop(future))
                yield result  # before anything else can fail: what is no longer out must have been returned
            submit(window - len(flying))
    finally:
        for future in flying:
            future.cancel()
