"""``seen``: what a browser shows of posts, told by a page's markup and style sheet."""

from __future__ import annotations

import doctest
import json
import time
from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET

from forgegen import Article, Page, Post, Thread, extract, render
from forgegen.errors import SkinError
from forgegen.model.truth import Truth
from forgegen.reading import style_sheets
from forgegen.reading.inner_text import inner_texts
from forgegen.reading.seen import with_seen
from forgegen.skins import dom
from forgegen.skins.loading import load_skin, skin_names
from forgegen.strategies.body_trees import EXAMPLES
from tests.chromium_texts import chromium_texts, seen_texts, shown_texts
from tests.command import within as forgegen

CASES = {
    "": "",
    "a <b> b</b>  c": "a b c",
    " a <br> b ": "a\nb",
    "<br>a<br><br>": "\na\n\n",
    "a<p>b</p><p>c</p>d": "a\n\nb\n\nc\n\nd",
    "a<div>b<div>c</div></div>d": "a\nb\nc\nd",
    "<div> </div>a<div></div>b": "a\nb",
    "a <i><div>b</div></i> c": "a\nb\nc",
    "a <img> b <img>": "a  b ",
    "a <button> b </button> c": "a b c",
    "a <wbr> b": "a b",
    "<ul><li>a<li>b<ol><li>c</ol></ul>": "a\nb\nc",
    "a<hr>b": "a\nb",
    "<table><tr><th>a<th>b<tr><td>c<td><tr><td></table>d": "a\tb\nc\t\n\nd",
    "<table><thead><tr><th>a</thead><tbody></tbody></table>b": "a\nb",
    "<table><thead><tr><th>a<th><tbody><tr><td>b<td><p>c</table>d": "a\t\nb\t\n\nc\n\nd",
    "<table><caption>a</caption> <tr> <td> b </td> </tr> </table>": "a\nb",
    "<pre>a\n  b\n</pre>c": "a\n  b\n\nc",
    "<pre>\n\n a</pre>": "\n a",
    "<span style='white-space: pre'>a  b</span>  c": "a  b c",
    "<div style='white-space:pre-line'> a  b \n c </div>": "a b\nc",
    "<div style='white-space:pre-wrap'> a\n<b> b</b> </div>": " a\n b ",
    "<details><summary>a</summary>b<p>c</p></details>d": "a\nd",
    "<details open><summary>a</summary>b</details>d": "a\nb\nd",
    "<details>b</details>d": "d",
    "a<span hidden>b</span><template>c</template><script>d</script><style>.e{}</style>": "a",
    "a<noscript><b>b</b></noscript>": "ab",
    "a<b style='visibility:hidden'>b<i style='visibility:visible'>c</i></b>": "ac",
    "a<b style='text-transform:uppercase'>straße</b>": "aSTRASSE",
    "a <b style='float:left'> b </b> c": "a \nb\nc",
    "<div style='display:flex'> a <b> b </b> <i>c</i></div>": "a\nb\nc",
    "<div style='display:inline'>a</div><p style='display:inline'>b</p>c": "a\n\nb\n\nc",
    "a <b style='display:inline-block'>b<br>c</b> d": "a b\nc d",
    "中\n文 \u200b\nb": "中 文 \u200bb",
    "a\u00a0 \u00a0b\u3000 c": "a\u00a0 \u00a0b\u3000 c",
    "a\x0cb\u00adc\u2028d": "a\x0cb\u00adc\u2028d",
    "<fieldset><legend>a</legend>b</fieldset><center>c</center>": "a\nb\nc",
    "<dl><dt>a<dd>b</dl>": "a\nb",
    "<x-y>a</x-y> <font>b</font>": "a b",
    "a<svg><g></g></svg><iframe>b</iframe>d": "ad",
    "a<div style='display:none'>b</div>c": "ac",
    "a<div style='display:contents'>b</div>c": "abc",
    "a<div style='position:absolute'>b</div>c": "a\nb\nc",
    "<b class=k>a</b><b class='k l'>b</b><b class=m>c</b><b class=n style='display:inline'>d</b>": "bd",
}  # fmt: skip
"""Contents of an element, and what is seen of it, below the style sheet ``SHEET``."""

AROUND = {
    "<p>a <b id=e> b </b> c": "b ",
    "<p>a<b id=e> b </b></p>": " b",
    "<style>#e{display:none}</style><p id=e>a <i>b</i><br><script>c</script></p>": "a bc",
    "<div hidden><p id=e> a  b </p></div>": " a  b ",
    "<style>p{display:none}</style><p id=e style='display:block !important'> a </p>": "a",
    "<style>div p{display:inline} p{white-space:pre}</style><div>a <p id=e> b <i> c</i></p></div>": " b  c",
}  # fmt: skip
"""Pages, and what is seen of an element of them."""

SHEET = """/* {} */ @import url("a{}.css"); .k{display:none}.l.k{display:inline}
@media (max-width: 900px){.l{display:none!important}} @media screen and (min-width:900px){.m{display:none}}
@media print{b{display:none}} b:hover{display:none} .n{display:none} q::before{content:"}"} a:b:c(,[x{display:none}"""

SEEN = {
    "strong": "ok ok ok", "code_span": "ok x < y ok", "mention": "ok @al ok", "smiley": "ok  ok",
    "link": "ok ok ok", "image": "ok  ok", "email": "ok al@example.org ok",
    "quote": "ok\nal said:\nokok\nok", "list": "ok\na\nb\nc\nok", "table": "ok\na\tb\n\td\nok",
    "code": "ok\nPYTHON:\nif a < b:\n\n    ok\nok", "spoiler": "ok\nSpoiler: why\nok\nok", "rule": "ok\nok",
    "attachment": "ok\n\nok", "media": "ok\nok", "unfurl": "ok\nok\nso it is\nok",
    "poll": "ok\n\nok?\nyes\nno\nok",
}  # fmt: skip
"""What is seen in XenForo of the small bodies with one node."""


def document(contents: str) -> str:
    """A page with an element of these contents."""
    return f"<!DOCTYPE html><meta charset=utf-8><style>{SHEET}</style><div id=e>{contents}</div>"


def seen_in(html: str, css: str = "#e") -> str:
    """What is seen of the first element that matches."""
    root = dom.parse(html)
    (text,) = inner_texts(root, dom.select(root, css)[:1])
    return text


def with_body(name: str, skin: str, **options: Any) -> Page:
    """A page with a small body that holds a node, in an opening post or article and in an answer."""
    thread = Thread(
        Article("t", "al", body=EXAMPLES[name]), (Post(body=EXAMPLES[name], time=1_700_000_000),), locale="en"
    )
    return render(thread, skin, **options)[0]


def test_doctests() -> None:
    """The examples in the docstrings hold."""
    assert doctest.testmod(style_sheets).failed == 0


@pytest.mark.parametrize("contents", CASES)
def test_texts_are_seen_as_browsers_show_them(contents: str) -> None:
    """Breaks, white space, cells, what is hidden, and what the style sheet says, as Chromium has them."""
    assert seen_in(document(contents)) == CASES[contents]


@pytest.mark.parametrize("html", AROUND)
def test_what_is_around_an_element_counts(html: str) -> None:
    """White space at the edges of an element within a line is shown or not by what is beside it; what is not shown itself
    gives all of its text.
    """
    assert seen_in(html) == AROUND[html]


def test_elements_may_stand_deep_within_each_other() -> None:
    """Neither Python's depth nor the time bounds them."""
    deep = "<b><div>" * 2000 + "a" + "</div></b>" * 2000
    root = dom.parse(f"<div id=e>{deep}</div>")
    start = time.process_time()

    assert set(inner_texts(root, dom.select(root, "div")[::500])) == {"a"}
    assert seen_in("<div id=e>" + "a \n" * 100_000) == ("a " * 100_000)[:-1]
    assert time.process_time() - start < 30


@pytest.mark.parametrize("name", SEEN)
def test_each_node_is_seen_as_the_skin_shows_it(name: str) -> None:
    """In XenForo: headers of quotations and code, titles of spoilers, no marks of lists, nothing of smileys."""
    page = with_body(name, "xenforo2")

    assert [post.seen for post in page.seen.posts] == [SEEN[name]] * 2


def test_seen_is_an_annotation() -> None:
    """Truth has it only where it is asked for; equality and ``extract`` leave it out, JSON keeps it."""
    page = with_body("quote", "phpbb3")

    assert page.truth.posts[0].seen is UNSET
    assert "seen" not in page.truth.to_json()
    assert page.seen == page.truth == extract(page, "phpbb3")
    assert hash(page.seen) == hash(page.truth)
    assert (
        Truth.from_json(page.seen.to_json()).posts[0].seen
        == page.seen.posts[0].seen
        == "ok\nal wrote: ↑\nFri Feb 16, 2024 9:01 pm\nokok\nok"
    )


def test_articles_are_seen_too() -> None:
    """The body of an article, where one element holds it; a ladder has a list of paragraphs, a forum posts."""
    page = render(Thread(Article("t", "al", paragraphs=("a", "b\nc")), (Post("d"),)), "reference")[0]

    assert (page.seen.seen, [post.seen for post in page.seen.posts]) == ("a\n\nb\nc", ["d"])
    assert with_body("strong", "ladder-br").seen.seen is with_body("strong", "phpbb3").seen.seen is UNSET


def test_a_post_without_a_body_shows_none() -> None:
    """What is left of a deleted comment in the old reddit has no text that could be seen."""
    (page,) = render(Thread(posts=(Post("a"), Post("b", 2))), "oldreddit", quirks=["tree.deleted-stub"])
    told = {post.status: post.seen for post in page.seen.posts}

    assert None in told.values()


def test_quirks_of_markup_are_not_seen() -> None:
    """What a quirk does to the markup changes nothing."""
    thread = Thread(posts=(Post("a b"),))
    plain, marked = (render(thread, "discuz", quirks=names)[0] for names in ((), ["inject.hidden"]))

    assert marked.html != plain.html
    assert marked.seen.posts == plain.seen.posts


def test_posts_that_the_skin_does_not_find_are_a_mistake() -> None:
    """A page with other posts than its truth says that, and where the skin has the selector."""
    page = render(Thread(posts=(Post("a"), Post("b"))), "phpbb3")[0]
    with pytest.raises(SkinError, match=r"phpbb3/skin\.toml: css of \[posts\] finds 3 posts on a page that shows 2"):
        with_seen(Truth(posts=page.truth.posts[1:]), page.html, load_skin("phpbb3"))


def test_the_command_line_adds_what_is_seen(tmp_path: Path) -> None:
    """``page --seen`` writes it into truth, to standard output as into files."""
    options = ("page", "--seed", "7", "--skin", "phpbb3", "--locale", "en", "--seen")
    told = json.loads(forgegen(*options, "--format", "truth").stdout)
    both = json.loads(forgegen(*options, "--format", "both").stdout)
    forgegen(*options, "-o", str(tmp_path / "p.html"))

    assert all(isinstance(post["seen"], str) for post in told["posts"])
    assert both["truth"] == told == json.loads((tmp_path / "p.truth.json").read_text("utf-8"))


@pytest.mark.outside
@pytest.mark.needs("chromium")
def test_the_cases_are_chromiums(tmp_path: Path) -> None:
    """Chromium gives what the quick test expects."""
    pages = {**{document(contents): text for contents, text in CASES.items()}, **AROUND}

    assert dict(zip(pages, shown_texts([*pages], "#e", tmp_path), strict=True)) == pages


@pytest.mark.outside
@pytest.mark.needs("chromium")
@pytest.mark.parametrize("skin", skin_names())
def test_every_skin_is_seen_as_in_chromium(skin: str, tmp_path: Path) -> None:
    """Each node, with much boilerplate and with none."""
    pages = [with_body(name, skin, noise="wild" if at % 2 else "none") for at, name in enumerate(EXAMPLES)]

    assert [seen_texts(page) for page in pages] == chromium_texts(pages, tmp_path)
