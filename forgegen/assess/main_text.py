"""Scores of main text: pages with the text that an extractor should give, as benchmarks have them.

The forms read are those of WCXB (``ground-truth/*.json`` and ``html/*.html.gz``), article-extraction-benchmark
(``ground-truth.json`` and ``html/``) and WebMainBench (JSON lines with ``track_id``). Words count as in WCXB, without
regard to their order.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from forgegen.assess.corpus_reader import CorpusCase
from forgegen.assess.ipc import ParserAnswer
from forgegen.assess.packed_lines import lines_of
from forgegen.assess.predict import Prediction
from forgegen.errors import UsageError
from forgegen.model.truth import Truth

_WORD = re.compile(r"\w+")
_LINES = (".jsonl", ".jsonl.gz", ".jsonl.zst")


class MainTextCase(msgspec.Struct, frozen=True):
    """A page with its main text, and what must and must not be in an answer."""

    case: CorpusCase
    text: str
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()


class TextReport(msgspec.Struct, frozen=True, kw_only=True):
    """Means over pages, from 0 to 1; ``must`` and ``must_not`` are the shares of snippets found, None without any.

    ``failed`` are pages without an answer; they count as empty texts.
    """

    parser: str
    pages: int
    failed: int
    precision: float
    recall: float
    f1: float
    must: float | None
    must_not: float | None


def text_cases(path: Path) -> Iterator[MainTextCase]:
    """The pages of a benchmark in a folder, its shards in order of their names, or in a file of lines.

    Raises: UsageError where there is none, a page is missing, or a text cannot be read.
    """
    if path.is_file():
        yield from _from_lines(path)
        return
    found = False
    for file in sorted(path.rglob("*")):
        place = file.parent.parent
        if file.name == "ground-truth.json":
            cases = _from_table(file)
        elif file.parent.name == "ground-truth" and file.suffix == ".json":
            cases = iter((_from_file(file, place / "html"),))
        elif file.name.endswith(_LINES) and "webmainbench" in file.name.lower():
            cases = _from_lines(file)
        else:
            continue
        found = True
        yield from cases
    if not found:
        raise UsageError(
            f"{str(path)!r} holds no main texts; right would be a folder with ground-truth/*.json, ground-truth.json "
            "or *.webmainbench.jsonl, as 'forgegen corpus --format wcxb' writes it"
        )


def _from_file(file: Path, pages: Path) -> MainTextCase:
    value = _decoded(file.read_bytes(), str(file))
    truth = value.get("ground_truth")
    if not isinstance(truth, dict):
        raise UsageError(f"{str(file)!r} has no 'ground_truth'; right would be a file of WCXB")
    case = _case(file.stem, value.get("url"), _page(pages, file.stem))
    return MainTextCase(case, _text(truth, "main_content", str(file)), _list(truth, "with"), _list(truth, "without"))


def _from_table(file: Path) -> Iterator[MainTextCase]:
    for name, row in _decoded(file.read_bytes(), str(file)).items():
        if not isinstance(row, dict):
            raise UsageError(f"{str(file)!r}: {name!r} is no object; right would be one with 'articleBody'")
        page = _page(file.parent / "html", name)
        text = _text(row, "articleBody", f"{file}, {name}")
        yield MainTextCase(_case(name, row.get("url"), page), text, _list(row, "with"), _list(row, "without"))


def _from_lines(file: Path) -> Iterator[MainTextCase]:
    for number, line in enumerate(lines_of(file), 1):
        if not line.strip():
            continue
        where = f"{file.name}, line {number}"
        row = _decoded(line, where)
        name, html = row.get("track_id"), row.get("html")
        if not isinstance(name, str) or not isinstance(html, str):
            raise UsageError(f"{where}: no 'track_id' and 'html'; right would be a line of WebMainBench")
        field = "groundtruth_content" if isinstance(row.get("groundtruth_content"), str) else "convert_main_content"
        yield MainTextCase(_case(name, row.get("url"), html.encode("utf-8", "replace")), _text(row, field, where))


def _decoded(data: bytes, where: str) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(data)
    except (msgspec.MsgspecError, RecursionError) as e:
        raise UsageError(f"{where}: not JSON: {e}") from None
    if not isinstance(value, dict):
        raise UsageError(f"{where}: not an object of JSON")
    return value


def _page(folder: Path, name: str) -> bytes:
    for ending in (".html.gz", ".html"):
        if "/" not in name and "\\" not in name and (folder / f"{name}{ending}").is_file():
            return b"\n".join(lines_of(folder / f"{name}{ending}"))
    raise UsageError(f"{str(folder)!r} has no page {name!r}; right would be {name}.html.gz")


def _case(name: str, url: object, body: bytes) -> CorpusCase:
    return CorpusCase(
        key=name, thread=name, skin="", url=url if isinstance(url, str) else f"https://corpus.invalid/{name}",
        headers={"Content-Type": "text/html; charset=utf-8"}, body=body, html=body.decode("utf-8", "replace"),
        truth=Truth(), how=name,
    )  # fmt: skip


def _text(row: Mapping[str, Any], field: str, where: str) -> str:
    value = row.get(field)
    if not isinstance(value, str):
        raise UsageError(f"{where}: {field!r} is {value!r:.60}; right would be a text")
    return value


def _list(row: Mapping[str, Any], field: str) -> tuple[str, ...]:
    value = row.get(field)
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()


def read_texts(path: Path) -> dict[str, str]:
    """Answers by name, as the benchmarks take them: texts, or objects with ``articleBody``.

    Raises: UsageError where it is neither.
    """
    found = {}
    try:
        value = json.loads(b"\n".join(lines_of(path)))
    except (ValueError, RecursionError) as e:
        raise UsageError(f"{str(path)!r} is not JSON: {e}") from None
    for name, answer in value.items() if isinstance(value, dict) else ():
        text = answer.get("articleBody") if isinstance(answer, dict) else answer
        if not isinstance(text, str):
            raise UsageError(f"{path.name}: the answer for {name!r} is {answer!r:.60}; right would be a text")
        found[name] = text
    if not found:
        raise UsageError(f'{path.name} has no answers; right would be {{"NAME": "text", …}}')
    return found


def said(prediction: Prediction | None) -> str | None:
    """The main text of a parser's answer: a mere text as it is, else paragraphs and posts. None without an answer."""
    if prediction is None:
        return None
    if prediction.plain is not None:
        return prediction.plain
    paragraphs = prediction.page.get("paragraphs")
    texts = [*(paragraphs if isinstance(paragraphs, list | tuple) else ()), *(p.text for p in prediction.posts or ())]
    return "\n\n".join(text for text in texts if isinstance(text, str))


def from_texts(texts: Mapping[str, str]) -> Callable[[CorpusCase], str | None]:
    """Answers from a file, by name."""
    return lambda case: texts.get(case.key)


def from_parser(run: Callable[[CorpusCase], ParserAnswer]) -> Callable[[CorpusCase], str | None]:
    """Answers of a parser that runs now."""
    return lambda case: said(run(case).prediction)


def score_texts(
    name: str,
    answer: Callable[[CorpusCase], str | None],
    cases: Iterator[MainTextCase],
    tell: Callable[[int], None] | None = None,
) -> TextReport:
    """Score every page. Raises: UsageError where there is none."""
    sums: defaultdict[str, float] = defaultdict(float)
    failed = pages = 0
    for pages, one in enumerate(cases, 1):
        text = answer(one.case)
        failed += text is None
        precision, recall = _words(text or "", one.text)
        sums["precision"] += precision
        sums["recall"] += recall
        sums["f1"] += 2 * precision * recall / (precision + recall) if precision + recall else 0
        for kind, snippets in (("must", one.must), ("must_not", one.must_not)):
            if snippets:
                sums[f"{kind} pages"] += 1
                sums[kind] += sum(s.lower() in (text or "").lower() for s in snippets) / len(snippets)
        if tell is not None:
            tell(pages)
    if not pages:
        raise UsageError("there is no page to score")
    means = {kind: sums[kind] / pages for kind in ("precision", "recall", "f1")}
    shares = {kind: sums[kind] / n if (n := sums[f"{kind} pages"]) else None for kind in ("must", "must_not")}
    rounded = {key: None if value is None else round(value, 4) for key, value in (means | shares).items()}
    return TextReport(parser=name, pages=pages, failed=failed, **rounded)  # type: ignore[arg-type]


def _words(text: str, right: str) -> tuple[float, float]:
    """Precision and recall of words without their order; of nothing where nothing is right, both are 1."""
    said, wanted = (Counter(_WORD.findall(t.lower())) for t in (text, right))
    if not said or not wanted:
        both = float(not said and not wanted)
        return both, both
    common = (said & wanted).total()
    return common / said.total(), common / wanted.total()


def told(report: TextReport) -> str:
    """The report as lines for people."""
    rows = [("pages", f"{report.pages:,}"), ("without an answer", f"{report.failed:,}")]
    names = {"precision": "precision of words", "recall": "recall of words", "f1": "F1 of words",
             "must": "what must be in it", "must_not": "what must not be in it"}  # fmt: skip
    for key, name in names.items():
        value = getattr(report, key)
        rows.append((name, "-" if value is None else f"{value:.4f}"))
    return "".join(f"{name:<24}{value:>10}\n" for name, value in [("main text of", report.parser), *rows])
