"""Instants, local times and zone rules."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgegen.model import calendar as moments
from forgegen.model.calendar import (
    DAY,
    Local,
    civil_from_days,
    days_from_civil,
    iso_utc,
    local_at,
    offset_at,
    parse_iso,
)

NAMES = {
    "PT": "America/Los_Angeles",
    "ET": "America/New_York",
    "CET": "Europe/Paris",
    "CST": "Asia/Shanghai",
    "UTC": "UTC",
    "JST": "Asia/Tokyo",
    "HKT": "Asia/Hong_Kong",
}


@given(st.dates())
def test_civil_dates_agree_with_the_standard_library(date: datetime.date) -> None:
    """Day numbers and dates convert both ways as ``datetime`` has them."""
    days = (date - datetime.date(1970, 1, 1)).days

    assert days_from_civil(date.year, date.month, date.day) == days
    assert civil_from_days(days) == (date.year, date.month, date.day)


@given(
    st.integers(days_from_civil(2008, 1, 1) * DAY, days_from_civil(2037, 1, 1) * DAY), st.sampled_from(sorted(NAMES))
)
def test_offsets_agree_with_the_zone_database(instant: int, label: str) -> None:
    """Our rule table gives what the zone database gives, for the years both know."""
    there = datetime.datetime.fromtimestamp(instant, ZoneInfo(NAMES[label])).utcoffset()

    assert there is not None
    assert offset_at(instant, label) == there.total_seconds()


@pytest.mark.parametrize("year", range(2008, 2037))
@pytest.mark.parametrize("label", ["PT", "ET", "CET"])
def test_clock_changes_fall_on_the_right_second(year: int, label: str) -> None:
    """The second before and the second of each clock change have the offsets of the zone database."""
    zone = ZoneInfo(NAMES[label])
    for change in moments._summer(label, year):
        for instant in (change - 1, change):
            there = datetime.datetime.fromtimestamp(instant, zone).utcoffset()
            assert there is not None
            assert offset_at(instant, label) == there.total_seconds()


@given(st.integers(-(10**10), 10**11), st.sampled_from(sorted(NAMES)))
def test_local_times_give_their_instant_back(instant: int, label: str) -> None:
    """To the minute, an instant's local time has that instant, also where the hour is repeated."""
    assert local_at(instant, label).instant == instant - instant % 60


def test_a_left_out_hour_has_no_instant_and_a_repeated_one_the_first() -> None:
    """2024-03-10 2:30 PT does not exist; 2024-11-03 1:30 PT means the first unless folded."""
    assert Local("2024-03-10T02:30").instant is None
    assert Local("2024-11-03T01:30").instant == 1730622600
    assert Local("2024-11-03T01:30", fold=1).instant == 1730622600 + 3600


@given(st.integers(0, 10**11))
def test_iso_instants_parse_back(instant: int) -> None:
    """What we write as ISO is read as the same instant."""
    assert parse_iso(iso_utc(instant)) == instant


@pytest.mark.parametrize("text", ["", "2024-02-16", "2024-02-16T21:01", "2024-02-30T00:00Z", "yesterday"])
def test_texts_without_an_instant_give_none(text: str) -> None:
    """A local time without offset, a date that does not exist and other text tell no instant."""
    assert parse_iso(text) is None


@pytest.mark.parametrize(
    ("at", "zone", "fold"),
    [("2024-02-30T00:00", "PT", 0), ("2024-2-16T21:01", "PT", 0), ("2024-02-16T24:00", "PT", 0),
    ("2024-02-16T21:01", "QT", 0),
     ("2024-02-16T21:01", "PT", 2)],
)  # fmt: skip
def test_wrong_local_times_are_refused(at: str, zone: str, fold: int) -> None:
    """Days, times, zones and folds that do not exist are errors that name the value."""
    with pytest.raises(ValueError, match=r"not a local time|unknown zone|fold"):
        Local(at, zone, fold)
