"""Write the table of quirks into the manual: ``python -m forgegen.maintain.quirk_docs``."""

from __future__ import annotations

from pathlib import Path

from forgegen.quirks.catalogue import QUIRKS
from forgegen.quirks.quirk import Quirk

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "quirks.md"
_HEAD = """# Quirks

Oddities that `forgegen page --quirk NAME` and the strategies put into pages, and that are detected on finished ones.
Written by `python -m forgegen.maintain.quirk_docs`; do not edit. A class, such as `tree`, stands for all of its quirks.

- **portable**: every common parser reads the truth of such a page; **html5**: those that follow the HTML standard do
  (html5lib and lexbor are asked in a test); **hostile**: nothing is promised but that a parser should survive.
- Layer: `thread` quirks change what is shown, and the truth says so; `markup`, `bytes` and `transport` quirks change
  how it is written and sent, and never the truth; `site` quirks change what stands behind the links of the pager.
- Engines: what **none** sends is drawn by name only, or where `shapes="any"` asks for it.
- A skin that gives no occasion for a quirk does not get it.
"""
_ENGINES = {True: "", False: "none"}
_COLUMNS = "| name | what it is | what it catches | layer | readers | engines | reported |"


def table() -> str:
    """The manual's page of quirks."""
    parts = [_HEAD]
    for klass in dict.fromkeys(quirk.klass for quirk in sorted(QUIRKS.values(), key=lambda q: q.klass)):
        rows = [quirk for quirk in QUIRKS.values() if quirk.klass == klass]
        parts.append(f"\n## {klass}\n\n{_COLUMNS}\n|---|---|---|---|---|---|---|")
        parts += map(_row, rows)
    return "\n".join(parts) + "\n"


def _row(quirk: Quirk) -> str:
    cells = (
        f"`{quirk.name}`",
        quirk.about,
        quirk.catches,
        quirk.layer,
        quirk.readers,
        _ENGINES[quirk.plausible],
        quirk.source,
    )
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    if text.startswith("`"):
        return text
    for character in "\\|<>*_[]&":
        text = text.replace(character, "\\" + character)
    return text


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(table(), "utf-8")
