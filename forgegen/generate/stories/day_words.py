"""What a page calls the days of its story: marks while a thread is composed, words when it is done.

Nothing that is drawn follows from the words, so a thread that is published on another day differs in them alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from forgegen.generate.grammar import Grammar
from forgegen.generate.stories.compiled import POST
from forgegen.generate.stories.days import day_word, time_passed
from forgegen.model.bodies import Block
from forgegen.model.calendar import DAY

_FIRST = 0xE000  # marks are characters for private use, which no words have
MARKS = re.compile("[\ue000-\uf8ff]")
_BEGINS = re.compile(r"(?:^[“\"(]?|(?<!\.[a-z])(?<![.!?])[.!?] +[“\"(]?)[\ue000-\uf8ff]")


def is_day(slot: str) -> bool:
    """Whether a slot asks for a day or a time: ``@vote``, ``since:vote``, ``until:vote``."""
    return slot[0] == "@" or slot.startswith(("since:", "until:"))


class DayWords:
    """The words for days of one page, which is written at an instant on its board's wall."""

    def __init__(
        self, grammar: Grammar, happens: dict[str, int], written: int, typed: Callable[[str], str] | None = None
    ) -> None:
        self.grammar, self.typed, self.today = grammar, typed, written // DAY
        self.happens = {"today": written, "eve": written - DAY, POST: written, **happens}
        self.marks: dict[str, str] = {}
        self._words: dict[str, tuple[str, str]] = {}

    def mark(self, slot: str) -> str:
        """The mark that stands for a slot."""
        mark = self.marks.get(slot)
        if mark is None:
            mark = self.marks[slot] = chr(_FIRST + len(self.marks))
            self._words[mark] = self._typed(self._word(slot))
        return mark

    def _word(self, slot: str) -> str:
        """What the page calls the day or the time of a slot."""
        days, grammar = self.grammar.days, self.grammar
        assert days is not None, "a locale with stories has [grammar.days]"
        kind, _, name = slot.partition(":")
        day = self.happens[name or slot[1:]] // DAY
        if not name:
            return day_word(days, day, self.today, grammar.day(day))
        return time_passed(days, self.today - day if kind == "since" else day - self.today)

    def _typed(self, word: str) -> tuple[str, str]:
        """A word in the hand of the page: within a sentence, and where one begins."""
        typed = self.typed
        return (word, word) if typed is None else (typed(f"1, {word}")[3:], typed(word))

    def filled(self, text: str) -> str:
        """A text with words for its marks."""
        if not MARKS.search(text):
            return text
        text = _BEGINS.sub(lambda found: found[0][:-1] + self._words[found[0][-1]][1], text)
        return self.grammar.mended(MARKS.sub(lambda found: self._words[found[0]][0], text))

    def in_blocks(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        """The blocks of a body with words for their marks."""
        return tuple(map(self._in, blocks)) if self.marks else blocks

    def _in(self, value: Any) -> Any:
        """A text, a node or a tuple of them, with words for its marks."""
        if isinstance(value, str):
            return self.filled(value)
        if isinstance(value, tuple):
            return tuple(map(self._in, value))
        if isinstance(value, msgspec.Struct):
            return type(value)(*(self._in(getattr(value, name)) for name in value.__struct_fields__))
        return value
