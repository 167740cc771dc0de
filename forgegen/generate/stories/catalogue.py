"""All stories of a locale that threads may tell, and the deck that deals them out.

A topic that has few stories of the new form still has those of the old one, skeletons in ``articles`` and ``posts``.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from forgegen.generate.lexicon import KINDS, Lexicon
from forgegen.generate.stories.compiled import heads
from forgegen.generate.stories.deck import Card, Deck, taken_in_turn

FOLDERS = {"news": "stories", "post": "openers"}
_ENOUGH = {"news": 8, "post": 4}  # stories with which a topic no longer needs its skeletons
_LEGACY_TAGS = ("talk", "news")


class Tale(msgspec.Struct, frozen=True, gc=False):
    """A story by name: where it is, how often it may be told otherwise, when and on which boards.

    ``skeleton`` is the number of a story of the old form, -1 for those of the new one.
    """

    topic: str
    key: str
    branches: int
    months: tuple[int, ...]
    tags: tuple[str, ...]
    skeleton: int = -1


def tales(lexicon: Lexicon, kind: str) -> tuple[Tale, ...]:
    """Every story of a locale of a kind (``news`` or ``post``)."""
    found = heads(lexicon, FOLDERS[kind])
    counts = Counter(topic for topic, _ in found)
    plain = lexicon.has("manner.toml") and lexicon.has("plain", "any.txt")
    enough = {topic for topic, count in counts.items() if count >= _ENOUGH[kind] and plain}
    new = [Tale(t, h.key, max(1, len(h.branches)), h.months, h.boards) for t, h in found if t in enough]
    legacy = lexicon.posted if kind == "post" else lexicon.topics
    old = [
        Tale(topic, skeleton.key, 1, (), (topic, *_LEGACY_TAGS), number)
        for topic in legacy
        if topic not in enough and lexicon.has(KINDS[kind], topic + ".toml")
        for number, skeleton in enumerate(lexicon.skeletons(topic, kind)[0])
    ]
    return (*new, *old)


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
    return bool(lexicon.posted or heads(lexicon, FOLDERS["post"]))
