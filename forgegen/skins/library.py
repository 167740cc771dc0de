"""A library: a folder with skins of one's own, named once for all commands, as a folder of ``--templates``.

``FORGEGEN_LIBRARY`` names it, or ``library`` in ``[tool.forgegen]`` of the nearest ``pyproject.toml``.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from forgegen.errors import UsageError

LIBRARY = "FORGEGEN_LIBRARY"
"""The variable of the environment that names the library; several are parted as in PATH."""


def library_folders() -> tuple[Path, ...]:
    """The libraries: those of the environment, else the one of the project.

    Raises: UsageError where ``pyproject.toml`` names none that could be one.
    """
    told = os.environ.get(LIBRARY)
    if told is not None:
        return tuple(Path(part) for part in told.split(os.pathsep) if part)
    return _of_project(str(Path.cwd()))


@lru_cache(maxsize=16)
def _of_project(start: str) -> tuple[Path, ...]:
    for folder in (Path(start), *Path(start).parents):
        file = folder / "pyproject.toml"
        if not file.is_file():
            continue
        try:
            told = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("forgegen", {}).get("library")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            return ()
        if told is None:
            return ()
        if not isinstance(told, str) or not told:
            raise UsageError(f"{file}: 'library' in [tool.forgegen] is {told!r}; right would be the path of a folder")
        return (folder / told,)
    return ()


def skin_folders(libraries: Iterable[Path]) -> tuple[Path, ...]:
    """The folders of skins in libraries, those that are there."""
    return tuple(skins for folder in libraries if (skins := folder / "skins").is_dir())
