"""The bodies of a whole thread: of its posts, and of the article or the opening post."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from forgegen.generate.begin import Begun
from forgegen.generate.clock import Times
from forgegen.generate.composing.body_bank import has_bank
from forgegen.generate.composing.news import article_body
from forgegen.generate.composing.posts import PostComposer, Said
from forgegen.generate.lexicon import Lexicon
from forgegen.generate.people import Person
from forgegen.generate.profile import Profile
from forgegen.generate.stories.story_library import FOLDERS
from forgegen.generate.voice.subjects import fits_story
from forgegen.generate.voice.talk import Spoken
from forgegen.model.bodies import Block
from forgegen.model.thread import Article
from forgegen.streams.stream import Stream


class Composed(msgspec.Struct, frozen=True):
    """The article with its body, and the bodies of posts in order of arrival, empty ones of plain posts."""

    article: Article
    posts: list[tuple[Block, ...]]


def compose(
    stream: Callable[[str], Stream], lexicon: Lexicon, profile: Profile, root: str, begun: Begun,
    opener: Person | None, spoken: Sequence[Spoken], times: Times, parents: Sequence[int], order: Sequence[int],
) -> Composed:  # fmt: skip
    """The bodies of a thread; ``parents`` are places in the order of arrival from 1, ``order`` the page's."""
    article = begun.article
    if not has_bank(lexicon):
        return Composed(article, [()] * len(spoken))

    def part(name: object) -> Stream:
        return stream(f"bodies/{name}")

    tale, folder = begun.tale, FOLDERS["news" if opener is None else "post"]
    fits = fits_story(lexicon, folder, tale.topic, tale.key)
    composer = PostComposer(part, lexicon, profile.bodies, root, tale.topic, fits)
    if opener is None:
        choices = stream("bodies")
        body = article_body(choices, part, lexicon, profile.bodies, begun, times.published + begun.wall, fits)
        posts = composer.few(choices, spoken)
    else:
        opening = Said("\n".join(article.paragraphs), opener, 0, times.published, -1)
        body = composer.opening(article.paragraphs, opening)
        places = [0] * len(order)
        for n, i in enumerate(order, 1):
            places[i] = n
        rows = zip(spoken, places, times.comments, parents, strict=True)
        said = [Said(one.text, one.person, n, at, up - 1, one.act, one.asks, one.polarity) for one, n, at, up in rows]
        posts = composer.bodies(said, opening)
    if body:
        article = Article(article.title, article.byline, article.caption, body=body)
    return Composed(article, posts)
