"""Jinja2 with a faster way to print values: the same bytes, fewer objects.

Under autoescape stock Jinja2 wraps every printed value into a Markup object. Here exact strings go to
MarkupSafe's C escaper
and stay plain, exact integers go to ``str``, Markup stays as it is, and everything else takes the stock way.
Escaping is never off. Attributes are asked for as Python does; where that fails, the stock generator renders the page
anew, and either gives what ``p.x`` means in Jinja2 or tells the mistake. If a Jinja2 release changes the private hooks
that this leans on, the stock generator is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property, lru_cache
from keyword import iskeyword
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

from forgegen.errors import SkinError
from forgegen.model.calendar import parse_iso
from forgegen.model.post_numbers import FIRST_THREAD, base36
from forgegen.rendering import walls
from forgegen.rendering.budget import budget_for
from forgegen.rendering.sandbox import GuardedLoader, SandboxEnvironment
from forgegen.rendering.template_errors import MISTAKES, Unknown, told
from forgegen.rendering.views import user_number, user_path
from forgegen.skins.loading import template_folders
from forgegen.skins.skin import Skin
from forgegen.skins.trust import trusted


def _escaper() -> Callable[[str], str] | None:
    try:
        from markupsafe._speedups import _escape_inner
    except ImportError:
        return None
    escaper: Callable[[str], str] = _escape_inner
    return escaper


escape_str = _escaper()


def print_value(value: object) -> str:
    """A value as HTML text, escaped unless it is Markup.

    >>> print_value('<b>"'), print_value(3), print_value(Markup("<b>"))
    ('&lt;b&gt;&#34;', '3', Markup('<b>'))
    """
    kind = type(value)
    if kind is str:
        return escape_str(value) if escape_str is not None else str(escape(value))  # type: ignore[arg-type]
    if kind is int:
        return str(value)
    return escape(value)


class FastGenerator(CodeGenerator):
    """Prints expressions by their exact type, and yields what stands between two statements as one string.

    Conditions over text become conditional expressions within it; the commonest test and filter need no call, and
    macros are called without a detour by their context.
    """

    # Jinja2's names, its contracts.
    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: D102, N802
        self.writeline("from jinja2.runtime import Macro")
        self.writeline("from forgegen.rendering.templating import escape_str, lines, print_value")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("print_value(")

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:  # noqa: D102, N802
        if node.name != "none":
            super().visit_Test(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(" is None)")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: D102, N802
        if node.ctx != "load" or iskeyword(node.attr) or node.attr.startswith("_") or hasattr(dict, node.attr):
            super().visit_Getattr(node, frame)
            return
        self.visit(node.node, frame)
        self.write(f"[{node.attr!r}]" if _root(node) in _MAPS else f".{node.attr}")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: D102, N802
        if not isinstance(node.arg, nodes.Const) or type(node.arg.value) is not int or _root(node.node) not in _MAPS:
            super().visit_Getitem(node, frame)
            return
        self.visit(node.node, frame)
        self.write(f"[{node.arg.value}]")

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:  # noqa: D102, N802
        if node.name != "lines" or node.node is None:
            super().visit_Filter(node, frame)
            return
        self.write("(lines(_t) if '\\n' in (_t := ")
        self.visit(node.node, frame)
        self.write(") else _t)")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: D102, N802
        if forward_caller or not self._plain_call(node, frame):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write("(_f(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        self.write(") if (_f := ")
        self.visit(node.node, frame)
        self.write(").__class__ is Macro else ")
        super().visit_Call(node, frame)
        self.write(")")

    def _plain_call(self, node: nodes.Call, frame: Frame) -> bool:
        """Whether a call may be of a macro under autoescape: such are called themselves, others by their context."""
        context = frame.eval_ctx
        if node.kwargs or node.dyn_args or node.dyn_kwargs or context.volatile or not context.autoescape:
            return False
        named = node.node.node if isinstance(node.node, nodes.Getattr) else node.node
        return isinstance(named, nodes.Name) and not any(argument.find(nodes.Call) for argument in node.args)

    def blockvisit(self, nodes_: Iterable[nodes.Node], frame: Frame) -> None:  # noqa: D102
        pieces: list[nodes.Node] = []
        for node in nodes_:
            if self._plain(frame) and _is_text(node):
                pieces.append(node)
                continue
            self._emit(pieces, frame)
            pieces = []
            super().blockvisit([node], frame)
        self._emit(pieces, frame)

    def _plain(self, frame: Frame) -> bool:
        context = frame.eval_ctx
        return (
            context.autoescape
            and not context.volatile
            and not frame.require_output_check
            and self.environment.finalize is None
        )

    def _emit(self, pieces: list[nodes.Node], frame: Frame) -> None:
        """One yield (or one extension of the buffer) for all of them."""
        if pieces:
            self.writeline("yield concat((" if frame.buffer is None else f"{frame.buffer}.extend((", pieces[0])
            self._items(pieces, frame)
            self.write("))")

    def _items(self, pieces: list[nodes.Node], frame: Frame) -> None:
        """The pieces as items of a tuple; a condition becomes a conditional expression."""
        for piece in pieces:
            if isinstance(piece, nodes.If):
                self._condition(piece, frame)
                continue
            assert isinstance(piece, nodes.Output)
            for child in piece.nodes:
                self._value(child, frame)
                self.write(", ")

    def _value(self, child: nodes.Expr, frame: Frame) -> None:
        """One string: what an expression prints; each side of a choice by its own type."""
        match child:
            case nodes.TemplateData(data=data):
                self.write(repr(data))
            case nodes.Const(value=str(text)):
                self.write(repr(str(escape(text))))
            case nodes.CondExpr(test=test, expr1=one, expr2=nodes.Expr() as other):
                self.write("(")
                self._value(one, frame)
                self.write(" if ")
                self.visit(test, frame)
                self.write(" else ")
                self._value(other, frame)
                self.write(")")
            case _:
                self.write("(escape_str(_v) if (_c := (_v := ")
                self.newline(child)
                self.visit(child, frame)
                self.write(").__class__) is str else _v if _c is Markup else str(_v) if _c is int ")
                self.write("else print_value(_v))")

    def _condition(self, node: nodes.If, frame: Frame) -> None:
        self.write("(")
        for branch in (node, *node.elif_):
            self._branch(branch.body, frame)
            self.write(" if ")
            self.newline(branch)
            self.visit(branch.test, frame)
            self.write(" else ")
        self._branch(node.else_, frame)
        self.write("), ")

    def _branch(self, body: list[nodes.Node], frame: Frame) -> None:
        """One string: what a branch prints."""
        match body:
            case []:
                self.write("''")
            case [nodes.Output(nodes=[nodes.TemplateData(data=data)])]:
                self.write(repr(data))
            case _:
                self.write("concat((")
                self._items(body, frame)
                self.write("))")


_MAPS = ("ui", "setting", "words")  # variables that are dictionaries of texts, lists and dictionaries


def _root(node: nodes.Node) -> str:
    """The variable whose attribute, or whose attribute's attribute, is asked for; ``ui`` and ``setting`` map."""
    while isinstance(node, nodes.Getattr):
        node = node.node
    return node.name if isinstance(node, nodes.Name) else ""


def _is_text(node: nodes.Node) -> bool:
    """Whether a node prints and does nothing else: output, or conditions over output."""
    if isinstance(node, nodes.Output):
        return True
    if not isinstance(node, nodes.If):
        return False
    return all(_is_text(inner) for inner in (*node.body, *node.else_)) and all(
        _is_text(branch) for branch in node.elif_
    )


class SkinLoader(jinja2.FileSystemLoader):
    """Templates of files in UTF-8."""

    # jinja2's contract
    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: D102
        try:
            return super().get_source(environment, template)
        except UnicodeDecodeError as e:
            raise SkinError(f"{template}: byte {e.start} is not UTF-8; right would be a text file in UTF-8") from None


def _options(loader: jinja2.BaseLoader) -> dict[str, Any]:
    """What every environment is told: strict and autoescaping."""
    return {
        "loader": loader, "autoescape": True, "undefined": Unknown, "trim_blocks": True, "lstrip_blocks": True,
        "keep_trailing_newline": False, "auto_reload": False, "cache_size": 400,
    }  # fmt: skip


def _without_dice(env: jinja2.Environment) -> None:
    """What skins have beside Jinja2's own, without what is random or unescaped."""
    env.filters["lines"] = lines
    env.filters["uid"] = profile_number
    env.filters["base36"] = base36
    env.filters["before"] = before
    env.filters["profile"] = profile
    env.filters["unix"] = parse_iso
    env.filters["random"] = _dice
    env.globals["lipsum"] = _dice
    env.filters.pop("safe", None)


class SkinEnvironment(jinja2.Environment):
    """Strict, autoescaping, without dice and clock."""

    def __init__(self, folders: tuple[str, ...], *, fast: bool = True) -> None:
        super().__init__(**_options(SkinLoader(folders)))
        self.fast = fast and hasattr(CodeGenerator, "_output_child_pre") and escape_str is not None
        self.folders, self.slow = folders, set[str]()  # names of templates that only the stock generator renders
        if self.fast:
            self.code_generator_class = FastGenerator
        _without_dice(self)

    @cached_property
    def stock(self) -> SkinEnvironment:
        """The same with the stock generator."""
        return SkinEnvironment(self.folders, fast=False)


def lines(text: str) -> str:
    """A text with its line feeds as ``<br>``; one without any stays plain, to be escaped when it is printed.

    >>> lines("a<b"), lines("a<b\\nc")
    ('a<b', Markup('a&lt;b<br>c'))
    """
    if "\n" not in text:
        return text
    return Markup(print_value(text).replace("\n", "<br>"))  # noqa: S704 - escaped just now


def profile_number(name: str, skin: Skin | None = None) -> int:
    """The number of somebody of this name, in a skin's column where it is given."""
    return user_number(name) if skin is None else user_number(name, skin.columns.users)


def profile(name: str | None, skin: Skin) -> str:
    """The address, without the host, of the page of somebody of this name."""
    return user_path(skin.urls.user, name, skin.columns.users)


def before(thread_id: int, count: int) -> int:
    """The number of the thread that came so many before another; where none did, so many after it.

    >>> before(10000005, 3), before(10000005, 6)
    (10000002, 10000011)
    """
    earlier = thread_id - count
    return earlier if earlier >= FIRST_THREAD else thread_id + count


def _dice(*args: object, **kwargs: object) -> NoReturn:
    raise SkinError("random and lipsum are not for skins: the same seed must give the same bytes")


def environment(extra: tuple[str, ...], *, trust: bool = False) -> jinja2.Environment:
    """The environment that finds templates in these folders, then in the package's.

    Templates run in a sandbox, and within bounds, where any of the folders is not trusted.
    """
    return trusted_environment(extra) if trust or trusted(extra) else foreign_environment(extra)


@lru_cache(maxsize=32)
def trusted_environment(extra: tuple[str, ...]) -> SkinEnvironment:
    """The environment of the package's own skins, and of those that their owner trusts."""
    return SkinEnvironment(tuple(map(str, template_folders(extra))))


@lru_cache(maxsize=32)
def foreign_environment(extra: tuple[str, ...]) -> SandboxEnvironment:
    """The environment in which everything is counted."""
    folders = tuple(map(str, template_folders(extra)))
    env = SandboxEnvironment(extra, print_value, **_options(GuardedLoader(folders, SkinLoader(folders))))
    _without_dice(env)
    env.guard_filters()
    return env


def render_pieces(env: jinja2.Environment, name: str, variables: dict[str, object]) -> list[str]:
    """A template rendered, in pieces; a foreign one in the child where there is a wall limit.

    Raises: SkinError with file and line where the template is wrong, or takes more than it may.
    """
    if isinstance(env, SandboxEnvironment):
        if walls.on():
            return [walls.render(env.folders, name, variables)]
        return render_foreign(env, name, variables)
    try:
        return _rendered(env, name, variables)
    except MISTAKES as e:
        mistake = told(e, env, variables)
        if mistake is e:
            raise
        raise mistake from e


def render_foreign(env: jinja2.Environment, name: str, variables: dict[str, object]) -> list[str]:
    """A template of a stranger rendered in this process, within bounds of steps and characters.

    Raises: SkinError for everything that the template does wrong.
    """
    posts = variables.get("posts")
    try:
        with budget_for(len(posts) if isinstance(posts, list) else 0):
            return _pieces(env, env.get_template(name), variables)
    except Exception as e:  # a template can raise what it likes
        mistake = told(e, env, variables)
        if mistake is e and not isinstance(e, SkinError):
            nested = isinstance(e, RecursionError | MemoryError | SyntaxError)
            mistake = SkinError(f"{name}: {'nested too deep' if nested else f'{type(e).__name__}: {e}'}")
        raise mistake from e


def _rendered(env: jinja2.Environment, name: str, variables: dict[str, object]) -> list[str]:
    """The pieces by the generator that can render the template."""
    if not isinstance(env, SkinEnvironment) or not env.fast:
        return _pieces(env, env.get_template(name), variables)
    if name not in env.slow:
        with suppress(AttributeError, LookupError, TypeError):  # an item asked for as an attribute, or a mistake
            return _pieces(env, env.get_template(name), variables)
    pieces = _pieces(env.stock, env.stock.get_template(name), variables)
    env.slow.add(name)
    return pieces


def _pieces(env: jinja2.Environment, template: jinja2.Template, variables: dict[str, object]) -> list[str]:
    """What ``Template.generate`` yields; skins' templates have no globals but the environment's, which saves copies."""
    context = env.context_class(env, {**env.globals, **variables}, template.name, template.blocks)
    try:
        return list(template.root_render_func(context))
    except Exception:
        return env.handle_exception()
