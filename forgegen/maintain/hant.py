"""Freeze the traditional form of every line of a locale: ``python -m forgegen.maintain.hant [LOCALE]``.

OpenCC (configuration ``s2tw``, which changes script only) runs here and nowhere else, so a new version of it cannot
change what a seed gives. Each data file gets ``hant/FILE.tsv`` with the lines that differ; the two files of a story, or
of an opening post, share one.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from forgegen.errors import MissingExtra

_CONFIG = "s2tw"  # script and its variants only: s2twp would also change vocabulary within names and slots
_LOCALES = Path(__file__).resolve().parent.parent / "locales"


def frozen(locale: str) -> dict[str, str]:
    """Path below ``hant/`` to content, for every data file of a locale that has lines which differ."""
    try:
        import opencc
    except ImportError:
        raise MissingExtra("opencc", "maintain") from None
    convert = opencc.OpenCC(_CONFIG).convert
    root = _LOCALES / locale
    files: dict[str, dict[str, str]] = {}
    for file in sorted(root.rglob("*")):
        if (
            file.suffix not in (".txt", ".toml")
            or file.name in ("style.toml", "checks.toml", "handles.txt", "subjects.txt")
            or {"hant", "pools"} & set(file.parts)
        ):
            continue
        place = file.relative_to(root)
        name = (place.with_suffix("") if len(place.parts) > 1 else place).as_posix()
        pairs = files.setdefault(f"{name}.tsv", {})
        pairs.update((text, other) for text in _texts(file) if (other := convert(text)) != text)
    return {
        name: "".join(f"{text}\t{other}\n" for text, other in pairs.items()) for name, pairs in files.items() if pairs
    }


def _texts(file: Path) -> Iterator[str]:
    """Every text of a data file that may be shown in either script."""
    if file.suffix == ".txt":
        yield from (line for line in file.read_text("utf-8").splitlines() if line and line[0] not in "#[=")
    else:
        yield from _strings(tomllib.loads(file.read_text("utf-8")))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from value.split("\n")  # of code each line stands for itself
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def main(locale: str) -> None:
    """Write the files of a locale; those no longer needed are removed."""
    root = _LOCALES / locale / "hant"
    files = frozen(locale)
    for old in root.rglob("*.tsv"):
        if old.relative_to(root).as_posix() not in files:
            old.unlink()
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["zh-CN"]))
