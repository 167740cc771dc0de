"""What the four parsers share: reading numbers and dates from the words that a page shows. No library is used here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

PICTURES = re.compile(r"[ \n]*\0[ \n\0]*")
NAMED = {"楼主": 1, "樓主": 1, "沙发": 2, "沙發": 2, "板凳": 3, "地板": 4}
UNITS = {"K": 10**3, "M": 10**6, "B": 10**9, "万": 10**4, "亿": 10**8}
NARROW = str.maketrans("０１２３４５６７８９", "0123456789")
DATES = (
    re.compile(r"(\d+)年(\d+)月(\d+)日 +(\d+)点(\d+)分(?: ([A-Z]+))?", re.ASCII),
    re.compile(r"(\d+)-(\d+)-(\d+) +(\d+):(\d+)(?::\d+)?", re.ASCII),
)


def joined(paragraphs: Iterable[str]) -> str:
    """The text of what stands in paragraphs; those that say nothing are left out."""
    return "\n\n".join(text for text in map(without_pictures, paragraphs) if text.strip())


def without_pictures(text: str) -> str:
    """The text without the marks of pictures, and one space or break for those on their two sides."""

    def between(mark: re.Match[str]) -> str:
        gap = mark[0].replace("\0", "")
        outside = mark.start() == 0 or mark.end() == len(text)
        return "" if outside else "\n\n" if "\n\n" in gap else "\n" if "\n" in gap else " " * bool(gap)

    return PICTURES.sub(between, text)


def floor_of(shown: str | None) -> int | None:
    """The floor, from any of the notations that boards have."""
    if not shown:
        return None
    if shown in NAMED:
        return NAMED[shown]
    found = re.search(r"-?[\d,]+", shown.translate(NARROW), re.ASCII)
    return int(found[0].replace(",", "")) if found else None


def count_of(shown: str | None) -> int | None:
    """The count, from any of the notations that boards have; None for a word or nothing."""
    if not shown:
        return None
    shown = shown.translate(NARROW)
    grouped = re.fullmatch(r"-?\d{1,3}([.,\u202f])\d{3}(?:\1\d{3})*", shown, re.ASCII)
    if grouped:
        return int(shown.replace(grouped[1], ""))
    found = re.fullmatch(r"(-?\d+)(?:\.(\d))?([KMB万亿]?)", shown, re.ASCII)
    if found is None:
        return None
    unit = UNITS.get(found[3], 1)
    return int(found[1]) * unit + int(found[2] or 0) * unit // 10


def replies_of(shown: str | None) -> int | None:
    """The number in a mark like [2评]; 0 where there is no mark."""
    if not shown:
        return 0
    return count_of(shown.removeprefix("[").removesuffix("评]"))


def date_of(shown: str | None) -> Any:
    """The local time of a date as ISO, or what is shown where its form is unknown."""
    if not shown:
        return None
    for pattern in DATES:
        found = pattern.fullmatch(shown)
        if found:
            y, mo, d, h, mi = (int(found[k]) for k in range(1, 6))
            return f"{y:04d}-{mo:02d}-{d:02d}T{h:02d}:{mi:02d}"
    return shown


def parent_of(href: str | None) -> str | None:
    """The id behind the number sign of a link."""
    return href.rpartition("#")[2] if href else None
