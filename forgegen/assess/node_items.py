"""What posts hold besides text, item by item: links, images, files, mentions, quotations, code, lists and tables.

An item is a mapping with the keys of its field (``KEYS``). Truth's items are made from its structs, a parser's from
what it returned: mappings with some of the keys, or the bare value of the first key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from forgegen.errors import UsageError
from forgegen.model.bodies import Block, ItemList, Node, Paragraph, Spoiler, Table
from forgegen.model.body_views import text_of_blocks
from forgegen.model.truth import PostTruth

Item = dict[str, Any]

KEYS: dict[str, tuple[str, ...]] = {
    "links": ("address", "text"),
    "images": ("address", "alt", "caption"),
    "attachments": ("name", "bytes", "kind", "downloads", "address"),
    "mentions": ("name",),
    "quotes": ("text", "author", "level", "date"),
    "code": ("text", "language", "inline"),
    "lists": ("items", "ordered"),
    "tables": ("rows", "header"),
}
"""The keys of an item by field; the first is the one that a bare value gives."""

NODE_FIELDS = tuple(KEYS)
_OTHER_NAMES = {"href": "address", "url": "address", "src": "address"}
_NUMBERS = frozenset(("bytes", "downloads", "level"))
_FLAGS = frozenset(("inline", "ordered", "header"))
_RIGHT = {
    "links": "a list of {address, text}, of addresses, or of pairs of both",
    "images": "a list of {address, alt, caption}, or of addresses",
    "attachments": "a list of {name, bytes, kind, downloads, address}, or of names",
    "mentions": "a list of names",
    "quotes": "a list of {text, author, level, date}, or of texts",
    "code": "a list of {text, language, inline}, or of texts",
    "lists": "a list of lists of items, or of {items, ordered}; an item is a text, or {text, lists}",
    "tables": "a list of tables, each a list of rows of texts, or {rows, header}",
}


def true_items(name: str, post: PostTruth) -> list[Item] | None:
    """The items that a page shows in a post; None where its skin does not show the field."""
    if name in ("lists", "tables"):
        if post.body is UNSET:
            return None
        return list((lists_of if name == "lists" else tables_of)(post.body or ()))
    found = getattr(post, name)
    return None if found is UNSET else [{key: getattr(item, key) for key in KEYS[name]} for item in found]


def lists_of(blocks: tuple[Block, ...]) -> Iterator[Item]:
    """The lists in a body; those within an item are in ``lists`` of the item. What a quotation holds is its own."""
    for block in blocks:
        if isinstance(block, ItemList):
            yield {"items": [_item_of(item) for item in block.items], "ordered": block.ordered}
        elif isinstance(block, Spoiler):
            yield from lists_of(block.blocks)


def _item_of(blocks: tuple[Block, ...]) -> Item:
    return {"text": text_of_blocks(_without_lists(blocks)), "lists": list(lists_of(blocks))}


def _without_lists(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Spoiler):
            found += _without_lists(block.blocks)
        elif not isinstance(block, ItemList):
            found.append(block)
    return tuple(found)


def tables_of(blocks: tuple[Block, ...]) -> Iterator[Item]:
    """The tables in a body, cell by cell. What a quotation holds is its own."""
    for block in blocks:
        if isinstance(block, Table):
            rows = [[text_of_blocks((Paragraph(cell),)) if cell else "" for cell in row] for row in block.rows]
            yield {"rows": rows, "header": block.header}
        elif isinstance(block, Spoiler):
            yield from tables_of(block.blocks)
        elif isinstance(block, ItemList):
            for item in block.items:
                yield from tables_of(item)


def nodes_in(parts: Iterable[Any]) -> Iterator[Any]:
    """All nodes of a body, however deep, those of quotations too."""
    for part in parts:
        if isinstance(part, tuple):
            yield from nodes_in(part)
        elif isinstance(part, Node):
            yield part
            yield from nodes_in(getattr(part, field) for field in part.__struct_fields__)


def read_items(name: str, value: Any, where: str) -> list[Item]:
    """A parser's items of a field; ``where`` is what errors say of the post.

    Raises: UsageError.
    """
    if isinstance(value, str):
        value = [value] if value else []
    if isinstance(value, Mapping) or not isinstance(value, Iterable):
        raise _wrong(name, value, where)
    return [_read_item(name, item, where) for item in value]


def _wrong(name: str, value: Any, where: str) -> UsageError:
    text = repr(value)
    return UsageError(f"{name} of {where} is {text[:80]}{'…' * (len(text) > 80)}; right would be {_RIGHT[name]}")


def _read_item(name: str, value: Any, where: str) -> Item:
    first = KEYS[name][0]
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    if isinstance(value, Mapping):
        named = {_OTHER_NAMES.get(key, key): part for key, part in value.items()}
        item = {key: named[key] for key in KEYS[name] if key in named}
        if first not in item and not (name == "images" and item):
            raise _wrong(name, value, where)
    elif name == "links" and isinstance(value, list | tuple) and len(value) == 2:
        item = {"address": value[0], "text": value[1]}
    else:
        item = {first: value}
    return {key: _read_part(name, key, part, where) for key, part in item.items()}


def _read_part(name: str, key: str, value: Any, where: str) -> Any:
    """One value of an item, if it is of the right type; None for what is not there."""
    if key == "items":
        return [_read_list_item(item, where) for item in _sequence("lists", value, where)]
    if key == "rows":
        return [[_text(name, cell, where) for cell in _sequence(name, row, where)]
                for row in _sequence(name, value, where)]  # fmt: skip
    if key in _FLAGS:
        return bool(value)
    if value is None or key == "date":
        return value
    if key in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise _wrong(name, value, where)
        return value
    return _text(name, value, where)


def _text(name: str, value: Any, where: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong(name, value, where)
    return value


def _sequence(name: str, value: Any, where: str) -> list[Any]:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise _wrong(name, value, where)
    return list(value)


def _read_list_item(value: Any, where: str) -> Item:
    if isinstance(value, Mapping):
        return {
            "text": _text("lists", value.get("text"), where),
            "lists": read_items("lists", value.get("lists") or [], where),
        }
    return {"text": _text("lists", value, where), "lists": []}
