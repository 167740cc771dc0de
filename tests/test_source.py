"""Places of tags in a page's source, also after edits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from forgegen.quirks.html_tags import Edit, edited, tags_after, tags_of
from forgegen.quirks.html_trees import Element, HtmlTree, Parsed
from forgegen.skins import dom
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


@fuzz(1000, quick=60)
@given(data=st.data(), html=sources)
def test_tags_after_edits_are_those_of_the_edited_source(data: st.DataObject, html: str) -> None:
    """Looking only where something was changed finds what looking everywhere does."""
    edits = data.draw(edits_of(html))
    after = edited(html, edits)

    assert tags_after(tags_of(html), after, edits) == tags_of(after)


OUTER = ("div", "ul", "li", "p", "b", "a", "span", "table", "tr", "td", "script", "form")
PUT_IN = (
    "",
    "x",
    "&lt",
    "<",
    "</b>",
    "<br>",
    "<mark>x</mark>",
    "<b><i>x</b></i>",
    '<a href="#">x</a>',
    "<div>x</div>",
    "<li>x</li>",
    "<li><a>x</a></li>",
    "<td>x</td>",
    "<!-- <p> -->",
    "<!-->",
    "<p>",
    ' title="a > b"',
    ' title="',
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Sources in which every element has an id; some lack an end tag, or have one too many."""
    pieces, open_ = [], list[str]()
    for n, name in enumerate(draw(st.lists(st.sampled_from(OUTER), min_size=1, max_size=12))):
        pieces.append(f'<{name} id="{n}">')
        open_.append(name)
        pieces += draw(st.sampled_from([[], ["x"], ["x & y"]]))
        ends = draw(st.integers(0, len(open_) if name != "script" else 0))
        pieces += [f"</{open_.pop()}>" for _ in range(max(ends, int(name == "script")))]
        pieces += draw(st.sampled_from([[], [], [], ["</p>"], ["</b>"]]))
    ends = draw(st.sampled_from([len(open_), len(open_), 0]))
    return "".join(pieces + [f"</{name}>" for name in open_[::-1][:ends]])


@st.composite
def put_in(draw: st.DrawFn, html: str) -> list[Edit]:
    """Edits at tags and between them, which do not overlap."""
    tags = tags_of(html)
    places = sorted({0, len(html), *tags.starts, *tags.ends, *(end - 1 for end in tags.ends)})
    chosen = sorted(draw(st.lists(st.sampled_from(places), min_size=1, max_size=6, unique=True)))
    edits, last = [], 0
    for start, end in zip(chosen, chosen[1:] + chosen[-1:], strict=True):
        end = draw(st.sampled_from((start, start, end)))
        if start >= last:
            edits.append(Edit(start, end, draw(st.sampled_from(PUT_IN))))
            last = max(end, start + 1)
    return edits


def extents(tree: HtmlTree) -> set[tuple[str | None, Element | None]]:
    """Where each element with an id stands."""
    return {(node.attributes.get("id"), tree.element(node)) for node in dom.select(tree.root, "[id]")}


@fuzz(3000, quick=80)
@given(data=st.data(), html=documents())
def test_a_tree_that_serves_after_edits_has_its_elements_where_they_are(data: st.DataObject, html: str) -> None:
    """Edits after which a page is not parsed again leave every element in the place that parsing would find."""
    before = Parsed(html)
    rows = frozenset(start for start, name in zip(before.tags.starts, before.tags.names, strict=True) if name == "li")
    tree, now = before.tree, html
    for _ in range(data.draw(st.integers(1, 3))):
        edits = data.draw(put_in(now))
        after = tree.after(now, edits, rows)
        if after is None:
            return
        tree, now, rows = after, edited(now, edits), frozenset()

        assert extents(tree) == extents(Parsed(now).tree)


def test_a_page_with_marked_words_and_a_row_more_is_not_parsed_again() -> None:
    """What is put in whole leaves the tree: in texts, in tags, and a row before another."""
    html = '<ul><li class="a">x y</li><li>z</li></ul>'
    before = Parsed(html)
    text, row, tag = html.index("y"), html.index("<li>"), html.index("<li class")
    edits = [
        Edit(text, text + 1, "<mark>y</mark>"),
        Edit(row, row, "<li>ad</li>"),
        Edit(tag, tag + 14, "<LI CLASS='a'>"),
    ]

    assert before.tree.after(html, edits, frozenset([row])) is not None
    assert before.tree.after(html, [Edit(row, row, "</li>")]) is None


def test_an_open_quotation_mark_costs_no_more_than_its_length() -> None:
    """A tag that never ends is no tag, and is not tried again and again."""
    assert tags_of("<a " + "x" * 50_000 + '"').starts == []
