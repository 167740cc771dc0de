"""Predictions whose texts are Markdown or HTML: their text as ours is, and the nodes that such a text claims.

A text in Markdown or HTML says where its links, images, quotations, code, lists and tables are, so it claims these
fields unless the parser claims them itself. It has no mark for some nodes: an image whose ``alt`` is a smiley of the
page is that smiley, and a paragraph that is an image's caption, a file's name or a card's excerpt is no text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec import UNSET

from forgegen.assess.answer_forms import checked_form
from forgegen.assess.markdown import html_of_markdown
from forgegen.assess.node_items import KEYS, lists_of, nodes_in, tables_of
from forgegen.assess.normalise import ws
from forgegen.assess.predict import Prediction
from forgegen.model.bodies import (
    Attachment,
    Block,
    Emoji,
    Figure,
    Image,
    ItemList,
    Node,
    Paragraph,
    Poll,
    Quote,
    Smiley,
    Spoiler,
    Unfurl,
    blocks_from_json,
    shown,
)
from forgegen.model.body_views import texts_of_blocks, view_of
from forgegen.model.truth import Truth
from forgegen.reading.body_reader import BodyReader
from forgegen.skins import dom
from forgegen.skins.skin import BodyForm, NodeForm, Selector

_ADDRESS = Selector(css="", attr="href")
_HTML = BodyForm(
    nodes={
        "code": NodeForm(
            css="pre",
            fields={"language": Selector(css="code", attr="class", pattern=r"(?:^|\s)lang(?:uage)?-(\S+)")},
        ),
        "code_span": NodeForm(css="code, kbd, samp, tt"),
        "email": NodeForm(
            css='a[href^="mailto:"]', fields={"address": Selector(css="", attr="href", pattern="^mailto:([^?]*)")}
        ),
        "link": NodeForm(css="a[href]", fields={"address": _ADDRESS}),
        "figure": NodeForm(
            css="figure:has(img):has(figcaption)",
            fields={
                "address": Selector(css="img", attr="src"),
                "alt": Selector(css="img", attr="alt"),
                "caption": Selector(css="figcaption"),
            },
        ),
        "image": NodeForm(
            css="img", fields={"address": Selector(css="", attr="src"), "alt": Selector(css="", attr="alt")}
        ),
        "heading": NodeForm(css="h1, h2, h3, h4, h5, h6"),
        "quote": NodeForm(css="blockquote"),
        "list": NodeForm(css="ul, ol"),
        "table": NodeForm(css="table"),
    },
    drop="summary",
)
"""How the nodes of any HTML are read."""


def formed(prediction: Prediction, form: str, truth: Truth) -> Prediction:
    """The prediction with plain texts, and the nodes that its texts and trees claim.

    Raises: UnknownName for a form; MissingExtra for Markdown.
    """
    if checked_form(form) != "text":
        reader = _Texts(html_of_markdown if form == "markdown" else str, truth)
        if prediction.plain is not None:
            return msgspec.structs.replace(prediction, plain=_whole(reader.blocks(prediction.plain)))
        prediction = _with_paragraphs(prediction, reader)
        if "text" in prediction.claims:
            texts = [reader.of(post.text) for post in prediction.posts or []]
            prediction = _with_nodes(prediction, texts, frozenset(("text",)))
    if "body" in prediction.claims:
        trees = [None if not p.body else blocks_from_json(p.body) for p in prediction.posts or []]
        prediction = _with_nodes(prediction, trees)
    return prediction


class _Texts:
    """Reads texts of a form, as far as that says; the page's truth tells what it has no mark for."""

    def __init__(self, html_of: Callable[[str], str], truth: Truth) -> None:
        self.html_of = html_of
        bodies = [post.body for post in truth.posts if post.body is not UNSET and post.body]
        nodes = list(nodes_in(bodies))
        self.smileys = {shown(node): node for node in nodes if isinstance(node, Smiley | Emoji)}
        self.beside = {ws(text) for node in nodes for text in _beside(node)} - {""}

    def blocks(self, text: str) -> tuple[Block, ...]:
        """The blocks of a text."""
        body = dom.select_first(dom.parse(self.html_of(text)), "body")
        return () if body is None else _Reader(body, self.smileys).blocks(body)

    def of(self, text: Any) -> tuple[Block, ...] | None:
        """The blocks of a post's text; None where it has none."""
        return self.kept(self.blocks(text)) if isinstance(text, str) else None

    def kept(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        """Blocks without paragraphs that are no text of the page's."""
        if not self.beside:
            return blocks
        return tuple(b for b in blocks if not isinstance(b, Paragraph) or ws(view_of((b,)).text) not in self.beside)


def _beside(node: Node) -> tuple[str, ...]:
    """The texts that a page shows with a node and that are not the post's text."""
    match node:
        case Figure():
            return (node.caption,)
        case Attachment():
            return (node.name,)
        case Unfurl():
            return (node.excerpt,)
        case Spoiler():
            return (node.title,)
        case Poll():
            return (node.question,)
    return ()


class _Reader(BodyReader):
    """Reads HTML of any kind; images that are smileys of the page are these."""

    def __init__(self, root: dom.Node, smileys: dict[str, Any]) -> None:
        super().__init__(_HTML, root, dom, _value, lambda node, selector: None)
        self.smileys = smileys

    def node(self, kind: str, element: Any) -> Node:
        """The node that an element is."""
        found = super().node(kind, element)
        if isinstance(found, Image) and found.alt in self.smileys:
            smiley: Node = self.smileys[found.alt]
            return smiley
        return found


def _value(node: dom.Node, selector: Selector) -> str | None:
    """What a selector takes of an element."""
    text = dom.text_of(node) if selector.attr is None else dom.attribute(node, selector.attr)
    if selector.pattern is None or text is None:
        return text
    found = re.search(selector.pattern, text)
    return found[1] if found else None


def _with_paragraphs(prediction: Prediction, reader: _Texts) -> Prediction:
    """The prediction with plain paragraphs."""
    found = prediction.page.get("paragraphs")
    if not isinstance(found, list):
        return prediction
    texts = [text for paragraph in found for text in texts_of_blocks(reader.blocks(paragraph))]
    return msgspec.structs.replace(prediction, page=prediction.page | {"paragraphs": texts})


def _with_nodes(
    prediction: Prediction, trees: list[tuple[Block, ...] | None], also: frozenset[str] = frozenset()
) -> Prediction:
    """The prediction with the fields that follow from the trees of its posts: what it does not claim itself, and those
    named in ``also``.
    """
    told = prediction.claims
    names = {name for name in ("text", "links", "images", "code", "lists", "tables") if name not in told} | also
    names |= {"quote", "quotes"} if not {"quote", "quotes"} & told else set()
    posts = []
    for post, tree in zip(prediction.posts or [], trees, strict=True):
        fields = {} if tree is None else _fields(tree)
        posts.append(msgspec.structs.replace(post, **{name: fields.get(name) for name in names}))
    return msgspec.structs.replace(prediction, posts=posts, claims=told | names)


_DERIVED = {name: KEYS[name] for name in ("links", "images", "code")} | {"quotes": ("text", "level")}


def _fields(tree: tuple[Block, ...]) -> dict[str, Any]:
    """What a tree claims."""
    view = view_of(tree)
    found: dict[str, Any] = {"text": view.text, "quote": view.quotes[0].text if view.quotes else None}
    for name, keys in _DERIVED.items():
        items = getattr(view, name)
        found[name] = [{key: value for key in keys if (value := getattr(item, key)) != ""} for item in items]
    for item in found["links"]:
        item.setdefault("text", "")
    for item in found["code"]:
        item.setdefault("text", "")
    return found | {"lists": list(lists_of(tree)), "tables": list(tables_of(tree))}


def _whole(blocks: tuple[Block, ...]) -> str:
    """All text of some blocks, that of quotations in its place."""
    return "\n".join(_texts(blocks))


def _texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Quote | Spoiler):
            yield from _texts(block.blocks)
        elif isinstance(block, ItemList):
            for item in block.items:
                yield from _texts(item)
        else:
            yield view_of((block,)).text
