"""Scores of main text at the command line: ``forgegen score --main-text``."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import click
import msgspec

from forgegen.assess.gate import read_gate
from forgegen.assess.main_text import answer_files, read_texts, text_cases
from forgegen.assess.report_text import changes
from forgegen.assess.runner import open_parser
from forgegen.assess.text_scores import (
    TextReport,
    broken_by_texts,
    check_gate,
    from_parser,
    from_texts,
    moved,
    read_text_report,
    score_texts,
    text_markdown,
    told,
)
from forgegen.cli.output import emit, make_folder, say, write_files
from forgegen.cli.progress import Progress
from forgegen.errors import UsageError


def refuse_others(options: Mapping[str, object]) -> None:
    """Raises: UsageError for an option that means nothing for main text."""
    for name, value in options.items():
        if value not in (None, ()):
            raise UsageError(f"{name} does not go with --main-text")


def tell_texts(
    truth: Path | None, predictions: Path | None, parser: dict[str, Any], limit: int | None, *,
    gate: Path | None, old: Path | None, output: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Score main text, print the report, write it with the answers, and hold it to the gate and to an older one.

    Raises: UsageError; click's Exit with 1 below the gate or where it is surely worse.
    """
    floors = read_gate(gate) if gate is not None else None
    if floors is not None:
        check_gate(floors)
    before = read_text_report(old) if old is not None else None
    if output is not None:
        make_folder(output)
    report, answers = _report(truth, predictions, parser, limit)
    found = broken_by_texts(floors, report) if floors is not None else []
    changed = moved(before, report) if before is not None else []
    if before is not None and not changed:
        raise UsageError(f"--compare {str(old)!r}: the older report holds none of these pages")
    if output is not None:
        _write(report, answers, output)
    if as_json:
        emit(msgspec.json.encode(report) + b"\n", None)
    else:
        say(told(report) + (changes(changed) if before is not None else ""), nl=False)
    worse = [f"worse: {d.metric} from {d.old:.4f} to {d.new:.4f}" for d in changed if d.worse]
    for line in [*(f"gate: {line}" for line in found), *worse]:
        say(line, err=True)
    if found or worse:
        raise click.exceptions.Exit(1)


def _report(
    truth: Path | None, predictions: Path | None, parser: dict[str, Any], limit: int | None
) -> tuple[TextReport, list[tuple[str, str, str | None]]]:
    if truth is None:
        raise UsageError("--main-text needs --truth with a benchmark's folder")
    with Progress(" pages") as progress:
        cases = islice(text_cases(truth), limit)
        if predictions is not None:
            if parser["spec"] is not None or parser["cmd"] is not None:
                raise UsageError("give --predictions or a parser, not both")
            texts = read_texts(predictions)
            report, answers = score_texts(predictions.name, from_texts(texts), cases, progress.tell)
            if report.failed == report.pages:
                page, name = answers[0][1], next(iter(texts))
                raise UsageError(f"no answer has the name of a page: there is {name!r}; right would be as {page!r}")
            return report, answers
        opened = open_parser(**parser)
        try:
            return score_texts(opened.name, from_parser(opened.run), cases, progress.tell)
        finally:
            opened.close()


def _write(report: TextReport, answers: list[tuple[str, str, str | None]], folder: Path) -> None:
    files = {"report.json": msgspec.json.encode(report) + b"\n", "report.md": text_markdown(report).encode()}
    files |= answer_files(report.parser, answers)
    write_files({folder / name: data for name, data in files.items()})
    for name in files:
        say(f"wrote {folder / name}", err=True)
