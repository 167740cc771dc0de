"""Dates as they are judged: a ladder from the right instant down to nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from forgegen.assess.normalise import ws
from forgegen.model.calendar import HOUR, iso_utc, parse_iso
from forgegen.model.truth import DateTruth

LADDER = ("instant", "wall-minute", "date", "wrong", "missing")
# How many characters of an ISO local time each precision keeps.
_KEPT = {"year": 4, "month": 7, "day": 10, "hour": 13, "minute": 16, "second": 19}
_MINUTE = _KEPT["minute"]
_ISO = re.compile(
    r"(\d{4}(?:-\d{2}(?:-\d{2}(?:[T ]\d{2}(?::?\d{2}(?::?\d{2})?)?)?)?)?)(?:[.,]\d+)?\s*(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)


class Rung(NamedTuple):
    """How far a predicted date is right: its step of the ladder, and whether it tells nothing untrue."""

    step: str
    right: bool


class _Told(NamedTuple):
    """What a predicted date says: local time, instant and text, each where it says so."""

    local: str | None
    instant: str | None
    shown: str | None


def rung(truth: DateTruth | None, value: Any) -> Rung:
    """The step that a predicted date reaches.

    It is right with the page's instant, else with the local time where it names no zone, else with the very text that
    the page shows. With the right minute of another zone it stands on the same step, but is not right. Where the page
    states an instant beside a display of the day, the time of day is judged as well.
    """
    if value is None:
        return Rung("missing", truth is None)
    if truth is None:
        return Rung("wrong", False)
    told = _told(value)
    kept = _KEPT.get(truth.precision or "", 19)
    if told.instant is not None and truth.instant is not None:
        minute = max(kept, _MINUTE)  # what is stated is stated to the minute, whatever is displayed
        if told.instant[:minute] == truth.instant[:minute]:
            return Rung("instant", True)
    if told.local is not None and truth.local is not None and told.local[:kept] == truth.local[:kept]:
        if kept < _MINUTE and not _may_be(told.local, truth.instant):
            return Rung("date", False)
        best = truth.instant is None
        if told.instant is None:
            return Rung("instant" if best else "wall-minute", True)
        return Rung("wall-minute", False)
    if told.shown is not None and ws(told.shown) == ws(truth.shown):
        return Rung("instant" if truth.instant is None and truth.local is None else "wall-minute", True)
    if truth.local is not None and told.local is not None and told.local[:10] == truth.local[:10]:
        return Rung("date", False)
    return Rung("wrong", False)


def _may_be(local: str, instant: str | None) -> bool:
    """Whether a local time can be this instant on some clock of the world; told to the day only, it can.

    >>> _may_be("2024-02-16T21:01", "2024-02-17T05:01:00Z"), _may_be("2024-02-16T09:01", "2024-02-17T05:01:00Z")
    (True, False)
    """
    stated, wall = parse_iso(instant or ""), parse_iso(f"{local[:_MINUTE]}Z")
    if stated is None or wall is None:
        return True
    offset = wall - stated // 60 * 60
    return -12 * HOUR <= offset <= 14 * HOUR and offset % (15 * 60) == 0


def _told(value: Any) -> _Told:
    if isinstance(value, DateTruth):
        return _Told(value.local, value.instant, value.shown)
    if isinstance(value, Mapping):
        return _Told(*(v if isinstance(v, str) else None for v in map(value.get, ("local", "instant", "shown"))))
    if isinstance(value, datetime):
        return _from_text(value.isoformat(timespec="seconds"))
    if isinstance(value, date):
        return _Told(value.isoformat(), None, None)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**37:
        return _Told(None, iso_utc(int(value)), None)
    return _from_text(value.strip()) if isinstance(value, str) else _Told(None, None, None)


def _from_text(text: str) -> _Told:
    m = _ISO.fullmatch(text)
    if m is None:
        return _Told(None, None, text)
    local = m[1].replace(" ", "T")
    if m[2] is None:
        return _Told(local, None, text)
    instant = parse_iso(local.ljust(16, "0") + m[2]) if len(local) >= 16 else None
    # An offset without a readable instant still names a zone.
    return _Told(local, "unreadable" if instant is None else iso_utc(instant), text)
