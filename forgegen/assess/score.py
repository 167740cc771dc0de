"""``score``: how good an answer is, in figures that each mean one thing.

Aligned posts first, then fields, edges and order over the alignment; never by containment, but for plain text, which
says nothing else and is labelled as such. Every figure names its profile of normalisation.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
from msgspec import UNSET

from forgegen.assess.compare import Comparison, as_truth, compare
from forgegen.assess.date_ladder import LADDER
from forgegen.assess.matching import Verdict
from forgegen.assess.node_items import NODE_FIELDS, true_items
from forgegen.assess.normalise import PROFILES, shingle_f1, ws
from forgegen.assess.predict import DATES, Prediction
from forgegen.assess.structure import Order, Rates, Structure, inconsistencies, order_of, rates, structure_of
from forgegen.model.truth import Truth

FORMAT = 1  # of to_json
_NOT_FIELDS = ("text", "parent", "id", "body")  # scored as text and as structure; ids are the parser's own affair


class FieldScore(msgspec.Struct, frozen=True):
    """One field. ``right`` of ``predicted`` values and of ``true`` ones; wrong and missing are always split.

    ``labels`` say how wrong ones are wrong; of a date it is the ladder. ``error`` is a count's mean absolute error.
    """

    precision: float
    recall: float
    f1: float
    right: int
    wrong: int
    missing: int
    invented: int
    predicted: int
    true: int
    labels: dict[str, int]
    error: float | None = None


class TextScore(msgspec.Struct, frozen=True):
    """Texts of posts: ``exact`` by profile over aligned posts, ``f1`` over the page's posts (a missed one is 0)."""

    exact: dict[str, float]
    f1: float


class PostScore(msgspec.Struct, frozen=True):
    """Posts found: rates, and the numbers behind them."""

    precision: float
    recall: float
    f1: float
    aligned: int
    predicted: int
    true: int


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How an answer fares against a truth.

    - ``kind``: ``posts``, or ``text`` for plain text, of which only ``containment`` is known
    - ``posts``, ``text``, ``fields`` (of posts), ``page`` (header fields), ``article`` (F1 of the body's 4-shingles)
    - ``structure``, ``order``: None where the parser claims no parents, or the page shows none
    - ``labels``: what is wrong, counted; ``inconsistencies``: what the answer contradicts in itself
    - ``failure``: why there is no answer (``exception``, ``crash``, ``timeout`` …): a full miss
    """

    format: int = FORMAT
    profile: str
    kind: str
    posts: PostScore | None
    text: TextScore | None
    fields: dict[str, FieldScore]
    page: dict[str, FieldScore]
    article: float | None
    structure: Structure | None
    order: Order | None
    labels: dict[str, int]
    inconsistencies: dict[str, int]
    containment: dict[str, float] = {}
    failure: str | None = None
    silent: bool = False

    def to_json(self) -> str:
        """The score as JSON on one line."""
        return msgspec.json.encode(msgspec.to_builtins(_named(self))).decode()

    @property
    def metrics(self) -> dict[str, float | None]:
        """The figures by name, None where one does not apply: what aggregation means over."""
        return dict(_metrics(self))

    @property
    def headline(self) -> float:
        """The harmonic mean of post, field, text and non-root edge F1, so that one zero cannot hide; unclaimed is 0."""
        fields = [f.f1 for f in (*self.fields.values(), *self.page.values()) if f.true or f.predicted]
        parts = (
            self.posts.f1 if self.posts else 0.0,
            sum(fields) / len(fields) if fields else 0.0,
            self.text.f1 if self.text else 0.0,
            self.structure.edge_nonroot.f1 if self.structure else 0.0,
        )
        return len(parts) / sum(1 / part for part in parts) if all(parts) else 0.0


def _named(score: Score) -> dict[str, Any]:
    """The score as a mapping, its named tuples too."""
    found = {name: getattr(score, name) for name in score.__struct_fields__}
    if score.structure is not None:
        s = score.structure
        found["structure"] = s._asdict() | {"edge": s.edge._asdict(), "edge_nonroot": s.edge_nonroot._asdict()}
    if score.order is not None:
        found["order"] = score.order._asdict()
    return found


def score(
    truth: Truth | str | bytes | dict[str, Any],
    prediction: Any,
    *,
    profile: str = "ws",
    rename: dict[str, str] | None = None,
    form: str = "text",
    failure: str | None = None,
) -> Score:
    """The score of a parser's answer: mapping, JSON, list of posts, object, schema.org tree, or plain text.

    ``{}`` and an answer without posts where the page has some are full misses, as is a ``failure``. ``rename`` maps the
    parser's field names to ours. ``form`` says what its texts are written in: ``text``, ``markdown`` or ``html``.

    Raises: UsageError where the answer is none of these; UnknownName for a profile or form; MissingExtra for Markdown.
    """
    silent: dict[str, Any] = {"posts": []}
    answer = silent if failure is not None else prediction
    comparison = compare(as_truth(truth), answer, profile=profile, rename=rename, form=form)
    if comparison.prediction.plain is not None:
        return _score_text(comparison)
    if comparison.prediction.empty:
        comparison = compare(comparison.truth, silent, profile=profile)
    return _score_posts(comparison, failure)


def _score_posts(c: Comparison, failure: str | None) -> Score:
    predicted = c.prediction.posts
    silent = bool(c.truth.posts) and not predicted
    claims_parents = not predicted or "parent" in c.prediction.claims
    shows_parents = not c.truth.posts or any(post.parent is not UNSET for post in c.truth.posts)
    posts = None
    if predicted is not None:
        found = rates(len(c.pairs), len(predicted), len(c.truth.posts))
        posts = PostScore(*found, len(c.pairs), len(predicted), len(c.truth.posts))
    labels = Counter(f.label for f in c.findings)
    return Score(
        profile=c.profile,
        kind="posts",
        posts=posts,
        text=_score_texts(c) if predicted is not None and (silent or "text" in c.posts) else None,
        fields=_score_fields(c, silent),
        page=_score_page(c, failure),
        article=_score_article(c, failure),
        structure=structure_of(c.parents, c.predicted_parents, c.pairs)
        if predicted is not None and claims_parents and shows_parents
        else None,
        order=order_of(c.pairs) if predicted is not None and not c.prediction.nested else None,
        labels={name: n for name, n in sorted(labels.items()) if n},
        inconsistencies=inconsistencies(c.prediction),
        failure=failure,
        silent=silent,
    )


def _score_texts(c: Comparison) -> TextScore:
    truths, predicted = c.truth.posts, c.prediction.posts or []
    pairs = [(_text(truths[t].text), _text(predicted[p].text)) for p, t in c.ordered_pairs()]
    exact = {}
    for name, norm in PROFILES.items():
        same = sum(norm(own) == norm(other) for own, other in pairs)
        exact[name] = same / len(pairs) if pairs else float(not truths)
    likeness = sum(shingle_f1(ws(own), ws(other), 2) for own, other in pairs)
    return TextScore(exact, likeness / len(truths) if truths else float(not predicted))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _score_fields(c: Comparison, silent: bool) -> dict[str, FieldScore]:
    """Scores of the fields of posts; of a silent answer, of all that the page shows."""
    names: list[str] = [n for n in c.posts if n not in _NOT_FIELDS]
    if silent:
        names = [n for n in c.unclaimed if not n.startswith("page.") and n not in (*_NOT_FIELDS, "posts")]
    found = {}
    for name in names:
        if name in NODE_FIELDS:
            found[name] = _nodes(name, c)
            continue
        true = sum(_has(getattr(post, name), c) for post in c.truth.posts)
        predicted = sum(_has(getattr(post, name), c) for post in c.prediction.posts or [])
        found[name] = _field(c.posts.get(name, []), true, predicted, date=name in DATES)
    return found


def _nodes(name: str, c: Comparison) -> FieldScore:
    """The score of lists of items, item by item: those of posts that nobody read are missing."""
    verdicts = c.posts.get(name, [])
    counts = [v.items for v in verdicts if v.items is not None]
    right = sum(items[0] for items in counts)
    true = sum(len(true_items(name, post) or ()) for post in c.truth.posts)
    loose = [post for p, post in enumerate(c.prediction.posts or []) if p not in c.pairs]
    predicted = sum(items[1] for items in counts) + sum(len(getattr(post, name) or ()) for post in loose)
    wrong = sum(min(theirs, mine) - same for same, theirs, mine in counts)
    labels = Counter(v.label for v in verdicts if v.label)
    missing, invented = true - right - wrong, max(0, predicted - right - wrong)
    return FieldScore(*rates(right, predicted, true), right, wrong, missing, invented, predicted, true, dict(labels))


def _has(value: Any, c: Comparison) -> bool:
    """Whether there is a value; texts that normalise to nothing are none."""
    norm = PROFILES[c.profile]
    if isinstance(value, str):
        return bool(norm(value))
    if isinstance(value, list | tuple):
        return any(map(norm, value))
    return value is not None and value is not UNSET and value is not False


def _field(verdicts: list[Verdict], true: int, predicted: int, *, date: bool) -> FieldScore:
    outcomes = Counter(v.outcome for v in verdicts)
    right, wrong = outcomes["right"], outcomes["wrong"]
    labels = Counter(v.label for v in verdicts if v.label)
    if date:
        labels["missing"] = true - right - wrong
        labels = Counter({step: labels[step] for step in LADDER if labels[step]})
    errors = [v.error for v in verdicts if v.error is not None]
    return FieldScore(
        *rates(right, predicted, true), right, wrong, true - right - wrong, outcomes["invented"], predicted, true,
        dict(labels), sum(errors) / len(errors) if errors else None,
    )  # fmt: skip


def _score_page(c: Comparison, failure: str | None) -> dict[str, FieldScore]:
    """Scores of the header's fields; with a failure, of all that the page shows."""
    found = {}
    for name, verdict in c.page.items():
        true, predicted = _has(getattr(c.truth, name), c), _has(c.prediction.page[name], c)
        found[name] = _field([verdict], int(true), int(predicted), date=name in DATES)
    if failure is not None:
        for name in c.unclaimed:
            bare = name.removeprefix("page.")
            if name != bare and _has(getattr(c.truth, bare), c):
                found[bare] = _field([], 1, 0, date=bare in DATES)
    return found


def _score_article(c: Comparison, failure: str | None) -> float | None:
    """F1 of the body's 4-shingles; paragraph breaks are judged by the field ``paragraphs``."""
    own = c.truth.paragraphs
    if own is UNSET or ("paragraphs" not in c.prediction.page and failure is None):
        return None
    other = c.prediction.page.get("paragraphs") or []
    return shingle_f1(ws("\n".join(own)), ws("\n".join(other)), 4)


def _score_text(c: Comparison) -> Score:
    hay = ws(c.prediction.plain or "")
    parts = {
        "posts": [ws(p.text) for p in c.truth.posts if isinstance(p.text, str)],
        "paragraphs": [] if c.truth.paragraphs is UNSET else [ws(p) for p in c.truth.paragraphs],
    }
    return Score(
        profile=c.profile, kind="text", posts=None, text=None, fields={}, page={}, article=None, structure=None,
        order=None, labels={}, inconsistencies={},
        containment={name: contained(texts, hay) for name, texts in parts.items() if any(texts)},
        silent=not hay and any(map(any, parts.values())),
    )  # fmt: skip


def contained(texts: list[str], hay: str) -> float:
    """The share of texts that stand in another one, each as often as given.

    >>> contained(["ok", "ok", "no"], "ok, then")
    0.3333333333333333
    """
    wanted = Counter(text for text in texts if text)
    found = sum(min(n, hay.count(text)) for text, n in wanted.items())
    return found / wanted.total()


def _metrics(s: Score) -> Any:
    if s.posts is not None:
        yield "post_precision", s.posts.precision
        yield "post_recall", s.posts.recall
        yield "post_f1", s.posts.f1
    if s.text is not None:
        yield "text_exact", s.text.exact[s.profile if s.profile in s.text.exact else "ws"]
        yield "text_f1", s.text.f1
    for name, field in s.fields.items():
        yield f"{name}_f1", field.f1 if field.true or field.predicted else None
    for name, field in s.page.items():
        yield f"page.{name}", field.f1 if field.true or field.predicted else None
    if s.article is not None:
        yield "article_f1", s.article
    yield from _structure_metrics(s.structure)
    if s.order is not None:
        yield "tau", s.order.tau
    for name, share in s.containment.items():
        yield f"containment.{name}", share
    if s.kind == "posts":
        yield "headline", s.headline


def _structure_metrics(s: Structure | None) -> Any:
    if s is not None:
        yield "edge_f1", s.edge.f1
        yield "edge_f1_nonroot", s.edge_nonroot.f1
        yield "path_accuracy", s.path_accuracy
        yield "depth_mae", s.depth_mae
        yield "tree_cost", s.tree_cost


# What a figure of rates, a prediction or a truth may be named by those who take scores apart.
__all__ = ["FieldScore", "PostScore", "Prediction", "Rates", "Score", "TextScore", "contained", "score"]
