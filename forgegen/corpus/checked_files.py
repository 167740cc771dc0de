"""What lies beside the data of a corpus is read here, and only here: manifest, plan and markers are strangers' words.

A file is read where it is a regular file below the corpus, reached without a symbolic link, and not beyond all
measure; what it says is checked before anybody acts on it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TypeVar

import msgspec

from forgegen.errors import ReadError

T = TypeVar("T")

LARGEST = 16 << 20
"""Bytes of a plan, of a marker and of a line of the manifest."""


def decode(data: bytes, kind: type[T], what: str, line: int = 1) -> T:
    """JSON as what it should be.

    Raises: ReadError that names what it is and the line.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError, OverflowError) as e:
        raise ReadError(line, f"{what}: {_plain(str(e))}") from None


def read_own(out: Path, path: str) -> bytes:
    """The bytes of a small file below a corpus.

    Raises: FileNotFoundError; ReadError with what keeps it from being read.
    """
    file = below(out, path)
    try:
        status = os.lstat(file)
    except NotADirectoryError:
        raise FileNotFoundError(path) from None
    if not stat.S_ISREG(status.st_mode):
        raise ReadError(1, f"{path} is {kind_of(status)}; right would be a file")
    if status.st_size > LARGEST:
        raise ReadError(1, f"{path} has {status.st_size:,} bytes; right would be {LARGEST:,} or fewer")
    return file.read_bytes()


def below(out: Path, path: str) -> Path:
    """A path below a corpus as one of this system.

    Raises: ReadError where it would lead outside, by its steps or by a symbolic link.
    """
    parts = PurePosixPath(path).parts
    if not parts or "\0" in path or "\\" in path or any(part in ("/", "..") or ":" in part for part in parts):
        raise ReadError(1, f"{path[:80]!r} leads out of the corpus")
    found = out
    for part in parts:
        found /= part
        if found.is_symlink():
            raise ReadError(1, f"{printable(found.relative_to(out))} is a symbolic link; a corpus has none")
    return found


def check_regular(path: Path) -> None:
    """Nothing, where a path is a file, or a folder of files and of such folders. Raises: ReadError; OSError."""
    status = os.lstat(path)
    if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
        raise ReadError(1, f"{printable(path.name)} is {kind_of(status)}; right would be a file")
    folders = [path] if stat.S_ISDIR(status.st_mode) else []
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                elif not entry.is_file(follow_symlinks=False):
                    raise ReadError(1, f"{printable(entry.name)} is no regular file")


def refuse_links(out: Path) -> None:
    """Nothing, where no folder of a corpus is a symbolic link: what is written below stays there.

    Raises: ReadError with the link's name.
    """
    for top in ("data", "_done"):
        for folder in _folders(out, Path(top), 3):
            below(out, folder.as_posix())


def _folders(out: Path, folder: Path, deep: int) -> Iterator[Path]:
    yield folder
    if deep and (out / folder).is_dir() and not (out / folder).is_symlink():
        with os.scandir(out / folder) as entries:
            inner = sorted(entry.name for entry in entries if entry.is_symlink() or entry.is_dir(follow_symlinks=False))
        for name in inner:
            yield from _folders(out, folder / name, deep - 1)


def kind_of(status: os.stat_result) -> str:
    """What something on the disk is, in words."""
    for test, name in (
        (stat.S_ISDIR, "a folder"), (stat.S_ISLNK, "a symbolic link"), (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"), (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"),
    ):  # fmt: skip
        if test(status.st_mode):
            return name
    return "a file"


def printable(path: object) -> str:
    """A name that JSON and terminals can carry, whatever bytes it has on the disk."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _plain(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
