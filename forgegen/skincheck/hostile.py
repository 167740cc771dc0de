"""Hostile threads, always the same ones: every nasty text in every place, odd trees, dates and counts, and mixtures.

The small ones come first, so that what they show is shown by little.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count, islice
from typing import Any

from forgegen.forms.dates import FORMS
from forgegen.forms.numbers import COUNTS, FLOORS
from forgegen.model.calendar import ZONES, Local
from forgegen.model.thread import Article, Author, Board, Odd, OddHead, Post, Thread
from forgegen.streams.stream import Stream

NASTY = (
    "", " ", "\n", "\t", "\na", "a\n", "a\nb", "a\n\nb", "  x  ", "\u00a0x\u00a0", "\u3000x\u3000",
    "\u2028", "\x0b", "\x0c",
    "<b>x</b>", "</p><p>", "</div>", "</li>", "</td></tr>", "</textarea>", "</script>", "<!--", "-->", "<![CDATA[",
    "]]>",
    "<", ">", "&", "&amp;", "&#60;", "&copy", "&lt", '"', "'", "`", '" onclick="x', "{{ 7*7 }}", "{% raw %}", "{{",
    "\u202eabc", "e\u0301", "\U0001f9ce\u200d\u2642\ufe0f", "\ufeff", "𠮷野家", "\x1b[31m", "\x7f", "\x80", "\uffff",
    "[2评]", "1 楼", "#1", "回复9楼", "> quoted", "71K", "al", "0", "2024-02-16 21:01", "深" * 120, "w" * 120,
)  # fmt: skip
"""Texts that break templates and selectors."""

NOON, LATER = 1_708_146_600, 1_708_150_600  # 2024-02-17 05:10 UTC and 4,000 seconds later
BARE = Thread(Article("t", "o", "", ("p",)), (), Board("b", "B"), 9, None, NOON, LATER)
"""An article without comments."""

_AL = Author("al", "A")
_TREES = ((1, 1), (1, 2), (1, 2, 1), (1, 2, 2, 3, 1, 2), tuple(range(1, 31)))
_COUNTS = (0, 1, 999, 1_000, 12_345, 71_005, 10**7, 123_456_789)
_TIMES = (None, 0, -(10**9), 1_709_208_000, 1_730_622_600, 1_704_067_199, 4 * 10**9)
_LOCALS = (
    Local("2024-03-10T02:30"),
    Local("2024-11-03T01:30"),
    Local("2024-11-03T01:30", fold=1),
    Local("0001-01-01T00:00"),
)


def _post(text: str = "ok", depth: int = 1, author: Author | None = _AL, **fields: Any) -> Post:
    return Post(text, depth, author, **{"time": NOON + 300, "likes": 1, **fields})


def _with(*posts: Post, **fields: Any) -> Thread:
    values = {name: getattr(BARE, name) for name in BARE.__struct_fields__}
    return Thread(**{**values, "posts": posts, **fields})


def _texts(text: str) -> Iterator[Thread]:
    """A text in each place by itself: of the post, of its author, of the head."""
    name = text or "al"
    yield _with(_post(text))
    yield _with(_post("ok", author=Author(name, name)), _post("re", 2, Author(name)))
    yield _with(_post("a"), _post(text, 2, odd=Odd(quote=text, badge=text)))
    yield _with(_post(), article=Article(text, text, text, (text, "p", text)), board=Board(text, text))


def _single() -> Iterator[Thread]:
    """One thing out of the ordinary each."""
    yield BARE
    yield Thread()
    yield _with(_post())
    yield _with(_post(author=None, likes=None, time=None))
    for depths in _TREES:
        yield _with(*(_post(f"t{n}", depth, Author(f"a{n % 3}")) for n, depth in enumerate(depths)))
    yield _with(_post("a", arrival=2), _post("b", 2, arrival=0), _post("c", arrival=1))
    yield _with(_post("a", floor=7), _post("b", floor=7), _post("c", 2, floor=-1), _post("d", floor=10**6))
    for status in ("deleted", "collapsed", "removed"):
        yield _with(_post("a", odd=Odd(status=status)), _post("b", 2), _post("c"))
    yield _with(_post("a", odd=Odd(edited=LATER)), _post("b", odd=Odd(count=3)), _post("c", odd=Odd(count=0)))
    for number in _COUNTS:
        yield _with(_post(likes=number, odd=Odd(count=number)), views=number, odd=OddHead(count=number))
    for time in _TIMES:
        yield _with(_post(time=time), published=time, observed=time)
    for local in _LOCALS:
        yield _with(_post(), last_reply=local)
    for zone in ZONES:
        yield _with(_post(), zone=zone, last_reply=Local("2024-02-16T21:01", zone))


def _forms() -> Iterator[Thread]:
    """Every form of counts, floors and dates."""
    for form in COUNTS:
        yield _with(_post(likes=71_005, odd=Odd(replies=form, likes=form)), views=71_005, odd=OddHead(form, form))
    for form in FLOORS:
        yield _with(*(_post(odd=Odd(floor=form)) for _ in range(3)))
    for form in FORMS:
        yield _with(_post(odd=Odd(date=form)), odd=OddHead(published=form, last_reply=form), last_reply=_LOCALS[1])


def _mixed(index: int) -> Thread:
    """A thread of everything at once, chosen by its number."""
    draw = Stream("skincheck", index)
    posts, depth = [], 0
    for _ in range(draw.below(9)):
        depth = min(1 + draw.below(4), depth + 1)
        author = None if draw.chance(100) else Author(draw.pick(NASTY) or "al", draw.pick(NASTY) or None)
        odd = None if draw.chance(600) else _odd(draw)
        time, likes = draw.pick((NOON + draw.below(4000), *_TIMES)), draw.pick((None, draw.below(10**7)))
        posts.append(Post(draw.pick(NASTY), depth, author, time, likes, odd=odd))
    paragraphs = tuple(draw.pick(NASTY) for _ in range(draw.below(4)))
    article = Article(draw.pick(NASTY), draw.pick(NASTY), draw.pick(NASTY), paragraphs)
    head = OddHead(draw.pick(("", *COUNTS)), draw.pick(("", *COUNTS)), draw.pick(("", *FORMS)), draw.pick(("", *FORMS)))
    return Thread(
        article, tuple(posts), Board(draw.pick(NASTY), draw.pick(NASTY)), draw.below(10**9),
        draw.pick((None, *_LOCALS)), draw.pick(_TIMES), draw.pick(_TIMES), id=1 + draw.below(10**9),
        odd=head if draw.chance(300) else None,
    )  # fmt: skip


def _odd(draw: Stream) -> Odd:
    return Odd(
        draw.pick(("", *FLOORS)), draw.pick(("", *FORMS)), draw.pick(("", *COUNTS)), draw.pick(("", *COUNTS)),
        draw.pick((None, draw.below(10**5))), draw.pick((None, draw.pick(NASTY))),
        draw.pick((None, "deleted", "collapsed", "removed")), draw.pick((None, LATER)),
        draw.pick((None, draw.pick(NASTY))),
    )  # fmt: skip


def hostile_threads(number: int) -> Iterator[Thread]:
    """That many threads, the same ones whenever asked; the first 350 or so have one odd thing each."""
    singles = chain(_single(), chain.from_iterable(map(_texts, NASTY)), _forms())
    return islice(chain(singles, map(_mixed, count())), number)


def long_thread(posts: int) -> Thread:
    """A thread of that many posts of which some answer one that stands far above."""
    return _with(*(_post(f"t{n}", 1 if n % 7 == 0 else 2, Author(f"a{n % 5}")) for n in range(posts)))
