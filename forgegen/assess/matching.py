"""Single values: whether a predicted one is the page's, and if not, in which way it is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from msgspec import UNSET

from forgegen.assess.date_ladder import rung
from forgegen.assess.normalise import loose
from forgegen.assess.predict import COUNTS, DATES, FLAGS

Outcome = Literal["right", "wrong", "missing", "invented", "none"]
"""``none``: neither side has a value; ``missing``: the page has one; ``invented``: the parser has one."""

_URL = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//\S|/\S*/|\S+\.(?:html?|php)\b", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-z!][^>]*>|&(?:#\w+|[a-z]+);", re.IGNORECASE)
_DIGITS = re.compile(r"[+-]?\d{1,4000}(?:\.0+)?", re.ASCII)


class Verdict(NamedTuple):
    """What became of one value. ``label`` says how it is wrong, or a date's step; ``error`` is a count's.

    ``items`` of a list: how many are right, predicted and true.
    """

    outcome: Outcome
    label: str = ""
    error: int | None = None
    items: tuple[int, int, int] | None = None


NOTHING = Verdict("none")


def judge(name: str, truth: Any, shown: Any, value: Any, norm: Callable[[str], str]) -> Verdict:
    """The verdict on a predicted value of a field. ``shown`` is the display of a count, where it is not plain."""
    if name in FLAGS or (name == "edited" and isinstance(value, bool)):
        return _judge_flag(bool(truth), bool(value))
    if name in DATES:
        return _judge_date(truth, value)
    if name == "paragraphs":
        return _judge_lists(truth, value, norm)
    if name in COUNTS:
        return _judge_count(truth, shown, value)
    return _judge_text(name, truth, value, norm)


def _judge_flag(truth: bool, value: bool) -> Verdict:
    """Whether something is so: that it is not is nothing to be found."""
    if truth == value:
        return Verdict("right") if truth else NOTHING
    return Verdict("missing") if truth else _INVENTED


def _judge_text(name: str, truth: str | None, value: str | None, norm: Callable[[str], str]) -> Verdict:
    own, other = norm(truth or ""), norm(value or "")
    if own == other:
        return Verdict("right") if own else NOTHING
    if not other:
        return Verdict("missing")
    if not own:
        return Verdict("invented")
    return Verdict("wrong", _author_label(own, other) if name == "author" else "")


def _author_label(own: str, other: str) -> str:
    if own.casefold() == other.casefold():
        return "case"
    if _MARKUP.search(other) and not _MARKUP.search(own):
        return "html"
    if _URL.match(other) and not _URL.match(own):
        return "url"
    return "loose" if loose(own) == loose(other) else ""


def _judge_lists(truth: Any, value: Any, norm: Callable[[str], str]) -> Verdict:
    own = [text for item in truth or () if (text := norm(item))]  # an empty paragraph is none
    other = [text for item in value or () if (text := norm(item))]
    if own == other:
        return Verdict("right") if own else NOTHING
    if not other:
        return Verdict("missing")
    return Verdict("wrong", "parts" if norm(" ".join(own)) == norm(" ".join(other)) else "") if own else _INVENTED


_INVENTED = Verdict("invented")


def number_of(value: Any) -> int | None:
    """The whole number that a predicted count is; plain digits in a string count as one.

    >>> number_of("12"), number_of(3.0), number_of("1.2万"), number_of(True)
    (12, 3, None, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, int):
        return value
    text = value.strip() if isinstance(value, str) else ""
    return int(text.split(".")[0]) if _DIGITS.fullmatch(text) else None


def _judge_count(truth: int | None, shown: Any, value: Any) -> Verdict:
    if value is None or value == "":
        return NOTHING if truth is None else Verdict("missing")
    if truth is None:
        return _INVENTED
    number = number_of(value)
    if number == truth:
        return Verdict("right")
    # A display that is not plain digits, returned as text or read with a wrong factor.
    label = "format" if shown not in (UNSET, None) or number is None else ""
    return Verdict("wrong", label, None if number is None else abs(number - truth))


def _judge_date(truth: Any, value: Any) -> Verdict:
    if value is None:
        return NOTHING if truth is None else Verdict("missing", "missing")
    if truth is None:
        return _INVENTED
    step, right = rung(truth, value)
    return Verdict("right" if right else "wrong", step)
