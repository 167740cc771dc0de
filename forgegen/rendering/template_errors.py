"""Mistakes in templates: each is named with file and line, as the author wrote it, and the nearest name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.environment import TemplateModule
from jinja2.runtime import LoopContext

from forgegen.errors import SkinError, nearest, quoted

MISTAKES = (
    jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError,
    SkinError,
)  # fmt: skip
"""What a wrong template can raise."""

_LONGEST = 300  # characters of what an error says by itself

_TAGS = (
    "block", "call", "elif", "else", "endblock", "endcall", "endfilter", "endfor", "endif", "endmacro", "endraw",
    "endset", "endwith", "extends", "filter", "for", "from", "if", "import", "include", "macro", "raw", "set", "with",
)  # fmt: skip


class Unknown(jinja2.StrictUndefined):
    """What a name that nothing has stands for: any use of it is an error, which keeps the name and its owner."""

    __slots__ = ()

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = jinja2.utils.missing,
        name: str | None = None,
        exc: type[jinja2.TemplateRuntimeError] = jinja2.UndefinedError,
    ) -> None:
        def failure(message: str | None) -> jinja2.TemplateRuntimeError:
            return UnknownError(message, obj, name, hint) if exc is jinja2.UndefinedError else exc(message)

        super().__init__(hint, obj, name, failure)  # type: ignore[arg-type]


class UnknownError(jinja2.UndefinedError):
    """A template's use of a name that nothing has; ``owner`` is whose attribute it would have been."""

    def __init__(self, message: str | None, owner: Any, name: str | None, hint: str | None) -> None:
        super().__init__(message)
        self.owner, self.unknown, self.hint = owner, name, hint


def told(error: Exception, env: jinja2.Environment, variables: Mapping[str, object]) -> Exception:
    """The error as its author needs it; an error that no template raised stays as it is."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return SkinError(f"{error.filename or error.name}:{error.lineno}: {_syntax(error.message or '', env)}")
    place = _place(error.__traceback__)
    where = "" if place is None else f"{place[0]}:{place[1]}: "
    if isinstance(error, jinja2.TemplateNotFound):
        name = str(error.name or "?")
        folder = name.rpartition("/")[0]
        known = [t for t in env.list_templates(extensions=["html"]) if not folder or t.startswith(folder + "/")]
        return SkinError(f"{where}template {quoted(name)} is missing.{nearest(name, known or env.list_templates())}")
    if place is None:
        return error
    if isinstance(error, UnknownError):
        return SkinError(where + _unknown(error, *place, env, variables))
    if isinstance(error, SkinError | jinja2.TemplateError):
        return SkinError(f"{where}{_syntax(str(error), env)}")
    if isinstance(error, RecursionError):
        return SkinError(f"{where}templates or macros that call themselves without end")
    return SkinError(f"{where}{type(error).__name__}: {str(error)[:_LONGEST]}")


def _syntax(message: str, env: jinja2.Environment) -> str:
    """Jinja2's message, with the nearest name where it speaks of one that is not known."""
    for pattern, known in (
        (r"[Nn]o filter named '(\w+)'", env.filters),
        (r"[Nn]o test named '(\w+)'", env.tests),
        (r"unknown tag '(\w+)'", _TAGS),
    ):
        if m := re.search(pattern, message):
            return message.replace("' found.", "'.") + nearest(m[1], known)
    return message


def _place(trace: TracebackType | None) -> tuple[str, int] | None:
    """File and line of the innermost frame that is a template's."""
    place = None
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith(".html"):
            place = name, trace.tb_lineno
        trace = trace.tb_next
    return place


def _unknown(
    error: UnknownError, file: str, line: int, env: jinja2.Environment, variables: Mapping[str, object]
) -> str:
    """What is said of a name that nothing has."""
    name, owner = error.unknown, error.owner
    if not isinstance(name, str) or error.hint is not None:
        return error.hint or str(error)
    tree = env.parse(Path(file).read_text("utf-8"))
    if owner is jinja2.utils.missing:
        own = {node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param")}
        own |= {macro.name for macro in tree.find_all(nodes.Macro)}
        return f"{name} is unknown.{nearest(name, sorted({*variables, *env.globals, *own}))}"
    if owner is None:
        return f"{_written(tree, name, line)} is unknown: what stands before .{name} is none here; ask with 'if' first"
    known = sorted(_names(owner))
    aside = f" It is no key of ui/{variables['ui']['lang']}.toml." if owner is variables.get("ui") else ""  # type: ignore[index]
    return f"{_written(tree, name, line)} is unknown.{nearest(name, known)}{aside} Known: {', '.join(known)}."


def _written(tree: nodes.Template, name: str, line: int) -> str:
    """The expression of an attribute as the template has it, nearest to the line."""
    found = [node for node in tree.find_all(nodes.Getattr) if node.attr == name]
    best = min(found, key=lambda node: abs(node.lineno - line), default=None)
    return name if best is None else _text(best)


def _text(node: nodes.Expr) -> str:
    match node:
        case nodes.Name(name=name):
            return str(name)
        case nodes.Getattr(node=inner, attr=attr):
            return f"{_text(inner)}.{attr}"
        case nodes.Getitem(node=inner):
            return f"{_text(inner)}[…]"
        case nodes.Call(node=inner):
            return f"{_text(inner)}(…)"
    return "…"


def _names(owner: object) -> Iterable[str]:
    """What a value offers to templates."""
    if isinstance(owner, Mapping):
        return map(str, owner)
    fields = getattr(owner, "_fields", None) or getattr(owner, "__struct_fields__", None)
    if fields is not None:
        return tuple(fields)
    if isinstance(owner, TemplateModule):
        return [name for name in vars(owner) if not name.startswith("_")]
    if isinstance(owner, LoopContext):
        return ("index", "index0", "first", "last", "length", "previtem", "nextitem", "cycle", "changed")
    return [name for name in dir(owner) if not name.startswith("_")]
