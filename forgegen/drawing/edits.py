"""A thread as a string of letters, each of which stands for an edit of it: another row, an odd field, an odd head.

One string is one choice: dozens of oddities cost no more draws than one, and the shrinker takes letters out in runs.
What pools do not hold is drawn once a page, and by further letters put where it is to stand; other such values are
drawn field by field (``forgegen.drawing.rows``).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from hypothesis import strategies as st

from forgegen.drawing.body import PLAIN
from forgegen.drawing.domain import Domain
from forgegen.drawing.fields import wide_values
from forgegen.drawing.heads import change_head, head_pools
from forgegen.drawing.letters import strings_of
from forgegen.drawing.rows import Edit, Row, changed, edits_in, post_edits

_INDENTS = (0, 1, 2, 3, 5, 8, 13, 20, 40)
_EACH_INDENT = 4  # letters: a row has some odd fields, a page dozens of rows
_EACH_WIDE = 4
LEAST = (0, 160, 160)  # edits; two values, for each costs an example that is plain but for it
MOST = 320  # the same for all, so that the shrinker can lower the least number and keep the string


class Edited(NamedTuple):
    """What a string of edits comes to: rows, keyword arguments of ``Thread``, and names of quirks to plant."""

    rows: list[Row]
    head: dict[str, Any]
    plants: list[str]

    def within(self, bound: int) -> list[Row]:
        """The rows, none indented deeper than ``bound``."""
        return [(min(indent, bound), body) for indent, body in self.rows]


@lru_cache(maxsize=64)
def edits_of(domain: Domain, plants: tuple[str, ...] = ()) -> tuple[Edit, ...]:
    """The edits of a domain, the plainest first: one that does nothing, with which the shortest strings are filled.

    One begins a ``row``; those of a post are done to the last row, ``wide`` ones with the page's value that no pool
    holds; those of the ``head`` change that; one has a quirk planted.
    """
    # Rows and what is odd about posts are among the first 256, which are drawn most.
    rows = [Edit("row", "indent", indent) for indent in _INDENTS for _ in range(_EACH_INDENT)]
    rows += [Edit("wide", name, None) for name in wide_values(domain) for _ in range(_EACH_WIDE)]
    plants_ = [Edit("plant", "", name) for name in plants]
    return (Edit("", "", None), *rows, *post_edits(domain), *edits_in("head", head_pools(domain)), *plants_)


@lru_cache(maxsize=256)
def edits(domain: Domain, plants: tuple[str, ...], least: int) -> st.SearchStrategy[list[Edit]]:
    """``least`` edits or more."""
    return strings_of(edits_of(domain, plants), least, MOST)


def edited(edits: list[Edit], wide: dict[str, Any]) -> Edited:
    """What the edits make of the plain thread, one after the other, with the page's values that no pool holds."""
    found = Edited([], {}, [])
    for edit in edits:
        if edit.kind == "head":
            change_head(found.head, edit)
        elif edit.kind == "plant":
            found.plants.append(edit.value)
        elif edit.kind == "row":
            found.rows.append((edit.value, PLAIN))
        elif edit.kind:
            indent, body = found.rows.pop() if found.rows else (0, PLAIN)
            body = body._replace(**{edit.name: wide[edit.name]}) if edit.kind == "wide" else changed(body, edit)
            found.rows.append((indent, body))
    return found
