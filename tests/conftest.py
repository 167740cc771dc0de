"""Shared fixtures, the marks of tiers, and ``needs``."""

from __future__ import annotations

import gc
import importlib.util
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import tiers

ROOT = Path(__file__).resolve().parent.parent
CI = os.environ.get("FORGEGEN_CI") == "1"

_HAVE: dict[str, tuple[Callable[[], bool], str]] = {
    "forum-dl": (lambda: bool(os.environ.get("FORGEGEN_FORUM_DL")), "FORGEGEN_FORUM_DL names no forum-dl 0.3.0"),
    "gallery-dl": (
        lambda: bool(os.environ.get("FORGEGEN_GALLERY_DL")),
        "FORGEGEN_GALLERY_DL names no gallery-dl 1.32.18",
    ),
    "pydiscourse": (
        lambda: bool(os.environ.get("FORGEGEN_PYDISCOURSE")),
        "FORGEGEN_PYDISCOURSE names no Python that has pydiscourse 1.7.0",
    ),
    "chromium": (lambda: shutil.which("chromium") is not None, "there is no chromium"),
    "java": (lambda: shutil.which("java") is not None, "there is no java"),
    "playwright-core": (
        lambda: bool(os.environ.get("FORGEGEN_NODE_MODULES")),
        "FORGEGEN_NODE_MODULES names no node_modules that holds playwright-core",
    ),
    "node": (lambda: shutil.which("node") is not None, "there is no node"),
    "reference": (lambda: "FORGEGEN_REFERENCE" in os.environ, "FORGEGEN_REFERENCE names no thread.txt"),
}
"""What a test can need beside packages of Python: whether it is there, and what is said where it is not."""
_NOT_TO_BE_INSTALLED = {"reference"}
LEFT_OUT = pytest.StashKey[Counter[str]]()
LOADED = pytest.StashKey[frozenset[str]]()
BEFORE = pytest.StashKey[frozenset[str]]()


def _packages() -> frozenset[str]:
    return frozenset(name.partition(".")[0] for name in sys.modules)


def is_there(name: str) -> bool:
    """Whether a program or package that a test needs is there."""
    return _HAVE[name][0]() if name in _HAVE else importlib.util.find_spec(name) is not None


def why_not(name: str) -> str:
    """What is said where it is not."""
    return _HAVE[name][1] if name in _HAVE else f"the package {name} is not installed; the extra dev brings it"


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks, and say which tier this is before any test is loaded."""
    for line in (
        "needs(*names): left out where one is missing, with their number; a failure under FORGEGEN_CI=1",
        "few(*names, keep=2, key=...): of the products of these parameters a quick run takes the reference and one more",
        "scaled: does more in the tier every",
    ):
        config.addinivalue_line("markers", line)
    tiers.Run.whole = tiers.is_whole(config.option.markexpr)
    config.stash[LEFT_OUT] = Counter()
    config.stash[BEFORE] = _packages()
    # The check of a commit says the same each time; a developer's runs look at other examples each time.
    settings.register_profile("forgegen", deadline=None, print_blob=True, derandomize=CI)
    settings.load_profile("forgegen")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect no garbage while tests are loaded, and never look through what they are made of: it stays to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Mark tiers before ``-m`` is looked at; afterwards leave out tests whose needs are missing, and count them.

    Under CI these fail instead, by running; but for what cannot be installed.
    """
    tiers.mark(items)
    yield
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        missing = sorted(n for mark in item.iter_markers("needs") for n in mark.args if not is_there(n))
        missing = [name for name in missing if not CI or name in _NOT_TO_BE_INSTALLED]
        (left if missing else kept).append(item)
        config.stash[LEFT_OUT].update(missing[:1])
    items[:] = kept
    if left:
        config.hook.pytest_deselected(items=left)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Remember which packages loading the tests has loaded, beside those that pytest's plugins had."""
    before = session.config.stash[BEFORE]
    session.config.stash[LOADED] = frozenset(name for name in _packages() if name not in before)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object, error: object) -> None:
    """Take over what a worker left out; each leaves out the same."""
    config: pytest.Config = getattr(node, "config")  # noqa: B009 - xdist has no types
    config.stash[LEFT_OUT] = Counter[str](getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over to the process that started this worker."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        left = session.config.stash[LEFT_OUT]
        output["left_out"] = dict(left)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many tests were left out for what is missing."""
    for name, count in sorted(config.stash[LEFT_OUT].items()):
        terminalreporter.write_line(f"left out: {count} tests that need {name}: {why_not(name)}")


@pytest.fixture(scope="session")
def reference_text() -> bytes:
    """The reference thread's readable text."""
    return Path(os.environ["FORGEGEN_REFERENCE"]).read_bytes()


@pytest.fixture
def anyhow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A working directory of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
