"""Pools of values that break parsers. Their labels are detected, never declared."""

from __future__ import annotations

from typing import Any

from forgegen.model.calendar import ZONES, Local

TEXTS: tuple[Any, ...] = (
    "",
    "a\nb",
    "甲\n\n乙\n",
    "回复 @al: 好",
    "回复9楼：说得对",
    "&lt;",
    "&amp;lt;b&amp;gt;",
    "&#60;",
    "&nbsp",
    "AT&T &copy2024",
    "</li>",
    "<!--",
    "-->",
    "]]>",
    "</p><p>",
    "</script>",
    "<b>x</b>",
    "<2cm <图一> <3",
    "{{ 7*7 }}",
    " a",
    "a ",
    "\u3000\u3000a",
    " ",
    "a  b",
    "\ta\tb",
    "a\u00a0b",
    "a\u200bb",
    "\ufeffa",
    "a\u00adb",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "𠮷野家",
    "😀",
    "\U0001f1e8\U0001f1f3",
    "e\u0301",
    "1\ufe0f\u20e3",
    "㎡①Ａ",
    "长" * 141,
    "if x:\n    y()",
    "支持！",
    "3 楼",
    "2楼说得对",
    "[2评]",
    "2024-02-16 21:01",
    "\u202eabc\u202c",
    "a\u2028b\u2029c",
    "\ue000",
    "null",
    "0",
    "al",
    "楼主",
    "#1",
    "\"'`",
    "https://a.example/?b=1&c=2",
)
"""Texts of posts, titles and paragraphs."""

TYPED: tuple[str, ...] = (
    "“so” it’s",
    "‘ok’",
    "「好」",
    "【好】ok",
    "[x] ok",
    "(ok) ok",
    "（好）ok",
    "《好》ok",
    "ok :smile: ok",
    ":ok:",
    "@al ok",
    "@al: ok",
    "ok - ok",
    "ok – ok",
    "ok | ok",
    "ok: ok",
    "好：ok",
    "ok...",
    "ok…",
    "-3",
    "+1",
    "1.2K",
    "3万",
    "1.840",
    "$5 & 100%",
    "> ok",
    "*ok*",
)
"""What people type into posts on any day, and what parsers take for markup, numbers or names."""

TITLES: tuple[str, ...] = (
    "【好】ok",
    "[x] ok",
    "(ok) ok",
    "「好」ok",
    "《好》ok",
    "a - b",
    "a – b",
    "a | b",
    "a: b",
    "好：ok",
    "“so” it’s",
    "‘ok’",
)
"""Titles as people type them."""

CONTROLS: tuple[str, ...] = (
    "a\x0bb",
    "a\x0cb",
    "\x1b[31ma",
    "a\x01b",
    "a\x85b",
    "a\x7fb",
    "a\ufffeb\uffff",
)
"""Texts that hold what no reader promises to give back; for hostile pages only."""

NAMES: tuple[Any, ...] = (
    None,
    "匿名",
    "发表于",
    "3 楼",
    "[2评]",
    "null",
    "[deleted]",
    "12345",
    "0",
    "2024-02-16 21:01",
    "楼主",
    "O'Neil",
    "<i>al</i>",
    "a&amp;b",
    '"al"',
    " al",
    "al ",
    "al\u3000",
    "a  l",
    "AL",
    "Al",
    "é",
    "e\u0301",
    "\u202eal\u202c",
    "شهد",
    "张三",
    "al bo",
    "a\u200bl",
    "😀",
    "长" * 41,
)
"""Names of authors; None is an author who is gone."""

AVATARS: tuple[str | None, ...] = ("A", None, "B", "😀", "7", "<")


def _at(at: str, fold: int = 0) -> int:
    instant = Local(at, "PT", fold).instant
    assert instant is not None
    return instant


TIMES: tuple[Any, ...] = (
    _at("2024-02-17T00:05"),
    _at("2024-02-17T00:00"),
    _at("2024-02-16T21:01"),
    _at("2024-11-03T01:30"),
    _at("2024-11-03T01:30", 1),
    _at("2024-02-29T23:59"),
    _at("1999-12-31T23:59"),
    0,
    _at("2024-02-17T12:05"),
    _at("2024-03-05T09:09"),
    _at("2024-02-15T21:15"),
    _at("2099-12-31T23:59"),
    2**31,
    _at("2024-01-01T00:00"),
    None,
)
"""Instants of posts; None is a post whose time is not shown."""

ZONE_NAMES: tuple[str, ...] = tuple(ZONES)

NUMBERS: tuple[Any, ...] = (
    0,
    10,
    12,
    1234,
    1840,
    12_000,
    340_000_000,
    3 * 10**9,
)
"""Views and likes."""

FOLLOWS: tuple[tuple[Any, str], ...] = (
    (("skip", 1), "floor.gap"),
    (("skip", 10), "floor.gap"),
    (("same", 0), "floor.dup"),
    (("at", 10), "floor.from-10"),
    (("at", 9), "floor.lexical"),
    (("at", 101), "floor.3digit"),
    (("at", 12_001), "floor.5digit"),
    (("at", 0), "floor.gap"),
)
"""Floors in relation to the post before, with the label they lead to: skip some, the same again, or a number."""
