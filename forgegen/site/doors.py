"""The doors of a site: who asks, what the login answers, and what they get who may not see a board.

Nothing is stored: a session is a signed cookie, a token of a form is a mark, and both grow old on the site's clock.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

import msgspec
from markupsafe import escape

from forgegen.errors import UnknownName, UsageError, quoted
from forgegen.rendering.views import user_path
from forgegen.site.accounts import Account, accounts_of, closed_boards, hidden_from
from forgegen.site.exchange import Answer, Request, json_answer, redirect
from forgegen.site.forum import Forum
from forgegen.site.login_rules import Login
from forgegen.site.responses import Maker
from forgegen.site.rules import Rules, Small
from forgegen.site.seals import Seals, same
from forgegen.site.url_patterns import Route, Routes, compile_route
from forgegen.skins.loading import load_ui

_TEXT = re.compile(r"\{(?:ui\.(\w+)|(name|logout|host|uid|user|token))\}")
_WITHIN = re.compile(r"\.?/?(?![/\\])[^:/?#\\]*([/?#][^\\]*)?")  # an address below the site's own root


class Visit(NamedTuple):
    """A request at a moment, by somebody: an account, or None for a guest."""

    request: Request
    now: int
    account: Account | None

    @property
    def host(self) -> str:
        """The begin of the addresses that the visitor sees."""
        return f"http://{self.request.host}"


class Doors:
    """The doors of one site; ``closed`` boards, the last ones, are for members who may see them.

    Raises: UsageError where the engine has no login or no boards to close, or would be left without an open one.
    """

    def __init__(self, forum: Forum, rules: Rules, closed: int = 0) -> None:
        self.rules, self.login, self._skin = rules, rules.login, forum.skin
        self._encoding = forum.look.encoding or forum.skin.encoding
        self._language = forum.look.ui or (forum.skin.uis[0] if forum.skin.uis else None)
        _check(forum, self.login, closed)
        self.closed = closed_boards(forum, closed)
        self.accounts = accounts_of(forum, closed) if self.login is not None else ()
        self._by_uid = {account.uid: account for account in self.accounts}
        self._by_name = {account.name.casefold(): account for account in self.accounts}
        self._seals = Seals(f"accounts/{forum.seed}/{forum.skin.name}")
        self._ui = load_ui(forum.skin.name, forum.look.ui, forum.look.templates)
        self._session = self._seals.fill(self.login.cookies[0][0], "cookie") if self.login is not None else ""
        self._routes, self._queries = _routes(self.login), Routes({}, (), rules.separators)

    def account(self, name: str) -> Account | None:
        """The account of this name; None for the empty name, a guest's.

        Raises: UsageError, UnknownName.
        """
        if not name:
            return None
        found = self._by_name.get(name.casefold())
        if found is None:
            raise UnknownName("account", name, [account.name for account in self.accounts])
        return found

    def hidden(self, account: Account | None) -> frozenset[int]:
        """The boards, from 0, that do not exist for somebody."""
        return hidden_from(account, self.closed)

    def seen_by(self, board: int) -> tuple[str, ...] | None:
        """The names of those who may see a board; None where everybody may."""
        if board not in self.closed:
            return None
        return tuple(account.name for account in self.accounts if board not in self.hidden(account))

    def seeing_all(self) -> tuple[str, ...]:
        """The names of those who may see every board."""
        return tuple(account.name for account in self.accounts if not self.hidden(account))

    def visit(self, request: Request, now: int) -> Visit:
        """A request, and who asks: a guest where there is no session, or one that was not signed here or is over."""
        login = self.login
        if login is None or "cookie" not in request.headers:
            return Visit(request, now, None)
        text, form = request.cookie(self._session), login.cookies[0][1]
        if not text:
            return Visit(request, now, None)
        for purpose, lasts in (("session", login.lasts), ("remembered", login.lasts_remembered)):
            found = self._seals.read(form, purpose, text)
            if found is not None and 0 <= now - found[0] <= lasts:
                return Visit(request, now, self._by_uid.get(found[1]))
        return Visit(request, now, None)

    def answer(self, visit: Visit, maker: Maker) -> Answer | None:
        """What the addresses of login and logout answer; None for every other address."""
        if self.login is None:
            return None
        match = self._match(visit.request)
        if "logout" in match and visit.request.method == self.login.logout_method:
            return self._leave(visit, maker, self.login)
        if visit.request.method == "POST":
            return self._enter(visit, maker, self.login) if "action" in match else None
        if visit.request.method not in ("GET", "HEAD"):
            return None
        if "token" in match:
            return self._token(visit, self.login)
        return self._door(visit, maker, self.login) if "page" in match else None

    def _match(self, request: Request) -> set[str]:
        """The doors at which a request stands."""
        routes = [route for route in self._routes if route.path.fullmatch(request.path)]
        parameters = self._queries.parameters(request.query) if routes else {}
        return {route.kind for route in routes if route.match(request.path, parameters) is not None}

    def barred(self, visit: Visit, maker: Maker) -> Answer:
        """What somebody gets for a page of a board that they may not see."""
        login = self.login
        assert login is not None
        said = login.said(self._language)
        if visit.account is not None and login.barred != "missing":
            return self._refusal(visit, maker, said["refused"], login.refused_status)
        if login.barred == "login":
            return self._form(visit, maker, login, "closed", login.barred_status, visit.request.target)
        if login.barred == "refusal":
            return self._refusal(visit, maker, said["closed"], login.barred_status)
        return maker.small("error.html", visit.host, login.barred_status, code=login.barred_status)

    def small(self, visit: Visit, maker: Maker, kind: Small) -> Answer:
        """A small page beside the forum, as the visitor sees it."""
        login, path = self.login, visit.request.path
        if kind != "login" or login is None:
            return self.dressed(maker.small(f"{kind}.html", visit.host, path=path, heading=_heading(path)), visit)
        if visit.account is not None:
            return self.dressed(maker.small("note.html", visit.host, path=path, heading=_heading(path)), visit)
        if login.barred == "refusal":
            return self._refusal(visit, maker, login.said(self._language)["closed"], 200)
        status = login.barred_status if login.barred == "login" else 200
        return self._form(visit, maker, login, "closed", status, visit.request.target)

    def _refusal(self, visit: Visit, maker: Maker, text: str, status: int) -> Answer:
        words = self.login.said(self._language) if self.login is not None else {}
        ui = {**self._ui, "missing": text, "missing_head": words.get("head", self._ui.get("missing_head", text))}
        return maker.small("error.html", visit.host, status, code=status, ui=ui)

    def dressed(self, answer: Answer, visit: Visit) -> Answer:
        """A page as a member sees it: with the name where guests find the login."""
        if visit.account is None or self.login is None or not self._is_html(answer):
            return answer
        body = answer.body
        for guest, member in self.login.swaps:
            first, _, last = guest.partition("{...}")
            begin, end = self._swapped(first, visit), self._swapped(last, visit)
            body = _put_for(body, begin, end, self._swapped(member, visit))
        kept = tuple((name, value) for name, value in answer.headers if name != "Last-Modified")
        return answer._replace(body=body, headers=(*kept, ("Vary", "Cookie")))  # a guest's copy is another page

    def _is_html(self, answer: Answer) -> bool:
        return (answer.header("Content-Type") or "").startswith("text/html")

    def _swapped(self, text: str, visit: Visit) -> bytes:
        account = visit.account
        assert account is not None
        token = self._seals.fill(self.login.logout_field, "logout", uid=account.uid) if self.login else ""
        texts = {**self._ui, **self.login.said(self._language)} if self.login else self._ui
        known = {"name": account.name, "uid": str(account.uid), "host": visit.host, "logout": self._way_out(account),
                 "token": token.partition("=")[2],
                 "user": user_path(self._skin.urls.user, account.name, self._skin.columns.users)}  # fmt: skip

        def put(field: re.Match[str]) -> str:
            return str(escape(texts.get(field[1], "") if field[1] else known[field[2]]))

        return _TEXT.sub(put, text).encode(self._encoding, "xmlcharrefreplace")

    def _way_out(self, account: Account) -> str:
        """The address that ends a session, with its token."""
        login = self.login
        assert login is not None
        joint = self.rules.separators[0] if "?" in login.logout else "?"
        token = self._seals.fill(login.logout_field, "logout", uid=account.uid)
        return login.logout + (joint + token if token else "")

    def _door(self, visit: Visit, maker: Maker, login: Login) -> Answer:
        """The page of the form; who is in already is led to the index."""
        if visit.account is not None:
            return redirect(visit.host + self._skin.urls.index, 302)
        came = self._queried(visit.request).get(login.back, "") if login.back else ""
        return self._form(visit, maker, login, "", 200, came)

    def _queried(self, request: Request) -> dict[str, str]:
        return dict(parse_qsl(request.query, encoding=self._encoding, errors="replace"))

    def _form(self, visit: Visit, maker: Maker, login: Login, said: str, status: int, came: str) -> Answer:
        """The form, with a token and the cookie that belongs to it; ``said`` is the name of what it says."""
        time, words = self._time(visit.now), login.said(self._language)
        hidden = [*login.plain, *self._tokens(time)]
        if login.back:
            hidden.append((login.back, came))
        typed = self._fields(visit.request).get(login.name, "") if visit.request.method == "POST" else ""
        answer = maker.small(
            "signin.html", visit.host, status, path=visit.request.path, login=login, words=words, hidden=hidden,
            typed=typed,
            error=words.get(said, "") if said != "closed" else "", note=words["closed"] if said == "closed" else "",
            token=hidden[0][1] if hidden else "",
        )  # fmt: skip
        return self._with_guest_cookie(answer, login, time)

    def _with_guest_cookie(self, answer: Answer, login: Login, time: int) -> Answer:
        if login.guest is None:
            return answer
        name, form = login.guest
        value = self._seals.fill(form, "guest", time=time - time % login.lasts_token)
        return _with_cookie(answer, f"{self._seals.fill(name, 'cookie')}={value}; path=/; HttpOnly")

    def _time(self, now: int) -> int:
        """The time that tokens given now hold: the moment, or the begin of its span where they show none."""
        login = self.login
        assert login is not None
        return now if any("{time}" in form for _, form in login.hidden) else now - now % login.lasts_token

    def _tokens(self, time: int) -> list[tuple[str, str]]:
        login = self.login
        assert login is not None
        return [
            (self._seals.fill(name, f"name{n}"), self._seals.fill(form, f"hidden{n}", time=time))
            for n, (name, form) in enumerate(login.hidden)
        ]

    def _token(self, visit: Visit, login: Login) -> Answer:
        """The token of forms as JSON, for scripts."""
        time = self._time(visit.now)
        answer = json_answer({"csrf": self._tokens(time)[0][1]})
        return self._with_guest_cookie(answer, login, time)

    def _fields(self, request: Request) -> dict[str, str]:
        """What a form or a script has sent."""
        scripts = self.login is not None and self.login.answers == "json"
        if scripts and request.headers.get("content-type", "").startswith("application/json"):
            try:
                sent = msgspec.json.decode(request.body, type=dict[str, Any])
            except (msgspec.DecodeError, ValueError):
                return {}
            return {name: value if isinstance(value, str) else json.dumps(value) for name, value in sent.items()}
        return request.form(self._encoding)

    def _is_fresh(self, visit: Visit, login: Login, fields: dict[str, str]) -> bool:
        """Whether the token and the cookie that came with it were given together, and not too long ago."""
        times = [self._time(visit.now), self._time(visit.now) - login.lasts_token]
        for n, (name, form) in enumerate(login.hidden):
            if "{time}" in form:
                found = self._seals.read(form, f"hidden{n}", fields.get(self._seals.fill(name, f"name{n}"), ""))
                times = [found[0]] if found is not None and 0 <= visit.now - found[0] <= login.lasts_token else []
        return any(self._is_of(visit.request, login, fields, time, visit.now) for time in times)

    def _is_of(self, request: Request, login: Login, fields: dict[str, str], time: int, now: int) -> bool:
        if login.guest is not None:
            name, form = login.guest
            cookie = request.cookie(self._seals.fill(name, "cookie")) or ""
            spans = {moment - moment % login.lasts_token for moment in (time, now)}  # a later form renews the cookie
            if not any(same(cookie, self._seals.fill(form, "guest", time=span)) for span in sorted(spans)):
                return False
        header = request.headers.get(login.token_header.lower(), "") if login.token_header else ""
        return all(same(header or fields.get(name, ""), token) for name, token in self._tokens(time))

    def _enter(self, visit: Visit, maker: Maker, login: Login) -> Answer:
        """The answer to a name and a password."""
        fields = self._fields(visit.request)
        if login.submit and login.submit not in fields:
            return self._form(visit, maker, login, "", 200, fields.get(login.back, ""))
        account = self._by_name.get(fields.get(login.name, "").strip().casefold())
        if login.checked and not self._is_fresh(visit, login, fields):
            return self._failed(visit, maker, login, "stale", login.stale_status)
        if account is None:
            return self._failed(visit, maker, login, "unknown", login.status)
        if not same(fields.get(login.password, ""), account.password):
            return self._failed(visit, maker, login, "wrong", login.status)
        answer = redirect(visit.host + self._way_in(visit, fields.get(login.back, "")), login.entered_status)
        if login.answers == "json":
            answer = json_answer({"user": {"id": account.uid, "username": account.name, "name": account.name}})
        remembered = bool(login.remember) and fields.get(login.remember, "") not in ("", "0", "false", login.brief)
        for n, (name, form) in enumerate(login.cookies):
            purpose = "remembered" if remembered else "session"
            value = self._seals.fill(form, purpose, time=visit.now, uid=account.uid, name=account.name)
            age = f"; Max-Age={login.lasts_remembered}" if remembered else ""
            secret = "" if n else "; HttpOnly"
            answer = _with_cookie(answer, f"{self._seals.fill(name, 'cookie')}={value}{age}; path=/{secret}")
        return answer

    def _failed(self, visit: Visit, maker: Maker, login: Login, said: str, status: int) -> Answer:
        if login.answers == "json":
            text = login.said(self._language)[said]
            return json_answer([text], status) if said == "stale" else json_answer({"error": text}, status)
        came = self._fields(visit.request).get(login.back, "") if login.back else ""
        return self._form(visit, maker, login, said, status, came)

    def _way_in(self, visit: Visit, came: str) -> str:
        """Where a login leads: back, where that is an address of the site, else to the index."""
        if came.startswith((f"{visit.host}/", f"{visit.host}?")):
            came = came.removeprefix(visit.host)
        if not came or not came.isprintable() or _WITHIN.fullmatch(came) is None or came.startswith("//"):
            return self._skin.urls.index
        safe = "/:@!$&'()*+,;=-._~?#[]%"
        return "/" + quote(came.removeprefix(".").lstrip("/"), safe=safe, encoding=self._encoding, errors="replace")

    def _leave(self, visit: Visit, maker: Maker, login: Login) -> Answer:
        """The end of a session: its cookies are taken back, where the token is the member's."""
        script = login.logout_method == "DELETE"
        if script and not self._is_fresh(visit, login, {}):
            return self._failed(visit, maker, login, "stale", login.stale_status)
        answer = json_answer({}) if script else redirect(visit.host + self._skin.urls.index, 302)
        if visit.account is None:
            return answer
        wanted = self._queries.parameters(urlsplit(self._way_out(visit.account)).query)
        sent = self._queries.parameters(visit.request.query)
        if login.logout_method == "POST":
            sent = self._fields(visit.request)
        if not wanted.items() <= sent.items():
            return self._refusal(visit, maker, login.said(self._language)["stale"], login.stale_status)
        for name, _ in login.cookies:
            answer = _with_cookie(answer, f"{self._seals.fill(name, 'cookie')}=; Max-Age=0; path=/")
        return answer


def _heading(path: str) -> str:
    """The title of a page that nothing is known of, from its address.

    >>> _heading("/help/privacy-policy/"), _heading("/dmca.html"), _heading("/")
    ('Privacy policy', 'Dmca', 'Index')
    """
    name = path.rstrip("/").rpartition("/")[2].partition(".")[0]
    return re.sub(r"[\W_]+", " ", name).strip().capitalize() or "Index"


def _check(forum: Forum, login: Login | None, closed: int) -> None:
    """Raises: UsageError where so many boards cannot be closed."""
    if not closed:
        return
    if login is None:
        raise UsageError(
            f"skin {forum.skin.name!r} declares no login ([site.login]), so that no board can be closed; "
            "right would be closed=0"
        )
    if login.no_boards:
        raise UsageError(f"skin {forum.skin.name!r} cannot close boards: {login.no_boards}; right would be closed=0")
    if not 0 < closed < len(forum.boards):
        raise UsageError(
            f"closed cannot be {quoted(closed)}; right would be 0 to {len(forum.boards) - 1}, fewer than the boards"
        )


def _routes(login: Login | None) -> list[Route]:
    """The doors as routes."""
    if login is None:
        return []
    forms = [("page", login.page), *(("page", form) for form in login.more), ("action", login.action)]
    forms += [("logout", login.logout), ("token", login.token_page)]
    if login.answers == "json":
        forms += [("action", f"{login.action}.json"), ("token", f"{login.token_page}.json")]
    return [compile_route(kind, form) for kind, form in forms if form]


def _put_for(body: bytes, begin: bytes, end: bytes, text: bytes) -> bytes:
    """The body with a text for what goes from one mark to the end of the next; as it is where they are not there."""
    first = body.find(begin)
    last = body.find(end, first + len(begin)) if first >= 0 else -1
    return body if last < 0 else body[:first] + text + body[last + len(end) :]


def _with_cookie(answer: Answer, cookie: str) -> Answer:
    """The answer with one cookie more."""
    return answer._replace(headers=(*answer.headers, ("Set-Cookie", cookie)))
