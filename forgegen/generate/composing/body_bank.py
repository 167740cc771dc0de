"""What the people of a locale put into posts beside their words, read from ``bodies.toml`` of the locale."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from forgegen.generate.lexicon import Lexicon

T = TypeVar("T", bound="OfTopic")
Words = tuple[str, ...]


class OfTopic(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What fits stories of a topic; any where it names none."""

    topic: str = ""


class Linked(OfTopic, frozen=True):
    """A page of another site."""

    address: str
    title: str
    excerpt: str


class Coded(OfTopic, frozen=True):
    """Some lines of code, and the words before them."""

    lead: str
    text: str
    language: str = ""


class ListWords(OfTopic, frozen=True):
    """A list, and the words before it; ``asked``: one of those who ask, in opening posts."""

    lead: str
    items: Words
    ordered: bool = False
    asked: bool = False


class Tabled(OfTopic, frozen=True):
    """A table."""

    rows: tuple[Words, ...]
    header: bool = False


class Spanned(OfTopic, frozen=True):
    """A sentence with code between backticks."""

    text: str


class Filed(OfTopic, frozen=True):
    """Names of files."""

    names: Words


class BodyBank(msgspec.Struct, frozen=True, eq=False, forbid_unknown_fields=True):
    """All of ``bodies.toml``. ``typed`` are codes that boards draw as smileys, ``smileys`` those that people choose:
    ``sad`` ones not beside kind words, ``glad`` ones not beside bitter words.

    ``photo``, ``shot``, ``filed``, ``clip`` and ``see`` stand before pictures, files, videos and links, ``linked`` has
    sentences with a link between backticks, ``stressed`` words that people stress, ``spoken`` stands behind a mention,
    ``given`` before code in opening posts,
    ``signs`` below posts, ``revealed`` above spoilers; the rest is of articles.
    """

    smileys: Words
    sad: Words
    glad: Words
    typed: Words
    photo: Words
    shot: Words
    filed: Words
    clip: Words
    see: Words
    spoken: str
    given: Words
    stressed: Words
    linked: Words
    signs: Words
    revealed: Words
    pictures: Words
    subheads: Words
    related: Words
    captions: Words
    files: tuple[Filed, ...]
    links: tuple[Linked, ...]
    lists: tuple[ListWords, ...]
    code: tuple[Coded, ...] = ()
    tables: tuple[Tabled, ...] = ()
    spans: tuple[Spanned, ...] = ()

    def of_topic(self, found: tuple[T, ...], topic: str) -> tuple[T, ...]:
        """Those that fit stories of a topic, its own where there are any."""
        return tuple(one for one in found if one.topic == topic) or tuple(one for one in found if not one.topic)


@lru_cache(maxsize=16)
def has_bank(lexicon: Lexicon) -> bool:
    """Whether a locale has a bank; where it has none, posts hold nothing but words."""
    return lexicon.has("bodies.toml")


@lru_cache(maxsize=16)
def load_bank(lexicon: Lexicon, other: bool = False) -> BodyBank:
    """The bank of a locale, in its own script or the other one; ``has_bank`` says whether it has one."""
    raw = tomllib.loads(lexicon.text("bodies.toml"))
    turned = lexicon.other_script("bodies.toml") if other else {}

    def script(value: Any) -> Any:
        if isinstance(value, str):
            return "\n".join(turned.get(line, line) for line in value.split("\n"))
        if isinstance(value, list):
            return [script(one) for one in value]
        return {name: script(one) for name, one in value.items()} if isinstance(value, dict) else value

    return msgspec.convert(script(raw), BodyBank)


@lru_cache(maxsize=16)
def stressed_in(bank: BodyBank) -> re.Pattern[str]:
    """The words that people stress."""
    words = "|".join(map(re.escape, bank.stressed))
    return re.compile(rf"\b(?:{words})\b" if bank.stressed[0].isascii() else words)


@lru_cache(maxsize=16)
def typed_in(bank: BodyBank) -> re.Pattern[str]:
    """The codes of smileys where they stand by themselves."""
    codes = "|".join(map(re.escape, sorted(set(bank.typed), key=lambda code: (-len(code), code))))
    return re.compile(rf"(?<![\w:/])(?:{codes})(?![\w/])")


@lru_cache(maxsize=16)
def marks_of(bank: BodyBank) -> tuple[str, ...]:
    """The characters with which codes of smileys begin."""
    return tuple(dict.fromkeys(code[0] for code in bank.typed))
