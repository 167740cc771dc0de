"""What a page costs, beside others who do the same work: ``python -m tests.bench.pipeline [--only PART ...] [--quick]
[--json] [--rounds N] [--skin S ...] [--memory PAGES]``.

``same`` compares with S1 (Faker) and S1m (Mimesis), which make as many comments of the same lengths and print them by
our own template; ``naive`` with S0 and floor 3c, smaller pages of their own. Beside these stand each skin, the first
pages of a process, pages of a long thread, drawn pages, formats of corpora and the site. Sides of a comparison are
paired and interleaved: within a round all do the same threads; figures are CPU time, medians over rounds.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import time
from typing import Any

from forgegen.corpus.formats.all_formats import formats
from forgegen.generate.making import make_thread
from forgegen.pages.page import render
from forgegen.skins.loading import skin_names
from tests.bench.measure import busy, rss_mb
from tests.bench.pipeline_parts import PARTS, QUICK, Amount, Result


def memory(pages: int) -> list[dict[str, float]]:
    """Resident memory after growing numbers of pages."""
    rows, made, number = [], 0, 0
    for goal in [n for n in (1_000, 10_000, 20_000, 50_000, 100_000) if n <= pages]:
        while made < goal:
            number += 1
            for page in render(make_thread(3, number)):
                len(page.body), page.truth.to_json()
                made += 1
        gc.collect()
        rows.append({"pages": made, "rss_mb": round(rss_mb(), 1)})
    return rows


def measure(parts: list[str], amount: Amount) -> dict[str, Any]:
    """The figures of these parts, and what they were measured on."""
    before, wall, own = busy(), time.perf_counter(), sum(_times())
    found: dict[str, Any] = {name: PARTS[name](amount) for name in parts}
    foreign = max(0.0, busy() - before - (sum(_times()) - own)) / (time.perf_counter() - wall)
    conditions = {"rounds": amount.rounds, "python": platform.python_version(), "foreign_load_cores": round(foreign, 2)}
    return {"parts": found, **conditions}


def _times() -> tuple[float, ...]:
    """CPU seconds of this process and of those that it started."""
    return tuple(os.times()[:4])


def show(name: str, part: Result) -> None:
    """A part for people."""
    print(f"\n{name}: {(PARTS[name].__doc__ or '').splitlines()[0]}")
    columns = list(dict.fromkeys(key for case in part["cases"].values() for key in case))
    if columns:
        print(f"{'':<32}" + "".join(f"{column:>22}" for column in columns))
    for case, row in part["cases"].items():
        print(f"{case:<32}" + "".join(f"{row.get(column, ''):>22}" for column in columns))
    for ratio, value in part.get("ratios", {}).items():
        print(f"{ratio:<54}{value:>8} x")
    if "note" in part:
        print(part["note"])


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pipeline", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=list(PARTS), default=list(PARTS), metavar="PART", help="only these"
    )
    parser.add_argument("--quick", action="store_true", help="so little that only its working can be seen")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--skin", nargs="+", choices=skin_names(), default=(), metavar="SKIN", help="of the part skins")
    parser.add_argument("--format", nargs="+", choices=list(formats()), default=(), help="of the part corpus")
    parser.add_argument("--memory", type=int, default=0, help="also follow resident memory over so many pages")
    options = parser.parse_args(arguments)
    amount = QUICK if options.quick else Amount(rounds=options.rounds)
    amount = amount._replace(skins=tuple(options.skin) or amount.skins, formats=tuple(options.format) or amount.formats)
    result = measure(options.only, amount)
    if options.memory:
        result["memory"] = memory(options.memory)
    if options.json:
        print(json.dumps(result, indent=1))
        return
    for name, part in result["parts"].items():
        show(name, part)
    for row in result.get("memory", []):
        print(f"RSS after {row['pages']:>7} pages: {row['rss_mb']} MB")
    print(f"\nrounds {result['rounds']}, Python {result['python']}, foreign load {result['foreign_load_cores']} cores")


if __name__ == "__main__":
    main()
