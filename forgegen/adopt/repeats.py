"""Which elements are the posts: candidate sets by feature, scored by what posts have and how alike they are."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

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
        for regions, along, nested in _regions(nodes, tree):
            score, dated = _score(css, regions, tree, dates)
            if score > 0:
                rough.append(Candidate(css, regions, score, dated, along, nested))
        lifted = _lifted(css, nodes)
        if lifted is not None:
            score, dated = _score(lifted[0], lifted[1], tree, dates)
            if score > 0:
                rough.append(Candidate(lifted[0], lifted[1], score, dated, lifted[2]))
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
    for node in kept[:1]:
        own = [name for name in node.classes if all(name in other.classes for other in kept)]
        for name in own:
            if not any(name in other.classes for other in left) and _NAME.fullmatch(name):
                yield f"{css}.{name}" if "[" not in last else css.replace(last, last.replace("[", f".{name}[", 1))
        m = _PREFIX.match(node.attrs.get("id", ""))
        if (
            m
            and all(n.attrs.get("id", "").startswith(m[1]) for n in kept)
            and not any(n.attrs.get("id", "").startswith(m[1]) for n in left)
        ):
            yield f'{css}[id^="{m[1]}"]'
        for attr in node.attrs:
            if _NAME.fullmatch(attr) and all(attr in n.attrs for n in kept) and not any(attr in n.attrs for n in left):
                yield f"{css}[{attr}]"
    strange = [
        name
        for name in left[0].classes
        if all(name in n.classes for n in left) and not any(name in n.classes for n in kept)
    ]
    for name in strange:
        if _NAME.fullmatch(name):
            yield f"{css}:not(.{name})"
    inner = [
        {f"{e.tag}.{n}" for e in node.walk() for n in e.classes if _NAME.fullmatch(n) and not _DIGITS.search(n)}
        for node in kept
    ]
    outer = {f"{e.tag}.{n}" for node in left for e in node.walk() for n in e.classes}
    for name in sorted(set.intersection(*inner) - outer, key=lambda n: (not _FIELD.search(n), n)):
        yield f"{css}:has({name})"


def _regions(nodes: list[PageElement], tree: SavedTree) -> Iterator[tuple[tuple[PostRegion, ...], str | None, bool]]:
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


def _lifted(css: str, nodes: list[PageElement]) -> tuple[str, tuple[PostRegion, ...], str] | None:
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
