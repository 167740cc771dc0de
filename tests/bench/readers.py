"""How many of N portable pages the four parsers read as they should: ``python -m tests.bench.readers --pages 2000``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter

from hypothesis import Phase, given, settings

from forgegen.rendering.page import Page
from forgegen.strategies import pages
from tests.parsers import READERS
from tests.parsers.truths import first_difference

_BATCH = 500


def run(count: int, quirks: str | None = None) -> dict[str, object]:
    """Pages read, and for each parser its mismatches; the first few of them told on stderr."""
    wrong: Counter[str] = Counter()
    seen = 0
    start = time.perf_counter()

    def look(page: Page) -> None:
        nonlocal seen
        seen += 1
        for name, read in READERS.items():
            difference = first_difference(page, read(page.body))
            if difference is not None:
                wrong[name] += 1
                if wrong[name] <= 5:
                    print(f"{name}: {difference[:160]} on {page.planted}", file=sys.stderr)

    while seen < count:
        # A bench, not a test: nothing fails, so no deadline, no database, no shrinking.
        batch = min(_BATCH, count - seen)
        options = settings(max_examples=batch, database=None, deadline=None, phases=[Phase.generate])
        options(given(pages(skins=("reference",), quirks=(quirks,) if quirks else None))(look))()
        print(f"{seen} of {count} pages, mismatches {dict(wrong)}", file=sys.stderr)
    return {
        "pages": seen,
        "mismatches": {name: wrong[name] for name in READERS},
        "pages_per_second": round(seen / (time.perf_counter() - start), 1),
    }


def main() -> int:
    """0 where all parsers read all pages."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=2_000)
    options.add_argument("--json", action="store_true")
    given_ = options.parse_args()
    found = run(given_.pages)
    print(json.dumps(found) if given_.json else found)
    return int(any(found["mismatches"].values()))  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
