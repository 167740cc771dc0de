"""Hypothesis strategies for forum threads and pages that break parsers, and what a failing test needs beside them.

Values shrink to the ordinary: one page of the plainest skin, posts that say "ok", nothing odd that the failure does not
need. Wrong arguments fail when a value is drawn, with ``InvalidArgument``. Every drawn page tells Hypothesis its
quirks: a note with the failure and, with ``--hypothesis-show-statistics``, observability or ``FORGEGEN_EVENTS=1``, an
event each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from forgegen.errors import UnknownName, check_type, folder_names
from forgegen.model.bodies import Block
from forgegen.model.thread import Thread
from forgegen.pages.page import Page
from forgegen.quirks.catalogue import QUIRKS, quirks_named
from forgegen.quirks.quirk import Readers
from forgegen.skins.settings import Given, as_settings
from forgegen.strategies.body_trees import body_trees
from forgegen.strategies.date_cases import OBSERVED, date_displays
from forgegen.strategies.domain import a_range, a_size, a_strategy, domain_of, known, one_quirk
from forgegen.strategies.drawn_pages import (
    PageManner,
    a_noise,
    encodings_of,
    on_boards,
    pages_of,
    plainest_first,
    skins_known,
    warmed,
)
from forgegen.strategies.drawn_sites import Site, sites_of
from forgegen.strategies.drawn_threads import Options, fitting_threads
from forgegen.strategies.encoding_cases import ENCODING_CASES
from forgegen.strategies.json_ld_cases import JSON_LD_FURTHER, JSON_LD_SHAPES, MICRODATA_SHAPES
from forgegen.strategies.pieces import Shown, shown_from
from forgegen.strategies.text_cases import count_displays, floor_displays, name_displays, text_runs
from forgegen.strategies.tree_cases import tree_threads
from forgegen.strategies.witnesses import pages_having, parametrized, skins_with, witnesses

if TYPE_CHECKING:
    from forgegen.assess.check import check

__all__ = [
    "OBSERVED",
    "Shown",
    "Site",
    "bodies",
    "check",
    "counts",
    "dates",
    "each_quirk",
    "encodings",
    "floors",
    "json_ld_shapes",
    "microdata_shapes",
    "names",
    "pages",
    "pages_with",
    "post_texts",
    "sites",
    "threads",
    "tree_shapes",
]


def __getattr__(name: str) -> Any:
    if name == "check":
        from forgegen.assess.check import check

        return check
    raise AttributeError(f"module 'forgegen.strategies' has no attribute {name!r}")


def threads(
    *,
    min_size: int = 0,
    max_size: int | None = None,
    max_depth: int | None = None,
    texts: st.SearchStrategy[Any] | None = None,
    authors: st.SearchStrategy[Any] | None = None,
    times: st.SearchStrategy[Any] | None = None,
    quirks: Iterable[str] | None = None,
    exclude_quirks: Iterable[str] = (),
    shapes: str = "engine",
) -> st.SearchStrategy[Thread]:
    """Threads of ``min_size`` to ``max_size`` posts, no deeper than ``max_depth`` (1: answers to the article only).

    ``texts`` gives the posts' texts, ``authors`` Authors, names or None, ``times`` seconds since 1970, datetimes with a
    zone or None; each in place of ours. ``quirks`` are names or classes of quirks: only these may be drawn.
    ``exclude_quirks`` are left out. ``shapes`` is ``engine``: threads that every engine could hold, or ``any``.

    Shrinks towards few, shallow, plain posts by "al" at 21:15 that say "ok".
    """

    def build() -> st.SearchStrategy[Thread]:
        domain = domain_of(quirks, exclude_quirks, shapes=shapes)
        return fitting_threads(domain, _options(min_size, max_size, max_depth, texts, authors, times))

    return st.deferred(build)


def _options(min_size: Any, max_size: Any, max_depth: Any, texts: Any, authors: Any, times: Any) -> Options:
    least, most = a_range(min_size, max_size, ("min_size", "max_size"), 0)
    depth = None if max_depth is None else a_size(max_depth, "max_depth", 1)
    return Options(
        least, most, depth, a_strategy(texts, "texts"), a_strategy(authors, "authors"), a_strategy(times, "times")
    )


def pages(
    threads: st.SearchStrategy[Thread] | None = None,
    *,
    skins: Iterable[str] | None = None,
    readers: str = "portable",
    quirks: Iterable[str] | None = None,
    exclude_quirks: Iterable[str] = (),
    encodings: Iterable[str] | None = None,
    noise: str | None = None,
    ui: str | None = None,
    settings: Given | None = None,
    shapes: str = "engine",
    templates: Iterable[str | Path] = (),
    trust: bool = False,
) -> st.SearchStrategy[Page]:
    """Pages of ``threads`` (a strategy; None: ours) in one of ``skins`` (None: all, and those in ``templates``).

    ``readers`` is who must be able to read the truth back: ``portable`` every common parser, ``html5`` those that
    follow the HTML standard, ``hostile`` nobody: the parser must survive. ``quirks`` are names or classes: only these
    may be drawn or planted. ``encodings`` are names; skins that have none of them are left out. ``noise`` is how much
    stands round the posts of all pages (None: ``usual`` on a third of them, else ``none``), ``ui`` the language of the
    furniture (None: the skin's), ``settings`` what the boards' administrators chose, values by name; without ``skins``
    those that do not have this language, or these settings, are left out. ``shapes`` is ``engine``: pages that the
    skin's engine could have sent, or ``any``: and what the catalogue has beside these. ``trust``
    renders the skins of ``templates`` without bounds, as ``Page`` does.

    Shrinks towards a plain thread in the plainest skin, nothing planted, no boilerplate.
    """

    def build() -> st.SearchStrategy[Page]:
        domain, manner = domain_of(quirks, exclude_quirks, readers, shapes), _manner(skins, encodings, templates, trust)
        check_type("ui", ui, (str, type(None)), "a language of the furniture, as 'en'")
        if settings or ui is not None:
            manner = on_boards(manner, as_settings(settings or ()), ui, named=skins is not None)
        manner = manner._replace(noise=None if noise is None else a_noise(noise))
        return pages_of(domain, warmed(manner), a_strategy(threads, "threads"))

    return st.deferred(build)


def _manner(
    skins: Iterable[str] | None, encodings: Iterable[str] | None, templates: Iterable[str | Path], trust: bool
) -> PageManner:
    """The manner that these arguments ask for.

    Raises: InvalidArgument.
    """
    folders = folder_names(templates)
    check_type("trust", trust, bool, "True or False")
    every = skins_known(folders)

    def named(kind: str, names: Iterable[str]) -> Any:
        def look_up(found: tuple[str, ...]) -> tuple[str, ...]:
            for name in found:
                if name not in names:
                    raise UnknownName(kind, name, sorted(names))
            if not found:
                raise InvalidArgument(f"{kind}s is empty; right would be None for all of them")
            return found

        return look_up

    asked = every if skins is None else plainest_first(known(skins, "skins", named("skin", every)))
    if encodings is None:
        return PageManner(asked, None, folders, trust=trust)
    by_skin = {skin: encodings_of(skin, folders) for skin in asked}
    wanted = known(encodings, "encodings", named("encoding", {e for found in by_skin.values() for e in found}))
    return PageManner(
        tuple(s for s, found in by_skin.items() if set(found) & set(wanted)), wanted, folders, trust=trust
    )


def sites(
    *,
    min_pages: int = 1,
    max_pages: int | None = None,
    skins: Iterable[str] | None = None,
    readers: str = "portable",
    quirks: Iterable[str] | None = None,
    exclude_quirks: Iterable[str] = (),
    shapes: str = "engine",
    templates: Iterable[str | Path] = (),
    trust: bool = False,
) -> st.SearchStrategy[Site]:
    """Threads on ``min_pages`` to ``max_pages`` pages: ``.pages`` by address, ``.start``, ``.truth`` of the whole.

    Besides the quirks of pages they have those of pagination. The other arguments are those of ``pages``.

    Shrinks towards as few pages of plain posts as ``min_pages`` allows.
    """

    def build() -> st.SearchStrategy[Site]:
        least, most = a_range(min_pages, max_pages, ("min_pages", "max_pages"), 1)
        return sites_of(
            domain_of(quirks, exclude_quirks, readers, shapes),
            warmed(_manner(skins, None, templates, trust)),
            least,
            most,
        )

    return st.deferred(build)


def pages_with(
    quirk: str, *, skins: Iterable[str] | None = None, templates: Iterable[str | Path] = (), trust: bool = False
) -> st.SearchStrategy[Page]:
    """Pages that have this quirk, in the skins that give occasion to it.

    Shrinks towards the quirk's witness.
    """

    def build() -> st.SearchStrategy[Page]:
        found = one_quirk(quirk)
        manner = _manner(skins, None, templates, trust)
        with_it = skins_with(found, manner.skins, manner.templates)
        if not with_it:
            raise InvalidArgument(f"none of the skins {', '.join(manner.skins)} gives occasion to {quirk!r}")
        return pages_having(found, warmed(manner._replace(skins=with_it)))

    return st.deferred(build)


def each_quirk(
    klass: str | None = None,
    *,
    readers: Readers = "portable",
    skin: str = "reference",
    templates: Iterable[str | Path] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A pytest decorator: one test for each quirk of a class (None: all), with its witness as argument ``page``.

    ``readers`` leaves out the quirks that ask more of readers. Quirks to which the skin gives no occasion are left out.

    Raises: UnknownName for a class or skin.
    """
    quirks = quirks_named(tuple(QUIRKS) if klass is None else (klass,))
    return parametrized(witnesses(quirks, readers, skin, folder_names(templates)))


def dates() -> st.SearchStrategy[Shown]:
    """Dates in all forms known: ``shown``, and ``value`` as ISO 8601, as far as the display tells.

    Relative dates and those without a year are told as seen at ``OBSERVED``. Shrinks towards ``2024-2-16 21:01``.
    """
    return st.deferred(date_displays)


def bodies() -> st.SearchStrategy[tuple[Block, ...]]:
    """Bodies of posts and articles: tuples of blocks (``forgegen.model.bodies``), for ``Post(body=...)``.

    Shrinks to a paragraph that says "ok".
    """
    return st.deferred(body_trees)


def counts() -> st.SearchStrategy[Shown]:
    """Counts in all forms; ``value`` is the number that the display tells, None where it tells none."""
    return st.deferred(count_displays)


def floors() -> st.SearchStrategy[Shown]:
    """Floors in all forms; ``value`` is the floor, None where none is shown."""
    return st.deferred(floor_displays)


def names() -> st.SearchStrategy[Shown]:
    """Authors' names as HTML; ``value`` is the name, None for an author who is gone."""
    return st.deferred(name_displays)


def post_texts(*, readers: str = "portable") -> st.SearchStrategy[Shown]:
    """Texts of posts as HTML, a ``br`` for each line break; ``value`` is the text, None where readers may differ."""
    return st.deferred(lambda: text_runs(domain_of(None, (), readers).readers))


def encodings() -> st.SearchStrategy[Shown]:
    """Small pages as bytes, with true, false and broken declarations; ``value`` is the text of the paragraph."""
    return shown_from(ENCODING_CASES)


def json_ld_shapes() -> st.SearchStrategy[Shown]:
    """Script elements with JSON-LD of a forum posting, whole and broken; ``value`` is what is to be found, or None."""
    return shown_from(JSON_LD_SHAPES + JSON_LD_FURTHER)


def microdata_shapes() -> st.SearchStrategy[Shown]:
    """Elements with microdata, whole and broken; ``value`` is what the first item tells, None where undefined."""
    return shown_from(MICRODATA_SHAPES)


def tree_shapes() -> st.SearchStrategy[Thread]:
    """Threads of shapes that break parsers, whatever they ask of readers: chains up to 3,000, stars, combs."""
    return st.deferred(tree_threads)
