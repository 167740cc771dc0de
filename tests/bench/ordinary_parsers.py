"""Ordinary, right parsers of eight engines, as people write them: Beautiful Soup on lxml, ``get_text``, the first digits
of what shows a number, dates as the page's attributes have them or as they are shown.

What they do not do is what nobody does before a page has taught it to him: read what pictures say. Each step that they
share may be replaced: that is how bugs are planted (``tests.bench.planted_steps``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from bs4 import BeautifulSoup
from bs4.element import Tag

_BLOCKS = "p, li, pre, div, blockquote, tr, td, th, h1, h2, h3, h4, h5, h6, aside, figcaption"


def soup(body: bytes, encoding: str = "utf-8") -> BeautifulSoup:
    """The page's tree."""
    return BeautifulSoup(body, "lxml", from_encoding=encoding)


def words(found: Tag | None, *without: str) -> str | None:
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


def own(node: Tag, css: str) -> str | None:
    """The text of the first element that matches."""
    found = node.select_one(css)
    return None if found is None else found.get_text()


def number(shown: str | None) -> int | None:
    """The first digits of what shows a number."""
    found = re.search(r"-?\d+", (shown or "").replace(",", ""))
    return int(found[0]) if found else None


def same(value: Any) -> Any:
    """The value as it is."""
    return value


class Steps(NamedTuple):
    """What the parsers share: how a tree, texts and numbers are read, and what is done with posts, names and dates."""

    soup: Callable[..., BeautifulSoup] = soup
    words: Callable[..., str | None] = words
    own: Callable[..., str | None] = own
    number: Callable[[str | None], int | None] = number
    rows: Callable[[Any], Any] = same
    name: Callable[[Any], Any] = same
    date: Callable[[Any], Any] = same
    title: Callable[[Any], Any] = same
    answer: Callable[[dict[str, Any]], dict[str, Any]] = same


STEPS = Steps()


class Parser(Protocol):
    """A parser, some of whose steps may be others."""

    __name__: str

    def __call__(self, body: bytes, do: Steps = STEPS) -> dict[str, Any]:
        """What the page shows."""


def _time(shown: str | None) -> Any:
    """The time where it is written in numbers, else what is shown."""
    try:
        return datetime.strptime(shown or "", "%Y-%m-%d %H:%M:%S").isoformat()
    except ValueError:
        return shown


def reference(body: bytes, do: Steps = STEPS) -> dict[str, Any]:
    """The reference skin."""
    tree = do.soup(body)
    posts = []
    for li in do.rows(tree.select("ol.comment-list > li.floor[id]")):
        parent = li.select_one("a.parent")
        posts.append({
            "id": li["id"],
            "author": do.name(do.own(li, ".who")),
            "text": do.words(li.select_one(".text")),
            "floor": do.number(do.own(li, ".no")),
            "likes": do.number(do.own(li, ".like b")),
            "date": do.date(do.own(li, "time.when")),
            "replies": do.number(do.own(li, ".replies")) or 0,
            "parent": None if parent is None else str(parent["href"]).lstrip("#"),
        })  # fmt: skip
    return {
        "title": do.title(do.own(tree, "h1.headline")),
        "views": do.number(do.own(tree, ".views b")),
        "posts": posts,
    }


def phpbb3(body: bytes, do: Steps = STEPS) -> dict[str, Any]:
    """phpBB's prosilver."""
    tree = do.soup(body)
    posts = []
    for post in do.rows(tree.select("div.post[id^=p]")):
        author, time, content = post.select_one(".author strong"), post.select_one(".author time"), None
        content = post.select_one("div.content")
        name = None if author is None else author.get_text()
        posts.append({
            "id": post["id"],
            "author": do.name(None if name == "Guest" else name),
            "date": do.date(None if time is None else str(time["datetime"])),
            "quote": None if content is None else _quoted(do, content, "cite"),
            "text": do.words(content, "blockquote", ".codebox > p", "dl.attachbox", "dl.file"),
        })  # fmt: skip
    return {"title": do.title(do.own(tree, "h2.topic-title")), "posts": posts}


def _quoted(do: Steps, content: Tag, head: str) -> str | None:
    """The text of the first quotation, without who is quoted."""
    quote = content.select_one("blockquote")
    return (
        None
        if quote is None
        else do.words(BeautifulSoup(str(quote), "lxml").select_one("blockquote"), head, "blockquote blockquote")
    )


def xenforo2(body: bytes, do: Steps = STEPS) -> dict[str, Any]:
    """XenForo's default style."""
    tree = do.soup(body)
    posts = []
    for post in do.rows(tree.select("article.message--post")):
        time, content = post.select_one(".message-attribution time"), post.select_one(".message-body .bbWrapper")
        posts.append({
            "id": str(post["data-content"]),
            "author": do.name(str(post["data-author"]) or None),
            "date": do.date(None if time is None else str(time["datetime"])),
            "floor": do.number(do.own(post, ".message-attribution-opposite li:last-child")),
            "text": do.words(content, ".bbCodeBlock--quote", ".bbCodeBlock--code .bbCodeBlock-title", ".bbCodeSpoiler-button"),
        })  # fmt: skip
    return {"title": do.title(do.own(tree, "h1.p-title-value")), "posts": posts}


def discourse(body: bytes, do: Steps = STEPS) -> dict[str, Any]:
    """Discourse's page for crawlers."""
    tree = do.soup(body)
    posts = []
    for post in do.rows(tree.select(".crawler-post")):
        time = post.select_one("time.post-time")
        posts.append({
            "floor": do.number(str(post["id"])),
            "author": do.name(do.own(post, ".creator a span") or None),
            "date": do.date(None if time is None else str(time["datetime"])),
            "text": None if "deleted" in (post.get("class") or []) else do.words(post.select_one("div.post"), "aside.quote"),
            "likes": do.number(do.own(post, ".post-likes")) or 0,
        })  # fmt: skip
    return {
        "title": do.title(do.own(tree, "#topic-title h1 a")),
        "board": do.own(tree, ".category-name"),
        "posts": posts,
    }


def discuz(body: bytes, do: Steps = STEPS) -> dict[str, Any]:
    """Discuz! X in its default template."""
    charset = re.search(rb'charset="?([a-zA-Z0-9-]+)', body)
    name = charset[1].decode().lower() if charset else "utf-8"
    tree = do.soup(body, "gb18030" if name.startswith("gb") else name)
    named = {"楼主": 1, "樓主": 1, "沙发": 2, "沙發": 2, "板凳": 3, "地板": 4}
    posts = []
    for post in do.rows(tree.select("#postlist > div[id^=post_]")):
        floor = (do.own(post, "strong > a[id^=postnum]") or "").strip()
        link, when = post.select_one(".pls .authi a"), post.select_one("em[id^=authorposton]")
        exact = None if when is None else when.select_one("span[title]")
        shown = None if when is None else when.get_text().replace("发表于", "").replace("發表於", "").strip()
        posts.append({
            "id": str(post["id"]).replace("post_", "pid"),
            "floor": named.get(floor) or do.number(floor),
            "author": do.name(None if link is None else link.get_text()),
            "date": do.date(_time(str(exact["title"]) if exact is not None else shown)),
            "text": do.words(post.select_one("td.t_f"), ".pstatus", ".quote", ".blockcode em", ".jammer"),
        })  # fmt: skip
    return {"title": do.title(do.own(tree, "#thread_subject")), "posts": posts}


def hackernews(body: bytes, do: Steps = STEPS) -> dict[str, Any]:
    """Hacker News."""
    tree = do.soup(body)
    posts = []
    for row in do.rows(tree.select("tr.comtr")):
        above, age = row.select_one("a.par"), row.select_one(".age")
        posts.append({
            "id": str(row["id"]),
            "author": do.name(do.own(row, "a.hnuser")),
            "parent": None if above is None else str(above["href"]).rpartition("#")[2],
            "date": do.date(None if age is None else str(age["title"]).split()[0] + "Z"),
            "text": do.words(row.select_one(".commtext"), ".reply"),
        })  # fmt: skip
    return {"title": do.title(do.own(tree, ".titleline a")), "posts": posts}


def oldreddit(body: bytes, do: Steps = STEPS) -> dict[str, Any]:
    """The old reddit."""
    tree = do.soup(body)
    posts = []
    for thing in do.rows(tree.select(".commentarea div.comment[id]")):
        entry = thing.find("div", class_="entry", recursive=False)
        if not isinstance(entry, Tag):
            continue
        time, up = entry.select_one(".tagline time"), thing.find_parent("div", class_="comment")
        score = entry.select_one(".score.unvoted")
        posts.append({
            "id": str(thing["id"]),
            "author": do.name(do.own(entry, "a.author")),
            "parent": None if up is None else str(up["id"]),
            "likes": None if score is None else int(str(score["title"])),
            "date": do.date(None if time is None else str(time["datetime"])),
            "text": None if "deleted" in (thing.get("class") or []) else do.words(entry.select_one(".md"), "blockquote"),
        })  # fmt: skip
    return {"title": do.title(do.own(tree, "a.title")), "posts": posts}


def ptt(body: bytes, do: Steps = STEPS) -> dict[str, Any]:
    """PTT."""
    tree = do.soup(body)
    values = [value.get_text() for value in tree.select(".article-metaline .article-meta-value")]
    posts = []
    for push in do.rows(tree.select("div.push")):
        content = do.words(push.select_one(".push-content"), ".colon")
        posts.append({
            "id": str(push.get("id")),
            "author": do.name(do.own(push, ".push-userid")),
            "date": do.date((do.own(push, ".push-ipdatetime") or "").strip() or None),
            "text": content,
        })  # fmt: skip
    return {
        "author": values[0] if values else None,
        "title": do.title(values[1] if len(values) > 1 else None),
        "posts": posts,
    }


PARSERS: dict[str, Parser] = {
    parser.__name__: parser for parser in (reference, phpbb3, xenforo2, discourse, discuz, hackernews, oldreddit, ptt)
}
"""The parsers, by the skin that they read."""
