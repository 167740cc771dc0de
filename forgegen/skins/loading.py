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
from forgegen.skins import schema as settings
from forgegen.skins.body_settings import body_settings, check_body
from forgegen.skins.declared import declared
from forgegen.skins.mistakes import Source, fail, read_source
from forgegen.skins.skin import Posts, Selector, Skin, Urls
from forgegen.skins.trust import OWN, check_file, is_own


def template_folders(extra: Iterable[str | Path] = ()) -> tuple[Path, ...]:
    """The folders in which skins are looked for: the user's, then the package's or the checkout's."""
    return (*map(Path, extra), *(f for f in OWN if f.is_dir()))


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
    if not _shows_bodies(sources, chain, extra):
        raw = {**raw, "body": {}, **{table: _without_body(raw[table]) for table in ("page", "post") if table in raw}}
    if "body" in raw:
        raw["body"] = body_settings(sources, raw["body"])
    raw = declared(sources, raw)
    skin = _skin(sources, {**raw, "name": name, "base": sources[0].raw.get("base", "")})
    settings.check_values((*overrides, *sources), raw)
    check_body(sources, raw.get("body", {}).get("nodes", {}))
    foreign = not all(is_own(source.file) for source in (*overrides, *sources))
    return msgspec.structs.replace(skin, folder=str(sources[0].file.parent), chain=chain, foreign=foreign)


def _shows_bodies(sources: list[Source], chain: tuple[str, ...], extra: tuple[str, ...]) -> bool:
    """Whether the template of threads is as near as the nearest ``[body]``, or farther: then it writes bodies.

    A skin that inherits ``[body]`` with a ``thread.html`` of its own says so by a table of its own, even an empty one.
    """
    folders = template_folders(extra)
    template = next((n for n, name in enumerate(chain) if _has_template(folders, name)), len(chain))
    told = next((n for n, source in enumerate(sources) if "body" in source.raw), None)
    return told is not None and told <= template


def _has_template(folders: tuple[Path, ...], owner: str) -> bool:
    return any((folder / owner / "thread.html").is_file() for folder in folders)


def _without_body(table: Any) -> Any:
    return {name: value for name, value in table.items() if name != "body"} if isinstance(table, dict) else table


_TAKEN_OUT = {"name", "folder", "chain", "foreign"}  # fields of a Skin that its file does not say


def _skin(sources: list[Source], raw: dict[str, Any]) -> Skin:
    """The settings as a Skin: selectors one by one, since errors within mappings do not tell the key."""
    for table, kind in (("page", Selector), ("post", Selector), ("dates", str), ("forms", str)):
        inner = raw.get(table)
        for name, value in inner.items() if isinstance(inner, dict) else ():
            settings.converted(sources, value, kind, (table, name), {})
    for table in settings.PARTS:
        for name, value in (raw.get(table) or {"fields": {}})["fields"].items():
            settings.converted(sources, value, Selector, (table, name), {})
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
    source = _read(next(f for f in template_folders(extra) if (f / name / "skin.toml").is_file()), f"{name}/skin.toml")
    fields = [field for field in Skin.__struct_fields__ if field not in _TAKEN_OUT]
    settings.check_keys(source, fields, Urls.__struct_fields__, Selector.__struct_fields__, Posts.__struct_fields__)
    base = source.raw.get("base")
    if not base:
        return [source], (name,)
    if base not in names:
        fail([source], ("base",), str(UnknownName("skin", str(base), names)))
    below, chain = _sources(base, extra, (*above, name))
    return [source, *below], (name, *chain)


def _read(folder: Path, name: str) -> Source:
    check_file(folder, name)
    return read_source(folder / name)


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
    names = [f"{owner}/ui/{ui}.toml" for owner in chain]
    found = [(folder, name) for name in names for folder in folders if (folder / name).is_file()]
    if not found:
        raise SkinError(f"ui/{ui}.toml is missing: skin {chain[0]!r} names the language {ui!r} in its 'uis'")
    return [_read(folder, name) for folder, name in found]


@lru_cache(maxsize=256)
def load_ui(name: str, ui: str | None, extra: tuple[str, ...] = ()) -> dict[str, Any]:
    """The texts of a skin's furniture in one of its languages, by name, and the language itself as ``lang``."""
    skin = load_skin(name, extra, ui)
    tag = ui or (skin.uis[0] if skin.uis else None)
    texts: dict[str, Any] = {}
    for source in reversed(_ui_sources(skin.chain, extra, tag)):
        texts = _merged(texts, source.raw)
    return {"lang": tag or skin.locale, **texts}
