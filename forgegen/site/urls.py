"""Which page an address stands for, and which address a page has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from forgegen.model.post_numbers import n_of_pid, thread_of_pid
from forgegen.rendering.context import board_fields, build_contexts, page_count, slug_of
from forgegen.site.forum import Forum
from forgegen.site.rules import Rules
from forgegen.site.url_patterns import Match, Routes

Kind: TypeAlias = Literal["index", "board", "thread", "user"]


class Place(NamedTuple):
    """A page of the site: its kind, the number of the board or thread (from 0) or user, and the page (from 1)."""

    kind: Kind
    number: int = 0
    page: int = 1


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
                   "board_page": urls.board_page, "user": urls.user, "post": urls.post}  # fmt: skip
        more = [(kind, form) for kind in ("thread", "board", "post") for form in getattr(rules, f"{kind}s")]
        more += [("index", form) for form in (*rules.indexes, getattr(urls, "category", "")) if form]
        self._routes = Routes({k: v for k, v in formats.items() if v}, more, rules.separators)
        self._index = {urls.index.partition("?")[0], "/", *(f"/{name}" for name in rules.index_names)}
        self._bare = {f"/{name}" for name in (*rules.bare, *rules.index_names)}

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
        if found.location or not self.rules.canonical or "pid" in match.fields or "rank" in match.fields:
            return found
        usual = self.path(found.place)
        if "?" in usual or usual == path:
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
            return Found(Place("index"))
        if kind == "user":
            return Found(Place("user", match.number("uid")))
        if kind == "post":
            return self._post(match.number("pid"))
        number = self._board(match) if kind == "board" else self.forum.index_of(match.number("id"))
        if number is None:
            return None
        per = self.forum.skin.threads_per_page if kind == "board" else self.forum.skin.posts_per_page
        page = _page(match, per)
        place = Place("board" if kind == "board" else "thread", number, page)
        last = self.pages(place)
        return Found(place) if 1 <= page <= last else self._beyond(place, last)

    def _beyond(self, place: Place, last: int) -> Found | None:
        end = place._replace(page=last)
        if place.page < 1 or self.rules.beyond == "missing":
            return None
        return Found(end) if self.rules.beyond == "last" else Found(end, self.path(end), 302)

    def _board(self, match: Match) -> int | None:
        if "board" in match.fields:
            return self.forum.board_of(match.number("board"))
        slug = match.fields.get("slug", "")
        return next(
            (b for b, board in enumerate(self.forum.boards) if slug_of(board.latin or board.name) == slug), None
        )

    def _post(self, pid: int) -> Found | None:
        """The page of the thread on which a post stands."""
        index = self.forum.index_of(thread_of_pid(pid))
        if index is None:
            return None
        n = n_of_pid(pid)
        for context in build_contexts(self.forum.thread(index), self.forum.skin, self.forum.look):
            anchor = next((view.id for view in context.posts if view.n == n), None)
            if anchor is not None:
                place = Place("thread", index, context.page)
                shown = self.rules.permalinks == "show"
                return Found(place) if shown else Found(place, f"{self.path(place)}#{anchor}", 302)
        return None

    def pages(self, place: Place) -> int:
        """How many pages the place's board or thread has."""
        if place.kind == "board":
            return self.forum.board_pages(place.number)
        return page_count(self.forum.thread(place.number), self.forum.skin) if place.kind == "thread" else 1

    def path(self, place: Place) -> str:
        """The address of a place, without the host."""
        skin, page = self.forum.skin, place.page
        urls = skin.urls
        if place.kind == "index":
            return urls.index
        if place.kind == "user":
            return urls.user.format(uid=place.number, slug="member")
        if place.kind == "board":
            form = urls.board if page == 1 else urls.board_page
            return form.format(**board_fields(self.forum.boards[place.number], page, skin.threads_per_page))
        thread = self.forum.thread(place.number)
        form = urls.thread if page == 1 else urls.thread_page
        board, start = board_fields(thread.board)["board"], (page - 1) * skin.posts_per_page
        return form.format(id=thread.id, slug=slug_of(thread.article.title), board=board, page=page, start=start)

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
            yield Place("index")
        for board in range(len(self.forum.boards)) if "board" in wanted and self.forum.skin.urls.board else ():
            for page in range(1, self.forum.board_pages(board) + 1):
                yield Place("board", board, page)
        for index in range(self.forum.size) if "thread" in wanted else ():
            for page in range(1, self.pages(Place("thread", index)) + 1):
                yield Place("thread", index, page)


def _page(match: Match, per: int) -> int:
    """The page that an address names by its number, the offset of its first item, or the rank of an item on it."""
    if "start" in match.fields:
        return match.number("start") // per + 1
    return (match.number("rank") - 1) // per + 1 if "rank" in match.fields else match.number("page", 1)
