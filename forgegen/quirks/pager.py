"""Quirks of threads that have several pages: what a crawler finds behind the links of the pager."""

from __future__ import annotations

from itertools import pairwise

import msgspec

from forgegen.model.thread import Thread
from forgegen.quirks.define import head, plain, quirk
from forgegen.quirks.facts import Facts
from forgegen.rendering.context import ThreadNames, page_urls, thread_path
from forgegen.rendering.variables import PageContext, PageLink
from forgegen.skins.skin import Skin

Contexts = list[PageContext]


_MOST = 500  # posts a page: a skin that holds more does not part threads


def _several(skin: Skin) -> Thread:
    """One post more than a page of the skin holds."""
    return plain(*[1] * (min(skin.posts_per_page, _MOST) + 1 - (skin.kind == "forum")))


def _full(skin: Skin) -> Thread:
    """As many posts as a page of the skin holds."""
    return plain(*[1] * (min(skin.posts_per_page, _MOST) - (skin.kind == "forum")))


@quirk(
    "page.single",
    about="a thread of one page: no pager",
    catches="the last link of a pager that is not there: IndexError",
    source="scrapy/scrapy#1833",
    layer="site",
    detect=lambda f: f.page.context.pages == 1 and not f.page.context.links,
)
def single(contexts: Contexts) -> Contexts:
    """Nothing to do."""
    return contexts


@quirk(
    "page.second",
    about="a page behind the first: the article's author and date may be missing, posts begin in the middle",
    catches="the first post taken for the article; numbers begun at 1",
    source="discourse/discourse#25195",
    layer="site",
    detect=lambda f: f.page.context.page > 1,
    on=_several,
    page=-1,
    implies=("floor.3digit", "page.last-no-next", "page.one-left"),
)
def second(contexts: Contexts) -> Contexts:
    """Nothing to do."""
    return contexts


@quirk(
    "page.last-no-next",
    about="the last page has no link to a next one",
    catches="IndexError; the first link of the pager taken for the next",
    source="scrapy/scrapy#1833",
    layer="site",
    detect=lambda f: 1 < f.page.context.pages == f.page.context.page and f.page.context.next_url is None,
    on=_several,
    page=-1,
    implies=("floor.3digit", "page.second", "page.one-left"),
)
def last_no_next(contexts: Contexts) -> Contexts:
    """Nothing to do."""
    return contexts


@quirk(
    "page.one-left",
    about="the last page has a single post",
    catches="off by one: the page missed",
    source="CAPU-ENG/CAPUBBS#171",
    layer="site",
    detect=lambda f: 1 < f.page.context.pages == f.page.context.page and len(f.page.context.posts) == 1,
    on=_several,
    page=-1,
    implies=("floor.3digit", "page.second", "page.last-no-next"),
)
def one_left(contexts: Contexts) -> Contexts:
    """Nothing to do."""
    return contexts


@quirk(
    "page.exact-multiple",
    about="as many posts as pages hold, and one more page in the pager, which is empty",
    catches="off by one: an empty page, or an endless crawl",
    source="CAPU-ENG/CAPUBBS#171",
    layer="site",
    detect=lambda f: f.page.context.page > 1 and not f.page.context.posts,
    on=_full,
    page=-1,
    implies=("tree.empty", "page.second", "page.last-no-next"),
)
def exact_multiple(contexts: Contexts) -> Contexts:
    """An empty page behind a full last one."""
    last = contexts[-1]
    if len(last.posts) < last.skin.posts_per_page:
        return contexts
    t, pages = last.thread, last.pages + 1
    urls = page_urls(ThreadNames(t.id, t.article.title, t.board, t.published), last.skin, last.host, pages)
    more = [msgspec.structs.replace(c, pages=pages, links=_links(urls, c.page)) for c in contexts]
    more[-1] = msgspec.structs.replace(more[-1], next_url=urls[-1])
    empty = msgspec.structs.replace(
        last,
        page=pages, pages=pages, posts=[], itemref="", url=urls[-1], prev_url=urls[-2], next_url=None,
        links=_links(urls, pages),
    )  # fmt: skip
    return [*more, empty]


def _links(urls: list[str], page: int) -> list[PageLink]:
    return [PageLink(n, None if n == page else url) for n, url in enumerate(urls, 1)]


@quirk(
    "page.next-self",
    about="the last page's link to the next page leads to itself",
    catches="an endless crawl",
    source="matthewmueller/x-ray#45",
    layer="site",
    detect=lambda f: f.page.context.next_url == f.page.context.url,
    on=_several,
    page=-1,
    implies=("floor.3digit", "page.second", "page.one-left"),
)
def next_self(contexts: Contexts) -> Contexts:
    """One more number in the pager of the last page."""
    last = contexts[-1]
    links = [*(last.links or [PageLink(last.page, None)]), PageLink(last.page + 1, last.url)]
    return [*contexts[:-1], msgspec.structs.replace(last, links=links, next_url=last.url)]


@quirk(
    "page.beyond-last-200",
    about="the page behind the last one is answered with the last one again",
    catches="an endless crawl of numbered pages",
    source="sixcious/infy-scroll#81; stewartmckee/cobweb#53",
    layer="site",
    detect=lambda f: f.page.number > f.page.context.pages and not _first_again(f),
    on=_several,
    page=-1,
    implies=("floor.3digit", "page.second", "page.last-no-next", "page.one-left"),
)
def beyond_last(contexts: Contexts) -> Contexts:
    """The last page under the address of one more."""
    last = contexts[-1]
    t = last.thread
    urls = page_urls(ThreadNames(t.id, t.article.title, t.board, t.published), last.skin, last.host, last.pages + 1)
    return [*contexts, msgspec.structs.replace(last, url=urls[-1])]


def _first_again(facts: Facts) -> bool:
    context = facts.page.context
    return context.page == 1 and context.url != context.first_url


@quirk(
    "page.first-bare-url",
    about="page 1 has two addresses: one without a number, one with",
    catches="the crawl stops at page 1; page 1 fetched twice",
    source="mldsveda/PyScrappy#187; propublica/upton#37",
    layer="site",
    detect=_first_again,
    page=-1,
)
def first_bare_url(contexts: Contexts) -> Contexts:
    """Page 1 once more, under the numbered address."""
    first = contexts[0]
    t = first.thread
    path = thread_path(ThreadNames(t.id, t.article.title, t.board, t.published), first.skin, numbered=True)
    if first.host + path == first.url:
        return contexts
    return [*contexts, msgspec.structs.replace(first, url=first.host + path)]


@quirk(
    "page.overlap",
    about="the last post of a page stands again as the first of the next: another arrived between two fetches",
    catches="posts counted twice",
    source="sixcious/infy-scroll#98; kisstkondoros/TiebaArchiver#1",
    layer="site",
    detect=lambda f: f.page.context.page > 1 and _again(f),
    on=_several,
    page=-1,
    implies=("floor.3digit", "page.second", "page.last-no-next"),
)
def overlap(contexts: Contexts) -> Contexts:
    """Every later page begins with the last post of the one before it."""
    found = contexts[:1]
    for before, page in pairwise(contexts):
        repeated = before.posts[-1:]
        moved = [
            view
            if view.parent_id is None or view.away
            else msgspec.structs.replace(view, parent_href=f"{before.url}#{view.parent_id}", away=True)
            for view in repeated
        ]
        found.append(msgspec.structs.replace(page, posts=[*moved, *page.posts]))
    return found


def _again(facts: Facts) -> bool:
    context = facts.page.context
    return len(context.posts) > _natural(facts)


def _natural(facts: Facts) -> int:
    """How many posts the page would show if each stood on one page."""
    context = facts.page.context
    per, first = context.skin.posts_per_page, int(context.skin.kind == "forum")
    shown = sum(p.odd is None or p.odd.status != "removed" for p in facts.page.thread.posts) + first
    return min(per, max(0, shown - (context.page - 1) * per))


@quirk(
    "page.count-vs-pager",
    about="the header counts more posts than the pager's pages can hold",
    catches="an endless crawl by the count",
    source="ludoux/ngapost2md#32",
    detect=lambda f: _more_than_pages(f),
    implies=("count.disagrees",),
)
def count_vs_pager(thread: Thread) -> Thread:
    """A thousand more than there are."""
    return head(thread, count=len(thread.posts) + 1000)


def _more_than_pages(facts: Facts) -> bool:
    context = facts.page.context
    said = facts.truth.comment_count
    return isinstance(said, int) and said > context.pages * context.skin.posts_per_page + 1
