"""The format of a story file: events, typed facts, titles and paragraphs, and the branches in which it may be told.

Whatever is not right raises ReadError with its line and the nearest name. The words are compiled in
``forgegen.generate.stories.telling``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cached_property, lru_cache

import msgspec

from forgegen.errors import ReadError, nearest

TAGS = frozenset(
    re.findall(
        r"\w+",
        """talk news city abroad status home houses money jobs school kids elders women food garden cars commute trips
    tech phones games sports screen music books photos pets fishing repair health law tax weather safety shopping
    romance odd
    politics""",
    )
)
CLIMATES = frozenset(("snow", "coast", "desert", "cold", "hot"))
TYPES = frozenset(
    (
        "person",
        "org",
        "place",
        "name",
        "money",
        "percent",
        "count",
        "length",
        "duration",
        "age",
        "date",
        "weight",
        "temp",
        "area",
    )
)
NEEDS = frozenset(("", "lead", "core", "close"))
SLOT = re.compile(r"\{([^{}]*)\}")
DAYS_NAMED = ("eve", "today")  # what {@…} knows without an event: the day before publication, and its day
PERSON_FORMS = ("first", "word", "sur", "ta", "he", "He", "his", "him")
UNITS = {"d": 86400, "h": 3600, "w": 7 * 86400}
_SPAN = re.compile(r"(-?\d+)([dhw])(?:\.\.(-?\d+)([dhw]))?(?: +(\S+))?", re.ASCII)
_HOURS = re.compile(r"(\d{1,2})(?:\.\.(\d{1,2}))?", re.ASCII)
_RANGE = re.compile(r"(-?\d+)(?:\.(\d+))?\.\.(-?\d+)(?:\.(\d+))?", re.ASCII)


class Span(msgspec.Struct, frozen=True, gc=False):
    """A range of seconds before or after another event; ``whole`` where it is given in days, so that the hour of the
    day is the event's own."""

    low: int
    high: int
    whole: bool
    base: str = ""


class Publish(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Which event the story hangs on, and how long after it the page may be written."""

    anchor: str
    after: str


class Event(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Something that happens at a time: ``at`` counts from the anchor or from another event."""

    id: str
    at: str
    hour: str = "9..17"
    branch: str | tuple[str, ...] = ()


class Fact(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, rename={"kind": "is", "origin": "from"}):
    """What a page prints: a person, a name, or a figure drawn from a range or derived from another fact."""

    kind: str
    origin: str = "cn"
    role: str = ""
    word: str = ""
    sex: str = ""
    range: str = ""
    step: int = 1
    print: str = "{}"
    one_of: tuple[str, ...] = ()
    of: str = ""
    times: str = ""
    plus: str = ""


class Title(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A title or caption, where its condition holds."""

    text: str
    when: str = ""
    branch: str | tuple[str, ...] = ()


class Para(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A paragraph: a telling prints the text whose number is that of its branch, modulo how many there are."""

    text: tuple[str, ...]
    need: str = ""
    chance: int = 700
    when: str = ""
    branch: str | tuple[str, ...] = ()


class Condition(msgspec.Struct, frozen=True, gc=False):
    """Events that must have happened and events that must be to come."""

    past: tuple[str, ...] = ()
    future: tuple[str, ...] = ()


class Schema(msgspec.Struct, frozen=True, dict=True, forbid_unknown_fields=True):
    """A whole story file."""

    key: str
    section: str
    boards: tuple[str, ...]
    event: tuple[Event, ...] = ()
    facts: dict[str, Fact] = {}
    title: tuple[Title, ...] = ()
    para: tuple[Para, ...] = ()
    publish: Publish | None = None
    caption: tuple[Title, ...] = ()
    months: tuple[int, ...] = ()
    climate: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()

    @cached_property
    def events(self) -> dict[str, Event]:
        """The events by name."""
        return {event.id: event for event in self.event}


class Head(msgspec.Struct, frozen=True, gc=False):
    """What must be known of a story before it is told: what stands above the first table of its file."""

    key: str
    section: str
    boards: tuple[str, ...]
    months: tuple[int, ...] = ()
    climate: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()


def read_head(text: str) -> Head:
    """The head of a story file, without reading the rest."""
    head = text if text.startswith("[") else text.split("\n[", 1)[0]
    return msgspec.convert(tomllib.loads(head), Head)


def read_schema(text: str) -> Schema:
    """The story in a file.

    Raises: ReadError for the first thing that is not right.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        found = re.search(r"at line (\d+)", str(e))
        raise ReadError(int(found[1]) if found else text.count("\n") + 1, f"TOML: {e}") from None
    try:
        return msgspec.convert(raw, Schema)
    except msgspec.ValidationError as e:
        raise _explained(text, str(e)) from None


def branches_of(branch: str | tuple[str, ...]) -> tuple[str, ...]:
    """The branches that something belongs to; none means all.

    >>> branches_of("restored, private"), branches_of("")
    (('restored', 'private'), ())
    """
    if isinstance(branch, tuple):
        return branch
    return tuple(filter(None, (name.strip() for name in branch.split(","))))


def in_branch(branch: str | tuple[str, ...], name: str) -> bool:
    """Whether something belongs to the branch of that name."""
    return not branch or name in branches_of(branch)


def read_condition(when: str) -> Condition:
    """A condition from its text, such as ``past figures, future meeting``.

    Raises: ValueError.
    """
    past: list[str] = []
    future: list[str] = []
    for term in filter(None, (t.strip() for t in when.split(","))):
        side, _, event = term.partition(" ")
        if side not in ("past", "future") or not event.strip():
            raise ValueError(f"condition {term!r}; right would be 'past EVENT' or 'future EVENT'")
        (past if side == "past" else future).append(event.strip())
    return Condition(tuple(past), tuple(future))


def read_span(text: str) -> Span:
    """A range of time from its text, such as ``1d..3d petition``.

    >>> read_span("9h..2d"), read_span("1d petition")
    (Span(low=32400, high=172800, whole=False, base=''), Span(low=86400, high=86400, whole=True, base='petition'))

    Raises: ValueError.
    """
    m = _SPAN.fullmatch(text.strip())
    if m is None:
        raise ValueError(f"time {text!r}; right would be like '2d', '-3d..-1d' or '1d..2d petition'")
    low = int(m[1]) * UNITS[m[2]]
    high = int(m[3]) * UNITS[m[4]] if m[3] else low
    if low > high:
        raise ValueError(f"time {text!r} begins after its end")
    return Span(low, high, "h" not in (m[2], m[4]), m[5] or "")


def read_hours(text: str) -> tuple[int, int]:
    """The hours of the day from their text, such as ``9..11``.

    Raises: ValueError.
    """
    m = _HOURS.fullmatch(text.strip())
    low, high = (int(m[1]), int(m[2] or m[1])) if m else (1, 0)
    if not 0 <= low <= high <= 23:
        raise ValueError(f"hour {text!r}; right would be like '9' or '9..17'")
    return low, high


@lru_cache(maxsize=4096)
def read_range(text: str) -> tuple[int, int, int]:
    """The ends of a range of numbers and how many decimal places they have.

    >>> read_range("3.5..9"), read_range("12..48")
    ((35, 90, 1), (12, 48, 0))

    Raises: ValueError.
    """
    m = _RANGE.fullmatch(text.strip())
    if m is None:
        raise ValueError(f"range {text!r}; right would be like '12..48' or '0.2..0.4'")
    places = max(len(m[2] or ""), len(m[4] or ""))
    low, high = (int(whole + (part or "").ljust(places, "0")) for whole, part in ((m[1], m[2]), (m[3], m[4])))
    if low > high:
        raise ValueError(f"range {text!r} begins after its end")
    return low, high, places


def line_of(text: str, table: str, number: int = 0, key: str = "") -> int:
    """The 1-based line of a table's nth occurrence, or of a key in it; 1 where it is not found."""
    lines = text.splitlines()
    starts = [i for i, line in enumerate(lines) if line.strip().startswith(table)] if table else [0]
    if number >= len(starts):
        return 1
    for i in range(starts[number], len(lines)):
        if i > starts[number] and lines[i].startswith("["):
            break
        if key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", lines[i]):
            return i + 1
    return starts[number] + 1


def known_name(what: str, name: str, known: Iterable[str]) -> str:
    """What to say of a name that is not among the known ones."""
    names = sorted(known)
    return f"unknown {what} {name!r}.{nearest(name, names)} Known: {', '.join(names)}"


_PATH = re.compile(r"\$(?:\.(\w+)(?:\[(\d+)\])?)?(?:\.(\w+))?|\[\.\.\.\]")
_FIELD = re.compile(r"unknown field `(\w+)`|missing required field `(\w+)`")
_FIELDS: dict[str, tuple[type[msgspec.Struct], str]] = {
    "event": (Event, "[[event]]"), "title": (Title, "[[title]]"), "para": (Para, "[[para]]"),
    "caption": (Title, "[[caption]]"), "facts": (Fact, "[facts]"), "publish": (Publish, "[publish]"),
}  # fmt: skip


def _explained(text: str, problem: str) -> ReadError:
    """What msgspec says, with the line and, of an unknown key, the nearest one."""
    found = re.search(r"`\$([^`]*)`", problem)
    path = found[1] if found else ""
    m = re.match(r"\.(\w+)(?:\[(\d+)\])?", path)
    struct, table = _FIELDS.get(m[1] if m else "", (Schema, ""))
    number = int(m[2]) if m and m[2] else 0
    field = _FIELD.search(problem)
    key = (field[1] if field else "") or path.rpartition(".")[2].partition("[")[0]
    if field and field[1]:
        names = [f.encode_name for f in msgspec.structs.fields(struct)]
        problem = known_name("key", field[1], names)
        if table == "[facts]":
            there = re.compile(rf"[{{,]\s*{field[1]}\s*=")
            row = next((i for i, line in enumerate(text.splitlines(), 1) if there.search(line)), 0)
            return ReadError(row or line_of(text, table), problem)
    elif field:
        problem = f"{table or 'the file'} has no {field[2]!r}"
    return ReadError(line_of(text, table, number, key), problem)
