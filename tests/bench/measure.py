"""Interleaved rounds: every case in shuffled order, CPU time, ratios within the round, medians over rounds."""

from __future__ import annotations

import os
import platform
import random
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any, NamedTuple

Case = Callable[[int], tuple[int, int]]  # a running number -> HTML bytes and truth bytes made


def interleave(cases: Mapping[str, Case], *, rounds: int, seconds: float) -> dict[str, Any]:
    """CPU µs a page and a kilobyte of HTML for each case, round by round."""
    shuffle = random.Random(1)
    counters = dict.fromkeys(cases, 0)
    rows: list[dict[str, tuple[float, float, float, float]]] = []
    for case in cases.values():
        case(0)
    before, wall = busy(), time.perf_counter()
    own = time.process_time()
    for _ in range(rounds):
        row = {}
        names = list(cases)
        shuffle.shuffle(names)
        for name in names:
            row[name] = _run(cases[name], counters, name, seconds)
        rows.append(row)
    elapsed = time.perf_counter() - wall
    foreign = max(0.0, busy() - before - (time.process_time() - own)) / elapsed
    return {
        "rounds": rounds,
        "python": platform.python_version(),
        "foreign_load_cores": round(foreign, 2),
        "cases": {
            name: {
                "us_per_page": round(median(r[name][0] for r in rows), 1),
                "us_per_kb_html": round(median(r[name][1] for r in rows), 2),
                "html_bytes": round(median(r[name][2] for r in rows)),
                "truth_bytes": round(median(r[name][3] for r in rows)),
            }
            for name in cases
        },
        "rows": rows,
    }


def _run(case: Case, counters: dict[str, int], name: str, seconds: float) -> tuple[float, float, float, float]:
    pages = html = truth = 0
    start = time.process_time()
    while True:
        counters[name] += 1
        a, b = case(counters[name])
        pages, html, truth = pages + 1, html + a, truth + b
        spent = time.process_time() - start
        if spent >= seconds and pages >= 4:
            return spent / pages * 1e6, spent / html * 1e9, html / pages, truth / pages


class Step(NamedTuple):
    """A side of a comparison on the same work: ``ready`` gives what is measured's input by a running number, unmeasured;
    ``work`` tells how many pages and posts it made of it."""

    ready: Callable[[int], Any]
    work: Callable[[Any], tuple[int, int]]


def paired(steps: Mapping[str, Step], *, rounds: int, threads: int) -> dict[str, Any]:
    """CPU µs a page and a post of each step. Within a round all steps, in shuffled order, do the same ``threads``
    numbers, which no other round does."""
    shuffle, rows = random.Random(1), []
    for step in steps.values():
        step.work(step.ready(0))
    for number in range(rounds):
        names, row = list(steps), {}
        shuffle.shuffle(names)
        for name in names:
            step = steps[name]
            inputs = [step.ready(1 + number * threads + n) for n in range(threads)]
            start = time.process_time()
            made = [step.work(one) for one in inputs]
            spent = (time.process_time() - start) * 1e6
            pages, posts = (sum(column) for column in zip(*made, strict=True))
            row[name] = (spent / pages, spent / max(posts, 1), posts / pages)
        rows.append(row)
    middle = {name: [median(row[name][i] for row in rows) for i in range(3)] for name in steps}
    return {
        "cases": {
            name: {"us_per_page": round(page, 1), "us_per_post": round(post, 2), "posts_per_page": round(posts, 1)}
            for name, (page, post, posts) in middle.items()
        },
        "rows": rows,
    }


def ratio(result: dict[str, Any], base: str, name: str, *, per: int) -> float:
    """How many times faster ``name`` is than ``base``: per page (0), per byte of HTML (1) with ``interleave`` or per post
    (1) with ``paired``; the median over rounds."""
    quotients: list[float] = [row[base][per] / row[name][per] for row in result["rows"]]
    return round(median(quotients), 2)


def busy() -> float:
    """CPU seconds this machine has spent on anything."""
    try:
        with open("/proc/stat") as file:
            fields = list(map(int, file.readline().split()[1:9]))
    except OSError:
        return time.process_time()
    return float(sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


def rss_mb() -> float:
    """Resident memory of this process in MB."""
    with open("/proc/self/statm") as file:
        return int(file.readline().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
