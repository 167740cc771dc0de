"""A wall limit for templates of strangers: they run in a child process, which is ended when a page takes too long.

Commands and the site switch it on; without it the bounds of ``budget`` hold alone. The child reads pickles, which only
this process writes to it, and answers with text, so that nothing a template does there reaches this process.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import IO, Any

from forgegen.errors import SkinError
from forgegen.skins.trust import trusted, trusting

WALL = 10.0
"""Seconds that a page may take."""

MEMORY = 2 << 30
"""Bytes of memory that the child may take, where the system can bound them."""

_LARGEST = 1 << 30  # bytes of a page
_HEAD = 9  # bytes before an answer: how it ended, and its length
_limit: float | None = None
_lock = threading.Lock()


def on() -> bool:
    """Whether foreign templates run in a child."""
    return _limit is not None


@contextmanager
def wall(seconds: float = WALL) -> Iterator[None]:
    """Let foreign templates run in a child, each page for at most so many seconds."""
    global _limit
    before, _limit = _limit, seconds
    try:
        yield
    finally:
        _limit = before
        if before is None:
            with _lock:
                _child.end()


@contextmanager
def bounded(folders: Iterable[str], *, trust: bool = False) -> Iterator[None]:
    """Render skins of these folders trusted, or within bounds and a wall limit; without any there is nothing to do."""
    own = tuple(folders)
    with trusting(own) if trust else nullcontext() if trusted(own) else wall():
        yield


def render(folders: tuple[str, ...], name: str, variables: dict[str, Any]) -> str:
    """A page rendered by the child. One after the other: a page waits for those before it.

    Raises: SkinError with what the child says of the template, or that it took too long.
    """
    assert _limit is not None
    request = pickle.dumps((folders, name, variables), protocol=5)
    with _lock:
        good, text = _child.ask(request, name, _limit)
    if not good:
        raise SkinError(text)
    return text


class _Child:
    """The process, started when it is needed and again after it was ended."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.owner = 0  # a forked worker must not talk to its parent's child

    def ask(self, request: bytes, name: str, seconds: float) -> tuple[bool, str]:
        process = self.running()
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            process.stdin.write(len(request).to_bytes(8, "little") + request)
            process.stdin.flush()
            head = _exactly(process.stdout, _HEAD)
            size = int.from_bytes(head[1:], "little")
            if head[:1] not in (b"y", b"n") or size > _LARGEST:
                raise EOFError
            return head[:1] == b"y", _exactly(process.stdout, size).decode("utf-8", "surrogatepass")
        except (EOFError, OSError, ValueError):
            self.end()
            why = f"took more than {seconds:g} seconds" if late.is_set() else "ended the process that rendered it"
            return False, f"{name}: the template {why}; right would be one that renders a page in a second"
        except BaseException:
            self.end()
            raise
        finally:
            timer.cancel()

    def running(self) -> subprocess.Popen[bytes]:
        if self.process is not None and self.owner != os.getpid():
            self.process = None
        if self.process is None or self.process.poll() is not None:
            self.end()
            code = "from forgegen.rendering.template_child import main; main()"
            self.process = subprocess.Popen(  # noqa: S603 - this interpreter, these words
                [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(p or os.getcwd() for p in sys.path)},
            )  # fmt: skip
            self.owner = os.getpid()
            assert self.process.stdout is not None
            with suppress(EOFError):
                _exactly(self.process.stdout, 1)  # it has started: the time for the page begins now
        return self.process

    def end(self) -> None:
        process, self.process = self.process, None
        if process is None or self.owner != os.getpid():
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        process.wait()


def _exactly(stream: IO[bytes], size: int) -> bytes:
    found = stream.read(size)
    if len(found) < size:
        raise EOFError
    return found


_child = _Child()
atexit.register(_child.end)
