"""Writes the lists in docs/skins.md anew: fields, forms and the variables of templates, from where they are defined."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from forgegen.forms.date_forms import FORMS
from forgegen.forms.layouts import DATE_FIELDS
from forgegen.forms.names import languages
from forgegen.forms.number_forms import COUNTS, FLOORS
from forgegen.rendering.displays import ShownDate
from forgegen.rendering.listing import BoardContext, BoardLine, IndexContext, ThreadLine
from forgegen.rendering.variables import Crumb, ForumView, OddView, PageContext, PageLink, Pane, PostView, QuoteView
from forgegen.skins.schema import PAGE_FIELDS, PART_FIELDS, POST_FIELDS

_CLASSES: tuple[type, ...] = (
    PageContext, PostView, OddView, ForumView, Pane, QuoteView, ShownDate, PageLink, Crumb, BoardContext, ThreadLine,
    IndexContext, BoardLine,
)  # fmt: skip


def _variables() -> str:
    return "\n\n".join(f"### {cls.__name__}\n\n{(inspect.getdoc(cls) or '').replace('``', '`')}" for cls in _CLASSES)


def _named(names: tuple[str, ...] | dict[str, object]) -> str:
    return ", ".join(f"`{name}`" for name in names)


LISTS = {
    "page": _named(PAGE_FIELDS),
    "post": _named(POST_FIELDS),
    "dates": ", ".join(f"`{name}`" + (f" (`{form.layout}`)" if form.layout else "") for name, form in FORMS.items()),
    "counts": _named(dict(COUNTS)),
    "floors": _named(dict(FLOORS)),
    "board": _named(PART_FIELDS["board"]),
    "index": _named(PART_FIELDS["index"]),
    "layout": _named(DATE_FIELDS),
    "languages": _named(languages()),
    "variables": _variables(),
}
"""What stands between the marks of each list."""


def filled(text: str) -> str:
    """The manual with its lists as they are now.

    >>> filled("x <!-- begin counts -->old<!-- end --> y").startswith("x <!-- begin counts -->`digits`, ")
    True
    """
    return re.sub(
        r"<!-- begin (\w+) -->.*?<!-- end -->",
        lambda m: f"<!-- begin {m[1]} -->{LISTS[m[1]]}<!-- end -->",
        text,
        flags=re.DOTALL,
    )


if __name__ == "__main__":
    manual = Path("docs/skins.md")
    manual.write_text(filled(manual.read_text("utf-8")), "utf-8")
