"""What a thread begins with, an article or a member's opening post, and the conversation under it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from forgegen.generate.hands.known_hands import HANDS
from forgegen.generate.lexicon import Lexicon
from forgegen.generate.made import Made, MadePost
from forgegen.generate.people import Person
from forgegen.generate.profile import Profile
from forgegen.generate.stories.compiled import load_story
from forgegen.generate.stories.deck import Card
from forgegen.generate.stories.story_library import FOLDERS, Tale, branch_of
from forgegen.generate.stories.telling import Telling, tell
from forgegen.generate.style import load_style
from forgegen.generate.voice.owners import Owners
from forgegen.generate.voice.reading import BankPlace
from forgegen.generate.voice.talk import PlainTalk, Spoken
from forgegen.model.thread import Article
from forgegen.streams.stream import Stream


class Begun(msgspec.Struct, frozen=True):
    """The beginning of a thread with the conversation that follows."""

    tale: Tale
    article: Article
    talk: PlainTalk
    telling: Telling
    wall: int

    def made(self, said: Sequence[Spoken]) -> Made:
        """What the generator knows of the thread; ``said`` are its posts in page order."""
        told = self.telling
        return Made(
            topic=self.tale.topic,
            schema=self.tale.key,
            branch=told.branch,
            stage=told.stage,
            printed=tuple(sorted(told.printed)),
            happened={name: at - self.wall for name, at in told.happens.items()},
            posts=tuple(map(_made_post, said)),
        )


def _made_post(said: Spoken) -> MadePost:
    return MadePost(said.act, said.polarity, said.line.id if said.line else "", said.person.number)


def begin(
    stream: Callable[[str], Stream], lexicon: Lexicon, profile: Profile, card: Card[Tale], written: int, wall: int,
    opener: Person | None, root: str, owners: Owners, place: BankPlace, poster: str | None = None,
) -> Begun:  # fmt: skip
    """The beginning that a card says, written at that time on the board's wall; by ``opener`` if it is a post.

    News are an outlet's, or posted by ``poster``.
    """
    tale, style = card.item, load_style(lexicon)
    kind = "news" if opener is None else "post"
    story = load_story(lexicon, FOLDERS[kind], tale.topic, tale.key)
    words, branch, visit = stream("story"), branch_of(root, card), card.turn // tale.branches
    if opener is None:
        hand = partial(HANDS[style.grammar.hand].printed, style)
        telling = tell(words, lexicon, story, branch, written, visit=visit, typed=hand)
        outlet = words.pick(lexicon.outlets)
        byline = outlet if poster is None else poster
    else:
        byline, other = opener.author.name, opener.other_script
        hand = partial(HANDS[style.grammar.hand].typed, style, opener)
        telling = tell(words, lexicon, story, branch, written, other=other, visit=visit, opener=byline, typed=hand)
    article = Article(telling.title, byline, telling.caption, telling.paragraphs)
    talk = PlainTalk(stream("words"), lexicon, profile, telling, owners, place, opener)
    return Begun(tale, article, talk, telling, wall)
