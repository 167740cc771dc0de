"""Plain lines: who may say them, of which page, when, in answer to what, and in which hand."""

from __future__ import annotations

import doctest
import re
from collections import Counter, defaultdict
from functools import cache

import pytest

from forgegen.generate.composing.body_bank import load_bank as load_bodies
from forgegen.generate.composing.body_parts import Parts
from forgegen.generate.lexicon import load_lexicon
from forgegen.generate.life import YEAR
from forgegen.generate.making import make_made, make_people, make_thread
from forgegen.generate.people import OWNERS, People
from forgegen.generate.profile import load_profile
from forgegen.generate.stories.compiled import heads, load_story
from forgegen.generate.voice import subjects
from forgegen.generate.voice.bank import Bank, Line, compile_line, load_bank
from forgegen.generate.voice.lines import Header, PlainLine, read_header
from forgegen.generate.voice.manner import Writer, load_manners
from forgegen.generate.voice.needs import meets, timely
from forgegen.generate.voice.owners import Owners
from forgegen.generate.voice.signs import load_signs
from forgegen.generate.voice.subjects import subjects_of_story
from forgegen.model.tree import parents_of
from forgegen.streams.stream import Stream
from tests.threads import Made
from tests.tiers import amount

LEXICON = load_lexicon("zh-CN")
COUNT = amount(90, 250)
pytestmark = pytest.mark.scaled
MADE = Made(lambda: ((make_thread(4, i), make_made(4, i)) for i in range(COUNT)))
PLAIN = Made(lambda: ((thread, made) for thread, made in MADE if made.branch))
PEOPLE = make_people(4)


@cache
def lines() -> dict[str, Line]:
    """Every line of the locale by its place."""
    files: list[tuple[str, ...]] = [("plain", name) for name in LEXICON.names_in("plain")]
    files += [("stories", topic, f"{head.key}.txt") for topic, head in heads(LEXICON, "stories")]
    return {line.id: line for path in files for line in load_bank(LEXICON, *path).lines}


def test_comments_name_only_what_the_page_prints() -> None:
    """Every fact of a line is printed, and every type that it asks for."""
    for _, made in PLAIN:
        story = load_story(LEXICON, "stories", made.topic, made.schema)
        for post in made.posts:
            line = lines().get(post.line)
            if line is None:
                continue
            assert line.facts <= set(made.printed), (made.schema, line.raw)
            for kind in line.kinds:
                assert any(story.schema.facts[name].kind == kind for name in made.printed if name in story.schema.facts)


def test_comments_know_what_has_happened_by_their_own_time() -> None:
    """A line of an event stands where the event is past, or to come, when the comment is written."""
    found = 0
    for thread, made in PLAIN:
        for post, what in zip(thread.posts, made.posts, strict=True):
            line = lines().get(what.line)
            if line is None or not line.events:
                continue
            assert post.time is not None
            assert timely(line.events, made.happened, post.time)
            branches = [need.value for need in line.events if need.kind == "branch"]
            assert all(made.branch in value.split(",") for value in branches)
            found += 1

    assert found > 20


def test_nobody_contradicts_their_life() -> None:
    """What a line needs of a life, the writer's has, as of the year of which lives are told."""
    found = 0
    for _, made in PLAIN:
        for what in made.posts:
            line = lines().get(what.line)
            if line is None or not line.needs:
                continue
            life = PEOPLE.person(what.person).life
            assert all(meets(need, life, YEAR) for need in line.needs), (line.raw, life)
            found += 1

    assert found > 20


def test_an_anecdote_has_one_owner() -> None:
    """What is told of one's own life is told by one person for ever, and once a thread."""
    tellers: dict[str, set[int]] = defaultdict(set)
    for _, made in PLAIN:
        told = Counter(what.line for what in made.posts if what.line in lines() and lines()[what.line].owner >= 0)
        assert max(told.values(), default=1) == 1
        for what in made.posts:
            if what.line in told:
                tellers[what.line].add(what.person)

    assert len(tellers) > amount(10, 30)
    assert all(len(who) == 1 for who in tellers.values())
    owners = Owners(make_people(4))
    assert all(who == {owners.owner(lines()[line])} for line, who in tellers.items())


def test_answers_answer_what_was_said() -> None:
    """A line written in answer to others stands only below one of them; general ones below their act."""
    answered = 0
    for thread, made in PLAIN:
        parents = parents_of(p.depth for p in thread.posts)
        for what, parent in zip(made.posts, parents, strict=True):
            line = lines().get(what.line)
            if line is None or not line.answers:
                continue
            assert parent, line.raw
            above = made.posts[parent - 1]
            assert above.act == line.answers
            assert line.key == "*" or line.key in lines()[above.line].raw
            answered += 1

    assert answered > 100


@pytest.mark.parametrize("word", ["押金", "小费", "乒乓"])
def test_nobody_speaks_of_what_the_story_does_not(word: str) -> None:
    """A line of the banks that names such a thing stands only under a story that names it too."""
    for _, made in PLAIN:
        for what in made.posts:
            line = lines().get(what.line)
            if line is not None and line.file.startswith("plain/") and word in line.raw:
                assert word in LEXICON.text("stories", made.topic, f"{made.schema}.toml"), (made.schema, line.raw)


@pytest.mark.parametrize("locale", ["ja", "zh-CN", "zh-HK", "zh-TW"])
def test_every_subject_is_spoken_of(locale: str) -> None:
    """Each row of a table of subjects has lines, and most have stories under which they stand."""
    lexicon = load_lexicon(locale)
    said, told = set[int](), set[int]()
    for name in lexicon.names_in("plain"):
        for line in load_bank(lexicon, "plain", name).lines:
            said |= line.subjects
    for folder in ("stories", "openers"):
        for topic, head in heads(lexicon, folder):
            told |= subjects_of_story(lexicon, folder, topic, head.key)
    rows = [row for part in lexicon.sections("subjects.txt").values() for row in part]

    assert [row for number, row in enumerate(rows) if number not in said] == []
    assert len(told) > 0.85 * len(rows)


def test_subjects_are_read_off_words() -> None:
    """The examples in the docstrings hold."""
    assert doctest.testmod(subjects).failed == 0


def test_boards_have_lines_of_their_own() -> None:
    """Under an opening post nobody says what is written for news."""
    for index in range(20):
        for what in make_made(4, index, profile="forum").posts:
            assert not what.line.startswith(("plain/any:", "plain/exchanges:"))


def test_acts_are_mixed_as_the_table_says() -> None:
    """Of comments on the page, each act has about its share, and jokes no more than a seventh."""
    counts: Counter[str] = Counter()
    for thread, made in PLAIN:
        counts.update(what.act for post, what in zip(thread.posts, made.posts, strict=True) if post.depth == 1)
    total = counts.total() - counts["stock"]

    assert counts["joke"] / total < 1 / 7
    for act, share in load_manners(LEXICON).acts["news"].items():
        if share >= 60:
            assert 0.5 * share < 1000 * counts[act] / total < 1.7 * share, (act, counts[act] / total)


def test_nothing_stays_open() -> None:
    """No mark of the format is left in a comment."""
    for thread, _ in PLAIN:
        for post in thread.posts:
            assert not re.search(r"[{}\[\]<>|^]|%s|，，|^，", post.text), post.text
            assert post.text == post.text.strip() != ""


# Lines by themselves


def line(text: str, header: str = "= react 0") -> Line:
    """A line as if it stood in a file."""
    return compile_line("f", PlainLine(1, read_header(header), text), load_signs(LEXICON))


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("好贵~", False),
        ("多少钱", True),
        ("真的吗", True),
        ("谁说的", True),
        ("太好了！", False),
        ("碰上这种谁都头大", False),
        ("养猪的怎么了，挣的是实在钱", False),
        ("先问清楚能不能走", False),
        ("没什么好羞的", False),
        ("多少年没见过这么大的雪了", False),
    ],
)
def test_questions_are_read_off_the_line(text: str, asks: bool) -> None:
    """By their words as well as by their mark; words of asking that ask nothing make no question."""
    assert line(text).asks is asks


def test_lines_are_read() -> None:
    """Facts, types, card slots and choices; what everybody may say and what is one's own."""
    one = line("{count:riders}里有我{&spouse}，{money}<贵|太贵>了，{who.word}", "= tell -")

    assert one.facts == {"riders", "who"}
    assert one.kinds == ("money",)
    assert one.card == ("spouse",)
    assert [need.kind for need in one.needs] == ["spouse"]
    assert 0 <= one.owner < OWNERS
    assert line("太难了").common
    assert line("太难了").owner == -1
    assert len(line("好。[[真的。]][[再来。]]").variants) == 4


def test_answers_are_found_by_the_key() -> None:
    """Only lines of the act that contain the key, in the file as it stands."""
    ask, other, reply = line("现在几点？", "= ask 0"), line("几点？", "= tell 0"), line("十点", "= answer 0 >ask:几点")
    bank = Bank((ask, other, reply))

    assert bank.answers(ask) == (reply,)
    assert bank.answers(other) == ()
    assert [x for lines in bank.roots.values() for x in lines] == [ask, other]


def test_a_hand_is_the_persons_own() -> None:
    """Who puts spaces for commas does so everywhere, one in twelve does; favourite words stay."""
    people = People("dev/9/zh-CN", LEXICON, load_profile("reference"))
    writer = Writer(load_manners(LEXICON))
    sample = line("如果太贵了，真的不划算")
    spaced, says = 0, set()
    for number in range(600):
        person = people.person(number)
        texts = [writer.write(Stream("hand", number, i), person, sample, sample.raw) for i in range(6)]
        assert len({" 真" in text for text in texts}) == 1
        assert len({"要是太贵" in text for text in texts}) == 1
        spaced += " 真" in texts[0]
        says.add("要是太贵" in texts[0])

    assert 0.04 < spaced / 600 < 0.13
    assert says == {True, False}


def test_questions_lose_their_mark_in_two_of_five() -> None:
    """And no statement's particle stands behind them."""
    people = People("dev/9/zh-CN", LEXICON, load_profile("reference"))
    writer = Writer(load_manners(LEXICON))
    sample = line("{line}几点？~", "= ask 0")
    ends = Counter(writer.write(Stream("q", n), people.person(n), sample, "几点？")[-1] in "？?" for n in range(800))

    assert 0.48 < ends[True] / 800 < 0.66
    values: dict[str, str] = {}
    writer.slots(Stream("q"), people.person(1), sample, values)
    assert values["~"] == ""


@pytest.mark.parametrize(("act", "closed"), [("joke", False), ("react", False), ("tell", False), ("argue", True)])
def test_only_opinions_end_in_i_think(act: str, closed: bool) -> None:
    """A neutral closer stands behind an opinion or advice, never behind a joke or a feeling."""
    people = People("dev/9/zh-CN", LEXICON, load_profile("reference"))
    manners = load_manners(LEXICON)
    writer, sample = Writer(manners), line("月亮倒是圆了", f"= {act} 0")
    said = [writer.write(Stream("q", n), people.person(n), sample, "月亮倒是圆了") for n in range(1500)]

    assert any(text.endswith(manners.closers["0"]) for text in said) is closed


@pytest.mark.parametrize(
    ("act", "polarity", "never"), [("thank", "+", "无语"), ("cheer", "+", "离谱"), ("tell", "0", "我觉得")]
)
def test_nobody_begins_against_the_feeling(act: str, polarity: str, never: str) -> None:
    """Thanks and cheers begin with no sigh, tales with no opinion."""
    people = People("dev/9/zh-CN", LEXICON, load_profile("reference"))
    writer, sample = Writer(load_manners(LEXICON)), line("月亮倒是很圆的呢", f"= {act} {polarity}")
    said = [writer.write(Stream("q", n), people.person(n), sample, "月亮倒是很圆的呢") for n in range(1500)]

    assert not any(text.startswith(never) for text in said)
    assert act == "thank" or any(text.startswith(writer.openers(sample)) for text in said)


def test_questions_begin_as_people_begin_them() -> None:
    """One in seven has a word before it; never one that it begins with already."""
    people = People("dev/9/zh-CN", LEXICON, load_profile("reference"))
    manners = load_manners(LEXICON)
    assert manners.hand is not None
    writer, sample = Writer(manners), line("几点开门", "= ask 0")
    said = [writer.write(Stream("q", n), people.person(n), sample, "几点开门") for n in range(1500)]
    again = [writer.write(Stream("q", n), people.person(n), sample, "那几点开门") for n in range(1500)]

    assert 0.1 < sum(text.startswith(manners.hand.askers) for text in said) / 1500 < 0.2
    assert all(text.startswith("那几点") for text in again)


@pytest.mark.parametrize(("mood", "without"), [("+", ":("), ("0", ":("), ("-", ":victory:")])
def test_smileys_fit_the_feeling(mood: str, without: str) -> None:
    """No sad one stands beside kind words, no glad one beside bitter ones."""
    parts = Parts(Stream("q"), load_bodies(LEXICON), "food", "name", lambda text: True, mood=mood)

    assert without not in parts.smileys
    assert len(set(parts.smileys)) > 3


def test_who_opened_a_thread_speaks_of_it() -> None:
    """A third or more of what openers say to all is of their own story, where its file has such lines."""
    own = total = 0
    for i in range(120):
        made = make_made(4, i, profile="forum")
        for post in made.posts:
            found = openings().get(post.line)
            if found is not None and found.op and not found.answers:
                own, total = own + found.file.startswith("openers/"), total + 1

    assert own > total / 4


@cache
def openings() -> dict[str, Line]:
    """Every line of opening posts, and of those who wrote them, by its place."""
    files = [("openers", topic, f"{head.key}.txt") for topic, head in heads(LEXICON, "openers")]
    return {x.id: x for path in (*files, ("plain", "opener.txt")) for x in load_bank(LEXICON, *path).lines}


def test_headers_of_any_kind_are_equal_by_value() -> None:
    """Two headers of the same words are the same."""
    assert read_header("= ask 0 >tell:a b") == Header("ask", "0", (), "tell", "a b")


@pytest.mark.every
def test_members_of_english_forums_explain() -> None:
    """Half of the replies have 130 characters or more and a tenth 450 or more: steps, reasons and reports."""
    lengths = sorted(
        len(post.text) for i in range(150) for post in make_thread(8, i, locale="en", profile="forum").posts
    )

    assert lengths[len(lengths) // 2] >= 130
    assert lengths[len(lengths) * 9 // 10] >= 450


@pytest.mark.parametrize("compound", ["大家庭", "女孩子", "小孩子"])
def test_word_choices_leave_compounds_alone(compound: str) -> None:
    """A word that is part of another is not changed for a person's own word."""
    assert Writer(load_manners(LEXICON)).word.search(compound) is None
