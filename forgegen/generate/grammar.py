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


class Mend(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a filled slot may make wrong (a pattern), and how it is right."""

    find: str
    say: str


class Grammar(msgspec.Struct, frozen=True, dict=True):
    """The grammar of a locale; ``sentence`` finds the sentences of an article that may be quoted whole."""

    zone: str
    hand: str
    sentence: str
    caption: str
    date: str
    months: tuple[str, ...]
    names: dict[str, NameForm]
    introduced: str
    pronouns: dict[str, dict[str, str]]
    thousands: str = ""
    called: str = "{name}"  # a person whom the paragraph does not describe, at the first mention: {word} and {name}
    days: Days | None = None
    mends: tuple[Mend, ...] = ()

    @cached_property
    def sentences(self) -> re.Pattern[str]:
        """``sentence``, compiled."""
        return re.compile(self.sentence)

    @cached_property
    def _mends(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        return tuple((re.compile(mend.find), mend.say) for mend in self.mends)

    def mended(self, text: str) -> str:
        """The text without what slots made wrong."""
        for pattern, say in self._mends:
            text = pattern.sub(say, text)
        return text

    def month(self, day: int) -> str:
        """The month of a day (days since 1970), as written in running text."""
        return self.months[civil_from_days(day)[1] - 1]

    def day(self, day: int) -> str:
        """A day without its year, as written in running text."""
        return self.date.format(month=self.month(day), day=civil_from_days(day)[2])

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
