"""Scores of main text: words, and what must and must not be in it. Words count as in WCXB, without their order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import msgspec

from forgegen.assess.aggregate import Bootstrap, Metric, MetricChange, paired
from forgegen.assess.corpus_reader import CorpusCase
from forgegen.assess.gate import Gate, breaches, read_report_as
from forgegen.assess.ipc import ParserAnswer
from forgegen.assess.main_text import MainTextCase
from forgegen.assess.predict import Prediction
from forgegen.errors import UnknownName, UsageError

_WORD = re.compile(r"\w+")
_NAMES = {"precision": "precision of words", "recall": "recall of words", "f1": "F1 of words",
          "must": "what must be in it", "must_not": "what must not be in it"}  # fmt: skip


class TextReport(msgspec.Struct, frozen=True, kw_only=True):
    """Means over pages, from 0 to 1; its JSON is what ``--compare`` reads.

    - ``must`` and ``must_not``: the shares of snippets found; None without any
    - ``failed``: pages without an answer; they count as empty texts; ``causes``: why, with the number of pages
    - ``texts``: every page's own figures by its name, for paired comparison; ``truths``: a digest of its right text
    """

    parser: str
    pages: int
    failed: int
    precision: float
    recall: float
    f1: float
    must: float | None
    must_not: float | None
    causes: dict[str, int] = {}
    texts: dict[str, dict[str, float]] = {}
    truths: dict[str, str] = {}


class TextAnswer(NamedTuple):
    """A parser's text of a page; None without one, with the cause."""

    text: str | None
    cause: str = ""


def said(prediction: Prediction | None) -> str | None:
    """The main text of a parser's answer: a mere text as it is, else paragraphs and posts. None without an answer."""
    if prediction is None:
        return None
    if prediction.plain is not None:
        return prediction.plain
    paragraphs = prediction.page.get("paragraphs")
    texts = [*(paragraphs if isinstance(paragraphs, list | tuple) else ()), *(p.text for p in prediction.posts or ())]
    return "\n\n".join(text for text in texts if isinstance(text, str))


def from_texts(texts: Mapping[str, str]) -> Callable[[CorpusCase], TextAnswer]:
    """Answers from a file, by name."""
    return lambda case: TextAnswer(texts.get(case.key), "" if case.key in texts else "no answer of this name")


def from_parser(run: Callable[[CorpusCase], ParserAnswer]) -> Callable[[CorpusCase], TextAnswer]:
    """Answers of a parser that runs now."""

    def answer(case: CorpusCase) -> TextAnswer:
        found = run(case)
        text = said(found.prediction)
        if text is not None:
            return TextAnswer(text.encode("utf-8", "replace").decode())
        if found.failure is None:
            return TextAnswer(None, "no text")
        return TextAnswer(None, ": ".join([found.failure.kind, *found.failure.message.splitlines()[:1]]))

    return answer


def score_texts(
    name: str,
    answer: Callable[[CorpusCase], TextAnswer],
    cases: Iterator[MainTextCase],
    tell: Callable[[int], None] | None = None,
) -> tuple[TextReport, list[tuple[str, str, str | None]]]:
    """Score every page: the report, and the answers as form, name and text.

    Raises: UsageError where there is none, or two have one name.
    """
    texts: dict[str, dict[str, float]] = {}
    truths: dict[str, str] = {}
    answers: list[tuple[str, str, str | None]] = []
    causes: Counter[str] = Counter()
    for pages, one in enumerate(cases, 1):
        text, cause = answer(one.case)
        if text is None:
            causes[cause] += 1
        if one.case.key in texts:
            raise UsageError(f"two pages are named {one.case.key!r}; right would be the folder of one benchmark alone")
        texts[one.case.key] = _figures(text or "", one)
        truths[one.case.key] = blake2b(one.text.encode("utf-8", "replace"), digest_size=8).hexdigest()
        answers.append((one.form, one.case.key, text))
        if tell is not None:
            tell(pages)
    if not texts:
        raise UsageError("there is no page to score")
    means = {metric: _mean(metric, texts) for metric in _NAMES}
    failed, ranked = causes.total(), dict(causes.most_common())
    report = TextReport(
        parser=name, pages=len(texts), failed=failed, causes=ranked, texts=texts, truths=truths,
        **means,  # type: ignore[arg-type]
    )  # fmt: skip
    return report, answers


def _mean(metric: str, texts: Mapping[str, Mapping[str, float]]) -> float | None:
    values = [figures[metric] for figures in texts.values() if metric in figures]
    return round(sum(values) / len(values), 4) if values else None


def _figures(text: str, one: MainTextCase) -> dict[str, float]:
    precision, recall = _words(text, one.text)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    found = {"precision": precision, "recall": recall, "f1": f1}
    for kind, snippets in (("must", one.must), ("must_not", one.must_not)):
        if snippets:
            found[kind] = sum(s.lower() in text.lower() for s in snippets) / len(snippets)
    return found


def _words(text: str, right: str) -> tuple[float, float]:
    """Precision and recall of words without their order; of nothing where nothing is right, both are 1."""
    said, wanted = (Counter(_WORD.findall(t.lower())) for t in (text, right))
    if not said or not wanted:
        both = float(not said and not wanted)
        return both, both
    common = (said & wanted).total()
    return common / said.total(), common / wanted.total()


def check_gate(gate: Gate) -> None:
    """Raises: UnknownName where a bound is on what is no metric of main text, nor ``failures``."""
    for name in (*gate.floors, *gate.ceilings):
        if name not in (*_NAMES, "failures"):
            raise UnknownName("metric", name, (*_NAMES, "failures"))


def broken_by_texts(gate: Gate, report: TextReport) -> list[str]:
    """What a report breaks of a gate, in words."""
    return breaches(gate, lambda name: float(report.failed) if name == "failures" else getattr(report, name))


def read_text_report(path: Path) -> TextReport:
    """A report of main text that an earlier run wrote.

    Raises: UsageError where the file is missing or none.
    """
    return read_report_as(path, TextReport, "score --main-text -o")


def moved(old: TextReport, new: TextReport) -> list[MetricChange]:
    """What differs between two reports, over the pages that are the same in both."""
    same = {page for page, digest in new.truths.items() if old.truths.get(page) == digest}
    return paired(
        {page: figures for page, figures in old.texts.items() if page in same},
        {page: figures for page, figures in new.texts.items() if page in same},
    )


def told(report: TextReport) -> str:
    """The report as lines for people."""
    rows = [("pages", f"{report.pages:,}"), ("without an answer", f"{report.failed:,}")]
    for key, name in _NAMES.items():
        value = getattr(report, key)
        rows.append((name, "-" if value is None else f"{value:.4f}"))
    lines = [f"{name:<24}{value:>10}" for name, value in [("main text of", report.parser), *rows]]
    lines += [f"  {number:,} x {cause}" for cause, number in list(report.causes.items())[:5]]
    return "\n".join([*lines, ""])


def text_markdown(report: TextReport) -> str:
    """The report as Markdown, with intervals over pages."""
    bootstrap = Bootstrap(report.texts)
    size = f"{report.pages:,} pages, {report.failed:,} without an answer."
    lines = [f"### Main text of {report.parser}", "", size, "", "| metric | mean | 95% CI |", "|---|---|---|"]
    for key, name in _NAMES.items():
        values = {page: figures[key] for page, figures in report.texts.items() if key in figures}
        lines.append(f"| {name} | {_cells(bootstrap.metric(values))} |" if values else f"| {name} | - | - |")
    return "\n".join([*lines, ""])


def _cells(metric: Metric) -> str:
    span = "n too small" if metric.low is None else f"{metric.low:.3f} to {metric.high:.3f}"
    return f"{metric.mean:.3f} | {span}"
