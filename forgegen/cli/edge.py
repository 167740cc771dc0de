"""``forgegen edge``: the catalogue of edge cases as files."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from forgegen.cli.options import templates_option
from forgegen.cli.output import emit, say, write_new
from forgegen.cli.progress import Progress
from forgegen.errors import UsageError
from forgegen.pages.edge import EdgeCase, cases_json, catalogue, index_html
from forgegen.quirks.catalogue import QUIRKS
from forgegen.skins.loading import load_skin


@click.command("edge")
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--skin", "skins", multiple=True, default=("reference",), show_default=True, help="May be given again.")
@templates_option
@click.option("--json", "as_json", is_flag=True, help="Say as JSON what was written.")
def edge_command(out: Path, skins: tuple[str, ...], templates: tuple[Path, ...], as_json: bool) -> None:
    """Write the catalogue of edge cases: one labelled minimal page and its truth for every quirk and skin.

    OUT/cases.json is an array to loop over in any language: key, quirk, skin, readers, files, content_type, catches;
    what a plain file cannot hold (headers, broken bytes, several pages) stands in it as requests. OUT/index.html shows
    them all. A folder that holds a former catalogue is replaced.

    \b
    Examples:
      forgegen edge edge-cases
      forgegen edge edge-cases --skin reference --skin discuz --json
    """
    skins = tuple(dict.fromkeys(skins))
    for skin in skins:
        load_skin(skin, tuple(map(str, templates)))
    if out.exists() and any(out.iterdir()) and not (out / "cases.json").is_file():
        raise UsageError(f"folder {str(out)!r} holds other files; right would be a new one, or one with a catalogue")
    if not out.absolute().parent.is_dir():
        raise UsageError(f"folder {str(out.absolute().parent)!r} does not exist; make it first")
    written = write_catalogue(out, skins, templates)
    if as_json:
        emit(msgspec.json.encode(written) + b"\n", None)
        return
    say(f"wrote {written['cases']} cases, {written['files']} files ({written['bytes']:,} bytes)", err=True)
    say(f"open  {(out / 'index.html').resolve().as_uri()}", err=True)


def write_catalogue(out: Path, skins: tuple[str, ...], templates: tuple[Path, ...] = ()) -> dict[str, int | str]:
    """Write the catalogue whole or not at all; says how much."""
    folder = Path(tempfile.mkdtemp(dir=out.absolute().parent, prefix=f".{out.name}."))
    try:
        files = size = 0
        cases = []
        for case, data in _watched(skins, templates):
            cases.append(case)
            for name, body in data.items():
                write_new(folder / name, body)
                files, size = files + 1, size + len(body)
        write_new(folder / "cases.json", cases_json(cases))
        write_new(folder / "index.html", index_html(cases))
        folder.chmod(0o755)
        _replace(folder, out)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return {"folder": str(out), "cases": len(cases), "files": files + 2, "bytes": size}


def _replace(folder: Path, out: Path) -> None:
    """Put the folder where the other one is, which is kept until this has worked."""
    if not out.exists():
        folder.rename(out)
        return
    old = Path(tempfile.mkdtemp(dir=out.absolute().parent, prefix=f".{out.name}.old."))
    out.rename(old / "it")
    try:
        folder.rename(out)
    except BaseException:
        (old / "it").rename(out)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _watched(skins: tuple[str, ...], templates: tuple[Path, ...]) -> Iterator[tuple[EdgeCase, dict[str, bytes]]]:
    """The cases, with a bar that names the skin."""
    with Progress(" cases", len(QUIRKS) * len(skins)) as progress:
        for case, data in catalogue(skins, templates):
            progress.note = case.skin
            yield case, data
            progress.add()
