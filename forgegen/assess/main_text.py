"""Benchmarks of main text: their pages with the text that an extractor should give, and answers as they take them.

The forms read are those of WCXB (``ground-truth/*.json`` and ``html/*.html.gz``), article-extraction-benchmark
(``ground-truth.json`` and ``html/``) and WebMainBench (JSON lines with ``track_id``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from forgegen.assess.corpus_reader import CorpusCase
from forgegen.assess.packed_lines import lines_of
from forgegen.errors import UsageError
from forgegen.model.truth import Truth

_LINES = (".jsonl", ".jsonl.gz", ".jsonl.zst")
_TRUTHS = ("groundtruth_content", "convert_main_content")


class MainTextCase(msgspec.Struct, frozen=True):
    """A page with its main text, the form of its benchmark, and what must and must not be in an answer."""

    case: CorpusCase
    text: str
    form: str
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()


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
        if file.name.startswith("answers."):
            continue  # what 'forgegen score -o' wrote
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
    text = "" if truth.get("main_content") is None else _text(truth, "main_content", str(file))  # as its program has it
    return MainTextCase(case, text, "wcxb", _list(truth, "with"), _list(truth, "without"))


def _from_table(file: Path) -> Iterator[MainTextCase]:
    for name, row in _decoded(file.read_bytes(), str(file)).items():
        if not isinstance(row, dict):
            raise UsageError(f"{str(file)!r}: {name!r} is no object; right would be one with 'articleBody'")
        page = _page(file.parent / "html", name)
        text = _text(row, "articleBody", f"{file}, {name}")
        snippets = _list(row, "with"), _list(row, "without")
        yield MainTextCase(_case(name, row.get("url"), page), text, "article-extraction", *snippets)


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
        case = _case(name, row.get("url"), html.encode("utf-8", "replace"))
        yield MainTextCase(case, _text(row, field, where), "webmainbench")


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
    """Answers by name, as the benchmarks take or write them.

    - an object of texts, or of objects with ``articleBody``, which may stand in ``output`` beside a ``version``
    - an object with ``results``, each with ``file_id`` and ``extracted.main_content``
    - JSON lines, each with ``track_id`` and one ``…_content``

    Raises: UsageError where it is none of these.
    """
    lines = [line for line in lines_of(path) if line.strip()]
    found = {}
    for name, answer in _answers(lines, path):
        text = answer.get("articleBody") if isinstance(answer, dict) else answer
        if text is None:
            continue
        if not isinstance(text, str):
            raise UsageError(f"{path.name}: the answer for {name!r} is {answer!r:.60}; right would be a text")
        found[name] = text.encode("utf-8", "replace").decode()
    if not found:
        raise UsageError(f'{path.name} has no answers; right would be {{"NAME": "text", …}}')
    return found


def _answers(lines: Sequence[bytes], path: Path) -> Iterator[tuple[str, Any]]:
    try:
        value = json.loads(b"\n".join(lines))
    except (ValueError, RecursionError) as e:
        if len(lines) < 2 or b'"track_id"' not in lines[0]:
            raise UsageError(f"{str(path)!r} is not JSON: {e}") from None
        for number, line in enumerate(lines, 1):
            yield _of_line(_decoded(line, f"{path.name}, line {number}"), f"{path.name}, line {number}")
        return
    if not isinstance(value, dict):
        return
    if "track_id" in value:
        yield _of_line(value, f"{path.name}, line 1")
    elif isinstance(value.get("output"), dict) and set(value) <= {"version", "output"}:
        yield from value["output"].items()
    elif isinstance(value.get("results"), list):
        for number, row in enumerate(value["results"], 1):
            yield _of_result(row, f"{path.name}, result {number}")
    else:
        yield from value.items()


def _of_line(row: Mapping[str, Any], where: str) -> tuple[str, Any]:
    fields = [name for name in row if name.endswith("_content") and name not in _TRUTHS]
    if not isinstance(row.get("track_id"), str) or len(fields) != 1:
        raise UsageError(
            f"{where}: the answers are {fields}; right would be a 'track_id' and one answer, as 'my_content'"
        )
    return row["track_id"], row[fields[0]]


def _of_result(row: object, where: str) -> tuple[str, Any]:
    extracted = row.get("extracted") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(row.get("file_id"), str) or not isinstance(extracted, dict):
        raise UsageError(f"{where}: {row!r:.60}; right would be an object with 'file_id' and 'extracted'")
    return row["file_id"], extracted.get("main_content")


def answer_files(parser: str, answers: Iterable[tuple[str, str, str | None]]) -> dict[str, bytes]:
    """Answers (form, name, text) as files that the benchmarks' own programs take, by name.

    A page without an answer is left out, but where the program wants every page.
    """
    by_form: dict[str, dict[str, str]] = {}
    for form, name, text in answers:
        texts = by_form.setdefault(form, {})
        if text is not None or form == "article-extraction":
            texts[name] = text or ""
    field = f"{re.sub(r'[^A-Za-z0-9]+', '_', parser).strip('_') or 'my'}_content"
    write: dict[str, Callable[[dict[str, str]], bytes]] = {
        "wcxb": msgspec.json.encode,
        "article-extraction": lambda texts: msgspec.json.encode(
            {"version": "", "output": {name: {"articleBody": text} for name, text in texts.items()}}
        ),
        "webmainbench": lambda texts: b"\n".join(
            msgspec.json.encode({"track_id": name, field: text}) for name, text in texts.items()
        ),
    }
    return {
        f"answers.{form}.json{'l' * (form == 'webmainbench')}": write[form](texts) + b"\n"
        for form, texts in by_form.items()
    }
