"""Pages: a drawn thread in a drawn skin, with quirks planted, and what is told of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from hypothesis import currently_in_test_context, event, note
from hypothesis import strategies as st

from forgegen.drawing.body import known_bodies
from forgegen.drawing.domain import Domain
from forgegen.drawing.threads import threads_and_plants
from forgegen.model.thread import Thread
from forgegen.rendering.look import Noise
from forgegen.rendering.page import PLAIN_THREAD, Page
from forgegen.rendering.quirk import QUIRKS, Quirk
from forgegen.rendering.skins import load_skin, skin_names

NOISES: tuple[Noise, ...] = ("none", "none", "none", "none", "none", "usual")
DATAS = ("none", "google", "seen")
MOST_PLANTED = 14  # in pages of few posts: planting costs as much as the page is long
MOST_IN_LONG = 8
LONG = 24  # posts


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
    names = plantable(domain)
    given = st.tuples(threads, st.just([])) if threads is not None else threads_and_plants(domain, names)
    return _pages(given, planted(names, MOST_PLANTED if threads is not None else MOST_PLANTED // 2), manner, domain)


def planted(names: tuple[str, ...], most: int) -> st.SearchStrategy[list[str]]:
    """Some of these names of quirks."""
    # Not unique=True: there the second choice means another name once the first is gone, which holds up the shrinker.
    return st.lists(st.sampled_from(names), max_size=most) if names else st.just([])


@lru_cache(maxsize=64)
def plantable(domain: Domain) -> tuple[str, ...]:
    """Names of quirks that may be planted in single pages: all but those that the drawn posts have themselves."""
    drawn = {known.name for known in known_bodies()}
    return tuple(quirk.name for quirk in QUIRKS.values() if quirk.name not in drawn and _plantable(quirk, domain))


def _plantable(quirk: Quirk, domain: Domain) -> bool:
    """Whether a quirk may be planted in single pages."""
    if quirk.layer == "site" or quirk.plant is None or not domain.without.isdisjoint(quirk.implies):
        return False
    return domain.has(quirk.name, quirk.readers)


@st.composite
def _pages(
    draw: st.DrawFn,
    threads: st.SearchStrategy[tuple[Thread, list[str]]],
    planted: st.SearchStrategy[list[str]],
    manner: Manner,
    domain: Domain,
) -> Page:
    thread, plants = draw(threads)
    options = draw_options(draw, manner)
    quirks = dict.fromkeys(draw(planted) + plants)
    page = Page(thread, **options, quirks=tuple(quirks)[: MOST_IN_LONG if len(thread.posts) > LONG else MOST_PLANTED])
    if page.pages > 1:
        page = page.turned_to(draw(st.integers(1, page.pages)))
    if domain.without and not domain.without.isdisjoint(page.quirks):
        page = Page(PLAIN_THREAD, **options)  # several values together earned a label that none of them has
    tell(page, [page])
    return page


def draw_options(draw: st.DrawFn, manner: Manner) -> dict[str, Any]:
    """Options of ``Page``; the skin's templates are made ready here, where no deadline counts."""
    skin = draw(st.sampled_from(manner.skins))
    own = encodings_of(skin, manner.templates)
    encodings = [name for name in own if manner.encodings is None or name in manner.encodings]
    encoding = draw(st.sampled_from(encodings)) if len(encodings) > 1 else encodings[0]
    options: dict[str, Any] = {
        "skin": skin,
        "noise": draw(st.sampled_from(NOISES)),
        "data": draw(st.sampled_from(DATAS)),
    }
    if encoding != own[0]:
        options["encoding"] = encoding
    if manner.templates:
        options["templates"] = manner.templates
    _make_ready(skin, manner.templates)
    return options


@lru_cache(maxsize=256)
def _make_ready(skin: str, templates: tuple[str, ...]) -> None:
    """Load and compile what pages in a skin need: a test's deadline is not for that."""
    len(Page(PLAIN_THREAD, skin, noise="none", templates=templates).body)


def warmed(manner: Manner) -> Manner:
    """The manner, its skins made ready; within a test only the plainest, the others when they are drawn.

    Hypothesis makes strategies ready before it measures how long draws take.
    """
    for skin in manner.skins[:1] if currently_in_test_context() else manner.skins:
        _make_ready(skin, manner.templates)
    return manner


class Labelled(Protocol):
    """What has labels: a page or a site."""

    @property
    def quirks(self) -> tuple[str, ...]:
        """Names of the quirks detected."""


class _Labels:
    """Names of a page's quirks, found when they are printed."""

    def __init__(self, page: Labelled) -> None:
        self.page = page

    def __repr__(self) -> str:
        return f"forgegen quirks: {', '.join(self.page.quirks) or 'none'}"


def tell(drawn: Labelled, pages: Iterable[Labelled]) -> None:
    """Tell Hypothesis the quirks of what was drawn: an event each on these pages, and a note printed with a failure."""
    note(_Labels(drawn))
    if os.environ.get("FORGEGEN_EVENTS") != "0":
        for name in dict.fromkeys(name for page in pages for name in page.quirks):
            event(f"forgegen:{name}")


def skins_known(templates: tuple[str, ...]) -> tuple[str, ...]:
    """All skins, plainest first."""
    return plainest_first(skin_names(templates))
