"""The truth of a page: a function of its template variables alone.

What a display denotes follows from the model's value and the declaration of the form; no display is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from forgegen.forms.layouts import count_form, floor_form, in_place
from forgegen.model.body_views import BODY_LISTS, QuoteTruth, body_fields
from forgegen.model.thread import Odd, OddHead
from forgegen.model.truth import PostTruth, Truth
from forgegen.rendering.displays import ShownDate
from forgegen.rendering.levels import parents_shown
from forgegen.rendering.number_texts import denoted, floor_writer
from forgegen.rendering.variables import PageContext, PostView
from forgegen.skins.skin import NOWHERE, Selector, Skin

_PLAIN_HEAD, _PLAIN = OddHead(), Odd()
_NO_SELECTORS: Mapping[str, Selector] = MappingProxyType({})
_DIGITS = re.compile(r"-?\d+", re.ASCII)


def truth_of(context: PageContext) -> Truth:
    """What the page made from this context shows."""
    skin, odd = context.skin, context.thread.odd or _PLAIN_HEAD
    forms = skin.forms
    views, comments = odd.views or forms["views"], odd.comments or forms["comments"]
    fields: dict[str, Any] = {
        "title": context.title,
        "author": context.byline or None,
        "board": context.board or None,
        "published": _told(context.published),
        "last_reply": _told(context.last_reply),
        "paragraphs": context.paragraphs,
        "observed": None if context.observed is None else context.observed.truth.instant,
        **count_fields("views", context.views, context.views_text, views, skin.page),
        **count_fields("comment_count", context.comments, context.comments_text, comments, skin.page),
    }
    if "body" in skin.page:
        fields["body"] = context.body or None
    shown = {name: value for name, value in fields.items() if _base(name) in skin.page}
    return Truth(posts=_post_truths(context), **shown)


def _told(date: ShownDate | None) -> Any:
    return None if date is None else date.truth


@lru_cache(maxsize=256)
def _base(field: str) -> str:
    """The field that a display or an annotation belongs to."""
    return field.removesuffix("_shown").removesuffix("_actual")


def count_fields(
    name: str, number: int, text: str, form: str, selectors: Mapping[str, Selector] = _NO_SELECTORS
) -> dict[str, Any]:
    """A count's fields: what the display denotes, the display where it is not plain, the number where it differs."""
    if text == str(number):
        return {name: number}
    value = denoted(count_form(form), number) if text else None
    shown: str | UnsetType = text or UNSET
    if in_place(form) and name in selectors and text:
        shown = _not_plain(text, selectors[name].pattern)
    fields: dict[str, Any] = {name: value, f"{name}_shown": shown}
    return fields if value == number else {**fields, f"{name}_actual": number}


def _floor_fields(number: int, text: str, form: str, pattern: str | None, usual: str) -> dict[str, Any]:
    """A floor's fields: what the display denotes, and what the skin's pattern takes of it where that is not plain.

    Where the usual display is plain digits, words around it are the template's own.
    """
    plain = form == usual and _DIGITS.fullmatch(text)
    return {
        "floor": denoted(floor_form(form), number) if text else None,
        "floor_shown": _not_plain(text, pattern) if text and not plain else UNSET,
    }


def _not_plain(text: str, pattern: str | None) -> str | UnsetType:
    """The part of a display that the skin's pattern takes, the whole where it does not fit; UNSET for plain digits."""
    m = re.search(pattern, text, re.ASCII | re.DOTALL) if pattern else _DIGITS.fullmatch(text)
    if m is None:
        return text
    taken: str = m[m.lastindex or 0]
    return UNSET if _DIGITS.fullmatch(taken) else taken


def _post_truths(context: PageContext) -> tuple[PostTruth, ...]:
    """What the page shows of each post."""
    skin, rows = context.skin, context.thread.posts
    shown = skin.opening_post
    hidden, digits = [name for name in _SHOWN if name not in shown], _is_in_digits(skin)
    hidden += [name for name in BODY_LISTS if name not in skin.shown_of_bodies]
    posts = []
    for view in context.posts:
        if digits and view.odd is None and view.forum is None and not view.body:
            posts.append(_plain_truth(view))
            continue
        odd = (rows[view.n - 1].odd if view.n else None) or _PLAIN
        posts.append(_full_truth(view, skin, odd))
    if skin.leveled:
        ids = [None, *(view.id for view in context.posts)]
        above = parents_shown(context.posts, skin)
        posts = [replace(post, parent=ids[at]) for post, at in zip(posts, above, strict=True)]
    if skin.post["n"].form == "place":
        first = (context.page - 1) * skin.posts_per_page + (skin.kind == "article")
        posts = [replace(post, n=n) for n, post in enumerate(posts, first)]
    if not hidden:
        return tuple(posts)
    unset = dict.fromkeys(hidden, UNSET)
    return tuple(replace(post, **unset) for post in posts)


def _is_in_digits(skin: Skin) -> bool:
    """Whether the skin shows the numbers of posts as plain digits."""
    forms, floor = skin.forms, skin.post.get("floor")
    if forms["replies"] != "digits" or forms["likes"] != "digits":
        return False
    declared = floor_form(forms["floor"])
    if declared.names or declared.groups or declared.wide or declared.units or skin.opening is not None:
        return False
    seventh = floor_writer(declared.name)(7)
    return floor is None or seventh == "7" or _not_plain(seventh, floor.pattern) is UNSET


def _plain_truth(view: PostView) -> PostTruth:
    """What the page shows of an ordinary post, with all fields that any skin shows."""
    return PostTruth(
        n=view.n,
        id=view.id,
        floor=view.floor,
        author=view.author,
        avatar=view.letter,
        text=view.text,
        date=view.date.truth if view.date else None,
        replies=view.replies,
        parent=view.parent_id,
        parent_floor=view.parent_floor,
        likes=view.likes,
        quote=None,
        status=None,
        edited=None,
        guest=view.author is None,
        banned=False,
        pinned=False,
        body=None,
        **_NO_LISTS,
    )


def _body_truth(view: PostView, skin: Skin, quote: str | None) -> dict[str, Any]:
    """What the body of a post tells, as far as the skin shows it."""
    shown = skin.shown_of_bodies
    if view.body:
        told = body_fields(view.body, view.text, None)
    elif quote and "quotes" in shown and quote.strip():
        told = {"body": None, **_NO_LISTS, "quotes": _quotation(view, skin, quote)}
    else:
        told = {"body": None, **_NO_LISTS}
    return {name: value for name, value in told.items() if name in shown}


def _quotation(view: PostView, skin: Skin, text: str) -> tuple[QuoteTruth, ...]:
    """The quotation above a plain post."""
    quote, fields = view.forum and view.forum.quote, skin.body.nodes["quote"].fields
    if not quote:
        return (QuoteTruth(text, 0, 0),)
    date = quote.date.truth if quote.date is not None and "date" in fields else None
    author = quote.author or None if "author" in fields else None
    return (QuoteTruth(text, 0, 0, author, date, quote.id or None if "post" in fields else None),)


_NO_LISTS: dict[str, Any] = dict.fromkeys(BODY_LISTS, ())


def _full_truth(view: PostView, skin: Skin, odd: Odd) -> PostTruth:
    """What the page shows of a post that is displayed out of the ordinary, or in a rich skin."""
    forum, forms = view.forum, skin.forms
    apart = skin.opening is not None
    selectors = skin.opening_post if apart and view.n == 0 else skin.post
    quote = forum.quote.text if forum and forum.quote else odd.quote if not forum else None
    fields: dict[str, Any] = {
        "id": view.id,
        "author": view.author,
        "avatar": view.letter,
        "text": None if odd.status == "deleted" else view.text,
        "date": _told(view.date),
        "parent": view.parent_id,
        "parent_floor": view.parent_floor,
        "quote": quote,
        "status": odd.status,
        "edited": _told(view.odd.edited) if view.odd and odd.status != "deleted" else None,
        "role": forum.role if forum else None,
        "guest": view.author is None or (view.odd is not None and view.odd.guest),
        "banned": view.author is not None and view.odd is not None and view.odd.banned,
        "pinned": view.odd is not None and view.odd.pinned,
    }
    if "floor" in selectors:
        usual, pattern = forms["floor"], selectors["floor"].pattern
        fields |= _floor_fields(view.floor, view.floor_text, odd.floor or usual, pattern, usual)
    counts = (
        ("replies", view.replies, view.replies_text, odd.replies or forms["replies"]),
        ("likes", view.likes, view.likes_text, odd.likes or forms["likes"]),
    )
    for name, number, text, form in counts:
        if name in selectors:
            absent = number is None or not text
            fields |= {name: selectors[name].none} if absent else count_fields(name, number or 0, text, form)
    plain: dict[str, Any] = {} if odd.plain is None else {"plain": odd.plain}
    bodied = _body_truth(view, skin, quote) if skin.shown_of_bodies else {}
    if not apart:
        shown = {k: v for k, v in fields.items() if _base(k) in selectors}
        return PostTruth(n=view.n, **plain, **(shown | bodied))
    seen = {name for name, selector in selectors.items() if selector.css != NOWHERE}
    told = {name: None for name in skin.opening_post if name not in seen}
    told |= {k: v for k, v in fields.items() if _base(k) in seen}
    return PostTruth(**{"n": view.n, **plain, **told, **bodied})


_SHOWN = (
    "id",
    "floor",
    "author",
    "avatar",
    "text",
    "date",
    "replies",
    "parent",
    "parent_floor",
    "likes",
    "quote",
    "status",
    "edited",
    "guest",
    "banned",
    "pinned",
    "body",
)
