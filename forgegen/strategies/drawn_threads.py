"""Threads, drawn as rows: a size floor, a bound on depth, rows, the head, and shapes that rows rarely reach."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

import forgegen.strategies.fields as fields
from forgegen.assess.untraced import Untraced
from forgegen.model.thread import Author, Thread
from forgegen.skins.fitting import within
from forgegen.skins.limits import COMMON, Limits
from forgegen.strategies.domain import Domain
from forgegen.strategies.drawn_bodies import PLAIN, Body
from forgegen.strategies.fields import Strategy
from forgegen.strategies.headers import PLAIN_HEAD, heads
from forgegen.strategies.post_rows import Row, bodies, posts_of
from forgegen.strategies.thread_edits import edited, edits

INDENTS = (0, 3, 40)
FEW = 8  # rows where the shape of the tree is not asked for
MOST = 80  # rows drawn one by one
BESIDE_EDITS = {0: 5, 2: 12}  # least and most rows drawn one by one
ALONE = {0: MOST, 8: MOST, 30: MOST, 50: MOST}  # where no edits bring more
FLOOD = 30  # plain rows that a shape adds: a second page in skins of few posts a page
MANY = 110  # and now and then: three digits of floors and counts, and pages behind the second
DEEP = {"portable": 60, "html5": 300, "hostile": 400}

EARLIEST, LATEST = -62135510400, 253402214400  # a day inside the years 1 to 9999


class Options(NamedTuple):
    """What the user restricts of a thread; all of it can be compared, so that strategies are built once."""

    min_size: int = 0
    max_size: int | None = None
    max_depth: int | None = None
    texts: Strategy | None = None
    authors: Strategy | None = None
    times: Strategy | None = None


ANY = Options()


@lru_cache(maxsize=64)
def threads_of(domain: Domain, options: Options = ANY) -> st.SearchStrategy[Thread]:
    """Threads of a domain, within the user's options."""
    return _threads(_Parts(domain, options))


def fitting_threads(domain: Domain, options: Options = ANY) -> st.SearchStrategy[Thread]:
    """Threads of a domain that every engine could hold, where the domain is of such; what the user gives is kept."""
    found = threads_of(domain, options)
    if domain.shapes == "any":
        return found
    given = {"author"} if options.authors is not None else set()
    given |= {"time"} if options.times is not None else set()
    limits = COMMON if options.max_depth is None else msgspec.structs.replace(COMMON, depth=0)
    return _fitting(found, limits, domain.left | given)


@st.composite
def _fitting(draw: st.DrawFn, threads: st.SearchStrategy[Thread], limits: Limits, left: frozenset[str]) -> Thread:
    with Untraced():
        return within(draw(threads), limits, "forum", left)


class _Parts:
    """The strategies of which a thread is drawn, built once."""

    def __init__(self, domain: Domain, options: Options) -> None:
        self.domain, self.options = domain, options
        self.least, most = _sizes(domain, options)
        self.most = most if most < MOST else options.max_size
        given = any(strategy is not None for strategy in options[3:])
        least = self.least if given else 0  # beside edits, plain rows make up what is missing
        sizes = {least + low: min(least + high, most) for low, high in (ALONE if given else BESIDE_EDITS).items()}
        sizes = {low: high for low, high in sizes.items() if low <= most}
        self.floors = st.sampled_from(list(sizes))
        self.edits = st.just([]) if given else edits(domain)
        # Drawn of every page: of small examples Hypothesis bounds the choices by those of the plainest.
        self.wide = {} if given else fields.wide_values(domain)
        self.bounds = st.sampled_from(_bounds(domain, options))
        self.deepest = max(_bounds(domain, options))
        self.rows = {
            (low, bound): st.lists(self._row(bound), min_size=low, max_size=high)
            for low, high in sizes.items()
            for bound in _bounds(domain, options)
        }
        self.plain = self._given(st.just(PLAIN))
        self.shapes = fields.either([st.just(None), self._shapes()])
        self.head = heads(domain)

    def _row(self, bound: int) -> Strategy:
        return st.tuples(st.integers(0, bound) if bound else st.just(0), self._given(bodies(self.domain)))

    def _given(self, body: Strategy) -> Strategy:
        """Bodies with what the user's strategies give in place of ours."""
        given = {
            name: strategy for name, strategy in zip(_GIVEN, self.options[3:], strict=True) if strategy is not None
        }
        return st.builds(_replaced, body, **given) if given else body

    def _shapes(self) -> Strategy | None:
        """Rows that come behind the others: a chain, many plain ones, many answers to one, one text again and again."""
        domain, options = self.domain, self.options
        kinds = []
        depth = DEEP[domain.readers if domain.shapes == "any" else "portable"]  # no board is deeper
        deepest = min(depth, options.max_depth or 10**6)
        if domain.has("tree.deep50") and deepest > 1:
            kinds.append(st.tuples(st.just("chain"), st.integers(2, deepest)))
        if domain.wide("tree") or domain.has("tree.wide11"):
            kinds.append(st.tuples(st.just("flood"), st.integers(1, FLOOD) | st.just(MANY)))
        if domain.has("tree.wide11") and deepest > 1:
            kinds.append(st.tuples(st.just("fan"), st.integers(1, 40)))
        if domain.has("text.dup") and options.texts is None:
            kinds.append(st.tuples(st.just("dup"), st.integers(2, 20)))
        return st.one_of(kinds) if kinds else None


def _sizes(domain: Domain, options: Options) -> tuple[int, int]:
    """How many rows are drawn one by one, at the least and at the most."""
    least, most = options.min_size, options.max_size
    if least == 0 and most != 0 and not domain.has("tree.empty"):
        least = 1
    if most is None:
        most = max(MOST if domain.has("tree.wide11") or domain.wide("tree") else FEW, least + FEW)
    return least, most


def _bounds(domain: Domain, options: Options) -> list[int]:
    """The deepest indents that pages may have, one of which each page draws."""
    deepest = options.max_depth
    if deepest is None and not domain.has("tree.depth3"):
        deepest = None if domain.has("tree.deep50") else 2
    return list(dict.fromkeys(min(bound, deepest - 1) if deepest is not None else bound for bound in INDENTS))


_ONCE = st.tuples(*[st.lists(st.booleans(), unique=True)] * 4)
"""Lists of which most have one that is refused for being there already, and that say nothing; they shrink to none.

Of each example that it draws Hypothesis makes some five more by copying one part over another, most of which are the
same page again but for a number; it leaves alone those in which something was refused. Of a hundred examples seventy
are pages of their own then, not eighteen. Behind the edits, so that what is refused differs from page to page.
"""


@st.composite
def _threads(draw: st.DrawFn, parts: _Parts) -> Thread:
    with Untraced():
        return _drawn_thread(draw, parts)


def _drawn_thread(draw: st.DrawFn, parts: _Parts) -> Thread:
    code = draw(parts.edits)
    draw(_ONCE)
    floor, bound = draw(parts.floors), draw(parts.bounds)
    more, head = draw(parts.rows[floor, bound]), draw(parts.head)
    shape = draw(parts.shapes)
    shaped = [] if shape is None else _shaped(*shape, plain=draw(parts.plain))
    known = edited(code, {name: draw(value) for name, value in parts.wide.items()})
    rows = [(min(indent, parts.deepest), body) for indent, body in known] + more + shaped
    rows += [(0, PLAIN)] * (parts.least - len(rows))
    return Thread(posts=posts_of(rows[: parts.most]), **{**PLAIN_HEAD, **head})


def _shaped(kind: str, n: int, *, plain: Body) -> list[Row]:
    """The rows that a shape adds; the first of them is an answer to the article."""
    if kind == "chain":
        return [(depth, plain) for depth in range(n)]
    if kind == "fan":
        return [(0, plain)] + [(1, plain)] * n
    return [(0, plain if kind == "flood" else plain._replace(text="支持！"))] * n


_GIVEN = ("text", "author", "time")


def _replaced(body: Body, **given: Any) -> Body:
    """The body with the values of the user's strategies.

    NUL and surrogates, which no page can carry, become U+FFFD.

    Raises: InvalidArgument for a value of another type than the field's.
    """
    values = {name: _VALUES[name](value) for name, value in given.items()}
    return body._replace(**values)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidArgument(f"texts= gave {value!r}; right would be a str")
    return value.replace("\0", "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _author(value: object) -> Author | None:
    if value is None or isinstance(value, Author):
        return value
    if isinstance(value, str):
        return Author(_text(value) or "al", "A")
    raise InvalidArgument(f"authors= gave {value!r}; right would be an Author, a name, or None for one who is gone")


def _time(value: object) -> int | None:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise InvalidArgument(
                f"times= gave {value!r}, which has no zone; right would be st.datetimes(timezones=...)"
            )
        value = int(value.timestamp())
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and EARLIEST <= value <= LATEST):
        return value
    raise InvalidArgument(
        f"times= gave {value!r}; right would be seconds since 1970 from year 1 to 9999, a datetime with a zone, or None"
    )


_VALUES: dict[str, Callable[[object], Any]] = {"text": _text, "author": _author, "time": _time}
