"""The check of stories and plain lines: every mistake has its file, its line and the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from forgegen.maintain.words import check, main

STORY = (
    """key = "ferry"
section = "travel"
boards = ["commute"]
branches = ["a", "b", "c"]
[publish]
anchor = "stop"
after = "9h..3d"
[[event]]
id = "stop"
at = "0d"
hour = "8..9"
[[event]]
id = "talks"
at = "1d..2d stop"
branch = "a"
[[event]]
id = "later"
at = "3d..4d talks"
[facts]
who = { is = "person", from = "cn", word = "船员" }
fare = { is = "money", range = "12..48", print = "{}元" }
half = { is = "money", of = "fare", times = "0.4..0.5", print = "{}元" }
"""
    + "".join(
        f"""[[title]]
text = "第{n}个标题{{who}}"
branch = "{b}"
"""
        for b in "abc"
        for n in (1, 2)
    )
    + "".join(
        f"""[[para]]
need = "{"lead" if n == 0 else "core"}"
branch = "{b}"
text = ["{b}{n}渡轮{{@stop}}起停航，{{who.word}}{{who}}说，单程{{fare}}的船票从此买不到了，码头上没有人接电话。"]
"""
        for b in "abc"
        for n in range(7)
    )
)
LINES = "= react -\n太不方便了~\n= ask 0\n{fare}是往返吗\n= answer 0 >ask:往返\n单程\n"


def written(folder: Path, story: str = STORY, lines: str = LINES) -> list[str]:
    """What the check says of a story and its lines, without the folder."""
    place = folder / "zz" / "stories" / "travel"
    place.mkdir(parents=True, exist_ok=True)
    (place / "ferry.toml").write_text(story, "utf-8")
    (place / "ferry.txt").write_text(lines, "utf-8")
    return [str(f).removeprefix(f"{place}/") for f in check([folder])]


def test_a_good_story_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No finding, exit code 0."""
    assert written(tmp_path) == []
    assert main(["check", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "0 errors, 0 warnings\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('boards = ["commute"]', 'boards = ["comute"]', "toml:3: error: unknown board tag 'comute'. Did you mean 'commute'?"),
        ("section =", "sektion =", "toml:2: error: unknown key 'sektion'. Did you mean 'section'?"),
        ('hour = "8..9"', 'houre = "8..9"', "toml:11: error: unknown key 'houre'. Did you mean 'hour'?"),
        ('hour = "8..9"', 'hour = "8..25"', "toml:11: error: hour '8..25'"),
        ('anchor = "stop"', 'anchor = "stopp"', "toml:6: error: unknown event 'stopp'. Did you mean 'stop'?"),
        ('at = "1d..2d stop"', 'at = "1d..2d start"', "toml:14: error: unknown event 'start'"),
        ('at = "1d..2d stop"', 'at = "2d..1d stop"', "toml:14: error: time '2d..1d stop' begins after its end"),
        ('is = "money", range', 'is = "mony", range', "toml:21: error: fact 'fare': unknown type 'mony'. Did you mean 'money'?"),
        ('is = "money", range', 'ist = "money", range', "toml:21: error: unknown key 'ist'. Did you mean 'is'?"),
        ('of = "fare"', 'of = "fair"', "toml:22: error: fact 'half': unknown fact 'fair'. Did you mean 'fare'?"),
        ("a0渡轮{@stop}", "a0渡轮{@stp}", "toml:44: error: unknown event 'stp'. Did you mean 'stop'?"),
        ("a0渡轮{@stop}", "a0渡轮昨天", "toml:44: warning: '昨天' is true of some days only"),
        ("{who.word}", "{who.wort}", "{who.wort}: unknown form of a person 'wort'. Did you mean 'word'?"),
        ('branch = "c"\ntext', 'branch = "d"\ntext', "unknown branch 'd'"),
        ('need = "core"', 'when = "past talk"\nneed = "core"', "unknown event 'talk'. Did you mean 'talks'?"),
        ('branch = "b"\ntext', 'when = "past talks"\nbranch = "b"\ntext', "event 'talks' happens in no branch of this text"),
    ],
)  # fmt: skip
def test_mistakes_in_a_story(old: str, new: str, said: str, tmp_path: Path) -> None:
    """Unknown names, wrong times and words that only some days make true."""
    assert old in STORY
    assert any(said in finding for finding in written(tmp_path, STORY.replace(old, new)))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("= reakt -\n好", "txt:1: error: unknown act 'reakt'. Did you mean 'react'?"),
        ("= react -1\n好", "txt:1: error: unknown polarity '-1'"),
        ("好\n", "txt:1: error: a line before the first header"),
        ("= tell 0 @works:nurs\n好", "unknown trade 'nurs'. Did you mean 'nurse'?"),
        ("= tell 0 @parents\n好", "unknown requirement 'parents'. Did you mean 'parent'?"),
        ("= tell 0 @past:talk\n好", "unknown event 'talk'. Did you mean 'talks'?"),
        ("= tell 0 @past:later\n好", "@past:later: the page is always written before it"),
        ("= tell 0\n{fair}太贵", "unknown fact 'fair'. Did you mean 'fare'?"),
        ("= tell 0\n{count:fare}太贵", "{count:fare}: 'fare' is of type 'money'"),
        ("= tell 0\n一半是{half}", "{half}: no paragraph prints 'half'"),
        ("= tell 0\n我{&town}没有船", "unknown slot of the life card '&town'"),
        ("= tell 0\n好 就这样", "a space or an ASCII comma for a comma"),
        ("= tell 0\n<好|行", "outside a choice"),
        ("= react 0\n好\n= cheer +\n好~", "'好~' stands also at"),
        ("= answer 0 >ask:多少\n好", "answers no line: none of act 'ask' contains '多少'"),
    ],
)
def test_mistakes_in_lines(lines: str, said: str, tmp_path: Path) -> None:
    """Headers, slots, spaces, lines that stand twice, answers to nothing."""
    assert any(said in finding for finding in written(tmp_path, lines=lines))


def test_tellings_that_share_their_sentences_are_told(tmp_path: Path) -> None:
    """Paragraphs of no branch make any two branches alike."""
    shared = STORY.replace('need = "core"\nbranch = "b"\n', 'need = "core"\n')

    assert any("share" in finding and "right would be at most 30" in finding for finding in written(tmp_path, shared))
