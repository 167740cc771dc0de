"""Strategies for bodies: blocks over inlines, recursive and bounded."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

import forgegen.model.bodies as m
from forgegen.strategies.fields import alphabet

Strategy = st.SearchStrategy[Any]
_MOST_BLOCKS, _MOST_KIDS, _DEEP = 5, 4, 2

_ADDRESSES = (
    "https://example.org/", "/threads/kettle.7/", "https://example.org/a?b=1&c=%20#d", "http://例え.example/ü",
    "#post-1", "//cdn.example.net/x.png", "javascript:void(0)", "https://example.org/" + "long-" * 24,
)  # fmt: skip
_DRAWN = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
_PICTURES = ("/img/a.png", "https://img.example.net/b.jpg?w=1&h=2", _DRAWN)
_SMILEYS = (":)", ";-)", ":D", "<3", ":mad:", "[微笑]", ">_<")
_EMOJI = ("👋", "👍🏽", "👩\u200d👧", "☺️", "🇩🇪")
_NAMES = ("al", "Ann Lee", "王五", "<b>", "x@y", "O'Brien", "a\u200bb")
_COLOURS = ("", "red", "#b83131", "rgb(184, 49, 47)")
_CODE = (
    "x = 1", "if a < b && c:\n    return  \"d\"\n\n\tdone", "  indented\n", "<br>\n&amp;", "a\r\nb", "-- >8 --",
    "[quote]not one[/quote]",
)  # fmt: skip
_LANGUAGES = ("", "python", "c++", "html")


_KIDS = ("ok", m.Strong(("ok",)))
_INLINE_EXAMPLES: tuple[Any, ...] = (
    m.Strong(("ok",)), m.Emphasis(("ok",)), m.Underline(("ok",)), m.Strike(("ok",)), m.Styled(("ok",), "red", 5),
    m.CodeSpan("x < y"), m.Link("https://example.org/", ("ok",)), m.Mention("al"), m.Hashtag("ok"), m.Smiley(":)"),
    m.Emoji("👋"), m.Image(_DRAWN, "ok", 4, 3), m.Email("al@example.org"),
)  # fmt: skip
_BLOCK_EXAMPLES: tuple[m.Block, ...] = (
    m.Heading(("ok",), 3), m.Quote((m.Paragraph(_KIDS),), "al", 1708146060, 1),
    m.ItemList(((m.Paragraph(("a",)),), (m.Paragraph(("b",)), m.ItemList(((m.Paragraph(("c",)),),), ordered=True)))),
    m.Table(((("a",), ("b",)), ((), ("d",))), header=True), m.Code("if a < b:\n\n    ok", "python"),
    m.Spoiler((m.Paragraph(("ok",)),), "why"), m.Figure(_DRAWN, "ok", "so it is"),
    m.Attachment("a.zip", 1234, "application/zip", 5), m.Media("youtube", "dQw4w9WgXcQ"),
    m.Unfurl("https://example.org/", "ok", "so it is"), m.Rule(),
    m.Poll("ok?", (m.PollOption("yes"), m.PollOption("no"))),
)  # fmt: skip
EXAMPLES: dict[str, tuple[m.Block, ...]] = {
    **{kid.type: (m.Paragraph(("ok ", kid, " ok")),) for kid in _INLINE_EXAMPLES},
    **{block.type: (m.Paragraph(("ok",)), block, m.Paragraph(("ok",))) for block in _BLOCK_EXAMPLES},
}
"""A small body with each node, by the node's name."""


@st.composite
def _made(draw: st.DrawFn, make: Callable[..., Any], *parts: Strategy) -> Any:
    """What ``make`` makes of what is drawn. ``builds`` tells Hypothesis the call, which it prints twice a level: a
    failing test would print for minutes.
    """
    return make(*map(draw, parts))


@st.composite
def _some(draw: st.DrawFn, each: Strategy, least: int, most: int) -> tuple[Any, ...]:
    """A tuple of so many."""
    return tuple(draw(st.lists(each, min_size=least, max_size=most)))


@lru_cache(maxsize=1)
def _texts() -> Strategy:
    """Words, odd white space, and any text that all readers give back."""
    return st.one_of(
        st.just("ok"),
        st.sampled_from((" ", "a b", "a\nb", "a \n\n b", " a", "a ", "\u3000\u3000a", "a\u00a0", "<i>", "&lt;", "@al")),
        st.text(alphabet(False), min_size=1, max_size=12),
    )


@lru_cache(maxsize=1)
def _words() -> Strategy:
    """Texts of a line."""
    return st.one_of(st.just("ok"), st.sampled_from(_NAMES), st.text(alphabet(False), min_size=1, max_size=8))


def _number(most: int) -> Strategy:
    return st.none() | st.integers(1, most)


@lru_cache(maxsize=1)
def _leaves() -> list[Strategy]:
    """Inlines that hold no others."""
    return [
        _made(m.Image, st.sampled_from(_PICTURES), st.just("") | _words(), _number(4000), _number(4000)),
        _made(m.Smiley, st.sampled_from(_SMILEYS)),
        _made(m.Emoji, st.sampled_from(_EMOJI)),
        _made(m.Mention, st.sampled_from(_NAMES)),
        _made(m.Hashtag, st.sampled_from(_NAMES)),
        _made(m.Email, st.sampled_from(("al@example.org", "a+b@example.org"))),
        _made(m.CodeSpan, st.sampled_from(_CODE) | _words()),
    ]


@lru_cache(maxsize=8)
def inlines(deep: int = _DEEP) -> Strategy:
    """Tuples of inlines that hold others up to so many levels; shrinks to one text."""
    kinds = [_texts(), *_leaves()]
    if deep:
        inner = inlines(deep - 1)
        kinds.append(_made(m.Link, st.sampled_from(_ADDRESSES), st.just(()) | inner))
        kinds += [_made(cls, inner) for cls in (m.Strong, m.Emphasis, m.Underline, m.Strike)]
        kinds.append(_made(m.Styled, inner, st.sampled_from(_COLOURS), st.integers(0, 7)))
    return _some(st.one_of(kinds), 1, _MOST_KIDS)


@lru_cache(maxsize=8)
def _kinds(deep: int) -> list[Strategy]:
    """Blocks, the plainest first; those that hold others up to so many levels."""
    kinds: list[Strategy] = [
        st.just(m.Paragraph(("ok",))),  # a choice alone: Hypothesis takes fewer choices for plainer
        st.just(m.Code("x = 1")),
        _made(m.Paragraph, inlines()),
        _made(m.Code, st.sampled_from(_CODE) | _texts(), st.sampled_from(_LANGUAGES)),
        _made(m.Heading, inlines(1), st.integers(1, 6)),
        _made(m.Table, _rows(), st.booleans()),
        _made(m.Figure, st.sampled_from(_PICTURES), st.just("") | _words(), st.just("") | _words()),
        _made(m.Attachment, _words(), _number(10**9), st.just(""), _number(10**6)),
        _made(m.Media, st.sampled_from(("youtube", "vimeo", "elsewhere")), st.sampled_from(("dQw4w9WgXcQ", "7"))),
        _made(m.Unfurl, st.sampled_from(_ADDRESSES), st.just("") | _words(), st.just("") | _words()),
        st.just(m.Rule()),
        _made(m.Poll, _words(), _some(_made(m.PollOption, _words()), 0, 3)),
    ]
    if deep:
        inner = _blocks(deep - 1)
        kinds.append(_made(_quote, inner, st.none() | st.sampled_from(_NAMES), st.none() | st.integers(0, 5)))
        kinds.append(_made(m.ItemList, _some(inner, 1, 3), st.booleans()))
        kinds.append(_made(m.Spoiler, inner, st.just("") | _words()))
    return kinds


def _quote(blocks: tuple[m.Block, ...], author: str | None, post: int | None) -> m.Quote:
    return m.Quote(blocks, author, None if post is None else 1708146060 + post, post)


def _rows() -> Strategy:
    cell = st.just(()) | inlines(1)
    return _some(_some(cell, 1, 3), 1, 3)


@lru_cache(maxsize=8)
def _blocks(deep: int) -> Strategy:
    return _some(st.one_of(_kinds(deep)), 1, _MOST_BLOCKS)


def body_trees() -> st.SearchStrategy[tuple[m.Block, ...]]:
    """Bodies of a post or an article; shrinks to a paragraph that says "ok"."""
    return _blocks(_DEEP)
