"""What a reader wants of a body: its text by one rule a node, and lists of links, images and the like with places.

The rules are in docs/bodies.md. Places are code points of ``text``, ``end`` exclusive; what has no text stands where
it would have begun.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from forgegen.model.bodies import (
    Attachment,
    Block,
    Code,
    CodeSpan,
    Figure,
    Heading,
    Image,
    Inline,
    ItemList,
    Link,
    Mention,
    Paragraph,
    Quote,
    Spoiler,
    Table,
    Unfurl,
    is_plain,
    paragraphs_of,
    shown,
)
from forgegen.model.date_truth import DateTruth

BODY_LISTS = ("links", "images", "attachments", "mentions", "quotes", "code")
"""The lists that follow from a body."""


class LinkTruth(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False):
    """A link: where it leads and what it says."""

    address: str
    text: str
    start: int
    end: int


class ImageTruth(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False):
    """A picture; smileys and avatars are none."""

    address: str
    start: int
    end: int
    alt: str = ""
    caption: str = ""


class AttachmentTruth(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False):
    """A file that is offered."""

    name: str
    start: int
    end: int
    bytes: int | None = None
    kind: str = ""
    downloads: int | None = None
    address: str = ""


class MentionTruth(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False):
    """A member spoken to."""

    name: str
    start: int
    end: int


class QuoteTruth(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False):
    """A quotation: its own text, without what it quotes itself; that has ``level`` 2 and comes after it."""

    text: str
    start: int
    end: int
    author: str | None = None
    date: DateTruth | None = None
    post: str | None = None
    level: int = 1


class CodeTruth(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False):
    """Code, character for character; ``inline`` where it stands within a line."""

    text: str
    start: int
    end: int
    language: str = ""
    inline: bool = False


class BodyView(NamedTuple):
    """The text of a body, and its lists."""

    text: str
    links: tuple[LinkTruth, ...]
    images: tuple[ImageTruth, ...]
    attachments: tuple[AttachmentTruth, ...]
    mentions: tuple[MentionTruth, ...]
    quotes: tuple[QuoteTruth, ...]
    code: tuple[CodeTruth, ...]


def view_of(blocks: tuple[Block, ...]) -> BodyView:
    """The text and the lists of a body.

    >>> from forgegen.model.bodies import Smiley
    >>> view_of((Paragraph(("a ", Link("/b", ("c",)), " ", Smiley(":)"))), Code(" x"))).text
    'a c :)\\n\\n x'
    """
    view = _View()
    view.blocks(blocks, "\n\n")
    return BodyView("".join(view.parts), *(tuple(view.lists[name]) for name in BODY_LISTS))


def text_of_blocks(blocks: tuple[Block, ...]) -> str:
    """The text of a body alone."""
    if is_plain(blocks):
        return "\n\n".join(str(block.kids[0]) for block in blocks if isinstance(block, Paragraph))
    return view_of(blocks).text


def texts_of_blocks(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """The texts of the blocks one by one, without those that have none: an article's paragraphs."""
    return tuple(text for block in blocks if (text := text_of_blocks((block,))))


class _View:
    """Writes the text of a body; what parts blocks, lines and words waits until there is something to part."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.wait = ""
        self.lists: dict[str, list[Any]] = {name: [] for name in BODY_LISTS}

    def put(self, text: str) -> None:
        """Write a text, and before it what waits."""
        if self.wait and self.length:
            self.parts.append(self.wait)
            self.length += len(self.wait)
        self.wait = ""
        self.parts.append(text)
        self.length += len(text)

    def settle(self) -> int:
        """Write what waits: something follows. Returns the place."""
        self.put("")
        return self.length

    def part(self, by: str) -> None:
        """Let a white space wait; one with more line feeds takes its place."""
        if by.count("\n") > self.wait.count("\n") or not self.wait:
            self.wait = by

    def blocks(self, blocks: tuple[Block, ...], by: str) -> None:
        """Write blocks, parted by line feeds."""
        for block in blocks:
            self.part(by)
            self.block(block, by)

    def block(self, block: Block, by: str) -> None:
        """Write a block."""
        match block:
            case Paragraph() | Heading():
                self.inlines(block.kids)
            case Quote():
                self.quote(block, 1, self.length)
            case ItemList():
                for item in block.items:
                    self.part("\n")
                    self.blocks(item, "\n")
            case Table():
                self.table(block)
            case Code():
                start = self.settle()
                self.put(block.text)
                self.add("code", CodeTruth(block.text, start, self.length, block.language))
            case Spoiler():
                self.blocks(block.blocks, by)
            case Figure():
                self.add("images", ImageTruth(block.address, self.length, self.length, block.alt, block.caption))
            case Attachment():
                at = self.length
                file = AttachmentTruth(block.name, at, at, block.bytes, block.kind, block.downloads, block.address)
                self.add("attachments", file)
            case Unfurl():
                start = self.settle() if block.title else self.length
                self.parts.append(block.title)
                self.length += len(block.title)
                self.add("links", LinkTruth(block.address, block.title, start, self.length))
            case _:
                pass  # media, rules and polls have no text

    def add(self, name: str, found: Any) -> None:
        """Add to a list."""
        self.lists[name].append(found)

    def table(self, table: Table) -> None:
        """Write a table: a line a row, tabs between cells."""
        for row in table.rows:
            self.part("\n")
            for at, cell in enumerate(row):
                if at:
                    self.wait = self.wait if "\n" in self.wait else ""
                    self.put("\t")
                self.inlines(cell)
        self.wait = self.wait if "\n" in self.wait else ""

    def quote(self, quote: Quote, level: int, place: int) -> None:
        """List a quotation, and then those within it, all at the same place."""
        own = view_of(quote.blocks)
        date = quote.date if isinstance(quote.date, DateTruth) else None
        post = None if quote.post is None else str(quote.post)
        self.add("quotes", QuoteTruth(own.text, place, place, quote.author, date, post, level))
        for inner in own.quotes:
            self.add("quotes", msgspec.structs.replace(inner, start=place, end=place, level=inner.level + level))

    def inlines(self, kids: tuple[Inline, ...]) -> None:
        """Write inlines; white space beside what has no text is folded."""
        for kid in kids:
            if isinstance(kid, str):
                self.words(kid)
            else:
                self.inline(kid)

    def words(self, text: str) -> None:
        """Write a text of which the white space at its edges waits."""
        core = text.strip(" \n")
        if not core:
            self.part("\n" if "\n" in text else " ")
            return
        if text[0] in " \n":
            self.part(text[0])
        self.put(core)
        if text[-1] in " \n":
            self.part(text[-1])

    def inline(self, kid: Any) -> None:
        """Write an inline that is no text."""
        match kid:
            case Link(address, kids):
                start, first = self.settle() if has_text(kids) else self.length, len(self.parts)
                self.inlines(kids)
                self.add("links", LinkTruth(address, "".join(self.parts[first:]), start, self.length))
            case Image():
                self.add("images", ImageTruth(kid.address, self.length, self.length, kid.alt))
            case _ if hasattr(kid, "kids"):
                self.inlines(kid.kids)
            case _:
                word = shown(kid)
                start = self.settle()
                self.put(word)
                if isinstance(kid, Mention):
                    self.add("mentions", MentionTruth(kid.name, start, self.length))
                elif isinstance(kid, CodeSpan):
                    self.add("code", CodeTruth(kid.text, start, self.length, inline=True))


def has_text(kids: tuple[Inline, ...]) -> bool:
    """Whether inlines have any text but white space."""
    return any(
        kid.strip(" \n") != "" if isinstance(kid, str) else has_text(kid.kids) if hasattr(kid, "kids")
        else not isinstance(kid, Image)
        for kid in kids
    )  # fmt: skip


def body_fields(blocks: tuple[Block, ...], text: str | None, quote: str | None) -> dict[str, Any]:
    """The fields of a post's truth that follow from its blocks: ``text``, ``quote``, ``body`` and the lists.

    A post of nothing but text, below one quotation of text at the most, has no ``body``; ``text`` and ``quote`` are its
    texts character for character, where the blocks fold white space.
    """
    leading = blocks[0] if blocks and isinstance(blocks[0], Quote) else None
    rest = blocks[1:] if leading is not None else blocks
    view = view_of(blocks)
    lists = {name: getattr(view, name) for name in BODY_LISTS}
    if not is_plain(rest) or (leading is not None and not is_plain(leading.blocks)):
        return {"text": view.text, "quote": view.quotes[0].text if view.quotes else None, "body": blocks, **lists}
    if leading is not None:
        said = _exact(quote, leading.blocks)
        lists["quotes"] = (msgspec.structs.replace(view.quotes[0], text=said),)
        return {"text": _exact(text, rest) if rest else text, "quote": said, "body": None, **lists}
    return {"text": _exact(text, rest) if blocks else text, "quote": quote, "body": None, **lists}


def _exact(text: str | None, blocks: tuple[Block, ...]) -> str:
    """The text where the blocks are its paragraphs, else theirs."""
    return text if text is not None and paragraphs_of((text,)) == blocks else text_of_blocks(blocks)
