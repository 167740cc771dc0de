"""Running a parser of the user where it can do no harm: in a process of its own, with a time and a memory limit.

``PKG:FUNC`` runs in a worker (``forgegen.assess.worker``); ``--cmd`` is a process in any language that stays, reads a
JSON line ``{key, url, content_type, body_b64}`` and writes one ``{key, prediction}``. Whatever becomes of it, the
answer is an ``ParserAnswer``: a prediction or a failure.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Protocol

from forgegen.assess.corpus_reader import CorpusCase
from forgegen.assess.ipc import (
    ANSWER,
    DIED,
    LIMIT,
    READY,
    REFUSED,
    Failure,
    ParserAnswer,
    ParserRequest,
    decode_answer,
    load,
    read_frame,
    request_encoder,
    write_frame,
)
from forgegen.assess.predict import read_prediction
from forgegen.errors import UsageError

START_SECONDS = 60.0  # for importing the parser
_TICK = 0.05  # seconds between looks at the memory of a command


class Parser(Protocol):
    """Something that answers pages until it is closed."""

    name: str

    def run(self, case: CorpusCase) -> ParserAnswer:
        """The answer to a page."""

    def close(self) -> None:
        """End the process."""


def open_parser(
    spec: str | None, cmd: str | None, *, timeout: float = 10.0, memory: int = 2 << 30,
    rename: Mapping[str, str] | None = None,
) -> Parser:  # fmt: skip
    """The parser that is named: ``spec`` is ``PKG:FUNC``, ``cmd`` a command line. ``memory`` is in bytes.

    ``rename`` maps its names of fields to ours.

    Raises: UsageError unless exactly one is given and can be started.
    """
    if (spec is None) == (cmd is None):
        raise UsageError("give one parser: PKG:FUNC, or --cmd with a command")
    if cmd is not None:
        return CommandParser(cmd, timeout=timeout, memory=memory, rename=rename)
    return FunctionParser(str(spec), timeout=timeout, memory=memory, rename=rename)


class _Process:
    """A child process with its output read by a thread into a queue, and the end of its errors kept."""

    def __init__(self, argv: list[str], read: Any) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - the command is the user's own
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        self.items: queue.Queue[Any] = queue.Queue()
        self.errors: deque[bytes] = deque(maxlen=40)
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.threads = [
            threading.Thread(target=self._read, args=(self.process.stdout, read), daemon=True),
            threading.Thread(target=self._read_errors, args=(self.process.stderr,), daemon=True),
        ]
        for thread in self.threads:
            thread.start()

    def _read(self, source: IO[bytes], read: Any) -> None:
        with suppress(OSError, ValueError):
            while (item := read(source)) is not None:
                self.items.put(item)
        self.items.put(None)

    def _read_errors(self, source: IO[bytes]) -> None:
        with suppress(OSError, ValueError):
            while line := source.readline(2000):
                self.errors.append(line)

    @property
    def input(self) -> Any:
        """Its standard input."""
        return self.process.stdin

    def last_words(self) -> str:
        """The end of its standard error."""
        self.threads[1].join(0.2)
        return b"".join(self.errors).decode("utf-8", "replace").strip()[-2000:]

    def kill(self) -> int:
        """End it with all that it started; the exit code."""
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()
        code = self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with suppress(OSError):
                if stream is not None and stream is not self.process.stderr:
                    stream.close()
        for thread in self.threads:
            thread.join(1)
        with suppress(OSError):
            if self.process.stderr is not None:
                self.process.stderr.close()
        return code


def _died(code: int, words: str) -> Failure:
    """The failure of a process that is gone."""
    try:
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    except ValueError:
        how = f"killed by signal {-code}"
    last = words.splitlines()[-1] if words else ""
    message = f"the process {'was ' if code < 0 else ''}{how}" + (f"; it last said {last[:200]!r}" if last else "")
    return Failure("crash", message, how, words)


class FunctionParser:
    """``PKG:FUNC`` in a worker process that is started again when it dies."""

    def __init__(
        self, spec: str, *, timeout: float = 10.0, memory: int = 2 << 30, rename: Mapping[str, str] | None = None
    ) -> None:
        self.name, self.timeout, self.memory, self.rename = spec, timeout, memory, dict(rename or {})
        self.worker: _Process | None = None
        self.pid = 0
        self._start()

    def _start(self) -> None:
        # The worker finds packages where we do, however we were started.
        code = f"import sys; sys.path[:] = {sys.path!r}; from forgegen.assess.worker import main; main(sys.argv[1:])"
        self.worker = _Process(
            [sys.executable, "-c", code, self.name, str(self.memory), json.dumps(self.rename)], read_frame
        )
        self._wait_ready(START_SECONDS)

    def _wait_ready(self, seconds: float) -> None:
        assert self.worker is not None
        try:
            frame = self.worker.items.get(timeout=seconds)
        except queue.Empty:
            self.close()
            raise UsageError(f"{self.name!r} was not imported within {seconds:.0f} seconds") from None
        if frame is not None and frame[0] == READY:
            self.pid = int(load(frame[1])["pid"])
            return
        words = self.worker.last_words()
        self.close()
        if frame is not None and frame[0] == REFUSED:
            raise UsageError(frame[1].decode("utf-8", "replace"))
        raise UsageError(f"{self.name!r} cannot be started; the process said: {words[-500:] or 'nothing'}")

    def run(self, case: CorpusCase) -> ParserAnswer:
        """The answer to a page, or why there is none."""
        if self.worker is None:
            self._start()
        assert self.worker is not None
        data = request_encoder.encode(ParserRequest(case.key, case.url, case.headers, case.body, case.html))
        deadline = time.monotonic() + self.timeout
        try:
            write_frame(self.worker.input, b"q", data)
            frame = self.worker.items.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            return ParserAnswer(failure=self._stop())
        except OSError:
            frame = None
        if frame is None:
            return ParserAnswer(failure=self._lost())
        if frame[0] == DIED:
            failure = _died(int(load(frame[1])["code"]), self.worker.last_words())
            self._again()
            return ParserAnswer(failure=failure)
        assert frame[0] == ANSWER
        return decode_answer(frame[1])

    def _stop(self) -> Failure:
        """End a child that takes too long; the next one is there within milliseconds."""
        assert self.worker is not None
        failure = Failure("timeout", f"no answer within {self.timeout:g} seconds", "timeout")
        with suppress(OSError):
            os.kill(self.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        with suppress(queue.Empty):
            # An answer that came at the last moment is followed by the child's death all the same.
            while (frame := self.worker.items.get(timeout=5)) is not None and frame[0] != DIED:
                pass
            if frame is not None:
                self._again()
                return failure
        self.close()
        return failure

    def _again(self) -> None:
        """Wait for the next child; start the worker anew if there is none."""
        try:
            self._wait_ready(5)
        except UsageError:
            self.close()

    def _lost(self) -> Failure:
        """The worker itself is gone."""
        assert self.worker is not None
        words = self.worker.last_words()
        code = self.worker.kill()
        self.worker = None
        return _died(code, words)

    def close(self) -> None:
        """End the worker."""
        if self.worker is not None:
            self.worker.kill()
            self.worker = None


def _read_line(source: IO[bytes]) -> bytes | None:
    """A line; b"" for one that never ends, None at the end of input."""
    line = source.readline(LIMIT)
    if not line:
        return None
    return line if line.endswith(b"\n") else b"" if len(line) >= LIMIT else line


class CommandParser:
    """A command of any language that answers lines; started again when it dies or loses step."""

    def __init__(
        self, cmd: str, *, timeout: float = 10.0, memory: int = 2 << 30, rename: Mapping[str, str] | None = None
    ) -> None:
        self.name, self.timeout, self.memory, self.rename = cmd, timeout, memory, dict(rename or {})
        self.argv = shlex.split(cmd)
        if not self.argv:
            raise UsageError("--cmd is empty; right would be a command, as in 'node parser.js'")
        self.process: _Process | None = None
        self.count = 0
        self._start()

    def _start(self) -> None:
        try:
            self.process = _Process(self.argv, _read_line)
        except OSError as e:
            raise UsageError(f"--cmd {self.name!r} cannot be started: {e.strerror or e}") from None

    def run(self, case: CorpusCase) -> ParserAnswer:
        """The answer to a page, or why there is none."""
        if self.process is None:
            self._start()
        assert self.process is not None
        self.count += 1
        content_type = next((v for k, v in case.headers.items() if k.lower() == "content-type"), "text/html")
        row = {"key": case.key, "url": case.url, "content_type": content_type,
               "body_b64": base64.b64encode(case.body).decode()}  # fmt: skip
        line = json.dumps(row).encode() + b"\n"
        answer = self._exchange(line, case.key)
        if answer.failure is not None and answer.failure.kind != "exception":
            self.close()  # after anything but an answer nobody knows in which line it is
        return answer

    def _exchange(self, line: bytes, key: str) -> ParserAnswer:
        assert self.process is not None
        # A pipe holds little: a command that does not read would block us, so the line is written beside.
        writer = threading.Thread(target=_feed, args=(self.process.input, line), daemon=True)
        writer.start()
        deadline = time.monotonic() + self.timeout
        while True:
            try:
                found = self.process.items.get(timeout=max(0.0, min(_TICK, deadline - time.monotonic())))
                break
            except queue.Empty:
                if (used := memory_of(self.process.process.pid)) > self.memory:
                    message = f"{used >> 20:,} MiB in use; allowed are {self.memory >> 20:,}"
                    return ParserAnswer(failure=Failure("memory", message, "memory"))
                if time.monotonic() >= deadline:
                    return ParserAnswer(
                        failure=Failure("timeout", f"no answer within {self.timeout:g} seconds", "timeout")
                    )
        if found is None:
            words = self.process.last_words()
            code = _exit_code(self.process)
            return ParserAnswer(failure=_died(code, words))
        return read_answer(found, key, self.rename)

    def close(self) -> None:
        """End the command."""
        if self.process is not None:
            self.process.kill()
            self.process = None


def _exit_code(process: _Process) -> int:
    try:
        return process.process.wait(1)
    except subprocess.TimeoutExpired:  # it closed its output and lives on
        return process.kill()


def _feed(out: Any, line: bytes) -> None:
    with suppress(OSError, ValueError):
        out.write(line)
        out.flush()


def read_answer(line: bytes, key: str, rename: Mapping[str, str] | None = None) -> ParserAnswer:
    """An answer from the line of a command: ``{key, prediction}``, or ``{key, error}`` for a failure of its own."""
    if line == b"":
        return ParserAnswer(failure=Failure("output", f"a line of more than {LIMIT >> 20} MiB", "output"))
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return ParserAnswer(failure=Failure("rubbish", f"not JSON: {line[:80]!r}", "rubbish: not JSON"))
    if not isinstance(row, dict) or str(row.get("key")) != key:
        wrong = row.get("key") if isinstance(row, dict) else row
        return ParserAnswer(
            failure=Failure("rubbish", f"an answer to {str(wrong)[:80]!r}, asked was {key!r}", "rubbish: key")
        )
    if row.get("error") is not None:
        message = " ".join(str(row["error"]).split())[:300]
        return ParserAnswer(failure=Failure("exception", message, message[:60], str(row["error"])[:4000]))
    if "prediction" not in row:
        return ParserAnswer(failure=Failure("rubbish", "an answer without prediction", "rubbish: no prediction"))
    try:
        return ParserAnswer(prediction=read_prediction(row["prediction"], rename))
    except UsageError as e:
        return ParserAnswer(failure=Failure("rubbish", str(e), "rubbish: prediction"))


def memory_of(pid: int) -> int:
    """Resident bytes of a process and its children; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(memory_of(int(child)) for child in below)
