"""What an extractor of main text should make of a page: the text, what must be in it, and what must not.

The text is that of the truth: paragraphs of the article and posts, in the order of the page. What must not be in it
stands outside of all posts and says nothing that the truth says: menus, notices, adverts, the foot of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from forgegen.model.truth import PostTruth, Truth
from forgegen.skins import dom
from forgegen.skins.skin import Skin

Quotes: TypeAlias = Literal["", "keep", "drop"]
"""Whether quotations of other posts must be in the text, must not be in it, or (empty) neither."""

_MOST = 20  # snippets of either kind
_SHORT, _LONG = 8, 200  # characters of a snippet
_SILENT = "script, style, noscript, template, head, title, option, textarea, svg"


class PlainText(NamedTuple):
    """The main text, and lines that must and must not be in what an extractor gives."""

    text: str
    must: tuple[str, ...]
    must_not: tuple[str, ...]


def plain_text(truth: Truth, html: str, skin: Skin, quotes: Quotes = "") -> PlainText:
    """The main text of a page."""
    own = [*(truth.paragraphs or ()), *(text for post in truth.posts for text in _own(post))]
    quoted = [text for post in truth.posts for text in _quoted(post)]
    parts = own
    if quotes == "keep":
        parts = [*(truth.paragraphs or ()), *(part for post in truth.posts for part in _whole(post))]
    parts = [part.strip() for part in parts if part.strip()]
    wanted = [*own, *quoted] if quotes == "keep" else own
    unwanted = _surroundings(truth, html, skin)
    text = "\n\n".join(parts)
    if quotes == "drop":
        unwanted = [*_lines(quoted), *unwanted]
    return PlainText(
        text,
        _some(line for line in _lines(wanted) if line in text),
        _some(line for line in unwanted if line.lower() not in text.lower()),
    )


def _some(lines: Iterable[str]) -> tuple[str, ...]:
    """At most so many different lines, from the begin to the end."""
    found = list(dict.fromkeys(lines))
    step = max(1, -(-len(found) // _MOST))
    return tuple(found[::step])


def _lines(texts: list[str]) -> Iterator[str]:
    """The longest line of each text, if it can be looked for as it stands: not short, and without runs of spaces."""
    for text in texts:
        line = max((line.strip() for line in text.split("\n")), key=len, default="")
        if len(line) >= _SHORT and line == " ".join(line.split(" ")) == " ".join(line.split()):
            yield line[:_LONG].rstrip()


def _own(post: PostTruth) -> Iterator[str]:
    """A post's text, without the quotations within it."""
    text, at = post.text or "", 0
    for quote in sorted(post.quotes or (), key=lambda q: q.start):
        if quote.start >= at:
            yield text[at : quote.start]
            at = max(at, quote.end)
    yield text[at:]


def _quoted(post: PostTruth) -> Iterator[str]:
    if post.quotes:
        yield from (quote.text for quote in post.quotes if quote.text)
    elif post.quote:
        yield post.quote


def _whole(post: PostTruth) -> Iterator[str]:
    """A post's text with its quotations, those that stand before the text first."""
    inner = [quote.text for quote in post.quotes or () if quote.end > quote.start]
    yield from (text for text in _quoted(post) if text not in inner)
    yield post.text or ""


def _surroundings(truth: Truth, html: str, skin: Skin) -> list[str]:
    """The texts outside of all posts that have nothing of the truth in them, and are no part of it."""
    told = sorted({" ".join(text.split()).lower() for text in _texts(msgspec.to_builtins(truth))}, key=len)
    all_told = "\n".join(told)
    names = [text for text in told if 2 <= len(text) < _SHORT * 8]
    found = []
    for line in _outside(html, skin):
        low = line.lower()
        plain = _SHORT <= len(line) <= _LONG and not any(c.isdigit() for c in line)
        if plain and low not in all_told and not any(name in low for name in names):
            found.append(line)
    return found


def _texts(value: Any) -> Iterator[str]:
    """Every text of a truth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _outside(html: str, skin: Skin) -> Iterator[str]:
    """The texts outside of posts that a reader sees, each with its white space closed up."""
    try:
        root = dom.parse(html)
    except ValueError:
        return
    places = [skin.posts.css, skin.opening.css if skin.opening else ""]
    posts = [node for css in places if css for node in dom.select(root, css)]
    without = {node.mem_id for node in (*posts, *dom.select(root, _SILENT))}
    for text in dom.texts(root, without):
        line = " ".join(text.split())
        if line:
            yield line
