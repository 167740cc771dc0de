"""Any ``concurrent.futures.Executor`` as an executor: a bounded number of shards in flight."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from concurrent.futures import Executor as Futures
from itertools import islice
from typing import TypeVar

from forgegen.errors import UsageError

R = TypeVar("R")


class PoolExecutor:
    """Runs tasks on an executor that the caller opens and closes, ``window`` of them submitted at a time.

    Twice the number of workers keeps them busy; where submitting is slow, more. For processes of this machine
    ``LocalExecutor`` is the better choice: it survives a worker that dies.
    """

    def __init__(self, executor: Futures, *, window: int) -> None:
        if window < 1:
            raise UsageError(f"window cannot be {window!r}; right would be a whole number of 1 or more")
        self.executor, self.window = executor, window

    def run(self, task: Callable[[int], R], ids: Sequence[int]) -> Iterator[R]:
        """What ``task`` returns for every id, as it comes; see ``Executor.run``."""
        rest = iter(ids)
        flying = {self.executor.submit(task, i) for i in islice(rest, self.window)}
        try:
            while flying:
                done, flying = wait(flying, return_when=FIRST_COMPLETED)
                flying |= {self.executor.submit(task, i) for i in islice(rest, len(done))}
                for future in done:
                    yield future.result()
        except BrokenExecutor:
            raise  # it fails its futures one by one; one cancelled meanwhile kills the thread that does so, in CPython
        except BaseException:
            _cancel(flying)
            raise


def _cancel(futures: set[Future[R]]) -> None:
    """Take back what has not begun."""
    for future in futures:
        future.cancel()
