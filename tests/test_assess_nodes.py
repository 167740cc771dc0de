"""Nodes in predictions: links, images, quotations, code, lists and tables, given as fields, as Markdown or as HTML."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from forgegen import Post, Thread, render, score
from forgegen.assess.answer_forms import checked_form
from forgegen.assess.compare import compare, differences
from forgegen.assess.node_verdicts import same_address
from forgegen.assess.predict import read_prediction
from forgegen.errors import MissingExtra, UnknownName, UsageError
from forgegen.model import bodies as m
from forgegen.model.body_views import body_fields
from forgegen.model.truth import PostTruth, Truth
from forgegen.strategies import check
from forgegen.strategies.body_trees import EXAMPLES
from tests.bench.nodes.__main__ import failure, killed, page_of
from tests.bench.nodes.planted import MISTAKES
from tests.bench.nodes.reader import Reader
from tests.tiers import amount

QUICK = (
    "code: white space collapsed", "link: the target is the text", "table: the second column lost",
    "image: alt taken for text", "quotation: leaks into the text", "smileys counted as images",
)  # fmt: skip
BODY = (
    m.Quote((m.Paragraph(("old",)), m.Quote((m.Paragraph(("older",)),), "bo")), "al"),
    m.Paragraph(("see ", m.Link("/a?b=1", ("this",)), " ", m.Image("/cat.png", "cat"), m.Smiley(":)"))),
    m.Code("if a:\n\n    b\n", "python"),
    m.ItemList(((m.Paragraph(("one",)),), (m.Paragraph(("two",)), m.ItemList(((m.Paragraph(("in",)),),), True)))),
    m.Table(((("a",), ("b",)), (("c",), ("d",)))),
)


def truth_of(*body: m.Block) -> Truth:
    """The truth of a page of one post."""
    return Truth(posts=(PostTruth(n=1, id="p1", **body_fields(Post(body=body).body, None, None)),))


TRUTH = truth_of(*BODY)


def told(post: dict[str, Any], truth: Truth = TRUTH, form: str = "text") -> list[tuple[str, str]]:
    """Field and kind of each difference of a prediction of one post."""
    return [(d.field, d.kind) for d in differences(compare(truth, {"posts": [{"id": "p1", **post}]}, form=form))]


@pytest.mark.parametrize("name", EXAMPLES)
def test_truth_is_right_about_itself(name: str) -> None:
    """A page's own truth as a prediction has no difference, and the tree alone claims what follows from it."""
    truth = page_of([EXAMPLES[name]]).truth
    bare = {"posts": [{"id": p.id, "body": p.body or (m.Paragraph((p.text or "",)),)} for p in truth.posts]}

    assert differences(compare(truth, truth.to_json())) == []
    assert differences(compare(truth, bare)) == []


@pytest.mark.parametrize(
    ("post", "kinds"),
    [
        ({"code": ["if a:\n\n    b"]}, []),
        ({"code": ["if a:\n\n    b\n"]}, []),
        ({"code": ["if a: b"]}, [("code", "white space")]),
        ({"code": [{"text": "if a:\n\n    b", "language": "c"}]}, [("code", "language")]),
        ({"code": []}, [("code", "missing")]),
        ({"links": [["/a?b=1", "this"]]}, []),
        ({"links": ["https://x.example/a?b=1"]}, []),
        ({"links": [{"href": "/a", "text": "this"}]}, [("links", "address")]),
        ({"links": [{"url": "/a?b=1", "text": "that"}]}, [("links", "text")]),
        ({"links": ["/a?b=1", "/other"]}, [("links", "invented")]),
        ({"images": [{"src": "/cat.png", "alt": "cat"}]}, []),
        ({"images": ["/cat.png"]}, []),
        ({"images": None}, [("images", "missing")]),
        ({"images": [{"src": "/cat.png", "alt": "dog"}]}, [("images", "alt")]),
        ({"quotes": ["old", "older"]}, []),
        ({"quotes": [{"text": "old", "level": 1}, {"text": "older", "level": 2}]}, []),
        ({"quotes": [{"text": "old", "author": "bo"}, {"text": "older", "author": "bo"}]}, [("quotes", "author")]),
        ({"quotes": ["older", "old"]}, [("quotes", "order")]),
        ({"quotes": ["old"]}, [("quotes", "missing")]),
        ({"lists": [["one", {"text": "two", "lists": [["in"]]}]]}, []),
        ({"lists": [["one", "two"]]}, [("lists", "nesting")]),
        ({"lists": [["one"]]}, [("lists", "nesting")]),
        ({"tables": [[["a", "b"], ["c", "d"]]]}, []),
        ({"tables": [[["a"], ["c"]]]}, [("tables", "columns")]),
        ({"tables": [[["a", "b"]]]}, [("tables", "rows")]),
        ({"tables": [[["a", "b"], ["c", "x"]]]}, [("tables", "cells")]),
        ({"text": "see this cat:) if a: b one two in a b c d"}, [("text", "alt leak")]),
        ({"text": "see this if a: b one two in a b c d"}, [("text", "smiley lost")]),
        ({"text": "see this :) one two in a b c d"}, [("text", "code lost")]),
        ({"text": "old see this :) if a: b one two in a b c d"}, [("text", "quote-leak")]),
    ],
)
def test_what_is_wrong_with_nodes(post: dict[str, Any], kinds: list[tuple[str, str]]) -> None:
    """Each node is compared by its own rule, and the kind says what is wrong; what is not claimed is not judged."""
    assert told(post) == kinds


MARKDOWN = """> old
> > older

see [this](/a?b=1) ![cat](/cat.png)![:)](/smile.gif)

```python
if a:

    b
```

- one
- two
  1. in

| a | b |
|---|---|
| c | d |
"""
HTML = """<blockquote><p>old</p><blockquote>older</blockquote></blockquote>
<p>see <a href="/a?b=1">this</a> <img src="/cat.png" alt="cat"><img src="/smile.gif" alt=":)"></p>
<pre><code class="language-python">if a:

    b</code></pre><ul><li>one<li>two<ol><li>in</ol></ul><table><tr><td>a<td>b<tr><td>c<td>d</table>"""


@pytest.mark.parametrize(("form", "text"), [("markdown", MARKDOWN), ("html", HTML)])
def test_markup_claims_its_nodes(form: str, text: str) -> None:
    """A text in Markdown or HTML that is right has no difference but a table's head, which Markdown always has."""
    found = told({"text": text}, form=form)

    assert found == ([("tables", "header")] if form == "markdown" else [])


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("[this](/a?b=1)", "this", [("links", "missing")]),
        ("```", "", [("text", "wrong"), ("code", "missing")]),
        ("    b", "b", [("code", "white space")]),
        ("> old", "old", [("text", "quote-leak"), ("quote", "wrong"), ("quotes", "missing")]),
        ("![cat](/cat.png)", "cat", [("text", "alt leak"), ("images", "missing")]),
        ("| c | d |", "| c | |", [("text", "wrong"), ("tables", "cells")]),
    ],
)
def test_wrong_markdown_is_found(old: str, new: str, kinds: list[tuple[str, str]]) -> None:
    """What a converter to Markdown drops or leaks is found."""
    found = [
        pair for pair in told({"text": MARKDOWN.replace(old, new)}, form="markdown") if pair != ("tables", "header")
    ]

    assert {field for field, _ in kinds} <= {field for field, _ in found}


def test_forms_are_said_not_guessed() -> None:
    """Without ``form`` a text is text, whatever it looks like; a form of another name is refused."""
    assert told({"text": MARKDOWN})[0][0] == "text"
    with pytest.raises(UnknownName, match="Did you mean 'markdown'"):
        score(TRUTH, {"posts": []}, form="markdwon")


def test_markdown_needs_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where markdown-it-py is missing the error names the extra; HTML does without."""
    from forgegen.assess import markdown

    markdown._writer.cache_clear()
    monkeypatch.setitem(sys.modules, "markdown_it", None)
    with pytest.raises(MissingExtra, match=r"forgegen\[markdown\]"):
        checked_form("markdown")
    assert checked_form("html") == "html"


def test_scores_count_items() -> None:
    """The score of a list is of its items: precision and recall over all posts."""
    found = score(TRUTH, {"posts": [{"id": "p1", "quotes": ["old", "x"], "links": []}]})

    assert (found.fields["quotes"].precision, found.fields["quotes"].recall) == (0.5, 0.5)
    assert (found.fields["links"].missing, found.fields["links"].f1) == (1, 0.0)
    assert found.metrics["quotes_f1"] == 0.5


def test_mentions_and_files_are_no_links() -> None:
    """A link that is a mention, an address of e-mail or a file is neither asked for nor wrong."""
    truth = truth_of(m.Paragraph((m.Mention("al"), " ", m.Email("a@b.example"))), m.Attachment("x.zip"))
    links = [["/members/7/", "@al"], ["mailto:a@b.example", "a@b.example"], ["/files/1", "x.zip"], ["/about", "more"]]

    assert told({"links": links[:3]}, truth) == []
    assert told({"links": links}, truth) == [("links", "invented")]


@pytest.mark.parametrize(
    ("own", "other", "same"),
    [
        ("/a", "https://x.example/a", True),
        ("#post-1", "https://x.example/t/7#post-1", True),
        ("//cdn.example/x.png", "https://cdn.example/x.png", True),
        ("http://例え.example/ü", "http://xn--r8jz45g.example/%C3%BC", True),
        ("https://x.example", "https://x.example/", True),
        ("/a", "/b", False),
        ("/a", "https://x.example/b/a", False),
        ("/a?b=1", "/a", False),
        ("/a", "", False),
    ],
)
def test_addresses_may_be_given_in_full(own: str, other: str, same: bool) -> None:
    """An address counts as the page's in full too, and with its host or path escaped."""
    assert same_address(own, other) is same


@pytest.mark.parametrize(
    ("post", "message"),
    [
        ({"links": 3}, "links of post 0 is 3; right would be a list of {address, text}"),
        ({"links": [{"text": "a"}]}, "right would be a list of {address, text}"),
        ({"tables": ["a"]}, "tables of post 0 is 'a'; right would be a list of tables"),
        ({"code": [7]}, "code of post 0 is 7; right would be a list of {text, language, inline}"),
        ({"body": [{"type": "paragrph"}]}, "no tree of nodes: Invalid value 'paragrph'"),
    ],
)
def test_wrong_nodes_are_refused(post: dict[str, Any], message: str) -> None:
    """The error names the field, the value and what would be right."""
    with pytest.raises(UsageError) as error:
        read_prediction({"posts": [{"text": "a", **post}]})

    assert message in str(error.value)


def test_a_body_of_text_claims_nothing() -> None:
    """A field ``body`` that is a text is none of ours, and is told as unknown."""
    found = read_prediction({"posts": [{"text": "a", "body": "b"}]})

    assert found.claims == frozenset(("text",))
    assert found.unknown == ("body",)


def test_check_takes_forms() -> None:
    """``check`` reads the parser's texts in the form that is named."""
    page = page_of([(m.Paragraph(("a ", m.Strong(("b",)))),)])
    posts = [{"id": p.id, "text": str(p.text).replace("b", "**b**")} for p in page.truth.posts]

    check(lambda body: {"posts": posts}, page, form="markdown")
    with pytest.raises(AssertionError, match=r"found 'a \*\*b\*\*'"):
        check(lambda body: {"posts": posts}, page)


def test_honest_readers_pass_and_planted_mistakes_are_found() -> None:
    """Pages of drawn bodies find mistakes about nodes; ``python -m tests.bench.nodes`` has all of them."""
    assert len(MISTAKES) >= 25
    assert set(killed(0, amount(40, 100), QUICK)) == set(QUICK)


def test_honest_reader_is_right_on_all_examples() -> None:
    """The reader in which mistakes are planted is right about every node."""
    page = render(Thread(posts=tuple(Post(body=body) for body in EXAMPLES.values())), "xenforo2")[0]

    assert failure(Reader(), page) is None
