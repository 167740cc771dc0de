"""Words for days as a page calls them on the day it is written: yesterday, last Tuesday, May 13; and times passed."""

from __future__ import annotations

import msgspec

from forgegen.model.calendar import civil_from_days


class Days(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A locale's words for days: ``near`` by distance, others by their week, the rest by their date.

    ``passed`` are forms for a time passed, by the least number of days from which on each holds, and how many days its
    unit has.
    """

    near: dict[str, str]
    weekdays: tuple[str, ...]
    last_week: str
    this_week: str
    next_week: str
    date: str
    other_year: str
    passed: tuple[tuple[int, int, str], ...]
    two: str = "2"  # the number 2 before a unit
    two_units: str = ""  # the units that take it


def day_word(days: Days, day: int, written: int, date: str) -> str:
    """What a page written on one day calls another (days since 1970); ``date`` is the day without its year."""
    distance = day - written
    near = days.near.get(str(distance))
    if near is not None:
        return near
    weeks = (day + 3) // 7 - (written + 3) // 7
    weekday = days.weekdays[(day + 3) % 7]
    if -1 <= weeks <= 1:
        return (days.last_week, days.this_week, days.next_week)[weeks + 1].format(weekday=weekday)
    year, here = civil_from_days(day)[0], civil_from_days(written)[0]
    return (days.date if year == here else days.other_year).format(date=date, year=year)


def time_passed(days: Days, count: int) -> str:
    """A number of days as a time that has passed.

    The unit changes with its length: days, then weeks, then months.
    """
    form, unit = days.passed[0][2], 1
    for least, size, words in days.passed:
        if count >= least:
            form, unit = words, size
    return counted(days, form, str(max(count, 0) // unit))


def counted(days: Days, form: str, number: str) -> str:
    """A form with its number, where 2 is said as the locale says it before that unit."""
    if number == "2" and days.two_units and form.startswith("{}") and form[2:3] and form[2] in days.two_units:
        number = days.two
    return form.replace("{}", number, 1)
