"""Where in the posts the author stands: columns of elements, and attributes of posts, scored by the names they show."""

from __future__ import annotations

import re
from collections.abc import Sequence

from forgegen.adopt.post_parts import USER_LINK, FoundField, PostParts
from forgegen.adopt.saved_tree import PageElement, folded
from forgegen.adopt.stamps import find_stamps

_USER_CLASS = re.compile(r"user|author|member|poster|nick|byline|profile|\bby\b|\bname\b|screen", re.IGNORECASE)
_NO_USER = re.compile(
    r"title|rank|group|role|location|count|reply|quote|button|avatar|details|info|stat|badge|date|time|menu|like|react|sign|control",
    re.IGNORECASE,
)
_AROUND_OTHERS = re.compile(r"title|avatar|rank", re.IGNORECASE)
_SAID = re.compile(
    r"\b(wrote|said|schrieb|says|a écrit|reply|replied|quote|zitat|antwort\w*|join\w*|posts?|beiträge)\b", re.IGNORECASE
)
_NUMBERS = re.compile(r"[\d.,#\s:]+")


def author_column(css: str, nodes: Sequence[PageElement | None], posts: Sequence[PostParts]) -> FoundField | None:
    """A column as names of authors, or None."""
    values = [node.text() or None if node is not None and node.end - node.start <= 12 else None for node in nodes]
    return _scored_names(css, None, values, nodes, posts)


def author_attributes(posts: Sequence[PostParts]) -> list[FoundField | None]:
    """Attributes of the posts themselves as names of authors."""
    names = [name for name in posts[0].region.node.attrs if re.search(r"author|user|poster|member", name)]
    found = []
    for name in names:
        values = [post.region.node.attrs.get(name) or None for post in posts]
        nodes = [post.region.node for post in posts]
        scored = _scored_names("", name, values, nodes, posts)
        found.append(scored and scored._replace(score=scored.score * 0.55))
    return found


def _scored_names(
    css: str, attr: str | None, values: Sequence[str | None], nodes: Sequence[PageElement | None],
    posts: Sequence[PostParts],
) -> FoundField | None:  # fmt: skip
    there = [value for value in values if value is not None]
    if len(there) * 2 < len(posts) or not there:
        return None
    good = sum(_is_name(value) for value in there)
    if good * 10 < 7 * len(there):
        return None
    first = next(node for node in nodes if node is not None)
    kinds = len(set(there))
    score = (len(there) / len(posts)) ** 2 * (good / len(there))
    if not re.search(r"[.\[]", css) and attr is None:
        score *= 0.7
    score *= _by_number(kinds, len(posts), _surely(first)) * _by_names(first, attr or "") * _by_values(there)
    pictured = sum(value in _alts(post) for value, post in zip(values, posts, strict=True) if value)
    score *= 1 + 0.6 * pictured / len(posts)
    why = f"{kinds} different" + (", equals the alt of the picture" if pictured * 2 > len(posts) else "")
    return FoundField(css, attr, tuple(values), tuple(nodes), score, why)


def _is_name(value: str) -> bool:
    return 0 < len(value) <= 40 and value.count(" ") <= 4 and bool(re.search(r"\w", value)) and not find_stamps(value)


def _surely(first: PageElement) -> bool:
    """Whether an element is called a user and leads to one."""
    link = next((a.attrs.get("href", "") for a in (first, *list(first.above())[:2]) if a.tag == "a"), "")
    return bool(_USER_CLASS.search(" ".join(first.classes)) and USER_LINK.search(link))


def _by_number(kinds: int, posts: int, surely: bool) -> float:
    """What it says that so many different names stand in so many posts."""
    if kinds == 1 and posts > 3:
        return 0.05 + 0.3 * surely
    if kinds == 1 and posts > 1:
        return 0.4
    return 0.35 + 0.4 * surely if kinds < 4 and posts > 8 else 1.0


def _by_names(some: PageElement, attr: str) -> float:
    """What the names and addresses of an element and of those around it add."""
    own = " ".join((*some.classes, some.attrs.get("itemprop", ""), some.attrs.get("rel", ""), attr))
    near = list(some.above())[:2]
    around = " ".join(name for above in near for name in above.classes)
    href = some.attrs.get("href", "") or next((a.attrs.get("href", "") for a in near if a.tag == "a"), "")
    inner = next((e.attrs.get("href", "") for e in some.walk() if e.tag == "a"), "")
    score = 2.0 if _USER_CLASS.search(own) else 1.3 if _USER_CLASS.search(around) else 1.0
    score *= 0.3 if _NO_USER.search(own) else 0.75 if _AROUND_OTHERS.search(around) else 1.0
    score *= 1.6 if USER_LINK.search(href) else 1.3 if USER_LINK.search(inner) else 1.0
    return score * (1.4 if some.attrs.get("itemprop") in ("author", "name") else 1.0)


def _by_values(there: Sequence[str]) -> float:
    """What the values add: no numbers, no words of furniture, not all of them tiny, not long."""
    score = 0.02 if sum(bool(_NUMBERS.fullmatch(value)) for value in there) * 2 > len(there) else 1.0
    if sum(value.endswith(":") or bool(_SAID.search(value)) for value in there) * 2 > len(there):
        score *= 0.1
    if all(value == value.lower() and len(value) < 4 for value in there):
        score *= 0.5
    return score * (1 - 0.02 * min(20, sum(map(len, there)) / len(there)))


def _alts(post: PostParts) -> set[str]:
    return {folded(node.attrs.get("alt", "")) for node in post.own if node.tag == "img"}
