"""The quirks: importing this package registers them all with ``forgegen.rendering.quirk``."""

from forgegen.quirks import author, count, evasion, floor, inject, text, times, tree

__all__ = ["author", "count", "evasion", "floor", "inject", "text", "times", "tree"]
