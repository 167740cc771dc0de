"""Skins of forums: the opening post, quotations, numbers of posts, languages of furniture, themes with a base."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgegen.errors import SkinError, UnknownName
from forgegen.forms.date_forms import FORMS
from forgegen.generate.making import make_thread
from forgegen.model.calendar import DAY
from forgegen.model.thread import Article, Author, Board, Odd, Post, Thread
from forgegen.model.truth import Truth
from forgegen.pages.page import Page, render
from forgegen.reading.date_reader import read_date
from forgegen.reading.extraction import extract
from forgegen.rendering.displays import show_instant
from forgegen.rendering.listing import BoardRow, Listed, ThreadRow, render_board, render_index
from forgegen.rendering.look import Look
from forgegen.skins.loading import load_skin
from tests.drawn import threads
from tests.tiers import fuzz

FOLDER = str(Path(__file__).parent / "skins")
OPENING = Article("Why does it hum?", "al", paragraphs=("It hums.", "Why?"))


@pytest.mark.parametrize("skin", ["plainforum", "plainforum-dark"])
@pytest.mark.parametrize("ui", ["en", "de"])
@given(thread=threads(max_size=25))
@fuzz(60)
def test_extraction_gives_the_truth_of_hostile_threads(skin: str, ui: str, thread: Thread) -> None:
    """Whatever a post can hold, every page of a forum reads back to its truth, in every language and theme."""
    for page in render(thread, skin, ui=ui, templates=[FOLDER]):
        assert extract(page, skin, templates=[FOLDER]) == page.truth


def test_the_opening_post_comes_first() -> None:
    """It has n 0, role opening, the paragraphs as lines; the first comment is n 1 and floor 2; counts include it."""
    posts = (Post("a", 1, Author("bo"), arrival=1), Post("b", 2, Author("al"), arrival=2), Post("c", 1, arrival=0))
    truth = render(Thread(OPENING, posts), "plainforum", templates=[FOLDER])[0].truth

    assert [(p.n, p.role, p.floor, p.text) for p in truth.posts] == [
        (0, "opening", 1, "It hums.\nWhy?"), (3, None, 2, "c"), (1, None, 3, "a"), (2, None, 4, "b"),
    ]  # fmt: skip
    assert truth.comment_count == 4
    assert truth.posts[3].quote == "a"
    assert truth.posts[3].parent == truth.posts[2].id


def test_long_forum_threads_join() -> None:
    """Pages hold ten posts each, the opening one among them; together they are the thread."""
    thread = Thread(OPENING, tuple(Post(f"t{n}") for n in range(25)))
    pages = render(thread, "plainforum", templates=[FOLDER])

    assert [len(p.truth.posts) for p in pages] == [10, 10, 6]
    assert pages[1].url == "https://plain.example/t/why-does-it-hum.1/page-2"
    assert [p.n for p in Truth.join(p.truth for p in pages).posts] == list(range(26))


def test_removed_posts_leave_a_gap() -> None:
    """What hangs below a removed post still names it; the post itself is nowhere, nor is it counted as a reply."""
    posts = (Post("root"), Post("gone", 2, odd=Odd(status="removed")), Post("kept", 3))
    page = render(Thread(posts=posts))[0]

    assert [(p.n, p.replies, p.parent) for p in page.truth.posts] == [(1, 0, None), (3, 0, "c2")]
    assert extract(page) == page.truth


def test_a_wrong_option_names_the_right_ones() -> None:
    """An encoding or language that the skin does not have is refused with those it has."""
    with pytest.raises(UnknownName, match=r"Did you mean 'gbk'.*utf-8, gbk"):
        Page(Thread(), "plainforum", encoding="gb", templates=[FOLDER])
    with pytest.raises(UnknownName, match="en, de"):
        Page(Thread(), "plainforum", ui="fr", templates=[FOLDER])


def test_a_host_moves_every_address() -> None:
    """With another host all addresses of the page begin with it."""
    page = render(make_thread(1, 2), "plainforum", host="http://localhost:8000", templates=[FOLDER])[0]

    assert "plain.example" not in page.html
    assert page.url.startswith("http://localhost:8000/t/")


def test_a_base_that_is_the_skin_itself_is_refused(tmp_path: Path) -> None:
    """A circle of bases is an error that shows the circle."""
    for name, base in (("one", "two"), ("two", "one")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "skin.toml").write_text(f'base = "{base}"', "utf-8")

    with pytest.raises(SkinError, match="one -> two -> one"):
        load_skin("one", (str(tmp_path),))


def test_lists_of_boards_and_threads_are_rendered() -> None:
    """Board pages link to their threads, the index to the boards."""
    board = Board("闲聊", "Chat", 3)
    row = ThreadRow(10_000_007, "Why does it hum?", "al", 12, 71_005, 1_700_000_000, "bo", 1_700_000_500, "UTC", board)
    boards = [BoardRow(board, 7, 90, row)]
    look = Look(templates=(FOLDER,))
    html = render_board("plainforum", look, Listed(boards[0], boards, [row], 1, 3))
    index = render_index("plainforum", look, boards)

    assert 'href="https://plain.example/t/why-does-it-hum.10000007/"' in html
    assert "12/71K" in html
    assert 'href="https://plain.example/f/chat.3/page-2"' in html
    assert 'href="https://plain.example/f/chat.3/"' in index


@pytest.mark.few("form", keep=len(FORMS) // 3)
@pytest.mark.parametrize("form", list(FORMS))
@given(
    instant=st.integers(-5 * 10**9, 10**10),
    zone=st.sampled_from(["PT", "CET", "CST", "UTC"]),
    late=st.integers(0, 300 * DAY),
)
def test_every_date_form_reads_back(form: str, instant: int, zone: str, late: int) -> None:
    """What a form shows tells what its reader finds, and a local time that agrees with the instant."""
    date = show_instant(instant, zone, form, "second", instant + late)
    assert date is not None
    exact = show_instant(instant, zone, "dash-second", "second")
    assert exact is not None

    assert read_date(date.shown, date.attribute, form, instant + late) == date.truth
    if date.truth.local is not None:
        assert (exact.truth.local or "").startswith(date.truth.local)
