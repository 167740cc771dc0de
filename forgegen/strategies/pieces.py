"""What the pieces give: something as a page shows it, and what a parser's helper function should make of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st


class Shown(NamedTuple):
    """``shown`` is what stands on a page, ``value`` what it means, ``quirks`` name what is odd about it."""

    shown: Any
    value: Any
    quirks: tuple[str, ...] = ()


def instance(quirk: str, shown: Any, value: Any) -> Shown:
    """An instance of a quirk; the empty name is that of what is plain."""
    return Shown(shown, value, (quirk,) if quirk else ())


def shown_from(cases: tuple[Shown, ...]) -> st.SearchStrategy[Shown]:
    """One of these, the first the plainest."""
    return st.sampled_from(cases)
