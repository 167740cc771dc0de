"""The figures of ``docs/scale.md``: ``python -m tests.bench.scale [--threads N]``.

A shard of each format is written and hashed again, in a process of its own; then the same for 10⁹ pages, by arithmetic.
Both tables are printed as Markdown.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from forgegen.corpus.executors.local import LocalExecutor
from forgegen.corpus.plan import default_size
from forgegen.corpus.rows import rows
from forgegen.corpus.spec_file import make_spec
from forgegen.corpus.verify import verify
from forgegen.corpus.write import status, write

ROOT = Path(__file__).resolve().parents[2]  # not by tests.conftest, whose imports would be measured too
FORMATS = ("jsonl", "parquet", "warc")
PAGES = 10**9
CORE_HOUR, GB_MONTH, THOUSAND_REQUESTS, REQUEST = 0.041, 0.023, 0.005, 64e6  # USD, and bytes of a request


def shard(form: str, threads: int) -> dict[str, Any]:
    """One shard, after 300 threads that warm the words and templates."""
    spec = make_spec({"threads": threads, "shard_size": threads, "formats": [form]})
    for index in range(300):
        for row in rows(spec, threads + index):
            assert row.body
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        write(spec, folder, executor=LocalExecutor(1))
        spent = time.process_time() - start
        start = time.process_time()
        found = verify(folder)
        hashed = time.process_time() - start
        state = status(folder)
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("utf-8"))
    assert peak is not None
    return {
        "pages": state.pages, "threads": threads, "cpu": spent / state.pages, "bytes": found.bytes / state.pages,
        "hash": hashed / state.pages, "memory": int(peak[1]) / 1e3, "html": state.body_bytes / state.pages,
    }  # fmt: skip


def in_a_process(form: str, threads: int) -> dict[str, Any]:
    """The same by itself, for its memory."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.scale", "--one", form, "--threads", str(threads)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measured(found: dict[str, dict[str, Any]]) -> list[str]:
    """The rows of the first table."""
    return [
        f"| `{form}` | {1e3 * one['cpu']:.1f} ms | {one['bytes'] / 1e3:.1f} kB | {1e6 * one['hash']:.0f} µs "
        f"| {one['memory']:.0f} MB |"
        for form, one in found.items()
    ]


def followed(found: dict[str, dict[str, Any]]) -> list[str]:
    """The rows of the second table."""
    table: dict[str, list[str]] = {}
    for one in found.values():
        hours, size = PAGES * one["cpu"] / 3600, PAGES * one["bytes"]
        threads = PAGES * one["threads"] / one["pages"]
        shards = threads / default_size(int(threads))
        for name, cell in {
            "core hours": f"{hours:,.0f}",
            "1,000 cores": f"{hours / 1000:.1f} h",
            "one machine of 64 cores": f"{hours / 64:.0f} h",
            "bytes": f"{size / 1e12:.1f} TB",
            "files: data, and as many markers": f"{shards:,.0f}",
            "a shard": f"{size / shards / 1e9:.2f} GB, {hours * 3600 / shards:.0f} s",
            "written by 1,000 cores, together": f"{size / hours / 3600 * 1000 / 1e9:.1f} GB/s",
            "hashing all again, core hours": f"{PAGES * one['hash'] / 3600:.1f}",
            f"machines, at {CORE_HOUR} USD a core hour": f"{hours * CORE_HOUR:.0f} USD",
            f"storing it for a month, at {GB_MONTH} USD a GB": f"{size / 1e9 * GB_MONTH:.0f} USD",
            f"uploading it, at {THOUSAND_REQUESTS} USD a thousand requests of 64 MB": (
                f"{size / REQUEST / 1000 * THOUSAND_REQUESTS:.2f} USD"
            ),
        }.items():
            table.setdefault(name, []).append(cell)
    return [f"| {name} | {' | '.join(cells)} |" for name, cells in table.items()]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1_500)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(shard(options.one, options.threads)))
        return
    found = {form: in_a_process(form, options.threads) for form in FORMATS}
    one = found["jsonl"]
    print(f"{one['threads']:,} threads, {one['pages']:,} pages, {one['html'] / 1e3:.1f} kB of HTML a page\n")
    print(*measured(found), "", *followed(found), sep="\n")


if __name__ == "__main__":
    main()
