"""Which page an address stands for, and which address a page has."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias
from urllib.parse import unquote, urlsplit

from forgegen.rendering.context import (
    ThreadNames,
    board_path,
    contexts_of,
    page_count,
    slug_of,
    stamp_mark,
    thread_path,
)
from forgegen.rendering.listing import index_path
from forgegen.rendering.views import anchor_of, user_number, user_path
from forgegen.site.forum import Forum
from forgegen.site.rules import Rules
from forgegen.site.url_patterns import Match, Routes

Kind: TypeAlias = Literal["index", "board", "thread", "user"]


class Place(NamedTuple):
    """A page of the site: its kind, the number of the board or thread (from 0) or user, and the page (from 1)."""

    kind: Kind
    number: int = 0
    page: int = 1


_WITHIN = ("pid", "pid36", "rank", "old")  # fields of addresses that lead into a page


class Found(NamedTuple):
    """What an address leads to: a place, and the redirect that comes before it (its path and status), or none."""

    place: Place
    location: str = ""
    status: int = 301


class Finder:
    """The way between addresses and places of one forum."""

    def __init__(self, forum: Forum, rules: Rules) -> None:
        self.forum, self.rules = forum, rules
        urls = forum.skin.urls
        formats = {"thread": urls.thread, "thread_page": urls.thread_page, "board": urls.board,
                   "board_page": urls.board_page, "user": urls.user, "post": urls.post,
                   "index_page": urls.index_page if rules.ranked else ""}  # fmt: skip
        more = [(kind, form) for kind in ("thread", "board", "user", "post") for form in getattr(rules, f"{kind}s")]
        more += [("latest", form) for form in rules.latest]
        more += [("index", form) for form in (*rules.indexes, getattr(urls, "category", "")) if form]
        self._routes = Routes({k: v for k, v in formats.items() if v}, more, rules.separators)
        self._index = {urls.index.partition("?")[0], "/", *(f"/{name}" for name in rules.index_names)}
        self._bare = {f"/{name}" for name in (*rules.bare, *rules.index_names)}

    def at(self, forum: Forum) -> Finder:
        """The same way at another moment of the forum."""
        other = copy.copy(self)
        other.forum = forum
        return other

    def find(self, path: str, query: str) -> Found | None:
        """What an address leads to; None where there is nothing. Slashes doubled at its begin count as one."""
        if path.startswith("//"):
            path = "/" + path.lstrip("/")
        matched = False
        for match in self._routes.matches(path, query):
            matched = True
            found = self._place(match)
            if found is not None:
                return self._usual(found, match, path, query)
        return None if matched else self._loose(path, query)

    def _usual(self, found: Found, match: Match, path: str, query: str) -> Found:
        """The redirect to the usual address of a place where it was asked for by another."""
        if found.location or not self.rules.canonical or not match.fields.keys().isdisjoint(_WITHIN):
            return found
        if found.place.kind == "user" and self.forum.name_of(found.place.number) is None:
            return found
        usual = self.path(found.place)
        if "?" in usual or unquote(usual) == path:
            return found
        return found._replace(location=usual + (f"?{query}" if query else ""), status=self.rules.moved)

    def _loose(self, path: str, query: str) -> Found | None:
        """The index under its names, paths without their parameters, paths without their last slash."""
        if path in self._index:
            return Found(Place("index"))
        if path in self._bare and not self._routes.parameters(query):
            return Found(Place("index"))
        if self.rules.slash and not path.endswith("/") and any(self._routes.matches(path + "/", query)):
            found = self.find(path + "/", query)
            location = f"{path}/" + (f"?{query}" if query else "")
            return found and found._replace(location=location, status=self.rules.moved)
        if self.rules.loose_slash and path.endswith("/"):
            return self.find(path.rstrip("/"), query)
        return None

    def _place(self, match: Match) -> Found | None:
        kind = match.kind.partition("_")[0]
        if kind == "index":
            page = self._behind(match, None) or _page(match, self.forum.skin.threads_per_page, self.forum.front_pages())
            return Found(Place("index", 0, page)) if 1 <= page <= self.forum.front_pages() else None
        if kind == "user":
            return Found(Place("user", self._user(match)))
        if kind == "post":
            return self._post(match.number("pid"))
        number = self._board(match) if kind == "board" else self._thread(match)
        if number is None:
            return None
        if kind == "latest":
            return self._stood(self.forum.row(number).last_pid or 0)
        per = self.forum.skin.threads_per_page if kind == "board" else self.forum.skin.posts_per_page
        place = Place("board" if kind == "board" else "thread", number)
        last = self.pages(place)
        behind = self._behind(match, number) if kind == "board" else 0
        place = place._replace(page=behind or _page(match, per, last))
        return Found(place) if 1 <= place.page <= last else self._beyond(place, last)

    def _behind(self, match: Match, board: int | None) -> int:
        """The page of a list that goes on behind a thread; 0 where the address names none of it."""
        index = self.forum.index_of(int(match.fields["after"], 36)) if "after" in match.fields else None
        rank = None if index is None else self.forum.rank_of(index, board)
        return 0 if rank is None else rank // self.forum.skin.threads_per_page + 2

    def _beyond(self, place: Place, last: int) -> Found | None:
        end = place._replace(page=last)
        if place.page < 1 or self.rules.beyond == "missing":
            return None
        return Found(end) if self.rules.beyond == "last" else Found(end, self.path(end), 302)

    def _user(self, match: Match) -> int:
        if "name" not in match.fields:
            return match.number("uid")
        name = match.fields["name"]
        return user_number(self.forum.members.called(name) or name, self.forum.skin.columns.users)

    def _board(self, match: Match) -> int | None:
        if "board" in match.fields:
            return self.forum.board_of(match.number("board"))
        if "label" in match.fields:
            return self.forum.labelled(match.fields["label"])
        slug = match.fields.get("slug", "")
        boards = ((b, self.forum.boards[b]) for b in self.forum.seen)
        return next((b for b, board in boards if slug_of(board.latin or board.name) == slug), None)

    def _thread(self, match: Match) -> int | None:
        if "stamp" not in match.fields:
            return self.forum.index_of(match.number("id"))
        wanted = int(match.fields.get("mark", "0"), 16)
        threads = self.forum.published_in(match.number("stamp"))
        return next((index for index in threads if stamp_mark(self.forum.numbers.thread(index)) == wanted), None)

    def _post(self, pid: int) -> Found | None:
        """The page of the thread on which a post stands."""
        found = self._stood(pid)
        return found._replace(location="") if found and self.rules.permalinks == "show" else found

    def _stood(self, pid: int) -> Found | None:
        """The redirect to a post on its page."""
        stands = self._stands(pid)
        return stands and Found(stands[0], f"{self.path(stands[0])}#{stands[1]}", 302)

    def post_place(self, pid: int) -> Place | None:
        """The page on which a post stands; None where there is none of this number."""
        stands = self._stands(pid)
        return stands and stands[0]

    def _stands(self, pid: int) -> tuple[Place, str] | None:
        """The page of a post, and its anchor there."""
        found = self.forum.post_of(pid)
        if found is None:
            return None
        index, n = found
        contexts = contexts_of(self.forum.thread(index), self.forum.skin, self.forum.look)
        if n == 0:
            return Place("thread", index), anchor_of(self.forum.skin, contexts.thread, 0)
        return Place("thread", index, contexts.rows.page_of[n - 1] + 1), contexts.rows.anchor(n - 1)

    def pages(self, place: Place) -> int:
        """How many pages the place's board or thread has."""
        if place.kind == "board":
            return self.forum.board_pages(place.number)
        if place.kind == "index":
            return self.forum.front_pages()
        return page_count(self.forum.told(place.number).thread, self.forum.skin) if place.kind == "thread" else 1

    def path(self, place: Place) -> str:
        """The address of a place, without the host."""
        skin, page = self.forum.skin, place.page
        urls = skin.urls
        if place.kind == "index":
            return index_path(skin, page)
        if place.kind == "user":
            return user_path(urls.user, self.forum.name_of(place.number), skin.columns.users)
        if place.kind == "board":
            return board_path(self.forum.boards[place.number], skin, page, self.forum.board_pages(place.number))
        thread = self.forum.told(place.number).thread
        return thread_path(ThreadNames(thread.id, thread.article.title, thread.board, thread.published), skin, page)

    def place_of(self, url: str) -> Place | None:
        """The place that an address of any host leads to, redirects followed; None where it is nowhere."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        found = self.find(parts.path or "/", parts.query)
        return found.place if found else None

    def places(self, kinds: Iterable[Kind] = ("index", "board", "thread")) -> Iterable[Place]:
        """Every page of these kinds, boards before threads, made as they are asked for."""
        wanted = set(kinds)
        if "index" in wanted:
            for page in range(1, self.forum.front_pages() + 1):
                yield Place("index", 0, page)
        for board in self.forum.seen if "board" in wanted and self.forum.skin.urls.board else ():
            for page in range(1, self.forum.board_pages(board) + 1):
                yield Place("board", board, page)
        for index in filter(self.forum.is_seen, range(self.forum.size)) if "thread" in wanted else ():
            for page in range(1, self.pages(Place("thread", index)) + 1):
                yield Place("thread", index, page)


def _page(match: Match, per: int, last: int) -> int:
    """The page that an address names by its number, also from the oldest on, by the offset of its first item, or by the
    rank of an item on it; ``last`` is the number of pages."""
    if "old" in match.fields:
        return last - match.number("old") + 1
    if "start" in match.fields:
        return match.number("start") // per + 1
    return (match.number("rank") - 1) // per + 1 if "rank" in match.fields else match.number("page", 1)
