"""A line as one comment: its slots filled, in the hand of the person, with laughter, emoji or a quotation."""

from __future__ import annotations

from forgegen.generate.grammar import load_grammar
from forgegen.generate.hands.alphabetic import finish
from forgegen.generate.hands.cjk import vary
from forgegen.generate.lexicon import Lexicon
from forgegen.generate.life import YEAR, load_life_words
from forgegen.generate.people import Person
from forgegen.generate.stories.story_schema import TYPES
from forgegen.generate.stories.telling import Telling
from forgegen.generate.style import load_style
from forgegen.generate.voice.bank import Line
from forgegen.generate.voice.manner import Writer, load_writers
from forgegen.generate.voice.needs import card_slot
from forgegen.streams.stream import Stream

_QUOTE = 5  # ‰ that quote the page
_LONG_QUOTE = 25  # characters of a sentence from which only its first clause is quoted
_EMOJI = 3  # the share of a manner's emoji, of 8
_PLAIN = 14  # of a locale's forms of laughter, which begin with those that stand beside any text
_AGAIN = 40  # characters up to which somebody says nearly the same again


class Wording:
    """The wording of the comments of one thread."""

    def __init__(self, stream: Stream, lexicon: Lexicon, telling: Telling, opener: Person | None) -> None:
        self.stream, self.word, self.lexicon, self.telling = stream, stream.word, lexicon, telling
        self.style, self.writers, self.grammar = load_style(lexicon), load_writers(lexicon), load_grammar(lexicon)
        self.kinds, self.opener = _kinds(telling), opener.author.name if opener else ""
        self.said: dict[int, str] = {}
        self.comma, self.laughed = _marks(self.writers)
        self.mentions = self.style.mentions["news" if opener is None else "post"]

    def again(self, person: Person) -> str:
        """What somebody said before, nearly the same once more; mostly empty, as most people never do."""
        earlier = self.said.get(person.number, "")
        if not 8 < len(earlier) < _AGAIN or not self.stream.chance(self.style.manners[person.persona].copy >> 1):
            return ""
        return vary(self.stream, self.style, earlier)

    def write(self, person: Person, line: Line, answered: str, floor: int) -> str:
        """The line in the person's hand; ``answered`` is who is answered, on that floor, empty for the page."""
        text = self.said[person.number] = self._written(person, line, answered)
        if not answered:
            return self._quotation() + text if self.stream.chance(_QUOTE) else text
        if self.stream.chance(self.mentions):
            form = self.stream.pick(self.style.mention_forms)
            return form % {"floor": floor, "p": answered} + text
        return text

    def _written(self, person: Person, line: Line, answered: str) -> str:
        """The line with its slots filled, marks, laughter and emoji."""
        other = person.other_script
        writer, values = self.writers and self.writers[other], self.telling.facts[other]
        clause = line.variants[self.word() * len(line.variants) >> 32] if len(line.variants) > 1 else line.variants[0]
        if line.kinds or line.card or line.addressed:
            self._bind(person, line, values, answered)
        if line.marked and writer:
            writer.slots(self.stream, person, line, values)
        elif line.marked:
            values["~"] = values["^"] = ""
        if clause.choices:
            text = clause.draw(self.stream, values, other).lstrip(self.comma)
        elif clause.slots:
            text = clause.fill(values, other).lstrip(self.comma)
        else:
            text = clause.other if other else clause.template
        if writer:
            return self._decorated(person, writer.write(self.stream, person, line, text))
        manner = self.style.manners[person.persona]
        return finish(self.stream, self.style, manner, person, line.asks, text)

    def _quotation(self) -> str:
        """A sentence of the page, or its first clause if it is long, as a quotation; empty where none is whole."""
        sentences: list[str] = self.grammar.sentences.findall(self.stream.pick(self.telling.paragraphs))
        whole = [s for s in sentences if _is_whole(s)]
        if not whole:
            return ""
        sentence = self.stream.pick(whole)
        clause = sentence.partition(self.comma)[0]
        if len(sentence) > _LONG_QUOTE and _is_whole(clause):
            sentence = clause
        return self.stream.pick(self.style.quote_forms) % sentence

    def _bind(self, person: Person, line: Line, values: dict[str, str], answered: str) -> None:
        """Facts by type, the writer's life and the one who is answered."""
        for kind in line.kinds:
            values[kind] = values[self.stream.pick(self.kinds[kind])]
        if line.card:
            words = load_life_words(self.lexicon, person.other_script)
            assert words is not None, "a locale with slots for lives has life.toml"
            cities = self.lexicon.around(person.other_script)
            for slot in line.card:
                values["&" + slot] = card_slot(slot, person.life, words, cities, YEAR, self.grammar.days)
        values["p"] = answered
        values["op"] = self.opener

    def _decorated(self, person: Person, text: str) -> str:
        """The text with laughter or emoji, as the persona's manner has them, a quarter of people most of the latter."""
        manner, word = self.style.manners[person.persona], self.word()
        if (word & 0xFFFF) * 1000 >> 16 < manner.laugh >> 1:
            laugh = self.stream.pick(self.style.laughter[:_PLAIN])
            if word >> 16 & 1:
                text = self.laughed[0].format(laugh=laugh, text=text)
            else:
                text = text + laugh if text[-1] in "。！？!?~…" else self.laughed[1].format(laugh=laugh, text=text)
        share = manner.emoji_busy if person.emoji < 16384 else manner.emoji_rare
        if word >> 16 < share * _EMOJI >> 3:
            text += self.stream.pick(self.style.emoji)
        return text


def _marks(writers: tuple[Writer, Writer] | None) -> tuple[str, tuple[str, str]]:
    """The comma of a locale, and how laughter stands before a text and behind it."""
    return (writers[0].hand.comma, writers[0].hand.laughed) if writers else ("，", ("{laugh} {text}", "{text} {laugh}"))


def _is_whole(text: str) -> bool:
    """Whether every quotation that begins in a text ends in it."""
    return text.count("“") == text.count("”") and text.count("「") == text.count("」")


def _kinds(telling: Telling) -> dict[str, tuple[str, ...]]:
    """The printed facts of each type."""
    found: dict[str, list[str]] = {}
    for name, fact in telling.schema.facts.items():
        if name in telling.printed and fact.kind in TYPES:
            found.setdefault(fact.kind, []).append(name)
    return {kind: tuple(names) for kind, names in found.items()}
