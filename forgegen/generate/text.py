"""What people write: comments that speak of the story, replies that answer their parent.

A comment has a role (first reaction, answer, quarrel, joke, question, aside), a stance and an aspect of the
topic; a reply takes its
parent's aspect and reacts to its stance. Words come from the story itself, the topic's file or the persona's
file; clauses of
one comment stand in the places they are written for. Nothing is said twice in a thread but stock replies.
"""

from __future__ import annotations

import re

import msgspec

from forgegen.generate.article import Story
from forgegen.generate.habits import finish, join, vary
from forgegen.generate.lexicon import Clause, Lexicon, Pools
from forgegen.generate.people import Person
from forgegen.generate.profile import Profile
from forgegen.generate.style import Manner, Style, load_style
from forgegen.streams.stream import Stream

_CANDIDATES = 3  # clauses looked at for one whose length fits
_REDRAWS = 12  # whole comments drawn again before one is made longer instead
_FRAGMENT = re.compile(r"[^\W_][^\s，。！？,.!?~…、：:;；“”【】()（）@#]{3,13}")
_DIGITS = tuple(map(str, range(100)))
_SENTENCE = re.compile(r"[^。！？]{12,60}[。！？]”?")
_SAYS = {"for": "first", "against": "first", "mock": "first", "ask": "question"}


class Said(msgspec.Struct, frozen=True):
    """One comment as others see it."""

    text: str
    role: str
    stance: str
    aspect: str
    person: Person
    floor: int


class Talk:
    """The conversation of one thread; ``comment`` and ``reply`` are called in order of arrival."""

    def __init__(self, stream: Stream, lexicon: Lexicon, profile: Profile, story: Story) -> None:
        self.stream, self.lexicon, self.story = stream, lexicon, story
        self.style: Style = load_style(lexicon)
        self.stock_share = profile.text["stock"]
        self.topic = lexicon.pools("topics", story.topic)
        self.seen: set[str] = set()
        self.used: set[int] = set()
        self.stances: dict[str, str] = {}
        self.posts: dict[str, list[str]] = {}
        self.facts = (dict(story.facts[0]), dict(story.facts[1]))
        self.around = (lexicon.around(False), lexicon.around(True))
        self.slots: dict[str, str] = {}
        self.other = False
        self.parent: Said | None = None
        self.says = list(story.says)

    def comment(self, person: Person, floor: int) -> Said:
        """A root comment."""
        return self._say(person, floor, None, None)

    def reply(self, person: Person, floor: int, parent: Said, grandparent: Said | None) -> Said:
        """An answer to another comment."""
        return self._say(person, floor, parent, grandparent)

    def _say(self, person: Person, floor: int, parent: Said | None, grand: Said | None) -> Said:
        stream, manner = self.stream, self.style.manners[person.persona]
        stance = self._stance(person, manner)
        if stream.word() >> 16 < self.stock_share:
            stock = stream.pick(self.lexicon.stock["reply" if parent else "root"])
            text = stock.fill({}, person.other_script)
            self.seen.add(text)
            return Said(text, "stock", stance, parent.aspect if parent else "*", person, floor)
        role = self._role(manner, stance, person, parent, grand)
        aspect = parent.aspect if parent else stream.pick(self.story.aspects)
        if aspect == "*":
            aspect = stream.pick(self.story.aspects)
        self._bind(person, parent)
        for tries in range(_REDRAWS + 40):
            text = self._draft(person, manner, role, stance, aspect, parent, tries)
            if text not in self.seen:
                break
        self.seen.add(text)
        self.posts.setdefault(person.author.name, []).append(text)
        return Said(text, role, stance, aspect, person, floor)

    def _stance(self, person: Person, manner: Manner) -> str:
        name = person.author.name
        stance = self.stances.get(name)
        if stance is None:
            stance = self.stances[name] = self.stream.pick(manner.stances)
        return stance

    def _role(self, manner: Manner, stance: str, person: Person, parent: Said | None, grand: Said | None) -> str:
        if parent is None:
            return self.stream.pick(manner.roles)
        x = self.stream.below(100)
        if parent.person is person:
            return "aside" if x < 25 else "answer"
        if parent.role == "question":
            return "answer" if x < 80 else "joke"
        angry = 85 if grand is not None and grand.person is person else 66 if stance != parent.stance else 18
        if x < angry:
            return "quarrel"
        return "answer" if x < 90 else "joke" if x < 96 else "question"

    def _bind(self, person: Person, parent: Said | None) -> None:
        """Slots that depend on who writes and whom they answer."""
        other = person.other_script
        cities, kin = self.around[other]
        word = self.stream.word()
        self.other, self.parent = other, parent
        self.slots = slots = self.facts[other]
        slots["city"] = cities[person.city * len(cities) >> 16]
        slots["kin"] = kin[(person.kin ^ (word & 3)) % len(kin)]
        slots["years"] = str(person.years)
        slots["n"] = _DIGITS[2 + (word >> 24 & 7)]
        slots["nn"] = _DIGITS[10 + ((word >> 8 & 0xFF) * 86 >> 8)]
        if parent is not None:
            slots["p"] = parent.person.author.name
            slots["floor"] = str(parent.floor)

    def _fragment(self) -> str:
        """A piece of the parent's text to be quoted; empty where there is none."""
        if self.parent is None:
            return ""
        fragments = _FRAGMENT.findall(self.parent.text)
        return self.stream.pick(fragments) if fragments else ""

    def _draft(
        self, person: Person, manner: Manner, role: str, stance: str, aspect: str, parent: Said | None, tries: int
    ) -> str:
        stream = self.stream
        mine = self.posts.get(person.author.name)
        if mine and tries < 2 and stream.chance(manner.copy):
            return vary(stream, self.style, stream.pick(mine))
        goes_on = tries >= _REDRAWS or stream.chance(manner.long)
        lengths = self.style.long if goes_on else self.style.short
        target = lengths[stream.word() >> 20] + (40 * (tries - _REDRAWS + 1) if tries >= _REDRAWS else 0)
        own = self.lexicon.pools("personas", person.persona)
        head, role = self._head(own, manner, role, stance, aspect, target, parent)
        parts = [head]
        if goes_on:
            self._continue(parts, target, own, stance, aspect)
        elif target > len(head) + 9 and stream.chance(550):
            source = own if stream.chance(500) else self.topic
            parts.append(self._clause(source, aspect, "first", stance, "end", target - len(head)))
        joiner = stream.pick(manner.joiner) if manner.joiner else self._joiner(person)
        text = finish(stream, self.style, manner, person, role, join(parts, joiner))
        return self._front(parent, text) + text

    def _joiner(self, person: Person) -> str:
        return self.style.joiners[person.joiner * len(self.style.joiners) >> 16]

    def _front(self, parent: Said | None, text: str) -> str:
        """Now and then the floor or the name that is answered, unless the text says it itself."""
        if parent is None or not self.stream.chance(self.style.mention_share):
            return ""
        if self.slots["p"] in text or f"{parent.floor}楼" in text:
            return ""
        return self.stream.pick(self.style.mention_forms) % self.slots

    def _continue(self, parts: list[str], target: int, own: Pools, stance: str, aspect: str) -> None:
        """More clauses until a long comment is long enough, and one to close it."""
        stream, size = self.stream, len(parts[0])
        for _ in range(40):
            if size + 12 >= target:
                break
            x = stream.below(100)
            if x < 35:
                part = self._clause(self.topic, aspect, "first", stance, "mid", 18)
            elif x < 70:
                part = self._clause(own, "*", "first", stance, "mid", 18)
            elif x < 80:
                part = self._clause(self.topic, aspect, "first", stance, "open", 18)
            else:
                part = self._clause(
                    self.topic, stream.pick(self.story.aspects), "first", stance, "whole", target - size
                )
            parts.append(part)
            size += len(part) + 1
        source = own if stream.chance(500) else self.topic
        parts.append(self._clause(source, aspect, "first", stance, "end", max(6, target - size)))

    def _head(
        self, own: Pools, manner: Manner, role: str, stance: str, aspect: str, target: int, parent: Said | None
    ) -> tuple[str, str]:
        """The first clause, and the role it came to have."""
        stream = self.stream
        if parent is None and stream.chance(self.style.quote_share) and (sentences := self._sentences()):
            form, quoted = stream.pick(self.style.quote_forms), stream.pick(sentences)
            return form % quoted + self._clause(own, aspect, "first", stance, "whole", 12), "quote"
        if parent is None and self.says and stream.chance(240):
            say = self._take_say(stance)
            if say is not None:
                return say
        source = own if stream.chance(manner.own) else self.topic
        return self._clause(source, aspect, role, stance, "whole", target), role

    def _sentences(self) -> list[str]:
        """Sentences of one paragraph of the article."""
        return _SENTENCE.findall(self.stream.pick(self.story.article.paragraphs))

    def _take_say(self, stance: str) -> tuple[str, str] | None:
        """A reaction to this very story, each said once a thread."""
        fitting = [i for i, (kind, _) in enumerate(self.says) if kind in (stance, "ask")]
        if not fitting:
            return None
        kind, clause = self.says.pop(self.stream.pick(fitting))
        return clause.fill(self.slots, self.other), _SAYS[kind]

    def _clause(self, source: Pools, aspect: str, role: str, stance: str, place: str, target: int) -> str:
        """A clause of that kind, unused if possible, of about the length wanted; empty where there is none."""
        pool = source.find(aspect, role, stance, place) or self.topic.find(aspect, role, stance, place)
        if not pool:
            return ""
        used, count, word = self.used, len(pool), self.stream.word()
        best: Clause | None = None
        distance = 1 << 30
        for _ in range(_CANDIDATES):
            clause = pool[word * count >> 32]
            word = word * 2654435761 + 12345 & 0xFFFFFFFF  # a step of a linear congruence: three picks from one word
            off = clause.size - target
            off = off if off >= 0 else -off
            if off < distance and id(clause) not in used:
                best, distance = clause, off
        if best is None:
            best = next((c for c in pool if id(c) not in used), None) or pool[word * count >> 32]
        used.add(id(best))
        if best.needs_quote:
            fragment = self._fragment()
            if not fragment:
                return self._unquoted(pool)
            self.slots["pq"] = fragment
        return best.fill(self.slots, self.other)

    def _unquoted(self, pool: tuple[Clause, ...]) -> str:
        """A clause that quotes nothing; empty where all do."""
        free = [c for c in pool if not c.needs_quote]
        return self.stream.pick(free).fill(self.slots, self.other) if free else ""
