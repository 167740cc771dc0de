"""What a thread begins with, an article or a member's opening post, and the conversation under it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

import msgspec

from forgegen.generate.article import write_opening, write_story
from forgegen.generate.hands.registry import HANDS
from forgegen.generate.lexicon import Lexicon
from forgegen.generate.made import Made, MadePost
from forgegen.generate.people import Person
from forgegen.generate.profile import Profile
from forgegen.generate.stories.catalogue import FOLDERS, Tale, branch_of
from forgegen.generate.stories.compiled import load_story
from forgegen.generate.stories.deck import Card
from forgegen.generate.stories.telling import Telling, tell
from forgegen.generate.style import load_style
from forgegen.generate.text import Said, Talk
from forgegen.generate.voice.owners import Owners
from forgegen.generate.voice.talk import PlainTalk, Spoken
from forgegen.model.calendar import DAY
from forgegen.model.thread import Article
from forgegen.streams.stream import Stream

Remark = Said | Spoken


class Conversation(Protocol):
    """Whoever writes the comments of a thread, in order of arrival."""

    def say(self, person: Person, floor: int, time: int, parent: Any = None, grand: Any = None) -> Any:
        """A comment at an instant, on the page or in answer to ``parent``, which may answer ``grand``."""


class Begun(msgspec.Struct, frozen=True):
    """The beginning of a thread with the conversation that follows."""

    tale: Tale
    article: Article
    talk: Conversation
    telling: Telling | None
    wall: int

    def made(self, said: Sequence[Remark]) -> Made:
        """What the generator knows of the thread; ``said`` are its posts in page order."""
        told = self.telling
        return Made(
            topic=self.tale.topic,
            schema=self.tale.key,
            branch=told.branch if told else "",
            stage=told.stage if told else "",
            printed=tuple(sorted(told.printed)) if told else (),
            happened={name: at - self.wall for name, at in told.happens.items()} if told else {},
            posts=tuple(map(_made_post, said)),
        )


def _made_post(remark: Remark) -> MadePost:
    if isinstance(remark, Said):
        return MadePost(remark.role, remark.stance, "", remark.person.number)
    return MadePost(remark.act, remark.polarity, remark.line.id if remark.line else "", remark.person.number)


def begin(
    stream: Callable[[str], Stream], lexicon: Lexicon, profile: Profile, card: Card[Tale], written: int, wall: int,
    opener: Person | None, root: str, owners: Owners, index: int,
) -> Begun:  # fmt: skip
    """The beginning that a card says, written at that time on the board's wall; by ``opener`` if it is a post."""
    tale = card.item
    if tale.skeleton >= 0:
        return _begin_old(stream, lexicon, profile, tale, written, wall, opener)
    kind = "news" if opener is None else "post"
    story = load_story(lexicon, FOLDERS[kind], tale.topic, tale.key)
    words, branch, visit = stream("story"), branch_of(root, card), card.turn // tale.branches
    if opener is None:
        telling = tell(words, lexicon, story, branch, written, visit=visit)
        byline = words.pick(lexicon.outlets)
    else:
        byline, other = opener.author.name, opener.other_script
        hand = _typist(lexicon, opener)
        telling = tell(words, lexicon, story, branch, written, other=other, visit=visit, opener=byline, typed=hand)
    article = Article(telling.title, byline, telling.caption, telling.paragraphs)
    talk = PlainTalk(stream("words"), lexicon, profile, telling, wall, owners, (index, card.turn), opener)
    return Begun(tale, article, talk, telling, wall)


def _begin_old(
    stream: Callable[[str], Stream], lexicon: Lexicon, profile: Profile, tale: Tale, written: int, wall: int,
    opener: Person | None,
) -> Begun:  # fmt: skip
    words, topic, number, day = stream("story"), tale.topic, tale.skeleton, written // DAY
    if opener is None:
        story = write_story(words, lexicon, topic, number, day)
    else:
        story = write_opening(words, lexicon, topic, number, day, opener, _typist(lexicon, opener))
    return Begun(tale, story.article, Talk(stream("words"), lexicon, profile, story), None, wall)


def _typist(lexicon: Lexicon, person: Person) -> Callable[[str], str]:
    style = load_style(lexicon)
    return partial(HANDS[style.grammar.hand].typed, style, person)
