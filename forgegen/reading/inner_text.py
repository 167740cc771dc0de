"""The text that a browser shows of an element: ``innerText`` as the HTML standard has it, and Chromium does it.

Blocks part lines and paragraphs, white space collapses as the style sheet says, cells are parted by tabs, and what is
not shown is left out: the contents of closed ``details``, what is ``display: none``, marks of lists, pictures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

from forgegen.reading.style_sheets import Style, styles_of
from forgegen.skins import dom

_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
        "hgroup", "hr", "html", "legend", "main", "menu", "nav", "ol", "optgroup", "p", "pre", "search", "section",
        "summary", "ul", "listing", "xmp", "plaintext",
    }
)  # fmt: skip
_DISPLAYS = {
    **dict.fromkeys(_BLOCKS, "block"),
    **dict.fromkeys(
        ("area", "base", "datalist", "head", "link", "meta", "noembed", "noframes", "param", "rp", "script", "style",
         "template", "title"),
        "none",
    ),
    **dict.fromkeys(("button", "input", "meter", "progress", "select", "textarea"), "inline-block"),
    "li": "list-item", "table": "table", "tr": "table-row", "td": "table-cell", "th": "table-cell",
    "thead": "table-header-group", "tbody": "table-row-group", "tfoot": "table-footer-group",
    "caption": "table-caption", "col": "table-column", "colgroup": "table-column-group",
}  # fmt: skip
_WHITE_SPACES = {"pre": "pre", "listing": "pre", "xmp": "pre", "plaintext": "pre", "textarea": "pre-wrap"}
_REPLACED = frozenset(
    ("audio", "canvas", "embed", "iframe", "img", "input", "object", "select", "svg", "textarea", "video", "wbr")
)
_NO_TEXTS = frozenset(
    ("table", "inline-table", "table-row", "table-row-group", "table-header-group", "table-footer-group",
     "table-column-group", "flex", "inline-flex", "grid", "inline-grid")
)  # fmt: skip
"""What holds boxes: white space between them is none."""

_ATOMS = frozenset(("inline-block", "inline-flex", "inline-grid", "inline-table"))
_ROWS = frozenset(("table-row-group", "table-header-group", "table-footer-group"))
_ROW, _CELL = frozenset(("table-row",)), frozenset(("table-cell",))
_SPACE = re.compile(r"[ \t\n\r]+")
_LINE_SPACE = re.compile(r"[ \t\r]*\n[ \t\r\n]*|[ \t\r]+")


class _Shown(NamedTuple):
    """How an element is shown: ``display`` as computed, the rest as inherited; ``afloat`` is out of the flow."""

    display: str = "block"
    white_space: str = "normal"
    transform: str = "none"
    visible: bool = True
    afloat: bool = False


_OUTSIDE = (_Shown(), False)


def inner_texts(root: dom.Node, elements: Sequence[dom.Node]) -> list[str]:
    """What ``innerText`` gives of elements of a page; of one that is not shown it is all of its text."""
    page = _Page(styles_of(root))
    return [page.inner_text(element) for element in elements]


class _Page:
    """How the elements of a page are shown, as far as somebody asked."""

    def __init__(self, styles: dict[Hashable, Style]) -> None:
        self.styles = styles
        self.known: dict[Hashable, tuple[_Shown, bool]] = {}

    def inner_text(self, element: dom.Node) -> str:
        """What ``innerText`` gives of an element."""
        shown, gone = self.shown(element)
        if gone:
            return "".join(dom.texts(element, set()))
        box: Any = element
        while shown.display in ("inline", "contents") and box.parent is not None:
            box = box.parent
            shown, _ = self.shown(box)
        collector = _Collector(self.styles, dom.key_of(element))
        collector.walk(box, shown)
        return collector.text()

    def shown(self, element: dom.Node) -> tuple[_Shown, bool]:
        """How an element is shown, and whether it is not because it or one around it is hidden."""
        above: list[dom.Node] = []
        node: Any = element
        while node is not None and node.tag and node.tag[0] not in "-!" and dom.key_of(node) not in self.known:
            above.append(node)
            node = node.parent
        found = self.known.get(dom.key_of(node), _OUTSIDE) if node is not None else _OUTSIDE
        for node in reversed(above):
            shown = _shown(node, found[0], self.styles)
            found = self.known[dom.key_of(node)] = shown, found[1] or shown.display == "none" or _is_folded(node)
        return found


def _is_folded(node: dom.Node) -> bool:
    """Whether an element stands in ``details`` that are closed, and is not what stands for them."""
    parent = node.parent
    if parent is None or parent.tag != "details" or "open" in parent.attributes:
        return False
    return node.tag != "summary" or dom.key_of(node) != next(
        (dom.key_of(each) for each in dom.content_of(parent) if not isinstance(each, str) and each.tag == "summary"),
        None,
    )


def _shown(node: dom.Node, parent: _Shown, styles: dict[Hashable, Style]) -> _Shown:
    """How an element is shown in one that is shown so."""
    name, style = dom.name_of(node), styles.get(dom.key_of(node))
    display = _DISPLAYS.get(name, "inline")
    if "hidden" in node.attributes:
        display = "none"
    white_space = _WHITE_SPACES.get(name, parent.white_space)
    if style is None:
        if parent.display in ("flex", "inline-flex", "grid", "inline-grid"):
            display = _as_block(display)
        return _Shown(display, white_space, parent.transform, parent.visible)
    display = style.get("display", display)
    afloat = style.get("float", "none") != "none" or style.get("position", "static") in ("absolute", "fixed")
    if afloat or parent.display in ("flex", "inline-flex", "grid", "inline-grid"):
        display = _as_block(display)
    white_space = style.get("white-space", white_space)
    visible = style["visibility"] == "visible" if "visibility" in style else parent.visible
    transform = style.get("text-transform", parent.transform)
    return _Shown(display, white_space, transform, visible, afloat and display != "none")


def _as_block(display: str) -> str:
    """What is computed of the display of a box that floats or stands in a flexible one."""
    if display in ("none", "contents") or not display.startswith(("inline", "table-")):
        return display
    return display.removeprefix("inline-") if display in _ATOMS and display != "inline-block" else "block"


class _Line(NamedTuple):
    """Where a line stands: whether white space is nothing here; the item whose last space goes at the line's end."""

    fresh: bool = True
    loose: int | None = None


class _Collector:
    """Collects the texts of a box and the breaks that are asked for, those of the element apart from the rest."""

    def __init__(self, styles: dict[Hashable, Style], wanted: Hashable) -> None:
        self.styles, self.wanted = styles, wanted
        self.items: list[str | int] = []
        self.line = _Line()
        self.first = 0
        self.last: int | None = None
        self.steps: list[Callable[[], None]] = []

    def walk(self, box: dom.Node, shown: _Shown) -> None:
        """Collect what stands in a box; elements may stand within each other deeper than Python goes."""
        self.enter(box, shown)
        while self.steps:
            self.steps.pop()()
        self.strip()

    def text(self) -> str:
        """The text: what was collected of the element, breaks at its edges left out."""
        parts: list[str] = []
        asked = 0
        for item in self.items[self.first : self.last]:
            if isinstance(item, int):
                asked = max(asked, item)
            elif item:
                if asked and parts:
                    parts.append("\n" * asked)
                asked = 0
                parts.append(item)
        return "".join(parts)

    def enter(self, node: dom.Node, shown: _Shown) -> None:
        """Do the contents of an element next."""
        if dom.key_of(node) == self.wanted:
            self.first = len(self.items)
            self.steps.append(self.leave)
        children = dom.content_of(node)
        closed = dom.name_of(node) == "details" and "open" not in node.attributes
        for child in reversed(children):
            if isinstance(child, str):
                if closed or (shown.display in _NO_TEXTS and not child.strip(" \t\n\r\f")):
                    continue
                self.steps.append(lambda text=child: self.put(text, shown))  # type: ignore[misc]
            elif not closed or not _is_folded(child):
                self.steps.append(lambda inner=child: self.element(inner, shown))  # type: ignore[misc]

    def leave(self) -> None:
        """The element ends here."""
        self.last = len(self.items)

    def element(self, node: dom.Node, parent: _Shown) -> None:
        """Do an element next, what comes before and behind it included."""
        name, shown = dom.name_of(node), _shown(node, parent, self.styles)
        if shown.display == "none":
            return
        if name == "br":
            self.strip()
            self.items.append("\n")
            self.line = _Line()
        elif name == "hr":
            self.part(1)
        elif name in _REPLACED:
            self.replaced(name, shown)
        elif shown.afloat or shown.display in _ATOMS or shown.display == "table-cell":
            self.apart(node, shown)
        elif shown.display == "table-row":
            self.part(0)
            self.steps.append(lambda: self.end_row(node))
            self.enter(node, shown)
        elif shown.display in ("inline", "contents") and name != "p":
            self.enter(node, shown)
        else:
            breaks = 2 if name == "p" else 0 if shown.display in _ROWS else 1
            self.edge(breaks, shown)
            self.steps.append(lambda: self.edge(breaks, shown))
            self.enter(node, shown)

    def edge(self, breaks: int, shown: _Shown) -> None:
        """The edge of a block, or of a paragraph that is shown within a line."""
        if shown.display in ("inline", "contents"):
            self.items.append(breaks)
        else:
            self.part(breaks)

    def replaced(self, name: str, shown: _Shown) -> None:
        """A picture or the like: it has no text, but the line goes on behind it."""
        if shown.afloat:
            self.items.append(1)
        elif shown.display in ("inline", *_ATOMS):
            if name != "wbr":
                self.line = _Line(fresh=False)
        else:
            self.part(1)

    def apart(self, node: dom.Node, shown: _Shown) -> None:
        """What has lines of its own: a button, a cell, a box that floats."""
        before = self.line if shown.afloat else _Line(fresh=False)
        breaks = 0 if shown.display in _ATOMS or shown.display == "table-cell" else 2 if node.tag == "p" else 1
        self.items.append(breaks)
        self.line = _Line()

        def end() -> None:
            self.strip()
            self.line = before
            self.items.append(breaks)
            if shown.display == "table-cell" and self.follows(node, _CELL):
                self.items.append("\t")

        self.steps.append(end)
        self.enter(node, shown)

    def end_row(self, row: dom.Node) -> None:
        """A row ends: a line feed where another one follows."""
        self.part(0)
        part = row.parent
        if self.follows(row, _ROW) or (part is not None and self.is_one(part, _ROWS) and self.follows(part, _ROWS)):
            self.items.append("\n")

    def follows(self, node: dom.Node, displays: frozenset[str]) -> bool:
        """Whether an element that is displayed so comes behind one; of parts of tables those with rows."""
        after = node.next
        while after is not None:
            if self.is_one(after, displays) and (displays is not _ROWS or self.holds_rows(after)):
                return True
            after = after.next
        return False

    def is_one(self, node: dom.Node, displays: frozenset[str]) -> bool:
        """Whether this is an element that is displayed so."""
        return bool(node.tag) and node.tag[0] not in "-!" and _shown(node, _Shown(), self.styles).display in displays  # type: ignore[index]

    def holds_rows(self, part: dom.Node) -> bool:
        """Whether a part of a table has rows."""
        return any(not isinstance(row, str) and self.is_one(row, _ROW) for row in dom.content_of(part))

    def part(self, breaks: int) -> None:
        """End the line, and ask for so many breaks."""
        self.strip()
        self.items.append(breaks)
        self.line = _Line()

    def strip(self) -> None:
        """Take away the space at the end of a line."""
        if self.line.loose is not None:
            item = self.items[self.line.loose]
            assert isinstance(item, str)
            self.items[self.line.loose] = item[:-1]
        self.line = _Line(self.line.fresh)

    def put(self, text: str, shown: _Shown) -> None:
        """Add a text, its white space as it is shown."""
        if not text or not shown.visible:
            return
        if shown.transform == "uppercase":
            text = text.upper()
        elif shown.transform == "lowercase":
            text = text.lower()
        if shown.white_space in ("normal", "nowrap"):
            self.put_folded(text)
        elif shown.white_space == "pre-line":
            for at, line in enumerate(_LINE_SPACE.sub(lambda m: "\n" if "\n" in m[0] else " ", text).split("\n")):
                if at:
                    self.put_kept("\n")
                self.put_folded(line)
        else:
            self.put_kept(text)

    def put_folded(self, text: str) -> None:
        """Add a text whose runs of white space are one space, and none at the edges of lines."""
        text = _SPACE.sub(_fold, text)
        if self.line.fresh or self.line.loose is not None:
            text = text.removeprefix(" ")
        if not text:
            return
        self.items.append(text)
        self.line = _Line(fresh=False, loose=len(self.items) - 1 if text[-1] == " " else None)

    def put_kept(self, text: str) -> None:
        """Add a text as it stands."""
        if text[0] == "\n":
            self.strip()
        self.items.append(text)
        self.line = _Line(fresh=text[-1] == "\n")


def _fold(run: re.Match[str]) -> str:
    """What stands for a run of white space: a space, but nothing if a line feed in it is beside a space of no width."""
    if "\n" in run[0] and "\u200b" in run.string[max(0, run.start() - 1) : run.end() + 1]:
        return ""
    return " "
