"""The manifest: written last, its presence means that the corpus is complete. A pure function of plan and markers.

``MANIFEST.jsonl`` has a line for the corpus and then one a shard, the record of its marker word for word.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import msgspec

from forgegen.corpus.card import beside
from forgegen.corpus.checked_files import LARGEST, below, decode, kind_of
from forgegen.corpus.files import FileEntry, OutputFile, remove, stray_temporaries
from forgegen.corpus.plan import Plan, check_plan
from forgegen.corpus.shard import Record, read_marker
from forgegen.corpus.summary import Summary, summarize
from forgegen.errors import Incomplete, ReadError
from forgegen.whole_files import naming, write_whole

MANIFEST = "MANIFEST.jsonl"


class ManifestHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The manifest's first line: plan, sums, and the files beside the data."""

    plan: Plan
    summary: Summary
    files: tuple[FileEntry, ...]


def finalize(plan: Plan, out: Path) -> str:
    """Write card, schema and manifest of a corpus whose shards are all there; the SHA-256 of the manifest.

    Two at once do no harm. Raises: Incomplete, naming the shards that are missing.
    """
    missing = [shard for shard in range(plan.shards) if read_marker(plan, out, shard) is None]
    if missing:
        raise Incomplete(str(out), tuple(missing))
    summary = summarize(_records(plan, out))
    entries = []
    for name, data in beside(plan, summary).items():
        write_whole(out / name, data)
        entries.append(FileEntry(name, len(data), sha256(data).hexdigest()))
    digest = _write(plan, out, ManifestHead(plan=plan, summary=summary, files=tuple(entries)))
    for stray in stray_temporaries(out):
        remove(stray)
    return digest


def _records(plan: Plan, out: Path) -> Iterator[Record]:
    for shard in range(plan.shards):
        record = read_marker(plan, out, shard)
        if record is None:
            raise Incomplete(str(out), (shard,))
        yield record


def _write(plan: Plan, out: Path, head: ManifestHead) -> str:
    """Head and records, read once more: none is kept in memory."""
    file, lines = OutputFile(out / MANIFEST), sha256()
    try:
        with naming(out / MANIFEST):
            file.write(msgspec.json.encode(head) + b"\n")
            for record in _records(plan, out):
                line = record.to_bytes()
                lines.update(line)
                file.write(line)
            file.seal()
        if lines.hexdigest() != head.summary.records_sha256:
            raise ReadError(1, f"markers below {str(out)!r} changed while the manifest was written; run it again")
        return file.publish().sha256
    finally:
        file.discard()


def read_manifest(out: Path) -> tuple[ManifestHead, list[Record]] | None:
    """The manifest; None where there is none.

    Raises: ReadError with the line where it is damaged, cut short, or does not fit its own sums.
    """
    head = read_head(out)
    if head is None:
        return None
    records = list(_lines(out, head))
    found = summarize(records)
    if found != head.summary:
        raise ReadError(1, f"{MANIFEST} is damaged: its {found.shards} records do not come to what its head says")
    return head, records


def read_head(out: Path) -> ManifestHead | None:
    """The manifest's first line; None where there is no manifest.

    Raises: ReadError where it is damaged.
    """
    try:
        with _opened(out) as file:
            head = decode(file.readline(LARGEST), ManifestHead, f"{MANIFEST} is damaged")
    except FileNotFoundError:
        return None
    check_plan(head.plan, MANIFEST)
    if head.summary.shards != head.plan.shards:
        raise ReadError(1, f"{MANIFEST} counts {head.summary.shards} shards; its plan has {head.plan.shards}")
    return head


def _opened(out: Path) -> BinaryIO:
    """The manifest. Raises: FileNotFoundError; ReadError where it is no regular file."""
    file = below(out, MANIFEST)
    status = file.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ReadError(1, f"{MANIFEST} is {kind_of(status)}; right would be a file")
    return file.open("rb")


def _lines(out: Path, head: ManifestHead) -> Iterator[Record]:
    with _opened(out) as file:
        file.readline(LARGEST)
        number = 1
        while line := file.readline(LARGEST):
            number += 1
            record = decode(line, Record, f"{MANIFEST} is damaged", number)
            if record.shard != number - 2:
                raise ReadError(number, f"{MANIFEST} has shard {record.shard}; right would be {number - 2}")
            yield record
