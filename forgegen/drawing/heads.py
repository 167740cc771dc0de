"""What stands above the posts: article, board, numbers and dates of a thread, plain or odd."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import msgspec
from hypothesis import strategies as st

from forgegen.drawing import fields, pools
from forgegen.drawing.domain import Domain
from forgegen.drawing.fields import Strategy
from forgegen.model.moments import Local
from forgegen.model.thread import Article, Board, OddHead
from forgegen.rendering.counts import COUNTS
from forgegen.rendering.dates import FORMS
from forgegen.rendering.page import PLAIN_THREAD, Page

PLAIN_HEAD: dict[str, Any] = {
    name: getattr(PLAIN_THREAD, name) for name in ("article", "board", "views", "published", "observed")
}
_LAST_REPLIES = (
    Local("2024-02-16T21:15"),
    Local("2024-02-17T00:05"),
    Local("2024-03-10T02:30"),
    Local("2024-11-03T01:30"),
    Local("2024-11-03T01:30", fold=1),
    Local("2024-02-29T23:59"),
    Local("1970-01-01T00:00"),
    Local("2024-02-16T21:01", "CST"),
    Local("2024-02-16T21:01", "UTC"),
)
_PLAIN_ODD = {"views": "", "comments": "", "published": "", "last_reply": "", "count": None, "order": None}


@lru_cache(maxsize=256)
def heads(domain: Domain) -> Strategy:
    """Keyword arguments of ``Thread``: none, one, or all drawn."""
    parts = {name: strategy for name, strategy in _parts(domain).items() if strategy is not None}
    odd = {name: strategy for name, strategy in _odd_parts(domain).items() if strategy is not None}
    one = [st.fixed_dictionaries({name: strategy}) for name, strategy in parts.items()]
    one += [strategy.map(_with_odd(name)) for name, strategy in odd.items()]
    if not one:
        return st.just({})
    if odd:
        odds = {name: fields.either([st.just(_PLAIN_ODD[name]), strategy, strategy]) for name, strategy in odd.items()}
        parts["odd"] = st.builds(OddHead, **odds)
    every = {name: fields.either([st.just(_plain(name)), strategy, strategy]) for name, strategy in parts.items()}
    full = st.fixed_dictionaries(every)
    return fields.either([st.just({}), st.one_of(one), full, full, full])


def _with_odd(name: str) -> Callable[[Any], dict[str, Any]]:
    """What a head is given for one oddity; views are many where their form is odd, so that it shows."""
    more = {"views": 12_345} if name == "views" else {}
    return lambda value: {"odd": msgspec.structs.replace(OddHead(), **{name: value}), **more}


def _plain(name: str) -> Any:
    return PLAIN_HEAD.get(name, "PT" if name == "zone" else None)


def _parts(domain: Domain) -> dict[str, Strategy | None]:
    """For each field of a thread that may be odd, its odd values."""
    return {
        "article": _articles(domain),
        "board": _boards(domain) if domain.free else None,
        "views": fields.odd_numbers(domain),
        "last_reply": fields.sampled(_latest(domain)),
        "published": fields.joined([st.none() if domain.free else None, fields.odd_times(domain)]),
        "observed": st.none() if domain.free else None,
        "zone": fields.sampled(_zones(domain)),
    }


def head_pools(domain: Domain) -> dict[str, list[Any]]:
    """For each part of a head, the odd values that are known: a field of ``Thread``, or one within it after a dot."""
    texts = fields.text_pool(domain)
    some = [text for text in texts[::8] if text]
    return {
        "article.title": texts,
        "article.byline": ["", *some],
        "article.caption": some,
        "article.paragraphs": ["p", "", *texts[::2]],
        "board": [Board(), Board("b"), *(Board(text, "B") for text in some)] if domain.free else [],
        "views": fields.number_pool(domain),
        "last_reply": _latest(domain),
        "published": [*fields.time_pool(domain), *([None] if domain.free else [])],
        "observed": [None] if domain.free else [],
        "zone": _zones(domain),
        **{f"odd.{name}": values for name, values in _odd_pools(domain).items()},
    }


def _latest(domain: Domain) -> list[Local]:
    return list(_LAST_REPLIES) if domain.wide("time") else []


def _zones(domain: Domain) -> list[str]:
    return list(pools.ZONE_NAMES[1:]) if domain.has("time.tz-label") else []


def _articles(domain: Domain) -> Strategy | None:
    """Articles of which each text is plain or odd."""
    odd = fields.odd_texts(domain)
    if odd is None:
        return None
    nothing = st.just("")
    paragraphs = st.lists(fields.either([st.just("p"), odd, odd, nothing]), max_size=4).map(tuple)
    return st.builds(
        Article,
        fields.either([st.just("t"), odd, odd]),
        fields.either([st.just("o"), nothing, odd]),
        fields.either([nothing, odd]),
        fields.either([st.just(("p",)), paragraphs, paragraphs]),
    )


def _boards(domain: Domain) -> Strategy:
    name = fields.either([st.just("b"), st.just(""), fields.odd_texts(domain)])
    return st.builds(Board, name, st.sampled_from(("B", "")))


def _odd_parts(domain: Domain) -> dict[str, Strategy | None]:
    return {name: fields.sampled(values) for name, values in _odd_pools(domain).items()}


@lru_cache(maxsize=256)
def _odd_pools(domain: Domain) -> dict[str, list[Any]]:
    """For each field of ``OddHead``, its odd values."""
    orders = {"tree": "tree.late-reply", "arrival": "tree.late-reply", "newest": "floor.reversed"}
    return {
        "views": _forms(domain, "views", COUNTS),
        "comments": _forms(domain, "comments", COUNTS),
        "published": _forms(domain, "published", FORMS),
        "last_reply": _forms(domain, "last_reply", FORMS),
        "count": [0, 12, 1234] if domain.has("count.disagrees") else [],
        "order": [order for order, label in orders.items() if domain.has(label)],
    }


def _forms(domain: Domain, field: str, forms: Iterable[str]) -> list[str]:
    """The names of forms that the domain allows for a field of ``OddHead``; views are many, so that they show."""
    if domain.free:
        return list(forms)
    found = []
    for form in forms:
        odd, latest = msgspec.structs.replace(OddHead(), **{field: form}), _LAST_REPLIES[0]
        page = Page(msgspec.structs.replace(PLAIN_THREAD, views=12_345, last_reply=latest, odd=odd), noise="none")
        if domain.allows(frozenset(page.quirks)):
            found.append(form)
    return found
