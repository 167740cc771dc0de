"""The page object of the fixtures that ``forgegen corpus --format webpoet`` writes; only this module imports web-poet.

It reads a page by its skin's selectors, so its tests pass: put your own page object in its place with
``--page-object PKG:CLASS``, and they say field by field what it misreads.
"""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime
from typing import Any

from forgegen.errors import MissingExtra, UsageError
from forgegen.reading.extraction import extract

try:
    from web_poet import HttpResponse, ItemPage
except ImportError:
    raise MissingExtra("web-poet", "interop") from None

SKIN = "X-Forgegen-Skin"


class ForumPage(ItemPage[dict[str, Any]]):  # type: ignore[misc, unused-ignore]
    """A page of a skin that comes with forgegen; the response's header ``X-Forgegen-Skin`` names the skin."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response

    async def to_item(self) -> dict[str, Any]:
        """What the page shows, as ``forgegen.extract`` reads it."""
        skin = self.response.headers.get(SKIN)
        if skin is None:
            raise UsageError(f"the response has no header {SKIN}; right would be a fixture of 'forgegen corpus'")
        found: dict[str, Any] = json.loads(_read(self.response, skin).to_json())
        return found


def _read(response: HttpResponse, skin: str) -> Any:
    sent, date = response.headers.declared_encoding(), response.headers.get("Date")
    seen = None if date is None else parsedate_to_datetime(date).strftime("%Y-%m-%dT%H:%M:%SZ")
    return extract(bytes(response.body), skin, encoding=sent, observed=seen)
