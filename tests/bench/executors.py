"""What each executor costs: processor time to start, and a page more than one process alone; Linux only.

``python -m tests.bench.executors --threads 2000`` writes the same corpus by each executor and prints a Markdown table.
Processor time is that of all processes, grandchildren and the JVM too: the bench adopts orphans and waits for them.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

import psutil

EXECUTORS = {
    "one process": ("local", 1),
    "local": ("local", 2),
    "dask": ("dask", 2),
    "spark": ("spark", 2),
}
_ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER of Linux


class Cost(NamedTuple):
    """Of one command: processor seconds, wall seconds, peak of the sum of proportional memory in MB."""

    cpu: float
    wall: float
    memory: float


def run(command: list[str]) -> Cost:
    """Run a command to the end of its last descendant."""
    before = _cpu()
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak, unclaimed, over = [0.0], dict[int, float](), threading.Event()
    watch = threading.Thread(target=_watch, args=(peak, unclaimed, over))
    watch.start()
    if process.wait() != 0:
        raise SystemExit(f"{command} failed")
    wall = time.monotonic() - start
    over.set()
    watch.join()
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return Cost(_cpu() - before + sum(unclaimed.values()), wall, peak[0])


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _watch(peak: list[float], unclaimed: dict[int, float], over: threading.Event) -> None:
    """Follow memory, and the processor time of workers that nobody waits for: Spark's daemon ignores its children's
    ends, so the kernel adds their time to nobody's."""
    while not over.wait(0.25):
        total = 0
        for process in psutil.Process().children(recursive=True):
            try:
                total += process.memory_full_info().pss
                if _ignores_ends(process.ppid()):
                    times = process.cpu_times()
                    unclaimed[process.pid] = times.user + times.system
            except (psutil.Error, OSError):
                continue
        peak[0] = max(peak[0], total / 1e6)


def _ignores_ends(pid: int) -> bool:
    """Whether a process ignores the signal that says that a child has ended."""
    status = Path(f"/proc/{pid}/status").read_text()
    ignored = next(line for line in status.splitlines() if line.startswith("SigIgn:"))
    return bool(int(ignored.split()[1], 16) >> (signal.SIGCHLD - 1) & 1)


def measure(executor: str, workers: int, *, threads: int, shard: int, formats: list[str]) -> tuple[Cost, int]:
    """The cost of writing a corpus, and its pages."""
    with tempfile.TemporaryDirectory() as folder:
        options = f"--threads {threads} --seed 1 --shard-size {shard} --executor {executor} --workers {workers}".split()
        chosen = [word for name in formats for word in ("--format", name)]
        cost = run([sys.executable, "-m", "forgegen", "corpus", f"{folder}/out", *options, *chosen])
        head = json.loads(Path(folder, "out", "MANIFEST.jsonl").read_text("utf-8").partition("\n")[0])
        return cost, head["summary"]["pages"]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2000)
    parser.add_argument("--shard", type=int, default=125)
    parser.add_argument("--starts", type=int, default=3, help="the median of so many")
    parser.add_argument("--format", nargs="+", default=["jsonl"])
    parser.add_argument("--executor", nargs="+", choices=EXECUTORS, default=list(EXECUTORS))
    given = parser.parse_args()
    ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)
    print("| executor | workers | start, CPU s | total, CPU s | CPU µs a page | wall s | memory MB |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for name in given.executor:
        executor, workers = EXECUTORS[name]
        starts = [
            measure(executor, workers, threads=2, shard=1, formats=given.format)[0].cpu for _ in range(given.starts)
        ]
        start = median(starts)
        cost, pages = measure(executor, workers, threads=given.threads, shard=given.shard, formats=given.format)
        net = (cost.cpu - start) / pages * 1e6
        print(
            f"| {name} | {workers} | {start:.1f} | {cost.cpu:.1f} | {net:.0f} | {cost.wall:.1f} | {cost.memory:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
