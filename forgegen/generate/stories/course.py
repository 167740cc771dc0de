"""The course of a story: when its events happen and its page is written, on a clock of its own and on that of a page.

What a page tells, and what comments say, follows the story's own clock, on which midnights are multiples of a day and
nothing else is fixed. So a thread says the same whenever it is published. On the clock of a page all events are moved
by the same number of whole days: their hours, and the days between them, stay.
"""

from __future__ import annotations

import msgspec

from forgegen.generate.stories.compiled import Planned, Story
from forgegen.generate.stories.story_schema import Condition, Schema, read_hours, read_span
from forgegen.model.calendar import DAY, HOUR, MINUTE
from forgegen.streams.stream import Stream

_FIRST = 10_000  # the day of the anchor on the clock of its story
_NOON = 12 * HOUR  # when an opening post is written there


class Course(msgspec.Struct, frozen=True):
    """Events on the story's clock, the instant ``told`` at which its page is written there, and the ``least`` one at
    which it may be written."""

    happens: dict[str, int]
    told: int
    least: int

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds on the page. An event that the branch does not have is neither past nor to come."""
        return all(map(self.is_past, condition.past)) and all(map(self.is_to_come, condition.future))

    def is_past(self, event: str) -> bool:
        """Whether an event has happened when the page is written."""
        return self.happens.get(event, self.told) < self.told

    def is_to_come(self, event: str, after: int = 0) -> bool:
        """Whether an event is still to come so many seconds after the page is written."""
        return self.happens.get(event, -1) >= self.told + after

    def stage(self) -> str:
        """The last event that has happened; empty before the first."""
        past = [(at, name) for name, at in self.happens.items() if at < self.told]
        return max(past)[1] if past else ""

    def dated(self, written: int) -> dict[str, int]:
        """The events for a page written then, on its board's wall: those past and those to come are the same.

        Where two events are less than a day apart, and no day fits the hour at which the page is written, what is to
        come comes some days later.
        """
        past = max([self.least - 1, *(t for t in self.happens.values() if t < self.told)])
        future = min((t for t in self.happens.values() if t >= self.told), default=0)
        at = self.told + (written - self.told + DAY // 2) % DAY - DAY // 2  # the same hour, nearest to the story's
        if at <= past:
            at += DAY
        elif future and at > future and at - DAY > past:
            at -= DAY
        later = max(0, -(-(at - future) // DAY) * DAY) if future else 0
        moved = written - at
        return {name: t + moved + (later if t >= self.told else 0) for name, t in self.happens.items()}


def plot(stream: Stream, story: Story, branch: str) -> Course:
    """The course of a story in a branch; the page is written as long after the anchor as the story allows."""
    happens: dict[str, int] = {}
    after = stream.between(story.after.low // MINUTE, story.after.high // MINUTE) * MINUTE
    anchor = next((event for event in story.events if event.id == story.anchor), None)
    first = DAY * _FIRST + (_NOON if anchor is None else _hour(stream, anchor))
    for event in story.events:
        if event.branches and branch not in event.branches:
            stream.word()
        elif event.id == story.anchor:
            happens[event.id] = first
        else:
            base = event.span.base or story.anchor
            if base in happens or base == story.anchor:
                happens[event.id] = _placed(stream, event, happens.get(base, first))
    least = max(story.after.low, MINUTE) if anchor else 0
    return Course(happens, first + max(after, least), first + least)


def ever_past(schema: Schema, event: str) -> bool:
    """Whether an event of a story can have happened when its page is written."""
    publish = schema.publish
    anchor = schema.events[publish.anchor] if publish and publish.anchor in schema.events else None
    first, last = (_NOON, _NOON) if anchor is None else (HOUR * hour for hour in read_hours(anchor.hour))
    after = read_span(publish.after).high if publish else 0

    def earliest(name: str, left: int) -> int:
        if name not in schema.events or schema.events[name] is anchor or not left:
            return first
        planned = schema.events[name]
        span, begin = read_span(planned.at), read_hours(planned.hour)[0]
        base = earliest(span.base, left - 1)
        return (base // DAY * DAY + span.low + begin * HOUR) if span.whole else base + span.low

    return earliest(event, len(schema.event)) < last + HOUR + after


def _placed(stream: Stream, event: Planned, base: int) -> int:
    """An event counted from another one; what comes behind it on the same day comes an hour later at the least."""
    span = event.span
    if not span.whole:
        return base + stream.between(span.low // MINUTE, span.high // MINUTE) * MINUTE
    at = (base // DAY + stream.between(span.low // DAY, span.high // DAY)) * DAY + _hour(stream, event)
    if span.low >= 0 and at <= base:
        return base + HOUR
    return base - HOUR if span.high <= 0 and at >= base else at


def _hour(stream: Stream, event: Planned) -> int:
    low, high = event.hours
    return stream.between(low * 60, high * 60 + 59) * MINUTE
