"""What stands on a saved page: its posts with their fields, and the opening post where that stands apart."""

from __future__ import annotations

from typing import NamedTuple

from forgegen.adopt.fields import Fields, find_fields, posts_of
from forgegen.adopt.regions import Candidate, Dates, candidates
from forgegen.adopt.tree import SavedTree

SURE = 99.0
"""The score of what a user says."""

_SECOND = 10  # candidates that are scored again with their fields


class Finding(NamedTuple):
    """A candidate with its fields."""

    candidate: Candidate
    fields: Fields
    score: float

    @property
    def number(self) -> int:
        """How many posts."""
        return len(self.candidate.regions)


def find_posts(tree: SavedTree) -> list[Finding]:
    """The best candidates with their fields, best first; none where no elements hold dates."""
    dates = Dates(tree)
    found = []
    for candidate in candidates(tree, dates)[:_SECOND]:
        fields = find_fields(posts_of(candidate.regions, nested=candidate.nested))
        found.append(Finding(candidate, fields, _again(candidate, fields)))
    return sorted(found, key=lambda f: (-f.score, len(f.candidate.css), f.candidate.css))


def _again(candidate: Candidate, fields: Fields) -> float:
    """The score of a candidate with what its fields add."""
    score = candidate.score
    for found, least, most in ((fields.author, 0.12, 2.0), (fields.date, 0.2, 2.0), (fields.text, 0.2, 1.0)):
        score *= least + min(most, found[0].score) if found else least
    return score
