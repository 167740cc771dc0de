"""Stories told from schemas: events in time, facts that agree, branches in turn, no story twice in a hundred threads."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

import forgegen
from forgegen.generate.grammar import load_grammar
from forgegen.generate.lexicon import load_lexicon, locale_names
from forgegen.generate.making import make_made, make_thread
from forgegen.generate.stories.compiled import heads, load_story
from forgegen.generate.stories.course import Course, plot
from forgegen.generate.stories.days import Days, counted, day_word, time_passed
from forgegen.generate.stories.deck import Deck, stirred, taken_in_turn
from forgegen.generate.stories.story_library import tales
from forgegen.generate.stories.story_schema import read_schema
from forgegen.generate.stories.telling import Telling, said_once, tell
from forgegen.maintain.words import check
from forgegen.model.calendar import DAY, HOUR, civil_from_days, days_from_civil
from forgegen.streams.stream import Stream, fingerprint
from tests.tiers import amount

LOCALES = Path(forgegen.__file__).parent / "locales"
LEXICON = load_lexicon("zh-CN")
STORIES = [(topic, head.key) for topic, head in heads(LEXICON, "stories")]
NOON = days_from_civil(2024, 5, 16) * DAY + 12 * HOUR


def told(topic: str, key: str, branch: int = 0, number: int = 0, written: int = NOON) -> Telling:
    """A telling of a story of the locale."""
    story = load_story(LEXICON, "stories", topic, key)
    return tell(Stream("told", key, branch, number), LEXICON, story, branch, written)


@pytest.mark.few("locale", keep=1)
@pytest.mark.parametrize("locale", ["zh-TW", *(name for name in locale_names() if name != "zh-TW")])
def test_the_words_have_no_mistakes(locale: str) -> None:
    """The maintenance command finds no error in what is shipped; twice a line is looked for within a locale."""
    assert [str(f) for f in check([LOCALES / locale]) if not f.warning] == []


# The deck


@pytest.mark.parametrize("size", [1, 2, 3, 7, 48, 150])
def test_a_deck_deals_every_item_once_a_round(size: int) -> None:
    """In each round every item comes once, in another order, and none again before two thirds of them."""
    deck = Deck("root", range(size))
    cards = [deck.at(place) for place in range(5 * size)]

    for turn in range(5):
        dealt = cards[turn * size : (turn + 1) * size]
        assert sorted(card.item for card in dealt) == list(range(size))
        assert {card.turn for card in dealt} == {turn}
    last: dict[int, int] = {}
    for place, card in enumerate(cards):
        assert place - last.get(card.item, -size) > size - max(1, size // 3)
        last[card.item] = place


def test_a_deck_is_reached_anywhere() -> None:
    """Seeds differ; place 7·10^9 costs nothing."""
    deck, again, other = Deck("a", range(60)), Deck("a", range(60)), Deck("b", range(60))

    assert deck.at(7_000_000_000) == again.at(7_000_000_000)
    assert [deck.at(i).item for i in range(60)] != [other.at(i).item for i in range(60)]


def test_what_is_taken_in_turn_is_taken_once() -> None:
    """A permutation for each path."""
    assert sorted(taken_in_turn(turn, 7, "x") for turn in range(7)) == list(range(7))
    assert sorted(stirred(at, 10, "y", 3) for at in range(10)) == list(range(10))


@pytest.mark.scaled
def test_no_story_comes_again_soon() -> None:
    """No story twice in two thirds as many threads as there are; each has its branches in turn."""
    count = len(tales(LEXICON, "news"))
    made = [make_made(11, i) for i in range(count * amount(4, 8) // 4)]
    last: dict[str, int] = {}
    for i, one in enumerate(made):
        assert i - last.get(one.schema, -count) > count - count // 3
        last[one.schema] = i
    by_story: dict[str, list[str]] = {}
    for one in made:
        by_story.setdefault(one.schema, []).append(one.branch)
    assert all(len(set(branches)) == len(branches) for branches in by_story.values() if branches[0])


@pytest.mark.every
def test_of_random_threads_few_tell_the_same() -> None:
    """The first repeated telling (story and branch) comes late: by the root of how many there are."""
    count = sum(tale.branches for tale in tales(LEXICON, "news"))
    firsts = []
    for run in range(9):
        seen: set[tuple[str, str]] = set()
        for n in range(200):
            made = make_made(3, fingerprint("random", run, n) % 10**12)
            if (made.schema, made.branch) in seen:
                break
            seen.add((made.schema, made.branch))
        firsts.append(len(seen))

    assert median(firsts) > 0.7 * count**0.5


# Time


@pytest.mark.few("topic", "key", keep=len(STORIES) // 3)
@pytest.mark.parametrize(("topic", "key"), STORIES, ids=lambda x: x)
def test_a_telling_prints_what_has_happened(topic: str, key: str) -> None:
    """In every branch conditions hold, no slot stays open, at least five paragraphs are printed, and a title."""
    story = load_story(LEXICON, "stories", topic, key)
    for branch in range(len(story.schema.branches)):
        for number in range(4):
            telling = told(topic, key, branch, number)
            assert telling.title
            assert len(telling.paragraphs) >= 5, telling
            for text in (telling.title, telling.caption, *telling.paragraphs):
                assert not re.search(r"[{}<>|]|%s", text), text
            assert telling.printed <= set(story.schema.facts) | {"op"} | {s for s in telling.printed if ":" in s}


@pytest.mark.parametrize(("topic", "key"), STORIES[::5], ids=lambda x: x)
def test_events_stand_where_the_file_says(topic: str, key: str) -> None:
    """The anchor lies as long before the page as the story allows, to a day; what follows an event comes after it."""
    story = load_story(LEXICON, "stories", topic, key)
    for number in range(30):
        happens = plot(Stream("e", key, number), story, story.schema.branches[0]).dated(NOON)
        assert story.after.low <= NOON - happens[story.anchor] <= story.after.high + 2 * DAY
        for event in story.events:
            base = event.span.base or story.anchor
            if event.id in happens and base in happens and event.id != story.anchor and event.span.low >= 0:
                assert happens[event.id] > happens[base]


def test_conditions_are_of_events_that_the_branch_has() -> None:
    """An event of another branch is neither past nor to come."""
    from forgegen.generate.stories.story_schema import read_condition

    assert Course({"a": 5, "b": 10}, 10, 0).holds(read_condition("past a, future b"))
    assert not Course({}, 10, 0).holds(read_condition("past a"))
    assert not Course({}, 10, 0).holds(read_condition("future a"))


@pytest.mark.scaled
def test_threads_are_in_season() -> None:
    """What happens only in some months is published in them, by the clock of the board."""
    seasons = {head.key: head.months for _, head in heads(LEXICON, "stories") if head.months}
    found = 0
    for i in range(amount(80, 300)):
        made = make_made(5, i)
        if made.schema in seasons:
            thread = make_thread(5, i)
            assert thread.published is not None
            for zone in (-8, 0):
                assert civil_from_days((thread.published + zone * HOUR) // DAY)[1] in seasons[made.schema]
            found += 1
    assert found or not seasons


@pytest.mark.scaled
def test_dates_printed_are_those_of_the_events() -> None:
    """A day that the page names by its date is the day of an event of the story, or the page's own."""
    for i in range(amount(40, 150)):
        made, thread = make_made(8, i), make_thread(8, i)
        if not made.branch or thread.published is None:
            continue
        wall = -8 * HOUR
        days = {civil_from_days((at + wall) // DAY)[1:] for at in made.happened.values()}
        days |= {civil_from_days((at + wall + HOUR) // DAY)[1:] for at in made.happened.values()}
        for text in thread.article.paragraphs:
            for month, day in re.findall(r"(\d{1,2})月(\d{1,2})日", text):
                assert (int(month), int(day)) in days, (made.schema, text)


def test_an_event_called_post_is_the_storys_own() -> None:
    """A story may call an event ``post``: then ``{@post}`` is its day, not that of the page."""
    lexicon = load_lexicon("zh-TW")
    story, grammar = load_story(lexicon, "stories", "housing", "parking-chair"), load_grammar(lexicon)
    assert grammar.days is not None
    words = set()
    for number in range(20):
        telling = tell(Stream("post", number), lexicon, story, 0, NOON)
        day = telling.happens["post"] // DAY
        word = day_word(grammar.days, day, NOON // DAY, grammar.day(day))
        assert f"{word}下班回來" in telling.days.filled(telling.paragraphs[0])
        words.add(word)
    assert len(words) > 3


DAYS = load_grammar(LEXICON).days or Days({}, (), "", "", "", "", "", ())
THURSDAY = days_from_civil(2024, 5, 16)


@pytest.mark.parametrize(
    ("distance", "word"),
    [(0, "今天"), (-1, "昨天"), (-2, "前天"), (-3, "本周一"), (-4, "上周日"), (-10, "上周一"), (-11, "5月5日"), (1, "明天"),
     (3, "本周日"), (4, "下周一"), (11, "5月27日"), (-200, "2023年10月29日")],
)  # fmt: skip
def test_days_are_called_as_on_the_day_of_the_page(distance: int, word: str) -> None:
    """Near days by name, those of this week and the ones beside it by weekday, the rest by date."""
    day = THURSDAY + distance
    assert day_word(DAYS, day, THURSDAY, load_grammar(LEXICON).day(day)) == word


@pytest.mark.parametrize(
    ("count", "text"), [(0, "不到一天"), (1, "1天"), (2, "两天"), (20, "20天"), (21, "3周"), (70, "两个月")]
)
def test_times_passed_change_their_unit(count: int, text: str) -> None:
    """Days, then weeks, then months; two is said as people say it."""
    assert time_passed(DAYS, count) == text


@pytest.mark.parametrize(
    ("form", "number", "text"), [("{}个", "2", "两个"), ("{}元", "2", "2元"), ("{}个", "12", "12个")]
)
def test_two_of_something_is_a_pair(form: str, number: str, text: str) -> None:
    """Slip: 2个."""
    assert counted(DAYS, form, number) == text


# Facts

FIGURES = """key = "k"
section = "s"
boards = ["talk"]
branches = ["a"]
[publish]
anchor = "e"
after = "1d..2d"
[[event]]
id = "e"
at = "0d"
[facts]
all = { is = "count", range = "100..400", step = 50, print = "{}人" }
some = { is = "count", of = "all", times = "0.2..0.4", print = "{}人" }
more = { is = "count", of = "all", plus = "3..9", print = "{}人" }
rate = { is = "percent", range = "1.5..2.5", print = "{}%" }
"""


def test_derived_figures_agree() -> None:
    """Steps, shares and sums of a figure; decimals as they are written."""
    from forgegen.generate.stories.binding import TellingPlan, bind, in_order

    facts = read_schema(FIGURES).facts
    plan = TellingPlan(tuple((name, facts[name], ()) for name in in_order(facts)))
    for i in range(200):
        values, other = bind(Stream("figures", i), LEXICON, plan, ())
        whole, part, more = (int(values[name].rstrip("人")) for name in ("all", "some", "more"))
        assert whole % 50 == 0
        assert 100 <= whole <= 400
        assert 0.2 * whole - 1 <= part <= 0.4 * whole + 1
        assert 3 <= more - whole <= 9
        assert re.fullmatch(r"[12]\.\d%", values["rate"])
        assert values == other


def test_branches_share_few_sentences() -> None:
    """Two tellings of a story by two branches have at most three tenths of their sentences in common, as printed."""
    shared: Counter[bool] = Counter()
    for topic, key in STORIES:
        one, two = (set(re.split("[。！？]", "".join(told(topic, key, branch).paragraphs))) - {""} for branch in (0, 1))
        shared[len(one & two) <= 0.3 * min(len(one), len(two))] += 1

    assert shared[False] == 0


@pytest.mark.scaled
def test_titles_differ() -> None:
    """Of three hundred consecutive threads, in a quick run of sixty, nearly all have titles of their own."""
    count = amount(60, 300)
    titles = [make_thread(2, i).article.title for i in range(count)]

    assert len(set(titles)) >= count * 99 // 100


@pytest.mark.parametrize(
    ("literal", "values", "fitted"),
    [
        (["", "", ""], ["冷杉制片", "制片主任马科斯"], ["冷杉制片", "主任马科斯"]),
        (["昨天有学生", "来了"], ["学生客冠廷"], ["客冠廷"]),
        (["", "的", ""], ["绿廊超市", "超市店长"], ["绿廊超市", "超市店长"]),
        (["", "", ""], ["12", "12人"], ["12", "12人"]),
        (["the ", ""], ["the end"], ["the end"]),
        (["超市", ""], ["超市"], ["超市"]),
    ],
)
def test_a_trade_is_named_once(literal: list[str], values: list[str], fitted: list[str]) -> None:
    """Where a value begins with the words before it, they stand once; figures, letters and whole values stay."""
    assert said_once(literal, values) == fitted
