"""Work of ours that Hypothesis does not look at when it explains a failure.

To explain one it traces which lines only failing test cases run. Those should be the user's: ours run by the thousand,
for whatever page was drawn and for whatever answer was wrong.
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

_TOOL = 3  # of sys.monitoring, under which Hypothesis traces from Python 3.12 on


class Untraced:
    """A context in which Hypothesis traces no line; tracers of others, such as coverage, go on."""

    def __enter__(self) -> Untraced:
        self._tracer = _tracer()
        self._events = 0
        if self._tracer is not None:
            sys.settrace(None)
        elif _is_monitored():
            self._events = _monitoring().get_events(_TOOL)
            _monitoring().set_events(_TOOL, 0)
        return self

    @property
    def is_needed(self) -> bool:
        """Whether Hypothesis would trace now."""
        return self._tracer is not None or bool(self._events)

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self._events:
            _monitoring().set_events(_TOOL, self._events)
        if self._tracer is not None:
            sys.settrace(self._tracer)


def _tracer() -> Any:
    """The function by which Hypothesis traces, None where it does not."""
    found = sys.gettrace()
    owner = type(getattr(found, "__self__", None))
    return found if owner.__module__.startswith("hypothesis.") else None


def _is_monitored() -> bool:
    return hasattr(sys, "monitoring") and _monitoring().get_tool(_TOOL) == "scrutineer"


def _monitoring() -> Any:
    return getattr(sys, "monitoring")  # noqa: B009 - Python 3.11 has none
