"""The truth of a page: a function of its template variables alone."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET

from forgegen.model.truth import PostTruth, Truth
from forgegen.rendering.counts import read_floor, shown_number
from forgegen.rendering.displays import ShownDate
from forgegen.rendering.skins import Skin
from forgegen.rendering.variables import PageContext, PostView


def truth_of(context: PageContext) -> Truth:
    """What the page made from this context shows."""
    skin = context.skin

    def shown(date: ShownDate | None) -> Any:
        return None if date is None else date.truth

    fields: dict[str, Any] = {
        "title": context.title,
        "author": context.byline or None,
        "board": context.board or None,
        "published": shown(context.published),
        "last_reply": shown(context.last_reply),
        "paragraphs": context.paragraphs,
        "observed": None if context.observed is None else context.observed.truth.instant,
    }
    shows = skin.page
    for name, number, text in (
        ("views", context.views, context.views_text),
        ("comment_count", context.comments, context.comments_text),
    ):
        if name in shows:
            fields.update(_number_fields(name, number, text))
    return Truth(
        posts=_post_truths(context.posts, skin),
        **{
            name: value
            for name, value in fields.items()
            if name.partition("_shown")[0].partition("_actual")[0] in shows
        },
    )


def _number_fields(name: str, actual: int, text: str) -> dict[str, Any]:
    """A count's fields: what the display denotes, the display where it is not plain, the number where it differs."""
    if text == str(actual):
        return {name: actual}
    number, shown = shown_number(text, None)
    fields: dict[str, Any] = {name: number, f"{name}_shown": shown}
    return fields if number == actual else {**fields, f"{name}_actual": actual}


def _post_truths(views: list[PostView], skin: Skin) -> tuple[PostTruth, ...]:
    """What the page shows of each post."""
    hidden = [name for name in _SHOWN if name not in skin.post]
    posts = []
    for view in views:
        n, anchor, floor, author, _, letter, _, text, date, _, _, replies, likes, _, _, parent, parent_floor, *_ = view
        if view.odd is not None or view.forum is not None:
            posts.append(_full_truth(view, skin))
            continue
        posts.append(
            PostTruth(
                n=n,
                id=anchor,
                floor=floor,
                author=author,
                avatar=letter,
                text=text,
                date=date.truth if date else None,
                replies=replies,
                parent=parent,
                parent_floor=parent_floor,
                likes=likes,
                quote=None,
                status=None,
            )
        )
    if not hidden:
        return tuple(posts)
    unset = dict.fromkeys(hidden, UNSET)
    return tuple(msgspec.structs.replace(post, **unset) for post in posts)


def _full_truth(view: PostView, skin: Skin) -> PostTruth:
    """What the page shows of a post that is displayed out of the ordinary, or in a rich skin."""
    odd, forum, selectors = view.odd, view.forum, skin.post
    deleted = odd is not None and odd.status == "deleted"
    quote = forum.quote.text if forum and forum.quote else odd.quote if odd and not forum else None
    fields: dict[str, Any] = {
        "id": view.id,
        "author": view.author,
        "avatar": view.letter,
        "text": None if deleted else view.text,
        "date": view.date.truth if view.date else None,
        "parent": view.parent_id,
        "parent_floor": view.parent_floor,
        "quote": quote,
        "status": odd.status if odd else None,
        "role": forum.role if forum else None,
        "plain": UNSET if odd is None or odd.plain is None else odd.plain,
    }
    if "floor" in selectors:
        fields["floor"], fields["floor_shown"] = shown_number(view.floor_text, selectors["floor"].pattern, read_floor)
    for name, number, text in (("replies", view.replies, view.replies_text), ("likes", view.likes, view.likes_text)):
        if name in selectors:
            fields |= {name: selectors[name].none} if number is None or not text else _number_fields(name, number, text)
    return PostTruth(n=view.n, **{k: v for k, v in fields.items() if k == "plain" or _base(k) in selectors})


def _base(field: str) -> str:
    """The field that a display or an annotation belongs to."""
    return field.removesuffix("_shown").removesuffix("_actual")


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
)
