"""What explains a failure: the labels of what the failing field reads, first; ours stays out of tracebacks."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import Phase, given, settings

from forgegen.assess.check import Failed, check
from forgegen.assess.untraced import Untraced
from forgegen.model.thread import Author, Thread
from forgegen.pages.page import Page
from forgegen.pages.witness import witness_of
from forgegen.quirks.catalogue import QUIRKS
from forgegen.quirks.define import PLAIN_THREAD, plain
from forgegen.strategies import pages

Change = Callable[[dict[str, Any]], Any]


def odd_thread() -> Thread:
    """Three posts: an ordinary one, one of two lines whose author is gone, one by a name with markup in it."""
    first, second, third = plain(1, 2, 1).posts
    second = msgspec.structs.replace(second, text="a\nb &lt;", author=None)
    third = msgspec.structs.replace(third, author=Author("O'Neil<i>", "O"))
    return msgspec.structs.replace(plain(1, 2, 1), posts=(first, second, third))


PAGE = Page(odd_thread(), quirks=("markup.ghost-comment", "jsonld.bom", "enc.bom"))


def failure(change: Change, page: Page = PAGE) -> list[str]:
    """The lines of the message for an answer that is the truth but for this."""
    answer = json.loads(page.truth.to_json())
    change(answer)
    with pytest.raises(Failed) as caught:
        check(lambda body: answer, page)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("change", "first", "other"),
    [
        (lambda a: a["posts"][1].update(text="a"), "text.br", "author.deleted"),
        (lambda a: a["posts"][2].update(author="x"), "author.markup", "text.br"),
        (lambda a: a["posts"].pop(1), "author.deleted", "author.markup"),
    ],
    ids=["text", "author", "posts"],
)
def test_the_first_label_is_of_what_failed(change: Change, first: str, other: str) -> None:
    """Of the value, or of the post that is missed; labels of other values are told apart."""
    _, quirks, others, *_ = failure(change)

    assert quirks.startswith(f"forgegen quirks: {first}")
    assert other in others


@pytest.mark.parametrize(
    ("name", "words"),
    [("body.smiley", ":)"), ("body.emoji", "👋")],
)
def test_a_lost_node_is_named_before_what_else_is_odd_about_the_text(name: str, words: str) -> None:
    """A reader that has all words of a post but those of one node is told which, on the page of many labels too."""
    page = Page(plain(1), quirks=("text.quote", "text.entity", "text.zerowidth", name))
    text = str(page.truth.posts[0].text)
    _, quirks, *_ = failure(lambda a: a["posts"][0].update(text=text.replace(words, "")), page)

    assert words in text
    assert quirks.startswith(f"forgegen quirks: {name}")


def test_what_leaked_into_a_text_is_named_first() -> None:
    """The alternative text of a picture is none of the author's words."""
    page = Page(plain(1), quirks=("text.entity", "body.image"))
    text = str(page.truth.posts[0].text)
    _, quirks, *_ = failure(lambda a: a["posts"][0].update(text=text.replace("so", "so ok", 1)), page)

    assert quirks.startswith("forgegen quirks: body.image")


def test_where_no_label_explains_it_that_is_said() -> None:
    """A title that is plain has no label of the posts' texts."""
    _, quirks, *_ = failure(lambda a: a.update(title="x"))

    assert quirks == "forgegen quirks: no label explains this (skin reference)"


def test_what_every_page_may_have_is_never_first() -> None:
    """An empty page is not named before what else is odd."""
    page = Page(msgspec.structs.replace(PLAIN_THREAD, posts=()), quirks=("head.css",))
    with pytest.raises(ZeroDivisionError) as caught:
        check(lambda body: 1 // 0, page)

    assert caught.value.__notes__ == ["forgegen quirks: head.css, tree.empty (skin reference)"]


@pytest.mark.parametrize(
    "name", ["text.br", "text.astral", "author.markup", "time.old", "count.overflow", "text.inline"]
)
def test_a_witness_is_explained_by_its_quirk(name: str) -> None:
    """Where the field that has it is read wrongly, the label comes first."""
    page, klass = witness_of(QUIRKS[name]), QUIRKS[name].klass
    wrong: dict[str, Change] = {
        "text": lambda a: a["posts"][0].update(text="x"),
        "author": lambda a: a["posts"][0].update(author="x"),
        "time": lambda a: a["posts"][0].update(date=None),
        "count": lambda a: a.update(views=7),
    }

    assert failure(wrong[klass], page)[1].startswith(f"forgegen quirks: {name}")


def test_labels_are_detected_wherever_people_write() -> None:
    """In titles, boards, names and quotations as in posts."""
    article = msgspec.structs.replace(PLAIN_THREAD.article, title="t 😀")
    page = Page(msgspec.structs.replace(PLAIN_THREAD, article=article), "xenforo2", noise="none")

    assert "text.astral" in page.quirks
    assert failure(lambda a: a.update(title="t"), page)[1].startswith("forgegen quirks: text.astral")


def test_the_message_fits_a_screen() -> None:
    """However much is odd and wrong about a page."""
    page = Page(plain(*[1] * 60), quirks=("text", "author", "evasion", "inject"))
    lines = failure(lambda a: [post.update(text="x", author="y") for post in a["posts"]], page)

    assert len(lines) < 12
    assert max(map(len, lines)) < 500


def test_labels_are_looked_for_when_the_message_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not while Hypothesis shrinks."""
    page, read = Page(PLAIN_THREAD), []

    def labels(page: Page) -> tuple[str, ...]:
        read.append(page)
        return ("text.br",)

    monkeypatch.setattr(Page, "quirks", property(labels))
    with pytest.raises(Failed) as caught:
        check(lambda body: {"title": "x"}, page)

    assert read == []
    assert "text.br" in str(caught.value)
    assert read


@settings(database=None, derandomize=True, print_blob=False, max_examples=300, deadline=None)
@given(pages(skins=["reference"], quirks=["text.br"]))
def _fails(page: Page) -> None:
    def parse(html: str) -> Any:
        answer = json.loads(page.truth.to_json())
        for post in answer["posts"]:
            if "\n" in post["text"]:
                post["text"] = post["text"].split("\n")[0]
        return answer

    check(parse, page, fields=["text"])


def test_no_line_of_ours_explains_a_failure() -> None:
    """Hypothesis names lines that failing test cases alone run: those of the user's parser."""
    with pytest.raises(AssertionError) as caught:
        _fails()
    told = "\n".join(caught.value.__notes__)

    assert "forgegen/" not in told.replace("forgegen quirks", "")


def test_labels_are_said_once() -> None:
    """The message has them, so the note of what was drawn leaves them out."""
    with pytest.raises(AssertionError) as caught:
        _fails()

    assert "\n".join([str(caught.value), *caught.value.__notes__]).count("forgegen quirks") == 1
    assert any("page=Page(" in note for note in caught.value.__notes__)


def test_only_hypothesis_is_kept_from_tracing() -> None:
    """Another tracer, such as coverage, goes on."""
    seen, before = [], sys.gettrace()

    def tracer(frame: Any, event: str, argument: Any) -> Any:
        seen.append(event)
        return tracer

    sys.settrace(tracer)
    try:
        with Untraced():
            str(PLAIN_THREAD)
    finally:
        sys.settrace(before)

    assert seen


def test_frames_of_ours_are_hidden() -> None:
    """pytest leaves out what is between the test and the difference."""
    with pytest.raises(Failed) as caught:
        check(lambda body: {"title": "x"}, PAGE)

    assert [e.frame.code.name for e in caught.traceback if not e.ishidden(caught)] == ["test_frames_of_ours_are_hidden"]


def test_what_a_failure_does_not_need_is_taken_out() -> None:
    """For a report: quirks without which the parser fails alike go one by one, within twenty calls."""
    names = ("markup.ghost-comment", "text.inline", "head.css", "markup.upper-case", "transport.crlf")
    page, calls = Page(PLAIN_THREAD, quirks=names), []

    def parse(html: str) -> Any:
        calls.append(html)
        text = "ok" if "<mark>" not in html.lower() else "o"
        return [{"text": text}]

    with pytest.raises(Failed) as caught:
        check(parse, page)
    least = caught.value.needed()

    assert least.page is not None
    assert least.page.planted == ("text.inline",)
    assert str(least).splitlines()[1] == "forgegen quirks: text.inline (skin reference)"
    assert len(calls) <= 21


def test_phases_are_hypothesis_own() -> None:
    """The explaining phase is on by default: that is what the others are about."""
    assert Phase.explain in settings().phases
