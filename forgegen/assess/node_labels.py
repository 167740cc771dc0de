"""Which node makes a text wrong: what leaked into it, as the ``alt`` of an image, or was lost, as a smiley."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import UNSET

from forgegen.assess.node_items import nodes_in
from forgegen.assess.normalise import ws
from forgegen.model.bodies import (
    Attachment,
    Block,
    Code,
    CodeSpan,
    Emoji,
    Figure,
    Hashtag,
    Heading,
    Image,
    ItemList,
    Link,
    Mention,
    Quote,
    Smiley,
    Spoiler,
    Table,
    Unfurl,
    shown,
)
from forgegen.model.body_views import text_of_blocks
from forgegen.model.truth import PostTruth


def text_label(post: PostTruth, found: str, norm: Callable[[str], str]) -> str:
    """What a wrong text has too much or too little: ``alt leak``, ``smiley lost``; empty where no node explains it.

    >>> from forgegen.model.bodies import Paragraph
    >>> post = PostTruth(n=1, text="a", body=(Paragraph(("a ", Image("/b.png", "cat"))),))
    >>> text_label(post, "a cat", ws), text_label(post, "b", ws)
    ('alt leak', '')
    """
    if post.body is UNSET or not post.body:
        return ""
    own, other = ws(norm(post.text or "") if isinstance(post.text, str) else ""), ws(norm(found))
    for kind, pieces in _grouped(_unread(post.body)).items():
        if ws(_without(other, pieces)) == own:
            return f"{kind} leak"
    for kind, pieces in _grouped(_read(post.body)).items():
        if ws(_without(own, pieces)) == other:
            return f"{kind} lost"
    return ""


def _grouped(pieces: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, piece in pieces:
        if ws(piece):
            found.setdefault(kind, []).append(ws(piece))
    return found


def _without(text: str, pieces: list[str]) -> str:
    """A text without these pieces, each once; a text that lacks one keeps the rest."""
    for piece in pieces:
        text = text.replace(piece, " ", 1)
    return text


def _unread(blocks: tuple[Block, ...]) -> Iterator[tuple[str, str]]:
    """What a body shows that is not its text, by the node's word."""
    for node in nodes_in(blocks):
        match node:
            case Image():
                yield "alt", node.alt
            case Figure():
                yield "alt", node.alt
                yield "caption", node.caption
            case Quote():
                yield "quote", text_of_blocks(node.blocks)
            case Attachment():
                yield "attachment", node.name
            case Spoiler():
                yield "spoiler title", node.title
            case Unfurl():
                yield "excerpt", node.excerpt
            case Link():
                yield "address", node.address
            case _:
                pass


def _read(blocks: tuple[Block, ...]) -> Iterator[tuple[str, str]]:
    """What a body's text is made of, by the node's word."""
    for node in nodes_in(block for block in blocks if not isinstance(block, Quote)):
        match node:
            case Smiley() | Emoji() | Mention() | Hashtag() | CodeSpan():
                yield node.type.replace("_", " "), shown(node)
            case Code():
                yield "code", node.text
            case Heading() | ItemList() | Table() | Spoiler() | Unfurl():
                yield node.type, text_of_blocks((node,))
            case _:
                pass
