"""Pages: a drawn thread in a drawn skin, with quirks planted, and what is told of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import msgspec
from hypothesis import currently_in_test_context, event, note
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from forgegen.assess.untraced import Untraced
from forgegen.errors import UnknownName, UsageError
from forgegen.model.thread import Thread
from forgegen.pages.page import Page
from forgegen.quirks.catalogue import LABELS, QUIRKS
from forgegen.quirks.define import PLAIN_THREAD
from forgegen.quirks.implausible import OF_OWN_TEMPLATES
from forgegen.quirks.quirk import Quirk
from forgegen.rendering.look import NOISES as NOISE_WORDS
from forgegen.rendering.look import Look, Noise
from forgegen.skins.fitting import within
from forgegen.skins.loading import board_settings, load_skin, skin_names
from forgegen.skins.settings import Settings
from forgegen.skins.skin import Skin
from forgegen.strategies.departures import MEASURES, nodes, planted_within, thread_within, with_nodes
from forgegen.strategies.domain import Domain
from forgegen.strategies.drawn_bodies import known_bodies
from forgegen.strategies.drawn_threads import threads_of
from forgegen.strategies.fields import either
from forgegen.strategies.planting import crowds, data_for, occasion, ordered, planted, with_source_for

NOISES: tuple[Noise, ...] = ("none", "none", "usual")
DATAS = ("none", "google", "seen")
FEW_PLANTED, MOST_PLANTED = 8, 14  # in pages of few posts: planting costs as much as the page is long
MOST_IN_LONG = 5
LONG = 24  # posts
SMALL = 4  # to one hostile page of any size, where there are several skins: see forgegen.strategies.planting


ONE_POST = msgspec.structs.replace(PLAIN_THREAD)  # a thread of its own: small pages are told by it
EMPTY = msgspec.structs.replace(PLAIN_THREAD, posts=())


class PageManner(NamedTuple):
    """How pages are to look: skins and encodings by name, folders of templates, and what is the same on all pages."""

    skins: tuple[str, ...]
    encodings: tuple[str, ...] | None = None
    templates: tuple[str, ...] = ()
    settings: Settings = ()
    noise: Noise | None = None
    ui: str | None = None
    trust: bool = False


def a_noise(word: object) -> Noise:
    """The argument, if it is an amount of noise.

    Raises: InvalidArgument.
    """
    for known in NOISE_WORDS:
        if word == known:
            return known
    raise InvalidArgument(str(UnknownName("noise", word, NOISE_WORDS)))


def on_boards(manner: PageManner, settings: Settings, ui: str | None = None, *, named: bool) -> PageManner:
    """The manner on boards with these settings and furniture in this language; of skins that nobody ``named`` those
    that have them.

    Raises: UnknownName and UsageError where a skin that was named, or every skin, does not have them.
    """
    skins = []
    mistake: UsageError | None = None
    for skin in manner.skins:
        try:
            if ui is not None:
                load_skin(skin, manner.templates, ui)
            board_settings(skin, manner.templates, ui, settings)
        except UsageError as e:
            if named:
                raise
            mistake = e if mistake is None or not settings or getattr(e, "name", None) != settings[0][0] else mistake
        else:
            skins.append(skin)
    if mistake is not None and not skins:
        raise mistake
    return manner._replace(skins=tuple(skins), settings=settings, ui=ui)


def plainest_first(names: Iterable[str]) -> tuple[str, ...]:
    """Names of skins in the order in which pages shrink: the reference skin first."""
    return tuple(sorted(names, key=lambda name: (name != "plain", name != "reference", name)))


def encodings_of(skin: str, templates: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The encodings that a skin has, its own first."""
    found = load_skin(skin, templates)
    return tuple(getattr(found, "encodings", None) or (found.encoding,))


@lru_cache(maxsize=64)
def pages_of(
    domain: Domain, manner: PageManner, threads: st.SearchStrategy[Thread] | None = None
) -> st.SearchStrategy[Page]:
    """Pages of a domain in a manner."""
    names = plantable(domain)
    drawn = threads_of(domain) if threads is None else threads
    given = st.tuples(drawn, planted(names, FEW_PLANTED, MOST_PLANTED))
    if threads is None and domain.readers == "hostile" and len(manner.skins) > 1 and names:
        given = either([given, *[st.tuples(st.just(ONE_POST), crowds(names))] * SMALL])
    return _pages(given, manner, domain, ours=threads is None)


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
def _pages(draw: st.DrawFn, *given: Any, **options: Any) -> Page:
    with Untraced() as untraced:
        page = _drawn_page(draw, *given, **options)
        if untraced.is_needed:
            ready(page)
        return page


def ready(page: Page) -> None:
    """Have a page make what a test asks of it, where nobody looks at the lines that this takes."""
    len(page.body), page.truth


def _drawn_page(
    draw: st.DrawFn,
    given: st.SearchStrategy[tuple[Thread, list[str]]],
    manner: PageManner,
    domain: Domain,
    *,
    ours: bool,
) -> Page:
    thread, names = draw(given)
    small, engine = thread is ONE_POST, domain.shapes == "engine"
    if engine and domain.only is None:
        measure = draw(st.sampled_from(MEASURES))
        names = planted_within(names, measure)
        thread = with_nodes(thread_within(thread, measure), draw(nodes(domain, measure))) if ours else thread
    if len(thread.posts) > LONG:
        names = names[:MOST_IN_LONG]
    if small and not names and domain.has("tree.empty"):
        thread = EMPTY  # what all pages shrink to
    aim = names[0] if small and names else None
    options = draw_options(draw, manner, names, aimed=small)
    skin = load_skin(options["skin"], manner.templates)
    if engine:
        names = [name for name in names if name in domain.named or sent_by(name, skin.name, manner.templates)]

    def planted_page(names: list[str]) -> Page:
        base = with_source_for(names, thread) if small else thread
        if engine and ours:
            base = within(base, skin.limits, skin.kind, domain.left)
        page = Page(base, **options, quirks=ordered(names))
        return _sent(page, skin, domain) if engine and ours else page

    page = planted_page(names)
    if aim is not None and aim in names and not QUIRKS[aim].detect(page):
        page = planted_page([aim])
    if page.pages > 1:
        page = page.turned_to(draw(st.sampled_from((1, page.pages)) | st.integers(1, page.pages)))
    if domain.without and not domain.without.isdisjoint(page.quirks):
        page = Page(PLAIN_THREAD, **options)  # several values together earned a label that none of them has
    tell(page, [page])
    return page


def _sent(page: Page, skin: Skin, domain: Domain) -> Page:
    """The page; where several quirks of threads together made it one that the engine would not send, it without."""
    if page.thread is page.source or within(page.thread, skin.limits, skin.kind, domain.left) == page.thread:
        return page
    kept = [name for name in page.planted if QUIRKS[name].layer != "thread"]
    return Page(page.source, page.skin, quirks=kept, **page.look._asdict())


@lru_cache(maxsize=8192)
def sent_by(name: str, skin_name: str, templates: tuple[str, ...]) -> bool:
    """Whether a skin's engine could send the quirk as it is planted in a plain thread."""
    quirk, skin = QUIRKS[name], load_skin(skin_name, templates)
    if quirk.layer != "thread" or quirk.plant is None:
        return quirk.plausible and not (skin.engine and name in OF_OWN_TEMPLATES)
    thread = quirk.on if isinstance(quirk.on, Thread) else quirk.on(skin)
    planted: Thread = quirk.plant(within(thread, skin.limits, skin.kind))
    return within(planted, skin.limits, skin.kind) == planted


def draw_options(
    draw: st.DrawFn, manner: PageManner, names: Sequence[str] = (), *, aimed: bool = False
) -> dict[str, Any]:
    """Options of ``Page``, with structured data if the quirks of these names want it; ``aimed``: with which the first
    of them has an occasion, if it has one in any of the skins.

    The skin's templates are made ready here, where no deadline counts.
    """
    skin = draw(st.sampled_from(manner.skins))
    found = occasion(names[0], manner.skins, skin, manner.templates) if aimed and names else None
    skin, look = found or (skin, Look(data=data_for(names)))
    own = encodings_of(skin, manner.templates)
    encodings = [name for name in own if manner.encodings is None or name in manner.encodings]
    encoding = draw(st.sampled_from(encodings)) if len(encodings) > 1 else encodings[0]
    options: dict[str, Any] = {
        "skin": skin,
        "noise": draw(st.sampled_from(NOISES)) if manner.noise is None else manner.noise,
        "data": draw(st.sampled_from(DATAS)),
    }
    if options["data"] == "none":
        options["data"] = look.data
    if encoding != own[0]:
        options["encoding"] = encoding
    if manner.templates:
        options["templates"] = manner.templates
        if manner.trust:
            options["trust"] = True
    if manner.settings:
        options["settings"] = manner.settings
    if manner.ui is not None:
        options["ui"] = manner.ui
    _make_ready(skin, manner.templates, manner.trust)
    return options


@lru_cache(maxsize=256)
def _make_ready(skin: str, templates: tuple[str, ...], trust: bool = False) -> None:
    """Load and compile what pages in a skin need: a test's deadline is not for that."""
    len(Page(PLAIN_THREAD, skin, noise="none", templates=templates, trust=trust).body)


def warmed(manner: PageManner) -> PageManner:
    """The manner, its skins made ready; within a test only the plainest, the others when they are drawn.

    Hypothesis makes strategies ready before it measures how long draws take.
    """
    for skin in manner.skins[:1] if currently_in_test_context() else manner.skins:
        _make_ready(skin, manner.templates, manner.trust)
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
        return f"{LABELS}{', '.join(self.page.quirks) or 'none'}"


_OBSERVED = tuple(f"HYPOTHESIS_EXPERIMENTAL_OBSERVABILITY{more}" for more in ("", "_NOCOVER"))


def events_are_read() -> bool:
    """Whether somebody reads events: Hypothesis' observability or, as our pytest plugin says, its statistics.

    Labels cost as much as a page. ``FORGEGEN_EVENTS=1`` asks for events, ``0`` mutes them.
    """
    asked = os.environ.get("FORGEGEN_EVENTS")
    return asked != "0" if asked else any(name in os.environ for name in _OBSERVED)


def tell(drawn: Labelled, pages: Iterable[Labelled]) -> None:
    """Tell Hypothesis the quirks of what was drawn: a note, which looks for them when it is printed with a failure,
    and, where somebody reads them, an event each on these pages."""
    note(_Labels(drawn))
    if events_are_read():
        for name in dict.fromkeys(name for page in pages for name in page.quirks):
            event(f"forgegen:{name}")


def skins_known(templates: tuple[str, ...]) -> tuple[str, ...]:
    """All skins, plainest first."""
    return plainest_first(skin_names(templates))
