"""Index and board pages: what their templates see, and how they are rendered.

They are made from rows that say what a forum holds; who makes the rows (the site) is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, overload

import msgspec

from forgegen.model.post_numbers import pid_of
from forgegen.model.thread import Board
from forgegen.rendering.context import (
    ThreadNames,
    board_number,
    board_path,
    first_crumbs,
    page_links,
    slug_of,
    thread_path,
)
from forgegen.rendering.displays import ShownDate, show_instant
from forgegen.rendering.look import GENERATOR, Look
from forgegen.rendering.number_texts import count_writer
from forgegen.rendering.templating import environment, render_pieces
from forgegen.rendering.variables import Crumb, PageLink
from forgegen.rendering.views import post_anchor, user_number, user_path
from forgegen.skins.loading import load_skin, load_ui, template_of
from forgegen.skins.skin import Skin


class ThreadRow(NamedTuple):
    """What is known of a thread in a list; instants are seconds since 1970.

    ``first_pid`` and ``last_pid`` are the numbers of the opening and of the last post, ``last_n`` the last one's
    position in the thread, ``highest`` its number in the topic.
    """

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
    locked: bool = False
    first_pid: int | None = None
    last_pid: int | None = None
    last_n: int = 0
    highest: int = 1


class BoardRow(NamedTuple):
    """What is known of a board in the index."""

    board: Board
    threads: int
    posts: int
    latest: ThreadRow | None


class ThreadLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A thread in a board's list, as templates see it.

    - ``id``, ``title``, ``slug``, ``url``; ``last_url``: of the last page; ``last_post_url``: of the last post on it
    - ``first_pid``, ``last_pid``: numbers of the opening and of the last post
    - ``author``, ``uid``, ``last_author``, ``last_uid``: names or None, numbers of profiles; ``user_url``,
    ``last_user_url``
    - ``replies``, ``views``: numbers; ``replies_text``, ``views_text``: as displayed; ``pages``: of the thread
    - ``date``, ``last``: ``ShownDate`` of publication and of the last post, or None; ``sticky``, ``locked``
    """

    id: int
    title: str
    slug: str
    url: str
    last_url: str
    last_post_url: str
    first_pid: int
    last_pid: int
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
    locked: bool


class BoardLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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


class BoardContext(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The variables of a board template.

    - ``skin``, ``look``, ``setting``, ``ui``, ``host``, ``generator``, ``encoding``: as in threads
    - ``board``: ``BoardLine`` of this board; ``boards``: of all; ``threads``: ``ThreadLine`` of this page
    - ``page``, ``pages``, ``links``, ``url``, ``first_url``, ``prev_url``, ``next_url``: as in threads
    - ``crumbs``: ``Crumb`` of index, category and board
    """

    skin: Skin
    look: Look
    setting: dict[str, str]
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


class IndexContext(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The variables of an index template.

    - ``skin``, ``look``, ``setting``, ``ui``, ``host``, ``generator``, ``encoding``: as in threads; ``boards``:
    ``BoardLine`` of all; ``url``: of the page
    - ``threads``: ``ThreadLine`` where the front page lists threads; ``page``, ``pages``, ``prev_url``, ``next_url``
    """

    skin: Skin
    look: Look
    setting: dict[str, str]
    ui: dict[str, Any]
    host: str
    generator: str
    encoding: str
    boards: list[BoardLine]
    url: str
    threads: list[ThreadLine]
    page: int
    pages: int
    prev_url: str | None
    next_url: str | None


def thread_line(row: ThreadRow, skin: Skin, host: str, now: int | None = None) -> ThreadLine:
    """A row as templates see it; ``now`` is the moment of observation."""
    form, count = skin.dates.get("thread", skin.dates["post"]), count_writer(skin.forms.get("listed", "digits"))
    pages = max(1, -(-(row.replies + (skin.kind == "forum")) // skin.posts_per_page))
    names = ThreadNames(row.id, row.title, row.board, row.published)
    url, last_url = (host + thread_path(names, skin, page) for page in (1, pages))
    first_pid, last_pid = (pid_of(row.id, 0) if pid is None else pid for pid in (row.first_pid, row.last_pid))
    anchor = post_anchor(skin, row.last_n, row.highest if skin.columns.topics else last_pid)
    most = skin.columns.users
    uid, last_uid = (0 if name is None else user_number(name, most) for name in (row.author, row.last_author))
    user = skin.urls.user
    return ThreadLine(
        id=row.id, title=row.title, slug=slug_of(row.title), url=url, last_url=last_url,
        last_post_url=f"{last_url}#{anchor}", first_pid=first_pid, last_pid=last_pid,
        author=row.author, uid=uid, user_url=host + user_path(user, row.author, most),
        last_author=row.last_author, last_uid=last_uid, last_user_url=host + user_path(user, row.last_author, most),
        replies=row.replies, views=row.views, replies_text=count(row.replies), views_text=count(row.views),
        pages=pages, date=show_instant(row.published, row.zone, form, skin.attribute, now),
        last=show_instant(row.last, row.zone, skin.dates.get("last", form), skin.attribute, now), sticky=row.sticky,
        locked=row.locked,
    )  # fmt: skip


def board_line(row: BoardRow, skin: Skin, host: str, now: int | None = None) -> BoardLine:
    """A board as templates see it."""
    latest = None if row.latest is None else thread_line(row.latest, skin, host, now)
    return BoardLine(
        id=board_number(row.board),
        name=row.board.name,
        latin=row.board.latin,
        slug=slug_of(row.board.latin or row.board.name),
        url=host + board_path(row.board, skin),
        threads=row.threads,
        posts=row.posts,
        latest=latest,
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
        return self._host + board_path(self._board, self._skin, range(self._pages)[at] + 1, self._pages)


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
    return _rendered(skin, "board.html", look, board_context(skin, look, listed))


def board_context(skin: str, look: Look, listed: Listed) -> BoardContext:
    """The variables of a page of a board's list."""
    shared = _shared(skin, look)
    form, host = shared["skin"], shared["host"]
    page, pages, now = listed.page, listed.pages, listed.now
    urls = _Addresses(listed.board.board, form, host, pages)
    line = board_line(listed.board, form, host, now)
    return BoardContext(
        **shared,
        board=line,
        boards=[board_line(board, form, host, now) for board in listed.boards],
        threads=[thread_line(row, form, host, now) for row in listed.threads],
        page=page,
        pages=pages,
        links=page_links(urls, page),
        url=urls[page - 1],
        first_url=urls[0],
        prev_url=urls[page - 2] if page > 1 else None,
        next_url=urls[page] if page < pages else None,
        crumbs=(*first_crumbs(form, host, shared["ui"]), Crumb("board", line.name, line.url)),
    )


class Front(NamedTuple):
    """The threads on a front page that lists threads, the page's number, and how many pages there are."""

    threads: Sequence[ThreadRow] = ()
    page: int = 1
    pages: int = 1


_BARE = Front()


def index_path(skin: Skin, page: int = 1) -> str:
    """The address of a front page, without the host."""
    per = skin.threads_per_page
    return skin.urls.index if page == 1 else skin.urls.index_page.format(page=page, start=(page - 1) * per)


def render_index(
    skin: str, look: Look, boards: Sequence[BoardRow], now: int | None = None, front: Front = _BARE
) -> str:
    """The HTML of the index of boards, or of the front page where that lists threads."""
    return _rendered(skin, "index.html", look, index_context(skin, look, boards, now, front))


def index_context(
    skin: str, look: Look, boards: Sequence[BoardRow], now: int | None = None, front: Front = _BARE
) -> IndexContext:
    """The variables of the index."""
    shared = _shared(skin, look)
    form, host = shared["skin"], shared["host"]
    lines = [board_line(b, form, host, now) for b in boards]
    page, more = front.page, front.page < front.pages
    return IndexContext(
        **shared,
        boards=lines,
        url=host + index_path(form, page),
        threads=[thread_line(row, form, host, now) for row in front.threads],
        page=page,
        pages=front.pages,
        prev_url=host + index_path(form, page - 1) if page > 1 else None,
        next_url=host + index_path(form, page + 1) if more else None,
    )


def _shared(skin: str, look: Look) -> dict[str, Any]:
    """The variables that board pages and the index have in common with threads."""
    form = load_skin(skin, look.templates, look.ui, look.settings)
    return {
        "skin": form,
        "setting": form.chosen,
        "look": look,
        "ui": load_ui(skin, look.ui, look.templates),
        "host": look.host or form.urls.host,
        "generator": GENERATOR if look.generator else "",
        "encoding": look.encoding or form.encoding,
    }


def _rendered(skin: str, name: str, look: Look, context: BoardContext | IndexContext) -> str:
    path = template_of(skin, name, look.templates)
    return "".join(render_pieces(environment(look.templates, trust=look.trust), path, msgspec.structs.asdict(context)))
