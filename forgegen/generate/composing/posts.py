"""Bodies of posts: what people of a board put into them, by the board's rates and their own habits.

A post's words stay as they were said. Whether it holds a node is one draw of the stream ``bodies`` a post and node;
what it is then comes from a stream of the post's own, so that no other choice moves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

import msgspec

from forgegen.generate.composing.body_bank import BodyBank, load_bank
from forgegen.generate.composing.body_parts import Fits, Parts
from forgegen.generate.composing.body_wording import (
    has_typed,
    join_sentences,
    parted,
    plain_paragraphs,
    sentences_of,
    typed,
    weight,
)
from forgegen.generate.composing.habits import habits_of
from forgegen.generate.composing.rates import Rates, load_rates
from forgegen.generate.lexicon import Lexicon
from forgegen.generate.people import Person
from forgegen.generate.voice.talk import Spoken
from forgegen.model.bodies import Block, Inline, Paragraph, Quote
from forgegen.streams.stream import Stream

_QUARTERS = 2  # habits are in quarters
_QUOTES = ("part", "nested", "several")
_WEIGHTY = frozenset(("link", "unfurl", "list", "code", "code_span", "table", "attachment", "spoiler"))
_LEAST = 60  # the weight of a text that has one of these with it
_TELLING = frozenset(("tell", "advise", "answer", "essay", "argue", "op"))  # acts of posts that refer to other pages
_SHOWING = frozenset(("tell", "op"))  # acts whose pictures are announced


class Said(msgspec.Struct, frozen=True, gc=False):
    """A post as composing sees it: its words and who wrote them, its place on the page (from 1; 0 for the opening
    post), its time, and the place in ``said`` of what it answers, -1 where that is the opening post."""

    text: str
    person: Person
    n: int
    time: int
    parent: int
    act: str = "op"
    asks: bool = False
    polarity: str = "0"

    @property
    def refers(self) -> bool:
        """Whether it is a post that may refer to another page."""
        return self.act in _TELLING and not self.asks

    @property
    def shows(self) -> bool:
        """Whether it may say that a picture or a file follows."""
        return self.act in _SHOWING and not self.asks


class PostComposer:
    """Composes the bodies of one thread; ``topic`` is its story's, and ``fits`` says which words fit that."""

    def __init__(
        self, stream: Callable[[object], Stream], lexicon: Lexicon, board: str, root: str, topic: str, fits: Fits
    ) -> None:
        self.stream, self.lexicon, self.root, self.topic, self.fits = stream, lexicon, root, topic, fits
        self.rates = load_rates(board)
        self.plain = load_bank(lexicon)

    def bodies(self, said: Sequence[Said], opening: Said) -> list[tuple[Block, ...]]:
        """The bodies of posts below an opening post, in order of arrival; empty ones of plain posts."""
        stream, rates = self.stream(""), self.rates.posts
        found: list[tuple[Block, ...]] = []
        for at, post in enumerate(said):
            chosen = self._chosen(stream, rates, post)
            if not chosen and not has_typed(post.text, self.plain):
                found.append(())
                continue
            quotes = self._quotes(chosen, said, found, at, opening)
            name = said[post.parent].person.author.name if post.parent >= 0 else ""
            found.append((*quotes, *self.compose(post, chosen, name, self.stream(at))))
        return found

    def few(self, choices: Stream, spoken: Sequence[Spoken]) -> list[tuple[Block, ...]]:
        """The bodies of comments, of which few hold anything beside words, and then one node."""
        word, found = choices.word, list[tuple[Block, ...]]()
        bounds = list(accumulate(self.rates.posts.values()))
        most = bounds[-1] if bounds else 0
        for at, one in enumerate(spoken):
            chance = word() & 0xFFFF
            if chance >= most:
                found.append(())
                continue
            name = list(self.rates.posts)[bisect_right(bounds, chance)]
            post = Said(one.text, one.person, 0, 0, -1, one.act, one.asks, one.polarity)
            name = "image" if name in _WEIGHTY and not post.refers else name
            found.append(self.compose(post, [name], "", self.stream(at), whole=False))
        return found

    def opening(self, paragraphs: Sequence[str], post: Said) -> tuple[Block, ...]:
        """The body of an opening post of these paragraphs; empty where it is nothing but them."""
        chosen = self._chosen(self.stream("opening"), self.rates.opening, post)
        if not chosen and not any(has_typed(text, self.plain) for text in paragraphs):
            return ()
        return self.compose(post, chosen, "", self.stream("opening post"), paragraphs=list(paragraphs))

    def _chosen(self, stream: Stream, rates: Rates, post: Said) -> list[str]:
        """The nodes that a post holds."""
        habits, word = habits_of(self.root, post.person.number), stream.word
        chosen = [name for name, rate in rates.items() if word() & 0xFFFF < rate * habits.get(name, 4) >> _QUARTERS]
        if _WEIGHTY.isdisjoint(chosen) or (weight(post.text) >= _LEAST and post.refers):
            return chosen
        return [name for name in chosen if name not in _WEIGHTY]

    def bank(self, person: Person) -> BodyBank:
        """What this person has to put into posts."""
        return load_bank(self.lexicon, person.other_script)

    def compose(
        self, post: Said, chosen: list[str], answered: str, stream: Stream, *, whole: bool = True,
        paragraphs: list[str] | None = None,
    ) -> tuple[Block, ...]:  # fmt: skip
        """The blocks of a post that holds the chosen nodes; ``answered`` is whom it answers. ``whole``: all codes in it
        are drawn, and long texts are parted."""
        bank = self.bank(post.person)
        texts = paragraphs or (parted(post.text, stream) if whole else [post.text])
        rows: list[list[Inline]] = [typed(text, bank) if whole else [text] for text in texts]
        asks, shows = paragraphs is not None, whole and post.shows
        name, mood = post.person.author.name, post.polarity
        parts = Parts(stream, bank, self.topic, name, self.fits, asks=asks, shows=shows, mood=mood)
        parts.mark(rows, chosen)
        if "mention" in chosen and answered:
            parts.mention(rows, answered)
        return (*map(Paragraph, map(tuple, rows)), *parts.blocks(chosen))

    def _quotes(
        self, chosen: list[str], said: Sequence[Said], bodies: list[tuple[Block, ...]], at: int, opening: Said
    ) -> tuple[Block, ...]:
        """The quotations above a post, where its author cut or collected them; the first is of what it answers."""
        post, stream = said[at], self.stream(f"quotes/{at}")
        if post.parent < 0:
            if "first" not in chosen or opening.person.number == post.person.number:
                return ()
            text = stream.pick(sentences_of(opening.text) or [opening.text])
            return (Quote(plain_paragraphs(text, self.plain), opening.person.author.name),)
        parent = said[post.parent]
        if not any(name in chosen for name in _QUOTES):
            return ()
        if "nested" in chosen:
            above = next((block for block in bodies[post.parent] if isinstance(block, Quote)), None)
            if above is None and parent.parent >= 0:
                above = self._whole(said[parent.parent])
            return (self._whole(parent, () if above is None else (above,)),)
        if "several" in chosen and at > 2:
            other = said[stream.below(at)]
            if other.n not in (parent.n, post.n):
                return (self._cut(parent, stream), self._cut(other, stream))
        return (self._cut(parent, stream),)

    def _whole(self, post: Said, above: tuple[Block, ...] = ()) -> Quote:
        """A quotation of a whole post."""
        words = plain_paragraphs(post.text, self.bank(post.person))
        return Quote((*above, *words), post.person.author.name, post.time, post.n)

    def _cut(self, post: Said, stream: Stream) -> Quote:
        """A quotation of a sentence or two of a post."""
        sentences = sentences_of(post.text) or [post.text]
        first = stream.below(len(sentences))
        text = join_sentences(sentences[first : first + stream.between(1, 2)])
        words = plain_paragraphs(text, self.bank(post.person))
        return Quote(words, post.person.author.name, post.time, post.n)
