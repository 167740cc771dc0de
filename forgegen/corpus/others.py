"""Corpora that are a whole site: the threads' pages as its server answers them, and all that a crawl meets beside them.

A shard holds its threads' pages, its share of the lists and files for machines, and whatever the links on all these
lead to that no shard holds as its own: users, permalinks, redirects, pictures, and what is not found. So the shards
together answer every address of a crawl that begins at ``/``, with the bytes that ``ForumSite`` would answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from forgegen.corpus.exchanges import Exchange
from forgegen.corpus.plan import Plan
from forgegen.corpus.recording import Recorder
from forgegen.corpus.rows import Row
from forgegen.errors import UsageError
from forgegen.site.addresses import Share, lists, unlinked
from forgegen.site.exchange import LONGEST_TARGET
from forgegen.skins.dom import attribute, parse, select

_MOST_OTHERS = 2_000  # answers a thread beside its pages; some ten are usual
_LINKS = ("href", "src", "action", "data-src", "poster")


class Others:
    """What a shard of a site holds beside the pages of its threads: made when asked for, after all rows were noted."""

    def __init__(self, plan: Plan, shard: int) -> None:
        self._recorder = Recorder(plan.spec)
        size = self._recorder.scene.forum.size
        span = plan.span(shard)
        self._share = Share(range(span.start, min(span.stop, size)), shard, plan.shards)
        self._most = (len(span) + 10) * _MOST_OTHERS
        self._seen: set[str] = set()
        self._waiting: list[str] = []

    def note(self, row: Row) -> None:
        """Note where the links on a page lead to."""
        self._links(row.url, row.body, row.page.encoding)
        for exchange in row.before:
            self._follow(exchange)

    def __iter__(self) -> Iterator[Exchange]:
        """The share of lists and files first, then what links lead to."""
        scene = self._recorder.scene
        own = [scene.finder.path(place) for place in lists(scene, self._share)]
        for target in dict.fromkeys([*own, *unlinked(scene, self._share)]):
            yield from self._answers(target)
        while self._waiting:
            yield from self._answers(self._waiting.pop(0))

    def _answers(self, target: str) -> Iterator[Exchange]:
        self._seen.add(target)
        for exchange in self._recorder.answers(target):
            self._follow(exchange)
            yield exchange

    def _follow(self, exchange: Exchange) -> None:
        for name, value in exchange.headers:
            if name == "Location":
                self._link(exchange.url, value)
        if exchange.media == "text/html":
            self._links(exchange.url, exchange.body, exchange.charset)

    def _links(self, url: str, body: bytes, encoding: str) -> None:
        try:
            root = parse(body.decode(encoding, "replace"))
        except (LookupError, ValueError):
            return
        base = next(iter(select(root, "base[href]")), None)
        url = urljoin(url, (base and attribute(base, "href")) or "")
        for node in select(root, ",".join(f"[{name}]" for name in _LINKS)):
            for name in _LINKS:
                self._link(url, attribute(node, name) or "")

    def _link(self, base: str, link: str) -> None:
        """Note an address of the site that is not held by a shard by itself."""
        try:
            parts = urlsplit(urljoin(base, link.strip()))
        except ValueError:
            return
        if not link or parts.scheme != "http" or parts.netloc != self._recorder.host:
            return
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if target in self._seen or len(target) > LONGEST_TARGET or self._recorder.is_own(target):
            return
        self._seen.add(target)
        if len(self._seen) > self._most:
            raise UsageError(
                f"the links of skin {self._recorder.scene.forum.skin.name!r} do not end: more than {self._most:,} "
                f"addresses in a shard, the latest {target[:200]!r}; right would be a skin whose links lead to an end"
            )
        self._waiting.append(target)
