"""Scores: the sanity table, edge cases, baselines."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forgegen
from forgegen.assess.baselines import BASELINES
from forgegen.assess.score import Score, score
from forgegen.errors import UsageError
from forgegen.model.truth import PostTruth, Truth
from forgegen.pages.page import Page
from tests import drawn

# The yardstick page: parents of floors 1 to 26, 0 being the article.
PARENTS = [0, 1, 2, 1, 0, 0, 6, 7, 8, 9, 6, 0, 0, 13, 13, 13, 16, 0, 0, 19, 0, 21, 22, 23, 24, 0]
NAMES = ["山楂", "白鹭", "老秤", "南窗", "陶罐", "半夏", "渡口", "石磨", "青盐", "竹马", "冬瓜", "云脚", "铁壶"]
TEXTS = [f"{i}号这一条讲的是{'春夏秋冬东西南北'[i % 8]}门外那家{'米面油盐酱醋茶'[i % 7]}铺子涨价" for i in range(1, 27)]
TEXTS[4] = "说得对"
TEXTS[5] = "我住在河对岸二十三年，从来没有见过桥头排队的人像这个星期这样多，连卖伞的都搬来了两家"
COUNTS = [PARENTS.count(i) for i in range(1, 27)]
Posts = list[dict[str, Any]]


def yardstick() -> Posts:
    """The yardstick's posts, with parents as ids."""
    return [
        {"id": f"c{i}", "floor": i, "text": text, "author": NAMES[i % 13], "replies": count,
         "parent": f"c{parent}" if parent else None, "n": i}
        for i, (text, parent, count) in enumerate(zip(TEXTS, PARENTS, COUNTS, strict=True), 1)
    ]  # fmt: skip


TRUTH = Truth.from_json(json.dumps({"posts": yardstick()}))


def anonymous(posts: Posts) -> Posts:
    """Without ids: parents as 0-based indices, so that alignment has to work."""
    index = {post["id"]: i for i, post in enumerate(posts)}
    return [{**{k: v for k, v in p.items() if k not in ("id", "n")}, "parent": index.get(p["parent"])} for p in posts]


def without(number: int) -> Callable[[], Posts]:
    """The yardstick without one post; its children answer the article."""
    return lambda: anonymous([post for post in yardstick() if post["n"] != number])


def changed(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[], Posts]:
    """The yardstick with every post changed."""
    return lambda: anonymous([post | change(post) for post in yardstick()])


def breadth_first() -> Posts:
    """The yardstick, level by level."""
    depth = {0: 0}
    for i, parent in enumerate(PARENTS, 1):
        depth[i] = depth[parent] + 1
    return anonymous(sorted(yardstick(), key=lambda post: depth[post["n"]]))


def merged() -> Posts:
    """Posts 5 and 6 as one, under the name of 5; the children of 6 answer the article."""
    posts = yardstick()
    posts[4]["text"] += " " + posts[5]["text"]
    del posts[5]
    return anonymous(posts)


def twice() -> Posts:
    """Everything twice, the second copy with edges of its own."""
    posts = anonymous(yardstick())
    again = [{**p, "parent": None if p["parent"] is None else p["parent"] + 26} for p in posts]
    return posts + again


def blob() -> Posts:
    """One post with all texts."""
    return [{"text": " ".join(TEXTS), "author": None, "floor": None, "parent": None}]


def quoted(post: dict[str, Any]) -> dict[str, Any]:
    """The parent's text before the own one."""
    parent = PARENTS[post["n"] - 1]
    return {"text": f"{TEXTS[parent - 1]} {post['text']}"} if parent else {}


def changes_of(column: str) -> dict[str, Any]:
    """A row of the sanity table from its words."""
    names = ("post_p", "post_r", "post_f1", "exact", "text_f1", "author", "edge", "nonroot", "path", "depth", "tau")
    return dict(zip(names, (None if w == "-" else float(w) for w in column.split()), strict=True))


TABLE: dict[str, tuple[Callable[[], Posts], str, dict[str, int]]] = {
    "perfect": (lambda: anonymous(yardstick()), "1 1 1 1 1 1 1 1 1 0 1", {}),
    "empty": (list, "0 0 0 0 0 0 0 0 0 - -", {}),
    "leaf 3 dropped": (without(3), "1 .962 .980 1 .962 .962 .980 .970 .962 0 1", {"replies": 1}),
    "parent 1 dropped": (without(1), "1 .962 .980 1 .962 .962 .902 .938 .846 .120 1", {}),
    "flat": (changed(lambda p: {"parent": None}), "1 1 1 1 1 1 .346 0 .346 1.192 1", {"replies": 13}),
    "chain": (changed(lambda p: {"parent": f"c{p['n'] - 1}"}), "1 1 1 1 1 1 .538 .619 .115 11.308 1", {"replies": 15}),
    "reversed": (lambda: anonymous(yardstick()[::-1]), "1 1 1 1 1 1 1 1 1 0 -1", {}),
    "breadth first": (breadth_first, "1 1 1 1 1 1 1 1 1 0 .329", {}),
    "[N评] glued on": (changed(lambda p: {"text": f"{p['text']} [{p['replies']}评]"}), "1 1 1 0 .935 1 1 1 1 0 1", {"chrome-leak": 26}),
    "quotation kept": (changed(quoted), "1 1 1 .346 .759 1 1 1 1 0 1", {"quote-leak": 17}),
    "5 and 6 merged": (merged, "1 .962 .980 .960 .960 .923 .902 .938 .769 .200 1", {"merge": 1}),
    "one blob": (blob, "0 0 0 0 0 0 0 0 0 - -", {"merge": 1}),
    "authors shifted": (changed(lambda p: {"author": NAMES[(p["n"] + 1) % 13]}), "1 1 1 1 1 0 1 1 1 0 1", {}),
    "everything twice": (twice, ".5 1 .667 1 1 1 .667 .667 1 0 1", {"duplicate": 26}),
}  # fmt: skip


def figures(s: Score) -> dict[str, float | None]:
    """The columns of the sanity table; the author's is its recall."""
    assert s.posts is not None
    assert s.text is not None
    assert s.structure is not None
    return {
        "post_p": s.posts.precision, "post_r": s.posts.recall, "post_f1": s.posts.f1, "exact": s.text.exact["ws"],
        "text_f1": s.text.f1, "author": s.fields["author"].recall, "edge": s.structure.edge.f1,
        "nonroot": s.structure.edge_nonroot.f1, "path": s.structure.path_accuracy, "depth": s.structure.depth_mae,
        "tau": s.order and s.order.tau,
    }  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_sanity_table(name: str) -> None:
    """Each perturbation of the yardstick moves the figures it should and no other, by as much as published."""
    build, row, flags = TABLE[name]
    s = score(TRUTH, build())
    told = {k: n for k, n in {**s.labels, **s.inconsistencies}.items()
            if k not in ("missed", "spurious", "order", "floors", "dangling")}  # fmt: skip

    assert figures(s) == {k: v if v is None else pytest.approx(v, abs=0.0006) for k, v in changes_of(row).items()}
    assert told == flags


def test_no_answer_moves_text_columns_only_by_its_text() -> None:
    """Glued counters and kept quotations leave the structure's figures alone."""
    perfect = figures(score(TRUTH, anonymous(yardstick())))
    for name in ("[N评] glued on", "quotation kept"):
        after = figures(score(TRUTH, TABLE[name][0]()))
        assert {k for k in perfect if perfect[k] != after[k]} == {"exact", "text_f1"}


@given(drawn.threads(), st.sampled_from(["strict", "ws", "loose"]))
def test_truth_against_itself_is_perfect(thread: forgegen.Thread, profile: str) -> None:
    """score(truth, truth) is 1 in every figure, under every profile."""
    truth = Page(thread).truth
    s = score(truth, truth.to_json(), profile=profile)
    lower = {"depth_mae": 0, "tree_cost": 0}
    expected = {n: v if v is None else lower.get(n, 1) for n, v in s.metrics.items()}

    assert {n: v for n, v in s.metrics.items() if n != "headline"} == {
        n: v for n, v in expected.items() if n != "headline"
    }
    assert s.labels == {}
    assert "cycle" not in s.inconsistencies


def truth_of(*texts: str, parents: list[int] | None = None) -> Truth:
    """A truth of texts, with 1-based parents."""
    above = parents or [0] * len(texts)
    return Truth(
        posts=tuple(
            PostTruth(n=i, id=f"c{i}", text=t, author="al", parent=f"c{p}" if p else None)
            for i, (t, p) in enumerate(zip(texts, above, strict=True), 1)
        )
    )


def test_empty_against_empty_is_right_and_counts_for_no_field() -> None:
    """No post against no post is 1, and leaves fields out."""
    s = score(Truth(), {"posts": []})

    assert s.metrics == {
        "post_precision": 1, "post_recall": 1, "post_f1": 1, "edge_f1": 1, "edge_f1_nonroot": 1, "path_accuracy": 1,
        "depth_mae": None, "tree_cost": 0, "tau": None, "headline": 0,
    }  # fmt: skip


def test_a_cycle_is_counted_not_walked() -> None:
    """Posts that answer each other in a circle have no depth and no chain, and are counted."""
    s = score(truth_of("甲甲", "乙乙", parents=[0, 1]), [{"text": "甲甲", "parent": 1}, {"text": "乙乙", "parent": 0}])
    assert s.structure is not None

    assert s.inconsistencies["cycle"] == 2
    assert s.structure.path_accuracy == 0
    assert s.structure.depth_mae == 1.5


def test_a_parent_that_is_not_there_is_wrong() -> None:
    """A parent outside the prediction is an edge, and a wrong one."""
    s = score(
        truth_of("甲甲", "乙乙", parents=[0, 1]), [{"text": "甲甲", "parent": None}, {"text": "乙乙", "parent": 9}]
    )
    assert s.structure is not None

    assert s.structure.edge_nonroot.f1 == 0
    assert s.inconsistencies == {"dangling": 1}


def test_a_parent_on_another_page_is_known_by_its_id() -> None:
    """A post whose parent stands on another page is right with that id."""
    truth = Truth(posts=(PostTruth(n=101, id="c101", text="甲", parent="c7"),))

    assert score(truth, [{"text": "甲", "parent": "c7"}]).metrics["edge_f1_nonroot"] == 1
    assert score(truth, [{"text": "甲", "parent": None}]).metrics["edge_f1_nonroot"] == 0


def test_unclaimed_is_not_scored_and_null_is() -> None:
    """A missing key leaves a field out; null is an answer, and a wrong one."""
    truth = truth_of("甲", "乙")

    assert "author" not in score(truth, [{"text": "甲"}, {"text": "乙"}]).fields
    assert score(truth, [{"text": t, "author": None} for t in "甲乙"]).fields["author"].f1 == 0
    assert score(truth, [{"text": "甲"}, {"text": "乙"}]).structure is None


@pytest.mark.parametrize("answer", [{}, [], {"posts": []}, "{}"], ids=repr)
def test_an_empty_answer_is_a_full_miss(answer: Any) -> None:
    """Nothing said counts in precision and recall, for posts, fields and edges."""
    s = score(truth_of("甲", "乙"), answer)

    assert s.silent
    assert s.metrics["post_f1"] == s.metrics["author_f1"] == s.metrics["edge_f1"] == s.metrics["text_f1"] == 0


def test_a_failure_is_a_full_miss_with_its_name() -> None:
    """A crash scores as nothing said, of the header too, and is named."""
    s = score(Truth(title="t", posts=truth_of("甲").posts), None, failure="timeout")

    assert s.failure == "timeout"
    assert s.metrics["page.title"] == s.metrics["post_f1"] == s.headline == 0


def test_wrong_and_missing_are_split() -> None:
    """A wrong author is not a missing one."""
    field = score(
        truth_of("甲", "乙", "丙"), [{"text": t, "author": a} for t, a in (("甲", "al"), ("乙", "bo"), ("丙", None))]
    ).fields["author"]

    assert (field.right, field.wrong, field.missing) == (1, 1, 1)
    assert [field.precision, field.recall] == pytest.approx([0.5, 1 / 3])


def test_plain_text_is_scored_by_containment_alone() -> None:
    """Plain text has no posts, only a share of texts that it holds."""
    s = score(Truth(paragraphs=("上",), posts=truth_of("甲", "甲", "乙").posts), "上 甲 乙")

    assert s.kind == "text"
    assert s.metrics == {"containment.posts": pytest.approx(2 / 3), "containment.paragraphs": 1}


def test_article_body_has_its_own_figures() -> None:
    """A body with other breaks keeps its F1, and is wrong as paragraphs."""
    s = score(Truth(paragraphs=("第一段说完了。", "第二段才开始。")), {"paragraphs": ["第一段说完了。第二段才开始。"]})

    assert s.article == 1
    assert s.page["paragraphs"].wrong == 1
    assert s.page["paragraphs"].labels == {}


def test_baselines_have_their_figures() -> None:
    """``flat`` has no non-root edge right, ``chain`` what the sanity table says, ``nothing`` and ``everything`` no post."""
    found = {name: score(TRUTH, build(TRUTH)).metrics for name, build in BASELINES.items()}

    assert found["flat"]["edge_f1_nonroot"] == 0
    assert found["flat"]["post_f1"] == found["chain"]["post_f1"] == 1
    assert found["chain"]["edge_f1"] == pytest.approx(0.538, abs=0.001)
    assert found["chain"]["edge_f1_nonroot"] == pytest.approx(0.619, abs=0.001)
    assert found["nothing"]["post_f1"] == found["everything"]["post_f1"] == 0


def test_score_is_public_and_has_json() -> None:
    """``forgegen.score`` takes truths and answers in any form, and its JSON says what its figures are."""
    s = forgegen.score(TRUTH.to_json(), json.dumps(yardstick()))
    told = json.loads(s.to_json())

    assert told["structure"]["edge_nonroot"]["f1"] == 1
    assert told["fields"]["author"]["right"] == 26
    assert told["profile"] == "ws"
    with pytest.raises(UsageError, match="the parser returned None"):
        forgegen.score(TRUTH, None)
