"""The number that a post has on a page that stands alone, from its thread and its position, and the position back.

A forum numbers its posts as they come (``Thread.numbers``). A page alone knows of no others: its posts have numbers
from a thousand million on, within the columns of all engines (2^31 is the narrowest), each thread 10,000 of them.
Positions above that stand behind all of these.
"""

from __future__ import annotations

FIRST_THREAD = 10_000_000  # the number of the first thread that is made
MOST_ID = 10**36 - 1
"""The greatest id of a thread."""
_FIRST = 10**9
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_STEP = 10_000  # numbers of a thread
_THREADS = 100_000  # threads whose numbers differ
_BEHIND = _FIRST + _THREADS * _STEP


def pid_of(thread_id: int, n: int) -> int:
    """The number of a post, by its position in its thread.

    >>> pid_of(10000007, 12), pid_of(10000007, 12_345)
    (1000070012, 2000012345)
    """
    return _FIRST + thread_id % _THREADS * _STEP + n if n < _STEP else _BEHIND + n


def base36(number: int) -> str:
    """A number as Reddit writes it, in digits and small letters; ``int(text, 36)`` reads it.

    >>> base36(1000070012), base36(0), base36(-37)
    ('gjeyyk', '0', '-11')
    """
    digits, rest = "", abs(number)
    while rest or not digits:
        rest, digit = divmod(rest, 36)
        digits = _DIGITS[digit] + digits
    return f"-{digits}" if number < 0 else digits


def n_of_pid(pid: int) -> int | None:
    """The position in its thread of the post of such a number; None for the numbers of forums.

    >>> n_of_pid(1000070012), n_of_pid(2000012345), n_of_pid(71)
    (12, 12345, None)
    """
    if pid >= _BEHIND:
        return pid - _BEHIND
    return pid % _STEP if pid >= _FIRST else None
