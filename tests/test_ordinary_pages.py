"""Pages on which ordinary, right parsers are right: what engines never send is not drawn, and what few pages have is rare."""

from __future__ import annotations

import re

import msgspec
import pytest

from forgegen.model.bodies import Code, Paragraph, Smiley
from forgegen.model.thread import Odd, OddHead, Post
from forgegen.pages.page import Page
from forgegen.quirks.define import PLAIN_THREAD, plain
from forgegen.quirks.implausible import OF_OWN_TEMPLATES
from forgegen.skins.fitting import within
from forgegen.skins.loading import load_skin
from forgegen.strategies import check, pages, threads
from forgegen.strategies.departures import ALL, BLOCKS, WORDS, thread_within
from forgegen.strategies.drawn_pages import sent_by
from tests.bench.ordinary import clean
from tests.bench.ordinary_parsers import PARSERS
from tests.test_plausible import drawn
from tests.tiers import amount


@pytest.mark.parametrize("skin", sorted(PARSERS))
def test_ordinary_parsers_are_right_about_the_plain_page(skin: str) -> None:
    """Each parser knows its skin."""
    check(PARSERS[skin], Page(plain(1, 2), skin, noise="none", data="none"))


@pytest.mark.parametrize("skin", ["reference", "discourse", "oldreddit"])
def test_ordinary_parsers_are_right_about_most_pages(skin: str) -> None:
    """Nine of ten pages, and what they fail on is explained."""
    found = clean(skin, 1, amount(40, 200))

    assert found.right >= 0.85 * found.pages
    assert found.unexplained == []


def test_hacker_news_tells_times_in_utc() -> None:
    """The title of an age is the instant in UTC and in seconds since 1970."""
    html = Page(PLAIN_THREAD, "hackernews", noise="none").html

    assert re.findall(r'class="age" title="([^"]*)"', html)[-1] == "2024-02-17T05:15:00 1708146900"


def test_discourse_calls_posts_by_their_numbers() -> None:
    """A post's id is the number that it shows, also where posts before it are gone; a number given twice is nobody's."""
    posts = tuple(
        msgspec.structs.replace(post, floor=floor) for post, floor in zip(plain(1, 1).posts, (5, 9), strict=True)
    )
    truth = Page(msgspec.structs.replace(plain(1, 1), posts=posts), "discourse").truth
    assert [(post.id, post.floor) for post in truth.posts] == [("post_1", 1), ("post_5", 5), ("post_9", 9)]

    same = tuple(msgspec.structs.replace(post, floor=5) for post in posts)
    truth = Page(msgspec.structs.replace(plain(1, 1), posts=same), "discourse").truth
    assert [post.id for post in truth.posts] == ["post_1", "post_2", "post_3"]


def test_trees_keep_a_stub_and_their_order() -> None:
    """Where answers stand below what they answer, no order of readers parts them, and a post that is gone is a stub."""
    gone = Post(odd=Odd(status="removed"))
    thread = msgspec.structs.replace(PLAIN_THREAD, posts=(gone, Post(depth=2)), odd=OddHead(order="arrival"))
    tree, flat = load_skin("oldreddit"), load_skin("phpbb3")

    assert within(thread, tree.limits, tree.kind).posts[0].odd == Odd(status="deleted")
    assert within(thread, tree.limits, tree.kind).odd is None
    assert within(thread, flat.limits, flat.kind).posts[0].odd == gone.odd


@pytest.mark.parametrize("name", sorted(OF_OWN_TEMPLATES))
def test_engines_send_no_rows_that_look_like_posts(name: str) -> None:
    """Sites with templates of their own may."""
    assert sent_by(name, "reference", ())
    assert not any(sent_by(name, skin, ()) for skin in ("phpbb3", "discourse", "oldreddit"))


def test_pages_of_a_measure_have_no_more() -> None:
    """Blocks and what pictures say are left out, the other words of a post stay."""
    body = (Paragraph(("ok",)), Paragraph(("a", Smiley(":)"))), Code("x"), Paragraph(("b",)))
    thread = msgspec.structs.replace(PLAIN_THREAD, posts=(Post(body=body),))

    assert thread_within(thread, ALL) is thread
    assert thread_within(thread, BLOCKS).posts[0].text == "ok\n\nx\n\nb"
    assert thread_within(thread, WORDS).posts[0].text == "ok\n\nb"


def test_most_pages_have_words_only() -> None:
    """Pictures that say something are on few plausible pages."""
    number = amount(100, 500)
    found = [p for p in drawn(pages(skins=["phpbb3"]), number) if "body.smiley" in p.quirks]

    assert 1 <= len(found) <= 0.12 * number


def test_few_examples_are_copies_of_others() -> None:
    """Of a hundred threads that are drawn, most have posts that no other has."""
    number = amount(100, 500)
    found = drawn(threads(), number)

    assert len({thread.posts for thread in found}) >= 0.6 * number
