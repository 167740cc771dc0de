"""Whether a parser's items of a post are the page's: links, images, files and mentions as sets, the rest in order.

Code is compared character for character, whatever the profile. Of an item only the keys are compared that the answer
has in some item. A predicted link that is a mention, a hashtag, an address of e-mail or a file is neither asked for nor
wrong, and an address may be given in full where the page has it short.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from msgspec import UNSET

from forgegen.assess.date_ladder import rung
from forgegen.assess.matching import NOTHING, Verdict, number_of
from forgegen.assess.node_items import KEYS, Item, nodes_in
from forgegen.assess.normalise import ws
from forgegen.model.bodies import Block, Hashtag, Quote, blocks_from_json
from forgegen.model.body_views import body_fields
from forgegen.model.truth import PostTruth

Norm = Callable[[str], str]

_SETS = frozenset(("links", "images", "attachments", "mentions"))
_EMPTY: dict[str, Any] = {"inline": False, "ordered": False, "header": False}


def claimed_keys(name: str, answers: Sequence[list[Item] | None]) -> tuple[str, ...]:
    """The keys that some item of an answer has."""
    named = {key for items in answers for item in items or () for key in item}
    return tuple(key for key in KEYS[name] if key in named) or KEYS[name][:1]


def judge_items(
    name: str, own: list[Item], other: list[Item] | None, keys: tuple[str, ...], norm: Norm, post: PostTruth
) -> Verdict:
    """The verdict on the items of a post; its ``items`` are how many are right, predicted and true."""
    mine, theirs = list(own), list(other or ())
    if name in _SETS:
        mine, theirs = _distinct(mine, keys), _distinct(theirs, keys)
    left_mine, left_theirs = _unmatched(name, mine, theirs, keys, norm)
    if name == "links":
        links = [item for item in left_theirs if _is_other_node(item, post, norm)]
        left_theirs = [item for item in left_theirs if item not in links]
        theirs = [item for item in theirs if item not in links]
    right = len(mine) - len(left_mine)
    items = (right, len(theirs), len(mine))
    if not left_mine and not left_theirs:
        in_order = name in _SETS or all(
            same_item(name, a, b, keys, norm) for a, b in zip(mine, theirs, strict=True)
        )  # fmt: skip
        if in_order:
            return Verdict("right", items=items) if mine else NOTHING
        return Verdict("wrong", "order", items=items)
    if not left_theirs:
        return Verdict("missing", items=items)
    if not left_mine:
        return Verdict("invented", items=items)
    return Verdict("wrong", _label(name, left_mine[0], left_theirs, keys, norm), items=items)


def first_difference(
    name: str, own: list[Item], other: list[Item] | None, keys: tuple[str, ...], norm: Norm
) -> tuple[Item | None, Item | None]:
    """The first of the page's items that the answer lacks, and the first of the answer's that the page lacks."""
    mine, theirs = _unmatched(name, list(own), list(other or ()), keys, norm)
    near = next((b for a in mine[:1] for b in theirs if _likeness(name, a, b, keys, norm)), None)
    return mine[0] if mine else None, near or (theirs[0] if theirs else None)


def _distinct(items: list[Item], keys: tuple[str, ...]) -> list[Item]:
    """Items without those that are there already."""
    found: dict[tuple[Any, ...], Item] = {}
    for item in items:
        found.setdefault(tuple(str(item.get(key)) for key in keys), item)
    return list(found.values())


def _unmatched(
    name: str, mine: list[Item], theirs: list[Item], keys: tuple[str, ...], norm: Norm
) -> tuple[list[Item], list[Item]]:
    """What either side has and the other has not."""
    left, rest = [], list(theirs)
    for item in mine:
        at = next((n for n, there in enumerate(rest) if same_item(name, item, there, keys, norm)), None)
        if at is None:
            left.append(item)
        else:
            del rest[at]
    return left, rest


def same_item(name: str, own: Item, other: Item, keys: tuple[str, ...], norm: Norm) -> bool:
    """Whether two items are the same in all of these keys."""
    return all(_same(name, key, own, other, norm) for key in keys)


def _same(name: str, key: str, own: Item, other: Item, norm: Norm) -> bool:
    mine, theirs = own.get(key), other.get(key, _EMPTY.get(key))
    if key == "address":
        return same_address(mine or "", theirs or "")
    if key in ("bytes", "downloads", "level"):
        return mine == number_of(theirs) if theirs is not None else mine is None
    if key == "date":
        return rung(mine, theirs).right
    if key == "items":
        return len(mine or ()) == len(theirs or ()) and all(
            _same_list_item(a, b, norm) for a, b in zip(mine or (), theirs or (), strict=True)
        )
    if key == "rows":
        return _normed_rows(mine, norm) == _normed_rows(theirs, norm)
    if name == "code" and key == "text":
        fold = ws if own.get("inline") else _edges
        return fold(mine or "") == fold(theirs or "")
    if isinstance(mine, bool):
        return mine == bool(theirs)
    return norm(mine or "") == norm(theirs or "")


def _edges(code: str) -> str:
    """Code without the line feeds at its edges, which pages do not tell apart."""
    return code.replace("\r\n", "\n").strip("\n")


def _normed_rows(rows: Any, norm: Norm) -> list[list[str]]:
    return [[norm(cell) for cell in row] for row in rows or ()]


def _same_list_item(own: Item, other: Item, norm: Norm) -> bool:
    if norm(own["text"]) != norm(other["text"]) or len(own["lists"]) != len(other["lists"]):
        return False
    return all(
        same_item("lists", a, b, ("items", *(k for k in ("ordered",) if k in b)), norm)
        for a, b in zip(own["lists"], other["lists"], strict=True)
    )


def same_address(own: str, other: str) -> bool:
    """Whether an address of a page is the one that a parser gives, which may be in full.

    >>> same_address("/a?b", "https://x.example/a?b"), same_address("/a", "/b")
    (True, False)
    """
    if own == other:
        return True
    if not other or not own:
        return False
    try:
        return _plain_address(urljoin(other, own.lstrip("./") if own.startswith(".") else own)) == _plain_address(other)
    except ValueError:  # no address that could be taken apart
        return False


def _plain_address(address: str) -> str:
    """An address with its host in ASCII and nothing escaped, so that both forms of one are equal."""
    parts = urlsplit(address)
    host = parts.netloc.lower()
    with suppress(UnicodeError):
        host = host.encode("idna").decode() if host and not host.isascii() else host
    path = parts.path or ("/" if host else "")
    return urlunsplit((parts.scheme, host, *(unquote(part) for part in (path, parts.query, parts.fragment))))


def _is_other_node(link: Item, post: PostTruth, norm: Norm) -> bool:
    """Whether a predicted link is what truth lists elsewhere, or not at all."""
    if str(link.get("address", "")).startswith("mailto:"):
        return True
    text = norm(link.get("text") or "").lstrip("@#")
    return bool(text) and text in {norm(name).lstrip("@#") for name in _names(post)}


def _names(post: PostTruth) -> Iterator[str]:
    """What stands as a link on pages and is none in truth: mentions, hashtags, files."""
    for mention in post.mentions or () if post.mentions is not UNSET else ():
        yield mention.name
    for file in post.attachments or () if post.attachments is not UNSET else ():
        yield file.name
    if post.body is not UNSET:
        yield from (node.name for node in nodes_in(post.body or ()) if isinstance(node, Hashtag))


def _likeness(name: str, own: Item, other: Item, keys: tuple[str, ...], norm: Norm) -> int:
    return sum(_same(name, key, own, other, norm) for key in keys)


def _label(name: str, own: Item, others: list[Item], keys: tuple[str, ...], norm: Norm) -> str:
    """In what the nearest of the answer's items is wrong."""
    other = max(others, key=lambda item: _likeness(name, own, item, keys, norm))
    if len(wrong := [key for key in keys if not _same(name, key, own, other, norm)]) == 1 and wrong[0] != KEYS[name][0]:
        return wrong[0]
    if name == "code" and "".join(own["text"].split()) == "".join((other.get("text") or "").split()):
        return "white space"
    if name == "tables":
        return _table_label(own["rows"], other.get("rows") or [])
    if name == "lists":
        return _list_label(own, other)
    return wrong[0] if wrong and len(wrong) < len(keys) else ""


def _table_label(own: list[list[str]], other: list[list[str]]) -> str:
    if len(own) != len(other):
        return "rows"
    return "columns" if [len(row) for row in own] != [len(row) for row in other] else "cells"


def _list_label(own: Item, other: Item) -> str:
    mine, theirs = own["items"], other.get("items") or []
    if sum(bool(item["lists"]) for item in mine) != sum(bool(item["lists"]) for item in theirs):
        return "nesting"
    return "items" if len(mine) != len(theirs) else ""


def judge_tree(own: tuple[Block, ...] | None, other: str | None) -> Verdict:
    """The verdict on a tree of nodes, given as JSON; its label is the first node that is wrong. Ids are not judged."""
    theirs = None if other is None else body_fields(blocks_from_json(other), None, None)["body"]
    mine = None if own is None else _without_ids(own)
    theirs = None if theirs is None else _without_ids(theirs)
    if mine == theirs:
        return NOTHING if mine is None else Verdict("right")
    if theirs is None or mine is None:
        return Verdict("missing" if theirs is None else "invented")
    wrong = next((a for a, b in zip_longest(mine, theirs) if a != b and a is not None), None)
    return Verdict("wrong", "" if wrong is None else wrong.type.replace("_", " "))


def _without_ids(value: Any) -> Any:
    """Nodes without what a parser may number as it likes: the posts that are quoted."""
    if isinstance(value, tuple):
        return tuple(map(_without_ids, value))
    if not hasattr(value, "__struct_fields__"):
        return value
    fields = {name: _without_ids(getattr(value, name)) for name in value.__struct_fields__}
    return type(value)(**fields | ({"post": None} if isinstance(value, Quote) else {}))
