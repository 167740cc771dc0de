"""``forgegen score``: a parser, or its predictions, against truth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from forgegen.assess.aggregate import Report, paired
from forgegen.assess.corpus_reader import CorpusCase, from_corpus, generated, read_predictions
from forgegen.assess.gate import broken, read_gate, read_report
from forgegen.assess.report_text import changes, console, markdown
from forgegen.assess.run import answers_from, answers_of, run
from forgegen.assess.runner import open_parser
from forgegen.cli.options import parser_options, templates_option
from forgegen.cli.output import emit, write_files
from forgegen.cli.page_progress import PageProgress
from forgegen.errors import UsageError


@click.command("score")
@click.argument("spec", metavar="[PKG:FUNC]", required=False)
@parser_options
@click.option("--predictions", type=click.Path(path_type=Path), help="JSON lines {key, prediction} to score instead.")
@click.option("--truth", "corpus", type=click.Path(path_type=Path), help="Corpus with pages and truth.")
@click.option("--seed", type=click.IntRange(min=0), help="Generate the pages instead: names the corpus.")
@click.option(
    "--skin", "skins", multiple=True, help="Look of generated pages; may be given again. [default: reference]"
)
@click.option("--threads", type=click.IntRange(min=1), help="Number of generated threads. [default: 50]")
@click.option("--locale", default="zh-CN", show_default=True, help="Language and manners of generated pages.")
@click.option("--profile", default="reference", show_default=True, help="Sizes and growth of generated pages.")
@templates_option
@click.option(
    "--gate", type=click.Path(path_type=Path), help="TOML with [floors] and [ceilings]; exit 1 below or above."
)
@click.option("--compare", "old", type=click.Path(path_type=Path), help="Older report.json; exit 1 where surely worse.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder for report.json and report.md.")
def score_command(
    spec: str | None, cmd: str | None, timeout: float, memory: int, predictions: Path | None, corpus: Path | None,
    seed: int | None, skins: tuple[str, ...], threads: int | None, locale: str, profile: str,
    templates: tuple[Path, ...], gate: Path | None, old: Path | None, as_json: bool, output: Path | None,
) -> None:  # fmt: skip
    """Score a parser against the truth: posts, texts, fields, reply edges, with baselines beside it.

    The parser is PKG:FUNC (found in the working directory too), or --cmd with a command of any language that reads
    JSON lines {key, url, content_type, body_b64} and writes lines {key, prediction}; or --predictions has such lines
    already. The truth comes from a corpus, or straight from --seed, --skin and --threads.

    \b
    Examples:
      forgegen score my_parser:parse --seed 1 --threads 50
      forgegen score --cmd 'node parser.js' --truth corpus/reference
      forgegen score --predictions answers.jsonl --truth pages.jsonl.zst --json
      forgegen score my_parser:parse --seed 1 --gate floors.toml --compare old/report.json -o new

    Exit codes: 0 done, 1 below the gate or surely worse than the older report, 2 wrong use.
    """
    floors = read_gate(gate) if gate is not None else None
    before = read_report(old) if old is not None else None
    if output is not None and not output.is_dir():
        if output.exists():
            raise UsageError(f"{str(output)!r} is a file; right would be a folder")
        output.mkdir()
    cases = _cases(corpus, seed, skins, threads, locale, profile, templates)
    report = _report(spec, cmd, predictions, timeout, memory, cases)
    found = broken(floors, report) if floors is not None else []
    moved = paired(before.threads, report.threads) if before is not None else []
    if before is not None and not moved:
        raise UsageError(f"--compare {str(old)!r}: the older report holds none of these threads")
    if output is not None:
        _write(report, output)
    if as_json:
        emit(msgspec.json.encode(report) + b"\n", None)
    else:
        click.echo(console(report) + (changes(moved) if before is not None else ""), nl=False)
    for line in found:
        click.echo(f"gate: {line}", err=True)
    worse = [d for d in moved if d.worse]
    for d in worse:
        click.echo(f"worse: {d.metric} from {d.old:.4f} to {d.new:.4f}", err=True)
    if found or worse:
        raise click.exceptions.Exit(1)


def _cases(
    corpus: Path | None, seed: int | None, skins: tuple[str, ...], threads: int | None, locale: str, profile: str,
    templates: tuple[Path, ...],
) -> tuple[Iterator[CorpusCase], int | None]:  # fmt: skip
    """The cases, and how many threads they are where that is known."""
    if (corpus is None) == (seed is None):
        raise UsageError("give one truth: --truth CORPUS, or --seed S with --skin and --threads")
    if corpus is not None:
        if skins or threads is not None:
            raise UsageError("--skin and --threads go with --seed; the pages of --truth are what they are")
        return from_corpus(corpus), None
    assert seed is not None
    number = 50 if threads is None else threads
    chosen = skins or ("reference",)
    made = generated(seed=seed, skins=chosen, threads=number, locale=locale, profile=profile, templates=templates)
    return made, number


def _report(
    spec: str | None, cmd: str | None, predictions: Path | None, timeout: float, memory: int,
    cases: tuple[Iterator[CorpusCase], int | None],
) -> Report:  # fmt: skip
    found, number = cases
    if predictions is not None:
        if spec is not None or cmd is not None:
            raise UsageError("give --predictions or a parser, not both")
        if not predictions.is_file():
            raise UsageError(f"{str(predictions)!r} is not a file")
        with PageProgress("pages", number) as progress:
            return run(predictions.name, answers_from(read_predictions(predictions)), found, tell=progress.tell)
    parser = open_parser(spec, cmd, timeout=timeout, memory=memory)
    try:
        with PageProgress("pages", number) as progress:
            return run(parser.name, answers_of(parser), found, tell=progress.tell)
    finally:
        parser.close()


def _write(report: Report, folder: Path) -> None:
    files = {
        folder / "report.json": msgspec.json.encode(report) + b"\n",
        folder / "report.md": markdown(report).encode(),
    }
    write_files(files)
    for path in files:
        click.echo(f"wrote {path}", err=True)
