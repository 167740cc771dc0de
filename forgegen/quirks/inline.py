"""Quirks of markup within texts: elements, references and comments that leave the text what it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from forgegen.model.thread import Article, Thread
from forgegen.quirks.define import grew, plain, put, shrank, with_posts
from forgegen.quirks.html_tags import Edit
from forgegen.quirks.source import HtmlSource, halves, markup_quirk, run_quirk


def saying(text: str) -> Thread:
    """A plain thread whose one post has this text."""
    thread = plain(1)
    return with_posts(thread, [put(thread.posts[0], text=text)])


run_quirk(
    "text.inline",
    about="a word marked within the text, as what was searched for",
    catches="what stands after the element lost; spaces lost or added",
    source="html-to-text/node-html-to-text#33; scrapy/scrapy#3841", detect=grew(r"<mark>[^<>]*</mark>"),
)(lambda left, right: f"{left}<mark>{right}</mark>")  # fmt: skip
run_quirk(
    "text.link",
    about="links within the text, which begins with one", catches="only the first comes back; their text lost",
    source="rushter/selectolax#1", detect=grew(r'href="https://a\.example/'),
)(lambda left, right: f'<a href="https://a.example/?p=1">{left}</a><a href="//a.example/">{right}</a>')  # fmt: skip
run_quirk(
    "text.nested-inline",
    about="an element within an element within the text", catches="two levels of elements flattened wrongly",
    detect=grew(r"<mark><big>"),
)(lambda left, right: f"<mark><big>{left}</big></mark>{right}")  # fmt: skip
run_quirk(
    "text.emoji-img",
    about="an emoji as a picture with an alternative text", catches="texts cut at the picture",
    source="rushter/selectolax#13", detect=grew(r"<img [^>]*alt=.\["),
)(lambda left, right: f'{left}<img src="data:," alt="[笑]" width="20">{right}')  # fmt: skip
run_quirk(
    "text.references",
    about="ordinary letters written as numeric references", catches="texts found by patterns over the source",
    detect=grew(r"&#\d{2,3};"),
)(lambda left, right: left + "".join(f"&#{ord(c)};" if c.isalnum() else c for c in right[:1]) + right[1:])  # fmt: skip
run_quirk(
    "text.wbr",
    about="a place where the line may break", catches="words parted",
    detect=grew(r"<wbr>"),
)(lambda left, right: f"{left}<wbr>{right}")  # fmt: skip
run_quirk(
    "text.del",
    about="a word struck out", catches="the word dropped",
    detect=grew(r"<del\b"),
)(lambda left, right: f'{left}<del datetime="2024-02-16">{right}</del>')  # fmt: skip
run_quirk(
    "text.spoiler",
    about="a word behind a spoiler", catches="hidden by style: dropped by some",
    detect=grew(r'class="spoiler"'),
)(lambda left, right: f'{left}<span class="spoiler" style="filter:blur(4px)">{right}</span>')  # fmt: skip
run_quirk(
    "text.custom-element",
    about="an element of the page's own making within the text", catches="unknown elements dropped with their text",
    detect=grew(r"<x-emote>"),
)(lambda left, right: f"{left}<x-emote>{right}</x-emote>")  # fmt: skip
run_quirk(
    "text.svg",
    about="a drawn icon within the text", catches="texts cut at foreign elements",
    detect=grew(r"<svg [^>]*class=\"icon\""),
)(lambda left, right: f'{left}<svg class="icon" width="8" height="8"><path d="M0 0h8v8z"/></svg>{right}')  # fmt: skip
run_quirk(
    "text.noscript",
    about="a word within noscript", catches="dropped, though it is read without scripts",
    detect=grew(r"<noscript>[^<]"),
)(lambda left, right: f"{left}<noscript>{right}</noscript>")  # fmt: skip
run_quirk(
    "markup.comment-in-text",
    about="an empty comment within the text", catches="the text after it lost",
    source="weblyzard/inscriptis#45", detect=grew(r"<!-- -->"),
)(lambda left, right: f"{left}<!-- -->{right}")  # fmt: skip
run_quirk(
    "markup.comment-odd",
    about="comments that end in --!> or at once: <!-->", catches="html.parser swallows what follows",
    readers="html5", detect=grew(r"<!-->|--!>"),
)(lambda left, right: f"{left}<!-->{right}<!-- a -- b --!>")  # fmt: skip
run_quirk(
    "markup.misnested",
    about="<big><small>a</big>b</small>", catches="trees that are not trees",
    detect=grew(r"<big><small>[^<>]*</big>"),
)(lambda left, right: f"<big><small>{left}</big>{right}</small>")  # fmt: skip
run_quirk(
    "markup.stray-end",
    about="end tags of what was never opened", catches="parents closed too early",
    detect=grew(r"</blink>"),
)(lambda left, right: f"{left}</em></font></blink>{right}")  # fmt: skip
run_quirk(
    "text.jammer",
    about="words of noise in hidden elements, against copying", catches="noise read as text",
    readers="hostile", detect=grew(r"jammer"),
)(lambda left, right: f'{left}<font class="jammer" style="visibility:hidden">7Qx</font>{right}')  # fmt: skip
run_quirk(
    "text.odd-references",
    about="references to NUL, to a surrogate and to a control that stands for the euro sign",
    catches="U+FFFD, an exception, or the page cut", source="scrapy/parsel#123; scrapy/scrapy#2481",
    readers="hostile", detect=grew(r"&#0;"), implies=("text.references",),
)(lambda left, right: f"{left}&#0;&#xD83D;&#128;{right}")  # fmt: skip
run_quirk(
    "text.nul",
    about="a NUL in the text", catches="the text cut there; a replacement character",
    source="scrapy/parsel#123", readers="hostile", detect=grew("\0"),
)(lambda left, right: f"{left}\0{right}")  # fmt: skip
run_quirk(
    "text.carriage-return",
    about="a carriage return in the text", catches="a line break lost, or one more",
    readers="hostile", detect=grew("\r"),
)(lambda left, right: f"{left}\r{right}")  # fmt: skip
run_quirk(
    "text.math",
    about="a formula in MathML within the text", catches="texts cut at foreign elements",
    readers="html5", detect=grew("<math>"),
)(lambda left, right: f"{left}<math><mi>{right}</mi></math>")  # fmt: skip
run_quirk(
    "markup.cdata",
    about="a CDATA section, which HTML does not have", catches="text lost or markup shown",
    readers="hostile", detect=grew(r"<!\[CDATA\[<u>"),
)(lambda left, right: f"{left}<![CDATA[<u>x</u>]]>{right}")  # fmt: skip
run_quirk(
    "markup.a-in-a",
    about="a link within a link", catches="the text ends at the inner one",
    readers="hostile", detect=grew(r'<a href="#">[^<>]*<a '),
)(lambda left, right: f'<a href="#">{left}<a href="#1">{right}</a></a>')  # fmt: skip
run_quirk(
    "markup.select",
    about="the text in a select element", catches="readers disagree: html5lib drops it",
    readers="hostile", detect=grew(r"<select>"),
)(lambda left, right: f"<select><option>{left}</option><div>{right}</div></select>")  # fmt: skip
run_quirk(
    "markup.plaintext",
    about="an element after which all is text", catches="the rest of the page shown as source",
    readers="hostile", detect=grew(r"<plaintext>"),
)(lambda left, right: f"{left}<plaintext>{right}")  # fmt: skip
run_quirk(
    "markup.comment-unclosed",
    about="a comment that never ends", catches="the rest of the page gone",
    readers="hostile", detect=grew(r"<!-- open"),
)(lambda left, right: f"{left}<!-- open {right}")  # fmt: skip
run_quirk(
    "markup.deep-inline",
    about="300 elements within each other round a word", catches="lxml drops what is nested deeper than 256",
    source="scrapy/parsel#147, #116; dgunning/edgartools#1114", readers="html5", detect=grew(r"(?:<span>){300}"),
)(lambda left, right: left + "<span>" * 300 + right + "</span>" * 300)  # fmt: skip


@markup_quirk(
    "text.image",
    about="a post that is a picture and nothing else",
    catches="skipped, so that floors shift; a crash on no text",
    source="PhantomInsights/comments-generator#1",
    detect=grew(r'<img src="data:," alt="a cat"'),
    on=saying(""),
    implies=("text.empty",),
)
def image(source: HtmlSource) -> Iterator[Edit]:
    """A picture in a post without text."""
    for row in source.rows():
        text = source.field(row, "text")
        if text is not None and text.inner == text.close:
            yield Edit(text.inner, text.inner, '<img src="data:," alt="a cat" width="40" height="40">')
            return


@markup_quirk(
    "markup.bare-amp",
    about="& that is not escaped",
    catches="strict XML",
    detect=shrank(r"&amp;\s"),
    on=saying("so & so"),
)
def bare_amp(source: HtmlSource) -> Iterator[Edit]:
    """Where a space follows."""
    yield from _bare(source, "&amp;", "&", " \t")


@markup_quirk(
    "markup.bare-less-than",
    about="< that is not escaped, before a digit or a Chinese character",
    catches="taken for a tag, the rest lost",
    source="scrapy/parsel#23",
    detect=grew(r"<[\d图]"),
    on=saying("so <2cm <图一>"),
    implies=("text.less-than",),
)
def bare_less_than(source: HtmlSource) -> Iterator[Edit]:
    """Where a digit follows, or a certain character."""
    yield from _bare(source, "&lt;", "<", "0123456789图")


def _bare(source: HtmlSource, reference: str, character: str, before: str) -> Iterator[Edit]:
    for row in source.rows():
        for start, end in source.pieces(row, "text"):
            at = source.html.find(reference, start, end)
            while at >= 0:
                after = at + len(reference)
                if after < end and source.html[after] in before:
                    yield Edit(at, after, character)
                at = source.html.find(reference, after, end)


@markup_quirk(
    "markup.br-end",
    about="</br> for <br>",
    catches="no line break; words joined",
    readers="html5",
    detect=grew(r"</br>"),
    on=saying("so\nit is"),
    implies=("text.br",),
)
def br_end(source: HtmlSource) -> Iterator[Edit]:
    """The first line break of a text."""
    for row in source.rows():
        text = source.field(row, "text")
        at = -1 if text is None else source.html.find("<br>", text.inner, text.close)
        if at >= 0:
            yield Edit(at, at + 4, "</br>")
            return


@markup_quirk(
    "markup.across",
    about="an element opened in the text and closed at the end of the post",
    catches="trees that are not trees; the rest of the post within the text",
    detect=grew(r"(?<!<big>)<tt>"),
)
def across(source: HtmlSource) -> Iterator[Edit]:
    """From the text of a post to its end."""
    for row in source.rows():
        text, post = source.field(row, "text"), source.posts[row]
        if text is not None and post.name not in ("tr", "tbody", "table"):
            yield Edit(text.inner, text.inner, "<tt>")
            yield Edit(post.close, post.close, "</tt>")
            return


def _left_open(name: str, tag: str, **told: Any) -> None:
    """A quirk that leaves an element open in the last text of the page, so that only furniture follows within it."""

    def editor(source: HtmlSource) -> Iterator[Edit]:
        for row in range(len(source.posts) - 1, -1, -1)[:1]:
            text = source.field(row, "text")
            if text is not None:
                yield Edit(text.inner, text.inner, tag)

    markup_quirk(name, **told)(editor)


_left_open(
    "markup.font-unclosed", "<font face=Tahoma>",
    about="a font element that is never closed", catches="the rest of the page within it",
    detect=grew(r"<font face"),
)  # fmt: skip
_left_open(
    "markup.nobr-unclosed", "<nobr><nobr>",
    about="nobr within nobr, none closed", catches="trees that are not trees",
    readers="html5", detect=grew(r"<nobr>"),
)  # fmt: skip


@markup_quirk(
    "text.last-paragraph",
    about="an element within the last paragraph of the article",
    catches="the paragraph dropped",
    source="codelucas/newspaper#207",
    detect=grew(r"<strong>"),
    on=msgspec.structs.replace(plain(1), article=Article("t", "o", "", ("so it is",))),
)
def last_paragraph(source: HtmlSource) -> Iterator[Edit]:
    """Bold in the last paragraph, where there are paragraphs."""
    for paragraph in source.page_fields("paragraphs")[-1:]:
        for start, end in source.runs(paragraph):
            parts = halves(source.html[start:end])
            if parts:
                yield Edit(start, end, f"{parts[0]}<strong>{parts[1]}</strong>")
                return


run_quirk(
    "text.spanned",
    about="the whole text in an element of its own within the text's element", catches="only direct text read",
    source="adbar/trafilatura#431", detect=grew(r'<span class="body">'),
)(lambda left, right: f'<span class="body">{left}{right}</span>')  # fmt: skip
run_quirk(
    "author.marked", field="author",
    about="a post's author marked as the article's authors are", catches="commenters among the article's authors",
    source="adbar/trafilatura#92", detect=grew(r'<span class="author" rel="author">'),
)(lambda left, right: f'<span class="author" rel="author">{left}{right}</span>')  # fmt: skip
