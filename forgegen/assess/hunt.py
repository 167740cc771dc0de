"""``hunt``: a strategy's pages against a parser, without a test: every distinct bug, each shrunk.

Hypothesis looks for pages on which the parser fails, and shrinks one for every kind of failure it meets. A kind that is
known is then left out where the page has the same quirks, and the hunt goes on for the rest of the budget: so one loud
bug does not hide the others.
"""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable, Iterable
from hashlib import blake2b

import msgspec
from hypothesis import Phase, Verbosity, find, given, settings
from hypothesis import seed as seeded
from hypothesis.errors import FailedHealthCheck, Flaky, NoSuchExample, Unsatisfiable
from hypothesis.strategies import SearchStrategy

from forgegen.assess.causes import Causes, causes
from forgegen.assess.check import Failed, check_answer
from forgegen.assess.compare import Difference, compare
from forgegen.assess.corpus_reader import case_of
from forgegen.assess.ipc import ParserAnswer
from forgegen.assess.markup_forms import checked_form
from forgegen.assess.normalise import ws
from forgegen.assess.predict import Prediction
from forgegen.assess.runner import Parser
from forgegen.assess.unplant import needed
from forgegen.pages.page import Page

MOST = 25  # bugs after which a hunt ends: what is broken everywhere needs no longer list
SHRINKING = 60.0  # seconds for the shrinking of one round
SHRUNK = 600  # pages that the shrinking of one round looks at
_QUIET = settings(
    database=None, deadline=None, verbosity=Verbosity.quiet, print_blob=False, phases=(Phase.generate, Phase.shrink)
)
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
        """What findings of one bug have in common, but for the quirks."""
        return self.field, self.kind


class Bug(msgspec.Struct, frozen=True):
    """A finding on the smallest page that Hypothesis made of it. ``quirks`` are those of that page.

    ``steady`` is False where the parser answered the same page in different ways.
    """

    finding: Finding
    page: Page
    quirks: tuple[str, ...]
    steady: bool = True

    def covers(self, finding: Finding, quirks: frozenset[str]) -> bool:
        """Whether a finding on a page of these quirks is this bug again."""
        return finding.key == self.finding.key and set(self.quirks) <= quirks


class Hunt(msgspec.Struct):
    """What a hunt found: the bugs, the pages looked at, the seconds it took, and whether the time ran out."""

    parser: str
    bugs: list[Bug]
    pages: int
    seconds: float
    timed_out: bool


class _Found(Exception):
    """Raised within Hypothesis; a subclass a kind of finding, so that it keeps and shrinks them apart."""

    page: Page
    finding: Finding


class _Enough(BaseException):
    """The time is up. No Exception, so that Hypothesis does not take it for a failure of the test."""


def hunt(
    parser: Parser,
    pages: SearchStrategy[Page],
    *,
    examples: int = 300,
    seed: int = 0,
    budget: float | None = None,
    fields: tuple[str, ...] | None = None,
    form: str = "text",
    tell: Callable[[int, int], None] | None = None,
) -> Hunt:
    """Run the hunt: ``examples`` pages and those that shrinking looks at, within ``budget`` seconds.

    ``form`` is what the parser's texts are written in. ``tell`` hears the numbers of pages and of bugs. The same seed
    looks at the same pages.

    Raises: UsageError for what is wrong use of the strategy; FailedHealthCheck where no page can be made.
    """
    return _Hunter(parser, pages, examples, seed, budget, fields, checked_form(form), tell).hunt()


class _Hunter:
    def __init__(
        self, parser: Parser, pages: SearchStrategy[Page], examples: int, seed: int, budget: float | None,
        fields: tuple[str, ...] | None, form: str, tell: Callable[[int, int], None] | None,
    ) -> None:  # fmt: skip
        self.parser, self.strategy, self.examples, self.seed = parser, pages, examples, seed
        self.fields, self.form, self.tell = fields, form, tell
        self.start = time.monotonic()
        self.end = None if budget is None else self.start + budget
        self.bugs: list[Bug] = []
        self.known: dict[bytes, tuple[Finding, ...]] = {}  # findings by page: a page seen again costs nothing
        self.kinds: dict[tuple[str, str], type[_Found]] = {}
        self.searched = 0  # pages of the search itself
        self.until: float | None = None  # when this round's shrinking ends
        self.shrunk = 0  # pages looked at after the first finding of this round
        self.best: dict[tuple[str, str], _Found] = {}  # of this round, the shortest of each kind

    def hunt(self) -> Hunt:
        self.warm_up()
        failed = 0
        for round_number in range(10 * MOST):
            left = self.examples - self.searched
            if left <= 0 or len(self.bugs) >= MOST or self.is_late():
                break
            try:
                found = self.round(round_number, left)
            except FailedHealthCheck:  # a slow machine, mostly; what fails thrice is meant
                failed += 1
                if failed > 2:
                    raise
                continue
            if not found:
                break
            self.bugs += found
        seconds = time.monotonic() - self.start
        return Hunt(self.parser.name, self.bugs, len(self.known), seconds, self.is_late())

    def warm_up(self) -> None:
        """Make one page, so that loading what makes pages is not taken for slow drawing."""
        find(self.strategy, lambda page: bool(page.body) or True, settings=settings(_QUIET, max_examples=5))

    def is_late(self) -> bool:
        return self.end is not None and time.monotonic() > self.end

    def is_shrunk_enough(self, until: float) -> bool:
        return self.shrunk >= SHRUNK or time.monotonic() > until

    def round(self, number: int, examples: int) -> list[Bug]:
        """Look at that many pages until new kinds of finding are there, and shrink one of each."""
        self.until, self.best, self.shrunk = None, {}, 0

        @seeded(self.seed * 1_000_003 + number)
        @settings(_QUIET, max_examples=max(examples, 1), report_multiple_bugs=True)
        @given(self.strategy)
        def looks_right(page: Page) -> None:
            self.look(page)

        try:
            looks_right()
        except _Found as e:
            return [self.bug(e)]
        except Flaky as e:
            return [self.bug(one, steady=False) for one in _found_in(e) or self.best.values()]
        except BaseExceptionGroup as e:
            return [self.bug(one) for one in _found_in(e)]
        except _Enough:
            return [self.bug(one) for one in self.best.values()]
        except (Unsatisfiable, NoSuchExample):
            return []
        return []

    def bug(self, found: _Found, *, steady: bool = True) -> Bug:
        last, page = found.finding, found.page
        if steady:

            def fails(other: Page) -> bool:
                nonlocal last
                if self.is_late():
                    return False
                case = case_of(other, f"{len(self.known)}-needed", "0")
                again = next(
                    (f for f in findings(self.parser.run(case), other, self.fields) if f.key == last.key), None
                )
                last = again or last
                return again is not None

            page = needed(page, fails)
        told = Causes(page.quirks, ()) if last.difference is None else causes(page, (last.difference,))
        return Bug(last, page, (*told.likely, *told.others), steady)

    def look(self, page: Page) -> None:
        """Raise for the first finding that no bug covers."""
        findings = self.findings_of(page)
        if not findings:
            return
        quirks = frozenset(page.quirks) if self.bugs else frozenset[str]()
        new = next((f for f in findings if not any(bug.covers(f, quirks) for bug in self.bugs)), None)
        if new is None:
            return
        if self.until is None:
            self.until = time.monotonic() + SHRINKING
        error = self.kind_of(new)(new.message)
        error.page, error.finding = page, new
        best = self.best.get(new.key)
        if best is None or len(repr(page)) < len(repr(best.page)):
            self.best[new.key] = error
        raise error

    def kind_of(self, finding: Finding) -> type[_Found]:
        if finding.key not in self.kinds:
            self.kinds[finding.key] = type(f"Found{len(self.kinds)}", (_Found,), {})
        return self.kinds[finding.key]

    def findings_of(self, page: Page) -> tuple[Finding, ...]:
        digest = blake2b(page.body + page.url.encode() + page.truth.to_bytes(), digest_size=16).digest()
        if digest in self.known:
            return self.known[digest]
        if self.is_late() or (self.until is not None and self.is_shrunk_enough(self.until)):
            raise _Enough
        self.shrunk += self.until is not None
        if self.until is None:
            self.searched += 1
        found = tuple(findings(self.parser.run(case_of(page, str(len(self.known)), "0")), page, self.fields, self.form))
        self.known[digest] = found
        if self.tell is not None:
            self.tell(len(self.known), len(self.bugs))
        return found


def _found_in(error: BaseException) -> list[_Found]:
    if isinstance(error, _Found):
        return [error]
    inner: Iterable[BaseException] = getattr(error, "exceptions", ())
    found = [one for e in inner for one in _found_in(e)]
    return list({one.finding.key: one for one in found}.values())


def findings(
    answer: ParserAnswer, page: Page, fields: tuple[str, ...] | None = None, form: str = "text"
) -> list[Finding]:
    """All that is wrong with an answer, in reading order, one a field and kind.

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
        check_answer(answer.prediction, page, fields=fields, form=form)
    except Failed as e:
        told = {(d.field, d.kind): d for d in reversed(e.differences)}
        message = str(e).splitlines()[0]
        return [
            Finding(d.field, d.kind, message if d.kind in ("rubbish", "unclaimed") else str(d), d)
            for d in reversed(told.values())
        ]
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
