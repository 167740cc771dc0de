"""``forgegen score``: a parser, or its predictions, against truth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import msgspec

from forgegen.assess.aggregate import Report, paired
from forgegen.assess.corpus_reader import CorpusCase, from_corpus, generated, read_predictions
from forgegen.assess.gate import Gate, broken, read_gate, read_report
from forgegen.assess.report_text import changes, console, markdown
from forgegen.assess.run import answers_from, answers_of, run
from forgegen.assess.runner import open_parser
from forgegen.assess.variants import Variant, table, values_of
from forgegen.cli.options import parser_options, settings_option, templates_option
from forgegen.cli.output import emit, write_files
from forgegen.cli.page_progress import PageProgress
from forgegen.errors import UsageError
from forgegen.skins.settings import Settings


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
@settings_option
@click.option("--vary", metavar="SETTING", help="Generate the pages under every value of a setting: a row each.")
@click.option(
    "--gate", type=click.Path(path_type=Path), help="TOML with [floors] and [ceilings]; exit 1 below or above."
)
@click.option("--compare", "old", type=click.Path(path_type=Path), help="Older report.json; exit 1 where surely worse.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder for report.json and report.md.")
def score_command(
    spec: str | None, cmd: str | None, timeout: float, memory: int, predictions: Path | None, corpus: Path | None,
    seed: int | None, skins: tuple[str, ...], threads: int | None, locale: str, profile: str,
    templates: tuple[Path, ...], settings: Settings, vary: str | None,
    gate: Path | None, old: Path | None, as_json: bool, output: Path | None,
) -> None:  # fmt: skip
    """Score a parser against the truth: posts, texts, fields, reply edges, with baselines beside it.

    The parser is PKG:FUNC (found in the working directory too), or --cmd with a command of any language that reads
    JSON lines {key, url, content_type, body_b64} and writes lines {key, prediction}; or --predictions has such lines
    already. The truth comes from a corpus, or straight from --seed, --skin and --threads.

    \b
    Examples:
      forgegen score my_parser:parse --seed 1 --threads 50
      forgegen score --cmd 'node parser.js' --truth corpus/reference
      forgegen score my_parser:parse --seed 1 --skin phpbb3 --vary dates
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
    made = Generated(corpus, seed, skins, threads, locale, profile, templates, settings)
    if vary is not None:
        if predictions is not None or old is not None:
            raise UsageError("--vary runs a parser on new pages; it goes neither with --predictions nor with --compare")
        _vary(vary, made, spec, cmd, timeout, memory, floors, output, as_json=as_json)
        return
    cases = _cases(made)
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


class Generated(NamedTuple):
    """Where the pages come from: a corpus, or a seed with what makes threads and pages of it."""

    corpus: Path | None
    seed: int | None
    skins: tuple[str, ...]
    threads: int | None
    locale: str
    profile: str
    templates: tuple[Path, ...]
    settings: Settings


def _cases(made: Generated) -> tuple[Iterator[CorpusCase], int | None]:
    """The cases, and how many threads they are where that is known."""
    if (made.corpus is None) == (made.seed is None):
        raise UsageError("give one truth: --truth CORPUS, or --seed S with --skin and --threads")
    if made.corpus is not None:
        if made.skins or made.threads is not None or made.settings:
            raise UsageError("--skin, --threads and --setting go with --seed; the pages of --truth are what they are")
        return from_corpus(made.corpus), None
    assert made.seed is not None
    number = 50 if made.threads is None else made.threads
    cases = generated(
        seed=made.seed, skins=made.skins or ("reference",), threads=number, locale=made.locale, profile=made.profile,
        templates=made.templates, settings=made.settings,
    )  # fmt: skip
    return cases, number


def _vary(
    setting: str, made: Generated, spec: str | None, cmd: str | None, timeout: float, memory: int, floors: Gate | None,
    output: Path | None, *, as_json: bool,
) -> None:  # fmt: skip
    """Score the parser under every value of a setting, and print a row each."""
    if made.corpus is not None:
        raise UsageError("--vary goes with --seed; the pages of --truth are what they are")
    variants = []
    for value in values_of(setting, made.skins or ("reference",), tuple(map(str, made.templates))):
        kept = tuple(pair for pair in made.settings if pair[0] != setting)
        cases = _cases(made._replace(settings=(*kept, (setting, value))))
        variants.append(Variant(value, _report(spec, cmd, None, timeout, memory, cases)))
    if output is not None:
        for value, report in variants:
            folder = output / f"{setting}={value}"
            folder.mkdir(exist_ok=True)
            _write(report, folder)
    if as_json:
        emit(msgspec.json.encode({"vary": setting, "variants": {v.value: v.report for v in variants}}) + b"\n", None)
    else:
        click.echo(table(setting, variants), nl=False)
    found = [f"{setting}={v.value}: {line}" for v in variants for line in (broken(floors, v.report) if floors else [])]
    for line in found:
        click.echo(f"gate: {line}", err=True)
    if found:
        raise click.exceptions.Exit(1)


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
