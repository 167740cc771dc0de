"""The conversation under a story told from a schema: each comment is one line of a bank.

A comment that answers the page does one of the acts of a table; one that answers another comment takes a line written
in answer to it, else one that fits its act. Nothing is said that the page, the hour or the writer's life contradict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec

from forgegen.generate.lexicon import Lexicon
from forgegen.generate.life import YEAR
from forgegen.generate.people import OWNERS, Person
from forgegen.generate.profile import Profile
from forgegen.generate.stories.telling import Telling
from forgegen.generate.style import load_style
from forgegen.generate.voice.bank import ANY, FELT, NOTHING, Bank, Line, load_bank
from forgegen.generate.voice.manner import load_manners
from forgegen.generate.voice.needs import foreseen, meets, stands
from forgegen.generate.voice.owners import BUSY, Owners
from forgegen.generate.voice.reading import BankPlace, Reader
from forgegen.generate.voice.subjects import subjects_of_story
from forgegen.generate.voice.wording import Wording
from forgegen.streams.stream import Stream

_TRIES = 6  # lines drawn from pools before the nearest free one is taken
_REACH = 48  # lines looked at for the nearest free one
_SHARES = {"news": (770, 910), "post": (860, 890)}  # ‰ up to which lines are the story's own, or its topic's
_DUE, _OFTEN = (
    {"plain/any": 11, "plain/board": 90},
    6,
)  # threads after which an anecdote is told again, of any page or of a topic
_LONG = 4  # times as many for a long comment
_AGAIN = 4  # characters of what may be said twice in a thread
_RATE = 45  # ‰ of comments that do what tables have less of
_BACK = 90  # ‰ of them that take a general answer to a line of one act
_ANYWHERE = 600  # ‰ of lines that, where the story has none left, fit any page rather than the topic
_TRUE_ACT = 250  # ‰ of lines that keep their act where the story has none of it left
_WRITTEN, _GENERAL = 720, 380  # ‰ of answers that take a line written for it, and of the rest that take a general one
_REPLYING = (980, 1000)  # the same of answers: who answers stays with what is spoken of
_OWN_TALE, _ANY_TALE = 700, 480  # ‰ of comments by who has something of their own to tell, of this story or of others
_OWN_NEWS = 500  # ‰ of what the opener says to all that is of this story, where it has such lines
_NEAR = {"blame": ("argue", "doubt", "blame"), "ask": ("ask", "tell"), "cheer": ("cheer", "react", "wish")}
_ANSWERED = frozenset(("ask", "tell", "advise", "joke", "thank", "answer"))  # acts with general answers anywhere
_GENERAL_BANK = 2  # among the banks of a thread
_FALLBACK = ("argue", "blame", "react", "joke", "ask", "advise", "wish", "cheer", "doubt", "tag")


class Spoken(msgspec.Struct, frozen=True, gc=False):
    """One comment as others see it, with the line that was said; None where it is laughter or a stock reply."""

    text: str
    person: Person
    floor: int
    act: str
    polarity: str
    line: Line | None

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return self.line is not None and self.line.asks


class PlainTalk:
    """The conversation of one thread; ``say`` is called in order of arrival."""

    def __init__(
        self,
        stream: Stream,
        lexicon: Lexicon,
        profile: Profile,
        telling: Telling,
        owners: Owners,
        place: BankPlace,
        opener: Person | None = None,
    ) -> None:
        """``place`` is where banks are read."""
        self.stream, self.word, self.telling, self.opener = stream, stream.word, telling, opener
        self.lexicon, self.style, self.stock_share = lexicon, load_style(lexicon), profile.text["stock"] >> 1
        self.wording = Wording(stream, lexicon, telling, opener)
        kind = "news" if opener is None else "post"
        self.tables, self.shares = _tables(lexicon, kind), _SHARES[kind]
        folder = "stories" if opener is None else "openers"
        self.story = load_bank(lexicon, folder, telling.topic, telling.schema.key + ".txt")
        self.subjects = subjects_of_story(lexicon, folder, telling.topic, telling.schema.key)
        self.general = _general(lexicon, kind)
        own = telling.topic + ".txt"
        rest = (load_bank(lexicon, "plain", "rest", name) for name in (own, "any.txt"))  # said where all else was
        self.banks = (self.story, load_bank(lexicon, "plain", own), self.general, *rest)
        self.tales = [owners.tales(bank) for bank in self.banks]
        self.printed, self.kinds = telling.printed, self.wording.kinds
        moods = {line.polarity for line in self.story.roots.get("react", ())} | {"0"}
        self.moods = sorted(moods)
        self.place, self.rates = place, load_manners(lexicon).acts[kind]
        self.pools = [bank.pools(number == 0) for number, bank in enumerate(self.banks)]
        self.readers: dict[tuple[str, int], Reader] = {}  # by act and bank
        self.dry: set[tuple[str, int]] = set()  # acts and banks that had nothing left
        self.used: set[int] = set()
        self.worn: set[int] = set()  # lines of everybody's that were said twice
        self.seen: set[str] = set()
        self.spent = False  # whether nothing is left to say
        self.by = 0

    def say(self, person: Person, floor: int, by: int, parent: Spoken | None = None) -> Spoken:
        """A comment that is written ``by`` so many seconds after the page: on the page, or in answer to ``parent``."""
        self.by = by
        if self.word() >> 16 < self.stock_share and not (parent and parent.act in ("ask", "answer")):
            return self._stock(person, floor, parent)
        line = self._line(person, parent)
        if line is None:
            told = self.spent or self._opened(person)
            return self._stock(person, floor, parent) if told else self._laughter(person, floor)
        text = self.wording.again(person) or self._text(person, line, parent)
        for _ in range(_TRIES):
            if line.common or text not in self.seen:
                break
            line = self._line(person, parent) or line
            text = self._text(person, line, parent)
        (self.worn if line.number in self.used else self.used).add(line.number)
        self.seen.add(text)
        return Spoken(text, person, floor, line.act, line.polarity, line)

    def _text(self, person: Person, line: Line, parent: Spoken | None) -> str:
        answered, floor = (parent.person.author.name, parent.floor) if parent else ("", 0)
        return self.wording.write(person, line, answered, floor)

    def _opened(self, person: Person) -> bool:
        """Whether this person wrote the opening post."""
        return self.opener is not None and person.number == self.opener.number

    def _line(self, person: Person, parent: Spoken | None) -> Line | None:
        """What is said; None for laughter."""
        if self._opened(person):
            return self._opener_line(person, parent)
        if parent is not None and parent.person.number != person.number:
            found = self._answer(person, parent)
            if found is not None:
                return found
        x, tale = self.word() * 1000 >> 32, None
        if person.number < BUSY and x < _OWN_TALE:
            tale = self._tale(person, self.tales[: 1 if parent or x >= _ANY_TALE else None])
        return tale or self._root(person, parent)

    def _root(self, person: Person, parent: Spoken | None) -> Line | None:
        """A line on the page itself; under another comment, one that does something like it."""
        table, word = self.tables[person.persona], self.word
        act = table[word() * len(table) >> 32]
        if parent is not None and parent.act in _NEAR:
            act = self.stream.pick(_NEAR[parent.act])
        if act == "laughter":
            return None
        if act == "tell" and person.number < BUSY and parent is None:
            tale = self._tale(person, self.tales[1:])
            if tale is not None:
                return tale
        own, near = self.shares if parent is None else _REPLYING
        for _ in range(_TRIES):
            x = word() * 1000 >> 32
            number = 0 if x < own else 1 if x < near else 2
            line = self._next(act, number, person)
            if line is not None:
                return line
        return self._nearest(person, act)

    def _next(self, act: str, number: int, person: Person, reach: int = 1) -> Line | None:
        """The next line of a bank that does this and fits, if it is not far."""
        rate = _BACK if act[0] == ANY else max(self.rates.get(act, 0), _RATE)
        if number and act in FELT:
            act, rate = self._mood(act, number, rate)
        reader = self.readers.get((act, number))
        if reader is None:
            pool = self.pools[number].get(act, NOTHING)
            reader = self.readers[act, number] = Reader(pool, self.place, number, act, rate, self.subjects)
        return reader.next(self.word(), lambda line: self._fits(line, person), reach)

    def _mood(self, act: str, number: int, rate: int) -> tuple[str, int]:
        """A pool of lines that fit the feelings which this page rouses, and its share of the rate."""
        sizes = [self.pools[number][act + mood].size for mood in self.moods]
        whole = sum(sizes)
        x = self.word() * whole >> 32
        for mood, size in zip(self.moods, sizes, strict=True):
            if x < size:
                return act + mood, rate * size // whole
            x -= size
        return act + "0", rate

    def _nearest(self, person: Person, act: str) -> Line | None:
        """What is left to say where an act has no line: any other of the story's mostly, then of the topic and any."""
        at = self.word() * len(_FALLBACK) >> 32
        acts = (act, *_FALLBACK[at:], *_FALLBACK[:at])
        if self.stream.chance(_TRUE_ACT):
            acts = acts[:1]
        order = (0, 2, 1, 3, 4) if self.stream.chance(_ANYWHERE) else (0, 1, 2, 3, 4)
        for number in order:
            for other in acts if number == 0 else (act, *_FALLBACK):
                if (other, number) in self.dry:
                    continue
                found = self._next(other, number, person, _REACH)
                if found is not None:
                    return found
                self.dry.add((other, number))
        self.spent = True
        return None

    def _first(self, pool: tuple[Line, ...], person: Person) -> Line | None:
        """The first fitting line from a random place on, if it is not far."""
        if not pool:
            return None
        start = self.word() * len(pool) >> 32
        for i in range(start, start + min(len(pool), _REACH)):
            line = pool[i % len(pool)]
            if self._fits(line, person):
                return line
        return None

    def _tale(self, person: Person, tales: Sequence[Mapping[int, tuple[Line, ...]]]) -> Line | None:
        """Something that is this person's own to tell, if there is anything."""
        for owned in tales:
            mine = tuple(x for x in owned.get(person.number, ()) if self._is_due(x))
            found = self._first(mine, person)
            if found is not None:
                return found
        return None

    def _is_due(self, line: Line) -> bool:
        """Whether an anecdote is told in this thread: nobody tells the same one on every other page."""
        due = _DUE.get(line.file, _OFTEN) if line.file.startswith("plain/") else 1
        due *= _LONG if line.act == "essay" else 1
        return (line.number // OWNERS + self.place.index) % due == 0

    def _answer(self, person: Person, parent: Spoken) -> Line | None:
        """A line written in answer to what the parent said, or one that answers any line of its act."""
        if parent.line is not None:
            written = [x for bank in self.banks for x in bank.answers(parent.line)]
            if written and self.stream.chance(_WRITTEN):
                found = self._first(tuple(written), person)
                if found is not None:
                    return found
        answered = parent.act in _ANSWERED or (parent.line is not None and not parent.line.answers)
        if answered and self.stream.chance(_GENERAL):
            return self._next(ANY + parent.act, _GENERAL_BANK, person)
        return None

    def _opener_line(self, person: Person, parent: Spoken | None) -> Line | None:
        """What the author of the opening post tells, or answers."""
        lines = (*self.story.opener, *self.general.opener)
        if parent is None or parent.person.number == person.number:
            own = [x for x in self.story.opener if not x.answers] if self.stream.chance(_OWN_NEWS) else []
            mine = own or [x for x in lines if not x.answers]
        else:
            raw = parent.line.raw if parent.line else ""
            mine = [x for x in lines if x.answers == parent.act and x.key != ANY and x.key in raw]
            mine = mine or [x for x in lines if x.answers == parent.act and x.key == ANY]
        found = self._first(tuple(mine), person)
        if found is None:  # nothing is left but what stands by itself, or was said before and is short
            found = self._first(tuple(x for x in lines if not x.answers), person)
        if found is None:
            short = [x for x in mine or self.general.opener if x.free and x.common]
            found = self.stream.pick(short) if short else None
        return found

    def _fits(self, line: Line, person: Person) -> bool:
        """Whether this person may say the line now."""
        if line.number in self.used and (not line.common or len(line.raw) > _AGAIN or line.number in self.worn):
            return False
        if line.paper and self.opener is not None:
            return False
        if line.free:
            return True
        if not line.subjects <= self.subjects:
            return False
        if line.facts and not line.facts <= self.printed:
            return False
        if line.kinds and any(kind not in self.kinds for kind in line.kinds):
            return False
        if line.events and not (
            stands(line.events, self.telling.branch, self.printed)
            and foreseen(line.events, self.telling.course, self.by)
        ):
            return False
        return not line.needs or all(meets(need, person.life, YEAR) for need in line.needs)

    def _stock(self, person: Person, floor: int, parent: Spoken | None) -> Spoken:
        """One of the short replies that many people repeat."""
        stock = self.stream.pick(self.lexicon.stock["reply" if parent else "root"])
        text = stock.draw(self.stream, {}, person.other_script)
        return Spoken(text, person, floor, "stock", "0", None)

    def _laughter(self, person: Person, floor: int) -> Spoken:
        return Spoken(self.stream.pick(self.style.laughter), person, floor, "laughter", "0", None)


@lru_cache(maxsize=16)
def _general(lexicon: Lexicon, kind: str) -> Bank:
    """Lines and answers that fit any page of news, or any opening post where a locale has lines for boards."""
    board = kind == "post" and lexicon.has("plain", "board.txt")
    names = ("board.txt",) if board else ("any.txt", "exchanges.txt")
    return _joined(load_bank(lexicon, "plain", name) for name in (*names, "replies.txt", "opener.txt"))


def _joined(banks: Iterable[Bank]) -> Bank:
    return Bank(line for bank in banks for line in bank.lines)


@lru_cache(maxsize=8)
def _tables(lexicon: Lexicon, kind: str) -> dict[str, tuple[str, ...]]:
    manners = load_manners(lexicon)
    return {persona: manners.table(kind, persona) for persona in load_style(lexicon).manners}
