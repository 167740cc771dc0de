"""Where in the posts author, date and text stand: features relative to a post, scored by what they show."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from forgegen.adopt.repeats import PostRegion
from forgegen.adopt.saved_tree import UNSEEN, PageElement, folded
from forgegen.adopt.stamps import Stamp, find_stamps

_NAME = re.compile(r"[A-Za-z_][\w-]*")
_DIGITS = re.compile(r"\d{3,}")
_USER_CLASS = re.compile(r"user|author|member|poster|nick|byline|profile|\bby\b|\bname\b|screen", re.IGNORECASE)
_NO_USER = re.compile(
    r"title|rank|group|role|location|count|reply|quote|button|avatar|details|info|stat|badge|date|time|menu|like|react|sign|control",
    re.IGNORECASE,
)
_USER_LINK = re.compile(
    r"user|member|profil|[?&]u=|uid|author|/@|people|mitglied|/u/|space-|membre|usuario", re.IGNORECASE
)
_DATE_CLASS = re.compile(r"date|time|posted|when|stamp|permalink|ago|created", re.IGNORECASE)
_NO_DATE = re.compile(r"join|regist|edit|last|member|since|modif|reaction|signature|beitritt|update", re.IGNORECASE)
_JOINED = re.compile(
    r"(join|regist|since|member|dabei|seit|inscri|mitglied|beitritt|edit|bearbeitet|ge[äa]ndert|modifi|last|zuletzt|aktiv|dernière|alta|desde|location|注册|编辑|最后)\w*[^.!?]{0,25}$",
    re.IGNORECASE,
)
_TEXT_CLASS = re.compile(r"content|message|body|text|post|comment|entry|description|bbcode", re.IGNORECASE)
_NO_TEXT = re.compile(r"sign?ature|\bsig\b|author|user|profile|head|foot|meta|button|quote|avatar|side", re.IGNORECASE)


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
    names = [name for name in node.classes if _NAME.fullmatch(name) and not _DIGITS.search(name)]
    found = [f"{tag}.{name}" for name in names[:6]]
    found += [f"{tag}.{a}.{b}" for a, b in itertools.pairwise(names)]
    for attr in ("itemprop", "rel", "data-role", "property"):
        value = node.attrs.get(attr, "")
        if _NAME.fullmatch(value):
            found.append(f'{tag}[{attr}="{value}"]')
    if "datetime" in node.attrs:
        found.append(f"{tag}[datetime]")
    name = node.attrs.get("id", "")
    if m := re.match(r"([A-Za-z][A-Za-z_-]*[A-Za-z_-])\d+", name):
        found.append(f'{tag}[id^="{m[1]}"]')
    if tag == "a" and "href" in node.attrs and (m2 := _USER_LINK.search(node.attrs["href"])):
        found.append(f'a[href*="{m2[0]}"]')
    parent = node.parent
    if parent is not None and node is not top:
        above = [n for n in parent.classes if _NAME.fullmatch(n) and not _DIGITS.search(n)]
        found += [f"{parent.tag}.{n} > {tag}" for n in above[:2]]
        if parent is not top and parent.parent is not None:
            farther = [n for n in parent.parent.classes if _NAME.fullmatch(n) and not _DIGITS.search(n)]
            found += [f"{parent.parent.tag}.{n} > {parent.tag} > {tag}" for n in farther[:1]]
        if not above:
            found.append(f"{parent.tag} > {tag}")
            place = [kid for kid in parent.elements if kid.tag == tag].index(node)
            if place and place < 6:
                found.append(f"{parent.tag} > {tag}:nth-of-type({place + 1})")
    if not names:
        found.append(tag)
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


def find_fields(posts: Sequence[PostParts]) -> Fields:
    """The places of the three fields, each with the best of others."""
    columns: dict[str, list[PageElement | None]] = defaultdict(lambda: [None] * len(posts))
    for place, post in enumerate(posts):
        for css, node in post.first.items():
            columns[css][place] = node
    columns = {css: nodes for css, nodes in columns.items() if sum(n is not None for n in nodes) * 2 >= len(posts)}
    columns[""] = [post.region.node for post in posts]
    date = _best(_date(css, nodes) for css, nodes in columns.items())
    dated = [node.start if node else -1 for node in date[0].nodes] if date else []
    author = _best([*(_author(css, nodes, posts) for css, nodes in columns.items()), *_attributes(posts)])
    text = _texts(posts, columns, author[:1], date[:1], dated)
    return Fields(author, date, text)


def _best(found: object) -> tuple[FoundField, ...]:
    every = [f for f in found if f is not None and f.score > 0]  # type: ignore[attr-defined]
    every.sort(key=lambda f: (-f.score, len(f.css), f.css))
    return tuple(every[:5])


def _date(css: str, nodes: Sequence[PageElement | None]) -> FoundField | None:
    """A column as dates, or None."""
    values: list[str | None] = []
    stamps: list[Stamp] = []
    surplus = joined = attributes = 0
    for node in nodes:
        if node is None:
            values.append(None)
            continue
        text = node.text() if node.end - node.start < 40 else node.own
        if css == "" or len(text) > 300:
            text = node.own
        if len(text) > 300:
            return None
        found = find_stamps(text)
        if not found and node.tag == "time" and text:
            attributes += 1
            values.append(text)
            continue
        if not found:
            shown = next(
                (v for a in ("title", "datetime", "data-time") if find_stamps(v := node.attrs.get(a, ""))), None
            )
            values.append(shown and (text or shown))
            attributes += shown is not None
            continue
        values.append(text[found[0].start : found[0].end])
        stamps.append(found[0])
        surplus += len(text) - (found[0].end - found[0].start)
        before = text[: found[0].start]
        joined += bool(_JOINED.search(before[-40:] or _before(node)))
    number = sum(v is not None for v in values)
    if number * 2 < len(nodes) or not number:
        return None
    score = (number / len(nodes)) ** 2
    score *= 1 / (1 + surplus / number / 25)
    shape = len({s.shape() for s in stamps if not s.relative}) or 1
    score *= 1.0 if shape <= 3 else 0.7
    score *= 0.15 if joined * 2 > number else 1.0
    some = next(node for node in nodes if node is not None)
    names = " ".join((*some.classes, some.attrs.get("itemprop", ""), *(some.parent.classes if some.parent else ())))
    score *= 1.3 if _DATE_CLASS.search(names) or some.tag == "time" else 1.0
    score *= 0.6 if _NO_DATE.search(names) else 1.0
    score *= 1.4 if any((s.parts and s.parts[-1][1] in ("mi", "s", "half")) or s.relative for s in stamps) else 1.0
    score *= 0.75 + 0.5 * _ordered(stamps)
    score *= 0.9 if some.tag == "a" and not _DATE_CLASS.search(names) else 1.0
    score *= 0.97 if attributes else 1.0
    return FoundField(
        css,
        None,
        tuple(values),
        tuple(nodes),
        score,
        "dates in the order of the page" if _ordered(stamps) > 0.8 else "",
    )


def _before(node: PageElement) -> str:
    """The text just before an element."""
    for around in (node, *node.above()):
        parent = around.parent
        if parent is None:
            return ""
        place = parent.kids.index(around)
        for kid in reversed(parent.kids[:place]):
            text = folded(kid) if isinstance(kid, str) else kid.text() if kid.end - kid.start < 10 else ""
            if text:
                return text[-40:]
        if len(parent.kids) > 1:
            return ""
    return ""


_SIZE = {"y": 4, "y2": 4, "name": 3, "mo": 3, "d": 2, "nth": 2, "h": 1, "mi": 0}


def _ordered(stamps: Sequence[Stamp]) -> float:
    """The share of neighbours that follow in time, by day at least; a half where that says little."""
    from forgegen.adopt.stamps import months

    keys = []
    for stamp in stamps:
        parts = {kind: value for _, kind, value in stamp.parts}
        year = parts.get("y") or parts.get("y2")
        if year is None:
            continue
        month = parts.get("mo") or parts.get("n2")
        number = months().get(parts["name"].lower().rstrip("."), 0) if "name" in parts else int(month or 0)
        if "n1" in parts:
            keys.append((int(year), max(int(parts["n1"]), int(parts["n2"])) if False else 0))
            continue
        keys.append((int(year), number * 40 + int(re.sub(r"\D", "", parts.get("d") or parts.get("nth") or "0"))))
    if len(keys) < 2 or len(set(keys)) == 1:
        return 0.5
    pairs = list(itertools.pairwise(keys))
    up = sum(a <= b for a, b in pairs) / len(pairs)
    down = sum(a >= b for a, b in pairs) / len(pairs)
    return max(up, down)


_SAID = re.compile(
    r"\b(wrote|said|schrieb|says|a écrit|reply|replied|quote|zitat|antwort\w*|join\w*|posts?|beiträge)\b", re.IGNORECASE
)


def _is_name(value: str) -> bool:
    return 0 < len(value) <= 40 and value.count(" ") <= 4 and bool(re.search(r"\w", value)) and not find_stamps(value)


def _author(css: str, nodes: Sequence[PageElement | None], posts: Sequence[PostParts]) -> FoundField | None:
    """A column as names of authors, or None."""
    values: list[str | None] = []
    alike = 0
    for node in nodes:
        value = None
        if node is not None and node.end - node.start <= 12:
            value = node.text()
        if value is not None and not value:
            value = None
        values.append(value)
    return _scored_names(css, None, values, nodes, posts, alike)


def _attributes(posts: Sequence[PostParts]) -> list[FoundField | None]:
    """Attributes of the posts themselves as names of authors."""
    names = [name for name in posts[0].region.node.attrs if re.search(r"author|user|poster|member", name)]
    found = []
    for name in names:
        values = [post.region.node.attrs.get(name) or None for post in posts]
        nodes = [post.region.node for post in posts]
        scored = _scored_names("", name, values, nodes, posts, 0)
        found.append(scored and scored._replace(score=scored.score * 0.55))
    return found


def _scored_names(
    css: str,
    attr: str | None,
    values: list[str | None],
    nodes: Sequence[PageElement | None],
    posts: Sequence[PostParts],
    alike: int,
) -> FoundField | None:
    there = [value for value in values if value is not None]
    if len(there) * 2 < len(posts) or not there:
        return None
    good = sum(_is_name(value) for value in there)
    if good * 10 < 7 * len(there):
        return None
    kinds = len(set(there))
    first = next(node for node in nodes if node is not None)
    link = next((a.attrs.get("href", "") for a in (first, *list(first.above())[:2]) if a.tag == "a"), "")
    surely = bool(_USER_CLASS.search(" ".join(first.classes)) and _USER_LINK.search(link))
    score = (len(there) / len(posts)) ** 2 * (good / len(there))
    if not re.search(r"[.\[]", css) and attr is None:
        score *= 0.7
    if kinds == 1 and len(posts) > 3:
        score *= 0.05 + 0.3 * surely
    elif kinds == 1 and len(posts) > 1:
        score *= 0.4
    elif kinds < 4 and len(posts) > 8:
        score *= 0.35 + 0.4 * surely
    some = first
    own = " ".join((*some.classes, some.attrs.get("itemprop", ""), some.attrs.get("rel", ""), attr or ""))
    around = " ".join(name for above in list(some.above())[:2] for name in above.classes)
    href = some.attrs.get("href", "") or next(
        (a.attrs.get("href", "") for a in list(some.above())[:2] if a.tag == "a"), ""
    )
    inner = next((e.attrs.get("href", "") for e in some.walk() if e.tag == "a"), "")
    score *= 2.0 if _USER_CLASS.search(own) else 1.3 if _USER_CLASS.search(around) else 1.0
    score *= 0.3 if _NO_USER.search(own) else 0.75 if re.search(r"title|avatar|rank", around, re.IGNORECASE) else 1.0
    score *= 1.6 if _USER_LINK.search(href) else 1.3 if _USER_LINK.search(inner) else 1.0
    score *= 1.4 if some.attrs.get("itemprop") in ("author", "name") else 1.0
    pictured = sum(value in _alts(post) for value, post in zip(values, posts, strict=True) if value)
    score *= 1 + 0.6 * pictured / len(posts)
    if sum(bool(re.fullmatch(r"[\d.,#\s:]+", value)) for value in there) * 2 > len(there):
        score *= 0.02
    if sum(value.endswith(":") or bool(_SAID.search(value)) for value in there) * 2 > len(there):
        score *= 0.1
    if all(value == value.lower() and len(value) < 4 for value in there):
        score *= 0.5
    score *= 1 - 0.02 * min(20, sum(map(len, there)) / len(there))
    why = f"{kinds} different" + (", equals the alt of the picture" if pictured * 2 > len(posts) else "")
    return FoundField(css, attr, tuple(values), tuple(nodes), score, why)


def _alts(post: PostParts) -> set[str]:
    return {folded(node.attrs.get("alt", "")) for node in post.own if node.tag == "img"}


def _texts(
    posts: Sequence[PostParts], columns: dict[str, list[PageElement | None]],
    author: Sequence[FoundField], date: Sequence[FoundField],
    dated: Sequence[int],
) -> tuple[FoundField, ...]:  # fmt: skip
    """Columns as texts of posts: the largest that hold neither author nor date, innermost first."""
    whole = [max(1, sum(top.size for top in (post.region.node, *post.region.tail))) for post in posts]
    found = []
    for css, nodes in columns.items():
        covered = held = present = 0.0
        for place, node in enumerate(nodes):
            if node is None:
                continue
            present += 1
            size = node.size
            covered += min(1.0, size / whole[place])
            for other in (*author, *date):
                at = other.nodes[place]
                if at is not None and other.attr is None and node.start <= at.start < node.end:
                    held += 1
                    break
        if present * 2 < len(posts) or covered == 0:
            continue
        some = next(node for node in nodes if node is not None)
        names = " ".join((*some.classes, some.attrs.get("itemprop", ""), re.sub(r"\d", "", some.attrs.get("id", ""))))
        score = (covered / len(posts)) * (present / len(posts))
        score *= 0.08 if held * 3 > present else 1 - 0.5 * held / present
        score *= 1.35 if _TEXT_CLASS.search(names) else 1.0
        score *= 0.4 if _NO_TEXT.search(names) else 1.0
        score *= (
            0.5
            if some.tag in ("a", "h1", "h2", "h3", "time", "ul", "li")
            else 0.8
            if some.tag in ("p", "span", "br")
            else 1.0
        )
        values = tuple(node.text() if node is not None else None for node in nodes)
        if len(posts) > 2 and len({v for v in values if v}) * 2 < present:
            score *= 0.1
        found.append(FoundField(css, None, values, tuple(nodes), score, f"{covered / len(posts):.0%} of the words"))
    best = _best(found)
    return tuple(sorted(best, key=lambda f: -_inwards(f, best))) if best else ()


def _inwards(found: FoundField, best: Sequence[FoundField]) -> float:
    """The score, raised where the field is within the best one and has nearly all its words."""
    top = best[0]
    own, whole = sum(len(v or "") for v in found.values), sum(len(v or "") for v in top.values)
    inside = all(
        a is None or b is None or (b.start <= a.start and a.end <= b.end)
        for a, b in zip(found.nodes, top.nodes, strict=True)
    )
    if inside and own >= 0.97 * whole and found.number >= top.number:
        depth = max((n.start - t.start for n, t in zip(found.nodes, top.nodes, strict=True) if n and t), default=0)
        return top.score + 0.001 * depth + 0.0001 * (found.score > 0)
    return found.score
