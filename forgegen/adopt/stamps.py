"""Dates in texts: where they stand, of which parts they are made, and the layout that all of them share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

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


def _stamp(m: re.Match[str]) -> Stamp | None:
    """The parts of a match in the order of the text."""
    groups = m.groupdict()
    if groups.get("hour") and (int(groups["hour"]) > 24 or int(groups["minute"]) > 59):
        return None
    number = groups.get("day")
    if number is not None and not 1 <= int(number) <= 31:
        return None
    if groups.get("n1") and (
        int(groups["n1"]) > 31 or int(groups["n2"]) > 31 or int(groups["n1"]) + int(groups["n2"]) > 43
    ):
        return None
    if groups.get("mo") and not 1 <= int(groups["mo"]) <= 12:
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


class Inferred(NamedTuple):
    """The layout of dates as ``skin.toml`` has it, with how many fit it."""

    form: Any
    fits: int
    of: int
    other: tuple[str, ...]
    """Displays that do not fit."""


class Ambiguous(ValueError):
    """Day or month first cannot be told; holds an example and how many fit both."""


def infer_layout(texts: Sequence[tuple[str, Stamp]], order: str | None = None, lang: str = "") -> Inferred | None:
    """The layout that most of these dates share, or None where all are relative.

    Raises: Ambiguous.
    """
    shapes = Counter(_general(stamp) for _, stamp in texts if not stamp.relative)
    if not shapes:
        return None
    shape = max(shapes, key=lambda s: (shapes[s], s))
    stamps = [(text, stamp) for text, stamp in texts if not stamp.relative and _general(stamp) == shape]
    columns = list(zip(*(stamp.parts for _, stamp in stamps), strict=True))
    numeric = {part[0][1] for part in columns} & {"n1", "n2"}
    first = _first_number(stamps, order, lang) if numeric else "d"
    months_, days_ = _words(columns, "name"), _words(columns, "dow")
    table = {**_names(months_, days_), "half": bool(_words(columns, "half"))}
    padded = any(v.startswith("0") for kind in ("d", "n1", "n2", "mo") for v in _words(columns, kind))
    layout = "".join(_field(column, first, table, padded=padded) for column in columns)
    form: Any = layout
    settings = {k: v for k, v in table.items() if k in ("lang", "months", "weekdays", "case", "halves") and v}
    halves = _words(columns, "half")
    if halves and halves[0].lower() in ("a.m.", "p.m."):
        settings["halves"] = ["a.m.", "p.m."] if halves[0].islower() else ["A.M.", "P.M."]
    if settings and settings != {"lang": "en"}:
        form = {"layout": layout, **settings}
    others = tuple(text[s.start : s.end] for text, s in texts if s.relative or _general(s) != shape)
    return Inferred(form, len(stamps), len(texts), others)


def _general(stamp: Stamp) -> tuple[tuple[str, str], ...]:
    """The shape, with blanks folded."""
    return tuple((re.sub(r"\s+", " ", before), kind) for before, kind in stamp.shape())


def _words(columns: Sequence[Sequence[tuple[str, str, str]]], kind: str) -> list[str]:
    return [value for column in columns if column[0][1] == kind for _, _, value in column]


def _first_number(stamps: Sequence[tuple[str, Stamp]], order: str | None, lang: str) -> str:
    """Whether day (``d``) or month (``mo``) stands first in numeric dates."""
    if order is not None:
        return "mo" if order.startswith("m") else "d"
    pairs = [[int(v) for _, kind, v in stamp.parts if kind in ("n1", "n2")] for _, stamp in stamps]
    if any(one > 12 for one, _ in pairs):
        return "d"
    if any(two > 12 for _, two in pairs):
        return "mo"
    text, stamp = stamps[0]
    before = stamp.parts[[kind for _, kind, _ in stamp.parts].index("n2")][0]
    if "." in before or (lang and not lang.lower().startswith("en")):
        return "d"
    if lang.lower() == "en-us" or any(kind == "half" for _, kind, _ in stamp.parts):
        return "mo"
    if lang.lower() in ("en-gb", "en-au", "en-nz", "en-ie"):
        return "d"
    raise Ambiguous(text[stamp.start : stamp.end], len(pairs))


def _field(column: Sequence[tuple[str, str, str]], first: str, table: dict[str, Any], *, padded: bool) -> str:
    """A field of the layout with the text before it."""
    before, kind, _ = column[0]
    before = re.sub(r"\s+", " ", before)
    values = [value for _, _, value in column]
    if kind == "":
        return before
    field = {
        "n1": first,
        "n2": "mo" if first == "d" else "d",
        "name": table.get("name", ""),
        "dow": table.get("dow", ""),
    }.get(kind, kind)
    if kind == "half":
        field = "AMPM" if values[0].isupper() and "." not in values[0] else "ampm"
    if kind == "h" and table.get("half"):
        field = "h12"
    wide = field in ("d", "mo", "h", "h12", "mi", "s") and all(len(v) == 2 for v in values)
    wide = wide and (
        field in ("mi", "s")
        or any(v.startswith("0") for v in values)
        or _narrow_never(values)
        or (padded and field in ("d", "mo"))
    )
    if before and "{" in before:
        before = ""
    return f"{before}{{{field}{':02d' if wide else ''}}}"


def _narrow_never(values: Sequence[str]) -> bool:
    """Whether so many different numbers of two digits make one of one digit in two unlikely."""
    return len(set(values)) >= 6


def _names(months_: Sequence[str], days_: Sequence[str]) -> dict[str, Any]:
    """Language and fields that show these names, or the names themselves as lists."""
    best: tuple[int, dict[str, Any]] = (-1, {"name": "mon", "dow": "dow"})
    if not months_ and not days_:
        return best[1]
    for lang in languages():
        names = names_of(lang)
        for case in (None, "lower", "upper"):
            cased = names.cased(case) if case else names
            month = [f for f in ("month", "mon") if months_ and set(months_) <= set(getattr(cased, f))]
            day = [f for f in ("weekday", "dow") if days_ and set(days_) <= set(getattr(cased, f))]
            score = 4 * bool(month) + 2 * bool(day) + (case is None)
            if score > best[0]:
                found: dict[str, Any] = {
                    "lang": lang,
                    "case": case,
                    "name": (month or ["mon"])[-1 if _short(months_) else 0],
                }
                found["dow"] = (day or ["dow"])[0]
                if months_ and not month:
                    score -= 1
                    found["months"] = _listed(months_, names.month)
                if days_ and not day:
                    found["weekdays"] = _listed(days_, (*names.weekday[4:], *names.weekday[:4]))
                best = (score, found)
    return best[1]


def _short(words: Sequence[str]) -> bool:
    return bool(words) and all(len(word.rstrip(".")) <= 3 for word in words)


def _listed(seen: Sequence[str], full: Sequence[str]) -> list[str] | None:
    """The names of a language in the manner in which these are shown: cut after some letters, with a dot, in a case."""
    length = max(len(word.rstrip(".")) for word in seen)
    dot = "." if any(word.endswith(".") for word in seen) else ""
    changed = [(name[:length] if length <= 4 else name) + (dot if len(name) > length else "") for name in full]
    if all(word.islower() for word in seen):
        changed = [name.lower() for name in changed]
    elif all(word.isupper() for word in seen):
        changed = [name.upper() for name in changed]
    by_number = {name.lower().rstrip("."): name for name in changed}
    del by_number
    table, numbers = list(changed), months() | weekdays()
    for word in seen:
        number = numbers.get(word.lower().rstrip("."))
        if number is not None and len(full) == 12:
            table[number - 1] = word
    return table if len(set(table)) == len(table) else None
