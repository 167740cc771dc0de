"""A mistake in a skin is one error with file, line, what would be right and the nearest name; never a traceback."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from forgegen.cli.main import cli
from forgegen.errors import ForgegenError
from forgegen.model.thread import Article, Post, Thread
from forgegen.pages.page import render

SKIN = (Path(__file__).parent / "skins" / "plainforum" / "skin.toml").read_text("utf-8")
HTML = (Path(__file__).parent / "skins" / "plainforum" / "thread.html").read_text("utf-8")
THREAD = Thread(Article("t", "al", "", ("p",)), (Post("a"), Post("b", 2)))
UI = 'site = "s"\nviews = "v"\nposts = "p"\nopening = "o"\ngone = "g"\nsaid = "said"\nnext = "n"\n'
LINES = {line: number for number, line in reversed(list(enumerate(SKIN.splitlines(), 1)))}


def make_skin(folder: Path, skin: str = SKIN, html: str = HTML, ui: str = UI, **files: str | bytes) -> str:
    """A skin ``mine`` in a folder; what other files are called comes with ``__`` for the dot."""
    mine = folder / "mine"
    (mine / "ui").mkdir(parents=True)
    for tag in ("en", "de"):
        (mine / "ui" / f"{tag}.toml").write_text(ui, "utf-8")
    (mine / "skin.toml").write_text(skin, "utf-8")
    (mine / "thread.html").write_text(html, "utf-8")
    for name, text in files.items():
        data = text if isinstance(text, bytes) else text.encode()
        (mine / name.replace("__", ".")).write_bytes(data)
    return str(folder)


def message_of(folder: str) -> str:
    """What the skin's mistake is told as."""
    with pytest.raises(ForgegenError) as told:
        render(THREAD, "mine", templates=[folder])[0].html  # noqa: B018
    return str(told.value)


# what is replaced in skin.toml, by what, and the message behind the file and line of the changed line
SETTINGS = [
    ('kind = "forum"', 'kind = "forun"', "'kind' is 'forun'. Did you mean 'forum'? Right would be 'article' or 'forum'"),
    ('kind = "forum"', "knd = 1", "unknown key 'knd'. Did you mean 'kind'? Known: title"),
    ("posts_per_page = 10", 'posts_per_page = "ten"', "'posts_per_page': expected int, got str"),
    ("posts_per_page = 10", "posts_per_page = 0", "'posts_per_page' is 0; right would be 1 or more"),
    ("posts_per_page = 10", "posts_per_page = ", "Invalid value (column 18)"),
    ('encodings = ["utf-8", "gbk"]', 'encodings = ["utf-8", "gkb"]', "Python knows no text encoding 'gkb'. Did you mean 'gbk'?"),
    ('encodings = ["utf-8", "gbk"]', 'encodings = ["hex"]', "Python knows no text encoding 'hex'."),
    ('encodings = ["utf-8", "gbk"]', 'encodings = ["utf-16"]', "Python knows no text encoding 'utf-16'."),
    ('encodings = ["utf-8", "gbk"]', "encodings = []", "'encodings' is empty"),
    ('uis = ["en", "de"]', "limits.titel = 5", "unknown key 'titel' in [limits]. Did you mean 'title'?"),
    ('uis = ["en", "de"]', "limits.name = 0", "'name' in [limits] is 0; right would be 1 or more"),
    ('uis = ["en", "de"]', 'limits.names = "z-a"', "'names' in [limits] is 'z-a': bad character range z-a"),
    ('uis = ["en", "de"]', 'limits.dates = ["dahs"]', "'dates' in [limits]: unknown date form 'dahs'. Did you mean 'dash'?"),
    ('uis = ["en", "de"]', 'uis = "en"', "'uis': expected array, got str"),
    ('uis = ["en", "de"]', 'uis = ["en", "../de"]', "'uis' holds '../de'; right would be tags of languages, as 'en' or 'zh-TW'"),
    ('uis = ["en", "de"]', f'uis = ["{"e" * 300}"]', f"'uis' holds '{'e' * 59}; right would be tags of languages, as 'en'"),
    ('uis = ["en", "de"]', 'base = "discours"', "Unknown skin 'discours'. Did you mean 'discourse'?"),
    ('anchor = "post{pid}"', 'anchor = "post"', "'anchor' is 'post', the same for all posts"),
    ('anchor = "post{pid}"', 'anchor = "post{pdi}"', "'anchor': unknown field {pdi}. Did you mean 'pid'? Known there: n, pid, pid36."),
    ('host = "https://plain.example"', 'host = "plain.example"', "'host' in [urls] is 'plain.example'; right would be"),
    ('host = "https://plain.example"', 'hots = "x"', "unknown key 'hots' in [urls]. Did you mean 'host'?"),
    ('thread = "/t/{slug}.{id}/"', 'thread = "/t/{ident}/"', "'thread' in [urls]: unknown field {ident}. Did you mean 'id'?"),
    ('thread = "/t/{slug}.{id}/"', 'thread = "/t/{id"', "'thread' in [urls] is '/t/{id', which is no format string"),
    ('user = "/members/{slug}.{uid}/"', 'user = "/u/{uid:q}"', "'user' in [urls] is '/u/{uid:q}', which is no format string"),
    ('post = "us-long-second"', 'post = "us-long-secnd"', "'post' in [dates]: unknown date form 'us-long-secnd'. Did you mean 'us-long-second'?"),
    ('post = "us-long-second"', "post = 3", "'post' in [dates]: expected str, got int"),
    ('joined = "us-short"', 'joind = "us-short"', "unknown key 'joind' in [dates]. Did you mean 'joined'?"),
    ('views = "k"', 'views = "kk"', "'views' in [forms]: unknown count form 'kk'. Did you mean 'k'?"),
    ('floor = "hash"', 'floor = "hsh"', "'floor' in [forms]: unknown floor form 'hsh'. Did you mean 'hash'?"),
    ('title = { css = "h1" }', 'titel = { css = "h1" }', "unknown key 'titel' in [page]. Did you mean 'title'?"),
    ('title = { css = "h1" }', 'title = "h1"', "'title' in [page]: expected object, got str"),
    ('title = { css = "h1" }', 'title = { attr = "x" }', "'title.css' in [page] is missing"),
    ('title = { css = "h1" }', 'title = { css = "h1[" }', "'title.css' in [page] is 'h1[', which is no CSS selector"),
    ('css = "div.post"', 'css = ""', "'css' in [posts] is empty"),
    ('author = { css = ".name" }', 'author = { css = ".name", atr = "x" }', "unknown key 'author.atr' in [post]. Did you mean 'attr'?"),
    ('author = { css = ".name" }', 'author = { css = ".name", form = "dash" }', "'author.form' in [post] is 'dash'; only dates have one"),
    ('author = { css = ".name" }', 'auhtor = { css = ".name" }', "unknown key 'auhtor' in [post]. Did you mean 'author'?"),
    ('text = { css = ".body", but = "blockquote" }', 'text = { css = ".body", but = "<b>" }', "'text.but' in [post] is '<b>', which is no CSS selector"),
    ('date = { css = "time", form = "us-long-second" }', 'date = { css = "time" }', "'date' in [post] needs a form"),
    ('date = { css = "time", form = "us-long-second" }', 'date = { css = "time", form = "dahs" }', "'date.form' in [post]: unknown date form 'dahs'. Did you mean 'dash'?"),
    ('floor = { css = ".no", pattern = "^#(-?\\\\d+)$" }', 'floor = { css = ".no", pattern = "#(" }', "'floor.pattern' in [post] is '#('"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "message"), SETTINGS)
def test_a_mistake_in_the_settings_is_named_with_its_line(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    """File and line of the setting, the value, what would be right, and the nearest name."""
    told = message_of(make_skin(tmp_path, SKIN.replace(right, wrong, 1)))

    assert told.startswith(f"{tmp_path}/mine/skin.toml:{LINES[right]}: {message}")
    assert "\n" not in told


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('kind = "forum"', "'kind' is missing"),
        ('host = "https://plain.example"', "'host' in [urls] is missing"),
        ('post = "us-long-second"', "'post' in [dates] is missing; it names a form of dates, as 'dash'"),
        ('floor = "hash"', "'floor' in [forms] is missing; it names a form of numbers, as 'lou'"),
        ('css = "div.post"', "'css' in [posts] is missing"),
        ('n = { css = "", attr = "id", pattern = "^post(\\\\d+)$", form = "pid" }', "n in [post] is missing"),
    ],
)
def test_a_missing_setting_is_named(tmp_path: Path, line: str, message: str) -> None:
    """What has to be there and is not."""
    told = message_of(make_skin(tmp_path, SKIN.replace(line + "\n", "", 1)))

    assert re.match(rf"{re.escape(str(tmp_path))}/mine/skin\.toml(:\d+)?: {re.escape(message)}", told)


# a line of thread.html, and the message behind file and line
TEMPLATES = [
    ("{{ titel }}", "titel is unknown. Did you mean 'title'?"),
    ("{% for post in posts %}{{ post.autor }}{% endfor %}", "post.autor is unknown. Did you mean 'author'? Known: attribute, author,"),
    ("{% for post in posts %}{{ pots.author }}{% endfor %}", "pots is unknown. Did you mean 'posts'?"),
    ("{{ posts[0].forum.pane.joined.show }}", "posts[…].forum.pane.joined.show is unknown. Did you mean 'shown'?"),
    ("{{ posts[0].forum.pane.leter }}", "posts[…].forum.pane.leter is unknown. Did you mean 'letter'?"),
    ("{% for p in posts if p.forum.quote %}{{ p.forum.quote.autor }}{% endfor %}", "p.forum.quote.autor is unknown. Did you mean 'author'?"),
    ("{{ thread.artcle }}", "thread.artcle is unknown. Did you mean 'article'?"),
    ("{{ skin.titel }}", "skin.titel is unknown. Did you mean 'title'?"),
    ("{{ skin.urls.hots }}", "skin.urls.hots is unknown. Did you mean 'host'?"),
    ("{{ look.nois }}", "look.nois is unknown. Did you mean 'noise'?"),
    ("{{ ui.nxt }}", "ui.nxt is unknown. Did you mean 'next'? It is no key of ui/en.toml. Known: "),
    ("{{ crumbs[0].titel }}", "crumbs[…].titel is unknown. Did you mean 'title'?"),
    ("{{ posts[0].odd.status }}", "posts[…].odd.status is unknown: what stands before .status is none here; ask with 'if' first"),
    ("{% for p in posts %}{{ loop.indx }}{% endfor %}", "loop.indx is unknown. Did you mean 'index'?"),
    ("{% if pots %}x{% endif %}", "pots is unknown. Did you mean 'posts'?"),
    ("<b>{% if title %}{{ titel }}{% else %}{{ title }}{% endif %}</b>", "titel is unknown. Did you mean 'title'?"),
    ("{% set x = titel %}{{ x }}", "titel is unknown. Did you mean 'title'?"),
    ("{{ title|uper }}", "No filter named 'uper'. Did you mean 'upper'?"),
    ("{% if title %}{{ title|uper }}{% endif %}", "No filter named 'uper'. Did you mean 'upper'?"),
    ("{% if title is defind %}{% endif %}", "No test named 'defind'. Did you mean 'defined'?"),
    ("{% forr post in posts %}{% endfor %}", "Encountered unknown tag 'forr'. Did you mean 'for'?"),
    ("{% for post in posts %}", "Unexpected end of template. Jinja was looking for the following tags: 'endfor' or 'else'."),
    ("{{ title", "unexpected end of template"),
    ("{{ views + title }}", "TypeError: unsupported operand"),
    ("{{ 1 // 0 }}", "ZeroDivisionError: "),
    ("{{ title() }}", "TypeError: 'str' object is not callable"),
    ("{{ title|random }}", "random and lipsum are not for skins"),
    ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "templates or macros that call themselves without end"),
    ("{% include 'mine/_prats.html' %}", "template 'mine/_prats.html' is missing. Did you mean 'mine/_parts.html'?"),
    ("{% import 'mine/_parts.html' as parts %}{{ parts.halo() }}", "parts.halo is unknown. Did you mean 'hallo'? Known: hallo."),
    ("{% from 'mine/_parts.html' import halo %}{{ halo() }}", "the template 'mine/_parts.html'"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "message"), TEMPLATES)
def test_a_mistake_in_a_template_is_named_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    """File and line of the expression, as the author wrote it, and the nearest name."""
    html = f"<!DOCTYPE html>\n<p>{{{{ title }}}}</p>\n\n{line}"
    told = message_of(make_skin(tmp_path, html=html, _parts__html="{% macro hallo() %}x{% endmacro %}"))

    assert told.startswith(f"{tmp_path}/mine/thread.html:4: {message}")
    assert "\n" not in told


def test_a_mistake_in_an_included_file_is_found_there(tmp_path: Path) -> None:
    """The innermost file is named."""
    folder = make_skin(tmp_path, html="a\n{% include 'mine/_head.html' %}", _head__html="\n\n{{ titel }}")

    assert message_of(folder).startswith(f"{tmp_path}/mine/_head.html:3: titel is unknown.")


def test_missing_files_are_named(tmp_path: Path) -> None:
    """The template that is missing and the nearest that is there; the file of a language."""
    folder = make_skin(tmp_path, thred__html="x")
    (tmp_path / "mine" / "thread.html").unlink()

    assert message_of(folder) == (
        f"{tmp_path}/mine/thread.html is missing: skin 'mine' has no such page. Did you mean 'thred.html'?"
    )

    other = make_skin(tmp_path / "other")
    (tmp_path / "other" / "mine" / "ui" / "en.toml").unlink()

    assert message_of(other) == "ui/en.toml is missing: skin 'mine' names the language 'en' in its 'uis'"


def test_files_that_are_no_text_are_named(tmp_path: Path) -> None:
    """A template and a settings file in another encoding."""
    folder = make_skin(tmp_path, thread__html="字".encode("gbk"))
    other = make_skin(tmp_path / "other", skin__toml='title = "字"'.encode("gbk"))

    assert message_of(folder).startswith("mine/thread.html: byte 0 is not UTF-8")
    assert message_of(other).startswith(f"{tmp_path}/other/mine/skin.toml: byte 9 is not UTF-8")


def test_a_mistake_in_a_language_is_found_in_its_file(tmp_path: Path) -> None:
    """Forms that a language overrides are checked where they stand."""
    folder = make_skin(tmp_path, ui=UI + '\n[dates]\npost = "dahs"\n')

    assert message_of(folder).startswith(f"{tmp_path}/mine/ui/en.toml:10: 'post' in [dates]: unknown date form 'dahs'.")


def test_the_command_line_tells_one_error(tmp_path: Path) -> None:
    """Exit code 2, one line, no traceback."""
    folder = make_skin(tmp_path, html="{{ titel }}")
    run = [sys.executable, "-m", "forgegen", "page", "--templates", folder, "--skin", "mine"]
    done = subprocess.run(run, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"forgegen: {tmp_path}/mine/thread.html:1: titel is unknown. Did you mean 'title'?\n"


def test_an_unknown_skin_is_answered_with_the_nearest(tmp_path: Path) -> None:
    """Skins of one's own are among the known."""
    folder = make_skin(tmp_path)
    result = CliRunner().invoke(cli, ["page", "--templates", folder, "--skin", "mina"])

    assert isinstance(result.exception, ForgegenError)
    assert "Unknown skin 'mina'. Did you mean 'mine'?" in str(result.exception)
