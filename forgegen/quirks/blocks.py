"""Quirks of markup around posts: end tags left out, wrappers, stray furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from forgegen.model.calendar import iso_utc, parse_iso
from forgegen.quirks.define import grew, plain, shrank
from forgegen.quirks.html_tags import Edit
from forgegen.quirks.html_trees import Element
from forgegen.quirks.lookalikes import lookalike
from forgegen.quirks.source import HtmlSource, markup_quirk

_IMPLIED = {"li", "dd", "dt", "tr"}
_NEXT = re.compile(r"\s*(?:<(/?)([a-zA-Z][a-zA-Z0-9]*))")
_BLOCKS = {"div", "p", "ul", "ol", "table", "blockquote", "dl", "form", "article", "section"}
_R1 = "scrapy/parsel#57"


def _closing(source: HtmlSource) -> Iterator[Element]:
    """The posts whose end tag may be left out: the next tag starts such an element or closes their parent."""
    for post in source.posts:
        after = _NEXT.match(source.html, post.end)
        if post.name in _IMPLIED and after and (after[1] == "/" or after[2].lower() == post.name):
            yield post


@markup_quirk(
    "markup.omitted-close",
    about="posts whose end tag is left out, as HTML allows: li, dd, tr",
    catches="posts nested in the one before them",
    source=_R1,
    readers="html5",
    detect=shrank(r"</(?:li|dd|dt|tr)>"),
    on=plain(1, 1),
)
def omitted_close(source: HtmlSource) -> Iterator[Edit]:
    """All of them."""
    for post in _closing(source):
        yield Edit(post.close, post.end, "")


def _unclosed(tag: str) -> None:
    def editor(source: HtmlSource) -> Iterator[Edit]:
        edits = []
        for post in _closing(source):
            cell = source.html.rfind("</td>", post.inner, post.close) if post.name == "tr" else post.close
            edits += [Edit(cell, post.end, f"<{tag}>")] if cell >= 0 else []
        # Not where a closed item among them would have the next post stand within the element.
        if edits and source.keeps_posts(edits):
            yield from edits

    markup_quirk(
        f"markup.unclosed-{tag}",
        about=f"posts without an end tag that end in the start tag of {tag}",
        catches="lxml and html.parser nest each post in the one before it",
        source=_R1,
        readers="html5",
        detect=grew(rf"<{tag}>\s*(?:<li|</ol|</ul|<d[dt]|</dl|<tr|</tbody|</table|\Z)"),
        on=plain(1, 1),
        implies=("markup.omitted-close",),
    )(editor)


for _tag in ("span", "font", "em", "div", "a"):
    _unclosed(_tag)


@markup_quirk(
    "markup.omitted-p",
    about="a paragraph without its end tag, which the next tag implies",
    catches="the paragraph runs on",
    detect=shrank(r"</p>"),
    implies=(),
)
def omitted_p(source: HtmlSource) -> Iterator[Edit]:
    """Of the chosen post, or the next whose text is a paragraph right before a tag that ends it."""
    for row in source.rows():
        text = source.field(row, "text")
        after = None if text is None else re.match(r"<(/?)([a-zA-Z]+)", source.html[text.end : text.end + 20])
        if text is not None and text.name == "p" and after and (after[1] == "/" or after[2] in _BLOCKS):
            yield Edit(text.close, text.end, "")
            return


def at_body(name: str, html: str, **told: Any) -> None:
    """A quirk that puts something at the begin of the body."""

    def editor(source: HtmlSource) -> Iterator[Edit]:
        at = source.after(r"<body\b[^>]*>")
        if at is not None:
            yield Edit(at, at, "\n" + html)

    markup_quirk(name, **told)(editor)


at_body(
    "markup.second-body", '<body class="second">',
    about="a second body tag", catches="everything before it dropped, or nested once more",
    detect=grew(r'<body class="second"'),
)  # fmt: skip
at_body(
    "markup.foster", '<table class="notice"><tr><td>公告</td></tr>请文明发言</table>',
    about="text between rows of a table, which moves before it", catches="text lost, or read in another place",
    detect=grew(r'class="notice"'),
)  # fmt: skip
at_body(
    "markup.table-in-table", '<table class="outer"><tr><td>一<table><tr><td>二</td></tr></table></table>',
    about="a table in a table whose cells are not closed", catches="the rest of the page within a cell",
    detect=grew(r'class="outer"'),
)  # fmt: skip
at_body(
    "markup.button-in-button", "<button>回<button>顶</button></button>",
    about="a button in a button", catches="trees that are not trees",
    detect=grew(r"<button>[^<>]*<button>"),
)  # fmt: skip
at_body(
    "markup.h-in-h", "<h5>公告<h6>规则</h6></h5>",
    about="a heading in a heading", catches="the outer one closed by the inner one, or not",
    detect=grew(r"<h5>[^<>]*<h6>"),
)  # fmt: skip
at_body(
    "markup.ruby", "<ruby>漢<rt>hàn</rt>字<rt>zì</rt></ruby>",
    about="ruby above Chinese characters, in a notice", catches="readings taken for text",
    detect=grew(r"<ruby>"),
)  # fmt: skip
at_body(
    "markup.decoy-heading", '<div id="comments-count" class="comments-title comment-list">12 comments</div>',
    about="a counter before the posts with the id and classes of a list of comments", catches="taken for the list",
    source="trafilatura: the first matching container counts", detect=grew(r"comments-title comment-list"),
)  # fmt: skip


def _ghost_at_body(name: str, tag: str, **told: Any) -> None:
    def editor(source: HtmlSource) -> Iterator[Edit]:
        at = source.after(r"<body\b[^>]*>")
        if at is not None and source.posts:
            ghost = lookalike(source, source.posts[0], "ghost", id_="ghost")
            yield Edit(at, at, f"\n<{tag}>{ghost}</{tag}>")

    markup_quirk(name, readers="html5", detect=grew(rf"<{tag}><[a-z]"), **told)(editor)


_ghost_at_body(
    "markup.ghost-textarea", "textarea",
    about="a post in a textarea: a draft", catches="html.parser reads it",
)  # fmt: skip
_ghost_at_body(
    "markup.ghost-iframe", "iframe",
    about="a post in an iframe element", catches="html.parser reads it",
)  # fmt: skip


def _forms(source: HtmlSource) -> bool:
    """Whether the page has forms round the posts or among them: a form within a form is another matter."""
    box, depth = source.container, 0
    tags = source.tags
    for start, name, closes in zip(tags.starts, tags.names, tags.closes, strict=True):
        if name == "form" and box is not None and start < box.end:
            depth += -1 if closes else 1
            if start > box.start:
                return True
    return depth > 0


def wrapper(name: str, before: str, after: str, **told: Any) -> None:
    """A quirk that wraps the list of posts."""

    def editor(source: HtmlSource) -> Iterator[Edit]:
        box = source.container
        if box is not None and box.name not in ("body", "html", "main") and not ("<form" in before and _forms(source)):
            yield Edit(box.start, box.start, before)
            yield Edit(box.end, box.end, after)

    markup_quirk(name, **told)(editor)


wrapper(
    "markup.form-wrap", '<form method="post" action="/mark">', "</form>",
    about="the list of posts within a form", catches="forms dropped with what they hold",
    source="adbar/trafilatura#596", detect=grew(r'<form method="post" action="/mark">'),
)  # fmt: skip
wrapper(
    "markup.details-wrap", '<details open class="CommentBox"><summary>all</summary>', "</details>",
    about="the list of posts within details", catches="posts leak into the article",
    source="adbar/trafilatura#850, #852", detect=grew(r'class="CommentBox"'),
)  # fmt: skip
wrapper(
    "markup.article-wrap", '<article class="thread"><div role="main">', "</div></article>",
    about="the list of posts within an article of its own", catches="texts twice; posts taken for the article",
    source="adbar/trafilatura#768, #817, #879", detect=grew(r'<article class="thread">'),
)  # fmt: skip
wrapper(
    "markup.noscript-wrap", "<noscript>", "</noscript>",
    about="the list of posts within noscript", catches="dropped, though it is read without scripts",
    detect=grew(r"<noscript><(?!img)[a-z]"),
)  # fmt: skip
wrapper(
    "markup.custom-wrap", "<x-thread>", "</x-thread>",
    about="the list of posts within an element of the page's own making", catches="unknown elements dropped",
    detect=grew(r"<x-thread>"),
)  # fmt: skip
wrapper(
    "markup.form-in-form", '<form id="outer"><form id="inner">', "</form></form>",
    about="the list of posts within a form within a form", catches="readers disagree what remains",
    readers="hostile", detect=grew(r'<form id="outer">'),
)  # fmt: skip


def _before_post(name: str, html: str, **told: Any) -> None:
    """A quirk that puts something before a post, not within tables."""

    def editor(source: HtmlSource) -> Iterator[Edit]:
        posts = source.posts
        post = posts[-1] if posts else None
        if post is not None and post.name not in ("tr", "td", "tbody"):
            yield Edit(post.start, post.start, html + "\n")

    markup_quirk(name, **told)(editor)


_before_post(
    "markup.after-html", "</body></html>",
    about="posts after the end tags of body and html", catches="lxml and parsel drop them",
    readers="html5", detect=grew(r"</body></html>\s*(?:<|\Z)"), on=plain(1, 1),
)  # fmt: skip
_before_post(
    "markup.script-string", '<script>var end = "</div></li>";</script>',
    about="tags in a string of a script", catches="posts ended by patterns over the source",
    detect=grew(r'var end = "</div>'),
)  # fmt: skip
_before_post(
    "markup.script-comment", '<script>var open = "<!--<script>";</script>',
    about="<!--<script> in a string of a script", catches="the rest of the page is script",
    readers="hostile", detect=grew(r"<!--<script>"),
)  # fmt: skip


@markup_quirk(
    "markup.stray-div-end",
    about="a div closed once too often, at the end of the page",
    catches="parents closed too early",
    detect=grew(r"^</div></div>$", re.MULTILINE),
)
def stray_div_end(source: HtmlSource) -> Iterator[Edit]:
    """Before the end of the body."""
    at = source.html.rfind("</body>")
    if at >= 0:
        yield Edit(at, at, "</div></div>\n")


@markup_quirk(
    "markup.vertical-tab",
    about="a vertical tab behind a post",
    catches="ValueError: XML-compatible text required",
    source="codelucas/newspaper#189",
    readers="html5",
    detect=grew("\x0b"),
)
def vertical_tab(source: HtmlSource) -> Iterator[Edit]:
    """Behind the last post, not in tables."""
    for post in source.posts[-1:]:
        if post.name not in ("tr", "td", "tbody"):
            yield Edit(post.end, post.end, "\x0b")


@markup_quirk(
    "markup.torn",
    about="a torn reference before a tag at the end of the page: &#1<div>",
    catches="the page refused",
    readers="html5",
    detect=grew("&#1<div>"),
)
def torn(source: HtmlSource) -> Iterator[Edit]:
    """Before the end of the body."""
    at = source.html.rfind("</body>")
    if at >= 0:
        yield Edit(at, at, "<div >&#1<div>?\n")


@markup_quirk(
    "time.attr-vs-text",
    about="a datetime attribute in UTC beside a local time: its day may be another one",
    catches="the digits of one taken for those of the other",
    detect=grew(r'datetime="[^"]*Z"'),
)
def attr_vs_text(source: HtmlSource) -> Iterator[Edit]:
    """The same instant, written in UTC."""
    for row in source.rows():
        date = source.field(row, "date")
        tag = "" if date is None else source.html[date.start : date.inner]
        m = re.search(r'\bdatetime="([^"]*[+-]\d\d:\d\d)"', tag)
        instant = parse_iso(m[1]) if m else None
        if date is not None and m is not None and instant is not None and 0 < instant < 2**35:
            yield Edit(date.start + m.start(1), date.start + m.end(1), iso_utc(instant))
            return
