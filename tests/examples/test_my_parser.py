"""A parser and its test, as the author of a scraper would write them; and what a bug in the parser looks like.

The parser reads the skin ``reference``. To test yours, put it in place of ``parse``.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from parsel import Selector

from forgegen.pages.page import Page
from forgegen.strategies import check, pages

FIELDS = ("posts", "author", "text", "parent")


def parse(html: str) -> dict[str, Any]:
    """The comments of a page: who wrote what in answer to whom."""
    return {"posts": [_post(li) for li in Selector(html).css("ol.comment-list > li.floor[id]")]}


def _post(li: Selector) -> dict[str, Any]:
    above = li.css("a.parent::attr(href)").get()
    return {
        "id": li.attrib["id"],
        "author": li.css(".who").xpath("string()").get(),
        "text": _lines(li.css("p.text")),
        "parent": above.rpartition("#")[2] if above else None,
    }


def _lines(paragraph: Any) -> str:
    pieces = (
        piece.root for piece in paragraph.xpath(".//text() | .//br | .//img[@class='face' or @class='emoji']/@alt")
    )
    return "".join(piece if isinstance(piece, str) else "\n" for piece in pieces)


def parse_too_simply(html: str) -> dict[str, Any]:
    """The same with a bug that is often seen: only the first piece of a text is taken."""
    found = parse(html)
    for post, li in zip(found["posts"], Selector(html).css("ol.comment-list > li.floor[id]"), strict=True):
        post["text"] = li.css("p.text::text").get("")
    return found


@given(page=pages(skins=["reference"]))
def test_my_parser(page: Page) -> None:
    """The parser finds on every page what the page shows."""
    check(parse, page, fields=FIELDS)


@settings(derandomize=True, phases=(Phase.generate, Phase.shrink), print_blob=False)
@given(page=pages(skins=["reference"], quirks=["text.br", "text.inline", "text.quote", "author.case"]))
def _test_too_simple_parser(page: Page) -> None:
    check(parse_too_simply, page, fields=FIELDS)


def test_a_bug_ends_in_a_small_page_with_the_quirk_named() -> None:
    """The message has the first difference and the page's quirks; one post is left, which has what is to blame."""
    with pytest.raises(AssertionError) as failure:
        _test_too_simple_parser()

    first, quirks = str(failure.value).splitlines()[:2]
    page = getattr(failure.value, "page", None)
    assert isinstance(page, Page)
    assert first.startswith("text of post 1: expected '"), first
    assert re.fullmatch(r"forgegen quirks: text\.(br|inline) \(skin reference\)", quirks), quirks
    assert len(page.thread.posts) == 1
    assert "page=Page(Thread(" in "\n".join(failure.value.__notes__)
