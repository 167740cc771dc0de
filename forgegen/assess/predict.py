"""Predictions: what a parser returned, in one form.

A parser may return a mapping, JSON, a list of posts, an object with such attributes, a schema.org tree or plain text.
A **missing** field is one the parser does not claim (``UNSET``); a present ``None`` is a claim that there is none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import msgspec
from msgspec import UNSET

from forgegen.assess.node_items import NODE_FIELDS, read_items
from forgegen.assess.schema_org import from_schema_org, is_schema_org
from forgegen.errors import UnknownName, UsageError, check_type
from forgegen.model.bodies import Block, blocks_from_json, blocks_to_json

PAGE_FIELDS = ("title", "author", "board", "published", "last_reply", "views", "comment_count", "paragraphs")
POST_FIELDS = (
    "id", "floor", "role", "author", "avatar", "text", "date", "replies", "parent", "parent_floor", "quote", "likes",
    "status", "edited", "guest", "banned", "pinned", "body", *NODE_FIELDS,
)  # fmt: skip
COUNTS = ("views", "comment_count", "floor", "replies", "parent_floor", "likes")
DATES = ("published", "last_reply", "date", "edited")
FLAGS = ("guest", "banned", "pinned")
_TEXTS = ("title", "author", "board", "id", "role", "avatar", "text", "quote", "status")
_ANNOTATIONS = ("_shown", "_actual")
_IGNORED = {"observed", "n", "seen", "depth", "children", "posts", "url", "key"}
_SHOWN = 60


class Gone(msgspec.Struct, frozen=True):
    """A parent that is not among the predicted posts: an id of another page, or nonsense."""

    name: str


class PredictedPost(msgspec.Struct, kw_only=True):
    """One post as the parser sees it. ``parent`` is a 0-based index, ``Gone``, None for the top, UNSET unclaimed."""

    id: Any = UNSET
    floor: Any = UNSET
    role: Any = UNSET
    author: Any = UNSET
    avatar: Any = UNSET
    text: Any = UNSET
    date: Any = UNSET
    replies: Any = UNSET
    parent: Any = UNSET
    parent_floor: Any = UNSET
    quote: Any = UNSET
    likes: Any = UNSET
    status: Any = UNSET
    edited: Any = UNSET
    guest: Any = UNSET
    banned: Any = UNSET
    pinned: Any = UNSET
    body: Any = UNSET
    links: Any = UNSET
    images: Any = UNSET
    attachments: Any = UNSET
    mentions: Any = UNSET
    quotes: Any = UNSET
    code: Any = UNSET
    lists: Any = UNSET
    tables: Any = UNSET


class Prediction(msgspec.Struct, kw_only=True):
    """What a parser says of a page. ``plain`` is its answer where that is mere text.

    - ``page``: the claimed fields of the header; ``posts``: None where the parser claims none
    - ``claims``: the post fields that at least one post has; where another post lacks one, that counts as None
    - ``nested``: posts came as trees, so their order claims nothing
    - ``unknown``: keys that mean nothing here, in the order met
    """

    page: dict[str, Any] = {}
    posts: list[PredictedPost] | None = None
    claims: frozenset[str] = frozenset()
    nested: bool = False
    plain: str | None = None
    unknown: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the parser claims nothing at all."""
        return not self.page and self.posts is None and self.plain is None


def read_prediction(value: Any, rename: Mapping[str, str] | None = None) -> Prediction:
    """A parser's answer in one form; ``rename`` maps its field names to ours.

    Raises: UsageError, which names the value and what would be right; UnknownName for a wrong name in ``rename``.
    """
    if isinstance(value, Prediction):
        return value
    return _Reader(checked_rename(rename)).read(value)


def checked_rename(rename: Mapping[str, str] | None) -> dict[str, str]:
    """Names of fields with ours, if ours are right. Raises: UnknownName."""
    known = sorted({*PAGE_FIELDS, *POST_FIELDS, "posts", "children"})
    check_type("rename", rename, (Mapping, type(None)), "a mapping of their names to ours, as {'body': 'text'}")
    for ours in (rename or {}).values():
        if ours not in known:
            raise UnknownName("field", ours, known)
    return dict(rename or {})


def shorten(value: object) -> str:
    """A value's repr, cut to what fits a line."""
    try:
        text = repr(value[:_SHOWN] if isinstance(value, str | bytes) else value)
    except (RecursionError, ValueError):  # nested too deep; a number too long for digits
        why = "long" if isinstance(value, int) else "deep"
        text = f"a {type(value).__name__} that is too {why} to show"
    return text if len(text) <= _SHOWN + 20 else text[: _SHOWN + 20] + "…"


class _Reader:
    """Reads one answer."""

    def __init__(self, rename: dict[str, str]) -> None:
        self.rename = rename
        self.ours = {ours: theirs for theirs, ours in rename.items()}
        self.unknown: dict[str, None] = {}

    def read(self, value: Any) -> Prediction:
        if value is None:
            raise UsageError(f"the parser returned None; right would be {_WANTED}")
        if isinstance(value, bytes | bytearray):
            try:
                value = bytes(value).decode()
            except UnicodeDecodeError:
                raise UsageError(f"the parser returned bytes that are not UTF-8; right would be {_WANTED}") from None
        if isinstance(value, str):
            return self.read_text(value)
        if isinstance(value, bool | int | float | complex):
            raise UsageError(f"the parser returned {shorten(value)}; right would be {_WANTED}")
        if isinstance(value, Mapping) or not isinstance(value, Iterable) or self.has_fields(value):
            return self.read_page(value)
        return self.read_posts_only(list(value))

    def has_fields(self, value: Any) -> bool:
        """Whether an iterable is an object with a page's attributes (a named tuple, an iterable model)."""
        return any(hasattr(value, self.ours.get(name, name)) for name in (*PAGE_FIELDS, "posts"))

    def read_text(self, text: str) -> Prediction:
        if text.lstrip()[:1] in ("{", "["):
            try:
                found = json.loads(text)
            except (ValueError, RecursionError):
                return Prediction(plain=text)
            return self.read(found)
        return Prediction(plain=text)

    def read_posts_only(self, items: list[Any]) -> Prediction:
        if len(items) == 1 and isinstance(items[0], Mapping) and is_schema_org(items[0]):
            return self.read_page(items[0])
        posts, claims, nested = self.read_posts(items)
        return Prediction(posts=posts, claims=claims, nested=nested, unknown=tuple(self.unknown))

    def read_page(self, value: Any) -> Prediction:
        if isinstance(value, Mapping) and is_schema_org(value):
            value = from_schema_org(value) or {}
        found = self.fields_of(value, (*PAGE_FIELDS, "posts"))
        claimed = {name: _checked(name, found[name], "the page") for name in PAGE_FIELDS if name in found}
        if "posts" not in found:
            if not claimed and self.unknown:
                raise UsageError(f"the parser returned {shorten(value)}, with no field of a page.{self.guess()}")
            if not claimed and not isinstance(value, Mapping):
                raise UsageError(f"the parser returned {shorten(value)}; right would be {_WANTED}")
            return Prediction(page=claimed, unknown=tuple(self.unknown))
        items = found["posts"]
        if items is None or isinstance(items, str | bytes | Mapping) or not isinstance(items, Iterable):
            raise UsageError(f"posts is {shorten(items)}; right would be a list of posts")
        posts, claims, nested = self.read_posts(list(items))
        return Prediction(page=claimed, posts=posts, claims=claims, nested=nested, unknown=tuple(self.unknown))

    def guess(self) -> str:
        """What an unknown key may have meant."""
        name = next(iter(self.unknown))
        near = get_close_matches(name, (*PAGE_FIELDS, "posts"), n=1, cutoff=0.6)
        return f" Did you mean {near[0]!r} by {name!r}?" if near else f" Known: {', '.join((*PAGE_FIELDS, 'posts'))}."

    def fields_of(self, value: Any, names: Iterable[str]) -> dict[str, Any]:
        """The claimed fields of a mapping or an object, by our names."""
        if isinstance(value, Mapping):
            found = {self.rename.get(key, key): item for key, item in value.items() if item is not UNSET}
            known = {*names, *_IGNORED}
            for key in found:
                if key not in known and not str(key).endswith(_ANNOTATIONS):
                    self.unknown[str(key)] = None
            if _is_text(found.get("body")):
                self.unknown["body"] = None
                del found["body"]
            return {name: found[name] for name in names if name in found}
        got = {name: getattr(value, self.ours.get(name, name), UNSET) for name in names}
        if _is_text(got.get("body")):
            del got["body"]
        return {name: item for name, item in got.items() if item is not UNSET and not callable(item)}

    def read_posts(self, items: list[Any]) -> tuple[list[PredictedPost], frozenset[str], bool]:
        rows, above, nested = self.flatten(items)
        claims = {name for row in rows for name in row}
        posts = [
            PredictedPost(**{name: _checked(name, row.get(name), f"post {i}") for name in claims})
            for i, row in enumerate(rows)
        ]
        if nested and "parent" not in claims:
            claims.add("parent")
            for post, parent in zip(posts, above, strict=True):
                post.parent = parent
        elif "parent" in claims:
            _resolve(posts)
        return posts, frozenset(claims), nested

    def flatten(self, items: list[Any]) -> tuple[list[dict[str, Any]], list[int | None], bool]:
        """All posts in depth-first order, the index above each, and whether any had children."""
        rows: list[dict[str, Any]] = []
        above: list[int | None] = []
        nested = False
        waiting: list[tuple[Any, int | None]] = [(item, None) for item in reversed(items)]
        while waiting:
            item, parent = waiting.pop()
            if item is None or isinstance(item, str | bytes | bool | int | float):
                raise UsageError(f"post {len(rows)} is {shorten(item)}; right would be a mapping or an object")
            row = self.fields_of(item, (*POST_FIELDS, "children"))
            children = row.pop("children", UNSET)
            if isinstance(row.get("replies"), list | tuple):  # a list of replies is the replies themselves
                children = row.pop("replies")
            if not row and children is UNSET:
                raise UsageError(f"post {len(rows)} is {shorten(item)}, with no field of a post")
            if children is not UNSET:
                nested = True
            waiting += [(child, len(rows)) for child in reversed(_children(children, len(rows)))]
            rows.append(row)
            above.append(parent)
        return rows, above, nested


def _is_text(value: Any) -> bool:
    """Whether a body is mere text: then it is no tree of nodes, and claims nothing."""
    return isinstance(value, str | bytes) and value[:1] not in ("[", b"[")


_WANTED = "a mapping with posts, a list of posts, an object with such attributes, JSON or plain text"


def _children(value: Any, row: int) -> list[Any]:
    if value is UNSET or value is None:
        return []
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise UsageError(f"children of post {row} is {shorten(value)}; right would be a list of posts")
    return list(value)


def _checked(name: str, value: Any, where: str) -> Any:
    """The value, if it is of a type that this field can have."""
    if value is None or value is UNSET:
        return None
    if name in _TEXTS:
        if name == "id" and isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise UsageError(f"{name} of {where} is {shorten(value)}; right would be a string or null")
    elif name == "paragraphs":
        if isinstance(value, str):
            return [line for line in value.split("\n") if line.strip()]
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise UsageError(f"paragraphs is {shorten(value)}; right would be a list of strings")
        return list(value)
    elif name in FLAGS:
        if not isinstance(value, bool):
            raise UsageError(f"{name} of {where} is {shorten(value)}; right would be true, false or null")
    elif name == "body":
        return _checked_body(value, where)
    elif name in NODE_FIELDS:
        return read_items(name, value, where)
    elif name in COUNTS and not isinstance(value, int | float | str):
        raise UsageError(f"{name} of {where} is {shorten(value)}; right would be a number or null")
    return value


def _checked_body(value: Any, where: str) -> Any:
    """The JSON of a tree of nodes."""
    try:
        if isinstance(value, str):
            return blocks_to_json(blocks_from_json(value))
        return blocks_to_json(msgspec.convert(msgspec.to_builtins(value), tuple[Block, ...]))
    except (msgspec.MsgspecError, ValueError, TypeError) as e:
        raise UsageError(
            f"body of {where} is {shorten(value)}, no tree of nodes: {e}; right would be nodes as in the truth's JSON"
        ) from None


def _resolve(posts: list[PredictedPost]) -> None:
    """Turn parents, ids or 0-based indices, into indices; what is neither is ``Gone``."""
    index: dict[str, int] = {}
    for i, post in enumerate(posts):
        if isinstance(post.id, str):
            index.setdefault(post.id, i)
    for i, post in enumerate(posts):
        parent = post.parent
        if parent is None:
            continue
        if isinstance(parent, bool) or not isinstance(parent, int | str):
            raise UsageError(f"parent of post {i} is {shorten(parent)}; right would be an id, a 0-based index or null")
        if isinstance(parent, str):
            post.parent = index.get(parent, Gone(parent))
        elif not 0 <= parent < len(posts):
            post.parent = Gone(str(parent))
