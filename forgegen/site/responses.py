"""The pages of the site as answers: index, boards, threads, users, and the small ones beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import repeat

from markupsafe import escape

from forgegen.errors import SkinError
from forgegen.model.truth import Truth
from forgegen.pages.page import Page, http_date
from forgegen.rendering.context import thread_path
from forgegen.rendering.forum_views import pane_of
from forgegen.rendering.listing import BoardRow, Front, Listed, board_line, render_board, render_index
from forgegen.rendering.look import GENERATOR, Look
from forgegen.rendering.templating import before, environment, render_pieces
from forgegen.site.exchange import Answer, html_answer
from forgegen.site.forum import Forum
from forgegen.site.rules import Rules
from forgegen.site.urls import Place
from forgegen.skins.loading import load_ui, template_of

_RELATED = 20  # earlier threads that a box of related ones may name
# A link to one of some threads by its number, with the text that it shows.
_LINK = (
    rb"""(?P<begin><a\b[^>]*\bhref=(?P<mark>["']))(?P<host>https?://[^/"'>]*)?[^"'>]*(?<!\d)(?P<number>%s)(?!\d)[^"'>]*"""
    rb"(?P<within>(?P=mark)[^>]*>(?:<svg.*?</svg>)?)(?P<text>[^<]*)"
)
# A page's own word on its charset, in either form.
_META = re.compile(rb"<meta\s[^>]*charset[^>]*>\s*", re.IGNORECASE)


class Maker:
    """Makes the pages of one forum; ``host`` is the begin of all addresses, as in ``http://127.0.0.1:8000``."""

    def __init__(self, forum: Forum, rules: Rules) -> None:
        self.forum, self.rules = forum, rules
        self._latest: tuple[Place, str, Page] | None = None

    def answer(self, place: Place, host: str) -> Answer | None:
        """The answer for a place; None where nobody is there."""
        match place.kind:
            case "thread":
                return self.page_answer(self.page(place, host))
            case "board":
                return self._board(place, host)
            case "index":
                return self._index(place.page, host)
            case "user":
                return self._user(place.number, host)

    def page(self, place: Place, host: str) -> Page:
        """The page of a thread; the latest one is kept, for who asks for its answer and its truth."""
        latest = self._latest
        if latest is None or latest[:2] != (place, host):
            thread = self.forum.thread(place.number)
            page = Page(thread, self.forum.skin.name, place.page, **self._look(host)._asdict())
            self._latest = latest = place, host, page
        return latest[2]

    def truth(self, place: Place, host: str) -> Truth:
        """What a thread's page shows."""
        return self.page(place, host).truth

    def page_answer(self, page: Page) -> Answer:
        """The answer that a thread's page makes."""
        answer = Answer(200, tuple(page.headers.items()), page.body)
        index = self.forum.index_of(page.thread.id)
        if index is not None:
            answer = answer._replace(body=self._related(answer.body, index))
        if self.rules.etag and index is not None:
            answer = answer.with_header("Last-Modified", http_date(self.forum.changed(index)))
        return self._declared(answer)

    def _related(self, body: bytes, index: int) -> bytes:
        """A thread's page whose boxes of related threads lead to threads that are there, by their titles.

        The many links beside an article keep their texts where what they lead to is there: titles take their time.
        """
        if self.forum.skin.kind == "article" and index >= _RELATED and not self.forum.hidden:
            return body
        own = self.forum.numbers.thread(index)
        named = {number: count for count in range(1, _RELATED + 1) if b"%d" % (number := before(own, count)) in body}
        if not named:
            return body
        others, encoding = self._others(index), self.forum.look.encoding or self.forum.skin.encoding
        put = {b"%d" % number: next(others) for number in named}

        def link(found: re.Match[bytes]) -> bytes:
            names = self.forum.names_of(put[found["number"]])
            host, path = found["host"] or b"", escape(thread_path(names, self.forum.skin))
            title = str(escape(names.title)).encode(encoding, "xmlcharrefreplace")
            return found["begin"] + host + path.encode() + found["within"] + (title if found["text"].strip() else b"")

        return re.sub(_LINK % b"|".join(put), link, body, flags=re.DOTALL)

    def _others(self, index: int) -> Iterator[int]:
        """Threads to name beside another: those that came before it, then those after; itself where there is no other.
        None is hidden."""
        near = (*range(index - 1, index - 1 - _RELATED, -1), *range(index + 1, index + 1 + _RELATED))
        yield from (other for other in near if 0 <= other < self.forum.size and self.forum.is_seen(other))
        yield from repeat(index)

    def _look(self, host: str) -> Look:
        return self.forum.look._replace(host=host)

    def _html(self, html: str, status: int = 200) -> Answer:
        """The answer of a page that is no thread's."""
        encoding = self.forum.look.encoding or self.forum.skin.encoding
        body = html.encode(encoding, "xmlcharrefreplace")
        answer = html_answer(body, status, f"text/html; charset={encoding}")
        return self._declared(answer)

    def _declared(self, answer: Answer) -> Answer:
        """The charset named where the skin's server names it, and the server's own headers."""
        kind = answer.header("Content-Type") or ""
        if self.rules.charset == "meta":
            answer = answer.with_header("Content-Type", kind.partition(";")[0])
        elif self.rules.charset == "header":
            answer = answer._replace(body=_META.sub(b"", answer.body, count=1))
        return answer._replace(headers=(*answer.headers, *self.rules.headers.items()))

    def _board(self, place: Place, host: str) -> Answer:
        forum = self.forum
        rows = [forum.row(i) for i in forum.listed(place.number, place.page)]
        board = forum.board_row(place.number)
        boards = [forum.board_row(b) if b == place.number else _bare(forum, b) for b in forum.seen]
        listed = Listed(board, boards, rows, place.page, forum.board_pages(place.number), forum.now)
        return self._html(render_board(forum.skin.name, self._look(host), listed))

    def _index(self, page: int, host: str) -> Answer:
        forum = self.forum
        boards = [forum.board_row(b) for b in forum.seen]
        front = Front([forum.row(index) for index in forum.front(page)], page, forum.front_pages())
        return self._html(render_index(forum.skin.name, self._look(host), boards, forum.now, front))

    def _user(self, number: int, host: str) -> Answer | None:
        name = self.forum.name_of(number)
        if name is None:
            return None
        pane = pane_of(name, self.forum.skin, "PT", host)
        return self.small("user.html", host, name=name, pane=pane)

    def _frame(self) -> str:
        """The template that small pages extend: the skin's, or one with nothing in it."""
        frame = self.rules.frame
        return template_of(self.forum.skin.name, frame, self.forum.look.templates) if frame else "_shared/bare.html"

    def small(self, template: str, host: str, status: int = 200, **variables: object) -> Answer:
        """A page with little on it, from the skin's template or the one that all skins share."""
        forum, look = self.forum, self._look(host)
        templates = look.templates
        try:
            path = template_of(forum.skin.name, template, templates)
        except SkinError:
            path = f"_shared/{template}"
        common: dict[str, object] = {
            "skin": forum.skin, "look": look, "host": host, "index_url": host + forum.skin.urls.index,
            "ui": load_ui(forum.skin.name, look.ui, templates), "encoding": look.encoding or forum.skin.encoding,
            "generator": GENERATOR if look.generator else "", "setting": forum.skin.chosen,
            "boards": [board_line(_bare(forum, b), forum.skin, host) for b in forum.seen],
            "frame": self._frame(),
        }  # fmt: skip
        env = environment(templates, trust=look.trust)
        html = "".join(render_pieces(env, path, {**common, **variables}))
        deep = str(variables.get("path", "/")).count("/") - 1
        if deep and "<base " not in html:  # what is relative to the root is written so from below, too
            html = html.replace('="./', '="./' + "../" * deep)
        return self._html(html, status=status)


def _bare(forum: Forum, board: int) -> BoardRow:
    """A board as menus show it, without a look at its threads."""
    return BoardRow(forum.boards[board], forum.threads_on(board), 0, None)
