"""Where threads read the banks: on from where those before are likely to have left off, each line once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from forgegen.generate.lexicon import load_lexicon
from forgegen.generate.profile import load_profile
from forgegen.generate.stories.story_library import deal
from forgegen.generate.voice.bank import Line, Pool, compile_line
from forgegen.generate.voice.lines import Header, PlainLine
from forgegen.generate.voice.reading import WINDOW, Reader, Shelf
from forgegen.generate.voice.signs import Signs

LINES = tuple(
    compile_line("plain/test", PlainLine(i, Header("argue", "0"), f"这是第{i}条留言没有别的意思"), Signs())
    for i in range(5000)
)
POOL = Pool((LINES, (), ()), (1000, 0, 0))
SHARE = 140


def shelf(root: str = "test") -> Shelf:
    """A shelf that has looked at no thread."""
    return Shelf(root, load_profile("reference"), deal(root, load_lexicon("zh-CN"), "news"))


def any_line(_: Line) -> bool:
    """Everything fits."""
    return True


def test_no_line_comes_again_before_the_others_are_used() -> None:
    """Threads that take what they are likely to take share no line, up to the end of the bank and of the window."""
    one, seen = shelf(), list[int]()
    places = [one.at(i) for i in range(WINDOW)]

    for place in places:
        count = place.own * SHARE * 1000 // 10**9
        reader = Reader(POOL, place, 2, "argue", SHARE)
        found = [reader.next(0xFFFFFFFF, any_line) for _ in range(count)]
        seen += [line.row for line in found if line is not None]

    assert 50 < len(seen) == len(set(seen))


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5))
def test_a_place_does_not_depend_on_what_was_read_before(indexes: list[int]) -> None:
    """A thread reads the same lines whichever threads were made before it."""
    used = shelf()
    places = [used.at(i) for i in indexes]

    assert places[-1] == shelf().at(indexes[-1])


@given(st.integers(0, 3000), st.sampled_from((0, 1, 2)))
def test_a_thread_reads_every_line_once_and_no_more(index: int, bank: int) -> None:
    """A small bank gives all its lines to one thread, where it does not come to the end of its row, then nothing."""
    pool = Pool((LINES[:40], (), ()), (1000, 0, 0))
    reader = Reader(pool, shelf().at(index), bank, "argue", SHARE)
    rows = [line.row for _ in range(45) if (line := reader.next(0xFFFFFFFF, any_line))]

    assert len(rows) == 40
    assert len(set(rows)) == 40 or (bank and len(set(rows)) >= 20)


def test_a_line_that_fitted_one_person_badly_is_kept_for_the_next() -> None:
    """What does not fit is looked at again before new lines are."""
    reader = Reader(POOL, shelf().at(3), 2, "argue", SHARE)
    refused = list[Line]()

    def refuses(line: Line) -> bool:
        refused.append(line)
        return False

    assert reader.next(0xFFFFFFFF, refuses) is None
    assert reader.next(0xFFFFFFFF, any_line) is refused[0]


def test_seeds_read_in_orders_of_their_own() -> None:
    """Two corpora do not say the same lines beside each other."""
    rows = []
    for root in ("one", "two"):
        reader = Reader(POOL, shelf(root).at(0), 2, "argue", SHARE)
        rows.append([line.row for _ in range(20) if (line := reader.next(0xFFFFFFFF, any_line))])

    assert rows[0] != rows[1]
