"""A site within the libraries that stand in for servers in tests; the one module that knows them.

Each gets one route, which asks the site. Faults show as they would to the client: a lost connection, a body that ends
early, a time-out where the answer takes longer than the client waits; nothing waits but pytest_httpserver, whose server
is a real one.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from forgegen.errors import MissingExtra, UsageError
from forgegen.site.asking import ask, declared, is_too_slow
from forgegen.site.exchange import Wire, is_host
from forgegen.site.site import SiteContent

HOST = "forum.example"


def mount(site: SiteContent, mock: Any, host: str = HOST) -> str:
    """Let a mock of one of ``MOUNTS`` answer as the site; the begin of its addresses.

    Raises: UsageError for anything else, or a host that is none.
    """
    if not is_host(host):
        raise UsageError(f"host cannot be {host!r}; right would be a name as 'forum.example', without a scheme")
    library = mock.__name__ if isinstance(mock, ModuleType) else type(mock).__module__
    library = library.partition(".")[0]
    if library not in MOUNTS:
        raise UsageError(
            f"a site cannot be mounted on {mock!r}; right would be respx or its respx_mock, responses or a "
            "RequestsMock, httpx_mock of pytest-httpx, httpserver of pytest-httpserver"
        )
    return MOUNTS[library](site, mock, host)


def _pattern(host: str) -> re.Pattern[str]:
    """Every address of a host."""
    return re.compile(rf"^http://{re.escape(host)}(?:[/?#].*)?$", re.DOTALL)


def _on_respx(site: SiteContent, mock: Any, host: str) -> str:
    from forgegen.site.client import SiteTransport

    mock.route(url__regex=_pattern(host).pattern).mock(side_effect=SiteTransport(site).handle_request)
    return f"http://{host}"


def _on_pytest_httpx(site: SiteContent, mock: Any, host: str) -> str:
    from forgegen.site.client import SiteTransport

    answer = SiteTransport(site).handle_request
    mock.add_callback(answer, url=_pattern(host), is_reusable=True, is_optional=True)
    return f"http://{host}"


def _on_responses(site: SiteContent, mock: Any, host: str) -> str:
    try:
        import requests
        import responses
    except ImportError:
        raise MissingExtra("responses", "interop") from None

    class MountedRoute(responses.CallbackResponse):
        """A route for every method."""

        def matches(self, request: Any) -> tuple[bool, str]:
            """Whether the address is the site's."""
            fits = _pattern(host).match(request.url) is not None
            return fits, "" if fits else "URL does not match"

    def answered(request: Any) -> tuple[int, Any, Any]:
        parts = urlsplit(request.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        body = request.body or b""
        pairs = [(_bytes(name), _bytes(value)) for name, value in request.headers.items()]
        answer = ask(site, request.method, _bytes(target), pairs, host, _bytes(body))
        limit = getattr(request, "req_kwargs", {}).get("timeout")
        if (answer.wire or Wire()).drop:
            lost = "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))"
            return 0, {}, requests.exceptions.ConnectionError(lost, request=request)
        if is_too_slow(answer, limit[1] if isinstance(limit, tuple) else limit):
            return 0, {}, requests.exceptions.ReadTimeout("Read timed out.", request=request)
        headers, sent = declared(answer)
        return answer.status, headers, sent

    mock.add(MountedRoute("GET", _pattern(host), answered, content_type=None))
    return f"http://{host}"


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _on_pytest_httpserver(site: SiteContent, mock: Any, host: str) -> str:
    from werkzeug import Request, Response

    class Lost(Response):
        """An answer that is none: the server closes the connection."""

        def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
            """Raises: ConnectionError, upon which the server closes the connection."""
            raise ConnectionAbortedError

    def answered(request: Request) -> Response:
        target = str(request.environ.get("REQUEST_URI") or request.full_path.removesuffix("?"))
        pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()]
        answer = ask(site, request.method, target.encode("latin-1"), pairs, host, request.get_data())
        wire = answer.wire or Wire()
        time.sleep(wire.wait)
        if wire.drop:
            return Lost()
        headers, body = declared(answer)
        return Response(_dripping(body, wire.drip), answer.status, headers)

    mock.expect_request(re.compile(r"(?s)/.*")).respond_with_handler(answered)
    return str(mock.url_for("")).rstrip("/")


def _dripping(body: bytes, seconds: float) -> Iterator[bytes]:
    size = -(-len(body) // 8) if seconds else len(body)
    for first in range(0, len(body), size or 1):
        time.sleep(seconds / 8)
        yield body[first : first + size]


MOUNTS: dict[str, Callable[[SiteContent, Any, str], str]] = {
    "respx": _on_respx,
    "responses": _on_responses,
    "pytest_httpx": _on_pytest_httpx,
    "pytest_httpserver": _on_pytest_httpserver,
}
"""How a site is mounted, by the package that a mock comes from."""
