"""What somebody's posts are fond of: numbers of a person that do not change, by which chances are multiplied."""

from __future__ import annotations

from functools import lru_cache

from forgegen.streams.stream import fingerprint

# What a chance is multiplied by, in sixteenths of people; each row has the mean 1, in parts of 4.
_FEW = (0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 16, 16)  # half never do it
_MANY = (1, 1, 1, 2, 2, 2, 3, 4, 4, 4, 4, 6, 6, 8, 8, 8)  # nearly everybody does
_FOND = (
    "image",
    "smiley",
    "styled",
    "underline",
    "mention",
    "list",
    "code",
    "attachment",
    "signed",
    "media",
    "spoiler",
)


@lru_cache(maxsize=16384)
def habits_of(root: str, number: int) -> dict[str, int]:
    """What the chances of a person's posts are multiplied by, in quarters, by what they are of."""
    bits = fingerprint(root, "people", "bodies", number)
    return {name: _FEW[bits >> 4 * at & 15] for at, name in enumerate(_FOND)} | {
        "link": _MANY[bits >> 60 & 15], "part": _MANY[bits >> 64 & 15], "nested": _FEW[bits >> 68 & 15],
        "several": _MANY[bits >> 72 & 15], "strong": _MANY[bits >> 76 & 15], "emphasis": _MANY[bits >> 80 & 15],
        "edited": _MANY[bits >> 84 & 15],
    }  # fmt: skip
