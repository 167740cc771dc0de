"""A visitor without knowledge of skins: what pages, files and forms of a site lead to, and what is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from forgegen.site.exchange import Answer, Request
from forgegen.site.site import SiteContent
from tests.sites import HOST

_ADDRESSES = ("href", "src", "data-src", "poster")
_IN_CSS = re.compile(r"url\(\s*['\"]?([^'\")]+)")
_IN_XML = re.compile(r'(?:href="|<link>|<loc>|<guid[^>]*>|<comments>)(http[^"<]+)')


class Visitor:
    """Somebody who follows every link and sends every form as it stands, with the cookies that they were given."""

    def __init__(self, site: SiteContent) -> None:
        self._site, self._cookies = site, {"over18": "1"}
        self._sent: set[tuple[str, ...]] = set()
        self.dead: dict[str, str] = {}

    def crawl(self) -> None:
        """Go to the end; ``dead`` then has what was not answered, each with the page that leads there."""
        site = self._site
        starts = ("/", site.forum.skin.urls.index, "/robots.txt", "/sitemap.xml", site.rules.rss)
        found = {HOST + path: "" for path in starts}
        waiting = list(found)
        while waiting:
            url = waiting.pop()
            answer = self._ask("GET", url)
            if not _is_answered(answer):
                self.dead[f"{answer.status} {url}"] = found[url]
            for link in self._seen(url, answer):
                address = urljoin(url, link.strip()).partition("#")[0]
                if address.startswith(f"{HOST}/") and address not in found:
                    found[address] = url
                    waiting.append(address)

    def _ask(self, method: str, url: str, body: bytes = b"") -> Answer:
        parts = urlsplit(url)
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"cookie": cookies, "content-type": "application/x-www-form-urlencoded"}
        answer = self._site.answer(
            Request(method, unquote(parts.path) or "/", parts.query, headers, parts.netloc, body)
        )
        given = [value.partition(";")[0].partition("=") for name, value in answer.headers if name == "Set-Cookie"]
        self._cookies.update((name, value) for name, _, value in given)
        return answer

    def _seen(self, url: str, answer: Answer) -> Iterator[str]:
        """The addresses that an answer names, after its forms were sent."""
        yield answer.header("Location") or url
        kind = answer.header("Content-Type") or ""
        if "xml" in kind:
            yield from (link.replace("&amp;", "&") for link in _IN_XML.findall(answer.body.decode()))
        if not kind.startswith("text/html"):
            return
        tree = LexborHTMLParser(answer.body)
        base = tree.css_first("base[href]")
        root = urljoin(url, (base.attributes["href"] or "") if base else "")
        for form in tree.css("form"):
            action, fields = urljoin(root, form.attributes.get("action") or ""), _fields(form)
            if (form.attributes.get("method") or "get").lower() == "post":
                self._send(action, fields, url)
            elif form.attributes.get("action") != "#" or self._is_new("GET", *sorted(fields)):
                # a form that a script sends stands with every post: one of its kind is sent
                yield f"{action.partition('?')[0]}?{urlencode(fields)}"
        yield from (urljoin(root, link) for link in _named(tree))

    def _send(self, action: str, fields: dict[str, str], url: str) -> None:
        if action.startswith(f"{HOST}/") and self._is_new(urlsplit(action).path, *sorted(fields)):
            answer = self._ask("POST", action, urlencode(fields).encode())
            if not _is_answered(answer):
                self.dead[f"{answer.status} POST {action}"] = url

    def _is_new(self, *kind: str) -> bool:
        """Whether no form of this kind was sent before; it counts as sent from now on."""
        before = len(self._sent)
        self._sent.add(kind)
        return len(self._sent) > before


def _is_answered(answer: Answer) -> bool:
    """Whether something is there: a page, a way on, or a door."""
    return answer.status < 400 or (answer.status == 403 and b'type="password"' in answer.body)


def _fields(form: LexborNode) -> dict[str, str]:
    """The fields of a form as they stand there."""
    return {node.attributes["name"] or "": node.attributes.get("value") or "" for node in form.css("input[name]")}


def _named(tree: LexborHTMLParser) -> Iterator[str]:
    """The addresses in a page's attributes and styles."""
    for name in _ADDRESSES:
        yield from (node.attributes[name] or "" for node in tree.css(f"[{name}]:not(base)"))
    for node in tree.css("[srcset]"):
        yield from (part.split()[0] for part in (node.attributes["srcset"] or "").split(",") if part.strip())
    for style in [node.attributes["style"] or "" for node in tree.css("[style]")] + [
        s.text() for s in tree.css("style")
    ]:
        yield from _IN_CSS.findall(style)
