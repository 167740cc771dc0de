"""Inlines: what stands in a line of a body, frozen, and the one form that a run of them has.

An inline is a text (``str``, in which a line feed is a line break) or one of the structs of ``Inline``. Blocks
(``forgegen.model.bodies``) bring their inlines into this form, so that a body that is read back equals the one that was
written:

- White space is what a browser leaves of it: runs of blanks are one space, none stands beside a line break or at the
  edges of a paragraph, heading or cell. A paragraph has no empty line; headings and cells have no line break.
- No text is empty, no two texts stand side by side, no styling is empty or holds nothing but white space.
- A link holds no other link; one without text shows its address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Union

import msgspec

from forgegen.model.clean_text import clean

_FEEDS = re.compile(r"[ \t\f\n]*\n[ \t\f\n]*")
_BLANKS = re.compile(r"[ \t\f]+")
_SPACE = re.compile(r"[ \t\f\n]+")
_COLOUR = re.compile(r"#?[\w(),.% -]*", re.ASCII)


class Node(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False, tag_field="type", tag=str.lower):
    """Base of blocks and inlines. ``type`` is the name of the node in JSON, templates and ``skin.toml``."""

    @property
    def type(self) -> str:
        """The node's name."""
        return str(self.__struct_config__.tag)


def set_field(node: Node, name: str, value: Any) -> None:
    """Give a field of a frozen node its value, while it is made."""
    if value != getattr(node, name):
        msgspec.structs.force_setattr(node, name, value)


def one_line(text: str) -> str:
    """A text in one line, white space folded, none at the edges."""
    return _SPACE.sub(" ", clean(text)).strip(" ")


class Tidy(Node, frozen=True, gc=False, tag=str.lower):
    """A node whose texts stand in one line."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if type(value) is str:
                set_field(self, name, one_line(value))


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


def is_colour(text: str) -> bool:
    """Whether a text can be a colour as CSS writes it."""
    return _COLOUR.fullmatch(one_line(text)) is not None


class Styled(Node, frozen=True, gc=False):
    """Coloured or sized: ``colour`` as CSS writes it, ``size`` from 1 (tiny) to 7 (huge), 0 for the usual."""

    kids: tuple[Inline, ...] = ()
    colour: str = ""
    size: int = 0

    def __post_init__(self) -> None:
        set_field(self, "colour", one_line(self.colour))
        if not is_colour(self.colour):
            raise ValueError(f"colour cannot be {self.colour!r}; right would be 'red', '#b83131' or 'rgb(184, 49, 47)'")
        if not 0 <= self.size <= 7:
            raise ValueError(f"size cannot be {self.size}; right would be 1 to 7, or 0 for the usual")


class CodeSpan(Node, frozen=True, gc=False, tag="code_span"):
    """Code within a line."""

    text: str

    def __post_init__(self) -> None:
        set_field(self, "text", one_line(self.text))


class Link(Node, frozen=True, gc=False):
    """A link; without kids it shows its address."""

    address: str
    kids: tuple[Inline, ...] = ()

    def __post_init__(self) -> None:
        set_field(self, "address", one_line(self.address))


class Mention(Tidy, frozen=True, gc=False):
    """A member spoken to, without the sign before the name."""

    name: str


class Hashtag(Tidy, frozen=True, gc=False):
    """A tag, without the sign before it."""

    name: str


class Smiley(Tidy, frozen=True, gc=False):
    """A smiley by the code that its author typed, as ``:)``."""

    code: str


class Emoji(Tidy, frozen=True, gc=False):
    """A character that the engine shows as a picture."""

    char: str


class Image(Tidy, frozen=True, gc=False):
    """A picture in the text."""

    address: str
    alt: str = ""
    width: int | None = None
    height: int | None = None


class Email(Tidy, frozen=True, gc=False):
    """An address of e-mail."""

    address: str


Inline = Union[  # noqa: UP007 - the names are needed at run time
    str, Strong, Emphasis, Underline, Strike, Styled, CodeSpan, Link, Mention, Hashtag, Smiley, Emoji, Image, Email
]
"""What stands in a line."""

INLINES: dict[str, type[Node]] = {
    str(cls.__struct_config__.tag): cls
    for cls in (
        Strong, Emphasis, Underline, Strike, Styled, CodeSpan, Link, Mention, Hashtag, Smiley, Emoji, Image, Email,
    )
}  # fmt: skip
"""The structs of inlines by name."""

_OPEN, _CLOSE, _TEXT, _ATOM = range(4)


def is_empty(node: Node) -> bool:
    """Whether an atom names nothing, as a mention without a name.

    >>> is_empty(Mention(" ")), is_empty(Mention("al"))
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
                append_inline(levels[-1], kids[0])
            elif kids:
                bare = isinstance(value, Styled) and not value.colour and not value.size
                for kid in kids if bare else (msgspec.structs.replace(value, kids=kids),):
                    append_inline(levels[-1], kid)
        else:
            append_inline(levels[-1], value)
    return tuple(levels[0])


def append_inline(row: list[Inline], kid: Inline) -> None:
    """Add an inline to a row; a text joins the one before."""
    if isinstance(kid, str) and row and isinstance(row[-1], str):
        row[-1] += kid
    elif kid != "":
        row.append(kid)
