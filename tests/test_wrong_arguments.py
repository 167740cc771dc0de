"""Arguments of the wrong type or with an unknown name are one sentence, in Python and on the command line."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import Phase, find, settings
from hypothesis.errors import InvalidArgument

import forgegen
from forgegen import strategies
from forgegen.cli.main import cli
from forgegen.errors import ForgegenError
from forgegen.reading.lists import extract_list
from forgegen.site.serving import make_site
from forgegen.skins.loading import template_folders

ANY: Any = 5

NOTHING_RIGHT: tuple[Any, ...] = (
    object(), [], {1: 2}, [[]], "x" * 5000, 10**5000, print, b"x", -1, 1.5, "\udcff", "nope", ["nope"], [5],
)  # fmt: skip
"""Values of many types; some doors take one or another of them."""
PAGE = forgegen.render(forgegen.make_thread(7, 0))[0]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: forgegen.extract(PAGE.body, encoding="gbkk"), "Unknown encoding 'gbkk'. Did you mean 'gbk'?"),
        (lambda: forgegen.extract(PAGE.html, encoding="hex"), "Unknown encoding 'hex'"),
        (lambda: forgegen.extract(PAGE.body, observed="yesterday"), "observed cannot be 'yesterday'; right would be an ISO"),
        (lambda: forgegen.extract(PAGE.html, observed="2024-13-01T00:00:00Z"), "observed cannot be '2024-13-01"),
        (lambda: forgegen.extract(PAGE.html, observed=ANY), "observed cannot be 5"),
        (lambda: forgegen.extract(PAGE.body, templates=ANY), "templates cannot be 5; right would be a list of folders"),
        (lambda: forgegen.extract(PAGE.body, templates="skins"), "templates cannot be 'skins'"),
        (lambda: extract_list(PAGE.body, "board", "phpbb3", encoding="no"), "Unknown encoding 'no'"),
        (lambda: extract_list(PAGE.body, "board", "phpbb3", observed="no"), "observed cannot be 'no'"),
        (lambda: forgegen.edge_cases(templates=ANY), "templates cannot be 5"),
        (lambda: strategies.pages(templates=ANY).validate(), "templates cannot be 5"),
        (lambda: strategies.sites(templates="x").validate(), "templates cannot be 'x'"),
        (lambda: strategies.check(ANY, PAGE), "parser cannot be 5; right would be a function"),
        (lambda: strategies.check(lambda body: {}, ANY), "page cannot be 5; right would be a Page"),
        (lambda: strategies.check(lambda body: {}, PAGE, fields=ANY), "fields cannot be 5; right would be names of fields"),
        (lambda: strategies.check(lambda body: {}, PAGE, fields="text"), "fields cannot be 'text'"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_a_sentence(call: Callable[[], object], words: str) -> None:
    """The error names the argument, its value and what would be right."""
    with pytest.raises((ForgegenError, InvalidArgument)) as caught:
        call()
    assert words in str(caught.value)


def _doors() -> dict[str, Callable[[Any], object]]:
    """Every argument of the public functions, as a call with a value for it."""
    thread = msgspec.structs.replace(forgegen.make_thread(7, 0), posts=())
    skins = {"skins": ["reference"]}
    given: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
        "make_thread": (forgegen.make_thread, {"seed": 0, "index": 0}),
        "read_text": (forgegen.read_text, {}),
        "write_text": (forgegen.write_text, {}),
        "Thread.from_json": (forgegen.Thread.from_json, {}),
        "Truth.from_json": (forgegen.Truth.from_json, {}),
        "Truth.join": (forgegen.Truth.join, {}),
        "render": (forgegen.render, {"thread": thread}),
        "extract": (forgegen.extract, {"page": PAGE}),
        "score": (forgegen.score, {"truth": PAGE.truth, "prediction": {}}),
        "edge_cases": (forgegen.edge_cases, {"skin": "nope"}),
        "response": (PAGE.response, {}),
        "check": (strategies.check, {"parser": lambda body: {}, "page": PAGE}),
        "each_quirk": (strategies.each_quirk, {"klass": "nope"}),
        "make_site": (make_site, {}),
        "threads": (strategies.threads, {}),
        "pages": (strategies.pages, skins),
        "sites": (strategies.sites, skins),
        "pages_with": (strategies.pages_with, {"quirk": "text.br", **skins}),
        "post_texts": (strategies.post_texts, {}),
    }
    return {
        f"{name}({argument})": partial(_call, function, right, argument)
        for name, (function, right) in given.items()
        for argument in inspect.signature(function).parameters
    }


def _call(function: Callable[..., Any], right: dict[str, Any], argument: str, value: Any) -> None:
    """The function with this value for one argument, and right ones for those that it needs; strategies are looked into."""
    made = function(**{**right, argument: value})
    if hasattr(made, "validate"):
        made.validate()


@pytest.mark.parametrize(("door", "call"), _doors().items(), ids=lambda value: value if isinstance(value, str) else "")
def test_no_argument_ends_in_a_bare_error(door: str, call: Callable[[Any], object]) -> None:
    """Whatever an argument is, it is taken or refused by an error of ours with a message that fits on a screen."""
    for value in NOTHING_RIGHT:
        try:
            call(value)
            continue
        except AssertionError:  # a page that the parser does not read right
            assert door.startswith("check(")
            continue
        except (ForgegenError, InvalidArgument) as e:
            said = str(e)
        assert len(said) < 1500, door


@pytest.mark.parametrize(("option", "value"), [("--encoding", "gbkk"), ("--observed", "yesterday")])
def test_extract_refuses_what_it_cannot_use(option: str, value: str, tmp_path: Path) -> None:
    """An unknown encoding or a wrong instant is wrong use, not silently another one, for lists and pages alike."""
    file = tmp_path / "p.html"
    file.write_bytes(PAGE.body)
    for more in ([], ["--list", "board", "--skin", "phpbb3"], [str(file)]):
        done = CliRunner().invoke(cli, ["extract", str(file), option, value, *more])

        assert done.exit_code != 0, more
        assert isinstance(done.exception, ForgegenError), more
        assert value in str(done.exception)


def test_strategies_trust_on_demand(tmp_path: Path) -> None:
    """``trust=True`` gives pages that render without bounds; it stands in their repr, and changes no byte."""
    shutil.copytree(next(top / "phpbb3" for top in template_folders() if (top / "phpbb3").is_dir()), tmp_path / "mine")
    shutil.copytree(
        next(top / "_shared" for top in template_folders() if (top / "_shared").is_dir()), tmp_path / "_shared"
    )
    first = settings(database=None, phases=[Phase.generate])  # which is the plainest
    bounded, trusted = (
        find(strategies.pages(skins=["mine"], templates=[tmp_path], trust=trust), lambda page: True, settings=first)
        for trust in (False, True)
    )

    assert (bounded.trust, trusted.trust) == (False, True)
    assert bounded.body == trusted.body
    assert "trust=True" in repr(trusted)
    site = find(strategies.sites(skins=["mine"], templates=[tmp_path], trust=True), lambda site: True, settings=first)
    assert all(page.trust for page in site.pages.values())
