"""Where in the posts the date stands: columns of elements scored by the dates that they show."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from forgegen.adopt.post_parts import FoundField
from forgegen.adopt.saved_tree import PageElement, folded
from forgegen.adopt.stamps import Stamp, find_stamps, months

_DATE_CLASS = re.compile(r"date|time|posted|when|stamp|permalink|ago|created", re.IGNORECASE)
_NO_DATE = re.compile(r"join|regist|edit|last|member|since|modif|reaction|signature|beitritt|update", re.IGNORECASE)
_JOINED = re.compile(
    r"(join|regist|since|member|dabei|seit|inscri|mitglied|beitritt|edit|bearbeitet|ge[äa]ndert|modifi|last|zuletzt|aktiv|dernière|alta|desde|location|注册|编辑|最后)\w*[^.!?]{0,25}$",
    re.IGNORECASE,
)
_LONGEST = 300  # characters of an element that is a date with words around it


class _Shown(NamedTuple):
    """What an element of a column shows: its value, the date in it, and the words beside that."""

    value: str
    stamp: Stamp | None = None
    surplus: int = 0
    joined: bool = False


def date_column(css: str, nodes: Sequence[PageElement | None]) -> FoundField | None:
    """A column as dates, or None."""
    shown: list[_Shown | None] = []
    for node in nodes:
        if node is None:
            shown.append(None)
            continue
        text = _text(css, node)
        if len(text) > _LONGEST:
            return None
        shown.append(_shown(node, text))
    there = [one for one in shown if one is not None]
    if len(there) * 2 < len(nodes) or not there:
        return None
    stamps = [one.stamp for one in there if one.stamp is not None]
    some = next(node for node in nodes if node is not None)
    score = (len(there) / len(nodes)) ** 2 * _by_values(there, stamps) * _by_names(some)
    score *= 0.97 if len(stamps) < len(there) else 1.0
    why = "dates in the order of the page" if _ordered(stamps) > 0.8 else ""
    values = tuple(one.value if one is not None else None for one in shown)
    return FoundField(css, None, values, tuple(nodes), score, why)


def _text(css: str, node: PageElement) -> str:
    """The text in which the date is looked for: the element's own where it holds much else."""
    text = node.text() if node.end - node.start < 40 else node.own
    return node.own if css == "" or len(text) > _LONGEST else text


def _shown(node: PageElement, text: str) -> _Shown | None:
    found = find_stamps(text)
    if found:
        start, end = found[0].start, found[0].end
        joined = bool(_JOINED.search(text[:start][-40:] or _before(node)))
        return _Shown(text[start:end], found[0], len(text) - (end - start), joined)
    if node.tag == "time" and text:
        return _Shown(text)
    told = next((v for a in ("title", "datetime", "data-time") if find_stamps(v := node.attrs.get(a, ""))), None)
    return None if told is None else _Shown(text or told)


def _by_values(there: Sequence[_Shown], stamps: Sequence[Stamp]) -> float:
    """What the values add: few words beside them, one shape, no dates of joining, a time of day, their order."""
    number = len(there)
    score = 1 / (1 + sum(one.surplus for one in there) / number / 25)
    score *= 1.0 if len({s.shape() for s in stamps if not s.relative}) <= 3 else 0.7
    score *= 0.15 if sum(one.joined for one in there) * 2 > number else 1.0
    score *= 1.4 if any((s.parts and s.parts[-1][1] in ("mi", "s", "half")) or s.relative for s in stamps) else 1.0
    return score * (0.75 + 0.5 * _ordered(stamps))


def _by_names(some: PageElement) -> float:
    """What the names of an element and of the one around it add."""
    names = " ".join((*some.classes, some.attrs.get("itemprop", ""), *(some.parent.classes if some.parent else ())))
    score = 1.3 if _DATE_CLASS.search(names) or some.tag == "time" else 1.0
    score *= 0.6 if _NO_DATE.search(names) else 1.0
    return score * (0.9 if some.tag == "a" and not _DATE_CLASS.search(names) else 1.0)


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


def _ordered(stamps: Sequence[Stamp]) -> float:
    """The share of neighbours that follow in time, by day at least; a half where that says little."""
    keys = [key for stamp in stamps if (key := _day(stamp)) is not None]
    if len(keys) < 2 or len(set(keys)) == 1:
        return 0.5
    pairs = list(itertools.pairwise(keys))
    up = sum(a <= b for a, b in pairs) / len(pairs)
    down = sum(a >= b for a, b in pairs) / len(pairs)
    return max(up, down)


def _day(stamp: Stamp) -> tuple[int, int] | None:
    """Year and day of a date, the year alone where day and month are not told apart; None without a year."""
    parts = {kind: value for _, kind, value in stamp.parts}
    year = parts.get("y") or parts.get("y2")
    if year is None:
        return None
    if "n1" in parts:
        return int(year), 0
    month = months().get(parts["name"].lower().rstrip("."), 0) if "name" in parts else int(parts.get("mo") or 0)
    return int(year), month * 40 + int(re.sub(r"\D", "", parts.get("d") or parts.get("nth") or "0"))
