"""Structure, authors, times and likes of threads in numbers, as ``realism.toml`` has targets for them.

All functions take threads in order of arrival and give a tuple, None where nothing was there to count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import ceil, log, sqrt

import msgspec

from forgegen.model.thread import Thread
from forgegen.model.tree import parents_of, reply_counts

Numbers = tuple[float | None, ...]
"""A metric's values; None where nothing was there to count."""

LARGE = 20  # comments from which on a thread's share of distinct authors means something
POSITIONS = ((1, 5), (6, 10), (11, 20), (21, 50), (51, 100), (101, 1 << 60))
SUBTHREAD_ENDS = (1, 2, 3, 5, 10, 20, 50)  # last sizes of the bins; one more holds the rest


class Shape(msgspec.Struct, frozen=True):
    """One thread in order of arrival: 1-based parents (0 = article), authors, seconds since the article, likes."""

    parents: Sequence[int]
    authors: Sequence[object] = ()
    published: int = 0
    times: Sequence[int] = ()
    likes: Sequence[int] = ()


def shape_of(thread: Thread) -> Shape:
    """A thread's shape; instants stay absolute, so that minutes can be told as a page shows them."""
    posts = thread.posts
    rank = [n if post.arrival is None else post.arrival for n, post in enumerate(posts)]
    parents = [0] * len(posts)
    for n, parent in enumerate(parents_of(post.depth for post in posts)):
        parents[rank[n]] = rank[parent - 1] + 1 if parent else 0
    ordered = [post for _, post in sorted(zip(rank, posts, strict=True), key=lambda pair: pair[0])]
    return Shape(
        parents,
        [post.author.name if post.author else None for post in ordered],
        thread.published or 0,
        [post.time for post in ordered if post.time is not None],
        [post.likes for post in ordered if post.likes is not None],
    )


def quantile(values: Sequence[float], p: float) -> float | None:
    """The smallest value that a share ``p`` of all values does not exceed.

    >>> quantile([3, 1, 2, 4], .5)
    2
    """
    return sorted(values)[max(0, ceil(p * len(values) - 1e-9) - 1)] if values else None


def quantiles(values: Sequence[float], *levels: float) -> Numbers:
    """Several quantiles at once."""
    return tuple(quantile(values, p) for p in levels)


def ratio(part: float, whole: float) -> float | None:
    """A share, None of nothing."""
    return part / whole if whole else None


def mean(values: Sequence[float]) -> float | None:
    """The mean, None of nothing."""
    return ratio(sum(values), len(values))


def ln_law(values: Iterable[float]) -> Numbers:
    """Mean and standard deviation of the logarithms of the values above zero."""
    logs = [log(v) for v in values if v > 0]
    if not logs:
        return None, None
    mu = sum(logs) / len(logs)
    return mu, sqrt(sum((x - mu) ** 2 for x in logs) / len(logs))


def depths_of(parents: Sequence[int]) -> list[int]:
    """Depth of each comment, 1 for an answer to the article.

    >>> depths_of([0, 1, 2, 0])
    [1, 2, 3, 1]
    """
    depths = [0]
    for parent in parents:
        depths.append(depths[parent] + 1)
    return depths[1:]


def subthread_sizes(parents: Sequence[int]) -> list[int]:
    """Each comment with all below it, counted.

    >>> subthread_sizes([0, 1, 2, 0])
    [3, 2, 1, 1]
    """
    sizes = [1] * (len(parents) + 1)
    for n in range(len(parents), 0, -1):
        sizes[parents[n - 1]] += sizes[n]
    return sizes[1:]


def h_index(parents: Sequence[int]) -> int:
    """The deepest level i that holds at least i comments.

    >>> h_index([0, 0, 1, 1, 3])
    2
    """
    return max((level for level, held in Counter(depths_of(parents)).items() if held >= level), default=0)


def width_share(parents: Sequence[int]) -> float:
    """The largest level's share of the thread.

    >>> width_share([0, 0, 1, 3])
    0.5
    """
    return max(Counter(depths_of(parents)).values()) / len(parents)


def root_shares(shapes: Sequence[Shape]) -> list[float]:
    """Of each thread with comments, how many of them answer the article."""
    return [s.parents.count(0) / len(s.parents) for s in shapes if s.parents]


def sizes(shapes: Sequence[Shape]) -> Numbers:
    """Comments in a thread that has any: quantiles 10, 50, 90, 99 and the largest."""
    return quantiles([len(s.parents) for s in shapes if s.parents], 0.1, 0.5, 0.9, 0.99, 1)


def size_law(shapes: Sequence[Shape]) -> Numbers:
    """ln μ/σ of the sizes above zero."""
    return ln_law(len(s.parents) for s in shapes)


def empty_share(shapes: Sequence[Shape]) -> Numbers:
    """Threads without comments."""
    return (ratio(sum(not s.parents for s in shapes), len(shapes)),)


def root_share(shapes: Sequence[Shape]) -> Numbers:
    """Comments that answer the article, pooled."""
    return (ratio(sum(s.parents.count(0) for s in shapes), sum(len(s.parents) for s in shapes)),)


def pooled_replies(shapes: Sequence[Shape]) -> Numbers:
    """Comments with 0, 1, … 5, 6 and more direct replies, pooled."""
    return _shares(Counter(min(c, 6) for s in shapes for c in reply_counts(s.parents)), range(7))


def reply_shares(shapes: Sequence[Shape]) -> Numbers:
    """Comments with 0, 1 and 2 direct replies."""
    return pooled_replies(shapes)[:3]


def pooled_depths(shapes: Sequence[Shape]) -> Numbers:
    """Comments at depth 1, … 8, 9 and more, pooled."""
    return _shares(Counter(min(d, 9) for s in shapes for d in depths_of(s.parents)), range(1, 10))


def pooled_subthreads(shapes: Sequence[Shape]) -> Numbers:
    """Comments by the size of what hangs below them, in the bins of the published table."""
    bins = Counter(sum(n > end for end in SUBTHREAD_ENDS) for s in shapes for n in subthread_sizes(s.parents))
    return _shares(bins, range(len(SUBTHREAD_ENDS) + 1))


def _shares(counts: Counter[int], bins: Iterable[int]) -> Numbers:
    total = sum(counts.values())
    return tuple(ratio(counts[b], total) for b in bins)


def max_depths(shapes: Sequence[Shape]) -> list[int]:
    """The deepest comment of each thread that has any."""
    return [max(depths_of(s.parents)) for s in shapes if s.parents]


def max_depth(shapes: Sequence[Shape]) -> Numbers:
    """Quantiles 10, 50, 90 and 99 of the largest depth."""
    return quantiles(max_depths(shapes), 0.1, 0.5, 0.9, 0.99)


def h_mean(shapes: Sequence[Shape]) -> Numbers:
    """Mean h-index."""
    return (mean([h_index(s.parents) for s in shapes if s.parents]),)


def per_user(shapes: Sequence[Shape]) -> Numbers:
    """Of the users in a thread, those who write 1, 2, 3, 4, 5 and more comments there."""
    written = Counter(min(n, 5) for s in shapes for n in Counter(s.authors).values())
    return _shares(written, range(1, 6))


def unique_authors(shapes: Sequence[Shape]) -> Numbers:
    """Distinct authors by comments in threads of 20 and more: quantiles 10, 50, 90."""
    shares = [len(set(s.authors)) / len(s.authors) for s in shapes if len(s.authors) >= LARGE]
    return quantiles(shares, 0.1, 0.5, 0.9)


def self_reply(shapes: Sequence[Shape]) -> Numbers:
    """Of the replies to comments, those by the author of what they answer."""
    own = [a == s.authors[p - 1] for s in shapes for p, a in zip(s.parents, s.authors, strict=True) if p]
    return (mean(own),)


def aba(shapes: Sequence[Shape]) -> Numbers:
    """Of the comments at depth 3 and more, those by the grandparent's author, the parent being somebody else's."""
    found = []
    for s in shapes:
        for parent, author in zip(s.parents, s.authors, strict=True):
            grand = s.parents[parent - 1] if parent else 0
            if grand:
                found.append(s.authors[grand - 1] == author != s.authors[parent - 1])
    return (mean(found),)


def p_root(shapes: Sequence[Shape]) -> Numbers:
    """Chance that a comment answers the article, by its place in the order of arrival."""
    roots = [[p == 0 for s in shapes for p in s.parents[low - 1 : high]] for low, high in POSITIONS]
    return tuple(mean(r) for r in roots)


def delays(shape: Shape, unit: int = 60) -> tuple[list[int], list[int], list[int]]:
    """Root delays, reply delays and gaps, between clocks that show whole units (60: minutes, as pages do)."""
    clock = [shape.published // unit, *(t // unit for t in shape.times)]
    since = [(clock[n] - clock[p], p) for n, p in enumerate(shape.parents, 1)] if shape.times else []
    gaps = [later - sooner for sooner, later in pairwise(clock[1:])]
    return [d for d, p in since if not p], [d for d, p in since if p], gaps


def _delay_law(which: int, unit: int) -> Callable[[Sequence[Shape]], Numbers]:
    def law(shapes: Sequence[Shape]) -> Numbers:
        return ln_law(d * unit / 60 for s in shapes for d in delays(s, unit)[which])

    return law


root_delay, reply_delay, gap = (_delay_law(which, 60) for which in range(3))
root_delay_fine, reply_delay_fine, gap_fine = (_delay_law(which, 1) for which in range(3))


def gap_zero(shapes: Sequence[Shape]) -> Numbers:
    """Successive comments within one minute of the clock."""
    gaps = [g == 0 for s in shapes for g in delays(s)[2]]
    return (mean(gaps),)


def milestones(shapes: Sequence[Shape]) -> Numbers:
    """Minutes since the article, medians: first comment, half of the comments, last comment."""
    timed = [[(t - s.published) / 60 for t in s.times] for s in shapes if s.times]
    picks = [[t[i] for t in timed] for i in (0, -1)]
    return quantile(picks[0], 0.5), quantile([t[(len(t) - 1) // 2] for t in timed], 0.5), quantile(picks[1], 0.5)


def likes_zero(shapes: Sequence[Shape]) -> Numbers:
    """Comments that nobody liked."""
    return (mean([n == 0 for s in shapes for n in s.likes]),)


def likes_law(shapes: Sequence[Shape]) -> Numbers:
    """ln μ/σ of the likes above zero."""
    return ln_law(n for s in shapes for n in s.likes)


def ks_shares(shares: Numbers, table: Sequence[float]) -> float | None:
    """Largest distance of cumulative shares over the same bins.

    >>> ks_shares((.5, .25, .25), (.25, .5, .25))
    0.25
    """
    total = sum(table)
    off = worst = 0.0
    for ours, theirs in zip(shares, table, strict=True):
        if ours is None:
            return None
        off += ours - theirs / total
        worst = max(worst, abs(off))
    return worst


def ks_steps(values: Sequence[int], table: Sequence[float], beyond: Sequence[Sequence[float]] = ()) -> float | None:
    """Distance from tabled shares of values ≤ 1, 2, …; ``beyond`` holds more (value, share) pairs."""
    points = [*enumerate(table, 1), *((at, share) for at, share in beyond)]
    return max(abs(sum(v <= k for v in values) / len(values) - share) for k, share in points) if values else None


def ks_quantiles(values: Sequence[float], knots: Sequence[float], levels: Sequence[float]) -> float | None:
    """Distance from a law known by quantiles, joined linearly, within the range they span.

    Shares like ½ are common to many threads: where the values jump, the joined line may stand anywhere in the jump.
    """
    counts, worst, below, n = Counter(values), 0.0, 0, len(values)
    for x in sorted({*counts, *knots}):
        line = _joined(x, knots, levels)
        if line is not None and n:
            worst = max(worst, below / n - line, line - (below + counts[x]) / n)
        below += counts[x]
    return worst if values else None


def _joined(x: float, knots: Sequence[float], levels: Sequence[float]) -> float | None:
    """The joined line at x; None outside and where a knot repeats."""
    for (left, low), (right, high) in pairwise(zip(knots, levels, strict=True)):
        if left <= x <= right and left < right:
            return low + (high - low) * (x - left) / (right - left)
    return None
