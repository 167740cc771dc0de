"""A plugin of pytest that records which lines of forgegen each test runs, also in the processes that it starts.

``pytest -p tests.bench.recording`` with ``FORGEGEN_RECORDING=FOLDER``; ``tests/bench/mutation.py`` calls it and reads the
folder: coverage's data, a context a test, and the seconds of each test that passed.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

FOLDER = Path(os.environ.get("FORGEGEN_RECORDING", ".mutation"))
# Processes that a test starts begin to measure by this, and write down for which test they were.
CONFIG = """[run]
data_file = {folder}/coverage
parallel = true
source = {source}
context = ${{FORGEGEN_TEST-}}
[report]
ignore_errors = true
"""
_FAILED: set[str] = set()
STARTER = "import coverage\ncoverage.process_startup()\n"


def environment(folder: Path, source: Path) -> dict[str, str]:
    """What the environment of a recorded run needs besides; writes the files that it names."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "coveragerc").write_text(CONFIG.format(folder=folder, source=source), "utf-8")
    (folder / "start").mkdir(exist_ok=True)
    (folder / "start" / "sitecustomize.py").write_text(STARTER, "utf-8")
    path = os.pathsep.join(filter(None, (str(folder / "start"), str(source.parent), os.environ.get("PYTHONPATH"))))
    return {"FORGEGEN_RECORDING": str(folder), "COVERAGE_PROCESS_START": str(folder / "coveragerc"), "PYTHONPATH": path}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Everything from here on belongs to this test, set-up included."""
    measuring = coverage.Coverage.current()
    assert measuring is not None, "this process was started without COVERAGE_PROCESS_START"
    test = name_of(item)
    measuring.switch_context(test)
    os.environ["FORGEGEN_TEST"] = test
    began = time.perf_counter()
    result = yield
    if item.nodeid not in _FAILED:
        _note(test, time.perf_counter() - began)
    measuring.switch_context("")
    os.environ.pop("FORGEGEN_TEST", None)
    return result


def name_of(item: pytest.Item) -> str:
    """The test's name, without the group that pytest-xdist puts behind it."""
    group = item.get_closest_marker("xdist_group")
    return item.nodeid.removesuffix(f"@{group.args[0]}") if group else item.nodeid


def _note(test: str, seconds: float) -> None:
    with (FOLDER / f"seconds-{os.getpid()}.jsonl").open("a", encoding="utf-8") as out:
        out.write(json.dumps([test, round(seconds, 3)]) + "\n")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test that fails without any mutant judges none."""
    if not report.passed:
        _FAILED.add(report.nodeid)


def tests_by_line(folder: Path) -> dict[str, dict[int, set[str]]]:
    """By file and line the tests that ran it; lines that ran while modules were loaded are not told apart by test."""
    data = coverage.CoverageData(str(folder / "coverage"))
    parts = sorted(str(file) for file in folder.glob("coverage.*"))
    measuring = coverage.Coverage(data_file=str(folder / "coverage"), config_file=str(folder / "coveragerc"))
    if parts:
        measuring.combine(parts, keep=False)
        measuring.save()
    data.read()
    found: dict[str, dict[int, set[str]]] = {}
    for file in data.measured_files():
        found[file] = {line: {*filter(None, names)} for line, names in data.contexts_by_lineno(file).items()}
    return found


def seconds_of_tests(folder: Path) -> dict[str, float]:
    """How long each test took that passed."""
    lines = [line for file in folder.glob("seconds-*.jsonl") for line in file.read_text("utf-8").splitlines()]
    return dict(map(json.loads, lines))
