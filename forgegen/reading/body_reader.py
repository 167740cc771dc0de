"""Reading a body back: the tree of blocks and inlines that a page's elements make, by the skin's ``[body]``.

An element that a node's selector finds is that node; ``br`` is a line break; elements that HTML shows as blocks part
paragraphs; all others are looked through. So engines that write ``p`` and those that write ``br`` are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, Protocol, cast

import msgspec

from forgegen.errors import ReadError
from forgegen.forms.file_sizes import size_denoted
from forgegen.model.bodies import (
    INLINES,
    NODES,
    Attachment,
    Block,
    Heading,
    Inline,
    ItemList,
    Node,
    Poll,
    PollOption,
    Quote,
    Styled,
    Table,
    canonical_blocks,
    paragraphs_of,
)
from forgegen.model.date_truth import DateTruth
from forgegen.model.inlines import is_colour
from forgegen.skins.skin import BodyForm, NodeForm, Selector

_DROPPED = "drop"
_SOURCE_SPACE = re.compile(r"[ \t\f\n]+")
_PARTING = frozenset(
    {
        "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "fieldset",
        "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
        "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead",
        "tr", "ul",
    }
)  # fmt: skip
"""Elements that browsers show as blocks."""

_UNSEEN = frozenset(("script", "style", "template"))


class BodyTree(Protocol):
    """What reading a body asks of a parsed page; ``forgegen.skins.dom`` is one."""

    def select(self, node: Any, css: str) -> list[Any]:
        """Elements below the node that match; an empty selector is the node itself."""

    def select_first(self, node: Any, css: str) -> Any:
        """The first of them, or None."""

    def text_of(self, node: Any) -> str:
        """The element's text, character for character; every ``br`` is a line feed."""

    def name_of(self, node: Any) -> str:
        """The element's name."""

    def key_of(self, node: Any) -> Hashable:
        """What tells an element from all others of the page."""

    def content_of(self, node: Any) -> list[Any]:
        """What stands directly in an element: texts and elements, without comments."""


class BodyReader:
    """Reads the bodies of a page by a form of their nodes. ``value`` takes a field of an element, ``date`` a date."""

    def __init__(
        self,
        form: BodyForm,
        root: Any,
        tree: BodyTree,
        value: Callable[[Any, Selector], str | None],
        date: Callable[[Any, Selector], DateTruth | None],
    ) -> None:
        self.tree, self.value, self.date = tree, value, date
        self.forms = form.nodes
        self.kinds: dict[Hashable, str] = {}
        self._held: list[Any] = []  # some parsers' elements are known by their place in memory
        if form.drop:
            self._mark(root, form.drop, _DROPPED)
        for name, node in self.forms.items():
            self._mark(root, node.css, name)

    def _mark(self, root: Any, css: str, name: str) -> None:
        """Note which elements are a node; the first of the table has an element that several find."""
        for found in self.tree.select(root, css):
            self._held.append(found)
            self.kinds.setdefault(self.tree.key_of(found), name)

    def body(self, post: Any, css: str) -> tuple[Block, ...]:
        """The blocks of a post: those of its body, and behind them what stands apart.

        Raises: ReadError where elements stand within each other deeper than Python goes.
        """
        try:
            return self._body(post, css)
        except RecursionError:
            raise ReadError(1, "the elements of a body are nested too deep to be read") from None

    def _body(self, post: Any, css: str) -> tuple[Block, ...]:
        found = self.tree.select_first(post, css)
        blocks = () if found is None else self.blocks(found)
        for name, form in self.forms.items():
            if form.apart:
                blocks += tuple(cast(Block, self.node(name, inner)) for inner in self.tree.select(post, form.css))
        return canonical_blocks(blocks)

    def blocks(self, element: Any) -> tuple[Block, ...]:
        """The blocks in an element."""
        found: list[Block] = []
        run: list[Inline] = []
        self._gather(element, found, run)
        found += paragraphs_of(run)
        return canonical_blocks(found)

    def _gather(self, element: Any, found: list[Block], run: list[Inline]) -> None:
        """Add the blocks of an element; ``run`` is the line that is still open."""
        for child in self.tree.content_of(element):
            if isinstance(child, str):
                run.append(_SOURCE_SPACE.sub(" ", child))
                continue
            kind, name = self.kinds.get(self.tree.key_of(child)), self.tree.name_of(child)
            if kind == _DROPPED or name in _UNSEEN or (kind is not None and self.forms[kind].apart):
                continue
            if kind in INLINES:
                run.append(cast(Inline, self.node(kind, child)))
            elif name == "br":
                run.append("\n")
            elif kind is not None and kind != "paragraph":
                self._end(found, run)
                found.append(cast(Block, self.node(kind, child)))
            elif name in _PARTING or kind == "paragraph":
                self._end(found, run)
                self._gather(child, found, run)
                self._end(found, run)
            else:
                self._gather(child, found, run)

    def _end(self, found: list[Block], run: list[Inline]) -> None:
        """End the open line."""
        found += paragraphs_of(run)
        run.clear()

    def inlines(self, element: Any) -> tuple[Inline, ...]:
        """The inlines in an element, whatever blocks stand between them."""
        run: list[Inline] = []
        for child in self.tree.content_of(element):
            if isinstance(child, str):
                run.append(_SOURCE_SPACE.sub(" ", child))
                continue
            kind, name = self.kinds.get(self.tree.key_of(child)), self.tree.name_of(child)
            if kind == _DROPPED or name in _UNSEEN:
                continue
            if kind in INLINES:
                run.append(cast(Inline, self.node(kind, child)))
            elif name == "br":
                run.append("\n")
            else:
                run.extend(self.inlines(child))
        return tuple(run)

    def node(self, kind: str, element: Any) -> Node:
        """The node that an element is."""
        form, cls = self.forms[kind], NODES[kind]
        inside = self.tree.select_first(element, form.inside) if form.inside else element
        fields = self._fields(cls, form, element)
        shown = cls.__struct_fields__
        if "text" in shown and "text" not in fields:
            fields["text"] = "" if inside is None else self.tree.text_of(inside)
        if inside is not None:
            if "kids" in shown:
                fields["kids"] = self.inlines(inside)
            elif "blocks" in shown:
                fields["blocks"] = self.blocks(inside)
            elif cls is ItemList:
                fields["items"] = tuple(map(self.blocks, self._children(inside, ("li",))))
            elif cls is Table:
                fields = self._rows(inside) | fields
        fields |= self._by_name(cls, form, element, fields)
        for name in _required(cls):
            if name not in fields:
                fields[name] = "" if name in form.fields else self.tree.text_of(element)
        return cls(**fields)

    def _fields(self, cls: type[Node], form: NodeForm, element: Any) -> dict[str, Any]:
        """The fields that have selectors; one that is not found keeps its default."""
        fields: dict[str, Any] = {}
        for name, selector in form.fields.items():
            if cls is Quote and name == "date":
                found = self._found(element, selector.css, form)
                value: Any = None if found is None else self.date(found, selector)
            else:
                value = self._taken(element, selector, form)
                if value is not None and form.units and name == "bytes":
                    value = size_denoted(value, form.units)
                elif value is not None and (cls, name) in _NUMBERS:
                    value = _number(value, form.sizes if name == "size" else ())
                if value is not None and not _CAN_BE.get((cls, name), _any)(value):
                    value = None  # as browsers do with what is no colour or size
            if (cls, name) in _FLAGS:
                value = value is not None
            if value is not None:
                fields[name] = value
        return fields

    def _taken(self, element: Any, selector: Selector, form: NodeForm) -> str | None:
        """What a selector takes of a node, or else the one behind it."""
        found = self._found(element, selector.css, form)
        value = None if found is None else self.value(found, selector)
        if value is None and selector.otherwise is not None:
            return self._taken(element, selector.otherwise, form)
        return value

    def _found(self, element: Any, css: str, form: NodeForm) -> Any:
        """The first element of a node that a selector finds, those of nodes of the same kind within it left out."""
        own = self.tree.key_of(element)
        inner = [node for node in self.tree.select(element, form.css) if self.tree.key_of(node) != own] if css else []
        if not inner:
            return self.tree.select_first(element, css)
        theirs = {self.tree.key_of(found) for node in inner for found in self.tree.select(node, css)}
        found = (each for each in self.tree.select(element, css) if self.tree.key_of(each) not in theirs)
        return next(found, None)

    def _by_name(self, cls: type[Node], form: NodeForm, element: Any, fields: dict[str, Any]) -> dict[str, Any]:
        """What HTML's own elements tell by their names."""
        name = self.tree.name_of(element)
        if cls is ItemList and "ordered" not in form.fields:
            return {"ordered": name == "ol"}
        if cls is Heading and "level" not in fields and re.fullmatch("h[1-6]", name):
            return {"level": int(name[1])}
        if cls is Poll:
            return {"options": self._options(form, element)}
        return {}

    def _options(self, form: NodeForm, element: Any) -> tuple[PollOption, ...]:
        """The answers of a poll."""
        return tuple(PollOption(self.tree.text_of(found)) for found in self.tree.select(element, form.inside or "li"))

    def _rows(self, table: Any) -> dict[str, Any]:
        """The rows of a table; it has a header where its first row has only cells of headers."""
        rows = [row for part in (table, *self._children(table, ("table",))) for row in self._table_rows(part)]
        cells = [self._children(row, ("td", "th")) for row in rows]
        header = bool(cells) and bool(cells[0]) and all(self.tree.name_of(cell) == "th" for cell in cells[0])
        return {"rows": tuple(tuple(map(self.inlines, row)) for row in cells), "header": header}

    def _table_rows(self, table: Any) -> list[Any]:
        """The rows of a table element, in all of its sections."""
        sections = [table, *self._children(table, ("thead", "tbody", "tfoot"))]
        return [row for section in sections for row in self._children(section, ("tr",))]

    def _children(self, element: Any, names: tuple[str, ...]) -> list[Any]:
        """The elements of these names that stand directly in an element."""
        content = self.tree.content_of(element)
        return [child for child in content if not isinstance(child, str) and self.tree.name_of(child) in names]


_NUMBERS = {
    (Heading, "level"),
    (Styled, "size"),
    (Attachment, "bytes"),
    (Attachment, "downloads"),
    (NODES["image"], "width"),
    (NODES["image"], "height"),
}
_CAN_BE: dict[tuple[type[Node], str], Callable[[Any], bool]] = {
    (Styled, "colour"): is_colour,
    (Styled, "size"): range(8).__contains__,
    (Heading, "level"): range(1, 7).__contains__,
}
_FLAGS = {(ItemList, "ordered"), (Table, "header")}


def _any(value: Any) -> bool:
    return True


@cache
def _required(cls: type[Node]) -> tuple[str, ...]:
    """The fields of a node that have no default; msgspec works it out from the annotations each time."""
    return tuple(field.name for field in msgspec.structs.fields(cls) if field.required)


def _number(text: str, sizes: tuple[str, ...]) -> int | None:
    """A number in digits, or the place of a word in a list from 1; None for anything else."""
    if sizes:
        return sizes.index(text) + 1 if text in sizes else None
    return int(text) if re.fullmatch(r"\d{1,15}", text, re.ASCII) else None
