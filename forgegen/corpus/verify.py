"""Checking a corpus against its manifest, making pages again to compare, and putting right what is damaged."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from forgegen.corpus.card import CARD
from forgegen.corpus.executors.local import LocalExecutor
from forgegen.corpus.executors.protocol import Executor
from forgegen.corpus.files import FileEntry, remove
from forgegen.corpus.formats.all_formats import formats
from forgegen.corpus.manifest import MANIFEST, ManifestHead, read_manifest
from forgegen.corpus.ondisk import HashTask, OnDisk, in_order, look
from forgegen.corpus.plan import Plan, check_fingerprint
from forgegen.corpus.rows import rows
from forgegen.corpus.shard import Record
from forgegen.corpus.write import find_corpus, write
from forgegen.errors import ReadError
from forgegen.streams.stream import Stream
from forgegen.whole_files import is_temporary


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is wrong with a file of a corpus; ``shard`` is the one to write again, None where none is."""

    path: str
    problem: str
    shard: int | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at and found. ``regenerated`` are the threads made again, ``salt`` what chose them."""

    shards: int
    files: int
    bytes: int
    content_sha256: str | None
    regenerated: tuple[int, ...]
    salt: str
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


OnShard = Callable[[OnDisk], None]


def verify(
    out: str | Path,
    *,
    executor: Executor | None = None,
    regenerate: int = 0,
    salt: str | None = None,
    on_shard: OnShard | None = None,
) -> Verification:
    """Hash every file again and compare with manifest and markers; make ``regenerate`` threads again and compare.

    ``executor`` hashes (None: this process); what is found and its order do not depend on it. ``on_shard`` hears of
    each shard looked at. ``salt`` names the choice of threads; without one it is another each time. Raises: UsageError
    where there is no corpus; PlanDiffers where threads are to be made again by software that would write other bytes.
    """
    folder, plan = find_corpus(out)
    salt = salt or secrets.token_hex(4)
    check = _Check(plan, folder)
    head = check.manifest(executor or LocalExecutor(1), on_shard)
    again: tuple[int, ...] = ()
    if regenerate:
        check_fingerprint(plan, folder)
        again = chosen_threads(plan, regenerate, salt)
        check.problems += _regenerate(plan, folder, again, frozenset(p.shard for p in check.problems))
    return Verification(
        shards=plan.shards, files=check.files, bytes=check.bytes,
        content_sha256=None if head is None else head.summary.content_sha256,
        regenerated=again, salt=salt, problems=tuple(check.problems),
    )  # fmt: skip


class _Check:
    """Gathers what is wrong with a corpus."""

    def __init__(self, plan: Plan, out: Path) -> None:
        self.plan, self.out = plan, out
        self.files = self.bytes = 0
        self.problems: list[Problem] = []

    def manifest(self, executor: Executor, on_shard: OnShard | None) -> ManifestHead | None:
        """Everything that the manifest lists; without one, everything that the markers do."""
        try:
            found = read_manifest(self.out)
        except ReadError as e:
            found = None
            self.problems.append(Problem(MANIFEST, e.problem))
        else:
            if found is None:
                self.problems.append(Problem(MANIFEST, "is missing: the corpus is not complete"))
        head, records = (None, None) if found is None else found
        if head is not None and head.plan != self.plan:
            self.problems.append(Problem(MANIFEST, "is of another plan"))
            head = records = None
        for entry in head.files if head is not None else ():
            self._file(entry, look(self.out, entry.path), None)
        for there in in_order(executor, HashTask(self.plan, str(self.out), records is not None), on_shard):
            self._shard(there, None if records is None else records[there.shard])
        self.problems += _superfluous(self.plan, self.out)
        return head

    def _shard(self, there: OnDisk, listed: Record | None) -> None:
        shard, marker = there.shard, there.marker
        path = self.plan.marker(shard)
        if isinstance(marker, str):
            self.problems.append(Problem(path, marker, shard))
            record = listed
        else:
            record = listed or marker
            if record != marker:
                self.problems.append(Problem(path, "is not what the manifest says", shard))
            elif listed is None and not there.fits:
                self.problems.append(Problem(path, "does not fit the plan or its data", shard))
        for entry in record.files if record is not None else ():
            self._file(entry, there.files.get(entry.path) or look(self.out, entry.path), shard)

    def _file(self, entry: FileEntry, found: FileEntry | str, shard: int | None) -> None:
        if isinstance(found, str):
            self.problems.append(Problem(entry.path, found, shard))
            return
        self.files += found.files or 1
        self.bytes += found.bytes
        if found != entry:
            same = found.bytes == entry.bytes
            what = "other bytes" if same else f"{found.bytes} bytes; right would be {entry.bytes}"
            self.problems.append(Problem(entry.path, f"is damaged: {what}", shard))


def _superfluous(plan: Plan, out: Path) -> Iterator[Problem]:
    """Data that no shard of the plan has: a pattern over the folder would read it as well."""
    for form in sorted(os.listdir(out / "data")) if (out / "data").is_dir() else ():
        several = form in plan.spec.formats and len(plan.parts) > 1
        for place in sorted((out / "data" / form).iterdir()):
            if place.name == CARD:
                continue
            if not several:
                yield from _foreign(plan, out, form, "", place)
            elif place.name not in plan.parts:
                yield Problem(f"data/{form}/{place.name}", "belongs to no part of the plan")
            else:
                for folder in sorted(place.iterdir()):
                    yield from _foreign(plan, out, form, place.name, folder)


def _foreign(plan: Plan, out: Path, form: str, split: str, folder: Path) -> Iterator[Problem]:
    """What lies in a folder of shards and is none."""
    for found in sorted(folder.iterdir()):
        path = found.relative_to(out).as_posix()
        number = found.name.removeprefix("part-")[:7]
        shard = int(number) if number.isdigit() else -1
        known = 0 <= shard < plan.shards and form in plan.spec.formats
        if not (known and plan.path(shard, form, split) == path) and not is_temporary(found.name):
            yield Problem(path, "belongs to no shard of the plan")


def chosen_threads(plan: Plan, count: int, salt: str) -> tuple[int, ...]:
    """So many threads of a plan, chosen by a word; all of them where it has no more."""
    threads = plan.spec.threads
    if count >= threads:
        return tuple(range(threads))
    stream, found = Stream("verify", plan.run, salt), set[int]()
    while len(found) < count:
        found.add(stream.below_wide(threads))
    return tuple(sorted(found))


def _regenerate(plan: Plan, out: Path, threads: tuple[int, ...], damaged: frozenset[int | None]) -> Iterator[Problem]:
    """Threads made again that are not what the files hold; shards known to be damaged are passed over."""
    for index in threads:
        shard = index // plan.size
        if shard in damaged:
            continue
        made = list(rows(plan.spec, index))
        for name in plan.spec.formats:
            path = plan.path(shard, name, made[0].split)
            try:
                problem = formats()[name].differs(out / path, index, made)
            except (OSError, ReadError, ValueError) as e:
                problem = f"cannot be read: {e}"
            if problem is not None:
                yield Problem(path, problem, shard)


def repair(
    out: str | Path,
    *,
    executor: Executor,
    regenerate: int = 0,
    salt: str | None = None,
    on_record: Callable[[Record], None] | None = None,
) -> Verification:
    """Write the damaged and missing shards again, then card, schema and manifest; what was wrong before.

    Data that belongs to no shard is left alone: it is not ours. Raises: what ``verify`` and ``write`` raise.
    """
    folder, plan = find_corpus(out)
    check_fingerprint(plan, folder)
    found = verify(folder, executor=executor, regenerate=regenerate, salt=salt)
    if found.problems:
        (folder / MANIFEST).unlink(missing_ok=True)
        for shard in sorted({p.shard for p in found.problems if p.shard is not None}):
            remove(folder / plan.marker(shard))
    write(plan, folder, executor=executor, on_record=on_record)
    return found
