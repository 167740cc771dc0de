"""Pools of values that break parsers, each with the label it earns."""

from __future__ import annotations

from forgegen.drawing.domain import Entry
from forgegen.model.moments import ZONES, Local

PLAIN_TIME = 1708146900  # 2024-02-16 21:15 PT

TEXTS: tuple[Entry, ...] = (
    Entry("", "text.empty"),
    Entry("a\nb", "text.br"),
    Entry("甲\n\n乙\n", "text.br"),
    Entry("回复 @al: 好", "text.reply-prefix"),
    Entry("回复9楼：说得对", "text.reply-prefix"),
    Entry("&lt;", "text.entity"),
    Entry("&amp;lt;b&amp;gt;", "text.entity"),
    Entry("&#60;", "text.entity"),
    Entry("&nbsp", "text.entity"),
    Entry("AT&T &copy2024", "text.entity"),
    Entry("</li>", "text.tagish"),
    Entry("<!--", "text.tagish"),
    Entry("-->", "text.tagish"),
    Entry("]]>", "text.tagish"),
    Entry("</p><p>", "text.tagish"),
    Entry("</script>", "text.tagish"),
    Entry("<b>x</b>", "text.tagish"),
    Entry("<2cm <图一> <3", "text.tagish"),
    Entry("{{ 7*7 }}", "text.tagish"),
    Entry(" a", "text.edge-space"),
    Entry("a ", "text.edge-space"),
    Entry("\u3000\u3000a", "text.edge-space"),
    Entry(" ", "text.edge-space"),
    Entry("a  b", "text.edge-space"),
    Entry("\ta\tb", "text.edge-space"),
    Entry("a\u00a0b", "text.nbsp"),
    Entry("a\u200bb", "text.zerowidth"),
    Entry("\ufeffa", "text.zerowidth"),
    Entry("a\u00adb", "text.zerowidth"),
    Entry("\U0001f468\u200d\U0001f469\u200d\U0001f467", "text.zerowidth"),
    Entry("𠮷野家", "text.astral"),
    Entry("😀", "text.astral"),
    Entry("\U0001f1e8\U0001f1f3", "text.astral"),
    Entry("e\u0301", "text.combining"),
    Entry("1\ufe0f\u20e3", "text.combining"),
    Entry("㎡①Ａ", "text.compat"),
    Entry("长" * 141, "text.long"),
    Entry("if x:\n    y()", "text.code"),
    Entry("支持！", "text.dup"),
    Entry("3 楼", "floor.in-text"),
    Entry("2楼说得对", "floor.in-text"),
    Entry("[2评]", "count.in-title"),
    Entry("2024-02-16 21:01", "time.in-text"),
    Entry("\u202eabc\u202c", "text.bidi"),
    Entry("a\u2028b\u2029c", "text.separators"),
    Entry("\ue000", "text.compat"),
    Entry("null", "text.looks-like"),
    Entry("0", "text.looks-like"),
    Entry("al", "text.looks-like"),
    Entry("楼主", "text.looks-like"),
    Entry("#1", "text.looks-like"),
    Entry("\"'`", "text.quotes"),
    Entry("https://a.example/?b=1&c=2", "text.url"),
    Entry("a\x0bb", "text.control", "hostile"),
    Entry("a\x0cb", "text.control", "hostile"),
    Entry("\x1b[31ma", "text.control", "hostile"),
    Entry("a\x01b", "text.control", "hostile"),
    Entry("a\x85b", "text.control", "hostile"),
    Entry("a\x7fb", "text.control", "hostile"),
    Entry("a\ufffeb\uffff", "text.control", "hostile"),
)
"""Texts of posts, titles and paragraphs."""

NAMES: tuple[Entry, ...] = (
    Entry(None, "author.deleted"),
    Entry("匿名", "author.looks-like"),
    Entry("发表于", "author.looks-like"),
    Entry("3 楼", "author.looks-like"),
    Entry("[2评]", "author.looks-like"),
    Entry("null", "author.looks-like"),
    Entry("[deleted]", "author.looks-like"),
    Entry("12345", "author.looks-like"),
    Entry("0", "author.looks-like"),
    Entry("2024-02-16 21:01", "author.looks-like"),
    Entry("楼主", "author.op-badge"),
    Entry("O'Neil", "author.markup"),
    Entry("<i>al</i>", "author.markup"),
    Entry("a&amp;b", "author.markup"),
    Entry('"al"', "author.markup"),
    Entry(" al", "author.edge-space"),
    Entry("al ", "author.edge-space"),
    Entry("al\u3000", "author.edge-space"),
    Entry("a  l", "author.edge-space"),
    Entry("AL", "author.case"),
    Entry("Al", "author.case"),
    Entry("é", "author.nfc"),
    Entry("e\u0301", "author.nfc"),
    Entry("\u202eal\u202c", "author.rtl"),
    Entry("شهد", "author.rtl"),
    Entry("张三", "author.cjk"),
    Entry("al bo", "author.words"),
    Entry("a\u200bl", "author.zerowidth"),
    Entry("😀", "author.astral"),
    Entry("长" * 41, "author.long"),
)
"""Names of authors; None is an author who is gone."""

AVATARS: tuple[str | None, ...] = ("A", None, "B", "😀", "7", "<")


def _at(at: str, fold: int = 0) -> int:
    instant = Local(at, "PT", fold).instant
    assert instant is not None
    return instant


TIMES: tuple[Entry, ...] = (
    Entry(_at("2024-02-17T00:05"), "time.midnight"),
    Entry(_at("2024-02-17T00:00"), "time.midnight"),
    Entry(_at("2024-02-16T21:01"), "time.onedigit"),
    Entry(_at("2024-11-03T01:30"), "time.dst-fold"),
    Entry(_at("2024-11-03T01:30", 1), "time.dst-fold"),
    Entry(_at("2024-02-29T23:59"), "time.leap"),
    Entry(_at("1999-12-31T23:59"), "time.old"),
    Entry(0, "time.old"),
    Entry(_at("2024-02-17T12:05"), "time.noon"),
    Entry(_at("2024-03-05T09:09"), "time.md-ambiguous"),
    Entry(_at("2024-02-15T21:15"), "time.unordered"),
    Entry(_at("2099-12-31T23:59"), "time.future"),
    Entry(2**31, "time.future"),
    Entry(_at("2024-01-01T00:00"), "time.year-turn"),
    Entry(None, "time.none"),
)
"""Instants of posts; None is a post whose time is not shown."""

ZONE_NAMES: tuple[str, ...] = tuple(ZONES)

NUMBERS: tuple[Entry, ...] = (
    Entry(0, "count.zero-shown"),
    Entry(10, "count.two-digit"),
    Entry(12, "count.two-digit"),
    Entry(1234, "count.comma"),
    Entry(1840, "count.dot"),
    Entry(12_000, "count.k"),
    Entry(340_000_000, "count.k"),
    Entry(2**31, "count.overflow"),
)
"""Views and likes."""

FLOORS_AT: tuple[Entry, ...] = (
    Entry(("skip", 1), "floor.gap"),
    Entry(("skip", 10), "floor.gap"),
    Entry(("same", 0), "floor.dup"),
    Entry(("at", 10), "floor.from-10"),
    Entry(("at", 101), "floor.3digit"),
    Entry(("at", 12_001), "floor.5digit"),
    Entry(("at", 0), "floor.zero"),
)
"""Floors in relation to the post before: skip some, the same again, or a number."""
