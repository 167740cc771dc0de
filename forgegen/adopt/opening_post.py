"""The opening post where it stands apart from the list of posts, in markup of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forgegen.adopt.field_search import find_fields
from forgegen.adopt.finding import Discovery, Places
from forgegen.adopt.post_parts import Fields, FoundField, posts_of, relative
from forgegen.adopt.post_regions import PostRegion
from forgegen.adopt.repeats import Candidate, Dates, features
from forgegen.adopt.saved_tree import PageElement, SavedTree
from forgegen.skins import dom

_TEXT_CLASS = re.compile(r"content|message|body|text|description|bbcode", re.IGNORECASE)
_OPENS = re.compile(r"discussion|question|topic|first|open|original|lead|starter", re.IGNORECASE)
_LEAST = 20
"""Characters of its text."""
_FARTHEST = 8  # elements around a date that are tried


def find_opening(tree: SavedTree, finding: Discovery) -> Discovery | None:
    """The smallest element before the posts with author and date as they have them, and a text; or None.

    A line that says who began the thread and when is none: the first post says the same.
    """
    first = finding.candidate.regions[0].start
    dates = Dates(tree)
    tried: set[int] = set()
    for place in dates.marks.places:
        if place >= first:
            break
        for node in _around(tree.elements[place], first):
            if node.start in tried:
                continue
            tried.add(node.start)
            if _fields(node, finding) is not None:
                return _as_opening(tree, _outermost(node, first), finding)
    return None


def _around(mark: PageElement, first: int) -> Iterator[PageElement]:
    """The elements around a date that end before the first post, the nearest first."""
    for depth, node in enumerate(mark.above()):
        if node.end > first or depth > _FARTHEST:
            return
        yield node


def _outermost(node: PageElement, first: int) -> PageElement:
    """The element, or one around it with nothing else in it."""
    for above in node.above():
        if above.end > first or above.text() != node.text():
            break
        node = above
    return node


def _as_opening(tree: SavedTree, node: PageElement, finding: Discovery) -> Discovery | None:
    """An element as the opening post, or None where no selector tells it from the others."""
    fields = _fields(node, finding)
    names = [css for css in features(node) if dom.is_selector(css)]
    names.sort(key=lambda css: (" > " in css, not _OPENS.search(css), len(css), css))
    css = next((css for css in names if tree.select(css) == [node]), None)
    alone = dom.parse(f'<body><{node.tag} class="{" ".join(node.classes)}">')
    if fields is None or css is None or dom.select(alone, finding.candidate.css):
        return None
    return Discovery(Candidate(css, (PostRegion(node),), finding.score, 1), fields, finding.score)


def _fields(node: PageElement, finding: Discovery) -> Fields | None:
    """The fields of an element, if they are those of an opening post."""
    if Places(finding).below(node) or node.size < _LEAST:
        return None
    parts = posts_of([PostRegion(node)])
    found = find_fields(parts)
    author, date = _like(found.author, finding.fields.author), _like(found.date, finding.fields.date)
    known = finding.fields.text[0].css
    there = parts[0].first.get(known)
    texts = [FoundField(known, None, (there.text(),), (there,), 1.0)] if there is not None else []
    text = next((f for f in (*texts, *found.text) if f.css and _is_text(f.nodes[0])), None)
    if author is None or date is None or text is None or _holds(text, author, date):
        return None
    if (author.values[0], date.values[0]) == (finding.fields.author[0].values[0], finding.fields.date[0].values[0]):
        return None
    return Fields((author,), (date,), (text,))


def _like(found: tuple[FoundField, ...], known: tuple[FoundField, ...]) -> FoundField | None:
    """The best field that has a name in common with that of the posts."""
    names = {
        css
        for node in known[0].nodes[:1]
        if node is not None
        for css in relative(node, node)
        if re.search(r"[.\[]", css)
    }
    for field in found:
        node = field.nodes[0]
        if node is not None and field.attr is None and names & set(relative(node, node)):
            return field
    return None


def _is_text(node: PageElement | None) -> bool:
    if node is None or len(node.text()) < _LEAST:
        return False
    return any(_TEXT_CLASS.search(" ".join(one.classes)) for one in (node, *list(node.above())[:1]))


def _holds(text: FoundField, *others: FoundField) -> bool:
    node = text.nodes[0]
    assert node is not None
    return any(other is not None and node.start <= other.start < node.end for o in others for other in o.nodes)
