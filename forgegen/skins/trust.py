"""Which folders with skins are trusted: the package's own, and those that their owner says are.

Skins of all other folders run with bounds: their templates in a sandbox, their patterns with a timeout. A symbolic
link within such a folder is refused, since it could show any file of the machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from forgegen.errors import SkinError

_PACKAGE = Path(__file__).resolve().parent.parent
OWN = (_PACKAGE / "templates", _PACKAGE.parent / "templates")
"""The package's folders of skins: in a wheel, and in a checkout."""

LARGEST = 4 << 20
"""Bytes that a file of a foreign skin may have."""

_trusted: set[Path] = set()


def is_own(path: Path) -> bool:
    """Whether a file or folder is the package's own."""
    resolved = path.resolve()
    return any(resolved.is_relative_to(own) for own in OWN)


def trusted(folders: Iterable[str | Path]) -> bool:
    """Whether all of these folders are trusted; so are none."""
    return all((path := Path(folder).resolve()) in _trusted or is_own(path) for folder in folders)


@contextmanager
def trusting(folders: Iterable[str | Path]) -> Iterator[None]:
    """Trust these folders in this process for a while."""
    new = {Path(folder).resolve() for folder in folders} - _trusted
    _trusted.update(new)
    try:
        yield
    finally:
        _trusted.difference_update(new)


def check_file(folder: Path, name: str) -> None:
    """Nothing, where a file of a foreign folder may be read.

    Raises: SkinError for a symbolic link on the way to it, for what is no file, and for a file beyond all measure.
    """
    if is_own(folder):
        return
    path = folder
    for part in Path(name).parts:
        path /= part
        if path.is_symlink():
            raise SkinError(f"{path} is a symbolic link to {os.readlink(path)}; right would be a copy of the file")
    if path.exists() and not path.is_file():
        raise SkinError(f"{path} is no regular file")
    if path.exists() and (size := path.stat().st_size) > LARGEST:
        raise SkinError(f"{path} has {size:,} bytes; right would be {LARGEST:,} or fewer")
