"""The readable text of a thread, both ways."""

from __future__ import annotations

import contextlib
import json
import re
from datetime import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgegen.errors import ReadError
from forgegen.model import Article, Author, Board, Local, Odd, OddHead, Post, Thread, read_text, write_text
from forgegen.model.tree import parents_of, reply_counts
from tests.drawn import threads

SAMPLE = Thread(
    Article("“豆浆”涨价", "海湾晨讯", "一家豆浆铺门前的队伍。(2024年2月16日)", ("第一段。", "第二段。")),
    (
        Post("排队两小时", 1, Author("半夏")),
        Post("我也去了", 2, Author("push", "p")),
        Post("", 3, Author("半夏")),
        Post("散了吧", 1, Author("Émile", "é")),
    ),
    Board("每日热议", "Daily Buzz"),
    71005,
    Local("2024-02-16T21:01"),
)
TEXT = (
    "“豆浆”涨价\n\n每日热议\nDaily Buzz\n最新回复:2024年2月16日 21点1分 PT\n\u00a0 返回列表\n71005\u00a0阅读\n4\u00a0评论\n海湾晨讯\n\n"
    "一家豆浆铺门前的队伍。(2024年2月16日)\n\n第一段。\n\n第二段。\n\n"
    "半夏\n1 楼\n排队两小时 [1评]\np\npush\n2 楼\n我也去了 [1评]\n半夏\n3 楼\n\né\nÉmile\n4 楼\n散了吧"
)


def test_the_sample_is_written_as_the_layout_says() -> None:
    """Every line of the layout stands where it should, without a final newline."""
    assert write_text(SAMPLE) == TEXT


def test_the_sample_is_read_back() -> None:
    """Reading gives the thread that was written, with or without one final newline."""
    assert read_text(TEXT) == SAMPLE
    assert read_text((TEXT + "\n").encode()) == SAMPLE


def projected(thread: Thread) -> Thread:
    """What the readable text keeps of a thread, told by its layout and not by the code."""

    def line(text: str) -> str:
        return text.replace("\n", " ")

    def author(given: Author | None) -> Author | None:
        if given is None or not given.name:
            return None
        name = line(given.name)
        if not re.match("[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]", name):
            return Author(name)
        fitting = (name[0].lower(), name[0], name[0].upper())
        return Author(name, given.avatar if given.avatar in fitting else fitting[0])

    a, last = thread.article, thread.last_reply
    caption, paragraphs = line(a.caption), tuple(map(line, a.paragraphs))
    if caption and not dated(caption):
        caption, paragraphs = "", (caption, *paragraphs)
    posts = tuple(Post(line(p.text), p.depth, author(p.author)) for p in thread.posts)
    return Thread(
        Article(line(a.title), line(a.byline), caption, paragraphs),
        posts,
        Board(line(thread.board.name), line(thread.board.latin)),
        thread.views,
        None if last is None else Local(last.at, last.zone),
    )


def dated(block: str) -> bool:
    """Whether a block ends in a bracketed day that exists, as ``datetime`` sees it."""
    for pattern, form in ((r"\((\d+年\d+月\d+日)\)\Z", "%Y年%m月%d日"), (r"\(([A-Z]\w+ \d+, \d+)\)\Z", "%B %d, %Y")):
        m = re.search(pattern, block, re.ASCII)
        if m:
            with contextlib.suppress(ValueError):
                datetime.strptime(re.sub(r"(\d+)(?=年|\Z)", lambda y: y[0].zfill(4), m[1]), form)
                return True
    return False


LAYOUT = ("ok [1评]", "ok \\[1评]", "[2评]", " [1评]", "ok\n[3评]", "1 楼", "2 楼", "k", "", "\\", "图。(2024年2月16日)",
          "\\图。(2024年2月16日)", "\\\\x (April 29, 2024)", "(2024年2月31日)", "4\u00a0评论", "\u00a0 返回列表")  # fmt: skip
imitating = st.sampled_from(LAYOUT) | st.text("\\ [1评]楼k\n", max_size=8)


@st.composite
def imitators(draw: st.DrawFn) -> Thread:
    """Threads whose every text may look like a piece of the layout."""
    posts, above = [], 0
    for depth in draw(st.lists(st.integers(1, 4), max_size=5)):
        above = min(depth, above + 1)
        author = draw(st.none() | st.builds(Author, imitating, st.none() | imitating))
        posts.append(Post(draw(imitating), above, author))
    article = Article(draw(imitating), draw(imitating), draw(imitating), tuple(draw(st.lists(imitating, max_size=3))))
    return Thread(article, tuple(posts), Board(draw(imitating), draw(imitating)), draw(st.integers(0, 10**30)))


@given(threads() | imitators())
def test_reading_what_was_written_gives_the_projection(thread: Thread) -> None:
    """``write_text`` takes any thread, and reading gives what the form can hold of it, whatever its texts imitate."""
    assert read_text(write_text(thread)) == projected(thread)


def test_a_text_that_ends_like_a_reply_mark_makes_no_tree() -> None:
    """Such a text is escaped, and comes back as it was."""
    thread = Thread(posts=(Post("ok [1评]"), Post("ok \\[2评]")))

    assert "\nok \\[1评]\n" in write_text(thread)
    assert [(p.text, p.depth) for p in read_text(write_text(thread)).posts] == [("ok [1评]", 1), ("ok \\[2评]", 1)]


plain = st.text("甲乙丙丁abcXYZ，。!? <&\u2028\x0b", min_size=1, max_size=12).filter(lambda t: not t.endswith("评]"))
names = st.text("山水木石kmz", min_size=1, max_size=5)


@given(
    st.lists(st.tuples(st.integers(1, 5), plain, names), max_size=12),
    st.lists(plain, max_size=4),
    st.one_of(st.just(""), st.just("图。(2024年2月16日)")),
)
def test_threads_that_imitate_nothing_come_back_whole(
    rows: list[tuple[int, str, str]], paragraphs: list[str], caption: str
) -> None:
    """Where no text looks like the layout, reading gives back everything the form holds."""
    posts, above = [], 0
    for depth, text, name in rows:
        above = min(depth, above + 1)
        posts.append(Post(text, above, Author(name, name[0] if name[0] in "kmz" else None)))
    thread = Thread(
        Article("题", "报", caption, tuple(paragraphs)), tuple(posts), Board("版", "Ban"), 5, Local("2024-02-16T21:01")
    )

    assert read_text(write_text(thread)) == thread


def test_times_and_likes_are_dropped_and_floors_numbered() -> None:
    """The form is a projection: no post times, no likes, floors 1..n, line breaks become spaces."""
    thread = Thread(posts=(Post("a\nb", floor=7, time=0, likes=3),))

    assert read_text(write_text(thread)).posts == (Post("a b", author=Author("al", "a")),)


@pytest.mark.parametrize(
    ("broken", "line", "says"),
    [
        ("", 1, "empty"),
        (TEXT.replace("2 楼\n", ""), 20, "floor 2 is missing"),
        (TEXT.replace("1 楼\n", ""), 18, "floor 1"),
        (TEXT.replace("两小时 [1评]", "两小时 [7评]"), 19, "fewer replies"),
        (TEXT.replace("2月16日 21点", "2月30日 21点"), 5, "no such day"),
        (TEXT.replace("2月16日 21点", "02月16日 21点"), 5, "leading zeros"),
        (TEXT.replace("PT", "QT"), 5, "unknown zone 'QT'"),
        (TEXT.replace("4\u00a0评论", "5\u00a0评论"), 8, "says 5 comments, but 4 floors follow"),
        (TEXT.replace("4\u00a0评论", "4 评论"), 8, "number of comments"),
        (TEXT.replace("71005", "071005"), 7, "number of views"),
        (TEXT.replace("\np\npush", "\npush"), 20, "no avatar letter"),
        (TEXT.replace("\n第二段", "\r\n第二段"), 14, "CR"),
        (TEXT.replace("第二段", "第\0二段"), 15, "NUL"),
        (TEXT + "\n\n", 31, "floor 5 is missing"),
        ("x", 1, "ends before"),
    ],
)
def test_broken_input_is_refused_with_its_line(broken: str, line: int, says: str) -> None:
    """One clear error names the line and what is wrong."""
    with pytest.raises(ReadError, match=says) as caught:
        read_text(broken)

    assert caught.value.line == line


def test_bytes_that_are_not_utf8_are_refused_with_their_line() -> None:
    """The line of the first bad byte is named, and the byte."""
    with pytest.raises(ReadError, match="line 13: not UTF-8: byte 0xff"):
        read_text(TEXT.encode().replace("第一".encode(), b"\xff"))


@pytest.mark.needs("reference")
def test_the_reference_thread_is_read_and_given_back_byte_for_byte(reference_text: bytes) -> None:
    """26 floors, five replies, board, views, latest reply, byline, caption, 18 paragraphs, avatar letters."""
    thread = read_text(reference_text)
    parents = parents_of(p.depth for p in thread.posts)

    assert write_text(thread).encode() == reference_text
    assert {n: p for n, p in enumerate(parents, 1) if p} == {3: 2, 9: 8, 10: 8, 11: 10, 23: 22}
    assert (len(thread.posts), thread.views, len(thread.article.paragraphs)) == (26, 71005, 18)
    assert thread.last_reply == Local("2024-02-16T21:01", "PT")
    assert [p.author.avatar for p in thread.posts if p.author and p.author.avatar] == list("pggamcg")
    assert sum(reply_counts(parents)) == 5
    assert Thread.from_json(thread.to_json()) == thread
    assert Thread.from_json(json.loads(thread.to_json())) == thread


@given(threads())
def test_json_holds_everything(thread: Thread) -> None:
    """A thread's JSON gives the thread back, and each row says its parent and replies."""
    rows = msgspec.json.decode(thread.to_json())["posts"]

    assert Thread.from_json(thread.to_json()) == thread
    assert [row["parent"] or 0 for row in rows] == parents_of(p.depth for p in thread.posts)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("{", 1, "not a thread's JSON"),
        ('{\n"id": 1,\n"x" 2}', 3, "not a thread's JSON"),
        ("[]", 1, "not a thread's JSON"),
        (SAMPLE.to_json().replace('"depth":3', '"depth":5'), 1, "depth 5"),
        (SAMPLE.to_json().replace('"parent":2', '"parent":1'), 1, "says parent 1, but the depths make it 2"),
        (SAMPLE.to_json().replace('"views":71005', '"views":-1'), 1, "views cannot be -1"),
    ],
)
def test_broken_json_is_refused(text: str, line: int, says: str) -> None:
    """Syntax, types, impossible depths and derived values that contradict them are errors with a line."""
    with pytest.raises(ReadError, match=says) as caught:
        Thread.from_json(text)

    assert caught.value.line == line


@given(threads())
def test_reprs_can_be_evaluated(thread: Thread) -> None:
    """The repr of a thread is an expression for it, with defaults left out."""
    names = {c.__name__: c for c in (Thread, Article, Author, Board, Post, Local, Odd, OddHead)}

    assert eval(repr(thread), names) == thread


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_texts_that_no_page_can_carry_are_refused(text: str) -> None:
    """NUL and surrogates are errors on construction."""
    with pytest.raises(ValueError, match="no HTML page can carry it"):
        Post(text)


def test_cr_becomes_lf_on_construction() -> None:
    """CR and CRLF are LF in every text."""
    assert Post("a\r\nb\rc").text == "a\nb\nc"
    assert Article("a\rb", paragraphs=("c\r\nd",)) == Article("a\nb", paragraphs=("c\nd",))


def test_an_english_caption_is_told_by_its_date() -> None:
    """A first block that ends in a bracketed English date is the caption; one with an impossible date is not."""
    for date, caption in (("(April 29, 2024)", True), ("(April 31, 2024)", False), ("(29 April 2024)", False)):
        block = f"A printer reports the temperature of the gym. {date}"
        thread = read_text(write_text(Thread(Article("t", "b", block, ("p",)))))
        assert (thread.article.caption == block) is caption
