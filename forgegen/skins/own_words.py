"""The one rule for defaults: where neither is asked for, a thread made for a skin has its locale and profile.

Every door that makes threads and shows them takes it; ``render`` shows the thread that it is given.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from forgegen.skins.loading import load_skin


def words_for(
    skin: str, locale: str | None = None, profile: str | None = None, templates: Iterable[str | Path] = ()
) -> dict[str, str]:
    """The options ``locale`` and ``profile`` of a thread to be shown in a skin: as given, else the skin's own.

    >>> words_for("phpbb3"), words_for("phpbb3", "zh-CN")
    ({'locale': 'en', 'profile': 'forum'}, {'locale': 'zh-CN', 'profile': 'forum'})

    Raises: UnknownName for a skin; SkinError where it has a mistake.
    """
    if locale is not None and profile is not None:
        return {"locale": locale, "profile": profile}
    own = load_skin(skin, tuple(map(str, templates)))
    return {"locale": locale or own.locale, "profile": profile or own.profile}
