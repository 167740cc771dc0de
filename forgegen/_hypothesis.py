"""What Hypothesis calls when it is imported: strategies for our types, so that ``st.from_type(Page)`` works.

Only types whose modules are loaded are registered; those modules call again where Hypothesis came first. Nothing is
imported here but Hypothesis, which is there already.
"""

from __future__ import annotations

import sys
from typing import Any

_TYPES = (
    ("forgegen.model.thread", "Thread"),
    ("forgegen.model.thread", "Post"),
    ("forgegen.model.truth", "Truth"),
    ("forgegen.pages.page", "Page"),
)


def setup() -> None:
    """Register the types that are loaded."""
    if "hypothesis" not in sys.modules:
        return
    from hypothesis.strategies import register_type_strategy

    for module, name in _TYPES:
        cls = getattr(sys.modules.get(module), name, None)
        if cls is not None:
            register_type_strategy(cls, _lazily(name))


def _lazily(name: str) -> Any:
    """A function that makes the strategy of a type when it is asked for."""

    def strategy(_: type) -> Any:
        from forgegen.strategies import pages, threads

        if name == "Thread":
            return threads()
        if name == "Post":
            return threads(min_size=1, max_size=1).map(lambda thread: thread.posts[0])
        drawn = pages()
        return drawn if name == "Page" else drawn.map(lambda page: page.truth)

    return strategy
