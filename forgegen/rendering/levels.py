"""Posts whose place tells their parent: by nesting, by indentation or by a level, within one page."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from forgegen.model.tree import parents_by_level, rows_that_end
from forgegen.rendering.variables import PostView
from forgegen.skins.skin import Skin


def parents_shown(views: Sequence[PostView], skin: Skin) -> list[int]:
    """The 1-based position on the page of the post that the place of each tells as its parent, else 0.

    A page shows as many levels as the skin tells apart; a post whose parent is not on the page stands below what it
    follows.
    """
    most = skin.post["parent"].most
    return parents_by_level(view.depth if most is None else min(view.depth, most) for view in views)


def with_ends(views: Sequence[PostView], skin: Skin) -> list[PostView]:
    """The views with how many posts end behind each."""
    ends = rows_that_end(parents_shown(views, skin))
    return [replace(view, ends=number) for view, number in zip(views, ends, strict=True)]
