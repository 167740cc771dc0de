"""The requests and selectors of jwlin's ptt-web-crawler (jwlin/ptt-web-crawler, PttWebCrawler/crawler.py) on our PTT."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
from selectolax.lexbor import LexborHTMLParser, LexborNode

from forgegen.site.expected import Expected
from tests.sites import HOST, client_of, small_site


def articles(client: httpx.Client, board: str) -> Iterator[tuple[str, LexborHTMLParser]]:
    """The address and the page of each article of a board: from the oldest page of its list to the last one, which
    the link behind the arrow tells; addresses stand in the lists without a host."""
    newest = client.get(f"/bbs/{board}/index.html").text
    before = re.search(rf'href="/bbs/{board}/index(\d+).html">&lsaquo;', newest)
    for page in range(1, 1 + (int(before[1]) + 1 if before else 1)):
        answer = client.get(f"/bbs/{board}/index{page}.html")
        assert answer.status_code == 200
        for row in LexborHTMLParser(answer.content).css("div.r-ent"):
            (link,) = row.css(".title a")
            href = link.attributes["href"] or ""
            assert re.fullmatch(rf"/bbs/{board}/M\.\d{{10}}\.A\.[0-9A-F]{{3}}\.html", href)
            yield HOST + href, LexborHTMLParser(client.get(href).content)


def test_every_article_and_push_is_read() -> None:
    """Of each board every article, with author, title and pushes in order; who pushed and what they said is exact."""
    site = small_site("ptt", boards=2, threads=50)
    wanted = {row.url: row for row in site.expected(HOST)}
    with client_of(site, cookies={"over18": "1"}) as client:
        index = LexborHTMLParser(client.get("/bbs/index.html").content)
        boards = [(a.attributes["href"] or "").split("/")[2] for a in index.css(".b-ent > a.board")]
        read = {url: page for board in boards for url, page in articles(client, board)}
    assert set(read) == set(wanted)
    for url, page in read.items():
        _check(page, wanted[url])


def _check(page: LexborHTMLParser, row: Expected) -> None:
    (main,) = page.css("#main-content")
    author, title, date = (_string(meta, ".article-meta-value") for meta in main.css("div.article-metaline"))
    assert (author, title) == (row.truth.author, row.truth.title)
    assert re.fullmatch(r"\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}", date)
    pushes = [push for push in main.css("div.push") if push.css_first("span.push-tag") is not None]
    posts = [post for post in row.truth.posts if post.status != "deleted"]
    assert len(pushes) == len(posts)
    for push, post in zip(pushes, posts, strict=True):
        assert _string(push, "span.push-tag").strip() in ("推", "噓", "→")
        assert _string(push, "span.push-userid").strip() == post.author
        said = push.css_first("span.push-content")
        assert said is not None
        assert "".join(said.text()[1:].split()) == "".join((post.text or "").split())
        assert re.search(r"\d\d/\d\d \d\d:\d\d$", _string(push, "span.push-ipdatetime").strip())


def _string(node: LexborNode, css: str) -> str:
    """The text of an element that has nothing but text."""
    found = node.css_first(css)
    assert found is not None
    assert all(child.tag == "-text" for child in found.iter(include_text=True))
    return found.text()
