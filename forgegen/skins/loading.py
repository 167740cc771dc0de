"""Skins: folders with templates and a ``skin.toml`` that says what the skin shows and how to read it back.

A skin is looked for in the user's folders first, then in the package's ``templates`` (beside the package in a
checkout). One with a ``base`` inherits that skin's settings and templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from forgegen.errors import SkinError, UnknownName, nearest
from forgegen.skins import schema
from forgegen.skins.body_settings import body_settings, check_body
from forgegen.skins.declared import declared as declared_forms
from forgegen.skins.mistakes import Source, fail, read_source
from forgegen.skins.setting_schema import check_setting_keys, check_settings, value_source
from forgegen.skins.settings import Given, Settings, as_settings, chosen_values, overlay, without_defaults
from forgegen.skins.skin import Posts, Selector, Setting, Skin, Urls
from forgegen.skins.trust import OWN, check_file, is_own


def template_folders(extra: Iterable[str | Path] = ()) -> tuple[Path, ...]:
    """The folders in which skins are looked for: the user's, then the package's or the checkout's."""
    return (*map(Path, extra), *(f for f in OWN if f.is_dir()))


def skin_names(extra: Iterable[str | Path] = ()) -> tuple[str, ...]:
    """All skins, sorted."""
    return tuple(sorted({f.parent.name for folder in template_folders(extra) for f in folder.glob("*/skin.toml")}))


@lru_cache(maxsize=256)
def load_skin(name: str, extra: tuple[str, ...] = (), ui: str | None = None, settings: Settings = ()) -> Skin:
    """A skin by name, with the forms of one of its languages of furniture (its first without ``ui``), on a board with
    these settings, the others being the defaults.

    Raises: UnknownName; UsageError for settings that do not go together; SkinError where its ``skin.toml`` is wrong.
    """
    read = _read_skin(name, extra, ui)
    chosen = chosen_values(name, read.declared, settings)
    if not settings and not schema.are_ours(read.sources):
        for setting, declared in read.declared.items():
            for value in declared.values:
                _on_board(read, {**chosen, setting: value})
    skin = _on_board(read, chosen)
    foreign = not all(is_own(source.file) for source in (*read.overrides, *read.sources))
    folder = str(read.sources[0].file.parent)
    return msgspec.structs.replace(skin, name=name, folder=folder, chain=read.chain, foreign=foreign)


def _on_board(read: _Read, chosen: dict[str, str]) -> Skin:
    """The skin with what the values chosen put into it; a default is what the skin says without it."""
    raw, above = dict(read.raw), list[Source]()
    for setting, value in chosen.items():
        declared = read.declared[setting]
        if value != declared.default and (put := overlay(declared.values[value])):
            raw = _merged(raw, put)
            above.insert(0, value_source([*read.overrides, *read.sources], setting, value))
    sources, base = [*above, *read.sources], read.sources[0].raw.get("base", "")
    if "body" in raw:
        raw["body"] = body_settings(read.sources, raw["body"])
    raw = declared_forms(sources, raw)
    skin = _skin(sources, {**raw, "name": "", "base": base, "chosen": chosen})
    schema.check_values((*above, *read.overrides, *read.sources), raw)
    check_body(read.sources, raw.get("body", {}).get("nodes", {}))
    return skin


class _Read(NamedTuple):
    """What the files of a skin say together, before any setting is chosen: its own first, then those of its bases;
    ``overrides`` are of the language of furniture.
    """

    sources: list[Source]
    overrides: list[Source]
    raw: dict[str, Any]
    declared: dict[str, Setting]
    chain: tuple[str, ...]


_TAG = re.compile("[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,4}")  # it names a file
_OF_UI = ("dates", "forms", "settings")  # what a language of furniture may say beside its texts


def _read_skin(name: str, extra: tuple[str, ...], ui: str | None) -> _Read:
    sources, chain = _sources(name, extra, ())
    raw: dict[str, Any] = {}
    for source in reversed(sources):
        raw = _merged(raw, source.raw)
    uis = schema.converted(sources, raw.get("uis", []), list[str], ("uis",), {})
    for tag in uis:
        if not _TAG.fullmatch(tag):
            fail(sources, ("uis",), f"'uis' holds {tag!r:.60}; right would be tags of languages, as 'en' or 'zh-TW'")
    if ui is not None and ui not in uis:
        raise UnknownName("ui", ui, uis)
    overrides = [
        source._replace(raw={table: source.raw[table] for table in _OF_UI if table in source.raw})
        for source in _ui_sources(chain, extra, ui or (uis[0] if uis else None))
    ]
    for source in reversed(overrides):
        check_setting_keys(source)
        raw = _merged(raw, source.raw)
    raw.pop("base", None)
    if not _shows_bodies(sources, chain, extra):
        raw = {**raw, "body": {}, **{table: _without_body(raw[table]) for table in ("page", "post") if table in raw}}
    declared = check_settings([*overrides, *sources] if "settings" in raw else sources, raw)
    return _Read(sources, overrides, raw, declared, chain)


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


def board_settings(name: str, extra: tuple[str, ...], ui: str | None, given: Given) -> Settings:
    """Settings of a skin's board as options keep them: checked, sorted, without those that are the defaults.

    Raises: as ``load_skin``.
    """
    settings = as_settings(given)
    if not settings:
        return ()
    load_skin(name, extra, ui, settings)
    return without_defaults(load_skin(name, extra, ui).settings, settings)


_MOST_BASES = 20  # of a skin, its bases' among them
_TAKEN_OUT = {"name", "folder", "chain", "chosen", "foreign"}  # fields of a Skin that its file does not say


def _skin(sources: list[Source], raw: dict[str, Any]) -> Skin:
    """The settings as a Skin: selectors one by one, since errors within mappings do not tell the key."""
    for table, kind in (("page", Selector), ("post", Selector), ("dates", str), ("forms", str)):
        inner = raw.get(table)
        for name, value in inner.items() if isinstance(inner, dict) else ():
            schema.converted(sources, value, kind, (table, name), {})
    for table in schema.PARTS:
        for name, value in (raw.get(table) or {"fields": {}})["fields"].items():
            schema.converted(sources, value, Selector, (table, name), {})
    hints = get_type_hints(Skin)
    words = {name: get_args(hint) for name, hint in hints.items() if get_origin(hint) is Literal}
    skin = schema.converted(sources, raw, Skin, (), words)
    assert isinstance(skin, Skin)
    return skin


def _sources(name: str, extra: tuple[str, ...], above: tuple[str, ...]) -> tuple[list[Source], tuple[str, ...]]:
    """The file of a skin and those of its bases, and the names of all of these."""
    names = skin_names(extra)
    if name not in names:
        raise UnknownName("skin", name, names)
    if name in above:
        raise SkinError(f"skin {name!r} is its own base: {' -> '.join((*above, name))}")
    if len(above) >= _MOST_BASES:
        raise SkinError(f"skin {above[0]!r} stands on more than {_MOST_BASES} bases; right would be fewer")
    source = _read(next(f for f in template_folders(extra) if (f / name / "skin.toml").exists()), f"{name}/skin.toml")
    fields = [field for field in Skin.__struct_fields__ if field not in _TAKEN_OUT]
    schema.check_keys(source, fields, Urls.__struct_fields__, Selector.__struct_fields__, Posts.__struct_fields__)
    check_setting_keys(source)
    base = source.raw.get("base")
    if not base:
        return [source], (name,)
    if base not in names:
        fail([source], ("base",), str(UnknownName("skin", base, names)))
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
        if any((folder / owner / name).exists() for folder in folders):
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
