"""What forum-dl wrote beside what the site's truth says, in one form for both."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from forgegen.model.bodies import Paragraph
from forgegen.model.truth import DateTruth, Truth
from forgegen.site.site import SiteContent
from forgegen.site.urls import Place

# Quotations, signatures and edit notes: what is not a post's own text, in any of the engines.
_NOT_TEXT = (
    "blockquote, aside.quote, .quote, .bbcode_quote, .quoteheader, .signature, .edited, .notice, .jammer, div.cite"
)


class Crawled(NamedTuple):
    """A forum as a client saw it: boards by id, threads by id with their board, posts by id."""

    boards: dict[str, str]
    threads: dict[str, tuple[str, str]]
    posts: dict[str, tuple[str, str, str, str]]


def seen(lines: Iterable[str], engine: str, topics: Mapping[str, str]) -> Crawled:
    """What the lines of forum-dl's JSONL say; its extractor must be the engine's.

    ``topics`` are the numbers of topics by those of their first messages: in SMF's lists forum-dl reads only these.
    """
    boards: dict[str, str] = {}
    threads: dict[str, tuple[str, str]] = {}
    posts: dict[str, tuple[str, str, str, str]] = {}
    for line in lines:
        row = json.loads(line)
        item, kind = row["item"], row["type"]
        assert row["extractor"] == engine, row
        if kind == "board":
            boards["/".join(item["path"])] = plain(item["title"])
        elif kind == "thread":
            number = topics.get(item["path"][-1], item["path"][-1])
            assert number not in threads, item
            threads[number] = (item["path"][-2], plain(item["title"]))
        elif kind == "post":
            assert item["subpath"][0] not in posts, item
            posts[item["subpath"][0]] = (
                item["path"][-1], plain(item["author"]), item["creation_time"], own_text(item["content"]),
            )  # fmt: skip
    return Crawled(boards, threads, posts)


def plain(markup: str) -> str:
    """Inner HTML as text, white space apart."""
    return " ".join(html.unescape(LexborHTMLParser(f"<p>{markup}").body.text()).split()) if markup else ""  # type: ignore[union-attr]


def own_text(markup: str) -> str:
    """A post's own words, without what it quotes."""
    tree = LexborHTMLParser(f"<body>{markup}")
    for node in tree.css(_NOT_TEXT):
        node.decompose()
    body = tree.body
    return "" if body is None else words(body.text(separator=" "))


def words(text: str) -> str:
    """Text without white space, for comparison across line breaks."""
    return "".join(html.unescape(text).split())


def truths(site: SiteContent, host: str) -> Iterator[tuple[int, Truth]]:
    """The truth of each thread, all of its pages together."""
    for index in range(site.forum.size):
        pages = range(1, site.finder.pages(Place("thread", index)) + 1)
        yield index, Truth.join([site.maker.truth(Place("thread", index, page), host) for page in pages])


def right_time(date: DateTruth | None, written: str) -> bool:
    """Whether a written time is the truth's: by the instant where it has a zone, else by the local time."""
    assert date is not None
    found = datetime.fromisoformat(written)
    if found.tzinfo is None:
        return date.local is not None and found.isoformat().startswith(str(date.local))
    assert date.instant is not None
    precise = datetime.fromisoformat(str(date.instant))
    return found.timestamp() // 60 == precise.timestamp() // 60


def differences(site: SiteContent, host: str, found: Crawled, threads: set[int]) -> list[str]:
    """How what was seen of these threads (by number) differs from the truth; empty where it does not."""
    wrong: list[str] = []
    expected: set[str] = set()
    for index, truth in truths(site, host):
        if index not in threads:
            continue
        thread = site.forum.thread(index)
        for post in truth.posts:
            pid = str(thread.number(post.n))
            expected.add(pid)
            wrong += _post_differences(pid, post, found.posts.get(pid))
    wrong += [f"post {pid} is one too many" for pid in found.posts.keys() - expected]
    return wrong


def says(text: str, post: Any) -> bool:
    """Whether a client's text of a post, without white space, is the truth's.

    What a body holds beside words is text to each client in its own way: of such a post all words of its paragraphs
    stand there, in their order.
    """
    if not post.body:
        return text == words(post.text or "")
    at = 0
    for block in post.body:
        for piece in [words(kid) for kid in block.kids if isinstance(kid, str)] if isinstance(block, Paragraph) else ():
            found = text.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
    return True


def _post_differences(pid: str, post: Any, got: tuple[str, str, str, str] | None) -> list[str]:
    if got is None:
        return [f"post {pid} is missing"]
    _, author, time, text = got
    wrong = []
    if author != " ".join((post.author or "").split()):
        wrong.append(f"post {pid}: author {author!r}, not {post.author!r}")
    if not right_time(post.date, time):
        wrong.append(f"post {pid}: time {time!r}, not {post.date!r}")
    if not says(text, post):
        wrong.append(f"post {pid}: text {text!r}, not {post.text!r}")
    return wrong
