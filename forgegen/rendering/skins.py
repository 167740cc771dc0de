"""Skins: folders with templates and a ``skin.toml`` that says what the skin shows and how to read it back.

A skin is looked for in the user's folders first, then in the package's ``templates`` (beside the package in a
checkout). One with a ``base`` inherits that skin's settings and templates.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from forgegen.errors import SkinError, UnknownName, nearest
from forgegen.rendering import skin_schema as settings
from forgegen.rendering.skin_schema import Source

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
    sources, chain = _sources(name, extra, ())
    raw: dict[str, Any] = {}
    for source in reversed(sources):
        raw = _merged(raw, source.raw)
    uis = settings.converted(sources, raw.get("uis", []), list[str], ("uis",), {})
    if ui is not None and ui not in uis:
        raise UnknownName("ui", ui, uis)
    overrides = [
        source._replace(raw={table: source.raw[table] for table in ("dates", "forms") if table in source.raw})
        for source in _ui_sources(chain, extra, ui or (uis[0] if uis else None))
    ]
    for source in reversed(overrides):
        raw = _merged(raw, source.raw)
    raw.pop("base", None)
    skin = _skin(sources, {**raw, "name": name, "base": sources[0].raw.get("base", "")})
    settings.check_values((*overrides, *sources), raw)
    return msgspec.structs.replace(skin, folder=str(sources[0].file.parent), chain=chain)


_TAKEN_OUT = {"name", "folder", "chain"}  # fields of a Skin that its file does not say


def _skin(sources: list[Source], raw: dict[str, Any]) -> Skin:
    """The settings as a Skin: selectors one by one, since errors within mappings do not tell the key."""
    for table, kind in (("page", Selector), ("post", Selector), ("dates", str), ("forms", str)):
        inner = raw.get(table)
        for name, value in inner.items() if isinstance(inner, dict) else ():
            settings.converted(sources, value, kind, (table, name), {})
    hints = get_type_hints(Skin)
    words = {name: get_args(hint) for name, hint in hints.items() if get_origin(hint) is Literal}
    skin = settings.converted(sources, raw, Skin, (), words)
    assert isinstance(skin, Skin)
    return skin


def _sources(name: str, extra: tuple[str, ...], above: tuple[str, ...]) -> tuple[list[Source], tuple[str, ...]]:
    """The file of a skin and those of its bases, and the names of all of these."""
    names = skin_names(extra)
    if name not in names:
        raise UnknownName("skin", name, names)
    if name in above:
        raise SkinError(f"skin {name!r} is its own base: {' -> '.join((*above, name))}")
    file = next(f for folder in template_folders(extra) if (f := folder / name / "skin.toml").is_file())
    source = settings.read_source(file)
    fields = [field for field in Skin.__struct_fields__ if field not in _TAKEN_OUT]
    settings.check_keys(source, fields, Urls.__struct_fields__, Selector.__struct_fields__)
    base = source.raw.get("base")
    if not base:
        return [source], (name,)
    if base not in names:
        settings.fail([source], ("base",), str(UnknownName("skin", str(base), names)))
    below, chain = _sources(base, extra, (*above, name))
    return [source, *below], (name, *chain)


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
    near = nearest(name, sorted(f.name for f in Path(known.folder).iterdir() if f.suffix == Path(name).suffix))
    raise SkinError(f"{known.folder}/{name} is missing: skin {skin!r} has no such page.{near}")


def _ui_sources(chain: tuple[str, ...], extra: tuple[str, ...], ui: str | None) -> list[Source]:
    """The files of a language of furniture, those of the skin itself before those of its bases."""
    if ui is None:
        return []
    folders = template_folders(extra)
    files = [file for owner in chain for folder in folders if (file := folder / owner / "ui" / f"{ui}.toml").is_file()]
    if not files:
        raise SkinError(f"ui/{ui}.toml is missing: skin {chain[0]!r} names the language {ui!r} in its 'uis'")
    return [settings.read_source(file) for file in files]


@lru_cache(maxsize=256)
def load_ui(name: str, ui: str | None, extra: tuple[str, ...] = ()) -> dict[str, Any]:
    """The texts of a skin's furniture in one of its languages, by name, and the language itself as ``lang``."""
    skin = load_skin(name, extra, ui)
    tag = ui or (skin.uis[0] if skin.uis else None)
    texts: dict[str, Any] = {}
    for source in reversed(_ui_sources(skin.chain, extra, tag)):
        texts = _merged(texts, source.raw)
    return {"lang": tag or skin.locale, **texts}
