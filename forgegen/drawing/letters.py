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


def strings_of(values: Sequence[T], least: int, most: int) -> st.SearchStrategy[list[T]]:
    """Lists of ``least`` to ``most`` of these values."""
    letters = {chr(_FIRST + n): value for n, value in enumerate(values)}
    codes = st.text("".join(letters), min_size=least, max_size=most)
    return codes.map(lambda code: [letters[letter] for letter in code])
