"""What is read off a line by a locale's patterns: questions, tales of one's own, what is said seldom or of a newspaper.

They stand in ``[signs]`` of the locale's ``manner.toml``.
"""

from __future__ import annotations

import re
import tomllib
from functools import cached_property, lru_cache

import msgspec

from forgegen.generate.lexicon import Lexicon

_NOTHING = "(?!)"


class Signs(msgspec.Struct, frozen=True, dict=True, forbid_unknown_fields=True):
    """Patterns of a line.

    ``question`` asks; ``own`` speaks of the writer's life, in ``owned`` characters or more one person's anecdote;
    ``seldom`` is drawn an eighth as often; ``paper`` speaks of an article. Lines of up to ``common`` characters may
    stand again in a thread.
    """

    question: str = "[?？]"
    own: str = _NOTHING
    seldom: str = _NOTHING
    paper: str = _NOTHING
    common: int = 6
    owned: int = 13

    @cached_property
    def asks(self) -> re.Pattern[str]:
        """``question``, compiled."""
        return re.compile(self.question)

    @cached_property
    def tells(self) -> re.Pattern[str]:
        """``own``, compiled."""
        return re.compile(self.own)

    @cached_property
    def rare(self) -> re.Pattern[str]:
        """``seldom``, compiled."""
        return re.compile(self.seldom)

    @cached_property
    def printed(self) -> re.Pattern[str]:
        """``paper``, compiled."""
        return re.compile(self.paper)


@lru_cache(maxsize=8)
def load_signs(lexicon: Lexicon) -> Signs:
    """The signs of a locale."""
    return msgspec.convert(tomllib.loads(lexicon.text("manner.toml")).get("signs", {}), Signs)
