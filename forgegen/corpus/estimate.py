"""What a corpus will come to, from a sample of its threads written to a temporary folder."""

from __future__ import annotations

import tempfile
import time

import msgspec

from forgegen.corpus.plan import Plan
from forgegen.corpus.rows import rows
from forgegen.corpus.shard import ShardTask

SAMPLE = 100  # threads: some 3 % error in pages and bytes
_WARM = 5


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """Estimated ``pages``, ``body_bytes``, ``written`` bytes by format and ``cpu_seconds``, from ``sample`` threads."""

    threads: int
    shards: int
    shard_size: int
    files: int
    pages: int
    body_bytes: int
    written: dict[str, int]
    cpu_seconds: float
    sample: int


def estimate(plan: Plan, sample: int = SAMPLE) -> Estimate:
    """Write the first threads as one shard, and multiply."""
    threads = plan.spec.threads
    sample = min(sample, threads, plan.size)
    trial = msgspec.structs.replace(
        plan, shards=1, spec=msgspec.structs.replace(plan.spec, threads=sample, shard_size=sample)
    )
    for index in range(threads - min(_WARM, threads), threads):  # words and templates are read once, not a shard
        for _ in rows(plan.spec, index):
            pass
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        record = ShardTask(trial, folder)(0)
        spent = time.process_time() - start
    return Estimate(
        threads=threads, shards=plan.shards, shard_size=plan.size,
        files=sum(plan.shards if file.files is None else file.files * threads // sample for file in record.files),
        pages=record.pages * threads // sample, body_bytes=record.body_bytes * threads // sample,
        written={file.path.split("/")[1]: file.bytes * threads // sample for file in record.files},
        cpu_seconds=round(spent * threads / sample, 2), sample=sample,
    )  # fmt: skip
