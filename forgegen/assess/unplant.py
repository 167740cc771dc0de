"""A failing page without the quirks that its failure does not need."""

from __future__ import annotations

from collections.abc import Callable

from forgegen.errors import UsageError
from forgegen.pages.page import Page

CALLS = 20
"""Most calls of a parser that this costs."""


def needed(page: Page, fails: Callable[[Page], bool], calls: int = CALLS) -> Page:
    """The page without the planted quirks without which it fails as well: each is left out once, the last first."""
    for name in reversed(page.planted):
        if calls <= 0:
            break
        calls -= 1
        other = without(page, name)
        if other is not None and fails(other):
            page = other
    return page


def without(page: Page, name: str) -> Page | None:
    """The page without one of its quirks, None where there is no such page of the thread then."""
    kept = [quirk for quirk in page.planted if quirk != name]
    try:
        return Page(page.source, page.skin, page.number, quirks=kept, **page.look._asdict())
    except UsageError:
        return None
