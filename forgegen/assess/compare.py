"""The one comparer, of ``check``, ``hunt`` and ``score``: what a prediction says of a page, against the page's truth.

A field is compared where the page shows it and the parser claims it. Of ids only those of parents are judged, unless
asked for: a parser may number posts as it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from forgegen.assess.align import AlignmentRow, align
from forgegen.assess.labels import LabelFinding, Texts, label_posts, rescue_quotes
from forgegen.assess.markup_forms import formed
from forgegen.assess.matching import NOTHING, Verdict, judge, number_of
from forgegen.assess.node_items import NODE_FIELDS, true_items
from forgegen.assess.node_labels import text_label
from forgegen.assess.node_verdicts import claimed_keys, first_difference, judge_items, judge_tree
from forgegen.assess.normalise import PROFILES
from forgegen.assess.predict import FLAGS, PAGE_FIELDS, POST_FIELDS, Gone, PredictedPost, Prediction, read_prediction
from forgegen.assess.structure import Parent, same_parent
from forgegen.errors import UnknownName, check_type
from forgegen.model.truth import PostTruth, Truth

# The order in which a post's differences are told.
_TOLD = (
    "floor", "author", "text", "date", "parent", "parent_floor", "replies", "quote", "likes", "role", "status",
    "edited", "guest", "banned", "pinned", "avatar", "body", *NODE_FIELDS, "id",
)  # fmt: skip


class Comparison(msgspec.Struct, kw_only=True):
    """A prediction beside a truth.

    - ``pairs``: aligned posts, index of the prediction -> index of the truth; ``findings``: labels of posts
    - ``page``: verdict by header field; ``posts``: verdict by post field, one a pair in the order of the predictions
    - ``parents``, ``predicted_parents``: of both sides
    - ``compared``, ``unclaimed``, ``unshown``: names of fields, those of the header as ``page.X``
    """

    truth: Truth
    prediction: Prediction
    profile: str
    pairs: dict[int, int]
    findings: list[LabelFinding]
    page: dict[str, Verdict]
    posts: dict[str, list[Verdict]]
    parents: list[Parent]
    predicted_parents: list[Parent]
    compared: tuple[str, ...]
    unclaimed: tuple[str, ...]
    unshown: tuple[str, ...]

    def ordered_pairs(self) -> list[tuple[int, int]]:
        """(prediction, truth) in the order of the predictions."""
        return sorted(self.pairs.items())


def as_truth(value: Truth | str | bytes | dict[str, Any]) -> Truth:
    """A truth from itself, its JSON or its mapping.

    Raises: UsageError for another type; ReadError for what is not one.
    """
    if isinstance(value, Truth):
        return value
    check_type("truth", value, (str, bytes, Mapping), "a Truth, its JSON or its mapping")
    return Truth.from_json(value)


def compare(
    truth: Truth, prediction: Any, *, profile: str = "ws", rename: dict[str, str] | None = None, form: str = "text"
) -> Comparison:
    """The comparison of a parser's answer with a truth; ``form`` says what its texts are written in.

    Raises: UsageError where the answer is none; UnknownName for a profile or form; MissingExtra for Markdown.
    """
    if not isinstance(profile, str) or profile not in PROFILES:
        raise UnknownName("profile", profile, tuple(PROFILES))
    return _Comparer(truth, formed(read_prediction(prediction, rename), form, truth), profile).compare()


class _Comparer:
    def __init__(self, truth: Truth, prediction: Prediction, profile: str) -> None:
        self.truth, self.prediction, self.profile = truth, prediction, profile
        self.norm = PROFILES[profile]
        self.predicted = prediction.posts or []
        self.shown = shown_post_fields(truth.posts)

    def compare(self) -> Comparison:
        shown = {name for name in PAGE_FIELDS if getattr(self.truth, name) is not UNSET}
        claims = {name for name in self.prediction.claims if self.predicted}
        pairs, findings = self.align()
        parents = truth_parents(self.truth.posts)
        theirs: list[Parent] = [None if post.parent is UNSET else post.parent for post in self.predicted]
        page = {n: self.judge_page(n) for n in PAGE_FIELDS if n in shown and n in self.prediction.page}
        both = [name for name in POST_FIELDS if name in claims and name in self.shown]
        posts = {name: self.judge_posts(name, pairs, parents, theirs) for name in both}
        has_posts = ["posts"] if self.prediction.posts is not None else []
        return Comparison(
            truth=self.truth,
            prediction=self.prediction,
            profile=self.profile,
            pairs=pairs,
            findings=findings,
            page=page,
            posts=posts,
            parents=parents,
            predicted_parents=theirs,
            compared=(*_prefixed(page), *has_posts, *both),
            unclaimed=(
                *_prefixed(n for n in PAGE_FIELDS if n in shown and n not in page),
                *([] if has_posts else ["posts"]),
                *(n for n in POST_FIELDS if n in self.shown and n not in claims and self.has(n)),
            ),
            unshown=(
                *_prefixed(n for n in self.prediction.page if n not in shown),
                *(n for n in POST_FIELDS if n in claims and n not in self.shown and self.truth.posts),
            ),
        )

    def has(self, name: str) -> bool:
        """Whether a field is worth mention where nobody claims it: nodes and marks only where a post has some."""
        if name in ("edited", *FLAGS):
            return any(getattr(post, name) not in (UNSET, None, False) for post in self.truth.posts)
        if name not in (*NODE_FIELDS, "body"):
            return True
        return any(post.body if name == "body" else true_items(name, post) for post in self.truth.posts)

    def judge_page(self, name: str) -> Verdict:
        shown = getattr(self.truth, f"{name}_shown", UNSET)
        return judge(name, getattr(self.truth, name), shown, self.prediction.page[name], self.norm)

    def judge_posts(
        self, name: str, pairs: dict[int, int], parents: list[Parent], theirs: list[Parent]
    ) -> list[Verdict]:
        found = []
        keys = claimed_keys(name, [getattr(p, name) or None for p in self.predicted]) if name in NODE_FIELDS else ()
        for p, t in sorted(pairs.items()):
            post = self.truth.posts[t]
            if name == "parent":
                found.append(_judge_parent(parents[t], theirs[p], pairs))
                continue
            if name in NODE_FIELDS:
                own, other = true_items(name, post), getattr(self.predicted[p], name)
                found.append(NOTHING if own is None else judge_items(name, own, other, keys, self.norm, post))
                continue
            if name == "body":
                found.append(NOTHING if post.body is UNSET else judge_tree(post.body, self.predicted[p].body))
                continue
            value = getattr(post, name)
            if value is UNSET:
                found.append(NOTHING)
                continue
            shown = getattr(post, f"{name}_shown", UNSET)
            found.append(judge(name, value, shown, getattr(self.predicted[p], name), self.norm))
        return found

    def align(self) -> tuple[dict[int, int], list[LabelFinding]]:
        posts, claims = self.truth.posts, self.prediction.claims
        fields = [name for name in ("text", "author", "floor") if name in self.shown and name in claims]
        here = [self.row(post) for post in posts]
        there = [self.row(post) for post in self.predicted]
        pairs = align(here, there, fields)
        texts = Texts(
            [row.text or "" for row in here] if "text" in fields else [""] * len(here),
            self.quotes([row.text or "" for row in here]),
            [row.text or "" for row in there] if "text" in fields else [""] * len(there),
            [tuple(getattr(row, n) for n in ("text", "author") if n in fields) for row in there],
        )
        rescue_quotes(texts, pairs)
        return pairs, label_posts(texts, pairs)

    def row(self, post: PostTruth | PredictedPost) -> AlignmentRow:
        number = number_of(post.floor)
        return AlignmentRow(
            _text(post.id),
            self.norm(_text(post.text) or ""),
            self.norm(_text(post.author) or ""),
            None if number is None else str(number),
        )

    def quotes(self, texts: Sequence[str]) -> list[Sequence[str]]:
        """What each post of the page may have in front of its own text: its quotation, its parent's text."""
        found: list[Sequence[str]] = []
        for post, parent in zip(self.truth.posts, truth_parents(self.truth.posts), strict=True):
            quote = self.norm(post.quote) if isinstance(post.quote, str) else ""
            inner = [self.norm(q.text) for q in post.quotes] if post.quotes is not UNSET else []
            found.append((quote, texts[parent] if isinstance(parent, int) else "", *inner))
        return found


def _prefixed(names: Any) -> tuple[str, ...]:
    return tuple(f"page.{name}" for name in names)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def shown_post_fields(posts: Sequence[PostTruth]) -> frozenset[str]:
    """The fields that the page shows of its posts."""
    return frozenset(n for n in POST_FIELDS if any(getattr(post, _held(n)) is not UNSET for post in posts))


def _held(name: str) -> str:
    """The field of truth that holds a field of predictions."""
    return "body" if name in ("lists", "tables") else name


def truth_parents(posts: Sequence[PostTruth]) -> list[Parent]:
    """Each post's parent as an index on the page, or ``Gone`` for one on another page."""
    index = {post.id: i for i, post in enumerate(posts) if isinstance(post.id, str)}
    return [index.get(p.parent, Gone(p.parent)) if isinstance(p.parent, str) else None for p in posts]


def _judge_parent(mine: Parent, other: Parent, pairs: dict[int, int]) -> Verdict:
    if same_parent(mine, other, pairs):
        return NOTHING if mine is None else Verdict("right")
    if other is None:
        return Verdict("missing")
    return Verdict("invented" if mine is None else "wrong")


_SAID = 200  # characters of a value in a message
_BEFORE = 40  # of them what two long texts have alike before they part


class Difference(msgspec.Struct, frozen=True):
    """One thing in which page and prediction part. ``post`` and ``predicted`` are 0-based indices, None of the page.

    ``kind`` is a label, a verdict, or ``order``.
    """

    field: str
    kind: str
    post: int | None
    predicted: int | None
    expected: str
    found: str
    where: str

    def __str__(self) -> str:
        kind = "" if self.kind in ("wrong", "missing", "invented", "missed", "spurious") else f" ({self.kind})"
        return f"{self.where}: expected {self.expected}, found {self.found}{kind}"


def differences(comparison: Comparison) -> list[Difference]:
    """All differences in reading order: the header first, then post by post, then the order of posts."""
    return _Teller(comparison).tell()


class _Teller:
    def __init__(self, comparison: Comparison) -> None:
        self.c = comparison
        self.norm: Callable[[str], str] = PROFILES[comparison.profile]
        self.truths = comparison.truth.posts
        self.predicted = comparison.prediction.posts or []

    def tell(self) -> list[Difference]:
        found = [
            Difference(f"page.{n}", _kind(v), None, None, *self.both(getattr(self.c.truth, n),
                       self.c.prediction.page[n]), f"{n} of the page")
            for n, v in self.c.page.items() if v.outcome not in ("right", "none")
        ]  # fmt: skip
        if self.c.prediction.posts is not None:
            found += sorted([*self.in_pairs(), *self.in_leftovers()], key=self.place)
            found += self.in_order()
        return found

    def place(self, d: Difference) -> tuple[float, int]:
        """Reading order: the page's post, or for a spurious one the place after the pair before it."""
        if d.post is not None:
            return d.post, _TOLD.index(d.field) + 1 if d.field in _TOLD else 0
        before = [self.c.pairs[p] for p in range(d.predicted or 0) if p in self.c.pairs]
        return (max(before) + 0.5 if before else -0.5), 0

    def in_pairs(self) -> list[Difference]:
        labels = {f.prediction: f.label for f in self.c.findings if f.prediction in self.c.pairs}
        found = []
        for row, (p, t) in enumerate(self.c.ordered_pairs()):
            for name, verdicts in self.c.posts.items():
                verdict = verdicts[row]
                if verdict.outcome in ("right", "none") or name == "id":
                    continue
                kind = labels.get(p, _kind(verdict)) if name == "text" else _kind(verdict)
                if name == "text" and kind in ("wrong", "missing", "chrome-leak"):
                    kind = text_label(self.truths[t], self.predicted[p].text or "", self.norm) or kind
                mine, theirs = self.values(name, p, t)
                found.append(Difference(name, kind, t, p, mine, theirs, f"{name} of {self.name(t)}"))
        return found

    def values(self, name: str, p: int, t: int) -> tuple[str, str]:
        if name == "parent":
            return self.parent(self.c.parents[t]), self.their_parent(self.c.predicted_parents[p])
        if name in NODE_FIELDS:
            return self.items(name, p, t)
        mine, theirs = getattr(self.truths[t], name), getattr(self.predicted[p], name)
        shown = getattr(self.truths[t], f"{name}_shown", UNSET)
        own, other = self.both(mine, theirs)
        return own + (f" (shown as {shown!r})" if shown is not UNSET else ""), other

    def items(self, name: str, p: int, t: int) -> tuple[str, str]:
        """The first item of either side that the other has not; all of them where only their order is wrong."""
        own, other = true_items(name, self.truths[t]) or [], getattr(self.predicted[p], name) or []
        keys = claimed_keys(name, [getattr(post, name) or None for post in self.predicted])
        mine, theirs = first_difference(name, own, other, keys, self.norm)
        if mine is None and theirs is None:
            return self.said([_of_keys(item, keys) for item in own]), self.said([_of_keys(i, keys) for i in other])
        return self.said(_of_keys(mine, keys)), self.said(_of_keys(theirs, keys))

    def in_leftovers(self) -> list[Difference]:
        """Missed and spurious posts; where a gap holds as many of both, they are told as posts read wrong."""
        found = []
        twins = self.twins()
        taken = set(twins.values())
        for finding in self.c.findings:
            if finding.label == "missed":
                t = finding.truths[0]
                if t in twins:
                    found += self.as_one(twins[t], t)
                    continue
                found.append(Difference("posts", "missed", t, None, self.row(self.truths[t]), "nothing", self.name(t)))
            elif finding.prediction is not None and finding.prediction not in self.c.pairs:
                p = finding.prediction
                if p in taken:
                    continue
                where = f"predicted post {p + 1}"
                found.append(Difference("posts", finding.label, None, p, "nothing", self.row(self.predicted[p]), where))
        return found

    def twins(self) -> dict[int, int]:
        """Leftover truth -> leftover prediction, where a gap between the same pairs holds as many of both."""
        gaps: dict[tuple[int, int], tuple[list[int], list[int]]] = {}
        taken = set(self.c.pairs.values())
        by_truth = {t: p for p, t in self.c.pairs.items()}
        last = (-1, -1)
        for t in range(len(self.truths)):
            if t in taken:
                last = (t, by_truth[t])
            else:
                gaps.setdefault(last, ([], []))[0].append(t)
        last = (-1, -1)
        for p in range(len(self.predicted)):
            if p in self.c.pairs:
                last = (self.c.pairs[p], p)
            elif last in gaps:
                gaps[last][1].append(p)
        return {t: p for ts, ps in gaps.values() if len(ts) == len(ps) for t, p in zip(ts, ps, strict=True)}

    def as_one(self, p: int, t: int) -> list[Difference]:
        """A missed and a spurious post in the same place, told by the fields in which they differ."""
        labels = {f.prediction: f.label for f in self.c.findings}
        found = []
        for name in ("floor", "author", "text"):
            mine, theirs = getattr(self.truths[t], name), getattr(self.predicted[p], name)
            if UNSET in (mine, theirs):
                continue
            verdict = judge(name, mine, getattr(self.truths[t], f"{name}_shown", UNSET), theirs, self.norm)
            if verdict.outcome not in ("right", "none"):
                kind = labels.get(p, "wrong") if name == "text" else _kind(verdict)
                kind = "wrong" if kind == "spurious" else kind
                where = f"{name} of {self.name(t)}"
                found.append(Difference(name, kind, t, p, *self.both(mine, theirs), where))
        return found or [Difference("posts", "missed", t, p, self.row(self.truths[t]), "nothing", self.name(t))]

    def in_order(self) -> list[Difference]:
        if self.c.prediction.nested:
            return []
        before = -1
        for p, t in self.c.ordered_pairs():
            if t < before:
                mine, theirs = f"{self.name(t)} before {self.name(before)}", f"it after, as predicted post {p + 1}"
                return [Difference("order", "order", t, p, mine, theirs, "order of posts")]
            before = t
        return []

    def both(self, mine: Any, theirs: Any) -> tuple[str, str]:
        """Two values as an error message says them: of long texts the piece where they part."""
        if not isinstance(mine, str) or not isinstance(theirs, str):
            return self.said(mine), self.said(theirs)
        own, other = self.norm(mine), self.norm(theirs)
        places = (n for n, (a, b) in enumerate(zip(own, other, strict=False)) if a != b)
        alike = next(places, min(len(own), len(other)))
        if alike < _SAID - _BEFORE:
            return repr(_cut(own)), repr(_cut(other))
        return repr(f"…{_cut(own[alike - _BEFORE :])}"), repr(f"…{_cut(other[alike - _BEFORE :])}")

    def said(self, value: Any) -> str:
        """A value as an error message says it."""
        if isinstance(value, str):
            return repr(_cut(self.norm(value)))
        if isinstance(value, msgspec.Struct):
            return _cut(msgspec.json.encode(value).decode())
        return "nothing" if value is None else _cut(repr(value))

    def row(self, post: PostTruth | PredictedPost) -> str:
        named = [f"{n}={getattr(post, n)!r}" for n in ("author", "floor") if getattr(post, n) not in (UNSET, None)]
        text = self.said(post.text) if isinstance(post.text, str) else "a post without text"
        return f"{text}{' by ' + ', '.join(named) if named else ''}"

    def name(self, t: int) -> str:
        post = self.truths[t]
        floor = f" (floor {post.floor})" if isinstance(post.floor, int) and post.floor != t + 1 else ""
        return f"post {t + 1}{floor}"

    def parent(self, parent: Parent) -> str:
        if parent is None:
            return "none (an answer to the article)"
        return self.name(parent) if isinstance(parent, int) else f"{parent.name!r}, a post of another page"

    def their_parent(self, parent: Parent) -> str:
        if not isinstance(parent, int):
            return "none" if parent is None else f"{parent.name!r}, which is no post of the prediction"
        t = self.c.pairs.get(parent)
        return f"predicted post {parent + 1}, which is {'no post of the page' if t is None else self.name(t)}"


def _of_keys(item: dict[str, Any] | None, keys: tuple[str, ...]) -> Any:
    """An item as a message says it: the keys that are compared, the value alone where that is one."""
    if item is None:
        return None
    found = {key: item.get(key) for key in keys}
    return found[keys[0]] if len(found) == 1 else found


def _kind(verdict: Verdict) -> str:
    return verdict.label if verdict.outcome == "wrong" and verdict.label else verdict.outcome


def _cut(text: str) -> str:
    return text if len(text) <= _SAID else f"{text[:_SAID]}…"
