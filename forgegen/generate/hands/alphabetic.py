"""The hand of people who write in letters: sentence case or none, apostrophes, misspellings, capitals, smileys.

How somebody types is read off the person, so it is the same in every thread; how one comment ends is drawn. The
table ``[letters]`` of ``style.toml`` says how many do what.
"""

from __future__ import annotations

import re

from forgegen.generate.people import Person
from forgegen.generate.style import Manner, Style
from forgegen.streams.stream import Stream

_STOPS = frozenset(".!?…:)”")
_START = re.compile(r"(?:^[“\"(]?|(?<!\.[a-z])(?<![.!?])[.!?] +[“\"(]?)[a-zà-ÿ]")
_SMALL = re.compile(r"[A-Z](?=[a-zà-ÿ]+[ ,.!?])")
_CRIED = 90  # characters up to which whole comments stand in capitals


def typed(style: Style, person: Person, text: str) -> str:
    """The text as this person types: in lower case, without apostrophes, with favourite misspellings, or well."""
    habits = style.letters
    assert habits is not None
    text = style.grammar.mended(text)
    if (person.kin * 1000 >> 16) < habits.unmarked:
        text = text.replace("n't", "nt").replace("'m ", "m ").replace("'ve ", "ve ").replace("'re ", "re ")
    if (person.joiner & 1023) * 1000 >> 10 < habits.misspelling:
        text = habits.slips.sub(lambda found: habits.misspelt[found[0]], text)
    if person.punctuates * 1000 >> 16 < habits.lower:
        return text.lower()
    return _begun(habits.capitals.sub(lambda found: found[0].upper(), text))


def printed(style: Style, text: str) -> str:
    """The text as it is printed, with capitals where sentences begin."""
    return _begun(style.grammar.mended(text))


def _begun(text: str) -> str:
    """The text with capitals where sentences begin, as what fills a slot may not have one.

    >>> _begun("the mayor left. so did the clerk... or not")
    'The mayor left. So did the clerk... or not'
    """
    return _START.sub(lambda found: found[0].upper(), text)


def finish(stream: Stream, style: Style, manner: Manner, person: Person, asks: bool, text: str) -> str:
    """The text in the person's hand: with an opener, an end, laughter, a smiley, each now and then."""
    habits = style.letters
    assert habits is not None
    word = stream.word()  # two decisions of 16 bits
    loud = word & 0xFFFF < manner.speaks
    laughs = loud and (word & 0xFFFF) * 1000 >> 16 < manner.laugh >> 1
    if not asks and (word >> 16 & 0x3FF) * 1000 >> 10 < habits.opener and habits.begins.match(text):
        text = stream.pick(habits.openers) + text[0].lower() + text[1:]
    lower = person.punctuates * 1000 >> 16 < habits.lower
    if lower and text[-1] == "." and text[-2:] != "..":
        text = text[:-1]
    if loud and not laughs:
        text = _ended(stream, style, manner, asks, text)
    text = typed(style, person, text)
    if manner.shouts and len(text) <= _CRIED and stream.chance(manner.shouts):
        text = text.upper()
    if laughs:
        laugh = stream.pick(style.laughter)
        if text[-1:] in _STOPS or stream.chance(400):
            text = f"{laugh} {text[0].lower() + text[1:] if _SMALL.match(text) else text}"
        else:
            text = f"{text} {laugh}"
    # a quarter of people use most of the smileys
    if word >> 16 < (manner.emoji_busy if person.emoji < 16384 else manner.emoji_rare) >> 1:
        text += " " + stream.pick(style.emoji)
    return text


def _ended(stream: Stream, style: Style, manner: Manner, asks: bool, text: str) -> str:
    """The text with a louder end, or with one where it has none."""
    if asks:
        return text.rstrip("?") + stream.pick(style.questions) if text[-1] == "?" else text
    if text[-1] == "." and text[-2:] != ".." and manner.exclaims:
        return text[:-1] + stream.pick(style.exclamations)
    if text[-1] in _STOPS:
        return text
    return text + stream.pick(style.exclamations if manner.exclaims else style.full_stops)
