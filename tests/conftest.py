"""Shared fixtures, the ``needs`` mark, and the strategies that several test files draw from."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT.parent / "shared" / "reference" / "thread.txt"

settings.register_profile("forgegen", deadline=None, print_blob=True)
# The check of a commit says the same each time it is run; a developer's runs look at other examples each time.
settings.register_profile("forgegen-ci", settings.get_profile("forgegen"), derandomize=True)
settings.load_profile("forgegen-ci" if os.environ.get("FORGEGEN_CI") == "1" else "forgegen")

_HAVE: dict[str, Callable[[], bool]] = {
    "forum-dl": lambda: bool(os.environ.get("FORGEGEN_FORUM_DL")),  # a forum-dl 0.3.0 in an environment of its own
    "chromium": lambda: shutil.which("chromium") is not None,
    "java": lambda: shutil.which("java") is not None,
    "playwright-core": lambda: bool(os.environ.get("FORGEGEN_NODE_MODULES")),  # a node_modules that holds it
    "node": lambda: shutil.which("node") is not None,
    "reference": REFERENCE.is_file,
}


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark."""
    config.addinivalue_line("markers", "needs(*names): left out where one is missing, a failure under FORGEGEN_CI=1")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests whose needs are missing, with their number; under CI they fail instead, by running."""
    if os.environ.get("FORGEGEN_CI") == "1":
        return
    missing = [i for i in items if any(not _HAVE[name]() for mark in i.iter_markers("needs") for name in mark.args)]
    if missing:
        config.hook.pytest_deselected(items=missing)
        items[:] = [i for i in items if i not in missing]


@pytest.fixture(scope="session")
def reference_text() -> bytes:
    """The reference thread's readable text."""
    return REFERENCE.read_bytes()


@pytest.fixture
def anyhow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A working directory of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
