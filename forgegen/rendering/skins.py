"""Skins: folders with templates and a ``skin.toml`` that says what the skin shows and how to read it back.

A skin is looked for in the user's folders first, then in the package's ``templates`` (beside the package in a
checkout). One with a ``base`` inherits that skin's settings and templates.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from forgegen.errors import SkinError, UnknownName

_PACKAGE = Path(__file__).resolve().parent.parent


class Selector(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a field stands. ``css`` finds elements within the page or the post; the value is the text of the
    first (lines split at ``br``), or its attribute ``attr``; ``pattern``'s first group is the value. ``many`` takes
    all of them. ``form`` names a date form (``attr`` is then the attribute that holds the instant, without it
    ``datetime``), or for ``n`` says ``pid``. ``none`` is the value where nothing is found: absent means null. ``but``
    is the selector of elements whose text is left out.
    """

    css: str
    attr: str | None = None
    pattern: str | None = None
    form: str | None = None
    many: bool = False
    none: int | None = None
    but: str | None = None
    value: str | None = None


class Urls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Addresses as format strings below ``host``.

    Fields: ``id`` of the thread, ``page``, ``start`` (rows before the page), ``board`` (number), ``slug``, ``uid``,
    ``pid``. An empty one means that the engine has no such page.
    """

    host: str
    thread: str
    thread_page: str
    board: str = ""
    board_page: str = ""
    category: str = ""
    index: str = "/"
    user: str = ""
    post: str = ""


class Skin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What ``skin.toml`` says.

    ``kind``: in a ``forum`` the opening post is the first of the posts. ``order``: of the posts. ``anchor``: ids of
    posts, by ``n`` or ``pid``. ``count_opening``: the displayed count of posts includes the opening one. ``quotes``:
    whether a reply quotes the post that it answers. ``rich``: templates get panes and quotes (``PostView.forum``).
    ``attribute``: how the ``datetime`` attribute is written. ``encodings``, ``uis``: the first is the default.
    ``json_ld``: what pages state as JSON-LD: ``posting``, an engine's way (see ``rendering.structured``), or nothing.
    ``forms``, ``dates``: names of forms. ``site``: how the server behaves (``forgegen.site.rules``).
    """

    name: str
    title: str
    kind: Literal["article", "forum"]
    locale: str
    profile: str
    order: Literal["tree", "arrival", "newest"]
    posts_per_page: int
    encodings: tuple[str, ...]
    urls: Urls
    dates: dict[str, str]
    forms: dict[str, str]
    page: dict[str, Selector]
    posts: Selector
    post: dict[str, Selector]
    threads_per_page: int = 30
    uis: tuple[str, ...] = ()
    anchor: str = "c{n}"
    attribute: Literal["minute", "second", "basic", "utc", "none"] = "minute"
    count_opening: bool = False
    quotes: Literal["parent", "none"] = "none"
    rich: bool = False
    json_ld: str = ""
    site: dict[str, Any] = {}
    base: str = ""
    folder: str = ""
    chain: tuple[str, ...] = ()

    @property
    def encoding(self) -> str:
        """The default encoding."""
        return self.encodings[0]


def template_folders(extra: Iterable[str | Path] = ()) -> tuple[Path, ...]:
    """The folders in which skins are looked for: the user's, then the package's or the checkout's."""
    own = (_PACKAGE / "templates", _PACKAGE.parent / "templates")
    return (*map(Path, extra), *(f for f in own if f.is_dir()))


def skin_names(extra: Iterable[str | Path] = ()) -> tuple[str, ...]:
    """All skins, sorted."""
    return tuple(sorted({f.parent.name for folder in template_folders(extra) for f in folder.glob("*/skin.toml")}))


@lru_cache(maxsize=256)
def load_skin(name: str, extra: tuple[str, ...] = (), ui: str | None = None) -> Skin:
    """A skin by name, with the forms of one of its languages of furniture (its first without ``ui``).

    Raises: UnknownName; SkinError where its ``skin.toml`` is wrong.
    """
    file, raw, chain = _settings(name, extra, ())
    uis = raw.get("uis", ())
    if ui is not None and ui not in uis:
        raise UnknownName("ui", ui, uis)
    overrides = _ui_file(chain, extra, ui or (uis[0] if uis else None))
    for table in ("dates", "forms"):
        raw = {**raw, table: {**raw.get(table, {}), **overrides.get(table, {})}}
    try:
        return msgspec.convert({**raw, "name": name, "folder": str(file.parent), "chain": chain}, Skin)
    except msgspec.ValidationError as e:
        raise SkinError(f"{file}: {e}") from e


def _settings(
    name: str, extra: tuple[str, ...], above: tuple[str, ...]
) -> tuple[Path, dict[str, Any], tuple[str, ...]]:
    """The file of a skin, its settings with those of its bases below them, and the names of all of these."""
    names = skin_names(extra)
    if name not in names:
        raise UnknownName("skin", name, names)
    if name in above:
        raise SkinError(f"skin {name!r} is its own base: {' -> '.join((*above, name))}")
    file = next(f for folder in template_folders(extra) if (f := folder / name / "skin.toml").is_file())
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as e:
        raise SkinError(f"{file}: {e}") from e
    if not raw.get("base"):
        return file, raw, (name,)
    _, below, chain = _settings(raw["base"], extra, (*above, name))
    return file, _merged(below, raw), (name, *chain)


def _merged(below: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Settings over settings: tables are merged, ``false`` takes an inherited table's entry out."""
    merged = dict(below)
    for key, value in own.items():
        if isinstance(value, dict) and isinstance(below.get(key), dict):
            merged[key] = _merged(below[key], value)
        elif value is False and isinstance(below.get(key), dict):
            merged.pop(key, None)
        else:
            merged[key] = value
    return merged


@lru_cache(maxsize=256)
def template_of(skin: str, name: str, extra: tuple[str, ...] = ()) -> str:
    """The path of a skin's template below the folders of skins: its own, or the nearest base's."""
    folders, known = template_folders(extra), load_skin(skin, extra)
    for owner in known.chain:
        if any((folder / owner / name).is_file() for folder in folders):
            return f"{owner}/{name}"
    raise SkinError(f"{known.folder}/{name} is missing: skin {skin!r} has no such page")


def _ui_file(chain: tuple[str, ...], extra: tuple[str, ...], ui: str | None) -> dict[str, Any]:
    if ui is None:
        return {}
    texts: dict[str, Any] = {}
    for owner in reversed(chain):
        for folder in reversed(template_folders(extra)):
            file = folder / owner / "ui" / f"{ui}.toml"
            if not file.is_file():
                continue
            try:
                texts = _merged(texts, tomllib.loads(file.read_text("utf-8")))
            except tomllib.TOMLDecodeError as e:
                raise SkinError(f"{file}: {e}") from e
    return texts


@lru_cache(maxsize=256)
def load_ui(name: str, ui: str | None, extra: tuple[str, ...] = ()) -> dict[str, Any]:
    """The texts of a skin's furniture in one of its languages, by name, and the language itself as ``lang``."""
    skin = load_skin(name, extra, ui)
    tag = ui or (skin.uis[0] if skin.uis else None)
    return {"lang": tag or skin.locale, **_ui_file(skin.chain, extra, tag)}
