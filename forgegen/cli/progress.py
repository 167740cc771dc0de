"""How far long work is: a bar of tqdm's on a terminal, plain lines now and then elsewhere; both on standard error.

What cannot be said, because the stream is closed or full, ends nothing.
"""

from __future__ import annotations

import sys
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, TextIO

from tqdm import tqdm

from forgegen.cli.output import on_terminal, say_on

_EVERY = {True: 0.1, False: 10.0}  # seconds between two updates: on a terminal, elsewhere

# No thread that watches the bars, and no lock that other processes share: one process draws one bar.
tqdm.monitor_interval = 0
tqdm.set_lock(threading.RLock())


class Progress:
    """Told how much is done of ``total`` things, None where that is not known.

    ``unit`` is what is counted, with the space before it; ``kept`` lets the bar stand when all is done, and says the
    end elsewhere too; ``scaled`` counts in kB, MB and GB. ``note`` is what else is said.
    """

    def __init__(
        self, unit: str, total: int | None = None, *, done: int = 0, kept: bool = False, scaled: bool = False,
        note: str = "", stream: TextIO | None = None,
    ) -> None:  # fmt: skip
        self.total, self.done, self.note, self._before, self._kept = total, done, note, done, kept
        self._stream: TextIO | None = stream or sys.stderr
        self._look: dict[str, Any] = {"unit": unit, "unit_scale": scaled}
        self._start = self._last = time.monotonic()
        self._every = _EVERY[on_terminal(self._stream)]
        self._bar: tqdm[Any] | None = None
        if on_terminal(self._stream):
            self._bar = tqdm(
                total=total, initial=done, file=self._stream, leave=kept, dynamic_ncols=True, delay=self._every,
                mininterval=self._every, **self._look,
            )  # fmt: skip

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, more: int = 1) -> None:
        """Count what is done."""
        self.tell(self.done + more)

    def tell(self, done: int) -> None:
        """Say how far it is, if some time has passed; on a terminal, with the note."""
        more, self.done = done - self.done, done
        with suppress(OSError, ValueError):
            self._show(more)

    def _show(self, more: int) -> None:
        if self._bar is not None:
            self._bar.set_postfix_str(self.note, refresh=False)
            self._bar.update(more)
            return
        now = time.monotonic()
        if now - self._last >= self._every or (self._kept and self.done == self.total):
            self._last = now
            say_on(self._stream, self.line(now - self._start))

    def line(self, seconds: float) -> str:
        """How far it is after some seconds, in words."""
        line: str = tqdm.format_meter(
            self.done, self.total, seconds, initial=self._before, ncols=0, postfix=self.note or None, **self._look
        )
        return line

    def close(self) -> None:
        """End the bar's line, or take the bar away."""
        with suppress(OSError, ValueError):
            if self._bar is not None:
                self._bar.close()
