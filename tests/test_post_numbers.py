"""Numbers of posts, and pages of threads whose ids are as large as they may be."""

from __future__ import annotations

import html5lib
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgegen.errors import UsageError
from forgegen.generate.making import make_thread
from forgegen.model.post_numbers import MOST_ID, n_of_pid, pid_of
from forgegen.model.thread import Thread
from forgegen.pages.page import render
from forgegen.reading.extraction import extract
from forgegen.skins.loading import load_skin, skin_names

IDS = st.integers(0, MOST_ID) | st.sampled_from([10**k + d for k in range(36) for d in (-1, 0, 1)])


@given(IDS, st.integers(0, 10**9))
def test_a_number_tells_the_position(thread_id: int, n: int) -> None:
    """The position is read back from the number, so that no two posts of a thread share one."""
    assert n_of_pid(pid_of(thread_id, n)) == n


@given(IDS, st.integers(0, 10**8))
def test_numbers_fit_the_narrowest_column(thread_id: int, n: int) -> None:
    """Whatever the thread, its posts have numbers below 2^31, and above those of threads of small corpora."""
    assert 10**9 <= pid_of(thread_id, n) < 2**31


@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", [name for name in skin_names() if not load_skin(name).columns.topics])
def test_positions_are_read_back_from_a_page_alone(skin: str) -> None:
    """Where a page stands alone, ``n`` is the position in the thread (Discourse shows that in the topic)."""
    form = load_skin(skin)
    page = render(make_thread(7, 3, profile="forum" if form.kind == "forum" else "reference"), skin)[0]

    assert [post.n for post in extract(page, skin).posts] == [post.n for post in page.truth.posts]


@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", skin_names())
@pytest.mark.parametrize("index", [0, 2**53, 99_999_990_000_000, 10**18, MOST_ID - 10_000_000])
def test_the_truth_of_a_page_of_any_index_is_read_back(skin: str, index: int) -> None:
    """Large ids lose nothing, in no skin: the truth is on the page, and the ids of posts are its anchors."""
    thread = make_thread(7, index)
    page = render(msgspec.structs.replace(thread, posts=thread.posts[:6]), skin)[0]
    anchors = {e.get("id") or e.get("name") for e in html5lib.parse(page.html, namespaceHTMLElements=False).iter()}

    assert extract(page, skin) == page.truth
    assert {post.id for post in page.truth.posts if isinstance(post.id, str)} <= anchors


@pytest.mark.parametrize("thread_id", [-1, MOST_ID + 1])
def test_an_id_that_no_page_can_carry_is_refused(thread_id: int) -> None:
    """The error says the value and what would be right."""
    with pytest.raises(ValueError, match=r"id cannot be .*; right would be a whole number from 0 to 10\*\*36 - 1"):
        Thread(id=thread_id)


@pytest.mark.parametrize("index", [-1, 10**36])
def test_an_index_without_an_id_is_refused(index: int) -> None:
    """Generating says so before anything is made."""
    with pytest.raises(UsageError, match="index cannot be"):
        make_thread(0, index)
