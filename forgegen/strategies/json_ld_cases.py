"""Structured data as it is met: 45 shapes of one JSON-LD block and those of its type attribute, and of microdata.

The value is what a reader that goes by the standards, and forgives no more, finds; None where there is nothing to find.
"""

from __future__ import annotations

from typing import Any

from forgegen.strategies.pieces import Shown

_AUTHOR = '{"@type":"Person","name":"al"}'
_DATE = '"2024-02-16T21:01-08:00"'
_FOUND = {"headline": "t", "author": "al", "datePublished": "2024-02-16T21:01-08:00"}


def _block(
    author: str = _AUTHOR,
    headline: str = '"t"',
    date: str = _DATE,
    kind: str = '"DiscussionForumPosting"',
    more: str = "",
) -> str:
    return (
        f'{{"@context":"https://schema.org","@type":{kind},"headline":{headline},"author":{author},'
        f'"datePublished":{date}{more}}}'
    )


def _script(content: str, type_: str = 'type="application/ld+json"') -> str:
    return f"<script {type_}>{content}</script>"


def _read(name: str, content: str, **fields: Any) -> Shown:
    """A block that parses; ``fields`` are what it tells otherwise than the plain one."""
    return Shown(_script(content), {**_FOUND, **fields}, (f"jsonld.{name}",))


def _lost(name: str, content: str) -> Shown:
    """A block in which there is nothing to find."""
    return Shown(_script(content), None, (f"jsonld.{name}",))


_OK = _block()

JSON_LD_SHAPES: tuple[Shown, ...] = (
    _read("author-object", _OK),
    _read("author-null", _block("null"), author=None),
    _read("author-string", _block('"al"')),
    _read("author-list", _block(f"[{_AUTHOR}]")),
    _read("name-list", _block('{"@type":"Person","name":["al"]}')),
    _read("name-null", _block('{"@type":"Person","name":null}'), author=None),
    _read("name-number", _block('{"@type":"Person","name":5}'), author=None),
    _read("author-list-null", _block("[null]"), author=None),
    _read("author-empty", _block("{}"), author=None),
    _read("type-list", _block(kind='["DiscussionForumPosting"]')),
    _read("type-null", _block(kind="null")),
    _read("headline-null", _block(headline="null"), headline=None),
    _read("headline-list", _block(headline='["t"]')),
    _read("headline-html", _block(headline='"<b>t<\\/b>"'), headline="<b>t</b>"),
    _read("date-null", _block(date="null"), datePublished=None),
    _read("date-number", _block(date="1708146060"), datePublished=None),
    _read("date-han", _block(date='"2024年2月16日"'), datePublished="2024年2月16日"),
    _read("date-empty", _block(date='""'), datePublished=None),
    _lost("comma", _OK[:-1] + ",}"),
    _lost("raw-newline", _block(headline='"t\nt"')),
    _lost("raw-tab", _block(headline='"t\tt"')),
    _lost("comment", f"<!-- {_OK} -->"),
    _lost("cdata", f"/*<![CDATA[*/{_OK}/*]]>*/"),
    _lost("slash-comment", f"/* x */{_OK}"),
    _lost("single-quotes", _OK.replace('"', "'")),
    _lost("quot", _OK.replace('"', "&quot;")),
    _lost("end-tag", _block(headline='"</script>"')),
    _lost("bom", f"\ufeff{_OK}"),
    _lost("two-objects", _OK + _OK),
    _lost("empty", ""),
    _read("comment-inside", _block(headline='"<!-- t"'), headline="<!-- t"),
    _read("nan", _block(more=',"commentCount":NaN')),
    _read("surrogate", _block(more=',"text":"\\ud800"')),
    _read("duplicate-key", _block(more=',"headline":"t"')),
    _read("escapes", _block(headline='"\\u0074"')),
    _read("comment-list", _block(more=',"comment":[1,null,"x"]')),
    _read("array", f"[{_OK}]"),
    _read("array-in-array", f"[[{_OK}]]"),
    _read("graph", f'{{"@context":"https://schema.org","@graph":[{_OK}]}}'),
    _read("graph-object", f'{{"@context":"https://schema.org","@graph":{_OK}}}'),
    _lost("graph-null", '{"@context":"https://schema.org","@graph":null}'),
    _read("main-entity", f'{{"@context":"https://schema.org","@type":"WebPage","mainEntity":{_OK}}}'),
    _lost("scalar-null", "null"),
    _lost("scalar-number", "42"),
    _lost("scalar-string", '"x"'),
)
"""The first is the control."""

JSON_LD_FURTHER: tuple[Shown, ...] = (
    _lost("scalar-true", "true"),
    _read("array-null", f"[{_OK},null]"),
    _lost("graph-list-null", '{"@graph":[null]}'),
    _read("author-number", _block("5"), author=None),
    _read("author-nested", _block('[["al"]]')),
    _read("author-list-number", _block('[{"name":5}]'), author=None),
    _read("name-object", _block('{"name":{"@value":"al"}}')),
    _read("name-list-number", _block('{"name":[1]}'), author=None),
    _read("date-list", _block(date=f"[{_DATE}]")),
    _read("date-object", _block(date=f'{{"@value":{_DATE}}}')),
    _read("image-null", _block(more=',"image":null')),
    _read("type-list-null", _block(kind='["Article",null]')),
    _read("type-number", _block(kind="3")),
    *(
        Shown(_script(_OK, type_), _FOUND, (f"jsonld.attribute-{name}",))
        for name, type_ in (
            ("charset", 'type="application/ld+json; charset=utf-8"'),
            ("upper-case", 'type="APPLICATION/LD+JSON"'),
            ("space", 'type=" application/ld+json"'),
            ("single", "type='application/ld+json'"),
            ("unquoted", "type=application/ld+json"),
        )
    ),
)

_ITEM = 'itemscope itemtype="https://schema.org/Comment"'


def _item(name: str, html: str, value: Any) -> Shown:
    return Shown(html, value, (f"microdata.{name}",))


MICRODATA_SHAPES: tuple[Shown, ...] = (
    _item("plain", f'<div {_ITEM}><p itemprop="text">ok</p></div>', {"text": "ok"}),
    _item("ref-missing", f'<div {_ITEM} itemref="no"><p itemprop="text">ok</p></div>', {"text": "ok"}),
    _item("ref-quotes", f'<div {_ITEM} itemref=\'"\'><p itemprop="text">ok</p></div>', {"text": "ok"}),
    _item(
        "ref-cycle",
        f'<div {_ITEM} id="a" itemref="b"></div><div itemprop="comment" {_ITEM} id="b" itemref="a"></div>',
        None,
    ),
    _item("ref-self", f'<div {_ITEM} id="a" itemref="a"><p itemprop="text">ok</p></div>', {"text": "ok"}),
    _item(
        "ref-duplicate",
        f'<div {_ITEM} itemref="a"></div><p id="a" itemprop="text">ok</p><p id="a" itemprop="text">no</p>',
        {"text": "ok"},
    ),
    _item("type-empty", '<div itemscope itemtype=""><p itemprop="text">ok</p></div>', {"text": "ok"}),
    _item("type-relative", '<div itemscope itemtype="Comment"><p itemprop="text">ok</p></div>', {"text": "ok"}),
    _item(
        "type-two",
        '<div itemscope itemtype="https://schema.org/Comment https://schema.org/Answer"><p itemprop="text">ok</p></div>',
        {"text": "ok"},
    ),
    _item("prop-empty", f'<div {_ITEM}><p itemprop="">ok</p></div>', {}),
    _item("prop-two", f'<div {_ITEM}><p itemprop="text name">ok</p></div>', {"text": "ok", "name": "ok"}),
    _item(
        "time-text",
        f'<div {_ITEM}><time itemprop="datePublished">2024-02-16</time></div>',
        {"datePublished": "2024-02-16"},
    ),
    _item(
        "name-link",
        f'<div {_ITEM}><a itemprop="name" href="https://a.example/u/1">al</a></div>',
        {"name": "https://a.example/u/1"},
    ),
    _item("img-no-src", f'<div {_ITEM}><img itemprop="image"></div>', {"image": ""}),
    _item("meta-no-content", f'<div {_ITEM}><meta itemprop="text"></div>', {"text": ""}),
    _item("data", f'<div {_ITEM}><data itemprop="text" value="ok">no</data></div>', {"text": "ok"}),
    _item("href-broken", f'<div {_ITEM}><a itemprop="url" href="http://[bad">x</a></div>', {"url": ""}),
    _item("comment-between", f'<div {_ITEM}><p itemprop="text">o<!-- x -->k</p></div>', {"text": "ok"}),
    _item("scope-closed", f'<p {_ITEM}><div itemprop="text">ok</div></p>', {}),
    _item(
        "table",
        f'<table {_ITEM}><tr itemprop="comment" {_ITEM}><td itemprop="text">ok</td></tr></table>',
        {"comment": {"text": "ok"}},
    ),
)
"""The value is what the standard makes of the first item; None where that is not defined."""
