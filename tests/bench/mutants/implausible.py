"""The planted bugs that no page of the reference skin's engine shows: forms of other boards, names and titles that are
refused. They are looked for with ``shapes="any"``, and the others by default; neither list is asked for the other's.
"""

from __future__ import annotations

IMPLAUSIBLE = frozenset({
    "author: stripped",
    "comments: int of a word",
    "date: one form only",
    "date: required",
    "date: zone labels rejected",
    "floor: ASCII digits only, unnamed",
    "floor: int of the first word",
    "floor: only before 楼",
    "floor: required",
    "latest: skipped hour required to exist",
    "likes: K unknown",
    "likes: comma only",
    "likes: dot is decimal",
    "likes: plain digits",
    "likes: 万 unknown",
    "replies: 0 is none",
    "replies: plain digits",
    "rows: kept by floor",
    "title: one line",
    "views: plain digits",
})  # fmt: skip
"""Names of mutants."""
