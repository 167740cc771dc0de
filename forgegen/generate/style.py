"""Manners of writing of a locale, read from ``style.toml`` and prepared for drawing."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Any

import msgspec

from forgegen.generate.grammar import Grammar, load_grammar
from forgegen.generate.lexicon import Lexicon
from forgegen.streams.fixed import fixed, lognormal_table

ROLES = ("first", "joke", "question", "aside")
STANCES = ("for", "against", "mock")


class Manner(msgspec.Struct, frozen=True, gc=False):
    """How a persona writes; shares in ‰, those drawn for every comment also of 65,536."""

    persona: str
    long: int
    emoji: int
    laugh: int
    punctuation: int
    copy: int
    own: int
    roles: tuple[str, ...]
    stances: tuple[str, ...]
    joiner: tuple[str, ...] = ()
    exclaims: bool = False
    shouts: int = 0
    speaks: int = 0  # laughs or sets a stop
    emoji_busy: int = 0
    emoji_rare: int = 0


class Letters(msgspec.Struct, frozen=True, dict=True, forbid_unknown_fields=True):
    """How people type who write in letters: of a thousand, how many in lower case, without a last stop, without
    apostrophes, with misspellings; and which those are."""

    lower: int
    unstopped: int
    unmarked: int
    misspelling: int
    misspelt: dict[str, str]

    @cached_property
    def slips(self) -> re.Pattern[str]:
        """What is misspelt, where it stands as a word."""
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, self.misspelt))})\b")


class Style(msgspec.Struct, frozen=True, gc=False):
    """A locale's manners; weighted choices are repeated entries, lengths are quantile tables of 4,096 entries."""

    manners: dict[str, Manner]
    clauses: tuple[int, ...]
    short: tuple[int, ...]
    long: tuple[int, ...]
    emoji: tuple[str, ...]
    laughter: tuple[str, ...]
    full_stops: tuple[str, ...]
    questions: tuple[str, ...]
    exclamations: tuple[str, ...]
    joiners: tuple[str, ...]
    mention_share: int
    mention_forms: tuple[str, ...]
    quote_share: int
    quote_forms: tuple[str, ...]
    again: tuple[str, ...]
    once_more: tuple[str, ...]
    grammar: Grammar
    letters: Letters | None = None


def _weighted(names: tuple[Any, ...], weights: list[int]) -> tuple[Any, ...]:
    return tuple(name for name, weight in zip(names, weights, strict=True) for _ in range(weight))


@lru_cache(maxsize=8)
def load_style(lexicon: Lexicon) -> Style:
    """The manners of a locale."""
    raw = lexicon.style
    manners = {
        persona: Manner(
            persona=persona,
            roles=_weighted(ROLES, raw["roles"][persona]),
            stances=_weighted(STANCES, raw["stances"][persona]),
            joiner=tuple(manner.pop("joiner", ())),
            speaks=(manner["laugh"] + manner["punctuation"]) * 65536 // 1000,
            emoji_busy=manner["emoji"] * 65536 * 25 // 10_000,
            emoji_rare=manner["emoji"] * 65536 // 2000,
            **manner,
        )
        for persona, manner in ((p, dict(m)) for p, m in raw["manners"].items())
    }
    counts = tuple(range(1, len(raw["clauses"]) + 1))
    lists = {k: tuple(raw[k]) for k in ("emoji", "laughter", "full_stops", "questions", "exclamations", "joiners")}
    return Style(
        manners=manners,
        clauses=_weighted(counts, raw["clauses"]),
        short=lognormal_table(fixed(raw["short_mu"]), fixed(raw["short_sigma"])),
        long=lognormal_table(fixed(raw["long_mu"]), fixed(raw["long_sigma"])),
        mention_share=raw["reply"]["mention_floor"],
        mention_forms=tuple(f.replace("{", "%(").replace("}", ")s") for f in raw["reply"]["mention_forms"]),
        quote_share=raw["quote"]["share"],
        quote_forms=tuple(f.replace("{q}", "%s") for f in raw["quote"]["forms"]),
        again=tuple(raw["copy"]["before"]),
        once_more=tuple(raw["copy"]["after"]),
        grammar=load_grammar(lexicon),
        letters=msgspec.convert(raw["letters"], Letters) if "letters" in raw else None,
        **lists,
    )
