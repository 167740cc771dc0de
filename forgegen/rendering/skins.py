"""Skins: folders with templates and a ``skin.toml`` that says what the skin shows and how to read it back.

A skin is looked for in the user's folders first, then in the package's ``templates`` (beside the package in a
checkout).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from forgegen.errors import SkinError, UnknownName

_PACKAGE = Path(__file__).resolve().parent.parent


class Selector(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a field stands. ``css`` finds elements within the page or the post; the value is the text of the
    first (lines
    split at ``br``), or its attribute ``attr``; ``pattern``'s first group is the value. ``many`` takes all of them.
    ``form`` names a date form. ``none`` is the value where nothing is found: absent means null.
    """

    css: str
    attr: str | None = None
    pattern: str | None = None
    form: str | None = None
    many: bool = False
    none: int | None = None


class Skin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``skin.toml`` says."""

    name: str
    title: str
    kind: Literal["article", "forum"]
    locale: str
    profile: str
    order: Literal["tree", "arrival"]
    posts_per_page: int
    encoding: str
    url: str
    url_page: str
    dates: dict[str, str]
    forms: dict[str, str]
    page: dict[str, Selector]
    posts: Selector
    post: dict[str, Selector]
    folder: str = ""


def template_folders(extra: Iterable[str | Path] = ()) -> tuple[Path, ...]:
    """The folders in which skins are looked for: the user's, then the package's or the checkout's."""
    own = (_PACKAGE / "templates", _PACKAGE.parent / "templates")
    return (*map(Path, extra), *(f for f in own if f.is_dir()))


def skin_names(extra: Iterable[str | Path] = ()) -> tuple[str, ...]:
    """All skins, sorted."""
    return tuple(sorted({f.parent.name for folder in template_folders(extra) for f in folder.glob("*/skin.toml")}))


@lru_cache(maxsize=64)
def load_skin(name: str, extra: tuple[str, ...] = ()) -> Skin:
    """A skin by name.

    Raises: UnknownName; SkinError where its ``skin.toml`` is wrong.
    """
    names = skin_names(extra)
    if name not in names:
        raise UnknownName("skin", name, names)
    file = next(f for folder in template_folders(extra) if (f := folder / name / "skin.toml").is_file())
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
        return msgspec.convert({**raw, "name": name, "folder": str(file.parent)}, Skin)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as e:
        raise SkinError(f"{file}: {e}") from e
