"""Index and board pages: what their templates see, and how they are rendered.

They are made from rows that say what a forum holds; who makes the rows (the site) is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, overload

from forgegen.model.post_numbers import pid_of
from forgegen.model.thread import Board
from forgegen.rendering.context import board_fields, first_crumbs, page_links, page_urls, slug_of
from forgegen.rendering.displays import ShownDate, show_instant
from forgegen.rendering.look import GENERATOR, Look
from forgegen.rendering.numbers import count_writer
from forgegen.rendering.templating import environment, render_pieces
from forgegen.rendering.variables import Crumb, PageLink
from forgegen.rendering.views import user_number
from forgegen.skins.loading import load_skin, load_ui, template_of
from forgegen.skins.skin import Skin


class ThreadRow(NamedTuple):
    """What is known of a thread in a list; instants are seconds since 1970."""

    id: int
    title: str
    author: str | None
    replies: int
    views: int
    published: int | None
    last_author: str | None
    last: int | None
    zone: str
    board: Board
    sticky: bool = False


class BoardRow(NamedTuple):
    """What is known of a board in the index."""

    board: Board
    threads: int
    posts: int
    latest: ThreadRow | None


class ThreadLine(NamedTuple):
    """A thread in a board's list, as templates see it.

    - ``id``, ``title``, ``slug``, ``url``; ``first_pid``: number of the opening post; ``last_url``: of the last page
    - ``author``, ``uid``, ``last_author``, ``last_uid``: names or None, numbers of profiles; ``user_url``,
    ``last_user_url``
    - ``replies``, ``views``: numbers; ``replies_text``, ``views_text``: as displayed; ``pages``: of the thread
    - ``date``, ``last``: ``ShownDate`` of publication and of the last post, or None; ``sticky``
    """

    id: int
    title: str
    slug: str
    url: str
    last_url: str
    first_pid: int
    author: str | None
    uid: int
    user_url: str
    last_author: str | None
    last_uid: int
    last_user_url: str
    replies: int
    views: int
    replies_text: str
    views_text: str
    pages: int
    date: ShownDate | None
    last: ShownDate | None
    sticky: bool


class BoardLine(NamedTuple):
    """A board in the index, as templates see it.

    - ``id``, ``name``, ``latin``, ``slug``, ``url``; ``threads``, ``posts``: numbers
    - ``latest``: ``ThreadLine`` of the thread with the latest post, or None
    """

    id: int
    name: str
    latin: str
    slug: str
    url: str
    threads: int
    posts: int
    latest: ThreadLine | None


class BoardContext(NamedTuple):
    """The variables of a board template.

    - ``skin``, ``look``, ``ui``, ``host``, ``generator``, ``encoding``: as in threads
    - ``board``: ``BoardLine`` of this board; ``boards``: of all; ``threads``: ``ThreadLine`` of this page
    - ``page``, ``pages``, ``links``, ``url``, ``first_url``, ``prev_url``, ``next_url``: as in threads
    - ``crumbs``: ``Crumb`` of index, category and board
    """

    skin: Skin
    look: Look
    ui: dict[str, Any]
    host: str
    generator: str
    encoding: str
    board: BoardLine
    boards: list[BoardLine]
    threads: list[ThreadLine]
    page: int
    pages: int
    links: list[PageLink]
    url: str
    first_url: str
    prev_url: str | None
    next_url: str | None
    crumbs: tuple[Crumb, ...]


class IndexContext(NamedTuple):
    """The variables of an index template.

    - ``skin``, ``look``, ``ui``, ``host``, ``generator``, ``encoding``: as in threads; ``boards``: ``BoardLine`` of
    all; ``url``: of the page
    """

    skin: Skin
    look: Look
    ui: dict[str, Any]
    host: str
    generator: str
    encoding: str
    boards: list[BoardLine]
    url: str


def thread_line(row: ThreadRow, skin: Skin, host: str, now: int | None = None) -> ThreadLine:
    """A row as templates see it; ``now`` is the moment of observation."""
    form, count = skin.dates.get("thread", skin.dates["post"]), count_writer(skin.forms.get("listed", "digits"))
    pages = max(1, -(-(row.replies + (skin.kind == "forum")) // skin.posts_per_page))
    urls = page_urls(row.id, row.title, row.board, skin, host, pages)
    uid, last_uid = (0 if name is None else user_number(name) for name in (row.author, row.last_author))
    user = skin.urls.user
    return ThreadLine(
        row.id,
        row.title,
        slug_of(row.title),
        urls[0],
        urls[-1],
        pid_of(row.id, 0),
        row.author,
        uid,
        host + user.format(uid=uid, slug="member"),
        row.last_author,
        last_uid,
        host + user.format(uid=last_uid, slug="member"),
        row.replies,
        row.views,
        count(row.replies),
        count(row.views),
        pages,
        show_instant(row.published, row.zone, form, skin.attribute, now),
        show_instant(row.last, row.zone, form, skin.attribute, now),
        row.sticky,
    )


def board_line(row: BoardRow, skin: Skin, host: str, now: int | None = None) -> BoardLine:
    """A board as templates see it."""
    fields = board_fields(row.board)
    latest = None if row.latest is None else thread_line(row.latest, skin, host, now)
    return BoardLine(
        int(str(fields["board"])),
        row.board.name,
        row.board.latin,
        str(fields["slug"]),
        host + skin.urls.board.format(**fields),
        row.threads,
        row.posts,
        latest,
    )


class _Addresses(Sequence[str]):
    """The addresses of a board's pages, made when asked for: a board may have millions."""

    def __init__(self, board: Board, skin: Skin, host: str, pages: int) -> None:
        self._board, self._skin, self._host, self._pages = board, skin, host, pages

    def __len__(self) -> int:
        return self._pages

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        urls = self._skin.urls
        fields = board_fields(self._board, at + 1, self._skin.threads_per_page)
        return self._host + (urls.board_page if at else urls.board).format(**fields)


class Listed(NamedTuple):
    """What a page of a board's list is made from; ``now`` is the moment of observation."""

    board: BoardRow
    boards: Sequence[BoardRow]
    threads: Sequence[ThreadRow]
    page: int = 1
    pages: int = 1
    now: int | None = None


def render_board(skin: str, look: Look, listed: Listed) -> str:
    """The HTML of a page of a board's list."""
    form, ui, host, generator, encoding = _shared(skin, look)
    page, pages, now = listed.page, listed.pages, listed.now
    urls = _Addresses(listed.board.board, form, host, pages)
    line = board_line(listed.board, form, host, now)
    context = BoardContext(
        form,
        look,
        ui,
        host,
        generator,
        encoding,
        line,
        [board_line(board, form, host, now) for board in listed.boards],
        [thread_line(row, form, host, now) for row in listed.threads],
        page,
        pages,
        page_links(urls, page),
        urls[page - 1],
        urls[0],
        urls[page - 2] if page > 1 else None,
        urls[page] if page < pages else None,
        (*first_crumbs(form, host, ui), Crumb("board", line.name, line.url)),
    )
    return _rendered(skin, "board.html", look, context._asdict())


def render_index(skin: str, look: Look, boards: Sequence[BoardRow], now: int | None = None) -> str:
    """The HTML of the index of boards."""
    form, ui, host, generator, encoding = _shared(skin, look)
    lines = [board_line(b, form, host, now) for b in boards]
    context = IndexContext(form, look, ui, host, generator, encoding, lines, host + form.urls.index)
    return _rendered(skin, "index.html", look, context._asdict())


def _shared(skin: str, look: Look) -> tuple[Skin, dict[str, Any], str, str, str]:
    form = load_skin(skin, look.templates, look.ui)
    generator = GENERATOR if look.generator else ""
    ui = load_ui(skin, look.ui, look.templates)
    return form, ui, look.host or form.urls.host, generator, look.encoding or form.encoding


def _rendered(skin: str, name: str, look: Look, variables: dict[str, object]) -> str:
    return "".join(render_pieces(environment(look.templates), template_of(skin, name, look.templates), variables))
