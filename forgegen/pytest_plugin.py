"""The pytest plugin: pages as fixtures, and a failing page saved where a person can open it.

It costs nothing where it is not used: everything but pytest is imported when a fixture is asked for, or a test failed
that had a page in its hands.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from forgegen.model.thread import Thread
    from forgegen.pages.page import Page
    from forgegen.site.serving import ForumSite

FIXTURES = ("forum_thread", "forum_page", "make_forum_page", "forum_site", "forum_site_factory")
_MARKER = (
    "forum(seed=, index=, skin=, quirks=, locale=, profile=, page=, settings=): which thread and page the fixtures give"
)
_OPTIONS = ("seed", "index", "skin", "quirks", "locale", "profile", "page", "settings")
_FOLDER = ".forgegen/failures"
_lines: dict[
    int, tuple[Any, str]
] = {}  # id of a page -> the page (so that the id stays its own), the line that makes it


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare --forum-seed and --forum-failures."""
    group = parser.getgroup("forgegen", "forum pages with ground truth")
    group.addoption(
        "--forum-seed", metavar="N|random", default=None, help="Seed of forum fixtures. [default: 0; random is printed]"
    )
    group.addoption(
        "--forum-failures", metavar="DIR", default=None, help=f"Where failing pages are saved. [default: {_FOLDER}]"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, and settle a random seed once, also for the workers of xdist."""
    config.addinivalue_line("markers", _MARKER)
    if config.getoption("--hypothesis-show-statistics", False):
        os.environ.setdefault("FORGEGEN_EVENTS", "1")  # read by forgegen.strategies, in workers of xdist too
    settled = getattr(config, "workerinput", {}).get("forum_seed")  # a worker of xdist reads the arguments anew
    if settled is not None:
        config.option.forum_seed = settled
    given = config.getoption("forum_seed", None)
    if given == "random":
        config.option.forum_seed = str(int.from_bytes(os.urandom(4), "little"))
    elif given is not None and not (given.isascii() and given.isdigit()):
        raise pytest.UsageError(f"--forum-seed {given!r}: right would be a whole number from 0, or random")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the settled seed to a worker of xdist."""
    node.workerinput["forum_seed"] = node.config.getoption("forum_seed")


def _seed(config: pytest.Config) -> int:
    return int(config.getoption("forum_seed") or 0)


def _folder(config: pytest.Config) -> Path:
    return config.rootpath / (config.getoption("forum_failures") or _FOLDER)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """The seed, where it was asked for."""
    return [f"forgegen: --forum-seed {_seed(config)}"] if config.getoption("forum_seed") is not None else []


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    """A line where a test uses us."""
    if any(
        set(FIXTURES) & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("forum") for item in items
    ):
        return [f"forgegen: seed {_seed(config)}, failing pages in {config.getoption('forum_failures') or _FOLDER}"]
    return []


def _options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the markers of a test ask for, the nearest first."""
    found: dict[str, Any] = {}
    for mark in request.node.iter_markers("forum"):
        if mark.args:
            raise pytest.UsageError(f"mark forum takes names only, as in forum(seed=7); not {mark.args!r}")
        found = {**mark.kwargs, **found}
    return found


def _page(config: pytest.Config, options: dict[str, Any], thread: Thread | None = None) -> tuple[Page, str]:
    """A page, and the line that makes it."""
    from forgegen.errors import UnknownName, UsageError
    from forgegen.generate.making import make_thread
    from forgegen.pages.page import render
    from forgegen.skins.own_words import words_for

    for name in options:
        if name not in _OPTIONS:
            raise UnknownName("option of a forum page", name, _OPTIONS)
    seed, index = options.get("seed", _seed(config)), options.get("index", 0)
    skin, quirks, number = options.get("skin", "reference"), tuple(options.get("quirks", ())), options.get("page", 1)
    made = words_for(skin, options.get("locale"), options.get("profile"))
    settings = dict(options.get("settings", ()))
    drawn = make_thread(seed, index, **made) if thread is None else thread
    pages = render(drawn, skin, quirks=quirks, settings=settings)
    if not 1 <= number <= len(pages):
        raise UsageError(f"page={number!r}: the thread has {len(pages)} page(s) in skin {skin!r}")
    chosen = pages[number - 1]
    usual = words_for("reference")
    told = [f"{name}={value!r}" for name, value in made.items() if value != usual[name]]
    arguments = ", ".join([str(seed), str(index), *told])
    look = f"{skin!r}" + (f", quirks={quirks!r}" if quirks else "") + (f", settings={settings!r}" if settings else "")
    return chosen, f"from forgegen import *; page = render(make_thread({arguments}), {look})[{number - 1}]"


@pytest.fixture
def forum_thread(request: pytest.FixtureRequest) -> Thread:
    """A generated thread; ``@pytest.mark.forum(seed=, index=, locale=, profile=, skin=)`` chooses which.

    Locale and profile are those of the skin unless they are named.
    """
    from forgegen.generate.making import make_thread
    from forgegen.skins.own_words import words_for

    options = _options(request)
    made = words_for(options.get("skin", "reference"), options.get("locale"), options.get("profile"))
    return make_thread(options.get("seed", _seed(request.config)), options.get("index", 0), **made)


@pytest.fixture
def forum_page(request: pytest.FixtureRequest, forum_thread: Thread) -> Page:
    """A page of ``forum_thread``; ``@pytest.mark.forum(skin=, quirks=, page=, settings=)`` chooses which and how."""
    page, line = _page(request.config, _options(request), forum_thread)
    _lines[id(page)] = page, line
    return page


@pytest.fixture(scope="session")
def make_forum_page(request: pytest.FixtureRequest) -> Callable[..., Page]:
    """A function that makes pages, with the marker's options as arguments; safe under ``@given``."""

    def make(**options: Any) -> Page:
        page, line = _page(request.config, options)
        if len(_lines) > 1000:  # a property may make many; the one that fails is the last
            _lines.clear()
        _lines[id(page)] = page, line
        return page

    return make


@pytest.fixture(scope="session")
def forum_site_factory(request: pytest.FixtureRequest) -> Iterator[Callable[..., ForumSite]]:
    """A function that starts forums on free ports, with the options of ``ForumSite``; they stop with the session."""
    from forgegen.site.serving import ForumSite

    started: list[ForumSite] = []

    def start(seed: int | None = None, **options: Any) -> ForumSite:
        started.append(ForumSite(_seed(request.config) if seed is None else seed, **options))
        return started[-1]

    yield start
    for site in started:
        site.stop()


@pytest.fixture(scope="session")
def forum_site(forum_site_factory: Callable[..., ForumSite]) -> ForumSite:
    """A running forum of 3 boards and 120 threads: ``.url``, ``.truth(url)``, ``.expected()``, ``.requests``."""
    return forum_site_factory()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Save the page that a failing test had in its hands, and say where."""
    report = yield
    seen = "forgegen.pages.page" in sys.modules
    if seen and call.when == "call" and call.excinfo is not None and report.failed:
        told = _save(item, call.excinfo.value)
        if told:
            report.sections.append(("forgegen", told))
    if call.when == "teardown":
        _lines.clear()
    return report


def _save(item: pytest.Item, error: BaseException) -> str:
    """What to say of the pages saved for an error, or for each of a group (several bugs that Hypothesis found)."""
    from forgegen.assess.failures import file_name, ignored_by_git, save_failure
    from forgegen.errors import ForgegenError

    folder = _folder(item.config)
    told = []
    for number, original in enumerate(_singles(error), 1):
        one = _needed(original)
        page = page_of(one)
        if page is None:
            page = next((v for v in getattr(item, "funcargs", {}).values() if _is_page(v)), None)
        if page is None:
            continue
        name = file_name(item.nodeid.rsplit("/", 1)[-1]) + (f".{number}" if number > 1 else "")
        difference = next(iter(getattr(one, "differences", ())), None)
        line = _lines.get(id(page), (None, None))[1]
        message = f"{type(one).__name__}: {one}"
        try:
            ignored_by_git(folder)
            saved = save_failure(folder, name, page, message, difference=difference, line=line)
        except (OSError, ForgegenError) as e:  # a full disk or a skin's mistake must not hide the test's own failure
            told.append(f"the page could not be saved: {e}")
            continue
        again = saved.line if len(saved.line) < 400 else saved.html.with_suffix(".txt")
        uri = saved.html.resolve().as_uri()
        told.append(f"page   {uri}\nopen   python -m webbrowser {uri}\nagain  {again}")
        if one is not original:
            told.append(f"still fails with only these  {str(one).splitlines()[1]}")
    return "\n".join(told)


def _singles(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _singles(inner)
    else:
        yield error


def _needed(error: BaseException) -> BaseException:
    """The error of a check without the quirks that it does not need; any other error itself."""
    checked = sys.modules.get("forgegen.assess.check")
    return error.needed() if checked is not None and isinstance(error, checked.Failed) else error


def _is_page(value: object) -> bool:
    """Whether something is a page, and not one whose making failed."""
    of = type(value)
    return of.__module__ == "forgegen.pages.page" and of.__name__ == "Page" and "thread" in vars(value)


def page_of(error: BaseException) -> Any:
    """The page an error is about: its own, else the innermost one among the locals of its traceback's frames."""
    own = getattr(error, "page", None)
    if _is_page(own):
        return own
    frames: list[FrameType] = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(trace.tb_frame)
        trace = trace.tb_next
    for frame in reversed(frames):
        found = next((v for v in frame.f_locals.values() if _is_page(v)), None)
        if found is not None:
            return found
    return None
