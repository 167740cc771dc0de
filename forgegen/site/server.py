"""uvicorn under the site: two ports (pages, and the truth beside them), started in a thread or in the foreground.

The sockets listen before the server's loop runs, so that an address can be used as soon as it is known.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from forgegen.errors import MissingExtra, UsageError
from forgegen.site.app import WIRE, App, Receive, Scope, Send

try:
    import uvicorn
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
except ImportError:
    raise MissingExtra("uvicorn", "serve") from None


class _Protocol(HttpToolsProtocol):
    """Puts the transport into the scope, for faults of the wire."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {WIRE: {"transport": self.transport}}


class _Server(uvicorn.Server):
    """A server that ends on signals without passing them on."""

    _loop: asyncio.AbstractEventLoop | None = None
    _ended: asyncio.Event

    async def main_loop(self) -> None:
        """Wait for the end; one that another thread asks for is heard at once."""
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), 0.1)

    def end(self) -> None:
        """Ask for the end, from any thread."""
        self.should_exit = True
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: it has ended
                self._loop.call_soon_threadsafe(self._ended.set)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End gently on SIGINT and SIGTERM; a second SIGINT ends at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        old = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in old.items():
                signal.signal(number, handler)


class Server:
    """A site and its truth on two ports of one host; a context manager that runs them in a thread.

    Port 0 is any free one. Raises: UsageError where a port cannot be had.
    """

    def __init__(self, site: App, truth: App, *, host: str = "127.0.0.1", port: int = 0, truth_port: int = 0) -> None:
        self._sockets = []
        try:
            for number in (port, truth_port):
                self._sockets.append(_listening(host, number))
        except OSError as e:
            self._close()
            raise UsageError(f"cannot listen on {host} port {number}: {e.strerror}; port 0 is any free one") from None
        self.port, self.truth_port = (s.getsockname()[1] for s in self._sockets)
        shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - what to call an open one
        shown = f"[{shown}]" if ":" in shown else shown
        self.url, self.truth_url = f"http://{shown}:{self.port}", f"http://{shown}:{self.truth_port}"
        self._server = _Server(_config(self._by_port(site, truth)))
        self._thread: threading.Thread | None = None

    def _by_port(self, site: App, truth: App) -> App:
        truth_port = self.truth_port

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            server = scope.get("server")
            await (truth if server is not None and server[1] == truth_port else site)(scope, receive, send)

        return app

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM."""
        try:
            self._server.run(self._sockets)
        finally:
            self._close()

    def start(self) -> None:
        """Serve in a thread."""
        self._thread = threading.Thread(target=self.run, name="forgegen-site", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; its ports are free then."""
        self._server.end()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._close()

    def _close(self) -> None:
        for one in self._sockets:
            one.close()

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    one = socket.socket(family, socket.SOCK_STREAM)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((host, port))
        one.listen(2048)
        one.setblocking(False)
    except OSError:
        one.close()
        raise
    return one


def _config(app: App) -> uvicorn.Config:
    logging.getLogger("uvicorn.access").disabled = True
    options: dict[str, Any] = {
        "http": _Protocol, "ws": "none", "lifespan": "off", "log_config": None, "log_level": logging.CRITICAL + 1,
        "access_log": False, "server_header": False, "date_header": False, "proxy_headers": False,
        "timeout_keep_alive": 30, "timeout_graceful_shutdown": 2,
    }  # fmt: skip
    return uvicorn.Config(app, **options)
