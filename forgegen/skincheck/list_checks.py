"""The board and index pages of a skin, of rows as hostile as its threads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from forgegen.errors import SkinError
from forgegen.model.calendar import iso_utc
from forgegen.model.list_truth import ListTruth
from forgegen.model.thread import Board
from forgegen.quirks.define import PLAIN_THREAD
from forgegen.reading.lists import ListKind, extract_list, list_difference
from forgegen.rendering.context import board_path
from forgegen.rendering.encode import encode_text
from forgegen.rendering.list_truth_builder import list_truth
from forgegen.rendering.listing import (
    BoardRow,
    Listed,
    ThreadRow,
    board_context,
    board_line,
    index_context,
    render_board,
    render_index,
    thread_line,
)
from forgegen.rendering.look import Look
from forgegen.skincheck.lint import links_of, lint
from forgegen.skins.loading import load_skin
from forgegen.skins.skin import Skin
from forgegen.strategies.domain import Domain
from forgegen.strategies.fields import text_pool

_TEXTS = text_pool(Domain(readers="hostile"))
_BEGUN, _SEEN = PLAIN_THREAD.published or 0, PLAIN_THREAD.observed or 0


def _rows(board: Board) -> list[ThreadRow]:
    rows = [
        ThreadRow(
            n + 1,
            text,
            text or None,
            n,
            71_005 * n,
            _BEGUN,
            text or None,
            _SEEN,
            "PT",
            board,
            n == 0,
        )
        for n, text in enumerate(_TEXTS)
    ]
    return [*rows, ThreadRow(10**9, "t", None, 0, 0, None, None, None, "UTC", board)]


def check_lists(skin: Skin, looks: Sequence[Look]) -> Iterator[tuple[str, str]]:
    """What is wrong with the lists: what cannot be rendered, lint, threads, boards and pages that no link leads to."""
    told = set()
    for look in looks:
        for what, problem in (*_board(skin, look), *_index(skin, look)):
            if what not in told:
                told.add(what)
                yield what, problem


def _boards() -> tuple[list[BoardRow], list[ThreadRow]]:
    boards = [Board(text, text, n + 1) for n, text in enumerate(_TEXTS[:12])] + [Board("闲聊", "Chat", 99)]
    rows = _rows(boards[-1])
    return [BoardRow(board, 0, 0, None) for board in boards[:-1]] + [BoardRow(boards[-1], 7, 90, rows[0])], rows


def _board(skin: Skin, look: Look) -> Iterator[tuple[str, str]]:
    if not skin.urls.board:
        return
    boards, rows = _boards()
    form, host = load_skin(skin.name, look.templates, look.ui, look.settings), look.host or skin.urls.host
    here = board_line(boards[-1], form, host)
    wanted = [thread_line(row, form, host, _SEEN).url for row in rows]
    for page, threads in ((1, rows), (2, rows), (3, [])):
        try:
            listed = Listed(boards[-1], boards, threads, page, 3, _SEEN)
            html = render_board(skin.name, look, listed)
        except SkinError as e:
            yield "board.html", str(e)
            return
        yield from _linted("board.html", html, skin, look, here.url)
        if form.board is not None:
            yield from _read("board", html, list_truth(board_context(skin.name, look, listed)), skin, look, here.url)
        links = links_of(html, here.url)
        if page < 3:
            wanted = [*wanted, host + board_path(boards[-1].board, skin, page + 1, 3)]
        missing = [url for url in wanted if not _leads(links, url)] if threads else []
        if missing:
            yield "board.html: links", f"none leads to {missing[0]}"
        wanted = wanted[: len(rows)]


def _leads(links: Collection[str], url: str) -> bool:
    """Whether a link goes to an address, also with more behind its query, as Reddit's ``?count=25&after=t3_5yc2v``."""
    return url in links or ("?" in url and any(link.startswith(f"{url}&") for link in links))


def _index(skin: Skin, look: Look) -> Iterator[tuple[str, str]]:
    boards, _ = _boards()
    form, host = load_skin(skin.name, look.templates, look.ui, look.settings), look.host or skin.urls.host
    url = host + skin.urls.index
    try:
        html = render_index(skin.name, look, boards, _SEEN)
    except SkinError as e:
        yield "index.html", str(e)
        return
    yield from _linted("index.html", html, skin, look, url)
    if form.index is not None:
        yield from _read("index", html, list_truth(index_context(skin.name, look, boards, _SEEN)), skin, look, url)
    links = links_of(html, url)
    missing = [line.url for row in boards if skin.urls.board and (line := board_line(row, form, host)).url not in links]
    if missing:
        yield "index.html: links", f"none leads to {missing[0]}"


def _read(kind: ListKind, html: str, truth: ListTruth, skin: Skin, look: Look, url: str) -> Iterator[tuple[str, str]]:
    """What the skin's selectors read otherwise than the list shows it."""
    try:
        read = extract_list(html, kind, skin.name, url=url, observed=iso_utc(_SEEN), templates=look.templates)
    except SkinError as e:
        yield f"{kind}.html: reading", str(e)
        return
    difference = list_difference(truth, read)
    if difference is not None:
        yield f"{kind}.html: reading", difference


def _linted(name: str, html: str, skin: Skin, look: Look, url: str) -> Iterator[tuple[str, str]]:
    encoding = look.encoding or skin.encoding
    for rule, problem in lint(html, encode_text(html, encoding), encoding, url):
        yield f"{name}: {rule}", problem
