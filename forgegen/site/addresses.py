"""The addresses of a site that clients know without a link, for who stores all of it: lists, files, JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from forgegen.model.post_numbers import base36
from forgegen.rendering.context import ThreadNames, label_of, slug_of, thread_path
from forgegen.site.beside import AGE_PAGE
from forgegen.site.discourse_api import FIRST_POSTS
from forgegen.site.discourse_objects import stream_of, topic_slug
from forgegen.site.feeds import sitemap_parts
from forgegen.site.forum import Forum
from forgegen.site.reddit_api import LINKS
from forgegen.site.site import Scene
from forgegen.site.urls import Place


class Share:
    """One of several parts of the addresses: the threads that it has, and its even share of every list."""

    def __init__(self, threads: range, part: int = 0, parts: int = 1) -> None:
        self.threads, self.part, self.parts = threads, part, parts

    def of(self, count: int) -> range:
        """The part's share of so many pages, as numbers from 1."""
        first, end = (-(-at * count // self.parts) for at in (self.part, self.part + 1))
        return range(1 + first, 1 + end)


Addresses: TypeAlias = Callable[[Forum, Share], Iterator[str]]
"""The addresses of an engine's JSON, below the host."""


def lists(scene: Scene, share: Share) -> Iterator[Place]:
    """The pages of index and boards."""
    forum = scene.forum
    for page in share.of(forum.front_pages()):
        yield Place("index", 0, page)
    for board in range(len(forum.boards)) if forum.skin.urls.board else ():
        for page in share.of(forum.board_pages(board)):
            yield Place("board", board, page)


def unlinked(scene: Scene, share: Share) -> Iterator[str]:
    """The addresses below the host: files for machines, JSON, the age page."""
    rules = scene.maker.rules
    if share.part == 0:
        yield from ("/", "/robots.txt", "/sitemap.xml", rules.rss)
        yield from (AGE_PAGE,) if rules.age else ()
    parts = sitemap_parts(scene.forum)
    yield from (f"/sitemap-{part}.xml" for part in share.of(parts) if parts > 1)
    if rules.api:
        yield from _JSON[rules.api](scene.forum, share)


def _discourse(forum: Forum, share: Share) -> Iterator[str]:
    """Site, lists, topics, and the posts of topics in the portions in which Discourse's own client asks for them."""
    per = forum.skin.threads_per_page
    if share.part == 0:
        yield "/site.json"
    for page in share.of(-(-forum.size // per)):
        yield "/latest.json" + (f"?page={page - 1}" if page > 1 else "")
    for index, board in enumerate(forum.boards):
        for page in share.of(forum.board_pages(index)):
            more = f"?page={page - 1}" if page > 1 else ""
            yield f"/c/{board.id}.json{more}"
            yield f"/c/{slug_of(board.latin or board.name)}/{board.id}.json{more}"
    for index in share.threads:
        thread = forum.thread(index)
        yield f"/t/{thread.id}.json"
        yield f"/t/{topic_slug(thread.article.title, thread.id)}/{thread.id}.json"
        numbers = stream_of(forum, index)
        for first in range(FIRST_POSTS, len(numbers), FIRST_POSTS):
            asked = "&".join(f"post_ids%5B%5D={number}" for number in numbers[first : first + FIRST_POSTS])
            yield f"/t/{thread.id}/posts.json?{asked}"


def _hacker_news(forum: Forum, share: Share) -> Iterator[str]:
    """The lists of stories, and every story and comment."""
    if share.part == 0:
        yield from (f"/v0/{kind}stories.json" for kind in ("new", "top", "best", "ask", "show", "job"))
        yield from ("/v0/maxitem.json", "/v0/updates.json")
    for index in share.threads:
        thread = forum.thread(index)
        yield f"/v0/item/{thread.id}.json"
        yield from (f"/v0/item/{thread.number(n)}.json" for n in range(1, len(thread.posts) + 1))


def _reddit(forum: Forum, share: Share) -> Iterator[str]:
    """The lists of links, of all and of each subreddit, what subreddits are, and every link with its comments."""
    if share.part == 0:
        yield "/subreddits.json"
    for board in (None, *forum.seen):
        path = "" if board is None else f"/r/{label_of(forum.boards[board], forum.skin.limits.label)}"
        count = forum.size if board is None else forum.threads_on(board)
        if board is not None and share.part == 0:
            yield f"{path}/about.json"
        for page in share.of(max(1, -(-count // LINKS))):
            before = [forum.newest(rank, board) for rank in range((page - 2) * LINKS, (page - 1) * LINKS) if rank >= 0]
            behind = [index for index in before if forum.is_seen(index)]
            if page == 1 or behind:
                more = f"?after=t3_{base36(forum.row(behind[-1]).id)}" if behind else ""
                yield from (f"{path}{form}{more}" for form in (("/.json", ".json") if path else ("/.json",)))
    for index in share.threads:
        row = forum.row(index)
        address = thread_path(ThreadNames(row.id, row.title, row.board, row.published), forum.skin).rstrip("/")
        yield from (f"{address}.json", f"{address}/.json", f"/comments/{base36(row.id)}.json")


_JSON: dict[str, Addresses] = {"discourse": _discourse, "hackernews": _hacker_news, "reddit": _reddit}
