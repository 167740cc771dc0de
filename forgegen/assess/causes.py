"""Which labels of a page explain a difference: those of what the failing field reads come first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from forgegen.assess.compare import Difference
from forgegen.model.truth import PostTruth, Truth
from forgegen.pages.page import Page
from forgegen.quirks.catalogue import QUIRKS
from forgegen.quirks.facts import Facts

_WORDS = frozenset({"text", "evasion", "inject"})
_ALWAYS = frozenset({"enc", "transport"})  # all that is read comes through these
_READS: dict[str, frozenset[str]] = {
    "text": _WORDS | {"body", "markup", "floor", "count"},
    "quote": _WORDS | {"body", "markup"},
    "paragraphs": _WORDS | {"markup"},
    "title": _WORDS | {"count", "head"},
    "board": _WORDS,
    "author": _WORDS | {"author", "head"},
    "avatar": frozenset({"author"}),
    "date": frozenset({"time"}),
    "published": frozenset({"time"}),
    "last_reply": frozenset({"time"}),
    "observed": frozenset({"time"}),
    "floor": frozenset({"floor"}),
    "replies": frozenset({"count", "tree"}),
    "likes": frozenset({"count"}),
    "views": frozenset({"count"}),
    "comment_count": frozenset({"count", "tree"}),
    "parent": frozenset({"tree", "floor", "page"}),
    "parent_floor": frozenset({"tree", "floor", "page"}),
    "status": frozenset({"tree"}),
    "edited": frozenset({"time"}),
    "guest": frozenset({"author"}),
    "banned": frozenset({"author"}),
    "pinned": frozenset({"tree"}),
    "role": frozenset({"tree", "page"}),
}
"""The classes of quirks that a field's value may have."""

_POSTS = frozenset({"tree", "markup", "page", "floor"})
_OF_POSTS = ("posts", "order")
_STRUCTURE = frozenset({"markup", "page"})  # classes that are told of no single value
ORDINARY = frozenset({
    "tree.empty", "tree.single", "page.single", "author.avatar-letter", "author.avatar-none", "count.zero-omitted",
    "text.short", "tree.late-reply",
})  # fmt: skip
"""Labels that most plain pages have: never the first while there is another."""

_DATA = frozenset({"jsonld", "microdata"})
_LEAKS = {
    "alt leak": "body.image",
    "caption leak": "body.image",
    "quote leak": "text.quote",
    "attachment leak": "body.attachment",
    "spoiler title leak": "body.spoiler",
    "excerpt leak": "body.unfurl",
    "address leak": "body.link",
}
"""The label of the node of which something stands in a text that is not the text's, by the difference's kind."""


class Causes(NamedTuple):
    """Labels that may explain a difference, the likeliest first, and the others of the page."""

    likely: tuple[str, ...]
    others: tuple[str, ...]


def causes(page: Page, differences: Iterable[Difference]) -> Causes:
    """The labels of a page by what the first difference reads."""
    first = next(iter(differences), None)
    if first is None or first.field == "answer":
        ranked = [(2 + (name in ORDINARY) + (QUIRKS[name].klass in _DATA), name) for name in page.quirks]
        return Causes(tuple(name for _, name in sorted(ranked, key=lambda r: r[0])), ())
    ranks = _ranks(page, first)
    likely = sorted((name for name in page.quirks if ranks[name] < _REST), key=lambda name: ranks[name])
    ordered = sorted(_specific_first(likely, ranks), key=lambda name: name != _node_label(first.kind))
    return Causes(tuple(ordered), tuple(name for name in page.quirks if ranks[name] >= _REST))


def _node_label(kind: str) -> str:
    """The label of the node that makes a text wrong, by the difference's kind: of a lost node, or one that leaked.

    >>> _node_label("code span lost"), _node_label("alt leak")
    ('body.code-span', 'body.image')
    """
    node, _, how = kind.rpartition(" ")
    return f"body.{node.replace(' ', '-')}" if how == "lost" else _LEAKS.get(kind, "")


_REST = 3
_BESIDE: dict[str, tuple[str, ...]] = {
    "author": ("avatar",),
    "quote": ("text", "body", "quotes"),
    "text": ("body", "quotes"),
}
"""What of a post belongs to a field beside its value."""


def _ranks(page: Page, difference: Difference) -> dict[str, int]:
    """0 for labels of the value itself, or of the post that is missed; 1 for those of how its markup is written; 2 for
    those of its kind elsewhere on the page; 3 for the rest."""
    field = difference.field.removeprefix("page.")
    classes = _POSTS if field in _OF_POSTS else _READS.get(field, frozenset())
    part = _part(page, difference)
    ranks = {}
    for name in page.quirks:
        klass = QUIRKS[name].klass
        if klass in _ALWAYS:
            ranks[name] = _REST if difference.expected.isascii() and field not in _OF_POSTS else 2
        elif klass in _STRUCTURE or QUIRKS[name].layer == "markup":
            ranks[name] = _of_markup(name, difference, classes)
        elif (klass in classes or field in _OF_POSTS) and _detected(name, part):
            ranks[name] = 2 if name in ORDINARY else 0
        else:
            ranks[name] = 2 if klass in classes & _POSTS and name not in ORDINARY else _REST
    return ranks


def _of_markup(name: str, difference: Difference, classes: frozenset[str]) -> int:
    """The rank of what is odd about markup, where which value it is about cannot be told."""
    if QUIRKS[name].klass in classes:
        return 1
    if QUIRKS[name].klass in _DATA or difference.field.startswith("page."):
        return _REST
    return 2


def _specific_first(names: list[str], ranks: dict[str, int]) -> tuple[str, ...]:
    """Of one rank, a label before those that come with it."""
    implied = {other for name in names for other in QUIRKS[name].implies}
    return tuple(sorted(names, key=lambda name: (ranks[name], name in implied, name in ORDINARY)))


class _Part:
    """A page of which only one value, or one post, is seen."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts


def _detected(name: str, part: _Part) -> bool:
    try:
        return QUIRKS[name].detect(part)  # type: ignore[arg-type]
    except (LookupError, AttributeError, TypeError):  # a detector of whole pages
        return False


def _part(page: Page, difference: Difference) -> _Part:
    """The value, or the post, that a difference is about."""
    truth, field = page.truth, difference.field
    part = Facts(page)
    if difference.post is None:
        name = field.removeprefix("page.")
        part.truth = _only(truth, Truth(), name, f"{name}_shown")
        part.posts, part.views = [], []
        return _Part(part)
    post = truth.posts[difference.post]
    if field not in ("posts", "order"):
        more = _BESIDE.get(field, ())
        post = _only(post, PostTruth(n=post.n), field, f"{field}_shown", "n", *more)
    part.truth = Truth(posts=(post,))
    opening = len(truth.posts) - len(part.views)
    at = difference.post - opening
    part.posts = [post]
    part.views = part.views[at : at + 1] if at >= 0 else []
    return _Part(part)


def _only(struct: Any, empty: Any, *names: str) -> Any:
    """The struct with these fields only."""
    kept = {name: getattr(struct, name) for name in names if name in type(struct).__struct_fields__}
    return msgspec.structs.replace(empty, **kept)
