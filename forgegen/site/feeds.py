"""What machines read: robots.txt, sitemaps, the feed of the newest threads."""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple
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


class _Entry(NamedTuple):
    """What a feed says of a thread; texts are not escaped yet, ``html`` is the opening post."""

    title: str
    url: str
    author: str | None
    board: str
    board_url: str
    published: int | None
    html: str


def feed(forum: Forum, finder: Finder, host: str) -> Answer:
    """The newest threads with their opening posts, as RSS 2.0 or, where the engine writes that, as Atom."""
    newest = islice(filter(forum.is_seen, map(forum.newest, range(forum.size))), _IN_FEED)
    entries = [_entry(forum, finder, host, index) for index in newest]
    ui = load_ui(forum.skin.name, forum.look.ui, forum.look.templates)
    name = _escaped(str(ui.get("site", urlsplit(host).hostname)))
    return _atom(forum, host, name, str(ui["lang"]), entries) if forum.rules.atom else _rss(host, name, entries)


def _entry(forum: Forum, finder: Finder, host: str, index: int) -> _Entry:
    row, thread = forum.row(index), forum.thread(index)
    board = host + finder.path(Place("board", forum.board_index(index))) if forum.skin.urls.board else host + "/"
    html = "".join(f"<p>{_escaped(text)}</p>" for text in thread.article.paragraphs)
    url = host + finder.path(Place("thread", index))
    return _Entry(row.title, url, row.author, row.board.name, board, row.published, html)


def _rss(host: str, name: str, entries: list[_Entry]) -> Answer:
    items = []
    for entry in entries:
        url = _escaped(entry.url)
        date = "" if entry.published is None else f"<pubDate>{http_date(entry.published)}</pubDate>"
        author = "" if entry.author is None else f"<dc:creator>{_escaped(entry.author)}</dc:creator>"
        items.append(
            f'<item><title>{_escaped(entry.title)}</title><link>{url}</link><guid isPermaLink="true">{url}</guid>{date}'
            f"{author}<category>{_escaped(entry.board)}</category><description>{_escaped(entry.html)}</description>"
            "</item>\n"
        )
    head = f"<title>{name}</title><link>{host}/</link><description>New threads</description>"
    space = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    text = f'{_XML}<rss version="2.0" {space}><channel>{head}\n{"".join(items)}</channel></rss>\n'
    return Answer(200, (("Content-Type", "application/rss+xml; charset=utf-8"),), text.encode())


def _atom(forum: Forum, host: str, name: str, language: str, entries: list[_Entry]) -> Answer:
    """Atom as phpBB writes it."""
    own, items = _escaped(host + forum.rules.rss), []
    for entry in entries:
        url, board = _escaped(entry.url), _quoted(entry.board)
        author = "" if entry.author is None else f"<author><name>{_escaped(entry.author)}</name></author>\n"
        moment = iso_utc(forum.now if entry.published is None else entry.published)
        items.append(
            f"<entry>\n{author}<updated>{moment}</updated>\n<published>{moment}</published>\n<id>{url}</id>\n"
            f'<link href="{url}"/>\n<title type="html">{_escaped(_escaped(entry.title))}</title>\n'
            f'<category term="{board}" scheme="{_escaped(entry.board_url)}" label="{board}"/>\n'
            f'<content type="html" xml:base="{url}"><![CDATA[\n{entry.html}<hr />\n]]></content>\n</entry>\n'
        )
    updated = iso_utc(max((entry.published or 0 for entry in entries), default=forum.now))
    text = (
        f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">\n'
        f'<link rel="self" type="application/atom+xml" href="{own}" />\n<title>{name}</title>\n'
        f'<link href="{host}{_escaped(forum.skin.urls.index)}" />\n<updated>{updated}</updated>\n'
        f"<author><name>{name}</name></author>\n<id>{own}</id>\n{''.join(items)}</feed>\n"
    )
    return Answer(200, (("Content-Type", "application/atom+xml; charset=utf-8"),), text.encode())


def _static(text: str, kind: str) -> Answer:
    """A file as servers give files: with its size known, in parts on demand."""
    return Answer(200, (("Content-Type", kind), ("Accept-Ranges", "bytes")), text.encode())


def _escaped(text: str) -> str:
    """Text as XML carries it; control characters that XML has no place for are left out."""
    kept = "".join(c for c in text if c >= " " or c in "\t\n")
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(text: str) -> str:
    """Text as the value of an attribute."""
    return _escaped(text).replace('"', "&quot;")
