"""A site: requests in, answers out, faults between, and a log of what was asked. Knows no server and no sockets."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

import msgspec

from forgegen.pages.page import Page, http_date
from forgegen.site.beside import AGE_PAGE, Beside
from forgegen.site.cache import Recent
from forgegen.site.changes import Change, changes
from forgegen.site.doors import Doors, Visit
from forgegen.site.exchange import LONGEST_TARGET, Answer, Request, plain_answer, redirect
from forgegen.site.expected import Expected, listed
from forgegen.site.faults import LOOP, Fault, Faults, Occasion
from forgegen.site.forum import Forum
from forgegen.site.moments import Clock
from forgegen.site.responses import Maker
from forgegen.site.rules import Charset, rules_of
from forgegen.site.transfer import accepts_gzip, compressed, not_modified, part_of, unchanged, with_tag
from forgegen.site.urls import Finder, Kind, Place

_LOGGED = 100_000  # requests remembered
_ROOM = 16 << 20  # bytes of finished pages
_SCENES = 4  # moments of which something is kept


class Asked(NamedTuple):
    """A request as the log has it; ``fault`` is the fault that it met, or empty."""

    method: str
    url: str
    status: int
    fault: str


class Scene(NamedTuple):
    """The forum at a moment, with the way between its addresses and places, and what makes its pages."""

    forum: Forum
    finder: Finder
    maker: Maker


class _Shown(NamedTuple):
    """What a page follows from: the moment, the place, the host, who sees it, and what is hidden from them."""

    now: int
    place: Place
    host: str
    who: str
    hidden: frozenset[int]


class SiteContent:
    """A forum as its server shows it.

    ``faults`` are rates by name, drawn by ``fault_seed`` (the forum's seed where it is None); ``slow`` is how many
    seconds slow faults take. ``charset`` is where pages name theirs, None for the skin's way. ``clock`` says what time
    it is; without one, time stands still at the forum's own moment. ``closed`` boards are for members.
    """

    def __init__(
        self,
        forum: Forum,
        *,
        faults: Mapping[str, Decimal] | None = None,
        fault_seed: int | None = None,
        slow: float = 2.0,
        charset: Charset | None = None,
        clock: Clock | None = None,
        closed: int = 0,
    ) -> None:
        self.slow, self.clock = slow, clock or Clock(forum.now)
        rules = rules_of(forum.skin.site, forum.skin.name)
        self.rules = rules if charset is None else msgspec.structs.replace(rules, charset=charset)
        self._first = Scene(forum, Finder(forum, self.rules), Maker(forum, self.rules))
        self.doors = Doors(forum, self.rules, closed)
        self._scenes: Recent[tuple[int, frozenset[int]], Scene] = Recent(_SCENES * (1 + len(self.doors.closed)))
        self._scenes.put((forum.now, frozenset()), self._first)
        self._told: Recent[str, int] = Recent(_LOGGED)
        self.faults = Faults(faults or {}, forum.seed if fault_seed is None else fault_seed)
        self.log: deque[Asked] = deque(maxlen=_LOGGED)
        self._beside = Beside(self.rules)
        self._pages: Recent[_Shown, Answer] = Recent(_ROOM, lambda a: len(a.body) + 512)

    @property
    def now(self) -> int:
        """What time it is on the site, in seconds since 1970."""
        return self.clock.now

    def scene(self, now: int | None = None, hidden: frozenset[int] = frozenset()) -> Scene:
        """The forum at a moment, or now, without the boards that are hidden from who looks at it.

        Raises: UsageError where it is not there then.
        """
        moment = self.now if now is None else now
        found = self._scenes.get((moment, hidden))
        if found is None:
            forum = self._first.forum.at(moment).without(hidden)
            found = Scene(forum, self._first.finder.at(forum), Maker(forum, self.rules))
            self._scenes.put((moment, hidden), found)
        return found

    @property
    def forum(self) -> Forum:
        """The forum as it is now."""
        return self.scene().forum

    @property
    def finder(self) -> Finder:
        """The way between addresses and places as they are now."""
        return self.scene().finder

    @property
    def maker(self) -> Maker:
        """What makes the pages as they are now."""
        return self.scene().maker

    def reset(self) -> None:
        """Forget what was asked: the log is empty, and faults begin anew."""
        self.log.clear()
        self._told.clear()
        self.faults.reset()

    def answer(self, request: Request) -> Answer:
        """The answer to a request, as it goes out; its ``Date`` is the moment that it shows."""
        visit = self.doors.visit(request, self.now)
        scene = self.scene(visit.now, self.doors.hidden(visit.account))
        answer, fault = self._answer(visit, scene)
        self.noted(Asked(request.method, request.target[:LONGEST_TARGET], answer.status, fault), scene.forum.now)
        return answer.with_header("Date", http_date(scene.forum.now))

    def noted(self, asked: Asked, now: int) -> None:
        """Note a request and the moment of its answer."""
        self.log.append(asked)
        self._told.put(asked.url, now)

    def _answer(self, visit: Visit, scene: Scene) -> tuple[Answer, str]:
        request = visit.request
        if len(request.path) + len(request.query) > LONGEST_TARGET:
            return plain_answer(414, "This address is too long."), ""
        if request.path == LOOP:
            return redirect(LOOP + ("?again" if request.query != "again" else "?and"), 302), ""
        if request.method == "POST" and self._beside.asks_age(request.path):
            return self._beside.grown_up(request), ""
        entered = self.doors.answer(visit, scene.maker)
        if entered is not None:
            return entered, ""
        posted = self._posted(visit, scene) if request.method == "POST" else None
        if posted is not None:
            return posted, ""
        if request.method not in ("GET", "HEAD") and not self._beside.takes(request):
            return plain_answer(405, "GET and HEAD are understood here.").with_header("Allow", "GET, HEAD"), ""
        place, good = self._good(visit, scene)
        answer, fault = self._spoiled(visit, scene, place, good)
        return self._transferred(answer, request), "" if fault is None else fault.name

    def _posted(self, visit: Visit, scene: Scene) -> Answer | None:
        """What a form gets that is no login: the small page that it names, or what those get who have to log in."""
        path, query = visit.request.path, visit.request.query
        small = self._beside.named(path, query) or self._beside.below(path)
        found = scene.finder.find(path, query) if self.rules.login is not None else None
        if small is None and found is not None and path != "/":  # a file as index.php takes all forms of some engines
            small = "login"
        return None if small is None else self.doors.small(visit, scene.maker, small)

    def _good(self, visit: Visit, scene: Scene) -> tuple[Place | None, Answer]:
        """The answer of a server without fault, and the place that it shows."""
        request, host, path = visit.request, visit.host, visit.request.path
        beside = self._beside.file(request, scene.forum, scene.finder, scene.maker, host)
        if beside is not None:
            return None, beside
        small = self._beside.named(path, request.query)
        if small is not None:
            return None, self.doors.small(visit, scene.maker, small)
        found = scene.finder.find(path, request.query)
        if found is None:
            if scene.forum.hidden and self.scene(visit.now).finder.find(path, request.query) is not None:
                return None, self.doors.barred(visit, scene.maker)
            small = self._beside.below(path)
            if small is not None:
                return None, self.doors.small(visit, scene.maker, small)
            return None, _missing(scene, host, path)
        if found.location:
            return None, redirect(host + found.location, found.status)
        if self._beside.barred(scene.forum, found.place) and request.cookie("over18") != "1":
            return None, redirect(f"{AGE_PAGE}?from={quote(request.target, safe='/')}", 302)
        who = visit.account.name if visit.account is not None else ""
        key = _Shown(scene.forum.now, found.place, host, who, scene.forum.hidden)
        made = self._pages.get(key)
        if made is None:
            made = scene.maker.answer(found.place, host)
            if made is None:
                return None, _missing(scene, host, path)
            made = self.doors.dressed(made, visit)
            made = self._pages.put(key, with_tag(made) if self.rules.etag else made)
        return found.place, made

    def permanent_fault(self, place: Place, scene: Scene | None = None) -> Fault | None:
        """The fault that takes a place away for good."""
        if place.kind != "thread" or not self.faults:
            return None
        return self.faults.permanent((scene or self.scene()).finder.path(place._replace(page=1)))

    def _spoiled(self, visit: Visit, scene: Scene, place: Place | None, good: Answer) -> tuple[Answer, Fault | None]:
        """The answer after the fault that this ask meets, if any."""
        request = visit.request
        if not self.faults:
            return good, None
        lasting = place and self.permanent_fault(place, scene)
        met = (lasting, 0) if lasting else self.faults.transient(request.method, request.target)
        if met is None:
            return good, None
        fault, chance = met
        page = None
        if place is not None and place.kind == "thread":
            page = scene.maker.page(place, f"http://{request.host}")

        def made(other: Page) -> Answer:
            return self.doors.dressed(scene.maker.page_answer(other), visit)

        bad = fault.spoil(good, Occasion(request, chance, self.slow, page, made))
        return (good, None) if bad is None else (bad, fault)

    def _transferred(self, answer: Answer, request: Request) -> Answer:
        """The answer after what HTTP does on its way; one whose bytes or wire a fault has touched goes as it is."""
        if answer.wire is not None or answer.status != 200:
            return answer
        if unchanged(answer, request):
            return not_modified(answer)
        if answer.header("Accept-Ranges"):
            return part_of(answer, request)
        if len(answer.body) >= 512:
            vary = answer.header("Vary")
            answer = answer.with_header("Vary", f"{vary}, Accept-Encoding" if vary else "Accept-Encoding")
        return compressed(answer) if accepts_gzip(request) else answer

    def expected(
        self, host: str, kinds: Iterable[Kind] = ("thread",), at: int | None = None, seen_as: str | None = None
    ) -> Iterator[Expected]:
        """What every page of these kinds shows, page by page, now or at another moment; to somebody by name (a guest's
        is empty), or to who may see everything.

        Raises: UnknownName.
        """
        scene = self._scene_as(at, seen_as)
        for place in scene.finder.places(kinds):
            yield self._shown(place, host, scene)

    def _scene_as(self, at: int | None, seen_as: str | None) -> Scene:
        """The forum as somebody sees it.

        Raises: UnknownName.
        """
        return self.scene(at, frozenset() if seen_as is None else self.doors.hidden(self.doors.account(seen_as)))

    def shown(self, place: Place, host: str, at: int | None = None) -> Expected:
        """What a page shows, now or at another moment."""
        return self._shown(place, host, self.scene(at))

    def _shown(self, place: Place, host: str, scene: Scene) -> Expected:
        lasting = self.permanent_fault(place, scene)
        truth = scene.maker.truth(place, host) if place.kind == "thread" else listed(scene.forum, place)
        number = place.number if place.kind == "thread" else None
        url, fault = host + scene.finder.path(place), lasting and lasting.name
        return Expected(place.kind, url, truth, fault, number, place.page, self._seen_by(place, scene))

    def _seen_by(self, place: Place, scene: Scene) -> tuple[str, ...] | None:
        """Who may see a place; None where everybody may."""
        if not self.doors.closed:
            return None
        if place.kind == "index":  # who sees more boards sees another index
            return None if scene.forum.hidden else self.doors.seeing_all()
        board = place.number if place.kind == "board" else scene.forum.board_index(place.number)
        return self.doors.seen_by(board)

    def truth_at(self, url: str, host: str, at: int | None = None, seen_as: str | None = None) -> Expected | None:
        """What the page at an address shows, redirects followed; None where there is no such page. Without a moment,
        that of the last answer for the address holds, or now. ``seen_as`` is who looks at it, as in ``expected``.

        Raises: UnknownName.
        """
        scene = self._scene_as(self._last_told(url) if at is None else at, seen_as)
        place = scene.finder.place_of(url)
        return None if place is None or place.kind == "user" else self._shown(place, host, scene)

    def _last_told(self, url: str) -> int | None:
        """The moment of the last answer for an address."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        return self._told.get(Request("GET", unquote(parts.path) or "/", parts.query).target[:LONGEST_TARGET])

    def changes(self, host: str, since: int, at: int | None = None, seen_as: str | None = None) -> Iterator[Change]:
        """What happened on the forum after a moment and up to now, or another moment. ``seen_as`` is who looks at it,
        as in ``expected``.

        Raises: UnknownName.
        """
        scene = self._scene_as(at, seen_as)
        return changes(scene.forum, scene.finder, host, since)


def _missing(scene: Scene, host: str, path: str) -> Answer:
    return scene.maker.small("error.html", host, 404, path=path, code=404)
