"""How far a corpus is: a bar on a terminal, plain lines elsewhere, or JSON events."""

from __future__ import annotations

import sys
import time
from typing import Any, TextIO

import msgspec

from forgegen.cli.output import cleared, moving, on_terminal, say
from forgegen.corpus.ondisk import OnDisk
from forgegen.corpus.shard import Record

_BAR = 24
_EVERY = 10.0  # seconds between two plain lines


class Progress:
    """Told of shards as they are done. ``events`` writes JSON lines to standard output instead."""

    def __init__(self, shards: int, done: int, *, events: bool, stream: TextIO | None = None) -> None:
        self._shards, self._done, self._events = shards, done, events
        self._before, self._pages, self._bytes = done, 0, 0
        self._stream = stream or sys.stderr
        self._bar = on_terminal(self._stream) and not events
        self._start = self._last = time.monotonic()

    def add(self, record: Record) -> None:
        """Count a shard and show it."""
        self._done += 1
        self._pages += record.pages
        self._bytes += record.body_bytes
        now = time.monotonic()
        if self._events:
            event(
                "shard", shard=record.shard, pages=record.pages, body_bytes=record.body_bytes,
                done=self._done, shards=self._shards, **self.rates(now - self._start),
            )  # fmt: skip
        elif self._bar:
            moving(self._stream, self.line(now - self._start), terminal=True)
        elif now - self._last >= _EVERY or self._done == self._shards:
            self._last = now
            moving(self._stream, self.line(now - self._start), terminal=False)

    def rates(self, seconds: float) -> dict[str, float | None]:
        """Pages and MB of HTML a second so far, and seconds to go."""
        fresh = self._done - self._before
        seconds = max(seconds, 1e-6)
        left = seconds / fresh * (self._shards - self._done) if fresh else None
        return {
            "pages_per_second": round(self._pages / seconds, 1),
            "mb_per_second": round(self._bytes / seconds / 1e6, 2),
            "eta_seconds": None if left is None else round(left, 1),
        }

    def line(self, seconds: float) -> str:
        """The state in words."""
        rates = self.rates(seconds)
        filled = _BAR * self._done // max(1, self._shards)
        bar = f"[{'#' * filled}{'-' * (_BAR - filled)}] " if self._bar else ""
        eta = rates["eta_seconds"]
        return (
            f"{bar}{self._done}/{self._shards} shards, {self._pages:,} pages, {rates['pages_per_second']:,} pages/s, "
            f"{rates['mb_per_second']:,} MB/s" + ("" if not eta else f", {clock(eta)} to go")
        )

    def close(self) -> None:
        """End the bar's line."""
        if self._bar and self._done > self._before:
            say("", err=True)


class Checking:
    """Told of shards as they are hashed again. Where it is no terminal a line is written only every ten seconds."""

    def __init__(self, shards: int, *, stream: TextIO | None = None) -> None:
        self._shards, self._done, self._bytes = shards, 0, 0
        self._stream = stream or sys.stderr
        self._bar = on_terminal(self._stream)
        self._start = self._last = time.monotonic()

    def add(self, found: OnDisk) -> None:
        """Count a shard and show it."""
        self._done += 1
        self._bytes += found.bytes
        now = time.monotonic()
        if self._bar:
            moving(self._stream, self.line(now - self._start), terminal=True)
        elif now - self._last >= _EVERY:
            self._last = now
            moving(self._stream, self.line(now - self._start), terminal=False)

    def line(self, seconds: float) -> str:
        """The state in words."""
        seconds = max(seconds, 1e-6)
        left = seconds / max(1, self._done) * (self._shards - self._done)
        return (
            f"{self._done}/{self._shards} shards checked, {size(self._bytes)}, {self._bytes / seconds / 1e6:,.1f} MB/s"
            + (f", {clock(left)} to go" if left else "")
        )

    def close(self) -> None:
        """Take the bar away: what was found follows."""
        if self._bar and self._done:
            cleared(self._stream)


def event(kind: str, **fields: Any) -> None:
    """One JSON event on standard output."""
    say(msgspec.json.encode({"event": kind, **fields}).decode())


def clock(seconds: float) -> str:
    """A span of time for people.

    >>> clock(59.6), clock(3700), clock(200_000)
    ('1:00', '1:01:40', '2 d 7:33:20')
    """
    days, rest = divmod(round(seconds), 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, rest = divmod(rest, 60)
    day = f"{days} d " if days else ""
    return f"{day}{hours}:{minutes:02d}:{rest:02d}" if days or hours else f"{minutes}:{rest:02d}"


def size(number: float) -> str:
    """A number of bytes for people.

    >>> size(1_240_000)
    '1.2 MB'
    """
    for unit, factor in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= factor:
            return f"{number / factor:.1f} {unit}"
    return f"{number:.0f} bytes"
