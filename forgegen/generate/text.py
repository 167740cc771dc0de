"""What people write: comments that speak of the story, replies that answer their parent.

A comment has a role (first reaction, answer, quarrel, joke, question, aside), a stance and an aspect of the
topic; a reply takes its
parent's aspect and reacts to its stance. Words come from the story itself, the topic's file or the persona's
file; clauses of
one comment stand in the places they are written for. Nothing is said twice in a thread but stock replies.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

import msgspec

from forgegen.generate.article import Story
from forgegen.generate.hands.cjk import vary
from forgegen.generate.hands.registry import HANDS
from forgegen.generate.lexicon import Clause, Lexicon, Pool, Pools
from forgegen.generate.people import Person
from forgegen.generate.profile import Profile
from forgegen.generate.style import Manner, Style, load_style
from forgegen.streams.stream import Stream

_REDRAWS = 12  # drafts that were said already before one is made longer instead
_LONG_CLAUSE = 16  # Chinese characters from which a whole clause serves to go on with
_SAY_SHARE = 230  # ‰ of root comments that react to this very story
_DIGITS = tuple(map(str, range(100)))


class Said(msgspec.Struct, frozen=True, gc=False):
    """One comment as others see it."""

    text: str
    role: str
    stance: str
    aspect: str
    person: Person
    floor: int


class Voice(msgspec.Struct, frozen=True):
    """How a persona writes and with which words."""

    manner: Manner
    own: Pools


class Speaker(msgspec.Struct, frozen=True):
    """Somebody in this thread, with what was said so far."""

    person: Person
    voice: Voice
    stance: str
    texts: list[str]


class Talk:
    """The conversation of one thread; ``say`` is called in order of arrival."""

    def __init__(self, stream: Stream, lexicon: Lexicon, profile: Profile, story: Story) -> None:
        self.stream, self.word, self.lexicon, self.story = stream, stream.word, lexicon, story
        self.style, self.voices = load_voices(lexicon)
        self.grammar = self.style.grammar
        self.scale, hand = self.grammar.scale, HANDS[self.grammar.hand]
        self.join, self.finish = hand.join, hand.finish
        self.stock_share = profile.text["stock"]
        self.topic = lexicon.pools("topics", story.topic)
        self.aspects = story.aspects
        first, second = story.aspects[:2]
        self.others = {first: second, **dict.fromkeys(story.aspects[1:], first)}
        self.facts = (dict(story.facts[0]), dict(story.facts[1]))
        self.seen: set[str] = set()
        self.used: set[int] = set()
        self.speakers: dict[str, Speaker] = {}
        # Of the comment being written:
        self.speaker: Speaker | None = None
        self.parent: Said | None = None
        self.slots: dict[str, str] | None = None
        self.role = ""
        self.script = False

    def say(self, person: Person, floor: int, time: int, parent: Said | None = None, grand: Said | None = None) -> Said:
        """A root comment, or an answer to ``parent``, which itself may answer ``grand``."""
        w = self.word()
        name = person.author.name
        speaker = self.speakers.get(name)
        if speaker is None:
            voice = self.voices[person.persona]
            stances = voice.manner.stances
            speaker = Speaker(person, voice, stances[self.word() * len(stances) >> 32], [])
            self.speakers[name] = speaker
        manner, stance = speaker.voice.manner, speaker.stance
        if name == self.story.opener:
            return self._come_back(speaker, floor, parent)
        if w & 0xFFFF < self.stock_share:
            return self._stock(person, floor, parent, stance)
        self.speaker, self.parent, self.slots, self.script = speaker, parent, None, person.other_script
        if parent is None:
            self.role = manner.roles[(w >> 16) * len(manner.roles) >> 16]
            aspect = "*"
        else:
            self.role = _reply_role((w >> 16) * 100 >> 16, stance, person, parent, grand)
            aspect = parent.aspect
        if aspect == "*":
            aspect = self.aspects[self.word() * len(self.aspects) >> 32]
        text = self._draft(speaker, aspect, 0)
        tries = 0
        while text in self.seen:
            tries += 1
            text = self._draft(speaker, aspect, tries)
        self.seen.add(text)
        speaker.texts.append(text)
        return Said(text, self.role, stance, aspect, person, floor)

    def _stock(self, person: Person, floor: int, parent: Said | None, stance: str) -> Said:
        """One of the short replies that many people repeat."""
        stock = self.stream.pick(self.lexicon.stock["reply" if parent else "root"])
        text = stock.draw(self.stream, {}, person.other_script)
        self.seen.add(text)
        return Said(text, "stock", stance, parent.aspect if parent else "*", person, floor)

    def _come_back(self, speaker: Speaker, floor: int, parent: Said | None) -> Said:
        """The author of the opening post tells how it went on, or answers."""
        person, stance = speaker.person, speaker.stance
        self.speaker, self.parent, self.slots, self.script = speaker, parent, None, person.other_script
        self.role = _opener_role(parent, person)
        text = self._opener_draft(speaker, 0)
        tries = 0
        while text in self.seen:
            tries += 1
            text = self._opener_draft(speaker, tries)
        self.seen.add(text)
        return Said(text, self.role, stance, parent.aspect if parent else self.aspects[0], person, floor)

    def _opener_draft(self, speaker: Speaker, tries: int) -> str:
        pools, stance, word = self.lexicon.pools("posts", "opener"), speaker.stance, self.word()
        target = self.style.short[word >> 20]
        fresh = [] if self.parent else [u for u in self.story.updates if id(u) not in self.used]
        parts = []
        if fresh and word & 1:
            clause = self.stream.pick(fresh)
            self.used.add(id(clause))
            parts.append(self._fill(clause))
        else:
            parts.append(self._clause(pools, "*", self.role, stance, "whole", target))
        for _ in range(tries):  # what was said already is said with more words
            parts.append(self._clause(pools, "*", self.role, stance, "whole", target))
        if word & 6 == 0 or tries > 1:
            parts.append(self._clause(pools, "*", self.role, stance, "end", target))
        text = self.join(parts, self._joiner(speaker.voice.manner, speaker.person))
        text = self.finish(self.stream, self.style, speaker.voice.manner, speaker.person, self.role, text)
        return text if self.parent is None else self._front(self.parent, text) + text

    def _draft(self, speaker: Speaker, aspect: str, tries: int) -> str:
        """A comment; each further try is less likely to have been said, in the end a longer one."""
        word, voice, person, stance, mine = self.word, speaker.voice, speaker.person, speaker.stance, speaker.texts
        manner = voice.manner
        if mine and tries < 2 and self.stream.chance(manner.copy):
            return vary(self.stream, self.style, self.stream.pick(mine))
        w, length = word(), word()  # three decisions of ten bits; a length and one decision
        if (w & 1023) * 1000 >> 10 < manner.long or tries >= _REDRAWS:
            target = self.style.long[length >> 20] + 40 * self.scale * max(0, tries - _REDRAWS + 1)
            text = self._long(speaker, aspect, target, w >> 10)
        else:
            target = self.style.short[length >> 20]
            text = self._head(voice, stance, aspect, target, w >> 10)
            if target > len(text) + 9 * self.scale and length & 1:
                source = voice.own if length & 2 else self.topic
                closing = self._clause(source, aspect, "first", stance, "end", target - len(text))
                text = self.join([text, closing], self._joiner(manner, person))
        text = self.finish(self.stream, self.style, manner, person, self.role, text)
        if self.parent is not None:
            return self._front(self.parent, text) + text
        return text

    def _head(self, voice: Voice, stance: str, aspect: str, target: int, bits: int) -> str:
        """The first clause; ``bits`` are two decisions. Sets the role that the comment comes to have."""
        if self.parent is None:
            x = (bits >> 10) * 1000 >> 12
            if x < self.style.quote_share:
                paragraph = self.stream.pick(self.story.article.paragraphs)
                sentences: list[str] = self.grammar.sentences.findall(paragraph)
                if sentences:
                    self.role = "first"
                    form = self.stream.pick(self.style.quote_forms)
                    remark = self._clause(voice.own, aspect, "first", stance, "whole", 12 * self.scale)
                    return form % _balanced(self.stream.pick(sentences)) + remark
            elif x < self.style.quote_share + _SAY_SHARE:
                said = self._react(stance)
                if said:
                    return said
        source = voice.own if (bits & 1023) * 1000 >> 10 < voice.manner.own else self.topic
        return self._clause(source, aspect, self.role, stance, "whole", target)

    def _react(self, stance: str) -> str:
        """A reaction to this very story, each said once a thread; empty where none is left."""
        fitting = self.story.says[stance]
        kind, clause = self.stream.pick(fitting)
        if id(clause) in self.used:
            kind, clause = next((pair for pair in fitting if id(pair[1]) not in self.used), ("", clause))
            if not kind:
                return ""
        self.used.add(id(clause))
        self.role = "question" if kind == "ask" else "first"
        return self._fill(clause)

    def _long(self, speaker: Speaker, aspect: str, target: int, bits: int) -> str:
        """Clauses until the comment is long enough, and one to close it."""
        voice, stance, topic, word = speaker.voice, speaker.stance, self.topic, self.word
        scale = self.scale
        head = self._head(voice, stance, aspect, 18 * scale, bits)
        parts, size = [head], len(head)
        if self.grammar.opens and word() & 1:
            parts.insert(0, self._clause(topic if bits & 1 else voice.own, aspect, "first", stance, "open", 0))
        pools = self._sources(voice, stance, aspect)
        for _ in range(40):
            if size + 12 * scale >= target:
                break
            x = word()
            part = self._any(pools[x & 7], x >> 8)
            if part not in parts:
                parts.append(part)
                size += len(part) + 1
        source = voice.own if word() & 1 else topic
        parts.append(self._clause(source, aspect, "first", stance, "end", max(6 * scale, target - size)))
        return self.join(parts, self._joiner(voice.manner, speaker.person))

    def _sources(self, voice: Voice, stance: str, aspect: str) -> tuple[Pool, ...]:
        """Eight pools that a long comment goes on from: middles, openings, longer clauses on this and another point."""
        other = self.others.get(aspect, aspect)
        key = (voice.manner.persona, stance, aspect, other)
        found = self.topic.sources.get(key)
        if found is None:
            topic = self.topic
            mid = topic.find(aspect, "first", stance, "mid")
            own = voice.own.find("*", "first", stance, "mid") or mid
            opening = topic.find(aspect, "first", stance, "open")
            wholes = [topic.find(a, "first", stance, "whole") for a in (aspect, other)]
            wholes.append(voice.own.find("*", "first", stance, "whole") or wholes[0])
            long, aside, said = (pool and pool.longer(_LONG_CLAUSE * self.scale) for pool in wholes)
            opening = mid if self.grammar.opens else opening
            pools = (mid, own, own, opening, long, long, aside, said)
            found = topic.sources[key] = tuple(p for p in pools if p is not None)
            assert len(found) == len(pools), f"{self.story.topic} has no middles, openings or whole clauses"
        return found

    def _any(self, pool: Pool, bits: int) -> str:
        """A clause of any length, the next unused one if there is any; ``bits`` are 24 random ones."""
        clauses, used = pool.clauses, self.used
        at = bits * len(clauses) >> 24
        clause = clauses[at]
        if id(clause) in used:
            clause = _unused(clauses, at, used)
        used.add(id(clause))
        if clause.slots:
            return self._fill(clause)
        return clause.other if self.script else clause.template

    def _joiner(self, manner: Manner, person: Person) -> str:
        if manner.joiner:
            return self.stream.pick(manner.joiner)
        return self.style.joiners[person.joiner * len(self.style.joiners) >> 16]

    def _front(self, parent: Said, text: str) -> str:
        """Now and then the floor or the name that is answered, unless the text says it itself."""
        if not self.stream.chance(self.style.mention_share):
            return ""
        name = parent.person.author.name
        if name in text or self.grammar.floor.format(floor=parent.floor) in text:
            return ""
        return self.stream.pick(self.style.mention_forms) % {"floor": parent.floor, "p": name}

    def _clause(self, source: Pools, aspect: str, role: str, stance: str, place: str, target: int) -> str:
        """A clause of that kind, unused if possible, of about the length wanted; empty where there is none."""
        kind = aspect, role, stance, place
        pool = source.kinds[kind] or self.topic.kinds[kind]
        if pool is None:
            return ""
        clauses, used, count, reach = pool.clauses, self.used, len(pool.clauses), pool.reach
        at = bisect_left(pool.sizes, target) - reach + (self.word() * (2 * reach + 1) >> 32)
        if at < 0:
            at = -at % count
        elif at >= count:
            at = (2 * count - 1 - at) % count
        clause = clauses[at]
        if id(clause) in used:
            clause = _unused(clauses, at, used)
        used.add(id(clause))
        if not clause.slots:
            return clause.other if self.script else clause.template
        if clause.needs_quote and not self._quote():
            return self._unquoted(pool)
        return self._fill(clause)

    def _fill(self, clause: Clause) -> str:
        if not clause.personal:
            return clause.fill(self.facts[self.script], self.script)
        slots = self.slots or self._bind()
        return clause.draw(self.stream, slots, self.script) if clause.choices else clause.fill(slots, self.script)

    def _bind(self) -> dict[str, str]:
        """All slots, with those that depend on who writes and whom they answer."""
        assert self.speaker is not None
        person, word = self.speaker.person, self.word()
        cities, kin = self.lexicon.around(self.script)
        self.slots = slots = self.facts[self.script]
        slots["city"] = cities[person.city * len(cities) >> 16]
        slots["kin"] = kin[(person.kin ^ (word & 3)) % len(kin)]
        slots["years"] = str(person.years)
        slots["n"] = _DIGITS[2 + (word >> 24 & 7)]
        slots["nn"] = _DIGITS[10 + ((word >> 8 & 0xFF) * 86 >> 8)]
        if self.parent is not None:
            slots["p"] = self.parent.person.author.name
            slots["floor"] = str(self.parent.floor)
        return slots

    def _quote(self) -> bool:
        """Bind a piece of the parent's text to be quoted; False where there is none."""
        fragments: list[str] = self.grammar.fragments.findall(self.parent.text) if self.parent is not None else []
        if not fragments:
            return False
        slots = self.slots or self._bind()
        slots["pq"] = self.stream.pick(fragments)
        return True

    def _unquoted(self, pool: Pool) -> str:
        """A clause that quotes nothing; empty where all do."""
        free = [c for c in pool.clauses if not c.needs_quote]
        return self._fill(self.stream.pick(free)) if free else ""


@lru_cache(maxsize=8)
def load_voices(lexicon: Lexicon) -> tuple[Style, dict[str, Voice]]:
    """The manners of a locale, and the voice of every persona."""
    style = load_style(lexicon)
    voices = {name: Voice(manner, lexicon.pools("personas", name)) for name, manner in style.manners.items()}
    return style, voices


def _opener_role(parent: Said | None, person: Person) -> str:
    """What the author of an opening post does: tells news, or answers as the other deserves."""
    if parent is None or parent.person is person:
        return "update"
    if parent.role in ("question", "joke", "quarrel"):
        return parent.role
    return {"for": "answer", "against": "quarrel", "mock": "joke"}[parent.stance]


def _balanced(sentence: str) -> str:
    """A sentence cut out of a paragraph, without the quotation marks whose partner stayed there.

    >>> _balanced("“来了就好。"), _balanced("他说：“来了就好。”")
    ('来了就好。', '他说：“来了就好。”')
    """
    if sentence.count("“") == sentence.count("”"):
        return sentence
    return sentence.replace("“", "").replace("”", "")


def _unused(clauses: tuple[Clause, ...], at: int, used: set[int]) -> Clause:
    """The first clause from there on, round the end, that is not used; the one there where all are."""
    count = len(clauses)
    for i in range(at + 1, at + count):
        clause = clauses[i if i < count else i - count]
        if id(clause) not in used:
            return clause
    return clauses[at]


def _reply_role(x: int, stance: str, person: Person, parent: Said, grand: Said | None) -> str:
    """What a reply does, from a number below 100: it answers questions, and quarrels with other stances."""
    if parent.person is person:
        return "aside" if x < 25 else "answer"
    if parent.role == "question":
        return "answer" if x < 80 else "joke"
    angry = 85 if grand is not None and grand.person is person else 66 if stance != parent.stance else 18
    if x < angry:
        return "quarrel"
    return "answer" if x < 90 else "joke" if x < 96 else "question"
