"""Where in the posts the text stands: the innermost element that holds the words proper to each post."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate

from forgegen.adopt.post_parts import FoundField, PostParts
from forgegen.adopt.saved_tree import PageElement

_TEXT_CLASS = re.compile(r"content|message|body|text|post|comment|entry|description|bbcode", re.IGNORECASE)
_NO_TEXT = re.compile(r"sign?ature|\bsig\b|author|user|profile|head|foot|meta|button|quote|avatar|side", re.IGNORECASE)
_ASIDE = re.compile(
    r"sign?ature|\bsig\b|reaction|\blikes?\b|\bshares?\b|attach|anh[aä]ng|last-?edit|edited|notice|post-?title|subject|\btools?\b|controls",
    re.IGNORECASE,
)
_NO_WORDS = frozenset({"header", "footer", "nav", "button"})
_SMALL = {"p": 0.8, "span": 0.8, "br": 0.8} | dict.fromkeys(("a", "h1", "h2", "h3", "time", "ul", "li"), 0.5)
_SHORT = 60  # characters: a like or two beside the text of such a post are more than half of it
_NEARLY = 0.97
"""The share of the proper words that an element further in has to hold."""


class _Proper:
    """The words that are a post's own: not those of signatures and the like, nor what stands in many posts."""

    def __init__(self, posts: Sequence[PostParts]) -> None:
        times = Counter(text for post in posts for text in {_kind(node.own) for node in post.own})
        often = {text for text, n in times.items() if n > 1 and n * 5 >= 2 * len(posts)}
        self.sums = [_Sums(post, often, frozenset()) for post in posts]
        self.strict = [_Sums(post, often, _NO_WORDS) for post in posts]
        """The same without headers, footers and buttons, in which dates and authors may be looked for, but no text."""

    def share(self, at: int, node: PageElement) -> float:
        """The share of a post's own words that an element holds."""
        sums = self.sums[at]
        return min(1.0, sums.within(node) / max(1, sums.sums[-1]))

    def within(self, at: int, node: PageElement | None) -> int:
        """How many characters of a post's own words, read strictly, an element holds."""
        return 0 if node is None else self.strict[at].within(node)


class _Sums:
    """The proper words of a post, summed over places."""

    def __init__(self, post: PostParts, often: set[str], without: frozenset[str]) -> None:
        tops = (post.region.node, *post.region.tail)
        self.first, end = post.region.start, max(top.end for top in tops)
        lengths = [0] * (end - self.first)
        aside = self.first
        for node in sorted(post.own, key=lambda node: node.start):
            if node.start >= aside and node not in tops and (node.tag in without or _ASIDE.search(_names(node))):
                aside = node.end
            if node.start >= aside and _kind(node.own) not in often:
                lengths[node.start - self.first] = len(node.own)
        self.sums = [0, *accumulate(lengths)]

    def within(self, node: PageElement) -> int:
        """Their characters in an element."""
        return self.sums[node.end - self.first] - self.sums[node.start - self.first]


def _kind(text: str) -> str:
    """A text without its numbers."""
    return re.sub(r"\d+", "0", text)


def _names(node: PageElement) -> str:
    return " ".join((*node.classes, node.attrs.get("itemprop", ""), re.sub(r"\d", "", node.attrs.get("id", ""))))


def find_texts(
    posts: Sequence[PostParts], columns: Mapping[str, Sequence[PageElement | None]], others: Sequence[FoundField]
) -> tuple[FoundField, ...]:
    """Columns as texts of posts: the largest that hold none of the other fields, innermost first."""
    proper = _Proper(posts)
    found = [f for css, nodes in columns.items() if (f := _column(css, nodes, posts, others, proper)) is not None]
    found = sorted((f for f in found if f.score > 0), key=lambda f: (-f.score, len(f.css), f.css))
    if not found:
        return ()
    top = found[0]
    inner = [f for f in found if _inside(f, top, proper)]
    best = max(inner, key=lambda f: (_depth(f, top), f.score, -len(f.css), f.css))
    return (best, *(f for f in found[:5] if f is not best))[:5]


def _column(
    css: str, nodes: Sequence[PageElement | None], posts: Sequence[PostParts], others: Sequence[FoundField],
    proper: _Proper,
) -> FoundField | None:  # fmt: skip
    """A column as texts, or None."""
    there = [(at, node) for at, node in enumerate(nodes) if node is not None]
    if len(there) * 2 < len(posts):
        return None
    covered = sum(proper.share(at, node) for at, node in there)
    held = sum(any(_holds(node, other.nodes[at]) for other in others if other.attr is None) for at, node in there)
    some = there[0][1]
    score = (covered / len(posts)) * (len(there) / len(posts))
    score *= 0.08 if held * 3 > len(there) else 1 - 0.5 * held / len(there)
    score *= 1.35 if _TEXT_CLASS.search(_names(some)) else 1.0
    score *= 0.4 if _NO_TEXT.search(_names(some)) else 1.0
    score *= _SMALL.get(some.tag, 1.0)
    values = tuple(node.text() if node is not None else None for node in nodes)
    if len(posts) > 2 and len({v for v in values if v}) * 2 < len(there):
        score *= 0.1
    return FoundField(css, None, values, tuple(nodes), score, f"{covered / len(posts):.0%} of the words")


def _holds(node: PageElement, other: PageElement | None) -> bool:
    return other is not None and node.start <= other.start < node.end


def _inside(found: FoundField, top: FoundField, proper: _Proper) -> bool:
    """Whether a field is within another one and has nearly all of its proper words.

    In a post of more than some words it has half of them at least: a first paragraph alone is no text.
    """
    own = whole = 0
    for at, (inner, outer) in enumerate(zip(found.nodes, top.nodes, strict=True)):
        if inner is not None and outer is not None and not (outer.start <= inner.start and inner.end <= outer.end):
            return False
        held, all_ = proper.within(at, inner), proper.within(at, outer)
        if held * 2 < all_ and all_ > _SHORT:
            return False
        own, whole = own + held, whole + all_
    return own >= _NEARLY * whole and found.number >= top.number


def _depth(found: FoundField, top: FoundField) -> int:
    """How far in a field stands."""
    return max((n.start - t.start for n, t in zip(found.nodes, top.nodes, strict=True) if n and t), default=0)
