"""What people put into posts beside words: rates, habits, banks, files, and pages and sites that show them."""

from __future__ import annotations

import doctest
import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from forgegen.errors import UnknownName, UsageError
from forgegen.generate.composing import body_wording as wording
from forgegen.generate.composing.body_bank import load_bank
from forgegen.generate.composing.drawn_uploads import address_of, kind_of, size_of, size_of_picture, upload_at
from forgegen.generate.composing.habits import habits_of
from forgegen.generate.composing.rates import load_rates, rate_names
from forgegen.generate.lexicon import load_lexicon, locale_names
from forgegen.generate.making import make_made, make_thread
from forgegen.generate.profile import load_profile, profile_names
from forgegen.model import read_text, write_text
from forgegen.model.bodies import Attachment, Image, Node, Paragraph, Quote, quotes_in
from forgegen.model.body_views import text_of_blocks
from forgegen.model.thread import Post, Thread
from forgegen.pages.page import render
from forgegen.quirks.catalogue import QUIRKS
from forgegen.quirks.define import put
from forgegen.reading.comparison import truth_differences
from forgegen.reading.extraction import extract
from forgegen.site.exchange import Request
from forgegen.site.fates import renumbered
from forgegen.site.serving import make_site
from forgegen.skins.loading import load_skin, skin_names
from tests.readers import read
from tests.threads import Made, make_plain
from tests.tiers import amount

FORUM = Made(lambda: (make_thread(5, i, locale="en", profile="forum") for i in range(60)))
NEWS = Made(lambda: (make_thread(5, i, locale=locale) for i in range(30) for locale in ("en", "zh-CN")))
RATED = ("link", "smiley", "strong", "image")
# Of a thousand posts of saved pages, as the table in docs/realism.md has it.
COUNTED = {"link": 199, "smiley": 168, "strong": 102, "image": 79}


def nodes(blocks: Any) -> Iterator[Node]:
    """All nodes of a body, at any depth."""
    for block in blocks:
        if isinstance(block, str):
            continue
        yield block
        for name in ("kids", "blocks"):
            yield from nodes(getattr(block, name, ()))
        for inner in (*getattr(block, "items", ()), *(cell for row in getattr(block, "rows", ()) for cell in row)):
            yield from nodes(inner)


def differences(expected: Any, found: Any) -> list[str]:
    """How two truths of a page differ; the number of a post is left out, which a lone page does not show."""
    return [text for text in map(str, truth_differences(expected, found)) if not text.startswith("n of ")]


def test_doctests() -> None:
    """The examples in the docstrings hold."""
    assert doctest.testmod(wording).failed == 0


@pytest.mark.scaled
@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", skin_names())
def test_generated_bodies_are_read_back(skin: str) -> None:
    """Pages of forums and of news give back what they show, with our reader and with others."""
    for index in range(1, amount(2, 4)):
        for locale, profile in (("en", "forum"), ("zh-CN", "forum"), ("en", "reference")):
            thread = make_thread(11, index, locale=locale, profile=profile)
            for page in render(thread, skin, noise="usual")[:2]:
                assert differences(page.truth, extract(page, skin)) == []
                for reader in ("html5lib", "lxml") if index == 1 else ():
                    assert differences(page.truth, read(reader, page)) == [], reader


def test_bodies_move_nothing_else() -> None:
    """Without bodies a thread has the same people, tree, times, likes and words."""
    rich = make_thread(5, 3, locale="en", profile="forum")
    plain = make_plain(5, 3, locale="en", profile="forum")

    assert any(post.body for post in rich.posts)
    assert not any(post.body for post in plain.posts)
    assert [(p.depth, p.author, p.time, p.likes, p.arrival) for p in rich.posts] == [
        (p.depth, p.author, p.time, p.likes, p.arrival) for p in plain.posts
    ]
    for post, words in zip(rich.posts, plain.posts, strict=True):
        assert post.body or re.sub(r"\s", "", words.text) == re.sub(r"\s", "", post.text)
    assert (rich.views, rich.board, rich.article.title) == (plain.views, plain.board, plain.article.title)


def test_posts_hold_what_posts_of_forums_hold() -> None:
    """The commonest nodes stand in about as many posts as on saved pages, most others somewhere."""
    held = Counter[str]()
    count = 0
    for thread in FORUM:
        for post in thread.posts[:120]:
            held.update({node.type for node in nodes(post.body)})
            count += 1

    assert {name for name in RATED if not 0.65 < 1000 * held[name] / count / COUNTED[name] < 1.35} == set()
    assert len(held) > 15


def test_comments_under_news_are_plain() -> None:
    """More than nine of ten comments hold nothing but words; some articles hold nodes, and most do not."""
    comments = [post for thread in NEWS for post in thread.posts]
    articles = [thread.article for thread in NEWS]

    assert 0 < sum(bool(post.body) for post in comments) < len(comments) / 10
    assert len(articles) / 5 < sum(bool(article.body) for article in articles) < len(articles) * 3 / 5
    assert {node.type for article in articles for node in nodes(article.body)} >= {"heading", "figure", "link", "list"}


def test_pictures_are_announced_by_those_who_tell() -> None:
    """A line before a picture stands in what somebody tells, never under news."""
    bank = load_bank(load_lexicon("zh-CN"))
    announced = 0
    for index in range(40):
        for profile in ("forum", "reference"):
            thread, made = make_thread(5, index, profile=profile), make_made(5, index, profile=profile)
            for post, what in zip(thread.posts, made.posts, strict=True):
                last = [b.kids[0] for b in post.body or () if isinstance(b, Paragraph)][-2:]
                if any(words in last for words in (*bank.photo, *bank.shot)):
                    assert profile == "forum"
                    assert what.act == "tell", post
                    announced += 1

    assert announced > 0


def test_nobody_refers_twice_in_the_same_words() -> None:
    """Two links of a post have each its own sentence."""
    phrases = [form.partition("`")[0].strip() for form in load_bank(load_lexicon("en")).linked]
    several = 0
    for thread in FORUM:
        for post in thread.posts:
            words = text_of_blocks(post.body) if post.body else post.text
            several += sum(phrase in words for phrase in phrases if phrase) > 1
            assert all(words.count(phrase) < 2 for phrase in phrases if len(phrase) > 8), words

    assert several > 0


def test_a_quotation_quotes_the_post_that_it_names() -> None:
    """Author, date and words are those of the post with that number, which came before; the first is the parent."""
    seen = 0
    for thread in FORUM:
        for n, post in enumerate(thread.posts, 1):
            for quote in quotes_in(post.body):
                if quote.post is None:
                    assert thread.article.byline == quote.author
                    continue
                seen += 1
                source = thread.posts[int(quote.post) - 1]
                assert (source.author and source.author.name, source.time) == (quote.author, quote.date)
                assert (source.arrival or 0) < (post.arrival or 0), n
                for words in (kid for kid in first_kids(quote) if isinstance(kid, str)):
                    for sentence in wording.sentences_of(words):
                        assert re.sub(r"\W+", "", sentence) in re.sub(r"\W+", "", source.text)
    assert seen > 40


def first_kids(quote: Quote) -> tuple[Any, ...]:
    """The inlines of the first paragraph of a quotation."""
    return next(block.kids for block in quote.blocks if isinstance(block, Paragraph))


def test_habits_keep_the_rates() -> None:
    """Over all people what a chance is multiplied by is 1 on average, and people differ."""
    habits = [habits_of("dev/1/en", number) for number in range(4000)]

    for name in habits[0]:
        assert 3.7 < sum(habit[name] for habit in habits) / len(habits) < 4.3, name
        assert len({habit[name] for habit in habits}) > 3, name
    assert habits_of("dev/1/en", 7) == habits[7]


def test_every_profile_has_a_table_of_bodies() -> None:
    """Profiles name tables that are there; a wrong name is told with the right ones."""
    assert {load_profile(name).bodies for name in profile_names()} <= set(rate_names())
    assert load_rates("forum").posts["link"] > 0
    with pytest.raises(UnknownName, match=r"Did you mean 'forum'"):
        load_rates("forums")


@pytest.mark.parametrize("locale", locale_names())
def test_every_locale_has_a_bank(locale: str) -> None:
    """It is read in both scripts, its links lead to reserved names, its topics are topics, its texts have their slots."""
    lexicon = load_lexicon(locale)
    for other in (False, True):
        bank = load_bank(lexicon, other)
        assert {str(urlsplit(link.address).hostname).rpartition(".")[2] for link in bank.links} == {"example"}
        found = (*bank.links, *bank.lists, *bank.code, *bank.tables, *bank.spans, *bank.files)
        openings = set(lexicon.names_in("openers")) | set(lexicon.topics)
        assert {one.topic for one in found} - {""} <= openings
        assert {text.count("`") for text in bank.linked} == {2}
        assert {span.text.count("`") % 2 for span in bank.spans} <= {0}
        assert all(kind_of(name) != "image/png" for one in bank.files for name in one.names)


@pytest.mark.parametrize("name", ["a.png", "b.log", "c.csv", "d.gpx", "e.zip", "f.pdf"])
@pytest.mark.parametrize("number", [7, 0xFFFFFFFF, 3_000_000_001])
def test_files_are_what_their_names_say(name: str, number: int) -> None:
    """A file has the size that is told without making it, and its kind's own form; other addresses have none."""
    address = address_of(number, name)
    file = upload_at(address)

    assert file is not None
    assert (len(file.body), file.kind) == (size_of(address), kind_of(name))
    assert upload_at(address.replace(f"{number:08x}", f"{number ^ 1:08x}")) in (
        None,
        upload_at(address_of(number ^ 1, name)),
    )
    assert upload_at(address.replace("/uploads/", "/uploads/0")) is None
    assert upload_at(address + "x") is None
    if name == "e.zip":
        assert zipfile.ZipFile(io.BytesIO(file.body)).testzip() is None
    else:
        begins = {"a.png": b"\x89PNG", "d.gpx": b"<?xml", "f.pdf": b"%PDF-1.4"}
        assert file.body.startswith(begins.get(name, b""))


def test_pictures_are_pictures() -> None:
    """A PNG of the size that posts tell, with right check sums, of four colours."""
    file = upload_at(address_of(99, "a.png"))
    assert file is not None
    at, chunks = 8, dict[bytes, bytes]()
    while at < len(file.body):
        size = int.from_bytes(file.body[at : at + 4], "big")
        name, body = file.body[at + 4 : at + 8], file.body[at + 8 : at + 8 + size]
        assert zlib.crc32(name + body) == int.from_bytes(file.body[at + 8 + size : at + 12 + size], "big")
        chunks[name] = body
        at += 12 + size
    width, height = size_of_picture(99)

    assert struct.unpack(">II", chunks[b"IHDR"][:8]) == (width, height)
    assert len(zlib.decompress(chunks[b"IDAT"])) == (width // 4 + 1) * height


@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", [name for name in skin_names() if "body" in load_skin(name).post])
def test_a_site_answers_what_its_posts_show(skin: str) -> None:
    """Pictures and files of posts are there, and those who are spoken to; files have the size that the model has."""
    site = make_site(3, skin=skin, threads=16, boards=2)
    asked = Counter[str]()
    for index in range(site.forum.size):
        thread = site.forum.thread(index)
        for node in nodes((*thread.article.body, *(block for post in thread.posts for block in post.body))):
            if isinstance(node, Image | Attachment):
                answer = site.answer(Request("GET", node.address))
                assert (answer.status, "_" in str(answer.header("Content-Type"))) == (200, False)
                if isinstance(node, Attachment):
                    assert len(answer.body) == node.bytes
                    assert str(answer.header("Content-Type")).partition(";")[0] == node.kind
                asked[node.type] += 1
        for page in (
            site.maker.page(place, "http://h.test")
            for place in site.finder.places(("thread",))
            if place.number == index
        ):
            for post in page.truth.posts:
                for image in post.images or ():
                    assert not image.address.startswith("/") or site.answer(Request("GET", image.address)).status == 200
    assert site.answer(Request("GET", "/uploads/0badcafe00/a.png")).status == 404
    assert load_skin(skin).kind == "article" or asked["image"]


def test_quotations_are_renumbered_with_the_posts() -> None:
    """At every moment of a site a quotation names the post of its author, however many came and went."""
    site = make_site(3, skin="phpbb3", locale="en", threads=40, boards=2)
    seen = 0
    for moment in (site.now, site.now - 40 * 86_400, site.now - 90 * 86_400):
        forum = site.forum.at(moment)
        for index in range(forum.size):
            thread = forum.thread(index)
            for post in thread.posts:
                for quote in quotes_in(post.body):
                    if quote.post is not None:
                        author = thread.posts[int(quote.post) - 1].author
                        assert author is not None
                        assert author.name == quote.author
                        seen += 1
    assert seen > 20


def test_a_quotation_of_a_post_that_is_gone_names_its_author_alone() -> None:
    """Neither number nor date is left, at any depth; posts without quotations stay the same object."""
    inner = Quote((Paragraph(("in",)),), "bo", 5, 2)
    post = Post(body=(Quote((inner, Paragraph(("out",))), "al", 6, 3), Paragraph(("so",))))
    plain = Post("plain")

    assert renumbered(post, {3: 1}).body[0] == Quote(
        (Quote((Paragraph(("in",)),), "bo"), Paragraph(("out",))), "al", 6, 1
    )
    assert renumbered(plain, {}) is plain


def test_threads_with_bodies_survive_json() -> None:
    """A generated thread is the same after a way through JSON."""
    for thread in (FORUM[0], FORUM[1], NEWS[0]):
        assert Thread.from_json(thread.to_json()) == thread


def test_the_readable_text_of_bodies_is_read_back() -> None:
    """It holds the words of a thread with bodies; read and written again it is the same."""
    for thread in (*FORUM, *NEWS):
        text = write_text(thread)
        assert write_text(read_text(text)) == text


@pytest.mark.few("name")
@pytest.mark.parametrize("name", [quirk.name for quirk in QUIRKS.values()])
def test_quirks_are_planted_in_threads_with_bodies(name: str) -> None:
    """Every quirk can be planted in a generated thread of rich posts; pages that readers can read are read."""
    thread = FORUM[3]
    try:
        page = render(thread, "xenforo2", quirks=[name])[0]
    except UsageError:  # this one cannot stand on this page
        return
    assert QUIRKS[name].readers == "hostile" or differences(page.truth, extract(page, "xenforo2")) == []


def test_another_text_takes_the_place_of_a_body() -> None:
    """A quirk that changes what a post says leaves nothing of its body."""
    post = Post(body=(Paragraph(("a ", Image("/b.png"))),))

    assert put(post, text="b") == Post("b")
    assert put(post, depth=1) == post
