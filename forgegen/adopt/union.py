"""The posts of a page as one tree: what some have stands in it with its share, fields are marked where they stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from forgegen.adopt.finding import Discovery
from forgegen.adopt.post_parts import FoundField
from forgegen.adopt.saved_tree import UNSEEN, PageElement, folded
from forgegen.adopt.text_search import of_writer

FIELDS = ("author", "date", "text")
_DROPPED = UNSEEN | {
    "link",
    "meta",
    "input",
    "select",
    "textarea",
    "img",
    "br",
    "canvas",
    "picture",
    "source",
}
_MOST = 12  # elements of a kind below one, as items of a list
_DIGITS = re.compile(r"\d+")


class UnionNode:
    """An element of the union: its members by post, and what is below it: nodes, and texts as tuples."""

    def __init__(self, members: list[tuple[int, PageElement]], field: str = "") -> None:
        self.members, self.field = members, field
        self.kids: list[UnionNode | tuple[str, ...]] = []
        self.fields: frozenset[str] = frozenset([field] if field else [])

    @property
    def tag(self) -> str:
        """The name of the element."""
        return self.members[0][1].tag


class Union(NamedTuple):
    """The post of a template: its elements (several where it has rows), and in how many posts each node may stand."""

    tops: tuple[UnionNode, ...]
    posts: int


def innermost(node: PageElement) -> PageElement:
    """The deepest element that holds all of the text."""
    while True:
        inner = [kid for kid in node.elements if kid.tag not in _DROPPED and kid.tag != "hr"]
        text = node.text()
        if len(inner) == 1 and not node.own and inner[0].text() == text and text:
            node = inner[0]
        else:
            return node


def _holder(inner: PageElement, outer: PageElement) -> PageElement:
    """The element around a text that holds it in other posts too: no paragraph and no bold words of this one."""
    while inner is not outer and of_writer(inner) and inner.parent is not None:
        inner = inner.parent
    return inner


def unite(finding: Discovery) -> Union:
    """The union of the posts whose fields stand where they mostly do."""
    regions = finding.candidate.regions
    places = [_places(finding, at) for at in range(len(regions))]
    paths = [_path(finding, at, place) for at, place in enumerate(places)]
    usual = max(Counter(p for p in paths if p is not None).items(), key=lambda item: (item[1], item[0]))[0]
    typical = [at for at, path in enumerate(paths) if path == usual]
    tops = {region.node.start for region in regions}
    count = min(1 + len(regions[at].tail) for at in typical)
    nodes = []
    for top in range(count):
        members = [(at, (regions[at].node, *regions[at].tail)[top]) for at in typical]
        nodes.append(_merged(members, places, tops))
    return Union(tuple(nodes), len(typical))


def _places(finding: Discovery, at: int) -> dict[int, str]:
    """The fields of a post by the places of their elements."""
    found: dict[int, str] = {}
    for name in FIELDS:
        field: FoundField = getattr(finding.fields, name)[0]
        node = field.nodes[at]
        if node is not None and field.attr is None:
            inner = node if name == "date" else _holder(innermost(node), node) if name == "text" else innermost(node)
            found[inner.start] = name
    return found


def _path(finding: Discovery, at: int, places: dict[int, str]) -> tuple[tuple[str, ...], ...] | None:
    """Where the fields of a post stand: the elements from the post down to each."""
    region = finding.candidate.regions[at]
    tops = [node.start for node in (region.node, *region.tail)]
    paths = []
    for top in (region.node, *region.tail):
        for node in top.walk():
            if node.start in places:
                steps = [node.tag]
                for above in node.above() if node.start not in tops else ():
                    steps.append(above.tag)
                    if above.start in tops:
                        break
                paths.append((places[node.start], str(tops.index(top.start)), *steps))
    wanted = [name for name in FIELDS if getattr(finding.fields, name)[0].attr is None]
    return tuple(sorted(paths)) if len(paths) == len(wanted) else None


def _merged(members: list[tuple[int, PageElement]], places: Sequence[dict[int, str]], tops: set[int]) -> UnionNode:
    """The members of a place as one node, down to the fields."""
    at, first = members[0]
    node = UnionNode(members, places[at].get(first.start, ""))
    if node.field in ("author", "text"):
        return node
    groups = _grouped(members, places, tops)
    for named, inside in groups.items():
        if named[0] == "text":
            texts = Counter(folded(str(kid)) for _, kid in inside)
            some = sorted(texts, key=lambda t: (-texts[t], t))[:3]
            node.kids.append(tuple(some) if len(some) < 3 or node.field == "" else (some[0],))
        elif len(inside) > 1 or len(members) < 8 or named[0] == "path":
            below = _merged([(at, kid) for at, kid in inside if isinstance(kid, PageElement)], places, tops)
            node.kids.append(below)
            node.fields |= below.fields
    return node


def _grouped(
    members: list[tuple[int, PageElement]], places: Sequence[dict[int, str]], tops: set[int]
) -> dict[tuple[str, ...], list[tuple[int, PageElement | str]]]:
    """The children of the members by what tells them apart, in an order that fits all of them."""
    order: list[tuple[str, ...]] = []
    groups: dict[tuple[str, ...], list[tuple[int, PageElement | str]]] = {}
    for at, element in members:
        seen: Counter[tuple[str, ...]] = Counter()
        place = 0
        for kid in element.kids:
            key = _key(kid, places[at], tops)
            if key is None:
                continue
            seen[key] += 1
            if seen[key] > _MOST and key[0] != "path":
                continue
            named = (*key, str(seen[key]))
            if named in groups:
                place = max(place, order.index(named) + 1)
            else:
                order.insert(place, named)
                groups[named] = []
                place += 1
            groups[named].append((at, kid))
    return {named: groups[named] for named in order}


def _key(kid: PageElement | str, places: dict[int, str], tops: set[int]) -> tuple[str, ...] | None:
    """What tells which child is which; None for one that is left out."""
    if isinstance(kid, str):
        return ("text",) if kid.strip() else None
    held = sorted(places[place] for place in places if kid.start <= place < kid.end)
    if held:
        return ("path", kid.tag, *held)
    if kid.tag in _DROPPED or kid.start in tops:
        return None
    name = next((name for name in kid.classes if not _DIGITS.search(name)), "")
    return (kid.tag, name)


def alone(node: UnionNode) -> bool:
    """Whether an element in a line holds the author and nothing else."""
    kids = node.kids
    return (
        node.tag in ("a", "span", "b", "strong")
        and node.fields == {"author"}
        and len(kids) == 1
        and not node.field
        and isinstance(kids[0], UnionNode)
    )


def all_nodes(tops: Iterable[UnionNode]) -> list[UnionNode]:
    """All nodes in the order of the page."""
    found: list[UnionNode] = []
    stack = list(tops)[::-1]
    while stack:
        node = stack.pop()
        found.append(node)
        stack.extend(kid for kid in reversed(node.kids) if isinstance(kid, UnionNode))
    return found
