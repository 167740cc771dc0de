"""Quirks of the document's head and of its first and last bytes of markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from forgegen.quirks.define import Detector, grew, quirk, shrank
from forgegen.quirks.facts import Subject


def _substitution(
    name: str, pattern: str, by: str | Callable[[re.Match[str]], str], *, detect: Detector, **told: Any
) -> None:
    """A quirk that rewrites the first match of a pattern in the HTML."""
    search = re.compile(pattern, re.IGNORECASE)

    def plant(html: str, page: Subject) -> str:
        return search.sub(by, html, count=1)

    quirk(name, layer="markup", detect=detect, **told)(plant)


_substitution(
    "head.no-lang", r"(<html\b[^>]*?)\s+lang=(?:\"[^\"]*\"|[^\s>]+)", r"\1",
    about="a page that does not say its language", catches="no text found, or gibberish, in Chinese",
    source="codelucas/newspaper#200, #274", detect=shrank(r"<html\b[^>]*\blang="),
)  # fmt: skip
_substitution(
    "head.no-doctype", r"<!doctype[^>]*>\s*", "",
    about="a page without a doctype", catches="another mode of parsing: tables within paragraphs",
    detect=shrank(r"<!doctype"),
)  # fmt: skip
_substitution(
    "head.xml-declaration", r"\A", '<?xml version="1.0" encoding="utf-8"?>\n',
    about="an XML declaration before an HTML page", catches="ValueError where text is parsed, not bytes",
    source="scrapinghub/extruct#242, #93", readers="html5", detect=grew(r"<\?xml"),
)  # fmt: skip
_substitution(
    "head.php", r"\A", "<?php include 'top' ?>\n",
    about="code of the server before the page", catches="the doctype not found",
    detect=grew(r"<\?php"),
)  # fmt: skip
_substitution(
    "head.canonical-bad", r"(?=</head>)", '<link rel="canonical" href="//[">\n',
    about="a canonical address that is none", catches="ValueError: invalid IPv6 URL, the page lost",
    detect=grew(r'href="//\["'),
)  # fmt: skip
_substitution(
    "head.base", r"(?<=<head>)", '\n<base href="https://b.example/x/">',
    about="a base for addresses on another host", catches="addresses resolved against the page's own",
    detect=grew(r"<base "),
)  # fmt: skip
_substitution(
    "head.title-twice", r"(?=</head>)", "<title>another</title>\n",
    about="a second title element", catches="the last taken, or both joined",
    detect=grew(r"<title>another"),
)  # fmt: skip
_substitution(
    "head.author-meta", r"(?=</head>)", '<meta name="author" content="陈小满">\n',
    about="a meta author with a name without a space", catches="names expected to have two words",
    detect=grew(r'<meta name="author"'),
)  # fmt: skip
_substitution(
    "head.comment-first", r"\A", "<!-- cached copy -->\n",
    about="a comment before the doctype", catches="the doctype not found",
    detect=grew(r"<!-- cached copy"),
)  # fmt: skip
_substitution(
    "head.trailing", r"\Z", "\n<!-- 0.21s -->\n\n",
    about="a comment and blank lines after the page", catches="endings found by patterns",
    detect=grew(r"<!-- 0\.21s"),
)  # fmt: skip
_substitution(
    "head.css", r"(?=</head>)", "<style>.sig{color:#999}</style>\n",
    about="a style element in the head", catches="rules read as text",
    detect=grew(r"<style>\.sig"),
)  # fmt: skip
