"""What a locale's grammar decides beside its words: names, pronouns, dates, figures, sentences and their size.

It is the table ``[grammar]`` of ``style.toml``; the hand that joins and ends sentences is named there too.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

import msgspec

from forgegen.generate.lexicon import Lexicon
from forgegen.generate.stories.days import Days
from forgegen.model.calendar import civil_from_days


class NameForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the names of one origin are put together.

    ``last`` and ``given`` name the pools (``given`` with ``_f`` or ``_m`` behind it); ``latin_share`` is how many of a
    thousand are introduced with the Latin name, ``later`` what is printed from the second mention on.
    """

    last: str
    given: str
    full: str
    latin: str = ""
    latin_share: int = 0
    later: str = "{full}"


class Grammar(msgspec.Struct, frozen=True, dict=True, forbid_unknown_fields=True):
    """The grammar of a locale.

    ``scale`` is how many letters say what one Chinese character says. ``sentence`` finds the sentences of an article
    that may be quoted whole, ``fragment`` the pieces of a comment that an answer may quote. ``opener`` is what people
    call the author of an opening post, ``addressed`` how others begin the names of the author's people (``.sur``: my
    wife is your wife to them). ``opens``: openings stand first in a long comment, else anywhere in it.
    """

    zone: str
    hand: str
    scale: int
    sentence: str
    fragment: str
    floor: str
    opener: str
    caption: str
    date: str
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    names: dict[str, NameForm]
    introduced: str
    pronouns: dict[str, dict[str, str]]
    thousands: str = ""
    opens: bool = False
    addressed: dict[str, str] = {}
    called: str = "{name}"  # a person whom the paragraph does not describe, at the first mention: {word} and {name}
    days: Days | None = None

    @cached_property
    def sentences(self) -> re.Pattern[str]:
        """``sentence``, compiled."""
        return re.compile(self.sentence)

    @cached_property
    def fragments(self) -> re.Pattern[str]:
        """``fragment``, compiled."""
        return re.compile(self.fragment)

    def month(self, day: int) -> str:
        """The month of a day (days since 1970), as written in running text."""
        return self.months[civil_from_days(day)[1] - 1]

    def day(self, day: int) -> str:
        """A day without its year, as written in running text."""
        return self.date.format(month=self.month(day), day=civil_from_days(day)[2])

    def as_yours(self, name: str) -> str:
        """What others call one whom the author of an opening post calls so."""
        for mine, yours in self.addressed.items():
            if name.startswith(mine):
                return yours + name[len(mine) :]
        return name

    def weekday(self, day: int) -> str:
        """The day of the week."""
        return self.weekdays[(day + 3) % 7]

    def dated(self, caption: str, day: int) -> str:
        """A caption with its date behind it."""
        year, _, date = civil_from_days(day)
        return self.caption.format(caption=caption, year=year, month=self.month(day), day=date)

    def figure(self, slot: str, n: int) -> str:
        """A number in running text; slots called ``year…`` never have their thousands parted."""
        if n < 1000 or not self.thousands or slot.startswith("year"):
            return str(n)
        return f"{n:,}".replace(",", self.thousands)


@lru_cache(maxsize=8)
def load_grammar(lexicon: Lexicon) -> Grammar:
    """The grammar of a locale."""
    return msgspec.convert(lexicon.style["grammar"], Grammar)
