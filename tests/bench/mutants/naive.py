"""Two strategies as people write them without this package: one from the types, one from a list of sane values."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from forgegen.model.thread import Article, Author, Board, Post, Thread
from forgegen.pages.page import Page

_NAMES = ("Anna", "Ben", "Carla Diaz", "dan", "陈小满", "阿土", "li_wei", "Maria")
_SENTENCES = (
    "I agree.",
    "好的，谢谢。",
    "Where did you read that?",
    "支持",
    "Not sure about this one.",
    "+1",
    "说得对",
)
_START = 1708146900
_SAFE = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"))


def _page(thread: Thread) -> Page:
    return Page(thread, noise="none")


def _threads(rows: list[tuple[int, Post]]) -> Thread:
    """Posts under one another as deep as asked for and as the one above allows."""
    posts, above = [], 0
    for depth, post in rows:
        above = min(depth, above + 1)
        posts.append(Post(post.text, above, post.author, post.time, post.likes))
    return Thread(Article("t", "o", "", ("p",)), tuple(posts), Board("b", "B"), 9, None, _START - 300, _START + 3_700)


def _pages(post: st.SearchStrategy[Post], most: int) -> st.SearchStrategy[Page]:
    rows: st.SearchStrategy[Any] = st.lists(st.tuples(st.integers(1, 4), post), max_size=most)
    return rows.map(_threads).map(_page)


def from_types() -> st.SearchStrategy[Page]:
    """What the types allow: any text, any name, any number."""
    author = st.none() | st.builds(
        Author, st.text(_SAFE, min_size=1), st.none() | st.text(_SAFE, min_size=1, max_size=1)
    )
    likes = st.none() | st.integers(0, 2**31)
    return _pages(st.builds(Post, st.text(_SAFE), st.just(1), author, st.none() | st.integers(0, 4 * 10**9), likes), 12)


def sane() -> st.SearchStrategy[Page]:
    """What a list of names and sentences gives, at sane times."""
    author = st.builds(Author, st.sampled_from(_NAMES), st.none() | st.sampled_from("ABC"))
    time = st.integers(_START, _START + 3_600)
    return _pages(st.builds(Post, st.sampled_from(_SENTENCES), st.just(1), author, time, st.integers(0, 99)), 12)
