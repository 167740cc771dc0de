"""A child process that runs a stranger's code, so held that it can neither hang nor end this process.

Its pipes are served by threads that look up ten times a second whether the child was given up, because a pipe ends only
when the last process that holds it does, and a parser may leave such a process behind. Whatever the child started is
found by its ancestry and by a mark in its environment, which outlives a session and a parent, and is killed with it.

Not a ready-made process pool: those read the child's answers as pickles, which run code here, and know neither a
parser in another language nor what it leaves behind. ``psutil`` knows processes and memory on every system.
"""

from __future__ import annotations

import io
import os
import queue
import secrets
import select
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

import psutil

from forgegen.assess.ipc import Failure

MARK = "FORGEGEN_PARSER"  # the variable whose value all processes of one child have in common
TICK = 0.05  # seconds between looks at the memory
GRACE = 5.0  # seconds that the system may take to end a killed process
_LOOK = 0.1  # seconds between looks whether a child was given up
_SWEEPS = 20  # looks for what was started meanwhile, by a parser that goes on forking


class Child:
    """A process with its output read into a queue, its input written from one, and the end of its errors kept.

    ``read`` takes the next item off its output, and gives None at the end.
    """

    def __init__(self, argv: list[str], read: Callable[[Any], Any]) -> None:
        self.mark = secrets.token_hex(8)
        self.process = subprocess.Popen(  # noqa: S603 - the command is the user's own
            argv, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True, env={**os.environ, MARK: self.mark, "SPT_NOENV": "1"},
        )  # fmt: skip
        self._given_up = threading.Event()
        self._items: queue.Queue[Any] = queue.Queue(maxsize=2)  # one that floods waits, and its answers take no memory
        self._requests: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._errors: deque[bytes] = deque(maxlen=40)
        p = self.process
        self._threads = [
            threading.Thread(target=self._read_errors, args=(p.stderr,), daemon=True),
            threading.Thread(target=self._read, args=(p.stdout, read), daemon=True),
            threading.Thread(target=self._write, args=(p.stdin,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def send(self, data: bytes) -> None:
        """Give it these bytes; whether it reads them is not waited for."""
        self._requests.put(data)

    def receive(self, seconds: float, memory: int | None = None, pid: int = 0) -> Any:
        """The next item that it writes; None at the end of its output.

        ``memory`` is what the process ``pid``, by default the child, and all below it may take meanwhile.

        Returns a Failure where that is too much, or nothing came in time.
        """
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            try:
                return self._items.get(timeout=max(0.0, min(TICK, left)))
            except queue.Empty:
                if memory is not None and (used := memory_of(pid or self.process.pid)) > memory:
                    message = f"{used >> 20:,} MiB in use; allowed are {memory >> 20:,}"
                    return Failure("memory", message, "memory")
                if left <= 0:
                    return Failure("timeout", f"no answer within {seconds:g} seconds", "timeout")

    def last_words(self) -> str:
        """The end of its standard error."""
        self._threads[0].join(0.2)
        return b"".join(self._errors).decode("utf-8", "replace").strip()[-2000:]

    def end(self) -> int | None:
        """End it with all that it started: the exit code; None where the system does not end it in time."""
        self._given_up.set()
        self._requests.put(None)
        below = _below(self.process.pid)
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()
        _kill(below)
        kill_marked(self.mark)
        for thread in self._threads:
            thread.join(1)
        try:
            return self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            return None

    def kill_below(self, pid: int) -> None:
        """Kill one process of those that it started, and what that one started."""
        if any(p.pid == pid for p in _below(self.process.pid)):
            _kill([*_below(pid), *(p for p in _below(self.process.pid) if p.pid == pid)])

    def exit_code(self) -> int | None:
        """The exit code of one whose output has ended; one that lives on is ended."""
        try:
            return self.process.wait(1)
        except subprocess.TimeoutExpired:
            return self.end()

    def _read(self, pipe: IO[bytes], read: Callable[[Any], Any]) -> None:
        source = io.BufferedReader(_Pipe(pipe, self._given_up), 1 << 16)
        item: Any = b""
        while item is not None:
            try:
                item = read(source)
            except (OSError, ValueError, MemoryError):
                item = None
            self._hand_on(item)
        pipe.close()

    def _hand_on(self, item: Any) -> None:
        while not self._given_up.is_set():
            with suppress(queue.Full):
                self._items.put(item, timeout=_LOOK)
                return

    def _read_errors(self, pipe: IO[bytes]) -> None:
        source = io.BufferedReader(_Pipe(pipe, self._given_up))
        with suppress(OSError, ValueError):
            while line := source.readline(2000):
                self._errors.append(line)
        pipe.close()

    def _write(self, pipe: IO[bytes]) -> None:
        with suppress(OSError, ValueError):
            if hasattr(os, "set_blocking") and hasattr(select, "poll"):
                os.set_blocking(pipe.fileno(), False)
            while (data := self._requests.get()) is not None:
                rest = memoryview(data)
                while rest and not self._given_up.is_set():
                    if _ready(pipe, select.POLLOUT if hasattr(select, "poll") else 0):
                        rest = rest[os.write(pipe.fileno(), rest[:65536]) :]
        with suppress(OSError):
            pipe.close()


class _Pipe(io.RawIOBase):
    """A pipe that ends when its child is given up."""

    def __init__(self, pipe: IO[bytes], given_up: threading.Event) -> None:
        self._pipe, self._given_up = pipe, given_up

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The number of bytes read; 0 at the end."""
        while not self._given_up.is_set():
            if _ready(self._pipe, select.POLLIN if hasattr(select, "poll") else 0):
                data = os.read(self._pipe.fileno(), len(buffer))
                buffer[: len(data)] = data
                return len(data)
        return 0


def _ready(pipe: IO[bytes], event: int) -> bool:
    """Whether the pipe can be used now; on Windows it has to be tried, and waits until the child was killed."""
    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    poll.register(pipe.fileno(), event)
    return bool(poll.poll(_LOOK * 1000))


def memory_of(pid: int) -> int:
    """Resident bytes of a process and all below it; 0 where there is none."""
    total = 0
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                total += one.memory_info().rss
    return total


def kill_marked(mark: str) -> None:
    """Kill every process with this mark but for this process."""
    for _ in range(_SWEEPS if mark else 0):
        found = [p for p in psutil.process_iter() if p.pid != os.getpid() and _has(p, mark)]
        if not found:
            return
        _kill(found)
        psutil.wait_procs(found, timeout=_LOOK)


def _has(process: psutil.Process, mark: str) -> bool:
    try:
        return process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, OSError, ValueError):  # another user's, or gone
        return False


def _below(pid: int) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return psutil.Process(pid).children(recursive=True)
    return []


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.Error):
            process.kill()
