"""The voice of zh-CN comments beside that of real ones: ``python -m tests.bench.voice [--threads N] [--texts FILE …]``.

Rows of ``voice.toml`` with ours beside two real sites; a row is OUT where ours leaves the range of the two, widened on
both sides by a third of its width and at least 1.5 points (1 point for rows under 2 %). Then what comments do, what
they may not do, and how soon stories come again. ``made`` says what each comment is; the page does not.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import msgspec

from forgegen.generate.lexicon import load_lexicon
from forgegen.generate.life import YEAR
from forgegen.generate.made import Made
from forgegen.generate.making import make_made, make_people, make_thread
from forgegen.generate.stories.compiled import heads
from forgegen.generate.voice.bank import Line, load_bank
from forgegen.generate.voice.needs import meets, timely
from forgegen.model.calendar import DAY, civil_from_days
from forgegen.model.thread import Thread
from forgegen.streams.stream import fingerprint

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
_SENTENCE = re.compile(r"[^。！？]{6,}[。！？]?")
_WALL = -8 * 3600


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``voice.toml``."""

    rows: dict[str, tuple[str, float, float]]
    quantiles: dict[str, tuple[int, ...]]


class Row(msgspec.Struct, frozen=True):
    """A row: ours, the two real sites, and whether ours lies in their range."""

    name: str
    ours: float
    real: tuple[float, float]
    fits: bool


def load_table() -> Table:
    """The table of real voices."""
    return msgspec.convert(tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")), Table)


def limits(one: float, two: float) -> tuple[float, float]:
    """The range in which ours may lie.

    >>> limits(10, 16), limits(0.5, 1.0)
    ((8.0, 18.0), (-0.5, 2.0))
    """
    low, high = sorted((one, two))
    wider = max((high - low) / 3, 1.0 if high < 2 else 1.5)
    return low - wider, high + wider


def rows(texts: Sequence[str], table: Table) -> Iterator[Row]:
    """Every row of the table for these comments."""
    for name, (pattern, one, two) in table.rows.items():
        found = re.compile(pattern)
        ours = 100 * sum(found.search(text) is not None for text in texts) / max(len(texts), 1)
        low, high = limits(one, two)
        yield Row(name, ours, (one, two), low <= ours <= high)


def quantiles(texts: Sequence[str]) -> tuple[int, ...]:
    """Lengths at the levels."""
    lengths = sorted(map(len, texts)) or [0]
    return tuple(lengths[min(len(lengths) - 1, int(level * len(lengths)))] for level in LEVELS)


def lines_by_place(locale: str = "zh-CN") -> dict[str, Line]:
    """Every plain line of a locale by its place."""
    lexicon = load_lexicon(locale)
    files: list[tuple[str, ...]] = [("plain", name) for name in lexicon.names_in("plain")]
    files += [(folder, t, f"{h.key}.txt") for folder in ("stories", "openers") for t, h in heads(lexicon, folder)]
    return {line.id: line for path in files for line in load_bank(lexicon, *path).lines}


class Faults(msgspec.Struct):
    """Counts of what must not be, and anecdotes by how many people tell them."""

    unprinted: int = 0
    early: int = 0
    season: int = 0
    life: int = 0
    told: int = 0
    anecdotes: int = 0
    shared: int = 0
    shared_in_thread: int = 0


def faults(seed: int, threads: Sequence[tuple[Thread, Made]], locale: str = "zh-CN") -> Faults:
    """What comments say that the page, the hour or a life contradicts."""
    lexicon, lines, people = load_lexicon(locale), lines_by_place(locale), make_people(seed, locale=locale)
    months = {head.key: head.months for _, head in heads(lexicon, "stories")}
    result, tellers = Faults(), defaultdict(set)
    for thread, made in threads:
        assert thread.published is not None
        month = civil_from_days((thread.published + _WALL) // DAY)[1]
        result.season += bool(months.get(made.schema)) and month not in months[made.schema]
        told: Counter[str] = Counter()
        for post, what in zip(thread.posts, made.posts, strict=True):
            line = lines.get(what.line)
            if line is None or post.time is None:
                continue
            result.unprinted += not line.facts <= set(made.printed)
            result.early += not timely(line.events, made.happened, post.time)
            result.life += not all(meets(need, people.person(what.person).life, YEAR) for need in line.needs)
            if line.owner >= 0:
                tellers[line.id].add(what.person)
                told[line.id] += 1
        result.shared_in_thread += sum(n > 1 for n in told.values())
        result.told += told.total()
    result.anecdotes = len(tellers)
    result.shared = sum(len(who) > 1 for who in tellers.values())
    return result


def seen_before(threads: Sequence[Thread], count: int) -> float:
    """The share of sentences of the articles of so many consecutive threads that an earlier one of them has, figures
    and names of Latin letters aside."""
    seen: set[str] = set()
    again = total = 0
    for thread in threads[:count]:
        mine = {re.sub(r"[\dA-Za-z().]+", "", s) for p in thread.article.paragraphs for s in _SENTENCE.findall(p)}
        again, total = again + len(mine & seen), total + len(mine)
        seen |= mine
    return again / max(total, 1)


def first_repeats(seed: int, runs: int) -> tuple[float, float]:
    """After how many random threads a story, and a telling (story and branch), first comes again: medians."""
    stories, tellings = [], []
    for run in range(runs):
        seen: list[tuple[str, str]] = []
        while len(seen) < 400:
            made = make_made(seed, fingerprint("bench", run, len(seen)) % 10**12)
            if (made.schema, made.branch) in seen:
                break
            seen.append((made.schema, made.branch))
        keys = [key for key, _ in seen]
        stories.append(next((i for i, key in enumerate(keys) if key in keys[:i]), len(keys)))
        tellings.append(len(seen))
    return median(stories), median(tellings)


def least_gap(made: Sequence[Made]) -> int:
    """The fewest threads after which a story comes again, in a row of them; 0 where none does."""
    last: dict[str, int] = {}
    gaps = []
    for i, one in enumerate(made):
        if one.schema in last:
            gaps.append(i - last[one.schema])
        last[one.schema] = i
    return min(gaps, default=0)


def report(seed: int, count: int, most: int, given: Sequence[str] = (), runs: int = 101) -> Iterator[str]:
    """The lines of the report; ``given`` are texts to be measured instead of ours."""
    table = load_table()
    threads = [] if given else [(make_thread(seed, i), make_made(seed, i)) for i in range(count)]
    texts = list(given) or [post.text for thread, _ in threads for post in thread.posts][:most]
    found = list(rows(texts, table))
    yield f"{len(texts)} comments; {sum(row.fits for row in found)} of {len(found)} rows in range"
    yield f"{'':28}{'ours':>7}{'microblog':>11}{'newspaper':>11}"
    for row in found:
        yield f"{row.name:28}{row.ours:7.1f}{row.real[0]:11.1f}{row.real[1]:11.1f}{'' if row.fits else '  OUT'}"
    yield f"length q10/25/50/75/90/99: {quantiles(texts)}; real {table.quantiles}"
    if not threads:
        return
    acts = Counter(what.act for thread, made in threads for post, what in zip(thread.posts, made.posts, strict=True))
    roots = Counter(w.act for t, m in threads for p, w in zip(t.posts, m.posts, strict=True) if p.depth == 1)
    yield "acts, all and on the page, %: " + "  ".join(
        f"{act} {100 * n / acts.total():.1f}/{100 * roots[act] / roots.total():.1f}" for act, n in acts.most_common()
    )
    yield str(faults(seed, threads))
    pages = [thread for thread, _ in threads]
    shares = "  ".join(f"{n}: {seen_before(pages, n):.3f}" for n in (100, 300, 1000) if n <= count)
    yield f"sentences of articles seen before, of consecutive threads: {shares}"
    yield f"titles: {len({p.article.title for p in pages})} of {count} distinct"
    yield f"a story comes again after {least_gap([made for _, made in threads])} threads at the least"
    story, telling = first_repeats(seed, runs)
    yield f"of random threads the first repeated story is number {story:.0f}, the first repeated telling {telling:.0f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.voice", description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=400)
    parser.add_argument("--comments", type=int, default=10_000, help="texts measured at the most")
    parser.add_argument("--texts", type=Path, help="a file of other texts to measure, one a line")
    options = parser.parse_args(arguments)
    given = options.texts.read_text("utf-8").splitlines() if options.texts else ()
    for line in report(options.seed, options.threads, options.comments, given):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
