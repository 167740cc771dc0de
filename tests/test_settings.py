"""Settings of a board: declared by skins, chosen for a page or a site, the same all over it."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from forgegen.cli.main import cli
from forgegen.corpus.plan import make_plan
from forgegen.corpus.rows import rows
from forgegen.corpus.spec_file import make_spec
from forgegen.errors import UnknownName, UsageError
from forgegen.generate.making import make_thread
from forgegen.model.thread import Article, Author, Board, Post, Thread
from forgegen.pages.page import Page, render
from forgegen.reading.extraction import extract
from forgegen.rendering.look import SITE_LOOK, Look
from forgegen.site.serving import make_site
from forgegen.skins.loading import load_skin, skin_names
from forgegen.skins.settings import as_settings, overlay
from forgegen.strategies import pages
from tests.command import within
from tests.test_every_skin import lists
from tests.test_skin_mistakes import SKIN, make_skin, message_of
from tests.tiers import fuzz

NOW = 1_708_117_260  # Friday, 16 February 2024, 21:01 in UTC
AGES = (30, 300, 7_200, 86_400, 3 * 86_400, 8 * 86_400)  # seconds before that
THREAD = Thread(
    Article("Why does it hum", "al", "", ("p",)),
    tuple(Post(f"after {age}", 1, Author("bo", "B"), NOW - age, 1) for age in reversed(AGES)),
    Board("Kettles", "Kettles", 3),
    9,
    None,
    NOW - 9 * 86_400,
    NOW,
    zone="UTC",
)
SETTLED = [name for name in skin_names() if load_skin(name).settings]
CHOICES = [
    (skin, ui, name, value)
    for skin in SETTLED
    for ui in load_skin(skin).uis
    for name, setting in load_skin(skin, (), ui).settings.items()
    for value in setting.values
]


def shown(skin: str, **options: Any) -> list[str]:
    """The dates of the replies on a page of the thread."""
    page = Page(THREAD, skin, **options)
    return [post.date.shown for post in page.truth.posts[1:] if post.date]


def test_dates_are_shown_by_age_as_the_engines_do() -> None:
    """What a guest sees of posts of half a minute to eight days."""
    assert shown("xenforo2") == [
        "Feb 8, 2024", "Tuesday at 9:01 PM", "Yesterday at 9:01 PM", "Today at 7:01 PM", "5 minutes ago", "A moment ago",
    ]  # fmt: skip
    assert shown("xenforo2", settings={"dates": "24h"}) == [
        "8 Feb 2024", "Tuesday at 21:01", "Yesterday at 21:01", "Today at 19:01", "5 minutes ago", "A moment ago",
    ]  # fmt: skip
    assert shown("xenforo2", ui="de")[1:4] == ["Dienstag um 21:01", "Gestern um 21:01", "Heute um 19:01"]
    assert shown("phpbb3")[-1] == "Fri Feb 16, 2024 9:00 pm"
    assert shown("phpbb3", settings={"dates": "relative"}) == [
        "08 Feb 2024, 21:01", "13 Feb 2024, 21:01", "Yesterday, 21:01", "Today, 19:01", "5 minutes ago",
        "less than a minute ago",
    ]  # fmt: skip
    assert [date.replace("\xa0", " ") for date in shown("discuz")] == [
        "2024-2-8 21:01:00", "3 天前", "昨天 21:01", "2 小时前", "5 分钟前", "30 秒前",
    ]  # fmt: skip
    assert shown("discuz", settings={"dates": "absolute"})[-1] == "2024-2-16 21:00:30"


@pytest.mark.few("skin", "ui", "name", "value")
@pytest.mark.parametrize(("skin", "ui", "name", "value"), CHOICES)
def test_pages_of_every_setting_read_back(skin: str, ui: str, name: str, value: str) -> None:
    """Every value of every setting, in every language, gives pages that read back; the bytes alone do so too."""
    for page in render(THREAD, skin, ui=ui, settings={name: value}):
        moment = f"{dt.datetime.fromtimestamp(NOW, dt.UTC):%Y-%m-%dT%H:%M:%SZ}"

        assert extract(page, skin) == page.truth
        assert extract(page.body, skin, encoding=page.encoding, observed=moment, settings={name: value}) == page.truth


@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", SETTLED)
def test_a_default_says_what_the_skin_says(skin: str) -> None:
    """Choosing defaults changes nothing, and what a default would put into the skin stands there already."""
    for ui in load_skin(skin).uis:
        plain = load_skin(skin, (), ui)
        defaults = {name: setting.default for name, setting in plain.settings.items()}

        assert plain.chosen == defaults
        assert Page(THREAD, skin, ui=ui, settings=defaults) == Page(THREAD, skin, ui=ui)
        for setting in plain.settings.values():
            for key, put in overlay(setting.values[setting.default]).items():
                said: Any = getattr(plain, key)
                if isinstance(put, dict):
                    said = {name: getattr(said, name) if key == "urls" else said[name] for name in put}
                assert said == put


@cache
def long_thread(locale: str) -> Thread:
    """A thread that fills pages."""
    thread = make_thread(5, 3, locale=locale, profile="forum")
    return msgspec.structs.replace(thread, posts=thread.posts * (1 + 60 // len(thread.posts)))


@cache
def as_ever(skin: str, ui: str) -> list[str]:
    """That thread's pages with the defaults of the skin."""
    return [page.html for page in render(long_thread(load_skin(skin).locale), skin, ui=ui)]


@pytest.mark.few("skin", "ui", "name", "value")
@pytest.mark.parametrize(("skin", "ui", "name", "value"), CHOICES)
def test_every_value_shows_on_pages(skin: str, ui: str, name: str, value: str) -> None:
    """No value is declared that pages do not show: those of a long thread, or lists, differ from the default's."""
    told = render(long_thread(load_skin(skin).locale), skin, ui=ui, settings={name: value})
    default = load_skin(skin, (), ui).settings[name].default
    boards = [lists(skin, Look(ui=ui, settings=as_settings(chosen))) for chosen in ({}, {name: value})]
    same = boards[0] == boards[1] and as_ever(skin, ui) == [page.html for page in told]

    assert same == (value == default)


def test_a_page_with_settings_is_its_repr() -> None:
    """The repr names the settings that are not defaults, and makes the page again."""
    page = Page(THREAD, "xenforo2", settings={"signatures": False, "posts_per_page": 20, "version": "2.3"})

    assert "settings={'signatures': 'off', 'version': '2.3'}" in repr(page)
    assert eval(repr(page)) == page
    assert page.settings == (("signatures", "off"), ("version", "2.3"))
    assert page != Page(THREAD, "xenforo2")


def test_what_settings_change_is_on_the_page() -> None:
    """Addresses, posts a page, signatures and the attributes of a version follow the settings."""
    thread = make_thread(1, 3, locale="en", profile="forum")
    plain = Page(thread, "xenforo2")
    told = Page(thread, "xenforo2", settings={"urls": "no-title", "signatures": "off", "version": "2.3"})

    assert re.search(r"/threads/\d+/$", told.url)
    assert "message-signature" in plain.html.split("</style>")[1]
    assert "message-signature" not in told.html.split("</style>")[1]
    assert "data-date-string=" in plain.html
    assert re.search(r'data-timestamp="\d+" data-date="\w+ \d+, 2024" data-time="[\d: AP]+M" data-short="', told.html)
    assert "data-date-string=" not in told.html
    assert Page(thread, "phpbb3").html.count("profile-rank") > Page(
        thread, "phpbb3", settings={"ranks": "off"}
    ).html.count("profile-rank")
    assert len(Page(THREAD, "discuz", settings={"posts_per_page": 10}).truth.posts) == 7
    assert Page(THREAD, "discuz", settings={"floors": "lou"}).truth.posts[1].floor_shown == "2楼"


def test_a_site_keeps_its_settings_on_all_pages() -> None:
    """Threads and lists of one site have one format of dates and one kind of address."""
    site = make_site(1, skin="discuz", settings={"dates": "absolute", "urls": "plain"})

    assert site.forum.look.settings == (("dates", "absolute"), ("urls", "plain"))
    assert "mod=viewthread" in site.forum.skin.urls.thread
    assert site.forum.skin.dates["last"] == "dash-hour"
    assert make_site(1, skin="discuz", settings={"dates": "converted"}).forum.look == SITE_LOOK


WRONG = [
    ({"dats": "relative"}, "Unknown phpbb3 setting 'dats'. Did you mean 'dates'? Known: dates, posts_per_page"),
    ({"dates": "relativ"}, "Unknown dates value 'relativ'. Did you mean 'relative'? Known: stock, day-first"),
    ("dates", "settings cannot be 'dates'; right would be as {'dates': 'relative'}"),
]


@pytest.mark.parametrize(("chosen", "message"), WRONG)
def test_a_wrong_setting_is_told_with_the_nearest(chosen: Any, message: str) -> None:
    """A name or a value that the engine does not have is an error, on a page and on a site."""
    for make in (
        lambda: Page(THREAD, "phpbb3", settings=chosen),
        lambda: extract(b"<p>", "phpbb3", settings=chosen),
        lambda: make_site(1, skin="phpbb3", settings=chosen),
    ):
        with pytest.raises(UsageError, match=re.escape(message)):
            make()
    with pytest.raises(UnknownName, match="There are no reference settings yet"):
        Page(THREAD, settings={"dates": "stock"})


OWN = """
[settings.dates]
about = "Format"
source = "a manual"
default = "plain"

[settings.dates.values]
plain = {}
dashes = { dates = { post = "dash" }, needs = { mode = ["old", "older"] } }

[settings.mode]
about = "Mode"
source = "a manual"
default = "new"

[settings.mode.values]
new = {}
old = { posts_per_page = 2 }
older = {}
"""


def test_values_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    """A value that needs another one is refused without it, and the message says with what it goes."""
    folder = make_skin(tmp_path, SKIN + OWN)

    with pytest.raises(UsageError, match=re.escape("dates=dashes needs mode=old or mode=older; here mode is 'new'")):
        render(THREAD, "mine", templates=[folder], settings={"dates": "dashes"})
    made = render(THREAD, "mine", templates=[folder], settings={"dates": "dashes", "mode": "old"})

    assert len(made) == 4
    assert [p.date and p.date.shown for p in made[0].truth.posts][1] == "2024-2-8 21:01"
    assert extract(made[1], "mine") == made[1].truth


MISTAKES = [
    ('about = "Format"', 'abuot = "Format"', "unknown key 'dates.abuot' in [settings]. Did you mean 'about'?"),
    ('default = "plain"', 'default = "plan"', "'dates.default' in [settings] is 'plan'. Did you mean 'plain'?"),
    ("older = {}", "older = { dats = {} }", "unknown key 'mode.values.older.dats' in [settings]. Did you mean 'dates'?"),
    ("older = {}", 'older = { dates = { pst = "dash" } }',
     "unknown key 'mode.values.older.dates.pst' in [settings]. Did you mean 'post'?"),
    ("older = {}", 'older = { dates = { post = "dahs" } }', "'post' in [dates]: unknown date form 'dahs'. Did you mean 'dash'?"),
    ("older = {}", "older = { posts_per_page = 0 }", "'posts_per_page' is 0; right would be 1 or more"),
    ("older = {}", 'older = { urls = { thread = "/{tid}" } }', "'thread' in [urls]: unknown field {tid}."),
    ("older = {}", "older = 3", "'mode.values.older' in [settings]: expected object, got int"),
    ('mode = ["old", "older"]', 'mod = ["old"]', "dates=dashes needs 'mod', which is no setting. Did you mean 'mode'?"),
    ('mode = ["old", "older"]', 'mode = ["odl"]', "dates=dashes needs mode=odl, which is no value of it. Did you mean 'old'?"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "message"), MISTAKES)
def test_a_mistake_in_a_declaration_is_told_at_its_line(tmp_path: Path, before: str, after: str, message: str) -> None:
    """File, line and nearest name, also for values that nobody has chosen."""
    text = (SKIN + OWN).replace(before, after)
    line = next(number for number, line in enumerate(text.splitlines(), 1) if after in line)

    assert message_of(make_skin(tmp_path, text)).startswith(f"{tmp_path}/mine/skin.toml:{line}: {message}")


def test_a_setting_without_a_source_is_refused(tmp_path: Path) -> None:
    """Every setting says where the engine has it."""
    text = SKIN + OWN.replace('source = "a manual"\n', "", 1)

    assert "'dates.source' in [settings] is missing" in message_of(make_skin(tmp_path, text))


@given(st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.booleans()))
def test_settings_are_kept_sorted_as_words(given: dict[str, str | int | bool]) -> None:
    """Numbers and truth values are words as the command line has them; what is kept is given back the same."""
    kept = as_settings(given)

    assert list(kept) == sorted(kept)
    assert as_settings(kept) == kept
    assert {name for name, _ in kept} == set(given)
    assert as_settings({"a": True, "b": False, "c": 3}) == (("a", "on"), ("b", "off"), ("c", "3"))


def test_the_command_line_lists_and_takes_settings() -> None:
    """``list settings`` prints values, default and source; ``--setting`` chooses; mistakes exit with 2."""
    run = CliRunner().invoke
    listed = run(cli, ["list", "settings", "--skin", "xenforo2"])
    page = run(cli, ["page", "--skin", "phpbb3", "--setting", "dates=day-first", "--setting", "posts_per_page=10"])
    twice = run(cli, ["page", "--skin", "phpbb3", "--setting", "dates=stock", "--setting", "dates=ordinal"])
    none = run(cli, ["page", "--skin", "phpbb3", "--setting", "dates"])

    assert "  stock  the language's own: 'M j, Y' and 'g:i A' (default)" in listed.output
    assert "  source: XenForo manual: Friendly URLs" in listed.output
    assert re.search(r"<time datetime=[^>]*>\d\d \w{3} \d{4}, \d\d:\d\d</time>", page.output)
    assert (twice.exit_code, none.exit_code) == (2, 2)
    assert "setting 'dates' has two values" in twice.output
    assert "'dates' is no setting; right would be NAME=VALUE" in none.output
    for wrong in (["settings"], ["skins", "--skin", "phpbb3"]):
        assert isinstance(run(cli, ["list", *wrong]).exception, UsageError)
    assert run(cli, ["list", "settings", "--skin", "reference"]).exit_code == 0


def a_parser(html: str) -> dict[str, list[dict[str, str | None]]]:
    """A parser that knows one format of dates."""
    dates = re.findall(r"<time[^>]*>(\w{3} \w{3} \d\d, \d{4} [\d:]+ [ap]m)</time>", html)
    count = html.count('class="content"')
    return {"posts": [{"date": dates[n] if n < len(dates) else None} for n in range(count)]}


def test_score_prints_a_row_for_every_value(tmp_path: Path) -> None:
    """``--vary`` tells wrong values from missing ones under each value; a setting that no skin has is wrong use."""
    (tmp_path / "dates_parser.py").write_text(f"import re\n\n{inspect.getsource(a_parser)}", "utf-8")
    common = ["score", "dates_parser:a_parser", "--seed", "1", "--threads", "1", "--skin", "phpbb3"]
    ran = within(*common, "--profile", "forum", "--vary", "dates", "-o", str(tmp_path / "out"), cwd=tmp_path)
    rows = [line.split() for line in ran.stdout.decode().splitlines()]

    assert rows[0] == ["dates", "pages", "posts", "text", "author", "date", "wrong", "missing", "invented", "failed"]
    assert [row[0] for row in rows[1:-1]] == list(load_skin("phpbb3").settings["dates"].values)
    assert rows[2][7] != "0"
    assert rows[-1][:4] == ["depends", "on", "it:", "date"]
    assert (tmp_path / "out" / "dates=relative" / "report.json").is_file()
    for wrong, message in (
        (["--vary", "date"], b"Unknown phpbb3 setting 'date'. Did you mean 'dates'?"),
        (["--vary", "dates", "--predictions", "x"], b"--vary scores a parser on new pages"),
        (["--setting", "dates=relativ"], b"Unknown dates value 'relativ'. Did you mean 'relative'?"),
    ):
        refused = within(*common, *wrong, cwd=tmp_path)

        assert refused.returncode == 2
        assert message in refused.stderr


def test_a_corpus_has_settings_by_weight() -> None:
    """One value of each setting a thread; a skin keeps its own where it lacks it; wrong ones are told."""
    spec = make_spec({
        "threads": 9, "skins": ["phpbb3", "reference"], "cross": True, "locales": "en", "profiles": "forum",
        "settings": {"posts_per_page": 10, "dates": {"day-first": 1, "relative": 1}},
    })  # fmt: skip
    made = [row for index in range(9) for row in rows(spec, index)]
    told = {row.fields().get("settings") for row in made if row.choice.skin == "phpbb3"}

    assert told == {"dates=day-first,posts_per_page=10", "dates=relative,posts_per_page=10"}
    assert all("settings" not in row.fields() for row in made if row.choice.skin == "reference")
    assert "settings" in make_plan(spec).spec.columns
    assert "settings" not in make_plan(make_spec({"threads": 9})).spec.columns
    with pytest.raises(UnknownName, match=r"Unknown setting 'date'\. Did you mean 'dates'"):
        make_spec({"skins": "phpbb3", "settings": {"date": "relative"}})
    with pytest.raises(UnknownName, match=r"Unknown dates value 'relativ'\. Did you mean 'relative'"):
        make_spec({"skins": "phpbb3", "settings": {"dates": ["relativ"]}})


@given(st.data())
@fuzz(10, 4)
def test_strategies_and_hunts_take_settings(data: st.DataObject) -> None:
    """All pages that are drawn have them, in the skins that do; read back they give their truth."""
    page = data.draw(pages(settings={"dates": "relative"}))

    assert (page.skin, page.settings) == ("phpbb3", (("dates", "relative"),))
    assert extract(page, page.skin) == page.truth


def test_a_strategy_refuses_settings_that_its_skins_lack() -> None:
    """Named skins have to have them; without names some skin has to."""
    for wrong in (
        pages(settings={"dats": "relative"}, skins=["phpbb3"]),
        pages(settings={"dates": "relativ"}),
        pages(settings={"dates": "relative"}, skins=["reference"]),
    ):
        with pytest.raises(UnknownName):
            wrong.validate()


@pytest.mark.forum(skin="phpbb3", settings={"dates": "day-first"}, locale="en", profile="forum")
def test_the_marker_takes_settings(forum_page: Page) -> None:
    """The fixture's page has the settings of the marker."""
    assert forum_page.settings == (("dates", "day-first"),)
