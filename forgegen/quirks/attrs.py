"""Quirks of markup in start tags: how attributes are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from forgegen.quirks.define import grew
from forgegen.quirks.html_tags import Edit
from forgegen.quirks.source import HtmlSource, markup_quirk

_QUOTED = re.compile(r'(\s[^\s=>/"\']+)="([^"]*)"')
_CLASS = re.compile(r'(\sclass=")([^"]*)(")', re.IGNORECASE)
_BARE = re.compile(r"[A-Za-z0-9_.:#-]+")


def tag_quirk(name: str, rewrite: Callable[[str], str], **told: Any) -> None:
    """A quirk that rewrites the start tag of a post."""

    def editor(source: HtmlSource) -> Iterator[Edit]:
        for row in source.rows()[:1]:
            post = source.posts[row]
            tag = source.html[post.start : post.inner]
            yield Edit(post.start, post.inner, rewrite(tag))

    markup_quirk(name, **told)(editor)


def _reordered(tag: str) -> str:
    return _CLASS.sub(lambda m: f"{m[1]}zz-odd {' '.join(reversed(m[2].split()))}{m[3]}", tag, count=1)


def _newlines(tag: str) -> str:
    return _CLASS.sub(lambda m: m[1] + "".join(f"\n\t{word}" for word in m[2].split()) + "\n" + m[3], tag, count=1)


def _unquoted(tag: str) -> str:
    return _QUOTED.sub(lambda m: f"{m[1]}={m[2]}" if _BARE.fullmatch(m[2]) else m[0], tag)


def _single(tag: str) -> str:
    return _QUOTED.sub(lambda m: m[0] if "'" in m[2] else f"{m[1]}='{m[2]}'", tag)


def _spaced(tag: str) -> str:
    return _QUOTED.sub(r'\1 = "\2"', tag)


def added(attribute: str) -> Callable[[str], str]:
    """Puts an attribute behind the others of a start tag."""
    return lambda tag: f"{tag[:-1]} {attribute}>"


tag_quirk(
    "markup.attrs-order", _reordered,
    about="classes in another order, one more before them", catches="the class attribute compared as a whole",
    detect=grew(r"\bzz-odd\b"),
)  # fmt: skip
tag_quirk(
    "markup.attrs-extra", added('data-x="1" title="message reply-9 cite" aria-label="x"'),
    about="attributes that nobody asked for", catches="the whole start tag in a pattern; class-like words elsewhere",
    detect=grew(r'data-x="1" title='),
)  # fmt: skip
tag_quirk(
    "markup.attrs-newline", _newlines,
    about="line breaks and tabs between classes", catches="XPath contains() on spaces misses the post",
    detect=grew(r'class="\s*\n'),
)  # fmt: skip
tag_quirk(
    "markup.attrs-unquoted", _unquoted,
    about="attributes without quotation marks", catches="patterns that want them",
    detect=grew(r"<[^<>]*?\s(?:id|class)=[^\s\"'<>=]+(?=[\s>])"),
)  # fmt: skip
tag_quirk(
    "markup.attrs-single", _single,
    about="attributes in single quotation marks", catches="patterns that want double ones",
    detect=grew(r"<[^<>\"]*?\s(?:id|class)='[^']*'"),
)  # fmt: skip
tag_quirk(
    "markup.attrs-spaces", _spaced,
    about="spaces round the equals sign", catches="patterns that want none",
    detect=grew(r'<[a-z]+[^<>]*\s[\w-]+ = "'),
)  # fmt: skip
tag_quirk(
    "markup.attrs-gt", added('title="a > b"'),
    about="> within an attribute", catches="tags that end at the first >",
    detect=grew(r'title="a > b"'),
)  # fmt: skip
tag_quirk(
    "markup.attrs-amp", added('data-link="/x?a=1&b=2&copy=3"'),
    about="& without a reference in an attribute", catches="&copy decoded in an address, strict XML",
    detect=grew(r"\?a=1&b=2"),
)  # fmt: skip
tag_quirk(
    "markup.attrs-duplicate", added('class="other" id="other"'),
    about="the same attribute twice; the first counts", catches="the last taken",
    readers="html5", detect=grew(r'class="other" id="other"'),
)  # fmt: skip
tag_quirk(
    "markup.attrs-control", added('data-x="&#11;&#xFFFE;"'),
    about="references to control characters in an attribute", catches="the page lost where XML is wanted",
    source="trafilatura: no text at all", readers="html5", detect=grew(r"&#11;"), implies=("text.references",),
)  # fmt: skip
tag_quirk(
    "markup.attrs-unterminated", lambda tag: re.sub(r'"\s*>\Z', ">", tag),
    about="an attribute whose quotation mark is never closed", catches="what follows is swallowed",
    readers="hostile", detect=grew(r'="[^"<>]*>(?=\s*(?:<|\Z))'),
)  # fmt: skip


@markup_quirk(
    "markup.upper-case",
    about="tags and attributes in upper case",
    catches="patterns that want lower case",
    detect=grew(r"<[A-Z]+[\s>]", 0),
)
def upper_case(source: HtmlSource) -> Iterator[Edit]:
    """Both tags of a post, and the names of its attributes."""
    for row in source.rows()[:1]:
        post, html = source.posts[row], source.html
        tag = html[post.start : post.inner]
        yield Edit(post.start, post.inner, re.sub(r"(^<\w+|\s[\w-]+(?==))", lambda m: m[0].upper(), tag))
        yield Edit(post.close, post.end, html[post.close : post.end].upper())
