"""The seam between a corpus and whoever runs the work: one method.

Correctness never comes from an executor. A task is pure, may be run twice, and publishes its shard atomically; the
markers on disk say what is done. So every executor, lost work and a repeated run give the same corpus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

R = TypeVar("R")


class Executor(Protocol):
    """Runs a task over shard numbers."""

    def run(self, task: Callable[[int], R], ids: Sequence[int]) -> Iterator[R]:
        """What ``task`` returns for every id, in any order.

        Calls ``task`` at least once per id, perhaps in another process or on another machine, so both task and result
        must pickle. Keeps a bounded number of ids in flight, however many there are. An exception of a task ends the
        run and is raised (by an executor with retries of its own after those); so is what it gives up on itself.
        Nothing is opened before the first result is asked for, and what was opened is closed when the iterator ends or
        is closed. Never judges completeness: whoever calls looks at the markers afterwards.
        """
        ...
