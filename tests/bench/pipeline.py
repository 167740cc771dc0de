"""The pipeline beside baseline S0 and floor 3c: ``python -m tests.bench.pipeline [--json] [--rounds N]
[--memory PAGES]``.

Ratios are medians over rounds of quotients within the round, in CPU time. "Per byte" divides by the bytes of
HTML made, since our page is larger than the baseline's.
"""

from __future__ import annotations

import argparse
import gc
import json

from forgegen.generate.making import make_thread
from forgegen.pages.page import render
from tests.bench import baseline, floor
from tests.bench.measure import interleave, ratio, rss_mb


def full(number: int) -> tuple[int, int]:
    """Generate, render, truth: all pages of a thread, as bytes."""
    html = truth = 0
    for page in render(make_thread(1, number)):
        html += len(page.body)
        truth += len(page.truth.to_bytes())
    return html, truth


def naive(number: int) -> tuple[int, int]:
    """Baseline S0."""
    html, truth = baseline.page(number)
    return len(html), len(truth)


def by_hand(number: int) -> tuple[int, int]:
    """Floor 3c, rendering only."""
    return len(floor.page(number).encode()), 0


def truth_only(number: int) -> tuple[int, int]:
    """Generate and truth, no HTML; counted by the bytes of truth."""
    size = sum(len(page.truth.to_bytes()) for page in render(make_thread(1, number)))
    return size, size


_PREBUILT = [make_thread(2, n) for n in range(64)]


def render_only(number: int) -> tuple[int, int]:
    """Rendering of 64 prebuilt threads, in turn."""
    return sum(len(page.body) for page in render(_PREBUILT[number % 64])), 0


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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.1, help="CPU seconds of a case in a round")
    parser.add_argument("--memory", type=int, default=0, help="also follow resident memory over so many pages")
    options = parser.parse_args()
    cases = {
        "S0": naive,
        "floor_3c": by_hand,
        "full": full,
        "render_only": render_only,
        "generate_and_truth": truth_only,
    }
    for number in range(200):  # warm: lexicon, templates
        full(number)
    result = interleave(cases, rounds=options.rounds, seconds=options.seconds)
    result["ratios"] = {
        "full vs S0, per byte of HTML": ratio(result, "S0", "full", per=1),
        "full vs S0, per page": ratio(result, "S0", "full", per=0),
        "render_only vs floor_3c, per byte of HTML": ratio(result, "floor_3c", "render_only", per=1),
        "generate_and_truth vs S0, per page": ratio(result, "S0", "generate_and_truth", per=0),
    }
    del result["rows"]
    if options.memory:
        result["memory"] = memory(options.memory)
    if options.json:
        print(json.dumps(result, indent=1))
        return
    print(f"{'case':<20}{'µs/page':>10}{'µs/kB':>9}{'HTML':>9}{'truth':>9}")
    for name, row in result["cases"].items():
        print(
            f"{name:<20}{row['us_per_page']:>10}{row['us_per_kb_html']:>9}{row['html_bytes']:>9}{row['truth_bytes']:>9}"
        )
    for name, value in result["ratios"].items():
        print(f"{name:<45}{value:>8} x")
    for row in result.get("memory", []):
        print(f"RSS after {row['pages']:>7} pages: {row['rss_mb']} MB")
    print(f"rounds {result['rounds']}, Python {result['python']}, foreign load {result['foreign_load_cores']} cores")


if __name__ == "__main__":
    main()
