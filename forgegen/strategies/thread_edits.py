"""Rows as a string of letters, each of which stands for an edit of them: another row, or an odd field of the last.

One string is one choice: dozens of oddities cost no more draws than one, and the shrinker takes letters out in runs.
What pools do not hold is drawn once a page, and by further letters put where it is to stand; other such values are
drawn field by field (``forgegen.strategies.post_rows``).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from forgegen.strategies.coded_lists import some_of
from forgegen.strategies.domain import Domain
from forgegen.strategies.drawn_bodies import PLAIN
from forgegen.strategies.fields import wide_values
from forgegen.strategies.post_rows import Row, ThreadEdit, changed, post_edits

_INDENTS = (0, 1, 2, 3, 5, 8, 13, 20, 40)
_EACH_INDENT = 5  # letters: a row has few odd fields, many of them one alone, a page dozens of rows
_EACH_WIDE = 4
_FEW, _MOST = 100, 200  # edits


@lru_cache(maxsize=64)
def edits_of(domain: Domain) -> tuple[ThreadEdit, ...]:
    """The edits of a domain, the plainest first: one that does nothing, with which the shortest strings are filled.

    One begins a ``row``; the others are done to the last row, ``wide`` ones with the page's value that no pool holds.
    They are not many more than the 256 of which most letters are drawn, so that all of them are common: what stands
    above the posts and what is planted have strings of their own.
    """
    rows = [ThreadEdit("row", "indent", indent) for indent in _INDENTS for _ in range(_EACH_INDENT)]
    rows += [ThreadEdit("wide", name, None) for name in wide_values(domain) for _ in range(_EACH_WIDE)]
    return (ThreadEdit("", "", None), *rows, *post_edits(domain))


@lru_cache(maxsize=64)
def edits(domain: Domain) -> st.SearchStrategy[list[ThreadEdit]]:
    """Strings of edits."""
    return some_of(edits_of(domain), _FEW, _MOST)


def edited(edits: list[ThreadEdit], wide: dict[str, Any]) -> list[Row]:
    """The rows that the edits make, one after the other, with the page's values that no pool holds."""
    rows: list[Row] = []
    for edit in edits:
        if edit.kind == "row":
            rows.append((edit.value, PLAIN))
        elif edit.kind:
            indent, body = rows.pop() if rows else (0, PLAIN)
            body = body._replace(**{edit.name: wide[edit.name]}) if edit.kind == "wide" else changed(body, edit)
            rows.append((indent, body))
    return rows
