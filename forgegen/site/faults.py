"""Faults of servers, each by name and rate: which request meets which one is decided by the seed, the method, the URL
and how often that URL was asked, so that concurrency and order change nothing.

A transient fault shows on the first ask of a URL, or on the first two, and never again until the counts are reset. A
permanent one takes whole threads away for good. How a fault is seen: by ``status``, on the ``wire`` (time, length, the
connection), or in the ``content`` of a page that looks well; retries by status and errors never see those.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple, TypeAlias

from forgegen.errors import UnknownName, UsageError
from forgegen.pages.page import Page
from forgegen.registries import Registry
from forgegen.site.drift import grown, regrown
from forgegen.site.exchange import Answer, Request, Wire, html_answer, redirect
from forgegen.streams.stream import fingerprint

Lasting: TypeAlias = Literal["transient", "permanent"]
Seen: TypeAlias = Literal["status", "wire", "content"]

LOOP = "/redirected"  # the path on which redirect loops go round
_ONE = 1 << 64
_REMEMBERED = 200_000  # faulty URLs whose asks are counted; the oldest are forgotten


class Occasion(NamedTuple):
    """What a fault may look at: the request, 32 bits of chance of its own, the seconds that slow ones take, the page
    that the answer shows (None: not a thread's page) and the way from a page to its answer."""

    request: Request
    chance: int
    slow: float
    page: Page | None
    answer: Callable[[Page], Answer]


Spoil: TypeAlias = Callable[[Answer, Occasion], Answer | None]


class Fault(NamedTuple):
    """A fault: ``spoil`` turns a good answer into a bad one, or gives None where it cannot show on that answer."""

    name: str
    about: str
    catches: str
    lasting: Lasting
    seen: Seen
    spoil: Spoil


FAULTS: Registry[Fault] = Registry("fault")


def fault(name: str, seen: Seen, *, catches: str, lasting: Lasting = "transient") -> Callable[[Spoil], Spoil]:
    """Register a fault; its docstring says what it is."""

    def register(spoil: Spoil) -> Spoil:
        about = (spoil.__doc__ or "").strip().rstrip(".")
        FAULTS.add(name, Fault(name, about, catches, lasting, seen, spoil))
        return spoil

    return register


def _notice(status: int, title: str, text: str) -> Answer:
    return html_answer(
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{status} {title}</title></head>'
        f"<body><h1>{title}</h1><p>{text}</p></body></html>\n",
        status,
    )


@fault("429", "status", catches="crawlers that do not wait, or take the notice for a page")
def _too_many(answer: Answer, occasion: Occasion) -> Answer:
    """Too Many Requests, with Retry-After."""
    return _notice(429, "Too Many Requests", "Slow down and come back.").with_header("Retry-After", "1")


@fault("500", "status", catches="crawlers that give up at once")
def _error(answer: Answer, occasion: Occasion) -> Answer:
    """Internal Server Error."""
    return _notice(500, "Internal Server Error", "The board software met an error of its own.")


@fault("502", "status", catches="crawlers that give up at once")
def _bad_gateway(answer: Answer, occasion: Occasion) -> Answer:
    """Bad Gateway, as a proxy before the board answers."""
    return _notice(502, "Bad Gateway", "The server behind this one sent nothing of use.")


@fault("503", "status", catches="crawlers that do not wait")
def _unavailable(answer: Answer, occasion: Occasion) -> Answer:
    """Service Unavailable, with Retry-After."""
    answer = _notice(503, "Service Unavailable", "The board is closed for a moment of upkeep.")
    return answer.with_header("Retry-After", "1")


@fault("slow-headers", "wire", catches="clients without a time limit, or with one for connecting only")
def _slow_headers(answer: Answer, occasion: Occasion) -> Answer:
    """The first byte comes late."""
    return answer._replace(wire=Wire(wait=occasion.slow))


@fault("slow-body", "wire", catches="time limits that begin anew with every byte")
def _slow_body(answer: Answer, occasion: Occasion) -> Answer | None:
    """The headers come at once, the body drips."""
    return answer._replace(wire=Wire(drip=occasion.slow)) if answer.body else None


@fault("dropped", "wire", catches="clients that do not try again after a lost connection")
def _dropped(answer: Answer, occasion: Occasion) -> Answer:
    """The connection is closed without an answer."""
    return answer._replace(wire=Wire(drop=True))


@fault("truncated", "wire", catches="clients that take a part for the whole")
def _truncated(answer: Answer, occasion: Occasion) -> Answer | None:
    """The body ends before its declared length, and the connection with it."""
    size = len(answer.body)
    return answer._replace(wire=Wire(cut=occasion.chance * size >> 32)) if size else None


@fault("wrong-length", "wire", catches="clients that wait for ever, or trust the length they were told")
def _wrong_length(answer: Answer, occasion: Occasion) -> Answer | None:
    """The whole body comes, but more was declared; then the connection is closed."""
    size = len(answer.body)
    return answer._replace(wire=Wire(declare=size + 1 + (occasion.chance & 1023))) if size else None


@fault("short-length", "content", catches="parsers that do not notice that a page has no end")
def _short_length(answer: Answer, occasion: Occasion) -> Answer | None:
    """Less than the body is declared: clients see a page that ends early, without any error."""
    size = len(answer.body)
    if size < 2:
        return None
    shown = size // 2 + (occasion.chance * (size // 2) >> 32)
    return answer._replace(wire=Wire(declare=shown))


@fault("redirect-loop", "content", catches="clients that follow redirects without a limit")
def _loop(answer: Answer, occasion: Occasion) -> Answer:
    """A redirect into two addresses that lead to each other."""
    return redirect(f"{LOOP}?from={occasion.request.target}", 302)


@fault("wrong-charset", "content", catches="decoders that trust the header alone")
def _wrong_charset(answer: Answer, occasion: Occasion) -> Answer | None:
    """The header names another charset than that of the bytes."""
    kind = answer.header("Content-Type") or ""
    media, _, charset = kind.partition("; charset=")
    if media != "text/html" or answer.body.isascii():
        return None
    other = "iso-8859-1" if charset.lower() in ("utf-8", "") else "utf-8"
    return answer.with_header("Content-Type", f"{media}; charset={other}")


@fault("mojibake", "content", catches="pipelines that store whatever decodes")
def _mojibake(answer: Answer, occasion: Occasion) -> Answer | None:
    """The bytes were decoded by the wrong charset on the server and encoded again: right headers, wrong words."""
    kind = answer.header("Content-Type") or ""
    if not kind.startswith("text/html") or answer.body.isascii():
        return None
    charset = kind.partition("charset=")[2] or "utf-8"
    if charset.lower() == "utf-8":
        return answer._replace(body=answer.body.decode("latin-1").encode())
    text = answer.body.decode(charset, "replace").encode().decode(charset, "replace")
    return answer._replace(body=text.encode(charset, "xmlcharrefreplace"))


@fault("login-wall", "content", catches="crawlers that go by the status alone")
def _login(answer: Answer, occasion: Occasion) -> Answer:
    """A page that asks to log in, with status 200."""
    return html_answer(
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Log in</title></head><body>'
        "<h1>You must log in to see this</h1>"
        '<form method="post" action="/login"><label>Name <input name="name"></label> '
        '<label>Password <input name="password" type="password"></label> <button>Log in</button></form>'
        "</body></html>\n"
    )


@fault("captcha", "content", catches="crawlers that go by the status alone")
def _captcha(answer: Answer, occasion: Occasion) -> Answer:
    """A page that asks for proof of being human, with status 200."""
    return html_answer(
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>One moment</title></head><body>'
        '<h1>Are you human?</h1><form method="post" action="/challenge">'
        '<p>Which number comes after seven? <input name="captcha" autocomplete="off"></p><button>Go on</button></form>'
        "</body></html>\n"
    )


@fault("stale", "content", catches="crawlers that never come back for what is new")
def _stale(answer: Answer, occasion: Occasion) -> Answer | None:
    """A cache between answers with an older state: the latest quarter of the page's posts is not there yet."""
    page = occasion.page and regrown(occasion.page)
    if page is None:
        return None
    return occasion.answer(page).with_header("Age", "86400").with_header("X-Cache", "HIT")


@fault("duplicated-posts", "content", catches="crawlers that count posts by place, not by id")
def _duplicated(answer: Answer, occasion: Occasion) -> Answer | None:
    """The thread grew since the page before was read: the page begins with posts that stood at its end."""
    page = occasion.page and grown(occasion.page, -1 - (occasion.chance & 3))
    return None if page is None else occasion.answer(page)


@fault("missing-posts", "content", catches="crawlers that take the end of the pages for the end of the posts")
def _missing(answer: Answer, occasion: Occasion) -> Answer | None:
    """Posts before were deleted since the page before was read: the page begins some posts too late."""
    page = occasion.page and grown(occasion.page, 1 + (occasion.chance & 3))
    return None if page is None else occasion.answer(page)


@fault("gone", "status", lasting="permanent", catches="crawlers that stop, or try for ever")
def _gone(answer: Answer, occasion: Occasion) -> Answer:
    """The thread is gone (410), all of its pages."""
    return _notice(410, "Gone", "This thread was taken away and will not come back.")


@fault("missing", "status", lasting="permanent", catches="crawlers that stop at a dead link")
def _missing_thread(answer: Answer, occasion: Occasion) -> Answer:
    """The thread is not found (404) though links lead to it."""
    return _notice(404, "Not Found", "There is no such thread.")


@fault("forbidden", "status", lasting="permanent", catches="crawlers that take a refusal for a page")
def _forbidden(answer: Answer, occasion: Occasion) -> Answer:
    """The thread is for members only (403)."""
    return _notice(403, "Forbidden", "You have no right to read this thread.")


@fault("always-500", "status", lasting="permanent", catches="crawlers that try for ever")
def _always_error(answer: Answer, occasion: Occasion) -> Answer:
    """The thread's pages fail on the server (500), each time."""
    return _notice(500, "Internal Server Error", "The board software met an error of its own.")


def parse_faults(spec: str) -> dict[str, Decimal]:
    """The rates in ``429=.1,truncated=.02``; empty for an empty text.

    >>> parse_faults("429=.1, dropped=0.02")
    {'429': Decimal('0.1'), 'dropped': Decimal('0.02')}

    Raises: UnknownName; UsageError for a rate that is none, or rates that make more than 1 together.
    """
    rates: dict[str, Decimal] = {}
    for part in filter(None, (p.strip() for p in spec.split(","))):
        name, equals, text = part.partition("=")
        name = name.strip()
        if name not in FAULTS:
            raise UnknownName("fault", name, FAULTS)
        rates[name] = _rate(name, text.strip() if equals else "")
    for lasting in ("transient", "permanent"):
        total = sum(rate for name, rate in rates.items() if FAULTS[name].lasting == lasting)
        if total > 1:
            raise UsageError(f"the rates of {lasting} faults make {total} together; right would be 1 at the most")
    return rates


def _rate(name: str, text: str) -> Decimal:
    try:
        rate = Decimal(text)
    except InvalidOperation:
        rate = Decimal(-1)
    if not (rate.is_finite() and 0 <= rate <= 1):
        raise UsageError(f"rate {text!r} of fault {name!r}; right would be a number from 0 to 1, as in {name}=.1")
    return rate


class Faults:
    """Which request meets which fault, and the counts of asks that this needs."""

    def __init__(self, rates: Mapping[str, Decimal], seed: int) -> None:
        self.rates, self.seed = dict(rates), seed
        self._tables = {lasting: self._table(lasting) for lasting in ("transient", "permanent")}
        self._asked: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._lock = threading.Lock()

    def _table(self, lasting: Lasting) -> list[tuple[int, Fault]]:
        """Upper bounds of the faults' shares of 64 bits."""
        table, total = [], Decimal(0)
        for name, rate in self.rates.items():
            if FAULTS[name].lasting == lasting:
                total += rate
                table.append((int(total * _ONE), FAULTS[name]))
        return table

    def __bool__(self) -> bool:
        return any(self._tables.values())

    def reset(self) -> None:
        """Forget what was asked."""
        with self._lock:
            self._asked.clear()

    def permanent(self, thread_url: str) -> Fault | None:
        """The fault that takes a thread away, by the path of its first page."""
        if not self._tables["permanent"]:
            return None
        return _drawn(self._tables["permanent"], fingerprint("permanent", self.seed, thread_url))

    def transient(self, method: str, target: str) -> tuple[Fault, int] | None:
        """The fault of this ask of a URL, with chance of its own; counts the ask."""
        if not self._tables["transient"]:
            return None
        bits = fingerprint("transient", self.seed, method, target)
        found = _drawn(self._tables["transient"], bits)
        if found is None:
            return None
        with self._lock:
            asked = self._asked[method, target] = self._asked.pop((method, target), 0) + 1
            if len(self._asked) > _REMEMBERED:
                self._asked.popitem(last=False)
        asks = 1 + (bits >> 127)
        return (found, (bits >> 64) & 0xFFFFFFFF) if asked <= asks else None


def _drawn(table: list[tuple[int, Fault]], bits: int) -> Fault | None:
    low = bits & (_ONE - 1)
    return next((found for bound, found in table if low < bound), None)
