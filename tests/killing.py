"""Commands that a test kills, workers and drivers, at seeded moments; and what is left of them afterwards."""

from __future__ import annotations

import hashlib
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

import psutil

from forgegen.whole_files import is_temporary

TAG = "FORGEGEN_TEST_RUN"
KEEP = {"SPT_NOENV": "1"}  # setproctitle, where something brings it, writes over the environment that psutil reads
PATIENCE = 300.0  # a busy machine is slow; only a hang takes longer


class Run:
    """A command of the test, running by itself; all its descendants carry its tag in their environment."""

    def __init__(self, command: list[str], log: Path, **env: str) -> None:
        self.tag, self.log = secrets.token_hex(8), log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                command,
                env={**os.environ, **env, **KEEP, TAG: self.tag},
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def family(self) -> list[psutil.Process]:
        """Every living process of this run."""
        return [p for p in psutil.process_iter() if self._is_ours(p)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(TAG) == self.tag and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    def workers(self) -> list[psutil.Process]:
        """The processes of its pool: children of the forkserver."""
        found = []
        for process in self.family():
            try:
                parent = process.parent()
                if parent is not None and parent.pid != self.process.pid and parent.environ().get(TAG) == self.tag:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def kill(self) -> None:
        """Kill the driver, as ``kill -9`` does."""
        self.process.kill()
        self.process.wait()

    def interrupt(self) -> None:
        """What Ctrl-C does: an interrupt for the driver and all its children."""
        os.killpg(self.process.pid, signal.SIGINT)

    def finish(self) -> int:
        """Wait for the end: the exit code."""
        return self.process.wait(PATIENCE)

    def left_over(self, seconds: float = 10.0) -> list[str]:
        """The processes still there when that time has passed; none, as soon as there is none."""
        end = time.monotonic() + seconds
        while (family := self.family()) and time.monotonic() < end:
            time.sleep(0.05)
        return [f"{p.pid} {p.name()}" for p in family]

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.family():
            process.kill()
        self.process.wait()


def until(condition: Callable[[], bool], run: Run) -> bool:
    """Wait for the condition while the run lives: whether it came true."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if run.process.poll() is not None:
            return False
        assert time.monotonic() < end, run.log.read_text()
        time.sleep(0.005)
    return True


def moments(run: Run, out: Path, chance: Random, *, apart: int) -> Iterator[None]:
    """Seeded moments of the run, with ``apart`` or more shards finished between one and the next."""
    goal = shards_done(out) + apart
    while until(partial(_reached, out, goal), run):
        time.sleep(chance.random() * 0.15)
        yield
        goal = shards_done(out) + apart


def _reached(out: Path, goal: int) -> bool:
    return shards_done(out) >= goal


def shards_done(out: Path) -> int:
    """Shards of a corpus that have a marker."""
    return sum(1 for _ in out.glob("_done/*/*.json"))


def files(out: Path) -> dict[str, str]:
    """Digest of every file of a corpus; the temporaries of interrupted work are not files of it."""
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and not is_temporary(path.name)
    }


def command_of(process: psutil.Process) -> str:
    """The command line of a process; nothing for one that has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
