"""Quirks of markup that put what looks like a post where none is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from forgegen.quirks.define import grew, plain
from forgegen.quirks.html_tags import Edit
from forgegen.quirks.html_trees import Element
from forgegen.quirks.source import HtmlSource, markup_quirk

_ID = re.compile(r"""\s+id\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_CLASS = re.compile(r"""(\sclass\s*=\s*["']?)""", re.IGNORECASE)
_SPEAKING = re.compile(
    r"""\s+(?:item\w+|data-[\w-]+|style|itemscope)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""", re.IGNORECASE
)


def lookalike(source: HtmlSource, post: Element, text: str, *, id_: str = "", classes: str = "", more: str = "") -> str:
    """An element with the post's tag and classes, and with this text; without an id of its own but the given one."""
    tag = _SPEAKING.sub("", _ID.sub("", source.html[post.start : post.inner]))
    if classes:
        tag = _CLASS.sub(rf"\g<1>{classes} ", tag, count=1) if _CLASS.search(tag) else tag[:-1] + f' class="{classes}">'
    if id_:
        tag = tag[:-1] + f' id="{id_}">'
    if more:
        tag = tag[:-1] + f" {more}>"
    inner = f"<td>{text}</td>" if post.name == "tr" else text
    return f"{tag}{inner}</{post.name}>"


def _before(name: str, make: Callable[[HtmlSource, Element], str], **told: Any) -> None:
    """A quirk that inserts something before a post."""

    def editor(source: HtmlSource) -> Iterator[Edit]:
        for row in source.rows()[:1]:
            post = source.posts[row]
            yield Edit(post.start, post.start, make(source, post) + "\n")

    markup_quirk(name, **told)(editor)


def _ghost(source: HtmlSource, post: Element) -> str:
    return lookalike(source, post, "ghost", id_="ghost")


_before(
    "markup.ghost-comment", lambda s, p: f"<!-- {_ghost(s, p)} -->",
    about="a post in a comment", catches="posts found by patterns over the source",
    detect=grew(r"<!--\s+<[a-z]"),
)  # fmt: skip
_before(
    "markup.ghost-conditional", lambda s, p: f"<!--[if lt IE 9]>{_ghost(s, p)}<![endif]-->",
    about="a post in a conditional comment", catches="hidden copies read",
    detect=grew(r"<!--\[if"),
)  # fmt: skip
_before(
    "markup.ghost-script", lambda s, p: f'<script type="text/x-template">{_ghost(s, p)}</script>',
    about="a post in a script element that serves as a template", catches="posts found by patterns over the source",
    detect=grew(r"<script[^>]*template[^>]*><[a-z]"),
)  # fmt: skip
_before(
    "markup.ghost-template", lambda s, p: f"<template>{_ghost(s, p)}</template>",
    about="a post in a template element", catches="templates read as content: lxml.html does",
    readers="html5", detect=grew(r"<template"),
)  # fmt: skip
_before(
    "markup.ad-row",
    lambda s, p: lookalike(s, p, "租房请上 <a href=\"//ads.example/1\">ads.example</a>", classes="x7f3a"),
    about="an advertisement between posts, with their tag and classes and one more, without a number",
    catches="one post too many",
    source="hjhee/tiebaSpider#1",
    detect=grew(r"\bx7f3a\b"),
)  # fmt: skip
_before(
    "markup.hidden-row",
    lambda s, p: lookalike(s, p, "do not answer this", more='style="display:none"'),
    about="a row that is not displayed, with the posts' tag and classes, put there for robots",
    catches="one post too many",
    detect=grew(r'style="display:none"'),
)  # fmt: skip


@markup_quirk(
    "tree.nested-same-class",
    about="an element of the posts' own class within a post, a preview without number and author",
    catches="a search for posts that looks into posts: .//li",
    detect=grew(r'"preview"'),
)
def nested_same_class(source: HtmlSource) -> Iterator[Edit]:
    """A preview at the end of a post; table rows cannot nest."""
    for row in source.rows()[:1]:
        post = source.posts[row]
        if post.name in ("tr", "td", "tbody"):
            return
        inner = lookalike(source, post, "so it is", more='title="preview"')
        yield Edit(post.close, post.close, f"<ol>{inner}</ol>" if post.name == "li" else inner)


@markup_quirk(
    "tree.flat-indent",
    about="replies told by an indentation in their style",
    catches="all posts taken for roots",
    detect=grew(r"margin-left:\d+px"),
    on=plain(1, 2),
)
def flat_indent(source: HtmlSource) -> Iterator[Edit]:
    """A margin for every reply that is not styled yet."""
    depths = {view.n: view.depth for view in source.page.context.posts}
    numbers = [post.n for post in source.page.truth.posts]
    for post, n in zip(source.posts, numbers, strict=False):
        if depths[n] > 1 and not re.search(r"\sstyle\s*=", source.html[post.start : post.inner], re.IGNORECASE):
            margin = f' style="margin-left:{min(depths[n] - 1, 12) * 24}px"'
            yield Edit(post.inner - 1, post.inner - 1, margin)
