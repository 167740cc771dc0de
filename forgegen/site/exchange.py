"""What is asked and what is answered: requests and answers as plain data, free of any web framework."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from email.parser import BytesParser
from email.policy import HTTP
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote_to_bytes

import msgspec

LONGEST_TARGET = 8192  # bytes of path and query; common servers refuse at about that
LONGEST_BODY = 65_536
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")


class Request(NamedTuple):
    """A request: the method, the path with its percent escapes undone, the raw query, header names in lower case.

    ``host`` is what links are built from: the Host header where it is one, else the server's own name.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = {}
    host: str = "localhost"
    body: bytes = b""

    @property
    def target(self) -> str:
        """Path and query as they are logged and counted; escaped anew, so that one resource has one name."""
        path = quote(self.path, safe="/:@!$&'()*+,;=-._~")
        return f"{path}?{self.query}" if self.query else path

    def form(self, encoding: str = "utf-8") -> dict[str, str]:
        """The fields of a posted form, escaped or in parts; what is neither has none."""
        kind = self.headers.get("content-type", "")
        if kind.startswith("multipart/form-data"):
            return _fields_in_parts(kind, self.body, encoding)
        if kind and not kind.startswith("application/x-www-form-urlencoded"):
            return {}
        text = self.body.decode(encoding, "replace")
        return dict(parse_qsl(text, keep_blank_values=True, encoding=encoding, errors="replace"))

    def cookie(self, name: str) -> str | None:
        """The value of a cookie."""
        for part in self.headers.get("cookie", "").split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                return value
        return None


def _fields_in_parts(kind: str, body: bytes, encoding: str) -> dict[str, str]:
    """The fields of a form in parts, without its files."""
    head = f"Content-Type: {kind}\r\n\r\n".encode("latin-1", "replace")
    found = {}
    for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
        name, payload = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes) and part.get_filename() is None:
            found[name] = payload.decode(encoding, "replace")
    return found


class Wire(NamedTuple):
    """How an answer goes over the wire where it does not go as it should.

    - ``wait``: seconds before the first byte; ``drip``: seconds that the body takes
    - ``cut``: bytes of the body after which the connection is closed, None for all of them
    - ``declare``: the Content-Length sent, None for the body's
    - ``drop``: closed without an answer
    """

    wait: float = 0
    drip: float = 0
    cut: int | None = None
    declare: int | None = None
    drop: bool = False


class Answer(NamedTuple):
    """An answer: status, headers without Content-Length, and the body."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    wire: Wire | None = None

    def header(self, name: str) -> str | None:
        """A header's value."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def with_header(self, name: str, value: str) -> Answer:
        """The answer with a header set."""
        kept = tuple(pair for pair in self.headers if pair[0].lower() != name.lower())
        return self._replace(headers=(*kept, (name, value)))


def html_answer(html: str | bytes, status: int = 200, content_type: str = "text/html; charset=utf-8") -> Answer:
    """An HTML page."""
    body = html.encode() if isinstance(html, str) else html
    return Answer(status, (("Content-Type", content_type),), body)


def plain_answer(status: int, text: str) -> Answer:
    """A line of plain text."""
    return Answer(status, (("Content-Type", "text/plain; charset=utf-8"),), text.encode() + b"\n")


def json_answer(value: object, status: int = 200) -> Answer:
    """A value as JSON."""
    return Answer(status, (("Content-Type", "application/json; charset=utf-8"),), msgspec.json.encode(value))


def redirect(location: str, status: int = 301) -> Answer:
    """A redirect; the location is escaped, so that it can carry no header of its own."""
    safe = quote(location, safe="/:@!$&'()*+,;=-._~?#[]%")
    return Answer(status, (("Location", safe), ("Content-Type", "text/html; charset=utf-8")))


def is_host(text: str) -> bool:
    """Whether a Host header can stand in an address.

    >>> is_host("127.0.0.1:8000"), is_host("a.example"), is_host("a b"), is_host("x/../y")
    (True, True, False, False)
    """
    return _HOST.fullmatch(text) is not None


def decoded_path(raw: bytes) -> str | None:
    """A raw path with its escapes undone; None where it is not UTF-8, or holds control characters or a way upwards.

    >>> decoded_path(b"/t/%E4%B8%AD"), decoded_path(b"/%ff"), decoded_path(b"/a/../b"), decoded_path(b"/a%0d%0ab")
    ('/t/中', None, None, None)
    """
    try:
        path = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return None
    if any(c < " " or c == "\x7f" for c in path) or "\\" in path or ".." in path.split("/"):
        return None
    return path if path.startswith("/") else None


def header_map(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by name in lower case; of repeated ones the last counts, but cookies are joined."""
    found: dict[str, str] = {}
    for key, value in pairs:
        name, text = key.decode("latin-1").lower(), value.decode("latin-1")
        found[name] = f"{found[name]}; {text}" if name == "cookie" and name in found else text
    return found
