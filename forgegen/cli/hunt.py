"""``forgegen hunt``: Hypothesis against a parser, with no test to write."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import click
import msgspec

from forgegen.assess.check import known_field
from forgegen.assess.failures import file_name, ignored_by_git, save_failure
from forgegen.assess.hunt import Bug, Hunt, hunt
from forgegen.assess.runner import open_parser
from forgegen.cli.options import Choice, parser_options, settings_option, shapes_option, templates_option
from forgegen.cli.output import emit, say, write_file
from forgegen.cli.progress import Progress
from forgegen.errors import UsageError
from forgegen.skins.loading import board_settings, load_skin
from forgegen.skins.settings import Settings

FOLDER = Path(".forgegen/hunt")
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))


def pages_of(
    skins: tuple[str, ...], readers: str, templates: tuple[str, ...], settings: Settings = (), shapes: str = "engine"
) -> Any:
    """The strategy of pages: the one place that a hunt takes them from."""
    options: dict[str, Any] = {"templates": templates} if templates else {}
    if settings:
        options["settings"] = settings
    from forgegen.strategies import pages

    return pages(skins=skins, readers=readers, shapes=shapes, **options)


@click.command("hunt")
@click.argument("spec", metavar="[PKG:FUNC]", required=False)
@parser_options
@click.option("--skin", "skins", multiple=True, help="Look of the pages; may be given again. [default: reference]")
@templates_option
@settings_option
@click.option(
    "--readers",
    type=Choice("kind of readers", "portable", "html5", "hostile"),
    default="portable",
    show_default=True,
    help="How nasty: read alike by every common parser, by those that follow the standard, or by none for sure.",
)
@shapes_option
@click.option("--field", "fields", multiple=True, help="Field to compare; may be given again. [default: all claimed]")
@click.option("--examples", type=click.IntRange(min=1), default=300, show_default=True, help="Pages to look at.")
@click.option("--budget", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Time for all of it.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Which pages.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--junit", type=click.Path(path_type=Path), help="Also write a JUnit file.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=FOLDER, show_default=True, help="Folder for the pages."
)
def hunt_command(
    spec: str | None, cmd: str | None, timeout: float, memory: int, renames: dict[str, str], skins: tuple[str, ...],
    templates: tuple[Path, ...], settings: Settings, readers: str, shapes: str, fields: tuple[str, ...], examples: int,
    budget: float | None, seed: int, as_json: bool, junit: Path | None, output: Path,
) -> None:  # fmt: skip
    """Look for pages on which a parser fails, and save the smallest page of every distinct bug.

    The parser is PKG:FUNC or --cmd, as for 'forgegen score'. A crash, a hang, too much memory, an exception or an
    answer that is none is a finding like a wrong field. Each page is saved as NAME.html (the element outlined),
    NAME.page.html (its bytes), NAME.truth.json and NAME.txt (a line that makes it again).

    \b
    Examples:
      forgegen hunt my_parser:parse
      forgegen hunt my_parser:parse --readers html5 --examples 2000 --field text --field parent
      forgegen hunt my_parser:parse --rename body=text --rename user=author
      forgegen hunt --cmd 'node parser.js' --skin reference --budget 60 --junit hunt.xml

    Exit codes: 0 nothing found, 1 something found, 2 wrong use.
    """
    chosen = skins or ("reference",)
    wanted = tuple(known_field(name) for name in fields) or None
    for skin in chosen:
        load_skin(skin, tuple(map(str, templates)))
        board_settings(skin, tuple(map(str, templates)), None, settings)
    if output.exists() and not output.is_dir():
        raise UsageError(f"{str(output)!r} is a file; right would be a folder")
    parser = open_parser(spec, cmd, timeout=timeout, memory=memory, rename=renames)
    try:
        with Progress(" pages") as progress:

            def tell(pages: int, bugs: int) -> None:
                progress.note = f"{bugs} bug{'s' * (bugs != 1)}"
                progress.tell(pages)

            strategy = pages_of(chosen, readers, tuple(map(str, templates)), settings, shapes)
            found = hunt(parser, strategy, examples=examples, seed=seed, budget=budget, fields=wanted, tell=tell)
    finally:
        parser.close()
    rows = _saved(found, output)
    if junit is not None:
        write_file(junit, _junit(found).encode("utf-8", "replace"))
    if as_json:
        told = {"parser": found.parser, "pages": found.pages, "seconds": round(found.seconds, 3),
                "timed_out": found.timed_out, "bugs": rows}  # fmt: skip
        emit(msgspec.json.encode(told) + b"\n", None)
    else:
        say(_screen(found, rows), nl=False)
    if found.bugs:
        raise click.exceptions.Exit(1)


def _saved(found: Hunt, folder: Path) -> list[dict[str, Any]]:
    """Write the pages; what is to be told of each bug."""
    rows = []
    if found.bugs:
        ignored_by_git(folder)
    for number, bug in enumerate(found.bugs, 1):
        f = bug.finding
        name = file_name(f"{number:02d}-{f.field}-{f.kind}".replace(" ", "-").replace(":", "-"))
        message = f"{f.message}\n{f.detail}".rstrip()
        saved = save_failure(folder, name, bug.page, message, difference=f.difference)
        rows.append(
            {
                "field": f.field, "kind": f.kind, "message": f.message, "quirks": list(bug.quirks),
                "readers": bug.page.readers, "skin": bug.page.skin, "posts": len(bug.page.truth.posts),
                "steady": bug.steady, "html": str(saved.html), "line": saved.line,
            }
        )  # fmt: skip
    return rows


_SCREENFUL = 12  # bugs that a screen of 30 lines holds


def _screen(found: Hunt, rows: list[dict[str, Any]]) -> str:
    """One screen: what was looked at, and each bug in three lines."""
    count = f"{len(rows)} bug{'s' * (len(rows) != 1)}" if rows else "nothing found"
    late = ", the time ran out" if found.timed_out else ""
    lines = [f"{found.parser}: {found.pages:,} pages in {found.seconds:.1f} s, {count}{late}"]
    for number, row in enumerate(rows[:_SCREENFUL], 1):
        unsteady = "" if row["steady"] else "  (not always)"
        lines.append(f"{number:>2}  {row['message'][:110]}{unsteady}")
        posts = f"{row['posts']} post{'s' * (row['posts'] != 1)}"
        lines.append(f"    quirks: {', '.join(row['quirks']) or 'none'}   {posts}   {row['html']}")
    if len(rows) > _SCREENFUL:
        lines.append(f"and {len(rows) - _SCREENFUL} more: --json tells all")
    return "\n".join(lines) + "\n"


def _junit(found: Hunt) -> str:
    """The findings as JUnit: a failed case a bug, or one that passed."""
    cases = [_case(found, bug) for bug in found.bugs]
    cases = cases or [f'<testcase classname="forgegen.hunt" name={quoteattr(found.parser)}/>']
    head = f'<testsuite name="forgegen hunt" tests="{len(cases)}" failures="{len(found.bugs)}" errors="0"'
    return "\n".join(
        ['<?xml version="1.0" encoding="utf-8"?>', f'{head} time="{found.seconds:.3f}">', *cases, "</testsuite>", ""]
    )


def _case(found: Hunt, bug: Bug) -> str:
    f = bug.finding
    name = quoteattr(f"{f.field}: {f.kind}".translate(_CONTROLS))
    message = quoteattr(f"{f.message} [quirks: {', '.join(bug.quirks) or 'none'}]".translate(_CONTROLS))
    return f"<testcase classname={quoteattr(found.parser)} name={name}><failure message={message}/></testcase>"
