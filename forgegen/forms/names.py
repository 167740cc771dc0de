"""Names of months, week days and halves of the day, by language: what layouts of dates print and readers look for."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

Case = Literal["lower", "upper"]

NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "month": (
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ),
        "weekday": ("Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"),
    },
    "de": {
        "month": (
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
            "Dezember",
        ),
        "weekday": ("Donnerstag", "Freitag", "Samstag", "Sonntag", "Montag", "Dienstag", "Mittwoch"),
    },
    "zh": {
        "month": tuple(f"{m}月" for m in ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")),
        "weekday": tuple(f"星期{d}" for d in "四五六日一二三"),
    },
}  # fmt: skip
"""The names of the package's own forms: of months, and of week days from Thursday (1970-01-01), by language."""

SHORT = {"en": 3, "de": 3, "zh": 9}
"""How many letters of a name are its short form, by language."""

HALVES = {"en": ("am", "pm"), "de": ("am", "pm"), "zh": ("上午", "下午")}
"""The halves of the day, by language."""

PARTS = ("早上", "晚上")
"""Words for the halves of the day."""

_ORDINALS = {"de": ".", "zh": "日"}
_ENGLISH = {1: "st", 2: "nd", 3: "rd"}


class Names(NamedTuple):
    """The words of a language in dates: months from January, week days from Thursday; ``nth`` are days from 1 to 31."""

    month: tuple[str, ...]
    mon: tuple[str, ...]
    weekday: tuple[str, ...]
    dow: tuple[str, ...]
    ampm: tuple[str, ...]
    nth: tuple[str, ...]

    def cased(self, case: Case) -> Names:
        """The same in small or in capital letters.

        >>> names_of("en").cased("lower").mon[:2]
        ('jan', 'feb')
        """
        change = str.lower if case == "lower" else str.upper
        return Names(*(tuple(map(change, words)) for words in self))


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "names.toml").read_text("utf-8"))


def languages() -> tuple[str, ...]:
    """The languages whose names are known.

    >>> languages()[:5]
    ('en', 'de', 'zh', 'fr', 'es')
    """
    return (*NAMES, *_data())


@lru_cache(maxsize=64)
def names_of(lang: str) -> Names:
    """The words of a language.

    >>> names_of("en").nth[20:23], names_of("fr").nth[:2], names_of("fr").mon[1]
    (('21st', '22nd', '23rd'), ('1er', '2'), 'févr.')
    """
    if lang in NAMES:
        months, days, short = NAMES[lang]["month"], NAMES[lang]["weekday"], SHORT[lang]
        return Names(
            months,
            tuple(name[:short] for name in months),
            days,
            tuple(name[:short] for name in days),
            HALVES[lang],
            tuple(f"{d}{_ORDINALS.get(lang) or _english(d)}" for d in range(1, 32)),
        )
    told = _data()[lang]
    ordinal = told["ordinal"]
    nth = (f"1{told.get('first', ordinal)}", *(f"{d}{ordinal}" for d in range(2, 32)))
    return Names(
        tuple(told["month"]),
        tuple(told["mon"]),
        from_thursday(told["weekday"]),
        from_thursday(told["dow"]),
        tuple(told.get("halves", HALVES["en"])),
        nth,
    )


def from_thursday(days: list[str]) -> tuple[str, ...]:
    """Names of week days from Monday, as they follow from Thursday on: 1970-01-01 was one."""
    return (*days[3:], *days[:3])


def _english(day: int) -> str:
    return "th" if day in (11, 12, 13) else _ENGLISH.get(day % 10, "th")
