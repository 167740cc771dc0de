"""Pages: a drawn thread in a drawn skin, with quirks planted, and what is told of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from hypothesis import event, note
from hypothesis import strategies as st

from forgegen.drawing.domain import Domain
from forgegen.drawing.threads import threads_of
from forgegen.model.thread import Thread
from forgegen.rendering.context import page_count
from forgegen.rendering.page import Page
from forgegen.rendering.skins import load_skin, skin_names

NOISES = ("none", "none", "none", "usual")
DATAS = ("none", "google", "seen")
MOST_PLANTED = 8
PLANTED_FLOORS = (0, 0, 0, 3)


class Manner(NamedTuple):
    """How pages are to look: skins and encodings by name, folders of templates."""

    skins: tuple[str, ...]
    encodings: tuple[str, ...] | None = None
    templates: tuple[str, ...] = ()


def plainest_first(names: Iterable[str]) -> tuple[str, ...]:
    """Names of skins in the order in which pages shrink: the reference skin first."""
    return tuple(sorted(names, key=lambda name: (name != "plain", name != "reference", name)))


def encodings_of(skin: str, templates: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The encodings that a skin has, its own first."""
    found = load_skin(skin, templates)
    return tuple(getattr(found, "encodings", None) or (found.encoding,))


@lru_cache(maxsize=64)
def pages_of(
    domain: Domain, manner: Manner, threads: st.SearchStrategy[Thread] | None = None
) -> st.SearchStrategy[Page]:
    """Pages of a domain in a manner."""
    return _pages(threads if threads is not None else threads_of(domain), planted(domain), manner)


@lru_cache(maxsize=64)
def planted(domain: Domain) -> st.SearchStrategy[tuple[str, ...]]:
    """Names of quirks to plant."""
    names = [quirk.name for quirk in domain.plantable()]
    if not names:
        return st.just(())
    most = min(MOST_PLANTED, len(names))
    lists = [
        st.lists(st.sampled_from(names), unique=True, min_size=min(floor, most), max_size=most).map(tuple)
        for floor in dict.fromkeys(PLANTED_FLOORS)
    ]
    return st.one_of(lists)


@st.composite
def _pages(
    draw: st.DrawFn, threads: st.SearchStrategy[Thread], quirks: st.SearchStrategy[tuple[str, ...]], manner: Manner
) -> Page:
    thread = draw(threads)
    page = Page(thread, **draw_options(draw, manner), quirks=draw(quirks))
    count = page_count(page.thread, load_skin(page.skin, manner.templates))
    if count > 1:
        page = page.turned_to(draw(st.integers(1, count)))
    tell(page)
    return page


def draw_options(draw: st.DrawFn, manner: Manner) -> dict[str, Any]:
    """Options of ``Page``; the skin's templates are made ready here, where no deadline counts."""
    skin = draw(st.sampled_from(manner.skins))
    own = encodings_of(skin, manner.templates)
    encodings = [name for name in own if manner.encodings is None or name in manner.encodings]
    encoding = draw(st.sampled_from(encodings)) if len(encodings) > 1 else encodings[0]
    options = {"skin": skin, "noise": draw(st.sampled_from(NOISES)), "data": draw(st.sampled_from(DATAS))}
    if encoding != own[0]:
        options["encoding"] = encoding
    if manner.templates:
        options["templates"] = manner.templates
    return options


class _Labels:
    """Names of a page's quirks, found when they are printed."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def __repr__(self) -> str:
        return f"forgegen quirks: {', '.join(self.page.quirks) or 'none'}"


def tell(page: Page) -> None:
    """Tell Hypothesis the page's quirks: an event each, and one note that is printed with a failure."""
    note(_Labels(page))
    if os.environ.get("FORGEGEN_EVENTS") != "0":
        for name in page.quirks:
            event(f"forgegen:{name}")


def skins_known(templates: tuple[str, ...]) -> tuple[str, ...]:
    """All skins, plainest first."""
    return plainest_first(skin_names(templates))
