"""Growth of a thread's tree: how many comments, who answers what, in the order of arrival.

With t nodes present (0 the article) the next comment picks parent k with weight

    α·deg_k + β·[k = article] + τ^(t−k) + κ·[k answers a comment of this author]      (Gómez et al. 2013;
    Aragón et al. 2017)

A parent is drawn from this mixture by choosing the term first and then a node within it: popularity from the
list of all
edge ends, novelty from a table of lags, reciprocity from the author's own list. What the author may not or
rarely answers is drawn again. So a comment costs O(1), whatever the size of the thread. Integers only.
"""

from __future__ import annotations

from bisect import bisect_right

import msgspec

from forgegen.generate.profile import Profile
from forgegen.streams.fixed import ONE, exp, lognormal, normal
from forgegen.streams.stream import Stream

_TRIES = 64  # redraws before a comment answers the article after all
_LEVELS = (0, 1, *range(5, 100, 5), 97, 99)  # per cent at which size quantiles stand; then .5 and .9 of the last one
_QUANTILE_AT = (*(10 * level for level in _LEVELS), 995, 999, 1000)


class Tree(msgspec.Struct, frozen=True, gc=False):
    """Comments in order of arrival: 1-based parents (0 = article) and author numbers, 0 the first to write."""

    parents: list[int]
    authors: list[int]


def draw_size(stream: Stream, profile: Profile) -> int:
    """How many comments a thread has."""
    if stream.below(ONE) < profile.sizes_zero:
        return 0
    if profile.sizes_quantiles is not None:
        return _from_quantiles(stream.below(1_000_000), profile.sizes_quantiles)
    assert profile.sizes_lognormal is not None
    mu, sigma = profile.sizes_lognormal
    return max(1, min(lognormal(stream, mu, sigma), profile.sizes_cap))


def _from_quantiles(millionth: int, quantiles: tuple[int, ...]) -> int:
    at = bisect_right(_QUANTILE_AT, millionth // 1000) - 1
    low, high = _QUANTILE_AT[at] * 1000, _QUANTILE_AT[at + 1] * 1000
    size: int = quantiles[at] + (quantiles[at + 1] - quantiles[at]) * (millionth - low) // (high - low)
    return size


def grow(stream: Stream, people: Stream, profile: Profile, size: int) -> Tree:
    """A tree of that many comments; ``stream`` decides parents, ``people`` who writes."""
    if profile.growth.ln_kappa is not None:
        return _AuthorFirst(stream, people, profile).grow(size)
    parents = _plain(stream, profile, size)
    return Tree(parents, _overlay(people, profile, parents))


def _per_thread(stream: Stream, ln: int, sd: int) -> int:
    """exp(ln + sd·z) with 32 fractional bits, the scale of all weights here."""
    return exp(ln + (sd * normal(stream) >> 16), bits=32)


def _plain(stream: Stream, profile: Profile, size: int) -> list[int]:
    """Parents by the mixture without authors."""
    growth, sums = profile.growth, profile.novelty
    beta = _per_thread(stream, growth.ln_beta, growth.sd_beta)
    alpha, last = growth.alpha << 16, len(sums) - 1
    ends: list[int] = []
    parents = []
    word = stream.word
    for t in range(1, size + 1):
        popular = alpha * len(ends)
        novelty = sums[t if t < last else last]
        x = word() * (beta + popular + novelty) >> 32
        if x < beta:
            parent = 0
        elif x < beta + popular:
            parent = ends[(x - beta) // alpha]
        else:
            parent = t - bisect_right(sums, x - beta - popular)
        parents.append(parent)
        ends += (t, parent)
    return parents


def _overlay(people: Stream, profile: Profile, parents: list[int]) -> list[int]:
    """Authors laid over a finished tree: A-B-A, self-replies, then new or returning ones. The tree stays as it is.

    Where the profile has an ``op`` share, author 0 wrote the opening post and may come back from the second comment on.
    """
    growth, fresh, op = profile.growth, profile.new_author, profile.authors.get("op", 0)
    crowd = _Crowd(profile)
    opener = crowd.add() if op else -1
    authors: list[int] = []
    below = people.below
    for t, parent in enumerate(parents):
        above = authors[parent - 1] if parent else opener
        grand = parents[parent - 1] if parent else 0
        oldest = authors[grand - 1] if grand else opener if parent else -1
        if oldest >= 0 and oldest != above and below(ONE) < growth.rho:
            author = oldest
        elif parent and below(ONE) < growth.sigma:
            author = above
        elif op and t and not parent and below(ONE) < op:
            author = opener
        elif below(ONE) * (ONE - growth.c) >> 16 < fresh[min(t, len(fresh) - 1)] or crowd.only(above):
            author = crowd.add()
        else:
            author = crowd.returning(people, without=above)
        authors.append(author)
        if parent:
            crowd.answered(above)
    return authors


class _Crowd:
    """A thread's authors by replies received, so that one is drawn by g^replies in constant time."""

    def __init__(self, profile: Profile) -> None:
        self.weights = profile.returning
        self.classes: list[list[int]] = [[]]
        self.place: list[tuple[int, int]] = []  # author -> (class, index)
        self.total = 0
        self.top = 0

    def only(self, author: int) -> bool:
        """Whether nobody but this author is here."""
        return len(self.place) == 0 or (len(self.place) == 1 and author == 0)

    def add(self) -> int:
        """A new author's number."""
        self.place.append((0, len(self.classes[0])))
        self.classes[0].append(len(self.place) - 1)
        self.total += ONE
        return len(self.place) - 1

    def answered(self, author: int) -> None:
        """The author received a reply."""
        rank, index = self.place[author]
        if rank == len(self.weights) - 1:
            return
        members = self.classes[rank]
        moved = members.pop()
        if moved != author:
            members[index] = moved
            self.place[moved] = (rank, index)
        if rank == self.top:
            self.top = rank + 1
            self.classes.append([])
        self.place[author] = (rank + 1, len(self.classes[rank + 1]))
        self.classes[rank + 1].append(author)
        self.total += self.weights[rank + 1] - self.weights[rank]

    def returning(self, people: Stream, without: int = -1) -> int:
        """One of those who wrote already, other than the author ``without``."""
        out, index = self.place[without] if without >= 0 else (-1, 0)
        x = people.word() * (self.total - (self.weights[out] if without >= 0 else 0)) >> 32
        for rank in range(self.top, -1, -1):
            weight, members = self.weights[rank], self.classes[rank]
            share = weight * (len(members) - (rank == out))
            if x < share:
                at = x // weight
                return members[at + (rank == out and at >= index)]
            x -= share
        raise AssertionError("weights do not add up")


class _AuthorFirst:
    """The sampler that chooses the author before the parent."""

    def __init__(self, stream: Stream, people: Stream, profile: Profile) -> None:
        growth = profile.growth
        assert growth.ln_kappa is not None
        self.people, self.profile = people, profile
        self.beta = _per_thread(stream, growth.ln_beta, growth.sd_beta)
        self.kappa = _per_thread(stream, growth.ln_kappa, growth.sd_kappa)
        self.word, self.alpha, self.w_self = stream.word, growth.alpha << 16, growth.w_self
        self.sums, self.fresh = profile.novelty, profile.new_author
        self.horizon = len(self.sums) - 1
        self.crowd = _Crowd(profile)
        self.add = self.crowd.add
        self.parents: list[int] = []
        self.authors: list[int] = []
        self.ends: list[int] = []
        self.owed: list[list[int]] = []  # author -> comments that answer this author, not answered in turn
        self.spot: dict[int, int] = {}  # comment -> its index in the one list that holds it
        self.done: set[tuple[int, int]] = set()  # (author, comment answered)

    def grow(self, size: int) -> Tree:
        parents, authors, ends = self.parents, self.authors, self.ends
        for t in range(1, size + 1):
            author = self.author(t)
            parent = self.parent(t, author)
            parents.append(parent)
            authors.append(author)
            ends.append(t)
            ends.append(parent)
            if parent:
                self.answer(t, author, parent)
        return Tree(self.parents, self.authors)

    def answer(self, t: int, author: int, parent: int) -> None:
        """Comment t by this author answers a comment."""
        self.done.add((author, parent))
        other = self.authors[parent - 1]
        self.spot[t] = len(self.owed[other])
        self.owed[other].append(t)
        self.crowd.answered(other)
        above = self.parents[parent - 1]
        if above and self.authors[above - 1] == author:  # what was owed is paid
            mine, spot = self.owed[author], self.spot.pop(parent)
            moved = mine.pop()
            if moved != parent:
                mine[spot] = moved
                self.spot[moved] = spot

    def author(self, t: int) -> int:
        people, fresh = self.people, self.fresh
        if t == 1 or people.word() >> 16 < fresh[t - 1 if t < len(fresh) else -1]:
            self.owed.append([])
            return self.add()
        last, returning = self.authors[-1], self.crowd.returning
        for _ in range(_TRIES):
            author = returning(people)
            if author != last or people.below(ONE) < self.profile.authors["w_prev"]:
                return author
        return last

    def parent(self, t: int, author: int) -> int:
        word, sums, alpha = self.word, self.sums, self.alpha
        ends, owed, beta, kappa = self.ends, self.owed[author], self.beta, self.kappa
        popular = beta + alpha * len(ends)
        recent = popular + sums[t if t < self.horizon else self.horizon]
        total = recent + kappa * len(owed)
        for _ in range(_TRIES):
            x = word() * total >> 32
            if x < beta:
                return 0
            if x < popular:
                parent = ends[(x - beta) // alpha]
            elif x < recent:
                parent = t - bisect_right(sums, x - popular)
            else:
                parent = owed[(x - recent) // kappa]
            if parent == 0:
                return 0
            if (author, parent) in self.done:
                continue
            if self.authors[parent - 1] == author and word() >> 16 >= self.w_self:
                continue
            return parent
        return 0
