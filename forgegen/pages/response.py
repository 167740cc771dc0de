"""A page as the response of an HTTP library, without a network: what a spider's or client's code is handed.

The libraries are the user's own; they are imported when asked for.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol

from forgegen.errors import MissingExtra, check_name


class Sendable(Protocol):
    """What a response is built from: a ``Page``, or anything with its address, headers and bytes."""

    @property
    def url(self) -> str:
        """The address."""

    @property
    def headers(self) -> dict[str, str]:
        """HTTP headers."""

    @property
    def body(self) -> bytes:
        """The content."""


def response(page: Sendable, kind: str) -> Any:
    """The page as a ``scrapy``, ``httpx`` or ``requests`` response, status 200, with its headers and request.

    Raises: UnknownName; MissingExtra where the library is not installed.
    """
    check_name("kind of response", kind, KINDS)
    return _BUILDERS[kind](page)


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as e:
        if e.name != name.split(".")[0]:
            raise
        raise MissingExtra(name.split(".")[0], "clients") from None


def _scrapy(page: Sendable) -> Any:
    http = _library("scrapy.http")
    return http.HtmlResponse(page.url, headers=page.headers, body=page.body, request=http.Request(page.url))


def _httpx(page: Sendable) -> Any:
    httpx = _library("httpx")
    return httpx.Response(200, headers=page.headers, content=page.body, request=httpx.Request("GET", page.url))


def _requests(page: Sendable) -> Any:
    requests = _library("requests")
    made = requests.Response()
    made.status_code, made.reason, made.url = 200, "OK", page.url
    made.headers.update(page.headers)
    made.encoding = requests.utils.get_encoding_from_headers(made.headers)
    made.request = requests.Request("GET", page.url).prepare()
    made.raw = io.BytesIO(page.body)
    return made


_BUILDERS: dict[str, Callable[[Sendable], Any]] = {"scrapy": _scrapy, "httpx": _httpx, "requests": _requests}
KINDS = tuple(_BUILDERS)
