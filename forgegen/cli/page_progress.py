"""How many pages are done: a line that moves on a terminal, plain lines now and then elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TextIO

from forgegen.cli.output import cleared, moving, on_terminal

_EVERY = {True: 0.1, False: 10.0}  # seconds between two lines: on a terminal, elsewhere


class PageProgress:
    """Told of a number done; says it on standard error, with what ``note`` adds. Ends the moving line when closed."""

    def __init__(self, what: str, total: int | None = None, *, stream: TextIO | None = None) -> None:
        self.what, self.total, self.note = what, total, ""
        self.stream = stream or sys.stderr
        self.terminal = on_terminal(self.stream)
        self.start = self.last = time.monotonic()
        self.shown = False

    def __enter__(self) -> PageProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.shown and self.terminal:
            cleared(self.stream)

    def tell(self, done: int) -> None:
        """Say how far it is, if some time has passed."""
        now = time.monotonic()
        if now - self.last < _EVERY[self.terminal]:
            return
        self.last, self.shown = now, True
        total = f" of {self.total:,} threads" if self.total is not None and self.what == "pages" else ""
        text = f"{done:,} {self.what}{total}, {done / max(now - self.start, 1e-6):,.0f} a second{self.note}"
        moving(self.stream, text, terminal=self.terminal)
