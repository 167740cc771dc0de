"""Asking a site within the process: from what HTTP libraries hand over to its answer."""

from __future__ import annotations

from collections.abc import Iterable

from forgegen.site.exchange import LONGEST_BODY, Answer, Request, Wire, decoded_path, header_map, is_host, plain_answer
from forgegen.site.site import SiteContent


def ask(
    site: SiteContent, method: str, target: bytes, headers: Iterable[tuple[bytes, bytes]], host: str, body: bytes = b""
) -> Answer:
    """The site's answer to a request for a raw target; ``host`` stands in for a Host header."""
    raw, _, query = target.partition(b"?")
    path, named = decoded_path(raw), header_map(headers)
    host = named.get("host", host)
    if path is None or not is_host(host):
        return plain_answer(400, "This address cannot be read.")
    if len(body) > LONGEST_BODY:
        return plain_answer(413, f"More than {LONGEST_BODY} bytes are not read.")
    return site.answer(Request(method, path, query.decode("latin-1"), named, host, body))


def declared(answer: Answer) -> tuple[list[tuple[str, str]], bytes]:
    """The headers of an answer with the length that it declares, and what comes of its body."""
    wire = answer.wire or Wire()
    size = len(answer.body) if wire.declare is None else wire.declare
    return [*answer.headers, ("Content-Length", str(size))], answer.body[: wire.cut][: wire.declare]


def is_too_slow(answer: Answer, limit: float | None) -> bool:
    """Whether a client with this limit for a read gives up before the answer, or a piece of it, comes."""
    wire = answer.wire or Wire()
    return limit is not None and max(wire.wait, wire.drip / 8) > limit
