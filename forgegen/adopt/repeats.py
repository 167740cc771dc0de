"""Which elements are the posts: candidate sets by feature, scored by what posts have and how alike they are."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

from forgegen.adopt.post_regions import PostRegion, lifted, regions_of
from forgegen.adopt.saved_tree import Marks, PageElement, SavedTree
from forgegen.adopt.stamps import find_stamps

_DIGITS = re.compile(r"\d{2,}")
_PREFIX = re.compile(r"([A-Za-z][A-Za-z_-]*?[A-Za-z_-])\d+$")
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_GOOD = re.compile(r"post|comment|message|msg|reply|entry|thread|bit|row|answer|note", re.IGNORECASE)
_BAD = re.compile(
    r"nav|menu|sidebar|widget|related|similar|footer|header|quote|signature|recent|latest|crumb|author|user|avatar|meta|title",
    re.IGNORECASE,
)
_FIELD = re.compile(r"date|time|author|user|name|body|text|content|message", re.IGNORECASE)
_BEST = 48
_DATED = {"datetime", "title", "data-time", "data-date-string", "content"}


class Candidate(NamedTuple):
    """A set of elements that may be the posts."""

    css: str
    regions: tuple[PostRegion, ...]
    score: float
    dated: int
    along: str | None = None
    nested: bool = False


class Dates:
    """The dates of a page: the elements whose own text or attributes hold one."""

    def __init__(self, tree: SavedTree) -> None:
        self.stamped: dict[int, list[str]] = {}
        for node in tree.body.walk():
            texts = [node.own]
            texts += [value for name, value in node.attrs.items() if name in _DATED and value[:1].isdigit()]
            if node.tag == "time" or any(find_stamps(text) for text in texts if 5 < len(text) < 400):
                self.stamped[node.start] = texts
            elif node.elements and 5 < len(text := _near_text(node)) < 80 and find_stamps(text):
                self.stamped[node.start] = [text]
        self.marks = Marks(list(self.stamped))


def _near_text(node: PageElement) -> str:
    """The text of an element of few small children, in which a date may be parted; else nothing."""
    if len(node.kids) > 8 or node.end - node.start > 8:
        return ""
    return node.text()


def feature_sets(tree: SavedTree) -> dict[str, list[PageElement]]:
    """Elements by what they have in common: selectors of elements with the same name or place."""
    sets: dict[str, list[PageElement]] = defaultdict(list)
    for node in tree.body.walk():
        for css in features(node):
            sets[css].append(node)
    return sets


def features(node: PageElement) -> Iterator[str]:
    """Selectors that find this element and others like it."""
    tag = node.tag
    names = [name for name in node.classes if _NAME.fullmatch(name) and not _DIGITS.search(name)]
    for name in names:
        yield f"{tag}.{name}"
    if m := _PREFIX.match(node.attrs.get("id", "")):
        yield f'{tag}[id^="{m[1]}"]'
        for name in names[:1]:
            yield f'{tag}.{name}[id^="{m[1]}"]'
    for name in node.attrs:
        if name.startswith("data-") and _NAME.fullmatch(name):
            yield f"{tag}[{name}]"
    if "itemtype" in node.attrs:
        kind = node.attrs["itemtype"].rsplit("/", 1)[-1]
        if _NAME.fullmatch(kind):
            yield f'{tag}[itemtype$="{kind}"]'
    parent = node.parent
    if parent is not None:
        for above in _names_of(parent):
            yield f"{above} > {tag}"


def _names_of(node: PageElement) -> list[str]:
    """Selectors of an element as a parent: by its class or id."""
    found = [f"{node.tag}.{name}" for name in node.classes if _NAME.fullmatch(name) and not _DIGITS.search(name)][:2]
    name = node.attrs.get("id", "")
    if _NAME.fullmatch(name) and not _DIGITS.search(name):
        found.append(f"#{name}")
    return (
        found or [node.tag] if node.tag in ("ol", "ul", "section", "main", "form", "tbody", "article") or found else []
    )


def candidates(tree: SavedTree, dates: Dates) -> list[Candidate]:
    """The best sets, best first."""
    rough = []
    for css, nodes in feature_sets(tree).items():
        for regions, along, nested in regions_of(nodes):
            score, dated = _score(css, regions, tree, dates)
            if score > 0:
                rough.append(Candidate(css, regions, score, dated, along, nested))
        rows = lifted(css, nodes)
        if rows is not None:
            score, dated = _score(rows[0], rows[1], tree, dates)
            if score > 0:
                rough.append(Candidate(rows[0], rows[1], score, dated, rows[2]))
    rough.sort(key=lambda c: (-c.score, len(c.css), c.css))
    distinct: dict[tuple[tuple[int, int], ...], Candidate] = {}
    for candidate in rough:
        distinct.setdefault(tuple((r.start, r.end) for r in candidate.regions), candidate)
    best = list(distinct.values())[:_BEST]
    best = [_dated_only(c, dates) for c in best]
    scored = [c._replace(score=c.score * likeness(c.regions) ** 1.5) for c in best]
    return sorted(scored, key=lambda c: (-c.score, len(c.css), c.css))


def _dated_only(candidate: Candidate, dates: Dates) -> Candidate:
    """The candidate without members that hold no date, as advertisements, where something tells these apart."""
    inside = [dates.marks.within(region.start, region.end) > 0 for region in candidate.regions]
    if all(inside) or candidate.nested:
        return candidate
    kept = [region for region, dated in zip(candidate.regions, inside, strict=True) if dated]
    left = [region for region, dated in zip(candidate.regions, inside, strict=True) if not dated]
    if len(kept) * 10 < 6 * len(inside):
        return candidate
    for css in _telling(candidate.css, [r.node for r in kept], [r.node for r in left]):
        return candidate._replace(
            css=css, regions=tuple(kept), score=candidate.score * (len(candidate.regions) / len(kept)) ** 1.5
        )
    return candidate


def _telling(css: str, kept: Sequence[PageElement], left: Sequence[PageElement]) -> Iterator[str]:
    """Selectors that find these elements and not those."""
    last = css.rsplit(" ", maxsplit=1)[-1]
    for name in kept[0].classes:
        if _only(name, [n.classes for n in kept], [n.classes for n in left]):
            yield f"{css}.{name}" if "[" not in last else css.replace(last, last.replace("[", f".{name}[", 1))
    m = _PREFIX.match(kept[0].attrs.get("id", ""))
    begin = [[n.attrs.get("id", "").startswith(m[1]) for n in nodes] for nodes in (kept, left)] if m else []
    if m and all(begin[0]) and not any(begin[1]):
        yield f'{css}[id^="{m[1]}"]'
    for attr in kept[0].attrs:
        if _only(attr, [n.attrs for n in kept], [n.attrs for n in left]):
            yield f"{css}[{attr}]"
    for name in left[0].classes:
        if _only(name, [n.classes for n in left], [n.classes for n in kept]):
            yield f"{css}:not(.{name})"
    inner = set.intersection(*(_named_inside(node) for node in kept))
    outer = {f"{e.tag}.{n}" for node in left for e in node.walk() for n in e.classes}
    for name in sorted(inner - outer, key=lambda n: (not _FIELD.search(n), n)):
        yield f"{css}:has({name})"


def _only(name: str, these: Iterable[Container[str]], those: Iterable[Container[str]]) -> bool:
    """Whether all of these have a name that may stand in a selector, and none of those."""
    if not _NAME.fullmatch(name) or not all(name in one for one in these):
        return False
    return not any(name in one for one in those)


def _named_inside(node: PageElement) -> set[str]:
    """Elements with classes in an element, as selectors."""
    return {f"{e.tag}.{n}" for e in node.walk() for n in e.classes if _NAME.fullmatch(n) and not _DIGITS.search(n)}


def _score(css: str, regions: Sequence[PostRegion], tree: SavedTree, dates: Dates) -> tuple[float, int]:
    """How much a set is like the posts of a page, and how many of it hold a date."""
    number = len(regions)
    dated = with_text = text = held = 0
    last = -1
    for region in regions:
        if region.start < last:  # within the one before: counted there
            inside = dates.marks.within(region.start, region.end)
            dated += inside > 0
            with_text += tree.length(region.start, region.end) > 30
            continue
        last = region.end
        inside = dates.marks.within(region.start, region.end)
        size = tree.length(region.start, region.end)
        dated += inside > 0
        held += inside
        with_text += size > 30
        text += size
    if dated * 2 < number:
        return 0.0, dated
    everything = max(1, tree.length(tree.body.start, tree.body.end))
    score = (dated / number) ** 2 * (with_text / number) * (text / everything) ** 0.6
    score *= (held / max(1, len(dates.marks.places))) ** 0.5 * number**0.5
    own = css.rsplit(" > ", maxsplit=1)[-1]
    if _GOOD.search(own):
        score *= 1.25
    if _BAD.search(own):
        score *= 0.6
    return score, dated


def likeness(regions: Sequence[PostRegion]) -> float:
    """How alike the members are: the mean share of features that they have in common with most of them."""
    some = regions[:40]
    own = [_inner(region) for region in some]
    if any(len(feats) > 4000 for feats in own):
        return 0.2
    times = Counter(feature for feats in own for feature in feats)
    usual = {feature for feature, n in times.items() if n * 2 > len(some)} or {
        feature for feature, n in times.items() if n * 2 >= len(some)
    }
    if not usual:
        return 0.1
    return sum(len(feats & usual) / max(1, len(feats | usual)) for feats in own) / len(own)


def _inner(region: PostRegion) -> set[str]:
    found: set[str] = set()
    for node in region.walk():
        if node.end - node.start > 5000:
            return found
        found.add(node.tag)
        found.update(f"{node.tag}.{name}" for name in node.classes if not _DIGITS.search(name))
    return found
