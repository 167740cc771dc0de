"""The hands that people write with, by the name that a locale's grammar gives: what joins, ends and types a text."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from forgegen.generate.hands import alphabetic as letters
from forgegen.generate.hands import cjk as habits
from forgegen.generate.people import Person
from forgegen.generate.style import Manner, Style
from forgegen.streams.stream import Stream


class Hand(msgspec.Struct, frozen=True):
    """Functions of one hand: clauses joined, a comment ended, a text as somebody types it and as news prints it."""

    join: Callable[[list[str], str], str]
    finish: Callable[[Stream, Style, Manner, Person, str, str], str]
    typed: Callable[[Style, Person, str], str]
    printed: Callable[[str], str]


HANDS = {
    "ideographs": Hand(habits.join, habits.finish, habits.typed, habits.printed),
    "letters": Hand(letters.join, letters.finish, letters.typed, letters.printed),
}
"""Every hand by its name."""
