"""``forgegen adopt``: a skin of a saved page of one's own site."""

from __future__ import annotations

import difflib
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from forgegen.adopt.adopting import Adopted, adopt_page, read_back, starter_lists, understand, write_skin
from forgegen.adopt.finding import Discovery
from forgegen.adopt.hints import Hints, apply_hints
from forgegen.adopt.saved_pages import read_page
from forgegen.adopt.writing import document
from forgegen.cli.options import Choice, bound_foreign
from forgegen.cli.output import say
from forgegen.errors import ReadError, SkinError, UsageError
from forgegen.skincheck.skin_check import SkinReport, check_skin
from forgegen.skins.library import LIBRARY, library_folders
from forgegen.skins.loading import skin_names


@click.command("adopt")
@click.argument(
    "pages", nargs=-1, required=True, metavar="PAGE...", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--name", required=True, help="Name of the skin: small letters, digits and hyphens.")
@click.option(
    "--library",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Folder to write skins/NAME into. [env: {LIBRARY}; default: forgegen-library]",
)
@click.option("--post", metavar="CSS", help="Selector of the posts.")
@click.option("--author", metavar="CSS|@ATTR", help="Selector of the author below a post, or an attribute of the post.")
@click.option("--date", metavar="CSS", help="Selector of the date below a post.")
@click.option("--text", metavar="CSS", help="Selector of the text below a post.")
@click.option(
    "--reply", nargs=3, metavar="AUTHOR DATE TEXT", help="One reply as the page shows it: author, date, first words."
)
@click.option("--date-order", type=Choice("order", "dmy", "mdy"), help="What 01/02/2020 means.")
@click.option("--encoding", help="Encoding of the pages. [default: what they say]")
@click.option(
    "--examples",
    type=click.IntRange(min=1),
    default=40,
    show_default=True,
    help="Hostile threads to check the skin with.",
)
@click.option(
    "--explain", is_flag=True, help="Print the five best candidates for posts with their scores; write nothing."
)
@click.option(
    "--update",
    is_flag=True,
    help="Print how the skin of that name would change, with the hints in its adopt.toml; write nothing.",
)
@click.option("--json", "as_json", is_flag=True, help="A JSON object instead of text.")
def adopt_command(
    pages: tuple[Path, ...], name: str, library: Path | None, examples: int, explain: bool, update: bool, as_json: bool,
    **told: Any,
) -> None:  # fmt: skip
    """Write a skin that shows pages as a saved page of your own site does.

    The first PAGE makes the skin; it is tried on the others. Words, names and numbers of the page are replaced, and
    nothing is fetched. If posts or fields are missed, show them by selectors or by one reply.

    \b
    Examples:
      forgegen adopt thread.html --name mine
      forgegen adopt thread.html --name mine --explain
      forgegen adopt thread.html --name mine --reply 'ann' '3 May 2024' 'I had the same'
    """
    folder = library or next(iter(library_folders()), Path("forgegen-library"))
    hints = msgspec.convert({key: value for key, value in told.items() if value}, Hints)
    hints = _kept_hints(folder / "skins" / name, hints) if update else hints
    if not update:
        _check_name(name, folder)
    html = read_page(pages[0], hints.encoding)
    if explain:
        tree, findings = understand(html, str(pages[0]))
        _explain(apply_hints(tree, findings, hints), as_json=as_json)
        return
    adopted = adopt_page(html, str(pages[0]), name, hints)
    if update:
        _print_difference(adopted, folder / "skins" / name, name)
        return
    _write(adopted, name, folder, hints, pages, examples, as_json=as_json)


def _write(
    adopted: Adopted, name: str, folder: Path, hints: Hints, pages: tuple[Path, ...], examples: int, *, as_json: bool
) -> None:
    """Write the skin, check it, read the pages with it and print what was found; exit 1 where the check failed."""
    written = write_skin(adopted, name, folder, _hint_file(hints))
    bound_foreign(click.get_current_context(), (written.parent,))
    report = _checked(name, written, examples)
    counts = {str(file): read_back(read_page(file, hints.encoding), name, written.parent) for file in pages}
    if as_json:
        say(msgspec.json.encode(_told(adopted, written, report, counts)).decode())
    else:
        _print(adopted, written, report, counts, folder)
    if report.findings:
        sys.exit(1)


def _checked(name: str, written: Path, examples: int) -> SkinReport:
    """The report on a skin that was written; one whose pages cannot be read at all is taken away again."""
    try:
        return check_skin(name, templates=[written.parent], examples=examples)
    except (ReadError, SkinError) as e:
        shutil.rmtree(written)
        raise UsageError(
            f"nothing was written: the skin cannot read its own pages ({e}). Show where posts and fields stand: "
            "--post, --author, --date, --text CSS"
        ) from None


def _check_name(name: str, folder: Path) -> None:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise UsageError(
            f"{name!r} cannot name a skin; right would be small letters, digits and hyphens, as 'my-forum'"
        )
    if (folder / "skins" / name).exists():
        raise UsageError(
            f"{str(folder / 'skins' / name)!r} exists already; nothing was written. "
            "Right would be another --name, or --update"
        )
    if name in skin_names():
        raise UsageError(f"skin {name!r} exists already; right would be another --name")


def _kept_hints(folder: Path, told: Hints) -> Hints:
    """The hints that a skin was made with, with those of now before them."""
    file = folder / "adopt.toml"
    if not file.is_file():
        raise UsageError(f"{str(folder)!r} is no adopted skin: it has no adopt.toml; --update compares with one")
    kept = msgspec.toml.decode(file.read_bytes(), type=Hints) if file.read_text("utf-8").strip() else Hints()
    new = {field: value for field in Hints.__struct_fields__ if (value := getattr(told, field)) is not None}
    return msgspec.structs.replace(kept, **new)


def _hint_file(hints: Hints) -> str:
    """The hints as ``adopt.toml``."""
    told = {
        field: value
        for field in Hints.__struct_fields__
        if field != "reply" and (value := getattr(hints, field)) is not None
    }
    head = ["What `forgegen adopt` was told; `forgegen adopt PAGE --name NAME --update` uses it again."]
    return document(head, told, {})


def _explain(findings: list[Discovery], *, as_json: bool) -> None:
    """Print the best candidates."""
    if as_json:
        listed = [
            {
                "css": f.candidate.css,
                "score": round(f.score, 4),
                "posts": f.number,
                "dated": f.candidate.dated,
                "fields": _fields(f),
            }
            for f in findings[:5]
        ]
        say(msgspec.json.encode({"candidates": listed}).decode())
        return
    for finding in findings[:5]:
        say(
            f"{finding.score:10.4f}  {finding.candidate.css}: {finding.number} elements, "
            f"{finding.candidate.dated} with a date"
        )
        for line in _evidence(finding):
            say(f"            {line}")


def _fields(finding: Discovery) -> dict[str, Any]:
    """The best place of each field."""
    told = {}
    for name in ("author", "date", "text"):
        found = getattr(finding.fields, name)
        if found:
            best = found[0]
            told[name] = {
                "css": best.css,
                "attr": best.attr,
                "posts": best.number,
                "values": list(best.values[:2]),
                "why": best.why,
            }
    return told


def _evidence(finding: Discovery) -> list[str]:
    """A line for each field: how many posts have it, where, and its first values."""
    lines = []
    for name in ("author", "date", "text"):
        found = getattr(finding.fields, name)
        if not found:
            lines.append(f"{name:7} not found")
            continue
        best = found[0]
        values = ", ".join(repr(value if len(value) < 36 else value[:35] + "…") for value in best.values[:2] if value)
        where = f"@{best.attr}" if best.attr else best.css
        why = f", {best.why}" if best.why else ""
        lines.append(f"{name:7} {best.number} of {finding.number}, {where}{why}: {values}")
    return lines


def _told(adopted: Adopted, written: Path, report: SkinReport, counts: dict[str, int]) -> dict[str, Any]:
    """What was done, for machines."""
    finding = adopted.finding
    return {
        "skin": report.skin, "folder": str(written), "posts": {"css": finding.candidate.css, "number": finding.number},
        "fields": _fields(finding), "notes": list(adopted.emitted.notes), "likeness": adopted.likeness._asdict(),
        "check": {"threads": report.threads, "pages": report.pages, "findings": [f._asdict() for f in report.findings]},
        "read": counts,
    }  # fmt: skip


def _print(adopted: Adopted, written: Path, report: SkinReport, counts: dict[str, int], folder: Path) -> None:
    finding = adopted.finding
    say(f"posts   {finding.number}, {finding.candidate.css}")
    for line in _evidence(finding):
        say(line)
    for note in adopted.emitted.notes:
        say(f"note:   {note}")
    near = [
        f"{f.candidate.css} ({f.number})"
        for f in adopted.others
        if f.score > 0.7 * finding.score and f.number != finding.number
    ]
    if near:
        say(f"unsure: posts may also be {', '.join(near)}. Others: --post CSS")
    like = adopted.likeness
    say(
        f"like:   posts {like.posts:.2f} (the page's own posts among each other {like.own:.2f}), "
        f"furniture {like.furniture:.2f}"
    )
    for file, number in counts.items():
        say(f"read:   {file}: {number} posts")
    for bad in report.findings:
        say(f"wrong:  {bad.what}: {bad.problem}")
    state = "all well" if not report.findings else f"{len(report.findings)} found wanting"
    say(f"check:  {report.threads} threads, {report.pages} pages: {state}")
    say(f"{written}: written")
    say(f"See it: forgegen page --library {folder} --skin {report.skin} -o page.html")


def _print_difference(adopted: Adopted, folder: Path, name: str) -> None:
    """Print a unified difference of the files."""
    same = True
    for file, text in sorted({**starter_lists(name), **adopted.emitted.files}.items()):
        old = (folder / file).read_text("utf-8") if (folder / file).is_file() else ""
        lines = list(
            difflib.unified_diff(
                old.splitlines(), text.splitlines(), f"{name}/{file}", f"{name}/{file} (new)", lineterm=""
            )
        )
        for line in lines:
            say(line)
        same = same and not lines
    if same:
        say(f"{folder}: nothing would change")
