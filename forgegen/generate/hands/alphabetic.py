"""The hand of people who write in letters: sentence case or none, stops or none, apostrophes, capitals, smileys.

How somebody types is read off the person, so it is the same in every thread; how one comment ends is drawn. The
table ``[letters]`` of ``style.toml`` says how many do what.
"""

from __future__ import annotations

import re

from forgegen.generate.people import Person
from forgegen.generate.style import Manner, Style
from forgegen.streams.stream import Stream

_STOPS = frozenset(".!?…:)")
_START = re.compile(r"(?:^|(?<![.!?])[.!?] +)[a-zà-ÿ]")
_QUOTED = re.compile(r'^"[^"]*[.!?]" ')
_VOWEL = re.compile(r"\b([Aa])(?= (?:8\d*|11|18)\b)")
_TWICE = re.compile(r"\b([Tt]he|[Aa]n?) (?:the|an?)\b(?! [Tt]eam)")
_SMALL = re.compile(r"[A-Z](?=[a-zà-ÿ]+[ ,.!?])")


def join(parts: list[str], joiner: str) -> str:
    """The clauses as one text; after a clause that brings its own stop there is only a space.

    Commas and the like join two clauses of one sentence each; more, or longer ones, are sentences.

    >>> join(["no", "not today"], ", "), join(["no", "not today", "ask me again"], ", ")
    ('no, not today', 'no. not today. ask me again')
    """
    parts = [part for part in parts if part]
    if joiner != "... " and (len(parts) > 2 or any(". " in part for part in parts)):
        joiner = ". "
    text = ""
    for part in parts:
        if not text:
            text = part
        elif text[-1] in _STOPS:
            text += " " + part
        else:
            text += joiner + part
    return text


def typed(style: Style, person: Person, text: str) -> str:
    """The text as this person types: in lower case, without apostrophes, with favourite misspellings, or well."""
    habits = style.letters
    assert habits is not None
    if (person.kin * 1000 >> 16) < habits.unmarked:
        text = text.replace("n't", "nt").replace("'m ", "m ").replace("'ve ", "ve ").replace("'re ", "re ")
    if (person.joiner & 1023) * 1000 >> 10 < habits.misspelling:
        text = habits.slips.sub(lambda found: habits.misspelt[found[0]], text)
    if person.punctuates * 1000 >> 16 < habits.lower:
        return text.lower()
    return printed(text)


def printed(text: str) -> str:
    """The text with capitals where sentences begin and articles that agree, as what fills a slot may not fit.

    >>> printed("the mayor left. so did the the clerk, after a 18 year wait")
    'The mayor left. So did the clerk, after an 18 year wait'
    """
    text = _TWICE.sub(r"\1", _VOWEL.sub(r"\1n", text))
    return _START.sub(lambda found: found[0].upper(), text)


def finish(stream: Stream, style: Style, manner: Manner, person: Person, role: str, text: str) -> str:
    """The text in the person's hand with an end: a stop, none, laughter, a smiley. A quotation before it stays."""
    quoted = _QUOTED.match(text)
    head, text = (quoted[0], text[quoted.end() :]) if quoted else ("", text)
    habits = style.letters
    assert habits is not None
    word = stream.word()  # two decisions of 16 bits
    loud = word & 0xFFFF < manner.speaks
    laughs = loud and (word & 0xFFFF) * 1000 >> 16 < manner.laugh
    if text[-1:] not in _STOPS:
        if loud and not laughs:
            text += _stop(stream, style, manner, role)
        elif not laughs and person.punctuates * 1000 >> 16 >= habits.lower + habits.unstopped:
            text += "."
    text = typed(style, person, text)
    if manner.shouts and stream.chance(manner.shouts):
        text = text.upper()
    if laughs:
        laugh = stream.pick(style.laughter)
        if text[-1:] in _STOPS or stream.chance(400):
            text = f"{laugh} {text[0].lower() + text[1:] if _SMALL.match(text) else text}"
        else:
            text = f"{text} {laugh}"
    # a quarter of people use most of the smileys
    if word >> 16 < (manner.emoji_busy if person.emoji < 16384 else manner.emoji_rare):
        text += " " + stream.pick(style.emoji)
    return head + text


def _stop(stream: Stream, style: Style, manner: Manner, role: str) -> str:
    if role == "question":
        return stream.pick(style.questions)
    if manner.exclaims or stream.chance(330):
        return stream.pick(style.exclamations)
    return stream.pick(style.full_stops)
