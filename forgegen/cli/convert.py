"""``forgegen import`` and ``forgegen extract``: real input in, other forms out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import click
import msgspec

from forgegen.cli.options import Choice, look_options, output_option, skin_options, templates_option
from forgegen.cli.output import emit, is_stream, read_input, say, write_files
from forgegen.corpus.cases import cases_of
from forgegen.errors import ReadError, SkinError, UsageError
from forgegen.model.calendar import parse_iso
from forgegen.model.readable import read_text, write_text
from forgegen.model.thread import Thread
from forgegen.pages.page import render
from forgegen.reading.decoding import charset_in, codec_of
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
        if is_stream(output):
            emit(page.body, output)
        else:
            assert output is not None
            truth = output.with_name(f"{output.stem}.truth.json")
            write_files({output: page.body, truth: page.truth.to_json().encode() + b"\n"})
        return
    text = thread.to_json() + "\n" if target == "json" else write_text(thread)
    emit(text.encode(), output, newline=target == "text")


@click.command("extract")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--skin", help="Look of the page. [default: reference; of a corpus' pages their own]")
@templates_option
@click.option("--encoding", help="Encoding of FILE. [default: declared in the page, else the skin's]")
@click.option("--observed", help="ISO instant at which the page was seen, where it does not say so itself.")
@click.option("--list", "kind", type=Choice("list", "board", "index"), help="FILE is a board's page or the index.")
@output_option
def extract_command(
    files: tuple[str, ...], skin: str | None, templates: tuple[Path, ...], encoding: str | None, observed: str | None,
    kind: str | None, output: Path | None,
) -> None:  # fmt: skip
    """Read the page in FILE ('-' is standard input) by a skin's selectors and print its ground truth as JSON.

    Of several files, or of a corpus (its folder or a shard), a line {key, prediction} a page, as
    'forgegen score --predictions' takes them; pages that cannot be read are named, and the exit code is 1.

    \b
    Examples:
      forgegen extract page.html --skin reference
      forgegen page --seed 7 | forgegen extract - --skin reference
      forgegen extract out -o answers.jsonl && forgegen score --truth out --predictions answers.jsonl
      forgegen extract board.html --skin mine --templates skins --list board
    """
    if kind is not None:
        if len(files) > 1 or _is_corpus(files[0]):
            raise UsageError("--list reads one FILE; right would be one page of a board, or the index")
        list_kind: ListKind = "board" if kind == "board" else "index"
        rows = extract_list(
            read_input(files[0]), list_kind, skin or "reference", encoding=encoding, observed=observed,
            templates=templates,
        )  # fmt: skip
        emit(rows.to_json().encode() + b"\n", output)
        return
    if len(files) == 1 and not _is_corpus(files[0]):
        one = skin or "reference"
        truth = extract(read_input(files[0]), one, encoding=encoding, observed=observed, templates=templates)
        emit(truth.to_json().encode() + b"\n", output)
        return
    lines, bad = _answers(_pages(files), skin, encoding, observed, templates)
    emit(b"".join(lines), output)
    if bad:
        raise click.exceptions.Exit(1)


def _answers(
    pages: Iterable[_SavedPage], skin: str | None, encoding: str | None, observed: str | None,
    templates: tuple[Path, ...],
) -> tuple[list[bytes], int]:  # fmt: skip
    """A line for every page that can be read; how many cannot, each of which is named on standard error."""
    lines, bad = [], 0
    for page in pages:
        sent = encoding or charset_in(page.content_type)
        if encoding is None and sent is not None and codec_of(sent) is None:
            sent = None  # a server may say what it likes, and so may a stranger's corpus
        seen = observed or (page.observed if page.observed and parse_iso(page.observed) is not None else None)
        look = skin or page.skin or "reference"
        try:
            truth = extract(page.body, look, encoding=sent, observed=seen, templates=templates)
        except (ReadError, SkinError) as e:
            say(f"forgegen: {page.key}: {e}", err=True)
            bad += 1
            continue
        lines.append(msgspec.json.encode({"key": page.key, "prediction": msgspec.Raw(truth.to_bytes())}) + b"\n")
    return lines, bad


class _SavedPage(NamedTuple):
    """A page to read, with what is known of it."""

    key: str
    body: bytes
    skin: str = ""
    content_type: str = ""
    observed: str | None = None


def _is_corpus(name: str) -> bool:
    path = Path(name)
    return path.is_dir() or path.name.endswith((".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet", ".warc.gz", ".tar"))


def _pages(names: tuple[str, ...]) -> Iterator[_SavedPage]:
    """The pages of files and corpora; the key of a file is its name without its ending."""
    for name in names:
        if not _is_corpus(name):
            yield _SavedPage(str(Path(name).with_suffix("")), read_input(name))
            continue
        for case in cases_of(Path(name)):
            if case.bare:
                raise UsageError(f"{name!r} holds no page for {case.key}; right would be a corpus with the column body")
            sent = next((value for key, value in case.headers.items() if key.lower() == "content-type"), "")
            seen = case.truth.observed
            yield _SavedPage(case.key, case.body, case.skin, sent, seen if isinstance(seen, str) else None)
