"""What stands beside the pages of a forum: files for machines, JSON, the page that asks for the age, small pages."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from forgegen.site import feeds
from forgegen.site.api import APIS
from forgegen.site.exchange import Answer, Request, redirect
from forgegen.site.forum import Forum
from forgegen.site.responses import Maker
from forgegen.site.rules import Rules, Small
from forgegen.site.uploads import upload_answer
from forgegen.site.url_patterns import Routes
from forgegen.site.urls import Finder, Place

AGE_PAGE = "/ask/over18"
_SITEMAP_PART = re.compile(r"/sitemap-([1-9][0-9]{0,8})\.xml")


class Beside:
    """What stands beside the pages of one site."""

    def __init__(self, rules: Rules) -> None:
        self.rules, self._api = rules, APIS.get(rules.api)
        formats = [(kind, at) for at, kind in rules.beside.items() if "?" in at or "{" in at]
        self._routes = Routes({}, formats, rules.separators)
        self._paths = {at: kind for at, kind in rules.beside.items() if "?" not in at and "{" not in at}
        self._kinds: dict[str, Small] = {kind: kind for kind in rules.beside.values()}

    def named(self, path: str, query: str) -> Small | None:
        """The kind of the small page that an address names by its parameters, before any page of the forum."""
        return next((self._kinds[match.kind] for match in self._routes.matches(path, query)), None)

    def below(self, path: str) -> Small | None:
        """The kind of the small page at a path that leads to no page of the forum: of the longest that fits.

        >>> Beside(Rules(beside={"/help/": "note", "/ucp.php": "login"})).below("/help/terms/")
        'note'
        """
        fits = [at for at in self._paths if path == at or (at.endswith("/") and path.startswith(at))]
        return self._paths[max(fits, key=len)] if fits else None

    def file(self, request: Request, forum: Forum, finder: Finder, maker: Maker, host: str) -> Answer | None:
        """A file, JSON, or the page that asks for the age; None for every other address."""
        path = request.path
        if path == "/robots.txt":
            return feeds.robots(host)
        if path == "/sitemap.xml":
            return feeds.sitemap(forum, finder, host)
        part = _SITEMAP_PART.fullmatch(path)
        if part is not None:
            return feeds.sitemap_part(forum, finder, host, int(part[1]))
        if path == self.rules.rss:
            return feeds.feed(forum, finder, host)
        file = upload_answer(path)
        if file is not None:
            return file
        if self.asks_age(path):
            came = dict(parse_qsl(request.query)).get("from", "/")
            return maker.small("over18.html", host, came=came, action=AGE_PAGE)
        return self._api(forum, request) if self._api is not None else None

    def takes(self, request: Request) -> bool:
        """Whether JSON is asked for by a form."""
        return request.method == "POST" and self.rules.api == "reddit" and request.path.startswith("/api/")

    def asks_age(self, path: str) -> bool:
        """Whether the page at a path asks for the age."""
        return self.rules.age > 0 and path == AGE_PAGE

    def barred(self, forum: Forum, place: Place) -> bool:
        """Whether a place stands on a board for grown-ups."""
        if not self.rules.age or place.kind not in ("board", "thread"):
            return False
        board = place.number if place.kind == "board" else forum.board_index(place.number)
        return board % self.rules.age == self.rules.age - 1

    def grown_up(self, request: Request) -> Answer:
        """What the age page does with the answer given on it."""
        form = request.form()
        came = form.get("from", "")
        safe = came.startswith("/") and not came.startswith(("//", "/\\")) and came.isprintable()
        if not form.get("yes"):
            return redirect("/", 302)
        return redirect(came if safe else "/", 302).with_header("Set-Cookie", "over18=1; Path=/")
