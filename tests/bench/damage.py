"""How readers take damage: ``python -m tests.bench.damage [--inputs 1000000] [--seed 1] [--seconds 3600]``.

Gives every reader of ``tests.damaged`` its share of the inputs, each with a few changes in it, and prints how each
ended; an exception that its users do not expect is printed by kind and place, with the seed that makes it again.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections import Counter

from tests.damaged import EXPECTED, mutated, readers

SLOW = frozenset({"HTTP", "extract", "manifest", "marker", "plan", "skin.toml"})
"""Readers that take milliseconds; they get one input where the others get four."""


def main() -> int:
    """Run, print, and return 1 where anything raised what it should not."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3_600)
    options = parser.parse_args()
    every = readers()
    turns = [name for name in every for _ in range(1 if name in SLOW else 4)]
    ends: dict[str, Counter[str]] = {name: Counter() for name in every}
    faults: Counter[tuple[str, str]] = Counter()
    firsts: dict[tuple[str, str], int] = {}
    spent, begin = Counter[str](), time.perf_counter()
    slowest: dict[str, float] = {}
    for number in range(options.inputs):
        if time.perf_counter() - begin > options.seconds:
            break
        name = turns[number % len(turns)]
        chance = random.Random(f"{options.seed}/{number}")
        data = mutated(chance.choice(every[name].inputs), chance)
        start = time.perf_counter()
        try:
            every[name].read(data)
            ends[name]["read"] += 1
        except EXPECTED:
            ends[name]["error"] += 1
        except Exception as e:
            ends[name]["TRACEBACK"] += 1
            frame = next(
                (f for f in reversed(traceback.extract_tb(e.__traceback__)) if "/forgegen/" in f.filename), None
            )
            place = f"{frame.filename.rpartition('/forgegen/')[2]}:{frame.lineno}" if frame else "?"
            kind = name, f"{type(e).__name__} at {place}: {str(e)[:80]!r}"
            faults[kind] += 1
            firsts.setdefault(kind, number)
        took = time.perf_counter() - start
        spent[name] += int(took * 1e6)
        slowest[name] = max(slowest.get(name, 0), took)
    for name, ended in ends.items():
        print(f"{name:18} {ended['read']:8,} read {ended['error']:8,} errors {ended['TRACEBACK']:6,} tracebacks "
              f"{spent[name] / max(1, ended.total()) / 1e3:8.3f} ms, slowest {slowest.get(name, 0):.2f} s")  # fmt: skip
    total = sum(ended.total() for ended in ends.values())
    print(f"{total:,} inputs, {sum(faults.values()):,} tracebacks, {time.perf_counter() - begin:.0f} s")
    for fault, times in faults.most_common(40):
        print(f"  {times:6,} {fault[0]}: {fault[1]} (first: input {firsts[fault]})")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
