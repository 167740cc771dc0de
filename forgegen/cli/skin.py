"""``forgegen skin new`` and ``forgegen skin check``: skins of one's own."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from forgegen.cli.options import Choice, shapes_option, templates_option
from forgegen.cli.output import say
from forgegen.cli.progress import Progress
from forgegen.errors import UnknownName, UsageError
from forgegen.model.thread import Thread
from forgegen.skincheck.skin_check import SkinFinding, SkinReport, check_skin
from forgegen.skins.loading import skin_names, template_folders
from forgegen.whole_files import write_folder

KINDS = ("article", "forum")


@click.group("skin")
def skin_command() -> None:
    """Write a skin of your own, and check one.

    \b
    Examples:
      forgegen skin new mine --kind forum
      forgegen skin check mine --templates skins
      forgegen page --templates skins --skin mine -o page.html
    """


@skin_command.command("new")
@click.argument("name")
@click.option("--kind", type=Choice("kind", *KINDS), default="article", show_default=True, help="What it shows.")
@click.option("--base", help="Skin to inherit all from: a theme, which says only what is different.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), default=Path("skins"), show_default=True,
    help="Folder of skins to write it into; made where it is missing.",
)  # fmt: skip
def new_command(name: str, kind: str, base: str | None, output: Path) -> None:
    """Write a starter for skin NAME: a folder of commented files that works at once.

    \b
    Examples:
      forgegen skin new mine --kind forum
      forgegen skin new dark --base phpbb3 -o themes
    """
    known = skin_names([output] if output.is_dir() else [])
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise UsageError(
            f"{name!r} cannot name a skin; right would be small letters, digits and hyphens, as 'my-forum'"
        )
    if name in known:
        raise UsageError(f"skin {name!r} exists already; right would be another name")
    if base is not None and base not in known:
        raise UnknownName("skin", base, known)
    folder = output / name
    if folder.exists():
        raise UsageError(f"{str(folder)!r} exists already; nothing was written")
    files = starter("base" if base else kind, name, base or "")
    write_folder(folder, {file: text.encode() for file, text in files.items()})
    say(f"{folder}: {', '.join(sorted(files))}")
    say(f"Check it: forgegen skin check {name} --templates {output}")
    say(f"See it:   forgegen page --templates {output} --skin {name} -o page.html")


def starter(kind: str, name: str, base: str) -> dict[str, str]:
    """The files of a starter by their names, with the skin's name and its base filled in."""
    folder = next(found for top in template_folders() if (found := top / "_starter" / kind).is_dir())
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {
        file.relative_to(folder).as_posix(): re.sub(
            r"\bBASE\b", base, re.sub(r"\bNAME\b", name, file.read_text("utf-8"))
        )
        for file in files
    }


@skin_command.command("check")
@click.argument("name")
@templates_option
@click.option("--examples", type=click.IntRange(min=1), default=500, show_default=True, help="Hostile threads.")
@shapes_option
@click.option("--json", "as_json", is_flag=True, help="A JSON object: what was done and what was found.")
def check_command(name: str, templates: tuple[Path, ...], examples: int, shapes: str, as_json: bool) -> None:
    """Render hostile threads in skin NAME, read them back by its selectors, and say what fails.

    Also checked: ids, outside requests, charset, language, links, addresses, board and index pages. Every failure comes
    with the smallest page found that shows it, as Python. The threads are the same every time.

    \b
    Examples:
      forgegen skin check mine --templates skins
      forgegen skin check mine --templates skins --json --examples 2000 --shapes any
    """
    report = check_skin(name, templates=templates, examples=examples, shapes=shapes, each=_progress)
    if as_json:
        findings = [finding._asdict() for finding in report.findings]
        say(msgspec.json.encode({**report._asdict(), "findings": findings}).decode())
    else:
        _print(report)
    if report.findings:
        sys.exit(1)


def _progress(threads: Iterable[Thread]) -> Iterable[Thread]:
    """The threads, with a bar."""
    known = list(threads)
    with Progress(" threads", len(known)) as progress:
        for thread in known:
            yield thread
            progress.add()


def _print(report: SkinReport) -> None:
    say(f"{report.skin}: {report.threads} threads, {report.pages} pages, {report.looks} looks")
    for finding in report.findings:
        say(f"\n{_told(finding)}")
    number = len(report.findings)
    say(f"{report.skin}: all well" if not number else f"\n{report.skin}: {number} found wanting")


def _told(finding: SkinFinding) -> str:
    lines = [f"{finding.what}: {finding.problem}"]
    if finding.what.startswith(("page.", "post.")) or finding.what == "posts":
        lines += [f"  shown:    {finding.shown!r}", f"  read:     {finding.read!r}"]
    if finding.selector:
        lines.append(f"  selector: {finding.selector}")
    if finding.page:
        lines.append(f"  page:     {finding.page}")
    return "\n".join(lines)
