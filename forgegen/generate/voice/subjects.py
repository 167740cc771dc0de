"""What lines speak of beside the story: a line on deposits stands only under a story that speaks of deposits.

A locale's ``subjects.txt`` has a row a subject, ``said = told``: words of lines, and words one of which the file of the
story must have; without ``=`` the same words. Rows under ``[any]`` are of all lines of ``plain/``, others of the file
that the heading names. Lines of a story's own file speak of what it tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from forgegen.generate.lexicon import Lexicon, shared_set

ANY = "any"
_FILE, _FOLDER = "subjects.txt", "plain/"
NONE: frozenset[int] = frozenset()


class Subjects(NamedTuple):
    """The rows under some headings: numbers of rows by the words of lines, those by their first letters, and the words
    of stories by number."""

    said: Mapping[str, tuple[tuple[str, int], ...]]
    told: Mapping[int, tuple[str, ...]]

    def in_line(self, text: str) -> frozenset[int]:
        """The subjects that a line speaks of.

        >>> Subjects({"d": (("deposit", 3),)}, {3: ("rent",)}).in_line("my deposit")
        frozenset({3})
        """
        found = set()
        for at, letter in enumerate(text):
            for word, number in self.said.get(letter, ()):
                if text.startswith(word, at):
                    found.add(number)
        return shared_set(found) if found else NONE

    def in_story(self, text: str) -> frozenset[int]:
        """The subjects that a story speaks of."""
        return shared_set(number for number, words in self.told.items() if any(word in text for word in words))


@lru_cache(maxsize=64)
def load_subjects(lexicon: Lexicon, name: str) -> Subjects:
    """The rows for lines and stories of this name, with those for any; none where a locale has no such file."""
    said: dict[str, list[tuple[str, int]]] = {}
    told: dict[int, tuple[str, ...]] = {}
    sections = lexicon.sections(_FILE) if lexicon.has(_FILE) else {}
    rows = [(heading, row) for heading, found in sections.items() for row in found]
    for number, (heading, row) in enumerate(rows):
        if heading not in (ANY, name):
            continue
        left, _, right = row.partition(" = ")
        for word in left.split("|"):
            said.setdefault(word[0], []).append((word, number))
        told[number] = tuple((right or left).split("|"))
    return Subjects({letter: tuple(words) for letter, words in said.items()}, told)


def subjects_of_line(lexicon: Lexicon, file: str, text: str) -> frozenset[int]:
    """The subjects that a line of a file (``plain/food``) speaks of."""
    if not file.startswith(_FOLDER):
        return NONE
    return load_subjects(lexicon, file.rpartition("/")[2]).in_line(text)


@lru_cache(maxsize=2048)
def subjects_of_story(lexicon: Lexicon, folder: str, topic: str, key: str) -> frozenset[int]:
    """The subjects that a story speaks of."""
    subjects = load_subjects(lexicon, topic)
    return subjects.in_story(lexicon.text(folder, topic, key + ".toml")) if subjects.told else NONE


def fits_story(lexicon: Lexicon, folder: str, topic: str, key: str) -> Callable[[str], bool]:
    """Whether a text speaks of nothing but what a story speaks of."""
    subjects, told = load_subjects(lexicon, topic), subjects_of_story(lexicon, folder, topic, key)
    return lambda text: subjects.in_line(text) <= told
