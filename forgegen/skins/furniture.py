"""Which furniture fits the words of a locale: some locales are shown only in skins that have theirs.

A locale's folder may hold ``furniture.toml`` with ``languages``, those that its pages may have, the usual one first.
Without it any skin takes the locale in the skin's own furniture. A skin that names no ``uis``, or has the locale for
its own, takes it too; furniture that somebody asks for is never refused.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from forgegen.errors import UsageError
from forgegen.skins.loading import load_skin, skin_names
from forgegen.skins.skin import Skin

LOCALES = Path(__file__).resolve().parent.parent / "locales"


@lru_cache(maxsize=64)
def languages_of(locale: str) -> tuple[str, ...]:
    """The languages that furniture round a locale's words may have; none means any."""
    folder = LOCALES / locale
    file = folder / "furniture.toml"
    if folder.parent != LOCALES or not file.is_file():
        return ()
    return tuple(tomllib.loads(file.read_text("utf-8"))["languages"])


@lru_cache(maxsize=1024)
def furniture_for(locale: str, skin: str, templates: tuple[str, ...] = (), ui: str | None = None) -> str | None:
    """The language of furniture for a locale's pages in a skin: ``ui`` if asked for, None for the skin's first.

    Raises: UsageError where the skin has none that fits the locale; it names those that have.
    """
    wanted = languages_of(locale)
    if ui is not None or not wanted:
        return ui
    known = load_skin(skin, templates)
    for language in wanted:
        if language in known.uis:
            return language
    if _is_open(known, locale):
        return None
    able = ", ".join(skins_for(locale, templates)) or "there is none yet"
    raise UsageError(
        f"skin {skin!r} has no furniture for locale {locale!r}; right would be a skin that has: {able}; "
        f"or one of its own languages of furniture (ui): {', '.join(known.uis)}"
    )


def _is_open(skin: Skin, locale: str) -> bool:
    """Whether a skin takes a locale without furniture in its languages."""
    return not skin.uis or skin.locale == locale


def skins_for(locale: str, templates: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The skins that take a locale without being asked for other furniture, sorted."""
    wanted = set(languages_of(locale))
    skins = [load_skin(name, templates) for name in skin_names(templates)]
    return tuple(s.name for s in skins if not wanted or wanted & set(s.uis) or _is_open(s, locale))
