"""Findings: what is wrong with a parser's answer to a page, one by one, and the assertion that nothing is."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from forgegen.assess.check import Failed, check_answer, known_field
from forgegen.assess.compare import Difference, compare
from forgegen.assess.corpus_reader import case_of
from forgegen.assess.ipc import ParserAnswer
from forgegen.assess.normalise import ws
from forgegen.assess.predict import Prediction
from forgegen.assess.runner import Parser, open_parser
from forgegen.pages.page import Page

_EACH = 6  # findings of one field and kind on one page
_TAGS = re.compile(r"<[^<>]*>")


class Finding(msgspec.Struct, frozen=True):
    """What is wrong with one answer: the field (or ``parser``, where there is no answer), the kind, and the words."""

    field: str
    kind: str
    message: str
    difference: Difference | None = None
    detail: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """The field and the kind."""
        return self.field, self.kind

    @property
    def place(self) -> str:
        """The line of the parser that raised, as ``file.py:7``; empty where none did."""
        return self.kind.rpartition(" at ")[2] if self.field == "parser" and " at " in self.kind else ""


def findings(
    answer: ParserAnswer,
    page: Page,
    fields: tuple[str, ...] | None = None,
    whitespace: str = "fold",
    form: str = "text",
) -> list[Finding]:
    """What is wrong with an answer, in reading order, few of a field and kind.

    Of a hostile page no truth is promised: there it is the lack of an answer, posts that are not there, and text taken
    for markup.
    """
    if answer.failure is not None:
        f = answer.failure
        return [Finding("parser", f.group or f.kind, f"{f.kind}: {f.message}", detail=f.detail)]
    assert answer.prediction is not None
    if page.readers == "hostile":
        return list(_hostile(answer.prediction, page, form))
    try:
        check_answer(answer.prediction, page, fields=fields, whitespace=whitespace, form=form)
    except Failed as e:
        message, seen, found = str(e.args[0]), Counter[tuple[str, str]](), []
        for d in e.differences:
            seen[d.field, d.kind] += 1
            if seen[d.field, d.kind] <= _EACH:
                told = message if d.kind in ("rubbish", "unclaimed") else str(d)
                found.append(Finding(d.field, d.kind, told, d))
        return found
    return []


def _hostile(prediction: Prediction, page: Page, form: str) -> Iterable[Finding]:
    comparison = compare(page.truth, prediction, form=form)
    prediction = comparison.prediction
    extra = len(prediction.posts or []) - len(page.truth.posts)
    if extra > 0:
        yield Finding("posts", "invented", f"{extra} more posts than the page has ({len(page.truth.posts)})")
    taken, posts = set(comparison.pairs.values()), range(len(page.truth.posts))
    loose = [
        (p, t) for p in range(len(prediction.posts or [])) if p not in comparison.pairs for t in posts if t not in taken
    ]
    for p, t in (*comparison.ordered_pairs(), *loose):
        for name in ("text", "author"):
            own, read = getattr(page.truth.posts[t], name), getattr((prediction.posts or [])[p], name)
            if isinstance(own, str) and isinstance(read, str) and _taken_for_markup(own, read):
                yield Finding(name, "text as markup", f"{name} of post {t + 1}: shown is {own!r}, found {read!r}")
                return


def _taken_for_markup(own: str, read: str) -> bool:
    """Whether a text was decoded once too often, or lost what looked like tags."""
    mine, theirs = ws(own), ws(read)
    if mine == theirs:
        return False
    return theirs in (ws(_TAGS.sub("", own)), ws(html.unescape(own)), ws(html.escape(own)), ws(html.escape(own, False)))


def answered(parser: Parser, page: Page, key: str) -> ParserAnswer:
    """The parser's answer to a page. The page's labels are not looked for."""
    return parser.run(case_of(page, key, "0", quirks=page.planted))


def rerun(
    parser: str | None, page: Page, *, cmd: str | None = None, timeout: float = 10.0, memory: int = 2 << 30,
    fields: Iterable[str] | None = None, rename: Mapping[str, str] | None = None, whitespace: str = "fold",
    form: str = "text",
) -> None:  # fmt: skip
    """Fail where a hunt would find something on the page: the parser, ``PKG:FUNC`` or a command, runs in a process of
    its own, with limits, and of a hostile page only what is promised is asked.

    Raises: AssertionError with the first finding.
    """
    __tracebackhide__ = True
    asked = None if fields is None else tuple(map(known_field, fields))
    opened = open_parser(parser, cmd, timeout=timeout, memory=memory, rename=rename)
    try:
        found = findings(answered(opened, page, "0"), page, asked, whitespace, form)
    finally:
        opened.close()
    if found:
        raise AssertionError(f"{found[0].message}\n{found[0].detail}".rstrip())
