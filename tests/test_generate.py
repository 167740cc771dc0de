"""Generated threads: invariants, coherence, manners."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest

from forgegen.errors import UnknownName, UsageError
from forgegen.generate.clock import draw_times
from forgegen.generate.growth import draw_size, grow
from forgegen.generate.lexicon import load_lexicon, locale_names
from forgegen.generate.making import make_thread
from forgegen.generate.people import _SUFFIXES, People
from forgegen.generate.profile import load_profile, profile_names
from forgegen.model import Thread, read_text, write_text
from forgegen.model.calendar import local_at
from forgegen.model.readable import is_latin
from forgegen.model.tree import parents_of, reply_counts
from forgegen.streams.stream import Stream
from tests.threads import Made, make_plain
from tests.tiers import amount

THREADS = Made(lambda: (make_plain(3, index) for index in range(amount(120, 400))))
pytestmark = pytest.mark.scaled


def test_posts_stand_in_preorder_and_follow_what_they_answer() -> None:
    """Depths are a pre-order, arrival is a permutation, and a reply comes after its parent and the article."""
    for thread in THREADS:
        parents = parents_of(p.depth for p in thread.posts)
        assert sorted(p.arrival or 0 for p in thread.posts) == list(range(len(thread.posts)))
        for post, parent in zip(thread.posts, parents, strict=True):
            assert post.time is not None
            assert thread.published is not None
            before = thread.posts[parent - 1].time if parent else thread.published
            assert before is not None
            assert post.time > before


def test_the_latest_reply_is_the_last_posts_time() -> None:
    """Without comments it is the time of publication; observation comes after everything."""
    for thread in THREADS:
        last = max([p.time or 0 for p in thread.posts], default=thread.published)
        assert last is not None
        assert thread.last_reply == local_at(last, "PT")
        assert thread.observed is not None
        assert thread.observed > last


def test_an_author_has_one_avatar_and_latin_names_a_letter() -> None:
    """Within a thread a name stands for one author; a letter is shown exactly for Latin names."""
    for thread in THREADS:
        seen: dict[str, str | None] = {}
        for post in thread.posts:
            assert post.author is not None
            assert seen.setdefault(post.author.name, post.author.avatar) == post.author.avatar
            assert (post.author.avatar is not None) == is_latin(post.author.name)


def test_no_two_authors_say_the_same_but_for_stock_replies() -> None:
    """A text stands once in a thread unless it is one of the short replies that people repeat, which few do."""
    lexicon = load_lexicon("zh-CN")
    stock = {script for clauses in lexicon.stock.values() for c in clauses for script in (c.template, c.other)}
    again = total = 0
    for thread in THREADS:
        counts = Counter(p.text for p in thread.posts)
        repeated = {text for text, n in counts.items() if n > 1} - stock
        assert max(map(len, repeated), default=0) <= 14, repeated
        again, total = again + len(repeated), total + len(counts)

    assert again / total < 0.02


def test_views_cover_authors_and_counts_fit() -> None:
    """There are at least as many views as authors; direct replies add up."""
    for thread in THREADS:
        parents = parents_of(p.depth for p in thread.posts)
        assert thread.views >= len({p.author for p in thread.posts})
        assert sum(reply_counts(parents)) == sum(1 for p in parents if p)


def test_every_thread_survives_its_readable_text() -> None:
    """Nothing generated imitates the layout: the text reads back to the same text and the same tree."""
    for thread in THREADS:
        text = write_text(thread)
        again = read_text(text)
        assert write_text(again) == text
        assert [p.depth for p in again.posts] == [p.depth for p in thread.posts]
        assert again.article == thread.article


def test_articles_are_filled_and_well_formed() -> None:
    """No slot stays open; titles, captions, paragraphs and dates look as they should."""
    for thread in THREADS:
        article = thread.article
        for text in (article.title, article.caption, *article.paragraphs, *(p.text for p in thread.posts)):
            assert not re.search(r"[{}]|%s|%\(", text), text
        assert 8 <= len(article.title) <= 45
        assert re.search(r"\(\d{4}年\d{1,2}月\d{1,2}日\)$", article.caption or "(2024年1月1日)")
        assert 5 <= len(article.paragraphs) <= 18
        assert all(20 <= len(p) <= 220 for p in article.paragraphs), article.title


def test_comments_speak_of_their_articles_people_and_events() -> None:
    """Most threads of some size name what the article names: its people, organisation, place, thing or figure."""
    named = total = 0
    for thread in THREADS:
        if len(thread.posts) < 15:
            continue
        body = thread.article.title + "".join(thread.article.paragraphs)
        grams = {body[i : i + 3] for i in range(len(body) - 2)}
        hits = sum(any(p.text[i : i + 3] in grams for i in range(len(p.text) - 2)) for p in thread.posts)
        total += 1
        named += hits >= 2

    assert total > amount(25, 100)
    assert named / total > 0.7


def test_the_manners_of_the_board_are_there() -> None:
    """Foreign words, emoji, quotations, floor mentions, long comments, one-word replies, both scripts."""
    texts = [p.text for t in THREADS for p in t.posts]
    share = {
        "emoji": (sum(bool(re.search("[\U0001f300-\U0001faff]", t)) for t in texts), 0.004),
        "latin words": (sum(bool(re.search("[a-z]{3,}", t)) for t in texts), 0.01),
        "quotation": (sum(t.startswith("【") for t in texts), 0.001),
        "mention": (sum(bool(re.search(r"\d楼", t)) for t in texts), 0.001),
        "one word": (sum(len(t) <= 3 for t in texts), 0.03),
        "traditional": (sum(bool(re.search("[這說們個國還會沒對問為]", t)) for t in texts), 0.03),
        "long": (sum(len(t) > 60 for t in texts), 0.004),
    }

    assert {name for name, (count, least) in share.items() if count < least * len(texts)} == set()
    assert share["traditional"][0] / len(texts) < 0.3


def test_quotations_of_the_article_are_whole() -> None:
    """What stands in 【】 is a sentence of the article, with quotation marks in pairs."""
    quoted = [(t, q) for t in THREADS for p in t.posts for q in re.findall(r"^【(.*?)】", p.text)]

    assert len(quoted) > 10
    for thread, quotation in quoted:
        assert quotation.count("“") == quotation.count("”")
        body = re.sub("[“”，]", "", "".join(thread.article.paragraphs))
        assert re.sub("[“”， ]", "", quotation) in body.replace(" ", "")


def test_one_author_posts_near_copies() -> None:
    """Somewhere an author says nearly the same again."""
    found = 0
    for thread in THREADS:
        by: dict[object, list[str]] = defaultdict(list)
        for post in thread.posts:
            for earlier in by[post.author]:
                if len(earlier) > 15 and (earlier in post.text or post.text in earlier):
                    found += 1
            by[post.author].append(post.text)

    assert found > 10


def test_authors_play_ping_pong() -> None:
    """A-B-A chains stand in the news-board band (.30 to .60)."""
    hits = chances = 0
    for thread in THREADS:
        parents = parents_of(p.depth for p in thread.posts)
        for row, parent in enumerate(parents):
            grand = parents[parent - 1] if parent else 0
            if grand and thread.posts[parent - 1].author != thread.posts[row].author:
                chances += 1
                hits += thread.posts[grand - 1].author == thread.posts[row].author

    assert 0.3 < hits / chances < 0.65


# Expected values of the growth presets with their tolerance: root share, shares of 0 and 1 replies, A-B-A.
EXPECTED = {
    "reference": (0.807, 0.831, 0.147),
    "barrapunto": (0.262, 0.556, 0.267),
    "meneame-flat": (0.625, 0.712, 0.221),
    "meneame-nested": (0.365, 0.562, 0.304),
    "slashdot": (0.223, 0.599, 0.222),
    "wikipedia-talk": (0.574, 0.650, 0.285),
    "forum": (0.67, 0.739, 0.209),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_presets_grow_the_trees_they_are_fitted_to(name: str) -> None:
    """Pooled root share and reply shares lie within .03 of what the preset is known to give."""
    profile = load_profile(name)
    roots = total = 0
    replies: Counter[int] = Counter()
    for i in range(400):
        size = 26 if name == "reference" else draw_size(Stream("size", i), profile)
        tree = grow(Stream("tree", i), Stream("who", i), profile, size)
        total += size
        roots += tree.parents.count(0)
        replies.update(reply_counts(tree.parents))
    root, none, one = EXPECTED[name]

    assert roots / total == pytest.approx(root, abs=0.03)
    assert replies[0] / total == pytest.approx(none, abs=0.03)
    assert replies[1] / total == pytest.approx(one, abs=0.03)


@pytest.mark.every
def test_growing_costs_the_same_for_each_comment() -> None:
    """Words drawn per comment do not grow with the thread: the medians of seven threads of each size."""
    profile = load_profile("reference")

    def words(size: int, number: int) -> float:
        drawn = 0
        stream, people = Stream("cost", number, size), Stream("cost", "who", number, size)
        for s in (stream, people):
            word = s.word

            def counted(word: Callable[[], int] = word) -> int:
                nonlocal drawn
                drawn += 1
                return word()

            s.word = counted
        grow(stream, people, profile, size)
        return drawn / size

    large, small = (median(words(size, number) for number in range(7)) for size in (20_000, 500))
    assert large < 1.5 * small


@pytest.mark.parametrize("name", profile_names())
def test_times_ascend(name: str) -> None:
    """Comments arrive one after another, after publication, before observation."""
    times = draw_times(Stream("t", name), load_profile(name), 300)
    everything = [times.published, *times.comments, times.observed]

    assert everything == sorted(set(everything))


@pytest.mark.scaled
def test_people_are_themselves_in_every_thread() -> None:
    """A person's name and avatar depend on the seed alone; names of different people differ."""
    lexicon, profile = load_lexicon("zh-CN"), load_profile("reference")
    people, again = (People("dev/1/zh-CN", lexicon, profile) for _ in range(2))
    count = amount(8_000, 40_000)
    names = [people.person(n).author.name for n in range(count)]

    assert [again.person(n).author.name for n in reversed(range(0, count, 97))] == names[::97][::-1]
    assert len(set(names)) == len(names)


def test_suffixes_of_handles_differ() -> None:
    """No number is put behind a name twice."""
    assert len(set(_SUFFIXES)) == len(_SUFFIXES)


def test_a_new_draw_in_one_aspect_moves_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """With other words, everything but the words stays as it is."""
    before = make_thread(9, 4)
    plain = "forgegen.generate.voice.wording.Wording._decorated"
    monkeypatch.setattr(plain, lambda self, person, text: str(self.stream.word()))
    after = make_thread(9, 4)

    assert before.posts != after.posts
    assert [(p.author, p.time, p.likes, p.depth) for p in before.posts] == [
        (p.author, p.time, p.likes, p.depth) for p in after.posts
    ]
    assert (before.article, before.board, before.views) == (after.article, after.board, after.views)


def test_any_index_can_be_made() -> None:
    """Thread 10^12 and beyond are made directly."""
    assert isinstance(make_thread(7, 10**12), Thread)
    assert make_thread(7, 10**12) == make_thread(7, 10**12) != make_thread(7, 10**12 + 1)
    assert isinstance(make_thread(2**200, 2**100), Thread)


@pytest.mark.parametrize(("seed", "index"), [(-1, 0), (0, -5), (1.5, 0), ("7", 0), (True, 0)])
def test_wrong_seeds_are_refused(seed: Any, index: Any) -> None:
    """Negative, fractional and other numbers are errors that say what would be right."""
    with pytest.raises(UsageError, match="right would be a whole number"):
        make_thread(seed, index)


def test_unknown_locales_and_profiles_are_answered_with_the_nearest() -> None:
    """Names not in the registries."""
    with pytest.raises(UnknownName, match=r"Unknown locale 'zh-CM'\. Did you mean 'zh-CN'\?"):
        make_thread(1, 1, locale="zh-CM")
    with pytest.raises(UnknownName, match=r"Did you mean 'barrapunto'\?"):
        make_thread(1, 1, profile="barapunto")


def test_there_is_a_locale() -> None:
    """The registry of locales is not empty."""
    assert "zh-CN" in locale_names()
