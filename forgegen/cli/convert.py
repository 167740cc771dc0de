"""``forgegen import`` and ``forgegen extract``: real input in, other forms out."""

from __future__ import annotations

from pathlib import Path

import click

from forgegen.cli.options import Choice, look_options, output_option, skin_options
from forgegen.cli.output import emit, read_input, write_files
from forgegen.errors import ReadError, UsageError
from forgegen.model.readable import read_text, write_text
from forgegen.model.thread import Thread
from forgegen.pages.page import render
from forgegen.reading.extraction import extract
from forgegen.reading.lists import ListKind, extract_list
from forgegen.rendering.look import Data, Noise


def read_thread(name: str, form: str | None) -> Thread:
    """A thread from a file of either form; without ``form`` JSON is told by its opening brace.

    Raises: ReadError with the file's name in front; UsageError where there is no file.
    """
    raw = read_input(name)
    if form is None:
        form = "json" if raw.lstrip()[:1] == b"{" else "text"
    try:
        return Thread.from_json(raw) if form == "json" else read_text(raw)
    except ReadError as e:
        raise UsageError(f"{'standard input' if name == '-' else name}, {e}") from None


@click.command("import")
@click.argument("file")
@click.option("--from", "source", type=Choice("format", "text", "json"), help="Form of FILE. [default: detected]")
@click.option("--to", "target", type=Choice("format", "text", "json", "html"), required=True, help="Form to write.")
@click.option("--page", "number", type=click.IntRange(min=1), default=1, show_default=True, help="Page, with html.")
@skin_options
@look_options
@output_option
def import_command(
    file: str, source: str | None, target: str, number: int, skin: str, templates: tuple[Path, ...], noise: Noise,
    ui: str | None, data: Data, encoding: str | None, output: Path | None,
) -> None:  # fmt: skip
    """Read a thread from FILE ('-' is standard input) and write it in another form.

    A thread's readable text holds no times of comments, so none are shown on the page made from it. Broken
    input is refused with its line number, exit code 2 and no output file.

    \b
    Examples:
      forgegen import thread.txt --to json -o thread.json
      forgegen import thread.json --to text
      forgegen import thread.txt --to html --skin reference -o page.html
      forgegen import thread.txt --to html --skin discuz --encoding gbk -o page.html
    """
    thread = read_thread(file, source)
    if target == "html":
        pages = render(thread, skin, encoding=encoding, noise=noise, ui=ui, data=data, templates=templates)
        if number > len(pages):
            raise UsageError(f"--page {number}: the thread has {len(pages)} page(s)")
        page = pages[number - 1]
        if output is None:
            emit(page.body, None)
        else:
            truth = output.with_name(f"{output.stem}.truth.json")
            write_files({output: page.body, truth: page.truth.to_json().encode() + b"\n"})
        return
    text = thread.to_json() + "\n" if target == "json" else write_text(thread)
    emit(text.encode(), output, newline=target == "text")


@click.command("extract")
@click.argument("file")
@skin_options
@click.option("--encoding", help="Encoding of FILE. [default: declared in the page, else the skin's]")
@click.option("--observed", help="ISO instant at which the page was seen, where it does not say so itself.")
@click.option("--list", "kind", type=Choice("list", "board", "index"), help="FILE is a board's page or the index.")
@output_option
def extract_command(
    file: str, skin: str, templates: tuple[Path, ...], encoding: str | None, observed: str | None, kind: str | None,
    output: Path | None,
) -> None:  # fmt: skip
    """Read the page in FILE ('-' is standard input) by a skin's selectors and print its ground truth as JSON.

    \b
    Examples:
      forgegen extract page.html --skin reference
      forgegen page --seed 7 | forgegen extract - --skin reference
      forgegen extract board.html --skin mine --templates skins --list board
    """
    if kind is not None:
        list_kind: ListKind = "board" if kind == "board" else "index"
        rows = extract_list(
            read_input(file), list_kind, skin, encoding=encoding, observed=observed, templates=templates
        )
        emit(rows.to_json().encode() + b"\n", output)
        return
    truth = extract(read_input(file), skin, encoding=encoding, observed=observed, templates=templates)
    emit(truth.to_json().encode() + b"\n", output)
