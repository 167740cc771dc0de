"""A spider whose items are posts, exported by Scrapy itself: ``python -m tests.spiders.feed SKIN URL OUT...``.

The ending of each file names is its format, as ``scrapy crawl -O`` takes it.
"""

from __future__ import annotations

import sys
from typing import Any

from scrapy.crawler import CrawlerProcess

from tests.spiders.crawl import ForumSpider


class FeedSpider(ForumSpider):
    """Posts with the address of their page."""

    def parse_thread(self, response: Any) -> Any:
        """The items of a page, each with its address."""
        for found in super().parse_thread(response):
            yield {"page": response.url, **found} if isinstance(found, dict) else found


def main(skin: str, url: str, outputs: list[str]) -> None:
    """Crawl a forum into feeds."""
    formats = {"json": "json", "jsonl": "jsonlines", "csv": "csv"}
    feeds = {out: {"format": formats[out.rpartition(".")[2]]} for out in outputs}
    process = CrawlerProcess(settings={"FEEDS": feeds, "LOG_LEVEL": "ERROR"})
    process.crawl(FeedSpider, skin=skin, url=url)
    process.start()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
