"""The number that a forum gives a post, from its thread and its position, and back.

A thread has 10,000 numbers. Positions above that, and threads whose numbers would reach those positions, stand far
above all others, so that every number means one post.
"""

from __future__ import annotations

MOST_ID = 10**36 - 1
"""The greatest id of a thread."""
_STEP = 10_000  # numbers of a thread
_HIGH = 10**18  # between the first 10,000 positions of a thread and the next
_FAR = 10**40  # where the numbers of threads begin that would reach _HIGH; _FAR_HIGH is their _HIGH
_FAR_HIGH = 10**60


def pid_of(thread_id: int, n: int) -> int:
    """The number of a post in its forum.

    >>> pid_of(10000007, 12), n_of_pid(pid_of(10000007, 12_345))
    (100000070012, 12345)
    >>> thread_of_pid(pid_of(10**18, 3)) == 10**18
    True
    """
    low = thread_id * _STEP + n % _STEP
    return low + n // _STEP * _HIGH if low < _HIGH else _FAR + low + n // _STEP * _FAR_HIGH


def _parts(pid: int) -> tuple[int, int]:
    """The number among the first 10,000 positions of its thread, and how many times 10,000 were taken off."""
    if pid < _FAR:
        return pid % _HIGH, pid // _HIGH
    return (pid - _FAR) % _FAR_HIGH, (pid - _FAR) // _FAR_HIGH


def n_of_pid(pid: int) -> int:
    """The position in the thread of the post of this number."""
    low, high = _parts(pid)
    return low % _STEP + high * _STEP


def thread_of_pid(pid: int) -> int:
    """The id of the thread that the post of this number belongs to."""
    return _parts(pid)[0] // _STEP
