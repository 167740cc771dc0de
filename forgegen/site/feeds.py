"""What machines read: robots.txt, sitemaps, the feed of the newest threads."""

from __future__ import annotations

from itertools import islice
from urllib.parse import urlsplit

from forgegen.model.calendar import iso_utc
from forgegen.pages.page import http_date
from forgegen.site.exchange import Answer
from forgegen.site.forum import Forum
from forgegen.site.urls import Finder, Place
from forgegen.skins.loading import load_ui

_A_SITEMAP = 200  # threads; an address with a title in it costs a whole thread
_MOST_SITEMAPS = 50_000  # sitemaps.org's bound for an index
_IN_FEED = 20
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def robots(host: str) -> Answer:
    """robots.txt: everything may be read; where the sitemap is."""
    return _static(f"User-agent: *\nDisallow:\n\nSitemap: {host}/sitemap.xml\n", "text/plain; charset=utf-8")


def sitemap_parts(forum: Forum) -> int:
    """How many sitemaps there are; one stands at the address of the index."""
    return min(-(-forum.size // _A_SITEMAP), _MOST_SITEMAPS)


def sitemap(forum: Forum, finder: Finder, host: str) -> Answer:
    """The sitemap, or an index of sitemaps where one would be too long; it names the first ten million threads."""
    parts = sitemap_parts(forum)
    if parts == 1:
        return _urls(forum, finder, host, 0)
    entries = "".join(f"<sitemap><loc>{host}/sitemap-{part}.xml</loc></sitemap>\n" for part in range(1, parts + 1))
    return _static(f"{_XML}<sitemapindex {_NS}>\n{entries}</sitemapindex>\n", "application/xml")


def sitemap_part(forum: Forum, finder: Finder, host: str, part: int) -> Answer | None:
    """One of the sitemaps that the index names, from 1; None where there is no such."""
    parts = sitemap_parts(forum)
    return _urls(forum, finder, host, part - 1) if parts > 1 and 1 <= part <= parts else None


def _urls(forum: Forum, finder: Finder, host: str, part: int) -> Answer:
    """The first pages of some threads, and with the first ones the index and the boards."""
    places = [Place("index")] if part == 0 else []
    if part == 0 and forum.skin.urls.board:
        places += [Place("board", b) for b in forum.seen]
    first = part * _A_SITEMAP
    indexes = range(first, min(forum.size, first + _A_SITEMAP))
    places += [Place("thread", index) for index in indexes if forum.is_seen(index)]
    entries = "".join(
        f"<url><loc>{_escaped(host + finder.path(place))}</loc><lastmod>{_changed(forum, place)}</lastmod></url>\n"
        for place in places
    )
    return _static(f"{_XML}<urlset {_NS}>\n{entries}</urlset>\n", "application/xml")


def _changed(forum: Forum, place: Place) -> str:
    """When a page last changed: a thread by a post, an edit or a deletion, a list by the latest post on it."""
    if place.kind == "thread":
        return iso_utc(forum.changed(place.number))
    boards = [place.number] if place.kind == "board" else forum.seen if forum.hidden else [None]
    first = [forum.latest(0, b) for b in boards if (forum.size if b is None else forum.threads_on(b))]
    return iso_utc(max((forum.row(index).last or forum.now for index in first), default=forum.now))


def feed(forum: Forum, finder: Finder, host: str) -> Answer:
    """RSS 2.0 of the newest threads."""
    items = []
    for index in islice(filter(forum.is_seen, map(forum.newest, range(forum.size))), _IN_FEED):
        row = forum.row(index)
        url = _escaped(host + finder.path(Place("thread", index)))
        date = "" if row.published is None else f"<pubDate>{http_date(row.published)}</pubDate>"
        items.append(
            f'<item><title>{_escaped(row.title)}</title><link>{url}</link><guid isPermaLink="true">{url}</guid>{date}'
            f"<category>{_escaped(row.board.name)}</category></item>\n"
        )
    name = load_ui(forum.skin.name, forum.look.ui, forum.look.templates).get("site", urlsplit(host).hostname)
    head = f"<title>{_escaped(str(name))}</title><link>{host}/</link><description>New threads</description>"
    text = f'{_XML}<rss version="2.0"><channel>{head}\n{"".join(items)}</channel></rss>\n'
    return Answer(200, (("Content-Type", "application/rss+xml; charset=utf-8"),), text.encode())


def _static(text: str, kind: str) -> Answer:
    """A file as servers give files: with its size known, in parts on demand."""
    return Answer(200, (("Content-Type", kind), ("Accept-Ranges", "bytes")), text.encode())


def _escaped(text: str) -> str:
    """Text as XML carries it; control characters that XML has no place for are left out."""
    kept = "".join(c for c in text if c >= " " or c in "\t\n")
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
