"""Mistakes about nodes, and how soon pages of drawn bodies find them: ``python -m tests.bench.nodes [--seeds 3] [--json]``."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Iterable
from typing import Any

from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from forgegen import Post, Thread, render
from forgegen.assess.check import Failed, check_answer
from forgegen.model.bodies import Block, Paragraph, Quote
from forgegen.pages.page import Page
from forgegen.strategies import bodies
from tests.bench.nodes.planted import MISTAKES
from tests.bench.nodes.reader import Reader

SKIN = "xenforo2"
EXAMPLES = 100
OK = Paragraph(("ok",))
_LOOK = settings(database=None, deadline=None, phases=[Phase.generate])


BODIES = st.lists(bodies() | bodies().map(lambda body: (Quote(body, "al"), OK)), min_size=1, max_size=6)
"""Bodies of answers; some quote one whole."""


def page_of(found: list[tuple[Block, ...]]) -> Page:
    """A page whose answers have these bodies."""
    return render(Thread(posts=tuple(Post(body=body) for body in found)), SKIN, noise="none")[0]


def failure(reader: Reader, page: Page) -> str | None:
    """The first difference that a reader's answer has, None where it is right."""
    try:
        check_answer(reader.parse(page.html), page)
    except Failed as failed:
        return str(failed.differences[0])
    return None


def killed(number: int, examples: int, names: Iterable[str] = MISTAKES) -> dict[str, int]:
    """At which example each mistake was found; the honest reader must be right on all of them."""
    first: dict[str, int] = {}
    seen, problems = [0], list[str]()
    honest, wrong = Reader(), {name: MISTAKES[name]() for name in names}

    def look(found: list[tuple[Block, ...]]) -> None:
        seen[0] += 1
        page = page_of(found)
        if (told := failure(honest, page)) is not None:
            problems.append(told)  # not raised here: Hypothesis takes very long to print a drawn body
        for name, reader in wrong.items():
            if name not in first and failure(reader, page) is not None:
                first[name] = seen[0]

    seed(number)(settings(_LOOK, max_examples=examples)(given(BODIES)(look)))()
    if problems:
        raise AssertionError(f"the honest reader is wrong: {problems[0]}")
    return first


def main() -> int:
    """A line a mistake: the examples that it took, by seed; exit code 1 where one was not found."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.nodes", description=__doc__)
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--examples", type=int, default=EXAMPLES)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    runs = [killed(number, asked.examples) for number in range(asked.seeds)]
    rows: dict[str, list[Any]] = {name: [run.get(name) for run in runs] for name in MISTAKES}
    missed = [name for name, found in rows.items() if None in found]
    if asked.json:
        print(json.dumps({"examples": asked.examples, "mistakes": rows, "missed": missed}))
    else:
        print(f"{'mistake':<56}found at example")
        for name, found in rows.items():
            print(f"{name:<56}{'  '.join('-' if n is None else str(n) for n in found)}")
        taken = [n for found in rows.values() for n in found if n is not None]
        print(f"{len(rows) - len(missed)} of {len(rows)} found within {asked.examples} examples by every seed; "
              f"median {statistics.median(taken):g}")  # fmt: skip
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
