"""The port beside the site that tells what its pages show and what was asked of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from forgegen.errors import MissingExtra, UsageError
from forgegen.model.calendar import iso_utc
from forgegen.site.changes import Change
from forgegen.site.expected import Expected
from forgegen.site.moments import read_moment
from forgegen.site.site import SiteContent
from forgegen.site.urls import Kind

try:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response, StreamingResponse
    from starlette.routing import Route
    from starlette.types import ASGIApp, Receive, Scope, Send
except ImportError:
    raise MissingExtra("starlette", "serve") from None

if TYPE_CHECKING:
    from collections.abc import Iterable

KINDS: tuple[Kind, ...] = ("index", "board", "thread")


def truth_app(site: SiteContent, host: Callable[[], str]) -> ASGIApp:
    """The application of the truth port; ``host`` gives the begin of the site's addresses.

    ``GET /truth?url=``, ``/expected.jsonl?kind=thread|board|index|all``, both with ``at=`` for another moment and
    ``as=`` for somebody else, empty for a guest, ``/changes?since=``, ``/accounts``, ``/requests``, and ``POST /reset``
    with the header ``X-Forgegen: reset``, which no form of a foreign page can send. Requests whose Host is a foreign
    name are refused, so that a page in a browser cannot read the truth through a name of its own.
    """

    async def truth(request: Request) -> Response:
        url = request.query_params.get("url", "")
        if not url:
            return PlainTextResponse("Ask for /truth?url=ADDRESS with the address of a page of the site.\n", 400)
        seen_as, at = request.query_params.get("as"), _moment(request, "at")
        found = site.truth_at(url, host(), at, seen_as)
        if found is None and seen_as is not None and site.truth_at(url, host(), at) is not None:
            return PlainTextResponse(f"{seen_as[:80] or 'A guest'} may not see the page at {url[:200]!r}.\n", 403)
        if found is None:
            return PlainTextResponse(f"The site has no page with a truth at {url[:200]!r}.\n", 404)
        return _json(truth_json(found.truth))

    async def expected(request: Request) -> Response:
        kind = request.query_params.get("kind", "thread")
        if kind not in (*KINDS, "all"):
            return PlainTextResponse(f"kind cannot be {kind[:40]!r}; right would be {', '.join(KINDS)} or all\n", 400)
        kinds = KINDS if kind == "all" else tuple(k for k in KINDS if k == kind)
        seen_as, at = request.query_params.get("as"), _checked(site, _moment(request, "at"))
        if seen_as is not None:
            site.doors.account(seen_as)  # a wrong name shows before the first line
        rows = map(expected_json, site.expected(host(), kinds, at, seen_as))
        return StreamingResponse(_lines(rows), media_type="application/x-ndjson")

    async def happened(request: Request) -> Response:
        since = _moment(request, "since")
        if since is None:
            return PlainTextResponse("Ask for /changes?since=MOMENT, as the Date of an answer is.\n", 400)
        seen_as, at = request.query_params.get("as"), _checked(site, _moment(request, "at"))
        if seen_as is not None:
            site.doors.account(seen_as)  # a wrong name shows before the first line
        rows = map(change_json, site.changes(host(), since, at, seen_as))
        return StreamingResponse(_lines(rows), media_type="application/x-ndjson")

    async def wrong(request: Request, error: Exception) -> Response:
        return PlainTextResponse(f"{error}\n", 400)

    async def accounts(request: Request) -> Response:
        return _json(msgspec.json.encode([account._asdict() for account in site.doors.accounts]))

    async def requests(request: Request) -> Response:
        return _json(msgspec.json.encode([asked._asdict() for asked in list(site.log)]))

    async def reset(request: Request) -> Response:
        if request.headers.get("x-forgegen") != "reset":
            return PlainTextResponse("A reset needs the header X-Forgegen: reset\n", 403)
        site.reset()
        return Response(status_code=204)

    async def help_page(request: Request) -> Response:
        return PlainTextResponse(
            "/truth?url=ADDRESS&at=MOMENT&as=NAME\n/expected.jsonl?kind=thread|board|index|all&at=MOMENT&as=NAME\n"
            "/changes?since=MOMENT&at=MOMENT\n/accounts\n/requests\nPOST /reset\n"
        )

    app = Starlette(
        routes=[
            Route("/", help_page),
            Route("/truth", truth),
            Route("/expected.jsonl", expected),
            Route("/changes", happened),
            Route("/accounts", accounts),
            Route("/requests", requests),
            Route("/reset", reset, methods=["POST"]),
        ],
        exception_handlers={UsageError: wrong},
    )
    return _only_own_names(app, lambda: urlsplit(host()).hostname or "")


def _only_own_names(app: ASGIApp, own: Callable[[], str]) -> ASGIApp:
    """The application, for requests whose Host is an address, ``localhost``, or the name it was started with."""

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _is_own(Request(scope).headers.get("host", ""), own()):
            refusal = PlainTextResponse("This Host is not one of this server's names; ask for 127.0.0.1\n", 421)
            await refusal(scope, receive, send)
            return
        await app(scope, receive, send)

    return checked


def _is_own(host: str, own: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        ip_address(name)
    except ValueError:
        return name in ("localhost", own) or name.endswith(".localhost")
    return True


def truth_json(truth: object) -> bytes:
    """A truth of any kind of page as JSON."""
    to_json = getattr(truth, "to_json", None)
    return to_json().encode() if to_json is not None else msgspec.json.encode(truth)


def expected_json(row: Expected) -> bytes:
    """A line of ``/expected.jsonl``."""
    return msgspec.json.encode({**row._asdict(), "truth": msgspec.Raw(truth_json(row.truth))})


def change_json(change: Change) -> bytes:
    """A line of ``/changes``."""
    return msgspec.json.encode({**change._asdict(), "at": iso_utc(change.at)})


def _moment(request: Request, name: str) -> int | None:
    """A moment among the parameters; None where it is not given. ``+`` stands for a space in an address.

    Raises: UsageError.
    """
    text = request.query_params.get(name)
    return None if text is None else read_moment(text, name)


def _checked(site: SiteContent, at: int | None) -> int | None:
    """The moment, where the forum is there then.

    Raises: UsageError.
    """
    return at if at is None else site.scene(at).forum.now


async def _lines(rows: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The rows as lines; the site gets its turn between them."""
    for row in rows:
        yield row + b"\n"
        await asyncio.sleep(0)


def _json(data: bytes) -> Response:
    return Response(data, media_type="application/json")
