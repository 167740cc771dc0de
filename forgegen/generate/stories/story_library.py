"""All stories of a locale that threads may tell, and the deck that deals them out."""

from __future__ import annotations

import msgspec

from forgegen.generate.lexicon import Lexicon
from forgegen.generate.stories.compiled import heads
from forgegen.generate.stories.deck import Card, Deck, taken_in_turn

FOLDERS = {"news": "stories", "post": "openers"}


class Tale(msgspec.Struct, frozen=True, gc=False):
    """A story by name: where it is, how often it may be told otherwise, when and on which boards."""

    topic: str
    key: str
    branches: int
    months: tuple[int, ...]
    tags: tuple[str, ...]


def tales(lexicon: Lexicon, kind: str) -> tuple[Tale, ...]:
    """Every story of a locale of a kind (``news`` or ``post``)."""
    found = heads(lexicon, FOLDERS[kind])
    return tuple(Tale(topic, h.key, max(1, len(h.branches)), h.months, h.boards) for topic, h in found)


def board_of(root: str, lexicon: Lexicon, card: Card[Tale]) -> tuple[str, str]:
    """The (native, Latin) name of the board on which a story stands this time: one that takes it, another each time."""
    fitting = lexicon.boards(card.item.tags)
    return fitting[taken_in_turn(card.turn, len(fitting), root, card.item.key, "board")]


def branch_of(root: str, card: Card[Tale]) -> int:
    """The number of the branch in which a story is told this time."""
    return taken_in_turn(card.turn, card.item.branches, root, card.item.key)


def deal(root: str, lexicon: Lexicon, kind: str) -> Deck[Tale]:
    """The deck of a corpus."""
    return Deck(root, tales(lexicon, kind))


def has_openings(lexicon: Lexicon) -> bool:
    """Whether the locale has opening posts of members."""
    return bool(heads(lexicon, FOLDERS["post"]))
