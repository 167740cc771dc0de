"""``forgegen adopt``: skins of saved pages of invented sites, found, scrubbed, written, checked and read back."""

from __future__ import annotations

import base64
import email.mime.multipart
import email.mime.text
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from msgspec import UNSET

from forgegen.adopt.adopting import adopt_page, read_back, write_skin
from forgegen.adopt.date_layouts import Ambiguous, infer_layout
from forgegen.adopt.hints import Hints
from forgegen.adopt.saved_pages import read_page
from forgegen.adopt.scrub import Scrubber, survivors
from forgegen.adopt.stamps import find_stamps
from forgegen.cli.main import cli
from forgegen.errors import NothingFound, UsageError
from forgegen.generate.making import make_thread
from forgegen.pages.page import render
from forgegen.reading.extraction import extract
from forgegen.skincheck.skin_check import check_skin
from forgegen.skins.library import LIBRARY, library_folders, skin_folders
from tests.saved import AUTHORS, QUESTION, STARTER, TEXTS, Shape, saved_page
from tests.tiers import amount

SHAPES = {
    "plain": Shape(),
    "no ids": Shape(ids=False),
    "words before the date": Shape(before="Posted: "),
    "month names": Shape(
        dates=("Mar 3, 2024 9:07 am", "Mar 3, 2024 11:40 am", "Apr 14, 2024 8:15 pm"), date='<time class="at">{before}{date}</time>'
    ),
    "a date in parts": Shape(
        date='<p class="when">No. <b>7</b> {before}<span class="date">{date}</span></p>',
        dates=tuple(date.replace(", ", ', <span class="clock">') + "</span>" for date in Shape().dates),
    ),
    "a date within others": Shape(date='<p class="when"><span class="in"><i>{before}{date}</i><a href="#">Link</a></span></p>'),
    "German": Shape(dates=("3. März 2024 um 14:05", "12. Mai 2024 um 09:10", "1. Juli 2024 um 23:59"), lang="de"),
    "how long ago": Shape(dates=("3 months ago", "2 days ago", "1 hour ago")),
    "heads and bodies": Shape(rows=True),
    "an opening post apart": Shape(opening=QUESTION),
    "an opening post apart, no ids": Shape(opening=QUESTION, ids=False),
    "words beside the text": Shape(
        said='<div class="body"><h2 class="posttitle">Re {number}: grinder</h2><div class="in"><div class="said">{text}</div></div>'
        '<div class="reactions">{number} beans, like Zappelfritz</div><footer>Tell others of {number}</footer></div>'
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LIBRARY, "")


def adopted(folder: Path, shape: Shape = Shape(), name: str = "mine") -> Path:  # noqa: B008 - immutable
    """The folder of skins with one of an invented page."""
    write_skin(adopt_page(saved_page(shape), "page.html", name), name, folder)
    return folder / "skins"


@pytest.mark.scaled
@pytest.mark.few("kind", keep=5)
@pytest.mark.parametrize("kind", SHAPES)
def test_a_saved_page_becomes_a_skin_that_passes_its_check(tmp_path: Path, kind: str) -> None:
    """Its posts are found with author, date and text; what the skin shows is read back whatever it shows."""
    page = adopt_page(saved_page(SHAPES[kind]), "page.html", "mine")
    fields = page.finding.fields

    assert fields.author[0].values == tuple(AUTHORS[n % len(AUTHORS)] for n in range(6))
    assert fields.text[0].values == TEXTS
    assert fields.date[0].number == 6
    skins = adopted(tmp_path, SHAPES[kind])
    assert check_skin("mine", templates=[skins], examples=amount(8, 25)).findings == []


@pytest.mark.parametrize("kind", ["plain", "words before the date", "a date in parts", "heads and bodies"])
def test_the_skin_reads_the_saved_pages_of_its_site(tmp_path: Path, kind: str) -> None:
    """The page that it was made of, and another one of the same site."""
    skins = adopted(tmp_path, SHAPES[kind])

    assert read_back(saved_page(SHAPES[kind]), "mine", skins) == 6
    assert read_back(saved_page(SHAPES[kind], first=3), "mine", skins) == 6
    truth = extract(saved_page(SHAPES[kind], first=3), "mine", templates=[skins])
    assert [post.text for post in truth.posts][:3] == list(TEXTS[3:])
    assert [post.author for post in truth.posts][:2] == [AUTHORS[3], AUTHORS[0]]


def test_a_title_is_read_where_its_selector_finds_it_first(tmp_path: Path) -> None:
    """Not where another heading before it is found by the same selector: then the skin reads no title."""
    head = '<div class="head"><h1><span>Squeaking grinder</span></h1></div>'
    other = '<div class="big bar head"><h1><span>All about beans</span></h1></div>'
    for number, (before, read) in enumerate((("", "Squeaking grinder"), (other, UNSET))):
        html = saved_page().replace('<h1 class="subject">Squeaking grinder</h1>', before + head)
        write_skin(adopt_page(html, "p", f"mine{number}"), f"mine{number}", tmp_path)
        assert extract(html, f"mine{number}", templates=[tmp_path / "skins"]).title == read
        assert check_skin(f"mine{number}", templates=[tmp_path / "skins"], examples=5).findings == []


@pytest.mark.parametrize("ids", [True, False])
def test_an_opening_post_with_markup_of_its_own_is_shown_and_read(tmp_path: Path, ids: bool) -> None:
    """Before the posts of the list, on the first page alone; nothing of its author and words is kept."""
    shape = Shape(opening=QUESTION, ids=ids)
    skins = adopted(tmp_path, shape)
    truth = extract(saved_page(shape), "mine", templates=[skins])
    pages = render(make_thread(3, 0, locale="en", profile="forum"), "mine", templates=[skins])

    assert [(p.n, p.role, p.author) for p in truth.posts][:2] == [(0, "opening", "Ibrakis"), (1, None, AUTHORS[0])]
    assert truth.posts[0].text == "Which grinder squeaks least of all that you have ever owned?"
    assert len(truth.posts) == 7
    assert len(pages) > 1
    assert [page.html.count('class="topic"') for page in pages] == [1] + [0] * (len(pages) - 1)
    assert "Ibrakis" not in "".join(file.read_text("utf-8") for file in (skins / "mine").glob("*.*"))


def test_a_line_about_the_thread_is_no_opening_post(tmp_path: Path) -> None:
    """It names author and date of the first post, or nothing says that its words are a text."""
    for number, opening in enumerate((STARTER, QUESTION.replace("question-body", "x"))):
        page = adopt_page(saved_page(Shape(opening=opening)), "p", f"mine{number}")
        assert page.finding.opening is None, opening


def test_a_text_of_one_paragraph_is_read_with_all_its_paragraphs(tmp_path: Path) -> None:
    """Where every post of the saved page has one, another page may have posts of several."""
    skins = adopted(tmp_path, Shape(said='<div class="said"><p>{text}</p></div>'))
    two = saved_page(Shape(said='<div class="said"><p>{text}</p><p>And more.</p></div>'))

    assert {str(post.text).endswith("And more.") for post in extract(two, "mine", templates=[skins]).posts} == {True}


def test_what_stands_round_a_name_in_some_posts_is_not_asked_for(tmp_path: Path) -> None:
    """All authors of the saved page are moderators, whose names stand in bold; those of another page are not."""
    bold = Shape(author='<a class="nickname" href="/people/{name}-{uid}/"><b class="mod">{name}</b></a>')
    skins = adopted(tmp_path, bold)

    assert [p.author for p in extract(saved_page(), "mine", templates=[skins]).posts][:2] == list(AUTHORS[:2])
    assert '<b class="mod">' in (skins / "mine" / "thread.html").read_text("utf-8")
    assert check_skin("mine", templates=[skins], examples=10).findings == []


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("a date in parts", r'<span class="date">[\d.]+, <span class="clock">\d\d:\d\d</span></span>'),
        ("a date within others", r'<span class="in">\s*<i>[\d.]+, [\d:]+</i>\s*<a href="#">Link</a>\s*</span>'),
    ],
)
def test_what_a_date_stands_in_is_kept(tmp_path: Path, kind: str, shown: str) -> None:
    """The time of day in its own element, and what is beside the date, stand as on the saved page."""
    skins = adopted(tmp_path, SHAPES[kind])
    html = render(make_thread(1, 0, locale="en", profile="forum"), skin="mine", templates=[skins])[0].html

    assert len(re.findall(shown, html)) == html.count('class="message')


def test_names_of_services_are_furniture() -> None:
    """Classes of buttons to share say the same on every site, also where their hosts are linked."""
    assert Scrubber(["facebook", "twitter", "zaphod"]).token("share-facebook") == "share-facebook"


PAGERS = {
    "links in a row": (
        '<div class="pages"><strong>1</strong> <a href="?page=2">2</a> <a href="?page=3">3</a> <a class="go" rel="next" href="?page=2">Next &gt;</a></div>',
        '<div class="pages"><a class="go" rel="prev" href="URL1">Prev &lt;</a><a href="URL1">1</a> <strong class="page-here">2</strong> '
        '<a href="URL3">3</a> <a class="go" rel="next" href="URL3">Next &gt;</a></div>',
    ),
    "items": (
        '<ul class="pager"><li class="end disabled"><span class="ico-left"></span></li><li class="on"><span>1</span><i>Page 1 of 12</i></li>'
        '<li><a href="?p=2">2</a></li><li class="gap">…</li><li><a href="?p=12">12</a></li>'
        '<li class="end"><a class="ico-right" href="?p=2"></a></li></ul>',
        '<ul class="pager"><li class="end"><a class="ico-left" href="URL1"></a></li><li><a href="URL1">1</a></li>'
        '<li class="on"><span class="page-here">2</span><i>Page 2 of 3</i></li><li><a href="URL3">3</a></li>'
        '<li class="end"><a class="ico-right" href="URL3"></a></li></ul>',
    ),
    "the ways beside the list": (
        '<div class="nav"><ul class="main"><li class="p p--current"><a href="?p=1">1</a></li><li class="p"><a href="?p=2">2</a></li>'
        '<li class="p"><a href="?p=3">3</a></li></ul><a class="jump jump--next" href="?p=2">Next</a></div>',
        '<div class="nav"><a class="jump jump--prev" href="URL1">Prev</a><ul class="main"><li class="p"><a href="URL1">1</a></li>'
        '<li class="p p--current"><a class="page-here" href="URL2">2</a></li><li class="p"><a href="URL3">3</a></li></ul>'
        '<a class="jump jump--next" href="URL3">Next</a></div>',
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PAGERS)
def test_the_pager_is_that_of_the_saved_page(tmp_path: Path, kind: str) -> None:
    """Numbers, the page itself, gaps and the ways back and on have the page's markup; what it has not is turned round."""
    saved, shown = PAGERS[kind]
    page = saved_page(Shape(opening=saved))
    page = re.sub(r'<div class="pages"><strong>1</strong> <a href="/thread.*?</div>', "", page)
    write_skin(adopt_page(page, "page.html", "mine"), "mine", tmp_path)
    thread = next(
        t for n in range(99) if len((t := make_thread(1, n, locale="en", profile="forum")).posts) in range(13, 18)
    )
    pages = render(thread, skin="mine", templates=[tmp_path / "skins"])

    for n, one in enumerate(pages, 1):
        shown = shown.replace(f"URL{n}", one.url)
    html = re.sub(r"\s+", " ", pages[1].html)
    assert re.sub(r">\s+<", "><", shown) in re.sub(r">\s+<", "><", html)


def test_nothing_of_the_page_survives(tmp_path: Path) -> None:
    """No sentence, name, host, number, address of mail or script; markup and words of furniture stay."""
    skins = adopted(tmp_path)
    written = "\n".join(file.read_text("utf-8") for file in sorted(skins.rglob("*.*")) if file.is_file())

    for word in (
        *AUTHORS,
        "Schlotterbeck",
        "beanforum",
        "secret4711",
        "98300",
        "4711",
        "Squeaking",
        "passion",
        "mailto",
    ):
        assert word.lower() not in written.lower()
    for text in TEXTS:
        assert text[:30] not in written
    for kept in ('class="subject"', 'id="messages"', "Joined:", "Search", "nickname"):
        assert kept in written


def test_the_same_page_gives_the_same_bytes() -> None:
    """Twice."""
    assert adopt_page(saved_page(), "p", "mine").emitted == adopt_page(saved_page(), "p", "mine").emitted


def test_the_template_is_a_union(tmp_path: Path) -> None:
    """Classes by parity; what only some authors have is shown for some, and always for the same ones."""
    skins = adopted(tmp_path)
    thread = make_thread(3, 0, locale="en", profile="forum")
    page = render(thread, "mine", templates=[skins])[0]
    posts = re.findall(r'<div class="message[^>]*>.*?</div>\n</div>', page.html, re.DOTALL)
    signed: dict[object, set[bool]] = {}
    for part, post in zip(re.split(r'(?=<div class="message)', page.html)[1:], page.truth.posts, strict=True):
        signed.setdefault(post.author, set()).add('class="sig"' in part)

    assert posts
    assert 'class="message even"' in page.html
    assert 'class="message odd"' in page.html
    assert all(len(kinds) == 1 for kinds in signed.values())


LAYOUTS = [
    (["3. März 2020 um 14:05", "12. Mai 2019 um 09:10"], {"layout": "{d}. {month} {y} um {h:02d}:{mi:02d}", "lang": "de"}),
    (["06-21-2010, 09:16 AM"], "{mo:02d}-{d:02d}-{y}, {h12:02d}:{mi:02d} {AMPM}"),
    (["30th December 2005, 13h16"], "{nth} {month} {y}, {h}h{mi:02d}"),
    (["Wed Mar 21, 2012 1:33 pm", "Thu Apr 5, 2012 11:33 am"], "{dow} {mon} {d}, {y} {h12}:{mi:02d} {ampm}"),
    (["2024-05-03 09:07"], "{y}-{mo:02d}-{d:02d} {h:02d}:{mi:02d}"),
    (["2024年5月3日 9:07"], "{y}年{mo}月{d}日 {h}:{mi:02d}"),
    (["13/04/2011 à 13h16", "05/11/2011 à 03h16"], "{d:02d}/{mo:02d}/{y} à {h:02d}h{mi:02d}"),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "layout"), LAYOUTS)
def test_layouts_of_dates_are_inferred(texts: list[str], layout: object) -> None:
    """From what the page shows: order, padding, names, language, halves of the day."""
    inferred = infer_layout([(text, find_stamps(text)[0]) for text in texts])

    assert inferred is not None
    assert inferred.form == layout


def test_day_or_month_first_is_asked_where_nothing_tells() -> None:
    """And told by the option."""
    stamps = [(text, find_stamps(text)[0]) for text in ("01/02/2020", "03/02/2020")]
    with pytest.raises(Ambiguous):
        infer_layout(stamps)
    told = [infer_layout(stamps, order) for order in ("dmy", "mdy")]
    assert [inferred and inferred.form for inferred in told] == [
        "{d:02d}/{mo:02d}/{y}",
        "{mo:02d}/{d:02d}/{y}",
    ]


REFUSED = [
    ("<html><body><p>one</p></body></html>", "no list of posts found"),
    ('<html><body><div id="app"></div><script>x</script></body></html>', "the texts stand in scripts only"),
    ("<p>" * 30_001, "elements; a page may have 30,000"),
    (saved_page(Shape(dates=("01/02/2024", "02/02/2024", "03/02/2024"))), "day or month first?"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "message"), REFUSED)
def test_a_page_that_is_not_understood_is_refused(html: str, message: str) -> None:
    """With what would help; no skin is written."""
    with pytest.raises(UsageError, match=re.escape(message)):
        adopt_page(html, "page.html", "mine")


def test_hints_choose_posts_and_fields() -> None:
    """By selectors, by an attribute, and by one reply."""
    page = saved_page(Shape(author='<a class="nickname" href="/x">{name}</a><b class="tagline">{uid} beans</b>'))
    by_css = adopt_page(page, "p", "mine", Hints(post="div.message", author="b.tagline", text=".said"))
    by_reply = adopt_page(page, "p", "mine", Hints(reply=(AUTHORS[1], "03.05.2024, 11:40", TEXTS[1][:30])))

    assert by_css.finding.fields.author[0].values[0] == "5000 beans"
    assert by_reply.finding.fields.author[0].values == tuple(AUTHORS[n % 4] for n in range(6))
    for wrong, message in (
        (Hints(post="div["), "is no CSS selector"),
        (Hints(post="div.none"), "finds no element"),
        (Hints(author=".none"), "finds nothing in the 6 posts"),
        (Hints(reply=("Nobody", "x", "y")), "no post holds the author 'Nobody'"),
    ):
        with pytest.raises(UsageError, match=re.escape(message)):
            adopt_page(page, "p", "mine", wrong)


def test_saved_pages_are_read_in_every_wrapping(tmp_path: Path) -> None:
    """Compressed, MHTML, HAR, WARC, and in an encoding that is told."""
    html = saved_page()
    part = email.mime.text.MIMEText(html, "html", "utf-8")
    mhtml = email.mime.multipart.MIMEMultipart("related")
    mhtml.attach(part)
    content = {
        "mimeType": "text/html; charset=utf-8",
        "encoding": "base64",
        "text": base64.b64encode(html.encode()).decode(),
    }
    har = json.dumps({"log": {"entries": [{"response": {"content": content}}]}})
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html.encode()
    warc = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (len(http), http)
    files = {
        "a.html": html.encode(), "a.html.gz": gzip.compress(html.encode()), "a.mhtml": b"MIME-Version: 1.0\r\n" + mhtml.as_bytes(),
        "a.har": har.encode(), "a.warc": warc, "a.warc.gz": gzip.compress(warc),
    }  # fmt: skip
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
        assert read_page(tmp_path / name).splitlines() == html.splitlines(), name
    (tmp_path / "b.html").write_bytes("<p>Grüße".encode("cp1252"))
    assert read_page(tmp_path / "b.html", "windows-1252") == "<p>Grüße"


NO_PAGES = [
    (b"%PDF-1.7", "is a PDF"), (b"PK\x03\x04", "is a ZIP archive"), (b"just words", "is no HTML"), (b'{"a": 1}', "is JSON, but no HAR"),
    (b"<html><title>Just a moment...</title>", "challenge page"), (b'<form><input type="password"></form>', "login page"),
    (b"\x1f\x8b\x08broken", "no whole gzip file"), (b"WARC/1.1\r\nWARC-Type: warcinfo\r\n\r\n", "WARC without an HTML page"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "message"), NO_PAGES)
def test_what_is_no_page_is_refused_by_its_name(tmp_path: Path, body: bytes, message: str) -> None:
    """Not called a page without posts."""
    (tmp_path / "x").write_bytes(body)

    with pytest.raises(UsageError, match=re.escape(message)):
        read_page(tmp_path / "x")


def test_survivors_are_found() -> None:
    """Four words in a row, names, hosts, numbers and addresses of mail, but no words of furniture."""
    page = "my grinder squeaks whenever it runs, call 5551234"
    found = list(
        survivors(
            ["grinder squeaks whenever it zappelfritz 5551234 x.test a@b.test"], page, ["Zappelfritz"], ["x.test"]
        )
    )

    assert [re.sub(r"^'?the number |^'|'.*", "", text) for text in found] == [
        "grinder squeaks whenever it", "Zappelfritz", "x.test", "5551234 stands on the page", "a@b.test",
    ]  # fmt: skip
    assert list(survivors(["reply to this post"], "reply to this post", ["Reply"], [])) == []


def test_scrubbing_keeps_shapes() -> None:
    """Length, case, script and furniture; the same word always becomes the same one."""
    scrubber = Scrubber(["table"])
    made = scrubber.text("Reply from Zaphod: 小明 Привет 12 4711")

    assert re.fullmatch(r"Reply from [A-Z][a-z]{5}: [\u4e00-\u9fff]{2} [а-я]{6} 12 \d{4}", made)
    assert made == scrubber.text("Reply from Zaphod: 小明 Привет 12 4711")
    assert scrubber.token("comment-author-zaphod") == f"comment-author-{scrubber.word('zaphod')}"
    assert (scrubber.token("js-post"), scrubber.token("post-123456")) == ("js-post", None)


def run(folder: Path, *arguments: str) -> Result:
    """The command in a folder that holds ``page.html``."""
    (folder / "page.html").write_text(saved_page(), "utf-8")
    return CliRunner().invoke(cli, ["adopt", str(folder / "page.html"), "--library", str(folder / "lib"), *arguments])


def test_the_command_writes_a_skin_and_says_how_to_use_it(tmp_path: Path) -> None:
    """With a line of evidence a field; twice is refused; the difference can be seen; every door takes the library."""
    done = run(tmp_path, "--name", "mine", "--examples", "5")

    assert done.exit_code == 0
    for line in ("author  6 of 6, a.nickname", "posts   6, div.message", "check:  ", "all well", "page.html: 6 posts"):
        assert line in done.output
    again = run(tmp_path, "--name", "mine")
    assert isinstance(again.exception, UsageError)
    assert "exists already" in str(again.exception)
    assert "nothing would change" in run(tmp_path, "--name", "mine", "--update").output
    changed = run(tmp_path, "--name", "mine", "--update", "--text", ".main > .said").output
    assert '+text = { css = ".main > .said" }' in changed
    page = CliRunner().invoke(cli, ["page", "--library", str(tmp_path / "lib"), "--skin", "mine", "--locale", "en"])
    assert 'class="nickname"' in page.output


def test_explain_and_json_tell_the_same(tmp_path: Path) -> None:
    """The candidates with their scores; nothing is written."""
    text, data = run(tmp_path, "--name", "mine", "--explain"), run(tmp_path, "--name", "mine", "--explain", "--json")

    best = json.loads(data.output)["candidates"][0]
    assert (best["css"], best["posts"]) == ("div.message", 6)
    assert "div.message: 6 elements, 6 with a date" in text.output
    assert not (tmp_path / "lib").exists()
    told = json.loads(run(tmp_path, "--name", "mine", "--json", "--examples", "3").output)
    assert told["fields"]["author"]["values"] == list(AUTHORS[:2])
    assert told["check"]["findings"] == []


def test_the_tutorial_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the saved page of docs/adopt.md to the evidence it prints and the parser's test that fails."""
    text = (Path(__file__).parent.parent / "docs" / "adopt.md").read_text("utf-8")
    for name, block in re.findall(r"```\w+ file=(\S+)\n(.*?)```", text, re.DOTALL):
        (tmp_path / name).write_text(block, "utf-8")
    monkeypatch.chdir(tmp_path)
    told = re.search(r"```text output\n(.*?)```", text, re.DOTALL)
    command = re.search(r"^forgegen (adopt thread.*)$", text, re.MULTILINE)
    assert told
    assert command
    done = CliRunner().invoke(cli, command[1].split())

    assert done.exit_code == 0
    assert told[1] in done.output
    monkeypatch.setenv(LIBRARY, "forgegen-library")
    monkeypatch.syspath_prepend(str(tmp_path))
    test: dict[str, Any] = {}
    exec(compile((tmp_path / "test_parser.py").read_text("utf-8"), "test_parser.py", "exec"), test)
    with pytest.raises(AssertionError):
        test["test_posts"]()


def test_a_library_is_named_by_environment_or_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And by the option; every command that makes pages finds its skins."""
    adopted(tmp_path / "lib", name="mine")
    monkeypatch.setenv(LIBRARY, str(tmp_path / "lib"))
    assert "mine" in CliRunner().invoke(cli, ["list", "skins"]).output
    monkeypatch.delenv(LIBRARY)
    (tmp_path / "pyproject.toml").write_text('[tool.forgegen]\nlibrary = "lib"\n', "utf-8")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert skin_folders(library_folders()) == (tmp_path / "lib" / "skins",)
    (tmp_path / "worse").mkdir()
    (tmp_path / "worse" / "pyproject.toml").write_text("[tool.forgegen]\nlibrary = 3\n", "utf-8")
    monkeypatch.chdir(tmp_path / "worse")
    with pytest.raises(UsageError, match="right would be the path of a folder"):
        library_folders()


def test_a_skin_that_cannot_read_its_pages_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong skin is worse than none."""

    def fails(*_: object, **__: object) -> None:
        raise NothingFound("mine", None)

    monkeypatch.setattr("forgegen.cli.adopt.check_skin", fails)
    done = run(tmp_path, "--name", "mine")

    assert isinstance(done.exception, UsageError)
    assert "nothing was written" in str(done.exception)
    assert not (tmp_path / "lib" / "skins" / "mine").exists()
