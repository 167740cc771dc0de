"""Bodies: canonical form, JSON, what readers want of them, and pages that are read back with the tree."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from msgspec import UNSET
from msgspec.structs import replace

import forgegen.model.bodies as m
from forgegen.corpus import arrow
from forgegen.corpus.rows import Row
from forgegen.corpus.spec import RowChoice
from forgegen.errors import SkinError
from forgegen.model import body_views
from forgegen.model.bodies import Attachment, Code, Image, ItemList, Link, Paragraph, Quote, Smiley, Strong, Table
from forgegen.model.date_truth import DateTruth
from forgegen.model.thread import Article, Author, Odd, Post, Thread
from forgegen.model.truth import Truth
from forgegen.pages.page import render
from forgegen.pages.witness import witness_of
from forgegen.quirks.catalogue import QUIRKS
from forgegen.reading.comparison import truth_differences
from forgegen.reading.extraction import extract
from forgegen.skins.loading import load_skin, skin_names
from forgegen.strategies import bodies
from forgegen.strategies.domain import domain_of
from forgegen.strategies.drawn_bodies import Body
from forgegen.strategies.post_rows import bodies as drawn_rows
from tests.readers import read
from tests.tiers import fuzz

BODIED = tuple(name for name in skin_names() if "body" in load_skin(name).post)
TIME = 1708146060


def paragraph(*kids: Any) -> Paragraph:
    """A paragraph of these inlines."""
    return Paragraph(kids)


def posts() -> st.SearchStrategy[Post]:
    """Posts of which most have a body."""
    body = st.one_of(st.just(()), bodies(), bodies(), bodies())
    author = st.none() | st.sampled_from((Author("al"), Author("Ann Lee", "A"), Author("<b>")))
    return st.builds(lambda body, author: Post("ok", 1, author, TIME, None, body=body), body, author)


@st.composite
def bodied_threads(draw: st.DrawFn) -> Thread:
    """Threads with drawn bodies in the article and in posts, each post an answer to the one before or to the article."""
    rows = draw(st.lists(st.tuples(posts(), st.booleans()), min_size=1, max_size=4))
    found: list[Post] = []
    for post, deeper in rows:
        depth = found[-1].depth + 1 if deeper and found else 1
        found.append(Post(post.text, depth, post.author, TIME + len(found), None, body=post.body))
    article = Article("t", "al", body=draw(bodies()))
    return Thread(article, tuple(found), published=TIME, observed=TIME + 10**6, locale="en")


def differences(expected: Truth, found: Truth) -> list[str]:
    """How two truths differ."""
    return [str(difference) for difference in truth_differences(expected, found)]


def test_doctests() -> None:
    """The examples in the docstrings hold."""
    for module in (m, body_views):
        assert doctest.testmod(module).failed == 0


@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", BODIED)
@fuzz(80)  # a skin; a thread shows some twenty nodes, and the skins share most of their macros
@given(thread=bodied_threads())
def test_the_tree_is_read_back(skin: str, thread: Thread) -> None:
    """Extracting a rendered page gives its truth, the trees of its bodies included."""
    for page in render(thread, skin):
        assert differences(page.truth, extract(page, skin)) == []


@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", BODIED)
@pytest.mark.parametrize("reader", ["html5lib", "lxml"])
@fuzz(24)
@given(thread=bodied_threads())
def test_other_parsers_read_the_same_tree(reader: str, skin: str, thread: Thread) -> None:
    """What html5lib and lxml make of a page gives the same trees by the same selectors."""
    for page in render(thread, skin, noise="none"):
        assert differences(page.truth, read(reader, page)) == []


@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", skin_names())
@fuzz(40)
@given(thread=bodied_threads())
def test_every_skin_shows_bodies(skin: str, thread: Thread) -> None:
    """A skin that has no bodies shows their text, and truth says so."""
    for page in render(thread, skin, noise="none"):
        assert differences(page.truth, extract(page, skin)) == []


@fuzz(300)
@given(body=bodies())
def test_bodies_have_one_form(body: tuple[m.Block, ...]) -> None:
    """JSON, repr and the constructors give back the canonical form; the text of a post with a body is the body's."""
    post = Post(body=body)
    thread = Thread(Article(body=body), (post,))

    assert m.blocks_from_json(m.blocks_to_json(post.body)) == post.body
    assert Thread.from_json(thread.to_json()) == thread
    assert eval(repr(post), vars(m) | {"Post": Post, "Author": Author}) == post
    assert Post(post.text, body=post.body) == post


@fuzz(300)
@given(body=bodies())
def test_places_are_those_of_the_text(body: tuple[m.Block, ...]) -> None:
    """What a list says stands at its place in the text."""
    view = body_views.view_of(Post(body=body).body)
    for link in view.links:
        assert view.text[link.start : link.end] == link.text
    for code in view.code:
        assert view.text[code.start : code.end] == code.text
    for mention in view.mentions:
        assert view.text[mention.start : mention.end] == f"@{mention.name}"


def test_bodies_shrink_to_ok() -> None:
    """The smallest body is a paragraph that says ok; the smallest with code is code alone."""
    small = settings(database=None, max_examples=2000, phases=(Phase.generate, Phase.shrink))

    assert find(bodies(), lambda body: True, settings=small) == (paragraph("ok"),)
    assert find(bodies(), lambda body: any(isinstance(b, Code) for b in body), settings=small) == (Code("x = 1"),)


@pytest.mark.every
def test_pages_draw_nodes_within_nodes() -> None:
    """Where any shapes and readers by the standard are asked for, posts hold bodies at any depth; the smallest with a
    list in a quotation says nothing else. Without that pages have nodes one level deep."""
    few = settings(max_examples=3000, phases=[Phase.generate, Phase.shrink], database=None, derandomize=True)

    def is_deep(row: Body) -> bool:
        quotes = [block for block in row.inside if isinstance(block, Quote)]
        return any(isinstance(block, ItemList) for quote in quotes for block in quote.blocks)

    found = find(drawn_rows(domain_of(None, (), "html5", "any")), is_deep, settings=few)
    (quote,) = found.inside
    assert isinstance(quote, Quote)
    assert quote.blocks == (ItemList(((paragraph("ok"),),)),)
    with pytest.raises(NoSuchExample):
        find(drawn_rows(domain_of(None, ())), is_deep, settings=settings(few, max_examples=200))


def test_plain_bodies_are_none() -> None:
    """A body of plain paragraphs is the text alone, an empty line between them."""
    assert Post(body=(paragraph("a"), paragraph("b\nc"))) == Post("a\n\nb\nc")
    assert Article(body=(paragraph("a"), paragraph("b"))) == Article(paragraphs=("a", "b"))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ((paragraph("a ", Image("/b.png"), " c"),), "a c"),
        ((paragraph("a ", Smiley(":)"), m.Emoji("👋")),), "a :)👋"),
        ((Code(" x\n\n  y "), paragraph("z")), " x\n\n  y \n\nz"),
        ((Table(((("a",), ("b",)), (("c",), ()))),), "a\tb\nc\t"),
        ((ItemList(((paragraph("a"),), (paragraph("b"), ItemList(((paragraph("c"),),))))),), "a\nb\nc"),
        ((Quote((paragraph("q"),), "al"), paragraph("a", Image("/b.png"))), "a"),
        ((m.Spoiler((paragraph("a"),), "t"),), "a"),
        ((paragraph("a"), m.Attachment("b.zip"), m.Media("youtube", "k"), m.Rule(), paragraph("c")), "a\n\nc"),
        ((m.Unfurl("/u", "Title", "excerpt"),), "Title"),
        ((m.Figure("/b.png", "alt", "caption"),), ""),
        ((paragraph(m.Mention("al"), " ", m.Hashtag("t"), " ", m.Email("a@b.c")),), "@al #t a@b.c"),
        ((m.Poll("q", (m.PollOption("a"),)),), ""),
    ],
)
def test_text_has_one_rule_a_node(body: tuple[m.Block, ...], text: str) -> None:
    """What the table in docs/bodies.md says of each node."""
    assert Post(body=body).text == text


def test_quotes_are_listed_with_what_they_quote() -> None:
    """A quotation within another comes after it, one level deeper, and its text is not that of the outer one."""
    body = (Quote((Quote((paragraph("in"),), "bo"), paragraph("out")), "al"), paragraph("a"))
    quotes = body_views.view_of(body).quotes

    assert [(q.text, q.author, q.level, q.start) for q in quotes] == [("out", "al", 1, 0), ("in", "bo", 2, 0)]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Post("b", body=(paragraph("a"),)), "text is 'b'; the body makes it 'a'"),
        (lambda: paragraph("a\0"), "NUL at character 1"),
        (lambda: m.Heading(("a",), 7), "level cannot be 7"),
        (lambda: m.Styled(("a",), size=8), "size cannot be 8"),
        (lambda: m.Styled(("a",), "red; x"), "colour cannot be 'red; x'"),
        (lambda: Post(body=(nested(40),)), "nests deeper than 32 levels"),
    ],
)
def test_wrong_bodies_are_refused(make: Any, message: str) -> None:
    """The error names the value and what would be right."""
    with pytest.raises(ValueError, match=message):
        make()


def nested(depth: int) -> m.Block:
    """Quotations within one another."""
    found: m.Block = paragraph("a", Strong(("b",)))
    for _ in range(depth):
        found = Quote((found,))
    return found


def test_what_a_skin_cannot_carry_falls_back() -> None:
    """Hacker News has neither tables nor spoilers: its members write lines."""
    body = (Table(((("a",), ("b",)),)), m.Spoiler((paragraph(Link("https://x.example/", ("see",))),)))
    page = render(Thread(posts=(Post(body=body),)), "hackernews")[0]

    assert page.truth.posts[-1].text == "a | b\n\nsee https://x.example/"


@pytest.mark.parametrize("skin", ["discuz", "phpbb3", "smf2", "vbulletin5", "invision4"])
@pytest.mark.parametrize(("right", "wrong"), [("#b83131", "两元"), ("#b83131", "{x"), ("7", "9"), ("7", "99999")])
def test_what_is_no_colour_or_size_is_none(skin: str, right: str, wrong: str) -> None:
    """A value that no browser takes leaves the words as they are; the page is read on."""
    body = (paragraph("a ", m.Styled(("b",), "#b83131"), " ", m.Styled(("c",), "", 7)),)
    page = render(Thread(posts=(Post(body=body),), locale="en"), skin)[0]
    html = re.sub(
        rf"""(<(?:font|span)[^>]*)\b{re.escape(right)}(?=["; ])|(<font size=")7""",
        lambda f: (f[1] or f[2]) + wrong,
        page.html,
    )

    assert extract(page.html, skin) == page.truth
    assert [post.text for post in extract(html, skin).posts] == [post.text for post in page.truth.posts]


@pytest.mark.parametrize("skin", ["discourse", "discourse-app"])
def test_discourse_names_smileys_and_emoji(skin: str) -> None:
    """Discourse shows both as images whose ``alt`` is the emoji's name; what it has no name for stays text."""
    body = (paragraph("a ", Smiley(":)"), " ", m.Emoji("👋"), " ", Smiley("[微笑]"), " ", Smiley(":wave:")),)
    page = render(Thread(posts=(Post(body=body),)), skin)[0]

    assert page.truth.posts[-1].text == "a :slight_smile: :wave: [微笑] :wave:"
    assert page.html.count('class="emoji"') == 3
    assert extract(page, skin) == page.truth


def test_old_reddit_strikes_through() -> None:
    """What is struck through on the old reddit is ``del``."""
    body = (paragraph("a ", m.Strike(("b",))),)
    page = render(Thread(posts=(Post(body=body),)), "oldreddit")[0]

    assert "<del>b</del>" in page.html
    assert extract(page, "oldreddit").posts[-1].body == page.truth.posts[-1].body == body


@pytest.mark.parametrize("skin", ["hackernews", "ptt"])
def test_engines_that_find_addresses_in_text_link_nothing_else(skin: str) -> None:
    """A link says its address, behind its words; what is no address of the web stays text."""
    body = (paragraph(Link("https://x.example/", ("see",)), " ", Link("/b", ("c",))),)
    page = render(Thread(posts=(Post(body=body),)), skin)[0]
    links = page.truth.posts[-1].links
    assert links is not UNSET

    assert page.truth.posts[-1].text == "see https://x.example/ c /b"
    assert [(link.address, link.text) for link in links] == [("https://x.example/", "https://x.example/")]
    assert extract(page, skin) == page.truth


@pytest.mark.parametrize(("dates", "age", "precision"), [("stock", 10**6, "minute"), ("relative", 4000, None)])
def test_the_date_of_a_quotation_tells_no_more_than_the_page(dates: str, age: int, precision: str | None) -> None:
    """A date that stands as text alone in the header of a plain post's quotation has no instant; "Today" tells no day."""
    posts = (Post("a", 1, Author("al"), TIME), Post("b", 2, Author("bo"), TIME))
    page = render(Thread(posts=posts, published=TIME, observed=TIME + age), "phpbb3", settings={"dates": dates})[0]
    quotes = page.truth.posts[-1].quotes
    assert quotes is not UNSET
    assert isinstance(quotes[0].date, DateTruth)

    assert (quotes[0].author, quotes[0].date.precision, quotes[0].date.instant) == ("al", precision, None)
    assert extract(page, "phpbb3") == page.truth


@pytest.mark.parametrize("quirk", ["body.image-lazy", "body.image-noscript"])
@pytest.mark.parametrize("skin", ["reference", "phpbb3", "xenforo2"])
def test_pictures_that_are_loaded_late_are_read_once(skin: str, quirk: str) -> None:
    """A picture's address is that of the picture and not of the pixel in its place; its twin is none of its own."""
    thread = Thread(posts=(Post(body=(paragraph("a ", Smiley(":)"), Image("/uploads/a.png", "b", 4, 3)),)),))
    page = render(thread, skin, quirks=[quirk])[0]
    told = page.truth.posts[-1].images

    assert quirk in page.quirks
    assert [image.address for image in told] == ["/uploads/a.png"]  # type: ignore[union-attr]
    assert '"/uploads/a.png"' in page.html
    assert extract(page, skin) == page.truth == render(thread, skin)[0].truth


@pytest.mark.parametrize("skin", ["discuz", "discuz-touch"])
@pytest.mark.parametrize("post", [Post("a\nb"), Post("a"), Post(body=(Quote((paragraph("c\nd"),)), Code("x\ny")))])
def test_what_a_style_hides_is_not_read(skin: str, post: Post) -> None:
    """Signs that people do not see are in the page and not in the truth, whatever the post holds."""
    page = render(Thread(posts=(post,)), skin, quirks=["inject.hidden"])[0]

    assert "inject.hidden" in page.quirks
    assert page.truth == extract(page, skin) == render(Thread(posts=(post,)), skin)[0].truth


def test_old_reddit_says_how_many_comments_it_left_out() -> None:
    """A comment whose mark counts more replies than stand below it ends in a stub that is no post."""
    cut = witness_of(QUIRKS["tree.replies-cut"], "oldreddit")
    stubs = re.findall(r"load more comments<span[^>]*>&nbsp;\((\d+) repl", cut.html)

    assert stubs == ["10"]
    assert extract(cut, "oldreddit") == cut.truth
    assert "morechildren" not in render(replace(cut.thread, posts=(Post(),) * 3), "oldreddit")[0].html


SIZED = [(skin, ui) for skin in ("phpbb3", "xenforo2", "smf2", "discuz") for ui in load_skin(skin).uis]
sizes = st.none() | st.integers(0, 4 * 10**9) | st.sampled_from([0, 1, 1023, 1024, 12_600, 1_048_575, 1_048_576])


@pytest.mark.few("skin", "ui")
@pytest.mark.parametrize(("skin", "ui"), SIZED)
@fuzz(40)
@given(number=sizes, downloads=st.none() | st.integers(0, 99))
def test_sizes_of_files_are_told_as_they_are_shown(
    skin: str, ui: str, number: int | None, downloads: int | None
) -> None:
    """A page tells a size as closely as its engine rounds it, with and without a number of downloads beside it."""
    body = (paragraph("a"), Attachment("a 1.zip", number, "application/zip", downloads))
    page = render(Thread(posts=(Post(body=body),)), skin, ui=ui, noise="none")[0]
    (told,) = page.truth.posts[-1].attachments  # type: ignore[misc]

    assert extract(page, skin) == page.truth
    assert told.downloads == downloads
    assert (told.bytes is None) == (number is None)
    unit = max(1024**power for power in range(4) if 1024**power <= max(number or 0, 1))
    decimals = 1 if skin == "xenforo2" else 2
    assert abs((told.bytes or 0) - (number or 0)) <= max(6, unit / 2 / 10**decimals + 1)


HEADS = [
    (skin, ui, dates)
    for skin in ("invision4", "smf2")
    for ui in load_skin(skin).uis
    for dates in (load_skin(skin, (), ui).settings["dates"].values if skin == "smf2" else (None,))
]


@pytest.mark.parametrize(("skin", "ui", "dates"), HEADS)
def test_heads_of_quotations_tell_author_and_date(skin: str, ui: str, dates: str | None) -> None:
    """Whom and when a quotation quotes is told apart in one line of words, in any form of the board's dates, whatever
    the name, above plain posts and in bodies."""
    chosen = {"dates": dates} if dates else {}
    for name in ("al", "x on y", "am on on", "a, b said:"):
        inner = Quote((paragraph("c"),), author=name, date=TIME, post=1)
        body = (Quote((paragraph("b"), inner), author="q"), paragraph(Strong(("x",))))
        asked = Post("a", 1, Author(name), TIME, odd=Odd(date="han"))
        posts = (asked, Post("b", 2, Author("bo"), TIME + 60), Post(body=body), Post("d", 1, None, TIME + 70))
        thread = Thread(posts=(*posts, Post("e", 2, Author("cy"), TIME + 80)), published=TIME - 9, observed=TIME + 900)
        page = render(thread, skin, ui=ui, settings=chosen)[0]
        plain, outer, nested, gone = [q for p in page.truth.posts for q in p.quotes]  # type: ignore[union-attr]

        assert extract(page, skin) == page.truth
        assert [plain.author, outer.author, nested.author, gone.author] == [name, "q", name, None]
        assert plain.date == nested.date
        assert outer.date is None
        assert all(isinstance(q.date, DateTruth) and q.date.shown in page.html for q in (plain, nested, gone))


@pytest.mark.parametrize("skin", ["smf2", "vbulletin5"])
@pytest.mark.parametrize("header", [True, False])
def test_heads_of_tables_without_th(skin: str, header: bool) -> None:
    """Where an engine has no cells of headers, the skin's selector says whether a table has a head."""
    body = (Table(((("a",), ()), (("c",), ("d",))), header=header),)
    page = render(Thread(posts=(Post(body=body),)), skin)[0]

    assert "<th" not in page.html
    assert page.truth.posts[-1].body == extract(page, skin).posts[-1].body == body


def test_arrow_keeps_bodies_as_json() -> None:
    """In Parquet a body is JSON text, null for a plain post, and the lists are structs."""
    body = (paragraph("a ", Link("/b", ("c",))), Code("x\n y"))
    page = render(Thread(Article(body=body), (Post(body=body), Post("plain"))), "xenforo2")[0]
    row = Row(0, RowChoice("xenforo2", "en", "forum", "utf-8", ()), page, "all", opens=True)
    truth = arrow.page_batch([row], arrow.page_schema(("truth",))).to_pylist()[0]["truth"]

    assert m.blocks_from_json(truth["posts"][1]["body"]) == page.truth.posts[1].body
    assert truth["posts"][2]["body"] is None
    assert truth["posts"][1]["links"] == [{"address": "/b", "text": "c", "start": 2, "end": 3}]
    assert truth["posts"][1]["code"][0]["text"] == "x\n y"


SKIN = """base = "xenforo2"
[body.link]
css = ".bbWrapper a.link"
address = { css = "", attr = "href" }
"""


@pytest.mark.parametrize(
    ("line", "instead", "message"),
    [
        ("[body.link]", "[body.lnik]", "skin.toml:2: unknown node 'lnik' in [body]. Did you mean 'link'?"),
        ("address = {", "adress = {", "skin.toml:4: unknown key 'adress' in [body.link]. Did you mean 'address'?"),
        ('css = ".bbWrapper a.link"', 'css = "a["', "'link.css' in [body] is 'a[', which is no CSS selector"),
        ('attr = "href"', "attr = 1", "skin.toml:4: 'link.address.attr' in [body]: expected str | null, got int"),
        ('css = ".bbWrapper a.link"', "inside = 1", "skin.toml:3: 'link.inside' in [body]: expected str, got int"),
    ],
)
def test_mistakes_in_body_tables(tmp_path: Path, line: str, instead: str, message: str) -> None:
    """A mistake in ``[body]`` is one error with file, line and the nearest name."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "skin.toml").write_text(SKIN.replace(line, instead), "utf-8")
    with pytest.raises(SkinError) as told:
        render(Thread(), "mine", templates=[tmp_path])

    assert message in str(told.value)


def test_a_template_of_ones_own_writes_no_bodies_unasked(tmp_path: Path) -> None:
    """A skin that inherits ``[body]`` with its own ``thread.html`` shows text, until it says ``[body]`` itself."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thread.html").write_text("{% extends 'xenforo2/thread.html' %}", "utf-8")
    thread = Thread(posts=(Post(body=(paragraph(Strong(("a",))),)),))
    bodies_of = []
    for toml in ('base = "xenforo2"\n', 'base = "xenforo2"\n[body]\n'):
        (mine / "skin.toml").write_text(toml, "utf-8")
        load_skin.cache_clear()
        bodies_of.append(render(thread, "mine", templates=[tmp_path])[0].truth.posts[-1].body)

    assert bodies_of == [UNSET, (paragraph(Strong(("a",))),)]
