"""Mutants of forgegen, each given to the tests of the quick tier that run its line: which of them no test sees.

``python -m tests.bench.mutation --seed 1 --sample 300`` draws that many mutants of mutmut's over all modules, records which
test runs which line (once, unless ``--record`` asks for it again), and runs for each mutant the tests of its line in a
copy of the checkout, the quickest first, up to the first failure. What is done stands in the state file; the same command
goes on. ``tests/bench/equivalents.toml`` lists the mutants that mean the same as the original, each with its reason.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import Any

import msgspec

from tests.bench.recording import environment, seconds_of_tests, tests_by_line

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "forgegen"
EQUIVALENTS = Path(__file__).with_name("equivalents.toml")
COPIED = ("forgegen", "templates", "tests", "corpus", "docs", ".ci")
FILES = ("README.md", "CONTRIBUTING.md", "pyproject.toml")
BUDGET = 300.0  # seconds of tests that one mutant may take, as they took while they were recorded


class Mutant(msgspec.Struct, frozen=True):
    """One change of one file."""

    name: str
    file: str
    first: int
    last: int
    diff: str
    source: str


class Outcome(msgspec.Struct, frozen=True):
    """What became of a mutant: ``killed`` by a test, ``timeout``, ``survived``, or ``uncovered``: no test runs its line."""

    name: str
    file: str
    line: int
    diff: str
    status: str
    tests: int = 0
    seconds: float = 0.0
    by: str = ""


def draw(seed: int, sample: int) -> list[Mutant]:
    """Mutants over all modules: a module by its number of lines, then one of its mutants; none twice."""
    dice = random.Random(f"forgegen mutants {seed}")
    modules = [file for file in sorted(PACKAGE.rglob("*.py")) if file.read_text("utf-8").count("\n") > 2]
    sizes = [file.read_text("utf-8").count("\n") for file in modules]
    left: dict[Path, list[Mutant]] = {}
    drawn: list[Mutant] = []
    while len(drawn) < sample:
        (file,) = dice.choices(modules, sizes)
        if file not in left:
            left[file] = mutants_of(file)
        if left[file]:
            drawn.append(left[file].pop(dice.randrange(len(left[file]))))
    return drawn


def mutants_of(file: Path) -> list[Mutant]:
    """Every mutant that mutmut makes of a file."""
    from libcst.metadata import MetadataWrapper, PositionProvider
    from mutmut.mutation.file_mutation import create_mutations

    source, name = file.read_text("utf-8"), file.relative_to(ROOT).as_posix()
    module, mutations, *_ = create_mutations(name, source)
    places: Any = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    found = {}
    for mutation in mutations:
        changed = module.deep_replace(mutation.original_node, mutation.mutated_node)
        text = getattr(changed, "code", source)
        place = places.get(mutation.original_node)
        lines = [n for n, (a, b) in enumerate(zip(source.splitlines(), text.splitlines(), strict=False), 1) if a != b]
        if text != source and compiles(text):
            first = place.start.line if place else lines[0]
            diff = "".join(difflib.unified_diff(source.splitlines(True), text.splitlines(True), name, name, n=0))
            key = hashlib.sha256(diff.encode()).hexdigest()[:10]
            found[key] = Mutant(f"{name}:{first}:{key}", name, first, place.end.line if place else first, diff, text)
    return list(found.values())


def compiles(source: str) -> bool:
    """Whether it is Python."""
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def record(folder: Path) -> None:
    """Run the quick tier once, and write down which test ran which line."""
    shutil.rmtree(folder, ignore_errors=True)
    env = {**os.environ, **environment(folder, PACKAGE)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.bench.recording", "-p", "no:randomly"], cwd=ROOT, env=env
    )
    if done.returncode:
        print("tests that fail without any mutant are left out", flush=True)


class Known:
    """What was recorded: the tests of each line, quickest first."""

    def __init__(self, folder: Path) -> None:
        self.lines = {Path(f).relative_to(ROOT).as_posix(): lines for f, lines in tests_by_line(folder).items()}
        self.seconds = seconds_of_tests(folder)

    def tests_of(self, mutant: Mutant) -> list[str]:
        """The tests that run one of its lines; of a line that only runs while its module is loaded, those of the module."""
        lines = self.lines.get(mutant.file, {})
        own = [n for n in range(mutant.first, mutant.last + 1) if n in lines]
        found = {test for n in own for test in lines[n]} & self.seconds.keys()
        if own and not found:
            found = {test for tests in lines.values() for test in tests} & self.seconds.keys()
        chosen: list[str] = []
        total = 0.0
        for test in sorted(found, key=lambda test: (self.seconds[test], test)):
            total += self.seconds[test]
            if chosen and total > BUDGET:
                break
            chosen.append(test)
        return chosen


def copy_of_checkout(folder: Path) -> Path:
    """A checkout to mutate."""
    for name in COPIED:
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, folder / name)
    for name in FILES:
        if (ROOT / name).exists():
            shutil.copy2(ROOT / name, folder / name)
    return folder


def judge(mutant: Mutant, tests: Sequence[str], known: Known, checkout: Path) -> Outcome:
    """Run these tests on the mutant, up to the first that fails."""
    began, file = time.perf_counter(), checkout / mutant.file
    told = Outcome(mutant.name, mutant.file, mutant.first, mutant.diff, "uncovered", len(tests))
    if not tests:
        return told
    (checkout / "tests.txt").write_text("\n".join(tests), "utf-8")
    original = file.read_bytes()
    file.write_text(mutant.source, "utf-8")
    _forget_compiled(file)
    try:
        status, by = run(checkout, 60 + 5 * sum(known.seconds[test] for test in tests))
    finally:
        file.write_bytes(original)
        _forget_compiled(file)
    return msgspec.structs.replace(told, status=status, by=by, seconds=round(time.perf_counter() - began, 1))


def _forget_compiled(file: Path) -> None:
    """Compiled files are told by second and size; a mutant has both in common with its original."""
    for compiled in file.parent.glob(f"__pycache__/{file.stem}.*.pyc"):
        compiled.unlink(missing_ok=True)


def run(checkout: Path, seconds: float) -> tuple[str, str]:
    """Whether the listed tests kill what is there, and which of them did."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE_"))}
    env |= {"PYTHONPATH": str(checkout), "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:randomly", "-p", "no:cacheprovider",
               "--tb=no", "-rfE", "@tests.txt"]  # fmt: skip
    with subprocess.Popen(
        command,
        cwd=checkout,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return "timeout", ""
    failed = [line for line in output.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    if process.returncode == 0:
        return "survived", ""
    return "killed", failed[0].split(" - ")[0] if failed else output.strip().splitlines()[-1][:200]


def outcomes(mutants: Sequence[Mutant], known: Known, workers: int) -> Iterator[Outcome]:
    """What became of each, in the order in which they end."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        free: Queue[Path] = Queue()
        for number in range(workers):
            free.put(copy_of_checkout(Path(folder) / str(number)))

        def one(mutant: Mutant) -> Outcome:
            checkout = free.get()
            try:
                return judge(mutant, known.tests_of(mutant), known, checkout)
            finally:
                free.put(checkout)

        with ThreadPoolExecutor(workers) as pool:
            yield from pool.map(one, mutants)


def equivalents() -> dict[str, str]:
    """Mutants that no test can tell from the original, and why: by the name without its line, which moves."""
    listed = tomllib.loads(EQUIVALENTS.read_text("utf-8")) if EQUIVALENTS.exists() else {}
    return {_key(entry["mutant"]): entry["reason"] for entry in listed.get("equivalent", [])}


def _key(name: str) -> str:
    file, _, key = name.split(":")
    return f"{file}:{key}"


def report(done: Sequence[Outcome]) -> str:
    """Figures, and each mutant that is left."""
    same = equivalents()
    listed = [o for o in done if _key(o.name) in same]
    counts = Counter(o.status for o in done if o not in listed)
    killed, rest = counts["killed"] + counts["timeout"], sum(counts.values())
    lines = [
        f"# {len(done)} mutants",
        "",
        f"killed {killed} of {rest} ({killed / max(rest, 1):.1%}); survived {counts['survived']}, uncovered "
        f"{counts['uncovered']}; timeouts among the killed {counts['timeout']}; equivalent {len(listed)} "
        f"({len(listed) / max(len(done), 1):.1%})",
        "",
    ]
    for outcome in sorted(done, key=lambda o: (o.file, o.line)):
        if outcome.status in ("survived", "uncovered") and outcome not in listed:
            lines += [
                f"## {outcome.name}: {outcome.status}, {outcome.tests} tests",
                "",
                "```diff",
                outcome.diff.strip(),
                "```",
                "",
            ]
    lines += [f"* equivalent: {o.name}: {same[_key(o.name)]}" for o in listed]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Draw, record, run, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=ROOT / ".mutation", help="state, recording and report")
    parser.add_argument("--record", action="store_true", help="record again which test runs which line")
    given = parser.parse_args()
    if given.record or not (given.folder / "recording").exists():
        record(given.folder / "recording")
    known = Known(given.folder / "recording")
    state = given.folder / f"state-{given.seed}.jsonl"
    lines = state.read_bytes().splitlines() if state.exists() else []
    done = {o.name: o for o in (msgspec.json.decode(line, type=Outcome) for line in lines)}
    drawn = draw(given.seed, given.sample)
    with state.open("ab") as out:
        for outcome in outcomes([m for m in drawn if m.name not in done], known, given.workers):
            done[outcome.name] = outcome
            out.write(msgspec.json.encode(outcome) + b"\n")
            out.flush()
            print(
                f"{outcome.status:9} {outcome.seconds:6.1f}s {outcome.tests:4} tests  {outcome.name}  {outcome.by}",
                flush=True,
            )
    text = report([done[m.name] for m in drawn])
    (given.folder / f"report-{given.seed}.md").write_text(text, "utf-8")
    print(text.splitlines()[2])


if __name__ == "__main__":
    main()
