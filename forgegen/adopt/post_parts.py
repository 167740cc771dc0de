"""The posts of a page while their fields are looked for: elements by features relative to the post."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from forgegen.adopt.post_regions import PostRegion
from forgegen.adopt.saved_tree import UNSEEN, PageElement

_NAME = re.compile(r"[A-Za-z_][\w-]*")
_DIGITS = re.compile(r"\d{3,}")
USER_LINK = re.compile(
    r"user|member|profil|[?&]u=|uid|author|/@|people|mitglied|/u/|space-|membre|usuario", re.IGNORECASE
)
"""Addresses of users."""


class FoundField(NamedTuple):
    """A field: its selector below the post (empty: the post itself) or attribute, and its value in every post."""

    css: str
    attr: str | None
    values: tuple[str | None, ...]
    nodes: tuple[PageElement | None, ...]
    score: float
    why: str = ""

    @property
    def number(self) -> int:
        """In how many posts it stands."""
        return sum(value is not None for value in self.values)


class Fields(NamedTuple):
    """The fields of posts: each with other places that fit, best first."""

    author: tuple[FoundField, ...]
    date: tuple[FoundField, ...]
    text: tuple[FoundField, ...]


def relative(node: PageElement, top: PageElement) -> list[str]:
    """Selectors of an element below a post."""
    tag = node.tag
    names = _plain_names(node)
    found = [f"{tag}.{name}" for name in names[:6]]
    found += [f"{tag}.{a}.{b}" for a, b in itertools.pairwise(names)]
    found += _by_attributes(node)
    found += _by_parents(node, top)
    if not names:
        found.append(tag)
    return found


def _plain_names(node: PageElement) -> list[str]:
    """Its classes that may stand in a selector and hold no long number."""
    return [name for name in node.classes if _NAME.fullmatch(name) and not _DIGITS.search(name)]


def _by_attributes(node: PageElement) -> list[str]:
    """Selectors by what its attributes say."""
    tag = node.tag
    found = []
    for attr in ("itemprop", "rel", "data-role", "property"):
        value = node.attrs.get(attr, "")
        if _NAME.fullmatch(value):
            found.append(f'{tag}[{attr}="{value}"]')
    if "datetime" in node.attrs:
        found.append(f"{tag}[datetime]")
    name = node.attrs.get("id", "")
    if m := re.match(r"([A-Za-z][A-Za-z_-]*[A-Za-z_-])\d+", name):
        found.append(f'{tag}[id^="{m[1]}"]')
    if tag == "a" and "href" in node.attrs and (m2 := USER_LINK.search(node.attrs["href"])):
        found.append(f'a[href*="{m2[0]}"]')
    return found


def _by_parents(node: PageElement, top: PageElement) -> list[str]:
    """Selectors by what it stands in, and by its place there where that has no name."""
    tag, parent = node.tag, node.parent
    if parent is None or node is top:
        return []
    above = _plain_names(parent)
    found = [f"{parent.tag}.{n} > {tag}" for n in above[:2]]
    if parent is not top and parent.parent is not None:
        farther = _plain_names(parent.parent)
        found += [f"{parent.parent.tag}.{n} > {parent.tag} > {tag}" for n in farther[:1]]
    if not above:
        found.append(f"{parent.tag} > {tag}")
        place = [kid for kid in parent.elements if kid.tag == tag].index(node)
        if place and place < 6:
            found.append(f"{parent.tag} > {tag}:nth-of-type({place + 1})")
    return found


class PostParts(NamedTuple):
    """A post while its fields are looked for: its elements by feature, first matches only."""

    region: PostRegion
    first: dict[str, PageElement]
    own: tuple[PageElement, ...]


def posts_of(regions: Sequence[PostRegion], *, nested: bool = False) -> list[PostParts]:
    """The posts with their elements by feature; those within another one are no part of it."""
    tops = {region.node.start for region in regions} if nested else set()
    posts = []
    for region in regions:
        first: dict[str, PageElement] = {}
        own = []
        for node in _own(region, tops):
            own.append(node)
            if node is region.node:
                continue
            for css in relative(node, region.node):
                first.setdefault(css, node)
        posts.append(PostParts(region, first, tuple(own)))
    return posts


def _own(region: PostRegion, tops: set[int]) -> list[PageElement]:
    found = []
    stack = [*reversed((region.node, *region.tail))]
    while stack:
        node = stack.pop()
        if node.start in tops and node is not region.node:
            continue
        if node.tag in UNSEEN - {"noscript"}:
            continue
        found.append(node)
        stack.extend(reversed(node.elements))
    return found
