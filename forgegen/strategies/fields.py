"""Strategies for the fields of a post: each plain, from a pool of odd values, or wide, as the domain allows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any

import msgspec
from hypothesis import strategies as st

import forgegen.strategies.value_pools as pools
from forgegen.forms.date_forms import FORMS
from forgegen.forms.number_forms import COUNTS, FLOORS
from forgegen.model.thread import Author, Odd
from forgegen.strategies.coded_lists import strings_of
from forgegen.strategies.domain import Domain
from forgegen.strategies.drawn_bodies import PLAIN, Body, known_bodies, labels_of

Strategy = st.SearchStrategy[Any]
_CONTROLS = ("\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\x01", "\ufffe", "\uffff")


@lru_cache(maxsize=2)
def alphabet(hostile: bool) -> st.SearchStrategy[str]:
    """Characters that every common reader gives back; hostile: and controls, which none promises to."""
    safe = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"), include_characters="\n\t")
    return safe | st.sampled_from(_CONTROLS) if hostile else safe


def either(branches: Iterable[Strategy | None]) -> Strategy:
    """One of these branches with equal shares, the first of them the plainest; branches that are None are left out.

    ``one_of`` puts the branches of a union within it, mapped or not, beside its own, and takes a branch that is there
    twice once; what is built of one, each by a function of its own, stays one.
    """
    kept = [branch for branch in branches if branch is not None]
    return kept[0] if len(kept) == 1 else st.one_of([st.builds(partial(_same), branch) for branch in kept])


def _same(value: Any) -> Any:
    return value


def sampled(values: Iterable[Any]) -> Strategy | None:
    """One of these, or None where there are none."""
    kept = list(values)
    return st.sampled_from(kept) if kept else None


def allowed(domain: Domain, field: str, values: Iterable[Any]) -> list[Any]:
    """The values of a field of posts that the domain allows, by the labels that a page with them has."""
    if domain.free:  # what no engine of these would keep is brought within its limits afterwards
        return list(values)
    return [value for value in values if domain.allows(labels_of(PLAIN._replace(**{field: value})))]


def allowed_forms(domain: Domain, field: str, forms: Iterable[str]) -> list[str]:
    """The names of forms that the domain allows for a field of ``Odd``; numbers are large, so that they show."""
    if domain.free:
        return list(forms) if domain.shapes == "any" else []
    body = PLAIN._replace(likes=12_345)
    return [
        form
        for form in forms
        if domain.allows(labels_of(body._replace(odd=msgspec.structs.replace(Odd(), **{field: form}))))
    ]


def known(domain: Domain) -> list[Body]:
    """What quirks of the registry make of a plain post, where the domain has them."""
    found = [k.body for k in known_bodies() if domain.has(k.name, k.readers)]
    return [body for body in found if domain.without.isdisjoint(labels_of(body))] if domain.without else found


def _known_values(domain: Domain, field: str) -> list[Any]:
    """Values of a field that quirks of the registry know."""
    plain = getattr(PLAIN, field)
    return list(dict.fromkeys(v for body in known(domain) if (v := getattr(body, field)) != plain))


def _known_quotes(domain: Domain) -> list[str]:
    """Quotations that quirks of the registry know."""
    quotes = [body.odd.quote for body in known(domain) if body.odd is not None]
    return list(dict.fromkeys(quote for quote in quotes if isinstance(quote, str)))


@lru_cache(maxsize=256)
def odd_texts(domain: Domain) -> Strategy | None:
    """Texts that are not plain, or None where there are none to draw: one of a pool, several joined, or any."""
    pool = text_pool(domain)
    if not domain.wide(*_SEEN_IN_TEXTS):
        return sampled(pool)
    joints = joined_strings(pool, 7)
    return either([st.sampled_from(pool), joints, joints, wide_texts(domain)])


@lru_cache(maxsize=256)
def text_pool(domain: Domain) -> list[str]:
    """Texts that are not plain: those that break parsers, what people type, and those of quirks."""
    return list(dict.fromkeys(odd_text_pool(domain) + allowed(domain, "text", pools.TYPED)))


@lru_cache(maxsize=256)
def odd_text_pool(domain: Domain) -> list[str]:
    """Texts that break parsers, and those of quirks."""
    pool = allowed(domain, "text", pools.TEXTS + (pools.CONTROLS if domain.controls else ()))
    return list(dict.fromkeys(pool + _known_values(domain, "text")))


def joined_strings(strings: list[str], most: int) -> st.SearchStrategy[str]:
    """Two to ``most`` of these strings, joined."""
    return st.builds("".join, strings_of(strings, 2, most))


_SEEN_IN_TEXTS = ("text", "floor", "count", "evasion", "inject")


@lru_cache(maxsize=256)
def odd_authors(domain: Domain) -> Strategy | None:
    """Authors that are not plain; None is one who is gone."""
    pool = _author_pool(domain)
    if not domain.wide("author"):
        return sampled(pool)
    return either([st.sampled_from(pool), _joined_authors(domain), _any_author()])


def _joined_authors(domain: Domain) -> Strategy:
    names = [person.name for person in _author_pool(domain) if person is not None]
    return st.builds(Author, joined_strings(names, 3), st.sampled_from(pools.AVATARS))


def _author_pool(domain: Domain) -> list[Any]:
    people = [None if name is None else Author(name, "A") for name in pools.NAMES]
    people += [Author("al"), Author("al", "B")]
    return list(dict.fromkeys(allowed(domain, "author", people) + _known_values(domain, "author")))


@lru_cache(maxsize=1)
def _any_author() -> Strategy:
    letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"))
    return _author(st.text(letters, min_size=1, max_size=12), st.sampled_from(pools.AVATARS))


@st.composite
def _author(draw: st.DrawFn, names: st.SearchStrategy[str], avatars: st.SearchStrategy[str | None]) -> Author:
    return Author(draw(names), draw(avatars))


def time_pool(domain: Domain) -> list[Any]:
    """Instants that are not plain; None is one that is not shown."""
    return list(dict.fromkeys(allowed(domain, "time", pools.TIMES) + _known_values(domain, "time")))


def number_pool(domain: Domain) -> list[int]:
    """Views and likes that are not plain, those that boards write in forms of their own among them."""
    return allowed(domain, "likes", pools.NUMBERS)


def _follow_pool(domain: Domain) -> list[Any]:
    return [follow for follow, label in pools.FOLLOWS if domain.has(label)]


def field_pools(domain: Domain) -> dict[str, list[Any]]:
    """For each field of a body but the last, the odd values that are known."""
    return {
        "text": text_pool(domain),
        "author": _author_pool(domain),
        "time": time_pool(domain),
        "likes": [*number_pool(domain), *([None] if domain.free else [])],
        "follow": _follow_pool(domain),
        "late": [True] if domain.has("tree.late-reply") else [],
        "inside": _known_values(domain, "inside"),
    }


@lru_cache(maxsize=256)
def odd_pools(domain: Domain) -> dict[str, list[Any]]:
    """For each field of ``Odd``, the values out of the ordinary that are known."""
    return {
        "floor": allowed_forms(domain, "floor", FLOORS),
        "date": allowed_forms(domain, "date", FORMS),
        "replies": allowed_forms(domain, "replies", COUNTS),
        "likes": allowed_forms(domain, "likes", COUNTS),
        "count": [0, 12, 1234] if domain.has("count.two-digit") else [],
        "quote": ["q", *text_pool(domain)[::4], *_known_quotes(domain)] if domain.has("text.quote") else [],
        "status": _statuses(domain),
        "edited": [PLAIN.time] if domain.has("time.edited") else [],
        "badge": ["楼主", "mod"] if domain.has("author.op-badge") else [],
    }


@lru_cache(maxsize=256)
def wide_parts(domain: Domain) -> dict[str, Strategy]:
    """For each field of a body that may hold what no pool does, such values."""
    found: dict[str, Strategy] = {}
    if domain.wide(*_SEEN_IN_TEXTS):
        found["text"] = joined_strings(text_pool(domain), 7) | wide_texts(domain)
    if domain.wide("author"):
        found["author"] = _joined_authors(domain) | _any_author()
    if domain.wide("time"):
        found["time"] = st.integers(0, 4 * 10**9)
    if domain.wide("count"):
        found["likes"] = st.integers(0, 10**10)
    if domain.wide("floor"):
        found["follow"] = st.tuples(st.just("at"), st.integers(1, 10**6))
    return found


@lru_cache(maxsize=256)
def wide_values(domain: Domain) -> dict[str, Strategy]:
    """For each field of a body, one such value, of as many choices each time."""
    found = dict(wide_parts(domain))
    if "text" in found:
        found["text"] = wide_texts(domain)
    if "author" in found:
        found["author"] = _any_author()
    return found


def wide_texts(domain: Domain) -> st.SearchStrategy[str]:
    """Any texts."""
    return st.text(alphabet(domain.controls), max_size=30)


def _statuses(domain: Domain) -> list[str]:
    """What may have become of a post."""
    labels = {"deleted": "tree.deleted-stub", "collapsed": "tree.collapsed"}
    return [status for status, label in labels.items() if domain.free or domain.has(label)]
