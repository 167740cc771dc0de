"""How far a corpus is: a bar on a terminal, plain lines elsewhere, or JSON events."""

from __future__ import annotations

import time
from typing import Any, TextIO

import msgspec

from forgegen.cli.output import say
from forgegen.cli.progress import Progress
from forgegen.corpus.ondisk import OnDisk
from forgegen.corpus.shard import Record


class Writing:
    """Told of shards as they are done. ``events`` writes JSON lines to standard output instead."""

    def __init__(self, shards: int, done: int, *, events: bool, stream: TextIO | None = None) -> None:
        self._shards, self._done, self._before, self._pages, self._bytes = shards, done, done, 0, 0
        self._start = time.monotonic()
        self._shown = None if events else Progress(" shards", shards, done=done, kept=True, stream=stream)

    def add(self, record: Record) -> None:
        """Count a shard and show it."""
        self._done += 1
        self._pages += record.pages
        self._bytes += record.body_bytes
        rates = self.rates(time.monotonic() - self._start)
        if self._shown is None:
            event(
                "shard", shard=record.shard, pages=record.pages, body_bytes=record.body_bytes,
                done=self._done, shards=self._shards, **rates,
            )  # fmt: skip
        else:
            self._shown.note = (
                f"{self._pages:,} pages, {rates['pages_per_second']:,} pages/s, {rates['mb_per_second']:,} MB/s"
            )
            self._shown.add()

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

    def close(self) -> None:
        """End the bar's line."""
        if self._shown is not None:
            self._shown.close()


class Checking:
    """Told of shards as they are hashed again."""

    def __init__(self, shards: int, *, stream: TextIO | None = None) -> None:
        self._bytes, self._shown = 0, Progress(" shards", shards, stream=stream)

    def add(self, found: OnDisk) -> None:
        """Count a shard and show it."""
        self._bytes += found.bytes
        self._shown.note = f"{size(self._bytes)} checked"
        self._shown.add()

    def close(self) -> None:
        """Take the bar away: what was found follows."""
        self._shown.close()


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
