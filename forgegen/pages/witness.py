"""The witness of a quirk: a minimal page that has it, in a skin that gives occasion."""

from __future__ import annotations

from typing import Any

from forgegen.model.thread import Thread
from forgegen.pages.page import Page
from forgegen.quirks.quirk import Quirk
from forgegen.skins.loading import load_skin


def witness_of(quirk: Quirk, skin: str = "reference", **options: Any) -> Page:
    """The page in which the quirk is planted; options are those of ``Page``.

    >>> from forgegen import QUIRKS
    >>> witness_of(QUIRKS["floor.named"]).truth.posts[0].floor_shown
    '楼主'
    """
    folders = tuple(map(str, options.get("templates", ())))
    thread = quirk.on if isinstance(quirk.on, Thread) else quirk.on(load_skin(skin, folders))
    first = Page(thread, skin, quirks=(quirk.name,), **{"noise": "none", "data": quirk.data, **options})
    number = quirk.page if quirk.page > 0 else first.pages + 1 + quirk.page
    return first if number == 1 else first.turned_to(min(number, first.pages))
