"""One rule for defaults: a thread made for a skin has the skin's locale and profile, and is the same in every door."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from faker import Faker
from hypothesis import given
from hypothesis import strategies as st

import forgegen
from forgegen.assess.corpus_reader import generated
from forgegen.cli.main import cli
from forgegen.corpus.manifest import MANIFEST
from forgegen.corpus.plan import PLAN, state_here
from forgegen.corpus.rows import rows
from forgegen.errors import UsageError
from forgegen.faker_provider import ForumProvider
from forgegen.model.thread import Thread
from forgegen.model.tree import parents_of
from forgegen.site.forum import Forum
from forgegen.skins.loading import load_skin, skin_names
from forgegen.skins.own_words import words_for
from tests.corpora import spec

pytest_plugins = ("pytester",)


def printed(*arguments: object) -> str:
    """What a command prints."""
    done = CliRunner().invoke(cli, list(map(str, arguments)))
    assert done.exit_code == 0, done.output
    return done.output


def said(thread: Thread) -> tuple[Any, ...]:
    """What is the same in every door: what it is about, who writes what, and the tree."""
    posts = [(p.author and p.author.name, p.text, p.likes, p.arrival) for p in thread.posts]
    return thread.article.title, thread.article.byline, posts, parents_of([p.depth for p in thread.posts])


def test_a_thread_without_a_skin_is_the_reference_thread() -> None:
    """``make_thread`` and ``forgegen thread`` know no skin: Chinese news in the profile reference."""
    thread = forgegen.make_thread(7, 0)

    assert thread == forgegen.make_thread(7, 0, locale="zh-CN", profile="reference")
    assert Thread.from_json(printed("thread", "--seed", 7)) == thread


@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", skin_names())
def test_every_door_makes_the_same_thread(skin: str) -> None:
    """Page, corpus, score's pages, site, fixture and ``make_thread`` with the skin's words agree in what is said."""
    own = load_skin(skin)
    thread = forgegen.make_thread(7, 3, locale=own.locale, profile=own.profile)
    page = forgegen.render(thread, skin)[0]
    (row, *_) = rows(spec(seed=7, skins=skin), 3)
    case = next(case for case in generated(seed=7, skins=[skin], threads=4) if case.thread == "3")
    shown = json.loads(printed("page", "--seed", 7, "--index", 3, "--skin", skin, "--format", "both"))

    assert row.thread == thread
    stated = forgegen.render(thread, skin, data="seen")[0]  # a corpus states what the engine states
    assert (case.body, row.body) == (page.body, stated.body)
    assert row.truth == page.truth
    assert (shown["html"], shown["truth"]) == (page.html, json.loads(page.truth.to_json()))
    assert said(Forum(7, skin=skin).whole(3)[0]) == said(thread)  # some of which a site takes away later


def test_fixtures_make_threads_for_their_skin(pytester: pytest.Pytester) -> None:
    """``forum_thread``, ``forum_page`` and ``make_forum_page`` take the skin's words unless the marker names others."""
    pytester.makepyfile(
        """
        import pytest
        from forgegen import make_thread

        @pytest.mark.forum(seed=7, index=3, skin="phpbb3")
        def test_own(forum_thread, forum_page, make_forum_page):
            made = make_thread(7, 3, locale="en", profile="forum")
            page = make_forum_page(seed=7, index=3, skin="phpbb3")
            assert (forum_thread, forum_page.thread, page.thread) == (made, made, made)

        @pytest.mark.forum(seed=7, index=3, skin="phpbb3", locale="zh-CN")
        def test_named(forum_page):
            assert forum_page.thread == make_thread(7, 3, locale="zh-CN", profile="forum")
        """
    )
    pytester.inline_run("-p", "no:randomly", "-p", "no:cacheprovider").assertoutcome(passed=2)


def test_faker_pages_have_the_profile_of_their_skin() -> None:
    """The instance names the locale; the profile is the skin's unless it is named."""
    fake = Faker("zh_CN")
    fake.add_provider(ForumProvider)
    fake.seed_instance(1)
    own = fake.forum_page(skin="phpbb3").thread
    fake.seed_instance(1)
    named = fake.forum_thread(locale="zh-CN", profile="forum")

    assert own == named


def test_skins_with_one_language_settle_the_plan() -> None:
    """``native`` is a name in the plan where all skins have the same; where they differ each thread has its skin's."""
    one, same = spec(skins="phpbb3"), spec(skins="phpbb3", locales="native", profiles="native")
    mixed = spec(skins=["phpbb3", "reference"])

    assert one == same
    assert (one.locales, one.profiles) == ({"en": 1}, {"forum": 1})
    assert mixed.locales == {"native": 1}
    assert {(row.choice.skin, row.thread.locale) for i in range(12) for row in rows(mixed, i)} == {
        ("phpbb3", "en"), ("reference", "zh-CN"),
    }  # fmt: skip


def test_crossed_skins_of_two_languages_need_a_locale() -> None:
    """One thread cannot have the words of two skins; of profiles that differ the usual one is taken."""
    with pytest.raises(UsageError, match=r"phpbb3 en, reference zh-CN; right would be --locale with one of en, zh-CN"):
        spec(skins=["reference", "phpbb3"], cross=True)
    crossed = spec(skins=["reference", "phpbb3"], cross=True, locales="en")

    assert (crossed.locales, crossed.profiles) == ({"en": 1}, {"reference": 1})
    assert spec(skins=["xenforo2", "phpbb3"], cross=True).profiles == {"forum": 1}


@pytest.mark.parametrize("command", ["page", "serve", "corpus", "score"])
def test_help_says_that_words_are_the_skins(command: str) -> None:
    """The default that applies is the one that is shown."""
    text = " ".join(printed(command, "--help").split())

    assert text.count("[default: the skin's]") >= 2


@given(st.sampled_from(("http://", "https://", "")), st.sampled_from(("", "/")))
def test_a_host_is_bare_or_has_a_scheme(scheme: str, slash: str) -> None:
    """With or without a slash at its end; a bare one has the scheme of the skin's own."""
    page = forgegen.render(forgegen.make_thread(7, 0), host=f"{scheme}forum.example:8080{slash}")[0]

    assert page.url == f"{scheme or 'https://'}forum.example:8080/news/10000000.html"
    assert eval(repr(page), {name: getattr(forgegen, name) for name in forgegen.__all__}) == page


@pytest.mark.parametrize("host", ["", "a b", "ftp://a.example", "a.example/x", "a.example//", 'a"b', 7])
def test_another_host_is_refused(host: Any) -> None:
    """The message shows what would be right."""
    with pytest.raises(UsageError, match=r"host cannot be .* right would be 'forum\.example'"):
        forgegen.render(forgegen.make_thread(7, 0), host=host)


def test_words_that_are_named_need_no_skin() -> None:
    """Each is taken for itself."""
    assert words_for("phpbb3", None, "reference") == {"locale": "en", "profile": "reference"}
    assert words_for("phpbb3", "ja", "news") == {"locale": "ja", "profile": "news"}


def test_a_part_of_a_path_is_no_skin(tmp_path: Path) -> None:
    """An unknown skin is named before anything else."""
    with pytest.raises(UsageError, match="Did you mean 'phpbb3'"):
        words_for("phpbb", templates=(tmp_path,))


def other_state(out: Path) -> None:
    """Make a corpus one of another state of forgegen."""
    code = state_here()["code"].encode()
    for file in (out / PLAN, out / MANIFEST):
        whole = file.read_bytes()
        assert code in whole
        file.write_bytes(whole.replace(code, b"0" * 16))


def refused(*arguments: object) -> str:
    """What a command that is wrong use says."""
    done = CliRunner().invoke(cli, list(map(str, arguments)))
    assert isinstance(done.exception, UsageError), done.output
    return str(done.exception)


def test_a_corpus_says_which_state_made_it(tmp_path: Path) -> None:
    """Manifest and card have the version and digests of words, skins and code, as ``forgegen list state`` has them."""
    printed("corpus", tmp_path, "--threads", 2)
    listed = {row["name"]: row["about"] for row in json.loads(printed("list", "state", "--json"))}
    head = json.loads((tmp_path / "MANIFEST.jsonl").read_text("utf-8").splitlines()[0])

    assert {"forgegen", "edition", "words", "skins", "code"} == set(listed)
    assert listed == head["plan"]["fingerprint"]
    assert all(f"{name} `{mark}`" in (tmp_path / "README.md").read_text("utf-8") for name, mark in listed.items())


def test_two_states_are_not_mixed(tmp_path: Path) -> None:
    """Growing a corpus, making pages again and comparing reports of two states are refused; the older is named."""
    out, report = tmp_path / "out", tmp_path / "report"
    printed("corpus", out, "--threads", 2)
    printed("extract", out, "-o", tmp_path / "a.jsonl")
    judged = "score", "--predictions", tmp_path / "a.jsonl", "--truth", out
    printed(*judged, "-o", report)
    printed(*judged, "--compare", report / "report.json")
    other_state(out)
    marks = "'forgegen list state' prints words"

    assert marks in refused("corpus", out, "--extend-to", 4)
    assert marks in refused("verify", out, "--regenerate", 1)
    assert marks in refused(*judged, "--compare", report / "report.json")


T, P = forgegen.make_thread(7, 0), forgegen.render(forgegen.make_thread(7, 0))[0]
WRONG: dict[str, Callable[[], object]] = {
    "locale": lambda: forgegen.make_thread(7, 0, locale=3),  # type: ignore[arg-type]
    "profile": lambda: forgegen.make_thread(7, 0, profile=[]),  # type: ignore[arg-type]
    "thread": lambda: forgegen.render("a thread"),  # type: ignore[arg-type]
    "skin": lambda: forgegen.render(T, 3),  # type: ignore[arg-type]
    "quirks": lambda: forgegen.render(T, quirks=3),  # type: ignore[arg-type]
    "noise": lambda: forgegen.render(T, noise="loud"),  # type: ignore[arg-type]
    "data": lambda: forgegen.render(T, data="some"),  # type: ignore[arg-type]
    "encoding": lambda: forgegen.render(T, encoding=3),  # type: ignore[arg-type]
    "templates": lambda: forgegen.render(T, templates="skins"),
    "no templates": lambda: forgegen.render(T, templates=3),  # type: ignore[arg-type]
    "number": lambda: forgegen.Page(T, number="1"),  # type: ignore[arg-type]
    "page": lambda: forgegen.extract(None),  # type: ignore[arg-type]
    "skin of a page": lambda: forgegen.extract(P.body, 3),  # type: ignore[arg-type]
    "encoding of a page": lambda: forgegen.extract(P.body, encoding=3),  # type: ignore[arg-type]
    "text": lambda: forgegen.read_text(None),  # type: ignore[arg-type]
    "thread of a text": lambda: forgegen.write_text(None),  # type: ignore[arg-type]
    "json": lambda: forgegen.Thread.from_json(None),  # type: ignore[arg-type]
    "no truths": lambda: forgegen.Truth.join([]),
    "other truths": lambda: forgegen.Truth.join([1]),  # type: ignore[list-item]
    "truths": lambda: forgegen.Truth.join(None),  # type: ignore[arg-type]
    "truth": lambda: forgegen.score(None, {}),  # type: ignore[arg-type]
    "profile of a score": lambda: forgegen.score(P.truth, {}, profile=[]),  # type: ignore[arg-type]
    "edge cases": lambda: forgegen.edge_cases(["reference"]),  # type: ignore[arg-type]
    "response": lambda: P.response(3),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_types_are_wrong_use(name: str) -> None:
    """Public functions answer a wrong argument with a UsageError that says what is right, not with an error of Python."""
    with pytest.raises(UsageError, match=r"right would be|Known: "):
        WRONG[name]()
