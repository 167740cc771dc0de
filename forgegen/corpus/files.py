"""Files and folders that are there whole or not at all, with their size and SHA-256 taken while they are written.

Everything is written under a temporary name on the target's file system, flushed to the disk and renamed into place, so
that a process killed at any moment leaves the old state or the new one, and at most a temporary behind.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Protocol

import msgspec

from forgegen.corpus.checked_files import kind_of, printable
from forgegen.whole_files import is_temporary, sync_folder, temporary_name, write_whole

_BUFFER = 1 << 18


Count = Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]
"""A number of bytes or things."""

Digest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
"""A SHA-256 in hexadecimal."""


class FileEntry(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A file of a corpus, or a folder counted as one: path below the corpus, bytes, SHA-256.

    Of a folder, ``files`` is how many files it holds, ``bytes`` their sum and ``sha256`` that of ``folder_digest``.
    """

    path: str
    bytes: Count
    sha256: Digest
    files: Count | None = None


class Output(Protocol):
    """What a shard's data goes to: nothing can be seen under ``path`` before ``publish``."""

    path: Path

    def seal(self) -> None:
        """Bring everything to the disk, still under the temporary name."""
        ...

    def publish(self) -> FileEntry:
        """Rename into place and say what was written; ``path`` of the entry is still the file's own."""
        ...

    def discard(self) -> None:
        """Take back what was not published; harmless afterwards."""
        ...


class OutputFile:
    """A binary file to write to; also what Arrow and FastWARC write to."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self._temporary = path, temporary_name(path)
        self._file = self._temporary.open("xb", buffering=_BUFFER)
        self._hash, self._size = sha256(), 0
        self._dead = False

    def write(self, data: bytes) -> int:
        """Append bytes, memoryviews or buffers."""
        if self._dead:  # a library's writer that is cleaned up after an error: its last words go nowhere
            return len(data)
        self._file.write(data)
        self._hash.update(data)
        size = memoryview(data).nbytes
        self._size += size
        return size

    def tell(self) -> int:
        """Bytes written so far."""
        return self._size

    def flush(self) -> None:
        """Nothing: ``seal`` brings everything to the disk."""

    def close(self) -> None:
        """Nothing: libraries close what they write to, ``seal`` does it when all is said."""

    @property
    def closed(self) -> bool:
        """Never, for libraries that ask."""
        return False

    def readable(self) -> bool:
        """Not."""
        return False

    def writable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Not."""
        return False

    def seal(self) -> None:
        """See ``Output``."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def publish(self) -> FileEntry:
        """See ``Output``."""
        self._temporary.replace(self.path)
        sync_folder(self.path.parent)
        return FileEntry(str(self.path), self._size, self._hash.hexdigest())

    def discard(self) -> None:
        """See ``Output``."""
        self._dead = True
        with suppress(OSError):
            self._file.close()
        self._temporary.unlink(missing_ok=True)


class OutputTar(OutputFile):
    """A tar file of small files: owner, group and times are 0."""

    def put(self, name: str, data: bytes) -> None:
        """Append a file."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(data), 0o644
        self.write(info.tobuf(tarfile.USTAR_FORMAT))
        self.write(data)
        self.write(bytes(-len(data) % tarfile.BLOCKSIZE))

    def seal(self) -> None:
        """See ``Output``."""
        self.write(bytes(2 * tarfile.BLOCKSIZE))
        super().seal()


class OutputFolder:
    """A folder of small files."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self._temporary = path, temporary_name(path)
        self._temporary.mkdir()
        self._files: dict[str, tuple[int, bytes]] = {}

    def put(self, name: str, data: bytes) -> None:
        """Write a file; its name may have folders before it."""
        if "/" in name:
            check_inside(name)
            (self._temporary / name).parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(f"{self._temporary}/{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
        finally:
            os.close(handle)
        self._files[name] = len(data), sha256(data).digest()

    def seal(self) -> None:
        """See ``Output``. One call for the whole system: an fsync for each of thousands of files takes minutes."""
        if hasattr(os, "sync"):
            os.sync()

    def publish(self) -> FileEntry:
        """See ``Output``. What an interrupted run left there is moved aside first; it has no marker."""
        old = temporary_name(self.path)
        with suppress(FileNotFoundError):
            self.path.rename(old)
        self._temporary.rename(self.path)
        sync_folder(self.path.parent)
        shutil.rmtree(old, ignore_errors=True)
        total = sum(size for size, _ in self._files.values())
        return FileEntry(str(self.path), total, folder_digest(self._files), len(self._files))

    def discard(self) -> None:
        """See ``Output``."""
        shutil.rmtree(self._temporary, ignore_errors=True)


Folder = OutputTar | OutputFolder


def folder_digest(files: dict[str, tuple[int, bytes]]) -> str:
    """The SHA-256 of a folder: of each file, sorted by name, the name's length and the name, size and SHA-256."""
    digest = sha256()
    for name, (size, content) in sorted(files.items()):
        raw = name.encode("utf-8", "surrogateescape")
        digest.update(b"%d:%s%d:%s" % (len(raw), raw, size, content))
    return digest.hexdigest()


def hash_file(path: Path) -> tuple[int, bytes]:
    """Size and SHA-256 of a file, read in pieces."""
    digest, size = sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
            size += len(piece)
    return size, digest.digest()


def entry_of(path: Path) -> FileEntry:
    """What lies on the disk: a file, or a folder counted as one.

    Raises: OSError where it is missing, cannot be read, or holds what is no regular file.
    """
    if not stat.S_ISDIR(os.lstat(path).st_mode):
        size, digest = _hash_regular(path)
        return FileEntry(str(path), size, digest.hex())
    files = {name: _hash_regular(path / name) for name in files_below(path)}
    return FileEntry(str(path), sum(size for size, _ in files.values()), folder_digest(files), len(files))


def files_below(folder: Path) -> Iterator[str]:
    """The names of what lies below a folder and is no folder, with the folders before them; links are not followed."""
    for parent, folders, names in os.walk(folder):
        at = os.path.relpath(parent, folder).replace(os.sep, "/")
        links = [name for name in folders if os.path.islink(os.path.join(parent, name))]
        yield from (name if at == "." else f"{at}/{name}" for name in (*names, *links))


def _hash_regular(path: Path) -> tuple[int, bytes]:
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, f"{printable(path.name)} is {kind_of(status)}; right would be a file")
    return hash_file(path)


def is_there(path: Path, entry: FileEntry) -> bool:
    """Whether a file of this size is there, or a folder with as many files; nothing is read."""
    try:
        if entry.files is None:
            status = path.stat()
            return status.st_size == entry.bytes and not path.is_dir()
        if not path.is_dir():
            return False
        return sum(1 for _ in files_below(path)) == entry.files
    except OSError:
        return False


def create_whole(path: Path, data: bytes) -> bool:
    """Write a file unless one is there; false where another process was first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_name(path)
    try:
        temporary.write_bytes(data)
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:
        if path.exists():
            return False
        write_whole(path, data)  # a file system without hard links; equal plans are equal bytes
        return True
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def stray_temporaries(folder: Path) -> Iterator[Path]:
    """Files and folders that interrupted runs left below a folder; those within such a folder are not named."""
    for parent, folders, files in os.walk(folder):
        for name in [n for n in folders if is_temporary(n)]:
            folders.remove(name)
            yield Path(parent, name)
        yield from (Path(parent, name) for name in files if is_temporary(name))


def remove(path: Path) -> None:
    """Delete a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def check_inside(name: str) -> None:
    """Raises: OSError for the name of a file that may lie outside of its folder; a corpus may be a stranger's."""
    if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
        raise OSError(errno.EINVAL, f"{printable(name)} is no name of a file in this folder")


@contextmanager
def read_folder(path: Path) -> Iterator[Callable[[str], bytes | None]]:
    """A function from a name to the file's bytes, or None, for a folder or the tar that stands for it."""
    if path.is_dir():

        def get(name: str) -> bytes | None:
            check_inside(name)
            file = path / name
            return file.read_bytes() if file.is_file() else None

        yield get
        return
    with tarfile.open(path, "r:") as tar:
        members = {member.name: member for member in tar}

        def extract(name: str) -> bytes | None:
            file = tar.extractfile(members[name]) if name in members else None
            return None if file is None else file.read()

        yield extract
