"""What extractors of articles find on the pages of every skin."""

from __future__ import annotations

import json
from typing import Any

import pytest

from forgegen.generate.making import make_thread
from forgegen.model.bodies import ItemList
from forgegen.model.body_views import texts_of_blocks
from forgegen.model.calendar import iso_utc, local_at
from forgegen.pages.page import Page, render
from forgegen.skins.loading import skin_names
from tests.tiers import heavy

pytestmark = [pytest.mark.every, pytest.mark.needs("trafilatura")]
trafilatura = heavy("trafilatura")

PAGES = [(7, 3), (7, 17), (2027, 5)]


def extracted(page: Page) -> dict[str, Any]:
    """What trafilatura makes of a page, comments included."""
    html = page.body.decode(page.encoding)
    found = trafilatura.extract(html, output_format="json", with_metadata=True, include_comments=True, url=page.url)
    return dict(json.loads(found or "{}"))


def unspaced(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())


@pytest.mark.parametrize(("seed", "index"), PAGES)
@pytest.mark.parametrize("skin", skin_names())
def test_an_article_extractor_finds_title_date_and_text(skin: str, seed: int, index: int) -> None:
    """Title and day of publication are right, and 95 % of the article's or opening post's text is there.

    The day is that of the board or of Greenwich: a reader may take either from an instant. A young thread of the touch
    template shows days by age alone, as its engine does, so that no day can be found. A box of links to other news is
    left out by extractors, rightly; bold names break their lines.
    """
    page = render(make_thread(seed, index), skin)[0]
    seen, article, published = extracted(page), page.thread.article, page.thread.published
    assert published is not None
    text = (seen.get("text") or "") + (seen.get("comments") or "")
    boxes = texts_of_blocks(tuple(block for block in article.body if isinstance(block, ItemList)))
    said = [paragraph for paragraph in article.paragraphs if paragraph not in boxes]
    found = sum(len(p) for p in said if unspaced(p) in unspaced(text))

    assert seen["title"] == article.title
    opened = page.truth.published or page.truth.posts[0].date
    assert opened
    shows_a_day = opened.local is not None or opened.instant is not None
    assert shows_a_day == (skin != "discuz-touch")
    if shows_a_day:
        assert seen["date"] in (iso_utc(published)[:10], local_at(published, page.thread.zone).at[:10])
    assert found >= 0.95 * sum(map(len, said))
