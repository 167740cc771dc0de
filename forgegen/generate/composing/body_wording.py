"""Words of posts taken apart: sentences, paragraphs, and the spans in them that people mark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from forgegen.generate.composing.body_bank import BodyBank, marks_of, typed_in
from forgegen.model.bodies import Inline, Link, Paragraph, Smiley
from forgegen.streams.stream import Stream

_SENTENCES = re.compile(r"(?<=[.!?…][\"”’)])\s+|(?<=[.!?…])\s+|(?<=[。！？])(?![。！？”」』）])")
_LONG = 260  # the weight from which a text may be parted
_CJK = re.compile("[\u3040-\u9fff]")
_SHORT = 70  # the weight of a sentence that is stressed whole
_ENDS = (".", "!", "?", "…", "。", "！", "？", "~", ":", "：", ")")
Maker = Callable[[tuple[Inline, ...]], Inline]


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, without the white space between them.

    >>> sentences_of("It hums. Why? 好。走吧！！")
    ['It hums.', 'Why?', '好。', '走吧！！']
    """
    return [part.strip() for part in _SENTENCES.split(text) if part.strip()]


def is_cjk(text: str) -> bool:
    """Whether a text is written without spaces between its words."""
    return _CJK.search(text) is not None


def weight(text: str) -> int:
    """The length of a text in letters; a character of Han or kana counts as three."""
    return len(text) * (3 if is_cjk(text) else 1)


def join_sentences(sentences: list[str]) -> str:
    """Sentences as one text."""
    return ("" if any(map(is_cjk, sentences)) else " ").join(sentences)


def parted(text: str, stream: Stream) -> list[str]:
    """A text as the paragraphs in which it is typed: a long one is parted between two sentences, now and then."""
    found = []
    for part in filter(None, (line.strip() for line in text.split("\n"))):
        sentences = sentences_of(part)
        if weight(part) < _LONG or len(sentences) < 3 or stream.chance(350):
            found.append(part)
            continue
        at = stream.between(1, len(sentences) - 1)
        found += [join_sentences(sentences[:at]), join_sentences(sentences[at:])]
    return found or [text]


def has_typed(text: str, bank: BodyBank) -> bool:
    """Whether codes of smileys stand in a text."""
    return any(mark in text for mark in marks_of(bank)) and typed_in(bank).search(text) is not None


def typed(text: str, bank: BodyBank) -> list[Inline]:
    """A text with the smileys that stand in it as codes."""
    if not has_typed(text, bank):
        return [text]
    found: list[Inline] = []
    at = 0
    for code in typed_in(bank).finditer(text):
        found += [text[at : code.start()], Smiley(code[0])]
        at = code.end()
    return [*found, text[at:]]


def plain_paragraphs(text: str, bank: BodyBank) -> tuple[Paragraph, ...]:
    """A text as paragraphs, its smileys drawn."""
    return tuple(Paragraph(tuple(typed(part, bank))) for part in text.split("\n") if part.strip())


def stress(row: list[Inline], stream: Stream, words: re.Pattern[str], make: Maker) -> None:
    """Put a stressed word of a paragraph, or a short sentence of it, into the node that ``make`` makes of it."""
    spans = [(at, *span.span()) for at, kid in enumerate(row) if isinstance(kid, str) for span in words.finditer(kid)]
    if not spans or stream.chance(250):
        spans = list(_short_sentences(row)) or spans
    if spans:
        put(row, stream.pick(spans), make)


def _short_sentences(row: list[Inline]) -> Iterator[tuple[int, int, int]]:
    """Where the short sentences of a paragraph stand."""
    if len(row) == 1 and isinstance(row[0], str):
        for sentence in sentences_of(row[0]):
            if weight(sentence) <= _SHORT:
                start = row[0].index(sentence)
                yield 0, start, start + len(sentence)


def put(row: list[Inline], place: tuple[int, int, int], make: Maker) -> None:
    """Put a part of a text, by the number of the inline, begin and end, into a node."""
    at, start, end = place
    text = str(row[at])
    row[at : at + 1] = [kid for kid in (text[:start], make((text[start:end],)), text[end:]) if kid]


def ends(row: list[Inline]) -> bool:
    """Whether a paragraph ends with the end of a sentence."""
    return isinstance(row[-1], str) and row[-1].rstrip()[-1:] in _ENDS


def add_sentence(row: list[Inline], kids: list[Inline], stream: Stream) -> None:
    """Add a sentence to a paragraph: on a line of its own, or behind the last one if that ends."""
    joint = "" if is_cjk(str(kids[0])) or is_cjk(str(row[-1])) else " "
    row += [joint if ends(row) and stream.chance(500) else "\n", *kids]


def add_smiley(kids: list[Inline], stream: Stream, code: str) -> None:
    """Put a smiley behind the last sentence of a paragraph, or behind another one."""
    last = kids[-1]
    if isinstance(last, str) and stream.chance(250):
        sentences = sentences_of(last)
        if len(sentences) > 1:
            at = stream.between(1, len(sentences) - 1)
            space = "" if is_cjk(last) else " "
            kids[-1:] = [join_sentences(sentences[:at]) + space, Smiley(code), space + join_sentences(sentences[at:])]
            return
    kids += ["" if isinstance(last, str) and is_cjk(last) else " ", Smiley(code)]


def bare_link(address: str) -> Link:
    """A link that shows its address."""
    return Link(address, (address,))
