"""What stands on a saved page: its posts with their fields, and the opening post where that stands apart."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from forgegen.adopt.field_search import find_fields
from forgegen.adopt.post_parts import Fields, posts_of
from forgegen.adopt.repeats import Candidate, Dates, candidates
from forgegen.adopt.saved_tree import PageElement, SavedTree

SURE = 99.0
"""The score of what a user says."""

_SECOND = 10  # candidates that are scored again with their fields


class Discovery(NamedTuple):
    """A candidate with its fields."""

    candidate: Candidate
    fields: Fields
    score: float

    @property
    def number(self) -> int:
        """How many posts."""
        return len(self.candidate.regions)


class Places:
    """The places that the posts take on the page."""

    def __init__(self, finding: Discovery) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        for region in finding.candidate.regions:
            if not self.ends or region.start >= self.ends[-1]:
                self.starts.append(region.start)
                self.ends.append(region.end)

    def hold(self, place: int) -> bool:
        """Whether a place is within a post."""
        at = bisect_right(self.starts, place) - 1
        return at >= 0 and place < self.ends[at]

    def below(self, node: PageElement) -> bool:
        """Whether a post begins below an element."""
        at = bisect_right(self.starts, node.start)
        return at < len(self.starts) and self.starts[at] < node.end


def find_posts(tree: SavedTree) -> list[Discovery]:
    """The best candidates with their fields, best first; none where no elements hold dates."""
    dates = Dates(tree)
    found = []
    for candidate in candidates(tree, dates)[:_SECOND]:
        fields = find_fields(posts_of(candidate.regions, nested=candidate.nested))
        found.append(Discovery(candidate, fields, _again(candidate, fields)))
    return sorted(found, key=lambda f: (-f.score, len(f.candidate.css), f.candidate.css))


def _again(candidate: Candidate, fields: Fields) -> float:
    """The score of a candidate with what its fields add."""
    score = candidate.score
    for found, least, most in ((fields.author, 0.12, 2.0), (fields.date, 0.2, 2.0), (fields.text, 0.2, 1.0)):
        score *= least + min(most, found[0].score) if found else least
    return score
