"""The site within the process, for httpx: no socket, no thread, no waiting.

Slow answers take no time here: one that is slower than the client's limit raises the client's time-out at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from forgegen.errors import MissingExtra
from forgegen.site.exchange import LONGEST_BODY, Answer, Request, Wire, decoded_path, header_map, is_host, plain_answer
from forgegen.site.site import SiteContent

try:
    import httpx
except ImportError:
    raise MissingExtra("httpx", "serve") from None


class SiteTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport for ``httpx.Client`` and ``httpx.AsyncClient`` that asks a site directly; every host is the site."""

    def __init__(self, site: SiteContent) -> None:
        self.site = site

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The site's answer."""
        return _response(_asked(self.site, request, request.read()), request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The site's answer."""
        return _response(_asked(self.site, request, await request.aread()), request)


def _asked(site: SiteContent, request: httpx.Request, body: bytes) -> Answer:
    raw, _, query = request.url.raw_path.partition(b"?")
    path, headers = decoded_path(raw), header_map(request.headers.raw)
    host = headers.get("host", request.url.netloc.decode("ascii"))
    if path is None or not is_host(host):
        return plain_answer(400, "This address cannot be read.")
    if len(body) > LONGEST_BODY:
        return plain_answer(413, f"More than {LONGEST_BODY} bytes are not read.")
    return site.answer(Request(request.method, path, query.decode("latin-1"), headers, host, body))


def _response(answer: Answer, request: httpx.Request) -> httpx.Response:
    wire = answer.wire or Wire()
    limit = (request.extensions.get("timeout") or {}).get("read")
    if wire.drop:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
    if limit is not None and max(wire.wait, wire.drip / 8) > limit:
        raise httpx.ReadTimeout(f"The answer takes longer than {limit} s.", request=request)
    size = len(answer.body) if wire.declare is None else wire.declare
    body = b"" if request.method == "HEAD" else answer.body[: wire.cut][: wire.declare]
    headers = [*answer.headers, ("Content-Length", str(size))]
    broken = request.method != "HEAD" and len(body) < size
    return httpx.Response(answer.status, headers=headers, stream=_Stream(body, broken), request=request)


class _Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body, which breaks off where less comes than was declared."""

    def __init__(self, body: bytes, broken: bool) -> None:
        self._body, self._broken = body, broken

    def __iter__(self) -> Iterator[bytes]:
        yield self._body
        if self._broken:
            raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part
