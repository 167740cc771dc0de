"""The ``forgegen`` command: its group, lazily loaded subcommands, and what errors do to the exit code."""

from __future__ import annotations

import os
import shutil
import sys
from difflib import get_close_matches
from io import StringIO

import click

from forgegen import __version__
from forgegen.cli.output import ClosedOutput, abandon_output, say
from forgegen.entry_points import COMMANDS, load
from forgegen.errors import ForgegenError, NothingFound

# The line of every command in --help, which imports none of them.
LINES = {
    "page": "Print or write a page (HTML) and its ground truth.",
    "thread": "Print a thread as JSON or readable text.",
    "import": "Read a thread's text or JSON and write text, JSON or HTML.",
    "extract": "Read a page back: its ground truth as JSON.",
    "corpus": "Write a corpus of any size, or finish one that was begun.",
    "verify": "Compare a corpus with its manifest, and repair it.",
    "hunt": "Look for pages on which a parser fails, each bug shrunk.",
    "score": "Score a parser, or its predictions, against the truth.",
    "edge": "Write the catalogue of edge cases: a labelled minimal page and truth for every quirk.",
    "skin": "Write a skin of your own (new), and check one (check).",
    "adopt": "Make a skin of a saved page of your own site.",
    "serve": "Serve a forum to crawl, with its truth on a port beside it.",
    "list": "List skins, quirks, locales, profiles, formats, engines, executors, faults or state.",
}


_READER_GONE = 141  # as shells report a program that SIGPIPE ended


class LazyGroup(click.Group):
    """A group whose commands are imported when called; a wrong name is answered with the nearest one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands in the order of the documentation."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = load(COMMANDS[cmd_name])
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the first argument."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, n=1, cutoff=0.4)
            guess = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"Unknown command {args[0]!r}.{guess} Known: {', '.join(COMMANDS)}.")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with their lines, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(LINES.items()))


# Help is as wide as COLUMNS says; without it, as wide as the terminal, up to 100 columns.
_WIDTH = shutil.get_terminal_size().columns if os.environ.get("COLUMNS", "").isdigit() else 100


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _WIDTH})
@click.version_option(__version__, message="forgegen %(version)s")
def cli() -> None:
    """Realistic forum threads as HTML pages, with the exact truth of what a parser should find.

    \b
    Examples:
      forgegen page --seed 7 -o page.html          page.html and page.truth.json
      forgegen thread --seed 7 --format text       the same thread to read
      forgegen import thread.txt --to html -o p.html
      forgegen extract page.html --skin reference

    Exit codes: 0 done, 1 found wanting, 2 wrong use or broken input.
    """


_LONGEST_MESSAGE = 4_000


def _bounded(message: str) -> str:
    """A message without its middle where it quotes something long."""
    if len(message) <= _LONGEST_MESSAGE:
        return message
    return f"{message[: _LONGEST_MESSAGE // 2]} … {message[-_LONGEST_MESSAGE // 4 :]}"


def run() -> None:
    """Entry point: errors of ours are one line on standard error and exit code 2."""
    if sys.stdout is None:
        sys.stdout = ClosedOutput()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    stdout = sys.stdout
    try:
        code = cli.main(standalone_mode=False)
        if isinstance(code, int) and code:  # click gives back what a command exits with
            sys.exit(code)
    except click.exceptions.Exit as e:
        sys.exit(e.exit_code)
    except click.Abort:
        say("aborted", err=True)
        sys.exit(130)
    except click.ClickException as e:
        words = StringIO()
        e.show(words)
        say(words.getvalue(), err=True, nl=False)
        sys.exit(2)
    except ForgegenError as e:
        say(f"forgegen: {_bounded(str(e))}", err=True)
        sys.exit(1 if isinstance(e, NothingFound) else 2)
    except SystemExit:
        if sys.stdout is not stdout:  # click met a pipe whose reader has gone, and exits with 1
            sys.exit(_READER_GONE)
        raise
    except BrokenPipeError:
        abandon_output()
        sys.exit(_READER_GONE)
    except OSError as e:
        name = f"{e.filename}: " if e.filename else ""
        abandon_output()
        say(f"forgegen: {name}{e.strerror or e}", err=True)
        sys.exit(2)
