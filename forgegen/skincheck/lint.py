"""What a page of any skin should be, whatever it shows: duplicate ids and outside requests are found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from urllib.parse import urljoin, urlsplit

from forgegen.skins import dom

# Attributes whose address a browser fetches to show the page, by element; ``*`` is any.
_FETCHED = {
    "src": "*", "srcset": "*", "poster": "*", "background": "*", "data": "object", "href": "use, image, script",
    "xlink:href": "use, image, script",
}  # fmt: skip
# Kinds of link that browsers do not follow by themselves.
_ONLY_SAID = {
    "canonical", "prev", "next", "first", "last", "up", "index", "search", "start", "alternate", "author", "license",
    "help", "contents", "bookmark", "nofollow", "home", "top", "copyright", "archives", "shortlink", "amphtml",
}  # fmt: skip
_URL = re.compile(r"""(?:url\(|@import)\s*["']?([^"')\s;]*)""")
_CHARSET = re.compile(rb"""<meta[^>]{0,80}charset\s*=\s*["']?([A-Za-z0-9_-]+)""", re.IGNORECASE)


def lint(
    html: str, body: bytes, encoding: str, url: str, *, whole: bool = True, pictures: Collection[str] = ()
) -> list[tuple[str, str]]:
    """What is wrong with a page: name of the rule and what was found, for every rule that it breaks.

    On a page that is not ``whole`` links may lead to a post that was taken out. ``pictures`` are those that its people
    posted, which no skin answers for.
    """
    root = dom.parse(html)
    found = {
        "unique ids": _twice(root),
        "no outside request": _outside(root, pictures),
        "charset in the first 1,024 bytes": _charset(body, encoding),
        "language": [] if dom.select(root, "html[lang]:not([lang=''])") else ["<html> has no lang"],
        "title": [] if dom.select_first(root, "head > title") is not None else ["the head has no <title>"],
        "links": list(_links(root, url, whole=whole)),
    }
    if not dom.select(root, "meta[name=generator]"):
        found["generator"] = ['no <meta name="generator" content="{{ generator }}"> says that the page is synthetic']
    return [(rule, "; ".join(what[:3])) for rule, what in found.items() if what]


def _twice(root: dom.Node) -> list[str]:
    ids = Counter(node.attributes.get("id") or "" for node in dom.select(root, "[id]"))
    return [f"id {name!r} stands {times} times" for name, times in ids.items() if times > 1]


def _outside(root: dom.Node, pictures: Collection[str]) -> list[str]:
    found = []
    for name, tags in _FETCHED.items():
        attribute = name.replace(":", r"\:")
        css = ", ".join(f"{tag.strip()}[{attribute}]" for tag in tags.split(","))
        found += [(node, node.attributes.get(name) or "") for node in dom.select(root, css)]
    for node in dom.select(root, "link[href]"):
        if not set((node.attributes.get("rel") or "").lower().split()) <= _ONLY_SAID:
            found.append((node, node.attributes.get("href") or ""))
    for node in dom.select(root, "style"):
        found += [(node, m[1]) for m in _URL.finditer(dom.text_of(node))]
    for node in dom.select(root, "[style]"):
        found += [(node, m[1]) for m in _URL.finditer(node.attributes.get("style") or "")]
    asked = ((node, url) for node, url in found if url and not url.startswith(("data:", "#")))
    return [f"<{node.tag}> fetches {url[:80]!r}" for node, url in asked if url not in pictures]


def _charset(body: bytes, encoding: str) -> list[str]:
    declared = _CHARSET.search(body, 0, 1024)
    if declared is None:
        return ['no <meta charset="{{ encoding }}"> there']
    told = declared[1].decode()
    return [] if told.lower() == encoding.lower() else [f"it says {told!r}, the bytes are {encoding!r}"]


def links_of(html: str, url: str) -> set[str]:
    """The absolute addresses of the page's links."""
    root = dom.parse(html)
    base = dom.select_first(root, "base[href]")
    start = url if base is None else urljoin(url, base.attributes.get("href") or "")
    return {urljoin(start, node.attributes.get("href") or "") for node in dom.select(root, "a[href]")}


def _links(root: dom.Node, url: str, *, whole: bool) -> Iterator[str]:
    """Links that cannot be followed."""
    names = {node.attributes.get("id") for node in dom.select(root, "[id]")}
    names |= {node.attributes.get("name") for node in dom.select(root, "a[name]")}
    for node in dom.select(root, "a[href]"):
        href = node.attributes.get("href") or ""
        try:
            parts = urlsplit(urljoin(url, href))
        except ValueError as e:
            yield f"{href[:80]!r} is no address: {e}"
            continue
        if re.search(r"[\s<>\x00-\x1f]", href):
            yield f"{href[:80]!r} holds a character that stands in no address"
        elif parts.scheme not in ("http", "https", "mailto", "javascript", "data", "tel"):
            yield f"{href[:80]!r} leads nowhere"
        elif whole and href.startswith("#") and href not in ("#", "#top") and href[1:] not in names:
            yield f"{href[:80]!r} leads to no id of the page"
