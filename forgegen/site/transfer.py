"""What HTTP does to a good answer on its way: validators and 304, ranges, compression."""

from __future__ import annotations

import gzip
import re
from email.utils import parsedate_to_datetime
from hashlib import blake2b

from forgegen.site.exchange import Answer, Request

_SMALLEST = 512  # bytes worth compressing
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def with_tag(answer: Answer) -> Answer:
    """The answer with an entity tag made from its bytes."""
    return answer.with_header("ETag", f'"{blake2b(answer.body, digest_size=12).hexdigest()}"')


def unchanged(answer: Answer, request: Request) -> bool:
    """Whether the client has this answer already: by its tag, else by its date (RFC 9110, section 13.2.2)."""
    tag, asked = answer.header("ETag"), request.headers.get("if-none-match")
    if asked is not None:
        tags = [part.strip().removeprefix("W/") for part in asked.split(",")]
        return tag is not None and (tag.removeprefix("W/") in tags or "*" in tags)
    changed, since = answer.header("Last-Modified"), request.headers.get("if-modified-since")
    if changed is None or since is None:
        return False
    try:
        return parsedate_to_datetime(changed) <= parsedate_to_datetime(since)
    except (TypeError, ValueError, OverflowError):
        return False


def not_modified(answer: Answer) -> Answer:
    """The 304 for an answer: its headers but those of the body."""
    kept = tuple(pair for pair in answer.headers if not pair[0].lower().startswith("content-"))
    return Answer(304, kept)


def accepts_gzip(request: Request) -> bool:
    """Whether the client takes gzip.

    >>> [accepts_gzip(Request("GET", "/", headers={"accept-encoding": a})) for a in ("br, gzip", "gzip;q=0", "")]
    [True, False, False]
    """
    for part in request.headers.get("accept-encoding", "").split(","):
        name, _, rest = part.strip().partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return not re.fullmatch(r"\s*q=0(\.0*)?\s*", rest)
    return False


def compressed(answer: Answer) -> Answer:
    """The answer's bytes in gzip, the same on every day; small ones as they are."""
    if answer.status != 200 or len(answer.body) < _SMALLEST or answer.header("Content-Encoding"):
        return answer
    packed = answer._replace(body=gzip.compress(answer.body, 1, mtime=0)).with_header("Content-Encoding", "gzip")
    tag = packed.header("ETag")
    return packed.with_header("ETag", f"W/{tag}") if tag else packed


def part_of(answer: Answer, request: Request) -> Answer:
    """The part that a Range header asks for, of answers that are given in parts; 416 where there is no such part."""
    if answer.header("Accept-Ranges") != "bytes" or request.method != "GET" or answer.status != 200:
        return answer
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None or asked[1] == asked[2] == "":
        return answer
    size = len(answer.body)
    start = int(asked[1]) if asked[1] else max(0, size - int(asked[2]))
    end = min(int(asked[2]), size - 1) if asked[1] and asked[2] else size - 1
    if start > end or start >= size:
        return Answer(416, (("Content-Range", f"bytes */{size}"),))
    part = answer._replace(status=206, body=answer.body[start : end + 1])
    return part.with_header("Content-Range", f"bytes {start}-{end}/{size}")
