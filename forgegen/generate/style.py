"""Manners of writing of a locale, read from ``style.toml`` and prepared for drawing."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

import msgspec

from forgegen.generate.grammar import Grammar, load_grammar
from forgegen.generate.lexicon import Lexicon


class Manner(msgspec.Struct, frozen=True, gc=False):
    """How a persona writes; shares in ‰, those drawn for every comment also of 65,536."""

    laugh: int
    copy: int
    exclaims: bool
    shouts: int
    speaks: int  # laughs or sets a stop
    emoji_busy: int
    emoji_rare: int


class Letters(msgspec.Struct, frozen=True, dict=True, forbid_unknown_fields=True):
    """How people type who write in letters: of a thousand, how many in lower case, without apostrophes, with
    misspellings, and which those are; what is written ``capital``; what statements ``opened`` so may begin with."""

    lower: int
    unmarked: int
    misspelling: int
    misspelt: dict[str, str]
    capital: str
    opener: int
    openers: tuple[str, ...]
    opened: str

    @cached_property
    def slips(self) -> re.Pattern[str]:
        """What is misspelt, where it stands as a word."""
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, self.misspelt))})\b")

    @cached_property
    def capitals(self) -> re.Pattern[str]:
        """``capital``, compiled."""
        return re.compile(self.capital)

    @cached_property
    def begins(self) -> re.Pattern[str]:
        """``opened``, compiled."""
        return re.compile(self.opened)


class Style(msgspec.Struct, frozen=True, gc=False):
    """A locale's manners; weighted choices are repeated entries."""

    manners: dict[str, Manner]
    emoji: tuple[str, ...]
    laughter: tuple[str, ...]
    full_stops: tuple[str, ...]
    questions: tuple[str, ...]
    exclamations: tuple[str, ...]
    mentions: dict[str, int]  # ‰ of answers to comments on news and on posts that begin with whom or what they answer
    mention_forms: tuple[str, ...]
    quote_forms: tuple[str, ...]
    again: tuple[str, ...]
    once_more: tuple[str, ...]
    grammar: Grammar
    letters: Letters | None = None


@lru_cache(maxsize=8)
def load_style(lexicon: Lexicon) -> Style:
    """The manners of a locale."""
    raw = lexicon.style
    manners = {
        persona: Manner(
            laugh=manner["laugh"],
            copy=manner["copy"],
            exclaims=manner.get("exclaims", False),
            shouts=manner.get("shouts", 0),
            speaks=(manner["laugh"] + manner["punctuation"]) * 65536 // 1000,
            emoji_busy=manner["emoji"] * 65536 * 25 // 10_000,
            emoji_rare=manner["emoji"] * 65536 // 2000,
        )
        for persona, manner in raw["manners"].items()
    }
    lists = {k: tuple(raw[k]) for k in ("emoji", "laughter", "full_stops", "questions", "exclamations")}
    return Style(
        manners=manners,
        mentions=raw["reply"].get("mentions", {"news": 15, "post": 15}),
        mention_forms=tuple(f.replace("{", "%(").replace("}", ")s") for f in raw["reply"]["mention_forms"]),
        quote_forms=tuple(f.replace("{q}", "%s") for f in raw["quote"]["forms"]),
        again=tuple(raw["copy"]["before"]),
        once_more=tuple(raw["copy"]["after"]),
        grammar=load_grammar(lexicon),
        letters=msgspec.convert(raw["letters"], Letters) if "letters" in raw else None,
        **lists,
    )
