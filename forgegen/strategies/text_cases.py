"""Runs of text as HTML writes them, and what a reader should make of each: 44 cases of characters and markup.

``readers`` of a case is the most that may be expected: ``hostile`` ones have no text that all readers agree on.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st
from markupsafe import escape

from forgegen.forms.numbers import COUNTS, FLOORS
from forgegen.model.thread import Author
from forgegen.quirks.catalogue import RANKS, Readers
from forgegen.rendering.numbers import count_writer, denoted, floor_writer
from forgegen.strategies.domain import Domain
from forgegen.strategies.fields import odd_authors, odd_texts
from forgegen.strategies.pieces import Shown


class TextCase(NamedTuple):
    """HTML between two letters, and the text that it shows; None where readers may differ."""

    html: str
    text: str | None
    readers: Readers = "portable"


TEXT_CASES: dict[str, TextCase] = {
    "plain": TextCase("ok", "ok"),
    "emoji": TextCase("😀", "😀"),
    "keycap": TextCase("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
    "flag": TextCase("\U0001f1e8\U0001f1f3", "\U0001f1e8\U0001f1f3"),
    "extension B": TextCase("𠮷", "𠮷"),
    "compatibility": TextCase("㎡①Ａ", "㎡①Ａ"),
    "reference": TextCase("&#x1F600;", "😀"),
    "NUL": TextCase("\0", None, "hostile"),
    "vertical tab": TextCase("\x0b", "\x0b", "hostile"),
    "escape": TextCase("\x1b[31m", "\x1b[31m", "hostile"),
    "FFFE": TextCase("\ufffe", "\ufffe", "hostile"),
    "FFFF": TextCase("\uffff", "\uffff", "hostile"),
    "control reference": TextCase("&#11;", "\x0b", "hostile"),
    "NUL reference": TextCase("&#0;", "\ufffd", "hostile"),
    "surrogate reference": TextCase("&#xD800;", "\ufffd", "hostile"),
    "euro reference": TextCase("&#x80;", "€", "hostile"),
    "lone surrogate": TextCase("\ud800", None, "hostile"),
    "zwj": TextCase("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    "zero-width space": TextCase("\u200b", "\u200b"),
    "byte order mark": TextCase("\ufeff", "\ufeff"),
    "right to left": TextCase("\u202eab\u202c", "\u202eab\u202c"),
    "private use": TextCase("\ue000", "\ue000"),
    "soft hyphen": TextCase("\u00ad", "\u00ad"),
    "no-break space": TextCase("\u00a0", "\u00a0"),
    "ideographic space": TextCase("\u3000", "\u3000"),
    "separators": TextCase("\u2028\u2029", "\u2028\u2029"),
    "next line": TextCase("\x85", "\x85", "hostile"),
    "carriage return": TextCase("\r", "\n", "hostile"),
    "combining": TextCase("e\u0301", "e\u0301"),
    "escaped tag": TextCase("&lt;b&gt;", "<b>"),
    "escaped twice": TextCase("&amp;lt;", "&lt;"),
    "wbr": TextCase("a<wbr>b", "ab"),
    "br": TextCase("a<br>b", "a\nb"),
    "emoji image": TextCase('<img src="e.png" alt="[笑]">', ""),
    "del": TextCase("<del>x</del>", "x"),
    "hidden": TextCase('<span style="display:none">x</span>', None, "hostile"),
    "jammer": TextCase('<font class="jammer">x</font>', None, "hostile"),
    "ruby": TextCase("<ruby>漢<rt>hàn</rt></ruby>", None, "hostile"),
    "math": TextCase("<math><mi>x</mi></math>", "x", "html5"),
    "span": TextCase("<span>x</span>", "x"),
    "link": TextCase('<a href="#">x</a>', "x"),
    "code": TextCase("<code>x</code>", "x"),
    "sup": TextCase("<sup>x</sup>", "x"),
    "u in b": TextCase("<b><u>x</u></b>", "x"),
}


def text_runs(readers: Readers) -> st.SearchStrategy[Shown]:
    """Posts' texts as HTML writes them: the cases between two letters, and every text of pages, escaped."""
    cases = [
        Shown(f"甲{case.html}乙", None if case.text is None else f"甲{case.text}乙", (f"text.{name}",))
        for name, case in TEXT_CASES.items()
        if RANKS[case.readers] <= RANKS[readers]
    ]
    typed = odd_texts(Domain(readers=readers))
    assert typed is not None
    return st.sampled_from(cases) | typed.map(lambda text: Shown(_escaped(text), text))


def _escaped(text: str) -> str:
    return str(escape(text)).replace("\n", "<br>")


def name_displays() -> st.SearchStrategy[Shown]:
    """Names of authors as HTML writes them; the value is None for one who is gone."""
    people: Any = odd_authors(Domain())
    named: st.SearchStrategy[Shown] = people.map(_name)
    return st.just(Shown("al", "al")) | named


def _name(author: Author | None) -> Shown:
    if author is None:
        return Shown("账号已注销", None, ("author.deleted",))
    return Shown(str(escape(author.name)), author.name)


_EDGES = (1, 0, 9, 10, 12, 999, 1_000, 1_234, 1_840, 12_000, 12_345, 2_500_000, 340_000_000, 3 * 10**9)


def count_displays() -> st.SearchStrategy[Shown]:
    """Counts in every form; the value is what the display tells: short forms round down, words tell None."""
    numbers = st.sampled_from(_EDGES) | st.integers(0, 10**10)
    return st.builds(_count, st.sampled_from(list(COUNTS)), numbers)


def _count(form: str, number: int) -> Shown:
    return Shown(count_writer(form)(number), denoted(COUNTS[form], number), (f"count.{form}",))


def floor_displays() -> st.SearchStrategy[Shown]:
    """Floors in every form; the value is None where none is shown."""
    numbers = st.sampled_from((1, 2, 3, 4, 5, 9, 10, 100, 12_001)) | st.integers(1, 10**6)
    return st.builds(_floor, st.sampled_from(list(FLOORS)), numbers)


def _floor(form: str, number: int) -> Shown:
    return Shown(floor_writer(form)(number), denoted(FLOORS[form], number), (f"floor.{form}",))
