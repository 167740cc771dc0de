"""How long starting takes beside bare Python: ``python -m tests.bench.startup [--json] [--rounds N]``.

Every round runs every case once, in shuffled order; a case's number is the median over rounds of its wall time less
that of ``python -c pass`` in the same round.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import time
from statistics import median
from typing import Any

BARE = "python -c pass"
CASES = {
    BARE: ("-c", "pass"),
    "import forgegen": ("-c", "import forgegen"),
    "forgegen --help": ("-m", "forgegen", "--help"),
    "forgegen page": ("-m", "forgegen", "page"),
}


def wall_ms(*arguments: str) -> float:
    """Milliseconds from starting a Python to its end."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - start) * 1000


def measure(rounds: int) -> dict[str, Any]:
    """Medians over rounds, after one round that writes bytecode and warms the disk cache."""
    shuffle = random.Random(1)
    rows = []
    for _ in range(rounds + 1):
        names = list(CASES)
        shuffle.shuffle(names)
        rows.append({name: wall_ms(*CASES[name]) for name in names})
    del rows[0]
    return {
        "rounds": rounds,
        "python": platform.python_version(),
        "load_average": round(os.getloadavg()[0], 2),
        "bare_ms": round(median(row[BARE] for row in rows), 1),
        "over_bare_ms": {
            name: round(median(row[name] - row[BARE] for row in rows), 1) for name in CASES if name != BARE
        },
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    result = measure(options.rounds)
    if options.json:
        print(json.dumps(result, indent=1))
        return
    print(f"{BARE:<20}{result['bare_ms']:>8} ms")
    for name, over in result["over_bare_ms"].items():
        print(f"{name:<20}{over:>+8} ms")
    print(f"rounds {result['rounds']}, Python {result['python']}, load average {result['load_average']}")


if __name__ == "__main__":
    main()
