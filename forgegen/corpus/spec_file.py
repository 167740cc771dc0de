"""Specs from what people write: TOML files, options, lists of names; checked, with the nearest name in the message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET

from forgegen.assess.predict import checked_rename
from forgegen.corpus.columns import COLUMNS
from forgegen.corpus.formats.all_formats import formats
from forgegen.corpus.spec import NATIVE, PLAIN, WEIGHTED, Spec, Weights
from forgegen.corpus.split_parts import check_stories
from forgegen.errors import UnknownName, UsageError
from forgegen.generate.defaults import DEFAULT_PROFILE
from forgegen.generate.lexicon import locale_names
from forgegen.generate.profile import profile_names
from forgegen.quirks.catalogue import QUIRKS
from forgegen.rendering.look import DATAS, NOISES
from forgegen.skins.furniture import furniture_for
from forgegen.skins.loading import load_skin, skin_names
from forgegen.skins.settings import as_word
from forgegen.toml_files import parse_toml

_LARGEST = 1 << 62  # of a whole number
_PART = re.compile(r"\w+", re.ASCII)
TEXTS = frozenset(("article-extraction", "wcxb", "webmainbench"))  # formats of benchmarks of main text
_OBJECT = re.compile(r"[A-Za-z_]\w*(\.\w+)*:[A-Za-z_]\w*")
_TOTAL = 1 << 32  # what a stream can draw below


def read_spec(path: Path) -> dict[str, Any]:
    """The settings of a TOML file, to be given to ``make_spec``; folders in it are relative to the file.

    Raises: UsageError with the file's name.
    """
    try:
        settings = parse_toml(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as e:  # also what is no UTF-8 or no TOML
        raise UsageError(f"{str(path)!r} is no spec: {e}") from None
    if "templates" in settings:
        folders = settings["templates"]
        if not isinstance(folders, list) or not all(isinstance(folder, str) for folder in folders):
            raise UsageError(f"{str(path)!r}: templates is {folders!r}; right would be a list of folders")
        settings["templates"] = [str(path.parent / folder) for folder in folders]
    return settings


def make_spec(settings: Mapping[str, Any]) -> Spec:
    """A checked spec from settings; weights may be a table, a list of names or a single name.

    Raises: UsageError and UnknownName, with the setting's name.
    """
    for name in settings.keys() - set(Spec.__struct_fields__):
        raise UnknownName("setting", name, Spec.__struct_fields__)
    if settings.get("split_by") == "person":
        raise UsageError(
            "split_by cannot be 'person': the people of a seed write in threads of every part, so no part can own "
            "them; right would be story or thread, or a corpus for each part with a --seed of its own"
        )
    tidy = {name: _weights(name, value) if name in WEIGHTED else value for name, value in settings.items()}
    tidy = {name: value for name, value in tidy.items() if value is not UNSET}
    if isinstance(chosen := settings.get("settings"), Mapping):
        tidy["settings"] = {
            name: _weights(f"settings.{name}", _as_word(value)) for name, value in sorted(chosen.items())
        }
    if isinstance(site := tidy.get("site"), bool):
        tidy["site"] = {} if site else UNSET
        tidy = {name: value for name, value in tidy.items() if value is not UNSET}
    try:
        spec = msgspec.convert(tidy, Spec)
    except msgspec.ValidationError as e:
        raise UsageError(f"the spec is wrong: {e}") from None
    check(spec)
    return _settled(spec)


def parse_weights(words: Iterable[str]) -> Weights:
    """Weights from words of the form NAME or NAME=WEIGHT, also several parted by commas.

    >>> parse_weights(["a=3", "b,c=0"])
    {'a': 3, 'b': 1}
    """
    weights: Weights = {}
    for word in (part.strip() for given in words for part in given.split(",")):
        name, equals, number = word.rpartition("=")
        if not equals:
            name, number = word, "1"
        if not name or not (number.isascii() and number.isdigit()):
            raise UsageError(f"{word!r} is no weight; right would be NAME or NAME=3")
        if name in weights:
            raise UsageError(f"{name!r} has two weights; right would be one")
        weights[name] = int(number)
    return {name: weight for name, weight in weights.items() if weight}


def parse_names(words: Iterable[str]) -> list[str]:
    """Names from words, also several parted by commas.

    >>> parse_names(["a,b", "c"])
    ['a', 'b', 'c']
    """
    return [name for word in words for part in word.split(",") if (name := part.strip())]


def _as_word(value: object) -> object:
    """A number or truth value of a setting as the word that names it."""
    return as_word(value) if isinstance(value, int) else value


def _weights(name: str, value: object) -> Weights:
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list | tuple) and all(isinstance(word, str) for word in value):
        value = parse_weights(value)
    if not isinstance(value, Mapping) or not all(type(weight) is int and weight >= 0 for weight in value.values()):
        raise UsageError(f"{name} cannot be {value!r}; right would be names with weights: whole numbers of 0 or more")
    kept = {str(key): weight for key, weight in sorted(value.items()) if weight}
    if not 0 < sum(kept.values()) < _TOTAL:
        raise UsageError(f"{name} cannot be {value!r}; right would be weights with a sum of 1 to {_TOTAL - 1:,}")
    return kept


def check(spec: Spec) -> None:
    """Nothing, where the spec can be built. Raises: UsageError and UnknownName, with what would be right."""
    for name, low in (("threads", 1), ("seed", 0), ("shard_size", 1)):
        value = getattr(spec, name)
        if value is not None and value < low:
            raise UsageError(f"{name} cannot be {value}; right would be a whole number of {low} or more")
        if value is not None and value >= _LARGEST:
            raise UsageError(f"{name} cannot be {value}; right would be a whole number below {_LARGEST:,}")
    _known("noise", [spec.noise], NOISES)
    _known("data", [spec.data], DATAS)
    _known("skin", spec.skins, skin_names(spec.templates))
    _known("locale", spec.locales, (*locale_names(), NATIVE))
    _known("profile", spec.profiles, (*profile_names(), NATIVE))
    _known("quirk", [q for names in spec.quirks for q in names.split("+")], (*QUIRKS, PLAIN))
    _known("format", spec.formats, formats())
    _known("column", spec.columns, COLUMNS)
    for locale, skin in product(spec.locales, spec.skins):
        if locale != NATIVE:
            furniture_for(locale, skin, tuple(spec.templates))
    for part in spec.split:
        if not _PART.fullmatch(part) or len(part) > 60:
            raise UsageError(
                f"part {part!r} of split becomes the name of a folder; right would be letters, digits and _"
            )
    offered = {encoding for name in spec.skins for encoding in load_skin(name, spec.templates).encodings}
    _known("encoding", spec.encodings, (*sorted(offered), NATIVE))
    if spec.settings is not UNSET:
        _check_settings(spec, spec.settings)
    if not spec.formats or len(set(spec.formats)) < len(spec.formats):
        raise UsageError(f"formats cannot be {list(spec.formats)}; right would be one or more, each once")
    checked_rename(spec.rename)
    if spec.page_object and not _OBJECT.fullmatch(spec.page_object):
        raise UsageError(f"page_object cannot be {spec.page_object!r}; right would be 'package.module:Class'")
    if (spec.page_object or spec.rename) and "webpoet" not in spec.formats:
        raise UsageError("page_object and rename are for fixtures; right would be with the format webpoet")
    if spec.quotes and not TEXTS & set(spec.formats):
        raise UsageError(f"quotes is for texts; right would be with a format of {', '.join(sorted(TEXTS))}")
    if spec.split_by == "story" and len(spec.split) > 1:
        check_stories(spec)
    if spec.site is not UNSET:
        from forgegen.corpus.site_spec import check_site

        check_site(spec, spec.site)


def _settled(spec: Spec) -> Spec:
    """The spec with the locale and profile that all its skins have for their own, in place of ``native``.

    With ``cross`` every skin shows the same thread. Where only their profiles differ, the profile is the usual one.
    Raises: UsageError where the locales of crossed skins differ.
    """
    skins = [load_skin(name, spec.templates) for name in spec.skins]
    locales, profiles = {skin.locale for skin in skins}, {skin.profile for skin in skins}
    if spec.cross and len(locales) > 1 and NATIVE in spec.locales:
        own = ", ".join(f"{skin.name} {skin.locale}" for skin in skins)
        raise UsageError(
            f"cross shows the same thread in every skin, so its locale cannot be 'native': {own}; right would be "
            f"--locale with one of {', '.join(sorted(locales))}"
        )
    if spec.cross and len(profiles) > 1:
        profiles = {DEFAULT_PROFILE}
    return msgspec.structs.replace(
        spec, locales=_named(spec.locales, locales), profiles=_named(spec.profiles, profiles)
    )


def _named(weights: Weights, own: set[str]) -> Weights:
    """Weights with the one name that all skins have for their own in place of ``native``."""
    if NATIVE not in weights or len(own) > 1:
        return weights
    (name,) = own
    more = {name: weights[NATIVE] + weights.get(name, 0)}
    return dict(sorted(({key: n for key, n in weights.items() if key != NATIVE} | more).items()))


def _check_settings(spec: Spec, chosen: Mapping[str, Weights]) -> None:
    """Every setting is one of a skin of the corpus, and so is every value."""
    offered: dict[str, dict[str, None]] = {}
    for skin in (load_skin(name, spec.templates) for name in spec.skins):
        for name, setting in skin.settings.items():
            offered.setdefault(name, {}).update(dict.fromkeys(setting.values))
    _known("setting", chosen, offered)
    for name, weights in chosen.items():
        _known(f"{name} value", weights, offered[name])


def _known(kind: str, names: Iterable[str], known: Sequence[str] | Mapping[str, object]) -> None:
    for name in names:
        if name not in known:
            raise UnknownName(kind, name, known)
