"""Bugs: findings on their smallest pages, and which findings have one cause.

Findings have one cause where they are raised at one place of the parser; where one label explains them, in values that
are written alike; where they vanish together from the page without its odd value, or without the quirk that both need.
"""

from __future__ import annotations

import msgspec

from forgegen.assess.causes import ORDINARY, Causes, causes
from forgegen.assess.hunt_findings import Finding
from forgegen.pages.page import Page
from forgegen.quirks.define import PLAIN_THREAD

_ALIKE = (
    {"text", "quote", "author", "page.title", "page.paragraphs", "page.author", "page.board"},
    {"date", "page.published", "page.last_reply"},
    {"replies", "likes", "page.views", "page.comment_count"},
    {"floor", "parent_floor"},
    {"posts", "order", "parent", "role"},
)
"""Fields whose values are written alike, so that a label of one is a label of another."""


class Bug(msgspec.Struct, frozen=True):
    """A finding on the smallest page that Hypothesis made of it.

    - ``quirks``: the labels of that page, those that explain the finding first; ``also``: further fields in which the
      same cause was met
    - ``steady``: False where the parser answered the same page in different ways; ``shrunk``: False where the time or
      the pages for shrinking ran out
    - ``label``: the label that explains it, empty where none does; ``always``: whether it fails on the plain page too;
      ``often``: whether it was shrunk again and again
    - ``with_it``: fields and kinds that were wrong on this page, and are not on the plain page
    """

    finding: Finding
    page: Page
    quirks: tuple[str, ...] = ()
    steady: bool = True
    shrunk: bool = True
    also: tuple[str, ...] = ()
    label: str = ""
    always: bool = False
    often: bool = False
    with_it: frozenset[tuple[str, str]] = frozenset()

    def covers(self, finding: Finding, page: Page) -> bool:
        """Whether a finding on a page is this bug again."""
        if finding.place or self.finding.place:
            return finding.place == self.finding.place
        if _end_otherwise(finding, self.finding):
            return False
        if self.always or not self.steady:
            return finding.field == self.finding.field
        same = finding.key == self.finding.key
        if self.often and same:
            return True
        if self.is_read_like(finding):
            return True
        if not self.label:
            return same and (self.finding.difference is None or not specific(explaining(finding, page).likely))
        if self.label in page.planted and finding.key in (self.finding.key, *self.with_it):
            return True
        if _alike(finding.field, self.finding.field):
            return self.label in explaining(finding, page).likely
        return finding.key in self.with_it and self.label in page.quirks

    def is_one_with(self, other: Bug) -> bool:
        """Whether two bugs have one cause, as their smallest pages show."""
        mine, theirs = self.finding, other.finding
        if mine.place or theirs.place:
            return mine.place == theirs.place
        if _end_otherwise(mine, theirs):
            return False
        if mine.key == theirs.key and self.page == other.page:
            return True
        if self.always or other.always:
            return self.always and other.always and mine.field == theirs.field
        if set(self.page.planted) & set(other.page.planted):
            return True
        if self.is_read_like(theirs) or other.is_read_like(mine):
            return True
        if not self.label or not other.label:
            return mine.key == theirs.key and self.label == other.label
        if _alike(mine.field, theirs.field) and (
            self.label in explaining(theirs, other.page).likely or other.label in explaining(mine, self.page).likely
        ):
            return True
        return (theirs.key in self.with_it and self.label in other.quirks) or (
            mine.key in other.with_it and other.label in self.quirks
        )

    def is_unlabelled(self, finding: Finding) -> bool:
        """Whether a finding is of this kind, and this bug has no label: then the page without odd values tells."""
        return not self.label and not finding.place and finding.key == self.finding.key

    def is_read_like(self, finding: Finding) -> bool:
        """Whether a finding is of an ordinary value that was read wrongly in the same way, in a field that is alike: no
        label tells its cause, but the answer does."""
        how = way_of(self.finding)
        return not self.label and bool(how) and how == way_of(finding) and _alike(finding.field, self.finding.field)


def _end_otherwise(one: Finding, other: Finding) -> bool:
    """Whether there is no answer to one page, and to the other one, or none for another reason: a death is no hang."""
    return "parser" in (one.field, other.field) and one.key != other.key


def way_of(finding: Finding) -> str:
    """How what was found comes of what was expected: ``begin`` or ``end`` of it, ``more``, other letters (``case``), or
    other white space (``space``); empty where neither.

    >>> from forgegen.assess.compare import Difference
    >>> cut = Difference("views", "wrong", None, None, "1234 (shown as '1,234')", "1", "views")
    >>> way_of(Finding("views", "wrong", "", cut))
    'begin'
    """
    if finding.difference is None:
        return ""
    expected = finding.difference.expected.partition(" (shown as ")[0].strip("'\"")
    found = finding.difference.found.strip("'\"")
    if not found or "nothing" in (expected, found):
        return ""
    ways = {
        "space": "".join(expected.split()) == "".join(found.split()),
        "case": expected.casefold() == found.casefold(),
        "begin": expected.startswith(found),
        "end": expected.endswith(found),
        "more": expected in found,
    }
    return next((way for way, holds in ways.items() if holds), "")


def explained(bug: Bug, plain: frozenset[str], here: frozenset[tuple[str, str]]) -> Bug:
    """The bug with its labels; ``plain`` are the fields that are wrong on the plain page, ``here`` the fields and kinds
    that are wrong on this one."""
    found = explaining(bug.finding, bug.page)
    return msgspec.structs.replace(
        bug,
        quirks=(*found.likely, *found.others),
        label=next(iter(specific(found.likely)), ""),
        always=bug.finding.field in plain,
        with_it=frozenset(key for key in here if key[0] not in plain) if bug.shrunk else frozenset(),
    )


def explaining(finding: Finding, page: Page) -> Causes:
    """The labels that explain a finding, and the others of the page."""
    return causes(page, () if finding.difference is None else (finding.difference,))


def plain_twin(page: Page) -> Page:
    """A page of as many posts, as deep and in the same skin, with nothing odd in them or planted."""
    plain = PLAIN_THREAD.posts[0]
    posts = tuple(
        msgspec.structs.replace(plain, depth=post.depth, text=f"{plain.text} {n}" if n > 1 else plain.text)
        for n, post in enumerate(page.thread.posts, 1)
    )
    return Page(msgspec.structs.replace(PLAIN_THREAD, posts=posts), page.skin, **page.look._asdict())


def specific(labels: tuple[str, ...]) -> tuple[str, ...]:
    """The labels without those that most plain pages have."""
    return tuple(name for name in labels if name not in ORDINARY)


def _alike(one: str, other: str) -> bool:
    return one == other or any(one in fields and other in fields for fields in _ALIKE)
