"""Mistakes in files of settings: each is told with the file and the line that it stands in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from forgegen.errors import SkinError
from forgegen.skins.trust import is_own
from forgegen.toml_files import parse_toml

Path_ = tuple[str, ...]


class Source(NamedTuple):
    """A file of settings: its text and what it says, or the part of it that stands ``within`` a table; whether it is
    the package's own."""

    file: Path
    text: str
    raw: dict[str, Any]
    within: Path_ = ()
    ours: bool = False


def read_source(file: Path) -> Source:
    """A TOML file.

    Raises: SkinError with the line where it is none.
    """
    try:
        text = file.read_text("utf-8")
        return Source(file, text, parse_toml(text), ours=is_own(file))
    except UnicodeDecodeError as e:
        raise SkinError(f"{file}: byte {e.start} is not UTF-8; right would be a text file in UTF-8") from None
    except tomllib.TOMLDecodeError as e:
        m = re.fullmatch(r"(.*) \(at line (\d+), (column \d+)\)", str(e))
        raise SkinError(f"{file}:{m[2]}: {m[1]} ({m[3]})" if m else f"{file}: {e}") from None
    except (ValueError, RecursionError) as e:  # a number of thousands of digits, or brackets in brackets
        raise SkinError(f"{file}: {e}") from None


def line_of(text: str, path: Sequence[str]) -> int | None:
    """The line of a TOML text that sets what a path leads to, or the nearest table or key above it.

    >>> line_of('a = 1\\n[post]\\nn = { css = "" }', ("post", "n", "css")), line_of("a = 1", ("b",))
    (3, None)
    """
    table: Path_ = ()
    found, depth = None, 0
    for number, line in enumerate(text.splitlines(), 1):
        if m := re.match(r"\s*\[\s*([\w.\"'-]+)\s*\]\s*(#.*)?$", line):
            here = table = tuple(part.strip("\"'") for part in m[1].split("."))
        elif m := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            here = (*table, *(part.strip("\"'") for part in m[1].split(".")))
        else:
            continue
        if len(here) > depth and tuple(path[: len(here)]) == here:
            found, depth = number, len(here)
    return found


def _has(raw: Any, path: Sequence[str]) -> bool:
    for key in path:
        if not isinstance(raw, dict) or key not in raw:
            return False
        raw = raw[key]
    return True


def fail(sources: Sequence[Source], path: Sequence[str], problem: str) -> NoReturn:
    """The error about a setting, at the file that gives it: the first of the sources that does.

    Raises: SkinError, always.
    """
    source = next((s for s in sources if _has(s.raw, path)), sources[0])
    line = line_of(source.text, (*source.within, *path))
    raise SkinError(f"{source.file}{f':{line}' if line else ''}: {problem}")


def named(path: Sequence[str]) -> str:
    """A path as people say it.

    >>> named(("kind",)), named(("post", "n", "css"))
    ("'kind'", "'n.css' in [post]")
    """
    return f"'{path[0]}'" if len(path) == 1 else f"'{'.'.join(path[1:])}' in [{path[0]}]"
