"""Lists drawn as a string, each letter of which stands for a value: one choice for Hypothesis, not one for each.

The shrinker takes letters out in runs and lowers the others, so lists shrink to few of the first values. Four of five
letters that are drawn come from the first 256.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
_FIRST = ord("0")  # from here on Hypothesis' order of letters is that of their numbers


def some_of(values: Sequence[T], few: int, most: int) -> st.SearchStrategy[list[T]]:
    """Lists of at most ``most`` of these values, two of three of them of ``few`` or more."""
    several = {least: strings_of(values, least, most) for least in (0, few)}
    return st.sampled_from((0, few, few)).flatmap(several.__getitem__)  # twice: each costs an example that is plain


def strings_of(values: Sequence[T], least: int, most: int) -> st.SearchStrategy[list[T]]:
    """Lists of ``least`` to ``most`` of these values."""
    letters = {chr(_FIRST + n): value for n, value in enumerate(values)}
    codes = st.text("".join(letters), min_size=least, max_size=most)
    return _read(letters, codes)


@st.composite
def _read(draw: st.DrawFn, letters: dict[str, T], codes: st.SearchStrategy[str]) -> list[T]:
    # Not ``map``: Hypothesis takes all maps for alike, and copies one to where another was, or a whole into its part.
    # Not ``builds``: to explain a failure Hypothesis tries what that is called with again and again.
    return [letters[letter] for letter in draw(codes)]
