"""What stands inside a post or an article: blocks over inlines (``forgegen.model.inlines``), frozen, in one form.

Code keeps its white space, but no line feed at its edges; paragraphs without content are left out. Texts are clean as
those of posts are: no NUL, no surrogates, CR and CRLF are LF.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Union

import msgspec

from forgegen.model.clean_text import clean
from forgegen.model.date_truth import DateTruth
from forgegen.model.inlines import (
    INLINES,
    CodeSpan,
    Email,
    Emoji,
    Emphasis,
    Hashtag,
    Image,
    Inline,
    Link,
    Mention,
    Node,
    Smiley,
    Strike,
    Strong,
    Styled,
    Tidy,
    Underline,
    append_inline,
    canonical,
    is_empty,
    one_line,
    set_field,
    shown,
)

__all__ = [
    "BLOCKS", "DEEPEST", "INLINES", "NODES", "Attachment", "Block", "Code", "CodeSpan", "Email", "Emoji", "Emphasis",
    "Figure", "Hashtag", "Heading", "Image", "Inline", "ItemList", "Link", "Media", "Mention", "Node", "Paragraph",
    "Poll", "PollOption", "Quote", "Rule", "Smiley", "Spoiler", "Strike", "Strong", "Styled", "Table", "Underline",
    "Unfurl", "blocks_from_json", "blocks_to_json", "canonical", "canonical_blocks", "check_depth", "is_plain",
    "kinds_in",    "paragraphs_of", "quotes_in", "shown",
]  # fmt: skip

_EMPTY_LINES = re.compile(r"\n[ \t\f]*\n[ \t\f\n]*")
DEEPEST = 32
"""How deep blocks and inlines may nest."""


class Paragraph(Node, frozen=True, gc=False):
    """Lines of text; a line feed is a line break."""

    kids: tuple[Inline, ...] = ()

    def __post_init__(self) -> None:
        set_field(self, "kids", canonical(self.kids))


class Heading(Node, frozen=True, gc=False):
    """A heading of ``level`` 1 to 6."""

    kids: tuple[Inline, ...] = ()
    level: int = 2

    def __post_init__(self) -> None:
        set_field(self, "kids", canonical(self.kids, breaks=False))
        if not 1 <= self.level <= 6:
            raise ValueError(f"level cannot be {self.level}; right would be 1 to 6")


class Quote(Node, frozen=True, gc=False):
    """A quotation. ``author`` None: of nobody in particular.

    In threads ``post`` is the ``n`` of the post quoted and ``date`` an instant in seconds; in truth they are the id and
    the date that the page shows.
    """

    blocks: tuple[Block, ...] = ()
    author: str | None = None
    date: int | DateTruth | None = None
    post: int | str | None = None

    def __post_init__(self) -> None:
        set_field(self, "blocks", canonical_blocks(self.blocks))
        if self.author is not None:
            set_field(self, "author", clean(self.author) or None)


class ItemList(Node, frozen=True, gc=False, tag="list"):
    """A list; each item is a tuple of blocks."""

    items: tuple[tuple[Block, ...], ...] = ()
    ordered: bool = False

    def __post_init__(self) -> None:
        set_field(self, "items", tuple(canonical_blocks(item) for item in self.items))


class Table(Node, frozen=True, gc=False):
    """A table of rows of cells of inlines; rows are filled up with empty cells. ``header``: the first row heads it."""

    rows: tuple[tuple[tuple[Inline, ...], ...], ...] = ()
    header: bool = False

    def __post_init__(self) -> None:
        width = max((len(row) for row in self.rows), default=0)
        rows = (row + ((),) * (width - len(row)) for row in self.rows if width)
        set_field(self, "rows", tuple(tuple(canonical(cell, breaks=False) for cell in row) for row in rows))


class Code(Node, frozen=True, gc=False):
    """Lines of code, whose white space counts."""

    text: str
    language: str = ""

    def __post_init__(self) -> None:
        set_field(self, "text", clean(self.text).strip("\n"))
        set_field(self, "language", one_line(self.language))


class Spoiler(Node, frozen=True, gc=False):
    """Blocks that are folded away until somebody asks."""

    blocks: tuple[Block, ...] = ()
    title: str = ""

    def __post_init__(self) -> None:
        set_field(self, "blocks", canonical_blocks(self.blocks))
        set_field(self, "title", one_line(self.title))


class Figure(Tidy, frozen=True, gc=False):
    """A picture between paragraphs, with a caption."""

    address: str
    alt: str = ""
    caption: str = ""


class Attachment(Tidy, frozen=True, gc=False):
    """A file: its ``bytes`` and ``downloads`` are numbers, None where not known; ``kind`` is a media type."""

    name: str
    bytes: int | None = None
    kind: str = ""
    downloads: int | None = None
    address: str = ""


class Media(Tidy, frozen=True, gc=False):
    """A player of another site: ``site`` as ``youtube``, ``key`` what that site calls it."""

    site: str
    key: str


class Unfurl(Tidy, frozen=True, gc=False):
    """A link shown as a card with title and excerpt."""

    address: str
    title: str = ""
    excerpt: str = ""


class Rule(Node, frozen=True, gc=False):
    """A line across."""


class PollOption(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False):
    """An answer to choose, and how many chose it; None where that is not shown."""

    text: str
    votes: int | None = None

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "text", one_line(self.text))


class Poll(Tidy, frozen=True, gc=False):
    """A question with answers to choose from."""

    question: str
    options: tuple[PollOption, ...] = ()


Block = Union[  # noqa: UP007
    Paragraph, Heading, Quote, ItemList, Table, Code, Spoiler, Figure, Attachment, Media, Unfurl, Rule, Poll
]
"""What stands below another."""

BLOCKS: dict[str, type[Node]] = {
    str(cls.__struct_config__.tag): cls
    for cls in (
        Paragraph, Heading, Quote, ItemList, Table, Code, Spoiler, Figure, Attachment, Media, Unfurl, Rule, Poll,
    )
}  # fmt: skip
"""The structs of blocks by name."""

NODES = {**BLOCKS, **INLINES}
"""All of them."""


def canonical_blocks(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Blocks without those that hold nothing."""
    return tuple(block for block in blocks if not is_empty(block) and not _is_blank(block))


def _is_blank(block: Block) -> bool:
    """Whether a block is a paragraph or heading of white space only, as one of a no-break space."""
    return isinstance(block, Paragraph | Heading) and all(isinstance(kid, str) and kid.isspace() for kid in block.kids)


def paragraphs_of(kids: Iterable[Inline]) -> tuple[Paragraph, ...]:
    """Paragraphs of a run of inlines: an empty line between two lines parts them.

    >>> paragraphs_of(("a\\n\\n", "b", Strong(("c",))))
    (Paragraph(kids=('a',)), Paragraph(kids=('b', Strong(kids=('c',)))))
    """
    merged: list[Inline] = []
    for kid in kids:
        append_inline(merged, kid)
    runs: list[list[Inline]] = [[]]
    for kid in merged:
        if isinstance(kid, str) and "\n" in kid:
            first, *others = _EMPTY_LINES.split(kid)
            runs[-1].append(first)
            runs.extend([other] for other in others)
        else:
            runs[-1].append(kid)
    found = canonical_blocks(Paragraph(tuple(run)) for run in runs)
    return tuple(block for block in found if isinstance(block, Paragraph))


def is_plain(blocks: tuple[Block, ...]) -> bool:
    """Whether a body is nothing but paragraphs of text.

    >>> is_plain((Paragraph(("a",)),)), is_plain((Paragraph(("a", Image("/b.png"))),))
    (True, False)
    """
    return all(isinstance(block, Paragraph) and block.kids[1:] == () and type(block.kids[0]) is str for block in blocks)


def check_depth(blocks: tuple[Block, ...]) -> None:
    """Check that nothing nests too deep.

    Raises: ValueError.
    """
    level: list[Any] = list(blocks)
    for _ in range(DEEPEST):
        level = [inner for node in level if not isinstance(node, str) for inner in _inside(node)]
        if not level:
            return
    raise ValueError(f"a body nests deeper than {DEEPEST} levels; right would be {DEEPEST} or fewer")


def _inside(node: Node) -> Iterator[Any]:
    """The nodes directly within a node."""
    yield from getattr(node, "kids", ())
    yield from getattr(node, "blocks", ())
    for item in getattr(node, "items", ()):
        yield from item
    for row in getattr(node, "rows", ()):
        for cell in row:
            yield from cell


def quotes_in(blocks: Iterable[Block]) -> Iterator[Quote]:
    """All quotations in blocks, as they stand on the page, outer ones before those within."""
    for block in blocks:
        if isinstance(block, Quote):
            yield block
        yield from quotes_in(getattr(block, "blocks", ()))
        for item in getattr(block, "items", ()):
            yield from quotes_in(item)


def pictures_in(blocks: Iterable[Any]) -> set[str]:
    """The addresses of all pictures, those within quotations and lists too.

    >>> sorted(pictures_in([Quote((Figure("/a.png"), Paragraph((Image("/b.png"),))))]))
    ['/a.png', '/b.png']
    """
    found, left = set(), list(blocks)
    while left:
        node = left.pop()
        if isinstance(node, Image | Figure):
            found.add(node.address)
        left += _inside(node)
    return found


def kinds_in(blocks: Iterable[Any]) -> set[str]:
    """The names of all nodes in blocks, at any depth.

    >>> sorted(kinds_in((Paragraph(("a", Strong(("b",)))),)))
    ['paragraph', 'strong']
    """
    found: set[str] = set()
    for node in blocks:
        if not isinstance(node, str):
            found.add(node.type)
            found |= kinds_in(_inside(node))
    return found


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(tuple[Block, ...])


def blocks_to_json(blocks: tuple[Block, ...]) -> str:
    """Blocks as JSON."""
    return _encoder.encode(blocks).decode()


def blocks_from_json(text: str) -> tuple[Block, ...]:
    """Blocks from their JSON.

    Raises: msgspec.ValidationError for anything else.
    """
    return canonical_blocks(_decoder.decode(text))
