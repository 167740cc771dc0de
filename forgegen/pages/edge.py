"""The catalogue of edge cases: a minimal labelled page for every quirk, as pages and as files for any language."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from forgegen.errors import check_type, folder_names
from forgegen.pages.page import Page
from forgegen.pages.witness import witness_of
from forgegen.quirks.catalogue import QUIRKS
from forgegen.quirks.quirk import Quirk

_FILE_HEADERS = {"Content-Type": "text/html; charset=utf-8"}
_ALL_PAGES = {"page.overlap", "page.exact-multiple", "page.beyond-last-200", "page.first-bare-url"}


def edge_cases(skin: str = "reference", *, templates: Iterable[str | Path] = ()) -> dict[str, Page]:
    """A minimal page for every quirk that the skin gives occasion for, by the quirk's name.

    >>> edge_cases()["floor.named"].truth.posts[0].floor_shown
    '楼主'
    """
    check_type("skin", skin, str, "the name of a skin, as 'reference'")
    return {quirk.name: page for quirk, page in _witnesses(skin, templates)}


def _witnesses(skin: str, templates: Iterable[str | Path]) -> Iterator[tuple[Quirk, Page]]:
    folders = folder_names(templates)
    for quirk in QUIRKS.values():
        page = witness_of(quirk, skin, templates=folders)
        if quirk.detect(page):
            yield quirk, page


class EdgeCase(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One case of the catalogue, as ``cases.json`` lists it.

    ``files`` are the page and its truth; ``content_type`` is the header that the page is sent with. ``requests`` is
    there where a file cannot hold all: every page to fetch, with the address, the headers and the file of the body.
    """

    key: str
    quirk: str
    skin: str
    layer: str
    readers: str
    plausible: bool
    about: str
    catches: str
    source: str
    url: str
    content_type: str
    files: dict[str, str]
    labels: tuple[str, ...]
    requests: list[dict[str, Any]] = []


def case_files(quirk: Quirk, page: Page) -> tuple[EdgeCase, dict[str, bytes]]:
    """A case and its files by name."""
    key = f"{page.skin}/{quirk.name}"
    shown = f"{key}.html", f"{key}.truth.json"
    files = {shown[0]: page.body, shown[1]: page.truth.to_bytes() + b"\n"}
    requests = []
    pages = _fetched(quirk, page)
    for other in pages:
        name = shown[0] if other.number == page.number else f"{key}.{other.number}.html"
        if other.number != page.number:
            files[name] = other.body
            files[f"{key}.{other.number}.truth.json"] = other.truth.to_bytes() + b"\n"
        requests.append({"url": other.url, "status": 200, "headers": other.headers, "file": name})
    case = EdgeCase(
        key=key, quirk=quirk.name, skin=page.skin, layer=quirk.layer, readers=quirk.readers, plausible=quirk.plausible,
        about=quirk.about,
        catches=quirk.catches, source=quirk.source, url=page.url, content_type=page.headers.get("Content-Type", ""),
        files={"html": shown[0], "truth": shown[1]}, labels=page.quirks, requests=requests,
    )  # fmt: skip
    return case, files


def _fetched(quirk: Quirk, page: Page) -> list[Page]:
    """The pages to list as requests: none where the page's file says all."""
    if quirk.name in _ALL_PAGES:
        return [page if n == page.number else page.turned_to(n) for n in range(1, page.pages + 1)]
    plain = {k: v for k, v in page.headers.items() if k != "Date"} == _FILE_HEADERS
    return [] if plain and quirk.layer not in ("bytes", "transport") else [page]


def catalogue(
    skins: Iterable[str], templates: Iterable[str | Path] = ()
) -> Iterator[tuple[EdgeCase, dict[str, bytes]]]:
    """The cases of these skins with their files, in order."""
    folders = tuple(templates)
    for skin in skins:
        known: dict[bytes, str] = {}
        for quirk, page in _witnesses(skin, folders):
            yield _without_copies(*case_files(quirk, page), known)


def _without_copies(
    case: EdgeCase, files: dict[str, bytes], known: dict[bytes, str]
) -> tuple[EdgeCase, dict[str, bytes]]:
    """The case with the first pages of several threads, which are alike, kept once."""
    own = set(case.files.values())
    named = {name: name if name in own else known.setdefault(data, name) for name, data in files.items()}
    for request in case.requests:
        request["file"] = named[request["file"]]
    return case, {name: data for name, data in files.items() if named[name] == name}


def cases_json(cases: Iterable[EdgeCase]) -> bytes:
    """The list of cases."""
    return msgspec.json.format(msgspec.json.encode(list(cases)), indent=1) + b"\n"


def index_html(cases: Iterable[EdgeCase]) -> bytes:
    """A page that lists the cases with links to their files."""
    rows = "\n".join(map(_row, cases))
    return _INDEX.replace("ROWS", rows).encode()


def _row(case: EdgeCase) -> str:
    cells = (case.skin, case.readers, case.about, case.catches, case.source)
    shown = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
    page, truth = (html.escape(case.files[kind]) for kind in ("html", "truth"))
    return f'<tr><td><a href="{page}">{html.escape(case.quirk)}</a> <a href="{truth}">truth</a></td>{shown}</tr>'


_INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Edge cases of forum pages</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body{font:15px/1.5 sans-serif;margin:2em auto;max-width:1200px;padding:0 1em}
table{border-collapse:collapse}
td,th{border-bottom:1px solid #ddd;padding:4px 10px 4px 0;text-align:left;vertical-align:top}
</style>
</head>
<body>
<h1>Edge cases of forum pages</h1>
<p>One minimal page for every quirk and skin, and what a parser should find on it. <a href="cases.json">cases.json</a>
lists them for a loop, with requests and headers where a file cannot hold them. All pages are synthetic.</p>
<table>
<tr><th>quirk</th><th>skin</th><th>readers</th><th>what it is</th><th>what it catches</th><th>reported</th></tr>
ROWS
</table>
</body>
</html>
"""
