"""``forgegen hunt``: Hypothesis against a parser, with no test to write."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import click
import msgspec

from forgegen.assess.check import known_field
from forgegen.assess.failures import Saved, file_name, ignored_by_git, remove_failure, save_failure
from forgegen.assess.hunt import Hunt, hunt
from forgegen.assess.runner import open_parser
from forgegen.assess.same_cause import Bug
from forgegen.assess.written_tests import Rerun, tests_of
from forgegen.cli.options import Choice, form_option, parser_options, settings_option, shapes_option, templates_option
from forgegen.cli.output import emit, say, write_file
from forgegen.cli.progress import Progress
from forgegen.errors import UsageError
from forgegen.quirks.catalogue import quirks_named
from forgegen.rendering.look import NOISES
from forgegen.skins.loading import board_settings, load_skin
from forgegen.skins.settings import Settings

FOLDER = Path(".forgegen/hunt")
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))


def pages_of(skins: tuple[str, ...], **options: Any) -> Any:
    """The strategy of pages: the one place that a hunt takes them from. Options that are empty are not given."""
    from forgegen.strategies import pages

    return pages(skins=skins, **{name: value for name, value in options.items() if value not in ((), None)})


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
@form_option
@click.option(
    "--quirk", "quirks", multiple=True, metavar="NAME", help="Quirk or class: only these; may be given again."
)
@click.option("--exclude-quirk", "excluded", multiple=True, metavar="NAME", help="None of these.")
@click.option("--noise", type=Choice("noise", *NOISES), help="Boilerplate round the posts. [default: usual in a third]")
@click.option(
    "--whitespace",
    type=Choice("whitespace", "fold", "strict"),
    default="fold",
    show_default=True,
    help="Whether white space is compared folded, or character for character.",
)
@click.option("--field", "fields", multiple=True, help="Field to compare; may be given again. [default: all claimed]")
@click.option("--examples", type=click.IntRange(min=1), default=300, show_default=True, help="Pages to look at.")
@click.option("--budget", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Time for all of it.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Which pages.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--junit", type=click.Path(path_type=Path), help="Also write a JUnit file.")
@click.option(
    "--write-tests",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write tests for pytest that look at the same pages again, without Hypothesis.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=FOLDER, show_default=True, help="Folder for the pages."
)
def hunt_command(
    spec: str | None, cmd: str | None, timeout: float, memory: int, renames: dict[str, str], skins: tuple[str, ...],
    templates: tuple[Path, ...], settings: Settings, readers: str, shapes: str, quirks: tuple[str, ...],
    excluded: tuple[str, ...], noise: str | None, whitespace: str, form: str, fields: tuple[str, ...], examples: int,
    budget: float | None, seed: int, as_json: bool, junit: Path | None, write_tests: Path | None, output: Path,
) -> None:  # fmt: skip
    """Look for pages on which a parser fails, and save the smallest page of every distinct cause.

    The parser is PKG:FUNC or --cmd, as for 'forgegen score'. A crash, a hang, too much memory, an exception or an
    answer that is none is a finding like a wrong field. Findings that are raised at one place of the parser, or vanish
    with one odd value, are one. Each page is saved as NAME.html (the element outlined), NAME.page.html (its bytes),
    NAME.truth.json and NAME.txt (a line that makes it again), the moment it is found, and again when it is smaller.

    \b
    Examples:
      forgegen hunt my_parser:parse
      forgegen hunt my_parser:parse --readers html5 --examples 2000 --field text --field parent
      forgegen hunt my_parser:parse --form markdown
      forgegen hunt my_parser:parse --rename body=text --rename user=author
      forgegen hunt my_parser:parse --quirk count --exclude-quirk count.k --noise usual --write-tests test_hunted.py
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
    quirks_named((*quirks, *excluded))
    parser = open_parser(spec, cmd, timeout=timeout, memory=memory, rename=renames)
    strategy = pages_of(
        chosen, templates=tuple(map(str, templates)), settings=settings, readers=readers, shapes=shapes, quirks=quirks,
        exclude_quirks=excluded, noise=noise,
    )  # fmt: skip
    try:
        with Progress(" pages") as progress:
            saver = _Saver(output, progress)
            found = hunt(
                parser, strategy, examples=examples, seed=seed, budget=budget, fields=wanted, whitespace=whitespace,
                form=form, listener=saver,
            )  # fmt: skip
    finally:
        parser.close()
    rows = [_row(bug, saver.saved[number]) for number, bug in enumerate(found.bugs, 1)]
    if junit is not None:
        write_file(junit, _junit(found).encode("utf-8", "replace"))
    if write_tests is not None:
        again = Rerun(spec, cmd, timeout, memory, renames, fields, whitespace, form)
        write_file(write_tests, tests_of(found.bugs, again).encode("utf-8", "backslashreplace"))
    if as_json:
        told = {"parser": found.parser, "pages": found.pages, "seconds": round(found.seconds, 3),
                "timed_out": found.timed_out, "bugs": rows}  # fmt: skip
        emit(msgspec.json.encode(told) + b"\n", None)
    else:
        say(_screen(found, rows), nl=False)
    if found.bugs:
        raise click.exceptions.Exit(1)


class _Saver:
    """Writes the pages as they are found."""

    def __init__(self, folder: Path, progress: Progress) -> None:
        self.folder, self.progress = folder, progress
        self.saved: dict[int, Saved] = {}

    def looked(self, pages: int, bugs: int) -> None:
        """Tell how far the hunt is."""
        self.progress.note = f"{bugs} bug{'s' * (bugs != 1)}"
        self.progress.tell(pages)

    def found(self, number: int, bug: Bug) -> None:
        """Write the four files of the bug, in place of those of its larger page."""
        ignored_by_git(self.folder)
        f = bug.finding
        name = file_name(f"{number:02d}-{f.field}-{f.kind}".replace(" ", "-").replace(":", "-"))
        before = self.saved.get(number)
        message = f"{f.message}\n{f.detail}".rstrip()
        self.saved[number] = save_failure(self.folder, name, bug.page, message, difference=f.difference)
        if before is not None and before.html != self.saved[number].html:
            remove_failure(before)

    def dropped(self, number: int) -> None:
        """Take away the files of what was no bug of its own."""
        remove_failure(self.saved.pop(number))


def _row(bug: Bug, saved: Saved) -> dict[str, Any]:
    """What is to be told of a bug as JSON."""
    f = bug.finding
    return {
        "field": f.field, "kind": f.kind, "message": f.message, "quirks": list(bug.quirks), "also": list(bug.also),
        "readers": bug.page.readers, "skin": bug.page.skin, "posts": len(bug.page.truth.posts),
        "steady": bug.steady, "shrunk": bug.shrunk, "html": str(saved.html), "line": saved.line,
    }  # fmt: skip


def _screen(found: Hunt, rows: list[dict[str, Any]]) -> str:
    """What was looked at, and each bug in three lines."""
    count = f"{len(rows)} bug{'s' * (len(rows) != 1)}" if rows else "nothing found"
    late = ", the time ran out" if found.timed_out else ""
    lines = [f"{found.parser}: {found.pages:,} pages in {found.seconds:.1f} s, {count}{late}"]
    for number, row in enumerate(rows, 1):
        notes = ["not always"] * (not row["steady"]) + ["not shrunk to the end"] * (not row["shrunk"])
        notes += [f"also {', '.join(row['also'])}"] * bool(row["also"])
        told = f"  ({'; '.join(notes)})" if notes else ""
        lines.append(f"{number:>2}  {row['message'][:110]}{told}")
        posts = f"{row['posts']} post{'s' * (row['posts'] != 1)}"
        lines.append(f"    quirks: {_few(row['quirks'])}   {posts}   {row['html']}")
    return "\n".join(lines) + "\n"


_NAMED = 8  # labels on a line


def _few(names: list[str]) -> str:
    more = len(names) - _NAMED
    return (", ".join(names[:_NAMED]) or "none") + (f" and {more} more" if more > 0 else "")


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
