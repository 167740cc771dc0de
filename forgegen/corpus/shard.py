"""One shard: made, written in every format, published, and marked as done. Pure and idempotent.

The order is data first, marker last, each flushed to the disk and renamed into place. So a marker means that its data
is there, and data without a marker is written again, with equal bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET

from forgegen.corpus.checked_files import decode, read_own
from forgegen.corpus.files import Count, Digest, FileEntry, Output, OutputFile, OutputFolder, OutputTar, is_there
from forgegen.corpus.formats.all_formats import formats
from forgegen.corpus.formats.registry import Format, Replaying
from forgegen.corpus.plan import Plan, check_fingerprint
from forgegen.corpus.rows import Row, rows
from forgegen.corpus.spec import Spec
from forgegen.errors import ReadError
from forgegen.rendering.walls import bounded
from forgegen.whole_files import naming, write_whole

if TYPE_CHECKING:
    from forgegen.corpus.others import Others

Counts = dict[str, dict[str, Count]]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a marker says of its shard. No times, so that equal shards have equal markers.

    - ``shard``, ``first``, ``threads``: which threads it holds; ``pages``, ``posts``: how many it came to
    - ``body_bytes``, ``truth_bytes``: of its pages, before any format
    - ``counts``: pages by skin, locale, profile, encoding, split and quirk
    - ``content_sha256``: of body and truth of every page in order of keys, each after its length (8 bytes, little
      endian); free of format and library versions
    - ``files``: written, with size and digest; ``run``: of the plan
    """

    shard: Count
    first: Count
    threads: Count
    pages: Count
    posts: Count
    body_bytes: Count
    truth_bytes: Count
    counts: Counts
    content_sha256: Digest
    files: tuple[FileEntry, ...]
    run: str

    def to_bytes(self) -> bytes:
        """The record on one line."""
        return msgspec.json.encode(self) + b"\n"


class ShardTask(msgspec.Struct, frozen=True):
    """Writes shards of a plan below a folder: called with a shard's number, it returns the shard's record.

    ``templates`` are the folders with skins: those of the plan without them, which then has to be the caller's own;
    with ``trust`` they are rendered without bounds. Can be pickled. Called again, or twice at once, it does no harm.
    Raises: PlanDiffers where this process would write other bytes than the plan's; OSError with the file's name.
    """

    plan: Plan
    out: str
    templates: tuple[str, ...] | None = None
    trust: bool = False

    def __call__(self, shard: int) -> Record:
        """Write the shard, unless its marker and data are there."""
        out = Path(self.out)
        check_fingerprint(self.plan, out, self.templates)
        found = read_marker(self.plan, out, shard)
        if found is not None:
            return found
        folders = self.plan.spec.templates if self.templates is None else self.templates
        try:
            with bounded(folders, trust=self.trust):
                return _write(self.plan, out, shard, msgspec.structs.replace(self.plan.spec, templates=folders))
        except FileNotFoundError:  # a duplicate's temporary, swept up once the corpus was complete
            found = read_marker(self.plan, out, shard)
            if found is None:
                raise
            return found


def read_marker(plan: Plan, out: Path, shard: int) -> Record | None:
    """The record of a shard that is done: its marker is whole and of this plan, its files are there in their sizes."""
    try:
        record = decode(read_own(out, plan.marker(shard)), Record, "marker")
    except (OSError, ReadError):
        return None
    span = plan.span(shard)
    right = (plan.run, shard, span.start, len(span))
    if (record.run, record.shard, record.first, record.threads) != right:
        return None
    named = sorted(file.path for file in record.files) == sorted(plan.paths(shard, record.counts.get("split", {})))
    return record if named and all(is_there(out / f.path, f) for f in record.files) else None


def _write(plan: Plan, out: Path, shard: int, spec: Spec) -> Record:
    with ExitStack() as stack:
        outputs: dict[str, Output] = {}
        sinks: dict[str, list[Format]] = {}
        tally = Tally()
        with naming(out):
            others = _others(msgspec.structs.replace(plan, spec=spec), shard)
            for row in shard_rows(msgspec.structs.replace(plan, spec=spec), shard):
                if row.split not in sinks:  # a part without a thread has no file: readers stumble over empty ones
                    sinks[row.split] = [*_sinks(plan, out, shard, row.split, outputs, stack)]
                for sink in sinks[row.split]:
                    sink.add(row)
                tally.add(row)  # last: what JSON has in UTF-8 need not be encoded for the body again
                if others is not None:
                    others.note(row)
            if others is not None:
                (split,) = spec.split
                if split not in sinks:
                    sinks[split] = [*_sinks(plan, out, shard, split, outputs, stack)]
                _add_others(others, sinks[split])
            for sink in (sink for part in sinks.values() for sink in part):
                sink.finish()
            for output in outputs.values():
                output.seal()
            return _publish(plan, out, shard, tally, outputs)


def _others(plan: Plan, shard: int) -> Others | None:
    """What a shard of a site holds beside its rows; None where the corpus is no site."""
    if plan.spec.site is UNSET:
        return None
    from forgegen.corpus.others import Others

    return Others(plan, shard)


def _add_others(others: Others, sinks: list[Format]) -> None:
    replaying = [sink for sink in sinks if isinstance(sink, Replaying)]
    for exchange in others:
        for sink in replaying:
            sink.other(exchange)


def _sinks(
    plan: Plan, out: Path, shard: int, split: str, outputs: dict[str, Output], stack: ExitStack
) -> Iterator[Format]:
    """A writer a format for the rows of one part; ``outputs`` gets what they write to, by path."""
    for name in plan.spec.formats:
        path = plan.path(shard, name, split)
        outputs[path] = _open(plan, name, out / path)
        stack.callback(outputs[path].discard)
        yield formats()[name](outputs[path], plan.settings)


def _open(plan: Plan, name: str, path: Path) -> Output:
    form: type[Format] = formats()[name]
    if not form.folder:
        return OutputFile(path)
    return OutputTar(path) if plan.spec.layout == "tar" else OutputFolder(path)


def _publish(plan: Plan, out: Path, shard: int, tally: Tally, outputs: dict[str, Output]) -> Record:
    """Data first, then the marker. Where another process was faster, its marker stands and ours is thrown away."""
    done = read_marker(plan, out, shard)
    if done is not None:
        return done
    (out / plan.marker(shard)).unlink(missing_ok=True)  # what it said is about to be replaced
    written = []
    for path, output in sorted(outputs.items()):
        entry = output.publish()
        written.append(msgspec.structs.replace(entry, path=path))
    record = tally.record(plan, shard, tuple(written))
    write_whole(out / plan.marker(shard), record.to_bytes())
    return record


def shard_rows(plan: Plan, shard: int) -> Iterator[Row]:
    """The rows of a shard in order of keys."""
    for index in plan.span(shard):
        yield from rows(plan.spec, index)


class Tally:
    """Sums and digest of the rows of a shard."""

    def __init__(self) -> None:
        self.pages = self.posts = self.body_bytes = self.truth_bytes = 0
        self._digest = sha256()
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, row: Row) -> None:
        """Count a page."""
        body, truth = row.body, row.truth_json
        self.pages += 1
        self.body_bytes += len(body)
        self.truth_bytes += len(truth)
        if row.opens:
            self.posts += len(row.thread.posts)
        digest = self._digest
        digest.update(len(body).to_bytes(8, "little"))
        digest.update(body)
        digest.update(len(truth).to_bytes(8, "little"))
        digest.update(truth)
        choice, page = row.choice, row.page
        self._counts.update(
            (
                ("skin", choice.skin),
                ("locale", choice.locale),
                ("profile", choice.profile),
                ("encoding", page.encoding),
                ("split", row.split),
                *(("quirk", name) for name in page.planted),
            )
        )

    def record(self, plan: Plan, shard: int, written: tuple[FileEntry, ...]) -> Record:
        """What the marker says."""
        span = plan.span(shard)
        counts: Counts = {}
        for (aspect, name), number in sorted(self._counts.items()):
            counts.setdefault(aspect, {})[name] = number
        return Record(
            shard=shard,
            first=span.start,
            threads=len(span),
            pages=self.pages,
            posts=self.posts,
            body_bytes=self.body_bytes,
            truth_bytes=self.truth_bytes,
            counts=counts,
            content_sha256=self._digest.hexdigest(),
            files=written,
            run=plan.run,
        )
