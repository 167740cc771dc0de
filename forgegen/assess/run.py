"""A run: a parser, or predictions from a file, over cases, and the scores of every page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from forgegen.assess.aggregate import PageScore, Report, report
from forgegen.assess.baselines import BASELINES
from forgegen.assess.corpus_reader import CorpusCase
from forgegen.assess.ipc import Failure, ParserAnswer
from forgegen.assess.predict import read_prediction
from forgegen.assess.runner import Parser
from forgegen.assess.score import score
from forgegen.errors import UnknownName, UsageError

Answerer = Callable[[CorpusCase], ParserAnswer]


def answers_of(parser: Parser) -> Answerer:
    """Answers from a running parser. It raises UsageError at a case without a page."""

    def answer(case: CorpusCase) -> ParserAnswer:
        if case.bare:
            raise UsageError(
                f"the truth of {case.key} has no page beside it to give to a parser; right would be --predictions"
            )
        return parser.run(case)

    return answer


def answers_from(predictions: Mapping[str, Any], rename: Mapping[str, str] | None = None) -> Answerer:
    """Answers from predictions by key; a page without one is a full miss."""

    def answer(case: CorpusCase) -> ParserAnswer:
        if case.key not in predictions:
            return ParserAnswer(failure=Failure("missing", "no prediction for this page", "missing"))
        try:
            return ParserAnswer(prediction=read_prediction(predictions[case.key], rename))
        except UnknownName:
            raise
        except UsageError as e:
            return ParserAnswer(failure=Failure("rubbish", str(e), "rubbish"))

    return answer


def only(cases: Iterator[CorpusCase], name: str) -> CorpusCase:
    """The one case that there is. Raises: UsageError where there are none or more."""
    found = list(islice(cases, 2))
    if len(found) == 1:
        return found[0]
    raise UsageError(
        f"{name} is one answer without key or address, the truth has {'more than one page' if found else 'no page'}; "
        'right would be lines {"key": …, "prediction": …}'
    )


def run(
    name: str,
    answer: Answerer,
    cases: Iterable[CorpusCase],
    *,
    seed: int = 0,
    form: str = "text",
    tell: Callable[[int], None] | None = None,
) -> Report:
    """Score every case, with all baselines beside; ``form`` is what the answers' texts are written in, ``tell`` hears
    the number of pages done.

    Raises: UsageError where there is no case.
    """
    pages: list[PageScore] = []
    hostile: list[PageScore] = []
    baselines: dict[str, list[PageScore]] = {name: [] for name in BASELINES}
    for done, case in enumerate(cases, 1):
        page = _scored(case, answer(case), form)
        (hostile if case.hostile else pages).append(page)
        if not case.hostile:
            for baseline, build in BASELINES.items():
                scored = score(case.truth, build(case.truth))
                baselines[baseline].append(PageScore(case.key, case.thread, case.skin, scored))
        if tell is not None:
            tell(done)
    if not pages and not hostile:
        raise UsageError("there is no page to score")
    return report(name, pages, baselines, hostile=hostile, seed=seed)


def _scored(case: CorpusCase, answer: ParserAnswer, form: str) -> PageScore:
    failure = answer.failure
    if failure is None:
        try:
            scored = score(case.truth, answer.prediction, form=form)
            return PageScore(case.key, case.thread, case.skin, scored, "", case.how)
        except UsageError as e:
            failure = Failure("rubbish", str(e), "rubbish")
    scored = score(case.truth, None, failure=failure.kind)
    return PageScore(case.key, case.thread, case.skin, scored, failure.message, case.how)
