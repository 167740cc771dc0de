"""A date as a page shows it."""

from __future__ import annotations

from typing import Literal

import msgspec


class DateTruth(msgspec.Struct, frozen=True, repr_omit_defaults=True, gc=False):
    """A displayed date: the display, the local time as far as it says, and the instant where the page tells it."""

    shown: str
    local: str | None
    precision: Literal["year", "month", "day", "hour", "minute", "second"] | None
    zone: str | None
    instant: str | None
