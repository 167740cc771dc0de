"""The hand of people who write ideographs: how clauses are joined, how a comment ends; how all say the same again."""

from __future__ import annotations

import re

from forgegen.generate.people import Person
from forgegen.generate.style import Manner, Style
from forgegen.streams.stream import Stream

_STOPS = frozenset("。！？!?~…., ")
_SPACES = 20000  # of 65536 people, how many put spaces for commas
_COMMAS = 52000  # from here on they put commas for spaces
_GAP = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


def join(parts: list[str], joiner: str) -> str:
    """The clauses as one text; after a clause that brings its own stop, only the joiner's space remains."""
    text = ""
    for part in parts:
        if not part:
            continue
        if not text:
            text = part
        elif text[-1] in _STOPS and "." not in joiner:
            text += " " + part
        else:
            text += joiner + part
    return text


def finish(stream: Stream, style: Style, manner: Manner, person: Person, role: str, text: str) -> str:
    """The text with the person's commas, stops, laughter and emoji."""
    if person.punctuates < _SPACES:
        text = text.replace("，", " ")
    elif person.punctuates >= _COMMAS:
        text = _GAP.sub("，", text)
    word = stream.word()  # two decisions of 16 bits
    if word & 0xFFFF < manner.speaks:
        text = _speak(stream, style, manner, role, text, (word & 0xFFFF) * 1000 >> 16)
    # a quarter of people use most of the emoji
    if word >> 16 < (manner.emoji_busy if person.emoji < 16384 else manner.emoji_rare):
        text += ("" if stream.chance(700) else " ") + stream.pick(style.emoji)
    return text


def typed(style: Style, person: Person, text: str) -> str:
    """The text as this person types, which is as it stands."""
    return text


def printed(text: str) -> str:
    """The text as a newspaper prints it, which is as it stands."""
    return text


def _speak(stream: Stream, style: Style, manner: Manner, role: str, text: str, per_mille: int) -> str:
    """The text with laughter, or with a stop where it has none."""
    if per_mille < manner.laugh:
        laugh = stream.pick(style.laughter)
        return f"{laugh} {text}" if stream.chance(500) else f"{text} {laugh}"
    return text if text[-1:] in _STOPS else text + _stop(stream, style, manner, role)


def _stop(stream: Stream, style: Style, manner: Manner, role: str) -> str:
    if role == "question":
        return stream.pick(style.questions)
    if manner.exclaims or stream.chance(330):
        return stream.pick(style.exclamations)
    return stream.pick(style.full_stops)


def vary(stream: Stream, style: Style, text: str) -> str:
    """Nearly the same text once more."""
    if len(text) > 200:
        text = text[: text.rfind(" ", 60, 200) if " " in text[60:200] else 200]
    return stream.pick(style.again) + text + stream.pick(style.once_more)
