"""Structured data as it is met: 45 shapes of one JSON-LD block and those of its type attribute, and of microdata.

The value is what a reader that goes by the standards, and forgives no more, finds; None where there is nothing to find.
"""

from __future__ import annotations

from typing import Any

from forgegen.strategies.pieces import Shown, instance

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


def _read(quirk: str, content: str, **fields: Any) -> Shown:
    """A block that parses; ``fields`` are what it says otherwise than the plain one."""
    return instance(quirk, _script(content), {**_FOUND, **fields})


def _lost(quirk: str, content: str) -> Shown:
    """A block in which there is nothing to find."""
    return instance(quirk, _script(content), None)


_OK = _block()

JSON_LD_SHAPES: tuple[Shown, ...] = (
    _read("", _OK),
    _read("jsonld.author-null", _block("null"), author=None),
    _read("jsonld.author-text", _block('"al"')),
    _read("jsonld.author-list", _block(f"[{_AUTHOR}]")),
    _read("jsonld.name-list", _block('{"@type":"Person","name":["al"]}')),
    _read("jsonld.name-null", _block('{"@type":"Person","name":null}'), author=None),
    _read("jsonld.name-number", _block('{"@type":"Person","name":5}'), author=None),
    _read("jsonld.author-list", _block("[null]"), author=None),
    _read("jsonld.author-empty", _block("{}"), author=None),
    _read("jsonld.type-list", _block(kind='["DiscussionForumPosting"]')),
    _read("jsonld.type-null", _block(kind="null")),
    _read("jsonld.headline-null", _block(headline="null"), headline=None),
    _read("jsonld.headline-list", _block(headline='["t"]')),
    _read("jsonld.headline-markup", _block(headline='"<b>t<\\/b>"'), headline="<b>t</b>"),
    _read("jsonld.date-null", _block(date="null"), datePublished=None),
    _read("jsonld.date-epoch", _block(date="1708146060"), datePublished=None),
    _read("jsonld.date-text", _block(date='"2024年2月16日"'), datePublished="2024年2月16日"),
    _read("jsonld.date-empty", _block(date='""'), datePublished=None),
    _lost("jsonld.trailing-comma", _OK[:-1] + ",}"),
    _lost("jsonld.raw-newline", _block(headline='"t\nt"')),
    _lost("jsonld.raw-tab", _block(headline='"t\tt"')),
    _lost("jsonld.comment-wrap", f"<!-- {_OK} -->"),
    _lost("jsonld.cdata", f"/*<![CDATA[*/{_OK}/*]]>*/"),
    _lost("jsonld.js-comment", f"/* x */{_OK}"),
    _lost("jsonld.single-quotes", _OK.replace('"', "'")),
    _lost("jsonld.references", _OK.replace('"', "&quot;")),
    _lost("inject.script", _block(headline='"</script>"')),
    _lost("jsonld.bom", f"\ufeff{_OK}"),
    _lost("jsonld.two-objects", _OK + _OK),
    _lost("jsonld.empty", ""),
    _read("jsonld.headline-markup", _block(headline='"<!-- t"'), headline="<!-- t"),
    _read("jsonld.nan", _block(more=',"commentCount":NaN')),
    _read("jsonld.surrogate", _block(more=',"text":"\\ud800"')),
    _read("jsonld.duplicate-key", _block(more=',"headline":"t"')),
    _read("jsonld.escapes", _block(headline='"\\u0074"')),
    _read("jsonld.comment-null", _block(more=',"comment":[1,null,"x"]')),
    _read("jsonld.array", f"[{_OK}]"),
    _read("jsonld.array-nested", f"[[{_OK}]]"),
    _read("jsonld.graph", f'{{"@context":"https://schema.org","@graph":[{_OK}]}}'),
    _read("jsonld.graph-object", f'{{"@context":"https://schema.org","@graph":{_OK}}}'),
    _lost("jsonld.graph-null", '{"@context":"https://schema.org","@graph":null}'),
    _read("jsonld.main-entity", f'{{"@context":"https://schema.org","@type":"WebPage","mainEntity":{_OK}}}'),
    _lost("jsonld.null", "null"),
    _lost("jsonld.number", "42"),
    _lost("jsonld.text", '"x"'),
)
"""The first is the control."""

JSON_LD_FURTHER: tuple[Shown, ...] = (
    _lost("jsonld.true", "true"),
    _read("jsonld.array-null", f"[{_OK},null]"),
    _lost("jsonld.graph-null", '{"@graph":[null]}'),
    _read("jsonld.author-number", _block("5"), author=None),
    _read("jsonld.author-nested", _block('[["al"]]')),
    _read("jsonld.name-number", _block('[{"name":5}]'), author=None),
    _read("jsonld.name-object", _block('{"name":{"@value":"al"}}')),
    _read("jsonld.name-list", _block('{"name":[1]}'), author=None),
    _read("jsonld.date-list", _block(date=f"[{_DATE}]")),
    _read("jsonld.date-object", _block(date=f'{{"@value":{_DATE}}}')),
    _read("jsonld.image-null", _block(more=',"image":null')),
    _read("jsonld.type-list", _block(kind='["Article",null]')),
    _read("jsonld.type-number", _block(kind="3")),
    *(
        instance(f"jsonld.mime-{name}", _script(_OK, type_), _FOUND)
        for name, type_ in (
            ("charset", 'type="application/ld+json; charset=utf-8"'),
            ("case", 'type="APPLICATION/LD+JSON"'),
            ("space", 'type=" application/ld+json"'),
            ("single", "type='application/ld+json'"),
            ("unquoted", "type=application/ld+json"),
        )
    ),
)

_ITEM = 'itemscope itemtype="https://schema.org/Comment"'


MICRODATA_SHAPES: tuple[Shown, ...] = (
    instance("", f'<div {_ITEM}><p itemprop="text">ok</p></div>', {"text": "ok"}),
    instance("microdata.itemref-missing", f'<div {_ITEM} itemref="no"><p itemprop="text">ok</p></div>', {"text": "ok"}),
    instance(
        "microdata.itemref-missing", f'<div {_ITEM} itemref=\'"\'><p itemprop="text">ok</p></div>', {"text": "ok"}
    ),
    instance(
        "microdata.itemref-cycle",
        f'<div {_ITEM} id="a" itemref="b"></div><div itemprop="comment" {_ITEM} id="b" itemref="a"></div>',
        None,
    ),
    instance(
        "microdata.itemref-cycle", f'<div {_ITEM} id="a" itemref="a"><p itemprop="text">ok</p></div>', {"text": "ok"}
    ),
    instance(
        "microdata.itemref-twice",
        f'<div {_ITEM} itemref="a"></div><p id="a" itemprop="text">ok</p><p id="a" itemprop="text">no</p>',
        {"text": "ok"},
    ),
    instance("microdata.empty-names", '<div itemscope itemtype=""><p itemprop="text">ok</p></div>', {"text": "ok"}),
    instance(
        "microdata.type-relative", '<div itemscope itemtype="Comment"><p itemprop="text">ok</p></div>', {"text": "ok"}
    ),
    instance(
        "microdata.type-two",
        '<div itemscope itemtype="https://schema.org/Comment https://schema.org/Answer"><p itemprop="text">ok</p></div>',
        {"text": "ok"},
    ),
    instance("microdata.empty-names", f'<div {_ITEM}><p itemprop="">ok</p></div>', {}),
    instance("microdata.names-two", f'<div {_ITEM}><p itemprop="text name">ok</p></div>', {"text": "ok", "name": "ok"}),
    instance(
        "microdata.time-no-datetime",
        f'<div {_ITEM}><time itemprop="datePublished">2024-02-16</time></div>',
        {"datePublished": "2024-02-16"},
    ),
    instance(
        "microdata.name-on-link",
        f'<div {_ITEM}><a itemprop="name" href="https://a.example/u/1">al</a></div>',
        {"name": "https://a.example/u/1"},
    ),
    instance("microdata.no-value", f'<div {_ITEM}><img itemprop="image"></div>', {"image": ""}),
    instance("microdata.no-value", f'<div {_ITEM}><meta itemprop="text"></div>', {"text": ""}),
    instance("microdata.data", f'<div {_ITEM}><data itemprop="text" value="ok">no</data></div>', {"text": "ok"}),
    instance("microdata.bad-address", f'<div {_ITEM}><a itemprop="url" href="http://[bad">x</a></div>', {"url": ""}),
    instance("markup.comment-in-text", f'<div {_ITEM}><p itemprop="text">o<!-- x -->k</p></div>', {"text": "ok"}),
    instance("markup.div-in-p", f'<p {_ITEM}><div itemprop="text">ok</div></p>', {}),
    instance(
        "microdata.table",
        f'<table {_ITEM}><tr itemprop="comment" {_ITEM}><td itemprop="text">ok</td></tr></table>',
        {"comment": {"text": "ok"}},
    ),
)
"""The value is what the standard makes of the first item; None where that is not defined."""
