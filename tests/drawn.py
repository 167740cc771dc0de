"""Hypothesis strategies for hostile threads; the public strategies will grow out of these."""

from __future__ import annotations

from hypothesis import strategies as st

from forgegen.forms.date_forms import FORMS
from forgegen.forms.number_forms import COUNTS, FLOORS
from forgegen.model.calendar import Local, local_at
from forgegen.model.thread import Article, Author, Board, Odd, OddHead, Post, Thread

NASTY = (
    "", " ", "\n", "\t", "a\nb", "<b>x</b>", "&amp;", "&#60;", "]]>", "</script>", "<!--", "-->", "<![CDATA[",
    '"', "'", "`",
    "</p><p>", "{{ 7*7 }}", "{% raw %}", "\u202eabc", "e\u0301", "\U0001f9ce\u200d\u2642\ufe0f", "\ufeff",
    "\u2028", "\x0b", "\x0c",
    "\x1b[31m", "\x80", "\uffff", "𠮷野家", "[2评]", "1 楼", "回复9楼", "  x  ", "\u00a0", "&", "&copy", "&lt", "<",
    ">", "\x7f",
)  # fmt: skip

texts = st.one_of(
    st.just("ok"),
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
)
lines = texts.map(lambda t: t.replace("\n", " ").replace("\r", " "))
instants = st.one_of(st.none(), st.integers(-(10**9), 4 * 10**9))
authors = st.one_of(
    st.just(Author()),
    st.none(),
    st.builds(Author, texts.filter(bool), st.one_of(st.none(), texts.filter(bool))),
)
locals_ = st.one_of(
    st.none(),
    st.sampled_from([Local("2024-03-10T02:30"), Local("2024-11-03T01:30"), Local("2024-11-03T01:30", fold=1),
    Local("0001-01-01T00:00")]),
    st.builds(local_at, st.integers(-(10**9), 4 * 10**9), st.sampled_from(["PT", "CET", "CST", "UTC"])),
)  # fmt: skip
count_forms, date_forms = st.sampled_from(["", *COUNTS]), st.sampled_from(["", *FORMS])
odds = st.one_of(
    st.none(),
    st.builds(
        Odd, st.sampled_from(["", *FLOORS]), date_forms, count_forms, count_forms, st.none() | st.integers(0, 10**5),
        st.none() | texts, st.sampled_from([None, "deleted", "collapsed"]), st.none() | st.integers(0, 2 * 10**9),
        st.none() | texts,
    ),
)  # fmt: skip
heads = st.one_of(
    st.none(),
    st.builds(
        OddHead, count_forms, count_forms, date_forms, date_forms, st.none() | st.integers(0, 10**10),
        st.sampled_from([None, "tree", "arrival", "newest"]),
    ),
)  # fmt: skip


@st.composite
def threads(draw: st.DrawFn, *, max_size: int = 8) -> Thread:
    """Threads that hold any text a post can hold, in any tree."""
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(1, 5), texts, authors, instants, st.one_of(st.none(), st.integers(0, 10**7)),
                st.one_of(st.none(), st.integers(0, 10**6)), odds,
            ),
            max_size=max_size,
        )
    )  # fmt: skip
    posts, above = [], 0
    for depth, text, author, time, likes, floor, odd in rows:
        above = min(depth, above + 1)
        posts.append(Post(text, above, author, time, likes, floor, None, odd))
    return Thread(
        Article(draw(texts), draw(texts), draw(texts), tuple(draw(st.lists(texts, max_size=3)))),
        tuple(posts),
        Board(draw(texts), draw(texts)),
        draw(st.integers(0, 10**9)),
        draw(locals_),
        draw(instants),
        draw(instants),
        odd=draw(heads),
    )
