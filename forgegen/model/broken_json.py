"""Where a decoder's message says that JSON is broken."""

from __future__ import annotations


def line_of(raw: bytes, problem: str) -> int:
    """The 1-based line that a decoder's message is about, 1 where it names no position.

    >>> line_of(b"{\\n\\n!", "JSON is malformed: invalid character (byte 3)")
    3
    """
    if "(byte " in problem:
        return raw.count(b"\n", 0, int(problem.rsplit("(byte ", 1)[1].rstrip(")"))) + 1
    return raw.count(b"\n") + 1 if problem.startswith("Input data was truncated") else 1
