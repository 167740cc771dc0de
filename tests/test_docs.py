"""What a user can name is documented, and the examples of README and docs run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any

import click
import pytest

import forgegen
from forgegen.cli.list_command import KINDS
from forgegen.cli.main import cli
from forgegen.entry_points import COMMANDS
from forgegen.faker_provider import ForumProvider
from forgegen.forms.layouts import DateLayout, NumberLayout
from forgegen.generate.lexicon import load_lexicon, locale_names
from forgegen.generate.profile import profile_names
from forgegen.generate.stories.compiled import heads
from forgegen.generate.voice.bank import load_bank
from forgegen.maintain.quirk_docs import PAGE, table
from forgegen.maintain.skin_docs import filled
from forgegen.rendering.listing import BoardContext, BoardLine, IndexContext, ThreadLine
from forgegen.rendering.variables import ForumView, OddView, PageContext, Pane, PostView, QuoteView
from forgegen.site.faults import FAULTS
from forgegen.site.login_rules import Login
from forgegen.site.rules import Rules
from forgegen.skins.loading import skin_names
from forgegen.skins.schema import COUNTED, DATES
from forgegen.skins.skin import Posts, Skin, Urls

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCS = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
MANUAL = "\n".join([README, *DOCS.values()])
MODULES = [m.name for m in pkgutil.walk_packages(forgegen.__path__, "forgegen.") if m.name != "forgegen.__main__"]

HEAVY = {
    "forgegen.corpus.executors.dask_executor": "distributed",
    "forgegen.corpus.executors.spark_executor": "pyspark",
    "forgegen.spark": "pyspark",
    "forgegen.web_poet_page": "web_poet",
}


def tier(name: str) -> list[pytest.MarkDecorator]:
    """Modules that load what the quick tier does not install stand in another."""
    return [pytest.mark.every, pytest.mark.needs(HEAVY[name])] if name in HEAVY else []


def test_every_name_a_user_can_use_is_documented() -> None:
    """Commands, kinds, skins, locales, profiles and public names stand in the README or the docs."""
    names = {*COMMANDS, *KINDS, *skin_names(), *locale_names(), *profile_names(), *forgegen.__all__}

    assert {name for name in names if not re.search(rf"`[^`\n]*{re.escape(name)}|forgegen[. ]{name}", MANUAL)} == set()


def test_every_quirk_is_documented() -> None:
    """The page of quirks that the README links to is as the maintenance command writes it."""
    assert "(docs/quirks.md)" in README
    assert PAGE.read_text("utf-8") == table()


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_and_option_says_what_it_does(command: str) -> None:
    """The reference of commands is made of their help: each has an example, and each option a sentence."""
    found = cli.get_command(click.Context(cli), command)
    assert found is not None
    commands = [found, *(found.commands.values() if isinstance(found, click.Group) else ())]

    assert "```{eval-rst}\n.. click:: forgegen.cli.main:cli" in DOCS["cli.md"]
    for one in commands:
        assert isinstance(one, click.Group) or "forgegen " in (one.help or "") + (one.epilog or ""), one.name
        assert [p.name for p in one.params if isinstance(p, click.Option) and not (p.help or p.hidden)] == []


def test_the_labels_of_findings_are_quirks() -> None:
    """Every label in the table of findings is a key of QUIRKS."""
    cells = [line.split("|")[4] for line in DOCS["findings.md"].splitlines() if line.startswith("| ")][1:]
    labels = {label for cell in cells for label in re.findall(r"`([a-z]+\.[a-z][^`]*)`", cell)}

    assert labels
    assert labels <= set(forgegen.QUIRKS)


def test_the_readme_is_a_front_door() -> None:
    """The README has at most 150 lines, shows two pictures, and its links lead somewhere."""
    links = re.findall(r"\]\(([^)#]+)\)", README)

    assert README.count("\n") <= 150
    assert sum(link.endswith(".png") for link in links) == 2
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def test_every_page_of_the_manual_is_linked() -> None:
    """The table of contents names each page of the docs, and the README leads to those a user needs."""
    listed = set(re.findall(r"^([\w-]+)$", DOCS["index.md"], re.MULTILINE))

    assert listed == {name.removesuffix(".md") for name in DOCS} - {"index"}
    assert [name for name in listed - {"changelog"} if f"(docs/{name}.md)" not in README] == []


def test_every_faker_method_is_documented() -> None:
    """Each public method of the provider stands in the README and has an example."""
    methods = [name for name in vars(ForumProvider) if not name.startswith("_")]

    assert methods
    for name in methods:
        assert f"fake.{name}(" in DOCS["fixtures.md"]
        assert ":example:" in (getattr(ForumProvider, name).__doc__ or "")


def test_faults_are_documented_and_the_site_example_runs() -> None:
    """Each fault stands in docs/serve.md with what it is, and the example there runs as it stands."""
    text = (ROOT / "docs" / "serve.md").read_text("utf-8")

    assert [f.name for f in FAULTS.values() if f"| `{f.name}` | {f.lasting} | {f.seen} | {f.about} |" not in text] == []
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, "serve.md", "exec"), {})


@pytest.mark.parametrize("page", ["README.md", "fixtures.md"])
def test_python_examples_run(page: str) -> None:
    """The Python blocks run as they stand; tests in them are defined, not called."""
    blocks = re.findall(r"```python\n(.*?)```", README if page == "README.md" else DOCS[page], re.DOTALL)

    assert len(blocks) >= 2
    for block in blocks:
        exec(compile(block, page, "exec"), {})


def test_the_failure_in_the_readme_is_true() -> None:
    """The README's test fails on the page with a line break as the README says."""
    block, text = re.findall(r"```python\n(from hypothesis.*?)```.*?```\n(.*?)```", README, re.DOTALL)[0]
    names: dict[str, Any] = {}
    exec(compile(block, "README.md", "exec"), names)
    page = forgegen.Page(forgegen.edge_cases()["text.br"].thread, noise="none", data="none")
    with pytest.raises(AssertionError) as caught:
        names["check"](names["parse"], page)

    said = str(caught.value).splitlines()[:2]
    assert re.sub(r"'[^']*'", "''", "Failed: " + "\n".join(said) + "\n") == re.sub(r"'[^']*'", "''", text)


def test_the_page_on_testing_is_true() -> None:
    """The Python blocks of docs/testing.md run in their order, and its last block is how their failure reads."""
    text = (ROOT / "docs" / "testing.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, object] = {}

    assert "(docs/testing.md)" in README
    assert len(blocks) == 7
    for block in blocks:
        exec(compile(block, "docs/testing.md", "exec"), names)
    assert re.findall(r"```text\n(.*?)```", text, re.DOTALL) == [names["told"]]


def test_the_test_command_is_what_ci_calls() -> None:
    """.ci/run holds the README's second command, word for word."""
    command = re.findall(r"```sh\n(python3 -m venv.*?)\n```", README, re.DOTALL)[1]

    assert command.endswith("-m pytest")
    assert command in (ROOT / ".ci" / "run").read_text("utf-8")


def test_the_words_are_as_many_as_promised() -> None:
    """12 topics, 150 stories in 3 branches, 60 opening posts, 12,000 plain lines, 400 handles, at the least."""
    lexicon = load_lexicon("zh-CN")
    stories, openings = heads(lexicon, "stories"), heads(lexicon, "openers")
    files: list[tuple[str, ...]] = [("plain", name) for name in lexicon.names_in("plain")]
    files += [("stories", t, f"{h.key}.txt") for t, h in stories] + [
        ("openers", t, f"{h.key}.txt") for t, h in openings
    ]
    lines = sum(len(load_bank(lexicon, *path).lines) for path in files)

    assert len(lexicon.topics) == 12
    assert len({head.key for _, head in stories}) >= 150
    assert all(len(head.branches) >= 3 and lexicon.boards(head.boards) for _, head in stories)
    assert len(openings) >= 60
    assert lines >= 12_000
    assert len(lexicon.handles["whole"]) >= 400
    assert len(lexicon.outlets) + len(lexicon.every_board) >= 60


def test_the_english_words_are_as_many_as_promised() -> None:
    """6 topics, 40 stories in 3 branches, 60 opening posts, 3,500 plain lines and 5,000 handles, at the least."""
    lexicon = load_lexicon("en")
    stories, openings = heads(lexicon, "stories"), heads(lexicon, "openers")
    lines = sum(len(load_bank(lexicon, "plain", name).lines) for name in lexicon.names_in("plain"))
    lines += sum(len(load_bank(lexicon, "plain", "rest", name).lines) for name in lexicon.names_in("plain", "rest"))
    lines += sum(len(load_bank(lexicon, "stories", t, f"{h.key}.txt").lines) for t, h in stories)
    lines += sum(len(load_bank(lexicon, "openers", t, f"{h.key}.txt").lines) for t, h in openings)

    assert len(lexicon.topics) == 6
    assert len(stories) >= 40
    assert len(openings) >= 60
    assert lines >= 3_500
    assert len(lexicon.handles["front"]) * len(lexicon.handles["back"]) > 5_000
    assert all(len(lexicon.boards(head.boards)) >= 2 for _, head in (*stories, *openings))


def test_template_variables_are_documented() -> None:
    """Every field that a template may use is named in its class's docstring."""
    for cls in (
        PageContext, PostView, OddView, ForumView, Pane, QuoteView, BoardContext, IndexContext, BoardLine, ThreadLine,
    ):  # fmt: skip
        text = cls.__doc__ or ""
        assert {name for name in cls.__struct_fields__ if not re.search(rf"\b{name}\b", text)} == set()


def examples() -> list[Any]:
    """The modules that hold examples, each in its tier."""
    found = []
    for name in MODULES:
        file = ROOT.joinpath(*name.split("."))
        text = (file / "__init__.py" if file.is_dir() else file.with_suffix(".py")).read_text("utf-8")
        found += [pytest.param(name, marks=tier(name))] if ">>> " in text else []
    return found


@pytest.mark.few("name", keep=30)
@pytest.mark.parametrize("name", examples())
def test_doctests_run(name: str) -> None:
    """Every example in a docstring is true."""
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_the_manual_of_skins_is_whole() -> None:
    """docs/skins.md names every setting and selector key, its lists are those of the code, and the README leads to it."""
    text = (ROOT / "docs" / "skins.md").read_text("utf-8")
    keys = {
        *Skin.__struct_fields__,
        *Rules.__struct_fields__,
        *Login.__struct_fields__,
        *Urls.__struct_fields__,
        *Posts.__struct_fields__,
        *DateLayout.__struct_fields__,
        *NumberLayout.__struct_fields__,
        *DATES,
        *COUNTED,
    }

    assert {
        key
        for key in keys - {"name", "folder", "chain", "foreign", "chosen"}
        if f"`{key}`" not in text and f"[{key}]" not in text
    } == set()
    assert filled(text) == text
    assert "docs/skins.md" in README
