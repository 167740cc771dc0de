"""Quirks of mark-up that is wrong: shapes of which readers make different trees.

Where nothing of the thread hangs on the shape, all readers find the truth and only the tree around it differs; where a
post does, the truth is lost. Shapes that belong to attributes, texts or the posts themselves stand with those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forgegen.quirks.attrs import added, tag_quirk
from forgegen.quirks.blocks import at_body, wrapper
from forgegen.quirks.define import grew, plain, shrank
from forgegen.quirks.html_tags import Edit
from forgegen.quirks.inline import saying
from forgegen.quirks.source import HtmlSource, markup_quirk, run_quirk

_LESS_THAN = re.compile(r"&lt;(?![A-Za-z0-9;=])")

at_body(
    "markup.br-in-table", '<table class="rules"><br><tr><td>规则</td></tr></table>',
    about="a line break directly in a table, before which it moves", catches="rows or cells shifted",
    detect=grew(r'<table class="rules"><br>'),
)  # fmt: skip
at_body(
    "markup.stray-p-end", "</p>",
    about="the end of a paragraph that never began: an empty one", catches="a paragraph more, or none",
    detect=grew(r"^</p>$", re.MULTILINE),
)  # fmt: skip
at_body(
    "markup.tr-alone", '<tr class="rules"><td>规则</td></tr>',
    about="a row of a table where no table is", catches="a row more in some readers, its text alone in others",
    detect=grew(r'<tr class="rules">'),
)  # fmt: skip
at_body(
    "markup.list-in-list", '<ol class="rules"><ol><li>规则</li></ol></ol>',
    about="a list directly in a list", catches="lists whose items are expected to be items",
    detect=grew(r'<ol class="rules"><ol>'),
)  # fmt: skip
at_body(
    "markup.item-in-div", '<div class="rules"><li>规则<li>公告</div>',
    about="items without a list, their end tags left out", catches="posts found by their tag; the second in the first",
    detect=grew(r'<div class="rules"><li>'),
)  # fmt: skip
at_body(
    "markup.div-in-span", '<span class="rules"><div>规则</div></span>',
    about="a block within an inline element", catches="inline elements ended at the block",
    detect=grew(r'<span class="rules"><div>'),
)  # fmt: skip
at_body(
    "markup.p-in-svg", '<svg class="rules" width="8" height="8"><p>规则</p></svg>',
    about="a paragraph in a drawing, which it ends", catches="the rest of the page within the drawing",
    detect=grew(r'<svg class="rules"[^<>]*><p>'),
)  # fmt: skip
at_body(
    "markup.quote-unclosed", '<blockquote class="rules">规则',
    about="a block quotation that is never closed, before the thread", catches="the whole page dropped as quoted",
    detect=grew(r'<blockquote class="rules">'),
)  # fmt: skip
at_body(
    "markup.details-unclosed", '<details open class="rules"><summary>规则<p>公告',
    about="details, their summary and a paragraph that are never closed", catches="the whole page dropped as folded",
    detect=grew(r'<details open class="rules"><summary>'),
)  # fmt: skip
at_body(
    "markup.self-closed", '<div class="rules" />',
    about="a div closed in its start tag, which HTML does not know: it stays open",
    catches="readers disagree what stands within it",
    detect=grew(r'<div class="rules" />'),
)  # fmt: skip
run_quirk(
    "markup.custom-self-closed",
    about="an element of the page's own making closed in its start tag: it takes the text that follows",
    catches="that text dropped with it, or not",
    detect=grew(r"<x-mark />"),
)(lambda left, right: f"{left}<x-mark />{right}")  # fmt: skip
tag_quirk(
    "markup.attrs-slash", added("data-x=1/"),
    about="a slash after a value without quotation marks: it belongs to the value",
    catches="the element taken for closed",
    detect=grew(r"data-x=1/>"),
)  # fmt: skip
tag_quirk(
    "markup.attrs-torn", lambda tag: tag.replace('" ', ' data-x="1" ', 1),
    about="a quotation mark left out, so that an attribute begins within another", catches="attributes lost",
    readers="hostile", detect=grew(r'="[^"<>]*\sdata-x="1" '), on=plain(1, 1),
)  # fmt: skip
run_quirk(
    "markup.div-in-p",
    about="a div in the text, which ends a paragraph", catches="the text ends before it, or not",
    readers="hostile", detect=grew(r'<div class="aside">'),
)(lambda left, right: f'{left}<div class="aside">{right}</div>')  # fmt: skip
run_quirk(
    "markup.list-in-p",
    about="a list in the text, which ends a paragraph", catches="the text ends before it, or not",
    readers="hostile", detect=grew(r'<ul class="aside">'),
)(lambda left, right: f'<ul class="aside"><li>{left}</li></ul>{right}')  # fmt: skip
run_quirk(
    "markup.quote-in-p",
    about="a block quotation that begins the text and ends its paragraph", catches="an empty text",
    readers="hostile", detect=grew(r'<blockquote class="aside">'),
)(lambda left, right: f'<blockquote class="aside">{left}</blockquote>{right}')  # fmt: skip
wrapper(
    "markup.table-wrap", '<table class="thread">', "</table>",
    about="the list of posts directly in a table, before which it moves", catches="posts lost, or in another place",
    readers="hostile", detect=grew(r'<table class="thread">'),
)  # fmt: skip
wrapper(
    "markup.link-wrap", '<a name="thread">', "</a>",
    about="the list of posts within a link, and links within that", catches="posts cut in two",
    readers="hostile", detect=grew(r'<a name="thread">'),
)  # fmt: skip


@markup_quirk(
    "markup.bare-reference",
    about="references to < without a semicolon",
    catches="&lt shown as it is written",
    detect=grew(r"&lt(?!;)"),
    on=saying("so < <图一>"),
    implies=("text.less-than",),
)
def bare_reference(source: HtmlSource) -> Iterator[Edit]:
    """All in the texts of posts, but before what would make another reference of them."""
    for row in source.rows():
        for start, end in source.pieces(row, "text"):
            for m in _LESS_THAN.finditer(source.html, start, end):
                yield Edit(*m.span(), "&lt")


@markup_quirk(
    "markup.across-posts",
    about="an element opened in one post and closed in the next",
    catches="the second post within the first",
    readers="hostile",
    detect=grew(r'<b class="loud">'),
    on=plain(1, 1),
)
def across_posts(source: HtmlSource) -> Iterator[Edit]:
    """From the end of the first text to that of the second."""
    fields = [source.field(row, "text") for row in range(min(2, len(source.posts)))]
    texts = [text for text in fields if text is not None]
    if len(texts) == 2:
        yield Edit(texts[0].close, texts[0].close, '<b class="loud">')
        yield Edit(texts[1].close, texts[1].close, "</b>")


@markup_quirk(
    "markup.posts-unclosed",
    about="neither the posts nor their list have end tags",
    catches="each post in the one before it, and the rest of the page in the last",
    readers="hostile",
    detect=shrank(r"</(?:ol|ul|table|div|section)>"),
    on=plain(1, 1),
    implies=("markup.omitted-close",),
)
def posts_unclosed(source: HtmlSource) -> Iterator[Edit]:
    """All of them."""
    for post in source.posts:
        yield Edit(post.close, post.end, "")
    if source.container is not None:
        yield Edit(source.container.close, source.container.end, "")
