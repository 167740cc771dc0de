"""Replays of a site read by other means than ours, and a crawl that knows no skin."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit
from zipfile import ZipFile

import httpx
from selectolax.lexbor import LexborHTMLParser
from warcio.archiveiterator import ArchiveIterator

from forgegen.site.site import SiteContent
from tests.sites import HOST, client_of


class Sent(NamedTuple):
    """What an address answers."""

    status: int
    kind: str
    location: str
    body: bytes


def har(path: Path) -> Iterator[tuple[str, Sent]]:
    """The answers in an HTTP archive."""
    for entry in json.loads(path.read_text("utf-8"))["log"]["entries"]:
        answer, content = entry["response"], entry["response"]["content"]
        body = base64.b64decode(content["text"]) if "encoding" in content else content["text"].encode()
        yield entry["request"]["url"], sent_of(answer["status"], _pairs(answer["headers"]), body)


def _pairs(headers: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(pair["name"], pair["value"]) for pair in headers]


def vcr(path: Path) -> Iterator[tuple[str, Sent]]:
    """The answers on a cassette, whose lines are JSON but for the tag of binary data."""
    for line in path.read_text("utf-8").splitlines()[2:]:
        one = json.loads(line.removeprefix("- ").replace('"string":!!binary ', '"string":', 1))
        answer = one["response"]
        headers = [(name, value) for name, values in answer["headers"].items() for value in values]
        body = base64.b64decode(answer["body"]["string"])
        yield one["request"]["uri"], sent_of(answer["status"]["code"], headers, body)


def html(path: Path) -> Iterator[tuple[str, Sent]]:
    """The answers in a folder of files."""
    for name in ("pages.jsonl", "others.jsonl"):
        for line in (path / name).read_text("utf-8").splitlines():
            row = json.loads(line)
            body = (path / row["file"]).read_bytes()
            yield row["url"], sent_of(row.get("status", 200), list(row["headers"].items()), body)


def warc(path: Path) -> Iterator[tuple[str, Sent]]:
    """The answers in a WARC file, as warcio reads them."""
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                yield _record(record)


def wacz(path: Path) -> Iterator[tuple[str, Sent]]:
    """The answers to which the index of a web archive leads."""
    with ZipFile(path) as archive:
        data = archive.read("archive/data.warc.gz")
        for line in archive.read("indexes/index.cdx").decode().splitlines():
            found = json.loads(line[line.index("{") :])
            begin = int(found["offset"])
            record = next(iter(ArchiveIterator(BytesIO(data[begin : begin + int(found["length"])]))))
            url, sent = _record(record)
            assert (url, str(sent.status)) == (found["url"], found["status"])
            assert sent.kind.startswith(found["mime"])
            yield url, sent


def _record(record: Any) -> tuple[str, Sent]:
    http = record.http_headers
    return record.rec_headers["WARC-Target-URI"], sent_of(
        int(http.get_statuscode()), http.headers, record.content_stream().read()
    )


def sent_of(status: int, headers: list[tuple[str, str]], body: bytes) -> Sent:
    """An answer from its parts."""
    named = {name.lower(): value for name, value in headers}
    return Sent(status, named.get("content-type", ""), named.get("location", ""), body)


READERS: dict[str, Callable[[Path], Iterator[tuple[str, Sent]]]] = {
    "har": har, "vcr": vcr, "html": html, "warc": warc, "wacz": wacz,
}  # fmt: skip


def crawled(get: Callable[[str], Sent], host: str = HOST) -> dict[str, Sent]:
    """What a crawl meets that follows every link, redirect and picture from ``/``."""
    seen: dict[str, Sent] = {}
    waiting = [f"{host}/", f"{host}/robots.txt", f"{host}/sitemap.xml"]
    while waiting:
        url = waiting.pop()
        if url in seen:
            continue
        seen[url] = sent = get(url)
        links, links_from = [sent.location] if sent.location else [], url
        if sent.kind.startswith("text/html") and sent.body:
            tree = LexborHTMLParser(sent.body)
            base = tree.css_first("base[href]")
            links_from = urljoin(url, base.attributes["href"] or "") if base is not None else url
            links += [a.attributes.get("href") or "" for a in tree.css("[href]")]
            links += [a.attributes.get("src") or "" for a in tree.css("[src]")]
        for link in links:
            found = urljoin(links_from, link.strip()).partition("#")[0]
            if urlsplit(found).netloc == urlsplit(host).netloc and found.startswith("http:"):
                waiting.append(found)
    return seen


def asking(site: SiteContent) -> Callable[[str], Sent]:
    """The way to ask the site itself."""
    client = client_of(site, cookies={"over18": "1"})

    def get(url: str) -> Sent:
        answer: httpx.Response = client.get(url)
        return sent_of(answer.status_code, answer.headers.multi_items(), answer.content)

    return get
