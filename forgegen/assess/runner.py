"""Running a parser of the user where it can do no harm: in a process of its own, with a time and a memory limit.

``PKG:FUNC`` runs in a worker (``forgegen.assess.worker``); ``--cmd`` is a process in any language that stays, reads a
JSON line ``{key, url, content_type, body_b64}`` and writes one ``{key, prediction}``. Whatever becomes of it, the
answer is an ``ParserAnswer``: a prediction or a failure.
"""

from __future__ import annotations

import base64
import json
import shlex
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Protocol

from forgegen.assess.corpus_reader import CorpusCase
from forgegen.assess.ipc import (
    DIED,
    LIMIT,
    READY,
    REFUSED,
    Failure,
    ParserAnswer,
    ParserRequest,
    answer_to,
    framed,
    load,
    read_frame,
    request_encoder,
)
from forgegen.assess.predict import read_prediction
from forgegen.assess.supervisor import Child, memory_of
from forgegen.errors import UsageError

START_SECONDS = 60.0  # for importing the parser
REFUSALS = 3  # failed new starts in a row, after which there is no other


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


def _died(code: int | None, words: str) -> Failure:
    """The failure of a process that is gone."""
    if code is None:
        return Failure("crash", "the process closed its output, and the system cannot end it", "unended", words)
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
        self.worker: Child | None = None
        self.pid = 0
        self.count = 0
        self.most = memory  # what its process may hold, with what it held before the first page
        self.refusals = 0  # starts in a row that failed, after the first that did not
        self._start()

    def _start(self) -> None:
        # The worker finds packages where we do, however we were started.
        code = f"import sys; sys.path[:] = {sys.path!r}; from forgegen.assess.worker import main; main(sys.argv[1:])"
        self.worker = Child(
            [sys.executable, "-c", code, self.name, str(self.memory), json.dumps(self.rename)], read_frame
        )
        self._wait_ready(START_SECONDS)

    def _wait_ready(self, seconds: float) -> None:
        assert self.worker is not None
        frame = self.worker.receive(seconds)
        if isinstance(frame, Failure):
            self.close()
            raise UsageError(f"{self.name!r} was not imported within {seconds:.0f} seconds")
        if frame is not None and frame[0] == READY:
            self.pid = _number(frame[1], "pid")
            self.most = self.memory + memory_of(self.pid)
            return
        words = self.worker.last_words()
        self.close()
        if frame is not None and frame[0] == REFUSED:
            raise UsageError(frame[1].decode("utf-8", "replace"))
        raise UsageError(f"{self.name!r} cannot be started; the process said: {words[-500:] or 'nothing'}")

    def run(self, case: CorpusCase) -> ParserAnswer:
        """The answer to a page, or why there is none."""
        if self.worker is None and (failure := self._restart()) is not None:
            return ParserAnswer(failure=failure)
        assert self.worker is not None
        self.count += 1
        request = ParserRequest(self.count, case.key, case.url, case.headers, case.body, case.html)
        self.worker.send(framed(b"q", request_encoder.encode(request)))
        frame = self.worker.receive(self.timeout, self.most, self.pid)
        if isinstance(frame, Failure):
            self._stop()
            return ParserAnswer(failure=frame)
        if frame is None:
            return ParserAnswer(failure=self._lost())
        if frame[0] == DIED:
            failure = _died(_number(frame[1], "code"), self.worker.last_words())
            self._again()
            return ParserAnswer(failure=failure)
        try:
            return answer_to(self.count, frame[1])
        except (ValueError, RecursionError):  # a stranger's code got hold of the worker's pipe, or answers too deep
            self.close()
            failure = Failure("rubbish", "the parser's process wrote no answer", "rubbish: no answer")
            return ParserAnswer(failure=failure)

    def _restart(self) -> Failure | None:
        """Start the worker anew; why that failed. What could be started once and cannot be again ends no run."""
        if self.refusals < REFUSALS:
            try:
                self._start()
            except UsageError as e:
                self.refusals += 1
                return Failure("crash", f"the parser cannot be started again: {e}"[:300], "no new start")
            self.refusals = 0
            return None
        message = f"the parser could not be started again, {REFUSALS} times; it was not tried for this page"
        return Failure("crash", message, "no new start")

    def _stop(self) -> None:
        """End a child that takes too long or too much; the next one is there within milliseconds."""
        assert self.worker is not None
        self.worker.kill_below(self.pid)
        # An answer that came at the last moment is followed by the child's death all the same.
        for _ in range(3):
            frame = self.worker.receive(1)
            if frame is None or isinstance(frame, Failure):
                break
            if frame[0] == DIED:
                self._again()
                return
        self.close()

    def _again(self) -> None:
        """Wait for the next child; start the worker anew if there is none."""
        with suppress(UsageError):
            self._wait_ready(5)

    def _lost(self) -> Failure:
        """The worker itself is gone."""
        assert self.worker is not None
        words = self.worker.last_words()
        code = self.worker.end()
        self.worker = None
        return _died(code, words)

    def close(self) -> None:
        """End the worker."""
        if self.worker is not None:
            self.worker.end()
            self.worker = None


def _number(content: bytes, name: str) -> int:
    """A number of a frame; 0 where a stranger's code wrote it."""
    with suppress(ValueError, TypeError, KeyError):
        return int(load(content)[name])
    return 0


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
        self.process: Child | None = None
        self.count = 0
        self._start()

    def _start(self) -> None:
        try:
            self.process = Child(self.argv, _read_line)
        except OSError as e:
            raise UsageError(f"--cmd {self.name!r} cannot be started: {e.strerror or e}") from None

    def run(self, case: CorpusCase) -> ParserAnswer:
        """The answer to a page, or why there is none."""
        if self.process is None:
            try:
                self._start()
            except UsageError as e:  # what could be started once and cannot be again ends no run
                return ParserAnswer(failure=Failure("crash", str(e)[:300], "no new start"))
        assert self.process is not None
        content_type = next((v for k, v in case.headers.items() if k.lower() == "content-type"), "text/html")
        row = {"key": case.key, "url": case.url, "content_type": content_type,
               "body_b64": base64.b64encode(case.body).decode()}  # fmt: skip
        self.process.send(json.dumps(row).encode() + b"\n")
        answer = self._answer(case.key)
        if answer.failure is not None and answer.failure.kind != "exception":
            self.close()  # after anything but an answer nobody knows in which line it is
        return answer

    def _answer(self, key: str) -> ParserAnswer:
        assert self.process is not None
        line = self.process.receive(self.timeout, self.memory)
        if isinstance(line, Failure):
            return ParserAnswer(failure=line)
        if line is None:
            words = self.process.last_words()
            return ParserAnswer(failure=_died(self.process.exit_code(), words))
        return read_answer(line, key, self.rename)

    def close(self) -> None:
        """End the command."""
        if self.process is not None:
            self.process.end()
            self.process = None


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
    except (RecursionError, ValueError) as e:
        return ParserAnswer(failure=Failure("rubbish", f"an answer that cannot be read: {e}", "rubbish: prediction"))
