"""``forgegen page`` and ``forgegen thread``: generated content."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from forgegen.cli.options import (
    Choice,
    PageNumber,
    look_options,
    number_options,
    output_option,
    settings_option,
    skin_options,
    thread_options,
    words_options,
)
from forgegen.cli.output import emit, is_stream, say, write_files
from forgegen.errors import UsageError
from forgegen.generate.making import make_thread
from forgegen.model.readable import write_text
from forgegen.pages.page import Page, render
from forgegen.rendering.look import Data, Noise
from forgegen.skins.own_words import words_for
from forgegen.skins.settings import Settings

FORMATS = ("html", "truth", "both")


@click.command("page")
@number_options
@words_options
@skin_options
@look_options
@settings_option
@click.option("--quirk", "quirks", multiple=True, metavar="NAME", help="Plant a quirk; may be given again.")
@click.option("--page", "number", type=PageNumber(), default=1, show_default=True, help="Page of the thread.")
@click.option("--format", "form", type=Choice("format", *FORMATS), help="What to write. [default: html; both with -o]")
@click.option("--seen", is_flag=True, help="Add to truth what a browser shows of each post.")
@click.option("--json", "as_json", is_flag=True, help="Say as JSON what was written (with -o).")
@click.option("--no-generator", is_flag=True, help="Leave out the meta tag that says the page is synthetic.")
@output_option
def page_command(
    seed: int, index: int, locale: str | None, profile: str | None, skin: str, templates: tuple[Path, ...],
    noise: Noise, ui: str | None, data: Data, encoding: str | None, settings: Settings, quirks: tuple[str, ...],
    number: int,
    form: str | None, seen: bool, as_json: bool, no_generator: bool, output: Path | None,
) -> None:  # fmt: skip
    """Generate a thread and print or write a page of it, with its ground truth.

    Without -o the HTML goes to standard output. '-o p.html' also writes p.truth.json; '--page all' then writes
    p.2.html and so on. '--format both' prints JSON {html, truth}; with '--page all' truth and both are JSON arrays.

    \b
    Examples:
      forgegen page --seed 7 > page.html
      forgegen page --seed 7 --index 12 -o page.html
      forgegen page --seed 7 --format truth | python -m json.tool
      forgegen page --seed 7 --skin xenforo2 --format truth --seen
      forgegen page --profile slashdot --page all -o long.html
      forgegen page --skin xenforo2 --ui de --noise wild --data seen > page.html
      forgegen page --skin phpbb3 --setting dates=relative --setting posts_per_page=25 > page.html
      forgegen page --skin discuz --encoding big5 --ui zh-TW > page.html
    """
    thread = make_thread(seed, index, **words_for(skin, locale, profile, templates))
    pages = render(
        thread, skin, quirks=quirks, encoding=encoding, noise=noise, ui=ui, data=data, templates=templates,
        generator=not no_generator, settings=settings,
    )  # fmt: skip
    if number > len(pages):
        raise UsageError(
            f"--page {number}: the thread has {len(pages)} page(s); right would be 1 to {len(pages)} or all"
        )
    chosen = pages if number == 0 else [pages[number - 1]]
    if is_stream(output):
        _print(chosen, form or "html", output, several=number == 0, seen=seen)
        return
    assert output is not None
    files = _files(chosen, form or "both", output, seen=seen)
    write_files(files)
    _report(files, as_json)


def _truth(page: Page, *, seen: bool) -> bytes:
    """The truth of a page as JSON, with what a browser shows where that is asked for."""
    return (page.seen if seen else page.truth).to_bytes()


def _print(pages: list[Page], form: str, output: Path | None, *, several: bool, seen: bool) -> None:
    """Write to what holds one thing only: standard output, a pipe, a device."""
    if form == "html":
        if len(pages) > 1:
            raise UsageError(
                f"{len(pages)} pages of HTML cannot be told apart on standard output; give -o or --format both"
            )
        emit(pages[0].body, output)
        return
    items = [
        msgspec.Raw(_truth(p, seen=seen)) if form == "truth" else
        {"url": p.url, "html": p.html, "truth": msgspec.Raw(_truth(p, seen=seen))}
        for p in pages
    ]  # fmt: skip
    emit(msgspec.json.encode(items if several else items[0]) + b"\n", output)


def _files(pages: list[Page], form: str, output: Path, *, seen: bool) -> dict[Path, bytes]:
    """What goes into which file: page n of several has .n before the suffix."""
    files: dict[Path, bytes] = {}
    for page in pages:
        stem = output.stem + (f".{page.number}" if page.number > 1 and len(pages) > 1 else "")
        if form in ("html", "both"):
            files[output.with_name(stem + output.suffix)] = page.body
        if form in ("truth", "both"):
            truth = f"{stem}.truth.json" if form == "both" else stem + output.suffix
            files[output.with_name(truth)] = _truth(page, seen=seen) + b"\n"
    return files


def _report(files: dict[Path, bytes], as_json: bool) -> None:
    if as_json:
        rows = [{"file": str(path), "bytes": len(data)} for path, data in files.items()]
        emit(msgspec.json.encode(rows) + b"\n", None)
        return
    for path, data in files.items():
        say(f"wrote {path} ({len(data):,} bytes)", err=True)
    html = [path for path in files if path.suffix != ".json"]
    if html:
        say(f"open  {html[0].resolve().as_uri()}", err=True)


@click.command("thread")
@thread_options
@click.option(
    "--format", "form", type=Choice("format", "json", "text"), default="json", show_default=True, help="What to write."
)
@output_option
def thread_command(seed: int, index: int, locale: str, profile: str, form: str, output: Path | None) -> None:
    """Generate a thread and print it as JSON or as readable text.

    \b
    Examples:
      forgegen thread --seed 7 --format text
      forgegen thread --seed 7 --index 1000000000000 -o thread.json
    """
    thread = make_thread(seed, index, locale=locale, profile=profile)
    text = thread.to_json() + "\n" if form == "json" else write_text(thread)
    emit(text.encode(), output, newline=form == "text")
