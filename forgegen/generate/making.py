"""A thread from (edition, seed, index): each aspect from a stream of its own.

The edition names the generator's output. Streams: ``size``, ``tree``, ``who``, ``times``, ``story``,
``board``, ``people``, ``words``, ``bodies``, ``edits``, ``views``, ``likes``. A new draw in one changes no byte that
another decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

import msgspec

from forgegen.errors import UsageError, check_type, check_whole, quoted
from forgegen.generate.begin import Begun, begin
from forgegen.generate.clock import Times, draw_pace, draw_times, usual_life
from forgegen.generate.composing.composer import compose
from forgegen.generate.composing.edits import edit_instants
from forgegen.generate.defaults import DEFAULT_LOCALE, DEFAULT_PROFILE
from forgegen.generate.grammar import load_grammar
from forgegen.generate.growth import draw_size, grow
from forgegen.generate.lexicon import Lexicon, load_lexicon
from forgegen.generate.made import Made
from forgegen.generate.people import People, Person
from forgegen.generate.profile import Profile, load_profile
from forgegen.generate.stories.day_words import DayWords
from forgegen.generate.stories.story_library import board_of, deal, has_openings
from forgegen.generate.voice.owners import Owners
from forgegen.generate.voice.reading import Shelf
from forgegen.generate.voice.talk import PlainTalk, Spoken
from forgegen.model.calendar import DAY, local_at, offset_at
from forgegen.model.post_numbers import FIRST_THREAD, MOST_ID
from forgegen.model.thread import Article, Board, Odd, Post, Thread
from forgegen.model.tree import preorder
from forgegen.streams.fixed import exp, fixed, log, lognormal_table, normal
from forgegen.streams.stream import Stream

EDITION = "dev"
_MOST_SEED = 10**1000  # Python does not write out whole numbers that are much longer
_NEVER = 1 << 60
_EARLY = 10  # comments that get more likes for coming early
_ROOT_LIFT, _EARLY_LIFT = fixed("0.3"), fixed("0.5")


def check_seed(seed: object) -> None:
    """Raises: UsageError where no thread can be made from this seed."""
    check_whole("seed", seed)
    if isinstance(seed, int) and seed >= _MOST_SEED:
        raise UsageError(f"seed cannot be {quoted(seed)}; right would be a whole number of 1,000 digits at most")


def make_thread(seed: int, index: int, *, locale: str = DEFAULT_LOCALE, profile: str = DEFAULT_PROFILE) -> Thread:
    """Thread ``index`` of the corpus that ``seed`` names; the same for ever within an edition.

    Any index costs the same. Raises: UnknownName for a locale or profile; UsageError for a negative seed or index.
    """
    check_whole("index", index)
    check_seed(seed)
    check_type("locale", locale, str, "the name of a locale, as 'en'")
    check_type("profile", profile, str, "the name of a profile, as 'forum'")
    if index > MOST_ID - FIRST_THREAD:
        raise UsageError(f"index cannot be {quoted(index)}; right would be at most 10**36 - {FIRST_THREAD + 1}")
    return _Maker.get(seed, locale, profile).thread(index)


def make_made(
    seed: int, index: int, *, times: Times | None = None, locale: str = DEFAULT_LOCALE, profile: str = DEFAULT_PROFILE
) -> Made:
    """What the generator knows of a thread, at its own times or those given, and its page does not show."""
    _, begun, said = _Maker.get(seed, locale, profile).make(index, times)
    return begun.made(said)


def thread_pace(seed: int, index: int, *, locale: str = DEFAULT_LOCALE, profile: str = DEFAULT_PROFILE) -> list[int]:
    """After how many seconds of activity each comment of a thread comes, in order; empty where it has none."""
    return _Maker.get(seed, locale, profile).pace(index)


def thread_life(seed: int, index: int, *, locale: str = DEFAULT_LOCALE, profile: str = DEFAULT_PROFILE) -> int | None:
    """After how many seconds of activity a thread's last comment may be expected; None where it has none."""
    return _Maker.get(seed, locale, profile).life(index)


def thread_story(seed: int, index: int, *, locale: str = DEFAULT_LOCALE, profile: str = DEFAULT_PROFILE) -> str:
    """The name of the story that a thread tells."""
    tale = _Maker.get(seed, locale, profile).deck.at(index).item
    return f"{tale.topic}/{tale.key}"


def make_thread_at(
    seed: int, index: int, times: Times, *, locale: str = DEFAULT_LOCALE, profile: str = DEFAULT_PROFILE
) -> Thread:
    """The thread as ``make_thread`` makes it, at these times: one of a comment each."""
    return _Maker.get(seed, locale, profile).make(index, times)[0]


def make_title_at(
    seed: int, index: int, times: Times, *, locale: str = DEFAULT_LOCALE, profile: str = DEFAULT_PROFILE
) -> str:
    """The title of the thread that ``make_thread_at`` makes; much cheaper than the thread."""
    return _Maker.get(seed, locale, profile).title(index, times)


def make_people(seed: int, *, locale: str = DEFAULT_LOCALE, profile: str = DEFAULT_PROFILE) -> People:
    """The people who write the threads of a corpus; they do not depend on how many threads there are."""
    return _Maker.get(seed, locale, profile).people


def story_of(seed: int, index: int, *, locale: str = DEFAULT_LOCALE, profile: str = DEFAULT_PROFILE) -> str:
    """The name of the story that a thread tells, one of ``stories_of``; much cheaper than the thread."""
    maker = _Maker.get(seed, locale, profile)
    tale = maker.deck.at(index).item
    return f"{maker.kind}/{tale.topic}/{tale.key}"


def stories_of(locale: str = DEFAULT_LOCALE, profile: str = DEFAULT_PROFILE) -> tuple[str, ...]:
    """The names of all stories that threads of a locale and profile may tell."""
    maker = _Maker.get(0, locale, profile)
    return tuple(f"{maker.kind}/{tale.topic}/{tale.key}" for tale in maker.deck.order)


class _Maker:
    """What all threads of one (seed, locale, profile) share."""

    def __init__(self, seed: int, locale: str, profile: str) -> None:
        self.lexicon: Lexicon = load_lexicon(locale)
        self.profile: Profile = _at_home(load_profile(profile), self.lexicon)
        self.zone = load_grammar(self.lexicon).zone
        self.posts = self.profile.story == "post" and has_openings(self.lexicon)
        self.root = f"{EDITION}/{seed}/{locale}"
        self.people = People(self.root, self.lexicon, self.profile)
        self.owners = Owners(self.people)
        self.kind = "post" if self.posts else "news"
        self.deck = deal(f"{self.root}/{self.profile.name}", self.lexicon, self.kind)
        self.shelf = Shelf(f"{self.root}/{self.profile.name}", self.profile, self.deck)

    @staticmethod
    @lru_cache(maxsize=8)
    def get(seed: int, locale: str, profile: str) -> _Maker:
        return _Maker(seed, locale, profile)

    def thread(self, index: int) -> Thread:
        return self.make(index)[0]

    def pace(self, index: int) -> list[int]:
        """The active seconds after which the comments come."""
        root, profile = f"{self.root}/{self.profile.name}/{index}", self.profile
        size = draw_size(Stream(root, "size"), profile)
        return draw_pace(Stream(root, "times"), profile, size) if size else []

    def life(self, index: int) -> int | None:
        """The active seconds that a thread may be expected to live."""
        root, profile = f"{self.root}/{self.profile.name}/{index}", self.profile
        size = draw_size(Stream(root, "size"), profile)
        return usual_life(Stream(root, "times"), profile, size) if size else None

    def title(self, index: int, times: Times) -> str:
        """The title of a thread at these times, without its posts."""
        root = f"{self.root}/{self.profile.name}/{index}"
        begun = self._begun(partial(Stream, root), index, times, None if not self.posts else self._opener(root))
        return _dated(begun.article, begun.telling.days).title

    def _opener(self, root: str) -> Person:
        """Who opens a thread: the first of its people, whom the others do not change unless they are very many."""
        size = draw_size(Stream(root, "size"), self.profile)
        count = 1
        if 2 * (size + 1) > self.profile.population:
            tree = grow(Stream(root, "tree"), Stream(root, "who"), self.profile, size)
            count = max(tree.authors, default=0) + 1
        return self.people.draw(Stream(root, "people"), count)[0]

    def _begun(self, stream: Callable[[str], Stream], index: int, times: Times, opener: Person | None) -> Begun:
        """How a thread begins, before anybody answers."""
        profile, wall = self.profile, offset_at(times.published, self.zone)
        poster = self.people.draw(stream("poster"), 1)[0].author.name if profile.names and not self.posts else None
        return begin(
            stream,
            self.lexicon,
            profile,
            self.deck.at(index),
            times.published + wall,
            wall,
            opener,
            self.deck.root,
            self.owners,
            self.shelf.at(index),
            poster,
        )

    def make(self, index: int, times: Times | None = None) -> tuple[Thread, Begun, list[Spoken]]:
        """A thread, at its own times or those given, what it began with, and what its posts, in page order, do."""
        root, profile, card = f"{self.root}/{self.profile.name}/{index}", self.profile, self.deck.at(index)
        stream = partial(Stream, root)
        size = draw_size(stream("size"), profile)
        tree = grow(stream("tree"), stream("who"), profile, size)
        placed, times = times is not None, times or draw_times(stream("times"), profile, size, card.item.months)
        order, depths = preorder(tree.parents)
        people = self.people.draw(stream("people"), max(tree.authors, default=0 if self.posts else -1) + 1)
        opener = people[0] if self.posts else None
        begun = self._begun(stream, index, times, opener)
        floors = _floors(order, linear=profile.linear)
        said = _converse(begun.talk, [people[a] for a in tree.authors], tree.parents, floors, _latest(times.pace))
        likes = _likes(stream("likes"), profile, tree.parents)
        composed = compose(stream, self.lexicon, profile, self.root, begun, opener, said, times, tree.parents, order)
        board = "" if placed else profile.bodies  # on a site edits are left to its clock
        who = [one.person for one in said]
        edits = edit_instants(stream("edits"), board, self.root, who, times.comments, times.observed)
        words, posts = begun.telling.days, list[Post]()
        for i, depth in zip(order, depths, strict=True):
            one, body, edited = said[i], words.in_blocks(composed.posts[i]), edits[i]
            text = "ok" if body else words.filled(one.text)  # a body makes the text
            note = None if edited is None else Odd(edited=edited)
            posts.append(Post(text, depth, one.person.author, times.comments[i], likes[i], None, i, note, body))
        latest = times.comments[-1] if size else times.published
        thread = Thread(
            article=_dated(composed.article, words),
            posts=tuple(posts),
            board=Board(*board_of(self.deck.root, self.lexicon, card)),
            views=_views(stream("views"), profile, size, len(people)),
            last_reply=local_at(latest, self.zone),
            published=times.published,
            observed=times.observed,
            zone=self.zone,
            id=FIRST_THREAD + index,
            locale=self.lexicon.locale,
        )
        return thread, begun, [said[i] for i in order]


def _at_home(profile: Profile, lexicon: Lexicon) -> Profile:
    """The profile with the personas and the readers' zones of the locale, where it has its own."""
    own = {k: lexicon.style[k] for k in ("personas", "zones") if k in lexicon.style}
    return msgspec.structs.replace(profile, **own) if own else profile


def _floors(order: list[int], *, linear: bool) -> list[int]:
    """The floor of each comment, by arrival: its place on the page, or behind the opening post in the order of time."""
    if linear:
        return list(range(2, len(order) + 2))
    floors = [0] * len(order)
    for floor, i in enumerate(order, 1):
        floors[i] = floor
    return floors


def _latest(pace: Sequence[int]) -> list[int]:
    """By how many seconds after the page each comment is written at the latest, wherever the thread stands.

    Activity counted as time is a day short of the clock's at the most, and two days are for events that a page's own
    hour moved. On a site the last comment may come late.
    """
    return [(offset // DAY + 3) * DAY for offset in pace[:-1]] + [_NEVER] * len(pace[-1:])


def _dated(article: Article, words: DayWords) -> Article:
    """The article with its words for days."""
    if not words.marks:
        return article
    title, caption = words.filled(article.title), words.filled(article.caption)
    if article.body:
        return Article(title, article.byline, caption, body=words.in_blocks(article.body))
    return Article(title, article.byline, caption, tuple(map(words.filled, article.paragraphs)))


def _converse(
    talk: PlainTalk, people: list[Person], parents: list[int], floors: list[int], latest: list[int]
) -> list[Spoken]:
    """All comments in order of arrival; each knows by when it is written, its floor, its parent and the one above."""
    said: list[Spoken] = []
    for i, parent in enumerate(parents):
        said.append(talk.say(people[i], floors[i], latest[i], said[parent - 1] if parent else None))
    return said


def _views(stream: Stream, profile: Profile, size: int, authors: int) -> int:
    law = profile.views
    mean = law["a"] + (law["b"] * log(1 + size) >> 16)
    return max(exp(mean + (law["sd"] * normal(stream) >> 16)), authors, 1)


def _likes(stream: Stream, profile: Profile, parents: list[int]) -> list[int]:
    """Likes of each comment: mostly none, more for early and for root comments."""
    zero, word = profile.likes["zero"], stream.word
    reply, root = _like_tables(profile.name, early=True)
    likes = []
    for i, parent in enumerate(parents):
        if i == _EARLY:
            reply, root = _like_tables(profile.name, early=False)
        w = word()
        likes.append(0 if w & 0xFFFF < zero else (reply if parent else root)[w >> 20])
    return likes


@lru_cache(maxsize=64)
def _like_tables(name: str, *, early: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Quantiles of the likes of replies and of root comments that have any."""
    profile = load_profile(name)
    law, lift = profile.likes, _EARLY_LIFT if early else 0
    tables = (lognormal_table(law["mu"] + lift + more, law["sd"]) for more in (0, _ROOT_LIFT))
    reply, root = (tuple(min(max(1, n), profile.likes_cap) for n in table) for table in tables)
    return reply, root
