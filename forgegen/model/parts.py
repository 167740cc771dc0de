"""What a thread is made of: Article, Board, Post and Author, and the oddities of a post and of a head.

Texts are Unicode scalar values without NUL; CR and CRLF become LF on construction.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from forgegen.model.bodies import Block, canonical_blocks, check_depth, is_plain
from forgegen.model.body_views import text_of_blocks, texts_of_blocks
from forgegen.model.clean_text import clean


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _clean_fields(struct: msgspec.Struct, *names: str) -> None:
    for name in names:
        value = getattr(struct, name)
        cleaned = clean(value)
        if cleaned is not value:
            msgspec.structs.force_setattr(struct, name, cleaned)


class Author(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False):
    """Who wrote a post. ``avatar`` is the letter shown as picture; None means a drawn picture."""

    name: str = "al"
    avatar: str | None = None

    def __post_init__(self) -> None:
        _clean_fields(self, "name")
        if self.avatar is not None:
            _clean_fields(self, "avatar")


class Board(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False):
    """The board or channel: its native and its Latin name; ``id`` is its number where a forum has given it one."""

    name: str = ""
    latin: str = ""
    id: int | UnsetType = UNSET

    def __post_init__(self) -> None:
        _clean_fields(self, "name", "latin")


class Article(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False):
    """The news article above the comments; ``byline`` is the outlet, ``caption`` that of the lead image.

    ``body`` holds blocks (``forgegen.model.bodies``) where there is more than text; ``paragraphs`` are then the texts
    of these.
    """

    title: str = "t"
    byline: str = ""
    caption: str = ""
    paragraphs: tuple[str, ...] = ()
    body: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        _clean_fields(self, "title", "byline", "caption")
        cleaned = tuple(clean(p) for p in self.paragraphs)
        if cleaned != self.paragraphs:
            msgspec.structs.force_setattr(self, "paragraphs", cleaned)
        if self.body:
            self._settle_body()

    def _settle_body(self) -> None:
        """Bring the body into canonical form; one of plain paragraphs is none."""
        blocks = _settled(self.body)
        texts = texts_of_blocks(blocks)
        if self.paragraphs and self.paragraphs != texts:
            raise ValueError(f"paragraphs are {self.paragraphs!r:.80}; the body makes them {texts!r:.80}")
        msgspec.structs.force_setattr(self, "paragraphs", texts)
        msgspec.structs.force_setattr(self, "body", () if is_plain(blocks) else blocks)


class Odd(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False):
    """What is out of the ordinary about a post; a plain post has none.

    ``floor``, ``date``, ``replies``, ``likes`` name the forms in which these are displayed, empty for the skin's own.
    ``count`` is the number of direct replies displayed where that is not their number. ``quote`` is what the author
    quotes above the text, ``status`` what became of the post (``deleted``: a stub is left; ``collapsed``: folded away
    but on the page; ``removed``: nothing is left but its replies), ``edited`` the instant of the edit note, ``badge``
    a word beside the author's name, ``plain`` what a person reads where the text hides it from filters. ``guest``: who
    wrote it is no member; ``banned``: a member who may not write any more; ``pinned``: moderators have put it on top.
    A skin without selectors for these shows nothing of them.
    """

    floor: str = ""
    date: str = ""
    replies: str = ""
    likes: str = ""
    count: int | None = None
    quote: str | None = None
    status: Literal["deleted", "collapsed", "removed"] | None = None
    edited: int | None = None
    badge: str | None = None
    plain: str | None = None
    guest: bool = False
    banned: bool = False
    pinned: bool = False

    def __post_init__(self) -> None:
        for name in ("quote", "badge", "plain"):
            if getattr(self, name) is not None:
                _clean_fields(self, name)


class OddHead(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False):
    """What is out of the ordinary about a thread's head.

    ``views``, ``comments``, ``published``, ``last_reply`` name forms of display, empty for the skin's own. ``count``
    is the number of comments displayed where that is not their number. ``order`` is the order of the posts where it
    is not the skin's.
    """

    views: str = ""
    comments: str = ""
    published: str = ""
    last_reply: str = ""
    count: int | None = None
    order: Literal["tree", "arrival", "newest"] | None = None


class Post(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False):
    """One comment.

    ``depth`` is 1 for an answer to the article, else the parent's plus one. ``time`` is an instant in seconds, None
    where it is not known. ``arrival`` is the rank in time, 0-based; None means the page order. ``floor`` is the number
    shown; None means the position. ``author`` None is an author who is gone. ``odd`` holds what few posts have.
    """

    text: str = "ok"
    depth: int = 1
    author: Author | None = Author()
    time: int | None = None
    likes: int | None = None
    floor: int | None = None
    arrival: int | None = None
    odd: Odd | None = None
    body: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        if self.body:
            self._settle_body()
            return
        text = self.text
        if "\r" in text or "\0" in text or not _encodable(text):
            msgspec.structs.force_setattr(self, "text", clean(text))

    def _settle_body(self) -> None:
        """Bring the body into canonical form; one of plain paragraphs is none."""
        blocks = _settled(self.body)
        text = text_of_blocks(blocks)
        if self.text not in (text, "ok"):
            raise ValueError(f"text is {self.text!r:.80}; the body makes it {text!r:.80}")
        msgspec.structs.force_setattr(self, "text", text)
        msgspec.structs.force_setattr(self, "body", () if is_plain(blocks) else blocks)


def _settled(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks of a body in canonical form.

    Raises: ValueError where they nest too deep.
    """
    check_depth(blocks)
    return canonical_blocks(blocks)
