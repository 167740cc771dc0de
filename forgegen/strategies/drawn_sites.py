"""Sites: a thread on several pages, as a crawler meets it behind addresses."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from forgegen.assess.untraced import Untraced
from forgegen.model.thread import Thread
from forgegen.model.truth import Truth
from forgegen.pages.page import Page, render
from forgegen.quirks.catalogue import QUIRKS
from forgegen.skins.fitting import within
from forgegen.skins.loading import load_skin
from forgegen.strategies.domain import Domain
from forgegen.strategies.drawn_bodies import PLAIN_POST
from forgegen.strategies.drawn_pages import PageManner, draw_options, plantable, ready, sent_by, tell
from forgegen.strategies.drawn_threads import Options, threads_of
from forgegen.strategies.fields import either, sampled
from forgegen.strategies.planting import ordered, planted
from forgegen.strategies.post_rows import plain_text

_MORE_PAGES = (0, 0, 1, 2)
_MOST = 500  # posts a page: a skin that holds more does not part threads
_DRAWN = Options(max_size=24)  # posts; the further ones that pages need are plain, and cost no draw


class Site:
    """All pages of one thread. Options are those of ``forgegen.render``; the repr can be evaluated.

    ``pages`` gives a page by its address, ``start`` is the address of the first, ``truth`` the whole thread's.
    """

    def __init__(self, thread: Thread, skin: str = "reference", **options: Any) -> None:
        self.thread, self.skin, self.options = thread, skin, options

    @cached_property
    def pages(self) -> dict[str, Page]:
        """The pages by address, in order."""
        return {page.url: page for page in render(self.thread, self.skin, **self.options)}

    @property
    def start(self) -> str:
        """The address of the first page."""
        return next(iter(self.pages))

    @cached_property
    def truth(self) -> Truth:
        """What the pages together show."""
        return Truth.join(page.truth for page in self.pages.values())

    @cached_property
    def quirks(self) -> tuple[str, ...]:
        """Names of quirks detected on any of the pages, in the order of the registry."""
        found = {name for page in self.pages.values() for name in page.quirks}
        return tuple(name for name in QUIRKS if name in found)

    def __repr__(self) -> str:
        given = {"skin": self.skin, **self.options} if self.skin != "reference" else self.options
        options = "".join(f", {name}={value!r}" for name, value in given.items())
        return f"Site({self.thread!r}{options})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Site) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))


@lru_cache(maxsize=64)
def sites_of(domain: Domain, manner: PageManner, min_pages: int, max_pages: int | None) -> st.SearchStrategy[Site]:
    """Sites of that many pages.

    Raises: InvalidArgument where several are asked for of skins that do not part threads.
    """
    if min_pages > 1:
        parting = tuple(skin for skin in manner.skins if _parts(skin, manner))
        if not parting:
            raise InvalidArgument(f"min_pages={min_pages}, but {', '.join(manner.skins)} shows a thread on one page")
        manner = manner._replace(skins=parting)
    names = [q.name for q in QUIRKS.values() if q.layer == "site" and domain.has(q.name, q.readers)]
    of_site = sampled(names)
    pagination = either([st.just(()), None if of_site is None else st.tuples(of_site)])
    counts = [min_pages + more for more in _MORE_PAGES if max_pages is None or min_pages + more <= max_pages]
    quirks = st.tuples(planted(plantable(domain), 1, 2), pagination)
    return _sites(threads_of(domain, _DRAWN), quirks, st.sampled_from(counts), min_pages, max_pages, manner, domain)


@st.composite
def _sites(draw: st.DrawFn, *given: Any) -> Site:
    with Untraced() as untraced:
        site = _drawn_site(draw, *given)
        for page in site.pages.values() if untraced.is_needed else ():
            ready(page)
        return site


def _drawn_site(
    draw: st.DrawFn,
    threads: st.SearchStrategy[Thread],
    quirks: st.SearchStrategy[tuple[list[str], tuple[str, ...]]],
    counts: st.SearchStrategy[int],
    least: int,
    max_pages: int | None,
    manner: PageManner,
    domain: Domain,
) -> Site:
    thread, (single, whole) = draw(threads), draw(quirks)
    options = draw_options(draw, manner, single, aimed=True)
    count, full = draw(counts), draw(st.booleans())
    skin = load_skin(options["skin"], manner.templates)
    if domain.shapes == "engine":
        single = [name for name in single if name in domain.named or sent_by(name, skin.name, manner.templates)]
    names = (*ordered(single), *whole)
    per, opening = skin.posts_per_page, int(skin.kind == "forum")
    if per <= _MOST:
        count = max(count, -(-(len(thread.posts) + opening) // per))  # pages that it has in any case
        thread = _padded(thread, (count - 1) * per + (per if full else 1) - opening if count > 1 else 0)
    if max_pages is not None:
        thread = msgspec.structs.replace(thread, posts=thread.posts[: max_pages * per - opening])
    if domain.shapes == "engine":
        thread = within(thread, skin.limits, skin.kind, domain.left)
    site = Site(thread, **options, quirks=names) if names else Site(thread, **options)
    if not least <= len(site.pages) <= (max_pages or len(site.pages)):
        site = Site(thread, **options)  # what was planted added posts, or took them away
    shown = list(site.pages.values())
    tell(site, shown[:1] + shown[1:][-1:])
    return site


def _parts(skin: str, manner: PageManner) -> bool:
    """Whether a skin parts threads."""
    return load_skin(skin, manner.templates).posts_per_page <= _MOST


def _padded(thread: Thread, size: int) -> Thread:
    """The thread with plain posts behind its own, up to that many."""
    more = [msgspec.structs.replace(PLAIN_POST, text=plain_text(n)) for n in range(len(thread.posts), size)]
    return msgspec.structs.replace(thread, posts=(*thread.posts, *more)) if more else thread
