"""The one place that touches the HTML parser (lexbor, by selectolax), which follows the HTML standard."""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from forgegen.errors import ReadError

Node = LexborNode
_DEEPEST = 5000  # open elements; the skins of forgegen have 610 at the most, for 3,000 levels of replies
_CHUNK = 1 << 13
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,40})")
_CLOSING = {  # elements that hold nothing, or that the next one of their kind ends
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "li", "p", "dd", "dt", "option", "optgroup", "tr", "td", "th", "tbody", "thead", "tfoot", "rt", "rp",
}  # fmt: skip


def parse(html: str) -> Node:
    """The root element of a page.

    Raises: ValueError where there is none; ReadError where more than 5,000 elements stand open within each other.
    """
    check_depth(html)
    root = LexborHTMLParser(html).root
    if root is None:
        raise ValueError("the page holds no element")
    return root


def check_depth(html: str) -> None:
    """Let pass what can be read in time that grows with its length: a tag may have to look at all that are open.

    Raises: ReadError, with the line.
    """
    depth = 0
    for at in range(0, len(html), _CHUNK):
        tags, ends = html.count("<", at, at + _CHUNK), html.count("</", at, at + _CHUNK)
        if depth + tags - ends > _DEEPEST:
            break
        depth += tags - 2 * ends
    else:
        return
    depth = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() not in _CLOSING:
            depth = max(0, depth - 1) if tag[1] else depth + 1
            if depth > _DEEPEST:
                line = html.count("\n", 0, tag.start()) + 1
                raise ReadError(
                    line, f"more than {_DEEPEST:,} elements stand open within each other, here <{tag[2]}>; "
                    "browsers stop at 512",
                )  # fmt: skip


@lru_cache(maxsize=1024)
def is_selector(css: str) -> bool:
    """Whether a text is a CSS selector.

    >>> is_selector("ol > li.floor"), is_selector("li[")
    (True, False)
    """
    try:
        parse("<p>").css_first(css)
    except SelectolaxError:
        return False
    return True


def select(node: Node, css: str) -> list[Node]:
    """Elements below the node that match; an empty selector is the node itself."""
    return list(node.css(css)) if css else [node]


def select_first(node: Node, css: str) -> Node | None:
    """The first element below the node that matches."""
    return node.css_first(css) if css else node


def attribute(node: Node, name: str) -> str | None:
    """An attribute's value."""
    return node.attributes.get(name)


def name_of(node: Node) -> str:
    """The element's name, in lower case."""
    return node.tag or ""


def key_of(node: Node) -> Hashable:
    """What tells an element from all others of the page."""
    return node.mem_id


def content_of(node: Node) -> list[Node | str]:
    """What stands directly in an element: texts and elements, without comments."""
    found: list[Node | str] = []
    inner = node.first_child
    while inner is not None:
        if inner.tag == "-text":
            found.append(inner.text(deep=False) or "")
        elif inner.tag is not None and inner.tag[0] not in "-!":
            found.append(inner)
        inner = inner.next
    return found


def text_of(node: Node) -> str:
    """The element's text, character for character; every ``br`` is a line feed."""
    if node.css_first("br") is None:
        return node.text(deep=True, separator="", strip=False)
    parts = []
    for inner in node.traverse(include_text=True):
        if inner.tag == "-text":
            parts.append(inner.text(deep=False) or "")
        elif inner.tag == "br":
            parts.append("\n")
    return "".join(parts)


def texts(node: Node, without: set[int]) -> list[str]:
    """The texts below the element one by one, but for those of elements whose ``mem_id`` is among these."""
    found: list[str] = []
    stack = [node.first_child]
    while stack:
        inner = stack.pop()
        if inner is None:
            continue
        stack.append(inner.next)
        if inner.mem_id in without:
            continue
        if inner.tag == "-text":
            found.append(inner.text(deep=False) or "")
        else:
            stack.append(inner.first_child)
    return found


def text_without(node: Node, css: str, without: frozenset[int] | set[int] = frozenset()) -> str:
    """The element's text without that of the elements below it that match, or whose ``mem_id`` is among these."""
    left_out = {*without, *(found.mem_id for found in (node.css(css) if css else ()))}
    parts: list[str] = []
    stack = [node.first_child]
    while stack:
        inner = stack.pop()
        if inner is None:
            continue
        stack.append(inner.next)
        if inner.mem_id in left_out:
            continue
        if inner.tag == "-text":
            parts.append(inner.text(deep=False) or "")
        elif inner.tag == "br":
            parts.append("\n")
        else:
            stack.append(inner.first_child)
    return "".join(parts)


def mark(node: Node, attributes: dict[str, str]) -> None:
    """Set attributes of an element; ``style`` is added to what is there."""
    for name, value in attributes.items():
        before = node.attributes.get(name) if name == "style" else None
        node.attrs[name] = f"{before};{value}" if before else value


def serialise(root: Node) -> str:
    """The page as a browser's tree has it, as text."""
    return f"<!DOCTYPE html>\n{root.html or ''}"
