"""A skin put to the test: hostile threads are rendered and read back, and what fails is told by the smallest thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from forgegen.errors import SkinError
from forgegen.model.bodies import pictures_in
from forgegen.model.thread import Thread
from forgegen.model.truth import Truth
from forgegen.pages.page import Page, render
from forgegen.reading.comparison import TruthDifference, truth_differences
from forgegen.reading.extraction import extract
from forgegen.rendering.look import DATAS, NOISES, Look
from forgegen.skincheck.address_checks import check_addresses
from forgegen.skincheck.hostile import hostile_threads, long_thread, smallest
from forgegen.skincheck.lint import links_of, lint
from forgegen.skincheck.list_checks import check_lists
from forgegen.skins.fitting import within
from forgegen.skins.loading import load_skin
from forgegen.skins.skin import Selector, Skin

_LONGEST = 1001  # posts of a thread
_EVERY = 6  # one thread of so many is also shown in every other look


class SkinFinding(NamedTuple):
    """Something wanting. ``what`` is a field (``post.author``, ``page.title``), a rule or a kind of page.

    ``shown`` is what the page should tell and ``read`` what its selector found, where there are such. ``page`` is the
    page as Python makes it, ``number`` how often it was found.
    """

    what: str
    problem: str
    shown: Any = None
    read: Any = None
    selector: str = ""
    page: str = ""
    number: int = 1


class SkinReport(NamedTuple):
    """What a check did and what it found."""

    skin: str
    threads: int
    pages: int
    looks: int
    findings: list[SkinFinding]


class _Failure(NamedTuple):
    """A finding with the thread that shows it, before that is made smaller."""

    finding: SkinFinding
    thread: Thread
    look: Look


def check_skin(
    name: str,
    *,
    templates: Iterable[str | Path] = (),
    examples: int = 500,
    shapes: str = "engine",
    each: Callable[[Iterable[Thread]], Iterable[Thread]] = iter,
) -> SkinReport:
    """Check a skin by so many hostile threads; ``each`` may show progress over them.

    ``shapes`` is ``engine``, of threads within the skin's ``[limits]``, or ``any``.

    Raises: UnknownName for a skin; SkinError where its settings are wrong.
    """
    folders = tuple(map(str, templates))
    skin = load_skin(name, folders)
    looks = _looks(skin, folders)
    failures: dict[str, _Failure] = {}
    times: dict[str, int] = {}
    pages = threads = 0
    for number, thread in enumerate(each(_threads(skin, examples))):
        threads += 1
        for look in looks if number % _EVERY == 0 else looks[:1]:
            found, made = _findings(thread, skin, look, shapes)
            pages += made
            for finding in found:
                times[finding.what] = times.get(finding.what, 0) + 1
                failures.setdefault(finding.what, _Failure(finding, thread, look))
    findings = [
        _smallest(failure, skin, examples - 1, shapes)._replace(number=times[what])
        for what, failure in failures.items()
    ]
    findings += [SkinFinding(what, problem) for what, problem in (*check_addresses(skin), *check_lists(skin, looks))]
    return SkinReport(name, threads, pages, len(looks), findings)


def _threads(skin: Skin, examples: int) -> list[Thread]:
    """The hostile ones, and one that fills three pages, or one where a page has room for any thread."""
    return [*hostile_threads(max(0, examples - 1)), long_thread(min(2 * skin.posts_per_page + 1, _LONGEST))]


def _looks(skin: Skin, folders: tuple[str, ...]) -> list[Look]:
    """The usual look, and each other in which one option differs."""
    usual = Look(templates=folders)
    looks = [usual]
    looks += [usual._replace(ui=ui) for ui in skin.uis[1:]]
    looks += [usual._replace(encoding=encoding) for encoding in skin.encodings[1:]]
    looks += [usual._replace(noise=noise) for noise in NOISES if noise != usual.noise]
    looks += [usual._replace(data=data) for data in DATAS if data != usual.data]
    return [*looks, usual._replace(host="http://localhost:8000")]


def _shaped(thread: Thread, skin: Skin, shapes: str) -> Thread:
    """The thread as it is rendered."""
    return within(thread, skin.limits, skin.kind) if shapes == "engine" else thread


def _findings(thread: Thread, skin: Skin, look: Look, shapes: str) -> tuple[list[SkinFinding], int]:
    """What is wanting on the pages of a thread, and how many these are."""
    pages = render(_shaped(thread, skin, shapes), skin.name, **look._asdict())
    removed = any(post.odd is not None and post.odd.status == "removed" for post in thread.posts)
    pictures = pictures_in(chain(thread.article.body, *(post.body for post in thread.posts)))
    found: list[SkinFinding] = []
    for page in pages:
        try:
            html, body = page.html, page.body
        except SkinError as e:
            return [SkinFinding("template", str(e))], len(pages)
        found += _read(page, skin)
        wrong = lint(html, body, page.encoding, page.url, whole=not removed, pictures=pictures)
        found += [SkinFinding(rule, problem) for rule, problem in wrong]
        if page.context.next_url and page.context.next_url not in links_of(html, page.url):
            found.append(SkinFinding("next page", f"no link leads to {page.context.next_url}"))
    return found, len(pages)


def _read(page: Page, skin: Skin) -> list[SkinFinding]:
    """Where what the selectors find is not what the page shows."""
    try:
        read = extract(page, skin.name)
    except SkinError as e:
        return [SkinFinding("reading", str(e))]
    return [] if read == page.truth else list(_differing(page, read, skin))


def _differing(page: Page, read: Truth, skin: Skin) -> Iterator[SkinFinding]:
    """Every field that differs from the page's truth, once."""
    for what, found in {_named(d): d for d in reversed(list(truth_differences(page.truth, read)))}.items():
        if found.name == "posts":
            counts = f"{len(found.expected)} posts stand on the page, {len(found.found)} are read"
            yield SkinFinding(what, counts, found.expected, found.found, _written(skin.posts))
            continue
        name = found.name.removesuffix("_shown")
        selector = (skin.page if found.n is None else skin.post).get(name)
        written = "" if selector is None else f"{name} = {_written(selector)}"
        yield SkinFinding(
            what, "the selector reads something else", _plain(found.expected), _plain(found.found), written
        )


def _named(difference: TruthDifference) -> str:
    if difference.name == "posts":
        return "posts"
    return f"{'page' if difference.n is None else 'post'}.{difference.name}"


def _plain(value: Any) -> Any:
    return None if value is UNSET else msgspec.to_builtins(value)


def _written(selector: Selector) -> str:
    """A selector as ``skin.toml`` has it."""
    default = type(selector)("")
    told = {n: getattr(selector, n) for n in selector.__struct_fields__ if getattr(selector, n) != getattr(default, n)}
    told = {n: msgspec.to_builtins(value) for n, value in told.items()}
    told = {"css": selector.css, **told}
    return "{ " + ", ".join(f"{name} = {msgspec.json.encode(value).decode()}" for name, value in told.items()) + " }"


def _smallest(failure: _Failure, skin: Skin, number: int, shapes: str) -> SkinFinding:
    """The finding as the smallest thread shows it that was found."""
    last = failure.finding

    def fails(thread: Thread) -> bool:
        nonlocal last
        all_found, _ = _findings(thread, skin, failure.look, shapes)
        found = next((f for f in all_found if f.what == failure.finding.what), None)
        last = found or last
        return found is not None

    thread = smallest(failure.thread, number, fails)
    page = Page(_shaped(thread, skin, shapes), skin.name, **failure.look._asdict())
    return last._replace(page=repr(page))
