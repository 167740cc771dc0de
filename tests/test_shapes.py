"""Every shape that breaks known parsers is a quirk, or a piece that the strategies draw, found by name."""

from __future__ import annotations

import pytest

from forgegen.quirks.catalogue import QUIRKS

# R: reported by others; F: seen in libraries. Numbers and shapes: the reference for scorers, section 5.
SHAPES: dict[str, tuple[str, ...]] = {
    "R1 unclosed element in li": ("markup.unclosed-span", "markup.unclosed-div", "markup.omitted-close"),
    "R2 NUL": ("enc.nul", "text.odd-references"),
    "R3 more than 256 nested elements": ("tree.deep256", "markup.deep-inline"),
    "R4 < before a digit or a Chinese character": ("text.less-than", "markup.bare-less-than"),
    "R5 misspelt http-equiv": ("enc.misspelt",),
    "R6 meta gb2312 with other characters": ("enc.gb-label",),
    "R7 GBK decoded as UTF-8": ("enc.lie",),
    "R8 emoji in GBK": ("enc.references",),
    "R9 no lang": ("head.no-lang",),
    "R10 null in a JSON-LD list": ("jsonld.array-null",),
    "R11 control characters": ("text.control",),
    "R12 text in an inline element": ("text.inline", "text.last-paragraph"),
    "R13 broken JSON-LD": ("jsonld.cdata", "jsonld.semicolon", "jsonld.references", "jsonld.raw-newline",
        "jsonld.unescaped-quote"),
    "R14 XML declaration": ("head.xml-declaration",),
    "R15 itemprop name on a link": ("microdata.name-on-link",),
    "R16 deleted user": ("author.deleted", "jsonld.name-null"),
    "R17 page 2": ("page.second",),
    "R18 comment outside of its parent": ("jsonld.comment-outside",),
    "R19 comment without datePublished": ("jsonld.comment-no-date", "time.missing"),
    "R20 author null": ("jsonld.author-null", "jsonld.author-empty"),
    "R21 comments in details": ("markup.details-wrap",),
    "R22 comments in a form": ("markup.form-wrap",),
    "R23 text in span": ("text.spanned",),
    "R24 nested article": ("markup.article-wrap",),
    "R25 body and comment twice": ("text.like-article",),
    "R26 comment author marked like the article's": ("author.marked",),
    "R27 short cells": ("text.short",),
    "R28 comments longer than the article": ("text.longer-than-article",),
    "R29 date without a year": ("time.year-missing", "time.year-missing-zh"),
    "R30 spaced, padded and half-day dates": ("time.spaced", "time.padded", "time.ampm-zh"),
    "R31 several links": ("text.link",),
    "R32 emoji as images, br between words": ("text.emoji-img", "text.br", "markup.comment-in-text"),
    "R33 empty comment in the text": ("markup.comment-in-text",),
    "R34 short counts": ("count.comma", "count.k", "count.wan"),
    "R35 deleted post": ("tree.deleted-stub",),
    "R36 advertisements, one floor twice": ("markup.ad-row", "floor.dup"),
    "R37 gaps, one post on two pages": ("floor.gap", "page.overlap"),
    "R38 collapsed, counted otherwise": ("tree.collapsed", "tree.replies-cut", "count.disagrees"),
    "R39 quotations": ("text.quote", "text.quote-nested", "text.quote-only"),
    "R40 empty body": ("text.empty", "text.blank", "text.image"),
    "F1 control reference": ("markup.attrs-control",),
    "F2 text in other elements": ("text.spanned",),
    "F4 heading with a comment-like class": ("markup.decoy-heading",),
    "F5 class message, id reply": ("markup.attrs-extra",),
    "F6 unclosed lists and inline tags": ("markup.unclosed-em", "markup.omitted-close"),
    "F7 date line beside the author": ("author.looks-like",),
    "F8 Chinese name in meta author": ("head.author-meta",),
    "F9 author only in DiscussionForumPosting": ("jsonld.type-social",),
    "F10 type attribute or IRI": ("jsonld.mime-charset", "jsonld.mime-case", "jsonld.type-iri"),
    "F11 byline with a broken tag": ("author.marked", "markup.misnested"),
    "F12 Chinese date": ("jsonld.date-text",),
    "F13 datetime on every comment": ("time.unordered", "time.edited"),
    "F14 scalars in JSON-LD": ("jsonld.null", "jsonld.number", "jsonld.graph-null", "jsonld.name-list"),
    "F15 inline element in the last paragraph": ("text.last-paragraph",),
    "F16 names of one word or with a digit": ("author.cjk", "author.digits"),
    "F17 vertical tab after an end tag": ("markup.vertical-tab",),
    "F18 vertical tab before br": ("text.control",),
    "F19 canonical address that is none": ("head.canonical-bad",),
    "F20 Person mark-up of commenters": ("author.marked",),
    "F21 tables with quotations": ("text.quote",),
    "F22 reference without semicolon in a torn tag": ("markup.torn",),
    "F23 broken JSON-LD": ("jsonld.bom", "jsonld.empty", "jsonld.comment-wrap", "jsonld.two-objects",
        "jsonld.single-quotes"),
    "F24 type attribute": ("jsonld.mime-charset", "jsonld.mime-case", "jsonld.mime-space"),
    "F25 address that is none": ("microdata.bad-address", "head.canonical-bad"),
    "F26 meta itemprop with a control": ("microdata.control",),
    "F27 time without datetime": ("microdata.time-no-datetime",),
    "F28 reply chain of 1,100": ("tree.deep1000",),
    "F29 script and style in head": ("head.css",),
    "F30 unclosed inline element": ("markup.unclosed-span", "markup.unclosed-font", "markup.unclosed-em"),
    "F31 02-16 21:01": ("time.year-missing",),
    "F32 zone label": ("time.tz-label",),
    "F34 lone surrogate": ("text.odd-references",),
    "F35 truncated byte": ("enc.bad-byte",),
    "F36 four-byte GB18030": ("enc.gb18030",),
    "F37 UTF-8 header over GBK": ("enc.header-lie",),
    "F38 &amp;lt;": ("text.entity",),
    "F39 ZWJ emoji": ("text.emoji-zwj",),
    "F40 class with a newline": ("markup.attrs-newline",),
    "F41 template with a post": ("markup.ghost-template",),
    "F42 duplicate attribute, odd comments": ("markup.attrs-duplicate", "markup.comment-odd"),
    "F43 hidden spoiler, jammer": ("text.spoiler", "text.jammer"),
}  # fmt: skip
ELSEWHERE = {"F3 no list wrapper": "a skin's layout", "F33 month without a day": "a piece: dates"}
"""Shapes that are no quirk, and where they are found."""

# The shapes of malformed HTML of which readers make different trees, and those of end tags left out: section 3.
MALFORMED: dict[str, tuple[str, ...]] = {
    "nested li unclosed": ("markup.omitted-close",),
    "li and their list unclosed": ("markup.posts-unclosed",),
    "div posts never closed": ("markup.posts-unclosed",),
    "p holding div": ("markup.div-in-p",),
    "p holding ul": ("markup.list-in-p",),
    "p holding blockquote first": ("markup.quote-in-p",),
    "span holding div": ("markup.div-in-span",),
    "<b><i></b></i>": ("markup.misnested",),
    "b opened in post 1, closed in post 2": ("markup.across-posts",),
    "font never closed": ("markup.font-unclosed",),
    "a in a": ("markup.a-in-a",),
    "a round several posts": ("markup.link-wrap",),
    "extra </div>": ("markup.stray-div-end",),
    "stray </p>, </br>": ("markup.stray-p-end", "markup.br-end"),
    "text between table rows": ("markup.foster",),
    "div directly in table": ("markup.table-wrap",),
    "table in table without td": ("markup.table-in-table",),
    "tr without table": ("markup.tr-alone",),
    "form in form": ("markup.form-in-form",),
    "<div />": ("markup.self-closed",),
    "unquoted value before /": ("markup.attrs-slash",),
    "duplicate attribute": ("markup.attrs-duplicate",),
    "class with a quotation mark left out": ("markup.attrs-torn",),
    "quotation mark never closed": ("markup.attrs-unterminated",),
    "> inside a quoted value": ("markup.attrs-gt",),
    "upper-case tags": ("markup.upper-case",),
    "class with newline and tab": ("markup.attrs-newline",),
    "bare < before space or digit": ("markup.bare-less-than",),
    "<图一> in text": ("markup.bare-less-than",),
    "references without ;": ("markup.bare-reference",),
    "references to NUL and the like": ("text.odd-references",),
    "NUL in text": ("enc.nul",),
    "controls in text": ("text.control",),
    "--!> and <!-->": ("markup.comment-odd",),
    "comment never closed": ("markup.comment-unclosed",),
    "conditional comments": ("markup.ghost-conditional",),
    "CDATA": ("markup.cdata",),
    "textarea with a draft": ("markup.ghost-textarea",),
    "noscript round posts": ("markup.noscript-wrap",),
    "template with a post": ("markup.ghost-template",),
    "</div> in a script string": ("markup.script-string",),
    "<!--<script> in a script string": ("markup.script-comment",),
    "posts in select": ("markup.select",),
    "button in button": ("markup.button-in-button",),
    "p in svg": ("markup.p-in-svg",),
    "h3 in h2": ("markup.h-in-h",),
    "dl with unclosed dd": ("markup.omitted-close",),
    "<x-comment />": ("markup.custom-self-closed",),
    "posts after </body></html>": ("markup.after-html",),
    "iframe with a post": ("markup.ghost-iframe",),
    "plaintext": ("markup.plaintext",),
    "misnested nobr": ("markup.nobr-unclosed",),
    "ruby with rt": ("markup.ruby",),
    "li > span unclosed": ("markup.unclosed-span",),
    "li > font unclosed": ("markup.unclosed-font",),
    "li > a unclosed": ("markup.unclosed-a",),
    "li > em unclosed": ("markup.unclosed-em",),
    "li > div unclosed": ("markup.unclosed-div",),
    "dd > span unclosed": ("markup.unclosed-span",),
    "tr > td > em unclosed": ("markup.unclosed-em",),
    "tr > td unclosed": ("markup.omitted-close",),
    "li directly in div": ("markup.item-in-div",),
    "li with crossed elements": ("markup.misnested",),
    "p unclosed": ("markup.omitted-p",),
    "article unclosed": ("markup.posts-unclosed",),
    "details with unclosed summary and p": ("markup.details-unclosed",),
    "br in table": ("markup.br-in-table",),
    "ol directly in ol": ("markup.list-in-list",),
    "blockquote unclosed": ("markup.quote-unclosed",),
}
CONTROL = "nested li closed"
"""The well-formed shape among the 54."""

TAXONOMY = set(
    """
tree.empty tree.single tree.depth3 tree.deep50 tree.deep256 tree.deep1000 tree.wide11 tree.only-child
tree.nested-same-class tree.late-reply tree.orphan tree.collapsed tree.flat-indent floor.gap floor.dup floor.named
floor.none floor.3digit floor.5digit floor.lexical floor.reversed floor.from-10 floor.in-text floor.fullwidth floor.hash
floor.letter-f floor.letter-l count.zero-omitted count.zero-shown count.two-digit count.comma count.dot count.k count.wan
count.word count.blank count.disagrees count.in-title count.overflow time.onedigit time.midnight time.tz-label
time.dst-gap time.dst-fold time.leap time.year-missing time.relative time.yesterday time.ampm time.md-ambiguous time.old
time.future time.unordered time.attr-vs-text time.edited author.deleted author.avatar-letter author.avatar-none
author.same author.op-badge author.edge-space author.case author.nfc author.looks-like author.markup author.rtl
text.empty text.image text.br text.inline text.quote text.reply-prefix text.entity text.tagish text.edge-space text.nbsp
text.double-space text.zerowidth text.astral text.combining text.compat text.long text.huge text.code text.dup
markup.ghost-comment markup.ghost-script markup.ghost-template markup.ad-row markup.omitted-close markup.omitted-p
markup.attrs-order markup.attrs-extra markup.attrs-unquoted markup.upper-case markup.attrs-newline markup.hidden-row
markup.after-html enc.gb-label enc.conflict enc.bad-label enc.bad-byte enc.none-latin1 transport.truncated
transport.gzip transport.crlf page.single page.last-no-next page.next-self page.beyond-last-200 page.first-bare-url
page.overlap page.exact-multiple page.one-left tree.replies-cut page.count-vs-pager
""".split()  # noqa: SIM905 - a list of names reads better as text
)


def test_all_numbers_are_there() -> None:
    """R1 to R40 and F1 to F43, each once."""
    numbers = [name.split()[0] for name in (*SHAPES, *ELSEWHERE)]

    assert sorted(numbers) == sorted([f"R{n}" for n in range(1, 41)] + [f"F{n}" for n in range(1, 44)])


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_is_a_quirk(shape: str) -> None:
    """The quirks named for a shape exist."""
    assert set(SHAPES[shape]) <= set(QUIRKS)


def test_all_malformed_shapes_are_there() -> None:
    """The 54 shapes and the sixteen of end tags: each a quirk, but the one that is well-formed."""
    assert len({*MALFORMED, CONTROL}) == 54 + 16
    assert {name for names in MALFORMED.values() for name in names} <= set(QUIRKS)


def test_the_taxonomy_is_there() -> None:
    """All entries of the taxonomy of edge cases are quirks."""
    assert TAXONOMY - set(QUIRKS) == set()
