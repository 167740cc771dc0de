"""The site as an ASGI application: requests in, answers out, with what its faults do to the wire.

Where the server puts its transport into the scope (``WIRE``), connections are dropped and lengths are wrong as on a
real network; under another server the connection ends as near to that as ASGI allows.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple, TypeAlias

from forgegen.site.cache import Recent
from forgegen.site.exchange import LONGEST_BODY, Answer, Request, Wire, decoded_path, header_map, is_host, plain_answer
from forgegen.site.site import Asked, SiteContent

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

WIRE = "forgegen.wire"  # the scope's extension that holds the transport
_PARTICULAR = {b"cookie", b"if-none-match", b"if-modified-since", b"range"}  # headers that make an answer special
_HOT_ROOM = 32 << 20  # bytes
_CHUNKS = 8  # pieces of a body that drips


class Hot(NamedTuple):
    """A good answer as the two messages that a server sends, its line in the log, and its moment."""

    start: dict[str, Any]
    body: dict[str, Any]
    asked: Asked
    now: int


class _Key(NamedTuple):
    """What an answer follows from: the moment, the address asked, the host, the encodings taken."""

    now: int
    path: bytes | None
    query: bytes
    host: bytes
    encodings: bytes


class SiteApp:
    """The ASGI application of a site. Without faults an answer follows from the request alone, so that good ones are
    kept ready, as far as memory goes. Others are made one at a turn of the loop: between them it takes new connections,
    of which uvloop accepts one a turn, and sends what is ready."""

    def __init__(self, site: SiteContent) -> None:
        self.site = site
        self._turns: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None
        self._hot: Recent[_Key, Hot] = Recent(_HOT_ROOM, lambda h: len(h.body["body"]) + 2048)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; a lifespan is taken note of."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            return
        key = None if self.site.faults else _key(scope, self.site.now)
        hot = None if key is None else self._hot.get(key)
        if hot is not None:
            self.site.noted(hot.asked, hot.now)
            await send(hot.start)
            await send(hot.body)
            return
        request = await _request(scope, receive)
        if isinstance(request, Answer):
            await _send(request, scope, send)
            return
        async with self._turn():
            answer = self._answer(request, key)
            await asyncio.sleep(0)  # the next one waits for the loop's next turn
        await _send(answer, scope, send)

    def _answer(self, request: Request, key: _Key | None) -> Answer:
        try:
            answer = self.site.answer(request)
        except Exception as e:  # a page that cannot be made must not end the server, nor show its insides
            print(f"forgegen: {request.method} {request.target[:200]!r}: {type(e).__name__}: {e}", file=sys.stderr)
            return plain_answer(500, "This page could not be made; the server's log says why.")
        if key is not None and answer.status == 200:
            message = {"type": "http.response.body", "body": answer.body}
            self._hot.put(key, Hot(start_message(answer), message, self.site.log[-1], key.now))
        return answer

    def _turn(self) -> asyncio.Lock:
        """What lets one request of the running loop through at a turn, in the order in which they came."""
        loop = asyncio.get_running_loop()
        if self._turns is None or self._turns[0] is not loop:
            self._turns = loop, asyncio.Lock()
        return self._turns[1]


def _key(scope: Scope, now: int) -> _Key | None:
    """What an answer follows from, where the request asks for nothing particular."""
    if scope["method"] != "GET":
        return None
    host = encodings = b""
    for name, value in scope["headers"]:
        if name == b"host":
            host = value
        elif name == b"accept-encoding":
            encodings = value
        elif name in _PARTICULAR:
            return None
    return _Key(now, scope.get("raw_path"), scope["query_string"], host, encodings)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _request(scope: Scope, receive: Receive) -> Request | Answer:
    """The request, or the refusal of one that cannot be read."""
    raw = scope.get("raw_path") or scope["path"].encode()
    path = decoded_path(raw)
    if path is None:
        return plain_answer(400, "This address cannot be read.")
    headers = header_map(scope["headers"])
    host = headers.get("host", "")
    if not is_host(host):
        if host:
            return plain_answer(400, "The Host header cannot be read.")
        server = scope.get("server") or ("localhost", None)
        host = f"{server[0]}:{server[1]}" if server[1] else str(server[0])
    body = b""
    if scope["method"] == "POST":
        read = await _body(receive)
        if read is None:
            return plain_answer(413, f"More than {LONGEST_BODY} bytes are not read.")
        body = read
    query = scope["query_string"].decode("latin-1")
    return Request(scope["method"], path, query, headers, host, body)


async def _body(receive: Receive) -> bytes | None:
    """The request's body; None where it is too long."""
    body = b""
    while True:
        message = await receive()
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > LONGEST_BODY:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return body


async def _send(answer: Answer, scope: Scope, send: Send) -> None:
    """Send an answer, as its wire says."""
    if answer.wire is not None:
        await _send_badly(answer, answer.wire, scope, send)
        return
    await send(start_message(answer))
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})


def start_message(answer: Answer, declared: int | None = None) -> dict[str, Any]:
    """The ASGI message that begins an answer."""
    headers = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in answer.headers]
    if answer.status not in (204, 304):
        length = len(answer.body) if declared is None else declared
        headers.append((b"content-length", b"%d" % length))
    return {"type": "http.response.start", "status": answer.status, "headers": headers}


async def _send_badly(answer: Answer, wire: Wire, scope: Scope, send: Send) -> None:
    if wire.wait:
        await asyncio.sleep(wire.wait)
    transport = (scope.get("extensions") or {}).get(WIRE, {}).get("transport")
    if wire.drop and transport is not None:
        transport.close()
        await asyncio.sleep(0.01)  # until the server has seen it
        return
    declared = wire.declare
    await send(start_message(answer, 1 if wire.drop else declared))
    body = answer.body if wire.cut is None else answer.body[: wire.cut]
    whole = wire.cut is None and declared is None and not wire.drop
    if scope["method"] == "HEAD" or wire.drop:
        body = b""
    elif declared is not None and declared < len(body):
        rest, body = body[declared:], body[:declared]
        await send({"type": "http.response.body", "body": body})
        if transport is not None:
            transport.write(rest)
            transport.close()
        return
    await _drip(body, wire.drip, whole or scope["method"] == "HEAD", send)


async def _drip(body: bytes, seconds: float, whole: bool, send: Send) -> None:
    """The body in pieces over some seconds; without its end the server closes the connection."""
    if seconds and body:
        size = -(-len(body) // _CHUNKS)
        for start in range(0, len(body), size):
            await asyncio.sleep(seconds / _CHUNKS)
            await send({"type": "http.response.body", "body": body[start : start + size], "more_body": True})
        body = b""
    await send({"type": "http.response.body", "body": body, "more_body": not whole})
