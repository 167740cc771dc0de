"""The layout that the dates of a page share, as ``skin.toml`` has it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from forgegen.adopt.stamps import Stamp, months, weekdays
from forgegen.forms.names import languages, names_of


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
    table, numbers = list(changed), months() | weekdays()
    for word in seen:
        number = numbers.get(word.lower().rstrip("."))
        if number is not None and len(full) == 12:
            table[number - 1] = word
    return table if len(set(table)) == len(table) else None
