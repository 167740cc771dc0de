"""Measure the strategies: ``python -m tests.bench.mutants [--seeds 3] [--examples 300] [--shrinks 10] [--json]``."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import combinations
from typing import Any

from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from forgegen.pages.page import Page
from forgegen.quirks.catalogue import QUIRKS
from forgegen.quirks.define import PLAIN_THREAD
from forgegen.strategies import pages, threads
from tests.bench.mutants import naive
from tests.bench.mutants.implausible import IMPLAUSIBLE
from tests.bench.mutants.parser import Seen
from tests.bench.mutants.planted import MUTANTS, Mutant
from tests.bench.mutants.trees import TREES

AT = (10, 100, 300)
STRATEGIES: dict[str, Callable[[], st.SearchStrategy[Page]]] = {
    "forgegen": lambda: pages(skins=("reference",)),
    "forgegen, any shapes": lambda: pages(skins=("reference",), shapes="any"),
    "from types": naive.from_types,
    "sane": naive.sane,
}
# A bench, not a test: nothing fails while it looks, and it is not to be stopped by a slow machine.
_LOOK = settings(database=None, deadline=None, phases=[Phase.generate])
_SHRINK = settings(_LOOK, max_examples=300, phases=[Phase.generate, Phase.shrink], print_blob=False)


def finding(make: Callable[[], st.SearchStrategy[Page]], number: int, examples: int) -> dict[str, Any]:
    """One seed: the example at which each mutant was killed, and labels seen in the first hundred."""
    first: dict[str, int] = {}
    labels: list[tuple[str, ...]] = []
    posts: list[int] = []
    spent = [0.0]

    def look(page: Page) -> None:
        start = time.process_time()
        labels.append(page.quirks)
        posts.append(len(page.thread.posts))
        seen = Seen(page)
        for mutant in MUTANTS:
            if mutant.name not in first and mutant.killed(seen):
                first[mutant.name] = len(labels)
        spent[0] += time.process_time() - start

    start = time.process_time()
    seed(number)(settings(_LOOK, max_examples=examples)(given(make())(look)))()
    whole = time.process_time() - start
    early = labels[:100]
    pairs = {pair for found in early for pair in combinations(sorted(found), 2)}
    return {
        "first": first,
        "labels@100": sorted({name for found in early for name in found}),
        "pairs@100": sorted(map(list, pairs)),
        "posts": statistics.mean(posts),
        "per_cpu_second": len(labels) / max(0.001, whole - spent[0]),
    }


def killed_percent(runs: list[dict[str, Any]], names: list[str], at: int) -> float:
    """How many of these mutants were killed within that many examples, all seeds together."""
    return 100 * statistics.mean(run["first"].get(name, at + 1) <= at for run in runs for name in names)


def found_by(make: Callable[[], st.SearchStrategy[Page]], seeds: int, examples: int) -> dict[str, Any]:
    """All seeds together."""
    runs = [finding(make, number, examples) for number in range(seeds)]
    firsts = [run["first"].get(m.name, examples + 1) for run in runs for m in MUTANTS]
    lists = {"plausible": [m.name for m in MUTANTS if m.name not in IMPLAUSIBLE], "implausible": sorted(IMPLAUSIBLE)}
    classes = {q.klass for q in QUIRKS.values() if q.layer != "site" and q.readers == "portable"}
    return {
        "mutants": len(MUTANTS),
        "killed_percent": {
            part: {f"@{at}": round(killed_percent(runs, names, at), 1) for at in AT if at <= examples}
            for part, names in lists.items()
        },
        "median_first": statistics.median(firsts),
        "never": sorted(m.name for m in MUTANTS if all(m.name not in run["first"] for run in runs)),
        "labels@100": round(statistics.mean(len(run["labels@100"]) for run in runs), 1),
        "pairs@100": round(statistics.mean(len(run["pairs@100"]) for run in runs), 1),
        "classes_missing@100": sorted(
            classes - {name.partition(".")[0] for run in runs[:1] for name in run["labels@100"]}
        ),
        "posts_per_page": round(statistics.mean(run["posts"] for run in runs), 1),
        "examples_per_cpu_second": round(statistics.mean(run["per_cpu_second"] for run in runs), 1),
        "runs": runs,
    }


def shrinking(bad: Callable[[Any], bool], strategy: st.SearchStrategy[Any], number: int) -> tuple[Any, int] | None:
    """The smallest example that Hypothesis comes to, and the calls after the first failure; None: not found."""
    failed: list[Any] = []
    calls = [0]

    def test(value: Any) -> None:
        calls[0] += bool(failed)
        if bad(value):
            failed.append(value)
            raise AssertionError

    try:
        seed(number)(_SHRINK(given(strategy)(test)))()
    except AssertionError:
        return failed[-1], calls[0]
    return None


def _shows(mutant: Mutant, page: Page) -> bool:
    return mutant.killed(Seen(page))


def shrunk_pages(count: int, seeds: int) -> dict[str, Any]:
    """What comes of failures of every n-th mutant."""
    chosen = MUTANTS[:: max(1, len(MUTANTS) // count)][:count]
    rows = []
    for mutant in chosen:
        for number in range(seeds):
            found = shrinking(partial(_shows, mutant), pages(skins=("reference",)), number)
            if found is not None:
                page, calls = found
                labels, posts = page.quirks, len(page.thread.posts)
                rows.append((mutant.name, number, posts, len(page.html), len(labels), calls, labels))
    columns = list(zip(*rows, strict=True))
    return {
        "failures": len(rows),
        "posts_median": statistics.median(columns[2]),
        "html_median": statistics.median(columns[3]),
        "labels_median": statistics.median(columns[4]),
        "labels_mean": round(statistics.mean(columns[4]), 2),
        "calls_median": statistics.median(columns[5]),
        "rows": rows,
    }


def shrunk_trees(seeds: int) -> dict[str, Any]:
    """How often the smallest example is found, for properties of trees."""
    found, exact, calls, rows = 0, 0, [], []
    for name, (bad, least) in TREES.items():
        for number in range(seeds):
            result = shrinking(bad, threads(), number)
            if result is None:
                rows.append((name, number, "not found"))
                continue
            thread, spent = result
            found += 1
            calls.append(spent)
            exact += len(thread.posts) == least
            if len(thread.posts) != least:
                rows.append((name, number, f"{len(thread.posts)} for {least}"))
    return {
        "properties": len(TREES) * seeds,
        "found": found,
        "exact_percent": round(100 * exact / max(1, found), 1),
        "calls_median": statistics.median(calls),
        "inexact": rows,
    }


def tell(found: dict[str, Any]) -> None:
    """The figures as lines."""
    for part, figures in found.items():
        print(part)
        for name, value in figures.items():
            if name not in ("runs", "rows"):
                print(f"  {name}: {value}")


def main() -> int:
    """The figures of all strategies, of shrinking pages and of shrinking trees."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.mutants", description=__doc__)
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--examples", type=int, default=300)
    options.add_argument("--shrinks", type=int, default=10, help="mutants whose failures are shrunk")
    options.add_argument("--only", choices=STRATEGIES, help="one strategy instead of all")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    plain = Seen(Page(PLAIN_THREAD, noise="none", data="none"))
    unknown = IMPLAUSIBLE - {mutant.name for mutant in MUTANTS}
    if unknown:
        print(f"no such mutants: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 1
    trivial = [mutant.name for mutant in MUTANTS if mutant.killed(plain)]
    if trivial:
        print(f"killed by the plain page: {', '.join(trivial)}", file=sys.stderr)
        return 1
    found: dict[str, Any] = {}
    for name, make in STRATEGIES.items():
        if asked.only not in (None, name):
            continue
        print(f"finding: {name}", file=sys.stderr)
        found[name] = found_by(make, asked.seeds, asked.examples)
    if asked.shrinks:
        print("shrinking", file=sys.stderr)
        found["shrunk pages"] = shrunk_pages(asked.shrinks, asked.seeds)
        found["shrunk trees"] = shrunk_trees(asked.seeds)
    if asked.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        tell(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
