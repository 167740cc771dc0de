"""The hands that people write with, by the name that a locale's grammar gives: what types and prints a text."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from forgegen.generate.hands import alphabetic as letters
from forgegen.generate.hands import cjk as ideographs
from forgegen.generate.people import Person
from forgegen.generate.style import Style


class Hand(msgspec.Struct, frozen=True):
    """Functions of one hand: a text as somebody types it and as news prints it."""

    typed: Callable[[Style, Person, str], str]
    printed: Callable[[Style, str], str]


HANDS = {
    "ideographs": Hand(ideographs.typed, ideographs.printed),
    "letters": Hand(letters.typed, letters.printed),
}
"""Every hand by its name."""
