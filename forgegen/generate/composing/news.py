"""Bodies of articles: subheads, bold names, links, pictures with captions, a box of related news, a pull quote."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from forgegen.generate.begin import Begun
from forgegen.generate.composing.body_bank import load_bank
from forgegen.generate.composing.body_parts import Fits, Parts
from forgegen.generate.composing.body_wording import is_cjk, put
from forgegen.generate.composing.drawn_uploads import address_of
from forgegen.generate.composing.rates import load_rates
from forgegen.generate.lexicon import Lexicon
from forgegen.generate.stories.compiled import load_story
from forgegen.generate.stories.story_library import FOLDERS, tales
from forgegen.generate.stories.telling import Telling, tell
from forgegen.model.bodies import Block, Figure, Heading, Inline, ItemList, Link, Paragraph, Quote, Strong
from forgegen.model.calendar import DAY
from forgegen.streams.stream import Stream

_SAID = re.compile(r"“([^“”]{24,160})”|「([^「」]{10,60})」")
_HAN = r"\u3400-\u9fff\u3040-\u30ff"
_CLAUSE = re.compile(
    r"(?:\b(?:the|a|an|its|their|his|her) )((?:[a-z]{3,} ){1,2}[a-z]{4,})(?=[ ,.])"
    rf"|(?:(?<=[，、])|^)([{_HAN}]{{4,12}})(?=[，、。])"
)
_LEAST = 4  # paragraphs of an article that has subheads
_RELATED = 3


def article_body(
    choices: Stream, make: Callable[[str], Stream], lexicon: Lexicon, board: str, begun: Begun, written: int, fits: Fits
) -> tuple[Block, ...]:
    """The body of an article; empty where it is nothing but paragraphs.

    ``choices`` says what it holds, and a stream of ``make`` the rest; ``written`` is when on the board's wall, and
    ``fits`` which words fit the story.
    """
    topic, key, paragraphs = begun.tale.topic, begun.tale.key, begun.article.paragraphs
    rates = load_rates(board).opening
    chosen = {name for name, rate in rates.items() if choices.word() & 0xFFFF < rate}
    if "rich" not in chosen or len(paragraphs) < 2:
        return ()
    stream = make("article")
    rows: list[list[Inline]] = [[text] for text in paragraphs]
    parts = Parts(stream, load_bank(lexicon), topic, begun.article.byline, fits)
    if "strong" in chosen:
        _embolden(rows, _named(begun.telling))
    if "link" in chosen:
        _link(stream, parts, rows)
    blocks: list[list[Block]] = [[Paragraph(tuple(row))] for row in rows]
    _stand_between(stream, parts, chosen, paragraphs, blocks)
    if "related" in chosen:
        blocks[stream.between(0, len(blocks) - 2)] += _related(stream, lexicon, parts, key, written)
    return tuple(block for found in blocks for block in found)


def _embolden(rows: list[list[Inline]], names: Sequence[str]) -> None:
    """Put each name into bold where it stands first."""
    for name in names:
        for row in rows:
            at = next((n for n, kid in enumerate(row) if isinstance(kid, str) and name in kid), None)
            if at is not None:
                before, _, after = str(row[at]).partition(name)
                row[at : at + 1] = [before, Strong((name,)), after]
                break


def _link(stream: Stream, parts: Parts, rows: list[list[Inline]]) -> None:
    """Link a clause of one paragraph or two."""
    for link in parts.links(stream.between(1, 2)):
        row = stream.pick(rows)
        spans = [
            (at, *c.span(c.lastindex or 0))
            for at, kid in enumerate(row)
            if isinstance(kid, str)
            for c in _CLAUSE.finditer(kid)
        ]
        if spans:
            put(row, stream.pick(spans), partial(Link, link.address))


def _stand_between(
    stream: Stream, parts: Parts, chosen: set[str], paragraphs: Sequence[str], blocks: list[list[Block]]
) -> None:
    """Put a pull quote, a picture and subheads between the paragraphs."""
    last = len(blocks) - 1
    if "pull" in chosen:
        said = [(at, found) for at, text in enumerate(paragraphs[:-1]) for found in _SAID.finditer(text)]
        if said:
            at, found = stream.pick(said)
            blocks[at].append(Quote((Paragraph(((found[1] or found[2]).rstrip(",，、"),)),)))
    if "figure" in chosen:
        name = parts.picture_name()
        figure = Figure(address_of(stream.word(), name), "", stream.pick(parts.bank.captions).format(byline=parts.name))
        blocks[stream.between(0, last - 1)].append(figure)
    if "heading" in chosen and len(blocks) >= _LEAST:
        heads = list(parts.bank.subheads)
        for at in sorted({len(blocks) // 2, stream.between(2, last)}):
            head = heads.pop(stream.below(len(heads)))
            blocks[at].insert(0, Heading((head,), 3))


def _related(stream: Stream, lexicon: Lexicon, parts: Parts, key: str, written: int) -> list[Block]:
    """A box of links to other news of the topic."""
    others = [tale.key for tale in tales(lexicon, "news") if tale.topic == parts.topic and tale.key != key]
    if len(others) < _RELATED:
        return []
    first, items = stream.below(len(others)), []
    for step in range(_RELATED):
        story = load_story(lexicon, FOLDERS["news"], parts.topic, others[(first + step) % len(others)])
        told = tell(stream, lexicon, story, stream.below(8), written - step * DAY)
        title = told.days.filled(told.title)
        address = f"https://news.example/{parts.topic}/{stream.between(100_000, 999_999)}.html"
        items.append((Paragraph((Link(address, (title,)),)),))
    return [Paragraph((Strong((stream.pick(parts.bank.related),)),)), ItemList(tuple(items))]


def _named(telling: Telling) -> list[str]:
    """The people whom an article names; names of two characters are left out, being parts of other words."""
    facts = telling.schema.facts
    names = [
        telling.facts[0][name] for name in sorted(telling.printed) if name in facts and facts[name].kind == "person"
    ]
    return [name for name in names if len(name) >= (3 if is_cjk(name) else 4)]
