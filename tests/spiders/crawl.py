"""A spider that follows boards, threads and next pages: ``python -m tests.spiders.crawl SKIN URL OUT``.

It asks again for pages that look well and are not: those without an end, and those without what such a page has.
"""

from __future__ import annotations

import re
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import TextResponse

from tests.spiders.markup import MARKUP, Markup


class ForumSpider(scrapy.Spider):
    """Posts of a whole forum, from its index."""

    name = "forum"
    custom_settings = {  # noqa: RUF012 - Scrapy's way
        "ROBOTSTXT_OBEY": True, "RETRY_TIMES": 4, "DOWNLOAD_TIMEOUT": 20, "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "DOWNLOAD_DELAY": 0,
    }  # fmt: skip

    def __init__(self, skin: str, url: str, **options: Any) -> None:
        super().__init__(**options)
        self.markup: Markup = MARKUP[skin]
        self.url = url

    async def start(self) -> AsyncIterator[Any]:
        """The index; the cookie is for boards that ask for the age."""
        yield scrapy.Request(self.url, self.parse, cookies={"over18": "1"})

    def parse(self, response: Any, **_: Any) -> Iterator[Any]:
        """Boards of the index."""
        yield from self._follow(response, self.markup.boards, self.parse_board)

    def parse_board(self, response: TextResponse) -> Iterator[Any]:
        """Threads of a board, and its next page."""
        yield from self._follow(response, self.markup.threads, self.parse_thread)
        yield from self._next(response, self.parse_board)

    def parse_thread(self, response: TextResponse) -> Iterator[Any]:
        """Posts of a thread, and its next page."""
        if not _whole(response):
            yield self._again(response)
            return
        found = response.css(self.markup.post)
        if not found:  # a wall, or a thread without posts: it is asked for some times more
            yield self._again(response)
        for post in found:
            yield self._post(post)
        yield from self._next(response, self.parse_thread)

    def _post(self, post: Any) -> dict[str, Any]:
        markup = self.markup
        number = re.search(markup.id_pattern, post.css(markup.id).get("")) if ":" in markup.id else None
        bodies = post.css(markup.body)
        for quoted in bodies.css(markup.quoted):
            quoted.drop()
        return {
            "id": number[1] if number else None,
            "author": "".join(post.css(markup.author)[:1].css("*::text").getall()),
            "text": "".join(bodies[:1].css("*::text").getall()),
        }

    def _follow(self, response: TextResponse, links: str, callback: Any) -> Iterator[Any]:
        found = response.css(links) if _whole(response) else []
        if not found:
            yield self._again(response)
        for link in found:
            yield response.follow(link, callback)

    def _next(self, response: TextResponse, callback: Any) -> Iterator[Any]:
        if _whole(response):
            for href in response.css(self.markup.next).getall():
                yield response.follow(href, callback)

    def _again(self, response: TextResponse) -> Any:
        assert response.request is not None
        return get_retry_request(response.request, spider=self, reason="not what was asked for")


def _whole(response: TextResponse) -> bool:
    return response.body.rstrip().endswith(b"</html>")


def main(skin: str, url: str, out: str) -> None:
    """Crawl and write JSON lines."""
    process = CrawlerProcess({"FEEDS": {out: {"format": "jsonlines", "encoding": "utf-8"}}})
    process.crawl(ForumSpider, skin=skin, url=url)
    process.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
