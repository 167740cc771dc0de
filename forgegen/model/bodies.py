"""What stands inside a post or an article: blocks over inlines, frozen, in one canonical form.

An inline is a text (``str``, in which a line feed is a line break) or one of the structs of ``Inline``; a block is one
of those of ``Block``. Blocks bring their inlines into canonical form, so that a body that is read back equals the one
that was written:

- White space is what a browser leaves of it: runs of blanks are one space, none stands beside a line break or at the
  edges of a paragraph, heading or cell. A paragraph has no empty line; headings and cells have no line break.
- No text is empty, no two texts stand side by side, no styling is empty or holds nothing but white space.
- A link holds no other link; one without text shows its address.
- Code keeps its white space, but no line feed at its edges.
- Paragraphs without content are left out.

Texts are clean as those of posts are: no NUL, no surrogates, CR and CRLF are LF.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Union

import msgspec

from forgegen.model.clean_text import clean
from forgegen.model.date_truth import DateTruth

_FEEDS = re.compile(r"[ \t\f\n]*\n[ \t\f\n]*")
_BLANKS = re.compile(r"[ \t\f]+")
_SPACE = re.compile(r"[ \t\f\n]+")
_COLOUR = re.compile(r"#?[\w(),.% -]*", re.ASCII)
_EMPTY_LINES = re.compile(r"\n[ \t\f]*\n[ \t\f\n]*")
DEEPEST = 32
"""How deep blocks and inlines may nest."""


class Node(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False, tag_field="type", tag=str.lower):
    """Base of blocks and inlines. ``type`` is the name of the node in JSON, templates and ``skin.toml``."""

    @property
    def type(self) -> str:
        """The node's name."""
        return str(self.__struct_config__.tag)


def _set(node: Node, name: str, value: Any) -> None:
    if value != getattr(node, name):
        msgspec.structs.force_setattr(node, name, value)


def _one_line(text: str) -> str:
    """A text in one line, white space folded, none at the edges."""
    return _SPACE.sub(" ", clean(text)).strip(" ")


class _Tidy(Node, frozen=True, gc=False, tag=str.lower):
    """A node whose texts stand in one line."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if type(value) is str:
                _set(self, name, _one_line(value))


class Strong(Node, frozen=True, gc=False):
    """Bold."""

    kids: tuple[Inline, ...] = ()


class Emphasis(Node, frozen=True, gc=False):
    """Italics."""

    kids: tuple[Inline, ...] = ()


class Underline(Node, frozen=True, gc=False):
    """Underlined."""

    kids: tuple[Inline, ...] = ()


class Strike(Node, frozen=True, gc=False):
    """Struck through."""

    kids: tuple[Inline, ...] = ()


class Styled(Node, frozen=True, gc=False):
    """Coloured or sized: ``colour`` as CSS writes it, ``size`` from 1 (tiny) to 7 (huge), 0 for the usual."""

    kids: tuple[Inline, ...] = ()
    colour: str = ""
    size: int = 0

    def __post_init__(self) -> None:
        _set(self, "colour", _one_line(self.colour))
        if not _COLOUR.fullmatch(self.colour):
            raise ValueError(f"colour cannot be {self.colour!r}; right would be 'red', '#b83131' or 'rgb(184, 49, 47)'")
        if not 0 <= self.size <= 7:
            raise ValueError(f"size cannot be {self.size}; right would be 1 to 7, or 0 for the usual")


class CodeSpan(Node, frozen=True, gc=False, tag="code_span"):
    """Code within a line."""

    text: str

    def __post_init__(self) -> None:
        _set(self, "text", _one_line(self.text))


class Link(Node, frozen=True, gc=False):
    """A link; without kids it shows its address."""

    address: str
    kids: tuple[Inline, ...] = ()

    def __post_init__(self) -> None:
        _set(self, "address", _one_line(self.address))


class Mention(_Tidy, frozen=True, gc=False):
    """A member spoken to, without the sign before the name."""

    name: str


class Hashtag(_Tidy, frozen=True, gc=False):
    """A tag, without the sign before it."""

    name: str


class Smiley(_Tidy, frozen=True, gc=False):
    """A smiley by the code that its author typed, as ``:)``."""

    code: str


class Emoji(_Tidy, frozen=True, gc=False):
    """A character that the engine shows as a picture."""

    char: str


class Image(_Tidy, frozen=True, gc=False):
    """A picture in the text."""

    address: str
    alt: str = ""
    width: int | None = None
    height: int | None = None


class Email(_Tidy, frozen=True, gc=False):
    """An address of e-mail."""

    address: str


class Paragraph(Node, frozen=True, gc=False):
    """Lines of text; a line feed is a line break."""

    kids: tuple[Inline, ...] = ()

    def __post_init__(self) -> None:
        _set(self, "kids", canonical(self.kids))


class Heading(Node, frozen=True, gc=False):
    """A heading of ``level`` 1 to 6."""

    kids: tuple[Inline, ...] = ()
    level: int = 2

    def __post_init__(self) -> None:
        _set(self, "kids", canonical(self.kids, breaks=False))
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
        _set(self, "blocks", canonical_blocks(self.blocks))
        if self.author is not None:
            _set(self, "author", clean(self.author) or None)


class ItemList(Node, frozen=True, gc=False, tag="list"):
    """A list; each item is a tuple of blocks."""

    items: tuple[tuple[Block, ...], ...] = ()
    ordered: bool = False

    def __post_init__(self) -> None:
        _set(self, "items", tuple(canonical_blocks(item) for item in self.items))


class Table(Node, frozen=True, gc=False):
    """A table of rows of cells of inlines; rows are filled up with empty cells. ``header``: the first row heads it."""

    rows: tuple[tuple[tuple[Inline, ...], ...], ...] = ()
    header: bool = False

    def __post_init__(self) -> None:
        width = max((len(row) for row in self.rows), default=0)
        rows = (row + ((),) * (width - len(row)) for row in self.rows if width)
        _set(self, "rows", tuple(tuple(canonical(cell, breaks=False) for cell in row) for row in rows))


class Code(Node, frozen=True, gc=False):
    """Lines of code, whose white space counts."""

    text: str
    language: str = ""

    def __post_init__(self) -> None:
        _set(self, "text", clean(self.text).strip("\n"))
        _set(self, "language", _one_line(self.language))


class Spoiler(Node, frozen=True, gc=False):
    """Blocks that are folded away until somebody asks."""

    blocks: tuple[Block, ...] = ()
    title: str = ""

    def __post_init__(self) -> None:
        _set(self, "blocks", canonical_blocks(self.blocks))
        _set(self, "title", _one_line(self.title))


class Figure(_Tidy, frozen=True, gc=False):
    """A picture between paragraphs, with a caption."""

    address: str
    alt: str = ""
    caption: str = ""


class Attachment(_Tidy, frozen=True, gc=False):
    """A file: its ``bytes`` and ``downloads`` are numbers, None where not known; ``kind`` is a media type."""

    name: str
    bytes: int | None = None
    kind: str = ""
    downloads: int | None = None
    address: str = ""


class Media(_Tidy, frozen=True, gc=False):
    """A player of another site: ``site`` as ``youtube``, ``key`` what that site calls it."""

    site: str
    key: str


class Unfurl(_Tidy, frozen=True, gc=False):
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
        msgspec.structs.force_setattr(self, "text", _one_line(self.text))


class Poll(_Tidy, frozen=True, gc=False):
    """A question with answers to choose from."""

    question: str
    options: tuple[PollOption, ...] = ()


Inline = Union[  # noqa: UP007 - the names are needed at run time
    str, Strong, Emphasis, Underline, Strike, Styled, CodeSpan, Link, Mention, Hashtag, Smiley, Emoji, Image, Email
]
"""What stands in a line."""

Block = Union[  # noqa: UP007
    Paragraph, Heading, Quote, ItemList, Table, Code, Spoiler, Figure, Attachment, Media, Unfurl, Rule, Poll
]
"""What stands below another."""

INLINES: dict[str, type[Node]] = {
    str(cls.__struct_config__.tag): cls
    for cls in (
        Strong, Emphasis, Underline, Strike, Styled, CodeSpan, Link, Mention, Hashtag, Smiley, Emoji, Image, Email,
    )
}  # fmt: skip
"""The structs of inlines by name."""

BLOCKS: dict[str, type[Node]] = {
    str(cls.__struct_config__.tag): cls
    for cls in (
        Paragraph, Heading, Quote, ItemList, Table, Code, Spoiler, Figure, Attachment, Media, Unfurl, Rule, Poll,
    )
}  # fmt: skip
"""The structs of blocks by name."""

NODES = {**BLOCKS, **INLINES}
"""All of them."""

_OPEN, _CLOSE, _TEXT, _ATOM = range(4)
_NOTHING = {"": ()}


def is_empty(node: Node) -> bool:
    """Whether an atom names nothing, as a mention without a name.

    >>> is_empty(Mention(" ")), is_empty(Rule())
    (True, False)
    """
    fields = node.__struct_fields__
    return bool(fields) and getattr(node, fields[0]) in ("", ())


def canonical(kids: Iterable[Inline], *, breaks: bool = True) -> tuple[Inline, ...]:
    """Inlines in canonical form; without ``breaks`` a line feed is a space.

    >>> canonical(("a ", " b", Strong((" ", "c ")), Strong((" ",)), "\\n", "d"))
    ('a b', Strong(kids=(' c',)), '\\nd')
    """
    tokens = list(_tokens(kids, breaks))
    _fold(tokens)
    return _rebuilt(tokens)


def _tokens(kids: Iterable[Inline], breaks: bool) -> Iterator[list[Any]]:
    """The inlines in a row: texts, atoms, and begin and end of what holds others; links within links are opened."""
    stack: list[tuple[Iterator[Inline], Node | None]] = [(iter(kids), None)]
    linked = 0
    while stack:
        kid = next(stack[-1][0], None)
        if kid is None:
            _, node = stack.pop()
            if node is not None:
                linked -= isinstance(node, Link)
                yield [_CLOSE, node]
        elif isinstance(kid, str):
            text = _FEEDS.sub("\n", clean(kid)) if breaks else _SPACE.sub(" ", clean(kid))
            yield [_TEXT, _BLANKS.sub(" ", text)]
        elif linked and isinstance(kid, Link):
            stack.append((iter(kid.kids or (kid.address,)), None))
        elif linked and isinstance(kid, Mention | Hashtag | Email):
            yield [_TEXT, shown(kid)]
        elif not hasattr(kid, "kids"):
            if not is_empty(kid):
                yield [_ATOM, kid]
        else:
            linked += isinstance(kid, Link)
            yield [_OPEN, kid]
            stack.append((iter(kid.kids or ((kid.address,) if isinstance(kid, Link) else ())), kid))


def shown(node: Mention | Hashtag | Smiley | Emoji | Email | CodeSpan) -> str:
    """What a reader sees of an inline that is a word of its own.

    >>> shown(Mention("al")), shown(Smiley(":)"))
    ('@al', ':)')
    """
    match node:
        case Mention(name):
            return f"@{name}"
        case Hashtag(name):
            return f"#{name}"
        case Smiley(code):
            return code
        case Emoji(char):
            return char
        case Email(address):
            return address
        case CodeSpan(text):
            return text


def _fold(tokens: list[list[Any]]) -> None:
    """Leave out white space at the edges, and what follows other white space, whatever begins or ends between them."""
    before, last = "\n", -1  # the character before, as far as it is white space; the last text that is not empty
    for at, (kind, value) in enumerate(tokens):
        if kind == _ATOM:
            before = "x"
        if kind != _TEXT or not value:
            continue
        text: str = value
        if before == "\n":
            text = text.lstrip(" \n")
        elif before == " ":
            if text[0] == "\n":
                tokens[last][1] = tokens[last][1][:-1]
            else:
                text = text.lstrip(" ")
        tokens[at][1] = text
        if text:
            before, last = text[-1], at
    if last >= 0 and before in " \n":
        tokens[last][1] = tokens[last][1][:-1]


def _rebuilt(tokens: list[list[Any]]) -> tuple[Inline, ...]:
    """Inlines from their row; what is empty is left out, white space alone stands bare."""
    levels: list[list[Inline]] = [[]]
    for kind, value in tokens:
        if kind == _OPEN:
            levels.append([])
        elif kind == _CLOSE:
            kids = tuple(levels.pop())
            if kids in ((" ",), ("\n",)):
                _append(levels[-1], kids[0])
            elif kids:
                bare = isinstance(value, Styled) and not value.colour and not value.size
                for kid in kids if bare else (msgspec.structs.replace(value, kids=kids),):
                    _append(levels[-1], kid)
        else:
            _append(levels[-1], value)
    return tuple(levels[0])


def _append(row: list[Inline], kid: Inline) -> None:
    """Add an inline to a row; a text joins the one before."""
    if isinstance(kid, str) and row and isinstance(row[-1], str):
        row[-1] += kid
    elif kid != "":
        row.append(kid)


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
        _append(merged, kid)
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
