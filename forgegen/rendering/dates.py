"""The forms in which boards show dates: each writes a local time and reads its own display back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from forgegen.model.moments import ZONES, Local, is_date, iso_utc, local_at, offset_at, offset_text, parse_iso
from forgegen.model.truth import DateTruth


class DateForm(NamedTuple):
    """A way to show a minute. ``show`` writes it; ``pattern`` has groups y, mo, d, h, mi and perhaps zone."""

    show: Callable[[Local], str]
    pattern: re.Pattern[str]


FORMS: dict[str, DateForm] = {}


def _form(name: str, layout: str, pattern: str) -> None:
    def show(local: Local) -> str:
        y, mo, d, h, mi = local.parts
        return layout.format(y=y, mo=mo, d=d, h=h, mi=mi, zone=local.zone)

    FORMS[name] = DateForm(show, re.compile(pattern, re.ASCII))


_form(
    "han",
    "{y}年{mo}月{d}日 {h}点{mi}分 {zone}",
    r"(?P<y>\d{1,4})年(?P<mo>\d{1,2})月(?P<d>\d{1,2})日 (?P<h>\d{1,2})点(?P<mi>\d{1,2})分 (?P<zone>[A-Z]+)",
)
_form(
    "dash",
    "{y}-{mo}-{d} {h}:{mi:02d}",
    r"(?P<y>\d{1,4})-(?P<mo>\d{1,2})-(?P<d>\d{1,2}) (?P<h>\d{1,2}):(?P<mi>\d{2})",
)


class ShownDate(NamedTuple):
    """A date as a template prints it: the display, the ``datetime`` attribute (empty where there is no instant)."""

    shown: str
    attribute: str
    truth: DateTruth


def show_local(local: Local | None, form: str) -> ShownDate | None:
    """How a local time is shown, and what that tells."""
    if local is None:
        return None
    return _shown(local, local.instant, form)


def show_instant(instant: int | None, zone: str, form: str) -> ShownDate | None:
    """How an instant is shown on a board of that zone; seconds are dropped."""
    if instant is None:
        return None
    return _shown(local_at(instant, zone), instant - instant % 60, form)


def _shown(local: Local, instant: int | None, form: str) -> ShownDate:
    shown = FORMS[form].show(local)
    attribute = "" if instant is None else local.at + offset_text(offset_at(instant, local.zone))
    zone = local.zone if "zone" in FORMS[form].pattern.groupindex else None
    truth = DateTruth(shown, local.at, "minute", zone, None if instant is None else iso_utc(instant))
    return ShownDate(shown, attribute, truth)


def read_date(shown: str, attribute: str | None, form: str) -> DateTruth:
    """What a displayed date and its ``datetime`` attribute tell; a display of another form tells only itself."""
    instant = parse_iso(attribute) if attribute else None
    m = FORMS[form].pattern.fullmatch(shown)
    if m is None:
        return DateTruth(shown, None, None, None, None if instant is None else iso_utc(instant))
    y, mo, d, h, mi = (int(m[k]) for k in ("y", "mo", "d", "h", "mi"))
    zone = m.groupdict().get("zone")
    if not is_date(y, mo, d) or h > 23 or mi > 59:
        return DateTruth(shown, None, None, zone, None)
    at = f"{y:04d}-{mo:02d}-{d:02d}T{h:02d}:{mi:02d}"
    if instant is None and zone in ZONES:
        instant = Local(at, zone).instant
    return DateTruth(shown, at, "minute", zone, None if instant is None else iso_utc(instant))
