"""The port beside the site that tells what its pages show and what was asked of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from forgegen.errors import MissingExtra
from forgegen.site.site import Expected, SiteContent
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

    ``GET /truth?url=``, ``/expected.jsonl?kind=thread|board|index|all``, ``/requests``, and ``POST /reset`` with the
    header ``X-Forgegen: reset``, which no form of a foreign page can send. Requests whose Host is a foreign name are
    refused, so that a page in a browser cannot read the truth through a name of its own.
    """

    async def truth(request: Request) -> Response:
        url = request.query_params.get("url", "")
        if not url:
            return PlainTextResponse("Ask for /truth?url=ADDRESS with the address of a page of the site.\n", 400)
        found = site.truth_at(url, host())
        if found is None:
            return PlainTextResponse(f"The site has no page with a truth at {url[:200]!r}.\n", 404)
        return _json(truth_json(found.truth))

    async def expected(request: Request) -> Response:
        kind = request.query_params.get("kind", "thread")
        if kind not in (*KINDS, "all"):
            return PlainTextResponse(f"kind cannot be {kind[:40]!r}; right would be {', '.join(KINDS)} or all\n", 400)
        kinds = KINDS if kind == "all" else tuple(k for k in KINDS if k == kind)
        return StreamingResponse(_lines(site.expected(host(), kinds)), media_type="application/x-ndjson")

    async def requests(request: Request) -> Response:
        return _json(msgspec.json.encode([asked._asdict() for asked in list(site.log)]))

    async def reset(request: Request) -> Response:
        if request.headers.get("x-forgegen") != "reset":
            return PlainTextResponse("A reset needs the header X-Forgegen: reset\n", 403)
        site.reset()
        return Response(status_code=204)

    async def help_page(request: Request) -> Response:
        return PlainTextResponse(
            "/truth?url=ADDRESS\n/expected.jsonl?kind=thread|board|index|all\n/requests\nPOST /reset\n"
        )

    app = Starlette(
        routes=[
            Route("/", help_page),
            Route("/truth", truth),
            Route("/expected.jsonl", expected),
            Route("/requests", requests),
            Route("/reset", reset, methods=["POST"]),
        ]
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


async def _lines(rows: Iterable[Expected]) -> AsyncIterator[bytes]:
    """The rows as lines; the site gets its turn between them."""
    for row in rows:
        yield expected_json(row) + b"\n"
        await asyncio.sleep(0)


def _json(data: bytes) -> Response:
    return Response(data, media_type="application/json")
