"""Quirks of transport: how the response is sent."""

from __future__ import annotations

import zlib

from forgegen.quirks.define import quirk
from forgegen.quirks.facts import Facts, Subject
from forgegen.quirks.quirk import Response

_BLOCK = 0xFFFF


@quirk(
    "transport.truncated",
    about="the body ends in the middle, as where a connection breaks",
    catches="half a page taken for a whole one",
    layer="transport",
    readers="hostile",
    detect=lambda f: f.page.touched and len(f.body) < len(f.plain_body) // 2 + 2 and b"</html>" not in f.body,
)
def truncated(response: Response, page: Subject) -> Response:
    """The first half."""
    return response._replace(body=response.body[: len(response.body) // 2])


def gzipped(data: bytes) -> bytes:
    """A gzip member that stores the data as it is: the same bytes everywhere (RFC 1951, RFC 1952)."""
    out = [b"\x1f\x8b\x08\0\0\0\0\0\0\xff"]
    for at in range(0, max(1, len(data)), _BLOCK):
        piece = data[at : at + _BLOCK]
        last = at + _BLOCK >= len(data)
        size = len(piece).to_bytes(2, "little")
        out += bytes([last]), size, bytes(b ^ 0xFF for b in size), piece
    out += zlib.crc32(data).to_bytes(4, "little"), (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return b"".join(out)


@quirk(
    "transport.gzip",
    about="a compressed body, though nobody asked for one",
    catches="raw bytes parsed as text",
    layer="transport",
    readers="hostile",
    detect=lambda f: f.body.startswith(b"\x1f\x8b"),
)
def gzip(response: Response, page: Subject) -> Response:
    """Compressed, and said so."""
    return Response({**response.headers, "Content-Encoding": "gzip"}, gzipped(response.body))


@quirk(
    "transport.crlf",
    about="lines that end in CR and LF",
    catches="stray carriage returns in texts",
    layer="transport",
    detect=lambda f: b"\r\n" in f.body,
)
def crlf(response: Response, page: Subject) -> Response:
    """Every line feed gets a carriage return; UTF-16 is left alone."""
    if b"\0" in response.body:
        return response
    return response._replace(body=response.body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def _header(name: str, about: str, catches: str, old: str, new: str, mark: str) -> None:
    """A quirk that rewrites the content type; ``mark`` tells it."""

    def plant(response: Response, page: Subject) -> Response:
        content_type = response.headers.get("Content-Type", "").replace(old, new)
        return response._replace(headers={**response.headers, "Content-Type": content_type})

    def detect(facts: Facts) -> bool:
        return facts.page.touched and mark in facts.page.headers.get("Content-Type", "")

    quirk(name, about=about, catches=catches, layer="transport", detect=detect)(plant)


_header(
    "transport.header-case", "a content type in other letters, without a space", "patterns of lower case",
    "text/html; charset", "Text/HTML;Charset", "Text/HTML;Charset",
)  # fmt: skip
_header(
    "transport.xhtml", "HTML sent as application/xhtml+xml", "an XML parser chosen by the header",
    "text/html", "application/xhtml+xml", "xhtml",
)  # fmt: skip


@quirk(
    "transport.no-date",
    about="a response without a date",
    catches="relative dates read against the clock",
    layer="transport",
    detect=lambda f: f.page.touched and "Date" not in f.page.headers and f.page.thread.observed is not None,
)
def no_date(response: Response, page: Subject) -> Response:
    """Without its date."""
    return response._replace(headers={k: v for k, v in response.headers.items() if k != "Date"})
