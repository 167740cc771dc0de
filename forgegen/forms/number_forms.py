"""The forms in which boards show counts and floors; what writes them and what reads them follows from these."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from forgegen.registries import Registry

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
"""Turns ASCII digits into full-width ones."""

NARROW = str.maketrans("０１２３４５６７８９", "0123456789")
"""Turns full-width digits into ASCII ones."""

NUMERALS = "〇一二三四五六七八九"
"""Chinese numerals from 0 to 9."""

_NOTHING: Mapping[int, str] = MappingProxyType({})


def numeral(n: int) -> str:
    """A number in Chinese numerals: below 100 as it is spoken, else digit by digit.

    >>> [numeral(n) for n in (0, 10, 16, 21, 30, 2024)]
    ['〇', '十', '十六', '二十一', '三十', '二〇二四']
    """
    tens, ones = divmod(n, 10)
    if tens in range(1, 10):
        return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")
    return "".join(NUMERALS[int(digit)] for digit in str(n))


class NumberForm(NamedTuple):
    """A way to show a number.

    ``before`` and ``after`` stand round the digits, ``groups`` between thousands. ``units`` are sizes with their
    signs, the largest first; a number is rounded down to one decimal of the largest that fits, behind ``point``.
    ``wide`` takes full-width digits. ``names`` are words for some numbers. ``word`` stands for every number, and tells
    none.
    """

    name: str
    before: str = ""
    after: str = ""
    groups: str = ""
    units: tuple[tuple[int, str], ...] = ()
    wide: bool = False
    names: Mapping[int, str] = _NOTHING
    word: str | None = None
    point: str = "."


COUNTS: Registry[NumberForm] = Registry("count form")
"""Every form of counts by name."""

FLOORS: Registry[NumberForm] = Registry("floor form")
"""Every form of floors by name."""

_NAMED = MappingProxyType({1: "楼主", 2: "沙发", 3: "板凳", 4: "地板"})
_NAMED_HANT = MappingProxyType({1: "樓主", 2: "沙發", 3: "板凳", 4: "地板"})


def _floor(form: NumberForm) -> None:
    FLOORS.add(form.name, form)


def _count(form: NumberForm) -> None:
    COUNTS.add(form.name, form)


_floor(NumberForm("lou", after=" 楼"))
_floor(NumberForm("digits"))
_floor(NumberForm("hash", before="#"))
_floor(NumberForm("hash-behind", after="#"))
_floor(NumberForm("letter-f", after="F"))
_floor(NumberForm("letter-l", after="L"))
_floor(NumberForm("fullwidth", after=" 楼", wide=True))
_floor(NumberForm("comma", after=" 楼", groups=","))
_floor(NumberForm("named", after=" 楼", names=_NAMED))
_floor(NumberForm("named-hash", after="#", names=_NAMED))
_floor(NumberForm("named-hash-hant", after="#", names=_NAMED_HANT))
_floor(NumberForm("lou-behind", after="楼"))
_floor(NumberForm("lou-behind-hant", after="樓"))
_floor(NumberForm("none", word=""))

_count(NumberForm("digits"))
_count(NumberForm("comma", groups=","))
_count(NumberForm("dot", groups="."))
_count(NumberForm("space", groups="\u202f"))
_count(NumberForm("k", units=((10**9, "B"), (10**6, "M"), (10**3, "K"))))
_count(NumberForm("wan", units=((10**8, "亿"), (10**4, "万"))))
_count(NumberForm("fullwidth", wide=True))
_count(NumberForm("word", word="discuss"))
