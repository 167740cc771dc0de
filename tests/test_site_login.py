"""Login and closed boards: forms, tokens and sessions as the engines have them, and who sees what."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from forgegen.errors import UnknownName, UsageError
from forgegen.model.calendar import iso_utc
from forgegen.reading.extraction import extract
from forgegen.rendering.look import Look
from forgegen.rendering.templating import trusted_environment
from forgegen.site.accounts import Account
from forgegen.site.exchange import Request
from forgegen.site.login_rules import Login
from forgegen.site.seals import Seals
from forgegen.site.serving import ForumSite, make_site
from forgegen.site.site import SiteContent
from forgegen.site.urls import Place
from forgegen.skins.loading import load_skin, skin_names
from tests.sites import HOST, OWN, SKINS, client_of, crawl, small_site
from tests.tiers import amount, few

pytestmark = pytest.mark.few("skin")

LOGINS = [name for name in SKINS if "login" in load_skin(name, (OWN,)).site]
CLOSING = [name for name in LOGINS if "no_boards" not in load_skin(name, (OWN,)).site["login"]]
CHECKING = [
    name
    for name in LOGINS
    for login in [load_skin(name, (OWN,)).site["login"]]
    if login.get("hidden") and login.get("checked", True)
]
TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


def closed_site(skin: str) -> SiteContent:
    """A forum of three boards, the last of which is closed."""
    return small_site(skin, boards=3, threads=24, closed=1)


def login_of(site: SiteContent) -> Login:
    """How the site's engine lets people in."""
    assert site.rules.login is not None
    return site.rules.login


def form_of(page: httpx.Response) -> tuple[str, dict[str, str]]:
    """Where the first form with a password leads, and its fields, as a browser sends them."""
    tree = LexborHTMLParser(page.content)
    form = next(f for f in tree.css("form") if f.css_first("input[type=password]") is not None)
    kinds = ("hidden", "text", "password", "submit")
    inputs = [i.attributes for i in form.css("input[name]") if i.attributes.get("type") in kinds]
    fields = {i["name"] or "": i.get("value") or "" for i in inputs}
    return str(page.url.join(form.attributes["action"] or "")), fields


def log_in(site: SiteContent, client: httpx.Client, name: str, password: str, **changed: str) -> httpx.Response:
    """The answer to a login as a browser or, where scripts log in, a script does it."""
    login = login_of(site)
    if login.answers == "json":
        token = client.get(login.token_page).json()["csrf"]
        fields = {login.name: name, login.password: password}
        return client.post(login.action, data=fields, headers={login.token_header: token, **changed})
    action, fields = form_of(client.get(login.page))
    fields |= {login.name: name, login.password: password, **changed}
    return client.post(action, content=urlencode(fields, encoding=site.forum.skin.encoding), headers=TYPE)


def is_in(site: SiteContent, client: httpx.Client, account: Account) -> bool:
    """Whether the client may see the closed board, with the member's name on the page."""
    page = client.get(site.finder.path(Place("board", 2)))
    return page.status_code == 200 and account.name in page.content.decode(site.forum.skin.encoding)


@pytest.mark.parametrize("skin", CLOSING)
def test_a_member_logs_in_sees_the_closed_board_and_logs_out(skin: str) -> None:
    """The form of the engine lets somebody in with the password, its cookie is the session, and the way out ends it."""
    site = closed_site(skin)
    account = site.doors.accounts[0]
    with client_of(site) as client:
        assert not is_in(site, client, account)
        answer = log_in(site, client, account.name, account.password)
        assert answer.status_code == (200 if login_of(site).answers == "json" else login_of(site).entered_status)
        assert is_in(site, client, account)
        _leave(site, client, account, "x")
        assert is_in(site, client, account)  # the token was another
        answer = _leave(site, client, account)
        assert answer.status_code == (200 if login_of(site).answers == "json" else 302)
        assert not is_in(site, client, account)


def _leave(site: SiteContent, client: httpx.Client, account: Account, wrong: str = "") -> httpx.Response:
    """The end of a session as the engine has it: by a link, a form, or a script."""
    login, out = login_of(site), site.doors._way_out(account)
    if login.logout_method == "GET":
        return client.get(out[: -len(wrong) or None] + wrong)
    if login.logout_method == "POST":
        page = LexborHTMLParser(client.get(site.finder.path(Place("board", 2))).content)
        sent = {
            n.attributes["name"] or "": n.attributes.get("value") or "" for n in page.css("form.logout input[name]")
        }
        return client.post(login.logout, data=sent | ({"uh": wrong} if wrong else {}))
    token = client.get(login.token_page).json()["csrf"]
    return client.delete(login.logout.format(name=account.name), headers={login.token_header: wrong or token})


def test_phpbb_lets_in_who_pressed_the_button() -> None:
    """Without the field of the button nothing was sent: the form comes back without a word of an error."""
    site = small_site("phpbb3")
    login, account = login_of(site), site.doors.accounts[0]
    with client_of(site) as client:
        action, fields = form_of(client.get(login.page))
        fields |= {login.name: account.name, login.password: account.password}
        page = client.post(action, data={name: value for name, value in fields.items() if name != "login"})
        assert (page.status_code, form_of(page)[0]) == (200, action)
        assert LexborHTMLParser(page.content).css_first(".error") is None
        assert site.doors.visit(_asked(client), site.now).account is None
        assert client.post(action, data=fields).status_code == login.entered_status


def test_smf_remembers_for_the_time_that_was_chosen() -> None:
    """An hour is a session; longer ones leave a cookie that stays."""
    site = small_site("smf2")
    account = site.doors.accounts[0]
    with client_of(site) as client:
        page = LexborHTMLParser(client.get(login_of(site).page).content)
        assert [o.attributes["value"] for o in page.css("select[name=cookielength] option")][::4] == ["60", "3153600"]
        assert (
            "Max-Age"
            not in log_in(site, client, account.name, account.password, cookielength="60").headers["set-cookie"]
        )
    with client_of(site) as client:
        answer = log_in(site, client, account.name, account.password, cookielength="3153600")
        assert "Max-Age" in answer.headers["set-cookie"]


def test_discuz_takes_the_form_of_its_head() -> None:
    """The form on top of every page has no token, and lets members in."""
    site = small_site("discuz")
    account = site.doors.accounts[0]
    with client_of(site) as client:
        action, fields = form_of(client.get(site.forum.skin.urls.index))
        fields |= {"username": account.name, "password": account.password}
        client.post(action, content=urlencode(fields, encoding=site.forum.skin.encoding), headers=TYPE)
        assert site.doors.visit(_asked(client), site.now).account == account


@pytest.mark.parametrize("skin", LOGINS)
def test_a_wrong_password_and_an_unknown_name_are_refused_in_the_words_of_the_engine(skin: str) -> None:
    """Neither gives a session; the page says why, and has the form again."""
    site = small_site(skin)
    login, account = login_of(site), site.doors.accounts[1]
    said = login.said(site.doors._language)
    for name, password, wanted in ((account.name, "x", "wrong"), ("nobody at all", account.password, "unknown")):
        with client_of(site) as client:
            answer = log_in(site, client, name, password)

            assert answer.status_code == login.status
            assert login.cookies[0][0].partition("{")[0] not in str(client.cookies) or login.guest
            assert said[wanted] in _text(answer, site)
            assert login.answers == "json" or form_of(answer)[0]
            assert site.doors.visit(_asked(client), site.now).account is None


def _text(answer: httpx.Response, site: SiteContent) -> str:
    if answer.headers["content-type"].startswith("application/json"):
        return str(answer.json())
    return LexborHTMLParser(answer.content.decode(site.forum.skin.encoding)).root.text()  # type: ignore[union-attr]


def _asked(client: httpx.Client) -> Request:
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return Request("GET", "/", headers={"cookie": cookies})


@pytest.mark.parametrize("skin", CHECKING)
def test_a_token_must_be_fresh_and_come_with_its_cookie(skin: str) -> None:
    """A token that was changed, is too old, or comes without the cookie given with it, lets nobody in."""
    site = small_site(skin)
    login, account = login_of(site), site.doors.accounts[0]
    stale = login.stale_status, login.said(site.doors._language)["stale"]
    with client_of(site) as client:
        field = login.token_header or next(n for n in form_of(client.get(login.page))[1] if n in _tokens(site))
        answer = log_in(site, client, account.name, account.password, **{field: "0" * 8})
        assert (answer.status_code, stale[1] in _text(answer, site)) == (stale[0], True)

        token = client.get(login.token_page or login.page)
        for late, cookies in ((0, {}), (2 * login.lasts_token + 1, dict(client.cookies))):
            site.clock.advance(late)
            with client_of(site, cookies=cookies) as other:
                answer = _send(site, other, token, account)
            assert (answer.status_code, stale[1] in _text(answer, site)) == (stale[0], True)


def _tokens(site: SiteContent) -> list[str]:
    return [name for name, _ in site.doors._tokens(0)]


def _send(site: SiteContent, client: httpx.Client, page: httpx.Response, account: Account) -> httpx.Response:
    """A login with the token of a page fetched before."""
    login = login_of(site)
    entered = {login.name: account.name, login.password: account.password}
    if login.answers == "json":
        return client.post(login.action, data=entered, headers={login.token_header: page.json()["csrf"]})
    action, fields = form_of(page)
    body = urlencode({**fields, **entered}, encoding=site.forum.skin.encoding)
    return client.post(action, content=body, headers=TYPE)


@pytest.mark.parametrize(
    "skin", [name for name in LOGINS if load_skin(name, (OWN,)).site["login"].get("answers") != "json"]
)
def test_forms_are_read_as_browsers_and_scripts_send_them(skin: str) -> None:
    """Escaped, raw and in parts, with spaces round the name; pairs or JSON of another type are no form."""
    site = small_site(skin)
    login, encoding = login_of(site), site.forum.skin.encoding
    account = next((a for a in site.doors.accounts if not a.name.isascii()), site.doors.accounts[0])
    for how in ("escaped", "raw", "parts", "text", "json"):
        with client_of(site) as client:
            action, fields = form_of(client.get(login.page))
            fields |= {login.name: f" {account.name} ", login.password: account.password}
            raw = "&".join(f"{name}={value}" for name, value in fields.items()).encode(encoding)
            if how == "parts":
                client.post(action, files={name: (None, value.encode(encoding)) for name, value in fields.items()})
            elif how == "json":
                client.post(action, json=fields)
            else:
                body = urlencode(fields, encoding=encoding).encode() if how == "escaped" else raw
                client.post(action, content=body, headers={"Content-Type": "text/plain"} if how == "text" else TYPE)
            who = site.doors.visit(_asked(client), site.now).account

        assert who == (account if how in ("escaped", "raw", "parts") else None), how


@pytest.mark.scaled
def test_forms_refusals_and_missing_pages_take_the_fast_way() -> None:
    """No template of theirs is left to the stock generator, in any skin of the package."""
    for skin in few(skin_names(), "forms and refusals"):
        site = make_site(1, skin=skin, threads=6)
        with client_of(site) as client:
            assert client.get("/nothing/of/this/name").status_code == 404
            if site.rules.login is not None:
                assert client.get(site.rules.login.page).status_code == 200
                client.post(site.rules.login.action, data={site.rules.login.name: "x"})

    assert trusted_environment(()).slow == set()


@pytest.mark.parametrize("skin", LOGINS)
def test_a_later_form_leaves_an_earlier_one_good(skin: str) -> None:
    """Somebody who opens another form on the way, later, can still send the first one."""
    site = small_site(skin)
    login, account = login_of(site), site.doors.accounts[0]
    with client_of(site) as client:
        first = client.get(login.token_page or login.page)
        site.clock.advance(login.lasts_token // 2 + 1)
        client.get(login.token_page or login.page)
        _send(site, client, first, account)

        assert site.doors.visit(_asked(client), site.now).account == account


def test_scripts_may_send_more_than_texts() -> None:
    """Numbers and truths beside the name do not hinder a login at Discourse."""
    site = small_site("discourse")
    login, account = login_of(site), site.doors.accounts[0]
    with client_of(site) as client:
        token = client.get(login.token_page).json()["csrf"]
        sent = {login.name: account.name, login.password: account.password, "second_factor_method": 1, "remember": True}
        answer = client.post(login.action, json=sent, headers={login.token_header: token})

        assert answer.json()["user"]["username"] == account.name


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("/viewtopic.php?f=2&t=12:30", "/viewtopic.php?f=2&t=12:30"),
        ("/x y", "/x%20y"),
        ("./viewforum.php?f=2#p", "/viewforum.php?f=2#p"),
        (f"{HOST}/viewforum.php?f=2", "/viewforum.php?f=2"),
        (f"{HOST}.evil.example/x", "/index.php"),
        ("//evil.example", "/index.php"),
        ("/\\evil.example", "/index.php"),
        ("https:evil.example", "/index.php"),
        ("https://evil.example/", "/index.php"),
        ("javascript:x", "/index.php"),
        ("/a\r\nSet-Cookie: x=1", "/index.php"),
    ],
)
def test_a_login_leads_back_within_the_site(back: str, leads: str) -> None:
    """Where the address is one of the site it is kept as it is, anything else leads to the index."""
    site = small_site("phpbb3")
    with client_of(site) as client:
        answer = log_in(site, client, site.doors.accounts[0].name, site.doors.accounts[0].password, redirect=back)

        assert answer.headers["location"] == HOST + leads


@pytest.mark.scaled
def test_a_member_gets_no_copy_of_a_guest_page_and_faults_keep_the_name() -> None:
    """Dates do not stand for a member's page; one from the cache, or with posts twice, is a member's too."""
    for fault in few(("", "stale", "duplicated-posts", "missing-posts"), "faults of members", first=""):
        site = small_site("xenforo2", threads=40, faults={fault: 1} if fault else {})
        place = max((site.finder.pages(Place("thread", i)), i) for i in range(40))[1]
        url, account = site.finder.path(Place("thread", place, 2)), site.doors.accounts[0]
        with client_of(site) as client:
            seen = client.get(url)
            log_in(site, client, account.name, account.password)
            mine = client.get(url, headers={"If-Modified-Since": seen.headers.get("last-modified", "")})
        assert mine.status_code == 200
        assert 'data-logged-in="true"' in mine.text
        assert "last-modified" not in mine.headers
        assert "Cookie" in mine.headers["vary"]


@pytest.mark.scaled
def test_the_third_and_fourth_share_the_closed_boards() -> None:
    """Each closed board is seen by one of them; changes are told as somebody sees them."""
    for seed in range(amount(2, 6)):
        site = make_site(seed, skin="phpbb3", boards=4, threads=20, closed=2)
        first, second, third, fourth = (set(account.boards) for account in site.doors.accounts)
        assert second == set()
        assert third | fourth == first
        assert third & fourth == set()
        every = {change.thread for change in site.changes(HOST, 0)}
        seen = {change.thread for change in site.changes(HOST, 0, seen_as="")}
        assert seen == {i for i in every if site.forum.board_index(site.forum.index_of(i) or 0) < 2}


@pytest.mark.parametrize("skin", CLOSING)
def test_a_session_ends_on_the_clock_of_the_site(skin: str) -> None:
    """After its time the closed board is closed again; one that was to be remembered lasts longer."""
    site = closed_site(skin)
    login, account = login_of(site), site.doors.accounts[0]
    remembered = {login.remember: "1"} if login.remember else {}
    with client_of(site) as short, client_of(site) as long:
        log_in(site, short, account.name, account.password)
        log_in(site, long, account.name, account.password, **remembered)
        cookies = [dict(client.cookies) for client in (short, long)]
        site.clock.advance(login.lasts + 1)

        with client_of(site, cookies=cookies[0]) as client:
            assert not is_in(site, client, account)
        if remembered and login.lasts_remembered > login.lasts:
            with client_of(site, cookies=cookies[1]) as client:
                assert is_in(site, client, account)


@pytest.mark.parametrize("skin", CLOSING)
def test_a_closed_board_does_not_exist_for_guests(skin: str) -> None:
    """A guest's crawl finds every page of the open boards and no link, file or JSON to the closed one; asked for by its
    address, each of its pages is answered as the engine does, to members without the right, too."""
    site = closed_site(skin)
    login = login_of(site)
    closed = [place for place in site.finder.places() if (_board(site, place)) == 2]
    numbers = [str(site.forum.numbers.thread(place.number)) for place in closed if place.kind == "thread"]
    with client_of(site) as client:
        seen = crawl(site, client)
        assert set(seen) == {place for place in site.finder.places() if place not in closed}
        pages = [page.text for page in seen.values()]
        files = [client.get(path).text for path in ("/sitemap.xml", site.rules.rss, "/latest.json", "/site.json")]
        assert [n for n in numbers for text in (*pages, *files) if f"{n}" in text] == []
        refused = {client.get(site.finder.path(place)).status_code for place in closed}
        assert refused == {login.barred_status}
        if login.barred == "login":
            assert form_of(client.get(site.finder.path(closed[0])))

        other = site.doors.accounts[1]
        log_in(site, client, other.name, other.password)
        wanted = login.barred_status if login.barred == "missing" else login.refused_status
        assert {client.get(site.finder.path(place)).status_code for place in closed} == {wanted}


def _board(site: SiteContent, place: Place) -> int | None:
    if place.kind == "index":
        return None
    return place.number if place.kind == "board" else site.forum.board_index(place.number)


@pytest.mark.parametrize("skin", CLOSING)
def test_a_member_gets_the_pages_that_the_truth_says(skin: str) -> None:
    """A member's crawl finds all pages, each reads back to its truth, and names the member instead of the login."""
    site = closed_site(skin)
    account = site.doors.accounts[0]
    with client_of(site) as client:
        log_in(site, client, account.name, account.password)
        seen = crawl(site, client)
        assert set(seen) == set(site.finder.places())
        for row in site.expected(HOST, seen_as=account.name):
            page = client.get(row.url, follow_redirects=True)
            encoding = site.forum.skin.encoding
            assert (
                extract(page.content, skin, encoding=encoding, observed=iso_utc(site.now), templates=[OWN]) == row.truth
            )


@pytest.mark.parametrize("skin", LOGINS)
@pytest.mark.parametrize("ui", [None, "last"])
def test_every_swap_has_its_place_on_the_pages_of_guests(skin: str, ui: str | None) -> None:
    """What members see instead of the login stands on index, board or thread of a guest, and a member has it not."""
    uis = load_skin(skin, (OWN,)).uis
    site = small_site(skin, look=Look(ui=uis[-1] if ui else None))
    account = site.doors.accounts[0]
    places = (Place("index"), Place("board", 0), Place("thread", 3))
    with client_of(site) as client:
        guests = [client.get(site.finder.path(place)).content for place in places]
        log_in(site, client, account.name, account.password)
        members = [client.get(site.finder.path(place)).content for place in places]
    visit = site.doors.visit(_asked(client), site.now)
    for guest, _ in login_of(site).swaps:
        begin = site.doors._swapped(guest.partition("{...}")[0], visit)
        assert any(begin in page for page in guests)
        assert not any(begin in page for page in members)
    assert account.name in members[0].decode(site.forum.skin.encoding)


def test_closing_nothing_changes_no_page() -> None:
    """Without closed boards a guest's pages have the bytes that they have where nobody can log in."""
    site, shut = small_site("phpbb3", boards=3, threads=24), closed_site("phpbb3")
    with client_of(site) as client, client_of(shut) as other:
        path = site.finder.path(Place("thread", next(i for i in range(24) if site.forum.board_index(i) != 2)))
        assert client.get(path).content == other.get(path).content
        assert client.get(path).headers == other.get(path).headers


@pytest.mark.parametrize(
    ("skin", "closed", "says"),
    [
        ("ptt", 1, "skin 'ptt' declares no login"),
        ("hackernews", 1, "skin 'hackernews' cannot close boards: the engine has one list of stories"),
        ("phpbb3", 2, "closed cannot be 2; right would be 0 to 1"),
        ("phpbb3", -1, "closed cannot be -1"),
    ],
)
def test_what_cannot_be_closed_is_said(skin: str, closed: int, says: str) -> None:
    """An engine without login or boards, and a forum without an open board, are refused with a sentence."""
    with pytest.raises(UsageError, match=says):
        small_site(skin, closed=closed)


def test_the_truth_port_tells_who_may_see_what() -> None:
    """``/accounts`` has the passwords; ``as=`` is who looks; ``seen_by`` stands in every row."""
    with ForumSite(1, skin="xenforo2", boards=3, threads=24, closed=1) as forum:
        told = httpx.get(f"{forum.truth_url}/accounts").json()
        assert [Account(**{**row, "boards": tuple(row["boards"])}) for row in told] == list(forum.accounts)
        first, second = told[0]["name"], told[1]["name"]
        lines = httpx.get(f"{forum.truth_url}/expected.jsonl?kind=all").text.splitlines()
        rows = [json.loads(line) for line in lines]
        closed = [row["url"] for row in rows if row["seen_by"] is not None and row["kind"] != "index"]
        assert closed
        (index,) = [row for row in rows if row["kind"] == "index"]
        assert index["seen_by"] == [row["name"] for row in told if len(row["boards"]) == 1]  # it has every board
        assert all(first in row["seen_by"] and second not in row["seen_by"] for row in rows if row["url"] in closed)

        for name, wanted in ((first, rows), ("", [r for r in rows if r["url"] not in closed])):
            params = {"kind": "all", "as": name}
            text = httpx.get(f"{forum.truth_url}/expected.jsonl", params=params).text
            assert [json.loads(line)["url"] for line in text.splitlines()] == [row["url"] for row in wanted]
        for name, status in ((first, 200), (second, 403), ("", 403), ("nobody", 400)):
            params = {"url": closed[-1], "as": name}
            assert httpx.get(f"{forum.truth_url}/truth", params=params).status_code == status
        with httpx.Client() as client:
            action, fields = form_of(client.get(closed[-1]))
            fields |= {"login": first, "password": told[0]["password"]}
            page = client.post(action, data=fields, follow_redirects=True)
            assert str(page.url) == closed[-1]  # where the member wanted to go
            assert first in page.text


def test_an_unknown_account_is_named() -> None:
    """A name that nobody has is refused with those that there are."""
    site = small_site("phpbb3")
    with pytest.raises(UnknownName, match=r"Unknown account 'x'.*Known: "):
        site.doors.account("x")


@given(st.text(max_size=60))
def test_a_cookie_that_was_not_signed_is_a_guest(text: str) -> None:
    """Whatever stands in the cookie of the session, only what the site signed is somebody's."""
    seals = Seals("a")
    form = "{uid}.{time}.{mac:32}"
    good = seals.fill(form, "session", time=9, uid=7)

    assert seals.read(form, "session", text) is None or text == good
    assert seals.read(form, "session", good) == (9, 7)
    assert seals.read(form, "remembered", good) is None
    assert Seals("b").read(form, "session", good) is None
