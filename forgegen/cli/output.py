"""Writing results: whole or not at all, raw UTF-8, LF."""

from __future__ import annotations

import sys
from pathlib import Path

from forgegen.errors import UsageError
from forgegen.whole_files import write_whole


def write_file(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises: UsageError where the folder does not exist; OSError.
    """
    folder = path.parent
    if not folder.is_dir():
        raise UsageError(f"folder {str(folder)!r} does not exist; make it first")
    if path.is_dir():
        raise UsageError(f"{str(path)!r} is a folder; right would be the name of a file")
    write_whole(path, data)


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


def emit(data: bytes, path: Path | None, *, newline: bool = False) -> None:
    """Write to the file, or to standard output without one; ``newline`` ends what a terminal shows."""
    if path is not None:
        write_file(path, data)
        return
    out = sys.stdout.buffer
    out.write(data)
    if newline and sys.stdout.isatty():
        out.write(b"\n")
    out.flush()


def read_input(name: str) -> bytes:
    """A file's bytes, or standard input's for ``-``.

    Raises: UsageError where there is no such file.
    """
    if name == "-":
        return sys.stdin.buffer.read()
    path = Path(name)
    if not path.is_file():
        raise UsageError(f"{name!r} is not a file")
    return path.read_bytes()
