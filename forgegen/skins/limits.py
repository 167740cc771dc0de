"""What an engine lets people write: ``[limits]`` of a skin, and the nearest titles and names within them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

import msgspec

from forgegen.forms.date_forms import FORMS
from forgegen.forms.number_forms import COUNTS, FLOORS
from forgegen.skins.mistakes import Source, fail

_SPACES = re.compile(r"\s{2,}")
_BREAKS = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff]")


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an engine allows. ``title`` and ``name`` are lengths in characters. ``names`` are the characters of names,
    as between the brackets of a regular expression; empty: all that stand on a line. ``depth`` is the deepest level of
    replies that a page shows, 0: any. ``floors``: numbers are those of ``position``, or are ``kept`` when posts go.
    ``dates``, ``counts``, ``numbering`` name forms of dates, counts and floors that occur beside the skin's own.
    ``first`` is the number of a forum's opening post: 1, or 0 where it shows none and replies count from 1.
    ``label``: how long names of boards in addresses are at most.
    ``undated``: posts may lack a date. ``newest``: readers may see the newest post first.
    ``nested``: answers stand below what they answer, whatever the order, and what is gone leaves a stub for them.
    """

    title: int = 255
    name: int = 60
    names: str = ""
    depth: int = 0
    floors: Literal["position", "kept"] = "kept"
    dates: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    numbering: tuple[str, ...] = ()
    undated: bool = False
    newest: bool = False
    nested: bool = False
    first: Literal[0, 1] = 1
    label: int = 20


COMMON = Limits(title=40, name=12, names="A-Za-z0-9", depth=10, floors="position")
"""What every engine can hold."""


_FORMS: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("dates", "date", FORMS),
    ("counts", "count", COUNTS),
    ("numbering", "floor", FLOORS),
)


def check_limits(sources: Sequence[Source], limits: dict[str, Any], check_form: Callable[..., None]) -> None:
    """Check lengths, the characters of names, and, by ``check_form``, names of further forms.

    Raises: SkinError for the first that cannot be used.
    """
    for key, least in (("title", 1), ("name", 1), ("depth", 0)):
        if limits.get(key, least) < least:
            fail(sources, ("limits", key), f"'{key}' in [limits] is {limits[key]}; right would be {least} or more")
    names = limits.get("names", "")
    try:
        re.compile(f"[{names}]" if names else "")
    except re.error as e:
        right = "right would be what stands between the brackets of a regular expression, as 'A-Za-z0-9_-'"
        fail(sources, ("limits", "names"), f"'names' in [limits] is {names!r}: {e}; {right}")
    for key, kind, known in _FORMS:
        for name in limits.get(key, ()):
            check_form(sources, ("limits", key), name, kind, known)


def has_break(text: str) -> bool:
    """Whether a text does not stand on one line."""
    return _BREAKS.search(text) is not None


def line_within(text: str, limits: Limits) -> str:
    """The nearest text that stands on one line, trimmed, no longer than a title, without controls."""
    return _on_a_line(text, limits.title)


def title_within(text: str, limits: Limits) -> str:
    """The nearest title that the engine would keep; never empty.

    >>> title_within(" a\\nb  c ", Limits()), title_within("\\n", Limits())
    ('a b c', 't')
    """
    return _on_a_line(text, limits.title) or "t"


def name_within(text: str, limits: Limits) -> str:
    """The nearest name that the engine would register; never empty.

    >>> name_within("<i>al</i>", Limits(name=4, names="a-z")), name_within("陈", Limits(names="a-z"))
    ('iali', 'al')
    """
    line = _on_a_line(text, len(text))
    if limits.names:
        line = _refused(limits.names).sub("", line)
    return _on_a_line(line, limits.name) or "al"


@lru_cache(maxsize=64)
def _refused(names: str) -> re.Pattern[str]:
    return re.compile(f"[{names[1:]}]" if names.startswith("^") else f"[^{names}]")


def _on_a_line(text: str, most: int) -> str:
    # Interned, since the repr of a struct leaves out what is its very default.
    return sys.intern(_SPACES.sub(" ", _UNSEEN.sub(" ", text).strip())[:most].strip())
