"""Pages: what is rendered is what the truth says, for generated and for hostile threads."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import extruct
import html5lib
import jinja2
import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from forgegen.errors import SkinError, UnknownName, UsageError
from forgegen.forms.date_forms import FORMS
from forgegen.generate.making import make_thread
from forgegen.model import Article, Author, Board, Local, Post, Thread, Truth, read_text
from forgegen.model import bodies as m
from forgegen.model.calendar import ZONES
from forgegen.pages.page import Page, render
from forgegen.reading.date_reader import read_date
from forgegen.reading.extraction import extract
from forgegen.rendering.displays import ATTRIBUTES, show_instant, show_local
from forgegen.rendering.encode import carried
from forgegen.rendering.look import GENERATOR
from forgegen.rendering.structured import json_ld
from forgegen.rendering.templating import (
    SkinEnvironment,
    foreign_environment,
    print_value,
    render_pieces,
    trusted_environment,
)
from forgegen.skins.loading import load_skin, skin_names, template_folders, template_of
from forgegen.skins.own_words import words_for
from tests.drawn import threads
from tests.test_readable import TEXT
from tests.tiers import amount, fuzz

pytestmark = pytest.mark.few("skin", "block")
SKINS = skin_names()


@pytest.mark.parametrize("block", range(20))
def test_extraction_gives_the_truth_of_2000_generated_threads(block: int) -> None:
    """Every page of 2,000 threads reads back to its truth, from bytes alone."""
    for index in range(100 * block, 100 * (block + 1)):
        for page in render(make_thread(11, index)):
            assert extract(page.body, page.skin) == page.truth, (index, page.number)


@pytest.mark.parametrize("skin", SKINS)
@given(thread=threads())
@fuzz(300)
def test_extraction_gives_the_truth_of_hostile_threads(skin: str, thread: Thread) -> None:
    """Whatever a post can hold, the page reads back to its truth."""
    for page in render(thread, skin):
        assert extract(page, skin) == page.truth


@pytest.mark.parametrize("skin", SKINS)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")))
def test_any_text_survives(skin: str, text: str) -> None:
    """Title, author, paragraph and post come back character for character, where the skin shows them and its
    encoding can carry them.
    """
    thread = Thread(Article(text, text, paragraphs=(text,)), (Post(text, author=Author(text)),))
    page = render(thread, skin)[0]
    truth, text = extract(page, skin), carried(text, page.encoding)

    assert truth == page.truth
    assert truth.title == text
    assert truth.paragraphs in ((text,), UNSET)
    assert {p.text for p in truth.posts} == {text}
    assert {p.author for p in truth.posts} <= {text, None}


@given(thread=threads())
@fuzz(40)
def test_the_other_standard_parser_sees_the_same_texts(thread: Thread) -> None:
    """html5lib finds the post texts that lexbor finds; no text becomes markup."""
    page = render(thread)[0]
    tree = html5lib.parse(_without_controls(page.html), namespaceHTMLElements=False)
    found = ["".join(_texts(p)) for p in tree.iter("p") if p.get("class") == "text"]

    assert found == [_without_controls(p.text or "") for p in page.truth.posts if isinstance(p.text, str)]
    assert len(list(tree.iter("script"))) == (2 if page.context.stated else 1)


def _without_controls(text: str) -> str:
    return re.sub(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]|[^\u0000-\uffff]", "\ufffd", text)


def _texts(element: Any) -> list[str]:
    parts = [element.text or ""]
    for child in element:
        parts += ["\n" if child.tag == "br" else "".join(_texts(child)), child.tail or ""]
    return parts


@pytest.mark.scaled
def test_the_fast_printer_makes_the_bytes_of_stock_jinja() -> None:
    """Every template renders the same with the stock code generator."""
    folders = tuple(map(str, template_folders()))
    stock = SkinEnvironment(folders, fast=False)

    assert trusted_environment(()).code_generator_class is not stock.code_generator_class
    for index in range(amount(6, 30)):
        for page in render(make_thread(5, index)):
            variables = {**msgspec.structs.asdict(page.context), "json_ld": json_ld(page.context)}
            assert stock.get_template(f"{page.skin}/thread.html").render(variables) == page.html


@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", skin_names())
def test_every_skin_is_printed_the_fast_way(skin: str) -> None:
    """Pages with bodies are printed by the fast generator alone, with the bytes of the stock one."""
    folders = tuple(map(str, template_folders()))
    fast, stock = SkinEnvironment(folders), SkinEnvironment(folders, fast=False)
    locale = words_for(skin)["locale"]
    for index in range(amount(4, 20)):
        for page in render(make_thread(6, index, locale=locale, profile="forum"), skin)[:2]:
            variables = {**msgspec.structs.asdict(page.context), "json_ld": json_ld(page.context)}
            path = template_of(skin, "thread.html")
            assert "".join(render_pieces(fast, path, variables)) == stock.get_template(path).render(variables)
    assert fast.slow == set()


@pytest.mark.parametrize(
    "source",
    [
        "{% macro m(a, b='<') %}{{ a }}{{ b }}{% endmacro %}{{ m('&') }}{{ m('1', 2) }}{{ m(a='x') }}{{ m(*['y']) }}",
        "{% macro m() %}{{ varargs|join }}{{ kwargs|length }}{% endmacro %}{{ m(1, 2) }}{{ m(x=1) }}",
        "{% macro m(a) %}<{{ a }}{{ caller(a) }}>{% endmacro %}{% call(x) m('&') %}{{ x }}!{% endcall %}",
        "{% macro m(n) %}{% if n %}{{ n }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(3) }}{{ m(m(0)|length) }}",
        "{% macro m(a) %}<b>{{ a }}{% endmacro %}{% autoescape false %}{{ m('<') }}{{ '<' }}{% endautoescape %}{{ m('<') }}",
        "{% macro m(a) %}{{ a }}{% endmacro %}{% set k %}{{ m('<') }}{% endset %}{{ k }}{{ m(k) }}{{ '%s'|format(m('<')) }}",
        "{{ 'a-b'.upper() }}{{ '{}'.format('<') }}{{ range(3)|list }}{{ ui.names[1] }}{{ ui.names[-1] }}{{ ui.of.x[0] }}",
        "{% for x in [1, 2] %}{% macro m(a) %}{{ a }}{% endmacro %}{{ m(x) }}{{ loop.cycle('<', '>') }}{% endfor %}",
    ],
)
def test_calls_mean_what_they_mean_in_jinja(source: str) -> None:
    """Macros with defaults, too many or named arguments, a caller, themselves within, and calls of what is no macro."""
    folders = tuple(map(str, template_folders()))
    given = {"ui": {"names": ["a", "<"], "of": {"x": ("y",)}}}
    fast, stock = (SkinEnvironment(folders, fast=fast).from_string(source) for fast in (True, False))

    assert fast.render(given) == stock.render(given)


@given(st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False)))
def test_values_print_as_jinja_prints_them(value: object) -> None:
    """Strings, numbers, booleans and None give stock Jinja's text."""
    assert str(print_value(value)) == jinja2.Environment(autoescape=True).from_string("{{ v }}").render(v=value)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{% set d = {'a': 1} %}{{ d.a }}", "1"),
        ("{% set d = {'a': {'b': '<'}} %}{{ d.a.b }}{{ d.items()|length }}", "&lt;1"),
        ("{{ 1 if ui.nothing is defined else 2 }}{{ ui.site }}", "2s"),
        ("{% macro m(ui) %}{{ ui.title() }}{% endmacro %}{{ m('a') }}", "A"),
        ("{% set n = namespace(x=1) %}{% set n.x = 2 %}{{ n.x }}", "2"),
    ],
)
def test_a_dot_means_what_it_means_in_jinja(tmp_path: Path, source: str, shown: str) -> None:
    """An attribute, else an item, else nothing; also where the fast way of asking fails, each time."""
    (tmp_path / "t.html").write_text(source, "utf-8")
    env = SkinEnvironment((str(tmp_path),))

    assert ["".join(render_pieces(env, "t.html", {"ui": {"site": "s"}})) for _ in range(2)] == [shown, shown]


def test_a_name_that_nothing_has_is_a_mistake(tmp_path: Path) -> None:
    """It is told with its line, whether the owner is a mapping or an object."""
    for owner in ("ui", "skin"):
        (tmp_path / f"{owner}.html").write_text(f"\n{{{{ {owner}.nothing }}}}", "utf-8")
        env = SkinEnvironment((str(tmp_path),))
        with pytest.raises(SkinError, match=rf"{owner}\.html:2: .*nothing"):
            render_pieces(env, f"{owner}.html", {"ui": {"lang": "en"}, "skin": load_skin("reference")})


def test_escaping_is_never_off() -> None:
    """No filter of skins marks a text as safe, and dice and placeholder text are refused."""
    env = trusted_environment(())

    assert "safe" not in env.filters
    with pytest.raises(SkinError, match="same seed"):
        env.from_string("{{ [1, 2] | random }}").render()


def test_an_imported_thread_shows_no_invented_times() -> None:
    """Without times there are no time elements for posts, no structured data, and nulls in the truth."""
    page = render(read_text(TEXT))[0]

    assert page.html.count("<time") == 1  # the latest reply, which the text has
    assert "application/ld+json" not in page.html
    assert "itemscope" not in page.html
    assert page.truth.published is None
    assert page.truth.observed is None
    assert {p.date for p in page.truth.posts} == {None}
    assert page.truth.last_reply is not None
    assert extract(page) == page.truth
    assert "Date" not in page.headers


def test_long_threads_have_pages_whose_truths_join_to_the_whole() -> None:
    """Above 100 floors there is a pager; posts keep their n, and parents on other pages are linked and named."""
    posts = tuple(Post(f"t{n}", 1 + (n % 3 != 1), Author("甲"), 1700000000 + n) for n in range(1, 251))
    thread = Thread(Article("长", "报", "", ("段",)), posts, Board("版"), 9, None, 1700000000, 1800000000, id=77)
    pages = render(thread)
    whole = Truth.join(p.truth for p in pages)

    assert [len(p.truth.posts) for p in pages] == [100, 100, 50]
    assert [p.n for p in whole.posts] == list(range(1, 251))
    assert pages[1].url.endswith("/77_2.html")
    assert pages[1].url in pages[0].html
    assert pages[1].truth.posts[1].parent == "c100"
    assert f'href="{pages[0].url}#c100"' in pages[1].html
    for page in pages:
        assert extract(page) == page.truth


def test_a_thread_of_great_depth_is_rendered_and_read_back() -> None:
    """3,000 levels break nothing."""
    thread = Thread(posts=tuple(Post("x", depth) for depth in range(1, 3001)))

    for page in render(thread):
        assert extract(page) == page.truth


@pytest.mark.scaled
def test_truths_fit_the_schema() -> None:
    """The JSON of a page's truth is valid by the shipped schema, and reads back."""
    validator = jsonschema.Draft202012Validator(Truth.schema())
    validator.check_schema(Truth.schema())
    for index in range(amount(3, 20)):
        truth = render(make_thread(4, index))[0].truth
        validator.validate(json.loads(truth.to_json()))
        assert Truth.from_json(truth.to_json()) == truth
        assert Truth.from_json(json.loads(truth.to_json())) == truth


def test_annotations_do_not_count_in_equality() -> None:
    """``X_actual`` is ignored by ==, ``X_shown`` is not."""
    assert Truth(views=1, views_actual=2) == Truth(views=1)
    assert not Truth(views=1, views_actual=2) != Truth(views=1)  # noqa: SIM202 - both operators are promised
    assert hash(Truth(views=1, views_actual=2)) == hash(Truth(views=1))
    assert Truth(views=1, views_shown="一") != Truth(views=1)
    assert Truth(title=None) != Truth()


CHANGES = [1710064800, 1730624400, 1711846800, 1729990800]  # of the clocks, in 2024


@given(
    st.integers(-(10**11), 10**12)
    | st.builds(lambda at, by: at + by, st.sampled_from(CHANGES), st.integers(-9999, 9999)),
    st.sampled_from(sorted(FORMS)),
    st.sampled_from(sorted(ZONES)),
    st.sampled_from([*ATTRIBUTES, "utc"]),
    st.none() | st.integers(0, 10**9),
)
def test_dates_read_as_they_are_shown(instant: int, form: str, zone: str, attribute: str, later: int | None) -> None:
    """Display and attribute of any instant tell the same truth that made them, whatever form they have."""
    observed = None if later is None else instant + later
    shown = show_instant(instant, zone, form, attribute, observed)

    assert shown is not None
    assert read_date(shown.shown, shown.attribute, form, observed) == shown.truth


def test_a_page_says_that_it_is_synthetic_unless_told_not_to() -> None:
    """The generator meta tag stands by default."""
    thread = make_thread(1, 1)

    assert f'<meta name="generator" content="{GENERATOR}">' in render(thread)[0].html
    assert "forgegen" not in render(thread, generator=False)[0].html


def test_pages_evaluate_from_their_repr() -> None:
    """The repr of a page is an expression for it."""
    page = Page(Thread(posts=(Post("x"),)), generator=False)
    names = {
        "Page": Page,
        "Thread": Thread,
        "Post": Post,
        "Article": Article,
        "Author": Author,
        "Board": Board,
        "Local": Local,
    }

    assert repr(page) == "Page(Thread(posts=(Post(text='x'),)), generator=False)"
    assert eval(repr(page), names) == page
    assert hash(eval(repr(page), names)) == hash(page)


def test_wrong_names_are_answered_with_the_nearest() -> None:
    """Skins, quirks and pages that do not exist are errors that say what would be right."""
    thread = Thread()

    with pytest.raises(UnknownName, match=r"Unknown skin 'referense'\. Did you mean 'reference'\?"):
        render(thread, "referense")
    with pytest.raises(UnknownName, match=r"Unknown quirk 'floor\.gapp'\. Did you mean 'floor\.gap'"):
        render(thread, quirks=["floor.gapp"])
    with pytest.raises(UsageError, match="page 2 of a thread with 1"):
        Page(thread, number=2)


def _google(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Check what Google requires of a posting or comment; give its comments, all levels."""
    assert node["author"]["name"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d\d:\d\d", node["datePublished"])
    assert node["text"]
    found = []
    for comment in node.get("comment", []):
        assert comment["@type"] == "Comment"
        found += [comment, *_google(comment)]
    return found


@pytest.mark.parametrize("index", range(40))
def test_structured_data_agrees_with_the_truth(index: int) -> None:
    """JSON-LD is valid by Google's rules and states the page's posts and tree; microdata states the same."""
    page = render(make_thread(21, index))[0]
    data = extruct.extract(page.html, base_url=page.url, syntaxes=["json-ld", "microdata"])
    (posting,) = data["json-ld"]
    comments = _google(posting)
    truth = {p.id: p for p in page.truth.posts}
    tree = _edges(posting["comment"], None) if "comment" in posting else {}

    assert posting["@type"] == "DiscussionForumPosting"
    assert posting["headline"] == page.truth.title
    assert posting["text"] == "\n".join(page.thread.article.paragraphs)
    assert [s["userInteractionCount"] for s in posting["interactionStatistic"]] == [
        page.truth.views,
        page.truth.comment_count,
    ]
    assert len(comments) == len(truth)
    for comment in comments:
        post = truth[comment["url"].split("#")[1]]
        assert (comment["text"], comment["author"]["name"]) == (post.text, post.author)
        assert comment["interactionStatistic"]["userInteractionCount"] == post.likes
    assert tree == {p.id: p.parent for p in page.truth.posts}
    (item,) = [m for m in data["microdata"] if m["type"] == "https://schema.org/DiscussionForumPosting"]
    assert _micro(item) == _shape(posting)


@pytest.mark.parametrize("skin", ["xenforo2", "reference"])
def test_structured_data_names_what_bodies_show(skin: str) -> None:
    """JSON-LD states the text of a body, its images in full but for those that hold their data, and the pages it shares."""
    drawn = m.Image("data:image/gif;base64,R0lGODlhAQABAAAAADs=")
    text = m.Paragraph(("see ", m.Link("/a", ("this",)), " ", m.Image("/b.png", "b"), m.Image("/b.png"), drawn))
    quote = m.Quote((m.Paragraph(("old ", m.Image("/old.png"))),))
    body = (quote, text, m.Code("x = 1"), m.Unfurl("https://x.example/?a=1&b=2", "T"))
    thread = Thread(Article("t", "al", body=body), (Post(body=body, time=10**9),), published=10**9, observed=10**9 + 9)
    page = render(thread, skin)[0]
    (posting,) = extruct.extract(page.html, base_url=page.url, syntaxes=["json-ld"])["json-ld"]
    host = page.url.split("/")[2]

    for node in (posting, posting["comment"][0]):
        assert datetime.fromisoformat(node["datePublished"]).tzinfo is not None
        assert node["author"]["name"] == "al"
        assert node["image"] == [f"https://{host}/b.png"]
    assert posting["comment"][0]["text"] == page.truth.posts[-1].text
    if skin == "xenforo2":
        shared = [{"@type": "WebPage", "url": "https://x.example/?a=1&b=2", "headline": "T"}]
        assert posting["sharedContent"] == posting["comment"][0]["sharedContent"] == shared


def _edges(comments: list[dict[str, Any]], parent: str | None) -> dict[str, str | None]:
    edges: dict[str, str | None] = {}
    for comment in comments:
        name = comment["url"].split("#")[1]
        edges[name] = parent
        edges |= _edges(comment.get("comment", []), name)
    return edges


def _shape(node: dict[str, Any]) -> Any:
    """Author, time and, below, the comments: what JSON-LD and microdata must both state."""
    return node["author"]["name"], node["datePublished"], [_shape(c) for c in node.get("comment", [])]


def _micro(item: dict[str, Any]) -> Any:
    properties = item["properties"]
    comments = properties.get("comment", [])
    comments = comments if isinstance(comments, list) else [comments]
    return properties["author"]["properties"]["name"], properties["datePublished"], [_micro(c) for c in comments]


def test_a_skin_of_ones_own_is_found_and_its_mistakes_are_named(tmp_path: Any) -> None:
    """A folder of skins may be given; a wrong name in a template is an error with file and line."""
    own = tmp_path / "mine"
    own.mkdir()
    text = (template_folders()[0] / "reference" / "skin.toml").read_text("utf-8")
    text = re.sub(r"(?m)^uis = .*\n", "", text)
    (own / "skin.toml").write_text(text, "utf-8")
    (own / "thread.html").write_text("<p>\n{{ titel }}</p>", "utf-8")
    page = render(Thread(), "mine", templates=[tmp_path])[0]

    assert "mine" in skin_names([tmp_path])
    with pytest.raises(SkinError, match=r"thread\.html:2: titel is unknown. Did you mean 'title'\?"):
        _ = page.html
    (own / "thread.html").write_text("<p>\n{{ title }}\n{% if %}</p>", "utf-8")
    foreign_environment.cache_clear()
    with pytest.raises(SkinError, match=r"thread\.html:3: "):
        _ = render(Thread(), "mine", templates=[tmp_path])[0].html
    (own / "skin.toml").write_text(text.replace('kind = "article"', 'kind = "blog"'), "utf-8")
    load_skin.cache_clear()
    with pytest.raises(SkinError, match=r"skin\.toml:2: .*blog"):
        render(Thread(), "mine", templates=[tmp_path])


@pytest.mark.parametrize("form", FORMS)
def test_a_skipped_hour_is_shown_in_every_form(form: str) -> None:
    """A local time that has no instant is shown in words all the same, and what they tell is no instant."""
    date = show_local(Local("2024-03-10T02:30"), form)

    assert date is not None
    assert date.shown
    assert date.truth.shown == date.shown
    assert date.truth.instant is None
