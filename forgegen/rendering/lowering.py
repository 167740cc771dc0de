"""Bodies as a skin can show them: what it cannot carry becomes what the members of such a board would write instead.

Done before truth is made, so that the truth is of what the page shows. What a skin carries is in ``[body]`` of its
``skin.toml``; the rules of falling back are in docs/bodies.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from typing import Any

import msgspec

from forgegen.forms.file_sizes import size_told
from forgegen.model.bodies import (
    Attachment,
    Block,
    Code,
    Emoji,
    Figure,
    Heading,
    Image,
    Inline,
    ItemList,
    Link,
    Media,
    Paragraph,
    Poll,
    Quote,
    Rule,
    Smiley,
    Spoiler,
    Strong,
    Styled,
    Table,
    Unfurl,
    canonical_blocks,
    shown,
)
from forgegen.model.body_views import text_of_blocks
from forgegen.model.date_truth import DateTruth
from forgegen.skins.skin import BodyForm, NodeForm

_KEPT = frozenset(("kids", "blocks", "items", "rows", "options", "text", "ordered", "level", "header"))
_FOUND = re.compile(r"https?://[^\s/]\S*")
_PLAYERS = {"youtube": "https://www.youtube.com/watch?v={}", "vimeo": "https://vimeo.com/{}"}


class Lowering:
    """Lowers the bodies of a skin. ``place`` gives the id of a post by ``n`` (None where it is on no page), ``date``
    shows an instant.
    """

    def __init__(
        self, form: BodyForm, place: Callable[[int], str | None], date: Callable[[int, NodeForm], DateTruth | None]
    ) -> None:
        self.form, self.nodes, self.place, self.date = form, form.nodes, place, date
        self._apart: list[Block] = []

    @cached_property
    def names(self) -> dict[str, str]:
        """What the engine calls smileys and emoji; its own names are themselves."""
        form = self.nodes.get("smiley")
        named = {} if form is None else form.names
        return {name: name for name in named.values()} | named

    def body(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        """The blocks that the skin shows; those that stand apart come last."""
        self._apart = []
        shown_blocks = self.blocks(blocks)
        order = list(self.nodes)
        return shown_blocks + tuple(sorted(self._apart, key=lambda block: order.index(block.type)))

    def blocks(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        """Blocks, each as it is shown."""
        return canonical_blocks(found for block in blocks for found in self.block(block))

    def block(self, block: Block) -> Iterator[Block]:
        """What a block becomes."""
        form = self.nodes.get(block.type)
        if form is None and not isinstance(block, Paragraph):
            yield from self.blocks(instead_of(block, self))
            return
        found = self._inner(block, form)
        if form is not None and form.apart:
            self._apart.append(found)
        else:
            yield found

    def _inner(self, block: Block, form: NodeForm | None) -> Block:
        """A block that the skin carries, with what stands in it lowered."""
        kept: Any = block if form is None else _kept(block, form)
        match kept:
            case Paragraph(kids):
                return Paragraph(self.inlines(kids))
            case Heading(kids, level):
                levels = form.levels if form is not None else ()
                nearest = min(levels, key=lambda known: (abs(known - level), known)) if levels else level
                return Heading(self.inlines(kids), nearest)
            case Quote():
                assert form is not None
                return self._quote(kept, form)
            case ItemList(items, ordered):
                return ItemList(tuple(self._within(item) for item in items), ordered)
            case Table(rows, header):
                return Table(tuple(tuple(self.inlines(cell) for cell in row) for row in rows), header)
            case Spoiler(blocks, title):
                return Spoiler(self.blocks(blocks), title)
        found: Block = kept
        return found

    def _within(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        """Blocks within others: what stands apart elsewhere is left out."""
        outer, self._apart = self._apart, []
        found = self.blocks(blocks)
        self._apart = outer
        return found

    def _quote(self, quote: Quote, form: NodeForm) -> Quote:
        """A quotation with the date and the id that the page shows."""
        date, post = quote.date, quote.post
        if isinstance(date, int):
            date = self.date(date, form)
        if isinstance(post, int):
            post = self.place(post)
        return Quote(self._within(quote.blocks), quote.author or None, date, post)

    def inlines(self, kids: Iterable[Inline]) -> tuple[Inline, ...]:
        """Inlines, each as it is shown."""
        return tuple(found for kid in kids for found in self._inline(kid))

    def _inline(self, kid: Inline) -> tuple[Inline, ...]:
        if isinstance(kid, str):
            return (kid,)
        form = self.nodes.get(kid.type)
        if isinstance(kid, Smiley | Emoji) and (names := self.names):
            name = names.get(shown(kid))
            return (shown(kid),) if name is None else (Smiley(name),)
        if form is not None and not form.bare:
            kept: Any = _kept(kid, form)
            if isinstance(kept, Styled) and form.sizes:
                kept = msgspec.structs.replace(kept, size=min(kept.size, len(form.sizes)))
            return (msgspec.structs.replace(kept, kids=self.inlines(kept.kids)) if hasattr(kept, "kids") else kept,)
        match kid:
            case Link(address, kids):
                words = self.inlines(kids)
                bare = form is not None and _FOUND.fullmatch(address)
                own: Inline = Link(address, (address,)) if bare else address
                return (own,) if not words or words == (address,) else (*words, " ", own)
            case Image(address):
                return self._inline(Link(address)) if address else ()
            case _ if hasattr(kid, "kids"):
                return self.inlines(kid.kids)
        return (shown(kid),)


def _kept(node: Any, form: NodeForm) -> Any:
    """A node with the fields that the skin shows: those with a selector, and what the node consists of."""
    defaults = {
        name: default
        for name, default in _defaults(type(node)).items()  # type: ignore[arg-type]  # classes are hashable
        if name not in form.fields and name not in _KEPT
    }
    if isinstance(node, Attachment) and node.bytes is not None and form.units:
        defaults["bytes"] = size_told(node.bytes, form.units, form.decimals) if "bytes" in form.fields else None
    return msgspec.structs.replace(node, **defaults) if defaults else node


@cache
def _defaults(cls: type[Any]) -> dict[str, Any]:
    """The fields of a node that have a default, and it; msgspec works it out from the annotations each time."""
    return {field.name: field.default for field in msgspec.structs.fields(cls) if not field.required}


def instead_of(block: Block, skin: Lowering) -> tuple[Block, ...]:
    """What members of a board without such blocks write; it may hold what has to fall back again."""
    match block:
        case Heading(kids):
            return (Paragraph((Strong(kids),)),)
        case Quote(blocks):
            lines = text_of_blocks(skin.blocks(blocks)).split("\n")
            return (Paragraph(("\n".join(f"> {line}" for line in lines if line),)),)
        case ItemList():
            return tuple(_listed(block, skin))
        case Table(rows):
            return (Paragraph(tuple(_row_lines(rows))),)
        case Code(text):
            return (Paragraph((_without_empty_lines(text),)),)
        case Spoiler(blocks):
            return blocks
        case Figure(address, alt, caption):
            return Paragraph((Image(address, alt),)), Paragraph((caption,))
        case Attachment(name):
            return (Paragraph((Link(block.address, (name,)) if block.address else name,)),)
        case Media(site, key):
            return (Paragraph((Link(_PLAYERS.get(site, f"https://{site}.com/{{}}").format(key)),)),)
        case Unfurl(address):
            return (Paragraph((Link(address),)),)
        case Rule():
            return (Paragraph(("---",)),)
        case Poll(question, options):
            items = tuple((Paragraph((option.text,)),) for option in options)
            return Paragraph((Strong((question,)),)), ItemList(items)
    return ()


def _without_empty_lines(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip())


def _row_lines(rows: tuple[tuple[tuple[Inline, ...], ...], ...]) -> Iterator[Inline]:
    """Rows as lines, bars between the cells."""
    for row in rows:
        for at, cell in enumerate(row):
            yield from (" | ", *cell) if at else cell
        yield "\n"


def _listed(found: ItemList, skin: Lowering) -> Iterator[Block]:
    """A list as lines with a dash or a number before each item; other blocks of an item stand between them."""
    run: list[Inline] = []
    for number, item in enumerate(found.items, 1):
        run += ["\n", f"{number}. " if found.ordered else "- "]
        for block in skin.blocks(item):
            if isinstance(block, Paragraph):
                run += [*block.kids, "\n"]
            else:
                yield Paragraph(tuple(run))
                run = []
                yield block
    yield Paragraph(tuple(run))
