"""The patterns of skins: those of strangers are searched with a time limit, which holds in every thread.

``re`` cannot be interrupted, and a pattern such as ``(a+)+b`` takes longer than a machine lives; ``regex`` looks at the
clock while it searches.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Any

from forgegen.errors import SkinError

SECONDS = 1.0
"""What a search by a stranger's pattern may take."""

_LONGEST = 2_000  # characters of a stranger's pattern


def find(pattern: str, text: str, *, foreign: bool = False) -> str | None:
    """The first group of what a pattern finds, all of it where it has no group, None where it finds nothing.

    >>> find("(a+)b", "xaab"), find("a+", "xaab"), find("y", "x")
    ('aa', 'aa', None)

    Raises: SkinError for a foreign pattern that ``regex`` does not know, or that takes too long.
    """
    m = search(pattern, text, foreign=foreign)
    if m is None:
        return None
    found: str | None = m[1] if m.re.groups else m[0]
    return found


def search(pattern: str, text: str, *, foreign: bool = False) -> Any:
    """The match of a pattern in a text, or None. Raises: see ``find``."""
    return _foreign_search(pattern, text) if foreign else _compiled(pattern).search(text)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    with warnings.catch_warnings(action="ignore"):  # of what later Pythons may read otherwise
        return re.compile(pattern, re.DOTALL | re.ASCII)


def _foreign_search(pattern: str, text: str) -> Any:
    try:
        return _foreign(pattern).search(text, timeout=SECONDS)
    except TimeoutError:
        raise SkinError(
            f"pattern {pattern!r} takes more than {SECONDS:g} s on a text of {len(text):,} characters; right would be "
            "one without nested repetitions; trust=True or --trust-templates lifts the limit for a skin of your own"
        ) from None


@lru_cache(maxsize=256)
def _foreign(pattern: str) -> Any:
    import regex  # a page is made, and most are read, without it

    if len(pattern) > _LONGEST:
        raise SkinError(f"pattern {pattern[:40]!r}… has {len(pattern):,} characters; right would be up to {_LONGEST:,}")
    try:
        with warnings.catch_warnings(action="ignore"):
            return regex.compile(pattern, regex.DOTALL | regex.ASCII | regex.VERSION0)
    except (regex.error, RecursionError, OverflowError, MemoryError) as e:
        raise SkinError(f"pattern {pattern!r}: {e}") from None
