"""The pages beside a forum's own: login, registration, search, people, what is missing, in the frame of the engine."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from forgegen.site.urls import Place
from tests.sites import SKINS, client_of, small_site

BARE = {"hackernews", "ptt"}  # the engines answer with a line or a page of their own where something is missing
FRAMED = [skin for skin in SKINS if small_site(skin).rules.frame]
FORMS = {
    ("xenforo2", "/search/"): ("/search/search", {"keywords", "c[title_only]", "c[users]"}),
    ("xenforo2", "/register/"): ("/register/register", {"username", "email", "password", "accept"}),
    ("phpbb3", "/search.php"): ("search.php", {"keywords", "terms", "author", "sr", "submit"}),
    ("phpbb3", "/ucp.php?mode=register"): ("ucp.php?mode=register", {"agreed", "not_agreed", "change_lang"}),
    ("smf2", "/index.php?action=search"): ("action=search2", {"search", "userspec", "advanced", "b_search"}),
    ("smf2", "/index.php?action=signup"): ("action=signup", {"step", "accept_agreement"}),
    ("discuz", "/search.php"): ("search.php?mod=forum", {"formhash", "srchtxt", "searchsubmit"}),
    ("discuz", "/member.php?mod=register"): (
        "member.php?mod=register",
        {"regsubmit", "formhash", "username", "password", "email"},
    ),
    ("invision4", "/login/"): ("/login/", {"csrfKey", "ref", "auth", "password", "remember_me", "_processLogin"}),
    ("invision4", "/search/"): ("/search/", {"q"}),
    ("vbulletin5", "/auth/login"): (
        "/auth/login",
        {"url", "securitytoken", "privacyconsent", "username", "password", "rememberme"},
    ),
}


@pytest.mark.parametrize("skin", FRAMED)
def test_small_pages_stand_in_the_frame_of_the_others(skin: str) -> None:
    """Each page beside the forum, of people and of what is missing has a title of its own, and the style and the top
    of the front page."""
    site = small_site(skin)
    with client_of(site, follow_redirects=True) as client:
        front = LexborHTMLParser(client.get(site.forum.skin.urls.index).text)
        member = Place("user", site.forum.members._by_number[0] >> 32)
        urls = [url for url in site.rules.beside if "{" not in url and not url.endswith("=")]
        urls += [] if skin in BARE else ["/nowhere-at-all", site.finder.path(member)]
        for url in urls:
            answer = client.get(url)
            page = LexborHTMLParser(answer.text)
            assert answer.status_code == (404 if url == "/nowhere-at-all" else answer.status_code), url
            if answer.status_code == 403 or (skin == "hackernews" and page.css_first("style") is None):
                continue  # the login of Hacker News has no frame
            assert page.css_first("title") is not None, url
            assert _style(page) == _style(front) != "", url
            assert len(page.css("html, body")) == 2


def _style(page: LexborHTMLParser) -> str:
    """The style, white space apart, which only reference's lists add to."""
    return "".join("".join(style.text() for style in page.css("style")).split())[:2000]


@pytest.mark.parametrize(("skin", "url"), FORMS)
def test_forms_have_the_fields_of_the_engine(skin: str, url: str) -> None:
    """They lead where the engine's lead, and have its names."""
    action, names = FORMS[skin, url]
    with client_of(small_site(skin)) as client:
        page = LexborHTMLParser(client.get(url).text)
    found = [
        {field.attributes.get("name") for field in form.css("input[name], button[name], select[name]")}
        for form in page.css("form")
        if (form.attributes.get("action") or "").endswith(action)
    ]
    assert names in found
