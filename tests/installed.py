"""Programs of others, each installed once a run into an environment of its own, for all workers together."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest


def installed(factory: pytest.TempPathFactory, name: str, *packages: str) -> Path:
    """The folder with the programs of an environment that holds these packages."""
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    home, done = folder / name, folder / f"{name}.done"
    try:
        home.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + 600
        while not done.exists():
            assert time.monotonic() < deadline, f"the other worker did not finish installing {name}"
            time.sleep(0.5)
    else:
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        subprocess.run([str(home / "bin" / "python"), "-m", "pip", "install", "-q", *packages], check=True)
        done.touch()
    return home / "bin"
