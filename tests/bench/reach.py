"""Which quirks a run of the strategies does not reach: ``python -m tests.bench.reach [--examples 1000] [--seed 0]``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from hypothesis import Phase, given, seed, settings

from forgegen.pages.page import Page
from forgegen.quirks.catalogue import QUIRKS
from forgegen.strategies import Site, pages, sites


def missed(number: int, examples: int) -> dict[str, Any]:
    """Names of quirks detected on no page of two runs: of hostile pages in all skins, and of sites."""
    options = settings(max_examples=examples, database=None, deadline=None, phases=[Phase.generate])
    left, start = set(QUIRKS), time.process_time()

    def look(page: Page) -> None:
        left.difference_update([name for name in left if QUIRKS[name].detect(page)])

    def look_at_all(site: Site) -> None:
        for page in site.pages.values():
            look(page)

    seed(number)(options(given(pages(readers="hostile", shapes="any"))(look)))()
    by_pages = len(left)
    seed(number)(options(given(sites(shapes="any"))(look_at_all)))()
    return {
        "seed": number,
        "quirks": len(QUIRKS),
        "not_by_pages": by_pages,
        "missed": [name for name in QUIRKS if name in left],
        "cpu_seconds": round(time.process_time() - start, 1),
    }


def main() -> int:
    """0 where all are reached."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.reach", description=__doc__)
    options.add_argument("--examples", type=int, default=1_000)
    options.add_argument("--seed", type=int, default=0)
    asked = options.parse_args()
    found = missed(asked.seed, asked.examples)
    print(json.dumps(found))
    return int(bool(found["missed"]))


if __name__ == "__main__":
    sys.exit(main())
