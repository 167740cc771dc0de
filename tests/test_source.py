"""Places of tags in a page's source, also after edits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from forgegen.quirks.source import Edit, edited, tags_after, tags_of
from tests.tiers import fuzz

PIECES = (
    "<p>",
    "</p>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    '<a title="',
    '">',
    "<br>",
    "x",
    "'",
    "<",
    ">",
    "<title>",
    "</title>",
)
sources = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@st.composite
def edits_of(draw: st.DrawFn, html: str) -> list[Edit]:
    """Edits that do not overlap."""
    places = sorted(draw(st.lists(st.integers(0, len(html)), max_size=6)))
    ends = places[1::2]
    return [Edit(start, end, draw(sources)) for start, end in zip(places[: 2 * len(ends) : 2], ends, strict=True)]


@fuzz(1000, quick=200)
@given(data=st.data(), html=sources)
def test_tags_after_edits_are_those_of_the_edited_source(data: st.DataObject, html: str) -> None:
    """Looking only where something was changed finds what looking everywhere does."""
    edits = data.draw(edits_of(html))
    after = edited(html, edits)

    assert tags_after(tags_of(html), after, edits)[:2] == tags_of(after)[:2]


def test_an_open_quotation_mark_costs_no_more_than_its_length() -> None:
    """A tag that never ends is no tag, and is not tried again and again."""
    assert tags_of("<a " + "x" * 50_000 + '"').tags == []
