"""Quirks to plant in drawn pages: which of them, in which order, and where they have an occasion.

Hypothesis makes some five further examples of each that it draws, by copying what was drawn in one place to another. In
a run of a thousand pages that leaves too few independent ones to reach three hundred quirks, some of which show in few
skins only. So hostile pages of many skins are often small ones, in which nothing is drawn twice: nothing is copied.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec
from hypothesis import strategies as st

from forgegen.model.thread import Thread
from forgegen.pages.page import Page
from forgegen.pages.witness import witness_of
from forgegen.quirks.catalogue import QUIRKS
from forgegen.quirks.define import PLAIN_THREAD
from forgegen.rendering.look import Data, Look
from forgegen.strategies.coded_lists import some_of, strings_of

_CROWD = 8, 16  # least and most quirks on a small page
_IN_ONE_BLOCK = {"jsonld": (2, 3)}  # classes whose quirks stand in one place, where more of them destroy one another
_FEW = 3  # posts of a witness that are added to others
_DESTROY = {"jsonld.null", "jsonld.number", "jsonld.empty"}  # leave nothing of the block


def planted(names: tuple[str, ...], few: int, most: int) -> st.SearchStrategy[list[str]]:
    """None or some of these names of quirks; two of three times ``few`` or more, where the same may come twice.

    Those of which a page has a single place are drawn the less often.
    """
    common = [name for name in names if QUIRKS[name].klass not in _IN_ONE_BLOCK]
    return some_of([*names, *common * 2], few, most) if names else st.just([])


def crowds(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    """Some of these names, as often of one class as of any; of a class the more often the more quirks it has."""
    classes: dict[str, list[str]] = {}
    for name in names:
        classes.setdefault(QUIRKS[name].klass, []).append(name)
    sizes = [(found, _IN_ONE_BLOCK.get(klass, _CROWD)) for klass, found in classes.items()]
    shares = [(found, size) for found, size in sizes for _ in range(len(found) // size[0])]
    pools = [(list(names), _CROWD)] * max(1, len(shares) // 2) + shares
    # A crowd that is not needed whole is the next branch's before it, with the same letters.
    found = [strings_of(pool, least, most) for pool, (some, most) in pools for least in (0, some, some)]
    # Not ``one_of``: Hypothesis would copy its number to where the letters are.
    return st.sampled_from(range(len(found))).flatmap(found.__getitem__)


def ordered(names: list[str]) -> tuple[str, ...]:
    """The names, each once, in an order in which one leaves the next its occasion; the first keeps its own.

    Of JSON-LD, values are changed before the block is written so that it cannot be read, and its type is changed last.
    Of encodings, the last that is planted is the page's.
    """
    place = {name: n for n, name in enumerate(QUIRKS)}

    def late(name: str) -> tuple[int, int]:
        if QUIRKS[name].layer == "bytes":
            return int(name == names[0]), 0
        if not name.startswith("jsonld.") or name in _DESTROY:
            return 0, 0
        return 1 + name.startswith("jsonld.mime-"), -place[name]

    return tuple(sorted(dict.fromkeys(names), key=late))


def occasion(name: str, skins: tuple[str, ...], first: str, templates: tuple[str, ...]) -> tuple[str, Look] | None:
    """The first skin, from ``first`` on, in which the quirk's witness has it, and the witness's look; None: in none."""
    start = skins.index(first)
    for skin in skins[start:] + skins[:start]:
        look = _look(name, skin, templates)
        if look is not None:
            return skin, look
    return None


@lru_cache(maxsize=8192)
def _look(name: str, skin: str, templates: tuple[str, ...]) -> Look | None:
    """How the quirk's witness looks in a skin, None where it has not the quirk."""
    witness = witness_of(QUIRKS[name], skin=skin, templates=templates)
    return witness.look if QUIRKS[name].detect(witness) else None


def with_source_for(names: Iterable[str], thread: Thread) -> Thread:
    """The thread with the posts of the quirks' witnesses behind its own, if few, and the article of the first that has
    one: some quirks need certain texts."""
    sources = [_witness(name).source for name in names]
    posts = [s.posts for s in sources if len(s.posts) <= _FEW]
    more = dict.fromkeys(post for some in posts for post in some if post not in thread.posts)
    article = next((s.article for s in sources if s.article != PLAIN_THREAD.article), thread.article)
    return msgspec.structs.replace(thread, posts=(*thread.posts, *more), article=article)


def data_for(names: Iterable[str]) -> Data:
    """The structured data of the first of the quirks' witnesses that has any."""
    return next((data for name in names if (data := _witness(name).look.data) != "none"), "none")


@lru_cache(maxsize=1024)
def _witness(name: str) -> Page:
    return witness_of(QUIRKS[name])
