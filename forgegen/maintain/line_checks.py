"""Checks of files of plain lines: slots, requirements and answers that exist, lines that stand twice, marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from forgegen.errors import ReadError
from forgegen.generate.stories.course import ever_past
from forgegen.generate.stories.story_schema import PERSON_FORMS, TYPES, Schema, known_name
from forgegen.generate.voice.lines import CARD_SLOTS, PlainLine, check_marks, read_header, read_lines, slots_of
from forgegen.maintain.findings import WordMistake
from forgegen.maintain.story_checks import printable, rules_of

_SHORT = 6  # characters up to which a line may stand in two files, though it had better not
_CARD_OR_OPEN = ("op", "p")


def read_plain(file: Path) -> tuple[list[PlainLine], list[WordMistake]]:
    """All lines that can be read, and what keeps others from it."""
    text, findings = file.read_text("utf-8"), []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("="):
            try:
                read_header(line)
            except ValueError as e:
                findings.append(WordMistake(file, number, str(e)))
            if not line.startswith("= "):
                findings.append(WordMistake(file, number, "a header without a space behind ="))
    if findings:
        return [], findings
    try:
        return list(read_lines(text)), []
    except ReadError as e:
        return [], [WordMistake(file, e.line, e.problem)]


def check_plain(
    file: Path, lines: list[PlainLine], schema: Schema | None, general: Iterable[PlainLine]
) -> Iterator[WordMistake]:
    """What is wrong with the lines of a file; ``general`` are those of other files that may be answered too."""
    answerable = [(x.header.act, x.text) for x in (*lines, *general)]
    headers, spaced = set(), re.compile(rules_of(file).spaced)
    for line in lines:
        header = line.header
        for problem in _line_problems(line, schema, spaced):
            yield WordMistake(file, line.number, problem)
        if header in headers:
            continue
        headers.add(header)
        for problem in _header_problems(line, schema):
            yield WordMistake(file, line.number, problem)
        if (
            header.answers
            and header.key != "*"
            and not any(act == header.answers and header.key in text for act, text in answerable)
        ):
            yield WordMistake(
                file, line.number, f"answers no line: none of act {header.answers!r} contains {header.key!r}"
            )


def check_twice(rows: Iterable[tuple[Path, PlainLine]], wanted: set[Path]) -> Iterator[WordMistake]:
    """Lines that stand twice in the locale, where at least one of the two files was asked about."""
    first: dict[str, tuple[Path, int]] = {}
    for file, line in rows:
        key = line.text.strip().rstrip("~")
        there = first.setdefault(key, (file, line.number))
        if there != (file, line.number) and ({file, there[0]} & wanted):
            text = f"{line.text!r} stands also at {there[0]}:{there[1]}"
            yield WordMistake(file, line.number, text, warning=len(key) <= _SHORT and file != there[0])


def _header_problems(line: PlainLine, schema: Schema | None) -> Iterator[str]:
    for need in line.header.needs:
        if need.kind in ("past", "future", "branch"):
            if schema is None:
                yield f"@{need.kind}:{need.value} outside a story"
                continue
            known = schema.branches if need.kind == "branch" else tuple(schema.events)
            if need.value not in known:
                yield known_name(need.kind if need.kind == "branch" else "event", need.value, known)
            elif need.kind == "past" and not ever_past(schema, need.value):
                yield f"@past:{need.value}: the page is always written before it"


def _line_problems(line: PlainLine, schema: Schema | None, spaced: re.Pattern[str]) -> Iterator[str]:
    marks = check_marks(line.text)
    if marks:
        yield marks
        return
    if line.text != line.text.strip():
        yield "a space at an end of the line"
    if spaced.search(line.text.replace("[[", "").replace("]]", "")):
        yield "a space or an ASCII comma for a comma, or a mark that stands wrong"
    if line.text[-1] in "，,、；":
        yield "a comma at the end"
    branches = [need.value for need in line.header.needs if need.kind == "branch"]
    for slot in slots_of(line.text):
        yield from _slot_problems(slot, schema, branches)


def _slot_problems(slot: str, schema: Schema | None, branches: list[str]) -> Iterator[str]:
    if slot.startswith("&"):
        if slot[1:] not in CARD_SLOTS:
            yield known_name("slot of the life card", slot, [f"&{name}" for name in CARD_SLOTS])
        return
    kind, colon, name = slot.partition(":")
    if slot in TYPES or slot in _CARD_OR_OPEN:
        if schema is not None and slot in TYPES and not any(f.kind == slot for f in schema.facts.values()):
            yield f"{{{slot}}}: the story has no fact of this type"
        return
    if schema is None:
        yield f"{{{slot}}} names a fact outside a story; right would be a type: {', '.join(sorted(TYPES))}"
        return
    if colon and kind not in TYPES:
        yield known_name("type", kind, TYPES)
        return
    base, _, form = (name if colon else slot).partition(".")
    if base not in schema.facts:
        yield known_name("fact", base, schema.facts)
    elif colon and schema.facts[base].kind != kind:
        yield f"{{{slot}}}: {base!r} is of type {schema.facts[base].kind!r}"
    elif form and form not in PERSON_FORMS:
        yield known_name("form of a person", form, PERSON_FORMS)
    elif base not in printable(schema, branches[0] if len(branches) == 1 else ""):
        yield f"{{{slot}}}: no paragraph prints {base!r}"
