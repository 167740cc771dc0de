"""Ground truth: exactly what one page shows, as structs with a JSON form and a JSON Schema.

Three states of a field: *absent* (``UNSET``) where the skin never shows it, ``None`` where it shows it for
others but not
here, else the value. ``X_shown`` holds a count's display where that is not plain digits. ``X_actual`` is an annotation,
the model's number where the display differs, and so is ``plain``, what a person reads where a text hides it from
filters, and ``seen``, what a browser shows of a post, where that was asked for; equality ignores annotations and
``extract`` leaves them out. Equality ignores ``n`` too: a forum numbers its
posts as they come, so that the position in the thread is on no page; ``extract`` gives the place on the page there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from forgegen.errors import ReadError, UsageError, check_type
from forgegen.model.bodies import Block
from forgegen.model.body_views import AttachmentTruth, CodeTruth, ImageTruth, LinkTruth, MentionTruth, QuoteTruth
from forgegen.model.broken_json import line_of
from forgegen.model.date_truth import DateTruth

__all__ = ["DateTruth", "PostTruth", "Truth"]


class _Compared(msgspec.Struct, frozen=True, eq=False, gc=False):
    """Equality over all fields but the annotations and ``n``, which a forum's page does not show."""

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        names = _compared(type(self))
        return all(getattr(self, name) == getattr(other, name) for name in names)

    def __ne__(self, other: object) -> bool:
        # The base's own would compare by identity.
        return not self == other

    def __hash__(self) -> int:
        return hash((type(self), *(_hashable(getattr(self, name)) for name in _compared(type(self)))))


def is_annotation(name: str) -> bool:
    """Whether a field of truth is one that equality ignores and ``extract`` leaves out.

    >>> is_annotation("seen"), is_annotation("likes_actual"), is_annotation("likes")
    (True, True, False)
    """
    return name in ("plain", "seen") or name.endswith("_actual")


def _compared(cls: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(name for name in cls.__struct_fields__ if not is_annotation(name) and name != "n")


def _hashable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class PostTruth(_Compared, frozen=True, eq=False, repr_omit_defaults=True, kw_only=True, gc=False):
    """One post as a page shows it. ``parent`` is the parent's ``id``, ``n`` the position in the whole thread.

    ``body`` is None for a post of nothing but text, below one quotation of text at the most. ``guest`` is true of a
    post whose author the page shows as no member, be it that the account is gone.
    """

    n: int
    id: str | UnsetType | None = UNSET
    floor: int | UnsetType | None = UNSET
    floor_shown: str | UnsetType = UNSET
    role: str | UnsetType | None = UNSET
    author: str | UnsetType | None = UNSET
    avatar: str | UnsetType | None = UNSET
    text: str | UnsetType | None = UNSET
    date: DateTruth | UnsetType | None = UNSET
    replies: int | UnsetType | None = UNSET
    replies_shown: str | UnsetType = UNSET
    replies_actual: int | UnsetType = UNSET
    parent: str | UnsetType | None = UNSET
    parent_floor: int | UnsetType | None = UNSET
    quote: str | UnsetType | None = UNSET
    likes: int | UnsetType | None = UNSET
    likes_shown: str | UnsetType = UNSET
    likes_actual: int | UnsetType = UNSET
    status: str | UnsetType | None = UNSET
    plain: str | UnsetType = UNSET
    body: tuple[Block, ...] | UnsetType | None = UNSET
    links: tuple[LinkTruth, ...] | UnsetType = UNSET
    images: tuple[ImageTruth, ...] | UnsetType = UNSET
    attachments: tuple[AttachmentTruth, ...] | UnsetType = UNSET
    mentions: tuple[MentionTruth, ...] | UnsetType = UNSET
    quotes: tuple[QuoteTruth, ...] | UnsetType = UNSET
    code: tuple[CodeTruth, ...] | UnsetType = UNSET
    edited: DateTruth | UnsetType | None = UNSET
    guest: bool | UnsetType = UNSET
    banned: bool | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    seen: str | UnsetType | None = UNSET


class Truth(_Compared, frozen=True, eq=False, repr_omit_defaults=True, kw_only=True, gc=False):
    """What a page shows. ``observed`` is the moment of observation, an ISO instant."""

    title: str | UnsetType | None = UNSET
    author: str | UnsetType | None = UNSET
    board: str | UnsetType | None = UNSET
    published: DateTruth | UnsetType | None = UNSET
    last_reply: DateTruth | UnsetType | None = UNSET
    views: int | UnsetType | None = UNSET
    views_shown: str | UnsetType = UNSET
    views_actual: int | UnsetType = UNSET
    comment_count: int | UnsetType | None = UNSET
    comment_count_shown: str | UnsetType = UNSET
    comment_count_actual: int | UnsetType = UNSET
    paragraphs: tuple[str, ...] | UnsetType = UNSET
    posts: tuple[PostTruth, ...] = ()
    observed: str | UnsetType | None = UNSET
    body: tuple[Block, ...] | UnsetType | None = UNSET
    seen: str | UnsetType | None = UNSET

    def to_json(self) -> str:
        """The truth as JSON on one line."""
        return _encoder.encode(self).decode()

    def to_bytes(self) -> bytes:
        """The truth as JSON in UTF-8, on one line."""
        return _encoder.encode(self)

    @classmethod
    def from_json(cls, text: str | bytes | Mapping[str, Any]) -> Truth:
        """A truth from its JSON, or from what ``json.loads`` makes of it.

        Raises: ReadError with the line where the input is broken.
        """
        check_type("text", text, (str, bytes, Mapping), "the JSON of a truth, or what json.loads makes of it")
        raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        try:
            return _decoder.decode(raw) if isinstance(raw, bytes) else msgspec.convert(raw, cls)
        except (msgspec.MsgspecError, ValueError, RecursionError) as e:
            line = line_of(raw, str(e)) if isinstance(raw, bytes) else 1
            raise ReadError(line, f"not a truth's JSON: {e}") from None

    @classmethod
    def join(cls, truths: Iterable[Truth]) -> Truth:
        """The whole thread's truth from its pages': the first page's header, every post once, in the order of ``n``.

        Raises: UsageError where there is no page, or something that is no truth.
        """
        check_type("truths", truths, Iterable, "the truths of all pages of one thread")
        pages = list(truths)
        for page in pages:
            check_type("a page's truth", page, Truth, "a Truth, as page.truth is")
        if not pages:
            raise UsageError("no page to join; right would be the truths of all pages of one thread")
        posts = {post.id or post.n: post for page in pages for post in page.posts}
        first = next((page for page in pages if page.paragraphs), pages[0])
        told = len({post.n for post in posts.values()}) == len(posts)  # else n is the place on a page
        ordered = sorted(posts.values(), key=lambda p: p.n) if told and not _by_arrival(pages) else posts.values()
        return msgspec.structs.replace(first, posts=tuple(ordered))

    @staticmethod
    def schema() -> dict[str, Any]:
        """The JSON Schema (draft 2020-12) of ``to_json``."""
        inner = msgspec.json.schema(Truth)
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "forgegen ground truth", **inner}


def _by_arrival(pages: list[Truth]) -> bool:
    """Whether the pages list posts in another order than the tree's: then that order is kept."""
    return any(a.n > b.n for page in pages for a, b in pairwise(page.posts))


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Truth)
