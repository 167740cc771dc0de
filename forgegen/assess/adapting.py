"""What a parser is given: a page's bytes, its text, or a library's response."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from forgegen.errors import UnknownName
from forgegen.pages.response import KINDS, response

if TYPE_CHECKING:  # each worker of a parser would load all that renders
    from forgegen.pages.page import Page

ADAPTERS = ("bytes", "str", *KINDS)


def adapt_page(page: Page, kind: str) -> Any:
    """The page as ``bytes``, ``str`` or a library's response.

    Raises: UnknownName; MissingExtra where the library is not installed.
    """
    if kind == "bytes":
        return page.body
    if kind == "str":
        return page.html
    if kind not in KINDS:
        raise UnknownName("adapter", kind, ADAPTERS)
    return response(page, kind)


def wanted_by(parser: Callable[[Any], Any]) -> str:
    """What a parser wants by the annotation of its first argument: ``bytes`` unless that says ``str`` or a response."""
    try:
        parameters = list(inspect.signature(parser).parameters.values())
    except (TypeError, ValueError):
        return "bytes"
    if not parameters:
        return "bytes"
    wanted = parameters[0].annotation
    if isinstance(wanted, str):
        try:
            wanted = typing.get_type_hints(parser).get(parameters[0].name, wanted)
        except Exception:  # an annotation may name anything; its words decide then
            wanted = parameters[0].annotation
    if wanted is str or wanted == "str":
        return "str"
    origin = getattr(wanted, "__module__", "") if isinstance(wanted, type) else str(wanted)
    return next((kind for kind in KINDS if origin.split(".")[0] == kind), "bytes")
