"""The format of a file of plain lines: headers that say what a line does, and lines that are whole comments.

Header: ``= act polarity [@requirement …] [>act:key]``. In a line ``{slot}`` is a printed fact or, after ``&``, the
writer's own life; ``<a|b>`` a choice; ``~`` a place for a final particle; ``^`` one for an opener; ``[[…]]`` a sentence
that may be left out. ReadError names the line and the nearest name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from forgegen.errors import ReadError
from forgegen.generate.stories.story_schema import SLOT, known_name

ACTS = ("react", "cheer", "blame", "wish", "ask", "tell", "argue", "advise", "doubt", "joke", "tag", "answer", "thank",
        "essay")  # fmt: skip
POLARITIES = ("+", "-", "0")
CARD_SLOTS = ("spouse", "child", "childage", "trade", "city", "years", "car", "pet", "mother", "father")
PLAIN_NEEDS = ("parent", "childless", "son", "daughter", "siblings", "spouse", "single", "mother", "father", "employed",
               "drives", "nodrive", "owns", "rents", "pet", "city", "female", "male", "op", "works", "years",
               "age")  # fmt: skip
EVENT_NEEDS = ("past", "future", "branch", "fact")
TRADES = tuple(
    re.findall(
        r"\w+",
        """nurse driver cook waiter teacher programmer accountant agent builder cleaner clerk student retired housewife
    courier barber doctor lawyer engineer shopkeeper caregiver electrician researcher designer salesperson manager
    """,
    )
)
_COMPARED = re.compile(r"(years|age)([<>])(\d{1,3})", re.ASCII)
_CHOICE = re.compile(r"<([^<>]*)>")


class Need(msgspec.Struct, frozen=True, gc=False):
    """A requirement: ``kind`` with what it names or compares."""

    kind: str
    value: str = ""


class Header(msgspec.Struct, frozen=True, gc=False):
    """What the lines below it are: an act with a polarity, for whom, and in answer to what."""

    act: str
    polarity: str
    needs: tuple[Need, ...] = ()
    answers: str = ""  # the act of what is answered
    key: str = ""  # words that what is answered contains


class PlainLine(msgspec.Struct, frozen=True, gc=False):
    """One comment as it stands in its file."""

    number: int
    header: Header
    text: str


def read_lines(text: str) -> Iterator[PlainLine]:
    """The lines of a file.

    Raises: ReadError for the first thing that is not right.
    """
    header: Header | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("= "):
            try:
                header = read_header(line)
            except ValueError as e:
                raise ReadError(number, str(e)) from None
        elif header is None:
            raise ReadError(number, "a line before the first header; right would be '= act polarity' above it")
        else:
            yield PlainLine(number, header, line)


def read_header(line: str) -> Header:
    """A header from its line.

    >>> read_header("= tell - @works:nurse @years>10").needs
    (Need(kind='works', value='nurse'), Need(kind='years', value='>10'))

    Raises: ValueError.
    """
    body, arrow, answered = line[1:].partition(" >")
    words = body.split()
    if len(words) < 2:
        raise ValueError(f"header {line!r}; right would be '= act polarity [@requirement …] [>act:key]'")
    act, polarity, *needs = words
    for what, name, known in (("act", act, ACTS), ("polarity", polarity, POLARITIES)):
        if name not in known:
            raise ValueError(known_name(what, name, known))
    answers, colon, key = answered.strip().partition(":")
    if arrow and not (answers and colon and key):
        raise ValueError(f"answer {answered!r}; right would be '>act:words of the line that is answered'")
    if arrow and answers not in ACTS:
        raise ValueError(known_name("act", answers, ACTS))
    return Header(act, polarity, tuple(map(read_need, needs)), answers, key)


def read_need(word: str) -> Need:
    """A requirement from its word.

    Raises: ValueError.
    """
    if not word.startswith("@"):
        raise ValueError(f"{word!r} in a header; right would be '@requirement' or '>act:key'")
    name = word[1:]
    compared = _COMPARED.fullmatch(name)
    if compared:
        return Need(compared[1], compared[2] + compared[3])
    kind, colon, value = name.partition(":")
    if kind == "works":
        if value not in TRADES:
            raise ValueError(known_name("trade", value, TRADES))
    elif kind in EVENT_NEEDS:
        if not value:
            raise ValueError(f"requirement {word!r} names nothing; right would be '@{kind}:NAME'")
    elif kind not in PLAIN_NEEDS or colon:
        raise ValueError(known_name("requirement", kind, (*PLAIN_NEEDS, *EVENT_NEEDS)))
    elif kind in ("years", "age"):
        raise ValueError(f"requirement {word!r}; right would be like '@{kind}>40'")
    return Need(kind, value)


def slots_of(text: str) -> list[str]:
    """The slots of a line, in order, those within choices too."""
    return SLOT.findall(text)


def check_marks(text: str) -> str:
    """What is wrong with the marks of a line; empty where nothing is."""
    rest = SLOT.sub("", text)
    if "{" in rest or "}" in rest:
        return "a brace without its partner"
    choices = _CHOICE.findall(rest)
    if any("|" not in choice for choice in choices):
        return "a choice without |; right would be <this|that>"
    bare = _CHOICE.sub("", rest)
    if any(mark in bare for mark in "<>|"):
        return "< or > or | outside a choice"
    if rest.count("[[") != rest.count("]]"):
        return "[[ without ]]"
    return ""
