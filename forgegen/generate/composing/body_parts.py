"""The parts of one post that are more than words, as its author puts them in."""

from __future__ import annotations

import re
from collections.abc import Callable

from forgegen.generate.composing.body_bank import BodyBank, Linked, stressed_in
from forgegen.generate.composing.body_wording import Maker, add_sentence, add_smiley, is_cjk, stress
from forgegen.generate.composing.drawn_uploads import address_of, kind_of, size_of, size_of_picture
from forgegen.model.bodies import (
    Attachment,
    Block,
    Code,
    CodeSpan,
    Emphasis,
    Image,
    Inline,
    ItemList,
    Link,
    Media,
    Mention,
    Paragraph,
    Smiley,
    Spoiler,
    Strike,
    Strong,
    Styled,
    Table,
    Underline,
    Unfurl,
)
from forgegen.streams.stream import Stream

_COLOURS = ("red", "red", "blue", "green", "#c0392b", "#2980b9", "darkorange", "purple")
_MANY = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3)  # how many links, marks or smileys a post has that has any
_PICTURES = (1, 1, 1, 1, 1, 1, 2, 2, 3, 4)
_STRESS: dict[str, Callable[..., Inline]] = {
    "strong": Strong, "emphasis": Emphasis, "underline": Underline, "strike": Strike, "styled": Styled,
}  # fmt: skip
_KEY = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
Row = list[Inline]
Fits = Callable[[str], bool]
"""Whether a text speaks of nothing but what the story speaks of."""


class Parts:
    """Makes the parts of a post of this person on a topic, of words that fit the story; ``asks``: of an opening post,
    ``shows``: one that may say what is to be seen in it. ``mood`` is its polarity: ``+``, ``-`` or ``0``."""

    def __init__(
        self, stream: Stream, bank: BodyBank, topic: str, name: str, fits: Fits, *, asks: bool = False,
        shows: bool = True, mood: str = "0",
    ) -> None:  # fmt: skip
        self.stream, self.bank, self.topic, self.name, self.asks, self.shows = stream, bank, topic, name, asks, shows
        self.fits, unfit = fits, bank.glad if mood == "-" else bank.sad
        self.smileys = [code for code in bank.smileys if code not in unfit]

    def mark(self, rows: list[Row], chosen: list[str]) -> None:
        """Stress words of paragraphs, add links, and put smileys behind sentences."""
        for name in chosen:
            for _ in range(self.stream.pick(_MANY) if name in _STRESS else 0):
                stress(self.stream.pick(rows), self.stream, stressed_in(self.bank), self._stressing(name))
        if "link" in chosen:
            self._add_links(rows)
        if "smiley" in chosen:
            self._smile(rows)
        if "code_span" in chosen:
            self._spell(rows)

    def _stressing(self, name: str) -> Maker:
        """What makes a node of this name."""
        if name != "styled":
            return _STRESS[name]
        size, colour = self.stream.below(5), self.stream.pick(_COLOURS)
        return lambda kids: Styled(kids, "" if size == 4 else colour, 5 if size > 2 else 0)

    def links(self, count: int) -> list[Linked]:
        """Different pages of other sites, the topic's own first."""
        own = [link for link in self.bank.links if link.topic == self.topic and self.fits(link.title + link.excerpt)]
        left = own + [link for link in self.bank.links if not link.topic]
        found: list[Linked] = []
        while left and len(found) < count:
            near = own and self.stream.chance(750)
            link = self.stream.pick([one for one in left if one.topic] if near else left)
            found.append(link)
            left.remove(link)
            own = [one for one in left if one.topic]
        return found

    def _add_links(self, rows: list[Row]) -> None:
        """Add links behind paragraphs: some show their addresses, some are words."""
        forms, leads = list(self.bank.linked), list(self.bank.see)
        for link in self.links(self.stream.pick(_MANY)):
            row = self.stream.pick(rows[-2:])
            if self.stream.chance(600):
                lead = self._taken(leads) if self.stream.chance(600) else ""
                space = " " if lead and not is_cjk(lead) else ""
                add_sentence(row, [lead + space, Link(link.address, (link.address,))], self.stream)
            else:
                before, words, after = self._taken(forms).format(title=link.title).split("`")
                add_sentence(row, [before, Link(link.address, (words,)), after], self.stream)

    def _taken(self, words: list[str]) -> str:
        """One of some words, which is not said again in the post."""
        return words.pop(self.stream.below(len(words)))

    def _smile(self, rows: list[Row]) -> None:
        """Put smileys behind sentences; what has some already has enough."""
        for _ in range(self.stream.pick(_MANY)):
            row = self.stream.pick(rows)
            if not isinstance(row[-1], Smiley):
                add_smiley(row, self.stream, self.stream.pick(self.smileys))

    def _spell(self, rows: list[Row]) -> None:
        """Add a sentence with code in it."""
        spans = [span for span in self.bank.spans if span.topic == self.topic and self.fits(span.text)]
        if spans:
            pieces = self.stream.pick(spans).text.split("`")
            kids: Row = [CodeSpan(piece) if at % 2 else piece for at, piece in enumerate(pieces)]
            add_sentence(rows[-1], kids, self.stream)

    def mention(self, rows: list[Row], name: str) -> None:
        """Speak to somebody at the begin, as a mention."""
        first = rows[0][0]
        if not isinstance(first, str) or not name or re.search(r"\s", name):
            return
        spoken = re.match(rf"@?{re.escape(name)}(?=\W)", first)
        rows[0][:1] = [Mention(name), first[spoken.end() :]] if spoken else [Mention(name), self.bank.spoken, first]

    def blocks(self, chosen: list[str]) -> list[Block]:
        """What stands below the words, in the order of the page."""
        found: list[Block] = []
        for name in ("list", "code", "table", "image", "media", "unfurl", "attachment"):
            if name in chosen:
                found += getattr(self, f"_{name}")()
        if "spoiler" in chosen and found and not any(isinstance(block, Attachment) for block in found):
            found = [Spoiler(tuple(found), self.stream.pick(self.bank.revealed))]
        elif "spoiler" in chosen:
            found.insert(0, Spoiler(tuple(self._image(picture_only=True)), self.stream.pick(self.bank.revealed)))
        if "signed" in chosen:
            found.append(Paragraph((self.stream.pick(self.bank.signs).format(name=self.name),)))
        return found

    def _list(self) -> list[Block]:
        of_topic = (one for one in self.bank.lists if one.topic == self.topic and one.asked == self.asks)
        listed = [one for one in of_topic if self.fits("".join((one.lead, *one.items)))]
        if not listed:
            return []
        one = self.stream.pick(listed)
        items = tuple((Paragraph((item,)),) for item in one.items)
        return [Paragraph((one.lead,)), ItemList(items, one.ordered)]

    def _code(self) -> list[Block]:
        coded = [one for one in self.bank.code if one.topic == self.topic and self.fits(one.lead + one.text)]
        if not coded:
            return []
        one = self.stream.pick(coded)
        lead = self.stream.pick(self.bank.given) if self.asks else one.lead
        return [Paragraph((lead,)), Code(one.text, one.language)]

    def _table(self) -> list[Block]:
        of_topic = (one for one in self.bank.tables if one.topic == self.topic)
        tabled = [one for one in of_topic if self.fits("".join(cell for row in one.rows for cell in row))]
        if not tabled:
            return []
        one = self.stream.pick(tabled)
        return [Table(tuple(tuple((cell,) for cell in row) for row in one.rows), one.header)]

    def picture_name(self) -> str:
        """A name that cameras, telephones and people give to pictures."""
        n, d = self.stream.between(1000, 9999), self.stream.between(1, 9)
        return self.stream.pick(self.bank.pictures).format(n=n, d=d)

    def _image(self, *, picture_only: bool = False) -> list[Block]:
        """Pictures below one another, often with words before them."""
        found: list[Block] = []
        if not picture_only and self.shows and self.stream.chance(550):
            found.append(Paragraph((self.stream.pick(self.bank.photo + self.bank.shot),)))
        for _ in range(self.stream.pick(_PICTURES)):
            name, number = self.picture_name(), self.stream.word()
            found.append(Paragraph((Image(address_of(number, name), name, *size_of_picture(number)),)))
        return found

    def _media(self) -> list[Block]:
        key = "".join(self.stream.pick(_KEY) for _ in range(11))
        lead = [Paragraph((self.stream.pick(self.bank.clip),))] if self.shows and self.stream.chance(600) else []
        return [*lead, Media("youtube", key)]

    def _unfurl(self) -> list[Block]:
        return [Unfurl(link.address, link.title, link.excerpt) for link in self.links(1)]

    def _attachment(self) -> list[Block]:
        """A file or two below the post."""
        told = self.shows and self.stream.chance(600)
        found: list[Block] = [Paragraph((self.stream.pick(self.bank.filed),))] if told else []
        for _ in range(self.stream.pick((1, 1, 1, 2))):
            names = [name for one in self.bank.of_topic(self.bank.files, self.topic) for name in one.names]
            name = self.picture_name() if self.stream.chance(450) else self.stream.pick(names)
            address, downloads = address_of(self.stream.word(), name), self.stream.between(1, 240)
            found.append(Attachment(name, size_of(address), kind_of(name), downloads, address))
        return found
