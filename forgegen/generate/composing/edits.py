"""When posts were edited, by the board's rate and people's habits: mostly within the hour, some days later."""

from __future__ import annotations

from collections.abc import Sequence

from forgegen.generate.composing.habits import habits_of
from forgegen.generate.composing.rates import load_rates
from forgegen.generate.people import Person
from forgegen.streams.stream import Stream

_LONGEST = 2 * 86_400  # seconds after which nobody edits a post any more
_FIRST = 60


def edit_instants(
    stream: Stream, board: str, root: str, people: Sequence[Person], comments: Sequence[int], observed: int
) -> list[int | None]:
    """The instant of the edit note of each comment, in order of arrival, or None. Without a board nobody edits."""
    rate = load_rates(board).edited if board else 0
    if not rate:
        return [None] * len(comments)
    word, found = stream.word, list[int | None]()
    for person, time in zip(people, comments, strict=True):
        chance, delay = word() & 0xFFFF, word() & 0xFFFF
        if chance >= rate * habits_of(root, person.number)["edited"] >> 2:
            found.append(None)
            continue
        part = (delay * delay >> 16) ** 3 >> 32  # half of all edits come in the first 46 minutes
        at = time + _FIRST + (_LONGEST * part >> 16)
        found.append(at if at < observed else None)
    return found
