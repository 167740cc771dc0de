"""Sums over the shards of a corpus, one record at a time, and the digest that names its content."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from forgegen.corpus.files import Count, Digest
from forgegen.corpus.shard import Counts, Record


class Summary(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a corpus comes to.

    - ``content_sha256``: of the shards' content digests in order: the same for any executor, order and format, and
      comparable between corpora of equal shard size
    - ``records_sha256``: of the records as lines
    - ``written``: bytes by format
    """

    shards: Count
    threads: Count
    pages: Count
    posts: Count
    body_bytes: Count
    truth_bytes: Count
    written: dict[str, Count]
    counts: Counts
    content_sha256: Digest
    records_sha256: Digest


def summarize(records: Iterable[Record]) -> Summary:
    """The sums of records in order; none is kept."""
    sums = dict.fromkeys(("shards", "threads", "pages", "posts", "body_bytes", "truth_bytes"), 0)
    written: dict[str, int] = {}
    counts: Counts = {}
    content, lines = sha256(), sha256()
    for record in records:
        sums["shards"] += 1
        for name in ("threads", "pages", "posts", "body_bytes", "truth_bytes"):
            sums[name] += getattr(record, name)
        for file in record.files:
            form = file.path.split("/")[1] if file.path.startswith("data/") else ""
            written[form] = written.get(form, 0) + file.bytes
        for aspect, names in record.counts.items():
            total = counts.setdefault(aspect, {})
            for name, number in names.items():
                total[name] = total.get(name, 0) + number
        content.update(bytes.fromhex(record.content_sha256))
        lines.update(record.to_bytes())
    return Summary(
        **sums,
        written=dict(sorted(written.items())),
        counts={aspect: dict(sorted(names.items())) for aspect, names in sorted(counts.items())},
        content_sha256=content.hexdigest(),
        records_sha256=lines.hexdigest(),
    )
