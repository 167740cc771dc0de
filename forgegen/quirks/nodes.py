"""Quirks of bodies: a post that holds more than words, one node at a time.

A skin that cannot carry a node shows what its members write instead; the page then has not that quirk.
"""

from __future__ import annotations

from typing import Any

from forgegen.model.bodies import (
    BLOCKS,
    Attachment,
    Block,
    Code,
    CodeSpan,
    Email,
    Emoji,
    Emphasis,
    Hashtag,
    Heading,
    Image,
    Inline,
    ItemList,
    Link,
    Media,
    Mention,
    Paragraph,
    Quote,
    Rule,
    Smiley,
    Spoiler,
    Strike,
    Strong,
    Styled,
    Table,
    Underline,
    Unfurl,
    paragraphs_of,
)
from forgegen.model.thread import Post
from forgegen.quirks.define import post_quirk, put
from forgegen.quirks.quirk import Readers

_PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def _holds(
    name: str,
    node: Block | Inline,
    *,
    about: str,
    catches: str,
    implies: tuple[str, ...] = (),
    readers: Readers = "portable",
) -> None:
    """A quirk of a post that holds a node, below its words; a quotation stands above them, as engines have it."""
    assert not isinstance(node, str)
    inline: Any = node
    block: Any = node if node.type in BLOCKS else Paragraph(("so ", inline, " so"))
    kind = "quote in quote" if isinstance(node, Quote) else node.type

    @post_quirk(
        f"body.{name}",
        about=about,
        catches=catches,
        implies=("text.br", *implies),
        readers=readers,
        detect=lambda f: kind in f.nodes,
    )
    def change(post: Post) -> Post:
        words = post.body or paragraphs_of((post.text,))
        return put(post, text="ok", body=(block, *words) if isinstance(block, Quote) else (*words, block))


_holds("strong", Strong(("ok",)), about="bold words", catches="only the direct text of an element is read")
_holds("emphasis", Emphasis(("ok",)), about="words in italics", catches="only the direct text of an element is read")
_holds("underline", Underline(("ok",)), about="underlined words", catches="only the direct text of an element is read")
_holds("strike", Strike(("ok",)), about="words struck through", catches="what is struck through dropped, or kept")
_holds("styled", Styled(("ok",), "red", 5), about="coloured, larger words", catches="the text of inner elements lost")
_holds(
    "code-span",
    CodeSpan("x < y"),
    about="code within a line",
    catches="its text lost, or a line of its own",
    implies=("text.less-than",),
)
_holds(
    "link",
    Link("https://a.example/", ("ok",)),
    about="a link",
    catches="link texts dropped, targets lost",
    implies=("text.url",),
)
_holds("mention", Mention("al"), about="somebody spoken to", catches="the name read as the author, or lost")
_holds("hashtag", Hashtag("ok"), about="a tag in the text", catches="the sign before it doubled, or the tag lost")
_holds("smiley", Smiley(":)"), about="a smiley as a picture", catches="smileys taken for pictures, or lost")
_holds(
    "emoji",
    Emoji("👋"),
    about="an emoji as a picture",
    catches="the character lost from the text",
    implies=("text.astral",),
)
_holds(
    "image",
    Image(_PIXEL, "ok", 4, 3),
    about="a picture",
    catches="its alt text read as words, the picture lost",
    implies=("body.link",),
)
_holds("email", Email("al@a.example"), about="an address of e-mail", catches="the link taken for one to a page")
_holds(
    "heading",
    Heading(("ok",), 3),
    about="a heading in a post",
    catches="the heading taken for the title",
    implies=("body.strong",),
)
_holds(
    "list", ItemList(((Paragraph(("a",)),), (Paragraph(("b",)),))),
    about="a list in a post", catches="its items taken for posts, or run together",
    readers="html5",  # Discuz! closes no item
)  # fmt: skip
_holds(
    "table", Table(((("a",), ("b",)), (("c",), ("d",))), header=True),
    about="a table in a post", catches="its rows taken for posts, columns lost",
)  # fmt: skip
_holds(
    "code",
    Code("if a < b:\n\n    ok"),
    about="lines of code",
    catches="white space folded, the heading read as code",
    implies=("text.code", "text.less-than"),
)
_holds(
    "spoiler", Spoiler((Paragraph(("ok",)),), "why"),
    about="words that are folded away", catches="the button's words read as text, what is folded lost",
)  # fmt: skip
_holds(
    "attachment", Attachment("a.zip", 1234, "application/zip", 5, "/uploads/a.zip"),
    about="a file below a post", catches="its name read as text, the file lost", implies=("body.link",),
)  # fmt: skip
_holds(
    "media",
    Media("youtube", "dQw4w9WgXcQ"),
    about="a player",
    catches="the words within the player read as text",
    implies=("text.url", "body.link"),
)
_holds(
    "unfurl", Unfurl("https://a.example/", "ok", "so it is"),
    about="a link shown as a card", catches="the card's excerpt read as what the author says",
    implies=("text.url", "body.link"),
)  # fmt: skip
_holds("rule", Rule(), about="a line across a post", catches="a post cut at the line")
_holds(
    "nested-quote", Quote((Quote((Paragraph(("so",)),), "bo"), Paragraph(("ok",))), "al"),
    about="a quotation within a quotation", catches="the inner one, or what follows it, read as the post's own text",
)  # fmt: skip
