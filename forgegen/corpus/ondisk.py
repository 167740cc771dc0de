"""What lies on the disk of a shard: its marker and its files, hashed again, by whichever process has the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from forgegen.corpus.checked_files import below, decode, read_own
from forgegen.corpus.executors.protocol import Executor
from forgegen.corpus.files import FileEntry, entry_of
from forgegen.corpus.plan import Plan
from forgegen.corpus.shard import Record, read_marker
from forgegen.errors import ReadError


class OnDisk(msgspec.Struct, frozen=True):
    """What is there of a shard. A text stands where something is missing or cannot be read, and says so.

    ``fits`` says that the marker is of the plan and that its data is there in its size.
    """

    shard: int
    marker: Record | str
    fits: bool
    files: dict[str, FileEntry | str]

    @property
    def bytes(self) -> int:
        """Of all files that could be read."""
        return sum(found.bytes for found in self.files.values() if isinstance(found, FileEntry))


class HashTask(msgspec.Struct, frozen=True):
    """Called with a shard's number, it returns what is there of it. Can be pickled; writes nothing.

    Without a manifest, ``listed`` is false, and the files of a shard that has no marker are not looked at.
    """

    plan: Plan
    out: str
    listed: bool

    def __call__(self, shard: int) -> OnDisk:
        """Hash the shard's files."""
        out = Path(self.out)
        marker = _marker(out, self.plan.marker(shard))
        paths = self.plan.paths(shard, self.plan.parts)
        known = self.listed or isinstance(marker, Record)
        files = {path: look(out, path) for path in paths} if known else {}
        return OnDisk(shard, marker, read_marker(self.plan, out, shard) is not None, files)


def _marker(out: Path, path: str) -> Record | str:
    try:
        return decode(read_own(out, path), Record, "cannot be read")
    except FileNotFoundError:
        return "is missing"
    except ReadError as e:
        return e.problem
    except OSError as e:
        return f"cannot be read: {e.strerror}"


def look(out: Path, path: str) -> FileEntry | str:
    """A file below a corpus as it is, or what keeps it from being read."""
    try:
        return msgspec.structs.replace(entry_of(below(out, path)), path=path)
    except (FileNotFoundError, NotADirectoryError):
        return "is missing"
    except ReadError as e:
        return f"cannot be read: {e.problem}"
    except OSError as e:
        return f"cannot be read: {e.strerror}"


def in_order(executor: Executor, task: HashTask, on_shard: Callable[[OnDisk], None] | None) -> Iterator[OnDisk]:
    """What is there of every shard, in their order whatever the executor's; ``on_shard`` hears in the executor's.

    A shard that the executor lost is looked at here.
    """
    waiting, due = dict[int, OnDisk](), 0
    for found in executor.run(task, range(task.plan.shards)):
        if on_shard is not None:
            on_shard(found)
        waiting[found.shard] = found
        while due in waiting:
            yield waiting.pop(due)
            due += 1
    for shard in range(due, task.plan.shards):
        yield waiting.pop(shard) if shard in waiting else task(shard)
