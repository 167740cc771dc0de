"""Four honest parsers of the reference skin, each on its own library, written as a careful scraper author would.

``READERS`` holds them by name; each takes a page's bytes and gives a dict. What they claim is what the page's visible
text says: no attribute is read but classes, ids and the link to the parent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.parsers import by_bs4, by_lxml, by_parsel, by_selectolax

Reader = Callable[[bytes], dict[str, Any]]

READERS: dict[str, Reader] = {
    "lxml": by_lxml.read,
    "parsel": by_parsel.read,
    "bs4": by_bs4.read,
    "selectolax": by_selectolax.read,
}
