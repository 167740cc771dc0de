"""Writing a corpus: plan, what is missing, the executor, then the markers again, and the manifest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
from msgspec import UNSET

from forgegen.corpus.checked_files import refuse_links
from forgegen.corpus.executors.protocol import Executor
from forgegen.corpus.manifest import MANIFEST, finalize, read_head
from forgegen.corpus.plan import PLAN, Plan, make_plan, plan_differs, read_plan, store_plan
from forgegen.corpus.shard import Record, ShardTask, read_marker
from forgegen.corpus.spec import Spec
from forgegen.errors import Incomplete, ReadError, UsageError
from forgegen.skins.trust import trusted
from forgegen.whole_files import is_temporary, write_whole

OURS = frozenset((PLAN, MANIFEST, "README.md", "schema.json", "data", "_done"))
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How far a corpus is. ``pages``, ``body_bytes``: of the shards done."""

    shards: int
    done: int
    threads: int
    pages: int
    body_bytes: int
    complete: bool


def write(
    spec: Spec | Plan,
    out: str | Path,
    *,
    executor: Executor,
    task_index: int = 0,
    task_count: int = 1,
    on_record: Callable[[Record], None] | None = None,
    templates: Iterable[str] | None = None,
) -> str | None:
    """Write what is missing of a corpus; the SHA-256 of its manifest, or None where other slices are not done yet.

    ``task_index`` of ``task_count`` takes the shards k with k % count == index; whichever slice finds all markers
    writes the manifest. ``on_record`` hears of each shard that the executor returns. Called again it goes on.
    ``templates`` are the folders with skins, those of the spec unless told otherwise: a plan that was found in a folder
    must not name them. Raises: PlanDiffers; UsageError for a folder with other files; ReadError where a folder below
    OUT is a symbolic link; Incomplete; OSError with the file's name.
    """
    folder = check_target(out)
    if not 0 <= task_index < task_count:
        raise UsageError(f"task index {task_index} of {task_count}; right would be 0 to {task_count - 1}")
    plan = spec if isinstance(spec, Plan) else make_plan(spec, read_plan(folder))
    refuse_links(folder)
    store_plan(plan, folder)
    skins = plan.spec.templates if templates is None else tuple(templates)
    task = ShardTask(plan, str(folder), skins, trust=bool(skins) and trusted(skins))
    missing = missing_shards(plan, folder)
    if missing:
        (folder / MANIFEST).unlink(missing_ok=True)
    own = missing[:] if task_count == 1 else [k for k in missing if k % task_count == task_index]
    for record in executor.run(task, own):
        if on_record is not None:
            on_record(record)
    if missing:
        left = missing_shards(plan, folder)
        lost = set(own).intersection(left)
        if lost:
            raise Incomplete(str(folder), tuple(sorted(lost)))
        if left:
            return None
    return finalize(plan, folder)


def missing_shards(plan: Plan, out: Path) -> list[int]:
    """The shards without a marker, or with one whose data is not there."""
    return [shard for shard in range(plan.shards) if read_marker(plan, out, shard) is None]


def status(out: str | Path) -> Status:
    """How far the corpus in a folder is. Raises: UsageError where there is none."""
    folder, plan = find_corpus(out)
    done = pages = body_bytes = 0
    for shard in range(plan.shards):
        record = read_marker(plan, folder, shard)
        if record is not None:
            done, pages, body_bytes = done + 1, pages + record.pages, body_bytes + record.body_bytes
    return Status(
        shards=plan.shards, done=done, threads=plan.spec.threads, pages=pages, body_bytes=body_bytes,
        complete=done == plan.shards and _manifest_fits(plan, folder),
    )  # fmt: skip


def _manifest_fits(plan: Plan, out: Path) -> bool:
    try:
        head = read_head(out)
    except ReadError:
        return False
    return head is not None and head.plan == plan


def extend(spec: Spec, out: str | Path) -> Plan:
    """Let a corpus grow to the spec's number of threads; its plan afterwards. ``write`` then makes what is missing.

    A last shard that was not full is written again. Raises: UsageError where it would shrink; PlanDiffers where
    anything but the number of threads is another.
    """
    folder, old = find_corpus(out)
    if old.spec.site is not UNSET:
        raise UsageError("a site cannot be extended: the number of its threads decides when each of them came")
    new = make_plan(spec, old)
    if new.spec.threads < old.spec.threads:
        raise UsageError(f"a corpus of {old.spec.threads} threads cannot be extended to {new.spec.threads}")
    same = msgspec.structs.replace(
        new, shards=old.shards, spec=msgspec.structs.replace(new.spec, threads=old.spec.threads)
    )
    if same != old:
        raise plan_differs(folder, old, same)
    if new != old:
        (folder / MANIFEST).unlink(missing_ok=True)
        write_whole(folder / PLAN, new.to_bytes())
    return new


def find_corpus(out: str | Path) -> tuple[Path, Plan]:
    """A folder and the plan in it. Raises: UsageError where there is none."""
    folder = Path(out)
    plan = read_plan(folder)
    if plan is None:
        raise UsageError(f"{str(folder)!r} holds no corpus: there is no {PLAN} in it")
    return folder, plan


def check_target(out: str | Path) -> Path:
    """The folder to write to. Raises: UsageError for an address, a file, or a folder with files that are not ours."""
    if isinstance(out, str) and _URL.match(out):
        raise UsageError(
            f"{out!r} is an address; right would be a folder. For an object store, mount it, or write slices to local "
            "disks ('forgegen corpus OUT ... --task-index I --task-count M' on each machine) and upload OUT/data and "
            "OUT/_done of all of them to one place; a last run over a folder with all of them writes the manifest"
        )
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{str(folder)!r} is a file; right would be a folder")
    if folder.is_dir() and not (folder / PLAN).exists():
        names = {p.name for p in folder.iterdir() if not is_temporary(p.name)}
        foreign = sorted(names - OURS if "_done" in names else names)
        if foreign:
            raise UsageError(f"{str(folder)!r} holds other files ({foreign[0]}); right would be a new or empty folder")
    return folder
