"""What a page's own style sheets say of the elements that hold text: how they are shown, and their white space.

Only what changes the text that a browser gives is kept. The window is 1,280 pixels wide, nothing is pointed at, and
what is printed or shown to those who like it dark is another page.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from functools import lru_cache
from typing import NamedTuple

from forgegen.skins import dom

WIDTH = 1280
"""The window's width in pixels."""

_KEPT = frozenset(("display", "visibility", "white-space", "text-transform", "float", "position"))
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PARTS = re.compile(r"\"[^\"]*\"|'[^']*'|[{};]")
_DECLARATION = re.compile(r"""([-a-z]+)\s*:\s*((?:"[^"]*"|'[^']*'|\([^)]*\)|[^;"'(])*)""")
_PASSING = re.compile(r"::|:(?:hover|focus|active|visited|target|checked|before|after|first-l|placeholder|disabled)")
_COMMA = re.compile(r",(?![^(\[]*[)\]])")
_WIDTHS = re.compile(r"\(\s*(min|max)-width\s*:\s*(\d+(?:\.\d+)?)px\s*\)")

Style = dict[str, str]


class Rule(NamedTuple):
    """What a selector's elements look like; rules that weigh more go last, and so win."""

    weight: tuple[int, int, int, int]
    selector: str
    style: Style


@lru_cache(maxsize=64)
def rules_in(css: str) -> tuple[Rule, ...]:
    """The rules of a style sheet that change texts, the strongest last.

    >>> rules_in("p, .b {display: block; color: red} @media (max-width: 700px) {p {display: none}}")[-1]
    Rule(weight=(0, 0, 1, 0), selector='.b', style={'display': 'block'})
    """
    found = []
    for selectors, inner in _blocks(_COMMENT.sub(" ", css)):
        plain, urgent = _styles(inner)
        for selector in _COMMA.split(selectors):
            if not _PASSING.search(selector):
                weight = _specificity(selector)
                found += [
                    Rule((level, *weight), selector.strip(), style)
                    for level, style in enumerate((plain, urgent))
                    if style
                ]
    return tuple(sorted(found, key=lambda rule: rule.weight))


def styles_of(root: dom.Node) -> dict[Hashable, Style]:
    """What the style sheets of a page and the ``style`` of its elements say, by ``dom.key_of`` the element."""
    css = "".join(dom.text_of(element) for element in dom.select(root, "style"))
    found: dict[Hashable, Style] = {}
    rules = rules_in(css)
    for rule in (rule for rule in rules if not rule.weight[0]):
        _apply(rule, root, found)
    for element in dom.select(root, "[style]"):
        found.setdefault(dom.key_of(element), {}).update(_styles(dom.attribute(element, "style") or "")[0])
    for rule in (rule for rule in rules if rule.weight[0]):
        _apply(rule, root, found)
    for element in dom.select(root, "[style*='!important']"):
        found[dom.key_of(element)].update(_styles(dom.attribute(element, "style") or "")[1])
    return found


def _apply(rule: Rule, root: dom.Node, found: dict[Hashable, Style]) -> None:
    """Note a rule at the elements that it finds; browsers pass over selectors that they do not know."""
    if dom.is_selector(rule.selector):
        for element in dom.select(root, rule.selector):
            found.setdefault(dom.key_of(element), {}).update(rule.style)


def _styles(text: str) -> tuple[Style, Style]:
    """The declarations that change texts: the usual ones, and those that are ``!important``."""
    plain: Style = {}
    urgent: Style = {}
    for name, value in _DECLARATION.findall(text.lower()):
        if name in _KEPT:
            word, mark, _ = value.partition("!")
            (urgent if mark else plain)[name] = word.strip()
    return plain, urgent


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """The selectors and declarations of a style sheet, those within media that are shown too."""
    depth, start, head = 0, 0, ""
    for part in _PARTS.finditer(css):
        match part[0]:
            case ";" if not depth:
                start = part.end()  # @charset and @import
            case "{":
                if not depth:
                    head, start = css[start : part.start()].strip(), part.end()
                depth += 1
            case "}":
                depth -= 1
                if not depth:
                    inner, start = css[start : part.start()], part.end()
                    if not head.startswith("@"):
                        yield head, inner
                    elif head.startswith("@media") and _is_shown(head.removeprefix("@media")):
                        yield from _blocks(inner)


def _is_shown(media: str) -> bool:
    """Whether one of the media queries fits a window of the width on a screen.

    >>> _is_shown("(max-width:820px)"), _is_shown("screen and (min-width: 900px)"), _is_shown("print")
    (False, True, False)
    """
    for query in media.split(","):
        rest = _WIDTHS.sub("", query)
        fits = all(float(n) <= WIDTH if side == "min" else float(n) >= WIDTH for side, n in _WIDTHS.findall(query))
        if fits and set(rest.split()) <= {"screen", "all", "only", "and"}:
            return True
    return False


def _specificity(selector: str) -> tuple[int, int, int]:
    """How much a selector weighs: its ids; its classes, attributes and pseudo-classes; its names of elements.

    >>> _specificity("#a .b > li.c[d]:not(.e)")
    (1, 4, 1)
    """
    attributes = len(re.findall(r"\[[^\]]*\]", selector))
    bare = re.sub(r"\[[^\]]*\]", "", selector)
    ids, classes = len(re.findall(r"#[-\w]", bare)), len(re.findall(r"\.[-\w]", bare))
    pseudo = len(re.findall(r":(?!not\b|is\b|has\b|where\b)[a-z]", bare))
    names = len(re.findall(r"(?:^|[\s>+~(])[a-zA-Z]", bare))
    return ids, attributes + classes + pseudo, names
