"""What stands above the posts: article, board, numbers and dates of a thread, plain or odd."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec
from hypothesis import strategies as st

import forgegen.strategies.fields as fields
import forgegen.strategies.value_pools as pools
from forgegen.forms.date_forms import FORMS
from forgegen.forms.number_forms import COUNTS
from forgegen.model.calendar import Local
from forgegen.model.thread import Board, OddHead
from forgegen.pages.page import Page
from forgegen.quirks.define import PLAIN_THREAD
from forgegen.strategies.coded_lists import some_of
from forgegen.strategies.domain import Domain
from forgegen.strategies.fields import Strategy
from forgegen.strategies.post_rows import ThreadEdit, edits_in

PLAIN_HEAD: dict[str, Any] = {
    name: getattr(PLAIN_THREAD, name) for name in ("article", "board", "views", "published", "observed")
}
_LAST_REPLIES = (
    Local("2024-02-16T21:15"),
    Local("2024-02-17T00:05"),
    Local("2024-03-10T02:30"),
    Local("2023-03-12T02:05"),
    Local("2025-03-09T02:59"),
    Local("2024-11-03T01:30"),
    Local("2024-11-03T01:30", fold=1),
    Local("2024-02-29T23:59"),
    Local("1970-01-01T00:00"),
    Local("2024-02-16T21:01", "CST"),
    Local("2024-02-16T21:01", "UTC"),
)
_FEW, _MOST = 32, 96  # edits


@lru_cache(maxsize=256)
def heads(domain: Domain) -> Strategy:
    """Keyword arguments of ``Thread``: a string of edits, and now and then values that no pool holds.

    Every part is always drawn: of small examples Hypothesis bounds the size by that of the plainest.
    """
    edits = edits_in("head", head_pools(domain))
    if not edits:
        return st.just({})
    return _head(some_of(edits, _FEW, _MOST), {name: st.none() | part for name, part in _wide_parts(domain).items()})


@st.composite
def _head(draw: st.DrawFn, several: st.SearchStrategy[list[ThreadEdit]], wide: dict[str, Strategy]) -> dict[str, Any]:
    """Not ``fixed_dictionaries``, which draws an order too, and of which Hypothesis takes all for alike, so that a copy
    of one in place of another leaves too few choices for what follows."""
    head: dict[str, Any] = {}
    edits = draw(several)
    for name, values in wide.items():
        value = draw(values)
        if value is not None:
            change_head(head, ThreadEdit("head", name, value))
    for edit in edits:
        change_head(head, edit)
    return head


def change_head(head: dict[str, Any], edit: ThreadEdit) -> None:
    """One more edit of the keyword arguments: texts of the article are joined, paragraphs added, and titles as people
    type them come first."""
    part, _, name = edit.name.partition(".")
    if not name:
        head[part] = edit.value
        return
    if name == "begin":
        article = head.get("article") or PLAIN_HEAD["article"]
        more = article.title if article.title != PLAIN_HEAD["article"].title else ""
        head["article"] = msgspec.structs.replace(article, title=edit.value + more)
        return
    struct: Any = head.get(part) or PLAIN_HEAD.get(part) or OddHead()
    value = edit.value
    if name == "paragraphs":
        value = (*struct.paragraphs, value)
    elif part == "article" and getattr(struct, name) != getattr(PLAIN_HEAD[part], name):
        value = getattr(struct, name) + value
    if edit.name == "odd.views":
        head.setdefault("views", 12_345)  # small ones look alike in most forms
    head[part] = msgspec.structs.replace(struct, **{name: value})


def _wide_parts(domain: Domain) -> dict[str, Strategy]:
    """For each part of a head that may hold what no pool does, such values."""
    parts = {"article.title": "text", "article.paragraphs": "text", "views": "likes", "published": "time"}
    found = fields.wide_parts(domain)
    return {part: found[field] for part, field in parts.items() if field in found}


def head_pools(domain: Domain) -> dict[str, list[Any]]:
    """For each part of a head, the odd values that are known: a field of ``Thread``, or one within it after a dot."""
    texts = fields.odd_text_pool(domain)
    some = [text for text in texts[::8] if text]
    return {  # in this order, since the first edits are drawn most
        "article.byline": ["", *some],
        "article.caption": some,
        "board": [*[Board()] * 4, Board("b"), *(Board(text, "B") for text in some)] if domain.free else [],
        "views": fields.number_pool(domain),
        "last_reply": _latest(domain),
        "published": [*fields.time_pool(domain), *([None] if domain.free else [])],
        "observed": [None] if domain.free and domain.shapes == "any" else [],
        "zone": _zones(domain),
        **{f"odd.{name}": values for name, values in _odd_pools(domain).items()},
        "title.begin": _titles(domain),
        "article.title": texts,
        "article.paragraphs": ["p", "", *texts[::2]],
    }


def _titles(domain: Domain) -> list[str]:
    """Titles as people type them, where the domain has their labels."""
    if domain.free:
        return list(pools.TITLES)
    article = PLAIN_THREAD.article
    threads = [msgspec.structs.replace(PLAIN_THREAD, article=msgspec.structs.replace(article, title=title))
               for title in pools.TITLES]  # fmt: skip
    return [thread.article.title for thread in threads
            if domain.allows(frozenset(Page(thread, noise="none").quirks))]  # fmt: skip


def _latest(domain: Domain) -> list[Local]:
    return list(_LAST_REPLIES) if domain.wide("time") else []


def _zones(domain: Domain) -> list[str]:
    return list(pools.ZONE_NAMES[1:]) if domain.has("time.tz-label") else []


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
        return list(forms) if domain.shapes == "any" else []
    found = []
    for form in forms:
        odd, latest = msgspec.structs.replace(OddHead(), **{field: form}), _LAST_REPLIES[0]
        page = Page(msgspec.structs.replace(PLAIN_THREAD, views=12_345, last_reply=latest, odd=odd), noise="none")
        if domain.allows(frozenset(page.quirks)):
            found.append(form)
    return found
