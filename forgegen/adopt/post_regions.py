"""Posts of several elements: a heading and a body that are siblings, or rows of a table."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from forgegen.adopt.saved_tree import PageElement

_NAME = re.compile(r"[A-Za-z_][\w-]*")
_DIGITS = re.compile(r"\d{2,}")


class PostRegion(NamedTuple):
    """A post: its first element, and the siblings behind that which belong to it."""

    node: PageElement
    tail: tuple[PageElement, ...] = ()

    @property
    def start(self) -> int:
        """The place of its first element."""
        return self.node.start

    @property
    def end(self) -> int:
        """The place behind it."""
        return self.tail[-1].end if self.tail else self.node.end

    def walk(self) -> Iterator[PageElement]:
        """Its elements, in the order of the page."""
        for top in (self.node, *self.tail):
            yield from top.walk()

    def text(self) -> str:
        """Its text."""
        return " ".join(top.text() for top in (self.node, *self.tail))


def regions_of(nodes: list[PageElement]) -> Iterator[tuple[tuple[PostRegion, ...], str | None, bool]]:
    """The elements as posts: as they are, and with the siblings behind them where these are no posts themselves."""
    if len(nodes) < 2:
        return
    nested = any(b.start < a.end for a, b in itertools.pairwise(nodes))
    yield tuple(PostRegion(node) for node in nodes), None, nested
    parents = {id(node.parent) for node in nodes}
    if nested or len(parents) != 1 or nodes[0].parent is None:
        return
    along = _along(nodes)
    if along is not None:
        yield along[0], along[1], False


def lifted(css: str, nodes: list[PageElement]) -> tuple[str, tuple[PostRegion, ...], str] | None:
    """The rows of a table of which these are cells, each with the rows behind it."""
    rows = [node.parent for node in nodes if node.tag in ("td", "th", "dt")]
    if len(rows) < 2 or len(rows) != len(nodes) or " > " in css:
        return None
    tops = [row for row in rows if row is not None and row.tag == "tr"]
    if len({row.start for row in tops}) != len(nodes) or len({id(row.parent) for row in tops}) != 1:
        return None
    along = _along(tops)
    return None if along is None else (f"tr:has(> {css})", *along)


def _along(nodes: list[PageElement]) -> tuple[tuple[PostRegion, ...], str] | None:
    """The elements with the siblings between them, as far as most of them have such."""
    parent = nodes[0].parent
    assert parent is not None
    siblings, own = parent.elements, {node.start for node in nodes}
    tails: list[list[PageElement]] = []
    for kid in siblings:
        if kid.start in own:
            tails.append([])
        elif tails:
            tails[-1].append(kid)
    sizes = Counter(len(tail) for tail in tails[:-1])
    if not sizes:
        return None
    usual = max(sizes, key=lambda n: (sizes[n], -n))
    if not 1 <= usual <= 6 or sizes[usual] * 3 < 2 * (len(tails) - 1):
        return None
    names = Counter(_sibling(kid) for tail in tails[:-1] for kid in tail)
    kept = [name for name, times in names.items() if times * 2 >= len(tails) - 1]
    if not kept:
        return None
    regions = tuple(
        PostRegion(node, tuple(kid for kid in tail[:usual] if _sibling(kid) in kept))
        for node, tail in zip(nodes, tails, strict=True)
    )
    return regions, ", ".join(sorted(kept))


def _sibling(node: PageElement) -> str:
    names = [name for name in node.classes if _NAME.fullmatch(name) and not _DIGITS.search(name)]
    return f"{node.tag}.{names[0]}" if names else node.tag
