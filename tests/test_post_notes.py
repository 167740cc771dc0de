"""What engines note beside a post: that it was edited, that its author is a guest or banned, that it was put on top."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from forgegen.generate.clock import Times
from forgegen.generate.making import make_thread, make_thread_at, thread_pace
from forgegen.model.thread import Article, Author, Odd, Post, Thread
from forgegen.pages.page import render
from forgegen.reading.extraction import extract
from forgegen.rendering.look import NOISES
from forgegen.skins.loading import load_skin, skin_names
from tests.tiers import fuzz

SILENT = ("6park", "discourse", "discourse-app", "hackernews", "ptt")
"""Skins of engines whose pages tell guests nothing of an edit."""

NOTING = tuple(name for name in skin_names() if name not in SILENT)
CHOICES = [
    (skin, ui, name, value)
    for skin in NOTING
    for ui in load_skin(skin).uis
    for name, setting in load_skin(skin, (), ui).settings.items()
    for value in setting.values
    if name in ("dates", "version")
]
NOW = 1_708_146_900
names = st.none() | st.sampled_from(
    ["al", "by", "x by y", "Bo; 1: 2, on 3", "编辑于 2024-1-1 10:00 编辑", "was edited"]
).map(Author)


def edited(author: Author | None, at: int, status: str | None = None) -> Thread:
    """A thread whose second post was edited at an instant."""
    noted = Post("b", 1, author, NOW - 90_000, odd=Odd(edited=at, status=status))  # type: ignore[arg-type]
    return Thread(posts=(Post("a", time=NOW - 90_300), noted), published=NOW - 99_000, observed=NOW)


@pytest.mark.few("skin", "ui", "name", "value")
@pytest.mark.parametrize(("skin", "ui", "name", "value"), CHOICES)
def test_edit_notes_are_read_in_every_form(skin: str, ui: str, name: str, value: str) -> None:
    """Whatever form a board shows dates in, and whoever wrote the post, the note's date is told as it stands there."""
    for author in (Author("al"), Author("x by y on z"), None):
        for back in (20, 4_000, 80_000):
            page = render(edited(author, NOW - back), skin, ui=ui, settings={name: value})[0]
            told = page.truth.posts[-1].edited

            assert extract(page, skin) == page.truth
            assert told
            assert told.shown in page.html


@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", NOTING)
@fuzz(40)
@given(author=names, at=st.integers(0, 4 * 10**9), status=st.sampled_from([None, "collapsed", "deleted"]))
def test_edit_notes_read_back(skin: str, author: Author | None, at: int, status: str | None) -> None:
    """Nothing in a name passes for the note's date; a stub of a deleted post has no note."""
    for page in render(edited(author, at, status), skin):
        assert extract(page, skin) == page.truth
        assert (page.truth.posts[-1].edited is None) == (status == "deleted")
        assert page.truth.posts[-2].edited is None


@pytest.mark.parametrize("skin", SILENT)
def test_some_engines_show_no_edits(skin: str) -> None:
    """Where the engine's pages say nothing of edits, truth lacks the field."""
    assert {post.edited for post in render(edited(Author(), NOW), skin)[0].truth.posts} == {UNSET}


def test_people_edit_posts_after_they_wrote_them() -> None:
    """Every edit comes after the post and before anybody looks, mostly within the hour; about one post in nine of a
    board is edited, and none under news."""
    board = [make_thread(5, i, locale="en", profile="forum") for i in range(40)]
    news = [make_thread(5, i, locale="en") for i in range(5)]
    posts = [(t, p) for t in board for p in t.posts]
    delays = sorted(p.odd.edited - (p.time or 0) for _, p in posts if p.odd and p.odd.edited is not None)

    assert all(p.odd is None or (p.odd.edited or 0) < (t.observed or 0) for t, p in posts)
    assert delays[0] > 0
    assert delays[len(delays) // 2] < 3_600
    assert delays[-1] <= 2 * 86_400 + 60
    assert 0.06 < len(delays) / len(posts) < 0.18
    assert not any(p.odd for t in news for p in t.posts)


def test_edits_move_nothing_else() -> None:
    """A thread on a site, whose clock edits its posts, is the same thread without the notes."""
    threads = (make_thread(5, i, locale="en", profile="forum") for i in range(100))
    own = next(t for t in threads if any(p.odd for p in t.posts))
    index = own.id - 10_000_000
    times = [p.time or 0 for p in sorted(own.posts, key=lambda p: p.arrival or 0)]
    pace = thread_pace(5, index, locale="en", profile="forum")
    placed = make_thread_at(
        5, index, Times(own.published or 0, times, own.observed or 0, pace), locale="en", profile="forum"
    )

    assert [(p.text, p.author, p.likes, p.body) for p in own.posts] == [
        (p.text, p.author, p.likes, p.body) for p in placed.posts
    ]
    assert not any(p.odd for p in placed.posts)


MARKED = ("guest", "banned", "pinned")
MARKS = [(name, mark) for name in skin_names() for mark in MARKED if mark in load_skin(name).post]


def test_some_skins_show_each_mark() -> None:
    """Guests, banned members and pinned comments are shown by skins of engines that have them."""
    assert {mark for _, mark in MARKS} == set(MARKED)


@pytest.mark.few("skin", "mark", keep=4)
@pytest.mark.parametrize(("skin", "mark"), MARKS)
@fuzz(16)
@given(
    author=names | st.sampled_from([Author("Guest"), Author("Gast", "G"), Author("a\nb"), Author(" ")]),
    noise=st.sampled_from(NOISES),
)
def test_marks_read_back(skin: str, mark: str, author: Author | None, noise: Any) -> None:
    """A mark is told of the post that has it and of no other; a guest keeps the name, but for one that is the word for
    guests without a name, and who is gone is no member either."""
    marked = Post("b", 1, author, NOW - 60, odd=replace(Odd(edited=NOW - 30), **{mark: True}))
    answer = Post("c", 2, Author("cy"), NOW - 50)
    thread = Thread(Article("t", "cy"), (marked, answer), published=NOW - 99, observed=NOW)
    page = render(thread, skin, noise=noise)[0]
    told = page.truth.posts[-2:]

    assert extract(page, skin) == page.truth
    assert getattr(told[0], mark) == (mark != "banned" or author is not None)
    assert getattr(told[1], mark) is False
    assert told[0].author in (author and author.name, None)


def test_a_mark_that_a_skin_lacks_changes_nothing() -> None:
    """A skin without guests, banned members or pinned comments shows a member's post."""
    plain = Thread(posts=(Post("b", time=NOW),), published=NOW, observed=NOW)
    marked = replace(plain, posts=(replace(plain.posts[0], odd=Odd(guest=True, banned=True, pinned=True)),))
    for skin in ("reference", "discuz", "hackernews"):
        assert render(marked, skin)[0].html == render(plain, skin)[0].html
