"""Threads of linear boards, in every locale that has opening posts; how people write who write in letters."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from forgegen.generate.grammar import load_grammar
from forgegen.generate.hands import alphabetic as letters
from forgegen.generate.hands.known_hands import HANDS
from forgegen.generate.lexicon import load_lexicon, locale_names
from forgegen.generate.making import make_thread
from forgegen.generate.people import Person
from forgegen.generate.profile import load_profile
from forgegen.generate.style import load_style
from forgegen.model import Author, Thread, read_text, write_text
from forgegen.model.tree import parents_of
from forgegen.streams.stream import Stream
from tests.threads import Made, make_plain

COUNT = 200
pytestmark = pytest.mark.few("locale", key="forum")


def forum(locale: str) -> Made[Thread]:
    """Threads of a locale's forum."""
    return Made(lambda: (make_plain(5, i, locale=locale, profile="forum") for i in range(COUNT)))


FORUM = {locale: forum(locale) for locale in locale_names()}
NEWS = Made(lambda: (make_plain(5, i, locale="en") for i in range(COUNT)))
ENGLISH = Made(lambda: (*FORUM["en"], *NEWS))
STYLE = load_style(load_lexicon("en"))


def texts_of(thread: Thread) -> list[str]:
    """Everything that somebody wrote in a thread."""
    return [thread.article.title, *thread.article.paragraphs, *(p.text for p in thread.posts)]


def person(*, punctuates: int = 65535, kin: int = 65535, joiner: int = 65535) -> Person:
    """Somebody who writes well, but for what is asked."""
    return Person(Author("kev"), "plain", False, 0, kin, 3, joiner, punctuates, 0)


@pytest.mark.parametrize("locale", locale_names())
def test_a_forum_thread_begins_with_a_members_post(locale: str) -> None:
    """The byline is a member's name, there is no caption, and no outlet; the zone is the locale's."""
    lexicon = load_lexicon(locale)

    for thread in FORUM[locale]:
        assert thread.article.byline not in lexicon.outlets
        assert thread.article.caption == ""
        assert 3 <= len(thread.article.paragraphs) <= 8
        assert thread.zone == load_grammar(lexicon).zone
        assert (thread.board.name, thread.board.latin) in lexicon.every_board


@pytest.mark.parametrize("locale", locale_names())
def test_who_opened_a_thread_comes_back(locale: str) -> None:
    """In most threads of some size, never as the first to reply, with a tenth to a third of all comments."""
    own = total = threads = back = 0
    for thread in FORUM[locale]:
        arrived = sorted(thread.posts, key=lambda p: p.arrival or 0)
        mine = [p.author is not None and p.author.name == thread.article.byline for p in arrived]
        assert not any(mine[:1])
        own, total = own + sum(mine), total + len(mine)
        if len(mine) >= 10:
            threads, back = threads + 1, back + any(mine)

    assert back / threads > 0.8
    assert 0.1 < own / total < 0.33


@pytest.mark.parametrize("locale", locale_names())
def test_a_quarter_to_two_fifths_answer_an_earlier_reply(locale: str) -> None:
    """The rest answers the opening post; chains are short."""
    depths = Counter(p.depth for t in FORUM[locale] for p in t.posts)
    total = depths.total()

    assert 0.25 < 1 - depths[1] / total < 0.40
    assert sum(n for depth, n in depths.items() if depth > 4) / total < 0.05


@pytest.mark.parametrize("locale", locale_names())
def test_nothing_is_left_open(locale: str) -> None:
    """No slot, choice or per cent form stays in a text, whatever the kind of story."""
    for thread in [*FORUM[locale], *(make_thread(6, i, locale=locale) for i in range(COUNT))]:
        for text in (*texts_of(thread), thread.article.caption):
            assert not re.search(r"[{}]|%s|%\(|<[^<>]*\|", text), text
            assert text == text.strip() != "" or text == thread.article.caption, text


@pytest.mark.parametrize("locale", locale_names())
def test_forum_threads_survive_their_readable_text(locale: str) -> None:
    """What is written reads back to the same text."""
    for thread in FORUM[locale]:
        text = write_text(thread)

        assert write_text(read_text(text)) == text


@pytest.mark.parametrize("locale", locale_names())
def test_only_stock_replies_stand_twice_in_a_thread(locale: str) -> None:
    """People do not repeat each other but for the short replies that all know."""
    lexicon = load_lexicon(locale)
    stock = {script for clauses in lexicon.stock.values() for c in clauses for script in (c.template, c.other)}
    for thread in FORUM[locale]:
        counts = Counter(p.text for p in thread.posts)
        again = {text for text, n in counts.items() if n > 1} - stock
        assert max(map(len, again), default=0) <= 16
        assert len(again) <= 2 + len(counts) // 20


def test_floors_of_a_linear_board_are_in_order_of_arrival() -> None:
    """Mentions of a floor in the Chinese forum mean the opening post's successors by time."""
    assert load_profile("forum").linear
    for thread in FORUM["zh-CN"]:
        arrived = sorted(thread.posts, key=lambda p: p.arrival or 0)
        parents = parents_of(p.depth for p in thread.posts)
        for post, parent in zip(thread.posts, parents, strict=True):
            named = re.match(r"(?:回复|回|To )(\d+)楼", post.text)
            if named and parent:
                assert arrived[int(named[1]) - 2] is thread.posts[parent - 1]


def test_english_threads_hold_no_chinese() -> None:
    """Neither letters nor marks."""
    for thread in ENGLISH:
        for text in (*texts_of(thread), thread.board.name, thread.article.caption, thread.article.byline):
            assert not re.search("[\u2e80-\u9fff\uff00-\uffef]", text), text


def test_english_articles_are_well_formed() -> None:
    """Titles, captions and paragraphs have the size and the ends that they should have."""
    for thread in NEWS:
        article = thread.article
        assert 20 <= len(article.title) <= 110
        assert re.search(r"^$|\([A-Z][a-z]+ \d{1,2}, \d{4}\)$", article.caption)
        assert 5 <= len(article.paragraphs) <= 12
        assert all(25 <= len(p) <= 500 and p[-1] in ".”" and p[0].upper() == p[0] for p in article.paragraphs)
        assert all(p.count("“") == p.count("”") for p in article.paragraphs)


def test_english_quotations_are_whole_sentences_of_the_story() -> None:
    """What stands in quotation marks before a remark stands so in the article or opening post."""
    quoted = 0
    for thread in ENGLISH:
        sentences = {s for p in thread.article.paragraphs for s in re.split(r"(?<=[.!?]) ", p)}
        for post in thread.posts:
            found = re.match(r'"([^"]{30,}[.!?])" ', post.text)
            if found:
                quoted += 1
                assert found[1] in sentences, post.text

    assert quoted > 10


def test_english_manners_are_there() -> None:
    """Lower case, missing stops, lol, smileys, names before an answer, one-word replies, capitals, long ones."""
    texts = [p.text for t in ENGLISH for p in t.posts]
    share = {
        "lower": sum(t == t.lower() for t in texts),
        "proper": sum(t[0].isupper() and t[-1] == "." for t in texts),
        "no stop": sum(t[-1].isalnum() for t in texts),
        "laughter": sum(bool(re.search(r"\b(?i:lol|haha|lmao|heh)\b", t)) for t in texts),
        "smiley": sum(bool(re.search(r"[:;][-)DP(]", t)) for t in texts),
        "mention": sum(t.startswith("@") for t in texts),
        "short": sum(len(t) <= 12 for t in texts),
        "long": sum(len(t) > 200 for t in texts),
        "no apostrophe": sum(bool(re.search(r"\b(?i:dont|cant|didnt|isnt|doesnt|ive|im)\b", t)) for t in texts),
        "ellipsis": sum("..." in t for t in texts),
        "misspelt": sum(
            bool(re.search(r"\b(?i:alot|thier|wierd|definately|seperate|tho|prolly|should of)\b", t)) for t in texts
        ),
    }

    assert {name for name, n in share.items() if n < 0.002 * len(texts)} == set()
    assert 0.1 < share["lower"] / len(texts) < 0.4
    assert share["proper"] / len(texts) > 0.2


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        (person(), "Don't. I'm sure... it's fine. Ask Corvane?? no"),
        (person(punctuates=0), "don't. i'm sure... it's fine. ask corvane?? no"),
        (person(kin=0), "Dont. Im sure... it's fine. Ask Corvane?? no"),
    ],
)
def test_how_somebody_types_is_a_habit(who: Person, shown: str) -> None:
    """Sentences begin with capitals, or nothing does; apostrophes stand, or do not; the same each time."""
    text = "don't. I'm sure... it's fine. ask Corvane?? no"

    assert letters.typed(STYLE, who, text) == shown


def test_favourite_misspellings_are_a_habit_too() -> None:
    """Whole words only."""
    assert letters.typed(STYLE, person(joiner=0), "it's a lot, though allotted") == "Its alot, tho allotted"


def test_ideographs_are_typed_as_they_stand() -> None:
    """The other hand changes nothing here."""
    assert HANDS["ideographs"].typed(STYLE, person(punctuates=0), "OK，好") == "OK，好"


def test_what_slots_make_wrong_is_mended() -> None:
    """Articles agree, days lose a preposition they bring, one is not many, and sentences begin with capitals."""
    text = "a old stone, a $8 one, since on Tuesday. the the Weavers had 1 inches, not 1.1 inches"

    assert letters.printed(STYLE, text) == (
        "An old stone, an $8 one, since Tuesday. The Weavers had 1 inch, not 1.1 inches"
    )


def test_lower_case_writers_leave_out_the_last_stop() -> None:
    """And nobody has two."""
    manner = STYLE.manners["terse"]
    ends = {letters.finish(Stream("end", i), STYLE, manner, person(punctuates=0), False, "It fell.") for i in range(9)}

    assert "it fell" in ends
    assert not [text for text in ends if re.search(r"\w\.$", text) and ".." in text]
