"""Posts that are no single element: several siblings, or an element that holds the replies to it as well."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from forgegen.skins import dom


class Region(NamedTuple):
    """A post: the elements that it is made of, the first of which the skin's selector finds."""

    nodes: tuple[dom.Node, ...]


class RegionTree:
    """Reads posts as regions, by what ``forgegen.skins.dom`` does for elements.

    ``along`` selects the siblings that belong to the post before them; of ``nested`` posts each has what is in no
    other one within it.
    """

    def __init__(self, posts: Sequence[dom.Node], along: str | None, *, nested: bool) -> None:
        self._ids, self._along, self._nested = {post.mem_id for post in posts}, along, nested

    def region(self, post: dom.Node) -> Region:
        """The region of a post."""
        nodes, sibling = [post], post.next
        while self._along and sibling is not None and sibling.mem_id not in self._ids:
            if sibling.is_element_node:
                if not sibling.css_matches(self._along):
                    break
                nodes.append(sibling)
            sibling = sibling.next
        return Region(tuple(nodes))

    def above(self, region: Region) -> int | None:
        """The nearest post around a post, as its ``mem_id``."""
        return self._owner(region.nodes[0].parent)

    def _owner(self, node: dom.Node | None) -> int | None:
        while node is not None and node.mem_id not in self._ids:
            node = node.parent
        return None if node is None else node.mem_id

    def select(self, node: Region | dom.Node, css: str) -> list[Region | dom.Node]:
        """Elements of the region or below the node that match; an empty selector is the region itself."""
        if not css:
            return [node]
        if not isinstance(node, Region):
            return list(dom.select(node, css))
        found = [inner for part in node.nodes for inner in dom.select(part, css)]
        own = node.nodes[0].mem_id
        return [inner for inner in found if not self._nested or self._owner(inner) == own]

    def select_first(self, node: Region | dom.Node, css: str) -> Region | dom.Node | None:
        """The first of them."""
        return next(iter(self.select(node, css)), None)

    def attribute(self, node: Region | dom.Node, name: str) -> str | None:
        """An attribute's value; that of a region is its first element's."""
        return dom.attribute(node.nodes[0] if isinstance(node, Region) else node, name)

    def text_of(self, node: Region | dom.Node) -> str:
        """The text, without that of posts within."""
        return self._text(node, "")

    def text_without(self, node: Region | dom.Node, css: str) -> str:
        """The same without that of the elements that match."""
        return self._text(node, css)

    def name_of(self, node: Region | dom.Node) -> str:
        """The element's name; that of a region is its first element's."""
        return dom.name_of(node.nodes[0] if isinstance(node, Region) else node)

    def key_of(self, node: Region | dom.Node) -> Hashable:
        """What tells an element or a region from all others of the page."""
        return node if isinstance(node, Region) else node.mem_id

    def content_of(self, node: Region | dom.Node) -> list[dom.Node | str]:
        """What stands directly in an element or a region, without posts within."""
        if isinstance(node, Region):
            return list(node.nodes)
        found = dom.content_of(node)
        return [each for each in found if isinstance(each, str) or not self._nested or each.mem_id not in self._ids]

    def _text(self, node: Region | dom.Node, css: str) -> str:
        if isinstance(node, Region):
            return "".join(self._text(part, css) for part in node.nodes)
        if self._nested:
            return dom.text_without(node, css, self._ids - {node.mem_id})
        return dom.text_without(node, css) if css else dom.text_of(node)
