"""The hand of people who write ideographs, whose marks are ``voice.manner``'s; how all say the same again."""

from __future__ import annotations

from forgegen.generate.people import Person
from forgegen.generate.style import Style
from forgegen.streams.stream import Stream


def typed(style: Style, person: Person, text: str) -> str:
    """The text as this person types, which is as it stands but for what slots made wrong."""
    return style.grammar.mended(text)


def printed(style: Style, text: str) -> str:
    """The text as a newspaper prints it, which is as it stands but for what slots made wrong."""
    return style.grammar.mended(text)


def vary(stream: Stream, style: Style, text: str) -> str:
    """Nearly the same text once more."""
    if len(text) > 200:
        text = text[: text.rfind(" ", 60, 200) if " " in text[60:200] else 200]
    return stream.pick(style.again) + text + stream.pick(style.once_more)
