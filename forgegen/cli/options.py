"""Options that several commands share, as decorators."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from forgegen.assess.answer_forms import FORMS
from forgegen.cli.output import say
from forgegen.errors import UnknownName, UsageError
from forgegen.generate.defaults import DEFAULT_LOCALE, DEFAULT_PROFILE
from forgegen.rendering.look import DATAS, NOISES
from forgegen.rendering.walls import wall
from forgegen.skins.library import LIBRARY, library_folders, skin_folders
from forgegen.skins.settings import Settings
from forgegen.skins.trust import trusting

F = TypeVar("F", bound=Callable[..., Any])


class Choice(click.ParamType):  # type: ignore[type-arg, unused-ignore]  # generic since click 8.4
    """One of a few words; a wrong one is answered with the nearest."""

    name = "choice"

    def __init__(self, kind: str, *known: str) -> None:
        self.kind, self.known = kind, known

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word, if known."""
        if value not in self.known:
            self.fail(str(UnknownName(self.kind, value, self.known)), param, ctx)
        return str(value)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """The words, for --help."""
        return "|".join(self.known)


class PageNumber(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A page number from 1, or ``all``; as a number, 0 meaning all."""

    name = "page"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number."""
        if isinstance(value, int):
            return value
        if value == "all":
            return 0
        if not str(value).isascii() or not str(value).isdigit() or int(value) < 1:
            self.fail(f"{value!r} is not a page; right would be 1, 2, … or all", param, ctx)
        return int(value)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """What --help shows."""
        return "N|all"


class Memory(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """An amount of memory with its unit (K, M, G), in bytes."""

    name = "memory"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number of bytes."""
        if isinstance(value, int):
            return value
        m = re.fullmatch(r"(\d{1,9})([KMG]?)(?:i?B)?", str(value).strip(), re.IGNORECASE | re.ASCII)
        if m is None or int(m[1]) == 0:
            self.fail(f"{value!r} is no amount of memory; right would be 512M or 2G", param, ctx)
        return int(m[1]) << {"": 0, "K": 10, "M": 20, "G": 30}[m[2].upper()]

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """What --help shows."""
        return "SIZE"


def _together(*options: Callable[[Any], Any]) -> Callable[[F], F]:
    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def renames(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    """Names by names from words THEIRS=OURS."""
    if not value:
        return {}
    from forgegen.assess.predict import checked_rename

    found = {}
    for word in (part.strip() for given in value for part in given.split(",")):
        theirs, equals, ours = word.partition("=")
        if not (equals and theirs and ours):
            raise UsageError(f"--rename {word!r} is none; right would be THEIRS=OURS, as in body=text")
        found[theirs] = ours
    return checked_rename(found)


def note_memory(ctx: click.Context, param: click.Parameter, value: int) -> int:
    """The amount; where the system cannot bound it and somebody asked for it, a line says so."""
    asked = ctx.get_parameter_source(str(param.name)) is not ParameterSource.DEFAULT
    if not asked:
        return value
    from forgegen.assess.ipc import system_bounds_memory

    if not system_bounds_memory():
        words = "this system cannot bound memory; it is looked at 20 times a second, and may be more for a moment"
        say(f"forgegen: --memory: {words}", err=True)
    return value


number_options = _together(
    click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Names the corpus."),
    click.option("--index", type=click.IntRange(min=0), default=0, show_default=True, help="Thread of the corpus."),
)
thread_options = _together(
    number_options,
    click.option("--locale", default=DEFAULT_LOCALE, show_default=True, help="Language and manners."),
    click.option("--profile", default=DEFAULT_PROFILE, show_default=True, help="Sizes, growth, times and mixes."),
)
words_options = _together(
    click.option("--locale", help="Language and manners. [default: the skin's]"),
    click.option("--profile", help="Sizes, growth, times and mixes. [default: the skin's]"),
)


def bound_foreign(context: click.Context, folders: tuple[Path, ...]) -> None:
    """Run templates of these folders within bounds and a wall limit, or trust them with ``--trust-templates``."""
    if context.meta.get(_TRUST):
        context.with_resource(trusting(folders))
    elif folders:
        context.with_resource(wall())


def _note_trust(context: click.Context, param: click.Parameter, value: bool) -> None:
    context.meta[_TRUST] = value


def _note_library(context: click.Context, param: click.Parameter, value: Path | None) -> None:
    context.meta[_LIBRARY] = value


def _bound(context: click.Context, param: click.Parameter, value: tuple[Path, ...]) -> tuple[Path, ...]:
    """The folders of skins, those of the library behind the others."""
    library: Path | None = context.meta.get(_LIBRARY)
    value = (*value, *skin_folders(library_folders() if library is None else (library,)))
    bound_foreign(context, value)
    return value


_LIBRARY = "forgegen.library"
_TRUST = "forgegen.trust-templates"
templates_option = _together(
    click.option(
        "--templates", type=click.Path(exists=True, file_okay=False, path_type=Path), multiple=True, callback=_bound,
        help="Folder with skins of your own; may be given again.",
    ),
    click.option(
        "--library", type=click.Path(exists=True, file_okay=False, path_type=Path), is_eager=True, expose_value=False,
        callback=_note_library, help=f"Folder with skins of your own in 'skins'. [env: {LIBRARY}]",
    ),
    click.option(
        "--trust-templates", is_flag=True, is_eager=True, expose_value=False, callback=_note_trust,
        help="Run those skins without bounds, as forgegen's own: for skins that you wrote yourself.",
    ),
)  # fmt: skip
shapes_option = click.option(
    "--shapes", type=Choice("kind of shapes", "engine", "any"), default="engine", show_default=True,
    help="Pages that the skin's engine could have sent, or anything that the catalogue of quirks has.",
)  # fmt: skip
skin_options = _together(
    click.option("--skin", default="reference", show_default=True, help="Look of the page."),
    templates_option,
)
look_options = _together(
    click.option("--noise", type=Choice("noise", *NOISES), default="usual", show_default=True,
                 help="Boilerplate round the content; 'wild' adds adverts that look like posts."),
    click.option("--ui", help="Language of the furniture. [default: the skin's first]"),
    click.option("--data", type=Choice("data", *DATAS), default="google", show_default=True,
                 help="Structured data: by Google's rules, as the engine really writes it, or none."),
    click.option("--encoding", help="Encoding of the bytes. [default: the skin's first]"),
)  # fmt: skip


class SettingPair(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """NAME=VALUE, as a pair."""

    name = "setting"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Both, if both are there."""
        if isinstance(value, tuple):
            return value
        name, equals, chosen = str(value).partition("=")
        if not (name and equals and chosen):
            self.fail(f"{value!r} is no setting; right would be NAME=VALUE, as in dates=relative", param, ctx)
        return name, chosen

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """What --help shows."""
        return "NAME=VALUE"


def _once(ctx: click.Context, param: click.Parameter, value: Settings) -> Settings:
    """The pairs, if no setting has two values."""
    names = [name for name, _ in value]
    for name in names:
        if names.count(name) > 1:
            raise click.BadParameter(f"setting {name!r} has two values; right would be one", ctx, param)
    return value


def mixed_settings(pairs: Settings) -> dict[str, dict[str, int]]:
    """For each setting the values given for it, with equal weights.

    >>> mixed_settings((("dates", "stock"), ("dates", "relative")))
    {'dates': {'stock': 1, 'relative': 1}}
    """
    mixed: dict[str, dict[str, int]] = {}
    for name, value in pairs:
        mixed.setdefault(name, {})[value] = 1
    return mixed


settings_option = click.option(
    "--setting", "settings", type=SettingPair(), multiple=True, callback=_once,
    help="What the board's administrators chose, see 'forgegen list settings --skin S'; may be given again.",
)  # fmt: skip
parser_options = _together(
    click.option("--cmd", metavar="COMMAND", help="A parser in any language, over JSON lines, instead of PKG:FUNC."),
    click.option(
        "--timeout", type=click.FloatRange(min=0, min_open=True), default=10.0, show_default=True, metavar="SECONDS",
        help="Time for a page.",
    ),
    click.option(
        "--memory", type=Memory(), default="2G", show_default=True, callback=note_memory,
        help="Memory for the parser and what it starts. Linux bounds it; elsewhere, and with --cmd, it is looked at "
        "20 times a second.",
    ),
    click.option(
        "--rename", "renames", multiple=True, metavar="THEIRS=OURS", callback=renames,
        help="Name of a field in the answers, and ours for it; may be given again.",
    ),
)  # fmt: skip
form_option = click.option(
    "--form", type=Choice("form", *FORMS), default="text", show_default=True,
    help="What the texts of the answers are written in; Markdown needs the extra 'markdown'.",
)  # fmt: skip
output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write; standard output without it."
)
