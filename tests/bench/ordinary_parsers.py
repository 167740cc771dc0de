"""Ordinary, right parsers of seven engines, as people write them: Beautiful Soup on lxml, ``get_text``, the first digits
of what shows a number, dates by dateutil where it reads them and as they are shown elsewhere.

What they do not do is what nobody does before a page has taught it to him: read what pictures say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import Tag
from dateutil import parser as dateutil

Parser = Callable[[bytes], dict[str, Any]]
_BLOCKS = "p, li, pre, div, blockquote, tr, td, th, h1, h2, h3, h4, h5, h6, aside, figcaption"


def _soup(body: bytes, encoding: str = "utf-8") -> BeautifulSoup:
    return BeautifulSoup(body, "lxml", from_encoding=encoding)


def _words(found: Tag | None, *without: str) -> str | None:
    """The text of an element without some parts of it, a line for each block and break."""
    if found is None:
        return None
    for css in without:
        for part in found.select(css):
            part.decompose()
    for br in found.select("br"):
        br.replace_with("\n")
    for block in found.select(_BLOCKS):
        block.insert_before("\n")
        block.insert_after("\n")
    return found.get_text().strip()


def _own(node: Tag, css: str) -> str | None:
    found = node.select_one(css)
    return None if found is None else found.get_text()


def _number(shown: str | None) -> int | None:
    found = re.search(r"-?\d+", (shown or "").replace(",", ""))
    return int(found[0]) if found else None


def _time(shown: str | None) -> Any:
    """The time as dateutil reads it, with its zone if it has one; what is shown where it does not."""
    if not shown:
        return None
    try:
        return dateutil.parse(shown).isoformat()
    except (ValueError, OverflowError):
        return shown


def reference(body: bytes) -> dict[str, Any]:
    """The reference skin."""
    tree = _soup(body)
    posts = []
    for li in tree.select("ol.comment-list > li.floor[id]"):
        parent = li.select_one("a.parent")
        posts.append({
            "id": li["id"],
            "author": _own(li, ".who"),
            "text": _words(li.select_one(".text")),
            "floor": _number(_own(li, ".no")),
            "likes": _number(_own(li, ".like b")),
            "date": _own(li, "time.when"),
            "replies": _number(_own(li, ".replies")) or 0,
            "parent": None if parent is None else str(parent["href"]).lstrip("#"),
        })  # fmt: skip
    return {"title": _own(tree, "h1.headline"), "views": _number(_own(tree, ".views b")), "posts": posts}


def phpbb3(body: bytes) -> dict[str, Any]:
    """phpBB's prosilver."""
    tree = _soup(body)
    posts = []
    for post in tree.select("div.post[id^=p]"):
        author, time, content = post.select_one(".author strong"), post.select_one(".author time"), None
        content = post.select_one("div.content")
        name = None if author is None else author.get_text()
        posts.append({
            "id": post["id"],
            "author": None if name == "Guest" else name,
            "date": None if time is None else str(time["datetime"]),
            "quote": None if content is None else _quoted(content, "cite"),
            "text": _words(content, "blockquote", ".codebox > p", "dl.attachbox", "dl.file"),
        })  # fmt: skip
    return {"title": _own(tree, "h2.topic-title"), "posts": posts}


def _quoted(content: Tag, head: str) -> str | None:
    """The text of the first quotation, without who is quoted."""
    quote = content.select_one("blockquote")
    return (
        None
        if quote is None
        else _words(BeautifulSoup(str(quote), "lxml").select_one("blockquote"), head, "blockquote blockquote")
    )


def xenforo2(body: bytes) -> dict[str, Any]:
    """XenForo's default style."""
    tree = _soup(body)
    posts = []
    for post in tree.select("article.message--post"):
        time, content = post.select_one(".message-attribution time"), post.select_one(".message-body .bbWrapper")
        posts.append({
            "id": str(post["data-content"]),
            "author": str(post["data-author"]) or None,
            "date": None if time is None else str(time["datetime"]),
            "floor": _number(_own(post, ".message-attribution-opposite li:last-child")),
            "text": _words(content, ".bbCodeBlock--quote", ".bbCodeBlock--code .bbCodeBlock-title", ".bbCodeSpoiler-button"),
        })  # fmt: skip
    return {"title": _own(tree, "h1.p-title-value"), "posts": posts}


def discourse(body: bytes) -> dict[str, Any]:
    """Discourse's page for crawlers."""
    tree = _soup(body)
    posts = []
    for post in tree.select(".crawler-post"):
        time = post.select_one("time.post-time")
        posts.append({
            "floor": _number(str(post["id"])),
            "author": _own(post, ".creator a span") or None,
            "date": None if time is None else str(time["datetime"]),
            "text": None if "deleted" in (post.get("class") or []) else _words(post.select_one("div.post"), "aside.quote"),
            "likes": _number(_own(post, ".post-likes")) or 0,
        })  # fmt: skip
    return {"title": _own(tree, "#topic-title h1 a"), "board": _own(tree, ".category-name"), "posts": posts}


def discuz(body: bytes) -> dict[str, Any]:
    """Discuz! X in its default template."""
    charset = re.search(rb'charset="?([a-zA-Z0-9-]+)', body)
    name = charset[1].decode().lower() if charset else "utf-8"
    tree = _soup(body, "gb18030" if name.startswith("gb") else name)
    named = {"楼主": 1, "樓主": 1, "沙发": 2, "沙發": 2, "板凳": 3, "地板": 4}
    posts = []
    for post in tree.select("#postlist > div[id^=post_]"):
        floor = (_own(post, "strong > a[id^=postnum]") or "").strip()
        link, when = post.select_one(".pls .authi a"), post.select_one("em[id^=authorposton]")
        exact = None if when is None else when.select_one("span[title]")
        shown = None if when is None else when.get_text().replace("发表于", "").replace("發表於", "").strip()
        posts.append({
            "id": str(post["id"]).replace("post_", "pid"),
            "floor": named.get(floor) or _number(floor),
            "author": None if link is None else link.get_text(),
            "date": _time(str(exact["title"]) if exact is not None else shown),
            "text": _words(post.select_one("td.t_f"), ".pstatus", ".quote", ".blockcode em", ".jammer"),
        })  # fmt: skip
    return {"title": _own(tree, "#thread_subject"), "posts": posts}


def hackernews(body: bytes) -> dict[str, Any]:
    """Hacker News."""
    tree = _soup(body)
    posts = []
    for row in tree.select("tr.comtr"):
        above, age = row.select_one("a.par"), row.select_one(".age")
        posts.append({
            "id": str(row["id"]),
            "author": _own(row, "a.hnuser"),
            "parent": None if above is None else str(above["href"]).rpartition("#")[2],
            "date": None if age is None else str(age["title"]).split()[0] + "Z",
            "text": _words(row.select_one(".commtext"), ".reply"),
        })  # fmt: skip
    return {"title": _own(tree, ".titleline a"), "posts": posts}


def oldreddit(body: bytes) -> dict[str, Any]:
    """The old reddit."""
    tree = _soup(body)
    posts = []
    for thing in tree.select(".commentarea div.comment[id]"):
        entry = thing.find("div", class_="entry", recursive=False)
        if not isinstance(entry, Tag):
            continue
        time, up = entry.select_one(".tagline time"), thing.find_parent("div", class_="comment")
        score = entry.select_one(".score.unvoted")
        posts.append({
            "id": str(thing["id"]),
            "author": _own(entry, "a.author"),
            "parent": None if up is None else str(up["id"]),
            "likes": None if score is None else int(str(score["title"])),
            "date": None if time is None else str(time["datetime"]),
            "text": None if "deleted" in (thing.get("class") or []) else _words(entry.select_one(".md"), "blockquote"),
        })  # fmt: skip
    return {"title": _own(tree, "a.title"), "posts": posts}


def ptt(body: bytes) -> dict[str, Any]:
    """PTT."""
    tree = _soup(body)
    values = [value.get_text() for value in tree.select(".article-metaline .article-meta-value")]
    posts = []
    for push in tree.select("div.push"):
        content = _words(push.select_one(".push-content"), ".colon")
        posts.append({
            "id": str(push.get("id")),
            "author": _own(push, ".push-userid"),
            "date": (_own(push, ".push-ipdatetime") or "").strip() or None,
            "text": content,
        })  # fmt: skip
    return {"author": values[0] if values else None, "title": values[1] if len(values) > 1 else None, "posts": posts}


PARSERS: dict[str, Parser] = {
    parser.__name__: parser for parser in (reference, phpbb3, xenforo2, discourse, discuz, hackernews, oldreddit, ptt)
}
"""The parsers, by the skin that they read."""
