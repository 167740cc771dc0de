"""The world behind a site: boards, threads and people by number, made when asked for and kept in bounded memory.

Thread ``i`` stands on board ``i`` mod ``boards`` and shows that board's name. A board lists its newest threads first:
those with the highest numbers.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from functools import cached_property
from itertools import chain, islice

import msgspec

from forgegen.errors import UsageError
from forgegen.generate.lexicon import load_lexicon
from forgegen.generate.making import make_people, make_thread
from forgegen.model.thread import Board, Thread
from forgegen.rendering.listing import BoardRow, ThreadRow
from forgegen.rendering.look import Look
from forgegen.rendering.views import user_number
from forgegen.site.cache import Recent
from forgegen.skins.furniture import furniture_for
from forgegen.skins.loading import load_skin
from forgegen.skins.own_words import words_for
from forgegen.skins.skin import Skin
from forgegen.streams.stream import fingerprint

MOST_BOARDS = 500
MOST_THREADS = 10**10  # beyond that ids of threads would be ids of posts too
FIRST_BOARD = 2
_KEPT_THREADS, _KEPT_ROWS = 256, 20_000
_SAMPLED = 60  # threads looked at for the index page


class Forum:
    """A whole forum from a seed; nothing is stored, and any number of threads costs the same.

    ``locale`` and ``profile`` are the skin's own where they are None.

    Raises: UnknownName; UsageError for numbers that cannot be.
    """

    def __init__(
        self,
        seed: int = 0,
        *,
        skin: str = "reference",
        locale: str | None = None,
        profile: str | None = None,
        boards: int = 3,
        threads: int = 120,
        look: Look | None = None,
    ) -> None:
        for name, value, most in (("boards", boards, MOST_BOARDS), ("threads", threads, MOST_THREADS)):
            if not 1 <= value <= most:
                raise UsageError(f"{name} cannot be {value}; right would be 1 to {most}")
        self.look = look or Look()
        self.skin: Skin = load_skin(skin, self.look.templates, self.look.ui, self.look.settings)
        self.seed, self.size = seed, threads
        words = words_for(skin, locale, profile, self.look.templates)
        self.locale, self.profile = words["locale"], words["profile"]
        ui = furniture_for(self.locale, skin, self.look.templates, self.look.ui)
        if ui != self.look.ui:
            self.look = self.look._replace(ui=ui)
            self.skin = load_skin(skin, self.look.templates, ui, self.look.settings)
        self.boards = _boards(seed, self.locale, boards)
        self._threads: Recent[int, Thread] = Recent(_KEPT_THREADS)
        self._rows: Recent[int, tuple[ThreadRow, int]] = Recent(_KEPT_ROWS)
        self.first_id = self.thread(0).id  # wrong names show here, not on the first request

    def thread(self, index: int) -> Thread:
        """Thread ``index``, on its board."""
        return self._threads.made(index, lambda: self._thread(index))

    def _thread(self, index: int) -> Thread:
        thread = make_thread(self.seed, index, locale=self.locale, profile=self.profile)
        return msgspec.structs.replace(thread, board=self.boards[index % len(self.boards)])

    def index_of(self, thread_id: int) -> int | None:
        """The number of the thread with this id; None where there is none."""
        index = thread_id - self.first_id
        return index if 0 <= index < self.size else None

    def board_of(self, number: int) -> int | None:
        """The board, from 0, that addresses call by this number; None where there is none."""
        board = number - FIRST_BOARD
        return board if 0 <= board < len(self.boards) else None

    def threads_on(self, board: int) -> int:
        """How many threads stand on a board."""
        return max(0, -(-(self.size - board) // len(self.boards)))

    def board_pages(self, board: int) -> int:
        """How many pages the board's list has; at least one."""
        return max(1, -(-self.threads_on(board) // self.skin.threads_per_page))

    def listed(self, board: int, page: int) -> list[int]:
        """The numbers of the threads on a page of a board's list, in its order."""
        per = self.skin.threads_per_page
        return self._newest(board, per, (page - 1) * per)

    def _newest(self, board: int, count: int, skip: int = 0) -> list[int]:
        last, step = self.threads_on(board) - 1 - skip, len(self.boards)
        return [rank * step + board for rank in range(last, max(-1, last - count), -1)]

    def row(self, index: int) -> tuple[ThreadRow, int]:
        """What lists show of a thread, and the moment at which that was so."""
        return self._rows.made(index, lambda: _row(self.thread(index)))

    def board_row(self, board: int) -> BoardRow:
        """What the index shows of a board. The number of posts is counted on small boards, else reckoned from the
        newest threads; the latest post is that of these."""
        count = self.threads_on(board)
        seen = [self.row(i)[0] for i in self._newest(board, min(count, max(1, _SAMPLED // len(self.boards))))]
        posts = sum(row.replies + 1 for row in seen)
        latest = max(seen, key=lambda row: row.last or 0, default=None)
        return BoardRow(self.boards[board], count, posts * count // len(seen) if seen else 0, latest)

    def name_of(self, user: int) -> str | None:
        """The name of the user with this number; None where nobody has it."""
        at = bisect_left(self._directory, user << 32)
        if at == len(self._directory) or self._directory[at] >> 32 != user:
            return None
        rank = self._directory[at] & 0xFFFFFFFF
        return next(islice(self._names(), rank, None))

    def _names(self) -> chain[str]:
        """Everybody who writes: outlets, then people."""
        people = make_people(self.seed, locale=self.locale, profile=self.profile)
        return chain(load_lexicon(self.locale).outlets, people.names())

    @cached_property
    def _directory(self) -> array[int]:
        """Numbers of users with the ranks of their names, sorted."""
        return array("Q", sorted(user_number(name) << 32 | rank for rank, name in enumerate(self._names())))


def _row(thread: Thread) -> tuple[ThreadRow, int]:
    latest = max(thread.posts, key=lambda p: p.arrival or 0, default=None)
    author = thread.article.byline or None
    writer = latest and latest.author
    last_author = author if latest is None else writer.name if writer else None
    row = ThreadRow(
        thread.id,
        thread.article.title,
        author,
        len(thread.posts),
        thread.views,
        thread.published,
        last_author,
        thread.published if latest is None else latest.time,
        thread.zone,
        thread.board,
    )
    return row, thread.observed or 0


def _boards(seed: int, locale: str, count: int) -> tuple[Board, ...]:
    """The boards' names: the locale's from a place that the seed decides, numbered anew where they run out."""
    names = load_lexicon(locale).every_board
    first = fingerprint("boards", seed) % len(names)
    boards = []
    for b in range(count):
        turn, at = divmod(b, len(names))
        name, latin = names[(first + at) % len(names)]
        more = f" {turn + 1}" if turn else ""
        boards.append(Board(name + more, latin + more, FIRST_BOARD + b))
    return tuple(boards)
