"""Strategies for the fields of a post: each plain, from a pool of odd values, or wide, as the domain allows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from forgegen.drawing import pools
from forgegen.drawing.domain import Domain, Entry
from forgegen.model.thread import Author
from forgegen.rendering.counts import COUNTS, FLOORS
from forgegen.rendering.dates import FORMS

Strategy = st.SearchStrategy[Any]
PLAIN_AUTHOR = Author("al", "A")
_CONTROLS = ("\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\x01", "\ufffe", "\uffff")


@lru_cache(maxsize=2)
def alphabet(hostile: bool) -> st.SearchStrategy[str]:
    """Characters that every common reader gives back; hostile: and controls, which none promises to."""
    safe = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"), include_characters="\n\t")
    return safe | st.sampled_from(_CONTROLS) if hostile else safe


def same(value: Any) -> Any:
    """The value itself: a mapped branch of a union stays one branch, with its share."""
    return value


def either(branches: Iterable[Strategy | None]) -> Strategy:
    """One of these branches with equal shares, the first of them the plainest; branches that are None are left out."""
    kept = [branch.map(same) for branch in branches if branch is not None]
    return kept[0] if len(kept) == 1 else st.one_of(kept)


def pool(domain: Domain, entries: Iterable[Entry]) -> Strategy | None:
    """The entries that the domain allows, or None."""
    values = domain.values(entries)
    return st.sampled_from(values) if values else None


def wide_text(domain: Domain, max_size: int = 30) -> Strategy | None:
    """Any text of a post, or None where labels are restricted."""
    if not domain.wide("text", "floor", "count", "time"):
        return None
    return st.text(alphabet(domain.readers == "hostile"), max_size=max_size)


@lru_cache(maxsize=256)
def texts(domain: Domain, plain: str = "ok") -> Strategy:
    """Texts, plain first."""
    return either([st.just(plain), pool(domain, pools.TEXTS), wide_text(domain)])


@lru_cache(maxsize=256)
def odd_texts(domain: Domain) -> Strategy | None:
    """Texts that are not plain, or None where there are none to draw."""
    branches = [b for b in (pool(domain, pools.TEXTS), wide_text(domain)) if b is not None]
    return either(branches) if branches else None


@lru_cache(maxsize=256)
def odd_authors(domain: Domain) -> Strategy | None:
    """Authors that are not plain."""
    names = [name for name in domain.values(pools.NAMES) if name is not None]
    branches: list[Strategy | None] = []
    if domain.has("author.deleted"):
        branches.append(st.none())
    if names:
        branches.append(st.sampled_from(names).map(lambda name: Author(name, "A")))
    if domain.has("author.avatar-none"):
        branches.append(st.just(Author("al")))
    if domain.has("author.same"):
        branches.append(st.just(Author("al", "B")))
    if domain.wide("author"):
        name = st.text(alphabet(domain.readers == "hostile").filter(_in_a_line), min_size=1, max_size=12)
        branches.append(st.builds(Author, name, st.sampled_from(pools.AVATARS)))
    return either(branches) if branches else None


def _in_a_line(character: str) -> bool:
    return character not in "\n\t"


@lru_cache(maxsize=256)
def odd_times(domain: Domain) -> Strategy | None:
    """Instants that are not plain; wide ones lie in the years 1970 to 2096."""
    branches = [pool(domain, pools.TIMES)]
    if domain.wide("time"):
        branches.append(st.integers(0, 4 * 10**9))
    branches = [b for b in branches if b is not None]
    return either(branches) if branches else None


@lru_cache(maxsize=256)
def odd_numbers(domain: Domain) -> Strategy | None:
    """Views and likes that are not plain."""
    branches = [pool(domain, pools.NUMBERS)]
    if domain.wide("count"):
        branches.append(st.integers(0, 10**10))
    branches = [b for b in branches if b is not None]
    return either(branches) if branches else None


@lru_cache(maxsize=256)
def odd_floors(domain: Domain) -> Strategy | None:
    """Where a floor stands that does not follow on the one before."""
    branches = [pool(domain, pools.FLOORS_AT)]
    if domain.wide("floor"):
        branches.append(st.tuples(st.just("at"), st.integers(1, 10**6)))
    branches = [b for b in branches if b is not None]
    return either(branches) if branches else None


_COUNT_LABELS = {"k": "count.k", "wan": "count.k", "comma": "count.comma", "dot": "count.dot"}
_FLOOR_LABELS = {"fullwidth": "floor.fullwidth", "named": "floor.named", "none": "floor.none", "comma": "floor.5digit"}


def count_forms(domain: Domain) -> list[str]:
    """Names of forms of counts that may be drawn."""
    return [form for form in COUNTS if domain.has(_COUNT_LABELS.get(form, "count.form")) or domain.wide("count")]


def floor_forms(domain: Domain) -> list[str]:
    """Names of forms of floors that may be drawn."""
    return [form for form in FLOORS if domain.has(_FLOOR_LABELS.get(form, "floor.fullwidth"))]


def date_forms(domain: Domain) -> list[str]:
    """Names of forms of dates that may be drawn: there are labels for families of them only."""
    return list(FORMS) if domain.wide("time") else []


def sampled(values: list[Any]) -> Strategy | None:
    """One of these, or None where there are none."""
    return st.sampled_from(values) if values else None


@lru_cache(maxsize=256)
def odd_parts(domain: Domain) -> dict[str, Strategy]:
    """For each field of ``Odd``, the values out of the ordinary that may be drawn."""
    found: dict[str, Strategy | None] = {
        "floor": sampled(floor_forms(domain)),
        "date": sampled(date_forms(domain)),
        "replies": sampled(count_forms(domain)),
        "likes": sampled(count_forms(domain)),
        "count": st.sampled_from((0, 12, 1234)) if domain.has("count.disagrees") else None,
        "quote": texts(domain, "q") if domain.has("text.quote") else None,
        "status": sampled(statuses(domain)),
        "edited": st.just(pools.PLAIN_TIME) if domain.has("time.edited") else None,
        "badge": st.sampled_from(("楼主", "mod")) if domain.has("author.op-badge") else None,
    }
    return {name: strategy for name, strategy in found.items() if strategy is not None}


def statuses(domain: Domain) -> list[str]:
    """What may have become of a post."""
    labels = {"deleted": "author.deleted", "collapsed": "tree.collapsed"}
    return [status for status, label in labels.items() if domain.has(label)]
