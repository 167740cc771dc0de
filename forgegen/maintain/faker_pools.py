"""Freeze name pools drawn from Faker into locale data: ``python -m forgegen.maintain.faker_pools [LOCALE]``.

Faker runs here and never on the path that decides bytes, so a new version of it changes nothing until this command
is run again, on purpose. What it gives: English first names as overseas Chinese take them for user names.
"""

from __future__ import annotations

import sys
from pathlib import Path

import faker

from forgegen.generate.lexicon import load_lexicon

_LOCALES = Path(__file__).resolve().parent.parent / "locales"
_SEED, _COUNT = 2027, 240


def latin_names(locale: str, count: int = _COUNT) -> list[str]:
    """Lower-case first names of 3 to 8 ASCII letters that are no handle of the locale yet, sorted."""
    source = faker.Faker("en_US")
    source.seed_instance(_SEED)
    handles = load_lexicon(locale).sections("handles.txt")
    taken = {name.lower() for kind in ("whole", "latin") for name in handles[kind]}
    names: set[str] = set()
    while len(names) < count:
        name = source.first_name().lower()
        if name.isascii() and name.isalpha() and 3 <= len(name) <= 8 and name not in taken:
            names.add(name)
    return sorted(names)


def main(locale: str) -> None:
    """Write the pools of a locale."""
    head = f"# Drawn from Faker {faker.VERSION} (en_US, seed {_SEED}) by python -m forgegen.maintain.faker_pools.\n"
    path = _LOCALES / locale / "pools" / "latin.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(head + "\n".join(latin_names(locale)) + "\n", "utf-8")


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["zh-CN"]))
