"""A million pages in one go, as a user writes them, and their verification: ``python -m tests.bench.million``.

The normal command in a process of its own; beside it the whole tree of processes is looked at twice a second. How
many threads make so many pages is taken from the command's own estimate. Smaller runs: ``--pages 20000 --workers 1``.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psutil

from tests.conftest import ROOT

COMMAND = (sys.executable, "-m", "forgegen")
_SPARE = 1 << 30  # bytes of the disk that are left alone


class Watch(Thread):
    """Follows a process and all below it: CPU seconds, and peaks of memory.

    Workers are children of a fork server, so the system's sums over children do not know them. Of the tree the
    proportional set size counts, in which what processes share is counted once.
    """

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root, self._over = psutil.Process(root), Event()
        self._cpu, self._rss, self._tree, self._most = dict[int, float](), dict[int, int](), 0, 0
        self.start()

    def run(self) -> None:
        """Look until ``close``."""
        while not self._over.wait(0.5):
            with suppress(psutil.Error):
                self._look([self._root, *self._root.children(recursive=True)])

    def _look(self, processes: list[psutil.Process]) -> None:
        shared = 0
        for process in processes:
            with suppress(psutil.Error):
                times, memory = process.cpu_times(), process.memory_full_info()
                self._cpu[process.pid] = times.user + times.system
                self._rss[process.pid] = max(self._rss.get(process.pid, 0), memory.rss)
                shared += memory.pss
        self._tree, self._most = max(self._tree, shared), max(self._most, len(processes))

    def close(self) -> dict[str, Any]:
        """The sums."""
        self._over.set()
        self.join()
        return {
            "cpu_seconds": round(sum(self._cpu.values()), 1),
            "processes": self._most,
            "tree_peak_pss_mb": round(self._tree / 1e6),
            "process_peak_rss_mb": round(max(self._rss.values(), default=0) / 1e6),
        }


def run(arguments: Sequence[object]) -> tuple[str, dict[str, Any]]:
    """A command's standard output, and what it took. Its progress is seen on standard error."""
    start = time.perf_counter()
    with subprocess.Popen([*COMMAND, *map(str, arguments)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        watch = Watch(process.pid)
        output, _ = process.communicate()
    taken = {"wall_seconds": round(time.perf_counter() - start, 1), **watch.close()}
    if process.returncode:
        raise SystemExit(f"forgegen {' '.join(map(str, arguments))} ended with {process.returncode}: {output[-2000:]}")
    return output, taken


def last_event(output: str) -> dict[str, Any]:
    """The last of the JSON lines that a command wrote."""
    found: dict[str, Any] = json.loads(output.splitlines()[-1])
    return found


def threads_for(pages: int, out: Path, settings: list[object]) -> int:
    """How many threads come to so many pages, by the command's estimate; it errs by some 3 %."""
    output, _ = run(["corpus", out, *settings, "--threads", pages, "--dry-run", "--json"])
    found = last_event(output)
    threads: int = -(-pages * found["threads"] // found["pages"])
    return threads


def check_room(threads: int, out: Path, settings: list[object]) -> None:
    """Raises: SystemExit where the disk has no room for so many threads."""
    output, _ = run(["corpus", out, *settings, "--threads", threads, "--dry-run", "--json"])
    needed, free = sum(last_event(output)["written"].values()), shutil.disk_usage(out.parent).free
    if needed + _SPARE > free:
        raise SystemExit(f"{needed:,} bytes are needed in {out.parent}, {free:,} are free")


def measure(threads: int, out: Path, settings: list[object], workers: list[object]) -> dict[str, Any]:
    """Write and verify."""
    check_room(threads, out, settings)
    asked = ["corpus", out, *settings, "--threads", threads, *workers, "--json"]
    output, written = run(asked)
    done = last_event(output)
    cpu = written["cpu_seconds"]
    written |= {
        "pages": done["pages"], "threads": done["threads"], "shards": done["shards"], "html_bytes": done["body_bytes"],
        "pages_per_second": round(done["pages"] / written["wall_seconds"], 1),
        "pages_per_cpu_second": round(done["pages"] / cpu, 1), "cpu_ms_per_page": round(1e3 * cpu / done["pages"], 3),
    }  # fmt: skip
    output, checked = run(["verify", out, "--regenerate", 10, "--salt", "bench", *workers, "--json"])
    found = json.loads(output)
    written |= {"bytes": found["bytes"], "files": found["files"]}
    written["bytes_per_page"] = round(found["bytes"] / done["pages"])
    return {
        "command": f"forgegen {' '.join(map(str, asked))}", "python": platform.python_version(),
        "write": written, "verify": {**checked, "sound": found["sound"], "content_sha256": found["content_sha256"]},
    }  # fmt: skip


def show(result: dict[str, Any]) -> None:
    """For people."""
    print(f"{result['command']}\nPython {result['python']}")
    for part in ("write", "verify"):
        for name, value in result[part].items():
            print(f"{part:<8}{name:<24}{value if isinstance(value, bool | str) else format(value, ','):>20}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1_000_000, help="about so many")
    parser.add_argument("--threads", type=int, help="exactly so many threads, instead of --pages")
    parser.add_argument("--skin", default="hackernews")
    parser.add_argument("--locale", default="native")
    parser.add_argument("--profile", default="forum")
    parser.add_argument("--format", default="jsonl")
    parser.add_argument("--workers", type=int, help="else as many as processors")
    parser.add_argument("--shard-size", type=int, help="else the command's own choice")
    parser.add_argument("--out", type=Path, help="where to write and leave it; else a temporary folder, taken away")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    settings: list[object] = ["--seed", 1]
    for name in ("skin", "locale", "profile", "format"):
        settings += [f"--{name}", getattr(options, name)]
    if options.shard_size:
        settings += ["--shard-size", options.shard_size]
    workers: list[object] = ["--workers", options.workers] if options.workers else []
    with tempfile.TemporaryDirectory() as folder:
        out = options.out.resolve() if options.out else Path(folder) / "corpus"
        threads = options.threads or threads_for(options.pages, out, settings)
        result = measure(threads, out, settings, workers)
    print(json.dumps(result, indent=1)) if options.json else show(result)


if __name__ == "__main__":
    main()
