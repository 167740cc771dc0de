"""How many of N portable pages the four parsers read as they should: ``python -m tests.bench.readers --pages 2000``.

Pages come in batches, each from its own seed, on several processes; ``--state FILE`` takes a run up where it stopped.
html5lib reads some 300 KB a second, so most pages have few posts, among which quirks stand as thick as among many, and
of those that are long all the same, for their boilerplate or a quirk, every fifth is read. One page of a hundred is of
the size that the strategies draw by themselves.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from hashlib import sha256
from itertools import combinations, count, islice
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from forgegen.model.thread import Thread
from forgegen.pages.page import Page
from forgegen.strategies import pages, threads
from tests.parsers import READERS
from tests.parsers.truths import first_difference

BATCH = 1_000
ANY_SIZE = 100  # one page of so many
FEW = 3  # posts drawn for the others; quirks add more
LONG, EVERY = 20_000, 5  # of pages of few posts but so many bytes, one of so many is read


class Found(msgspec.Struct):
    """What came of batches: pages, posts and bytes read, CPU seconds; mismatches by parser, pages by label and pair."""

    pages: int = 0
    posts: int = 0
    size: int = 0
    seconds: float = 0.0
    wrong: dict[str, int] = {}
    labels: dict[str, int] = {}
    pairs: dict[str, int] = {}

    def add(self, other: Found) -> None:
        """Count the other's too."""
        for name in self.__struct_fields__:
            mine, more = getattr(self, name), getattr(other, name)
            setattr(self, name, dict(Counter(mine) + Counter(more)) if isinstance(mine, dict) else mine + more)

    def told(self) -> dict[str, Any]:
        """The figures that a reader wants."""
        return {
            "pages": self.pages,
            "mismatches": {name: self.wrong.get(name, 0) for name in READERS},
            "labels": len(self.labels),
            "pairs": len(self.pairs),
            "posts_per_page": round(self.posts / self.pages, 1),
            "bytes_per_page": round(self.size / self.pages),
            "cpu_ms_per_page": round(1_000 * self.seconds / self.pages, 1),
        }


class State(msgspec.Struct):
    """A run that can be taken up again: its seed, the size of its batches, those done, and what they found."""

    seed: int
    size: int
    done: set[int] = set()
    found: Found = msgspec.field(default_factory=Found)


def batch(first: int, size: int, out: Path, number: int) -> tuple[int, Found]:
    """One batch of pages drawn, not all of which are read; those that a parser misreads are kept in ``out``."""
    os.environ["FORGEGEN_EVENTS"] = "0"  # labels are counted below
    found, start, longs = Found(), time.process_time(), count()

    def look(page: Page) -> None:
        read(page, found, out)

    def look_if_short(page: Page) -> None:
        if len(page.body) <= LONG or next(longs) % EVERY == 0:
            look(page)

    whole = -(-size // ANY_SIZE)
    _draw(threads(max_size=FEW), size - whole, 2 * (first * 10**6 + number), look_if_short)
    _draw(None, whole, 2 * (first * 10**6 + number) + 1, look)
    found.seconds = time.process_time() - start
    return number, found


def _draw(drawn: SearchStrategy[Thread] | None, size: int, number: int, look: Callable[[Page], None]) -> None:
    """Let ``look`` see pages of these threads; a bench, where nothing fails: no deadline, no database, no shrinking."""
    options = settings(max_examples=size, database=None, deadline=None, phases=[Phase.generate])
    seed(number)(options(given(pages(drawn, skins=("reference",)))(look)))()


def read(page: Page, found: Found, out: Path) -> None:
    """Let all parsers read one page."""
    found.pages += 1
    found.posts += len(page.truth.posts)
    found.size += len(page.body)
    differences = ((name, first_difference(page, parse(page.body))) for name, parse in READERS.items())
    wrong = {name: difference for name, difference in differences if difference is not None}
    pairs = map(" ".join, combinations(page.quirks, 2))
    for counted, names in ((found.wrong, wrong), (found.labels, page.quirks), (found.pairs, pairs)):
        for name in names:
            counted[name] = counted.get(name, 0) + 1
    if wrong:
        _keep(page, wrong, out)


def _keep(page: Page, wrong: dict[str, str], out: Path) -> None:
    """Write the page, and beside it how it was misread and the expression that makes it."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / sha256(page.body).hexdigest()[:12]
    told = "\n".join(f"{name}: {difference}" for name, difference in wrong.items())
    path.with_suffix(".html").write_bytes(page.body)
    path.with_suffix(".txt").write_text(f"{told}\n{page!r}\n", encoding="utf-8")
    print(f"{path}.html, {page.planted}\n{told[:500]}", file=sys.stderr, flush=True)


def run(wanted: int, *, first: int = 0, workers: int = 1, out: Path = Path("."), state: Path | None = None) -> Found:
    """What comes of that many pages, or a batch more."""
    now = _state(state, first, min(BATCH, wanted))
    start, before = time.perf_counter(), now.found.pages
    for number, found in _batches(partial(batch, first, now.size, out), now, workers, wanted):
        now.done.add(number)
        now.found.add(found)
        if state is not None:
            part = state.with_suffix(".part")
            part.write_bytes(msgspec.json.encode(now))
            part.replace(state)
        minutes = (time.perf_counter() - start) / (now.found.pages - before) * (wanted - now.found.pages) / 60
        print(f"{now.found.told()}, {max(0, minutes):.0f} minutes left", file=sys.stderr, flush=True)
    return now.found


def _state(path: Path | None, first: int, size: int) -> State:
    """The state to go on from."""
    if path is None or not path.exists():
        return State(first, size)
    found = msgspec.json.decode(path.read_bytes(), type=State)
    if (found.seed, found.size) != (first, size):
        sys.exit(f"{path} is of seed {found.seed} and batches of {found.size}; right would be {first} and {size}")
    return found


def _batches(
    make: Callable[[int], tuple[int, Found]], now: State, workers: int, wanted: int
) -> Iterator[tuple[int, Found]]:
    """Batches that are not done, a round of one for each worker at a time, until there are pages enough."""
    numbers = (number for number in count() if number not in now.done)
    with ProcessPoolExecutor(workers) as pool:
        while now.found.pages < wanted:
            yield from pool.map(make, list(islice(numbers, workers)))


def main() -> int:
    """0 where all parsers read all pages."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.readers", description=__doc__)
    options.add_argument("--pages", type=int, default=2_000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--state", type=Path, help="file to take the run up from, written after every batch")
    options.add_argument("-o", dest="out", type=Path, default=Path("misread"), help="folder for pages misread")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    found = run(asked.pages, first=asked.seed, workers=asked.workers, out=asked.out, state=asked.state)
    print(json.dumps(found.told()) if asked.json else found.told())
    return int(any(found.wrong.values()))


if __name__ == "__main__":
    sys.exit(main())
