"""A site from its options, and a server under it: what the command line, the pytest plugin and users call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Any

from forgegen.errors import UnknownName, UsageError, check_name, check_type, check_whole, quoted
from forgegen.generate.lexicon import locale_names
from forgegen.generate.making import check_seed
from forgegen.generate.profile import profile_names
from forgegen.model.calendar import DAY, HOUR, MINUTE
from forgegen.rendering.look import SITE_LOOK, Look
from forgegen.site.accounts import Account
from forgegen.site.app import SiteApp
from forgegen.site.changes import Change
from forgegen.site.expected import Expected
from forgegen.site.faults import parse_faults
from forgegen.site.forum import Forum
from forgegen.site.moments import Clock, read_moment, read_speed
from forgegen.site.rules import CHARSETS, Charset
from forgegen.site.site import Asked, SiteContent
from forgegen.site.urls import Kind
from forgegen.skins.loading import board_settings
from forgegen.skins.settings import Given

if TYPE_CHECKING:
    from forgegen.site.server import Server


def _check_site(
    seed: object, skin: object, locale: object, profile: object, look: object, faults: object, at: object,
    clock: object, charset: object, slow: object, closed: object,
) -> None:  # fmt: skip
    """Raises: UsageError and UnknownName for what no site can take."""
    check_seed(seed)
    check_type("skin", skin, str, "the name of a skin, as 'reference'")
    for name, word, known in (
        ("locale", locale, locale_names()), ("profile", profile, profile_names()), ("charset", charset, CHARSETS),
    ):  # fmt: skip
        if word is not None:
            check_name(name, word, known)
    check_type("look", look, (Look, type(None)), "a Look, as forgegen.rendering.look has it")
    check_type("faults", faults, (str, Mapping), "as '429=.1' or {'429': 0.1}")
    check_type("at", at, (int, str, type(None)), "an instant, as '2024-02-17T05:01:00Z'")
    check_type("clock", clock, (int, str), "seconds a second, 'real' or as 'day/minute'")
    if not isinstance(slow, int | float) or slow < 0:
        raise UsageError(f"slow cannot be {quoted(slow)}; right would be seconds, 0 or more")
    check_whole("closed", closed)


def make_site(
    seed: int = 0,
    *,
    skin: str = "reference",
    locale: str | None = None,
    profile: str | None = None,
    boards: int = 3,
    threads: int = 120,
    look: Look | None = None,
    faults: str | Mapping[str, float | str | Decimal] = "",
    slow: float = 2.0,
    charset: Charset | None = None,
    settings: Given = (),
    at: int | str | None = None,
    clock: int | str = 0,
    closed: int = 0,
) -> SiteContent:
    """A site. ``faults`` is as ``429=.1,truncated=.02``, or a mapping of names to rates; ``settings`` are what the
    board's administrators chose, values by name, the same on all pages.

    Time stands still at the moment ``at``: an ISO instant, an HTTP date or seconds since 1970; without it soon after
    the last thread came. ``clock`` lets it go from there on: ``real``, ``day/minute``, or seconds a second.

    ``closed`` boards, the last ones, are seen only by members who may, after a login with one of the accounts.

    Raises: UnknownName for a skin, locale, profile, language, encoding or fault; UsageError for numbers that cannot be.
    """
    _check_site(seed, skin, locale, profile, look, faults, at, clock, charset, slow, closed)
    spec = faults if isinstance(faults, str) else ",".join(f"{name}={rate}" for name, rate in faults.items())
    if settings:
        look = look or SITE_LOOK
        look = look._replace(settings=board_settings(skin, look.templates, look.ui, settings))
    now, speed = None if at is None else read_moment(at), read_speed(clock)
    forum = Forum(seed, skin=skin, locale=locale, profile=profile, boards=boards, threads=threads, look=look, now=now)
    encoding = forum.look.encoding
    if encoding is not None and encoding not in forum.skin.encodings:
        raise UnknownName("encoding", encoding, forum.skin.encodings)
    moving = Clock(forum.now, speed)
    return SiteContent(forum, faults=parse_faults(spec), slow=slow, charset=charset, clock=moving, closed=closed)


def make_server(site: SiteContent, *, host: str = "127.0.0.1", port: int = 0, truth_port: int = 0) -> Server:
    """A server of the site and its truth; it listens, and runs when told to.

    Raises: MissingExtra; UsageError where a port cannot be had.
    """
    from forgegen.site.server import Server
    from forgegen.site.truthport import truth_app

    server: Server
    truth = truth_app(site, lambda: server.url)
    server = Server(SiteApp(site), truth, host=host, port=port, truth_port=truth_port)
    return server


class ForumSite:
    """A running forum, as tests use it; a context manager that stops it without a trace.

    ``url`` and ``truth_url`` are its addresses; ``truth(url)`` is what a page shows, ``expected()`` what all of them
    show, ``requests`` what was asked so far. ``reset()`` forgets what was asked; ``transport()`` is a way for httpx
    that needs no socket. ``now`` is what time it is there; ``advance(hours=6)`` puts the clock forward: threads and
    posts come, are edited and taken down, and ``changes(since)`` says which. Options are those of ``make_site``.
    """

    def __init__(self, seed: int = 0, *, host: str = "127.0.0.1", port: int = 0, **options: Any) -> None:
        self.site = make_site(seed, **options)
        self._server = make_server(self.site, host=host, port=port)
        self.url, self.truth_url = self._server.url, self._server.truth_url
        self._server.start()

    @property
    def now(self) -> int:
        """What time it is on the site, in seconds since 1970."""
        return self.site.now

    def advance(self, *, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0) -> int:
        """Put the clock forward; the new moment.

        Raises: UsageError for a step backwards, or beyond the forum's time.
        """
        step = days * DAY + hours * HOUR + minutes * MINUTE + seconds
        self.site.forum.schedule.checked(self.now + step)
        return self.site.clock.advance(step)

    def changes(self, since: int | str) -> Iterator[Change]:
        """What happened after a moment and up to now, in order."""
        return self.site.changes(self.url, read_moment(str(since), "since"))

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Who can log in, with password and the numbers of the closed boards that they may see."""
        return self.site.doors.accounts

    def truth(self, url: str, at: int | str | None = None, seen_as: str | None = None) -> Any:
        """What the page at an address shows: a ``Truth``, or an object for index and boards. Without ``at``, what the
        last answer for the address showed; if there was none, what it shows now. ``seen_as`` is the name of the
        account that looks at it, empty for a guest; without it, who may see everything.

        Raises: UsageError where the site has no such page, or it is not there for who looks.
        """
        found = self.site.truth_at(url, self.url, None if at is None else read_moment(at), seen_as)
        if found is None:
            raise UsageError(f"the site at {self.url} has no page with a truth at {url!r}")
        return found.truth

    def expected(
        self, *kinds: Kind, at: int | str | None = None, url: str | None = None, seen_as: str | None = None
    ) -> Iterator[Expected]:
        """What every page shows, one after the other: threads' pages, or those of the kinds named; now, or at another
        moment. ``url`` is what ``mount`` gave, where addresses are to begin with it; ``seen_as`` is as in ``truth``,
        and leaves out what is not there for who looks."""
        moment = None if at is None else read_moment(at)
        return self.site.expected(url or self.url, kinds or ("thread",), moment, seen_as)

    @property
    def requests(self) -> list[Asked]:
        """What was asked so far, the latest 100,000."""
        return list(self.site.log)

    def reset(self) -> None:
        """Forget what was asked; faults begin anew."""
        self.site.reset()

    def transport(self) -> Any:
        """A transport for httpx clients that asks the site within the process."""
        from forgegen.site.client import SiteTransport

        return SiteTransport(self.site)

    def mount(self, mock: Any, host: str = "forum.example") -> str:
        """Let a mock of respx, responses, pytest-httpx or pytest-httpserver answer as the site; the begin of the
        addresses that it answers. pytest-httpserver has its own, the others take ``host``.

        Raises: UsageError for another object, or a host that is none; MissingExtra.
        """
        from forgegen.site.mounts import mount

        return mount(self.site, mock, host)

    def stop(self) -> None:
        """End the server; may be called again."""
        self._server.stop()

    def __enter__(self) -> ForumSite:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
