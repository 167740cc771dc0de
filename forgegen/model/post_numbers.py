"""The number that a forum gives a post, from its thread and its position, and back."""

from __future__ import annotations

_PID_STEP, _PID_HIGH = 10_000, 10**18


def pid_of(thread_id: int, n: int) -> int:
    """The number of a post in its forum: 10,000 a thread, those of longer threads far above all others.

    >>> pid_of(10000007, 12), n_of_pid(pid_of(10000007, 12_345))
    (100000070012, 12345)
    """
    return thread_id * _PID_STEP + n % _PID_STEP + n // _PID_STEP * _PID_HIGH


def n_of_pid(pid: int) -> int:
    """The position in the thread of the post of this number."""
    return pid % _PID_STEP + pid // _PID_HIGH * _PID_STEP


def thread_of_pid(pid: int) -> int:
    """The id of the thread that the post of this number belongs to."""
    return pid % _PID_HIGH // _PID_STEP
