"""The world behind a site: boards, threads and people by number, made when asked for and kept in bounded memory.

Thread ``i`` is ``make_thread``'s: its people, words and tree. When it is published and answered, on which board it
stands and which numbers it has, the forum says; what has happened of it, the moment at which the forum is looked at.
"""

from __future__ import annotations

import copy
from functools import cached_property

import msgspec

from forgegen.errors import check_whole
from forgegen.generate.lexicon import load_lexicon
from forgegen.model.calendar import HOUR
from forgegen.model.thread import Board, Thread
from forgegen.rendering.context import ThreadNames, label_of
from forgegen.rendering.listing import BoardRow, ThreadRow
from forgegen.rendering.look import SITE_LOOK, Look
from forgegen.site.activity import Activity
from forgegen.site.cache import Recent
from forgegen.site.fates import Fate, Told, fate_of, told_at
from forgegen.site.members import Members
from forgegen.site.numbers import Numbers
from forgegen.site.rules import rules_of
from forgegen.site.schedule import A_SLOT, Schedule
from forgegen.skins.furniture import furniture_for
from forgegen.skins.loading import load_skin
from forgegen.skins.own_words import words_for
from forgegen.skins.skin import Skin
from forgegen.streams.stream import fingerprint

MOST_BOARDS = 500
MOST_THREADS = 10**10
FIRST_BOARD = 2
_KEPT_WHOLE, _KEPT_THREADS, _KEPT_ROWS = 192, 128, 5_000
_SAMPLED = 60  # threads looked at for the index page
_LOCKED, _STUCK = 40, 60  # one thread in so many


class Forum:
    """A whole forum from a seed, at a moment; nothing is stored, and any number of threads costs the same.

    ``locale`` and ``profile`` are the skin's own where they are None, ``now`` soon after thread ``threads - 1`` came.

    Raises: UnknownName; UsageError for numbers that cannot be, and moments before the first thread.
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
        now: int | None = None,
    ) -> None:
        for name, value, most in (("boards", boards, MOST_BOARDS), ("threads", threads, MOST_THREADS)):
            check_whole(name, value, 1, most)
        self.look = look or SITE_LOOK
        self.skin: Skin = load_skin(skin, self.look.templates, self.look.ui, self.look.settings)
        self.seed, self.threads = seed, threads
        words = words_for(skin, locale, profile, self.look.templates)
        self.locale, self.profile = words["locale"], words["profile"]
        ui = furniture_for(self.locale, skin, self.look.templates, self.look.ui)
        if ui != self.look.ui:
            self.look = self.look._replace(ui=ui)
            self.skin = load_skin(skin, self.look.templates, ui, self.look.settings)
        self.rules = rules_of(self.skin.site, self.skin.name)
        self.boards = _boards(seed, self.locale, boards)
        self.schedule = Schedule(seed, self.locale, self.profile, boards, threads, bumped=self._by_activity)
        self.members = Members(seed, self.locale, self.profile, self.skin.columns.users)
        self.numbers = Numbers(self.schedule, self.skin.columns)
        self._names: Recent[int, ThreadNames] = Recent(_KEPT_ROWS)
        self.hidden: frozenset[int] = frozenset()
        self._whole: Recent[int, tuple[Thread, Fate]] = Recent(_KEPT_WHOLE)
        self._set(self.schedule.present() if now is None else self.schedule.checked(now))
        self.whole(0)  # wrong names show here, not on the first request

    @property
    def _by_activity(self) -> bool:
        return self.rules.order == "activity"

    def at(self, now: int) -> Forum:
        """The same forum at another moment.

        Raises: UsageError where it is not there then.
        """
        other = copy.copy(self)
        other.__dict__.pop("stuck", None)
        other._set(self.schedule.checked(now))
        return other

    def without(self, hidden: frozenset[int]) -> Forum:
        """The same forum as somebody sees it to whom these boards, from 0, do not exist."""
        if not hidden:
            return self
        other = copy.copy(self)
        other.hidden = hidden
        return other

    @property
    def seen(self) -> list[int]:
        """The boards, from 0, that are not hidden."""
        return [board for board in range(len(self.boards)) if board not in self.hidden]

    def is_seen(self, index: int) -> bool:
        """Whether a thread stands on a board that is not hidden."""
        return not self.hidden or self.board_index(index) not in self.hidden

    def _set(self, now: int) -> None:
        self.now, self.activity = now, Activity(self.schedule, now)
        self._told: Recent[int, Told] = Recent(_KEPT_THREADS)
        self._threads: Recent[int, Thread] = Recent(_KEPT_THREADS)
        self._rows: Recent[int, ThreadRow] = Recent(_KEPT_ROWS)

    @property
    def size(self) -> int:
        """How many threads have come."""
        return self.activity.arrived

    def whole(self, index: int) -> tuple[Thread, Fate]:
        """A thread with all of its posts, those to come too, and what happens to them."""
        return self._whole.made(index, lambda: self._make_whole(index))

    def _make_whole(self, index: int) -> tuple[Thread, Fate]:
        thread = self.schedule.thread(index)
        board, number = self.boards[self.board_index(index)], self.numbers.thread(index)
        thread = msgspec.structs.replace(thread, board=board, id=number)
        return thread, fate_of(thread, index, self.schedule)

    def told(self, index: int) -> Told:
        """Thread ``index`` as it is now, and the position of the latest change to it."""
        return self._told.made(index, lambda: self._make_told(index))

    def _make_told(self, index: int) -> Told:
        whole, fate = self.whole(index)
        told = told_at(whole, index, fate, self.activity.position, self.schedule)
        return told._replace(thread=msgspec.structs.replace(told.thread, observed=self.now))

    def thread(self, index: int) -> Thread:
        """Thread ``index`` as it is now, with the numbers of its posts."""
        return self._threads.made(index, lambda: self._numbered(index))

    def _numbered(self, index: int) -> Thread:
        told = self.told(index)
        numbers = tuple(self.numbers.post(index, rank) for rank in told.ranks)
        return msgspec.structs.replace(told.thread, numbers=numbers)

    def changed(self, index: int) -> int:
        """The instant of the latest change to a thread: of a post that came, was edited or taken down."""
        return self.schedule.instant(self.told(index).changed)

    def index_of(self, thread_id: int) -> int | None:
        """The number of the thread with this id; None where there is none."""
        index = self.numbers.thread_of(thread_id)
        return index if index is not None and 0 <= index < self.size and self.is_seen(index) else None

    def published_in(self, instant: int) -> list[int]:
        """The threads published in a second, of those that have come."""
        first, last = (self.schedule.position(at) for at in (instant - 1, instant))
        slots = range(max(0, first >> A_SLOT), min(last >> A_SLOT, self.size - 1) + 1)
        return [slot for slot in slots if first < self.schedule.start(slot) <= last and self.is_seen(slot)]

    def post_of(self, number: int) -> tuple[int, int] | None:
        """The thread and the position in it of the post with this number; None where there is none."""
        found = self.numbers.post_of(number)
        if found is None or not 0 <= found[0] < self.size or not self.is_seen(found[0]):
            return None
        index, rank = found
        ranks = self.told(index).ranks
        return (index, ranks.index(rank)) if rank in ranks else None

    def board_index(self, index: int) -> int:
        """The board, from 0, on which a thread stands."""
        return self.schedule.timeline.board_of(index)

    def board_of(self, number: int) -> int | None:
        """The board, from 0, that addresses call by this number; None where there is none."""
        board = number - FIRST_BOARD
        return board if 0 <= board < len(self.boards) and board not in self.hidden else None

    def labelled(self, label: str) -> int | None:
        """The board, from 0, of this name in addresses, whatever its capitals; None where there is none."""
        board = self._labels.get(label.casefold())
        return None if board is None or board in self.hidden else board

    @cached_property
    def _labels(self) -> dict[str, int]:
        return {label_of(board, self.skin.limits.label).casefold(): at for at, board in enumerate(self.boards)}

    def threads_on(self, board: int) -> int:
        """How many threads stand on a board."""
        return self.activity.lane(board).threads

    def board_pages(self, board: int) -> int:
        """How many pages the board's list has; at least one."""
        return max(1, -(-self.threads_on(board) // self.skin.threads_per_page))

    def listed(self, board: int, page: int) -> list[int]:
        """The numbers of the threads on a page of a board's list, in its order."""
        per, count = self.skin.threads_per_page, self.threads_on(board)
        if self.rules.order == "oldest":  # pages are numbered from the oldest on, but this one from the newest
            first = (self.board_pages(board) - page) * per
            return [self.activity.newest(count - 1 - rank, board) for rank in range(first, min(first + per, count))]
        first = (page - 1) * per
        stuck = self.stuck[board]
        found = [*stuck[first : first + per]]
        places = range(max(0, first - len(stuck)), count)
        return found + self._in_order(board, places, per - len(found), set(stuck))

    def front_pages(self) -> int:
        """How many front pages list threads; one where the front page lists boards."""
        return max(1, -(-self.size // self.skin.threads_per_page)) if self.rules.ranked else 1

    def front(self, page: int) -> list[int]:
        """The threads of a front page: the newest ones, ranked by views and age."""
        per = self.skin.threads_per_page
        if not self.rules.ranked:
            return []
        return sorted(self.newest_of(range((page - 1) * per, page * per)), key=self._heat, reverse=True)

    def _heat(self, index: int) -> tuple[int, int]:
        """How hot a thread is: its views against the square of its age in hours."""
        row = self.row(index)
        hours = 2 + (self.now - (row.published or self.now)) // HOUR
        return (row.views << 20) // hours**2, index

    def _in_order(self, board: int, places: range, wanted: int, without: set[int]) -> list[int]:
        """Threads from a place of the order on, which is counted without some of them."""
        if self.rules.order == "arrival":
            return [self.activity.newest(place, board) for place in places[:wanted]]
        lane, found = self.activity.lane(board), list[int]()
        skipped = sorted(self.activity.place(slot, board) for slot in without)
        for place in places[:wanted]:
            at = place
            for skip in skipped:
                at += skip <= at
            if at < lane.threads:
                found.append(self.activity.thread(at, board))
        return found

    @cached_property
    def stuck(self) -> list[list[int]]:
        """By board, the threads that stay on top of its list: at most two of its first ones, where it has enough."""
        if not self.rules.stuck:
            return [[] for _ in self.boards]
        timeline = self.schedule.timeline
        found = []
        for board in range(len(self.boards)):
            count = self.threads_on(board)
            first = [timeline.arrival(rank, board) for rank in range(min(count // 8, 6))]  # of a few threads none
            found.append([slot for slot in first if fingerprint(self.schedule.root, "stuck", slot) % 3 == 0][:2])
        return found

    def is_locked(self, index: int) -> bool:
        """Whether nobody can answer any more."""
        over = self.schedule.timeline.end_of(index) < self.activity.over
        return over and fingerprint(self.schedule.root, "locked", index) % _LOCKED == 0

    def newest(self, rank: int, board: int | None = None) -> int:
        """The thread that ``rank`` others came after."""
        return self.activity.newest(rank, board)

    def rank_of(self, index: int, board: int | None = None) -> int | None:
        """How many threads of a board, or of all, came after a thread: the inverse of ``newest``; None where it stands
        on another board."""
        if board is not None and self.board_index(index) != board:
            return None
        return self.activity.lane(board).threads - 1 - self.schedule.timeline.arrived_before(index, board)

    def newest_of(self, ranks: range) -> list[int]:
        """The threads at these places by arrival, as far as there are any, without those of hidden boards."""
        found = (self.newest(rank) for rank in ranks if rank < self.size)
        return [index for index in found if self.is_seen(index)]

    def latest_of(self, ranks: range) -> list[int]:
        """The threads at these places of the order of lists, without those of hidden boards."""
        found = (self.latest(rank) for rank in ranks if rank < self.size)
        return [index for index in found if self.is_seen(index)]

    def latest(self, rank: int, board: int | None = None) -> int:
        """The thread at a place of the order in which lists show them: of activity, else of arrival."""
        return self.activity.thread(rank, board) if self._by_activity else self.activity.newest(rank, board)

    def names_of(self, index: int) -> ThreadNames:
        """What addresses and links name of a thread, made without the thread."""
        return self._names.made(index, lambda: self._make_names(index))

    def _make_names(self, index: int) -> ThreadNames:
        row = self._rows.get(index)
        if row is not None:
            return ThreadNames(row.id, row.title, row.board, row.published)
        board, published = self.boards[self.board_index(index)], self.schedule.instant(self.schedule.start(index))
        return ThreadNames(self.numbers.thread(index), self.schedule.title(index), board, published)

    def row(self, index: int) -> ThreadRow:
        """What lists show of a thread."""
        return self._rows.made(index, lambda: self._row(index))

    def _row(self, index: int) -> ThreadRow:
        thread, ranks, _ = self.told(index)
        last = max(ranks)
        n = ranks.index(last)
        author = thread.article.byline or None
        latest = thread.posts[n - 1] if n else None
        writer = author if latest is None else latest.author.name if latest.author else None
        return ThreadRow(
            thread.id, thread.article.title, author, len(thread.posts), thread.views, thread.published, writer,
            thread.published if latest is None else latest.time, thread.zone, thread.board,
            sticky=index in self.stuck[self.board_index(index)], locked=self.is_locked(index),
            first_pid=self.numbers.post(index, 0), last_pid=self.numbers.post(index, last), last_n=n,
            highest=last + 1,
        )  # fmt: skip

    def board_row(self, board: int) -> BoardRow:
        """What the index shows of a board. The number of posts is counted on small boards, else reckoned from the
        threads that were active last."""
        count = self.threads_on(board)
        seen = [self.latest(place, board) for place in range(min(count, max(1, _SAMPLED // len(self.boards))))]
        posts = sum(self.row(index).replies + 1 for index in seen)
        latest = self.row(seen[0]) if seen else None
        return BoardRow(self.boards[board], count, posts * count // len(seen) if seen else 0, latest)

    def name_of(self, user: int) -> str | None:
        """The name of the user with this number; None where nobody has it."""
        return self.members.name_of(user)


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
