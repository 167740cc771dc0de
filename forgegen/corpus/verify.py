"""Checking a corpus against its manifest, making pages again to compare, and putting right what is damaged."""

from __future__ import annotations

import os
import secrets
import shlex
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from forgegen.corpus.card import CARD, SCHEMA
from forgegen.corpus.checked_files import printable, refuse_links
from forgegen.corpus.executors.local import LocalExecutor
from forgegen.corpus.executors.protocol import Executor
from forgegen.corpus.files import FileEntry, remove
from forgegen.corpus.formats.all_formats import formats
from forgegen.corpus.manifest import MANIFEST, ManifestHead, read_head, read_manifest
from forgegen.corpus.ondisk import HashTask, OnDisk, in_order, look
from forgegen.corpus.plan import PLAN, Plan, check_fingerprint, differences, fingerprint, read_plan
from forgegen.corpus.rows import rows
from forgegen.corpus.shard import Record
from forgegen.corpus.spec_file import check
from forgegen.corpus.write import find_corpus, write
from forgegen.errors import ReadError, UsageError
from forgegen.rendering.walls import bounded
from forgegen.streams.stream import Stream
from forgegen.whole_files import is_temporary, write_whole

_MOST_MISSING = 100_000  # a plan can name any number of shards that were never written


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
    templates: Iterable[str | Path] = (),
) -> Verification:
    """Hash every file again and compare with manifest and markers; make ``regenerate`` threads again and compare.

    ``executor`` hashes (None: this process); what is found and its order do not depend on it. ``on_shard`` hears of
    each shard looked at. ``salt`` names the choice of threads; without one it is another each time. ``templates`` are
    the folders with skins: none that the corpus names is looked into. Raises: UsageError where there is no corpus, or
    where threads are to be made again with skins of a folder that is not given; PlanDiffers where they are to be made
    again by software that would write other bytes.
    """
    folder, plan, problem = found_plan(out)
    salt = salt or secrets.token_hex(4)
    check = _Check(plan, folder)
    check.problems += [problem] if problem is not None else []
    head = check.manifest(executor or LocalExecutor(1), on_shard)
    again: tuple[int, ...] = ()
    if regenerate:
        skins = checked_skins(plan, templates)
        check_fingerprint(plan, folder, skins)
        again = chosen_threads(plan, regenerate, salt)
        damaged = frozenset(p.shard for p in check.problems)
        with bounded(skins):
            check.problems += _regenerate(plan, skins, folder, again, damaged)
    return Verification(
        shards=plan.shards, files=check.files, bytes=check.bytes,
        content_sha256=None if head is None else head.summary.content_sha256,
        regenerated=again, salt=salt, problems=tuple(check.problems),
    )  # fmt: skip


def checked_skins(plan: Plan, templates: Iterable[str | Path]) -> tuple[str, ...]:
    """The folders with skins that the caller gives for a plan, whose settings are known ones.

    Raises: UsageError where the plan names folders and the caller none.
    """
    given = tuple(map(str, templates))
    if plan.spec.templates and not given:
        named = ", ".join(map(repr, plan.spec.templates))
        again = " ".join(f"--templates {shlex.quote(folder)}" for folder in plan.spec.templates)
        raise UsageError(
            f"the corpus was made with skins of {named}. No folder that a corpus names is looked into: where you trust "
            f"it to be yours, repeat it as {again}"
        )
    check(msgspec.structs.replace(plan.spec, templates=given))
    return given


def found_plan(out: str | Path) -> tuple[Path, Plan, Problem | None]:
    """The folder, the plan of the corpus in it, and what is wrong with ``PLAN.json``.

    Where that is damaged, the manifest's plan stands for it. Raises: UsageError where there is no corpus; ReadError
    where neither can be read.
    """
    folder, error = Path(out), ReadError(1, f"{PLAN} is missing")
    try:
        plan = read_plan(folder)
    except ReadError as e:
        plan, error = None, e
    try:
        head = read_head(folder)
    except ReadError:
        head = None
    if head is None and plan is None:
        if error.problem.endswith("is missing"):
            find_corpus(out)
        raise error
    if head is None or plan == head.plan:
        assert plan is not None
        return folder, plan, None
    if plan is None:
        return folder, head.plan, Problem(PLAN, error.problem)
    if _fitness(head.plan, head) > _fitness(plan, head):
        return folder, head.plan, Problem(PLAN, f"is damaged: {'; '.join(differences(plan, head.plan))}")
    return folder, plan, None


def _fitness(plan: Plan, head: ManifestHead) -> tuple[bool, int]:
    """How well a plan fits the sums of the manifest, then this software."""
    here = fingerprint(msgspec.structs.replace(plan.spec, templates=()))
    return plan.spec.threads == head.summary.threads, sum(plan.fingerprint.get(k) == v for k, v in here.items())


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
            strange = entry.path not in {CARD, SCHEMA, *(f"data/{form}/{CARD}" for form in self.plan.spec.formats)}
            self._file(entry, "is no file beside the data" if strange else look(self.out, entry.path), None)
        missing = 0
        for there in in_order(executor, HashTask(self.plan, str(self.out), records is not None), on_shard):
            self._shard(there, None if records is None else records[there.shard])
            missing = missing + 1 if there.marker == "is missing" else 0
            if missing > _MOST_MISSING:
                what = f"{missing:,} markers in a row are missing; not all {self.plan.shards:,} shards were looked at"
                self.problems.append(Problem("_done", what))
                break
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
            own = entry.path in self.plan.paths(shard, self.plan.parts)
            found = there.files.get(entry.path) or look(self.out, entry.path) if own else "is no file of the shard"
            self._file(entry, found, shard)

    def _file(self, entry: FileEntry, found: FileEntry | str, shard: int | None) -> None:
        if isinstance(found, str):
            self.problems.append(Problem(printable(entry.path[:200]), found, shard))
            return
        self.files += found.files or 1
        self.bytes += found.bytes
        if found != entry:
            same = found.bytes == entry.bytes
            what = "other bytes" if same else f"{found.bytes} bytes; right would be {entry.bytes}"
            self.problems.append(Problem(entry.path, f"is damaged: {what}", shard))


def _superfluous(plan: Plan, out: Path) -> Iterator[Problem]:
    """Data that no shard of the plan has: a pattern over the folder would read it as well. Links are not followed."""
    for path, form in _entries(out, "data"):
        several = form.name in plan.spec.formats and len(plan.parts) > 1
        for inner, place in _entries(out, path) if _is_folder(form) else ():
            if place.name == CARD and place.is_file(follow_symlinks=False):
                continue
            if several and _is_folder(place) and place.name not in plan.parts:
                yield Problem(printable(inner), "belongs to no part of the plan")
            elif several and _is_folder(place):
                for deep, folder in _entries(out, inner):
                    yield from _foreign(plan, out, form.name, place.name, deep, folder)
            else:
                yield from _foreign(plan, out, form.name, "", inner, place)
        if not _is_folder(form):
            yield from _strange(path, form)


def _foreign(plan: Plan, out: Path, form: str, split: str, path: str, folder: os.DirEntry[str]) -> Iterator[Problem]:
    """What lies in a folder of shards and is none; what stands in the place of the folder and is none."""
    if not _is_folder(folder):
        yield from _strange(path, folder)
        return
    for inner, entry in _entries(out, path):
        number = entry.name.removeprefix("part-")[:7]
        shard = int(number) if number.isascii() and number.isdigit() else -1
        known = 0 <= shard < plan.shards and form in plan.spec.formats
        if entry.is_symlink() or not (known and plan.path(shard, form, split) == inner):
            yield from _strange(inner, entry)


def _strange(path: str, entry: os.DirEntry[str]) -> Iterator[Problem]:
    if entry.is_symlink():
        yield Problem(printable(path), "is a symbolic link; a corpus has none")
    elif not is_temporary(entry.name):
        yield Problem(printable(path), "belongs to no shard of the plan")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _entries(out: Path, folder: str) -> list[tuple[str, os.DirEntry[str]]]:
    """What lies in a folder below a corpus, sorted, each with its path; nothing where it is no folder."""
    if not (out / folder).is_dir() or (out / folder).is_symlink():
        return []
    with os.scandir(out / folder) as entries:
        return [(f"{folder}/{entry.name}", entry) for entry in sorted(entries, key=lambda entry: entry.name)]


def chosen_threads(plan: Plan, count: int, salt: str) -> tuple[int, ...]:
    """So many threads of a plan, chosen by a word; all of them where it has no more."""
    threads = plan.spec.threads
    if count >= threads:
        return tuple(range(threads))
    stream, found = Stream("verify", plan.run, salt), set[int]()
    while len(found) < count:
        found.add(stream.below_wide(threads))
    return tuple(sorted(found))


def _regenerate(
    plan: Plan, skins: tuple[str, ...], out: Path, threads: tuple[int, ...], damaged: frozenset[int | None]
) -> Iterator[Problem]:
    """Threads made again that are not what the files hold; shards known to be damaged are passed over."""
    spec = msgspec.structs.replace(plan.spec, templates=skins)
    for index in threads:
        shard = index // plan.size
        if shard in damaged:
            continue
        made = list(rows(spec, index))
        if not made:  # of a site: not there at its moment, or taken away by a fault
            continue
        for name in plan.spec.formats:
            path = plan.path(shard, name, made[0].split)
            try:
                problem = formats()[name].differs(out / path, index, made)
            except Exception as e:  # a library's reader of damaged data raises what it likes
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
    templates: Iterable[str | Path] = (),
) -> Verification:
    """Write the damaged and missing shards again, then card, schema and manifest; what was wrong before.

    A damaged ``PLAN.json`` is taken from the manifest. Data that belongs to no shard is left alone: it is not ours.
    ``templates`` are the folders with skins. Raises: what ``verify`` and ``write`` raise.
    """
    folder, plan, problem = found_plan(out)
    refuse_links(folder)
    skins = checked_skins(plan, templates)
    check_fingerprint(plan, folder, skins)
    found = verify(folder, executor=executor, regenerate=regenerate, salt=salt, templates=skins)
    if problem is not None:
        write_whole(folder / PLAN, plan.to_bytes())
    if found.problems:
        (folder / MANIFEST).unlink(missing_ok=True)
        for shard in sorted({p.shard for p in found.problems if p.shard is not None}):
            remove(folder / plan.marker(shard))
    write(plan, folder, executor=executor, on_record=on_record, templates=skins)
    return found
