"""Small forums for tests of the site, asked within the process."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from selectolax.lexbor import LexborHTMLParser

from forgegen.rendering.look import Look
from forgegen.site.client import SiteTransport
from forgegen.site.serving import make_site
from forgegen.site.site import SiteContent
from forgegen.site.urls import Place
from forgegen.skins.loading import load_skin, skin_names

OWN = str(Path(__file__).parent / "skins")
HOST = "http://forum.example"


def _has_lists(name: str) -> bool:
    """Whether a skin has an index of boards, and can be served whole."""
    return bool(load_skin(name, (OWN,)).urls.board)


SKINS = [name for name in skin_names([OWN]) if _has_lists(name)]


def small_site(skin: str = "reference", *, look: Look | None = None, **options: Any) -> SiteContent:
    """A forum of two boards and seven threads."""
    options = {"boards": 2, "threads": 7, **options}
    return make_site(1, skin=skin, look=(look or Look())._replace(templates=(OWN,)), **options)


def client_of(site: SiteContent, **options: Any) -> httpx.Client:
    """A client that takes any host for the site, and asks for plain bytes."""
    client = httpx.Client(transport=SiteTransport(site), base_url=HOST, **options)
    client.headers["Accept-Encoding"] = "identity"
    return client


def links(response: httpx.Response) -> list[str]:
    """The addresses that a page's links lead to, without fragments, on its own host."""
    tree = LexborHTMLParser(response.content)
    base = tree.css_first("base[href]")
    root = urljoin(str(response.url), (base.attributes.get("href") if base else None) or "")
    found = [urljoin(root, (a.attributes.get("href") or "").strip()).partition("#")[0] for a in tree.css("a[href]")]
    return [url for url in found if urlsplit(url).netloc == urlsplit(str(response.url)).netloc]


def crawl(site: SiteContent, client: httpx.Client) -> dict[Place, httpx.Response]:
    """Every page of the forum that its links lead to from the index, by place: a spider without knowledge of skins."""
    seen: dict[Place, httpx.Response] = {}
    waiting = [HOST + site.forum.skin.urls.index]
    while waiting:
        url = waiting.pop()
        place = site.finder.place_of(url)
        if place is None or place in seen or place.kind == "user":
            continue
        response = client.get(url, follow_redirects=True)
        if response.url.path == "/ask/over18":
            client.cookies.set("over18", "1")
            response = client.get(url, follow_redirects=True)
        seen[place] = response
        waiting += links(response)
    return seen
