"""Quirks that say a page is none its engine could have sent: foreign forms, and what it would not have stored."""

from __future__ import annotations

import msgspec

from forgegen.model.thread import Author, Post, Thread
from forgegen.quirks.define import head, odd, place, plain, post_quirk, put, quirk, stretched, with_posts
from forgegen.quirks.facts import Facts
from forgegen.rendering.displays import show_instant, show_local
from forgegen.rendering.number_texts import count_writer
from forgegen.skins.fitting import floors_within
from forgegen.skins.limits import has_break, name_within, title_within


def _titles(facts: Facts) -> list[str]:
    """Title and board, where the skin shows them."""
    return [text for text in (facts.truth.title, facts.truth.board) if isinstance(text, str)]


@quirk(
    "text.break-in-title",
    about="a line break in a title, or in a board's name",
    catches="the title cut at the break; the words at it joined",
    detect=lambda f: any(map(has_break, _titles(f))),
    implies=("text.br",),
)
def break_in_title(thread: Thread) -> Thread:
    """A title of two lines."""
    title = f"{thread.article.title}\nb"
    return msgspec.structs.replace(thread, article=msgspec.structs.replace(thread.article, title=title))


def _refused_title(facts: Facts) -> bool:
    limits, title = facts.page.context.skin.limits, facts.truth.title
    if isinstance(title, str) and not has_break(title) and title != title_within(title, limits):
        return True
    board = facts.truth.board
    return isinstance(board, str) and not has_break(board) and bool(board) and board != title_within(board, limits)


@quirk(
    "text.title-refused",
    about="a title that the engine would not have stored so: too long, empty, with spaces at its ends",
    catches="fields of a fixed length; an empty title taken for none",
    detect=_refused_title,
)
def title_refused(thread: Thread) -> Thread:
    """A title of 500 characters."""
    title = (f"{thread.article.title} " + "ever so long " * 40)[:499].strip() + "."
    return msgspec.structs.replace(thread, article=msgspec.structs.replace(thread.article, title=title))


def _refused_name(facts: Facts) -> bool:
    limits, names = facts.page.context.skin.limits, list(facts.names)
    if facts.page.context.skin.kind == "forum" and isinstance(facts.truth.author, str):
        names.append(facts.truth.author)
    return any(name != name_within(name, limits) for name in names)


@post_quirk(
    "author.refused",
    about="a name that the engine would not have registered: too long, or with characters that it refuses",
    catches="patterns of names; fields of a fixed length",
    detect=_refused_name,
)
def refused(post: Post) -> Post:
    """A name of 55 characters."""
    return put(post, author=Author("n" * 55, "N"))


def _foreign_dates(facts: Facts) -> bool:
    page = facts.page
    skin, thread = page.context.skin, page.thread
    known, form = skin.limits.dates, skin.dates["post"]
    for view, post in facts.rows:
        name = "" if post.odd is None else post.odd.date
        if name and name != form and name not in known and view.date is not None and facts.shows("date"):
            own = show_instant(post.time, thread.zone, form, skin.attribute, thread.observed)
            if own is not None and own.shown != view.shown:
                return True
    heads = thread.odd
    if heads is None:
        return False
    context = page.context
    ours = show_instant(thread.published, thread.zone, skin.dates["published"], skin.attribute, thread.observed)
    last = show_local(thread.last_reply, skin.dates["last_reply"], skin.attribute, thread.observed)
    pairs = ((heads.published, ours, context.published, "published"),
             (heads.last_reply, last, context.last_reply, "last_reply"))  # fmt: skip
    return any(
        form and form not in known and name in skin.page and own is not None and shown is not None
        and own.shown != shown.shown
        for form, own, shown, name in pairs
    )  # fmt: skip


@post_quirk(
    "time.foreign-form",
    about="a date in a form that the engine does not write",
    catches="one form of dates known",
    detect=_foreign_dates,
)
def foreign_date(post: Post) -> Post:
    """Dashes, with two digits each."""
    return odd(post, date="dash-padded")


@post_quirk(
    "floor.foreign-form",
    about="a floor in a form that the engine does not write",
    catches="one notation of floors known",
    detect=lambda f: bool(f.foreign_floors),
    implies=("floor.none",),
)
def foreign_floor(post: Post) -> Post:
    """No floor at all."""
    return odd(post, floor="none")


def _renumbered(facts: Facts) -> bool:
    skin, posts = facts.page.context.skin, facts.page.thread.posts
    if not facts.shows("floor") or all(post.floor is None for post in posts):
        return False
    own = floors_within(posts, skin.limits, skin.kind)
    return any(a.floor is not None and a.floor != b for a, b in zip(posts, own, strict=True))


@quirk(
    "floor.renumbered",
    about="floors that the engine's counting cannot give: they fall, or stand twice",
    catches="floors taken for an order",
    detect=_renumbered,
    on=plain(1, 1),
)
def renumbered(thread: Thread) -> Thread:
    """Two neighbours have each other's floors."""
    thread = stretched(thread, 2)
    at = max(1, place("floor.renumbered", thread))
    posts = list(thread.posts)
    first, second = ((row + 1) if (own := posts[row].floor) is None else own for row in (at - 1, at))
    posts[at - 1 : at + 1] = [put(posts[at - 1], floor=second), put(posts[at], floor=first)]
    return with_posts(thread, posts)


def _foreign_counts(facts: Facts) -> bool:
    context = facts.page.context
    skin, known, odd_head = context.skin, context.skin.limits.counts, facts.page.thread.odd
    if odd_head is not None:
        heads = (("views", "views", odd_head.views, context.views, context.views_text),
                 ("comments", "comment_count", odd_head.comments, context.comments, context.comments_text))  # fmt: skip
        for form, field, name, number, text in heads:
            if name and name not in known and field in skin.page and text != count_writer(skin.forms[form])(number):
                return True
    for view, post in facts.rows:
        if post.odd is None:
            continue
        marks = (("replies", post.odd.replies, view.replies or None, view.replies_text),
                 ("likes", post.odd.likes, view.likes, view.likes_text))  # fmt: skip
        for form, name, count, text in marks:
            own = "" if count is None else count_writer(skin.forms[form])(count)
            if name and name not in known and facts.shows(form) and text != own:
                return True
    return False


@quirk(
    "count.foreign-form",
    about="a count in a form that the engine does not write",
    catches="one form of counts known",
    detect=_foreign_counts,
    implies=("count.fullwidth",),
)
def foreign_count(thread: Thread) -> Thread:
    """Views and comments in full-width digits."""
    return head(thread, views="fullwidth", comments="fullwidth")
