"""The bench that reads pages of all options back: a hundredth of it, and that it finds what is misread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

import forgegen
from forgegen.model import bodies, calendar, thread
from forgegen.reading.extraction import extract
from tests.bench import readback


@pytest.mark.every
def test_pages_of_all_options_are_read_back(tmp_path: Path) -> None:
    """Our reader and html5lib's tree read all of 400 pages; the bench itself reads 40,000."""
    found = readback.run(400, first=100, out=tmp_path)

    assert found.wrong == {}
    assert found.pages >= 400
    assert list(tmp_path.iterdir()) == []


def test_a_misread_page_is_counted_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that loses the title is found on every page, and each is kept with the expression that makes it."""

    def careless(page: Any, skin: str) -> Any:
        return msgspec.structs.replace(extract(page, skin), title="lost")

    monkeypatch.setattr(readback, "extract", careless)
    found = readback.Batch(1, tmp_path, readback.turns().index("ladder-br"), 4).run()
    kept = [file.read_text("utf-8") for file in tmp_path.iterdir()]

    assert found.wrong == {"ours": found.pages}
    assert kept
    for text in kept:
        told, expression = text.rstrip("\n").split("\n", 1)
        assert told.startswith("ours: title is 'lost'")
        page = eval(expression, {"Page": forgegen.Page, **vars(thread), **vars(bodies), **vars(calendar)})
        assert extract(page, page.skin) == page.truth


def test_the_known_values_are_those_of_pages() -> None:
    """What a page is counted under is what the bench looks for, but for the number of the page."""
    page = forgegen.Page(forgegen.make_thread(7, 0), "phpbb3", ui="en", quirks=["floor.gap"])

    assert {value for value in readback.values_of(page) if not value.startswith("page ")} <= readback.known_values()
