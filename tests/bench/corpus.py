"""Corpora, end to end: ``python -m tests.bench.corpus [--json] [--rounds N] [--only FORMAT ...] [--workers]``.

Every format is written to the disk with all that a shard is: temporaries, digests, fsync, markers. It stands beside
its rows, made and digested alone, and beside baseline S0 written as two files a page ("Faker + Jinja2 + files"), whose
pages are smaller, in interleaved rounds of CPU time; a ratio is the median over rounds of the quotients within the round. ``--workers`` compares two workers
with one in wall time. A large corpus in one go is ``tests.bench.million``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from forgegen.corpus.executors.local import LocalExecutor
from forgegen.corpus.formats.all_formats import formats
from forgegen.corpus.plan import make_plan
from forgegen.corpus.shard import ShardTask, Tally, shard_rows
from forgegen.corpus.spec import Spec
from forgegen.corpus.spec_file import make_spec
from forgegen.corpus.write import write
from tests.bench import baseline
from tests.bench.measure import Case, interleave, ratio

SHARD = 100  # threads of one call in a round: what a shard costs apart from its threads, 3 ms, is then little


def spec_of(form: str, threads: int, shard_size: int) -> Spec:
    """One format of the reference skin."""
    return make_spec({"threads": threads, "shard_size": shard_size, "formats": [form], "seed": 1})


def shard_case(form: str, folder: Path, size: int = SHARD) -> Case:
    """Writing one shard: bytes of HTML and truth."""
    task = ShardTask(make_plan(spec_of(form, 10**9, size)), str(folder / form))

    def case(number: int) -> tuple[int, int]:
        record = task(number)
        return record.body_bytes, record.truth_bytes

    return case


def naive_case(folder: Path) -> Case:
    """As many pages of the baseline, two files each."""
    folder.mkdir()

    def case(number: int) -> tuple[int, int]:
        html = truth = 0
        for page in range(number * SHARD, (number + 1) * SHARD):
            body, facts = baseline.page(page)
            for name, data in ((f"{page}.html", body), (f"{page}.json", facts)):
                with (folder / name).open("wb") as file:
                    file.write(data)
            html, truth = html + len(body), truth + len(facts)
        return html, truth

    return case


def nothing(number: int, size: int = SHARD) -> tuple[int, int]:
    """Pages of a shard made, digested and thrown away: what all formats share."""
    tally, plan = Tally(), make_plan(spec_of("html", 10**9, size))
    for row in shard_rows(plan, number):
        tally.add(row)
    return tally.body_bytes, tally.truth_bytes


def compare(rounds: int, seconds: float, only: list[str]) -> dict[str, Any]:
    """Formats beside the baseline. Pages are counted as threads: each has one or more."""
    for number in range(3):  # warm: lexicon, templates
        nothing(number)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases: dict[str, Case] = {"S0 + files": naive_case(folder / "S0"), "pages only": nothing}
        cases |= {form: shard_case(form, folder) for form in only or formats()}
        result = interleave(cases, rounds=rounds, seconds=seconds)
    for row in result["cases"].values():
        spent = row["us_per_page"] / 1e6
        row["threads_per_cpu_second"] = round(SHARD / spent)
        row["mb_per_cpu_second"] = round(row["html_bytes"] / spent / 1e6, 2)
        row["html_bytes"], row["truth_bytes"] = row["html_bytes"] // SHARD, row["truth_bytes"] // SHARD
        row["us_per_page"] = round(row["us_per_page"] / SHARD, 1)
    names = [name for name in cases if name != "S0 + files"]
    result["times_s0"] = {name: ratio(result, "S0 + files", name, per=0) for name in names}
    result["over_rows"] = {name: round(1 / ratio(result, "pages only", name, per=0), 2) for name in names}
    del result["rows"]
    return result


def timed(work: Callable[[], object]) -> float:
    """Wall seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def scaling(form: str, threads: int, rounds: int) -> dict[str, Any]:
    """Two workers against one, in wall time, the whole command's work each time."""
    size = max(1, threads // 16)
    walls: dict[int, list[float]] = {1: [], 2: []}
    for number in range(rounds):
        for workers in (1, 2) if number % 2 else (2, 1):
            with tempfile.TemporaryDirectory() as folder:
                spec = spec_of(form, threads, size)
                walls[workers].append(timed(lambda: write(spec, folder, executor=LocalExecutor(workers))))  # noqa: B023
    quotients = [one / two for one, two in zip(walls[1], walls[2], strict=True)]
    return {
        "format": form, "threads": threads, "rounds": rounds, "two_workers_times_one": round(median(quotients), 2),
        "seconds": {str(workers): round(median(found), 2) for workers, found in walls.items()},
    }  # fmt: skip


def show(result: dict[str, Any]) -> None:
    """For people."""
    if "cases" in result:
        print(f"{'case':<12}{'µs/thread':>11}{'threads/s':>11}{'MB/s':>8}{'x S0':>8}{'over rows':>11}")
        for name, row in result["cases"].items():
            print(
                f"{name:<12}{row['us_per_page']:>11}{row['threads_per_cpu_second']:>11}{row['mb_per_cpu_second']:>8}"
                f"{result['times_s0'].get(name, 1):>8}{result['over_rows'].get(name, ''):>11}"
            )
        print(
            f"rounds {result['rounds']}, Python {result['python']}, foreign load {result['foreign_load_cores']} cores"
        )
    for key, value in result.get("scaling", {}).items():
        print(f"scaling {key}: {value}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", nargs="+", default=[], choices=list(formats()), metavar="FORMAT", help="only these")
    parser.add_argument("--seconds", type=float, default=0.2, help="CPU seconds of a case in a round, at the least")
    parser.add_argument("--workers", action="store_true", help="two workers against one, in wall time")
    parser.add_argument("--format", default="jsonl", help="of --workers")
    parser.add_argument("--threads", type=int, default=2_000, help="of --workers")
    options = parser.parse_args()
    result: dict[str, Any] = {}
    if options.workers:
        result["scaling"] = scaling(options.format, options.threads, options.rounds)
    if not result:
        result = compare(options.rounds, options.seconds, options.only)
    print(json.dumps(result, indent=1)) if options.json else show(result)


if __name__ == "__main__":
    main()
