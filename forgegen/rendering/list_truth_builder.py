"""The truth of board and index pages: a function of their template variables, as that of threads is."""

from __future__ import annotations

from typing import Any

from forgegen.model.list_truth import BoardLineTruth, ListTruth, ThreadLineTruth
from forgegen.rendering.displays import ShownDate
from forgegen.rendering.listing import BoardContext, BoardLine, IndexContext, ThreadLine
from forgegen.rendering.truth_builder import count_fields
from forgegen.skins.skin import Part, Skin


def list_truth(context: BoardContext | IndexContext) -> ListTruth:
    """What a list shows of its rows, as far as the skin says how to read them."""
    skin = context.skin
    if isinstance(context, BoardContext):
        part = skin.board
        return ListTruth(threads=() if part is None else tuple(_thread(row, skin, part) for row in context.threads))
    part = skin.index
    return ListTruth(boards=() if part is None else tuple(_board(row, part) for row in context.boards))


def _thread(row: ThreadLine, skin: Skin, part: Part) -> ThreadLineTruth:
    form = skin.forms.get("listed", "digits")
    told: dict[str, Any] = {
        "title": row.title,
        "url": row.url,
        "author": row.author,
        "last_author": row.last_author,
        "date": _told(row.date),
        "last": _told(row.last),
        "sticky": part.fields["sticky"].value if row.sticky and "sticky" in part.fields else None,
        **count_fields("replies", row.replies, row.replies_text, form, part.fields),
        **count_fields("views", row.views, row.views_text, form, part.fields),
    }
    return ThreadLineTruth(**_seen(told, part))


def _board(row: BoardLine, part: Part) -> BoardLineTruth:
    told: dict[str, Any] = {"name": row.name, "url": row.url, "threads": row.threads, "posts": row.posts}
    return BoardLineTruth(**_seen(told, part))


def _told(date: ShownDate | None) -> Any:
    return None if date is None else date.truth


def _seen(told: dict[str, Any], part: Part) -> dict[str, Any]:
    kept = {name: value for name, value in told.items() if name.removesuffix("_shown") in part.fields}
    return {name: value for name, value in kept.items() if not name.endswith("_actual")}
