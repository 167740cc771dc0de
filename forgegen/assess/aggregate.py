"""From pages to figures of a run: page, then thread, then the mean over threads, with intervals by bootstrap.

The thread is what is drawn again, never the post, nor the page where one thread stands in several skins: posts of a
thread are alike, and intervals over them would be too narrow. Draws are seeded: the same scores, the same interval.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from forgegen.assess.feed import Crawl
from forgegen.assess.score import Score
from forgegen.streams.stream import Stream

RESAMPLES = 2000
ENOUGH = 10  # threads below which no interval is given
LOWER_IS_BETTER = ("depth_mae", "tree_cost", "must_not")


class Metric(msgspec.Struct, frozen=True):
    """A macro mean with its 95% percentile interval; None where threads are too few for one."""

    mean: float
    low: float | None
    high: float | None
    threads: int


class PageScore(msgspec.Struct, frozen=True):
    """A scored page, with what leads back to it."""

    key: str
    thread: str
    skin: str
    score: Score
    message: str = ""
    how: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a run found; its JSON is what ``--compare`` reads.

    - ``metrics``: by name; ``threads``: every thread's own figures, for paired comparison
    - ``failures``: pages without an answer, by kind; ``silent``: pages with an empty answer where there are posts
    - ``labels``, ``inconsistencies``: counted over all posts; ``fields``: right, wrong, missing and invented values
    - ``hostile``: pages on which only failures count
    - ``causes``: the commonest mistakes, with the number of pages and one page to look at
    - ``crawl``: of a crawler's feed, what was fetched and what not
    - ``state``: of the forgegen that made the pages, where that is known
    """

    format: int = 1
    parser: str
    profile: str
    pages: int
    threads_total: int
    hostile: int
    failures: dict[str, int]
    silent: int
    metrics: dict[str, Metric]
    fields: dict[str, dict[str, int]]
    labels: dict[str, int]
    inconsistencies: dict[str, int]
    causes: list[dict[str, Any]]
    baselines: dict[str, dict[str, float]]
    threads: dict[str, dict[str, float]]
    crawl: Crawl | None = None
    state: dict[str, str] = {}


def by_thread(scores: Sequence[PageScore]) -> dict[str, dict[str, float]]:
    """Each thread's figures, means over its pages.

    A field that no page with posts claims is left out: an empty answer alone claims nothing. Where all answers are
    empty it stays, at 0.
    """
    claimed = {name for s in scores if _says_something(s.score) for name in s.score.metrics}
    sums: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for s in scores:
        for name, value in s.score.metrics.items():
            if value is not None and (not claimed or name in claimed):
                sums[s.thread][name].append(value)
    return {thread: {n: sum(v) / len(v) for n, v in values.items()} for thread, values in sums.items()}


def _says_something(score: Score) -> bool:
    return score.failure is None and (
        score.kind == "text" or bool(score.page) or bool(score.posts and score.posts.predicted)
    )


class Bootstrap:
    """Resamples of threads, the same for every metric and parser: so comparisons are paired."""

    def __init__(self, threads: Iterable[str], *, seed: int = 0, resamples: int = RESAMPLES) -> None:
        self.threads = sorted(threads)
        n = len(self.threads)
        stream = Stream("bootstrap", seed, n)
        self.draws = [[stream.below(n) for _ in range(n)] for _ in range(resamples)] if n >= ENOUGH else []

    def means(self, values: Mapping[str, float]) -> list[float]:
        """The mean of each resample, of threads that have a value; sorted as drawn."""
        have = [thread in values for thread in self.threads]
        column = [values.get(thread, 0.0) for thread in self.threads]
        found = []
        for draw in self.draws:
            size = sum(map(have.__getitem__, draw))
            if size:
                found.append(sum(map(column.__getitem__, draw)) / size)
        return found

    def metric(self, values: Mapping[str, float]) -> Metric:
        """Mean and interval."""
        mean = sum(values.values()) / len(values)
        low, high = interval(self.means(values)) if len(values) >= ENOUGH else (None, None)
        return Metric(mean, low, high, len(values))


def interval(means: list[float]) -> tuple[float | None, float | None]:
    """The 2.5th and 97.5th percentile; None of nothing."""
    if not means:
        return None, None
    ordered = sorted(means)
    last = len(ordered) - 1
    return ordered[last * 25 // 1000], ordered[-(-last * 975 // 1000)]


def report(
    parser: str, scores: Sequence[PageScore], baselines: Mapping[str, Sequence[PageScore]], *,
    hostile: Sequence[PageScore] = (), seed: int = 0,
) -> Report:  # fmt: skip
    """All figures of a run. ``hostile`` pages count in failures alone."""
    threads = by_thread(scores)
    bootstrap = Bootstrap(threads, seed=seed)
    columns: dict[str, dict[str, float]] = defaultdict(dict)
    for thread, values in threads.items():
        for name, value in values.items():
            columns[name][thread] = value
    failures = Counter(s.score.failure for s in (*scores, *hostile) if s.score.failure)
    fields: dict[str, Counter[str]] = defaultdict(Counter)
    for s in scores:
        for name, field in (*s.score.fields.items(), *((f"page.{n}", f) for n, f in s.score.page.items())):
            if name in columns or f"{name}_f1" in columns:
                fields[name].update({k: getattr(field, k) for k in ("right", "wrong", "missing", "invented")})
                fields[name].update({f"label {label}": n for label, n in field.labels.items()})
    return Report(
        parser=parser,
        profile=scores[0].score.profile if scores else "ws",
        pages=len(scores),
        threads_total=len(threads),
        hostile=len(hostile),
        failures=dict(sorted(failures.items())),
        silent=sum(s.score.silent and s.score.failure is None for s in scores),
        metrics={name: bootstrap.metric(values) for name, values in columns.items()},
        fields={name: dict(counts) for name, counts in fields.items()},
        labels=dict(sum((Counter(s.score.labels) for s in scores), Counter[str]())),
        inconsistencies=dict(sum((Counter(s.score.inconsistencies) for s in scores), Counter[str]())),
        causes=causes(scores, hostile),
        baselines={
            name: {m: sum(v) / len(v) for m, v in _columns(by_thread(pages)).items()}
            for name, pages in baselines.items()
        },
        threads=dict(sorted(threads.items())),
    )


def _columns(threads: Mapping[str, Mapping[str, float]]) -> dict[str, list[float]]:
    columns: dict[str, list[float]] = defaultdict(list)
    for values in threads.values():
        for name, value in values.items():
            columns[name].append(value)
    return columns


def causes(scores: Sequence[PageScore], hostile: Sequence[PageScore] = ()) -> list[dict[str, Any]]:
    """What goes wrong, the commonest first: a cause, its pages, its cases, and one page to look at."""
    pages: Counter[str] = Counter()
    cases: Counter[str] = Counter()
    first: dict[str, PageScore] = {}
    for s in (*scores, *hostile):
        for cause, n in _causes_of(s).items():
            pages[cause] += 1
            cases[cause] += n
            first.setdefault(cause, s)
    order = sorted(pages, key=lambda c: (-pages[c], -cases[c], c))
    return [
        {"cause": c, "pages": pages[c], "cases": cases[c], "key": first[c].key, "look": first[c].how} for c in order
    ]


def _causes_of(s: PageScore) -> Counter[str]:
    if s.score.failure is not None:
        return Counter([f"{s.score.failure}: {s.message.splitlines()[0] if s.message else 'no message'}"])
    found = Counter({f"posts {label}" if "-" not in label else label: n for label, n in s.score.labels.items()})
    for name, field in s.score.fields.items():
        found.update({f"{name} {how}": getattr(field, how) for how in ("wrong", "invented") if getattr(field, how)})
        if field.missing and not s.score.silent:
            found[f"{name} missing"] += field.missing
    for name, field in s.score.page.items():
        found.update(
            {f"{name} of the page {how}": 1 for how in ("wrong", "missing", "invented") if getattr(field, how)}
        )
    if s.score.structure is not None and s.score.structure.edge.f1 < 1 and s.score.posts is not None:
        wrong = s.score.posts.aligned - round(s.score.structure.edge.recall * s.score.posts.true)
        if wrong > 0:
            found["wrong parent"] += wrong
    return found


class MetricChange(msgspec.Struct, frozen=True):
    """A metric of two runs over the threads they share: new minus old, interval, and the chance that new is better."""

    metric: str
    old: float
    new: float
    delta: float
    low: float | None
    high: float | None
    better: float | None
    threads: int

    @property
    def worse(self) -> bool:
        """Whether the interval lies wholly on the bad side of 0."""
        if self.low is None or self.high is None:
            return False
        return self.low > 0 if self.metric in LOWER_IS_BETTER else self.high < 0


def paired(
    old: Mapping[str, Mapping[str, float]], new: Mapping[str, Mapping[str, float]], *, seed: int = 0
) -> list[MetricChange]:
    """Differences by metric, over the threads that both runs hold, on the same resamples."""
    found = []
    for name in dict.fromkeys(n for values in new.values() for n in values):
        both = [t for t in sorted(new) if name in new[t] and name in old.get(t, {})]
        if not both:
            continue
        deltas = {t: new[t][name] - old[t][name] for t in both}
        means = Bootstrap(both, seed=seed).means(deltas)
        low, high = interval(means)
        sign = -1 if name in LOWER_IS_BETTER else 1
        wins = sum(sign * m > 0 for m in means) + sum(m == 0 for m in means) / 2
        found.append(
            MetricChange(
                name, sum(old[t][name] for t in both) / len(both), sum(new[t][name] for t in both) / len(both),
                sum(deltas.values()) / len(both), low, high, wins / len(means) if means else None, len(both),
            )
        )  # fmt: skip
    return found


def unclaimed(old: Mapping[str, Mapping[str, float]], new: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The older means of metrics that an older run has of threads of both, and the newer of none."""
    claimed = {name for values in new.values() for name in values}
    columns = _columns({thread: values for thread, values in old.items() if thread in new})
    return {name: sum(values) / len(values) for name, values in columns.items() if name not in claimed}
