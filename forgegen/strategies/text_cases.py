"""Runs of text as HTML writes them, and what a reader should make of each: 44 cases of characters and markup.

``readers`` of a case is the most that may be expected: ``hostile`` ones have no text that all readers agree on.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st
from markupsafe import escape

from forgegen.forms.number_forms import COUNTS, FLOORS
from forgegen.model.thread import Author
from forgegen.quirks.quirk import RANKS, Readers
from forgegen.rendering.number_texts import count_writer, denoted, floor_writer
from forgegen.strategies.domain import Domain
from forgegen.strategies.fields import odd_authors, odd_texts
from forgegen.strategies.pieces import Shown, instance


class TextCase(NamedTuple):
    """The quirk that it is an instance of, HTML between two letters, and its text; None where readers may differ."""

    quirk: str
    html: str
    text: str | None
    readers: Readers = "portable"


TEXT_CASES: tuple[TextCase, ...] = (
    TextCase("", "ok", "ok"),
    TextCase("text.astral", "😀", "😀"),
    TextCase("text.combining", "1\ufe0f\u20e3", "1\ufe0f\u20e3"),
    TextCase("text.astral", "\U0001f1e8\U0001f1f3", "\U0001f1e8\U0001f1f3"),
    TextCase("text.astral", "𠮷", "𠮷"),
    TextCase("text.compat", "㎡①Ａ", "㎡①Ａ"),
    TextCase("text.references", "&#x1F600;", "😀"),
    TextCase("text.nul", "\0", None, "hostile"),
    TextCase("text.control", "\x0b", "\x0b", "hostile"),
    TextCase("text.control", "\x1b[31m", "\x1b[31m", "hostile"),
    TextCase("text.noncharacter", "\ufffe", "\ufffe", "hostile"),
    TextCase("text.noncharacter", "\uffff", "\uffff", "hostile"),
    TextCase("text.odd-references", "&#11;", "\x0b", "hostile"),
    TextCase("text.odd-references", "&#0;", "\ufffd", "hostile"),
    TextCase("text.odd-references", "&#xD800;", "\ufffd", "hostile"),
    TextCase("text.odd-references", "&#x80;", "€", "hostile"),
    TextCase("text.noncharacter", "\ud800", None, "hostile"),
    TextCase("text.emoji-zwj", "👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    TextCase("text.zerowidth", "\u200b", "\u200b"),
    TextCase("text.zerowidth", "\ufeff", "\ufeff"),
    TextCase("evasion.bidi", "\u202eab\u202c", "\u202eab\u202c"),
    TextCase("text.private-use", "\ue000", "\ue000"),
    TextCase("evasion.soft-hyphen", "\u00ad", "\u00ad"),
    TextCase("text.nbsp", "\u00a0", "\u00a0"),
    TextCase("text.ideographic-space", "\u3000", "\u3000"),
    TextCase("text.separator", "\u2028\u2029", "\u2028\u2029"),
    TextCase("text.control", "\x85", "\x85", "hostile"),
    TextCase("text.carriage-return", "\r", "\n", "hostile"),
    TextCase("text.combining", "e\u0301", "e\u0301"),
    TextCase("text.tagish", "&lt;b&gt;", "<b>"),
    TextCase("text.entity", "&amp;lt;", "&lt;"),
    TextCase("text.wbr", "a<wbr>b", "ab"),
    TextCase("text.br", "a<br>b", "a\nb"),
    TextCase("text.emoji-img", '<img src="e.png" alt="[笑]">', ""),
    TextCase("text.del", "<del>x</del>", "x"),
    TextCase("text.jammer", '<span style="display:none">x</span>', None, "hostile"),
    TextCase("text.jammer", '<font class="jammer">x</font>', None, "hostile"),
    TextCase("markup.ruby", "<ruby>漢<rt>hàn</rt></ruby>", None, "hostile"),
    TextCase("text.math", "<math><mi>x</mi></math>", "x", "html5"),
    TextCase("text.spanned", "<span>x</span>", "x"),
    TextCase("text.link", '<a href="#">x</a>', "x"),
    TextCase("text.inline", "<code>x</code>", "x"),
    TextCase("text.inline", "<sup>x</sup>", "x"),
    TextCase("text.nested-inline", "<b><u>x</u></b>", "x"),
)


def text_runs(readers: Readers) -> st.SearchStrategy[Shown]:
    """Posts' texts as HTML writes them: the cases between two letters, and every text of pages, escaped."""
    cases = [
        instance(case.quirk, f"甲{case.html}乙", None if case.text is None else f"甲{case.text}乙")
        for case in TEXT_CASES
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
        return instance("author.deleted", "账号已注销", None)
    return Shown(str(escape(author.name)), author.name)


_EDGES = (1, 0, 9, 10, 12, 999, 1_000, 1_234, 1_840, 12_000, 12_345, 2_500_000, 340_000_000, 3 * 10**9)


def count_displays() -> st.SearchStrategy[Shown]:
    """Counts in every form; the value is what the display tells: short forms round down, words tell None."""
    numbers = st.sampled_from(_EDGES) | st.integers(0, 10**10)
    return st.builds(_count, st.sampled_from(list(COUNTS)), numbers)


def _count(form: str, number: int) -> Shown:
    shown = count_writer(form)(number)
    return instance("" if shown == str(number) else f"count.{form}", shown, denoted(COUNTS[form], number))


def floor_displays() -> st.SearchStrategy[Shown]:
    """Floors in every form; the value is None where none is shown."""
    numbers = st.sampled_from((1, 2, 3, 4, 5, 9, 10, 100, 12_001)) | st.integers(1, 10**6)
    return st.builds(_floor, st.sampled_from(list(FLOORS)), numbers)


def _floor(form: str, number: int) -> Shown:
    shown = floor_writer(form)(number)
    named = shown and not any(map(str.isdecimal, shown))
    quirk = "floor." + ("named" if named else _FLOOR_QUIRKS.get(form, form))
    plain = shown.rstrip(" 楼樓") == str(number)
    return instance("" if plain else quirk, shown, denoted(FLOORS[form], number))


_FLOOR_QUIRKS = {"comma": "5digit", "named-hash": "hash-behind", "named-hash-hant": "hash-behind"}
