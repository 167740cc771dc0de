"""Pages as bytes: what a charset cannot carry becomes a reference, and what not even that carries is left out.

In GBK and Big5 a character outside of the charset is written as a numeric character reference, and so is one that the
charset's decoders disagree about: Python's codec and the decoder of the Encoding Standard (encoding.spec.whatwg.org)
read some two hundred Big5 codes differently. References to C1 controls mean other characters in HTML, so that those
are left out of threads before they are shown.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

import msgspec

from forgegen.model.bodies import Block, blocks_from_json, blocks_to_json
from forgegen.model.thread import Article, Author, Board, Post, Thread

_C1 = re.compile("[\x80-\x9f]")
_UNIVERSAL = frozenset({"utf-8", "utf-16", "utf-16-le", "utf-16-be"})
# Characters that Python's codec has a code for which the standard's decoder of that label reads as another character.
_DISPUTED = {
    "big5": re.compile(
        "[\xa2\xa3\xa5\u0401\u0410-\u044f\u0451\u2022\u203e\u223c\u2460-\u2469\u2474-\u247d\u2609\u2641\u3005"
        "\u3041-\u3096\u309d\u309e\u30a1-\u30f6\u30fe\uff0f\uff3c\uff64]"
    ),
    "gb2312": re.compile("[\u2015\u30fb]"),
}


@lru_cache(maxsize=64)
def codec_name(encoding: str) -> str:
    """The name by which Python knows an encoding.

    >>> codec_name("UTF8"), codec_name("GBK"), codec_name("Big5")
    ('utf-8', 'gbk', 'big5')
    """
    return codecs.lookup(encoding).name


def encode_text(text: str, encoding: str) -> bytes:
    """HTML text in an encoding; references stand for what every decoder of it would not give back.

    Within ``script`` and ``style`` references are not read: what stands there has to be ASCII or in the charset.

    >>> encode_text("中€\U0001f600", "gbk"), encode_text("あ", "big5")
    (b'\\xd6\\xd0&#8364;&#128512;', b'&#12354;')
    """
    disputed = _DISPUTED.get(codec_name(encoding))
    if disputed is not None:
        text = disputed.sub(_reference, text)
    return text.encode(encoding, "xmlcharrefreplace")


def _reference(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def is_universal(encoding: str) -> bool:
    """Whether an encoding has a code for every character.

    >>> is_universal("utf-8"), is_universal("gbk")
    (True, False)
    """
    return codec_name(encoding) in _UNIVERSAL


def carried(text: str, encoding: str) -> str:
    """The text without what a page in this encoding cannot carry: C1 controls, unless it is a Unicode encoding.

    >>> carried("a\x80b", "gbk"), carried("a\x80b", "utf-8")
    ('ab', 'a\x80b')
    """
    return text if is_universal(encoding) else _C1.sub("", text)


def carried_thread(thread: Thread, encoding: str) -> Thread:
    """The thread as a page in this encoding can show it; itself where nothing has to be left out."""
    if is_universal(encoding) or not _C1.search("".join(_texts(thread))):
        return thread
    article, board = thread.article, thread.board
    return msgspec.structs.replace(
        thread,
        article=Article(
            _C1.sub("", article.title),
            _C1.sub("", article.byline),
            _C1.sub("", article.caption),
            () if article.body else tuple(_C1.sub("", text) for text in article.paragraphs),
            _carried_body(article.body),
        ),
        board=Board(_C1.sub("", board.name), _C1.sub("", board.latin), board.id),
        posts=tuple(map(_carried_post, thread.posts)),
    )


def _texts(thread: Thread) -> list[str]:
    """Every text of a thread that a page may show."""
    article = thread.article
    texts = [article.title, article.byline, article.caption, *article.paragraphs]
    texts += [thread.board.name, thread.board.latin, blocks_to_json(article.body) if article.body else ""]
    for post in thread.posts:
        texts.append(blocks_to_json(post.body) if post.body else post.text)
        if post.author is not None:
            texts += [post.author.name, post.author.avatar or ""]
        if post.odd is not None:
            texts += [post.odd.quote or "", post.odd.badge or ""]
    return texts


def _carried_post(post: Post) -> Post:
    author, odd = post.author, post.odd
    if author is not None:
        letter = author.avatar
        author = Author(_C1.sub("", author.name), None if letter is None else _C1.sub("", letter))
    if odd is not None:
        shown = {name: _C1.sub("", text) for name in ("quote", "badge") if (text := getattr(odd, name)) is not None}
        odd = msgspec.structs.replace(odd, **shown)
    text = "ok" if post.body else _C1.sub("", post.text)
    return msgspec.structs.replace(post, text=text, author=author, odd=odd, body=_carried_body(post.body))


def _carried_body(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks without C1 controls."""
    return blocks_from_json(_C1.sub("", blocks_to_json(blocks))) if blocks else ()
