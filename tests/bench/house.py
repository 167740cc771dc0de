"""Figures of the house, read from its source: is it smaller, layered, and without doubles?

``python -m tests.bench.house`` prints them beside what they should be, and ends with 1 where one is over. With
``--commands`` it also runs both commands of the README in a fresh clone, and measures processor seconds and megabytes.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from tests.test_architecture import BELOW, PACKAGE, graph, modules

ROOT = PACKAGE.parent
BEFORE = 16_264  # statements at 3639b3e
LONG, SAME = 30, 10
DOCUMENTED = {"os"}  # os._exit is no secret
MEGABYTES = (120, 350)
SECONDS = 180  # of tests


class Figure(NamedTuple):
    """A number, the most that it may be, and what makes it up."""

    name: str
    value: int
    most: int | None = None
    details: Iterable[str] = ()


def figures() -> list[Figure]:
    """What can be read from the source."""
    trees = modules()
    nodes = {name: list(ast.walk(tree)) for name, tree in trees.items()}
    long, up, round_ = long_functions(nodes), arrows_up(), circles()
    same, private, twice = duplicates(), list(private_names(trees)), names_twice(nodes)
    return [
        Figure("statements", sum(isinstance(n, ast.stmt) for ns in nodes.values() for n in ns), BEFORE * 95 // 100),
        Figure("modules", len(trees)),
        Figure("functions over 30 lines", len(long), None, long),
        Figure("arrows up", len(up), 0, up),
        Figure("circles", len(round_), 0, round_),
        Figure("duplicates of ten lines", len(same), 0, same),
        Figure("private names of others", len(private), 0, private),
        Figure("names used twice", len(twice), 0, twice),
    ]


def long_functions(nodes: dict[str, list[ast.AST]]) -> list[str]:
    """Functions of more than thirty lines, from ``def`` to the end, without decorators."""
    return [
        f"{name}.{node.name}: {length}"
        for name, found in nodes.items()
        for node in found
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LONG
    ]


def ours(name: str) -> set[str]:
    """The modules of ours that a module imports."""
    found = {target.removeprefix("forgegen.") for target in graph()[name] if target.startswith("forgegen.")}
    return {target for target in found if target in graph()}


def arrows_up() -> list[str]:
    """Imports of a part that does not stand below the importer's, by the table of the architecture's test."""
    found = []
    for name in graph():
        part = name.partition(".")[0]
        for target in ours(name):
            if target.partition(".")[0] not in BELOW.get(part, set()) | {part, "errors", "__version__"}:
                found.append(f"{name} -> {target}")
    return sorted(found)


def circles() -> list[str]:
    """Modules, and parts, that reach themselves."""
    parts: dict[str, set[str]] = defaultdict(set)
    for name in graph():
        part = name.partition(".")[0]
        parts[part] |= {target.partition(".")[0] for target in ours(name)} - {part}
    names = {name: ours(name) - {name} for name in graph()}
    return [" ".join(sorted(knot)) for edges in (names, parts) for knot in knots(edges)]


def knots(edges: dict[str, set[str]]) -> list[set[str]]:
    """Sets of names each of which reaches all others."""
    reached = {name: reach(edges, name) for name in edges}
    found: list[set[str]] = []
    for name, there in reached.items():
        if name in there and not any(name in knot for knot in found):
            found.append({other for other in there if name in reached[other]})
    return found


def reach(edges: dict[str, set[str]], name: str) -> set[str]:
    """Everything that can be come to from a name in a step or more."""
    seen: set[str] = set()
    waiting = list(edges[name])
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            waiting += edges.get(here, ())
    return seen


def duplicates() -> list[str]:
    """Runs of ten lines of code or more, imports apart, that stand in two places."""
    places: dict[tuple[str, ...], list[tuple[str, int]]] = defaultdict(list)
    for file in sorted(PACKAGE.rglob("*.py")):
        rows = code_lines(file)
        for start in range(len(rows) - SAME + 1):
            window = tuple(text for _, text in rows[start : start + SAME])
            places[window].append((file.relative_to(ROOT).as_posix(), rows[start][0]))
    starts = sorted(where for where in map(tuple, places.values()) if len(where) > 1)
    follow = {b for a, b in pairwise(starts) if [f for f, _ in a] == [f for f, _ in b] and 0 < b[0][1] - a[0][1] <= 3}
    return [" = ".join(f"{file}:{line}" for file, line in where) for where in starts if where not in follow]


def code_lines(file: Path) -> list[tuple[int, str]]:
    """Lines with their numbers, without blank ones, comments and imports."""
    text = file.read_text("utf-8")
    left_out = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    rows = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if number not in left_out)
    return [(number, line) for number, line in rows if line and not line.startswith("#")]


def private_names(trees: dict[str, ast.Module]) -> Iterator[str]:
    """Names with a leading underscore that are imported from, or looked up on, what is not ours."""
    for name, tree in trees.items():
        theirs = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if not alias.name.startswith("forgegen"):
                        theirs.add(alias.asname or alias.name.partition(".")[0])
                        yield from (f"{name}:{node.lineno}: {alias.name}" for _ in [0] if is_private(alias.name))
            elif isinstance(node, ast.ImportFrom) and not node.level and not (node.module or "").startswith("forgegen"):
                theirs |= {alias.asname or alias.name for alias in node.names}
                for alias in node.names:
                    if node.module != "__future__" and is_private(f"{node.module}.{alias.name}"):
                        yield f"{name}:{node.lineno}: {node.module}.{alias.name}"
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and is_private(node.attr) and root_of(node.value) in theirs - DOCUMENTED:
                yield f"{name}:{node.lineno}: {ast.unparse(node)}"


def is_private(dotted: str) -> bool:
    """Whether a part of a dotted name begins with one underscore."""
    return any(re.match("_[^_]", part) for part in dotted.split("."))


def root_of(node: ast.expr) -> str | None:
    """The name at the left end of a chain of attributes."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def names_twice(nodes: dict[str, list[ast.AST]]) -> list[str]:
    """Module names and names of public classes that stand for two things. A command of the same name is a counterpart."""
    stems, classes = defaultdict(list), defaultdict(list)
    for name, found in nodes.items():
        if name != "__init__" and not (PACKAGE / name.replace(".", "/")).is_dir() and not name.startswith("cli."):
            stems[name.rpartition(".")[2]].append(name)
        for node in found:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                classes[node.name].append(f"{name}.{node.name}")
    return sorted(" ".join(where) for places in (stems, classes) for where in places.values() if len(where) > 1)


def commands() -> Iterator[Figure]:
    """Both commands of the README, in a fresh clone of the last commit, the second also where the first has run."""
    first, second = re.findall(r"```sh\n(python3 -m venv.*?)\n```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    for title, run in (("first", [first]), ("second", [second]), ("second after the first", [first, second])):
        with tempfile.TemporaryDirectory(prefix="house-") as folder:
            clone = Path(folder) / "forgegen"
            subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
            for command in run:
                for part in command.split(" && "):
                    seconds, wall = measured(part, clone)
                    most = SECONDS if "pytest" in part else None
                    yield Figure(f"{title}: CPU s of {part[:40]!r} ({wall:.0f} s of wall clock)", round(seconds), most)
            size = sum(f.lstat().st_blocks for f in (clone / ".venv").rglob("*")) * 512 // 2**20
            yield Figure(f"{title}: MB of .venv", size, MEGABYTES[run[-1] == second])


def measured(command: str, folder: Path) -> tuple[float, float]:
    """Processor and wall seconds of a command and of all that it starts."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "FORGEGEN", "VIRTUAL_ENV", "COV"))}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=env, stdin=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{command!r} ended with {done.returncode}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.perf_counter() - began


def main() -> None:
    """Print, and say by the exit code whether anything is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", action="store_true", help="also run the README's commands; minutes")
    parser.add_argument("--details", action="store_true", help="say what makes up each figure")
    given = parser.parse_args()
    over = False
    width = shutil.get_terminal_size().columns
    for figure in (*figures(), *(commands() if given.commands else ())):
        is_over = figure.most is not None and figure.value > figure.most
        over |= is_over
        most = "" if figure.most is None else f"  at most {figure.most:,}{'  OVER' if is_over else ''}"
        print(f"{figure.value:8,}  {figure.name}{most}", flush=True)
        for line in figure.details if given.details else ():
            print(f"{'':10}{line[: max(60, width - 10)]}")
    sys.exit(over)


if __name__ == "__main__":
    main()
