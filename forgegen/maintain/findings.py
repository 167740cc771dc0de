"""What is found wrong in the words of a locale, with its place."""

from __future__ import annotations

from pathlib import Path

import msgspec


class WordMistake(msgspec.Struct, frozen=True, gc=False):
    """A mistake, or where ``warning`` something that may be one."""

    file: Path
    line: int
    text: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {'warning' if self.warning else 'error'}: {self.text}"
