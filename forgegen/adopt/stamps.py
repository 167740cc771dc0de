"""Dates in texts: where they stand, of which parts they are made, and the layout that all of them share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from forgegen.forms.names import languages, names_of

_JOIN = r"(?:\s+de\s+|\s+of\s+|\s*[-./]\s*|,?\s+)"
_AT = (
    r"(?:\s*,?\s*(?:at|um|à|a\s+las|às|om|kl\.?|o|в|às|klo|alle|ore)\s+|"
    r"\s*[,@|·•»–-]+\s*|\s*[-–]\s*|T|\s+|,\s*\w{2,9}\s+um\s+)"
)
_TIME = (
    r"(?P<hour>\d{1,2})(?P<colon>[:.h]|\s?Uhr\s?)(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    r"(?:(?P<gap>\s?)(?P<half>[ap]\.?m\.?|上午|下午))?"
)


class Stamp(NamedTuple):
    """A date in a text: its place, and its parts with the text before each: kind and value."""

    start: int
    end: int
    parts: tuple[tuple[str, str, str], ...]
    """The text before, the kind (``y``, ``y2``, ``n`` of a number that may be day or month, ``d``, ``mo``, ``nth``,
    ``name`` of a month, ``day`` of a week day, ``h``, ``mi``, ``s``, ``half``) and the value."""
    relative: bool = False

    def shape(self) -> tuple[tuple[str, str], ...]:
        """What all dates of a layout have in common."""
        return tuple((before, kind) for before, kind, _ in self.parts)


@cache
def months() -> dict[str, int]:
    """Numbers of months by their names in small letters without dot, in all languages."""
    found: dict[str, int] = {"sept": 9, "mrz": 3, "mär": 3, "okt": 10, "dez": 12, "mai": 5}
    for lang in languages():
        names = names_of(lang)
        for words in (names.month, names.mon):
            for number, word in enumerate(words, 1):
                found.setdefault(word.lower().rstrip("."), number)
                if len(word) > 3 and lang not in ("zh", "ja", "ko"):
                    found.setdefault(word.lower()[:3], number)
    return {word: number for word, number in found.items() if not re.match(r"\d", word)}


@cache
def weekdays() -> dict[str, int]:
    """Numbers of week days from Thursday by their names in small letters without dot."""
    found: dict[str, int] = {}
    for lang in languages():
        names = names_of(lang)
        for words in (names.weekday, names.dow):
            for number, word in enumerate(words):
                found.setdefault(word.lower().rstrip("."), number)
    return found


def _either(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    name = rf"(?P<name>(?:{_either(list(months()))})\b\.?)"
    day = rf"(?:(?P<dow>(?:{_either(list(weekdays()))})\.?)(?P<dowgap>\s*,?\s+(?:the\s+|le\s+|den\s+)?))?"
    year = r"(?P<quote>'?)(?P<year>(?:19|20)\d\d|\d\d)(?!\d)"
    time = rf"(?:(?P<at>{_AT}){_TIME})?"
    before = r"(?<![\w/])"
    dates = (
        rf"{before}{day}(?P<day>\d{{1,2}})(?P<th>st|nd|rd|th|er|\.|º)?(?P<g1>{_JOIN}|\s*){name}(?P<g2>{_JOIN}){year}{time}",
        rf"{before}{day}{name}(?P<g1>{_JOIN})(?P<day>\d{{1,2}})(?P<th>st|nd|rd|th)?(?P<g2>{_JOIN}){year}{time}",
        rf"{before}{day}(?P<year>(?:19|20)\d\d)(?P<g1>[-./])(?P<mo>\d{{1,2}})(?P<g2>[-./])(?P<day>\d{{1,2}})(?!\d){time}",
        rf"{before}{day}(?P<n1>\d{{1,2}})(?P<g1>[-./]\s?)(?P<n2>\d{{1,2}})(?P<g2>[-./]\s?){year}{time}",
        r"(?P<year>\d{4})(?P<g1>\s?年\s?)(?P<mo>\d{1,2})(?P<g2>\s?月\s?)(?P<day>\d{1,2})(?P<tail>\s?日)"
        rf"(?:(?P<at>\s*){_TIME})?",
        rf"{before}{day}{name}(?P<g1>\s+)(?P<day>\d{{1,2}})(?P<th>st|nd|rd|th)?(?P<at>{_AT}){_TIME}(?P<g2>\s+(?:\w+\s+)?)(?P<year>(?:19|20)\d\d)(?!\d)",
        rf"{before}{_TIME}(?P<at>\s+(?:on\s+)?){day}{name}(?P<g1>\s+)(?P<day>\d{{1,2}})(?:(?P<g2>,\s+){year})?",
    )
    return tuple(re.compile(text, re.IGNORECASE) for text in (dates[-1], *dates[:-1]))


_CLOCK = re.compile(_TIME, re.IGNORECASE)
_QUICK = re.compile(r"\d")
_UNITS = (
    r"(?:sec|second|min|minute|hour|hr|day|week|month|mo|year|yr|Sekunde|Minute|Stunde|Tag|Woche|Monat|Jahr|seconde|heure"
    r"|jour|semaine|mois|an|día|hora|mes|año|d|h|m|y|w)\w{0,2}"
)
_RELATIVE = re.compile(
    rf"\b(?:\d+|an?|one|ein\w*|une?)\+?\s*{_UNITS}\s+ago\b|\bvor\s+(?:über\s+)?(?:\d+|ein\w*)\s+{_UNITS}\b"
    rf"|\bil\s+y\s+a\s+(?:\d+|une?)\s+{_UNITS}\b|\bhace\s+(?:\d+|una?)\s+{_UNITS}\b"
    r"|\b(?:yesterday|today|heute|gestern|hier|aujourd'hui|ayer|hoy)\b(?:[,\s]+(?:at|um|à)?\s*\d{1,2}:\d{2}(?:\s?[ap]m)?)"
    r"|(?:\d+\s+(?:Jahre?|Monate?|Wochen?|Tage?|Stunden?|Minuten?)\s+){1,2}her\b"
    r"|\d+\s*(?:分钟|小时|天|个月|年)前|刚刚|昨天\s?\d{1,2}:\d{2}",
    re.IGNORECASE,
)


@lru_cache(maxsize=65536)
def find_stamps(text: str) -> tuple[Stamp, ...]:
    """The dates in a text, in their order.

    >>> [text[s.start:s.end] for text in ["on 3. März 2020 um 14:05 x"] for s in find_stamps(text)]
    ['3. März 2020 um 14:05']
    """
    if len(text) > 4000 or not (_QUICK.search(text) or _RELATIVE.search(text)):
        return ()
    found: list[Stamp] = []
    taken = bytearray(len(text) + 1)
    for pattern in _patterns() if _QUICK.search(text) else ():
        for m in pattern.finditer(text):
            if not any(taken[m.start() : m.end()]) and (stamp := _stamp(m)) is not None:
                found.append(stamp)
                taken[stamp.start : stamp.end] = b"\1" * (stamp.end - stamp.start)
    for m in _RELATIVE.finditer(text):
        if not any(taken[m.start() : m.end()]):
            found.append(Stamp(m.start(), m.end(), (), relative=True))
    return tuple(sorted(found))


_KINDS = {
    "dow": "dow", "day": "d", "name": "name", "mo": "mo", "n1": "n1", "n2": "n2", "hour": "h", "minute": "mi",
    "second": "s", "half": "half",
}  # fmt: skip

_BOUNDS = {"hour": (0, 24), "minute": (0, 59), "day": (1, 31), "mo": (1, 12), "n1": (0, 31), "n2": (0, 31)}


def _stamp(m: re.Match[str]) -> Stamp | None:
    """The parts of a match in the order of the text."""
    groups = m.groupdict()
    if not _possible(groups):
        return None
    spans = []
    for group, value in groups.items():
        if value is None or (group not in _KINDS and group != "year"):
            continue
        kind = _KINDS.get(group) or ("y" if len(value) == 4 else "y2")
        start, end = m.span(group)
        if kind == "d" and groups.get("th") and groups["th"] not in (".",):
            kind, end = "nth", m.end("th")
        spans.append((start, end, kind))
    spans.sort()
    parts, at = [], m.start()
    for start, end, kind in spans:
        parts.append((m.string[at:start], kind, m.string[start:end]))
        at = end
    tail = m.string[at : m.end()]
    if tail.strip():
        parts.append((tail, "", ""))
    return Stamp(m.start(), m.end() if tail.strip() else at, tuple(parts))


def _possible(groups: dict[str, str | None]) -> bool:
    """Whether these numbers can be day, month and time."""
    numbers = {name: int(value) for name, value in groups.items() if value and name in _BOUNDS}
    if any(not _BOUNDS[name][0] <= number <= _BOUNDS[name][1] for name, number in numbers.items()):
        return False
    return numbers.get("n1", 0) + numbers.get("n2", 0) <= 43
