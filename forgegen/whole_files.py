"""Files that are there whole or not at all.

Everything is written under a temporary name beside the file, brought to the disk and renamed into place, so that a
process killed at any moment leaves the old state or the new one, and at most a temporary behind.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

_TEMPORARY = re.compile(r"\..+\.\d+-[0-9a-f]{8}\.tmp")


def temporary_name(path: Path) -> Path:
    """A name beside ``path`` that no other process uses."""
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")


def is_temporary(name: str) -> bool:
    """Whether a file or folder of this name is one that an interrupted run left.

    >>> is_temporary(".PLAN.json.77-0123abcd.tmp"), is_temporary("PLAN.json")
    (True, False)
    """
    return _TEMPORARY.fullmatch(name) is not None


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to the disk, where the system can do that."""
    with suppress(OSError):  # Windows cannot open a folder, some network file systems cannot sync one
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Put the file's name into errors that the system gives without one, as for a full disk."""
    try:
        yield
    except OSError as e:
        if e.errno is None or e.filename is not None:
            raise
        raise OSError(e.errno, os.strerror(e.errno), str(path)) from e


def is_written_through(path: Path) -> bool:
    """Whether a path leads to what cannot be replaced: a device, a pipe, a socket, or a process's own open file.

    >>> is_written_through(Path("/no/such/file"))
    False
    """
    try:
        mode = path.stat().st_mode  # of what a link leads to
    except FileNotFoundError:
        return False
    if stat.S_ISREG(mode):
        return os.path.abspath(path).startswith(("/dev/", "/proc/"))
    return not stat.S_ISDIR(mode)


def write_through(path: Path, data: bytes) -> None:
    """Write to a device or a pipe, as it is.

    Raises: OSError, with the name.
    """
    with naming(path), path.open("wb", buffering=0) as file:
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest) or 0 :]


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder with these files in it, whole or not at all.

    Raises: OSError, where it exists too.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = temporary_name(folder)
    try:
        for name, data in files.items():
            (making / name).parent.mkdir(parents=True, exist_ok=True)
            with naming(making / name):
                (making / name).write_bytes(data)
        making.rename(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file; its folder is made where it is missing. The mode of a file that is there stays.

    Raises: OSError, with the file's name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_name(path)
    try:
        with naming(path), temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError):
            temporary.chmod(stat.S_IMODE(path.stat(follow_symlinks=False).st_mode))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)
