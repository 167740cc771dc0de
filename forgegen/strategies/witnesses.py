"""Pages that have a certain quirk, by construction: its witness, or a drawn page in which it is planted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from forgegen.assess.untraced import Untraced
from forgegen.errors import check_name
from forgegen.pages.page import Page
from forgegen.pages.witness import witness_of
from forgegen.quirks.quirk import RANKS, Quirk, Readers
from forgegen.skins.loading import load_skin
from forgegen.strategies.domain import Domain
from forgegen.strategies.drawn_pages import PageManner, draw_options, ready, tell
from forgegen.strategies.drawn_threads import threads_of


@st.composite
def pages_having(draw: st.DrawFn, quirk: Quirk, manner: PageManner) -> Page:
    """Pages on which the quirk is detected; they shrink to its witness."""
    with Untraced() as untraced:
        page = _drawn(draw, quirk, manner)
        if untraced.is_needed:
            ready(page)
        return page


def _drawn(draw: st.DrawFn, quirk: Quirk, manner: PageManner) -> Page:
    options = draw_options(draw, manner)
    page = witness_of(quirk, **options)
    for name in ("data", "encoding"):
        if not quirk.detect(page):  # what was drawn gives no occasion; the witness's own does
            options.pop(name, None)
            page = witness_of(quirk, **options)
    options["data"] = page.look.data
    if draw(st.booleans()):
        drawn = Page(draw(threads_of(Domain(readers=quirk.readers))), **options, quirks=(quirk.name,))
        found = [p for n in {1, drawn.pages} if quirk.detect(p := drawn if n == 1 else drawn.turned_to(n))]
        page = found[0] if found else page
    tell(page, [page])
    return page


def skins_with(quirk: Quirk, skins: tuple[str, ...], templates: tuple[str, ...]) -> tuple[str, ...]:
    """The skins whose witness has the quirk: not every skin gives occasion."""
    return tuple(s for s in skins if quirk.detect(witness_of(quirk, skin=s, templates=templates)))


def witnesses(quirks: tuple[Quirk, ...], readers: Readers, skin: str, templates: tuple[str, ...]) -> list[Any]:
    """The (name, page) pairs of the quirks that ask no more of readers, where the skin gives occasion."""
    check_name("readers", readers, RANKS)
    load_skin(skin, templates)
    pages = ((q, witness_of(q, skin=skin, templates=templates)) for q in quirks if RANKS[q.readers] <= RANKS[readers])
    return [(q.name, page) for q, page in pages if q.detect(page)]


def parametrized(pages: list[Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A pytest decorator: one test a page, called by the quirk's name, with the argument ``page``."""
    import pytest

    return pytest.mark.parametrize("page", [pytest.param(page, id=name) for name, page in pages])
