"""``forgegen score``: a parser, or its predictions, against truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, cast

import click
import msgspec

from forgegen.assess.aggregate import Report, paired, unclaimed
from forgegen.assess.corpus_reader import CorpusCase, chosen, generated
from forgegen.assess.feed import Feed, is_keyed, lone_prediction, read_items, read_predictions
from forgegen.assess.gate import Gate, broken, read_gate, read_report
from forgegen.assess.report_text import changes, console, markdown
from forgegen.assess.run import answers_from, answers_of, only, run
from forgegen.assess.runner import open_parser
from forgegen.assess.variants import Variant, table, values_of
from forgegen.cli.options import form_option, parser_options, settings_option, templates_option
from forgegen.cli.output import emit, make_folder, say, write_files
from forgegen.cli.progress import Progress
from forgegen.cli.text_score import refuse_others, tell_texts
from forgegen.corpus.cases import cases_of, made_in
from forgegen.corpus.plan import how_to_get, state_here
from forgegen.errors import UsageError
from forgegen.skins.settings import Settings


class Truths(msgspec.Struct, frozen=True):
    """The pages to score: an iterator of cases, made narrower by ``chosen``; how many threads they are, if known; the
    state of the forgegen that made them, if known.
    """

    cases: Iterator[CorpusCase]
    narrow: Callable[[Iterable[CorpusCase]], Iterator[CorpusCase]]
    threads: int | None
    state: dict[str, str]

    @property
    def size(self) -> str:
        """How many threads there are, in words; nothing if that is not known."""
        return "" if self.threads is None else f"of {self.threads:,} threads"


@click.command("score")
@click.argument("spec", metavar="[PKG:FUNC]", required=False)
@parser_options
@form_option
@click.option("--predictions", type=click.Path(path_type=Path), help="Answers to score instead: see above.")
@click.option("--url-field", metavar="FIELD", help="Where items of a feed have their address. [default: url]")
@click.option(
    "--group-by", metavar="FIELD", help="What items of one thread share; they are judged with its pages joined."
)
@click.option("--truth", "corpus", type=click.Path(path_type=Path), help="Corpus, or a site's expected.jsonl.")
@click.option("--main-text", is_flag=True, help="Score main text: --truth is a benchmark of that, see above.")
@click.option("--split", "splits", multiple=True, metavar="PART", help="Only this part of --truth; may be given again.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N threads.")
@click.option("--seed", type=click.IntRange(min=0), help="Generate the pages instead: names the corpus.")
@click.option(
    "--skin",
    "skins",
    multiple=True,
    help="Look of generated pages; of --truth only those. May be given again. [default: reference; all of --truth]",
)
@click.option("--threads", type=click.IntRange(min=1), help="Number of generated threads. [default: 50]")
@click.option("--locale", help="Language and manners of generated pages. [default: the skin's]")
@click.option("--profile", help="Sizes and growth of generated pages. [default: the skin's]")
@templates_option
@settings_option
@click.option("--vary", metavar="SETTING", help="Generate the pages under every value of a setting: a row each.")
@click.option(
    "--gate", type=click.Path(path_type=Path), help="TOML with [floors] and [ceilings]; exit 1 below or above."
)
@click.option("--compare", "old", type=click.Path(path_type=Path), help="Older report.json; exit 1 where surely worse.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder for report.json, report.md.")
def score_command(
    spec: str | None, cmd: str | None, timeout: float, memory: int, renames: dict[str, str], form: str,
    predictions: Path | None, url_field: str | None, group_by: str | None, corpus: Path | None, main_text: bool,
    splits: tuple[str, ...], limit: int | None, seed: int | None, skins: tuple[str, ...], threads: int | None,
    locale: str | None, profile: str | None, templates: tuple[Path, ...], settings: Settings, vary: str | None,
    gate: Path | None, old: Path | None, as_json: bool, output: Path | None,
) -> None:  # fmt: skip
    """Score a parser against the truth: posts, texts, fields, reply edges, with baselines beside it.

    The parser is PKG:FUNC (found in the working directory too), or --cmd with a command of any language that reads
    JSON lines {key, url, content_type, body_b64} and writes lines {key, prediction}. --predictions has such lines
    already, or is the feed of a crawler: JSON lines, a JSON array or CSV with an address in every item. An item is a
    page (with posts), or a post; with --group-by it is a thread, a page or a post of a thread. The truth is a corpus'
    folder in any format, a part of it, a site's expected.jsonl, or comes straight from --seed, --skin and --threads.

    With --main-text the truth is a folder of WCXB, article-extraction-benchmark or WebMainBench, theirs or as 'forgegen
    corpus --format wcxb' writes it. A parser's answer is a text, or its paragraphs and posts; --predictions are the
    benchmarks' own, as {"NAME": "text"} or {"NAME": {"articleBody": "text"}}; --limit counts pages; -o also writes the
    answers as the benchmark takes them.

    \b
    Examples:
      forgegen score my_parser:parse --seed 1 --threads 50
      forgegen score my_parser:parse --seed 1 --skin phpbb3 --vary dates
      forgegen score my_parser:parse --truth out --split test --skin phpbb3 --limit 100
      forgegen score --predictions items.jsonl --truth expected.jsonl --rename body=text
      forgegen score --predictions items.csv --truth expected.jsonl --url-field page --group-by topic
      forgegen score my_parser:parse --seed 1 --skin xenforo2 --form markdown
      forgegen score --cmd 'node parser.js' --truth corpus/reference
      forgegen score --predictions answers.jsonl --truth pages.jsonl.zst --json
      forgegen score my_parser:parse --main-text --truth out/data/wcxb -o new
      forgegen score my_parser:parse --seed 1 --gate floors.toml --compare old/report.json -o new

    Exit codes: 0 done, 1 below the gate or surely worse than the older report, 2 wrong use.
    """
    if main_text:
        refuse_others(
            {"--split": splits, "--seed": seed, "--skin": skins, "--vary": vary, "--url-field": url_field,
             "--group-by": group_by, "--threads": threads, "--locale": locale, "--profile": profile,
             "--templates": templates, "--setting": settings, "--form": None if form == "text" else form}
        )  # fmt: skip
        parser = {"spec": spec, "cmd": cmd, "timeout": timeout, "memory": memory, "rename": renames}
        tell_texts(corpus, predictions, parser, limit, gate=gate, old=old, output=output, as_json=as_json)
        return
    floors = read_gate(gate) if gate is not None else None
    before = read_report(old) if old is not None else None
    if output is not None:
        make_folder(output)
    pages = Generated(seed, skins, threads, locale, profile, templates, settings)
    if vary is not None:
        if corpus is not None or predictions is not None or old is not None:
            raise UsageError("--vary scores a parser on new pages: it goes with --seed alone")
        parser = {"spec": spec, "cmd": cmd, "timeout": timeout, "memory": memory, "rename": renames}
        variants = _variants(vary, pages, limit, form, **parser)
        _tell_variants(vary, variants, floors, output, as_json=as_json)
        return
    truths = _truths(corpus, pages, splits, limit)
    if before is not None:
        _check_state(before.state, truths.state, old)
    if predictions is not None:
        if spec is not None or cmd is not None:
            raise UsageError("give --predictions or a parser, not both")
        report = _of_predictions(predictions, truths, renames, url_field, group_by, form)
    else:
        if url_field is not None or group_by is not None:
            raise UsageError("--url-field and --group-by go with --predictions")
        report = _of_parser(truths, form, spec=spec, cmd=cmd, timeout=timeout, memory=memory, rename=renames)
    report = msgspec.structs.replace(report, state=truths.state)
    found = broken(floors, report) if floors is not None else []
    moved = paired(before.threads, report.threads) if before is not None else []
    if before is not None and not moved:
        raise UsageError(f"--compare {str(old)!r}: the older report holds none of these threads")
    if output is not None:
        _write(report, output)
    if as_json:
        emit(msgspec.json.encode(report) + b"\n", None)
    else:
        say(console(report) + (changes(moved) if before is not None else ""), nl=False)
    for line in found:
        say(f"gate: {line}", err=True)
    worse = [f"{d.metric} from {d.old:.4f} to {d.new:.4f}" for d in moved if d.worse]
    lost = unclaimed(before.threads, report.threads) if before is not None else {}
    worse += [f"{name} is not claimed by the parser; it was {mean:.4f}" for name, mean in lost.items()]
    for line in worse:
        say(f"worse: {line}", err=True)
    if found or worse:
        raise click.exceptions.Exit(1)


class Generated(NamedTuple):
    """What makes pages from a seed."""

    seed: int | None
    skins: tuple[str, ...]
    threads: int | None
    locale: str | None
    profile: str | None
    templates: tuple[Path, ...]
    settings: Settings

    @property
    def looks(self) -> tuple[str, ...]:
        """The skins of these pages."""
        return self.skins or ("reference",)


def _truths(corpus: Path | None, pages: Generated, splits: tuple[str, ...], limit: int | None) -> Truths:
    """The pages to score, from a corpus or a seed."""
    if (corpus is None) == (pages.seed is None):
        raise UsageError("give one truth: --truth CORPUS, or --seed S with --skin and --threads")
    if corpus is not None:
        if pages.threads is not None:
            raise UsageError("--threads goes with --seed; --limit takes the first threads of --truth")
        if pages.settings:
            raise UsageError("--setting goes with --seed; the pages of --truth are what they are")
        narrow = partial(chosen, skins=pages.skins, splits=splits, limit=limit)
        return Truths(cases_of(corpus), narrow, limit, made_in(corpus))
    if splits:
        raise UsageError("--split goes with --truth; pages of --seed have no parts")
    assert pages.seed is not None
    number = min(50 if pages.threads is None else pages.threads, limit or 10**9)
    made = generated(
        seed=pages.seed, skins=pages.looks, threads=number, locale=pages.locale, profile=pages.profile,
        templates=pages.templates, settings=pages.settings,
    )  # fmt: skip
    return Truths(made, iter, number, state_here(pages.templates))


def _check_state(before: dict[str, str], now: dict[str, str], old: Path | None) -> None:
    """Raises: UsageError where the pages of an older report were made by another state of forgegen."""
    differ = [name for name in before if name in now and before[name] != now[name]]
    if differ:
        marks = "; ".join(f"{name} was {before[name]!r}, is {now[name]!r}" for name in differ)
        raise UsageError(
            f"--compare {str(old)!r}: its pages were made by another forgegen: {marks}. {how_to_get(before)}"
        )


def _variants(setting: str, pages: Generated, limit: int | None, form: str, **parser: Any) -> list[Variant]:
    """The parser under every value of a setting."""
    found = []
    for value in values_of(setting, pages.looks, tuple(map(str, pages.templates))):
        kept = tuple(pair for pair in pages.settings if pair[0] != setting)
        truths = _truths(None, pages._replace(settings=(*kept, (setting, value))), (), limit)
        found.append(Variant(value, _of_parser(truths, form, **parser)))
    return found


def _tell_variants(
    setting: str, variants: list[Variant], floors: Gate | None, output: Path | None, *, as_json: bool
) -> None:
    """Print a row for every value, write the reports, and hold each of them to the gate."""
    for value, report in variants if output is not None else ():
        folder = cast("Path", output) / f"{setting}={value}"
        folder.mkdir(exist_ok=True)
        _write(report, folder)
    if as_json:
        emit(msgspec.json.encode({"vary": setting, "variants": {v.value: v.report for v in variants}}) + b"\n", None)
    else:
        say(table(setting, variants), nl=False)
    found = [f"{setting}={v.value}: {line}" for v in variants for line in (broken(floors, v.report) if floors else [])]
    for line in found:
        say(f"gate: {line}", err=True)
    if found:
        raise click.exceptions.Exit(1)


def _of_parser(truths: Truths, form: str, **options: Any) -> Report:
    """The report of a parser that runs now."""
    parser = open_parser(**options)
    try:
        with Progress(" pages", note=truths.size) as progress:
            cases = (case for case in truths.narrow(truths.cases) if not case.fault)
            return run(parser.name, answers_of(parser), cases, form=form, tell=progress.tell)
    finally:
        parser.close()


def _of_predictions(
    path: Path, truths: Truths, rename: dict[str, str], url_field: str | None, group_by: str | None, form: str
) -> Report:
    """The report of answers in a file: by key, one alone, or a crawler's feed."""
    if not path.is_file():
        raise UsageError(f"{str(path)!r} is not a file")
    with Progress(" pages", note=truths.size) as progress:
        lone = lone_prediction(path) if url_field is None and group_by is None else None
        keyed = lone is None and url_field is None and group_by is None and is_keyed(path)
        if lone is not None or keyed:
            cases: Iterator[CorpusCase] = (c for c in truths.narrow(truths.cases) if not c.fault)
            answers = read_predictions(path) if keyed else {}
            if lone is not None:
                case = only(cases, path.name)
                cases, answers = iter((case,)), {case.key: lone}
            return run(path.name, answers_from(answers, rename), cases, form=form, tell=progress.tell)
        items = read_items(path, url_field=url_field or "url", group_by=group_by)
        feed = Feed(
            items,
            rename=rename,
            whole=group_by is not None,
            by_address=group_by == (url_field or "url"),
            name=path.name,
        )
        cases = feed.answered(truths.narrow(feed.noticed(truths.cases)))
        found = run(path.name, feed.answer, cases, form=form, tell=progress.tell)
        return msgspec.structs.replace(found, crawl=feed.crawl())


def _write(report: Report, folder: Path) -> None:
    files = {
        folder / "report.json": msgspec.json.encode(report) + b"\n",
        folder / "report.md": markdown(report).encode(),
    }
    write_files(files)
    for path in files:
        say(f"wrote {path}", err=True)
