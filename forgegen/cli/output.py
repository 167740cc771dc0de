"""The one place where commands write: files, standard output, and what they say to people.

- A regular file is there whole or not at all; its mode stays. A symbolic link is written through; so are a device, a
  pipe and what stands below ``/dev`` and ``/proc``, as they are.
- Bytes are raw UTF-8 with LF. Control characters go to files and pipes as they are, to a terminal as escapes: what a
  page says must not move the cursor of who looks at it.
- A closed or full standard output is one line and exit code 2; a closed or full standard error ends nothing.
"""

from __future__ import annotations

import errno
import io
import os
import re
import sys
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any, TextIO, cast

from forgegen.errors import UsageError
from forgegen.whole_files import is_written_through, naming, write_through, write_whole

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def escaped(text: str) -> str:
    """The text with its control characters as JSON's escapes, but for tab and line feed.

    >>> escaped("a" + chr(27) + "[2J" + chr(10))
    'a\\\\u001b[2J\\n'
    """
    return _CONTROL.sub(lambda m: f"\\u{ord(m[0]):04x}", text)


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print text for people, on standard output or standard error.

    Raises: OSError, with the name of standard output, where that is closed or full.
    """
    stream = sys.stderr if err else sys.stdout
    if err:
        with suppress(OSError, ValueError, AttributeError):  # full or closed
            _put(stream, text + "\n" * nl)
        return
    with naming_output():
        _put(stream, text + "\n" * nl)


class ClosedOutput(io.TextIOBase):
    """What stands for a standard output that is closed: nothing can be written to it."""

    def write(self, text: str) -> int:
        """Raises: OSError."""
        raise OSError(errno.EBADF, "it is closed", "standard output")


def _put(stream: TextIO, text: str) -> None:
    stream.write(escaped(text) if stream.isatty() else text)
    stream.flush()


class naming_output(AbstractContextManager[None]):  # noqa: N801 - used as a function is
    """Put the name of standard output into errors that the system gives without one."""

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        """Raise the error again with a name, but where it is that of a reader who has gone."""
        if isinstance(error, OSError) and error.errno != errno.EPIPE and error.filename is None:
            raise OSError(error.errno, error.strerror, "standard output") from error


def on_terminal(stream: TextIO | None) -> bool:
    """Whether somebody looks at a stream; nobody does at a closed one."""
    return stream is not None and stream.isatty()


def say_on(stream: TextIO | None, text: str) -> None:
    """A line of progress on this stream; it never ends the run."""
    with suppress(OSError, ValueError, AttributeError):  # full or closed
        _put(cast("TextIO", stream), f"{text}\n")


def write_file(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all; what is no regular file is written through.

    Raises: UsageError where the folder does not exist; OSError.
    """
    if is_written_through(path):
        write_through(path, data)
        return
    if path.is_symlink():
        path = path.resolve()
    folder = path.parent
    if not folder.is_dir():
        raise UsageError(f"folder {str(folder)!r} does not exist; make it first")
    if path.is_dir():
        raise UsageError(f"{str(path)!r} is a folder; right would be the name of a file")
    write_whole(path, data)


def write_new(path: Path, data: bytes) -> None:
    """Write a file of a folder that is put in its place later, whole."""
    path.parent.mkdir(exist_ok=True)
    with naming(path):
        path.write_bytes(data)


def write_files(files: dict[Path, bytes]) -> None:
    """Write several files; where one fails, those written before it are taken back if they are new."""
    written: list[Path] = []
    try:
        for path, data in files.items():
            fresh = not path.exists()
            write_file(path, data)
            if fresh:
                written.append(path)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def make_folder(path: Path) -> None:
    """Make the folder for what a long run will write, before it begins.

    Raises: UsageError where there is a file; OSError.
    """
    if path.exists() and not path.is_dir():
        raise UsageError(f"{str(path)!r} is a file; right would be a folder")
    path.mkdir(exist_ok=True)


def is_stream(path: Path | None) -> bool:
    """Whether this is standard output (None) or another place that holds one thing only, as a pipe."""
    return path is None or is_written_through(path)


def emit(data: bytes, path: Path | None, *, newline: bool = False) -> None:
    """Write to the file, or to standard output without one; ``newline`` ends what a terminal shows.

    Raises: OSError, with the name of what is closed or full.
    """
    if path is not None:
        write_file(path, data)
        return
    with naming_output():
        if isinstance(sys.stdout, ClosedOutput):
            sys.stdout.write("")
        if sys.stdout.isatty():
            _put(sys.stdout, data.decode("utf-8", "backslashreplace") + "\n" * newline)
            return
        sys.stdout.buffer.write(data)
        sys.stdout.flush()


def abandon_output() -> None:
    """Let nothing be written any more: what standard output did not take must not fail again while Python ends."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def read_input(name: str) -> bytes:
    """A file's bytes, or standard input's for ``-``. A pipe or a device is read as it comes.

    Raises: UsageError where there is no such file.
    """
    if name == "-":
        if sys.stdin is None:
            raise UsageError("standard input is closed")
        return sys.stdin.buffer.read()
    path = Path(name)
    if not path.exists() or path.is_dir():
        raise UsageError(f"{name!r} is not a file")
    return path.read_bytes()
