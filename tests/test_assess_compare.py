"""Predictions in every form, alignment, labels, and ``check``."""

from __future__ import annotations

import itertools
import json
import sys
from collections import OrderedDict, namedtuple
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import extruct
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgegen.assess.align import AlignmentRow, align
from forgegen.assess.check import check
from forgegen.assess.compare import compare, differences
from forgegen.assess.predict import Gone, read_prediction
from forgegen.assess.score import score
from forgegen.errors import MissingExtra, UnknownName, UsageError
from forgegen.generate.making import make_thread
from forgegen.model.thread import Article, Author, Post, Thread
from forgegen.model.truth import DateTruth, PostTruth, Truth
from forgegen.pages.page import Page, render
from tests import drawn

PAGE = Page(
    Thread(
        Article("标题", "某报", "", ("第一段。", "第二段。")),
        (
            Post("头一个", 1, Author("甲"), 1708146060),
            Post("回头一个", 2, Author("乙"), 1708146120),
            Post("再回一次", 3, None, 1708146180),
            Post("另起一楼", 1, Author("甲"), 1708146240),
        ),
        published=1708100000,
    )
)
TRUTH: dict[str, Any] = json.loads(PAGE.truth.to_json())


def answer(**changes: Any) -> dict[str, Any]:
    """The truth as a parser would return it, its posts with ``changes`` by position: ``p2={"text": "x"}``."""
    made: dict[str, Any] = json.loads(PAGE.truth.to_json())
    for key, change in changes.items():
        made["posts"][int(key[1:])].update(change)
    return made


def returning(result: Any, seen: list[Any] | None = None) -> Callable[[Any], Any]:
    """A parser that returns this, and notes what it was given."""

    def parser(page: Any) -> Any:
        if seen is not None:
            seen.append(page)
        return result

    return parser


def failure(result: Any, **options: Any) -> str:
    """The message with which ``check`` fails for a parser that returns this."""
    with pytest.raises(AssertionError) as caught:
        check(lambda body: result, PAGE, **options)
    return str(caught.value)


@given(drawn.threads())
def test_truth_against_itself_has_no_difference(thread: Thread) -> None:
    """Whatever a thread holds: its truth, as JSON or mapping, is a right answer in every profile."""
    page = Page(thread)
    for profile in ("strict", "ws", "loose"):
        comparison = compare(page.truth, json.loads(page.truth.to_json()), profile=profile)
        assert differences(comparison) == []
        assert {f.label for f in comparison.findings} == set()
    check(lambda body: page.truth.to_json(), page)
    check(lambda body: page.truth, page)


@given(drawn.threads())
def test_ids_of_its_own_change_nothing(thread: Thread) -> None:
    """A parser may number posts as it likes."""
    page = Page(thread)
    made = json.loads(page.truth.to_json())
    for post in made["posts"]:
        post["id"] = f"own-{post['id']}"
        post["parent"] = post["parent"] and f"own-{post['parent']}"

    check(lambda body: made, page)


@given(st.permutations([p["id"] for p in TRUTH["posts"]]))
def test_ids_in_another_order_mislead_nobody(names: list[str]) -> None:
    """Posts that can be told apart by their content are, whatever ids a parser gives them."""
    made = answer()
    others = dict(zip([p["id"] for p in made["posts"]], names, strict=True))
    for post in made["posts"]:
        post["id"], post["parent"] = others[post["id"]], others.get(post["parent"])

    check(lambda body: made, PAGE)


@dataclass
class Item:
    """A post of a user's own type."""

    text: str
    author: str | None
    kids: list[Item] = field(default_factory=list)


def test_forms_of_an_answer() -> None:
    """Mapping, JSON, bytes, list, generator, objects, nested posts and named tuples say the same."""
    posts = [{"text": p["text"], "author": p["author"]} for p in TRUTH["posts"]]
    pair = namedtuple("pair", "text author")
    tree = [Item("头一个", "甲", [Item("回头一个", "乙", [Item("再回一次", None)])]), Item("另起一楼", "甲")]
    wrapper = namedtuple("wrapper", "title posts")
    for form in (
        {"posts": posts}, json.dumps({"posts": posts}), json.dumps(posts).encode(), posts, tuple(posts),
        (p for p in posts), OrderedDict(posts=posts), SimpleNamespace(posts=posts, title="标题"),
        [pair(**p) for p in posts], wrapper("标题", [SimpleNamespace(**p) for p in posts]),
    ):  # fmt: skip
        comparison = check(returning(form), PAGE, fields=("text", "author"))
        assert {"posts", "text", "author"} <= set(comparison.compared)
    check(lambda body: tree, PAGE, fields=("text", "author", "parent"), rename={"kids": "children"})


def test_parents_by_index_id_and_nesting() -> None:
    """A parent is a 0-based index, an id, or implied by nested posts; what is none of them is gone."""
    rows = [{"id": "a", "parent": None}, {"id": "b", "parent": "a"}, {"id": "c", "parent": 1}, {"parent": "x"},
            {"parent": 9}, {"parent": -1}]  # fmt: skip
    nested = [{"text": "a", "children": [{"text": "b", "replies": [{"text": "c"}]}]}, {"text": "d"}]

    assert [p.parent for p in read_prediction(rows).posts or []] == [None, 0, 1, Gone("x"), Gone("9"), Gone("-1")]
    assert [p.parent for p in read_prediction(nested).posts or []] == [None, 0, 1, None]
    assert read_prediction(nested).nested
    assert not read_prediction(rows).nested


def test_nesting_as_deep_as_it_likes() -> None:
    """Three thousand levels of nested posts are read without recursion."""
    post: dict[str, Any] = {"text": "x"}
    for _ in range(3000):
        post = {"text": "x", "children": [post]}

    assert len(read_prediction([post]).posts or []) == 3001


def test_missing_key_is_no_claim_and_null_is_one() -> None:
    """A field that no post has is not claimed; where others have it, its absence counts as null."""
    none = [{"text": p["text"]} for p in TRUTH["posts"]]
    null = [{"text": p["text"], "author": None} for p in TRUTH["posts"]]
    some = [{"text": p["text"], **({"author": p["author"]} if i else {})} for i, p in enumerate(TRUTH["posts"])]

    assert "author" in check(lambda body: none, PAGE).unclaimed
    assert "author of post 1: expected '甲', found nothing" in failure(null)
    assert "author of post 1: expected '甲', found nothing" in failure(some)
    assert "does not claim author" in failure(none, fields=("author",))


@pytest.mark.parametrize(
    "rubbish",
    [None, {}, 3, True, object(), {"foo": 1}, {"post": []}, {"posts": None}, {"posts": "x"}, {"posts": [1]}, [None],
     ["x"], [[]], [{}], {"posts": [{"text": 1}]}, {"posts": [{"text": "x", "parent": 1.5}]}, {"paragraphs": [1]},
     {"views": []}, b"\xff", {"posts": [{"children": 3, "text": "x"}]}, lambda: 1],
    ids=lambda value: f"{type(value).__name__}",
)  # fmt: skip
def test_rubbish_fails(rubbish: Any) -> None:
    """What is no answer fails the check, saying what would be right, and is never an error of ours."""
    assert "forgegen quirks" in failure(rubbish)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"posts": []}, "post 1: expected '头一个' by author='甲', floor=1, found nothing"),
        ({**answer(), "posts": answer()["posts"][:3]}, "post 4: expected '另起一楼'"),
        ({**answer(), "posts": [*answer()["posts"], {"text": "广告"}]}, "predicted post 5: expected nothing, found '广告'"),
        (answer(p1={"text": "回头一个[1评]"}), "text of post 2: expected '回头一个', found '回头一个[1评]' (chrome-leak)"),
        (answer(p1={"text": "头一个 回头一个"}), "found '头一个 回头一个' (quote-leak)"),
        (answer(p1={"text": "别的"}), "text of post 2: expected '回头一个', found '别的'"),
        (answer(p3={"text": ""}), "text of post 4: expected '另起一楼', found ''"),
        (answer(p2={"author": "丙"}), "author of post 3: expected nothing, found '丙'"),
        (answer(p2={"parent": "c1"}), "parent of post 3: expected post 2, found predicted post 1, which is post 1"),
        (answer(p2={"parent": None}), "parent of post 3: expected post 2, found none"),
        (answer(p2={"parent": 77}), "found '77', which is no post of the prediction"),
        (answer(p0={"floor": 2}), "floor of post 1: expected 1, found 2"),
        (answer(p0={"replies": 2}), "replies of post 1: expected 1, found 2"),
        (answer(p0={"date": "2024-02-16T21:01Z"}), "date of post 1"),
        ({**answer(), "title": "标题 - 站"}, "title of the page: expected '标题', found '标题 - 站'"),
        ({**answer(), "paragraphs": ["第一段。"]}, "paragraphs of the page"),
        ({**answer(), "views": 1}, "views of the page: expected 0, found 1"),
        ({**answer(), "posts": answer()["posts"][::-1]}, "order of posts: expected post 3 before post 4"),
    ],
)  # fmt: skip
def test_first_difference_with_both_values(result: Any, words: str) -> None:
    """Each kind of mistake fails, naming place, both values and the label."""
    assert words in failure(result)


def test_fields_choose_what_is_compared() -> None:
    """Only the named fields count; ``author`` is that of posts where there are posts; unknown names are refused."""
    wrong = answer(p1={"author": "丁"}) | {"title": "x"}

    check(lambda body: wrong, PAGE, fields=("text", "parent", "page.author"))
    check(lambda body: {"author": "某报", "title": "标题"}, PAGE, fields=("author", "title"))
    assert "author of post 2" in failure(wrong, fields=("author",))
    assert "title of the page" in failure(wrong, fields=("title",))
    assert "does not claim posts" in failure({"title": "标题"}, fields=("posts",))
    assert "does not claim page.title" in failure(answer()["posts"], fields=("title",))
    with pytest.raises(UnknownName, match="Did you mean 'author'"):
        check(lambda body: wrong, PAGE, fields=("autor",))
    with pytest.raises(UsageError):
        check(lambda body: wrong, PAGE, fields=())
    assert "found nothing" in failure({"posts": []}, fields=("author",))


NOTED = (
    PostTruth(
        n=1, text="a", edited=DateTruth("2024-2-16 21:01", "2024-02-16T21:01", "minute", None, None),
        guest=True, banned=False, pinned=False,
    ),
    PostTruth(n=2, text="b", edited=None, guest=False, banned=True, pinned=False),
)  # fmt: skip
"""Posts with marks: an edited one of a guest, one of a banned member."""


@pytest.mark.parametrize(
    ("field", "values", "told"),
    [
        ("edited", ["2024-02-16T21:01", None], []),
        ("edited", [True, False], []),
        ("edited", ["2024-02-16T21:02", None], ["date"]),
        ("edited", [None, "2024-02-16T21:01"], ["missing", "invented"]),
        ("edited", [False, True], ["missing", "invented"]),
        ("guest", [True, None], []),
        ("guest", [None, True], ["missing", "invented"]),
        ("banned", [False, True], []),
        ("pinned", [False, True], ["invented"]),
    ],
)
def test_marks_of_posts_are_judged(field: str, values: list[Any], told: list[str]) -> None:
    """An edit note is a date, or told to be there; the others are so or not, and null is not."""
    truth = Truth(posts=NOTED)
    answer = [{"text": text, field: value} for text, value in zip("ab", values, strict=True)]
    comparison = compare(truth, answer)

    assert [d.kind for d in differences(comparison) if d.field == field] == told
    assert field in comparison.compared


def test_marks_are_claimed_or_not() -> None:
    """Marks that no post has are worth no mention; what is neither true nor false is refused, not judged."""
    unclaimed = compare(Truth(posts=NOTED), [{"text": "a"}, {"text": "b"}]).unclaimed

    assert {"edited", "guest", "banned"} <= {*unclaimed}
    assert "pinned" not in unclaimed
    with pytest.raises(UsageError, match="guest of post 0 is 'yes'; right would be true, false or null"):
        read_prediction([{"text": "a", "guest": "yes"}])


def test_marks_are_scored() -> None:
    """Of a mark that half of the posts have, those count that have it."""
    found = score(Truth(posts=NOTED), [{"text": "a", "guest": True, "banned": True}, {"text": "b", "banned": True}])

    assert (found.fields["guest"].f1, found.fields["banned"].recall, found.fields["banned"].precision) == (1, 1, 0.5)


def test_message_says_what_was_compared() -> None:
    """Quirks, what was compared, not claimed, and not understood stand in the message."""
    text = failure([{"text": "x", "autor": "甲"}])

    assert "forgegen quirks: tree.only-child, tree.depth3 (skin reference)" in text
    assert "other labels of the page: author.deleted, author.avatar-none, author.cjk" in text
    assert "compared: posts, text; not claimed: page.title" in text
    assert "keys that mean nothing here: autor" in text


def test_plain_text_is_containment() -> None:
    """Plain text must hold every text as often as the page does; it claims nothing else."""
    text = "\n".join([*TRUTH["paragraphs"], *(p["text"] for p in TRUTH["posts"])])

    check(lambda body: text, PAGE)
    assert "containment only" in failure(text.replace("再回一次", ""))
    assert "does not claim author" in failure(text, fields=("author",))


def test_white_space_is_judged_on_request() -> None:
    """Folded unless ``strict`` is asked for; another word is refused."""
    made = answer(p0={"text": f" {TRUTH['posts'][0]['text']}\n"})

    check(lambda body: made, PAGE)
    assert failure(made, whitespace="strict").startswith("text of post 1: expected ")
    check(lambda body: answer(), PAGE, whitespace="strict")
    with pytest.raises(UnknownName, match="Did you mean 'strict'"):
        check(lambda body: made, PAGE, whitespace="strikt")


def test_renamed_fields() -> None:
    """``rename`` maps the parser's names to ours, on the page and on posts."""
    theirs = {"comments": [{"body": p["text"], "user": p["author"]} for p in TRUTH["posts"]], "headline": "标题"}
    names = {"comments": "posts", "body": "text", "user": "author", "headline": "title"}

    assert check(lambda body: theirs, PAGE, rename=names).compared == ("page.title", "posts", "author", "text")
    with pytest.raises(UnknownName, match="Did you mean 'text'"):
        check(lambda body: theirs, PAGE, rename={"body": "texts"})


@pytest.mark.parametrize(
    "kind", [pytest.param("scrapy", marks=[pytest.mark.every, pytest.mark.needs("scrapy")]), "httpx", "requests"]
)
def test_responses_of_libraries(kind: str) -> None:
    """A page is a response of the library, with address, headers, bytes and the right text."""
    made = PAGE.response(kind)

    assert type(made).__module__.split(".")[0] == kind
    assert str(made.url) == PAGE.url
    assert made.text == PAGE.html
    seen: list[Any] = []
    check(returning(answer(), seen), PAGE, adapt=kind)
    assert type(seen[0]) is type(made)


def test_annotation_decides_what_a_parser_gets() -> None:
    """A parser annotated with ``str`` or a response class gets that, else bytes; ``adapt`` has the last word."""
    import httpx

    seen: list[Any] = []

    def of_text(page: str) -> Any:
        seen.append(page)
        return answer()

    def of_response(page: httpx.Response) -> Any:
        seen.append(page)
        return answer()

    of_response.__annotations__["page"] = httpx.Response  # this module's annotations are strings
    check(of_text, PAGE)
    check(of_response, PAGE)
    check(returning(answer(), seen), PAGE)
    check(of_text, PAGE, adapt="bytes")

    assert [type(page).__name__ for page in seen] == ["str", "Response", "bytes", "bytes"]
    with pytest.raises(UnknownName, match="Did you mean 'scrapy'"):
        check(of_text, PAGE, adapt="scrapi")


def test_missing_library_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library the error names the extra that brings it."""
    monkeypatch.setitem(__import__("sys").modules, "httpx", None)
    with pytest.raises(MissingExtra, match="clients"):
        PAGE.response("httpx")
    with pytest.raises(UnknownName, match="Did you mean 'requests'"):
        PAGE.response("request")


def test_parsers_own_errors_keep_their_traceback() -> None:
    """What a parser raises comes through as it is, with the page's quirks noted on it."""
    with pytest.raises(ZeroDivisionError) as caught:
        check(lambda body: 1 // 0, PAGE)
    assert any("forgegen quirks" in note for note in caught.value.__notes__)


def test_structured_data_as_extruct_reads_it() -> None:
    """JSON-LD and microdata trees of the page, as extruct returns them, are right answers with edges."""
    page = render(make_thread(7, 0))[0]
    found = extruct.extract(page.html, base_url=page.url, syntaxes=["json-ld", "microdata"])
    for syntax in ("json-ld", "microdata"):
        comparison = compare(page.truth, {syntax: found[syntax]})
        assert {"text", "author", "date", "parent"} <= set(comparison.compared)
        assert len(comparison.pairs) == len(page.truth.posts)
        wrong = [d for d in differences(comparison) if d.field in ("text", "author", "date", "parent")]
        assert wrong == []


def rows(*texts: str) -> list[AlignmentRow]:
    """Rows of text alone."""
    return [AlignmentRow(None, text, "", None) for text in texts]


def test_equal_posts_pair_in_reading_order() -> None:
    """Ten equal posts are ten pairs, each with its own place."""
    assert align(rows(*["支持！"] * 10), rows(*["支持！"] * 10), ["text"]) == {i: i for i in range(10)}


def test_likely_pairs_are_taken_best_first() -> None:
    """Changed texts find the likest post; nothing in common finds none."""
    pairs = align(rows("今天天气很好啊", "明天再去看看吧"), rows("明天再去看看", "今天天气好啊", "毫无关系"), ["text"])

    assert pairs == {0: 1, 1: 0}


@given(st.lists(st.text("ab支持", max_size=3), max_size=8), st.lists(st.text("ab支持", max_size=3), max_size=8))
def test_alignment_is_one_to_one(truths: list[str], predictions: list[str]) -> None:
    """No post is taken twice, and equal texts never stay apart."""
    pairs = align(rows(*truths), rows(*predictions), ["text"])
    left = {t for i, t in enumerate(truths) if i not in pairs.values()}

    assert len(set(pairs.values())) == len(pairs)
    assert not left & {p for i, p in enumerate(predictions) if i not in pairs}


def labels(truths: list[str], predictions: list[str]) -> list[str]:
    """The labels of predicted texts against texts."""
    truth = Truth(posts=tuple(PostTruth(n=i, id=f"c{i}", text=t) for i, t in enumerate(truths, 1)))
    return sorted(f.label for f in compare(truth, [{"text": t} for t in predictions]).findings)


@pytest.mark.parametrize(
    ("truths", "predictions", "expected"),
    [
        (["头一个", "第二个"], ["头一个 第二个"], ["merge", "missed"]),
        (["甲乙丙丁", "戊己庚辛"], ["甲乙丙丁戊己庚辛甲乙丙丁戊己庚辛"], ["merge", "missed", "missed"]),
        (["前半句话，后半句话"], ["前半句话，", "后半句话"], ["split"]),
        (["支持"], ["支持", "支持"], ["duplicate"]),
        (["我们支持你"], ["我们支持你 3 楼"], ["chrome-leak"]),
        (["支持", "反对"], ["支持", "完全不同的话"], ["missed", "spurious"]),
        (["支持", "支持"], ["支持"], ["missed"]),
        ([], ["x"], ["spurious"]),
        (["x"], [], ["missed"]),
        ([], [], []),
    ],
)
def test_labels_name_the_cause(truths: list[str], predictions: list[str], expected: list[str]) -> None:
    """Each label has its condition, and one cause has one label."""
    assert labels(truths, predictions) == expected


def test_a_kept_quotation_is_no_merge() -> None:
    """The parent's text before the own one is a quote-leak, even where it is many times as long."""
    long = "很长的一段话" * 40
    truth = Truth(
        posts=(PostTruth(n=1, id="c1", text=long, parent=None), PostTruth(n=2, id="c2", text="好", parent="c1"))
    )
    found = compare(truth, [{"text": long}, {"text": f"{long} 好"}]).findings

    assert [(f.label, f.truths) for f in found] == [("quote-leak", (1,))]


@pytest.mark.parametrize(("size", "change", "most"), [(750, "{}啊[0评]", 2.5), (100, "啊{}啊", 3.6)])
def test_work_to_align_grows_slower_than_pairs_do(size: int, change: str, most: float) -> None:
    """Posts with something glued on take twice the calls for twice the posts; those changed in any way not four times."""
    counts = []
    for number in (size, 2 * size):
        texts = [f"第{i}条评论说的是{i * 7919 % 1000}号的事" for i in range(number)]
        theirs = rows(*(change.format(text) for text in texts))
        calls = itertools.count()

        def count(frame: object, event: str, argument: object, calls: Iterator[int] = calls) -> None:
            next(calls)

        sys.setprofile(count)
        try:
            pairs = align(rows(*texts), theirs, ["text"])
        finally:
            sys.setprofile(None)
        counts.append(next(calls))
        assert pairs == {i: i for i in range(number)}

    assert counts[1] < most * counts[0]


def test_comparison_of_unknown_profile() -> None:
    """A wrong profile is answered with the nearest."""
    with pytest.raises(UnknownName, match="'ws'"):
        compare(Truth(), {}, profile="w")


def test_truth_structs_are_predictions() -> None:
    """A struct with unset fields claims what is set."""
    assert read_prediction(Truth(title="x")).page == {"title": "x"}
    assert read_prediction(msgspec.convert(TRUTH, Truth)).claims >= {"text", "parent"}


def test_of_long_texts_the_piece_is_told_where_they_part() -> None:
    """Two texts of which a message shows the same first letters would tell nothing."""
    page = Page(Thread(posts=(Post("so it is " * 40 + "ok", 1),)))
    wrong = json.loads(page.truth.to_json())
    wrong["posts"][0]["text"] = "so it is " * 40 + "no"
    found = differences(compare(page.truth, wrong))[0]

    assert found.expected.endswith("so it is ok'")
    assert found.found.endswith("so it is no'")
    assert len(found.expected) < 60
    assert found.expected.startswith("'…")
