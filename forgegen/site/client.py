"""The site within the process, for httpx: no socket, no thread, no waiting.

Slow answers take no time here: one that is slower than the client's limit raises the client's time-out at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from forgegen.errors import MissingExtra
from forgegen.site.asking import ask, declared, is_too_slow
from forgegen.site.exchange import Answer, Wire
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
    host = request.url.netloc.decode("ascii")
    return ask(site, request.method, request.url.raw_path, request.headers.raw, host, body)


def _response(answer: Answer, request: httpx.Request) -> httpx.Response:
    if (answer.wire or Wire()).drop:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
    limit = (request.extensions.get("timeout") or {}).get("read")
    if is_too_slow(answer, limit):
        raise httpx.ReadTimeout(f"The answer takes longer than {limit} s.", request=request)
    headers, body = declared(answer)
    broken = request.method != "HEAD" and len(body) < int(headers[-1][1])
    stream = _Stream(b"" if request.method == "HEAD" else body, broken)
    return httpx.Response(answer.status, headers=headers, stream=stream, request=request)


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
