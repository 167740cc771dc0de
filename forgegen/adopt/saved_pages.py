"""Saved pages as text: HTML, compressed, MHTML, a page of a HAR or a WARC; what is none is refused with its name."""

from __future__ import annotations

import base64
import email
import email.policy
import gzip
import json
import re
import zlib
from pathlib import Path

from forgegen.errors import UsageError
from forgegen.reading.decoding import charset_in, codec_of, decode

LARGEST = 10_000_000
"""Bytes of a page."""

_NOT_PAGES = (
    (b"%PDF", "a PDF"), (b"PK\x03\x04", "a ZIP archive"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"), (b"SQLite format", "a database"),
)  # fmt: skip
_CHALLENGE = re.compile(
    r"<title>\s*(Just a moment|Attention Required|Access denied|DDoS-Guard|Checking your browser"
    r"|Are you a robot|Security check)",
    re.IGNORECASE,
)


def read_page(file: Path, encoding: str | None = None) -> str:
    """The HTML of a saved page.

    Raises: UsageError that says what the file is, where it is no page.
    """
    body = file.read_bytes()
    if body[:2] == b"\x1f\x8b":
        body = _unpacked(body, file)
    if encoding is not None and codec_of(encoding) is None:
        raise UsageError(f"--encoding {encoding!r} is no encoding; right would be utf-8 or windows-1252")
    header = encoding
    for begin, what in _NOT_PAGES:
        if body.startswith(begin):
            raise UsageError(f"{file} is {what}; right would be a page saved as HTML")
    if body.startswith(b"WARC/"):
        body, header = _from_warc(body, file, header)
    elif body.lstrip()[:1] == b"{":
        body, header = _from_har(body, file, header)
    elif re.match(rb"(?:From:|MIME-Version:|Content-Type:|Snapshot-)", body, re.IGNORECASE):
        body, header = _from_mhtml(body, file, header)
    if len(body) > LARGEST:
        raise UsageError(f"{file} has {len(body):,} bytes; a page may have {LARGEST:,}")
    html = decode(body, "utf-8", header)
    if "<" not in html[:100_000]:
        raise UsageError(f"{file} is no HTML: it begins with {html[:40]!r}")
    _refuse_walls(html, file)
    return html


def _refuse_walls(html: str, file: Path) -> None:
    """Refuse pages that stand before the one that was wanted."""
    if _CHALLENGE.search(html[:20_000]):
        raise UsageError(
            f"{file} is the challenge page of a bot check, not the thread: "
            "save the page from a browser that has passed it"
        )
    seen = (
        re.sub(r"(?s)<(script|style)\b.*?</\1>|<[^>]*>", " ", html)
        if re.search(r"type=[\"']?password", html, re.IGNORECASE)
        else ""
    )
    if seen and len(seen.split()) < 150:
        raise UsageError(f"{file} is a login page, not the thread: save the page from a browser that is logged in")


def _unpacked(body: bytes, file: Path) -> bytes:
    """A gzip file, one member or many, up to some bytes more than a page may have."""
    try:
        with gzip.open(file) as stream:
            return stream.read(8 * LARGEST)
    except (OSError, EOFError, zlib.error) as e:
        raise UsageError(f"{file} is no whole gzip file: {e}") from None


def _from_warc(body: bytes, file: Path, encoding: str | None) -> tuple[bytes, str | None]:
    """The first response with HTML of a WARC, with the charset of its header."""
    at = 0
    while body.startswith(b"WARC/", at):
        end = body.index(b"\r\n\r\n", at)
        head = body[at:end].decode("latin-1")
        length = re.search(r"(?im)^content-length:\s*(\d+)", head)
        start = end + 4
        size = int(length[1]) if length else 0
        block = body[start : start + size]
        at = start + size
        while body[at : at + 2] == b"\r\n":
            at += 2
        if not re.search(r"(?im)^warc-type:\s*response", head):
            continue
        told, _, content = block.partition(b"\r\n\r\n")
        kind = re.search(rb"(?im)^content-type:\s*([^\r\n]+)", told)
        if kind and b"html" in kind[1].lower() and re.match(rb"HTTP/\S+ 200", told):
            if re.search(rb"(?im)^content-encoding:\s*gzip", told):
                content = gzip.decompress(content)
            return content, encoding or charset_in(kind[1].decode("latin-1"))
    raise UsageError(f"{file} is a WARC without an HTML page that was sent with status 200")


def _from_har(body: bytes, file: Path, encoding: str | None) -> tuple[bytes, str | None]:
    """The first HTML page of a HAR."""
    try:
        entries = json.loads(body)["log"]["entries"]
        for entry in entries:
            content = entry["response"]["content"]
            if "html" in content.get("mimeType", "") and content.get("text"):
                text = content["text"]
                if content.get("encoding") == "base64":
                    return base64.b64decode(text), encoding or charset_in(content["mimeType"])
                return text.encode("utf-8", "replace"), "utf-8"
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{file} is JSON, but no HAR; right would be HTML, MHTML, a HAR or a WARC") from None
    raise UsageError(f"{file} is a HAR without the text of an HTML page: save it 'with content'")


def _from_mhtml(body: bytes, file: Path, encoding: str | None) -> tuple[bytes, str | None]:
    """The page of an MHTML file: its first part of HTML."""
    message = email.message_from_bytes(body, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            return content, encoding or part.get_content_charset()
    raise UsageError(f"{file} is MHTML without a part of HTML")
