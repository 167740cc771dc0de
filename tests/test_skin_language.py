"""What ``skin.toml`` can say of a site of one's own: each with an invented skin that shows it and is read back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from forgegen.cli.main import cli
from forgegen.errors import SkinError, UsageError
from forgegen.forms.layouts import as_form, count_form, date_form, mistakable
from forgegen.forms.names import languages
from forgegen.generate.making import make_thread
from forgegen.model.calendar import ZONES
from forgegen.model.thread import Article, Author, Post, Thread
from forgegen.model.truth import Truth
from forgegen.pages.page import render
from forgegen.reading.date_reader import read_date
from forgegen.reading.extraction import extract
from forgegen.reading.lists import extract_list
from forgegen.rendering.displays import show_instant
from forgegen.rendering.number_texts import count_writer
from forgegen.skincheck.skin_check import check_skin
from tests.tiers import amount

BASE = """title = "invented"
kind = "{kind}"
locale = "en"
profile = "forum"
order = "{order}"
posts_per_page = 5
encodings = ["utf-8"]
anchor = "m{n}"
attribute = "{attribute}"
rich = {rich}
{top}
[urls]
host = "https://invented.example"
thread = "/t/{id}"
thread_page = "/t/{id}/{page}"
board = "/b/{board}"
board_page = "/b/{board}/{page}"
user = "/u/{uid}"

[dates]
published = {date}
last_reply = "dash"
observed = "dash"
post = {date}

[forms]
views = {views}
comments = "digits"
floor = {floor}
replies = "digits"
likes = "digits"

[page]
title = { css = "h1" }
views = { css = ".views"{viewed} }

[posts]
css = "{posts}"
{more}
[post]
n = {number}
id = { css = "", attr = "id" }
author = { css = ".who" }
text = { css = ".text" }
date = {dated}
"""
WORDS = {
    "kind": "article", "order": "tree", "attribute": "none", "rich": "false", "top": "", "date": '"dash-clock"',
    "views": '"digits"', "floor": '"digits"', "viewed": "", "posts": ".post", "more": "",
    "number": '{ css = "", attr = "id", pattern = "^m(\\\\d+)$" }', "dated": '{ css = "time", form = "dash-clock" }',
}  # fmt: skip
HEAD = """<!DOCTYPE html><html lang="en"><head><meta charset="{{ encoding }}"><title>{{ title }}</title>
{% if generator %}<meta name="generator" content="{{ generator }}">{% endif %}</head><body>
<h1>{{ title|lines }}</h1><b class="views">{{ views_text }}</b>
"""
FOOT = """{% for link in links %}{% if link.url %}<a href="{{ link.url }}">{{ link.number }}</a>{% else %}<b class="here">{{ link.number }}</b>{% endif %}{% endfor %}
</body></html>"""
WHO = "{% if post.author is not none %}<a class='who' href='#'>{{ post.author|lines }}</a>{% endif %}"
WHEN = "{% if post.date %}<time>{{ post.shown }}</time>{% endif %}"
TEXT = "{% if not post.odd or post.odd.status != 'deleted' %}<p class='text'>{{ post.text|lines }}</p>{% endif %}"
ROW = f'<div class="post" id="{{{{ post.id }}}}">{WHO}{WHEN}{TEXT}</div>'
BOARD = """<p>{{ board.name }}</p><table>{% for thread in threads %}<tr class="row"><td><a class="subject" href="{{ thread.url }}">{{ thread.title|lines }}</a></td>
<td class="by">{{ thread.author|lines if thread.author is not none else '' }}</td><td>{{ thread.replies_text }} answers</td>
<td>{% if thread.last %}last: <i>{{ thread.last.shown }}</i>{% endif %}</td></tr>{% endfor %}</table>"""
INDEX = """<ul>{% for board in boards %}<li><a href="{{ board.url }}">{{ board.name|lines }}</a> <b>{{ board.threads }}</b></li>{% endfor %}</ul>"""
PAGER = '{% for link in links %}{% if link.url %}<a href="{{ link.url }}">{{ link.number }}</a>{% endif %}{% endfor %}'


def skin(folder: Path, row: str = ROW, extra: str = "", head: str = HEAD, **words: str) -> Path:
    """A skin ``invented`` whose posts are written by this piece of template; ``extra`` ends its skin.toml."""
    text = re.sub(r"\{(\w+)\}", lambda m: {**WORDS, **words}.get(m[1], m[0]), BASE)
    mine = folder / "invented"
    mine.mkdir(parents=True, exist_ok=True)
    (mine / "skin.toml").write_text(text + extra, "utf-8")
    rows = f"{{% for post in posts %}}\n{row}\n{{% endfor %}}\n"
    (mine / "thread.html").write_text(head + rows + FOOT, "utf-8")
    top = HEAD.replace('<h1>{{ title|lines }}</h1><b class="views">{{ views_text }}</b>', "")
    (mine / "board.html").write_text(top.replace("{{ title }}", "b") + BOARD + PAGER + "</body></html>", "utf-8")
    (mine / "index.html").write_text(top.replace("{{ title }}", "i") + INDEX + "</body></html>", "utf-8")
    return folder


def well(folder: Path, examples: int = amount(12, 40)) -> None:
    """Nothing is wanting in the skin."""
    report = check_skin("invented", templates=[folder], examples=examples)

    assert report.findings == []


def first(folder: Path, thread: Thread) -> tuple[str, Truth]:
    """The first page of a thread, and its truth as it is read back."""
    page = render(thread, "invented", templates=[folder])[0]
    read = extract(page, "invented")

    assert read == page.truth
    return page.html, read


def a_thread(*posts: Post, **article: Any) -> Thread:
    """A thread of an evening in March 2020, 20:05:09 in Pacific time."""
    times = [Post(p.text, p.depth, author=p.author, time=1_583_294_709 + 60 * n) for n, p in enumerate(posts)]
    return Thread(
        Article("A title", "ann", "", ("words",)), tuple(times), published=1_583_294_000, observed=1_600_000_000
    )


IN_PLACE = [
    ('"{d:02d}.{mo:02d}.{y}, {h:02d}:{mi:02d}"', "03.03.2020, 20:05"),
    ('"{month} {nth}, {y} {h12}:{mi:02d}{ampm}"', "March 3rd, 2020 8:05pm"),
    ('{ layout = "{d} {month} {y} à {h}h{mi:02d}", lang = "fr" }', "3 mars 2020 à 20h05"),
    ('{ layout = "le {nth} {mon} {y}", lang = "fr" }', "le 3 mars 2020"),
    ('{ layout = "{dow} {d} {mon} \'{y2} {h:02d}:{mi:02d}", case = "lower" }', "tue 3 mar '20 20:05"),
    ('{ layout = "{d} {month} {y} {h:02d}:{mi:02d}", lang = "ru" }', "3 марта 2020 20:05"),
    ('{ layout = "{mon} {d}, {y}, {h12}:{mi:02d} {ampm}", halves = ["a.m.", "p.m."] }', "Mar 3, 2020, 8:05 p.m."),
    ('{ layout = "{d}-{mon}-{y}", months = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"] }', "3-III-2020"),
    ('"{y}-{mo:02d}-{d:02d}T{h:02d}:{mi:02d}:{s:02d}{offset}"', "2020-03-03T20:05:09-08:00"),
    ('"{mo}/{d}/{y} {h:02d}{mi:02d} {zone}"', "3/3/2020 2005 PT"),
    ('{ ago = "vor {n} {unit}", now = "gerade eben", units = { day = ["Tag", "Tagen"], hour = ["Stunde", "Stunden"] } }', "vor 193 Tagen"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "shown"), IN_PLACE)
def test_a_layout_in_place_is_written_and_read(tmp_path: Path, form: str, shown: str) -> None:
    """One declaration gives the display, its truth and its reader, in place or in [layouts]."""
    skin(tmp_path / "a", date=form, dated=f'{{ css = "time", form = {form} }}')
    skin(tmp_path / "b", date='"mine"', dated='{ css = "time", form = "mine" }', extra=f"\n[layouts]\nmine = {form}\n")
    pages = [first(tmp_path / name, a_thread(Post("hello"))) for name in "ab"]

    assert [truth.posts[0].date.shown for _, truth in pages] == [shown, shown]  # type: ignore[union-attr]
    assert pages[0][1].posts == pages[1][1].posts
    assert f"<time>{shown}</time>".replace("'", "&#39;") in pages[0][0]


@pytest.mark.scaled
@pytest.mark.few("form", keep=1)
@pytest.mark.parametrize("form", [IN_PLACE[0][0], IN_PLACE[2][0], IN_PLACE[8][0]])
def test_skins_with_layouts_of_their_own_pass_the_check(tmp_path: Path, form: str) -> None:
    """Also where quirks show dates in other forms."""
    skin(tmp_path, date=form, dated=f'{{ css = "time", form = {form} }}')

    well(tmp_path)


@given(
    lang=st.sampled_from(languages()),
    instant=st.integers(1_200_000_000, 2_000_000_000),
    zone=st.sampled_from(sorted(ZONES)),
    layout=st.sampled_from(
        ["{weekday} {d} {month} {y} {h:02d}:{mi:02d}", "{mon} {nth} {y}, {h12}.{mi:02d} {ampm} {offset4}"]
    ),
)
def test_every_language_is_read_as_it_is_written(lang: str, instant: int, zone: str, layout: str) -> None:
    """The local time that a display tells, and with an offset its instant, whatever the language."""
    form = as_form({"layout": layout, "lang": lang})
    date = show_instant(instant, zone, form, "none", 2_100_000_000)

    assert date is not None
    assert date.truth.local is not None
    assert ("offset4" in layout) == (date.truth.instant is not None)
    assert read_date(date.shown, None, form, 2_100_000_000) == date.truth


def test_there_are_names_in_twelve_languages() -> None:
    """At least; each has twelve different months, short ones too, and seven days."""
    for lang in languages():
        names = date_form(as_form({"layout": "{month}", "lang": lang})).names
        assert [len(set(words)) for words in names[:4]] == [12, 12, 7, 7]
        assert len(set(names.nth)) == 31
    assert len(languages()) >= 12


WRONG_LAYOUTS = [
    ('"{dd}.{mo}.{y}"', "unknown field 'dd'. Did you mean 'd'?"),
    ('"{d}{mo}{y}"', "where {mo} begins cannot be told"),
    ('"{d:3d}.{mo}"', "{d:3d} is no way to show d"),
    ('"{h12}:{mi:02d} {d}.{mo}.{y}"', "has {h12} without {ampm} or {AMPM}"),
    ('"{d} {month} {d}"', "shows a field twice"),
    ('"{d"', "is no format string"),
    ('{ layout = "{d} {month}", lang = "frr" }', "unknown language 'frr'. Did you mean 'fr'?"),
    ('{ layout = "{d} {month}", months = ["a"] }', "'months' has 1 names; right would be 12"),
    ('{ layout = "{d}", langs = "fr" }', "unknown field 'langs'"),
    ('{ ago = "vor {n}", now = "x" }', "needs 'ago' with {n} and {unit}, 'units' and 'now'"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "message"), WRONG_LAYOUTS)
def test_a_layout_that_cannot_be_read_back_is_refused(tmp_path: Path, form: str, message: str) -> None:
    """With the file, the line and what would be right."""
    skin(tmp_path, date=form)

    with pytest.raises(SkinError) as told:
        check_skin("invented", templates=[tmp_path], examples=1)
    assert re.match(r".*/invented/skin\.toml:\d+: 'published' in \[dates\]: ", str(told.value))
    assert message in str(told.value)


def test_a_layout_takes_no_name_of_ours(tmp_path: Path) -> None:
    """And must be one."""
    for name, value, message in (
        ("dash", "{d}.{mo}", "is a date form"),
        ("mine", "dash", "right would be '{d}.{mo}.{y}'"),
    ):
        skin(tmp_path, extra=f'\n[layouts]\n{name} = "{value}"\n')
        with pytest.raises(SkinError, match=re.escape(message)):
            check_skin("invented", templates=[tmp_path], examples=1)


def test_a_form_that_would_be_mistaken_for_the_skins_own_is_not_shown() -> None:
    """A page whose dates are day first shows none that are month first: no reader could tell."""
    assert mistakable("{d:02d}/{mo:02d}/{y2}", "slash-short-year")
    assert not mistakable("{d:02d}/{mo:02d}/{y2}", "dash")
    assert not mistakable("slash-short-year", "dash")


@pytest.mark.scaled
def test_words_and_blanks_around_a_date_are_not_its_own(tmp_path: Path) -> None:
    """The pattern takes the date, whatever the template prints around it."""
    row = ROW.replace("<time>{{ post.shown }}</time>", "<time> »\n posted {{ post.shown }} </time>")
    skin(tmp_path, row, dated='{ css = "time", form = "dash-clock", pattern = "posted (.+)$" }')
    _, truth = first(tmp_path, a_thread(Post("hello")))

    assert truth.posts[0].date.shown == "2020-03-03 20:05:09"  # type: ignore[union-attr]
    well(tmp_path)


@pytest.mark.scaled
def test_a_date_may_be_displayed_in_an_attribute(tmp_path: Path) -> None:
    """The text may say something else, as how long ago it was; the instant may stand in a third place."""
    mark = '<span class="when" title="{{ post.shown }}" data-at="{{ post.attribute }}">some days</span>'
    row = ROW.replace("<time>{{ post.shown }}</time>", mark)
    skin(
        tmp_path,
        row,
        attribute="second",
        dated='{ css = ".when", shown = "title", attr = "data-at", form = "dash-clock" }',
    )
    _, truth = first(tmp_path, a_thread(Post("hello")))

    assert truth.posts[0].date.shown == "2020-03-03 20:05:09"  # type: ignore[union-attr]
    assert truth.posts[0].date.instant == "2020-03-04T04:05:09Z"  # type: ignore[union-attr]
    well(tmp_path)


@pytest.mark.scaled
@pytest.mark.parametrize(
    ("form", "template", "pattern", "floor"),
    [
        ('"Post {n}"', "{{ post.floor_text }}", "^Post (-?\\\\d+)$", 1),
        ('"digits"', "Reply #{{ post.floor_text }} of many", "^Reply #(.+) of many$", 1),
        ('{ layout = "No. {n}", names = { "1" = "first" } }', "{{ post.floor_text }}", "", 1),
    ],
)
def test_floors_may_have_words_around_them(tmp_path: Path, form: str, template: str, pattern: str, floor: int) -> None:
    """In the form or in the template; the number is the same."""
    shown = f"{{% if post.floor_text %}}<i class='no'>{template}</i>{{% endif %}}"
    row = ROW.replace('id="{{ post.id }}">', f'id="{{{{ post.id }}}}">{shown}')
    told = f', pattern = "{pattern}"' if pattern else ""
    skin(tmp_path, row, floor=form, extra=f'floor = {{ css = ".no"{told} }}\n')
    _, truth = first(tmp_path, a_thread(Post("hello")))

    assert truth.posts[0].floor == floor
    well(tmp_path)


COUNTS = [('"{n:,} views"', 12_345, "12,345 views", 12_345), ('"{n:.} Aufrufe"', 12_345, "12.345 Aufrufe", 12_345),
          ('{ layout = "{n} views", units = { k = 1000 } }', 3450, "3.4k views", 3400),
          ('{ layout = "{n}", units = { " Mio" = 1000000 }, point = "," }', 1_230_000, "1,2 Mio", 1_200_000),
          ('{ layout = "{n} views", names = { "0" = "no views" } }', 0, "no views", 0)]  # fmt: skip


@pytest.mark.few("form", "number", "shown", "denoted")
@pytest.mark.parametrize(("form", "number", "shown", "denoted"), COUNTS)
def test_counts_may_have_words_around_them(tmp_path: Path, form: str, number: int, shown: str, denoted: int) -> None:
    """In the form of one's own, with units, marks and words of one's own."""
    skin(tmp_path, views=form)
    thread = Thread(Article("t", "al", "", ("p",)), (Post("a"),), views=number)
    html, truth = first(tmp_path, thread)

    assert (truth.views, f'<b class="views">{shown}</b>' in html) == (denoted, True)
    well(tmp_path, 30)


def test_a_pattern_takes_a_count_out_of_its_form(tmp_path: Path) -> None:
    """What it takes is the display."""
    skin(tmp_path, views='"{n:,} views"', viewed=', pattern = "^(\\\\S+)"')
    _, truth = first(tmp_path, Thread(Article("t", "al", "", ("p",)), (Post("a"),), views=12_345))

    assert (truth.views, truth.views_shown) == (12_345, "12,345")
    well(tmp_path, 30)


def test_a_form_of_numbers_without_number_is_refused() -> None:
    """And one with names that are no numbers."""
    for wrong in ("{m} views", as_form({"layout": "views"}), as_form({"layout": "{n}", "names": {"one": "1"}})):
        with pytest.raises(ValueError, match=r"no field|is no number"):
            count_form(wrong if "{" in wrong else "{" + wrong)
    assert count_writer("{n:'} hits")(12_345) == "12'345 hits"


OPENING = (
    """{% if post.forum.role %}<article class="ask" id="{{ post.id }}"><h2>by {% if post.author is not none %}<b>{{ post.author|lines }}</b>{% endif %}</h2>
<div class="question">{{ post.text|lines }}</div></article>{% else %}"""
    + ROW
    + "{% endif %}"
)


@pytest.mark.scaled
def test_the_opening_post_may_stand_apart(tmp_path: Path) -> None:
    """With markup of its own; what it does not show is null there, what it says not stays as in the others."""
    extra = '\n[opening]\ncss = "article.ask"\nauthor = { css = "h2 > b" }\ntext = { css = ".question" }\ndate = false\nrole = { css = "", value = "opening" }\n'
    skin(tmp_path, OPENING, extra, kind="forum", order="arrival", rich="true")
    _, truth = first(tmp_path, a_thread(Post("hello")))

    assert [(p.n, p.role, p.author, p.text) for p in truth.posts] == [
        (0, "opening", "ann", "words"),
        (1, None, "al", "hello"),
    ]
    assert truth.posts[0].date is None
    assert truth.posts[1].date is not None
    well(tmp_path)


@pytest.mark.scaled
def test_a_post_may_be_several_siblings(tmp_path: Path) -> None:
    """The rows of a table up to the next post; blanks and adverts between them are no part of it."""
    row = f'<tr class="head" id="{{{{ post.id }}}}"><td>{WHO}</td><td>{WHEN}</td></tr>\n<tr class="body"><td>{TEXT}</td></tr>\n<tr class="ad"><td><p class="text">Buy</p></td></tr>'
    head, foot = HEAD + "<table>", "</table>" + FOOT
    skin(tmp_path, row, posts="tr.head", more='along = "tr.body"', head=head)
    page = tmp_path / "invented" / "thread.html"
    page.write_text(page.read_text("utf-8").replace(FOOT, foot), "utf-8")
    _, truth = first(tmp_path, a_thread(Post("hello"), Post("good bye")))

    assert [post.text for post in truth.posts] == ["hello", "good bye"]
    well(tmp_path)


NESTED = f"""<li class="post" id="{{{{ post.id }}}}">{WHO}{WHEN}{TEXT}{{% if post.likes is not none %}}<i class="likes">{{{{ post.likes_text }}}}</i>{{% endif %}}<ul>
{{% for _ in range(post.ends) %}}</ul></li>{{% endfor %}}"""
TREE = (Post("a", 1), Post("b", 2), Post("c", 3), Post("d", 2), Post("e", 1))


@pytest.mark.scaled
def test_nesting_tells_the_parent(tmp_path: Path) -> None:
    """Replies stand within the post that they answer, and are no part of it: what it lacks is not read from them."""
    extra = 'parent = { css = "", form = "nesting" }\nlikes = { css = ".likes" }\n'
    skin(tmp_path, NESTED, extra, more="nested = true", head=HEAD + "<ul>")
    thread = a_thread(*TREE)
    posts = (Post("a", 1, author=None), Post("b", 2, author=Author("bob"), likes=3))
    _, truth = first(tmp_path, Thread(thread.article, posts))
    _, tree = first(tmp_path, thread)

    assert [(p.author, p.likes, p.parent) for p in truth.posts] == [(None, None, None), ("bob", 3, "m1")]
    assert [p.parent for p in tree.posts] == [None, "m1", "m2", "m1", None]
    well(tmp_path)


@pytest.mark.scaled
@pytest.mark.parametrize(
    ("attribute", "pattern", "most"),
    [('class="post depth-{{ post.depth }}"', 'attr = "class", pattern = "depth-(\\\\d+)"', ""),
     ('class="post" style="margin-left: {{ post.indent * 40 }}px"', 'attr = "style", pattern = "(\\\\d+)px"', ", most = 9")],
)  # fmt: skip
def test_a_level_or_an_indentation_tells_the_parent(tmp_path: Path, attribute: str, pattern: str, most: str) -> None:
    """The nearest post above of a smaller level; deeper ones than the page tells apart stand beside their parent."""
    row = ROW.replace('class="post"', attribute)
    skin(tmp_path, row, f'parent = {{ css = "", {pattern}, form = "level"{most} }}\n')
    _, tree = first(tmp_path, a_thread(*TREE))

    assert [p.parent for p in tree.posts] == [None, "m1", "m2", "m1", None]
    well(tmp_path)


@pytest.mark.scaled
def test_posts_without_number_are_counted(tmp_path: Path) -> None:
    """From the first of the page, whose number stands in the pager."""
    row = ROW.replace(' id="{{ post.id }}"', "")
    skin(tmp_path, row, number='{ css = "", form = "place" }', more='page = { css = "b.here" }')
    toml = tmp_path / "invented" / "skin.toml"
    toml.write_text(toml.read_text("utf-8").replace('id = { css = "", attr = "id" }\n', ""), "utf-8")
    pages = render(make_thread(1, 3, locale="en"), "invented", templates=[tmp_path])

    assert [post.n for page in pages for post in extract(page, "invented").posts] == list(
        range(1, len(pages[0].thread.posts) + 1)
    )
    well(tmp_path)


def test_fields_may_stand_in_json(tmp_path: Path) -> None:
    """Of an attribute or of a script: a path leads to each, and characters are what JSON says they are."""
    row = """<div class="post" id="{{ post.id }}" data-field='{{ {"author": {"name": post.author}, "dates": [post.shown]}|tojson }}'>"""
    row += "<script type='application/json'>{{ {'text': post.text if not post.odd or post.odd.status != 'deleted' else none}|tojson }}</script></div>"
    skin(tmp_path, row, dated='{ css = "", shown = "data-field", json = "dates.0", form = "dash-clock" }')
    toml = tmp_path / "invented" / "skin.toml"
    text = toml.read_text("utf-8").replace(
        '{ css = ".who" }', '{ css = "", attr = "data-field", json = "author.name" }'
    )
    toml.write_text(text.replace('{ css = ".text" }', '{ css = "script", json = "text" }'), "utf-8")
    html, truth = first(tmp_path, a_thread(Post('</script> "x" \u2028 <b>')))

    assert truth.posts[0].text == '</script> "x" \u2028 <b>'
    assert "\\u003c/script\\u003e" in html


LISTS = """
[board]
css = "tr.row"
title = { css = ".subject" }
url = { css = ".subject", attr = "href" }
replies = { css = "td:nth-child(3)", pattern = "^(\\\\S+) answers" }
last = { css = "td > i", form = "dash-clock" }

[index]
css = "ul > li"
name = { css = "a" }
url = { css = "a", attr = "href" }
threads = { css = "b" }
"""


def test_boards_and_the_index_are_read_too(tmp_path: Path) -> None:
    """The check compares what they list with what is read; a wrong selector is found."""
    well(skin(tmp_path / "right", extra=LISTS), 10)
    wrong = skin(tmp_path / "wrong", extra=LISTS.replace('threads = { css = "b" }', 'threads = { css = "a" }'))
    found = check_skin("invented", templates=[wrong], examples=10).findings

    assert [finding.what for finding in found] == ["index.html: reading"]


def test_a_list_is_read_by_the_command(tmp_path: Path) -> None:
    """As JSON; a skin that does not say how is refused."""
    skin(tmp_path, extra=LISTS)
    (tmp_path / "b.html").write_text(
        '<table><tr class="row"><td><a class="subject" href="/t/7">A &amp; B</a></td><td></td><td>12 answers</td></tr>',
        "utf-8",
    )
    run = ["extract", str(tmp_path / "b.html"), "--skin", "invented", "--templates", str(tmp_path)]
    result = CliRunner().invoke(cli, [*run, "--list", "board"])

    assert json.loads(result.output) == {
        "threads": [{"title": "A & B", "url": "https://invented.example/t/7", "replies": 12, "last": None}], "boards": [],
    }  # fmt: skip
    without = skin(tmp_path / "without")
    with pytest.raises(UsageError, match=re.escape("right would be a table [index] in it")):
        extract_list("<p>", "index", "invented", templates=[without])


WRONG = [
    ('date = { css = "time", form = "dash", many = true }', "'date.many' in [post]: a date has no such key"),
    ('author = { css = "a", shown = "title" }', "'author.shown' in [post] is for dates; right would be attr"),
    ('author = { css = "a", most = 3 }', "'author.most' in [post] is for parent in [post]"),
    ('parent = { css = "", form = "nest" }', "right would be 'nesting' or 'level'"),
    ('parent = { css = "", form = "nesting" }', "'nesting' needs nested = true in [posts]"),
    ('[opening]\nauthor = { css = "b" }', "'css' in [opening] is missing"),
    ('[opening]\ncss = "b"', "[opening] is for skins of kind 'forum'"),
    ('[board]\ncss = "b["', "is 'b[', which is no CSS selector"),
    ('[board]\ncss = "b"\nname = { css = "b" }', "unknown key 'name' in [board]"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "message"), WRONG)
def test_what_cannot_be_is_refused(tmp_path: Path, line: str, message: str) -> None:
    """With the file and what would be right: nothing is accepted and then ignored."""
    skin(tmp_path, extra=line + "\n")
    toml = tmp_path / "invented" / "skin.toml"
    key = line.split(" =", maxsplit=1)[0]
    lines = toml.read_text("utf-8").splitlines()
    kept = [text for text in lines if text == line or not text.startswith(f"{key} =") or line.startswith("[")]
    toml.write_text("\n".join(kept), "utf-8")

    with pytest.raises(SkinError, match=re.escape(message)):
        check_skin("invented", templates=[tmp_path], examples=1)
