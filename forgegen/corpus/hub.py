"""How ``datasets`` loads a corpus: the configurations of a card, one a format, with the parts of the split as theirs.

That library takes one reader for all configurations of a card, the one that fits the first. So the corpus' own card
names what the reader of its best format reads, and a format that needs another has a card in ``data/FORMAT``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import UnsetType

from forgegen.corpus.columns import AS_TEXT, OWN, PageFields, kept
from forgegen.corpus.plan import Plan
from forgegen.model.truth import Truth

# format -> the reader that ``datasets`` takes for it, and how its files end; the best first
READERS = {"parquet": ("parquet", "parquet"), "jsonl": ("json", "jsonl.zst"), "posts": ("parquet", "posts.parquet")}
HEADERS = ("Content-Type", "Date", "Content-Encoding")  # all that pages have
_USUAL = ("train", "dev", "validation", "test")


def main_formats(plan: Plan) -> list[str]:
    """The formats that the corpus' own card names, the default first."""
    found = [name for name in READERS if name in plan.spec.formats]
    return [name for name in found if READERS[name][0] == READERS[found[0]][0]]


def other_formats(plan: Plan) -> list[str]:
    """The formats that need a card of their own."""
    return [name for name in READERS if name in plan.spec.formats and name not in main_formats(plan)]


def config_lines(plan: Plan, names: Iterable[str], splits: Iterable[str], folder: str = "") -> Iterator[str]:
    """The lines of YAML for these formats; paths begin below ``folder``. ``splits`` are the parts that have threads."""
    names, parts = list(names), in_order(splits)
    if names:
        yield "configs:"
    for name in names:
        yield from (f"- config_name: {name}", *(["  default: true"] if name == names[0] else []), "  data_files:")
        for part in parts:
            place = f"data/{name}/{part + '/' if len(plan.spec.split) > 1 else ''}*/*.{READERS[name][1]}"
            yield from (f"  - split: {part}", f"    path: {place.removeprefix(folder)}")
    if "jsonl" in names:
        yield from ("dataset_info:", "- config_name: jsonl", "  features:")
        yield from _fields(_line(plan.spec.columns), "  ")


def in_order(splits: Iterable[str]) -> list[str]:
    """Parts as people name them: train, dev, validation, test, then the others by name."""
    found = set(splits)
    return [*(part for part in _USUAL if part in found), *sorted(found - set(_USUAL))]


def _line(columns: tuple[str, ...]) -> dict[str, Any]:
    """What a line of JSON holds by name, without what was left out."""
    names, plain = kept(columns), {field.name: field.type for field in msgspec.structs.fields(PageFields)}
    found: dict[str, Any] = {name: plain[name] for name in names if name in plain}
    if "body" in names:
        found |= {"html": str, "body_b64": str}
    if not {"truth", "truth_json"}.isdisjoint(names):
        found["truth"] = Truth
    return found


def _fields(named: dict[str, Any], indent: str) -> Iterator[str]:
    """Features as YAML: without them the reader takes those of the first rows, and stops where others have more."""
    for name, annotation in named.items():
        kind, many = _bare(annotation)
        yield f"{indent}- name: {name}"
        if isinstance(kind, dict):
            yield f"{indent}  {'list' if many else 'struct'}:"
            yield from _fields(kind, f"{indent}  ")
        else:
            yield f"{indent}  {'list' if many else 'dtype'}: {kind}"


def _bare(annotation: Any) -> tuple[Any, bool]:
    """What a field holds where it is neither absent nor null, a name or fields, and whether many of it."""
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = [part for part in get_args(annotation) if part not in (UnsetType, type(None))]
    if get_origin(annotation) is tuple:
        return _bare(get_args(annotation)[0])[0], True
    if get_origin(annotation) is dict:
        return dict.fromkeys(HEADERS, str), False
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        fields = msgspec.structs.fields(annotation)
        held = (field for field in fields if field.name not in OWN)
        return {field.name: object if field.name in AS_TEXT else field.type for field in held}, False
    if get_origin(annotation) is Literal:
        annotation = type(get_args(annotation)[0])
    return {str: "string", int: "int64", bool: "bool", object: "json"}[annotation], False
