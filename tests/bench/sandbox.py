"""What the sandbox of foreign skins costs: ``python -m tests.bench.sandbox [--threads 40] [--rounds 5]``.

A skin of ours is copied to a folder, and the first pages of the same threads are made there with ``trust=True`` and
in the sandbox, in this process and in a child, as commands do it. The two take turns page by page, each first in every
other round, so that a busy machine costs both the same; time is CPU time of this process and its child (Linux), after
templates are compiled. The pages of both must be equal. Prints milliseconds a page and what the sandbox costs beside
the trusted page, in per cent: the median of the rounds, and the least and most.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from forgegen.generate.making import make_thread
from forgegen.model.thread import Thread
from forgegen.pages.page import Page
from forgegen.rendering import walls
from forgegen.skins.loading import template_folders
from forgegen.skins.own_words import words_for


def cpu() -> int:
    """Nanoseconds of CPU that this process and its children have taken."""
    total = time.process_time_ns()
    for pid in Path("/proc/self/task").glob("*/children"):
        total += sum(int(Path(f"/proc/{child}/schedstat").read_text().split()[0]) for child in pid.read_text().split())
    return total


def seconds(thread: Thread, skin: str, folder: str, *, trust: bool) -> tuple[float, bytes]:
    """How long a page takes, and its bytes."""
    start = cpu()
    body = Page(thread, skin, templates=[folder], trust=trust).body
    return (cpu() - start) / 1e9, body


def rounds(threads: list[Thread], skin: str, folder: str, number: int) -> list[tuple[float, float]]:
    """The time of all threads' pages in each round, trusted and in the sandbox."""
    found = []
    for done in range(-1, number):  # the first is for the compilers
        taken = {True: 0.0, False: 0.0}
        for thread in threads:
            bodies = []
            for trust in (True, False) if done % 2 else (False, True):
                time_taken, body = seconds(thread, skin, folder, trust=trust)
                taken[trust] += time_taken
                bodies.append(body)
            assert bodies[0] == bodies[1]
        found.append((taken[True], taken[False]))
    return found[1:]


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.sandbox", description=__doc__)
    options.add_argument("--skin", default="reference")
    options.add_argument("--threads", type=int, default=40)
    options.add_argument("--rounds", type=int, default=5)
    asked = options.parse_args()
    threads = [make_thread(1, i, **words_for(asked.skin)) for i in range(asked.threads)]
    own = next(top for top in template_folders() if (top / asked.skin).is_dir())
    with tempfile.TemporaryDirectory() as folder:
        for name in ("_shared", asked.skin):
            shutil.copytree(own / name, Path(folder) / name)
        for place, within in (("this process", nullcontext()), ("a child", walls.wall())):
            with within:
                found = rounds(threads, asked.skin, folder, asked.rounds)
            more = [100 * (sandbox / trusted - 1) for trusted, sandbox in found]
            plain, bounded = (statistics.median(times) * 1000 / len(threads) for times in zip(*found, strict=True))
            print(json.dumps({
                "skin": asked.skin, "sandbox in": place, "ms trusted": round(plain, 2), "ms sandbox": round(bounded, 2),
                "per cent more": round(statistics.median(more)), "least": round(min(more)), "most": round(max(more)),
            }), flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
