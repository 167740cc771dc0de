"""Every skin in every look: truth reads back, ids are unique, standard parsers agree, extractors find what they can."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from itertools import islice
from typing import Any

import extruct
import html5lib
import pytest

from forgegen.generate.making import make_thread
from forgegen.model.calendar import iso_utc
from forgegen.model.thread import Board, Post, Thread
from forgegen.pages.page import Page, render
from forgegen.reading.extraction import extract
from forgegen.rendering.listing import BoardRow, Listed, ThreadRow, render_board, render_index
from forgegen.rendering.look import DATAS, NOISES, Look
from forgegen.skins import schema as settings
from forgegen.skins.loading import load_skin, load_ui, skin_names
from tests.test_browser import Elements, outside
from tests.tiers import heavy

pytestmark = pytest.mark.few("skin", "ui", "encoding")
trafilatura = heavy("trafilatura")

SKINS = skin_names()
FORUMS = tuple(name for name in SKINS if load_skin(name).kind == "forum")
UIS = [(name, ui) for name in SKINS for ui in load_skin(name).uis]
ENCODINGS = [(name, encoding) for name in SKINS for encoding in load_skin(name).encodings]


@pytest.mark.parametrize("skin", [name for name in SKINS if not load_skin(name).columns.topics])
def test_positions_are_read_from_pages_that_stand_alone(skin: str) -> None:
    """Equality of truths leaves out ``n``; where ids tell it, reading a page gives it, on later pages too."""
    thread = Thread(posts=tuple(Post(f"p{n}", time=1_708_146_900 + n) for n in range(260)), published=1_708_140_000)
    for page in render(thread, skin)[:2]:
        assert [p.n for p in extract(page, skin).posts] == [p.n for p in page.truth.posts]


@pytest.mark.parametrize("skin", SKINS)
def test_selectors_of_our_own_skins_are_selectors(skin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's skin is checked when it is loaded, which needs the parser; of ours that is left to this test."""
    monkeypatch.setattr(settings, "are_ours", lambda sources: False)

    assert load_skin.__wrapped__(skin).name == skin


@lru_cache(maxsize=1)
def generated() -> tuple[Thread, ...]:
    """A few threads of five to 120 comments, in the skins' default locale."""
    return tuple(islice((t for i in range(1000) if 5 <= len((t := make_thread(2027, i)).posts) <= 120), 6))


def seen_at(page: Page) -> str | None:
    """The moment at which the page was looked at, which not every page says itself."""
    return None if page.thread.observed is None else iso_utc(page.thread.observed)


def lists(skin: str, look: Look) -> tuple[str, str]:
    """A board page in the middle and the index, of generated threads."""
    rows = []
    for place, t in enumerate(generated()):
        last = t.posts[-1]
        name = last.author.name if last.author else None
        title, starter = t.article.title, t.article.byline or None
        rows.append(
            ThreadRow(
                t.id, title, starter, len(t.posts), t.views, t.published, name, last.time, t.zone, t.board, place < 1
            )
        )
    boards = [BoardRow(Board(f"版块{n}", f"Board {n}", n), 40, 800, rows[n] if n else None) for n in range(4)]
    return render_board(skin, look, Listed(boards[1], boards, rows, 5, 9)), render_index(skin, look, boards)


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("skin", SKINS)
def test_noise_never_touches_the_truth(skin: str, noise: Any) -> None:
    """However much boilerplate there is, every page reads back to its truth, and the truth is the same."""
    for thread in generated():
        for page, usual in zip(render(thread, skin, noise=noise), render(thread, skin), strict=True):
            assert extract(page, skin) == page.truth == usual.truth


@pytest.mark.parametrize(("skin", "ui"), UIS)
def test_every_language_reads_back(skin: str, ui: str) -> None:
    """In every language of the furniture pages read back; the dates may be shown in another form."""
    for page in render(generated()[0], skin, ui=ui):
        assert extract(page, skin) == page.truth


@pytest.mark.parametrize(("skin", "ui"), UIS)
def test_every_language_has_every_text(skin: str, ui: str) -> None:
    """Each language has the texts of the skin's first: a template may want any of them."""
    texts, first = load_ui(skin, ui), load_ui(skin, load_skin(skin).uis[0])

    assert set(first) - set(texts) - {"dates", "forms", "settings"} == set()


@pytest.mark.parametrize(("skin", "encoding"), ENCODINGS)
def test_every_encoding_reads_back(skin: str, encoding: str) -> None:
    """In every encoding the bytes read back, by what the page itself declares."""
    for page in render(generated()[0], skin, encoding=encoding):
        assert extract(page.body, skin, observed=seen_at(page)) == page.truth


@pytest.mark.parametrize("data", DATAS)
@pytest.mark.parametrize("skin", SKINS)
def test_structured_data_never_touches_the_truth(skin: str, data: Any) -> None:
    """With any structured data, or none, a page tells the same; with none there is none."""
    page = render(generated()[1], skin, data=data)[0]

    assert extract(page, skin) == page.truth
    if data == "none":
        assert "itemscope" not in page.html
        assert "ld+json" not in page.html


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("skin", SKINS)
def test_ids_are_unique(skin: str, noise: Any) -> None:
    """No id stands twice on a page, of a thread, a board or the index."""
    pages = [page.html for thread in generated()[:3] for page in render(thread, skin, noise=noise)]
    if load_skin(skin).kind == "forum":
        pages += lists(skin, Look(noise=noise))
    for html in pages:
        counts = Counter(attributes["id"] for _, attributes in Elements(html).tags if "id" in attributes)
        assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("skin", SKINS)
def test_html5lib_reads_the_truth(skin: str) -> None:
    """The tree that html5lib makes of a page tells the truth just as lexbor's does."""
    for page in render(generated()[2], skin, noise="wild"):
        tree = html5lib.parse(page.html)
        html = html5lib.serialize(tree, omit_optional_tags=False, quote_attr_values="always")
        assert extract(html, skin, observed=seen_at(page)) == page.truth


@pytest.mark.parametrize("ui", [True, False])
@pytest.mark.parametrize("skin", FORUMS)
def test_lists_link_to_all_they_list(skin: str, ui: bool) -> None:
    """A board page links to its threads and neighbouring pages, the index to the boards; nothing is fetched."""
    form = load_skin(skin)
    look = Look(ui=form.uis[0] if ui else form.uis[-1], noise="usual" if ui else "none")
    board, index = lists(skin, look)

    assert outside(board) == outside(index) == []
    for thread in generated():
        assert _links_to(board, form.urls.host, Page(thread, skin).url)
    for n in range(4):
        url = form.urls.board.format(board=n, slug=f"board-{n}", id=0, page=1, start=0)
        assert _links_to(index, form.urls.host, form.urls.host + url)
    for page in (4, 6):
        url = form.urls.board_page.format(board=1, slug="board-1", page=page, start=(page - 1) * form.threads_per_page)
        assert _links_to(board, form.urls.host, form.urls.host + url)


def _links_to(html: str, host: str, url: str) -> bool:
    """Whether a page links to an address, absolute or below the directory."""
    hrefs = {attributes.get("href") for tag, attributes in Elements(html).tags if tag == "a"}
    path = url.removeprefix(host)
    return bool(hrefs & {url, path, "." + path, path.removeprefix("/")})


@pytest.mark.every
@pytest.mark.needs("trafilatura")
@pytest.mark.parametrize("skin", [name for name in FORUMS if name != "discourse-app"])  # its posts are in noscript
def test_trafilatura_finds_the_opening_post(skin: str) -> None:
    """An extractor for news finds the title, the day where the page tells one, and 95 % of the opening post's text."""
    for thread in generated()[:4]:
        page = render(thread, skin)[0]
        found: Any = trafilatura.bare_extraction(page.body, url=page.url, with_metadata=True)
        paragraphs = thread.article.paragraphs
        text = f"{found.text}\n{found.comments}"
        got = sum(len(p) for p in paragraphs if p in text)

        assert found.title == thread.article.title
        assert page.context.published is not None
        day = (page.context.published.truth.local or page.context.published.attribute)[:10]
        assert found.date == day if day else skin == "discuz-touch"  # ages alone tell no day
        assert got >= 0.95 * sum(map(len, paragraphs))


def structured(page: Page) -> dict[str, Any]:
    """JSON-LD and microdata as extruct finds them."""
    found: dict[str, Any] = extruct.extract(page.html, base_url=page.url, syntaxes=["json-ld", "microdata"])
    return found


@pytest.mark.parametrize("skin", [name for name in FORUMS if load_skin(name).json_ld])
def test_json_ld_of_forums_equals_the_truth(skin: str) -> None:
    """Valid by Google's rules: the opening post with all of the page's comments below it, on every page."""
    for thread in generated():
        for page in render(thread, skin):
            (posting,) = structured(page)["json-ld"]
            truth = [post for post in page.truth.posts if post.n]

            assert (posting["@type"], posting["headline"]) == ("DiscussionForumPosting", page.truth.title)
            assert posting["url"] == render(thread, skin)[0].url
            assert posting["author"]["name"] == thread.article.byline
            assert posting["text"] == "\n".join(thread.article.paragraphs)
            comments = posting.get("comment", [])
            assert [(c["text"], c["author"]["name"]) for c in comments] == [(p.text, p.author) for p in truth]
            for comment, post in zip(comments, truth, strict=True):
                assert comment["@id"].endswith(f"#{post.id}")
                likes = comment.get("interactionStatistic", {}).get("userInteractionCount")
                assert likes == (post.likes if isinstance(post.likes, int) else likes)
            for node in (posting, *comments):
                assert node["datePublished"][-6] in "+-" or node["datePublished"].endswith("Z")


@pytest.mark.parametrize("skin", [name for name in FORUMS if load_skin(name).json_ld == "xenforo"])
def test_xenforo_states_what_it_really_does(skin: str) -> None:
    """As seen: a WebPage about the posting, its text as articleBody, the time as the page has it, no comments."""
    page = render(generated()[0], skin, data="seen")[0]
    (found,) = structured(page)["json-ld"]
    posting = found["mainEntity"]

    assert (found["@type"], posting["@type"]) == ("WebPage", "DiscussionForumPosting")
    assert list(posting) == [
        "@type", "@id", "headline", "datePublished", "url", "articleSection", "author", "interactionStatistic",
        "articleBody",
    ]  # fmt: skip
    assert posting["articleBody"] == page.truth.posts[0].text
    assert posting["articleSection"] == page.truth.board
    counts = [statistic["userInteractionCount"] for statistic in posting["interactionStatistic"]]
    assert counts == [page.thread.views, len(page.thread.posts)]


def test_news_sites_state_what_they_really_do() -> None:
    """As seen: the reference page without microdata, its JSON-LD with dates of other names and comments in one list."""
    for page in render(make_thread(5, 3), "reference", data="seen"):
        found = structured(page)
        (posting,) = found["json-ld"]
        truth, published, last_reply = page.truth, page.context.published, page.context.last_reply

        assert published is not None
        assert last_reply is not None
        assert found["microdata"] == []
        assert (posting["@type"], posting["headline"]) == ("DiscussionForumPosting", truth.title)
        assert (posting["author"]["name"], posting["articleSection"]) == (truth.author, truth.board)
        assert posting["articleBody"].split("\n") == list(truth.paragraphs or ())
        assert posting["dateCreated"] == published.attribute
        assert posting["dateModified"] == last_reply.attribute
        assert "datePublished" not in posting
        counts = [statistic["userInteractionCount"] for statistic in posting["interactionStatistic"]]
        assert counts == [truth.views, truth.comment_count]
        stated = [(c["@id"].partition("#")[2], c["author"]["name"], c["text"]) for c in posting["comment"]]
        assert stated == [(p.id, p.author, p.text) for p in truth.posts]
        assert [c["upvoteCount"] for c in posting["comment"]] == [p.likes for p in truth.posts]
        assert extract(page, page.skin) == truth


def test_vbulletin_states_every_post() -> None:
    """Microdata: a CreativeWork for the opening post, a Comment for each other, with author, time and text."""
    for page in render(generated()[0], "vbulletin5"):
        items = structured(page)["microdata"]
        posts = page.truth.posts

        assert [item["type"] == "http://schema.org/CreativeWork" for item in items] == [not p.n for p in posts]
        for item, view in zip(items, page.context.posts, strict=True):
            stated = item["properties"]
            assert stated["author"]["properties"]["name"] == view.author
            assert stated["dateCreated"] == view.attribute
            assert stated["text"].split() == view.text.split()
            assert view.forum is not None
            assert stated["url"] == view.forum.href


def test_phpbb_states_its_breadcrumb() -> None:
    """Microdata names index, category and board, in order."""
    page = render(generated()[0], "phpbb3")[0]
    (trail,) = structured(page)["microdata"]
    items = [item["properties"] for item in trail["properties"]["itemListElement"]]

    assert trail["type"] == "https://schema.org/BreadcrumbList"
    assert [item["position"] for item in items] == ["1", "2", "3"]
    assert str(page.truth.board) in json.dumps(items[2], ensure_ascii=False)
