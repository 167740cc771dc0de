"""Templates of strangers: Jinja2's immutable sandbox, with every step and every character counted.

The sandbox of Jinja2 keeps templates from Python's inside; it bounds neither time nor memory. Here the generated code
spends from a ``Budget`` at the start of every block that it runs, for every call, filter, printed value, literal and
comparison, so that a template ends within steps that grow with the page, or with an error that names its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, operators
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import pass_context
from markupsafe import Markup

from forgegen.errors import SkinError
from forgegen.rendering.budget import WIDEST, left, too_wide
from forgegen.skins.trust import check_file

_BITS = 4_096  # of a whole number
_SMALL = 1 << 62
_CALL = 5  # steps of a call, which takes that much longer than a turn of a loop
_WIDE = re.compile(r"\d{5}|[%].{0,9}\*|\{[^{}]*\{")  # a width in a format string that is large, or comes from outside
_SHALLOW = frozenset({"length", "count", "first", "last", "default", "d", "attr"})  # filters that look at no item
_ANY_NUMBER = frozenset({"default", "d", "format", "sum", "replace", "int", "float", "filesizeformat"})
_SQUARE = frozenset({"urlize", "wordwrap"})  # filters whose time grows with the square of a text of brackets or spaces
_NO_METHODS = frozenset({"translate", "maketrans", "to_bytes"})


class CountingGenerator(CodeGenerator):
    """Writes code that spends before it works."""

    # Jinja2's names, its contracts.
    def blockvisit(self, nodes_: Iterable[nodes.Node], frame: Frame) -> None:  # noqa: D102
        found = list(nodes_)
        texts = (data for node in found if isinstance(node, nodes.Output) for data in node.nodes)
        characters = sum(len(text.data) for text in texts if isinstance(text, nodes.TemplateData))
        self.writeline(f"environment.step({characters})", found[0] if found else None)
        super().blockvisit(found, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if _is_escaped(frame, finalize):
            self.write("environment.shown(")
        else:
            super()._output_child_pre(node, frame, finalize)
            self.write("environment.weighed(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if not _is_escaped(frame, finalize):
            self.write(")")
        super()._output_child_post(node, frame, finalize)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: D102, N802
        volatile = "(markup_join if context.eval_ctx.volatile else str_join)"
        name = volatile if frame.eval_ctx.volatile else "markup_join" if frame.eval_ctx.autoescape else "str_join"
        self.write(f"{name}(environment.weighed((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write(")))")

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:  # noqa: D102, N802
        self.write("(")
        self._sized(node.expr, frame)
        for operand in node.ops:
            self.write(f" {operators[operand.op]} ")
            self._sized(operand.expr, frame)
        self.write(")")

    def _sized(self, node: nodes.Expr, frame: Frame) -> None:
        if isinstance(node, nodes.Const):
            self.visit(node, frame)
        else:
            self._wrapped("sized", lambda: self.visit(node, frame))

    def _wrapped(self, name: str, write: Callable[[], None]) -> None:
        self.write(f"environment.{name}(")
        write()
        self.write(")")

    def visit_List(self, node: nodes.List, frame: Frame) -> None:  # noqa: D102, N802
        self._wrapped("weighed", lambda: super(CountingGenerator, self).visit_List(node, frame))

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:  # noqa: D102, N802
        self._wrapped("weighed", lambda: super(CountingGenerator, self).visit_Dict(node, frame))

    def visit_Tuple(self, node: nodes.Tuple, frame: Frame) -> None:  # noqa: D102, N802
        if node.ctx != "load":
            super().visit_Tuple(node, frame)
        else:
            self._wrapped("weighed", lambda: super(CountingGenerator, self).visit_Tuple(node, frame))

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: D102, N802
        if isinstance(node.arg, nodes.Slice):
            self._wrapped("sized", lambda: super(CountingGenerator, self).visit_Getitem(node, frame))
        else:
            super().visit_Getitem(node, frame)


def _is_escaped(frame: Frame, finalize: Any) -> bool:
    return bool(frame.eval_ctx.autoescape) and not frame.eval_ctx.volatile and finalize.src is None


class SandboxEnvironment(ImmutableSandboxedEnvironment):
    """The environment of foreign skins; ``folders`` are those of the user, for messages and for the child."""

    intercepted_binops = frozenset({"*", "**", "+", "-", "%", "/", "//"})
    code_generator_class = CountingGenerator

    def __init__(self, folders: tuple[str, ...], escape: Callable[[object], str], **options: Any) -> None:
        super().__init__(**options)
        self.folders, self.escape = folders, escape
        self._fields: dict[type, frozenset[str]] = {}
        tests: dict[str, Any] = dict(self.tests)
        self.tests = {name: _guarded_test(name, function) for name, function in tests.items()}
        self.tests["counted"] = _counted_step

    def guard_filters(self) -> None:
        """Let every filter spend; after the last one was added."""
        for name, function in list(self.filters.items()):
            self.filters[name] = _guarded(name, function)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The template, with a step for every item that a loop's condition passes over."""
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            if loop.test is not None:
                step = nodes.Test(nodes.Const(1), "counted", [], [], None, None)
                loop.test = nodes.And(step, loop.test).set_lineno(loop.lineno)
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of one of our own structs or a key of a table, else what the sandbox allows."""
        kind = type(obj)
        if kind is dict:
            if attribute in obj and not hasattr(dict, attribute):
                return obj[attribute]
        elif attribute in (self._fields.get(kind) or self._fields.setdefault(kind, _fields_of(kind))):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def step(self, characters: int) -> None:
        """A block runs, with so much text in it."""
        budget = left()
        budget.steps -= 1
        budget.characters -= characters
        if budget.steps < 0 or budget.characters < 0:
            budget.spend(0)

    def weighed(self, value: Any) -> Any:
        """The value, paid for with all that it holds."""
        left().weigh(value)
        return value

    def shown(self, value: Any) -> str:
        """The value as HTML, paid for."""
        if type(value) is str or type(value) is Markup:
            budget = left()
            budget.characters -= len(value)
            if budget.characters < 0:
                budget.spend(0)
        elif value is not None and not (type(value) is int and -_SMALL < value < _SMALL):
            left().weigh(value)
        return self.escape(value)

    def sized(self, value: Any) -> Any:
        """The value, paid for by its length."""
        if isinstance(value, str | bytes | list | tuple | dict):
            left().spend(len(value) >> 6, 0)
        return value

    def call(
        __self,  # noqa: N805 - Jinja2's names keep free what templates give
        __context: Context,
        __obj: Any,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Call what a template calls."""
        left().spend(_CALL)
        _check_call(__obj, args, kwargs)
        found = super().call(__context, __obj, *args, **kwargs)
        return __self.weighed(found) if isinstance(found, str | bytes | list | tuple | dict) else found

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate what a template calculates."""
        _check_operation(operator, left, right)
        return self.weighed(super().call_binop(context, operator, left, right))


def _fields_of(kind: type) -> frozenset[str]:
    """The fields of a struct or named tuple; none of anything else."""
    if issubclass(kind, msgspec.Struct):
        return frozenset(kind.__struct_fields__)
    return frozenset(getattr(kind, "_fields", ()) if issubclass(kind, tuple) else ()) or frozenset({""})


@pass_context
def _counted_step(context: Context, value: object) -> bool:
    left().spend(1)
    return True


def _guarded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that spends for what it is given and what it gives."""

    @wraps(function)
    def spending(*args: Any, **kwargs: Any) -> Any:
        budget = left()
        budget.spend(1)
        given = [*args, *kwargs.values()]
        if name not in _SHALLOW:
            for value in given:
                if isinstance(value, str | bytes | list | tuple | dict):
                    budget.weigh(value)
        options = given[2 if hasattr(function, "jinja_pass_arg") else 1 :]  # beside what is filtered
        if name not in _ANY_NUMBER:
            _check_numbers(f"filter {name}", options)
        if name == "format" and isinstance(given[0], str):
            _check_format(given[0])
        if name in _SQUARE:
            budget.spend(max((len(value) for value in given if isinstance(value, str)), default=0) ** 2 >> 14)
        if name == "sum" and any(isinstance(value, list | tuple) for value in options):
            raise SkinError("filter sum adds numbers; right would be a loop for lists")
        if name == "replace":
            _check_replace(*[value for value in given if isinstance(value, str)][:3])
        found = function(*args, **kwargs)
        if isinstance(found, Iterator):
            return _counted(found)
        if name not in _SHALLOW and isinstance(found, str | bytes | list | tuple | dict):
            budget.weigh(found)
        return found

    return spending


def _guarded_test(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A test that spends for what it looks at."""

    @wraps(function)
    def spending(*args: Any, **kwargs: Any) -> Any:
        left().spend(1)
        for value in (*args, *kwargs.values()):
            if isinstance(value, str | bytes | list | tuple | dict):
                left().spend(len(value) >> 6)
            elif isinstance(value, int) and value.bit_length() > _BITS:
                raise SkinError(f"test {name} is given a number of more than {_BITS:,} bits")
        return function(*args, **kwargs)

    return spending


def _counted(items: Iterator[Any]) -> Iterator[Any]:
    for item in items:
        left().spend(1)
        yield item


def _check_call(called: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Methods of texts and numbers, whose results can be of any size."""
    original = getattr(called, "__wrapped__", called)  # the sandbox wraps str.format
    owner, name = getattr(original, "__self__", None), getattr(original, "__name__", "")
    if not isinstance(owner, str | bytes | int):
        return
    if name in _NO_METHODS:
        raise SkinError(f"method {name} is not for skins")
    if not isinstance(owner, int):
        left().spend(len(owner) >> 6)  # most look at all of it
    for value in (*args, *kwargs.values()):
        if isinstance(value, str | bytes | list | tuple | dict):
            left().weigh(value)
    if name in ("format", "format_map"):
        _check_format(str(owner))
    elif name == "join" and args:
        items = list(args[0])
        left().weigh(items)
        left().spend(0, len(owner) * len(items) if isinstance(owner, str | bytes) else 0)
    elif name == "replace":
        _check_replace(str(owner), *map(str, args[:2]))
    else:
        _check_numbers(f"method {name}", args)


def _check_numbers(what: str, values: Iterable[Any]) -> None:
    for value in values:
        if isinstance(value, int) and not -WIDEST <= value <= WIDEST:
            too_wide(what, value)


def _check_format(text: str) -> None:
    if m := _WIDE.search(text):
        raise SkinError(f"format string {text[:40]!r} has {m[0]!r}; right would be widths below {WIDEST:,}")


def _check_replace(text: str = "", old: str = "", new: str = "") -> None:
    left().spend(0, (text.count(old) + 1) * len(new))


def _check_operation(operator: str, a: Any, b: Any) -> None:
    """Operators whose results can be much larger than what they take."""
    if operator == "%" and isinstance(a, str | bytes):
        _check_format(str(a))
        left().weigh(b)
    elif operator == "*" and not (isinstance(a, int | float) and isinstance(b, int | float)):
        many, times = (b, a) if isinstance(a, int) else (a, b)
        size = len(many) * max(times, 0) if isinstance(times, int) and hasattr(many, "__len__") else 0
        left().spend(size if isinstance(many, list | tuple) else 0, size)
    elif operator == "+" and isinstance(a, str | list | tuple) and isinstance(b, str | list | tuple):
        left().spend(0, len(a) + len(b))
    elif isinstance(a, int) and isinstance(b, int):
        bits = a.bit_length() * max(b, 1) if operator == "**" else a.bit_length() + b.bit_length()
        if bits > _BITS:
            raise SkinError(f"a number of more than {_BITS:,} bits")


class GuardedLoader(jinja2.BaseLoader):
    """Templates of folders in order, none of them by way of a symbolic link."""

    def __init__(self, folders: tuple[str, ...], loader: jinja2.FileSystemLoader) -> None:
        self.folders, self.loader = folders, loader

    # jinja2's contract
    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str | None, Any]:  # noqa: D102
        for folder in self.folders:
            if (Path(folder) / template).exists() or (Path(folder) / template).is_symlink():
                check_file(Path(folder), template)
                break
        return self.loader.get_source(environment, template)

    def list_templates(self) -> list[str]:  # noqa: D102
        return self.loader.list_templates()
