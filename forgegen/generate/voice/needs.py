"""Whether a line may be said: by this person, of this page, at this time; and what its slots for one's life say."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from forgegen.generate.life import Life, LifeWords
from forgegen.generate.stories.course import Course
from forgegen.generate.stories.days import Days
from forgegen.generate.voice.lines import Need


def meets(need: Need, life: Life, year: int) -> bool:
    """Whether a life is as a line needs it."""
    kind = need.kind
    if kind in ("years", "age"):
        value, limit = (life.years(year) if kind == "years" else life.age(year)), int(need.value[1:])
        return value > limit if need.value[0] == ">" else value < limit
    if kind == "works":
        return life.trade == need.value
    return _SIMPLE[kind](life, year)


_IDLE = ("student", "retired", "housewife")
_SIMPLE: dict[str, Callable[[Life, int], bool]] = {
    "parent": lambda life, year: _child(life, year) is not None,
    "childage": lambda life, year: (born := _child(life, year)) is not None and year - born[0] >= 1,
    "son": lambda life, year: any(born <= year and not girl for born, girl in life.children),
    "daughter": lambda life, year: any(born <= year and girl for born, girl in life.children),
    "siblings": lambda life, year: sum(born <= year for born, _ in life.children) > 1,
    "employed": lambda life, year: life.trade not in _IDLE,
    "childless": lambda life, year: not life.children,
    "spouse": lambda life, year: life.partner,
    "single": lambda life, year: not life.partner,
    "drives": lambda life, year: life.car is not None,
    "nodrive": lambda life, year: life.car is None,
    "owns": lambda life, year: life.owns,
    "rents": lambda life, year: not life.owns,
    "pet": lambda life, year: life.pet is not None,
    "city": lambda life, year: True,
    "female": lambda life, year: life.female,
    "male": lambda life, year: not life.female,
    "mother": lambda life, year: life.mother,
    "father": lambda life, year: life.father,
}  # fmt: skip


def _child(life: Life, year: int) -> tuple[int, bool] | None:
    """The child that somebody speaks of: always the same one, the youngest that is born by then."""
    born = [child for child in life.children if child[0] <= year]
    return born[-1] if born else None


def stands(needs: tuple[Need, ...], branch: str, printed: frozenset[str]) -> bool:
    """Whether a page is of the branch, and prints the facts, that a line needs."""
    for need in needs:
        if need.kind == "branch" and branch not in need.value.split(","):
            return False
        if need.kind == "fact" and need.value not in printed:
            return False
    return True


def timely(needs: tuple[Need, ...], happens: Mapping[str, int], at: int) -> bool:
    """Whether the events that a line needs are past, or to come, at the time at which it is written."""
    for need in needs:
        if need.kind == "past" and happens.get(need.value, at) >= at:
            return False
        if need.kind == "future" and happens.get(need.value, -1) < at:
            return False
    return True


def foreseen(needs: tuple[Need, ...], course: Course, by: int) -> bool:
    """Whether the events that a line needs are past when the page is written, or still to come ``by`` so many seconds
    after it: then so they are at the time of a comment, whenever the thread is published."""
    for need in needs:
        if need.kind == "past" and not course.is_past(need.value):
            return False
        if need.kind == "future" and not course.is_to_come(need.value, by):
            return False
    return True


def card_slot(slot: str, life: Life, words: LifeWords, cities: tuple[str, ...], year: int, days: Days | None) -> str:
    """What a slot for one's own life says; the words that somebody chose stay the same."""
    if slot == "city":
        return cities[life.home * len(cities) >> 16]
    if slot == "years":
        count = life.years(year)
        return days.two if count == 2 and days else str(count)
    if slot == "trade":
        return words.trades[life.trade]
    if slot in ("mother", "father", "spouse"):
        which = {"mother": words.mother, "father": words.father, "spouse": words.husband if life.female else words.wife}
        return _of(which[slot], life.words)
    if slot in ("car", "pet"):
        return _of(words.car, life.car or 0) if slot == "car" else _of(words.pet, life.pet or 0)
    child = _child(life, year)
    assert child is not None, slot
    if slot == "childage":
        years = year - child[0]
        return words.childage.format(days.two if years == 2 and days else years)
    if child == life.children[0] and len(life.children) > 1 and life.words & 1:
        return _of(words.eldest, life.words)
    return _of(words.daughter if child[1] else words.son, life.words)


def _of(choices: tuple[str, ...], number: int) -> str:
    return choices[number % len(choices)]
