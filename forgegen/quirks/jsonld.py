"""Quirks of JSON-LD: blocks that readers of structured data trip over. The page shows what it showed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from forgegen.quirks.define import grew, quirk
from forgegen.quirks.facts import Subject

_BLOCK = re.compile(r'(<script\s+type=")(application/ld\+json)("[^>]*>)(.*?)(</script>)', re.DOTALL | re.IGNORECASE)
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})

Change: TypeAlias = Callable[[dict[str, Any]], Any]
"""Changes a posting, in place or by giving another value."""


def _text_quirk(name: str, rewrite: Callable[[str], str], **told: Any) -> None:
    """A quirk that rewrites the text of the page's first block."""

    def plant(html: str, page: Subject) -> str:
        return _BLOCK.sub(lambda m: m[1] + m[2] + m[3] + rewrite(m[4]) + m[5], html, count=1)

    quirk(name, layer="markup", data="google", **told)(plant)


def _value_quirk(name: str, change: Change, **told: Any) -> None:
    """A quirk that changes the value of the page's first block, where that is one object."""

    def rewrite(text: str) -> str:
        try:
            value = msgspec.json.decode(text)
        except msgspec.MsgspecError:
            return text
        if not isinstance(value, dict):
            return text
        changed = change(value)
        return msgspec.json.encode(value if changed is None else changed).decode().translate(_ESCAPES)

    _text_quirk(name, rewrite, **told)


def _type_quirk(name: str, written: str, **told: Any) -> None:
    """A quirk of how the block's type is written."""

    def plant(html: str, page: Subject) -> str:
        return _BLOCK.sub(lambda m: f"<script type={written}>{m[4]}{m[5]}", html, count=1)

    quirk(name, layer="markup", data="google", detect=grew(rf"<script type={re.escape(written)}>", 0), **told)(plant)


def _set(**fields: Any) -> Change:
    return lambda posting: posting.update(fields)


def _named(name: object) -> Change:
    return _set(author={"@type": "Person", "name": name})


def _shape(
    name: str,
    pattern: str,
    about: str,
    catches: str,
    how: Callable[[str], str] | None = None,
    change: Change | None = None,
    source: str = "",
    **told: Any,
) -> None:
    """A quirk by its text or by its value, with the pattern that tells it."""
    options = {"about": about, "catches": catches, "source": source, "detect": grew(pattern, 0), **told}
    if how is not None:
        _text_quirk(name, how, **options)
    elif change is not None:
        _value_quirk(name, change, **options)


_LOST = "one bad block loses all structured data of the page"
_NULLS = "TypeError where an object is expected"

_shape(
    "jsonld.null", r"ld\+json\">null<", "null for a block", _NULLS, lambda _: "null", source="codelucas/newspaper#692"
)
_shape("jsonld.number", r"ld\+json\">42<", "a number for a block", _NULLS, lambda _: "42")
_shape("jsonld.empty", r"ld\+json\"></", "an empty block", _LOST, lambda _: "")
_shape(
    "jsonld.two-objects",
    r"\}\s\{\"@type\":\"Thing\"",
    "two objects in a block",
    _LOST,
    lambda t: t + ' {"@type":"Thing"}',
)
_shape("jsonld.comment-wrap", r"ld\+json\"><!--", "a comment round a block", _LOST, lambda t: f"<!--{t}-->")
_shape(
    "jsonld.cdata",
    r"ld\+json\">\s*//<!\[CDATA\[",
    "a CDATA section round a block",
    _LOST,
    lambda t: f"\n//<![CDATA[\n{t}\n//]]>\n",
    source="scrapinghub/extruct#143, #109",
)
_shape("jsonld.js-comment", r"ld\+json\">/\*", "a comment of scripts before a block", _LOST, lambda t: f"/* data */{t}")
_shape("jsonld.single-quotes", r"ld\+json\">\{'", "single quotation marks", _LOST, lambda t: t.replace('"', "'"))
_shape(
    "jsonld.references",
    r"ld\+json\">\{&quot;",
    "&quot; for quotation marks",
    _LOST,
    lambda t: t.replace('"', "&quot;"),
    source="scrapinghub/extruct#175",
)
_shape(
    "jsonld.trailing-comma",
    r",\}</script",
    "a comma before the last brace",
    _LOST,
    lambda t: t[:-1] + ",}" if t.endswith("}") else t,
    source="scrapinghub/extruct#84",
)
_shape(
    "jsonld.semicolon",
    r"\};</script",
    "a semicolon behind the object",
    _LOST,
    lambda t: t + ";" if t.endswith("}") else t,
    source="scrapinghub/extruct#143",
)
_shape(
    "jsonld.raw-newline",
    '"headline":"\n',
    "a line break in a string",
    _LOST,
    lambda t: t.replace('"headline":"', '"headline":"\n', 1),
    source="scrapinghub/extruct#208",
)
_shape(
    "jsonld.unescaped-quote",
    r'"headline":""',
    "quotation marks in a string that are not escaped",
    _LOST,
    lambda t: t.replace('"headline":"', '"headline":""x" ', 1),
    source="scrapinghub/extruct#45",
)
_shape("jsonld.bom", 'ld\\+json">\ufeff', "a byte order mark before a block", _LOST, lambda t: "\ufeff" + t)
_shape("jsonld.array", r"ld\+json\">\[\{", "a list of one object", "an object expected", change=lambda p: [p])
_shape("jsonld.array-nested", r"ld\+json\">\[\[\{", "a list in a list", "an object expected", change=lambda p: [[p]])
_shape(
    "jsonld.array-null",
    r"ld\+json\">\[null,",
    "a list with null in it",
    _NULLS,
    change=lambda p: [None, p],
    source="codelucas/newspaper#692",
)
_shape(
    "jsonld.graph",
    r'"@graph":\[\{',
    "the object in a @graph",
    "the object expected at the top",
    change=lambda p: {"@context": "https://schema.org", "@graph": [p]},
)
_shape(
    "jsonld.graph-null",
    r'"@graph":null',
    "a @graph of null",
    _NULLS,
    change=lambda p: {"@context": "https://schema.org", "@graph": None},
)
_shape(
    "jsonld.main-entity",
    r'"mainEntity":\{',
    "the object as the main entity of a WebPage",
    "the object expected at the top",
    change=lambda p: {"@context": "https://schema.org", "@type": "WebPage", "mainEntity": p},
)
_shape(
    "jsonld.author-null",
    r'"author":null',
    "an author of null",
    _NULLS,
    change=_set(author=None),
    source="FriendsOfFlarum/seo#140, #143, #174",
)
_shape("jsonld.author-text", r'"author":"', "an author as text", "an object expected", change=_set(author="o"))
_shape(
    "jsonld.author-list",
    r'"author":\[',
    "a list of authors",
    "an object expected",
    change=_set(author=[{"@type": "Person", "name": "o"}, None]),
)
_shape(
    "jsonld.author-empty",
    r'"author":\{\}',
    "an author without a name",
    "the name required",
    change=_set(author={}),
    source="FriendsOfFlarum/seo#174",
)
_shape(
    "jsonld.name-null",
    r'"name":null',
    "an author whose name is null",
    _NULLS,
    change=_named(None),
    source="FriendsOfFlarum/seo#143",
)
_shape("jsonld.name-number", r'"name":5', "an author whose name is a number", "a text expected", change=_named(5))
_shape("jsonld.name-list", r'"name":\[1\]', "an author whose name is a list", _NULLS, change=_named([1]))
_shape(
    "jsonld.type-list",
    r'"@type":\["',
    "a list of types",
    "a text expected",
    change=_set(**{"@type": ["DiscussionForumPosting", "Article"]}),
)
_shape("jsonld.type-null", r'"@type":null', "a type of null", _NULLS, change=_set(**{"@type": None}))
_shape(
    "jsonld.type-iri",
    r'"@type":"https?:',
    "a type as its whole address",
    "short names expected",
    change=_set(**{"@type": "https://schema.org/DiscussionForumPosting"}),
)
_shape(
    "jsonld.type-social",
    r'"@type":"SocialMediaPosting"',
    "a posting of another type",
    "one type known",
    change=_set(**{"@type": "SocialMediaPosting"}),
)
_shape("jsonld.headline-null", r'"headline":null', "a headline of null", _NULLS, change=_set(headline=None))
_shape(
    "jsonld.headline-markup",
    r'"headline":"\\u003cb',
    "markup in a headline",
    "markup shown, or dropped with its text",
    change=lambda p: p.update(headline=f"<b>{p.get('headline')}</b> &amp;"),
)
_shape("jsonld.date-null", r'"datePublished":null', "a date of null", _NULLS, change=_set(datePublished=None))
_shape(
    "jsonld.date-epoch",
    r'"datePublished":\d',
    "a date as a number",
    "a text expected",
    change=_set(datePublished=1708146600),
)
_shape(
    "jsonld.date-text",
    r'"datePublished":"2024年',
    "a date as displayed",
    "1 January of that year",
    change=_set(datePublished="2024年2月16日"),
)
_shape("jsonld.date-empty", r'"datePublished":""', "an empty date", "an exception", change=_set(datePublished=""))
_shape(
    "jsonld.comment-null",
    r'"comment":\[1,null',
    "numbers and null among the comments",
    _NULLS,
    change=lambda p: p.update(comment=[1, None, *(p.get("comment") or [])]),
)
_shape(
    "jsonld.nan",
    r'"userInteractionCount":NaN',
    "NaN for a count",
    "strict readers refuse the block",
    lambda t: re.sub(r'"userInteractionCount":\d+', '"userInteractionCount":NaN', t, count=1),
)
_shape(
    "jsonld.duplicate-key",
    r'"headline":"x","headline"',
    "a key twice",
    "the first taken, or the last",
    lambda t: t.replace('"headline":', '"headline":"x","headline":', 1),
)
_shape("jsonld.image-null", r'"image":null', "an image of null", _NULLS, change=_set(image=None))


def _without_dates(posting: dict[str, Any]) -> None:
    for comment in posting.get("comment") or []:
        if isinstance(comment, dict):
            comment["dateCreated"] = comment.pop("datePublished", None)


def _outside(posting: dict[str, Any]) -> Any:
    comments = posting.pop("comment", None) or []
    return [posting, *({**c, "discussionUrl": "#"} for c in comments if isinstance(c, dict))]


_shape(
    "jsonld.comment-no-date",
    r'"dateCreated":',
    "comments without datePublished",
    "the record rejected",
    change=_without_dates,
    source="phpbb-ext-seo-metadata#125",
)
_shape(
    "jsonld.comment-outside",
    '"discussionUrl":"#"',
    "comments beside the posting, not within it",
    "orphans: no reply edge",
    change=_outside,
    source="NodeBB/NodeBB#12308",
    implies=("jsonld.array",),
)
_shape("jsonld.text", r"ld\+json\">\"x\"<", "a text for a block", _NULLS, lambda _: '"x"')
_shape("jsonld.true", r"ld\+json\">true<", "true for a block", _NULLS, lambda _: "true")
_shape(
    "jsonld.raw-tab",
    '"headline":"\t',
    "a tab in a string",
    _LOST,
    lambda t: t.replace('"headline":"', '"headline":"\t', 1),
)
_shape(
    "jsonld.escapes",
    r'"headline":"\\u0020',
    "a letter written as an escape",
    "texts found by patterns over the source",
    lambda t: t.replace('"headline":"', '"headline":"\\u0020', 1),
)
_shape(
    "jsonld.surrogate",
    r"\\ud800",
    "an escape of half a character",
    "an exception where the text is encoded",
    lambda t: t.replace('"headline":"', '"headline":"\\ud800', 1),
)
_shape(
    "jsonld.graph-object",
    r'"@graph":\{',
    "a @graph of one object, not of a list",
    "a list expected",
    change=lambda p: {"@context": "https://schema.org", "@graph": p},
)
_shape("jsonld.author-number", r'"author":5', "a number for an author", _NULLS, change=_set(author=5))
_shape(
    "jsonld.author-nested",
    r'"author":\[\[',
    "a list of lists of authors",
    _NULLS,
    change=_set(author=[["o"]]),
    implies=("jsonld.author-list",),
)
_shape(
    "jsonld.name-object",
    r'"name":\{"@value"',
    "an author whose name is an object",
    "a text expected",
    change=_named({"@value": "o"}),
)
_shape("jsonld.type-number", r'"@type":3', "a number for a type", _NULLS, change=_set(**{"@type": 3}))
_shape(
    "jsonld.headline-list",
    r'"headline":\["',
    "a headline in a list",
    "a text expected",
    change=lambda p: p.update(headline=[p.get("headline")]),
)
_shape(
    "jsonld.date-list",
    r'"datePublished":\["',
    "a date in a list",
    "a text expected",
    change=_set(datePublished=["2024-02-16T21:01-08:00"]),
)
_shape(
    "jsonld.date-object",
    r'"datePublished":\{"@value"',
    "a date in an object",
    "a text expected",
    change=_set(datePublished={"@value": "2024-02-16T21:01-08:00"}),
)
_type_quirk(
    "jsonld.mime-charset",
    '"application/ld+json; charset=utf-8"',
    about="a charset in the block's type",
    catches="the block not seen",
)
_type_quirk(
    "jsonld.mime-case", '"Application/LD+JSON"', about="the block's type in other letters", catches="the block not seen"
)
_type_quirk(
    "jsonld.mime-space", '" application/ld+json"', about="a space before the block's type", catches="the block not seen"
)
_type_quirk(
    "jsonld.mime-single",
    "'application/ld+json'",
    about="the block's type in single quotation marks",
    catches="patterns over the source",
)
_type_quirk(
    "jsonld.mime-unquoted",
    "application/ld+json",
    about="the block's type without quotation marks",
    catches="patterns over the source",
)
