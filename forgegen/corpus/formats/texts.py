"""What the formats of benchmarks of main text share: the text of a row, its page in UTF-8, its name."""

from __future__ import annotations

import gzip

from forgegen.corpus.formats.registry import Settings
from forgegen.corpus.rows import Row
from forgegen.reading.plain_text import PlainText, plain_text
from forgegen.skins.loading import load_skin

LEVEL = 4


class MainTexts:
    """Makes the texts of rows."""

    def __init__(self, settings: Settings) -> None:
        self._quotes = settings.quotes

    def of(self, row: Row) -> PlainText:
        """The text of a row, with what must and must not be in it."""
        look = row.page.look
        skin = load_skin(row.choice.skin, look.templates, look.ui, look.settings)
        return plain_text(row.truth, row.html, skin, self._quotes)


def packed(row: Row) -> bytes:
    """The page in UTF-8, as a gzip file without a time."""
    return gzip.compress(row.html.encode("utf-8", "replace"), LEVEL, mtime=0)


def said(value: object) -> str | None:
    """A text of the truth; None where the page does not have it."""
    return value if isinstance(value, str) else None


def date_of(row: Row) -> str | None:
    """The day of publication."""
    published = row.truth.published or None
    day = published and (published.local or published.instant)
    return str(day)[:10] if day else None
