"""What a template sees of each page of a thread; the truth of the page follows from it (``truths``)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from forgegen.model.post_numbers import base36
from forgegen.model.thread import Board, OddHead, Thread
from forgegen.rendering.bodied import shown_thread
from forgegen.rendering.displays import ShownDate, form_of, show_instant, show_local
from forgegen.rendering.encode import carried_thread
from forgegen.rendering.forum_views import ForumRows
from forgegen.rendering.levels import with_ends
from forgegen.rendering.look import GENERATOR, Look
from forgegen.rendering.number_texts import count_writer
from forgegen.rendering.variables import Crumb, OddView, PageContext, PageLink, PostView
from forgegen.rendering.views import Rows
from forgegen.skins.loading import load_ui
from forgegen.skins.skin import Skin

__all__ = ["OddView", "PageContext", "PageLink", "PostView", "board_number", "build_contexts", "page_count", "slug_of"]

_PLAIN_HEAD = OddHead()


def page_count(thread: Thread, skin: Skin) -> int:
    """How many pages the skin gives a thread; at least one."""
    shown = len(thread.posts)
    for odd in [p.odd for p in thread.posts if p.odd is not None]:
        shown -= odd.status == "removed"
    return max(1, -(-(shown + (skin.kind == "forum")) // skin.posts_per_page))


@lru_cache(maxsize=4096)
def slug_of(title: str) -> str:
    """A title as it stands in addresses: lower-case words of ASCII, joined by hyphens.

    >>> slug_of("Why does my 2nd kettle hum?"), slug_of("水壶")
    ('why-does-my-2nd-kettle-hum', 'thread')
    """
    return "-".join(re.findall("[a-z0-9]+", title.lower()))[:60].strip("-") or "thread"


def words_of(title: str) -> str:
    """The same joined by underscores, as Reddit has it.

    >>> words_of("Why does my 2nd kettle hum?")
    'why_does_my_2nd_kettle_hum'
    """
    return slug_of(title).replace("-", "_")


@lru_cache(maxsize=4096)
def label_of(board: Board, most: int = 20) -> str:
    """A board's name in ASCII letters and digits, at most so many: its words with a capital each, and its digits last.

    >>> label_of(Board("Old House Owners", "old-houses")), label_of(Board("水壶", "", 7))
    ('OldHouses', 'Board7')
    >>> label_of(Board("Vintage Computing 2", "vintage computing 2"), 12)
    'VintageComp2'
    """
    words = re.findall("[A-Za-z0-9]+", board.latin or board.name)
    text = "".join(word[0].upper() + word[1:] for word in words)
    text = text if re.match("[A-Za-z]", text) else f"Board{board_number(board)}"
    name = text.rstrip("0123456789")
    digits = text[len(name) :]
    return name[: most - len(digits)] + digits


def board_number(board: Board) -> int:
    """The number of a board in addresses: its own, or one that follows from its name."""
    return board.id if isinstance(board.id, int) else zlib.crc32(f"{board.name}/{board.latin}".encode()) % 900 + 100


def page_urls(names: ThreadNames, skin: Skin, host: str, pages: int) -> list[str]:
    """The addresses of all pages of a thread."""
    return [host + thread_path(names, skin, page) for page in range(1, pages + 1)]


class ThreadNames(NamedTuple):
    """What addresses may name of a thread."""

    id: int
    title: str
    board: Board
    published: int | None


def thread_path(names: ThreadNames, skin: Skin, page: int = 1, *, numbered: bool = False) -> str:
    """The address of a page of a thread, without the host; ``numbered`` is that of later pages for the first, too."""
    form = skin.urls.thread_page if numbered or page > 1 else skin.urls.thread
    return form.format(
        id=names.id, id36=base36(names.id), slug=slug_of(names.title), words=words_of(names.title),
        board=board_number(names.board), label=label_of(names.board, skin.limits.label), page=page,
        start=(page - 1) * skin.posts_per_page, stamp=names.id if names.published is None else names.published,
        mark=f"{stamp_mark(names.id):03X}",
    )  # fmt: skip


def stamp_mark(thread_id: int) -> int:
    """What tells threads of one second apart where addresses name the second: below 4,096, and different for as many
    threads in a row."""
    return (thread_id * 2_741 + 1_597) % 4096


class _Head(NamedTuple):
    """What all pages of a thread share: dates and counts as displayed."""

    published: ShownDate | None
    last_reply: ShownDate | None
    observed: ShownDate | None
    comments: int
    views_text: str
    comments_text: str


def _head(thread: Thread, skin: Skin) -> _Head:
    dates, forms, odd = skin.dates, skin.forms, thread.odd or _PLAIN_HEAD
    zone, attribute, now = thread.zone, skin.attribute, thread.observed
    comments = len(thread.posts) + skin.count_opening if odd.count is None else odd.count
    return _Head(
        comments=comments,
        comments_text=count_writer(odd.comments or forms["comments"])(comments),
        views_text=count_writer(odd.views or forms["views"])(thread.views),
        published=show_instant(thread.published, zone, form_of(odd.published, dates["published"]), attribute, now),
        observed=show_instant(now, zone, dates["observed"], attribute),
        last_reply=show_local(thread.last_reply, form_of(odd.last_reply, dates["last_reply"]), attribute, now),
    )


def build_contexts(thread: Thread, skin: Skin, look: Look) -> list[PageContext]:
    """The contexts of all pages of a thread, in order."""
    return contexts_of(thread, skin, look).all()


def contexts_of(thread: Thread, skin: Skin, look: Look) -> Contexts:
    """The same for the same thread again, the last one asked for: pages of a thread share its rows."""
    global _last
    last = _last
    if last is None or last[0] is not thread or last[1] is not skin or last[2] != look:
        last = _last = (thread, skin, look, Contexts(thread, skin, look))
    return last[3]


class Contexts:
    """The contexts of a thread's pages, each made when it is asked for from what all of them share.

    What depends on the thread alone is worked out first, then its dates, then its rows.
    """

    def __init__(self, thread: Thread, skin: Skin, look: Look) -> None:
        self.skin, self.look, self.encoding = skin, look, look.encoding or skin.encoding
        self.thread = thread = shown_thread(carried_thread(thread, self.encoding), skin)
        self.host, article, board = look.host or skin.urls.host, thread.article, thread.board
        names = ThreadNames(thread.id, article.title, board, thread.published)
        self.urls = page_urls(names, skin, self.host, page_count(thread, skin))
        self.ui = load_ui(skin.name, look.ui, look.templates)
        self.crumbs = _crumbs(thread, skin, self.host, self.urls[0], self.ui)
        self.art = zlib.crc32(article.title.encode())
        self.head = _head(thread, skin)
        dated = self.head.published is not None and bool(article.byline) and look.data != "none"
        texts = any(article.paragraphs) if skin.kind == "forum" else bool(article.paragraphs)
        self.stated = dated and texts
        self.rows = ForumRows(thread, skin, self.urls, self.host) if skin.rich else Rows(thread, skin, self.urls)

    def all(self) -> list[PageContext]:
        """Those of all pages, in order."""
        return [self.on_page(page) for page in range(1, len(self.urls) + 1)]

    def on_page(self, page: int) -> PageContext:
        """That of a page, from 1."""
        thread, urls, head, rows = self.thread, self.urls, self.head, self.rows
        posts = rows.forum_views(page) if isinstance(rows, ForumRows) else rows.views(rows.on_page(page))
        article, board, pages = thread.article, thread.board, len(urls)
        if self.skin.leveled:
            posts = with_ends(posts, self.skin)
        top = [v.id for v in posts if v.stated and (v.parent_id is None or v.away)] if self.stated else []
        return PageContext(
            skin=self.skin, thread=thread, look=self.look, encoding=self.encoding, ui=self.ui, host=self.host,
            setting=self.skin.chosen, title=article.title, byline=article.byline, caption=article.caption,
            paragraphs=article.paragraphs,
            board=board.name, board_latin=board.latin, board_id=board_number(board), slug=slug_of(article.title),
            views=thread.views, views_text=head.views_text, comments=head.comments, comments_text=head.comments_text,
            published=head.published, last_reply=head.last_reply, observed=head.observed, posts=posts, page=page,
            pages=pages, links=page_links(urls, page), url=urls[page - 1], first_url=urls[0],
            prev_url=urls[page - 2] if page > 1 else None, next_url=urls[page] if page < pages else None,
            art=self.art, generator=GENERATOR if self.look.generator else "", stated=self.stated,
            itemref=" ".join(top), crumbs=self.crumbs, body=article.body, bodies=any(post.body for post in posts),
            sources=rows.sources(posts),
        )  # fmt: skip


def _crumbs(thread: Thread, skin: Skin, host: str, url: str, ui: dict[str, object]) -> tuple[Crumb, ...]:
    """Index, category, board and thread; category and board are left out where there is none."""
    steps = first_crumbs(skin, host, ui)
    if skin.urls.board and thread.board.name:
        steps.append(Crumb("board", thread.board.name, host + board_path(thread.board, skin)))
    return (*steps, Crumb("thread", thread.article.title, url))


def first_crumbs(skin: Skin, host: str, ui: dict[str, object]) -> list[Crumb]:
    """Index and, where the skin has one, the category of all boards."""
    steps = [Crumb("index", str(ui.get("site", host)), host + skin.urls.index)]
    if skin.urls.category:
        steps.append(Crumb("category", str(ui.get("category", "")), host + skin.urls.category))
    return steps


def board_path(board: Board, skin: Skin, page: int = 1, pages: int = 1) -> str:
    """The address of a page of a board's list, without the host; ``pages`` is how many there are."""
    form = skin.urls.board if page == 1 else skin.urls.board_page
    return form.format(
        board=board_number(board), label=label_of(board, skin.limits.label),
        slug=slug_of(board.latin or board.name), page=page,
        start=(page - 1) * skin.threads_per_page, old=pages - page + 1,
    )  # fmt: skip


def page_links(urls: Sequence[str], page: int) -> list[PageLink]:
    """The pager's window: first, last and the neighbours."""
    last = len(urls)
    if last == 1:
        return []
    shown = sorted({1, last, *range(max(1, page - 3), min(last, page + 3) + 1)})
    return [PageLink(n, None if n == page else urls[n - 1]) for n in shown]


_last: tuple[Thread, Skin, Look, Contexts] | None = None
