"""``hunt``: a strategy's pages against a parser, without a test: one report a cause, each on its smallest page.

A hunt goes in rounds. In each, Hypothesis looks for a page with a finding that no bug known so far covers, and shrinks
it; what turns out to be the same cause is one with the bug that was there. So one loud bug does not hide the others.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import Protocol, runtime_checkable

import msgspec
from hypothesis import Phase, Verbosity, find, given, settings
from hypothesis import seed as seeded
from hypothesis.errors import FailedHealthCheck, Flaky, NoSuchExample, Unsatisfiable
from hypothesis.strategies import SearchStrategy

from forgegen.assess.answer_forms import checked_form
from forgegen.assess.hunt_findings import Finding, answered, findings
from forgegen.assess.runner import Parser
from forgegen.assess.same_cause import Bug, explained, plain_twin
from forgegen.assess.unplant import needed
from forgegen.pages.page import Page
from forgegen.quirks.define import PLAIN_THREAD

MOST = 25  # bugs after which a hunt ends: what is broken everywhere needs no longer list
SHRINKING = 60.0  # seconds for the shrinking of one finding
SHRUNK = 600  # pages that the shrinking of one finding looks at
STRIKES = 3  # times that one label of a field is found anew before the bug covers all of that kind
_QUIET = settings(
    database=None, deadline=None, verbosity=Verbosity.quiet, print_blob=False, report_multiple_bugs=False,
    phases=(Phase.generate, Phase.shrink),
)  # fmt: skip


class Hunt(msgspec.Struct):
    """What a hunt found: the bugs, the pages looked at, the seconds it took, and whether the time ran out."""

    parser: str
    bugs: list[Bug]
    pages: int
    seconds: float
    timed_out: bool


class Listener(Protocol):
    """Who hears of a hunt while it runs."""

    def looked(self, pages: int, bugs: int) -> None:
        """So many pages were looked at, and so many bugs are known."""

    def found(self, number: int, bug: Bug) -> None:
        """The bug of this number, from 1, was found; or, if it was heard of before, its page is smaller now."""

    def dropped(self, number: int) -> None:
        """The bug that was found last turned out to be one with another."""


@runtime_checkable
class _Limited(Protocol):
    """A parser with a limit of time."""

    timeout: float


class _Found(Exception):
    """Raised within Hypothesis for the finding that a round is about."""

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
    whitespace: str = "fold",
    form: str = "text",
    listener: Listener | None = None,
) -> Hunt:
    """Run the hunt: ``examples`` pages and those that shrinking looks at, within ``budget`` seconds.

    ``form`` is what the parser's texts are written in. The same seed looks at the same pages.

    Raises: UsageError for what is wrong use of the strategy; FailedHealthCheck where no page can be made.
    """
    return _Hunter(parser, pages, examples, seed, budget, fields, whitespace, checked_form(form), listener).hunt()


class _Hunter:
    def __init__(
        self, parser: Parser, pages: SearchStrategy[Page], examples: int, seed: int, budget: float | None,
        fields: tuple[str, ...] | None, whitespace: str, form: str, listener: Listener | None,
    ) -> None:  # fmt: skip
        self.parser, self.strategy, self.examples, self.seed = parser, pages, examples, seed
        self.fields, self.whitespace, self.form, self.listener = fields, whitespace, form, listener
        self.start = time.monotonic()
        self.end = None if budget is None else self.start + budget
        self.causes: list[list[Bug]] = []  # bugs of one cause, the first of them the one that is told
        self.known: dict[bytes, tuple[Finding, ...]] = {}  # findings by page: a page seen again costs nothing
        self.strikes: Counter[tuple[str, str]] = Counter()
        self.searched = 0  # pages of the search itself
        self.target: tuple[str, str] | None = None  # what this round shrinks
        self.until = 0.0  # when its shrinking ends
        self.shrunk = 0  # pages looked at since
        self.best: _Found | None = None  # the shortest page of this round

    def hunt(self) -> Hunt:
        self.warm_up()
        failed = 0
        for round_number in range(10 * MOST):
            left = self.examples - self.searched
            if left <= 0 or len(self.causes) >= MOST or self.is_late():
                break
            try:
                bug = self.round(round_number, left)
            except FailedHealthCheck:  # a slow machine, mostly; what fails thrice is meant
                failed += 1
                if failed > 2:
                    raise
                continue
            if bug is None:
                break
            self.settle(self.explain(bug))
        bugs = [with_others(bugs) for bugs in self.causes]
        return Hunt(self.parser.name, bugs, len(self.known), time.monotonic() - self.start, self.is_late())

    def warm_up(self) -> None:
        """Make one page, so that loading what makes pages is not taken for slow drawing."""
        find(self.strategy, lambda page: bool(page.body) or True, settings=settings(_QUIET, max_examples=5))

    def is_late(self) -> bool:
        return self.end is not None and time.monotonic() > self.end

    def round(self, number: int, examples: int) -> Bug | None:
        """Look at that many pages until there is a new finding, and shrink it."""
        self.target, self.best, self.shrunk = None, None, 0

        @seeded(self.seed * 1_000_003 + number)
        @settings(_QUIET, max_examples=max(examples, 1))
        @given(self.strategy)
        def looks_right(page: Page) -> None:
            self.look(page)

        try:
            looks_right()
        except _Found as e:
            return self.without_needless(Bug(e.finding, e.page))
        except Flaky:
            return self.last(steady=False)
        except _Enough:
            return self.last(shrunk=False)
        except (Unsatisfiable, NoSuchExample):
            return None
        return None

    def last(self, *, steady: bool = True, shrunk: bool = True) -> Bug | None:
        """The bug on the shortest page of this round, None where there is none."""
        best = self.best
        return None if best is None else Bug(best.finding, best.page, steady=steady, shrunk=shrunk)

    def look(self, page: Page) -> None:
        """Raise for the first finding that no bug covers; once one is being shrunk, for those of its kind only."""
        new = (f for f in self.findings_of(page) if self.target in (None, f.key) and not self.is_covered(f, page))
        finding = next(new, None)
        if finding is None:
            return
        error = _Found(finding.message)
        error.page, error.finding = page, finding
        if self.target is None:
            self.target, self.until = finding.key, time.monotonic() + SHRINKING
        if self.best is None or len(repr(page)) < len(repr(self.best.page)):
            first, self.best = self.best is None, error
            if first and self.listener is not None:
                self.listener.found(len(self.causes) + 1, Bug(finding, page, shrunk=False))
        raise error

    def is_covered(self, finding: Finding, page: Page) -> bool:
        bugs = [bug for bugs in self.causes for bug in bugs]
        if any(bug.covers(finding, page) for bug in bugs):
            return True
        return any(bug.is_unlabelled(finding) for bug in bugs) and any(
            other.key == finding.key for other in self.findings_of(plain_twin(page))
        )

    def findings_of(self, page: Page) -> tuple[Finding, ...]:
        digest = blake2b(page.body + page.url.encode() + page.truth.to_bytes(), digest_size=16).digest()
        if digest in self.known:
            return self.known[digest]
        shrinking = self.target is not None
        if self.is_late() or (shrinking and (self.shrunk >= SHRUNK or time.monotonic() > self.until)):
            raise _Enough
        self.shrunk += shrinking
        self.searched += not shrinking
        found = self.known[digest] = self.ask(page)
        if self.listener is not None:
            self.listener.looked(len(self.known), len(self.causes))
        return found

    def ask(self, page: Page) -> tuple[Finding, ...]:
        """What is wrong with the parser's answer."""
        with self.in_time():
            answer = answered(self.parser, page, str(len(self.known)))
        if answer.failure is not None and answer.failure.kind == "timeout" and self.is_late():
            raise _Enough  # it was the hunt's time that ran out
        return tuple(findings(answer, page, self.fields, self.whitespace, self.form))

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """Within, the parser has no more time than is left."""
        if self.end is None or not isinstance(self.parser, _Limited):
            yield
            return
        own = self.parser.timeout
        self.parser.timeout = max(0.01, min(own, self.end - time.monotonic()))
        try:
            yield
        finally:
            self.parser.timeout = own

    def without_needless(self, bug: Bug) -> Bug:
        """The bug on its page without the quirks that it does not need."""
        finding = bug.finding

        def fails(other: Page) -> bool:
            nonlocal finding
            if self.is_late():
                return False
            again = next((f for f in self.asked(other) if f.key == finding.key), None)
            finding = again or finding
            return again is not None

        page = needed(bug.page, fails)
        return msgspec.structs.replace(bug, page=page, finding=finding)

    def explain(self, bug: Bug) -> Bug:
        """The bug with the labels that explain it."""
        page = bug.page
        look = page.look._asdict()
        plain = self.asked(Page(PLAIN_THREAD, page.skin, **look))
        here = self.asked(page) if bug.shrunk else ()
        return explained(bug, frozenset(f.field for f in plain), frozenset(f.key for f in here))

    def asked(self, page: Page) -> tuple[Finding, ...]:
        """What is wrong on a page, nothing where the time is up."""
        if self.is_late():
            return ()
        try:
            return self.ask(page)
        except _Enough:
            return ()

    def settle(self, bug: Bug) -> None:
        """Add the bug: to the cause that it has in common with others, or as one of its own."""
        new = len(self.causes)
        same = next((n for n in range(new) if any(bug.is_one_with(other) for other in self.causes[n])), None)
        if same is None:
            self.causes.append([bug])
            self.tell(new)
            return
        self.strikes[bug.finding.field, bug.label] += 1
        bug = msgspec.structs.replace(bug, often=self.strikes[bug.finding.field, bug.label] >= STRIKES)
        first = self.causes[same][0]
        self.causes[same].append(bug)
        self.causes[same].sort(key=_plainness)
        if self.listener is not None:
            self.listener.dropped(new + 1)
        if self.causes[same][0] is not first:
            self.tell(same)

    def tell(self, n: int) -> None:
        if self.listener is not None:
            self.listener.found(n + 1, self.causes[n][0])


def _plainness(bug: Bug) -> tuple[bool, int, int]:
    """Of bugs of one cause the one is told first that was shrunk, has the fewest labels and the shortest page."""
    return not bug.shrunk, len(bug.quirks), len(repr(bug.page))


def with_others(bugs: list[Bug]) -> Bug:
    """The first bug of a cause, with the fields in which it was met besides."""
    first = bugs[0]
    keys = [key for bug in bugs for key in (bug.finding.key, *sorted(bug.with_it))]
    fields = dict.fromkeys(field for field, _ in keys if field != first.finding.field)
    return msgspec.structs.replace(first, also=tuple(fields))
