"""Whether three parsers read drawn bodies alike in all skins: ``python -m tests.bench.bodies --pages 40000 --workers 2``.

Every page's truth is compared with what our reader, html5lib's tree and lxml's tree give by the skin's selectors. Skins
take turns; each batch has its own seed, so that ``--seed`` names the pages. The exit code is 1 where one was misread.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import islice
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from forgegen import extract, render
from forgegen.model.thread import Thread
from forgegen.reading.comparison import truth_differences
from forgegen.skins.loading import skin_names
from tests.readers import read
from tests.test_bodies import bodied_threads

BATCH = 50
READERS = ("ours", "html5lib", "lxml")


def batch(skin: str, number: int, pages: int) -> dict[str, Any]:
    """The figures of one batch: pages, bytes, misread pages by reader, and the first difference of each."""
    found: dict[str, Any] = {"pages": 0, "bytes": 0, "wrong": Counter(), "first": {}}

    def look(thread: Thread) -> None:
        for page in islice(render(thread, skin, noise="none"), max(0, pages - found["pages"])):
            found["pages"] += 1
            found["bytes"] += len(page.body)
            for reader in READERS:
                truth = extract(page, skin) if reader == "ours" else read(reader, page)
                told = next(map(str, truth_differences(page.truth, truth)), None)
                if told is not None:
                    found["wrong"][reader] += 1
                    found["first"].setdefault(reader, f"{skin}, batch {number}: {told[:300]}")

    quiet = settings(
        database=None,
        deadline=None,
        max_examples=pages,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    seed(number)(quiet(given(bodied_threads())(look)))()
    return found


def plan(skins: tuple[str, ...], pages: int, first: int) -> list[tuple[str, int, int]]:
    """Skin, seed and number of pages of every batch; the skins take turns."""
    found, number = [], first
    while pages > 0:
        size = min(BATCH, max(1, -(-pages // len(skins))), pages)
        found.append((skins[(number - first) % len(skins)], number, size))
        pages -= size
        number += 1
    return found


def main() -> int:
    """Print what was read and what was misread."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.bodies", description=__doc__)
    options.add_argument("--pages", type=int, default=1_000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--skin", choices=skin_names(), action="append")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    batches = plan(tuple(asked.skin or skin_names()), asked.pages, asked.seed)
    started, wrong = time.perf_counter(), Counter[str]()
    told: dict[str, Any] = {"pages": 0, "bytes": 0, "skins": len({skin for skin, _, _ in batches}), "first": []}
    with ProcessPoolExecutor(asked.workers) as pool:
        for done in pool.map(partial(_of, batches), range(len(batches))):
            told["pages"] += done["pages"]
            told["bytes"] += done["bytes"]
            wrong.update(done["wrong"])
            told["first"] += [f"{reader}: {words}" for reader, words in done["first"].items()]
    told |= {"wrong": {reader: wrong[reader] for reader in READERS}, "seconds": round(time.perf_counter() - started, 1)}
    if asked.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(f"{told['pages']:,} pages, {told['bytes']:,} bytes, {told['skins']} skins, {told['seconds']} s")
        print("misread: " + ", ".join(f"{reader} {number}" for reader, number in told["wrong"].items()))
        print("\n".join(told["first"][:20]))
    return 1 if wrong.total() else 0


def _of(batches: list[tuple[str, int, int]], at: int) -> dict[str, Any]:
    return batch(*batches[at])


if __name__ == "__main__":
    sys.exit(main())
