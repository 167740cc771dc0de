"""The quirks: importing this package registers them all with ``forgegen.rendering.quirk``."""

from forgegen.quirks import attrs, author, count, evasion, floor, inject, inline, rows, text, times, tree

__all__ = ["attrs", "author", "count", "evasion", "floor", "inject", "inline", "rows", "text", "times", "tree"]
